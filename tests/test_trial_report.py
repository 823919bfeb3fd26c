"""A trial as runs of it are reported: in the report, at a terminal, in tables and to programs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from firm_on_trial import a_trial, firm

from seci_sim.cli.answering import answer_to
from seci_sim.lab import Experiment
from seci_sim.lab.comparing import comparison, over_worlds, simulate
from seci_sim.lab.intervals import student
from seci_sim.lab.run import Results
from seci_sim.lab.trial_table import trials_of
from seci_sim.report import html, tell
from seci_sim.report.document import as_json, document
from seci_sim.report.trials import SPILLS_OVER, in_lines, reports

SCENARIO = firm(a_trial(among="pairs", policy={"simulation_hours": 3.0}))


@pytest.fixture(scope="module")
def results() -> Results:
    plain = firm(None).model_copy(update={"name": "Without"})
    return simulate([plain, SCENARIO], replications=6, workers=1)


def test_arms_are_those_of_the_runs(results: Results) -> None:
    """Means of the table of arms, and a run's own interval, counted over the runs."""
    (found,) = trials_of(results.scenarios, results.summary)
    assert (found.scenario, found.runs, found.eligible.mean) == ("Small", 6, 40)
    assert found.flow["control"]["clusters"].mean + found.flow["treated"]["clusters"].mean == 19
    runs = results.summary[results.summary["scenario"] == "Small"]
    row = next(row for row in found.rows if (row.outcome, row.period) == ("hours", "during"))
    differences = runs["trial_hours_during_did"].to_numpy()
    assert row.did.over_runs.mean == pytest.approx(differences.mean())
    assert row.did.over_runs.interval == pytest.approx(student(differences))
    margins = runs["trial_hours_during_did_margin"].to_numpy()
    assert row.did.one_trial == pytest.approx(margins.mean())
    assert row.did.found == (np.abs(differences) > margins).sum() > 0
    assert row.arms["treated"].mean > row.arms["control"].mean + 1


def test_a_run_s_arms_before_during_and_after_are_those_of_its_weeks(results: Results) -> None:
    """Nobody leaves or comes: then the mean of people's means is that of the weeks."""
    quiet = SCENARIO.policy.model_copy(update={"turnover": 0.0, "rotation": 0.0})
    found = simulate([SCENARIO.model_copy(update={"policy": quiet})], replications=1, workers=1)
    for arm in ("control", "treated"):
        of_arm = found.trial[found.trial["arm"] == arm]
        assert len(set(of_arm["people"])) == 1
        for period, first, last in (("before", 4, 7), ("during", 8, 14), ("after", 15, 20)):
            weeks = of_arm[of_arm["week"].between(first, last)]
            for outcome in ("needs_met", "knowing", "hours"):
                name = f"trial_{outcome}_{period}_{arm}"
                assert found.summary[name].item() == pytest.approx(weeks[outcome].mean()), name


def test_the_table_of_arms_has_every_week_run_and_arm(results: Results) -> None:
    table = results.trial
    assert table["scenario"].unique().tolist() == ["Small"]
    assert table["seed"].unique().tolist() == [1, 2, 3, 4, 5, 6]
    assert len(table) == 6 * 17 * 2
    assert table["week"].min() == 4
    assert table["week"].max() == 20
    assert not table.isna().any().any()


def test_the_report_tells_it_as_a_trial(results: Results) -> None:
    (told,) = reports(results)
    assert told.heading == "The trial: Try it (Small)"
    how, spills = told.how
    assert how.startswith(
        "Luck gave simulation_hours 3 hours a week to 50% of the eligible pairs, in weeks 8 to 14;"
    )
    assert "Eligible were 40 people" in how
    assert spills == SPILLS_OVER
    assert [cell.value for cell in told.flow.headings[1:3]] == ["Pairs", "People in each"]
    assert [row[0].value for row in told.flow.rows] == ["Control", "Treated"]
    assert len(told.outcomes.rows) == 10
    page = html(tell(results), command="seci-sim compare")
    assert page.count('<section class="trial">') == 1
    assert told.outcomes.rows[0][5].value in page
    assert all(line in in_lines([told]) for line in (told.heading, *told.how, *told.answers))


def test_programs_get_the_same_numbers(results: Results) -> None:
    (found,) = trials_of(results.scenarios, results.summary)
    (told,) = json.loads(as_json(document(tell(results))))["trials"]
    assert told["trial"]["from"] == 8
    assert told["outcomes"][0]["difference"]["mean"] == found.rows[0].difference.over_runs.mean
    assert told["arms"]["treated"]["people"] == found.flow["treated"]["people"].mean


def test_without_a_trial_nothing_is_said_of_one() -> None:
    found = simulate([firm(None)], replications=2, workers=1)
    assert found.trial.empty
    told = tell(found)
    assert told.trials == []
    assert "trials" not in document(told)
    assert not found.summary.filter(like="trial").columns.size


@pytest.mark.parametrize(("share", "arm"), [(0.0, "control"), (1.0, "treated")])
def test_one_arm_has_no_difference_to_tell(share: float, arm: str) -> None:
    found = simulate([firm(a_trial(share=share))], replications=2, workers=1)
    (told,) = reports(found)
    only = f"The {arm} arm is the only one, so that nothing is told of a difference."
    assert told.answers == [only]
    assert SPILLS_OVER not in told.how
    assert {row[5].value for row in told.outcomes.rows} == {"–"}
    json.loads(as_json(document(tell(found))))


def test_worlds_tell_of_it_too() -> None:
    asked = over_worlds(comparison([SCENARIO], replications=2), 4)
    assert asked is not None
    found = asked.run(workers=1)
    assert found.table["trial_hours_during_difference"].notna().all()


def test_an_experiment_may_look_at_what_trials_find(tmp_path: Path) -> None:
    asked = Experiment(
        name="Longer",
        question="What does a trial find?",
        scenarios=(SCENARIO,),
        replications=3,
        outcomes=("trial_hours_during_did", "trial_hours_during_did_margin"),
    )
    table = asked.run(workers=1).table
    assert (table["trial_hours_during_did"] > 1).all()


WRITTEN = """
name: Small
question: What does a trial find?
horizon: 20
units:
  - {name: India, kind: affiliate, staff: 12}
  - {name: Japan, kind: affiliate, staff: 12}
trial: {name: Train, among: people, from: 6, to: 9, policy: {simulation_hours: 2 h}, outcomes: [hours]}
"""


def test_the_command_prints_writes_and_repeats_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(WRITTEN)
    options = ["--replications", "2", "--worlds", "0", "--workers", "1", "--out", "runs"]
    assert answer_to(["run", "mine.yaml", *options]) == 0
    said = capsys.readouterr().out
    assert "The trial: Train\nLuck gave simulation_hours 2 hours a week to 50%" in said
    table = pd.read_csv("runs/trial.csv")
    assert list(table.columns) == ["scenario", "seed", "week", "arm", "people", "hours"]
    words = pd.read_csv("runs/data_dictionary.csv")
    of_results = words[(words["table"] == "results") & words["column"].str.startswith("trial_")]
    assert set(of_results["kind"]) == {"mean over people of their weeks"}
    people = words[(words["table"] == "trial") & (words["column"] == "people")]
    assert people["meaning"].item() == "People of the arm who are there."
    assert answer_to(["rerun", "runs"]) == 0
    assert "The same to the bit" in capsys.readouterr().out
