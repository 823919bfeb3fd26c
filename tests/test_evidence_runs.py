"""Published findings held against runs: what the model gives, in which worlds, and with which rules."""

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
from evidence_page import PAGE, row_of, study_of

from seci_sim.cli.answering import answer_to
from seci_sim.evidence import held as held_module
from seci_sim.evidence.held import (
    NOT_AGAIN,
    OUT,
    REACHABLE,
    Effect,
    Held,
    Spread,
    hold,
)
from seci_sim.evidence.study import Study, read_study, shipped_studies
from seci_sim.evidence.told import assumed, published, simulated, table, told
from seci_sim.parameters import declarations

QUICK = ("bednet-price", "interviews", "peer-quality", "surrogate-accuracy")
"""Studies that take a second at the usual numbers."""


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

    def effect(_: Study, experiment: Any, *_more: object) -> Effect:
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


@pytest.mark.slow
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
