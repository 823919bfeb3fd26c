"""Stopping when somebody asks: the first signal lets what is under way end, the second does not."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED, ENDED = 130, 143


class Stop:
    """Whether somebody asked to stop."""

    def __init__(self) -> None:
        self.asked = 0
        """The exit code of what was asked; 0 for nothing."""

    def obey(self) -> None:
        """Raise what was asked for, if anything was.

        Raises
        ------
        KeyboardInterrupt
            Ctrl-C was pressed.
        SystemExit
            The process was told to end.
        """
        if self.asked == INTERRUPTED:
            raise KeyboardInterrupt
        if self.asked:
            raise SystemExit(self.asked)


@contextmanager
def listening() -> Iterator[Stop]:
    """Take Ctrl-C and the request to end as questions, and obey in the end; only a program's main thread can."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, _: FrameType | None) -> None:
        again = bool(stop.asked)
        stop.asked = INTERRUPTED if number == signal.SIGINT else ENDED
        if again:
            stop.obey()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    stop.obey()
