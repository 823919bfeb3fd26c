"""Doing it again: `rerun`, and comparisons that are gone on with."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from answers import ran
from experiment_programs import DIGEST

from seci_sim.lab import chunks, conduct, folder, whole_files
from seci_sim.lab.chunks import Run, run_once
from seci_sim.scenario import Scenario

pytestmark = [pytest.mark.packages, pytest.mark.usefixtures("experiment_file")]

OF_0_1 = Path(__file__).parent / "folders_of_0_1"
"""Folders as version 0.1 wrote them, without what `rerun` does not read."""
ALONE = ("--replications", "3", "--worlds", "4", "--workers", "1")


def test_a_rerun_gives_the_same_bits_wherever_the_files_have_gone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, _ = ran(capsys, "experiment", "trial.yaml")
    shutil.move("results/trial", "kept")
    Path("trial.yaml").unlink()
    Path("firm.yaml").unlink()
    out, _ = ran(capsys, "rerun", "kept/manifest.json")
    assert "The same to the bit: 24 runs." in out
    assert "differs today: trial.yaml: is not there any more" in out
    assert DIGEST.findall(out) == DIGEST.findall(first)


def test_a_rerun_names_a_byte_of_a_result_that_was_changed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ran(capsys, "experiment", "trial.yaml", "--quiet")
    path = Path("results/trial/results.csv")
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    out, err = ran(capsys, "rerun", "results/trial", code=6)
    assert err == "error: results.csv: was changed since\n"
    assert "The same to the bit" in out  # what is run today is what the manifest tells


def test_a_rerun_names_a_package_of_another_version(capsys: pytest.CaptureFixture[str]) -> None:
    ran(capsys, "experiment", "trial.yaml", "--quiet")
    path = Path("results/trial/manifest.json")
    path.write_text(re.sub(r'"numba": "[^"]*"', '"numba": "0.1"', path.read_text()))
    out, _ = ran(capsys, "rerun", "results/trial")
    assert re.search(r"differs today: numba: 0\.1 there, \S+ here\n", out)


def test_a_rerun_names_a_line_of_a_scenario_that_was_changed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ran(capsys, "experiment", "trial.yaml", "--quiet")
    firm = Path("firm.yaml")
    firm.write_text(firm.read_text().replace("10 weeks", "11 weeks", 2).replace("in 11", "in 10"))
    out, _ = ran(capsys, "rerun", "results/trial")
    assert "firm.yaml:3: 'horizon: 10 weeks' there, 'horizon: 11 weeks' here" in out
    assert "The same to the bit" in out  # the manifest holds the scenario as it was


def test_a_rerun_names_the_first_result_that_differs(capsys: pytest.CaptureFixture[str]) -> None:
    ran(capsys, "experiment", "trial.yaml", "--quiet")
    folder = Path("results/trial")
    table = folder / "results.csv"
    frame = pd.read_csv(table, dtype=str)
    frame.loc[7, "leavers"] = "99.0"
    table.write_text(frame.to_csv(index=False, lineterminator="\n"))
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["digest"] = manifest["files"]["results.csv"] = digest
    (folder / "manifest.json").write_text(json.dumps(manifest))
    _, err = ran(capsys, "rerun", "results/trial", code=6)
    assert re.search(
        r"leavers: 99\.0 there, \S+ here, in cell 1, replication 3, scenario Tiny", err
    )


@pytest.mark.usefixtures("undrawn")
def test_a_comparison_is_done_again_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("more.yaml").write_text("name: More\nextends: firm.yaml\npolicy: {patient_time: 10%}\n")
    options = ["--replications", "3", "--worlds", "4", "--workers", "1", "--quiet"]
    ran(capsys, "compare", "firm.yaml", "more.yaml", *options)
    folder = Path("results/firm-vs-more")
    Path("more.yaml").write_text("name: More\nextends: firm.yaml\npolicy: {patient_time: 20%}\n")
    out, _ = ran(capsys, "rerun", str(folder / "manifest.json"), "--workers", "1")
    assert "The same to the bit: 6 runs and 16 runs in many worlds." in out
    assert (
        "more.yaml:3: 'policy: {patient_time: 10%}' there, 'policy: {patient_time: 20%}' here"
        in out
    )
    table = (folder / "results.csv").read_bytes()
    (folder / "results.csv").write_bytes(table.replace(b"More", b"Mare"))
    _, err = ran(capsys, "rerun", str(folder), "--workers", "1", code=6)
    assert err == "error: results.csv: was changed since\n"


@pytest.mark.parametrize("kind", ["comparison", "experiment"])
def test_folders_of_the_first_version_are_done_again(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(OF_0_1 / kind, "old")
    out, _ = ran(capsys, "rerun", "old", "--workers", "1")
    assert "The same to the bit: 6 runs." in out
    table = Path("old", {"comparison": "summary.csv", "experiment": "results.csv"}[kind])
    assert f"digest: {hashlib.sha256(table.read_bytes()).hexdigest()}\n" in out + "\n"
    if kind == "experiment":
        out, _ = ran(capsys, "rerun", "old", "--cell", "1", "--replication", "2")
        assert "policy.patient_time: 0.1\nseed: 3\n" in out


def test_a_comparison_is_an_experiment(capsys: pytest.CaptureFixture[str]) -> None:
    Path("more.yaml").write_text("name: More\nextends: firm.yaml\npolicy: {patient_time: 10%}\n")
    options = ["--replications", "3", "--worlds", "2", "--quiet"]
    ran(capsys, "compare", "firm.yaml", "more.yaml", *options, "--out", "whole", "--workers", "1")
    for shard in ("1/2", "2/2"):
        ran(capsys, "compare", "firm.yaml", "more.yaml", *options, "--out", "parts", "--shard", shard)  # fmt: skip
    assert "6 of 6 runs done" in ran(capsys, "status", "parts")[0]
    out, _ = ran(capsys, "collect", "parts")
    assert "report.html" in out
    for name in ("results.csv", "weekly.csv", "stories.csv"):
        assert Path("parts", name).read_bytes() == Path("whole", name).read_bytes()
    shown, again = (Path(folder, "report.html").read_text("utf-8") for folder in ("whole", "parts"))
    assert shown.count("<svg") == again.count("<svg")
    assert "More" in again
    digest = json.loads(Path("whole/manifest.json").read_text("utf-8"))["digest"]
    file = "question: x\nscenarios: [firm.yaml, more.yaml]\nreplications: 3\nkeep: report\n"
    outcomes = pd.read_csv("whole/results.csv").columns[4:]
    Path("same.yaml").write_text(f"{file}outcomes: [{', '.join(outcomes)}]\n")
    out, _ = ran(capsys, "experiment", "same.yaml")
    assert DIGEST.findall(out + "\n") == [digest]
    assert Path("results/same/report.html").is_file()


@pytest.mark.usefixtures("undrawn")
def test_the_same_comparison_goes_on_and_runs_nothing_twice(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["run", "firm.yaml", *ALONE, "--quiet"]
    ran(capsys, *arguments)
    before = Path("results/firm/results.csv").read_bytes()
    Path("results/firm/results.csv").unlink()
    monkeypatch.setattr(conduct, "run_chunk", None)
    ran(capsys, *arguments)
    assert Path("results/firm/results.csv").read_bytes() == before
    _, err = ran(capsys, *arguments, "--everything", "--out", "results/firm", code=6)
    assert "results/firm: holds another run" in err
    assert "keep: 'report' there, 'everything' here" in err


@pytest.mark.usefixtures("undrawn")
def test_a_table_that_cannot_be_written_leaves_the_older_one_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["run", "firm.yaml", *ALONE, "--quiet"]
    ran(capsys, *arguments)
    weekly, report = Path("results/firm/weekly.csv"), Path("results/firm/report.html")
    before = weekly.read_bytes()
    report.unlink()

    def full(path: Path, data: bytes) -> None:
        if path.name == weekly.name:
            raise OSError(28, "No space left on device")
        whole_files.write_whole(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(folder, "write_whole", full)
        _, err = ran(capsys, *arguments, code=5)
    assert "No space left on device; what is finished is kept" in err
    assert weekly.read_bytes() == before
    ran(capsys, *arguments)
    assert weekly.read_bytes() == before
    assert report.is_file()


@pytest.mark.usefixtures("undrawn")
def test_a_run_of_a_comparison_that_fails_is_named_and_the_rest_is_reported(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(scenario: Scenario, seed: int, **options: Any) -> Run:
        if seed == 2:
            raise ZeroDivisionError("a rule that divides by nothing")
        return run_once(scenario, seed, **options)

    monkeypatch.setattr(chunks, "run_once", broken)
    arguments = ["run", "firm.yaml", *ALONE, "--json"]
    out, err = ran(capsys, *arguments, code=4)
    assert json.loads(out)["seeds"] == [1, 3]
    assert "1 run raised: ZeroDivisionError: a rule that divides by nothing" in err
    assert "seci-sim rerun results/firm --cell 0 --replication 1" in err
    assert Path("results/firm/report.html").is_file()
