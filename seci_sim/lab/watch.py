"""What a worker process does beside its runs: it notes what it is doing, and ends in time.

The note is how the parent knows, after a worker's death, in the middle of which run it died.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from pathlib import Path
from typing import TextIO

from seci_sim.stopping import OF_A_TERMINAL

_LONG = 0.5
"""Seconds between two looks whether the parent is still there."""

_worker: _Worker | None = None


class _Worker:
    """This process, as long as it is a worker."""

    def __init__(self, note: TextIO) -> None:
        self.note = note

    def begin(self, label: str, timeout: float | None) -> None:
        """Note which run begins, and start its clock."""
        self.clear()
        self.note.write(f"{label}\n")
        self.note.flush()
        if timeout is not None:
            # Its clock needs no lock of the interpreter, so that nothing can hold it up.
            faulthandler.dump_traceback_later(timeout, exit=True, file=self.note)

    def clear(self) -> None:
        """Note that nothing is under way."""
        faulthandler.cancel_dump_traceback_later()
        self.note.seek(0)
        self.note.truncate()


def begin(label: str, timeout: float | None) -> None:
    """Say that a run begins and how many seconds it may take; only a worker keeps account of it."""
    if _worker is not None:
        _worker.begin(label, timeout)


def rest() -> None:
    """Say that no run is under way."""
    if _worker is not None:
        _worker.clear()


def prepare_worker(note: str) -> None:
    """Make this process a worker that keeps a note in a file."""
    global _worker
    leave_with_parent()
    _worker = _Worker(Path(note).open("w", encoding="utf-8"))  # noqa: SIM115


def leave_with_parent() -> None:
    """Leave Ctrl-C and a closed terminal to the parent, and end when it is gone."""
    for number in OF_A_TERMINAL:
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()


@contextmanager
def out_of_earshot() -> Iterator[None]:
    """Begin processes that never hear what a terminal sends to all, not even before they can say that they leave it to us."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, OF_A_TERMINAL)
    try:
        resource_tracker.ensure_running()  # to begin this one lets Ctrl-C in again
        signal.pthread_sigmask(signal.SIG_BLOCK, OF_A_TERMINAL)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_with(parent: int) -> None:
    """End this process soon after its parent."""
    while os.getppid() == parent:
        time.sleep(_LONG)
    os._exit(1)


def take_note(path: Path) -> tuple[str, str]:
    """Return the run that a dead worker was in, and where it stood if it took too long; remove the note."""
    try:
        label, _, where = path.read_text(encoding="utf-8", errors="replace").partition("\n")
    except FileNotFoundError:
        return "", ""
    with suppress(OSError):
        path.unlink()
    return label, where.strip()
