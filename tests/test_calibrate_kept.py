"""What is kept of a kind of data: read as it was written, or learned again."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seci_sim.calibrating import Bank, calibration
from seci_sim.calibrating.calibration import PARTS, TABLES, Learned, learned_of
from seci_sim.calibrating.observed import Item

ITEMS = (Item("indicator", "needs_met", 1),)


def learned() -> Learned:
    parts: dict[str, Any] = {part: kind(**dict.fromkeys(kind.__dataclass_fields__, np.ones(3))) for part, kind in PARTS.items()}  # fmt: skip
    return Learned(**parts | dict.fromkeys(TABLES, np.ones((4, 3))))


Arrays = dict[str, Any]
CHANGES: dict[str, Callable[[Arrays], Arrays]] = {
    "nothing": lambda arrays: arrays,
    "a number": lambda arrays: arrays | {"seen": arrays["seen"] * 2},
    "a shape": lambda arrays: arrays | {"gate.left": np.array(0.5)},
    "a kind of numbers": lambda arrays: arrays | {"shares": arrays["shares"].astype(np.float32)},
    "text": lambda arrays: arrays | {"checked_summaries": np.array(["x"])},
    "one more": lambda arrays: arrays | {"other": np.ones(1)},
    "one less": lambda arrays: {name: one for name, one in arrays.items() if name != "seen"},
    "no digest": lambda arrays: {name: one for name, one in arrays.items() if name != "digest"},
}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[Any]]:
    """The file that is kept of a kind of data, and a list of all that was learned since."""
    again: list[Any] = []

    def learn(*given: Any) -> Learned:
        again.append(given)
        return learned()

    monkeypatch.setattr(calibration, "learn", learn)
    ask(tmp_path)
    again.clear()
    (file,) = (tmp_path / "kinds").iterdir()
    return file, again


def ask(folder: Path) -> Learned:
    def runs() -> Bank:
        return None  # type: ignore[return-value] # learning is replaced

    return learned_of("a firm", runs, ITEMS, folder)


@pytest.mark.parametrize("change", CHANGES)
def test_arrays_that_are_others_are_learned_again(
    change: str, kept: tuple[Path, list[Any]], tmp_path: Path
) -> None:
    file, again = kept
    before = file.read_bytes()
    np.savez(file, **CHANGES[change](dict(np.load(file))))
    assert np.array_equal(ask(tmp_path).seen, learned().seen)
    assert len(again) == (change != "nothing")
    assert change == "nothing" or file.read_bytes() == before


def test_a_file_that_is_no_array_is_learned_again(
    kept: tuple[Path, list[Any]], tmp_path: Path
) -> None:
    file, again = kept
    for name in ("digest", "seen", "other"):
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr(name, b"x")
        ask(tmp_path)
    assert len(again) == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are those of POSIX systems")
def test_a_pipe_in_its_place_is_not_waited_for(
    kept: tuple[Path, list[Any]], tmp_path: Path
) -> None:
    file, again = kept
    file.unlink()
    os.mkfifo(file)
    ask(tmp_path)
    assert len(again) == 1
    assert file.is_file()
