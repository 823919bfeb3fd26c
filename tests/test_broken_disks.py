"""Disks that are full, cannot be written or are somebody else's, as the system itself says it to a whole program."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from experiment_files import GRID, written
from experiment_programs import PROGRAM
from scenario_files import TINY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.name != "posix", reason="disks are mounted as on POSIX systems"),
]

FEW = ["--worlds", "2", "--replications", "2", "--workers", "1", "--no-open", "--out", "out"]
COMPARE = ["compare", "firm.yaml", "second.yaml", *FEW]
COMMANDS = {
    "run": ["run", "firm.yaml", *FEW],
    "compare": COMPARE,
    "experiment": ["experiment", "trial.yaml", "--resume", "--workers", "1", "--out", "out"],
}
EXPORTS = {"workbook": "--xlsx", "slides": "--pptx"}
SAID = {
    "full": "No space left on device",
    "read-only": "Read-only file system",
    "somebody else's": "Permission denied",
}


@pytest.fixture(params=SAID)
def broken(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """What is wrong with the disk `out`, which is in order until `breaks`."""
    if os.geteuid() or not shutil.which("setpriv") or not shutil.which("mount"):
        pytest.skip("only who owns the machine mounts disks")
    monkeypatch.chdir(tmp_path)
    written(GRID, tmp_path)
    (tmp_path / "second.yaml").write_text(TINY.replace("Tiny", "Second"))
    (tmp_path / "out").mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=20m,mode=755", "tmpfs", "out"]
    if subprocess.run(mounted, capture_output=True).returncode:
        pytest.skip("no disks are mounted here")
    try:
        yield str(request.param)
    finally:
        subprocess.run(["umount", "out"], check=True)


def remounted(how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", "out"], check=True)


def breaks(how: str) -> None:
    if how == "full":
        used = sum(path.stat().st_blocks * 512 for path in Path("out").rglob("*"))
        remounted(f"size={used + 8192}")
    elif how == "read-only":
        remounted("ro")
    else:
        for path in (Path("out"), *Path("out").rglob("*")):
            os.chown(path, 4321, 4321)


def in_order_again() -> None:
    remounted("rw,size=20m")
    for path in (Path("out"), *Path("out").rglob("*")):
        os.chown(path, 0, 0)


def done(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program as somebody who may no more than anybody else, whoever owns the machine."""
    alone = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    return subprocess.run([*alone, *PROGRAM, *arguments], capture_output=True, text=True)


def held(ended: subprocess.CompletedProcess[str], how: str) -> None:
    """It ended in one line that names the folder and what is wrong, and left nothing half-written."""
    assert ended.returncode == 5, ended.stderr
    assert ended.stdout == ""
    (last,) = [line for line in ended.stderr.splitlines() if line.startswith("error: ")]
    assert ended.stderr.endswith(f"{last}\n")
    assert last.startswith("error: out")
    assert SAID[how] in last
    assert not list(Path("out").rglob("*.tmp"))


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_run_ends_in_one_line_and_goes_on_when_the_disk_is_mended(
    command: str, broken: str
) -> None:
    breaks(broken)
    held(done(*COMMANDS[command]), broken)
    in_order_again()
    ended = done(*COMMANDS[command])
    assert ended.returncode == 0, ended.stderr
    assert Path("out/results.csv").exists()


@pytest.mark.parametrize("export", EXPORTS)
def test_what_is_written_of_results_ends_in_one_line_and_leaves_them_whole(
    export: str, broken: str
) -> None:
    pytest.importorskip("xlsxwriter", reason="needs the extra `excel`")
    pytest.importorskip("pptx", reason="needs the extra `slides`")
    assert done(*COMPARE, "--quiet").returncode == 0
    before = {path: path.read_bytes() for path in Path("out").rglob("*.csv")}
    breaks(broken)
    held(done(*COMPARE, EXPORTS[export]), broken)
    assert {path: path.read_bytes() for path in Path("out").rglob("*.csv")} == before
    in_order_again()
    assert done(*COMPARE, EXPORTS[export]).returncode == 0
    assert list(Path("out").glob(f"*.{EXPORTS[export][2:]}"))
