"""Runs and comparisons at the command line: what they print and write, and how they end."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from answers import listing
from experiment_programs import PROGRAM
from scenario_files import TINY

from seci_sim.cli import answer_to
from seci_sim.lab.comparing import comparison
from seci_sim.lab.size import size_of
from seci_sim.scenario import Scenario, read_scenario
from seci_sim.scenario.preflight import folder_of

pytestmark = [pytest.mark.packages, pytest.mark.usefixtures("empty_folder", "undrawn")]


FEW = ["--replications", "2", "--workers", "1", "--worlds", "2"]
COMPARED = ["compare", "tiny.yaml", "more.yaml", *FEW]


def write_two() -> None:
    Path("tiny.yaml").write_text(TINY)
    Path("more.yaml").write_text("name: More\nextends: tiny.yaml\npolicy: {patient_time: 10%}\n")


def test_results_go_to_a_folder_called_after_the_scenarios() -> None:
    assert folder_of(None, ["one-percent"]) == Path("results/one-percent")
    assert folder_of(None, ["plans/a.yaml", "b"]) == Path("results/a-vs-b")
    assert folder_of("out", ["a"]) == Path("out")
    Path("an old place").mkdir()
    assert folder_of("an old place/new", ["a"]) == Path("an old place/new")
    many = folder_of(None, [f"{'x' * 70}{n}" for n in range(4)])
    assert many == Path(f"results/{'x' * 70}0-vs-3-others")
    assert len(folder_of(None, ["y" * 80, "z" * 80], ["horizon=3"]).name) == 120


def memory(*scenarios: Scenario, replications: int = 20, workers: int = 2) -> float:
    """Bytes that a comparison is said to need."""
    compared = comparison(scenarios, replications=replications, keep="everything")
    return size_of(compared, 0.0, workers).memory


def test_the_estimate_of_memory_grows_with_what_needs_it() -> None:
    scenario, larger = read_scenario("baseline"), read_scenario("one-percent-full")
    usual = memory(scenario)
    assert usual < memory(scenario, replications=200)
    assert usual < memory(scenario, read_scenario("silos"))
    assert usual < memory(scenario, workers=4)
    assert usual < memory(larger) < 8e9
    crowd = tuple(unit.model_copy(update={"staff": 1_000_000}) for unit in scenario.units)
    assert memory(scenario.model_copy(update={"units": crowd})) - usual > 1e9
    compared = comparison([scenario])
    assert size_of(compared, 0.0, 64).memory < 1e9, "threads share one program"
    assert size_of(compared, 0.0, 64, apart=True).memory > 7e9, "processes do not"


def test_comparing_prints_the_answer_and_writes_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_two()
    arguments = ["compare", "tiny.yaml", "more.yaml", "--replications", "2", "--workers", "1"]
    arguments += ["--worlds", "0"]
    assert answer_to(arguments) == 0
    printed = capsys.readouterr()
    folder = Path("results/tiny-vs-more")
    for words in ("Tiny", "More", "Needs met", "Better in", "With patients", "half the staff know"):
        assert words in printed.out
    assert f"Wrote {folder / 'report.html'}" in printed.out
    assert "Next: seci-sim compare more.yaml --set policy.patient_time=20%" in printed.out
    assert {"report.html", "results.csv", "weekly.csv", "manifest.json"} <= set(listing(folder))
    manifest = json.loads((folder / "manifest.json").read_text())
    command = "seci-sim compare tiny.yaml more.yaml --replications 2 --seed 1 --worlds 0"
    assert manifest["command"] == command
    assert answer_to([*arguments, "--quiet"]) == 0, "the same run is there already"
    assert capsys.readouterr().out == ""
    assert answer_to([*arguments, "--seed", "2", "--out", str(folder)]) == 6, "another is refused"
    assert "holds another run; seed: 1 there, 2 here" in capsys.readouterr().err
    assert listing(tmp_path / "results") == sorted(
        ["tiny-vs-more", *(f"tiny-vs-more/{name}" for name in listing(folder))]
    )


def test_one_scenario_runs_and_says_so_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    write_two()
    arguments = ["run", "tiny.yaml", "--replications", "1", "--workers", "1", "--json"]
    assert answer_to([*arguments, "--seed", "0", "--out", "here"]) == 0
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert document["folder"] == "here"
    assert document["seeds"] == [0]
    (policy,) = document["policies"]
    assert policy["name"] == "Tiny"
    assert 0 <= policy["needs_met"]["mean"] <= 1
    assert policy["needs_met"]["interval"] is None
    assert printed.err == ""


def test_a_comparison_says_each_change_from_the_first_in_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_two()
    arguments = [*COMPARED, "--replications", "3"]
    assert answer_to([*arguments, "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["policies"]
    assert "needs_met_change_from_first" not in first
    change = second["needs_met_change_from_first"]
    assert change["mean"] == pytest.approx(second["needs_met"]["mean"] - first["needs_met"]["mean"])
    low, high = change["interval"]
    assert low <= change["mean"] <= high
    assert (change["of"], change["comparisons"]) == (3, 1)


def test_what_is_printed_as_json_stands_in_the_folder_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_two()
    arguments = COMPARED
    assert answer_to([*arguments, "--json", "--out", "here"]) == 0
    printed = json.loads(capsys.readouterr().out)
    for name in ("command", "folder", "seconds"):  # of this call, not of what was found
        del printed[name]
    assert json.loads(Path("here/comparison.json").read_text(encoding="utf-8")) == printed


def test_a_published_model_says_its_own_measures_in_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["run", "march-1991", "--replications", "2", "--workers", "1", "--json"]
    assert answer_to(arguments) == 0
    (policy,) = json.loads(capsys.readouterr().out)["policies"]
    assert -1 <= policy["code_knowledge"]["mean"] <= 1
    assert "needs_met" not in policy


def test_a_run_of_what_extends_a_shipped_scenario_proposes_to_compare_the_two(
    capsys: pytest.CaptureFixture[str],
) -> None:
    few = ["--replications", "2", "--worlds", "0", "--workers", "1"]
    Path("more.yaml").write_text("name: More\nextends: one-percent\npolicy: {patient_time: 3%}\n")
    assert answer_to(["run", "more.yaml", *few]) == 0
    assert "Next: seci-sim compare one-percent more.yaml" in capsys.readouterr().out
    Path("short.yaml").write_text("name: Short\nextends: one-percent\nhorizon: 2 weeks\n")
    assert answer_to(["run", "short.yaml", *few]) == 0
    assert "seci-sim compare one-percent" not in capsys.readouterr().out, "of unequal lengths"


def test_a_report_is_opened_only_where_somebody_sits_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_two()
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    arguments = ["run", "tiny.yaml", *FEW, "--quiet"]
    assert answer_to([*arguments, "--open"]) == 0
    assert opened == []
    monkeypatch.setattr("seci_sim.cli.runs.at_a_terminal", lambda: True)
    assert answer_to([*arguments, "--no-open"]) == 0
    assert opened == []
    assert answer_to(arguments) == 0
    assert opened == [Path("results/tiny/report.html").resolve().as_uri()]


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX systems")
@pytest.mark.parametrize(
    ("sent", "code"),
    [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)],
)
def test_a_run_that_is_ended_from_outside_can_be_gone_on_with(
    sent: signal.Signals, code: int
) -> None:
    Path("long.yaml").write_text(TINY.replace("10 weeks", "5200 weeks"))
    arguments = ["run", "long.yaml", "--replications", "40", "--workers", "2"]
    with subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:  # fmt: skip
        while not list(Path("results/long/parts").glob("*.json")):
            assert process.poll() is None, "it ended before it could be interrupted"
            time.sleep(0.1)
        process.send_signal(sent)
        out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert out == ""
    assert "Traceback" not in err
    assert "To go on: the same command" in err
    assert not Path("results/long/report.html").exists()
    parts = list(Path("results/long/parts").glob("*.json"))
    assert 0 < sum(json.loads(part.read_text())["runs"] for part in parts) < 40


def test_an_export_is_written_beside_the_report_and_stands_in_the_manifest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_two()
    arguments = COMPARED
    assert answer_to([*arguments, "--xlsx"]) == 0
    folder = Path("results/tiny-vs-more")
    assert f"Wrote {folder / 'report.html'}, summary.xlsx and tables" in capsys.readouterr().out
    manifest = json.loads((folder / "manifest.json").read_text())
    workbook = (folder / "summary.xlsx").read_bytes()
    assert manifest["files"]["summary.xlsx"] == hashlib.sha256(workbook).hexdigest()
    assert "xlsx" not in manifest["command"], "the numbers can be had without the extra"


@pytest.mark.parametrize(
    ("option", "package", "extra"),
    [
        ("--xlsx", "xlsxwriter", "excel"),
        ("--pptx", "pptx", "slides"),
        ("--png", "kaleido", "images"),
    ],
)
def test_an_export_without_its_package_is_refused_before_anything_is_run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
    package: str,
    extra: str,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert answer_to(["run", "baseline", option]) == 2
    printed = capsys.readouterr()
    assert printed.err == f"error: {option} needs the extra: pip install 'seci-sim[{extra}]'\n"
    assert printed.out == ""
    assert listing() == []
