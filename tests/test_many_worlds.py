"""Runs in many worlds: their seeds, their points and their bits."""

from __future__ import annotations

import importlib.util
import json
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from experiment_files import HEAD, cut, written
from hypothesis import given, settings
from hypothesis import strategies as st
from looked_at_in_worlds import DRIFT, FEW, SETUP, digest_in, found_in, looked_at
from scenario_files import TINY
from scipy.stats import qmc

from seci_sim.cli import answer_to
from seci_sim.lab import Experiment, weeks
from seci_sim.lab.cells import Cells
from seci_sim.lab.comparing import simulate
from seci_sim.lab.design import YEARLY
from seci_sim.lab.pool import Here
from seci_sim.lab.run import worlds_of
from seci_sim.lab.sampling import unit_points
from seci_sim.lab.sections import Sample
from seci_sim.lab.worlds import Plausible, WorldTable, doubted
from seci_sim.lab.yearly import OF_WEEKS, by_year
from seci_sim.scenario import Scenario, read_scenario

pytestmark = pytest.mark.usefixtures("empty_folder", "undrawn")


def test_each_world_has_seeds_of_its_own_which_policies_share(
    two: tuple[Scenario, Scenario],
) -> None:
    found = found_in(two, 4, seed=100)
    runs = found.runs.set_index(["world", "replication", "scenario"])["seed"].unstack()
    assert runs["Tiny"].tolist() == [100, 101, 102, 103, 104, 105, 106, 107]
    assert runs["More"].tolist() == runs["Tiny"].tolist()


@pytest.mark.slow
@settings(max_examples=30)
@given(
    worlds=st.integers(2, 300),
    replications=st.integers(1, 7),
    seed=st.integers(0, 2**62),
    scenarios=st.integers(1, 3),
)
def test_no_two_worlds_have_a_seed_in_common(
    worlds: int, replications: int, seed: int, scenarios: int
) -> None:
    firms = [Scenario(name=f"Firm {n}", question="What?", horizon=2) for n in range(scenarios)]
    asked = looked_at(firms, worlds).model_copy(update={"seed": seed, "replications": replications})
    every = Cells(asked)
    cell, replication = map(
        np.array, zip(*product(range(len(every)), range(replications)), strict=True)
    )
    seeds = every.seeds(cell, replication)
    by_world: dict[int, set[int]] = {}
    for world, one in zip((cell % worlds).tolist(), seeds.tolist(), strict=True):
        by_world.setdefault(world, set()).add(one)
    assert all(len(own) == replications for own in by_world.values())
    assert len(set().union(*by_world.values())) == worlds * replications


@pytest.mark.parametrize("luck", ["shared", "of each world"])
def test_one_run_alone_has_the_seed_that_the_tables_say(
    luck: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        HEAD + f"uncertain: {{{DRIFT}: [0%, 10%, 20%]}}\nreplications: 2\nseed: 7\nluck: {luck}\n"
    )
    asked = Experiment.load(written(text, tmp_path))
    table = asked.run(Here(), store="out").table
    assert table["seed"].tolist() == ([7, 8] * 3 if luck == "shared" else [7, 8, 9, 10, 11, 12])
    assert answer_to(["rerun", "out", "--cell", "2", "--replication", "1"]) == 0
    out = capsys.readouterr().out
    row = table.iloc[-1]
    assert f"\nseed: {row['seed']}\n" in out
    assert f"needs_met: {float(row['needs_met'])!r}" in out


def test_worlds_are_a_latin_hypercube_over_plausible_ranges(
    two: tuple[Scenario, Scenario],
) -> None:
    factors = doubted(two)
    found = found_in(two, Plausible(16), seed=5)
    assert found.factors == factors
    assert list(found.parameters.columns) == [factor.name for factor in factors]
    assert found.parameters.index.name == "world"
    unit = qmc.LatinHypercube(len(factors), rng=np.random.default_rng(5)).random(16)
    place = [factor.name for factor in factors].index(SETUP)
    assert found.parameters[SETUP].tolist() == pytest.approx((6 + 20 * unit[:, place]).tolist())
    for factor in factors:
        assert found.parameters[factor.name].between(factor.low or 0, factor.high or 0).all()
    sixteenths = np.floor((found.parameters[SETUP] - 6) / 20 * 16)
    assert sorted(sixteenths) == list(range(16))  # each part of the range in just one world


@settings(max_examples=30)
@given(points=st.integers(2, 300), dimensions=st.integers(1, 80), seed=st.integers(0, 2**62))
def test_a_latin_hypercube_is_scipys_to_the_bit(points: int, dimensions: int, seed: int) -> None:
    sample = Sample(method="latin hypercube", points=points)
    design: Any = SimpleNamespace(sample=sample, seed=seed)
    scipys = qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(points)
    assert unit_points(design, dimensions).tolist() == scipys.tolist()


def test_a_world_of_the_files_own_values_gives_the_runs_of_the_files(
    two: tuple[Scenario, Scenario],
) -> None:
    """The oracle of all the rest: where nothing is changed, nothing changes."""
    drift = two[0].world.drift
    here = WorldTable("made up", (DRIFT,), ((drift,), (drift + 0.1,)))
    found = found_in(two, here, seed=3)
    plain = simulate(two, seed=3, replications=2, workers=1)
    own = found.runs[found.runs["world"] == 0].drop(columns=["world", "replication"])
    columns = [name for name in plain.summary if name in own]
    assert columns == list(plain.summary.columns)
    pd.testing.assert_frame_equal(own[columns].reset_index(drop=True), plain.summary)
    years = found.yearly[found.yearly["world"] == 0].reset_index(drop=True)
    expected = weeks.yearly(weeks.of_whole(plain.weekly))
    pd.testing.assert_frame_equal(years[list(YEARLY)], expected[list(YEARLY)])
    assert years["scenario"].tolist() == expected["scenario"].tolist()
    other = found.runs[found.runs["world"] == 1]
    assert set(other["seed"]) == {5, 6}


def test_years_are_means_and_rates_of_their_own_weeks() -> None:
    by_week = {name: np.full(106, 1.0) for name in OF_WEEKS}
    by_week["hours_routine_business"] = np.full(106, 36.0)
    by_week["needs_met"] = np.r_[np.full(52, 0.2), np.full(52, 0.4), 0.6, 0.8]
    by_week["needs_mis_served"] = np.r_[np.full(104, np.nan), 0.1, np.nan]
    years = by_year(by_week)
    assert years[:, 0].tolist() == pytest.approx([0.2, 0.4, 0.7])
    assert years[:, 1].tolist() == pytest.approx([np.nan, np.nan, 0.1], nan_ok=True)
    assert years[:, 2].tolist() == pytest.approx([208.0] * 3)  # 4 of 40 hours, of 2,080 a year


def test_policies_whose_firms_have_other_bands_are_looked_at_too(
    two: tuple[Scenario, Scenario],
) -> None:
    bands = [{"name": "all", "households": 1.0, "income": 100.0}]
    fields = two[1].model_dump(exclude_unset=True) | {"service": {"bands": bands}}
    other = Scenario.model_validate_json(json.dumps(fields))
    runs = found_in([two[0], other], 2).runs.set_index("scenario")
    assert runs["eligible_all"].isna().tolist() == [True] * 4 + [False] * 4
    assert runs["share_starting"].notna().all()


def test_a_world_in_which_a_run_came_to_nothing_is_left_out(two: tuple[Scenario, Scenario]) -> None:
    asked = looked_at(two, 4)
    found = asked.run(Here())
    gone = found.table["cell"] == 5  # the second world under the second policy
    assert found.ran is not None
    short = type(found)(**{**vars(found), "table": found.table[~gone]})
    worlds = worlds_of(short)
    assert worlds is not None
    assert worlds.parameters.index.tolist() == [0, 2, 3]
    assert sorted(set(worlds.runs["world"])) == sorted(set(worlds.yearly["world"])) == [0, 2, 3]


@settings(max_examples=5)
@given(seed=st.integers(0, 2**62), worlds=st.integers(2, 5))
def test_worlds_never_change_the_runs_at_the_files_own_values(seed: int, worlds: int) -> None:
    Path("tiny.yaml").write_text(TINY)
    firm = [read_scenario("./tiny.yaml")]
    without = simulate(firm, seed=seed, replications=2, workers=1)
    with_them = simulate(firm, seed=seed, replications=2, worlds=worlds, workers=1)
    pd.testing.assert_frame_equal(with_them.summary, without.summary)
    pd.testing.assert_frame_equal(with_them.weekly, without.weekly)
    assert with_them.fingerprint == without.fingerprint
    assert without.worlds is None
    assert with_them.worlds is not None
    assert len(with_them.worlds.parameters) == worlds


def test_what_is_there_of_worlds_that_are_not_finished_is_whole_worlds(
    two: tuple[Scenario, Scenario],
) -> None:
    asked = looked_at(two, 16)
    cut(asked, Path("out"), 4)
    first = asked.run(Here(), store="out", shard=(1, 2))
    worlds = worlds_of(first)
    assert worlds is not None
    assert len(first.table) < 64
    # The probe has timed one run of each of three worlds, whose chunks are then not of four runs.
    assert len(worlds.parameters) >= len(first.table) // 4 - 2
    assert asked.run(Here(), store="out", shard=(2, 2)).digest == asked.run(Here()).digest


@pytest.mark.slow
def test_any_workers_give_the_same_bits(two: tuple[Scenario, Scenario]) -> None:
    asked = looked_at(two, 8)
    alone = asked.run(Here())
    with ThreadPoolExecutor(3) as threads:
        together = asked.run(threads)
    processes = asked.run(workers=2, timeout=300.0)
    assert alone.digest == together.digest == processes.digest
    for other in (together, processes):
        pd.testing.assert_frame_equal(alone.yearly, other.yearly)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="the extra cluster is not installed"
)
def test_a_cluster_of_two_workers_looks_at_the_same_worlds(two: tuple[Scenario, Scenario]) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        place = ["--scheduler", cluster.scheduler_address]
        asked = [*FEW[:5], "--quiet", "--worlds", "8", "--out", "there", *place]
        assert answer_to(asked) == 0
    assert answer_to([*FEW, "--worlds", "8", "--out", "here"]) == 0
    for folder in ("", "/worlds"):
        assert digest_in(f"there{folder}") == digest_in(f"here{folder}")
