"""Experiments run: the same tables whoever runs them, and whatever happens to the workers."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import broken_models
import numpy as np
import pandas as pd
import pytest
from experiment_files import GRID, HEAD, cut, experiment

from seci_sim.lab import Experiment
from seci_sim.lab.cells import Cells, settled
from seci_sim.lab.chunks import ARRAYS, run_once
from seci_sim.lab.design import weekly_of
from seci_sim.lab.findings import Findings
from seci_sim.lab.folder import Store
from seci_sim.lab.manifest import AnotherExperiment, StoreProblem
from seci_sim.lab.own_model import with_own
from seci_sim.lab.pool import Here
from seci_sim.lab.statistics import add_ratios
from seci_sim.scenario import with_levers
from seci_sim.seci import records
from seci_sim.seci.measures import columns, outcomes

WITH_ONE_OF_EACH = HEAD + (
    "vary: {policy.patient_time: [1%, 2%, 3%, 4%, 5%, 6%, 7%]}\n"
    "replications: 3\noutcomes: [tacit_alignment]\n"
)


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return experiment(GRID, tmp_path_factory.mktemp("serial")).run(Here())


def test_the_table_has_a_row_for_each_cell_and_replication(serial: Findings) -> None:
    assert list(serial.table.columns) == [
        "cell", "scenario", "policy.patient_time", "policy.turnover", "replication", "seed",
        "tacit_alignment", "leavers", "hours_a_head_and_year",
    ]  # fmt: skip
    assert serial.table["cell"].tolist() == [cell for cell in range(6) for _ in range(4)]
    assert serial.table["replication"].tolist() == [0, 1, 2, 3] * 6
    assert serial.table["seed"].tolist() == [1, 2, 3, 4] * 6
    assert serial.weekly.empty
    assert serial.failed.empty


def test_every_row_is_the_run_that_it_says(serial: Findings) -> None:
    (firm,) = serial.experiment.scenarios
    for _, row in serial.table.iloc[[0, 9, 23]].iterrows():
        levers = {"patient_time": row["policy.patient_time"], "turnover": row["policy.turnover"]}
        run = run_once(with_levers(firm, **levers), int(row["seed"]))
        found = records.summary(run.table[:, -1], columns(firm.service.bands))
        expected = add_ratios(pd.DataFrame([found])).iloc[0]
        for name in serial.experiment.outcomes:
            assert row[name] == expected[name]


def test_every_outcome_that_a_run_has_can_be_asked_for(serial: Findings) -> None:
    (firm,) = serial.experiment.scenarios
    measures = columns(firm.service.bands)
    run = run_once(firm, 1)
    summary = add_ratios(pd.DataFrame([records.summary(run.table[:, -1], measures)]))
    assert set(outcomes(firm.service.bands)) == set(summary.columns)


def test_weeks_are_kept_where_they_are_asked_for(tmp_path: Path) -> None:
    found = experiment(GRID + "weekly: [leavers, skill]\n", tmp_path).run(Here())
    assert list(found.weekly.columns) == ["cell", "replication", "seed", "week", "leavers", "skill"]
    assert len(found.weekly) == 6 * 4 * 10
    totals = found.weekly.groupby(["cell", "replication"])["leavers"].sum()
    assert totals.to_numpy() == pytest.approx(found.table["leavers"].to_numpy())


def test_years_of_each_market_are_kept_where_they_are_asked_for(tmp_path: Path) -> None:
    text = GRID.replace("outcomes:", "yearly_by_market: [skill, leavers]\noutcomes:")
    found = experiment(text, tmp_path).run(Here(), store=tmp_path / "out")
    (firm,) = found.experiment.scenarios
    names = [f"{name}, {market}" for market in firm.markets for name in ("skill", "leavers")]
    assert list(found.yearly.columns) == ["cell", "replication", "seed", "year", *names]
    first = settled(found.experiment, Cells(found.experiment)[0])
    weekly = run_once(first, int(found.table["seed"][0]))
    place = {measure.name: n for n, measure in enumerate(weekly_of(firm))}
    for market, name in enumerate(firm.markets):
        mean = np.nanmean(weekly.table[:, market, place["skill"]])
        assert found.yearly[f"skill, {name}"][0] == pytest.approx(mean)
    meanings = pd.read_csv(tmp_path / "out" / "data_dictionary.csv")
    assert set(names) <= set(meanings.loc[meanings["table"] == "yearly", "column"])


def test_threads_lead_to_the_same_table(serial: Findings, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as threads:
        found = experiment(GRID, tmp_path).run(threads, workers=3)
    assert found.digest == serial.digest
    pd.testing.assert_frame_equal(found.table, serial.table, check_exact=True)


@pytest.mark.slow
def test_processes_of_the_standard_library_lead_to_the_same_table(
    serial: Findings, tmp_path: Path
) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert experiment(GRID, tmp_path).run(processes, workers=2).digest == serial.digest


@pytest.mark.slow
@pytest.mark.usefixtures("serial")  # so that no rule is left to compile while a clock runs
def test_a_cell_that_raises_kills_or_hangs_is_named_and_all_others_finish(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    asked = experiment(WITH_ONE_OF_EACH, tmp_path)
    cut(with_own(asked, broken_models.Broken, {}), folder, 21)  # no other chunk has cell 5, too
    found = asked.run(
        store=folder, resume=True, workers=2, timeout=6, model=broken_models.Broken
    )  # cells 2, 3 and 5 go wrong
    assert sorted(found.table["cell"].unique()) == [0, 1, 4, 6]
    assert len(found.table) == 4 * 3
    kinds = found.failed.groupby("cell")["kind"].unique().map(list).to_dict()
    assert kinds == {2: ["raised"], 3: ["killed"], 5: ["hung"]}
    assert found.failed["cell"].tolist() == [2, 2, 2, 3, 5]  # no worker is spent on 3 and 5 again
    raised = found.failed[found.failed["cell"] == 2].iloc[0]
    assert "ZeroDivisionError: a rule that divides by nothing" in raised["what"]
    assert raised["command"] == f"seci-sim rerun {folder} --cell 2 --replication 0"
    (hung,) = (folder / "failed").glob("5-*.json")
    assert "broken_models.py" in json.loads(hung.read_text())["where"]


@pytest.mark.slow
def test_runs_of_a_worker_that_is_killed_are_done_by_another(
    serial: Findings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECI_SIM_TEST_MARK", str(tmp_path / "killed"))
    found = experiment(GRID, tmp_path).run(workers=2, model=broken_models.KilledOnce)
    assert (tmp_path / "killed").exists()
    assert found.failed.empty
    assert found.digest == serial.digest


def test_an_experiment_stops_when_too_many_runs_fail(tmp_path: Path) -> None:
    text = WITH_ONE_OF_EACH.replace("[1%, 2%, 3%, 4%, 5%, 6%, 7%]", "[1%, 3%]")
    asked = experiment(text.replace("replications: 3", "replications: 50"), tmp_path)
    folder = tmp_path / "out"
    cut(with_own(asked, broken_models.Broken, {}), folder, 4)
    found = asked.run(Here(), store=folder, resume=True, max_failures=2, model=broken_models.Broken)
    assert 2 < len(found.failed) <= 4


@pytest.mark.slow
def test_replications_come_one_after_another_for_all_cells(tmp_path: Path) -> None:
    seen: list[list[int]] = []
    folder = tmp_path / "out"
    asked = experiment(GRID.replace("replications: 4", "replications: 40"), tmp_path)

    def look(_: object) -> None:
        counts = Experiment.found(folder).table["cell"].value_counts()
        seen.append([int(counts.get(cell, 0)) for cell in range(6)])

    cut(asked, folder, 13)
    asked.run(Here(), store=folder, resume=True, on_progress=look)
    assert len(seen) == 20  # 19 chunks, and the end
    assert all(max(counts) - min(counts) <= 1 for counts in seen)


def test_cells_are_run_until_their_difference_is_narrow(tmp_path: Path) -> None:
    until = "until: {outcome: tacit_alignment, half_width: 0.004, at_most: 60}\n"
    found = experiment(GRID + until, tmp_path).run(Here())
    runs = found.table.groupby("cell").size()
    values = found.table.pivot(index="replication", columns="cell", values="tacit_alignment")
    for cell in range(1, 6):
        pairs = (values[cell] - values[0]).dropna().to_numpy()
        half = _half_width(pairs)
        assert half <= 0.004 or len(pairs) == 60
        if len(pairs) > 4:
            assert _half_width(pairs[:-10]) > 0.004
    assert runs[0] == runs.max()
    assert runs.min() < runs.max()


def _half_width(pairs: np.ndarray) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, len(pairs) - 1) * pairs.std(ddof=1) / np.sqrt(len(pairs)))


# The folder ---------------------------------------------------------------------------------------


def test_what_is_finished_is_not_run_again(serial: Findings, tmp_path: Path) -> None:
    asked = experiment(GRID, tmp_path)
    first = asked.run(Here(), store=tmp_path / "out")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "out" / "parts").iterdir()}
    again = asked.run(Here(), store=tmp_path / "out", resume=True)
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "out" / "parts").iterdir()} == before
    assert first.digest == again.digest == serial.digest


def test_what_another_process_finishes_meanwhile_is_not_done_again(
    serial: Findings, tmp_path: Path
) -> None:
    asked, folder = experiment(GRID, tmp_path), tmp_path / "out"
    cut(asked, folder, 3)
    done: list[int] = []

    def the_other_ends_after_my_first_chunk(_: object) -> None:
        if not done:
            done.append(len(list((folder / "parts").glob("*.json"))))
            asked.run(Here(), store=folder, resume=True)
            done.append(max(p.stat().st_mtime_ns for p in (folder / "parts").iterdir()))

    mine = asked.run(
        Here(), store=folder, resume=True, on_progress=the_other_ends_after_my_first_chunk
    )
    assert done[0] == 1
    assert max(p.stat().st_mtime_ns for p in (folder / "parts").iterdir()) == done[1]
    assert mine.digest == serial.digest


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ("replications: 4", "replications: 5", "replications: 4 there, 5 here"),
        ("vary:", "seed: 7\nvary:", "seed: 1 there, 7 here"),
        ("[5%, 50%]", "[5%, 40%]", "vary.policy.turnover.levels.2: 0.5 there, 0.4 here"),
    ],
)
def test_another_experiment_is_not_mixed_in(
    tmp_path: Path, before: str, after: str, difference: str
) -> None:
    folder = tmp_path / "out"
    experiment(GRID, tmp_path).run(Here(), store=folder)
    other = experiment(GRID.replace(before, after), tmp_path)
    kept = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(AnotherExperiment, match=difference) as refused:
        other.run(Here(), store=folder, resume=True)
    assert refused.value.exit_code == 6
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == kept


def test_another_line_of_the_scenario_is_another_experiment(tmp_path: Path) -> None:
    asked = experiment(GRID, tmp_path)
    asked.run(Here(), store=tmp_path / "out")
    firm = (tmp_path / "firm.yaml").read_text()
    (tmp_path / "firm.yaml").write_text(firm.replace("staff: 12", "staff: 13"))
    with pytest.raises(AnotherExperiment, match=r"units.Japan.staff: 12 there, 13 here"):
        Experiment.load(tmp_path / "trial.yaml").run(Here(), store=tmp_path / "out", resume=True)


def test_another_version_is_another_experiment(tmp_path: Path) -> None:
    asked, folder = experiment(GRID, tmp_path), tmp_path / "out"
    asked.run(Here(), store=folder)
    design = json.loads((folder / "design.json").read_text())
    design["made_with"]["numpy"] = "1.0.0"
    (folder / "design.json").write_text(json.dumps(design))
    with pytest.raises(AnotherExperiment, match=r"numpy: 1.0.0 there, "):
        asked.run(Here(), store=folder, resume=True)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    asked, folder = experiment(GRID, tmp_path), tmp_path / "out"
    folder.mkdir()
    (folder / "thesis.doc").write_text("ten years of work")
    with pytest.raises(StoreProblem, match="not empty, and not an experiment"):
        asked.run(Here(), store=folder, resume=True)
    assert [path.name for path in folder.iterdir()] == ["thesis.doc"]


def test_an_experiment_is_not_begun_twice_by_mistake(tmp_path: Path) -> None:
    asked = experiment(GRID, tmp_path)
    asked.run(Here(), store=tmp_path / "out")
    with pytest.raises(StoreProblem, match="go on with --resume"):
        asked.run(Here(), store=tmp_path / "out")


def test_shards_share_a_folder_and_lead_to_the_same_table(serial: Findings, tmp_path: Path) -> None:
    asked, folder = experiment(GRID, tmp_path), tmp_path / "out"
    cut(asked, folder, 3)
    sizes = [len(asked.run(Here(), store=folder, shard=(i, 3)).table) for i in (1, 2, 3)]
    assert sizes == [9, 18, 24]
    assert Experiment.found(folder).digest == serial.digest


def test_two_results_of_one_run_are_noticed(tmp_path: Path) -> None:
    asked, folder = experiment(GRID, tmp_path), tmp_path / "out"
    asked.run(Here(), store=folder)
    store = Store(folder, asked)
    part = next(ran for ran in store.parts() if ran.cell.size > 1)
    part.outcomes[0, 0] += 1
    store.keep(replace(part, **{name: getattr(part, name)[:1] for name in ARRAYS}))
    with pytest.raises(StoreProblem, match="the same run gave two results"):
        Experiment.found(folder)


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"shard": (5, 4)}, "got 5/4"),
        ({"shard": (0, 0)}, "got 0/0"),
        ({"executor": Here(), "timeout": 1}, "only the local pool can stop a run"),
    ],
)
def test_conditions_that_do_not_go_together_are_refused(
    tmp_path: Path, conditions: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        experiment(GRID, tmp_path).run(store=tmp_path / "out", **conditions)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()
