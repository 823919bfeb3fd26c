"""A file or folder of results is there whole or not at all, and what stood there before is not lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from synthetic import results

from seci_sim.experiment import store, whole_files
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


@pytest.mark.parametrize("step", ["weekly_csv", "manifest"])
def test_a_result_that_cannot_be_replaced_stays_as_it_was(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = results(replications=2, horizon=3)
    folder = tmp_path / "pair"
    store.save(found, folder, command="", report="first")
    before = contents(tmp_path)
    monkeypatch.setattr(store, step, full)
    with pytest.raises(store.FolderProblem, match="No space left"):
        store.save(found, folder, command="", report="second")
    assert contents(tmp_path) == before


def test_a_result_that_cannot_be_put_in_its_place_leaves_the_older_one_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = results(replications=2, horizon=3)
    folder = tmp_path / "pair"
    store.save(found, folder, command="", report="first")
    before = contents(tmp_path)
    rename = Path.rename

    def not_the_new_one(path: Path, target: Path) -> Path:
        return full() if path.suffix == ".tmp" else rename(path, target)

    monkeypatch.setattr(Path, "rename", not_the_new_one)
    with pytest.raises(store.FolderProblem, match="No space left"):
        store.save(found, folder, command="", report="second")
    assert contents(tmp_path) == before


def full(*_: object, **__: object) -> Path:
    raise OSError(28, "No space left on device")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with all that is in it."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
