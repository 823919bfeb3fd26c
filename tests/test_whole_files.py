"""A file is there whole or not at all, and what stood there before is not lost."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from seci_sim.lab import whole_files
from seci_sim.scenario import FileProblem, template

Writer = Callable[[Path, bytes], None]
WRITERS = pytest.mark.parametrize("write", [whole_files.write_whole, template.write_whole])
OLD, NEW = b"what stood there before", b"what comes in its place"


@WRITERS
def test_a_file_is_replaced_by_one_that_is_written_already(
    write: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(OLD)
    replace = Path.replace
    seen: list[tuple[bytes, bytes]] = []

    def look(beside: Path, target: Path) -> Path:
        seen.append((beside.read_bytes(), path.read_bytes()))
        return replace(beside, target)

    monkeypatch.setattr(Path, "replace", look)
    write(path, NEW)
    assert seen == [(NEW, OLD)]
    assert path.read_bytes() == NEW
    assert list(tmp_path.iterdir()) == [path]


@WRITERS
@pytest.mark.parametrize("step", ["open", "replace"])
def test_a_file_that_cannot_be_replaced_stays_as_it_was(
    write: Writer, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(OLD)
    with monkeypatch.context() as patched:
        patched.setattr(Path, step, full)
        with pytest.raises((OSError, FileProblem), match="No space left"):
            write(path, NEW)
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


def test_what_another_process_wrote_first_stays(tmp_path: Path) -> None:
    path = tmp_path / "design.json"
    whole_files.write_once(path, OLD)
    whole_files.write_once(path, NEW)
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


def full(*_: object, **__: object) -> Path:
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_told_with_the_file_that_found_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left") as told:
        whole_files.write_whole(tmp_path / "results.csv", b"1,2")
    assert told.value.filename == str(tmp_path / "results.csv")
    assert not list(tmp_path.iterdir())
