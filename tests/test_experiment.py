"""Runs in parallel, tidy tables, and the folder of results."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from seci_sim.lab import Experiment
from seci_sim.lab.comparing import comparison, simulate
from seci_sim.lab.comparison_table import comparison as table_of
from seci_sim.lab.findings import Findings
from seci_sim.lab.kept import BY_MARKET
from seci_sim.lab.manifest import MANIFEST_SCHEMA, StoreProblem
from seci_sim.lab.pool import Here
from seci_sim.lab.result_tables import collect
from seci_sim.lab.run import Results, results_of
from seci_sim.lab.sections import PolicyChoice
from seci_sim.report import policy_table as tables
from seci_sim.report.answer import answer
from seci_sim.scenario import Scenario, Unit, read_scenario
from seci_sim.seci import records
from seci_sim.seci.measures import WHOLE, columns

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
    seen: list[int] = []
    simulate(
        [short(horizon=2)], replications=3, workers=1, on_progress=lambda p: seen.append(p.done)
    )
    assert seen == sorted(seen)
    assert seen[-1] == 3


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
    measures = columns(())
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


def kept(results_folder: Path, *scenarios: Scenario, **conditions: Any) -> Findings:
    """A comparison that is run in this process and kept in a folder, with its tables."""
    found = comparison(scenarios, **conditions).run(Here(), store=results_folder)
    collect(found, results_folder)
    return found


@pytest.fixture(scope="module")
def folder(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("results") / "pair"
    kept(place, *results.scenarios, seed=5, replications=3)
    return place


def test_every_folder_says_what_made_it(folder: Path) -> None:
    tables = {path.stem for path in folder.iterdir() if path.suffix == ".csv"}
    assert tables == {
        "results", "cells", "failed", "weekly", "markets", "diffusion", "stories", "data_dictionary",
    }  # fmt: skip
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert found["schema"] == MANIFEST_SCHEMA
    assert (found["experiment"]["seed"], found["experiment"]["replications"]) == (5, 3)
    assert [one["name"] for one in found["scenarios"]] == ["No patient time", "One percent"]
    assert "patient_time" in found["scenarios"][0]["sources"][0][1]
    assert {"python", "numpy", "numba", "mesa"} <= set(found["made_with"])
    assert found["digest"] == found["files"]["results.csv"]
    for name, digest in found["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_a_folder_leads_to_the_same_tables_again(results: Results, folder: Path) -> None:
    again = results_of(Experiment.found(folder))
    assert again is not None
    for table in ("summary", "diffusion", "stories"):
        pd.testing.assert_frame_equal(
            getattr(results, table), getattr(again, table), check_exact=True
        )
    whole = results.weekly["market"] == WHOLE
    pd.testing.assert_frame_equal(results.weekly[whole], again.weekly[whole], check_exact=True)
    for name in BY_MARKET:
        assert again.weekly[name].equals(results.weekly[name])
    assert again.scenarios[0].sources == results.scenarios[0].sources


def test_saved_tables_read_back_as_they_were(results: Results, folder: Path) -> None:
    table = read_table(folder / "results.csv")[list(results.summary.columns)]
    pd.testing.assert_frame_equal(table, results.summary, check_dtype=False, check_exact=True)
    whole = results.weekly["market"] == WHOLE
    for name, rows in (("weekly", whole), ("markets", ~whole)):
        weekly = read_table(folder / f"{name}.csv")
        numbers = weekly.select_dtypes("number").columns
        assert set(BY_MARKET) < set(numbers)
        assert weekly[numbers].to_numpy() == pytest.approx(
            results.weekly.loc[rows, numbers].to_numpy(), rel=1e-12, abs=1e-9, nan_ok=True
        )


def test_everything_of_every_market_is_kept_where_it_is_asked_for(tmp_path: Path) -> None:
    scenario = short(horizon=3)
    found = comparison([scenario], replications=2, keep="everything").run(Here(), store=tmp_path)
    collect(found, tmp_path)
    weekly, markets = (read_table(tmp_path / f"{name}.csv") for name in ("weekly", "markets"))
    known = {"launched", "hours_socialization", "moved_combination", "started_lowest", "subsidy"}
    assert known <= set(markets) <= {*weekly, "market"}
    assert len(markets) == 5 * len(weekly)


def test_the_data_dictionary_explains_every_column(folder: Path) -> None:
    dictionary = read_table(folder / "data_dictionary.csv")
    for table in dictionary["table"].unique():
        explained = dictionary.loc[dictionary["table"] == table, "column"]
        assert list(explained) == list(read_table(folder / f"{table}.csv", nrows=1).columns)
    assert dictionary["meaning"].str.len().min() > 3


def test_a_folder_that_is_not_a_result_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("ten years of work", encoding="utf-8")
    with pytest.raises(StoreProblem, match="not empty, and not an experiment"):
        kept(tmp_path, short(horizon=2), replications=1)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    name = '=HYPERLINK("x","y"), really'
    kept(tmp_path, short(horizon=2).model_copy(update={"name": name}), replications=1)
    for file in ("results.csv", "weekly.csv", "markets.csv", "diffusion.csv"):
        assert set(read_table(tmp_path / file)["scenario"]) == {"'" + name}


def test_what_a_scenario_does_not_have_stays_empty(tmp_path: Path) -> None:
    one = Scenario(
        name="One", question="What?", horizon=3, units=(Unit(name="A", kind="affiliate", staff=20),)
    )
    bands = one.service.bands
    all_in_one = bands[0].model_copy(update={"name": "everybody", "households": 1.0})
    service = one.service.model_copy(update={"bands": (all_in_one,)})
    more = (*one.units, Unit(name="B", kind="affiliate", staff=20))
    two = Scenario.model_validate(
        one.model_copy(update={"name": "Two", "units": more, "service": service})
    )
    found = results_of(kept(tmp_path, one, two, replications=2))
    assert found is not None
    alone = simulate([two], replications=2, workers=1)
    weekly = found.weekly[found.weekly["scenario"] == "Two"].reset_index(drop=True)
    assert set(weekly["market"]) == {"A", "B", "all"}
    missing = f"started_{bands[-1].name}"
    assert weekly[missing].isna().all()
    assert found.summary.loc[found.summary["scenario"] == "Two", missing].isna().all()
    assert missing not in alone.summary
    last = found.summary[found.summary["scenario"] == "Two"].reset_index(drop=True)
    pd.testing.assert_frame_equal(last[alone.summary.columns], alone.summary, check_exact=True)


def test_the_answer_says_who_is_on_treatment_where_policies_change_who_starts() -> None:
    tiered = short("tiered-pricing-india", horizon=30)
    flat = tiered.model_copy(
        update={"name": "Flat", "policy": tiered.policy.model_copy(update={"shares_paid": {}})}
    )
    results = simulate([flat, tiered], replications=4, workers=1)
    (paragraph,) = answer(table_of(results.scenarios, results.summary))
    assert (
        "“Tiered pricing in India” keeps more patients on treatment than “Flat”" in paragraph.plain
    )


def test_the_answer_is_silent_on_treatment_where_everyone_starts_alike(results: Results) -> None:
    found = table_of(results.scenarios, results.summary)
    assert found.names == ("No patient time", "One percent")
    assert "treatment" not in str(answer(found)[0])
    assert tables.policies(found).headings[-1].value != "On treatment"


@pytest.mark.parametrize(
    "name", ["NA", "n/a", "NaN", "nan", "None", "NULL", "null", "#N/A", "<NA>"]
)
def test_a_name_that_other_programs_take_for_a_missing_value_is_refused(name: str) -> None:
    assert pd.read_csv(io.StringIO(f"name,x\n{name},1\n"))["name"].isna().all(), "as pandas does"
    for give in (
        lambda: Unit(name=name, kind="affiliate", staff=20),
        lambda: Unit(name="North", kind="affiliate", staff=20, market=name),
        lambda: Scenario(name=name, question="Who?", horizon=30),
        lambda: PolicyChoice(name=name),
    ):
        with pytest.raises(ValueError, match="is read as a missing value by other programs"):
            give()


def test_a_market_named_nearly_like_a_missing_value_keeps_its_name(tmp_path: Path) -> None:
    names = ("No mode", "nanoland")
    units = tuple(Unit(name=name, kind="affiliate", staff=20) for name in names)
    kept(tmp_path, Scenario(name="Nana", question="Who?", horizon=30, units=units), replications=1)
    assert set(read_table(tmp_path / "markets.csv")["market"]) == set(names)
    weekly = read_table(tmp_path / "weekly.csv")
    assert set(weekly["scenario"]) == {"Nana"}
    assert weekly["weeks_to_routine"].isna().any()
    assert set(read_table(tmp_path / "stories.csv")["market"]) == set(names)
