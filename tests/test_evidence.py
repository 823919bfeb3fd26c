"""Published findings held against the model: files, effects, verdicts, the command and the page."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import make_evidence
import make_rules_judged
import numpy as np
import pandas as pd
import pytest

from seci_sim.cli.answering import answer_to
from seci_sim.evidence import held as held_module
from seci_sim.evidence.effects import KINDS, Window, in_runs
from seci_sim.evidence.held import (
    BY_RULES,
    HIT,
    NOT_AGAIN,
    OUT,
    REACHABLE,
    UNVERIFIED,
    Effect,
    Held,
    Look,
    Spread,
    hold,
)
from seci_sim.evidence.study import Finding, Study, read_study, shipped_studies
from seci_sim.evidence.told import assumed, in_order, published, simulated, table, told
from seci_sim.figures.forest import forest
from seci_sim.parameters import declarations
from seci_sim.scenario import InputProblem

QUICK = ("bednet-price", "interviews", "peer-quality", "surrogate-accuracy")
"""Studies that take a second at the usual numbers."""

PAGE = make_evidence.PAGE.read_text("utf-8")


def row_of(study: Study) -> list[str]:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {study.name} |")]
    return [cell.strip() for cell in row.strip("|").split("|")]


# Files -------------------------------------------------------------------------------------------


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


def test_a_number_without_a_source_is_refused(tmp_path: Path) -> None:
    text = shipped_studies()["proximity"].read_text("utf-8")
    file = tmp_path / "mine.yaml"
    file.write_text("\n".join(line for line in text.splitlines() if "read_in" not in line), "utf-8")
    with pytest.raises(InputProblem, match="printed only where somebody read it"):
        read_study(file)


def test_a_study_that_is_not_there_is_named_with_the_nearest() -> None:
    assert answer_to(["evidence", "video-idea"]) != 0


# Effects -----------------------------------------------------------------------------------------


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


# Verdicts ----------------------------------------------------------------------------------------


def study_of(**finding: Any) -> Study:
    return read_study("proximity").model_copy(
        update={"finding": Finding(what="something", read_in="somewhere", **finding)}
    )


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


# Runs --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quick() -> dict[str, Held]:
    return {name: hold(read_study(name), worlds=0, workers=1) for name in QUICK}


def test_interviews_bring_out_what_the_rule_of_a_visit_says(quick: dict[str, Held]) -> None:
    """13 hours, in each of which a need shows itself with 1 - 0.8^(1/4)."""
    found = quick["interviews"].usual
    assert found is not None
    assert found.interval[0] <= 1 - 0.8 ** (13 / 4) <= found.interval[1]


def test_a_small_price_is_out_of_reach(quick: dict[str, Held]) -> None:
    assert quick["bednet-price"].verdict == OUT
    assert quick["peer-quality"].verdict == NOT_AGAIN


def test_a_number_of_the_model_is_held_against_the_measured_one(quick: dict[str, Held]) -> None:
    held = quick["surrogate-accuracy"]
    assert held.verdict == REACHABLE
    assert held.worlds is not None
    assert held.worlds.world == {"learning.observation_accuracy": pytest.approx(0.675, abs=0.01)}


def test_the_page_says_what_todays_code_gives(quick: dict[str, Held]) -> None:
    for held in quick.values():
        assert row_of(held.study)[5] == simulated(held.usual), "run python docs/make_evidence.py"


@pytest.mark.slow
def test_the_whole_page_says_what_todays_code_gives() -> None:
    assert make_evidence.page(make_evidence.held()) == PAGE, "run python docs/make_evidence.py"


def test_worlds_that_give_it_are_found_and_confirmed() -> None:
    held = hold(read_study("interviews"), worlds=24, workers=1)
    assert held.verdict == REACHABLE
    assert held.worlds is not None
    assert held.worlds.world is not None
    assert held.worlds.world["learning.showing"] > 0.3
    assert held.worlds.spread.decider == "learning.showing"
    assert "learning.showing" in table([held])["worlds_where"].item()


def test_where_no_world_gives_a_single_value_two_on_either_side_of_it_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = read_study("drug-cost")
    scales = pd.DataFrame({"service.burden_scale": [0.3, 0.5, 0.7, 0.9]})
    spread = Spread(np.array([-0.5, -0.44, -0.43, -0.3]), scales)
    given = {0.5: -0.45, 0.7: -0.42, 0.3: -0.5, 0.9: -0.3}

    def effect(_: Study, experiment: Any, workers: int | None) -> Effect:
        mean = given[experiment.scenarios[0].service.burden_scale]
        return Effect(mean, (mean - 0.001, mean + 0.001))

    monkeypatch.setattr(held_module, "_effect", effect)
    look = held_module._confirmed(study, spread, False, None)
    assert (look.world, look.between) == ({"service.burden_scale": 0.5}, True)
    held = Held(study, Effect(-0.3, (-0.31, -0.29)), look)
    assert held.verdict == REACHABLE
    assert "another world lies beyond" in dict(told(held))["Given by"]
    given |= {0.7: -0.46, 0.9: -0.47}
    assert held_module._confirmed(study, spread, False, None).world is None


def test_rules_that_are_off_stay_off_until_the_second_look() -> None:
    study = read_study("skill-decay-year")
    assert study.again is not None
    again = study.again.model_copy(update={"runs": 2})
    held = hold(study.model_copy(update={"again": again}), worlds=2, workers=1)
    first, second = held.worlds, held.rules
    assert first is not None
    assert second is not None
    more = set(second.spread.parameters) - set(first.spread.parameters)
    assert more == set(study.again.rules)
    off = {one.name for one in declarations() if one.off}
    assert off.isdisjoint(first.spread.parameters)


def test_over_firms_an_outcome_goes_together_with_a_parameter() -> None:
    study = read_study("turnover")
    assert study.again is not None
    again = study.again.model_copy(
        update={
            "runs": 24,
            "parameter": "policy.patient_time",
            "vary": (),
            "outcome": "hours_with_patients",
        }
    )
    found = hold(study.model_copy(update={"again": again}), workers=1).usual
    assert found is not None
    assert found.interval[0] > 0, "who may spend more hours with patients does"


def test_arms_of_a_trial_are_held_against_each_other() -> None:
    study = read_study("peer-meetings-during")
    assert study.again is not None
    assert study.again.measured == (
        "trial_needs_met_during_control",
        "trial_needs_met_during_treated",
    )
    again = study.again.model_copy(update={"runs": 4, "outcome": "trial_hours_during"})
    found = hold(study.model_copy(update={"again": again}), worlds=0, workers=1).usual
    assert found is not None
    assert found.interval[0] > 0, "those who meet give more hours"


def test_an_effect_without_a_value_is_one_line(tmp_path: Path, capsys: Any) -> None:
    text = shipped_studies()["documents-save-time"].read_text("utf-8")
    file = tmp_path / "mine.yaml"
    nothing = "policy: {projects_per_head: 0, documentation_share: 0%}"
    file.write_text(text.replace("policy: {documentation_share: 0%}", nothing), "utf-8")
    assert answer_to(["evidence", str(file), "--worlds", "0", "--out", str(tmp_path / "no")]) == 3
    assert capsys.readouterr().err == "error: mine: the effect has no value in these runs\n"


def test_the_command_writes_a_page_and_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "found"
    command = ["evidence", "surrogate-accuracy", "peer-quality", "--worlds", "0", "--out", str(out)]
    assert answer_to([*command, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [one["verdict"] for one in answer["studies"]] == [REACHABLE, NOT_AGAIN]
    with (out / "evidence.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["study"] for row in rows] == ["surrogate-accuracy", "peer-quality"]
    page = (out / "evidence.html").read_text("utf-8")
    assert "Relatives who speak for patients" in page
    assert "https://" not in page.partition("<script")[0]
    assert answer_to(command) == 0
    assert "2 findings: 1 reachable, 1 not re-created." in capsys.readouterr().out


def test_a_folder_that_cannot_be_is_told_before_anything_is_run(
    empty_folder: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object, **__: object) -> None:
        raise AssertionError("run first")

    monkeypatch.setattr("seci_sim.evidence.held.hold", run)
    Path("file").write_text("mine")
    for out, code in (("file", 5), ("file/in", 5), ("../elsewhere", 2), ("a:b", 2)):
        assert answer_to(["evidence", "--out", out]) == code
        assert capsys.readouterr().err.count("error: ") == 1
    assert [path.name for path in Path().iterdir()] == ["file"]


@pytest.mark.parametrize("worlds", ["1", "-2", "many"])
def test_worlds_that_make_no_sense_are_refused(
    worlds: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert answer_to(["evidence", "--worlds", worlds, "--out", str(tmp_path / "no")]) == 2
    assert capsys.readouterr().err.count("error:") == 1
    assert not (tmp_path / "no").exists()


def test_what_is_assumed_is_counted_and_less_than_all() -> None:
    sources = [one.source for one in declarations() if one.unit != "yes or no" or one.source]
    count = sum(source.startswith("assumed") for source in sources)
    assert f"{count} of the model's" in assumed()
    assert f"{count} of the model's" in PAGE


# Rules judged by evidence --------------------------------------------------------------------------


def test_a_rule_moves_a_finding_nearer_or_away_where_intervals_have_nothing_in_common() -> None:
    study = study_of(effect=0.2, low=0.15, high=0.25)
    usual = Effect(0.16, (0.14, 0.18))
    found = {"": usual, "near": Effect(0.2, (0.19, 0.21)), "far": Effect(0.9, (0.8, 1.0))}
    assert make_rules_judged.row(study, found | {"same": Effect(0.17, (0.15, 0.19))})[3:] == (
        "–",
        "`far` 0.900 (0.800 to 1.00)",
        "`far`",
    )
    found[""] = Effect(0.1, (0.09, 0.11))
    assert make_rules_judged.row(study, found)[3:] == (
        "`near` 0.200 (0.190 to 0.210)",
        "`far` 0.900 (0.800 to 1.00)",
        "–",
    )


def test_the_page_on_rules_says_what_todays_code_gives() -> None:
    study = read_study("interviews")
    (usual,) = make_rules_judged.effects(study, ()).values()
    page = make_rules_judged.PAGE.read_text("utf-8")
    assert f"| {study.name} | {published(Held(study))} | {simulated(usual)} |" in page


@pytest.mark.slow
def test_the_whole_page_on_rules_says_what_todays_code_gives() -> None:
    found = {one.label: make_rules_judged.effects(one) for one in make_rules_judged.judged()}
    assert make_rules_judged.page(found) == make_rules_judged.PAGE.read_text("utf-8")
