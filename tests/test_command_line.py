"""The command line: what it prints where, what it refuses, and how it ends."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from answers import listing, refused
from scenario_files import TINY

from seci_sim.cli import answer_to
from seci_sim.scenario import json_schema, read_scenario, shipped_scenarios

PROGRAM = [sys.executable, "-m", "seci_sim.cli"]

pytestmark = pytest.mark.usefixtures("empty_folder")


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
        (["compare", "one-percent"], 2, "compare needs two scenarios or more; for one, use run, or set something with --set"),
        (["compare", "baseline", "exodus", "--replications", "1"], 2, "an interval needs at least 2 (10 advised)"),
        (["new", "mine.txt"], 2, "must end in .yaml"),
        (["new", "mine.yaml", "--from", "one-percnt"], 2, 'did you mean "one-percent"?'),
        (["new", "my|firm.yaml"], 2, "FILE: Windows takes no | in a file's name; got 'my|firm.yaml'"),
        (["new", "nul.v2.yaml"], 2, "FILE: Windows keeps this name for a device"),
        (["new", f"{'x' * 200}.yaml"], 2, "FILE: the file's name is too long; at most 200 bytes"),
        (["new", "my\u202efirm.yaml"], 2, "FILE: holds control, invisible or direction-changing characters"),
        (["new", "mine.yaml", "--from", "bad.yaml"], 3, "bad.yaml:3: policy.patient_time: is not a share"),
        (["new", "mine.yaml", "--from", "nope.yaml"], 5, "nope.yaml: no such file"),
        (["new", "no/such/folder/mine.yaml"], 5, "No such file or directory"),
        (["check", "bad.yaml"], 3, "bad.yaml:3: policy.patient_time: is not a share; did you mean 1%?"),
        (["check", "nope.yaml"], 5, "nope.yaml: no such file"),
        (["check", "one-percnt"], 5, 'did you mean "one-percent"?'),
        (["check", "\x1b[31m.yaml"], 5, "no such file"),
        (["compare", "baseline", "baseline"], 3, "two scenarios are called 'Baseline'"),
        (["compare", "baseline", "short.yaml"], 3, "only equal times can be compared"),
        (["run", "baseline", "--replications", "1000000"], 3, "GB; limit 8 GB (raise with --memory)"),
        (["run", "baseline", "--out", "../../etc/x"], 2, "--out: must be a folder, written without .."),
        (["run", "baseline", "--out", r"C:\x"], 2, "--out: letters, digits, - and _ only"),
        (["run", "baseline", "--out", "new/a|b"], 2, "--out: letters, digits, - and _ only"),
        (["run", "baseline", "--out", ""], 2, "--out: must be a folder"),
        (["run", "baseline", "--out=-rf"], 2, "--out: letters, digits, - and _ only"),
        (["run", "baseline", "--out", "bad.yaml"], 5, "bad.yaml: is not a folder; choose another with --out"),
        (["run", "baseline", "--out", "bad.yaml/x"], 5, "bad.yaml: is not a folder; choose another with --out"),
        (["evidence", "--out", "bad.yaml"], 5, "bad.yaml: is not a folder; choose another with --out"),
        (["calibrate", "baseline", "--plan", "--policy", "one-percent"], 2, "--people in place of --plan"),
        (["run", "baseline", "--out", "strange"], 5, "not empty"),
        (["run", "my firm.yaml", "--out", "my results"], 2, "--out: letters, digits, - and _ only"),
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
    Path("tiny.yaml").write_text(TINY)
    assert answer_to(["check", "tiny.yaml", "one-percent"]) == 0
    printed = capsys.readouterr()
    assert "tiny.yaml: no mistakes; 22 staff, 1 market, 10 weeks" in printed.out
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


def test_files_are_checked_before_anything_heavy_is_imported() -> None:
    Path("bad.yaml").write_text("name: Bad\n")
    commands = (
        ["--help"], ["check", "one-percent"], ["check", "bad.yaml"], ["new", "x.yaml"], ["list"],
        ["run", "bad.yaml"], ["run", "baseline", "--replications", "1000000"],
    )  # fmt: skip
    program = f"""
import sys
from seci_sim.cli import answer_to
for command in {commands!r}:
    answer_to(command)
    heavy = {{'numpy', 'numba', 'pandas', 'mesa', 'plotly', 'scipy', 'jinja2'}} & sys.modules.keys()
    if heavy:
        sys.exit(f"{{command}} imports {{heavy}}")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


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


def test_ctrl_c_a_full_disk_and_too_little_memory_have_codes_of_their_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    def full() -> None:
        raise OSError(28, "No space left on device")

    def starved() -> None:
        raise MemoryError

    for problem, code, told in (
        (interrupt, 130, "interrupted"),
        (full, 5, "No space left on device"),
        (starved, 5, "memory ran out: close other programs, or ask for less"),
    ):
        monkeypatch.setattr("seci_sim.scenario.json_schema", problem)
        assert answer_to(["schema"]) == code
        assert capsys.readouterr().err == f"error: {told}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_output_that_cannot_be_written_is_a_problem_of_writing() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*PROGRAM, "schema"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 5
    assert done.stderr == "error: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="streams and folders go away on POSIX systems")
@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("{} list >&-", 0, ""),
        ("{} list 2>&-", 0, ""),
        ("{} check nowhere.yaml >&-", 5, "error: nowhere.yaml: no such file"),
        (
            "mkdir gone; cd gone; rmdir ../gone; {} run baseline",
            5,
            "error: the folder in which this was typed: No such file or directory",
        ),
    ],
)
def test_streams_that_are_closed_and_a_folder_that_is_gone(
    line: str, code: int, told: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        ["sh", "-c", line.format(shlex.join(PROGRAM))],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr.strip()) == (code, told)
