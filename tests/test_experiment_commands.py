"""The commands about experiments: what they print, what they write, and how they end."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import broken_models
import pandas as pd
import pytest
from experiment_files import GRID, HEAD, written

from seci_sim.cli import answer_to
from seci_sim.lab import Experiment, chunks, conduct, folder, shipped_experiments, whole_files
from seci_sim.lab.chunks import Chunk, Ran, Run, run_chunk, run_once
from seci_sim.scenario import Scenario, read_scenario, shipped_scenarios

pytestmark = pytest.mark.packages

OF_0_1 = Path(__file__).parent / "folders_of_0_1"
"""Folders as version 0.1 wrote them, without what `rerun` does not read."""

ALONE = ("--replications", "3", "--worlds", "4", "--workers", "1")
DIGEST = re.compile(r"digest: ([0-9a-f]{64})")


@pytest.fixture(autouse=True)
def _experiment(empty_folder: None, in_this_process: None) -> None:
    written(GRID, Path())


def ran(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    assert answer_to([*arguments]) == code
    printed = capsys.readouterr()
    return printed.out, printed.err


def test_an_experiment_ends_with_the_digest_of_its_table(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out, err = ran(capsys, "experiment", "trial.yaml")
    last = out.rstrip("\n").splitlines()[-1]
    table = Path("results/trial/results.csv").read_bytes()
    assert last == f"digest: {hashlib.sha256(table).hexdigest()}"
    assert "What happens?" in out
    assert "6 cells, at most 24 runs: about" in err
    frame = pd.read_csv("results/trial/results.csv")
    assert len(frame) == 24
    assert frame["policy.patient_time"].unique().tolist() == [0, 0.01, 0.1]


def test_intervals_that_are_wider_than_asked_in_the_end_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    until = "until: {outcome: tacit_alignment, half_width: 0.00001, at_most: 6}\n"
    Path("trial.yaml").write_text(GRID + until)
    out, _ = ran(capsys, "experiment", "trial.yaml")
    assert "Not reached: in 5 of 6 cells tacit_alignment is less sure than ± 0.00001 after 6 runs.\n" in out  # fmt: skip
    Path("trial.yaml").write_text(GRID + until.replace("0.00001", "0.9"))
    assert "Not reached" not in ran(capsys, "experiment", "trial.yaml", "--out", "sure")[0]


def test_what_failed_is_said_in_json_and_quietly_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = HEAD + "vary: {policy.patient_time: [1%, 3%]}\nreplications: 2\noutcomes: [skill]\n"
    Path("trial.yaml").write_text(text)
    monkeypatch.setattr(
        conduct,
        "run_chunk",
        lambda chunk: run_chunk(Chunk(chunk.experiment, chunk.runs, broken_models.Broken)),
    )
    out, _ = ran(capsys, "experiment", "trial.yaml", "--json", code=4)
    assert [run["kind"] for run in json.loads(out)["failed"]] == ["raised", "raised"]
    out, err = ran(capsys, "experiment", "trial.yaml", "--out", "again", "--quiet", code=4)
    assert out == ""
    assert err.startswith("error: cell 1 (policy.patient_time 3%): 2 runs raised: ")


def test_every_column_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    Path("trial.yaml").write_text(GRID + "weekly: [skill]\n")
    ran(capsys, "experiment", "trial.yaml", "--quiet")
    folder = Path("results/trial")
    dictionary = pd.read_csv(folder / "data_dictionary.csv", keep_default_na=False)
    for table in ("results", "cells", "weekly", "failed"):
        explained = dictionary.loc[dictionary["table"] == table, "column"]
        assert list(explained) == list(pd.read_csv(folder / f"{table}.csv").columns)
    assert dictionary["meaning"].str.len().min() > 3
    levers = dictionary.loc[dictionary["kind"] == "lever", "column"]
    assert set(levers) == {"policy.patient_time", "policy.turnover"}


def test_parquet_says_the_same_as_csv(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pyarrow")
    ran(capsys, "experiment", "trial.yaml", "--quiet")
    from_csv = pd.read_csv("results/trial/results.csv", float_precision="round_trip")
    from_parquet = pd.read_parquet("results/trial/results.parquet")
    pd.testing.assert_frame_equal(from_csv, from_parquet, check_dtype=False, check_exact=True)


def test_a_folder_is_gone_on_with_only_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    first, _ = ran(capsys, "experiment", "trial.yaml")
    _, err = ran(capsys, "experiment", "trial.yaml", code=5)
    assert "go on with --resume" in err
    again, _ = ran(capsys, "experiment", "trial.yaml", "--resume")
    assert DIGEST.findall(again) == DIGEST.findall(first)
    Path("trial.yaml").write_text(GRID.replace("50%", "40%"))
    _, err = ran(capsys, "experiment", "trial.yaml", "--resume", code=6)
    assert re.fullmatch(
        r"error: results/trial: holds another experiment.*0\.5 there, 0\.4 here\n", err
    )


def test_shards_are_put_together_by_collecting(capsys: pytest.CaptureFixture[str]) -> None:
    whole, _ = ran(capsys, "experiment", "trial.yaml", "--out", "whole")
    ran(capsys, "experiment", "trial.yaml", "--out", "parts", "--shard", "1/2")
    ran(capsys, "experiment", "trial.yaml", "--out", "parts", "--shard", "2/2")
    collected, _ = ran(capsys, "collect", "parts")
    assert DIGEST.findall(collected) == DIGEST.findall(whole)
    assert Path("parts/results.csv").read_bytes() == Path("whole/results.csv").read_bytes()


def test_status_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    ran(capsys, "experiment", "trial.yaml", "--quiet")
    out, _ = ran(capsys, "status", "results/trial")
    assert out.startswith("Trial: 24 of 24 runs done (100%), 0 failed; 6 cells, 4 replications\n")
    assert "runs a second" in out
    found = json.loads(ran(capsys, "status", "results/trial", "--json")[0])
    assert (found["done"], found["total"]) == (24, 24)
    _, err = ran(capsys, "status", "nowhere", code=5)
    assert err == "error: nowhere: is not the folder of an experiment\n"


def test_status_does_without_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    ran(capsys, "experiment", "trial.yaml", "--quiet")
    log = Path("results/trial/progress.jsonl")
    log.write_text("{half a li")
    assert ran(capsys, "status", "results/trial")[0].startswith("Trial: 24 of 24")
    log.unlink()
    assert ran(capsys, "status", "results/trial")[0].startswith("Trial: 24 of 24")


def test_runs_that_fail_are_named_with_a_command_that_does_one_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = HEAD + "vary: {policy.patient_time: [1%, 3%]}\nreplications: 2\noutcomes: [skill]\n"
    Path("trial.yaml").write_text(text)

    def with_a_broken_rule(chunk: Chunk) -> Ran:
        return run_chunk(Chunk(chunk.experiment, chunk.runs, broken_models.Broken))

    monkeypatch.setattr(conduct, "run_chunk", with_a_broken_rule)
    monkeypatch.setattr("seci_sim.lab.rerun.run_chunk", with_a_broken_rule)
    out, err = ran(capsys, "experiment", "trial.yaml", code=4)
    assert DIGEST.search(out)
    assert len(pd.read_csv("results/trial/results.csv")) == 2
    assert re.search(
        r"\nerror: cell 1 \(policy\.patient_time 3%\): 2 runs raised: ZeroDivisionError: a rule "
        r"that divides by nothing; to do one alone: seci-sim rerun results/trial --cell 1 "
        r"--replication 0\n", err,
    )  # fmt: skip
    out, err = ran(capsys, "rerun", "results/trial", "--cell", "1", "--replication", "0", code=4)
    assert "broken_models.py" in out
    assert "ZeroDivisionError" in err


def test_one_run_alone_shows_what_stands_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    ran(capsys, "experiment", "trial.yaml", "--quiet")
    out, _ = ran(capsys, "rerun", "results/trial", "--cell", "5", "--replication", "3")
    row = pd.read_csv("results/trial/results.csv", float_precision="round_trip").iloc[-1]
    assert (
        f"tacit_alignment: {row['tacit_alignment']!r}".replace("np.float64(", "").rstrip(")") in out
    )
    assert "policy.patient_time: 0.1" in out
    _, err = ran(capsys, "rerun", "results/trial", "--cell", "6", code=5)
    assert "there are cells 0 to 5, replications 0 to 3" in err


def test_the_shipped_experiments_are_listed_with_their_questions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    listed, _ = ran(capsys, "list", "--experiments")
    for name in shipped_experiments():
        question = Experiment.load(name).question
        assert re.search(rf"^{name} .*{re.escape(question)}$", listed, re.M)


# Doing it again -----------------------------------------------------------------------------------


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


@pytest.mark.parametrize("name", sorted(shipped_scenarios()))
def test_every_shipped_scenario_survives_being_written_down(name: str) -> None:
    scenario = read_scenario(name)
    written_down = scenario.model_dump_json(exclude_unset=True)
    assert Scenario.model_validate_json(written_down).fingerprint == scenario.fingerprint


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["experiment"], 2, "EXPERIMENT"),
        (["experiment", "trail"], 5, "no such file or shipped experiment"),
        (["experiment", "bad.yaml"], 3, "bad.yaml:3: replicatons: unknown field"),
        (["experiment", "trial.yaml", "--shard", "5/4"], 2, "--shard: must be i/n with i from 1 to n, such as 2/4; got '5/4'"),
        (["experiment", "trial.yaml", "--shard", "0/0"], 2, "--shard: must be i/n"),
        (["experiment", "trial.yaml", "--shard", "-1/3"], 2, "--shard: must be i/n"),
        (["experiment", "trial.yaml", "--shard", "a/b"], 2, "--shard: must be i/n"),
        (["experiment", "trial.yaml", "--timeout", "0"], 2, "--timeout: must be seconds"),
        (["experiment", "trial.yaml", "--max-failures", "-1"], 2, "--max-failures: must be a whole number"),
        (["experiment", "until.yaml", "--shard", "1/2"], 2, "--shard: how often a cell is run"),
        (["experiment", "trial.yaml", "--memory", "0.1"], 3, "GB; limit 0.1 GB (raise with --memory)"),
        (["experiment", "trial.yaml", "--out", "../x"], 2, "--out: must be a folder, written without .."),
        (["experiment", "trial.yaml", "--out", "bad.yaml"], 5, "is not a folder"),
        (["experiment", "trial.yaml", "--out", "strange"], 5, "not empty, and not an experiment"),
        (["collect", "strange"], 5, "strange: is not the folder of an experiment"),
        (["rerun", "strange"], 5, "manifest.json: No such file or directory"),
        (["rerun", "bad.yaml"], 5, "is not a manifest of seci-sim"),
        (["schema", "scenarios"], 2, "KIND: must be scenario, experiment or lesson"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    Path("bad.yaml").write_text(HEAD + "replicatons: 3\n")
    Path("until.yaml").write_text(GRID + "until: {outcome: leavers, half_width: 1, at_most: 9}\n")
    Path("strange").mkdir()
    Path("strange/file").write_text("somebody's own")
    before = sorted(map(str, Path().rglob("*")))
    out, err = ran(capsys, *arguments, code=code)
    assert out == ""
    assert re.fullmatch(r"error: [^\n]+\n", err)
    assert message in err
    assert sorted(map(str, Path().rglob("*"))) == before
