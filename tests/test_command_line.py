"""The command line: what it prints where, what it writes, and how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from answers import listing, refused
from scenario_files import TINY

from seci_sim.cli import answer_to
from seci_sim.preflight import COLUMNS, COLUMNS_OF_A_BAND, folder_of, memory_needed
from seci_sim.scenario import InputProblem, json_schema, read_scenario, shipped_scenarios

PROGRAM = [sys.executable, "-m", "seci_sim.cli"]


pytestmark = pytest.mark.usefixtures("empty_folder")


def write_two() -> None:
    Path("tiny.yaml").write_text(TINY)
    Path("more.yaml").write_text("name: More\nextends: tiny.yaml\npolicy: {patient_time: 10%}\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["comapre", "a", "b"], 2, "compare"),
        (["run", "--replicatons", "3", "baseline"], 2, 'no such option: --replicatons; did you mean "--replications"?'),
        (["run", "baseline", "-x"], 2, "no such option: -x"),
        (["run"], 2, "SCENARIO"),
        (["run", "baseline", "exodus"], 2, "unexpected"),
        (["run", "baseline", "--seed"], 2, "--seed"),
        (["run", "baseline", "--seed", "-1"], 2, "--seed: must be a whole number; allowed: 0..2^63-1; got '-1'"),
        (["run", "baseline", "--seed", str(2**63)], 2, "allowed: 0..2^63-1"),
        (["run", "baseline", "--seed", str(2**63 - 5)], 2, "--seed: the seed of the last run is too large"),
        (["run", "baseline", "--seed", "9" * 5000], 2, "--seed: must be a whole number"),
        (["run", "baseline", "--replications", "0"], 2, "--replications: must be a whole number; allowed: 1..1000000; got '0'"),
        (["run", "baseline", "--replications", "1e3"], 2, "--replications: must be a whole number"),
        (["run", "baseline", "--workers", "0"], 2, "--workers: must be a whole number; allowed: 1..1024"),
        (["run", "baseline", "--memory", "lots"], 2, "--memory: must be gigabytes"),
        (["compare", "one-percent"], 2, "compare needs two scenarios or more"),
        (["compare", "baseline", "exodus", "--replications", "1"], 2, "an interval needs at least 2 (10 advised)"),
        (["new", "mine.txt"], 2, "must end in .yaml"),
        (["new", "mine.yaml", "--from", "one-percnt"], 2, 'did you mean "one-percent"?'),
        (["new", "my firm.yaml"], 3, "letters, digits, - and _ only"),
        (["new", "nul.yaml"], 3, "letters, digits, - and _ only"),
        (["new", "no/such/folder/mine.yaml"], 5, "No such file or directory"),
        (["check", "bad.yaml"], 3, "bad.yaml:3: policy.patient_time: is not a share; did you mean 1%?"),
        (["check", "nope.yaml"], 5, "nope.yaml: no such file"),
        (["check", "one-percnt"], 5, 'did you mean "one-percent"?'),
        (["check", "\x1b[31m.yaml"], 5, "no such file"),
        (["compare", "baseline", "baseline"], 3, "two scenarios are called 'Baseline'"),
        (["compare", "baseline", "short.yaml"], 3, "only equal times can be compared"),
        (["run", "baseline", "--replications", "1000000"], 3, "GB; limit 8 GB (raise with --memory)"),
        (["run", "baseline", "--out", "../../etc/x"], 3, "--out: must be a folder, written without .."),
        (["run", "baseline", "--out", r"C:\x"], 3, "--out: letters, digits, - and _ only"),
        (["run", "baseline", "--out", "new/a|b"], 3, "--out: letters, digits, - and _ only"),
        (["run", "baseline", "--out", ""], 3, "--out: must be a folder"),
        (["run", "baseline", "--out=-rf"], 3, "--out: letters, digits, - and _ only"),
        (["run", "baseline", "--out", "bad.yaml"], 5, "is not a folder"),
        (["run", "baseline", "--out", "strange"], 5, "not empty"),
        (["run", "my firm.yaml"], 3, "name of the results: letters, digits, - and _ only"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_on_standard_error_and_changes_nothing(
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    Path("bad.yaml").write_text("name: Bad\nquestion: What for?\npolicy: {patient_time: 1}\n")
    Path("short.yaml").write_text(TINY)
    Path("my firm.yaml").write_text(TINY)
    Path("strange").mkdir()
    Path("strange/file").write_text("somebody's own")
    line = refused(arguments, capsys, code)
    assert message in line
    assert "http" not in line


def test_every_mistake_of_every_file_is_listed_once(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.yaml").write_text("name: A\nquestion: x\npolicy: {turnover: 5, foo: 1}\n")
    Path("b.yaml").write_text("name: B\nextends: a.yaml\nworld: {needs: 1}\n")
    assert answer_to(["check", "a.yaml", "b.yaml"]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("error: ") for line in lines)


def test_checking_says_what_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    write_two()
    assert answer_to(["check", "tiny.yaml", "one-percent"]) == 0
    printed = capsys.readouterr()
    assert "tiny.yaml: no mistakes; 22 staff, 1 markets, 10 weeks" in printed.out
    assert "one-percent: no mistakes; 220 staff" in printed.out
    assert printed.err == ""
    assert answer_to(["check", "tiny.yaml", "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    assert answer_to(["check", "tiny.yaml", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["scenarios"]
    assert found["fingerprint"] == read_scenario("tiny.yaml").fingerprint


def test_the_shipped_scenarios_are_listed_with_their_questions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert answer_to(["list"]) == 0
    listed = capsys.readouterr().out
    for name in shipped_scenarios():
        assert re.search(rf"^{name} .*{re.escape(read_scenario(name).question)}$", listed, re.M)
    assert answer_to(["list", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == set(shipped_scenarios())


def test_a_new_scenario_reads_and_has_its_schema_beside_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert answer_to(["new", "my-firm.yaml", "--from", "one-percent"]) == 0
    assert "seci-sim check my-firm.yaml" in capsys.readouterr().out
    assert listing() == ["my-firm.yaml", "seci-sim.schema.json"]
    assert read_scenario("my-firm.yaml").name == "My firm"
    assert json.loads(Path("seci-sim.schema.json").read_text()) == json_schema()
    written = Path("my-firm.yaml").read_text()
    Path("my-firm.yaml").write_text(written + "# edited\n")
    assert answer_to(["new", "my-firm.yaml"]) == 5
    assert "is there already" in capsys.readouterr().err
    assert Path("my-firm.yaml").read_text().endswith("# edited\n")
    assert answer_to(["new", "second.yaml", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_a_schema_that_is_not_ours_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("seci-sim.schema.json").write_text('{"title": "mine"}')
    assert answer_to(["new", "mine.yaml"]) == 5
    assert "not ours" in capsys.readouterr().err
    assert Path("seci-sim.schema.json").read_text() == '{"title": "mine"}'
    assert not Path("mine.yaml").exists()


def test_the_schema_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer_to(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema()


def test_help_and_version_are_given_without_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer_to([]) == 0
    without = capsys.readouterr().out
    assert answer_to(["--help"]) == 0
    assert capsys.readouterr().out == without
    for command in ("new", "list", "check", "run", "compare", "schema"):
        assert re.search(rf"^  {command} ", without, re.M)
    assert answer_to(["--version"]) == 0
    assert re.fullmatch(r"seci-sim \S+\n", capsys.readouterr().out)


@pytest.mark.timed
def test_help_answers_in_half_a_second() -> None:
    times = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([*PROGRAM, "--help"], capture_output=True, check=True)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.5


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["check", "one-percent"], ["check", "bad.yaml"], ["new", "x.yaml"], ["list"],
     ["run", "bad.yaml"], ["run", "baseline", "--replications", "1000000"]],
)  # fmt: skip
def test_files_are_checked_before_anything_heavy_is_imported(arguments: list[str]) -> None:
    Path("bad.yaml").write_text("name: Bad\n")
    program = (
        "import sys; from seci_sim.cli import answer_to; answer_to(sys.argv[1:]);"
        "heavy = {'numpy', 'numba', 'pandas', 'mesa', 'plotly', 'scipy', 'jinja2'};"
        "sys.exit(len(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True)
    assert done.returncode == 0


def test_a_mistake_of_ours_is_one_line_with_a_saved_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr("seci_sim.scenario.json_schema", broken)
    assert answer_to(["schema"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    found = re.fullmatch(r"error: a mistake in seci-sim itself: ZeroDivisionError: by zero; please report it with (\S+)\n", printed.err)  # fmt: skip
    assert found
    saved = Path(found.group(1))
    assert "Traceback" in saved.read_text()
    saved.unlink()


def test_ctrl_c_and_a_full_disk_have_codes_of_their_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("seci_sim.scenario.json_schema", interrupt)
    assert answer_to(["schema"]) == 130
    monkeypatch.setattr("seci_sim.scenario.json_schema", full)
    assert answer_to(["schema"]) == 5
    assert capsys.readouterr().err == "error: interrupted\nerror: No space left on device\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_output_that_cannot_be_written_is_a_problem_of_writing() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*PROGRAM, "schema"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 5
    assert done.stderr == "error: No space left on device\n"


def test_results_go_to_a_folder_called_after_the_scenarios() -> None:
    assert folder_of(None, ["one-percent"]) == Path("results/one-percent")
    assert folder_of(None, ["plans/a.yaml", "b"]) == Path("results/a-vs-b")
    assert folder_of("out", ["a"]) == Path("out")
    Path("an old place").mkdir()
    assert folder_of("an old place/new", ["a"]) == Path("an old place/new")
    with pytest.raises(InputProblem, match="too long"):
        folder_of(None, [f"{'x' * 70}{n}" for n in range(4)])


def test_the_estimate_of_memory_grows_with_what_needs_it() -> None:
    scenario = read_scenario("baseline")
    usual = memory_needed([scenario], 20, 2)
    assert usual < memory_needed([scenario], 200, 2)
    assert usual < memory_needed([scenario, scenario], 20, 2)
    assert usual < memory_needed([scenario], 20, 4)
    assert memory_needed([read_scenario("one-percent-full")], 20, 2) < 8e9


def test_the_estimate_of_memory_knows_how_many_columns_there_are() -> None:
    from seci_sim.measures import columns

    bands = read_scenario("baseline").service.bands
    number = len(columns(bands))
    assert number <= COLUMNS + COLUMNS_OF_A_BAND * len(bands) < number + 20


def test_comparing_prints_the_answer_and_writes_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_two()
    arguments = ["compare", "tiny.yaml", "more.yaml", "--replications", "2", "--workers", "1"]
    assert answer_to(arguments) == 0
    printed = capsys.readouterr()
    folder = Path("results/tiny-vs-more")
    for words in ("Tiny", "More", "Needs met", "Better in", "With patients", "half the staff know"):
        assert words in printed.out
    assert f"Wrote {folder / 'report.html'}" in printed.out
    assert "Next: seci-sim new my-firm.yaml" in printed.out
    assert {"report.html", "summary.csv", "weekly.csv", "manifest.json"} <= set(listing(folder))
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["command"] == "seci-sim compare tiny.yaml more.yaml --replications 2 --seed 1"
    assert answer_to([*arguments, "--quiet"]) == 0, "the same run replaces its folder"
    assert capsys.readouterr().out == ""
    assert answer_to([*arguments, "--seed", "2"]) == 5, "another run does not"
    assert "choose another with --out" in capsys.readouterr().err
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
    arguments = ["compare", "tiny.yaml", "more.yaml", "--replications", "3", "--workers", "1"]
    assert answer_to([*arguments, "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["policies"]
    assert "needs_met_change_from_first" not in first
    change = second["needs_met_change_from_first"]
    assert change["mean"] == pytest.approx(second["needs_met"]["mean"] - first["needs_met"]["mean"])
    low, high = change["interval"]
    assert low <= change["mean"] <= high
    assert (change["of"], change["comparisons"]) == (3, 1)


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
    Path("short.yaml").write_text("name: Short\nextends: one-percent\nhorizon: 2 weeks\n")
    assert answer_to(["run", "short.yaml", "--replications", "2", "--workers", "1"]) == 0
    assert "Next: seci-sim compare one-percent short.yaml" in capsys.readouterr().out


def test_a_report_is_opened_only_where_somebody_sits_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_two()
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    arguments = ["run", "tiny.yaml", "--replications", "1", "--workers", "1", "--quiet"]
    assert answer_to([*arguments, "--open"]) == 0
    assert opened == []
    monkeypatch.setattr("seci_sim.cli.runs.at_a_terminal", lambda: True)
    assert answer_to([*arguments, "--no-open"]) == 0
    assert opened == []
    assert answer_to(arguments) == 0
    assert opened == [Path("results/tiny/report.html").resolve().as_uri()]


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX systems")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.timed
def test_a_run_that_is_ended_from_outside_leaves_nothing_behind(
    sent: signal.Signals, code: int
) -> None:
    Path("long.yaml").write_text(TINY.replace("10 weeks", "5200 weeks"))
    arguments = ["run", "long.yaml", "--replications", "40", "--workers", "2"]
    with subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:  # fmt: skip
        time.sleep(6)
        assert process.poll() is None, "it ended before it could be interrupted"
        process.send_signal(sent)
        out, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert out == ""
    assert "Traceback" not in err
    assert listing() == ["long.yaml"]


def test_an_export_is_written_beside_the_report_and_stands_in_the_manifest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_two()
    arguments = ["compare", "tiny.yaml", "more.yaml", "--replications", "2", "--workers", "1"]
    assert answer_to([*arguments, "--xlsx"]) == 0
    folder = Path("results/tiny-vs-more")
    assert f"Wrote {folder / 'report.html'}, summary.xlsx and tables" in capsys.readouterr().out
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["files"]["summary.xlsx"]["bytes"] == (folder / "summary.xlsx").stat().st_size
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
