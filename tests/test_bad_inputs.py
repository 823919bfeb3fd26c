"""Bad inputs at the command line: one clear line, the right exit code, and nothing else touched.

What single readers refuse is tested with them (`test_scenario_file`, `test_scenario_mistakes`,
`test_command_line`). Here stand the inputs that only the whole program can answer. The search for mistakes
that nobody thought of is in `test_fuzz_fields`, `test_fuzz_bytes` and `test_fuzz_heavy`.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from answers import refused
from scenario_files import HEAD

from seci_sim.lab.spreadsheets import guard
from seci_sim.scenario import read_scenario

TINY = HEAD + "horizon: 2\nunits: [{name: A, kind: affiliate, staff: 12}]\n"

pytestmark = pytest.mark.usefixtures("empty_folder")


def refused_file(content: str | bytes, capsys: pytest.CaptureFixture[str]) -> str:
    data = content.encode() if isinstance(content, str) else content
    Path("s.yaml").write_bytes(data)
    line = refused(["check", "s.yaml"], capsys)
    if found := re.search(r"; got ('.*)$", line):
        assert len(found.group(1)) <= 60
    return line


def zipped() -> bytes:
    """What a workbook, or any other archive, starts with."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("xl/workbook.xml"), "<workbook/>")  # of 1980, not of now
    return buffer.getvalue()


# Files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped(), "s.yaml:1: is not text in UTF-8; save as UTF-8"),
        (b"\x1f\x8b\x08\x00gzip", "s.yaml:1: is not text in UTF-8; save as UTF-8"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "s.yaml:2: is not text in UTF-8; save as UTF-8"),
        ("<!doctype html>\n<html><body>a: b</body></html>", "s.yaml:2: "),
        ("unit,staff\nJapan,5\n", "s.yaml:1: must be fields such as name: My firm"),
        ("a = " + "[" * 5000, "s.yaml:1: must be fields such as name: My firm"),
        (f"a: &x '{'y' * 20_000}'\nb: [{'*x,' * 20_000}*x]", "s.yaml:1: no aliases"),
        ("name: A\u2028question: B\n", "s.yaml:1: holds control, invisible"),
        (HEAD + "seed: -1", 's.yaml:3: seed: unknown field "seed"'),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused(
    content: str | bytes, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused_file(content, capsys).startswith(message)


def test_the_program_says_that_it_may_not_read_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forbidden(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    Path("s.yaml").write_text(TINY)
    monkeypatch.setattr(Path, "open", forbidden)
    assert refused(["check", "s.yaml"], capsys, 5) == "s.yaml: no permission to read it"


def test_json_is_yaml_and_is_read_as_such() -> None:
    Path("s.yaml").write_text('{\n\t"name": "Mine",\n\t"question": "What for?"}\n')
    assert read_scenario("s.yaml").name == "Mine"


HEAVY = {
    "a list without an end": b"a: [" + b"1," * 400_000 + b"1]",
    "brackets only": b"[" * 3000,
    "braces only": b"a: " + b'{"a":' * 5000,
    "many aliases": b"a: &x '" + b"y" * 20_000 + b"'\nb: [" + b"*x," * 20_000 + b"*x]",
    "two gigabytes": None,
}


# A program's peak includes that of the process it was started from, so a small one starts it.
STARTER = """
import resource, subprocess, sys
command = [sys.executable, "-m", "seci_sim.cli", "check", "s.yaml"]
done = subprocess.run(command, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


@pytest.mark.skipif(
    importlib.util.find_spec("resource") is None,
    reason="this system does not tell what a program used",
)
@pytest.mark.parametrize("kind", HEAVY)
@pytest.mark.timed
def test_no_file_takes_two_seconds_or_300_megabytes(kind: str) -> None:
    content = HEAVY[kind]
    with Path("s.yaml").open("wb") as stream:
        if content is None:
            stream.truncate(2 * 1024**3)
        else:
            stream.write(content)
    starter = [sys.executable, "-c", STARTER]
    for _ in range(3):  # whatever else the machine does can only add to what it takes
        printed = subprocess.run(starter, capture_output=True, text=True, check=True).stdout
        code, seconds, peak = (float(figure) for figure in printed.split())
        if seconds < 2:
            break
    unit = 1 if sys.platform == "darwin" else 1024
    assert code == 3
    assert seconds < 2
    assert peak * unit < 300e6


# Values -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("units: [{name: A, kind: affiliate, staff: 0}]", "units.A.staff: is too small; allowed: 2 to 2000000 people; got '0'"),
        ("units: [{name: A, kind: affiliate, staff: 010}]", "units.A.staff: write 10"),
        ("units: [{name: A, kind: affiliate, staff: 1e3}]", "units.A.staff: write 1000"),
        ("world: {needs: 0x10}", "world.needs: write 16"),
        ("world: {needs: 0b11}", "world.needs: write 3"),
        ("world: {needs: 40.5}", "world.needs: must be a whole number"),
        (f"world: {{needs: {'9' * 5000}}}", "world.needs: is not a number"),
        ("policy: {turnover: .inf}", "policy.turnover: is not a finite number"),
        ("policy: {turnover: -.inf}", "policy.turnover: is not a finite number"),
        ("policy: {turnover: .nan}", "policy.turnover: is not a finite number"),
        ("policy: {turnover: 1.0e+999}", "policy.turnover: is too large"),
        ("policy: {turnover: 1.0e-400}", "policy.turnover: is too close to 0"),
        ('policy: {turnover: "0.05"}', "policy.turnover: is text, not a number; remove the quotes"),
        ("policy: {financial_agency: 1}", "policy.financial_agency: is neither yes nor no"),
        ("timeline: [{week: 5, policy: {shares_paid: {low: 5%}}}, {week: 5, policy: {shares_paid: {low: 6%}}}]", "timeline.5.policy.shares_paid: is changed twice in week 5"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_meant_is_refused(
    text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused_file(HEAD + text, capsys).startswith(f"s.yaml:3: {message}")


def test_a_share_may_be_a_percentage() -> None:
    Path("s.yaml").write_text(HEAD + "policy: {turnover: 5%}")
    assert read_scenario("s.yaml").policy.turnover == 0.05


def test_a_run_too_large_for_memory_is_refused_though_each_figure_is_allowed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    unit = "  - {{name: {}, kind: affiliate, staff: 2000000}}\n"
    Path("s.yaml").write_text(
        HEAD + "horizon: 5200\nunits:\n" + "".join(unit.format(f"Unit {n}") for n in range(9))
    )
    line = refused(["run", "s.yaml"], capsys)
    assert re.fullmatch(r"this run needs about \d+ GB; limit 8 GB \(raise with --memory\)", line)


# Names and paths ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [r"\\host\share", "a:b", "a?b", "a*b", "a|b", "--help", "-rf", "nul", "con.txt", "é", "~",
     "=1+1", "x" * 81, "new/a b", "a/../../b", "../../etc/x", ".", "a\x1b[31mb", "a\nb"],
)  # fmt: skip
def test_results_go_to_no_folder_whose_name_means_something_else(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("s.yaml").write_text(TINY)
    assert refused(["run", "s.yaml", f"--out={name}"], capsys, 2).startswith("--out: ")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["new", "--", "--help.yaml"], 2, "FILE: a name that begins with - is taken for an option; got '--help.yaml'"),
        (["new", "--", "-rf.yaml"], 2, "FILE: a name that begins with - is taken for an option"),
        (["new", r"C:\x.yaml"], 2, r"FILE: Windows takes no : \ in a file's name"),
        (["new", "no/folder/x.yaml"], 5, "no/folder/seci-sim.schema.json: cannot be written: No such file"),
        (["new", "x.yaml", "--from", "../baseline"], 5, "../baseline: no such file"),
        (["run", "baseline", "--out=a\x1b[31mb"], 2, r"--out: holds control, invisible or direction-changing characters; got 'a\x1b[31mb'"),
        (["check", ""], 5, "'': is a folder, not a file"),
        (["check", "a\0b"], 5, r"'a\x00b': no such file"),
        (["check", "\udcff.yaml"], 5, r"'\udcff.yaml': no such file"),
        (["check", "--", "-rf"], 5, "-rf: no such file or shipped scenario"),
        (["run", "baseline", "--seed", "٣"], 2, "--seed: must be a whole number"),
        (["run", "baseline", "--workers", "1e3"], 2, "--workers: must be a whole number"),
        (["run", "baseline", "--memory", "nan"], 2, "--memory: must be gigabytes"),
        (["run", "baseline", "--seed", "1", "--seed", "-2"], 2, "--seed: must be a whole number"),
        (["\x1b[2J"], 2, r"No such command '\x1b[2J'"),
        ([""], 2, "No such command ''"),
        (["x" * 100_000], 2, "No such command 'xxx"),
        (["run", "--\x1b[2J"], 2, r"no such option: --\x1b[2J"),
        (["schema", "x"], 2, "KIND: must be scenario, experiment or lesson; got 'x'"),
    ],
)  # fmt: skip
def test_what_was_typed_is_answered_in_one_line(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refused(arguments, capsys, code)


# Exports ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["=1+1", '=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"],
)  # fmt: skip
def test_no_name_is_a_formula_in_a_spreadsheet(name: str) -> None:
    assert guard(name) == "'" + name
    buffer = io.StringIO()
    csv.writer(buffer).writerow([guard(name), 1])
    (row,) = csv.reader(io.StringIO(buffer.getvalue(), newline=""))
    assert row == ["'" + name, "1"]
