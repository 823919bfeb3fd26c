"""Runs in many worlds: their seeds and bits, tables of worlds, and the commands that make them."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from answers import listing, refused
from experiment_files import HEAD, cut, written
from experiment_programs import PROGRAM
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_files import TINY
from scipy.stats import qmc

from seci_sim.cli import answer_to
from seci_sim.cli.calibrate import LEAST_RUNS
from seci_sim.lab import Experiment, chunks, weeks
from seci_sim.lab.cells import Cells
from seci_sim.lab.chunks import Run
from seci_sim.lab.comparing import comparison, over_worlds, simulate
from seci_sim.lab.design import YEARLY
from seci_sim.lab.pool import Here
from seci_sim.lab.progress_bar import (
    NO_OPTION,
    WORLDS_OPTION,
    Asking,
    size_in_words,
)
from seci_sim.lab.run import worlds_of
from seci_sim.lab.sampling import unit_points
from seci_sim.lab.sections import Sample
from seci_sim.lab.size import Size
from seci_sim.lab.world_tables import read_worlds
from seci_sim.lab.worlds import Asked, Plausible, Worlds, WorldTable, doubted
from seci_sim.lab.yearly import OF_WEEKS, by_year
from seci_sim.scenario import InputProblem, Scenario, read_scenario

pytestmark = pytest.mark.usefixtures("empty_folder", "undrawn")

MORE = "name: More\nextends: tiny.yaml\npolicy: {patient_time: 10%}\n"
FEW = ("compare", "tiny.yaml", "more.yaml", "--replications", "2", "--workers", "1", "--quiet")
DRIFT, SETUP = "world.drift", "projects.setup_weeks"


@pytest.fixture
def two() -> tuple[Scenario, Scenario]:
    """Two policies of one firm, as files in the folder that a test works in."""
    Path("tiny.yaml").write_text(TINY)
    Path("more.yaml").write_text(MORE)
    return read_scenario("./tiny.yaml"), read_scenario("./more.yaml")


def looked_at(compared: Sequence[Scenario], worlds: Asked, seed: int = 1) -> Experiment:
    asked = over_worlds(comparison(compared, seed=seed), worlds)
    assert asked is not None
    return asked


def found_in(compared: Sequence[Scenario], worlds: Asked, seed: int = 1) -> Worlds:
    found = worlds_of(looked_at(compared, worlds, seed).run(Here()))
    assert found is not None
    return found


# Seeds and points ---------------------------------------------------------------------------------


def test_each_world_has_seeds_of_its_own_which_policies_share(
    two: tuple[Scenario, Scenario],
) -> None:
    found = found_in(two, 4, seed=100)
    runs = found.runs.set_index(["world", "replication", "scenario"])["seed"].unstack()
    assert runs["Tiny"].tolist() == [100, 101, 102, 103, 104, 105, 106, 107]
    assert runs["More"].tolist() == runs["Tiny"].tolist()


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


# What is kept -------------------------------------------------------------------------------------


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


# Tables of worlds ---------------------------------------------------------------------------------


def table(text: str, name: str = "worlds.csv") -> Path:
    path = Path(name)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "text",
    [
        f"{DRIFT},{SETUP}\n0.05,10\n0.1,12.5\n",
        f"{DRIFT};{SETUP}\r\n5%;10 weeks\r\n10%;12.5\r\n",
        f"world,{DRIFT},{SETUP}\n0,5e-2,10.0\n1,1e-1,12.5\n",
    ],
)
def test_a_table_of_worlds_is_read_as_programs_and_people_write_it(
    text: str, two: tuple[Scenario, Scenario]
) -> None:
    found = read_worlds(table(text), two)
    assert found.names == (DRIFT, SETUP)
    assert found.rows == ((0.05, 10.0), (0.1, 12.5))


@pytest.mark.packages
@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="Parquet is not installed")
def test_worlds_that_were_found_can_be_given_again(two: tuple[Scenario, Scenario]) -> None:
    found = found_in(two, 4)
    found.parameters.to_csv("again.csv")
    found.parameters.reset_index().to_parquet("again.parquet")
    for name in ("again.csv", "again.parquet"):
        again = found_in(two, read_worlds(Path(name), two))
        pd.testing.assert_frame_equal(again.parameters, found.parameters)
        pd.testing.assert_frame_equal(again.runs, found.runs)


WRONG = {
    "": "worlds.csv:1: is empty; write a column for each parameter, such as world.drift",
    "world\n0\n1\n": "worlds.csv:1: is empty; write a column for each parameter, such as world.drift",
    f"{DRIFT}\n": "worlds.csv: holds no worlds; at least 2 are needed",
    f"{DRIFT}\n0.1\n": "worlds.csv: holds 1 world; at least 2 are needed",
    "world.drft\n0.1\n0.2\n": "worlds.csv:1: column 'world.drft': no parameter is called so; "
    'did you mean "world.drift"?',
    f"{DRIFT},{DRIFT}\n1,2\n3,4\n": f"worlds.csv:1: column '{DRIFT}': is given twice",
    "policy.patient_time\n0.1\n0.2\n": "worlds.csv:1: column 'policy.patient_time': is a lever, "
    "which somebody decides; give it in scenarios",
    "learning.showing\n0.1\n0.2\n": "worlds.csv:1: column 'learning.showing': is not doubted, since "
    "a scenario states it",
    f"{DRIFT}\n0.1\n1.5\n": f"worlds.csv:3: column \"{DRIFT}\": '1.5' is too large; allowed: 0% to 100%",
    f"{DRIFT}\n0.1\nnan\n": f"worlds.csv:3: column \"{DRIFT}\": 'nan' is not a finite number",
    f"{DRIFT}\n0.1\nmuch\n": f"worlds.csv:3: column \"{DRIFT}\": 'much' is not a share; write a "
    "percentage such as 5%",
    "world.needs\n20\n20.5\n": "worlds.csv:3: column \"world.needs\": '20.5' must be a whole number",
    f"{DRIFT},{SETUP}\n0.1,10\n0.1\n": "worlds.csv:3: has 1 values, not 2 as its header",
    f"{DRIFT}\n0.1\n0.2\n0.10\n": "worlds.csv:4: is the same world as line 2",
    f"world,{DRIFT}\n0,0.1\n2,0.2\n": 'worlds.csv:3: column "world": worlds are counted from 0; here 1',
    f'{DRIFT}\n0.1\n"0.2\n': "worlds.csv:3: is not CSV: unexpected end of data",
}


@pytest.mark.parametrize(("text", "said"), WRONG.items())
def test_what_is_wrong_with_a_table_of_worlds_is_one_line(
    text: str, said: str, two: tuple[Scenario, Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    stating = Path("tiny.yaml").read_text() + "learning: {showing: 20%}\n"
    Path("tiny.yaml").write_text(stating)
    table(text)
    assert refused([*FEW, "--worlds", "worlds.csv"], capsys) == said


@pytest.mark.packages
@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="Parquet is not installed")
def test_what_is_wrong_with_a_parquet_table_is_one_line(
    two: tuple[Scenario, Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    table("no table", "bad.parquet")
    assert refused([*FEW, "--worlds", "bad.parquet"], capsys) == "bad.parquet: is not Parquet"
    pd.DataFrame({DRIFT: [0.1, 7.0]}).to_parquet("far.parquet")
    said = f"far.parquet, row 2: column \"{DRIFT}\": '7.0' is too large; allowed: 0% to 100%"
    assert refused([*FEW, "--worlds", "far.parquet"], capsys) == said
    for values in ["a", "b"], [[0.1], [0.2]], [True, False]:
        pd.DataFrame({DRIFT: values}).to_parquet("words.parquet")
        said = f"words.parquet: column '{DRIFT}': does not hold numbers"
        assert refused([*FEW, "--worlds", "words.parquet"], capsys) == said


def test_too_many_worlds_are_too_many(
    two: tuple[Scenario, Scenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seci_sim.lab.world_tables.MOST_WORLDS", 3)
    many = table(f"{DRIFT}\n" + "".join(f"0.{n}\n" for n in range(1, 6)))
    with pytest.raises(InputProblem, match="csv:5: is one world too many; allowed: 3"):
        read_worlds(many, two)


# Commands -----------------------------------------------------------------------------------------


def digest_in(folder: str) -> str:
    return str(json.loads(Path(folder, "manifest.json").read_text())["digest"])


def test_a_comparison_keeps_its_worlds_in_a_folder_within_its_own(
    two: tuple[Scenario, Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer_to([*FEW, "--worlds", "4", "--out", "out"]) == 0
    assert answer_to([*FEW, "--worlds", "0", "--out", "without"]) == 0
    assert digest_in("out") == digest_in("without")
    assert {"worlds/results.csv", "worlds/yearly.csv", "worlds/manifest.json"} <= set(
        listing(Path("out"))
    )
    assert not Path("without/worlds").exists()
    manifest = json.loads(Path("out/manifest.json").read_text())
    assert manifest["files"]["worlds/results.csv"] == digest_in("out/worlds")
    command = "seci-sim compare tiny.yaml more.yaml --replications 2 --seed 1 --worlds 4"
    assert manifest["command"] == command
    years = pd.read_csv("out/worlds/yearly.csv")
    assert list(years.columns) == ["cell", "replication", "seed", "year", *YEARLY]
    capsys.readouterr()
    assert answer_to(["status", "out"]) == 0
    assert "\nIn many worlds: Comparison: 16 of 16 runs done" in capsys.readouterr().out
    assert answer_to(["status", "out", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["worlds"]["cells"] == 8
    assert answer_to(["collect", "out", "--quiet"]) == 0
    assert json.loads(Path("out/manifest.json").read_text())["files"] == manifest["files"]


def test_a_comparison_is_done_again_with_its_worlds(
    two: tuple[Scenario, Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer_to([*FEW, "--worlds", "4", "--out", "out"]) == 0
    assert answer_to(["rerun", "out", "--workers", "1"]) == 0
    out = capsys.readouterr().out
    assert "The same to the bit: 4 runs and 16 runs in many worlds." in out
    assert f"digest of the worlds: {digest_in('out/worlds')}" in out
    assert answer_to(["rerun", "out/worlds", "--workers", "1"]) == 0
    assert f"digest: {digest_in('out/worlds')}" in capsys.readouterr().out
    kept = Path("out/worlds/results.csv")
    kept.write_text(kept.read_text().replace("Tiny", "Puny"))
    assert answer_to(["rerun", "out", "--workers", "1"]) == 6
    assert "worlds/results.csv: was changed since" in capsys.readouterr().err


def test_worlds_of_other_scenarios_are_not_taken_for_those_of_a_folder(
    two: tuple[Scenario, Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer_to([*FEW, "--worlds", "2", "--out", "out"]) == 0
    Path("more.yaml").write_text(MORE.replace("10%", "20%"))
    assert answer_to([*FEW, "--worlds", "0", "--out", "other"]) == 0
    Path("out/worlds").rename("other/worlds")
    assert "other/worlds: looks at other scenarios than" in refused(
        ["collect", "other"], capsys, code=6
    )


def test_worlds_of_a_file_are_done_again_without_the_file(
    two: tuple[Scenario, Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    given = table(f"{DRIFT},world.needs\n0.05,30\n0.1,20\n")
    assert answer_to([*FEW, "--worlds", str(given), "--out", "out"]) == 0
    given.unlink()
    assert answer_to(["rerun", "out", "--workers", "1"]) == 0
    assert "8 runs in many worlds" in capsys.readouterr().out


def test_shards_do_the_worlds_too(
    two: tuple[Scenario, Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer_to([*FEW, "--worlds", "4", "--out", "whole"]) == 0
    cut(comparison(two, replications=2), Path("out"), 1)
    cut(looked_at(two, 4), Path("out/worlds"), 1)
    loud = [word for word in FEW if word != "--quiet"]
    assert answer_to([*loud, "--worlds", "4", "--out", "out", "--shard", "1/2"]) == 0
    assert "of 20 runs are in out. When all shards are done: seci-sim collect out" in (
        capsys.readouterr().out
    )
    assert answer_to([*FEW, "--worlds", "4", "--out", "out", "--shard", "2/2"]) == 0
    for part in ("", "/worlds"):
        assert digest_in(f"out{part}") == digest_in(f"whole{part}")


def test_a_world_in_which_a_run_raises_is_left_out_and_named(
    two: tuple[Scenario, Scenario],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    once = chunks.run_once

    def raising(scenario: Scenario, seed: int, **others: Any) -> Run:
        if seed == 5:  # of the third world, under either policy
            raise ValueError("made up")
        return once(scenario, seed, **others)

    monkeypatch.setattr(chunks, "run_once", raising)
    assert answer_to([*FEW, "--worlds", "4", "--out", "out"]) == 4
    said = "1 world left out, in which runs came to nothing; the first raised: ValueError: made up"
    alone = "to do it alone: seci-sim rerun out/worlds --cell 2 --replication 0"
    assert f"{said}; {alone}" in capsys.readouterr().err
    worlds = worlds_of(Experiment.found("out/worlds"))
    assert worlds is not None
    assert worlds.parameters.index.tolist() == [0, 1, 3]


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX systems")
def test_a_kill_in_the_middle_of_the_worlds_changes_no_bit(two: tuple[Scenario, Scenario]) -> None:
    command = [*FEW, "--worlds", "64", "--out"]
    assert answer_to([*command, "whole"]) == 0
    parts = Path("out/worlds/parts")
    with subprocess.Popen([*PROGRAM, *command, "out"]) as process:
        deadline = time.monotonic() + 120
        while not list(parts.glob("part-*.json")) and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.002)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
    assert answer_to([*command, "out"]) == 0
    for part in ("", "/worlds"):
        assert digest_in(f"out{part}") == digest_in(f"whole{part}")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "1",
            "one world tells nothing of others; allowed: 0, 2..512, plausible:2..65536, or a table (.csv or .parquet); got '1'",
        ),
        (
            "twelve",
            "is neither a number nor a file that is there; allowed: 0, 2..512, plausible:2..65536, or a table (.csv or .parquet); got 'twelve'",
        ),
        (
            "-4",
            "must be a whole number; allowed: 0, 2..512, plausible:2..65536, or a table (.csv or .parquet); got '-4'",
        ),
        (
            "1,000",
            "must be a whole number; allowed: 0, 2..512, plausible:2..65536, or a table (.csv or .parquet); got '1,000'",
        ),
        (
            "513",
            "only 512 worlds agree with published findings; allowed: 0, 2..512, plausible:2..65536, or a table "
            "(.csv or .parquet); got '513'",
        ),
        ("plausible:0", "is no number of worlds; allowed: plausible:2..65536; got 'plausible:0'"),
        ("plausible:x", "must be a whole number; allowed: plausible:2..65536; got 'plausible:x'"),
        (
            "70000",
            "must be a whole number; allowed: 0, 2..512, plausible:2..65536, or a table (.csv or .parquet); got '70000'",
        ),
    ],
)
def test_a_number_of_worlds_that_is_none_is_refused(
    given: str, said: str, two: tuple[Scenario, Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in refused([*FEW, "--worlds", given], capsys, code=2)


def test_a_file_of_worlds_that_is_not_there_is_refused(
    two: tuple[Scenario, Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused([*FEW, "--worlds", "none.csv"], capsys, code=5).startswith("none.csv: ")


def test_more_memory_or_seeds_than_there_are_for_the_worlds_are_refused(
    two: tuple[Scenario, Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    assert "raise with --memory" in refused(
        [*FEW, "--worlds", "plausible:65536", "--memory", "0.5"], capsys
    )
    seed = str(2**63 - 100)
    said = refused([*FEW, "--seed", seed], capsys, code=2)
    assert said.startswith("--seed: the seed of the last run in a world is too large")


def test_a_published_model_has_no_worlds_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    firm = "name: March\nquestion: What?\nmodel: march-1991\nhorizon: 5\nmarch: {items: 5}\n"
    Path("march.yaml").write_text(firm)
    assert answer_to(["run", "march.yaml", "--replications", "2", "--workers", "1"]) == 0
    err = capsys.readouterr().err
    assert "Without worlds: the numbers of a published model are those of its paper.\n" in err
    assert not Path("results/march/worlds").exists()
    table("march.p1\n0.1\n0.2\n")
    said = refused(["run", "march.yaml", "--worlds", "worlds.csv", "--out", "x"], capsys)
    assert "march.p1" in said


# Experiments --------------------------------------------------------------------------------------

VARIED = HEAD + "vary: {policy.patient_time: [0%, 10%]}\nreplications: 2\n"


def test_an_experiment_takes_what_is_doubted_as_uncertain_where_it_is_asked_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = Experiment.load(written(VARIED, tmp_path))
    assert plain.uncertain == ()
    asked = Experiment.load(written(VARIED + "worlds: 4\n", tmp_path))
    assert asked == plain.with_worlds(4).model_copy(update={"sources": asked.sources})
    assert (asked.size, asked.luck) == (8, "of each world")
    assert asked.uncertain == doubted(asked.scenarios)
    found = asked.run(Here())
    assert found.table.groupby("seed")["policy.patient_time"].nunique().eq(2).all()
    assert found.table["seed"].nunique() == 8
    written(VARIED, tmp_path)
    arguments = ["experiment", "trial.yaml", "--worlds", "4", "--quiet", "--workers", "1"]
    assert answer_to([*arguments, "--out", "out"]) == 0
    assert digest_in("out") == found.digest


def test_what_an_experiment_varies_itself_is_not_doubted(tmp_path: Path) -> None:
    text = VARIED.replace("vary: {", f"vary: {{{SETUP}: [6 weeks, 12 weeks], ")
    text += "worlds: 2\npolicies:\n  - {name: A}\n  - {name: B, policy: {turnover: 20%}}\n"
    asked = Experiment.load(written(text, tmp_path))
    uncertain = {factor.name for factor in asked.uncertain}
    assert not uncertain & {SETUP, "policy.turnover"}
    assert DRIFT in uncertain


def test_an_experiment_reads_a_table_of_worlds_beside_its_file(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(f"{DRIFT}\n5%\n10%\n20%\n")
    found = Experiment.load(written(VARIED + "worlds: mine.csv\n", tmp_path)).run(Here()).table
    assert found.groupby("policy.patient_time")[DRIFT].unique().map(list).tolist() == [
        [0.05, 0.1, 0.2],
        [0.05, 0.1, 0.2],
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("worlds: 4\nuncertain: {world.drift: [0%, 1%]}\n", "worlds: takes what is doubted; the"),
        ("worlds: 4\nsample: {method: sobol, points: 4}\n", "worlds: takes what is doubted; the"),
        (
            "worlds: 1\n",
            "worlds: one world tells nothing of others; allowed: 2..512, plausible:2..65536, or a table (.csv or .parquet); got '1'",
        ),
        ("worlds: [2]\n", "worlds: must be a number of worlds, plausible:N, or a file"),
        ("worlds: none.csv\n", "none.csv"),
        ("luck: of each world\n", "luck: nothing is uncertain, so that there is one world"),
        ("yearly: maybe\n", "yearly: is neither yes nor no"),
        (
            "uncertain: {world.drift: plausible}\nsample: {method: given, points: 2}\n",
            "method: is given by worlds, and by nothing else",
        ),
    ],
)
def test_worlds_that_an_experiment_cannot_have_are_refused_where_they_stand(
    text: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(Exception, match=re.escape(said)) as caught:
        Experiment.load(written(VARIED + text, tmp_path))
    assert getattr(caught.value, "exit_code", 0) in (3, 5)


def test_an_experiment_of_its_own_uncertainty_is_not_looked_at_in_other_worlds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(VARIED + f"uncertain: {{{DRIFT}: [0%, 1%]}}\n", tmp_path)
    said = refused(["experiment", "trial.yaml", "--worlds", "4"], capsys, code=2)
    assert said.startswith("--worlds: takes what is doubted; the experiment says itself")


def test_designs_without_worlds_keep_their_fingerprints(tmp_path: Path) -> None:
    """As they were before there were worlds: folders that were begun then are gone on with."""
    fields: dict[str, Any] = Experiment.load(written(VARIED, tmp_path)).fields
    assert (fields.pop("luck"), fields.pop("yearly")) == ("shared", False)
    assert "given" not in fields


def test_what_takes_long_is_shortened_by_an_option_that_the_command_has() -> None:
    size = Size(400, 400, 3600.0, 1.3e9, 2e5)
    for option, worlds, proposed in (
        (WORLDS_OPTION, 400, "--worlds 100 takes fewer."),
        (Asking("--runs", LEAST_RUNS), 400, "--runs 100 takes fewer."),
        (Asking("--runs", LEAST_RUNS), 200, "--runs 100 takes fewer."),
        (Asking("--runs", LEAST_RUNS), 100, "That is long."),
        (NO_OPTION, 400, "That is long."),
    ):
        assert size_in_words(size, worlds, option).endswith(proposed)
