"""The commands that make runs in many worlds: folders, kills, and what they refuse."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from answers import listing, refused
from experiment_files import cut
from experiment_programs import PROGRAM
from looked_at_in_worlds import DRIFT, FEW, MORE, digest_in, looked_at, table

from seci_sim.cli import answer_to
from seci_sim.lab import Experiment, chunks
from seci_sim.lab.chunks import Run
from seci_sim.lab.comparing import comparison
from seci_sim.lab.design import YEARLY
from seci_sim.lab.run import worlds_of
from seci_sim.scenario import Scenario

pytestmark = pytest.mark.usefixtures("empty_folder", "undrawn")


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


@pytest.mark.slow
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
