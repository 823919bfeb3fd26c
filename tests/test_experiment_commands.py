"""The commands about experiments: what they print, what they write, and how they end."""

from __future__ import annotations

import hashlib
import html
import json
import re
from pathlib import Path

import broken_models
import pandas as pd
import pytest
from answers import ran
from experiment_files import GRID, HEAD
from experiment_programs import DIGEST

from seci_sim.lab import Experiment, conduct, shipped_experiments
from seci_sim.lab.chunks import Chunk, Ran, run_chunk
from seci_sim.report.terminal import designs
from seci_sim.scenario import Scenario, read_scenario, shipped_scenarios

pytestmark = [pytest.mark.packages, pytest.mark.usefixtures("experiment_file")]


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


def test_names_of_policies_are_no_mark_up_and_a_page_repeats_the_whole_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    policies = 'policies:\n  - {name: "Plan [/b]"}\n  - {name: "Visits [no core]", policy: {turnover: 20%}}\n'
    text = "replications: 2\noutcomes: [skill]\nanalyses:\n  - {kind: comparison, outcome: skill}\n"
    Path("a plan.yaml").write_text(HEAD + policies + text)
    out, _ = ran(capsys, "experiment", "a plan.yaml", "--worlds", "2", "--out", "out")
    assert "Plan [/b]" in out
    assert "Visits [no core]" in out
    assert re.search(r"Means over 4 cells; \d+ parameters are sampled\.", " ".join(out.split()))
    page = html.unescape(re.sub("<.*?>", "", Path("out/analyses/01-comparison.html").read_text()))
    assert "seci-sim experiment 'a plan.yaml' --worlds 2 --out out" in page


def test_what_few_runs_reach_has_no_interval_at_the_terminal_either() -> None:
    reached = pd.Series([90.0, 95.0, 97.0] + [float("nan")] * 17)
    assert designs._change(reached, reached - 2) == "+2"


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
