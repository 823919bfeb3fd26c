"""Stopping when somebody asks: the first signal lets what is under way end, the second does not."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

OF_A_TERMINAL = [getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)]
"""What a terminal sends to all processes that were begun there: Ctrl-C, and that it is closed."""

SIGNALS = [*OF_A_TERMINAL, signal.SIGTERM]
"""These, and a request to end."""

INTERRUPTED, ENDED, CLOSED = 130, 143, 129
"""Exit codes of what was asked: 128 more than the signals have."""

ENDINGS = {
    INTERRUPTED: "interrupted",
    ENDED: "ended from outside",
    CLOSED: "the terminal was closed",
}
"""What each of them means."""


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
            The process was told to end, or its terminal is gone.
        """
        if self.asked == INTERRUPTED:
            raise KeyboardInterrupt
        if self.asked:
            raise SystemExit(self.asked)


REQUEST = Stop()
"""What was asked of the program while nobody was listening; a library may take it for an error of its own."""


def heard() -> list[signal.Signals]:
    """Signals that are for us: where ``nohup`` is, a closed terminal is none of our business."""
    ours = signal.SIGINT, signal.SIGTERM
    return [
        number for number in SIGNALS if number in ours or signal.getsignal(number) != signal.SIG_IGN
    ]


@contextmanager
def listening() -> Iterator[Stop]:
    """Take these signals as questions, and obey in the end; only a program's main thread can."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, _: FrameType | None) -> None:
        again = bool(stop.asked)
        stop.asked = 128 + number
        if again:
            stop.obey()

    before = {number: signal.signal(number, ask) for number in heard()}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    stop.obey()
