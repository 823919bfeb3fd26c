"""Runs in parallel, tidy tables, and the folder of results."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import synthetic
from synthetic import Course

from seci_sim import records
from seci_sim.experiment import store
from seci_sim.experiment.comparison_table import comparison
from seci_sim.experiment.run import Results, simulate
from seci_sim.measures import columns
from seci_sim.report import tables
from seci_sim.report.answer import answer
from seci_sim.scenario import Scenario, Unit, read_scenario

pytestmark = pytest.mark.packages


def short(name: str = "one-percent", horizon: int = 60, **changes: object) -> Scenario:
    scenario = read_scenario(name)
    return Scenario.model_validate(scenario.model_copy(update={"horizon": horizon, **changes}))


def read_table(path: Path, **settings: Any) -> pd.DataFrame:
    """A table of results; a market may be called NA, so only an empty field is a missing value."""
    frame: pd.DataFrame = pd.read_csv(
        path, keep_default_na=False, na_values="", float_precision="round_trip", **settings
    )
    return frame


@pytest.fixture(scope="module")
def results() -> Results:
    pair = [short("no-patient-time"), short("one-percent")]
    return simulate(pair, seed=5, replications=3, workers=1)


def test_any_number_of_workers_gives_the_same_tables(results: Results) -> None:
    parallel = simulate(results.scenarios, seed=5, replications=3, workers=2)
    for table in ("weekly", "summary", "diffusion", "stories"):
        pd.testing.assert_frame_equal(
            getattr(results, table), getattr(parallel, table), check_exact=True
        )


def test_replication_r_of_seed_s_is_seed_s_plus_r(results: Results) -> None:
    alone = simulate([results.scenarios[1]], seed=6, replications=1, workers=1)
    here = results.summary.query("scenario == 'One percent' and seed == 6").reset_index(drop=True)
    pd.testing.assert_frame_equal(here, alone.summary, check_exact=True)


def test_progress_counts_every_run() -> None:
    seen: list[tuple[int, int]] = []
    simulate([short(horizon=2)], replications=3, workers=1, on_progress=lambda *n: seen.append(n))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_two_scenarios_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="different names"):
        simulate([short(), short()], replications=1)


def test_the_weekly_table_has_a_row_for_every_week_and_market(results: Results) -> None:
    weekly = results.weekly
    assert len(weekly) == 2 * 3 * 60 * 6
    assert set(weekly["market"]) == {"Japan", "China", "Americas", "Europe", "India", "all"}
    whole = weekly[weekly["market"] == "all"]
    markets = weekly[weekly["market"] != "all"].groupby(["scenario", "seed", "week"])
    met = markets["needs_met"].mean().to_numpy()
    assert whole["needs_met"].to_numpy() == pytest.approx(met)
    started = markets[["started_lowest", "adherent_lowest", "subsidy"]].sum().to_numpy()
    whole_started = whole[["started_lowest", "adherent_lowest", "subsidy"]].to_numpy()
    assert whole_started == pytest.approx(started)


def test_levels_are_means_and_flows_are_totals(results: Results) -> None:
    run = results.weekly.query("scenario == 'One percent' and seed == 5 and market == 'all'")
    row = results.summary.query("scenario == 'One percent' and seed == 5").iloc[0]
    assert row["skill"] == pytest.approx(run["skill"].tail(52).mean())
    assert row["skill_horizon"] == pytest.approx(run["skill"].mean())
    assert row["leavers"] == run["leavers"].sum()
    assert row["hours_routine_business"] == run["hours_routine_business"].sum()


def test_a_summary_by_hand() -> None:
    measures = columns([])
    whole = np.zeros((60, len(measures)))
    names = [measure.name for measure in measures]
    whole[:, names.index("needs_met")] = np.arange(60)
    whole[:, names.index("staff_knowing")] = np.arange(60) / 100
    whole[:, names.index("weeks_to_routine")] = np.nan
    whole[[10, 20], names.index("routines_adopted")] = 1, 3
    whole[[10, 20], names.index("weeks_to_routine")] = 16, 20
    row = records.summary(whole, measures)
    assert row["needs_met"] == np.arange(8, 60).mean()
    assert row["needs_met_horizon"] == 29.5
    assert row["routines_adopted"] == 4
    assert row["weeks_to_routine"] == (16 + 3 * 20) / 4
    assert row["weeks_until_half_know"] == 51


def test_every_folder_says_what_made_it(results: Results, tmp_path: Path) -> None:
    folder = tmp_path / "results" / "pair"
    store.save(results, folder, command="seci-sim compare a b", report="<p>report</p>")
    assert {path.name for path in folder.iterdir()} == {
        "report.html", "summary.csv", "weekly.csv", "diffusion.csv", "stories.csv",
        "data_dictionary.csv", "manifest.json",
    }  # fmt: skip
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["schema"] == store.MANIFEST_SCHEMA
    assert manifest["inputs"]["seeds"] == [5, 6, 7]
    assert [s["name"] for s in manifest["inputs"]["scenarios"]] == [
        "No patient time",
        "One percent",
    ]
    assert "patient_time" in manifest["inputs"]["scenarios"][0]["sources"][0]["text"]
    assert {"python", "numpy", "numba", "mesa"} <= set(manifest["versions"])
    for name, file in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == file["sha256"]


def test_saved_tables_read_back_as_they_were(results: Results, tmp_path: Path) -> None:
    store.save(results, tmp_path / "pair", command="", report="")
    summary = read_table(tmp_path / "pair" / "summary.csv")
    pd.testing.assert_frame_equal(summary, results.summary, check_dtype=False, check_exact=True)
    weekly = read_table(tmp_path / "pair" / "weekly.csv", dtype={"market": "category"})
    numbers = weekly.select_dtypes("number").columns
    assert weekly[numbers].to_numpy() == pytest.approx(
        results.weekly[numbers].to_numpy(), rel=1e-12, abs=1e-9, nan_ok=True
    )
    assert list(weekly.columns) == list(results.weekly.columns)


def test_the_data_dictionary_explains_every_column(results: Results, tmp_path: Path) -> None:
    store.save(results, tmp_path / "pair", command="", report="")
    dictionary = read_table(tmp_path / "pair" / "data_dictionary.csv")
    for file in ("summary.csv", "weekly.csv", "diffusion.csv", "stories.csv"):
        explained = dictionary.loc[dictionary["file"] == file, "column"]
        assert list(explained) == list(read_table(tmp_path / "pair" / file, nrows=1).columns)
    assert dictionary["meaning"].str.len().min() > 3


def test_the_same_inputs_replace_a_folder_and_others_do_not(
    results: Results, tmp_path: Path
) -> None:
    store.save(results, tmp_path / "pair", command="", report="first")
    store.save(results, tmp_path / "pair", command="", report="second")
    assert (tmp_path / "pair" / "report.html").read_text(encoding="utf-8") == "second"
    with pytest.raises(store.FolderProblem, match="holds another run"):
        store.claim(tmp_path / "pair", results.scenarios, (5, 6))
    (tmp_path / "pair" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(store.FolderProblem, match=r"not ours, 'notes.txt'"):
        store.save(results, tmp_path / "pair", command="", report="third")
    assert {path.name for path in tmp_path.iterdir()} == {"pair"}
    assert (tmp_path / "pair" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_a_result_is_left_alone(results: Results, tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("ten years of work", encoding="utf-8")
    with pytest.raises(store.FolderProblem, match="not empty, and not a result"):
        store.save(results, tmp_path, command="", report="")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    name = '=HYPERLINK("x","y"), really'
    hostile = short(horizon=2).model_copy(update={"name": name})
    store.save(
        simulate([hostile], replications=1, workers=1), tmp_path / "h", command="", report=""
    )
    for file in ("summary.csv", "weekly.csv", "diffusion.csv"):
        read = read_table(tmp_path / "h" / file)
        assert set(read["scenario"]) == {"'" + hostile.name}


def test_a_failed_write_leaves_nothing(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "weekly_csv", full)
    with pytest.raises(store.FolderProblem, match="No space left"):
        store.save(results, tmp_path / "pair", command="", report="")
    assert list(tmp_path.iterdir()) == []


def test_the_answer_says_who_is_on_treatment_where_policies_change_who_starts() -> None:
    tiered = short("tiered-pricing-india", horizon=30)
    flat = tiered.model_copy(
        update={"name": "Flat", "policy": tiered.policy.model_copy(update={"shares_paid": {}})}
    )
    results = simulate([flat, tiered], replications=4, workers=1)
    finding, _ = answer(comparison(results.scenarios, results.summary))
    assert (
        "of eligible patients start treatment and stay on it under “Tiered pricing in India”"
        in finding
    )
    assert "percentage points more than under “Flat”" in finding


def test_the_answer_is_silent_on_treatment_where_everyone_starts_alike(results: Results) -> None:
    found = comparison(results.scenarios, results.summary)
    assert found.names == ("No patient time", "One percent")
    assert "treatment" not in answer(found)[0]
    assert tables.policies(found).headings[-1].value != "On treatment"


def test_a_market_whose_name_starts_like_no_number_keeps_its_name(tmp_path: Path) -> None:
    course = Course("a,nano", 0.01, 0.4, 0.1, 20)
    found = synthetic.results((course,), replications=1, horizon=3, markets=("nanoland", "x"))
    store.save(found, tmp_path / "pair", command="", report="")
    weekly = read_table(tmp_path / "pair" / "weekly.csv")
    assert set(weekly["market"]) == {"nanoland", "x", "all"}
    assert set(weekly["scenario"]) == {"a,nano"}


def test_a_market_named_like_a_missing_value_keeps_its_name(tmp_path: Path) -> None:
    units = tuple(Unit(name=name, kind="affiliate", staff=20) for name in ("NA", "null"))
    scenario = Scenario(name="nan", question="Who is Namibia?", horizon=30, units=units)
    found = simulate([scenario], replications=1, workers=1)
    store.save(found, tmp_path / "pair", command="", report="")
    weekly = read_table(tmp_path / "pair" / "weekly.csv")
    assert set(weekly["market"]) == {"NA", "null", "all"}
    assert set(weekly["scenario"]) == {"nan"}
    assert weekly["weeks_to_routine"].isna().any()
    assert set(read_table(tmp_path / "pair" / "stories.csv")["market"]) == {"NA", "null"}
