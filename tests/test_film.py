"""A film shows what the model did, and is small."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from seci_sim.lab.chunks import run_once
from seci_sim.model import SECIModel
from seci_sim.page import document, people
from seci_sim.page.film import CURVES, film, recorded
from seci_sim.page.packing import packed, unpacked
from seci_sim.page.page_layout import WIDE, circles
from seci_sim.scenario import Change, Scenario, Unit, read_scenario, with_levers
from seci_sim.seci.knowledge import Array
from seci_sim.seci.records import COLUMN

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LEVELS = arrays(
    np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.integers(0, 3)
)
SEED = 5


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return with_levers(read_scenario("one-percent"), horizon=104, turnover=0.3)


@pytest.fixture(scope="module")
def shown(scenario: Scenario) -> dict[str, Any]:
    return recorded(scenario, SEED)


@pytest.fixture(scope="module")
def model(scenario: Scenario) -> SECIModel:
    """The same run, at its end."""
    model = SECIModel(scenario, rng=SEED)
    while model.running:
        model.step()
    return model


def unfolded(shown: dict[str, Any], name: str) -> Array:
    return unpacked(shown[name], len(shown["weeks"]), len(shown["people"]))


# Packing and places ------------------------------------------------------------------------------


@given(LEVELS)
def test_what_is_packed_is_unpacked_again(levels: Array) -> None:
    assert (unpacked(packed(levels), *levels.shape) == levels).all()


def test_a_change_after_more_cells_than_a_byte_counts_is_found() -> None:
    for cell in (254, 255, 256, 509, 510, 511, 1000):
        levels = np.zeros((2, 1001), np.uint8)
        levels[1, cell] = 9
        assert (unpacked(packed(levels), 2, 1001) == levels).all()


def test_what_does_not_change_takes_no_room() -> None:
    assert packed(np.zeros((200, 100), np.uint8)) == ""
    assert len(packed(np.full((200, 100), 7, np.uint8))) == len(
        packed(np.full((1, 100), 7, np.uint8))
    )


@given(st.lists(st.integers(2, 5000), min_size=1, max_size=40))
def test_units_stand_in_the_picture_and_apart(sizes: list[int]) -> None:
    x, y, r = circles(sizes).T
    assert (x - r > -1e-6).all()
    assert (x + r < WIDE + 1e-6).all()
    assert (y - r > -1e-6).all()
    assert (y + r < 1 + 1e-6).all()
    apart = np.hypot(x - x[:, None], y - y[:, None]) - r - r[:, None]
    assert (apart + 10 * np.eye(len(sizes)) > 0).all()


# What it shows -----------------------------------------------------------------------------------


def test_people_know_in_the_last_week_what_they_know_in_the_model(
    shown: dict[str, Any], model: SECIModel
) -> None:
    unsure = model.settings.learning.unsure_below
    agreement = model.knowledge.tacit * model.truth.market[model.staff.home]
    last = {name: unfolded(shown, name)[-1] for name in ("knows", "mistakes", "holds")}
    assert (last["knows"] == (agreement > unsure).sum(axis=1)).all()
    assert (last["mistakes"] == (agreement < -unsure).sum(axis=1)).all()
    assert (last["holds"] == (model.knowledge.explicit != 0).sum(axis=1)).all()


def test_visits_and_other_deeds_are_those_of_the_ledger(
    shown: dict[str, Any], model: SECIModel
) -> None:
    spent = model.staff.hours > 0
    last = unfolded(shown, "did")[-1]
    for column in range(5):
        assert ((last >> column & 1) == spent[:, column]).all()
    assert spent[:, 0].any()
    assert not spent[:, 0].all()


def test_deeds_of_weeks_that_are_not_shown_count_in_the_next_that_is(scenario: Scenario) -> None:
    every, second = (recorded(scenario, SEED, frames=frames) for frames in (104, 52))
    weekly = unfolded(every, "did")
    assert (unfolded(second, "did") == weekly[0::2] | weekly[1::2]).all()


def test_the_share_of_staff_who_know_is_the_mean_of_what_the_dots_show(
    shown: dict[str, Any],
) -> None:
    lit = unfolded(shown, "knows").mean(axis=1) / shown["levels"]
    assert lit == pytest.approx(shown["curves"]["staff_knowing"], abs=1e-4)


def test_curves_are_those_of_the_run(shown: dict[str, Any], scenario: Scenario) -> None:
    table = run_once(scenario, SEED).table
    for name in CURVES:
        assert shown["curves"][name] == pytest.approx(table[:, -1, COLUMN[name]], abs=1e-4)


def test_the_wheel_counts_what_modes_moved_in_the_last_quarter(
    shown: dict[str, Any], model: SECIModel
) -> None:
    rows = model.records.rows[104 - 13 : 104, -1]
    head_years = shown["staff"] * 13 / 52
    for mode in ("socialization", "internalization"):
        moved = rows[:, COLUMN[f"moved_{mode}"]].sum() / head_years
        assert shown["wheel"][mode]["moved"][-1] == pytest.approx(moved, abs=0.01)
    assert shown["wheel"]["externalization"]["hours"][0] == 0


def test_whoever_comes_takes_the_dot_of_who_left(shown: dict[str, Any], model: SECIModel) -> None:
    sitting = list(shown["people"])
    knows = unfolded(shown, "knows")
    before = []
    for week, dot, person in shown["newcomers"]:
        before.append(int(knows[week - 2, dot]) if week > 1 else 0)
        sitting[dot] = person
    assert sitting == [int(person) + 1 for person in model.staff.person]
    assert len(shown["newcomers"]) > 50
    after = [int(knows[week - 1, dot]) for week, dot, _ in shown["newcomers"]]
    assert np.mean(after) < np.mean(before) / 4


def test_stories_are_those_of_the_model(shown: dict[str, Any], model: SECIModel) -> None:
    told = [
        (shown["markets"][market], shown["stages"][stage], week, response)
        for need, market, stage, week, response, *_ in shown["stories"]
        if need == 3
    ]
    assert told == [(s.market, s.stage, s.week, s.response) for s in model.story(3)]
    for *_, named, others in shown["stories"]:
        assert len(named) <= 3
        assert others == 0 or len(named) == 3
        assert all(shown["labels"][label] for label in named)


def test_projects_name_the_dots_of_their_groups(shown: dict[str, Any], model: SECIModel) -> None:
    table = model.knowledge.projects
    formed = np.flatnonzero(table.group[: table.size, 0] >= 0)
    assert len(shown["projects"]) == len(formed) > 5
    for project, (market, said, *_, group, _, needs) in zip(formed, shown["projects"], strict=True):
        assert (market, said) == (table.market[project], table.week_said[project])
        assert group == [row for row in table.group[project].tolist() if row >= 0]
        assert needs == np.flatnonzero(table.concept[project]).tolist()


def test_a_unit_that_joins_and_leaves_is_there_between() -> None:
    base = with_levers(read_scenario("one-percent"), horizon=12)
    timeline = (Change(week=4, unit_joins="Late"), Change(week=9, unit_leaves="Late"))
    units = (*base.units, Unit(name="Late", kind="affiliate", staff=10, market="India"))
    late = Scenario(name="Late", question="?", horizon=12, units=units, timeline=timeline)
    shown = recorded(late, SEED)
    (unit,) = [unit for unit in shown["units"] if unit["name"] == "Late"]
    assert unit["there"] == [[4, 8]]
    dots = slice(unit["first"], unit["first"] + unit["dots"])
    knows = unfolded(shown, "knows")[:, dots]
    assert (knows[:3] == 0).all()
    assert knows[5:8].any()
    assert (knows[8:] == 0).all()


# How large it is ---------------------------------------------------------------------------------


def test_two_policies_of_two_hundred_people_over_four_years_are_small() -> None:
    names = ("no-patient-time", "one-percent")
    text = json.dumps(film([read_scenario(name) for name in names], SEED), allow_nan=False)
    assert len(text) < 350_000


def test_a_large_firm_is_shown_by_a_part_of_its_people() -> None:
    units = (
        Unit(name="A", kind="affiliate", staff=3000),
        Unit(name="B", kind="affiliate", staff=2001),
    )
    large = Scenario(name="Large", question="?", horizon=3, units=units)
    shown = recorded(large, SEED)
    assert (shown["staff"], shown["each"]) == (5001, 3)
    assert len(shown["people"]) == 1000 + 667 <= people.MOST_DOTS
    assert [unit["dots"] for unit in shown["units"]] == [1000, 667]


def test_a_long_run_is_shown_by_a_part_of_its_weeks(scenario: Scenario) -> None:
    shown = recorded(scenario, SEED, frames=30)
    assert shown["weeks"][:2] == [4, 8]
    assert shown["weeks"][-1] == 104
    assert len(shown["weeks"]) == 26 == len(shown["curves"]["needs_met"])
    whole = recorded(scenario, SEED)
    assert (unfolded(shown, "knows") == unfolded(whole, "knows")[3::4]).all()


def test_more_needs_than_a_byte_counts_are_shown_by_their_share() -> None:
    many = with_levers(read_scenario("baseline"), horizon=30, needs=300, patient_time=0.1)
    shown = recorded(many, SEED)
    assert shown["levels"] == 255
    lit = unfolded(shown, "knows").mean(axis=1) / 255
    assert lit == pytest.approx(shown["curves"]["staff_knowing"], abs=0.002)


def test_a_film_shows_one_run_or_two(scenario: Scenario) -> None:
    with pytest.raises(ValueError, match="one run or two; got 0"):
        film([], SEED)
    with pytest.raises(ValueError, match="one run or two; got 3"):
        film([scenario] * 3, SEED)
    with pytest.raises(ValueError, match="runs march-1991"):
        film([read_scenario("march-1991")], SEED)


# What the player makes of it ---------------------------------------------------------------------


def test_the_player_reads_what_was_packed(
    browser: Browser, shown: dict[str, Any], model: SECIModel
) -> None:
    page = browser.new_page()
    page.set_content("<main></main>")
    page.add_script_tag(content=document.script("player"))
    read = page.evaluate("run => [...SeciPlayer.readRun(run).knows]", shown)
    routines = page.evaluate("run => SeciPlayer.routinesOf(SeciPlayer.readRun(run), 1, 103)", shown)
    page.close()
    assert read == unfolded(shown, "knows").ravel().tolist()
    last = model.knowledge.routine[1] * model.truth.market[1]
    assert routines == {"right": int((last > 0).sum()), "wrong": int((last < 0).sum())}
