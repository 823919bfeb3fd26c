"""Published findings held against the model: files, effects, verdicts, the command and the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from evidence_page import row_of, study_of

from seci_sim.cli.answering import answer_to
from seci_sim.evidence import held as held_module
from seci_sim.evidence.effects import KINDS, Window, correlation, in_runs
from seci_sim.evidence.held import (
    BY_RULES,
    HIT,
    OUT,
    REACHABLE,
    UNVERIFIED,
    Effect,
    Held,
    Look,
    Spread,
    hold,
)
from seci_sim.evidence.study import read_study, shipped_studies
from seci_sim.evidence.told import in_order, published, told
from seci_sim.figures.forest import forest
from seci_sim.scenario import InputProblem


def test_every_shipped_study_can_be_read_and_stands_on_the_page() -> None:
    assert len(shipped_studies()) >= 29
    for name in shipped_studies():
        study = read_study(name)
        cells = row_of(study)
        assert cells[1:3] == [study.cited, study.match.grade]
        assert cells[4] == published(Held(study))


def test_enough_studies_are_re_created_and_enough_of_them_have_an_interval() -> None:
    counting = [study for study in map(read_study, shipped_studies()) if study.counts]
    assert len(counting) >= 14
    assert len([one for one in counting if one.finding.low is not None]) >= 10


def test_a_study_that_nobody_read_prints_no_number() -> None:
    unread = [one for one in map(read_study, shipped_studies()) if not one.finding.verified]
    assert unread
    for study in unread:
        assert (study.finding.effect, study.finding.bounds, study.again) == (None, None, None)
        assert row_of(study)[3] == UNVERIFIED


GOOD = Path(shipped_studies()["video-ideas"]).read_text("utf-8")
MISTAKES = {
    "  low: -0.13\n": ("", 'finding.low: an interval has two ends: low and high'),
    "  high: -0.115\n": ("  high: -0.5\n", "finding.low: is above high"),
    "  grade: A\n": ("  grade: D\n", "match.grade:"),
    "  weeks: [157, 160]\n": ("  weeks: [157, 161]\n", "again.weeks: must be two weeks of 1 to 160"),
    "  outcome: moved_externalization\n": (
        "  outcome: moved_externalisation\n",
        'did you mean "moved_externalization"?',
    ),
    "pins: [learning.remote_loss,": ("pins: [learning.remote_los,", "no parameter is called"),
    "base: {extends: baseline,": ("base: {extends: baselin,", 'did you mean "baseline"?'),
    "remote_share: 100%": ("remote_share: 200%", "remote_share"),
    "  effect: relative change\n": ("  effect: relative chance\n", "again.effect:"),
    "  effect: relative change": ("  effect: half-life", "leave out base"),
    "year: 2022": ("yeer: 2022", 'did you mean "year"?'),
}  # fmt: skip


@pytest.mark.parametrize("right", MISTAKES)
def test_a_mistake_in_a_study_is_one_line_with_its_place(right: str, tmp_path: Path) -> None:
    wrong, said = MISTAKES[right]
    assert right in GOOD
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace(right, wrong, 1), "utf-8")
    with pytest.raises(InputProblem) as refused:
        read_study(file)
    assert any(said in line for line in refused.value.lines), refused.value.lines
    assert all(line.startswith(f"{file}:") for line in refused.value.lines)


TIMES = {
    ("after-action-review", "  weeks: [53, 104]\n", ""): "again.weeks: is missing: difference in SD between people counts in",
    ("skill-decay", "  before: [104, 104]\n", ""): "again.before: is missing: half-life has two times",
    ("peer-meetings-during", "  effect: relative change between arms\n", "  effect: relative change between arms\n  weeks: [157, 160]\n"): "again.weeks: says nothing of relative change between arms; leave it out",
    ("proximity", "  weeks: [105, 108]\n", "  weeks: [105, 108]\n  before: [1, 4]\n"): "again.before: says nothing of relative change; leave it out",
    ("proximity", "  outcome: moved_socialization\n", "  outcome: hours_a_head_and_year\n"): "again.outcome: no outcome is called 'hours_a_head_and_year'",
    ("turnover", "  runs: 800\n", "  runs: 3\n"): "again.runs: is too few: correlation over firms needs at least 4; got '3'",
}  # fmt: skip


@pytest.mark.parametrize("mistake", TIMES)
def test_what_an_effect_is_made_of_is_asked_for_and_nothing_else(
    mistake: tuple[str, str, str], tmp_path: Path
) -> None:
    name, right, wrong = mistake
    text = shipped_studies()[name].read_text("utf-8")
    assert right in text
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace(right, wrong, 1), "utf-8")
    with pytest.raises(InputProblem) as refused:
        read_study(file)
    (line,) = refused.value.lines
    assert TIMES[mistake] in line


def test_a_number_without_a_source_is_refused(tmp_path: Path) -> None:
    text = shipped_studies()["proximity"].read_text("utf-8")
    file = tmp_path / "mine.yaml"
    file.write_text("\n".join(line for line in text.splitlines() if "read_in" not in line), "utf-8")
    with pytest.raises(InputProblem, match="printed only where somebody read it"):
        read_study(file)


def test_a_study_that_is_not_there_is_named_with_the_nearest() -> None:
    assert answer_to(["evidence", "video-idea"]) != 0


def window(now: Any, before: Any = 1.0, spread: Any = 1.0, weeks: float = np.nan) -> Window:
    arrays = [np.atleast_2d(np.asarray(one, float)) for one in (now, before, spread)]
    level, then, between = np.broadcast_arrays(*arrays)
    return Window(level, then, between, weeks)


@pytest.mark.parametrize(
    ("kind", "base", "changed", "effect"),
    [
        ("level", window(0.0), window(0.4), 0.4),
        ("difference", window(0.5), window(0.4), -0.1),
        ("relative change", window(0.5), window(0.4), -0.2),
        ("relative change between arms", window(0.5), window(0.4), -0.2),
        ("difference in SD between people", window(0.5, spread=0.2), window(0.6), 0.5),
        ("difference in SD between patients", window(0.5), window(0.6), 0.2),
        ("change over time in SD between people", window(0.0), window(0.2, 0.5, 0.1), -3.0),
        ("what is left", window(0.0), window(0.2, 0.5), 0.4),
        ("what is left of the difference", window(0.1, 0.1), window(0.2, 0.5), 0.25),
        ("half-life", window(0.0), window(0.25, 1.0, weeks=52), 26.0),
    ],
)
def test_an_effect_by_hand(kind: Any, base: Window, changed: Window, effect: float) -> None:
    assert KINDS[kind].of(base, changed) == pytest.approx(effect)


def test_a_ratio_of_means_is_not_led_astray_by_a_run_that_has_nearly_nothing_to_divide_by() -> None:
    base, changed = window([1.0, 1.0, 0.001, 1.0]), window([1.5, 1.5, 0.5, 1.5])
    mean = in_runs(KINDS["relative change"].of, base, changed).mean()
    assert KINDS["relative change"].of(base, changed).mean() > 100
    assert mean == pytest.approx(2 / 3, abs=0.1)


def test_of_a_difference_the_runs_stay_as_they_are() -> None:
    base, changed = window([[1.0, 2.0, 4.0]]), window([[2.0, 2.5, 8.0]])
    assert in_runs(KINDS["difference"].of, base, changed) == pytest.approx(np.array([[1, 0.5, 4]]))


def test_a_run_without_a_value_is_given_none() -> None:
    level = window([[1.0, 3.0, np.nan]])
    assert in_runs(KINDS["level"].of, level, level).tolist() == [
        [1.0, 3.0, pytest.approx(np.nan, nan_ok=True)]
    ]
    base, changed = window([[1.0, 2.0, np.nan, 4.0]]), window([[2.0, np.nan, 7.0, 10.0]])
    found = in_runs(KINDS["relative change"].of, base, changed)
    both = in_runs(KINDS["relative change"].of, window([[1.0, 4.0]]), window([[2.0, 10.0]]))
    assert found[0, [0, 3]] == pytest.approx(both[0])
    assert np.isnan(found[0, 1:3]).all()


def test_a_world_of_which_one_run_has_a_value_has_that() -> None:
    base, changed = window([[2.0, np.nan], [np.nan, np.nan]]), window([[3.0, 4.0], [1.0, 2.0]])
    found = in_runs(KINDS["relative change"].of, base, changed)
    assert found[0, 0] == 0.5
    assert np.isfinite(found).sum() == 1


def test_an_effect_some_of_whose_runs_have_no_value_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = np.array([[0.1, 0.3, np.nan]])
    monkeypatch.setattr(held_module, "effects_of", lambda *_: given)
    study = read_study("interviews")
    with pytest.raises(InputProblem, match="interviews: the effect has no value in these runs"):
        held_module.with_rule(study, "", 3)
    given[0, 2] = 0.2
    assert held_module.with_rule(study, "", 3).mean == pytest.approx(0.2)


def test_a_correlation_needs_firms_that_differ_and_four_of_them() -> None:
    some = np.array([1.0, 2.0, 4.0, 3.0, np.nan])
    r, (low, high) = correlation(some, np.array([1.0, 2.0, 3.0, 4.0, 9.0]))
    assert r == pytest.approx(0.8)
    assert (low, high) == pytest.approx(
        (np.tanh(np.arctanh(0.8) - 1.959964), np.tanh(np.arctanh(0.8) + 1.959964))
    )
    assert np.isnan(correlation(some, np.full(5, 0.1))[0])
    assert np.isnan(correlation(some, np.array([1.0, 2.0, 3.0, np.nan, 9.0]))[0])
    assert correlation(np.arange(4.0) ** 2, -(np.arange(4.0) ** 2))[0] == pytest.approx(-1)


def test_a_correlation_without_a_value_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    study = read_study("turnover")
    assert study.again is not None
    again = study.again.model_copy(update={"runs": 8, "vary": ()})
    monkeypatch.setattr(held_module, "effects_of", lambda *_: np.zeros((8, 1)))
    with pytest.raises(InputProblem, match="turnover: the effect has no value in these runs"):
        hold(study.model_copy(update={"again": again}))


@pytest.mark.parametrize(
    ("finding", "world"),
    [
        ({"effect": 0.6789}, 0.6789),
        ({"effect": 0.45, "low": 0.4, "high": 0.62}, 0.6),
        ({"effect": 0.45, "low": 0.4, "high": 0.5}, None),
        ({"direction": "more"}, 0.9),
    ],
)
def test_any_value_of_a_plausible_range_is_within_reach(
    finding: dict[str, Any], world: float | None
) -> None:
    study = read_study("surrogate-accuracy")
    asked = study_of(**finding).finding
    held = hold(study.model_copy(update={"finding": asked}))
    assert held.worlds is not None
    given = None if world is None else {"learning.observation_accuracy": pytest.approx(world)}
    assert held.worlds.world == given


def look(given: bool) -> Look:
    spread = Spread(np.array([0.0, 1.0]), pd.DataFrame({"learning.remote_loss": [0.1, 0.2]}))
    return Look(spread, {"learning.remote_loss": 0.1} if given else None)


@pytest.mark.parametrize(
    ("interval", "worlds", "rules", "verdict"),
    [
        ((0.1, 0.3), None, None, HIT),
        ((0.3, 0.4), None, None, OUT),
        ((0.3, 0.4), True, False, REACHABLE),
        ((0.3, 0.4), False, True, BY_RULES),
        ((0.3, 0.4), False, False, OUT),
    ],
)
def test_a_verdict_follows_from_intervals(
    interval: tuple[float, float], worlds: bool | None, rules: bool | None, verdict: str
) -> None:
    looks = [None if given is None else look(given) for given in (worlds, rules)]
    held = Held(study_of(effect=0.2, low=0.15, high=0.25), Effect(0.35, interval), *looks)
    assert held.verdict == verdict


def test_an_effect_without_an_interval_has_to_lie_in_ours() -> None:
    study = study_of(effect=0.2)
    assert Held(study, Effect(0.21, (0.19, 0.23))).verdict == HIT
    assert Held(study, Effect(0.21, (0.205, 0.215))).verdict == OUT


def test_a_direction_is_met_only_where_luck_leaves_no_other() -> None:
    study = study_of(direction="less")
    assert Held(study, Effect(-0.1, (-0.2, -0.01))).verdict == HIT
    assert Held(study, Effect(-0.1, (-0.2, 0.01))).verdict == OUT


def test_a_hit_that_leaves_no_effect_possible_is_said_to_tell_nothing() -> None:
    study = study_of(effect=0.2, low=0.15, high=0.25)
    wide, narrow = (Held(study, Effect(0.2, (low, 0.3))) for low in (-0.1, 0.1))
    assert (wide.weak, narrow.weak) == (True, False)
    assert "tells nothing" in dict(told(wide))["Verdict"]


def test_misses_come_first() -> None:
    study = study_of(effect=0.2, low=0.15, high=0.25)
    hit, missed = Held(study, Effect(0.2, (0.1, 0.3))), Held(study, Effect(0.5, (0.4, 0.6)))
    unread = Held(read_study("audit-feedback"))
    assert in_order([unread, hit, missed]) == [missed, hit, unread]
    chart = forest([unread, hit, missed])
    assert chart.table["Verdict"].tolist() == [OUT, HIT, UNVERIFIED]
    assert len(chart.figure.layout.annotations) == 2
