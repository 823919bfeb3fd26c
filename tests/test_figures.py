"""The charts: what they say, how they look, and that labels keep clear of each other."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import MARKETS, THREE, Course, results
from synthetic_worlds import worlds_of

from seci_sim.figures import Chart, charts, labels, style
from seci_sim.lab.run import Results

ALONE = ["needs", "kinds", "markets", "bands", "spread", "hours", "wheel", "story"]
KEYS = ["gain", "decides1", "decides2", "time", "difference", "prices", "harm", *ALONE]
HOSTILE = "<b onclick=alert(1)>R&D</b> %{x}"


@pytest.fixture(scope="module")
def compared() -> Results:
    found = results(replications=5)
    return replace(found, worlds=worlds_of(found))


@pytest.fixture(scope="module")
def side_by_side(compared: Results) -> dict[str, Chart]:
    return {chart.key: chart for chart in charts(compared)}


@pytest.fixture(scope="module")
def alone() -> dict[str, Chart]:
    return {chart.key: chart for chart in charts(results(THREE[1:2], replications=5))}


def every_text(figure: Any) -> list[str]:
    """Whatever a figure asks plotly to write, but for its own data."""
    document = json.loads(figure.to_json())
    texts = [note["text"] for note in document["layout"].get("annotations", [])]
    texts += [trace.get("name") or "" for trace in document["data"]]
    return texts + [trace.get("hovertemplate") or "" for trace in document["data"]]


@given(
    st.lists(st.tuples(st.floats(0, 250), st.integers(16, 40)), min_size=1, max_size=6),
)
def test_labels_never_overlap_and_stay_in_their_room(names: list[tuple[float, int]]) -> None:
    wanted, heights = [w for w, _ in names], [float(h) for _, h in names]
    middles = labels.apart(wanted, heights, 250)
    edges = sorted((m - h / 2, m + h / 2) for m, h in zip(middles, heights, strict=True))
    assert edges[0][0] >= -1e-6
    assert edges[-1][1] <= 250 + 1e-6
    assert all(upper[1] <= lower[0] + 1e-6 for upper, lower in pairwise(edges))


def test_labels_with_room_stay_where_they_belong() -> None:
    assert labels.apart([10.0, 100.0, 60.0], [20.0, 20.0, 20.0], 200) == [10.0, 100.0, 60.0]


def test_policies_never_take_the_colours_of_tacit_and_explicit() -> None:
    assert not {style.look(i).colour for i in range(30)} & {style.TACIT, style.EXPLICIT}


def test_names_that_are_cut_still_differ_at_their_end() -> None:
    long = "A policy with a name that goes on and on, variant"
    assert style.row_name(f"{long} 1") != style.row_name(f"{long} 2")
    assert labels.wrapped(f"{long} 1") != labels.wrapped(f"{long} 2")
    assert all(len(line) <= labels.LABEL_LENGTH for line in labels.wrapped(f"{long} 1"))


def test_policies_side_by_side_have_all_their_charts(side_by_side: dict[str, Chart]) -> None:
    assert list(side_by_side) == KEYS


def test_one_policy_has_all_charts_but_those_of_differences(alone: dict[str, Chart]) -> None:
    assert list(alone) == ALONE


def test_every_title_of_a_comparison_is_a_sentence_with_a_number(
    side_by_side: dict[str, Chart],
) -> None:
    wordless = {"wheel"}
    for key, chart in side_by_side.items():
        assert any(letter.isdigit() for letter in chart.title) or key in wordless, chart.title


def test_titles_go_through_the_policies_in_one_order_and_none_is_the_hero_of_one_chart(
    side_by_side: dict[str, Chart],
) -> None:
    names = [course.name for course in THREE[1:]]
    for key in set(KEYS) - {"decides1", "decides2", "story"}:
        places = [side_by_side[key].title.find(f"“{name}”") for name in names]
        assert places == sorted(places), side_by_side[key].title
        assert -1 not in places, side_by_side[key].title


@pytest.mark.parametrize("key", KEYS)
def test_every_chart_can_be_read(
    key: str, side_by_side: dict[str, Chart], alone: dict[str, Chart]
) -> None:
    for chart in (side_by_side[key], alone.get(key, side_by_side[key])):
        document = json.loads(chart.figure.to_json())
        sizes = [document["layout"]["font"]["size"]]
        sizes += [
            n["font"]["size"]
            for n in document["layout"].get("annotations", [])
            if "size" in n.get("font", {})
        ]
        assert min(sizes) >= 14
        assert chart.title.strip()
        assert len(chart.description) > 40
        assert not chart.table.empty
        assert not document["layout"]["showlegend"]


@pytest.mark.parametrize("key", KEYS)
def test_plotly_knows_every_word_of_a_drawing_and_takes_it_as_it_is(
    key: str, side_by_side: dict[str, Chart], alone: dict[str, Chart]
) -> None:
    for chart in (side_by_side[key], alone.get(key, side_by_side[key])):
        taken, drawn = json.loads(chart.figure.to_json()), chart.drawing.plain()
        for each in (taken, drawn):
            each["layout"].setdefault("annotations", [])
        assert taken == drawn


def test_titles_speak_of_this_model_and_never_foretell(
    side_by_side: dict[str, Chart], alone: dict[str, Chart]
) -> None:
    for chart in (*side_by_side.values(), *alone.values()):
        assert not re.search(r"\b(will|proves?|best)\b", chart.title)


def test_the_spread_is_one_curve_a_policy_with_its_name_at_its_end(
    side_by_side: dict[str, Chart],
) -> None:
    figure = side_by_side["spread"].figure
    assert [t.name for t in figure.data if t.name] == [
        "No patient time",
        "One percent",
        "Two percent",
    ]
    labels = [note.text.replace("<br>", " ") for note in figure.layout.annotations]
    assert labels == ["No patient time", "One percent", "Two percent"]
    assert all(note.x == 1 and note.xref == "paper" for note in figure.layout.annotations)


def test_the_band_holds_the_middle_of_the_runs(
    compared: Results, side_by_side: dict[str, Chart]
) -> None:
    weekly = compared.weekly
    last = weekly[
        (weekly["market"] == "all")
        & (weekly["week"] == 208)
        & (weekly["scenario"] == "One percent")
    ]["staff_knowing"]
    low, high, mean = side_by_side["spread"].figure.data[3:6]
    assert low.y[-1] == pytest.approx(np.quantile(last, 0.1), abs=1e-5)
    assert high.y[-1] == pytest.approx(np.quantile(last, 0.9), abs=1e-5)
    assert mean.y[-1] == pytest.approx(last.mean(), abs=1e-5)


def test_long_runs_are_drawn_with_their_last_week() -> None:
    drawn = charts(results(THREE[:2], replications=2, horizon=1000, markets=("India",)))
    curve = next(chart for chart in drawn if chart.key == "spread").figure.data[2]
    assert curve.x[-1] == 1000
    assert len(curve.x) <= 261


def test_weeks_of_change_are_marked(compared: Results) -> None:
    from seci_sim.scenario import Scenario

    first, *rest = compared.scenarios
    changed = Scenario.model_validate(
        first.model_dump() | {"timeline": ({"week": 130, "staff_leave": 0.4},)}
    )
    for chart in charts(replace(compared, scenarios=(changed, *rest), worlds=None)):
        if chart.key in ("time", "difference", "spread"):
            assert [line.x0 for line in chart.figure.layout.shapes] == [130]
            assert "week 130" in chart.description


def test_the_wheel_stands_in_nonakas_order(
    side_by_side: dict[str, Chart], alone: dict[str, Chart]
) -> None:
    for chart in (side_by_side["wheel"], alone["wheel"]):
        place = {
            note.text.split("</b>")[0].removeprefix("<b>"): (note.x < 0.5, note.y > 0.5)
            for note in chart.figure.layout.annotations
            if "→" in note.text and "<br>" in note.text
        }
        assert place == {
            "Socialization": (True, True),
            "Externalization": (False, True),
            "Combination": (False, False),
            "Internalization": (True, False),
        }


def test_hours_are_drawn_to_the_last_one(side_by_side: dict[str, Chart]) -> None:
    bars = [t for t in side_by_side["hours"].figure.data if t.hoverinfo != "skip"]
    whole = [bar.base[0] + bar.x[0] for bar in bars if "routine" in bar.hovertemplate]
    assert whole == pytest.approx([2080.0] * 3)
    assert "routine" in side_by_side["hours"].title


def test_a_hatch_says_what_colours_say(side_by_side: dict[str, Chart]) -> None:
    hatched = {
        bar.hovertemplate.split(":")[0]: bar.marker.pattern.shape is not None
        for bar in side_by_side["hours"].figure.data
        if bar.hovertemplate
    }
    assert hatched["socialization"] != hatched["externalization"]
    assert hatched["combination"] != hatched["internalization"]


def test_markets_are_counted_where_the_difference_is_told_apart(
    side_by_side: dict[str, Chart],
) -> None:
    assert side_by_side["markets"].title.startswith(
        "In 4 of 4 markets “One percent” meets more needs than “No patient time”: +"
    )
    assert side_by_side["markets"].table["Market"].to_list() == list(MARKETS)


def test_income_bands_run_from_the_lowest_to_the_highest(side_by_side: dict[str, Chart]) -> None:
    bands = side_by_side["bands"].table["Income band"].to_list()
    assert bands == ["lowest", "low", "middle", "high", "highest"]
    assert list(side_by_side["bands"].figure.data[0].x) == bands


def test_one_market_needs_no_chart_by_market() -> None:
    keys = [chart.key for chart in charts(results(THREE[:2], replications=2, markets=("India",)))]
    assert "markets" not in keys


def test_without_patients_there_is_no_chart_by_income() -> None:
    found = results(THREE[:2], replications=2)
    for column in [
        c for c in found.summary.columns if c.startswith(("eligible", "started", "adherent"))
    ]:
        found.summary[column] = 0.0
    assert "bands" not in [chart.key for chart in charts(found)]


@pytest.mark.parametrize("count", [1, 2])
def test_a_market_without_values_at_first_is_drawn_from_its_opening(count: int) -> None:
    found = results(THREE[:count], replications=2)
    closed = (found.weekly["market"] == "Kenya") & (found.weekly["week"] < 100)
    found.weekly.loc[closed, "needs_met"] = np.nan
    chart = next(chart for chart in charts(found) if chart.key == "markets")
    assert "NaN" not in chart.figure.to_json()
    assert "Kenya" in chart.table.to_string()


def test_a_single_run_claims_nothing() -> None:
    for chart in charts(results(replications=1)):
        if chart.key in ("gain", "harm", "markets", "wheel"):
            assert "(one run each)" in chart.title
        assert " more needs than" not in chart.title


def test_policies_that_are_the_same_are_said_to_be() -> None:
    twins = [Course(name, 0.01, 0.4, 0.1, 80) for name in ("Left", "Right")]
    found = results(twins, replications=3)
    mirrored = found.summary["scenario"] == "Right"
    columns = found.summary.columns.drop(["scenario", "seed"])
    found.summary.loc[mirrored, columns] = found.summary.loc[~mirrored, columns].to_numpy()
    titles = {chart.key: chart.title for chart in charts(found)}
    assert titles["gain"] == "“Right” meets the same needs as “Left”, run by run"
    assert titles["harm"] == "“Right” mis-serves the same needs as “Left”, run by run"
    assert titles["wheel"].startswith("“Right” moves what “Left” does in each mode")


def test_differences_are_in_points_and_shares_in_percent(side_by_side: dict[str, Chart]) -> None:
    for key in ("gain", "harm"):
        assert side_by_side[key].figure.layout.xaxis.title.text == "points"
        assert not side_by_side[key].figure.layout.xaxis.tickformat
    for key in ("difference", "decides1", "decides2"):
        assert side_by_side[key].figure.layout.yaxis.title.text == "points"
        assert not side_by_side[key].figure.layout.yaxis.tickformat
        native = side_by_side[key].native
        assert native is not None
        assert native.unit == "percentage points"
    assert side_by_side["time"].figure.layout.yaxis.tickformat == ".0%"


def test_names_are_text_to_plotly_and_not_markup() -> None:
    courses = [Course(HOSTILE, 0.0, 0.1, 0.1, 80), Course("Other", 0.01, 0.4, 0.1, 80)]
    for count in (1, 2):
        for chart in charts(results(courses[:count], replications=2)):
            for text in every_text(chart.figure):
                assert "<b onclick" not in text
                assert "R&D" not in text
            templates = [t.hovertemplate or "" for t in chart.figure.data]
            assert not any("R&amp;D" in template for template in templates)


def test_the_story_says_who_was_there_and_what_never_came(side_by_side: dict[str, Chart]) -> None:
    story = side_by_side["story"]
    assert re.search(
        r"Under “No patient time”: felt in week \d+ \((\w+) 1\); said in week \d+ \(\1 1 and \1 2\); "
        r"never planned, practised and routine in 208 weeks\.",
        story.description,
    )
    assert re.search(r"practised in week \d+ \(\w+ 1, \w+ 2 and 2 more\)", story.description)
    assert story.title.startswith("In one run, need ")
    assert list(story.table["No patient time"])[2:] == ["never"] * 3


def test_a_story_is_held_against_how_many_needs_got_there(side_by_side: dict[str, Chart]) -> None:
    counted = "0 under “No patient time”, 12 under “One percent” and 12 under “Two percent”"
    assert counted in side_by_side["story"].description


def test_the_time_line_has_every_stage_of_every_policy_in_its_week(
    side_by_side: dict[str, Chart],
) -> None:
    chart = side_by_side["story"]
    for stairs in [trace for trace in chart.figure.data if trace.name]:
        written = [re.match(r"week (\d+):", cell) for cell in chart.table[stairs.name]]
        assert list(stairs.x) == [int(found.group(1)) for found in written if found]
        assert list(stairs.y) == sorted(stairs.y), "stairs go down from stage to stage"


def test_a_need_that_nobody_felt_is_told_as_such(compared: Results) -> None:
    without = compared.stories[compared.stories["scenario"] != "No patient time"]
    story = charts(replace(compared, stories=without))[-1]
    assert story.title.endswith("; under “No patient time” it is never felt")
    assert any(note.text.endswith(": never felt") for note in story.figure.layout.annotations)


def test_charts_leave_the_results_as_they_were(compared: Results) -> None:
    weekly, summary = compared.weekly.copy(), compared.summary.copy()
    charts(compared)
    assert compared.weekly.equals(weekly)
    assert compared.summary.equals(summary)
