"""A file is there whole or not at all, and what stood there before is not lost."""

from __future__ import annotations

import resource
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


def test_where_there_is_no_room_the_file_that_found_none_is_told(tmp_path: Path) -> None:
    """Like a full disk, whose error names no file either."""
    path, limits = tmp_path / "results.csv", resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large") as told:
            whole_files.write_whole(path, b"1,2\n" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert told.value.filename == str(path)
    assert not list(tmp_path.iterdir())
