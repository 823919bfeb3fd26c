"""What the program answers from the folder that it is called in, held against the rules of every answer."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from seci_sim.cli import answer_to
from seci_sim.lab import conduct
from seci_sim.lab.pool import Here, Pool


def run_in_this_process(patch: pytest.MonkeyPatch) -> None:
    """Do without worker processes, which take longer to begin than small firms to run."""

    def here(*arguments: Any, **others: Any) -> Any:
        return Pool(*arguments, **{**others, "executor": Here()})

    patch.setattr(conduct, "Pool", here)


def leave_reports_undrawn(patch: pytest.MonkeyPatch) -> None:
    """Make reports without charts, on an empty page: drawing takes most of a run of a small firm."""
    patch.setattr(importlib.import_module("seci_sim.report.html"), "parts", lambda *_: {})
    patch.setattr("seci_sim.report.html", lambda _, **__: "<!DOCTYPE html>")


def listing(folder: Path = Path()) -> list[str]:
    """All files and folders within one."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def stamps() -> list[tuple[str, int]]:
    """All files and folders, with the moment in which each was written last."""
    return [(name, Path(name).lstat().st_mtime_ns) for name in listing()]


def ran(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    """Run the program, which has to end with a code; gives what it prints, and what it notes."""
    assert answer_to([*arguments]) == code
    printed = capsys.readouterr()
    return printed.out, printed.err


def refused(
    arguments: Sequence[str], capsys: pytest.CaptureFixture[str], code: int = 3, lines: int = 1
) -> str:
    """Run the program, which has to refuse and leave all files alone; gives its first line."""
    before = stamps()
    assert answer_to(arguments) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert stamps() == before
    *said, last = printed.err.split("\n")
    assert last == ""
    assert len(said) == lines
    for line in said:
        assert line.startswith("error: ")
        assert line.isprintable()
        assert len(line.removeprefix("error: ")) <= 1000
    return said[0].removeprefix("error: ")
