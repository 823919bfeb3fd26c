"""Files that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, or replace it.

    Raises
    ------
    OSError
        The disk is full, or the folder cannot be written; what stood there before still does.
    """
    _write(path, data, lambda beside: beside.replace(path))


def write_once(path: Path, data: bytes) -> None:
    """Write a file unless another process was first.

    Raises
    ------
    OSError
        As `write_whole`.
    """

    def unless_there(beside: Path) -> None:
        with suppress(FileExistsError):
            path.hardlink_to(beside)

    _write(path, data, unless_there)


def _write(path: Path, data: bytes, put: Callable[[Path], object]) -> None:
    """Write a file beside its place, make sure that it is on the disk, and put it there."""
    beside = path.with_name(f".{path.name}.{platform.node()}.{os.getpid()}.tmp")
    try:
        force(beside, data)
        put(beside)
        _force_folder(path.parent)
    except OSError as problem:
        problem.filename = str(path)  # a full disk names none
        raise
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def force(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file, of one piece or of several, and wait until it is on the disk."""
    with path.open("wb") as file:
        file.writelines([data] if isinstance(data, bytes) else data)
        file.flush()
        os.fsync(file.fileno())


def _force_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system knows how."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sweep(folders: Iterable[Path]) -> None:
    """Remove what dead processes of this machine left half written."""
    if os.name != "posix":
        return  # elsewhere, asking whether a process is there may end it
    for folder in folders:
        for path in folder.glob(f".*.{platform.node()}.*.tmp"):
            process = path.name.split(".")[-2]
            if process.isdecimal() and not _alive(int(process)):
                path.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    """Whether a process of this machine is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
