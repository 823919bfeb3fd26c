"""Experiment files: what they say, and what is answered where they say it wrongly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from experiment_files import GRID, HEAD, experiment, written
from scenario_files import TINY

from seci_sim.lab import Experiment, shipped_experiments
from seci_sim.lab.cells import Cells, cell_table, settled
from seci_sim.lab.design import Design
from seci_sim.lab.documents import DesignDocument
from seci_sim.lab.manifest import as_json, design_document, experiment_in
from seci_sim.scenario import FileProblem, InputProblem

pytestmark = pytest.mark.packages

XLRM = (
    HEAD
    + """policies:
  - {name: Documents, policy: {mentoring_hours: 0 h, reading_hours: 1 h}}
  - {name: Mentoring, policy: {mentoring_hours: 1 h}}
vary:
  policy.turnover: [5%, 10%, 20%]
uncertain:
  learning.showing: plausible
  world.needs: {from: 20, to: 22}
sample: {method: latin hypercube, points: 6}
"""
)


def test_a_grid_crosses_all_levels_in_the_order_of_the_file(tmp_path: Path) -> None:
    table = cell_table(experiment(GRID, tmp_path))
    assert list(table.columns) == [
        "cell", "baseline", "scenario", "policy.patient_time", "policy.turnover",
    ]  # fmt: skip
    assert table["policy.patient_time"].tolist() == [0, 0, 0.01, 0.01, 0.1, 0.1]
    assert table["policy.turnover"].tolist() == [0.05, 0.5] * 3
    assert set(table["baseline"]) == {0}


def test_policies_are_compared_in_the_same_uncertain_world(tmp_path: Path) -> None:
    table = cell_table(experiment(XLRM, tmp_path))
    assert len(table) == 2 * 3 * 6
    worlds = ["learning.showing", "world.needs"]
    for _, cell in table.iterrows():
        baseline = table.iloc[cell["baseline"]]
        assert (baseline[worlds] == cell[worlds]).all()
        assert (baseline["policy"], baseline["policy.turnover"]) == ("Documents", 0.05)


def test_a_cell_runs_the_scenario_with_its_policy_and_its_values(tmp_path: Path) -> None:
    found = experiment(XLRM, tmp_path)
    cell = Cells(found)[35]
    scenario = settled(found, cell)
    assert scenario.policy.mentoring_hours == 1
    assert scenario.policy.turnover == 0.2
    assert scenario.world.needs == cell.values["world.needs"]
    assert settled(found, Cells(found)[0]).policy.reading_hours == 1


def test_a_latin_hypercube_puts_one_point_into_each_slice_of_a_range(tmp_path: Path) -> None:
    table = cell_table(experiment(XLRM, tmp_path)).head(6)
    assert table["learning.showing"].between(0.1, 0.4).all()
    slices = np.floor((table["learning.showing"] - 0.1) / 0.05)
    assert sorted(slices) == [0, 1, 2, 3, 4, 5]
    assert sorted(table["world.needs"]) == [20, 20, 21, 21, 22, 22]
    assert table["world.needs"].dtype == np.int64


@pytest.mark.parametrize(("method", "size"), [("sobol", 8), ("morris", 24), ("saltelli", 32)])
def test_other_samples_have_their_own_number_of_points(
    tmp_path: Path, method: str, size: int
) -> None:
    if method != "sobol":
        pytest.importorskip("SALib")
    text = XLRM.replace("latin hypercube, points: 6", f"{method}, points: 8")
    found = experiment(text, tmp_path)
    cells = cell_table(found)
    assert len(cells) == found.size == 6 * size
    assert cells["learning.showing"].between(0.1, 0.4).all()
    assert set(cells["world.needs"]) <= {20, 21, 22}


def test_the_sample_follows_from_the_seed(tmp_path: Path) -> None:
    first, again, other = (
        cell_table(experiment(XLRM + f"seed: {seed}\n", tmp_path)) for seed in (5, 5, 6)
    )
    assert first.equals(again)
    assert not first.equals(other)


def test_an_experiment_is_named_after_its_file_unless_it_says_otherwise(tmp_path: Path) -> None:
    assert experiment(GRID, tmp_path).name == "Trial"
    assert experiment("name: Mine\n" + GRID, tmp_path).name == "Mine"


def test_cells_can_be_given_one_by_one(tmp_path: Path) -> None:
    points = [
        {"policy.turnover": 0.1, "world.needs": 25},
        {"policy.turnover": 0.2, "world.needs": 25},
    ]
    found = experiment(GRID, tmp_path).with_points(points, replications=3, seed=77)
    assert [cell.values for cell in Cells(found)] == points
    assert [cell.baseline for cell in Cells(found)] == [0, 1]
    assert (found.replications, found.seed) == (3, 77)
    with pytest.raises(ValueError, match="same parameters"):
        found.with_points([{"policy.turnover": 0.1}, {"world.needs": 25}])


def test_cells_one_by_one_keep_the_luck_of_worlds_and_the_years(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(TINY.replace("name: ", "name: Other "), "utf-8")
    kept = "luck: of each world\nyearly: yes\nyearly_by_market: [skill]\n"
    text = XLRM.replace("scenario: firm.yaml", "scenarios: [firm.yaml, other.yaml]") + kept
    asked = experiment(text, tmp_path)
    points = [
        {"policy.turnover": turnover, "learning.showing": showing}
        for turnover in (0.1, 0.2)
        for showing in (0.2, 0.3)
    ]
    found = asked.with_points(points, replications=3)
    assert (found.luck, found.yearly, found.yearly_by_market) == ("of each world", True, ("skill",))
    assert [cell.baseline for cell in Cells(found)] == [0, 1, 0, 1] * 2
    seeds = Cells(found).seeds(np.arange(8), np.zeros(8, np.int64))
    assert seeds.tolist() == [1, 4, 1, 4] * 2
    decided = asked.with_points([{"policy.turnover": 0.1}, {"policy.turnover": 0.2}])
    assert decided.luck == "shared"


def written_down(asked: Experiment) -> DesignDocument:
    document = as_json(design_document(asked, ""))
    return DesignDocument.model_validate_json(document)


@pytest.mark.parametrize("name", sorted(shipped_experiments()))
def test_every_shipped_experiment_reads_and_survives_being_written_down(name: str) -> None:
    found = Experiment.load(name)
    if found.sample and found.sample.method in ("morris", "saltelli"):
        pytest.importorskip("SALib")
    again = experiment_in(written_down(found), Experiment)
    assert again.fingerprint == found.fingerprint
    assert cell_table(again).equals(cell_table(found))


def test_an_experiment_with_cells_one_by_one_survives_being_written_down(tmp_path: Path) -> None:
    points = [{"policy.turnover": 0.01 * n, "world.needs": 20 + n} for n in range(1, 60)]
    found = experiment(GRID, tmp_path).with_points(points)
    again = experiment_in(written_down(found), Design)
    assert again.fingerprint == found.fingerprint
    assert again.size == 59


VARY = HEAD + "vary:\n  "


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("question: x\n", "1: scenario: is missing"),
        ("question: x\nscenario: one-percnt\n", '2: scenario: one-percnt: no such file or shipped scenario; did you mean "one-percent"?'),
        ("question: x\nscenario: a.yaml\nscenarios: [b.yaml]\n", "3: scenarios: give either scenario or scenarios"),
        ("question: x\nscenarios: [firm.yaml, firm.yaml]\n", "2: scenarios.2.name: is given twice"),
        ("question: x\nscenarios: [firm.yaml, baseline]\n", "only equal times can be compared"),
        ("question: x\nextends: baseline\npolicy: {patient_time: 1%}\n", "1: is a scenario; it is read by seci-sim check"),
        (HEAD + "bet: {}\nlook_at: [x]\n", "1: is a lesson; it is read by seci-sim page --lesson"),
        (HEAD + "replicatons: 3\n", '3: replicatons: unknown field "replicatons"; did you mean "replications"?'),
        (HEAD + "replications: 0\n", "3: replications: is too small; allowed: 1 to 1000000"),
        (HEAD + "seed: -1\n", "3: seed: is too small"),
        (HEAD + "seed: 9223372036854775807\n", "3: seed: the seed of the last replication is too large"),
        (HEAD + "outcomes: [needs_mt]\n", "3: outcomes.1: nothing is called 'needs_mt'; did you mean \"needs_met\"?"),
        (HEAD + "outcomes: [skill, skill]\n", "3: outcomes.2: is given twice"),
        (HEAD + "weekly: [needs_met_horizon]\n", "3: weekly.1: nothing is called 'needs_met_horizon'"),
        (HEAD + "weekly: [hours_a_head_and_year]\n", "3: weekly.1: nothing is called 'hours_a_head_and_year'"),
        (HEAD + "yearly_by_market: [skill, weeks_until_half_know]\n", "3: yearly_by_market.2: nothing is called 'weeks_until_half_know'"),
        (VARY + "policy.patint_time: [0%, 1%]\n", '4: vary.policy.patint_time: no parameter is called \'policy.patint_time\'; did you mean "policy.patient_time"?'),
        (VARY + "patient_time: [0%, 1%]\n", 'did you mean "policy.patient_time"?'),
        (VARY + "seed: [1, 2]\n", "4: vary.seed: is no factor"),
        (VARY + "horizon: [1, 2]\n", "4: vary.horizon: is no factor"),
        (VARY + "service.bands: [1, 2]\n", "is a table, not a single value"),
        (VARY + "policy.shares_paid: [1%, 2%]\n", "is a table, not a single value"),
        (VARY + "policy.turnover: [5%, 0.05]\n", "4: vary.policy.turnover: 5% is given twice"),
        (VARY + "policy.turnover: [5%]\n", "needs at least two values"),
        (VARY + "policy.turnover: 5%\n", "4: vary.policy.turnover: is not varied; allowed: a list of values, a range"),
        (VARY + "policy.turnover: [5, 6]\n", "'5' is not a share; did you mean 5%?"),
        (VARY + "policy.turnover: [5%, 100%]\n", "'100%' is too large; allowed: 0% to 99%"),
        (VARY + "world.needs: [20.5, 21]\n", "'20.5' must be a whole number"),
        (VARY + "policy.turnover: {from: 20%, to: 5%}\n", "the range from 20% to 5% is empty"),
        (VARY + "policy.turnover: {from: 5%, to: 5%}\n", "the range from 5% to 5% is empty"),
        (VARY + "policy.combination: {from: no, to: yes}\nsample: {method: saltelli, points: 8}\n", "is a switch and has no range"),
        (VARY + "policy.turnover: [5%]\nsample: {method: morris, points: 8}\n", "needs at least two values"),
        (VARY + "policy.turnover: [9**9**9, 5%]\n", "'9**9**9'"),
        (VARY + "policy.turnover: [" + '"a"*10**10' + ", 5%]\n", "4: "),
        (VARY + "policy.turnover: " + "(" * 200_000 + "\n", "4: "),
        (HEAD + "until: {outcome: needs_met, half_width: 9**9**9, at_most: 50}\n", "3: until.half_width: "),
        (HEAD + "until: {outcome: needs_met, half_width: -1%, at_most: 50}\n", "3: until.half_width: is too small"),
        (HEAD + "replications: 1\nvary: {policy.turnover: plausible}\nsample: {method: morris, points: 8}\nanalyses: [{kind: morris, outcome: needs_met}]\n", "morris tells noise from replications; at least 2"),
        (VARY + "policy.turnover: {form: 20%, to: 5%}\n", "is not varied; allowed"),
        (VARY + "policy.combination: {from: no, to: yes}\n", "is a switch and has no range"),
        (VARY + "policy.turnover: [5%, [6%]]\n", "4: vary.policy.turnover: holds something that is not a single value"),
        (VARY + "policy.turnover: [" + ", ".join(f"{n / 100}%" for n in range(1001)) + "]\n", "has 1001 values"),
        (VARY + "policy.combination: plausible\n", "is declared without a plausible range; write [no, yes]"),
        (HEAD + "vary: [policy.turnover]\n", "3: vary: must be names of parameters"),
        ("question: x\nscenario: [firm.yaml]\n", "2: scenario: must be the name of a shipped scenario, or a file"),
        ("question: x\nscenarios: [march-1991, fang-2010]\noutcomes: [periods_to_equilibrium]\n", "only one model can be varied"),
        (HEAD + "replications: 1000000\nvary:\n  world.needs: [" + ", ".join(map(str, range(20, 121))) + "]\n", "runs; limit"),
        (HEAD + "outcomes: [needs_met, needs_mis_served]\nanalyses:\n  - {kind: search, higher: [needs_met], lower: [needs_mis_served]}\n", "a search needs levers under vary"),
        (VARY + "policy.turnover: plausible\n", "sample: is missing: ranges are given for policy.turnover"),
        (HEAD + "sample: {method: sobol, points: 8}\n", "3: sample: no factor has a range to sample"),
        (VARY + "policy.turnover: plausible\nsample: {method: sobol, points: 60}\n", "sobol points come in powers of 2; the nearest is 64"),
        (VARY + "policy.turnover: plausible\nsample: {method: random, points: 6}\n", "5: sample.method: is unknown"),
        (VARY + "policy.turnover: [1%, 2%]\nuncertain: {policy.turnover: plausible}\nsample: {method: sobol, points: 8}\n", "uncertain.policy.turnover: is already under vary"),
        (VARY + "policy.turnover: [1%, 2%]\npolicies: [{name: A, policy: {turnover: 3%}}]\n", "5: policies.A.policy.turnover: is set by the policy and varied as well"),
        (HEAD + "policies: [{name: A, policy: {turnovr: 3%}}]\n", '3: policies.A.policy.turnovr: unknown field "turnovr"; did you mean "turnover"?'),
        (HEAD + "policies: [{name: A}, {name: a}]\n", "3: policies.a.name: is given twice"),
        (HEAD + "policies: [{name: A, policy: {financial_agency: yes}}]\n", "no stakeholder of that kind is declared"),
        (HEAD + "until: {outcome: needs_met, half_width: 1, at_most: 50}\n", "3: until.half_width: is not a share; did you mean 1%?"),
        (HEAD + "until: {outcome: needs_met, half_width: 0%, at_most: 50}\n", "3: until.half_width: is too small"),
        (HEAD + "until: {outcome: skill, half_width: 1%, at_most: 50}\n", "3: until.outcome: nothing is called 'skill'"),
        (HEAD + "until: {outcome: needs_met, half_width: 1%, at_most: 5}\n", "3: until.at_most: is fewer than the 20 replications"),
        (HEAD + "replications: 1\nuntil: {outcome: needs_met, half_width: 1%, at_most: 5}\n", "3: replications: an interval needs at least 2 (10 advised)"),
        (VARY + "policy.turnover: [1%, 2%]\nanalyses: [{kind: comparison, outcome: skill}]\n", "5: analyses.1.outcome: nothing is called 'skill'"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = written(text, tmp_path)
    with pytest.raises(InputProblem) as refused:
        Experiment.load(path)
    (line,) = refused.value.lines
    assert line.startswith(str(path))
    assert message in line


def test_a_mistake_in_the_scenario_is_told_with_the_scenarios_line(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("name: B\nquestion: x\nhorizn: 3\n", "utf-8")
    path = written("question: x\nscenario: broken.yaml\n", tmp_path)
    with pytest.raises(InputProblem, match=r"broken.yaml:3: horizn: unknown field"):
        Experiment.load(path)


def test_too_many_cells_are_refused_before_any_is_made(tmp_path: Path) -> None:
    names = ["showing", "patient_learning", "colleague_learning", "remote_loss", "noticing",
             "routine_practice", "noticing_step", "practice_learning", "tie_across", "tie_within"]  # fmt: skip
    unit = {"tie_across": "", "tie_within": ""}
    lines = [
        f"  learning.{name}: [{', '.join(f'0.{n:02}' if name in unit else f'{n}%' for n in range(10, 30))}]"
        for name in names
    ]
    with pytest.raises(InputProblem, match=r"1e\+13 cells; limit 1,000,000"):
        experiment("\n".join([HEAD + "vary:", *lines, ""]), tmp_path)


def test_a_name_that_is_not_shipped_is_answered_with_the_nearest() -> None:
    with pytest.raises(FileProblem, match='did you mean "patient_time"'):
        Experiment.load("patient-time")


def test_an_experiment_is_read_without_anything_heavy() -> None:
    program = (
        "import sys; from seci_sim.lab import Experiment; Experiment.load('patient_time');"
        "print({'numpy', 'numba', 'pandas', 'mesa'} & set(sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "set()\n"
