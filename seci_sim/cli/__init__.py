"""The command line: parses, calls, prints.

A command returns what is to be printed; `main` prints it, or says in one line on standard error
what went wrong, and ends with the exit code that the kind of problem has: 0 done, 1 a mistake of
ours, 2 the command line, 3 an input file, 4 some runs failed, 5 reading or writing, 6 the folder of
another experiment, 129 the terminal was closed, 130 Ctrl-C, 143 ended from outside.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import suppress
from functools import partial
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from seci_sim.stopping import ENDED, ENDINGS, INTERRUPTED, REQUEST, heard

if TYPE_CHECKING:
    from seci_sim.cli.answering import answer_to
    from seci_sim.cli.application import app

__all__ = ["answer_to", "app", "main"]

INSIST_EVERY = 0.2
"""Seconds."""

_HOMES = {"answer_to": "seci_sim.cli.answering", "app": "seci_sim.cli.application"}


def __getattr__(name: str) -> Any:
    # On first use, so that `main` is there to answer Ctrl-C while all else is imported.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def main() -> None:
    """Run the command line."""
    numbers = heard()
    for number in numbers:
        signal.signal(number, _ask)
    sys.unraisablehook = _once_more
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # tables and names need more than some systems' own
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        from seci_sim.cli.answering import answer_to

        code = answer_to(sys.argv[1:])
    except KeyboardInterrupt:
        code = _say(INTERRUPTED)
    except SystemExit as asked:
        code = _say(asked.code)
    for number in numbers:  # what is done now is only put away
        signal.signal(number, _at_once)
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, 0)
    # An interrupt in a text that is executed, as classes are made, is remembered until the next text:
    # ``python -m`` would end by the signal instead of with the code.
    exec("")  # noqa: S102
    sys.exit(code)


def _ask(number: int, _: FrameType | None) -> NoReturn:
    """End as after any other problem; when asked again, at once."""
    signal.signal(number, _at_once)
    REQUEST.asked = 128 + number
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    request = SystemExit(128 + number)
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, partial(_insist, request))
        signal.setitimer(signal.ITIMER_REAL, INSIST_EVERY, INSIST_EVERY)
    raise request


def _insist(request: SystemExit, *_: object) -> None:
    """Ask again where a library's ``except:`` took the request for an error: nobody else asks twice."""
    problem = sys.exc_info()[1]
    while problem is not None and problem is not request:
        problem = problem.__context__
    if problem is None:  # nobody is putting things away because of it
        raise request


def _at_once(number: int, _: FrameType | None = None) -> None:
    os._exit(_say(128 + number))


def _once_more(unraisable: sys.UnraisableHookArgs) -> None:
    """End at once where Python drops what `_ask` raised, as it does in what is called back from C."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        _at_once(signal.SIGINT)
    if issubclass(unraisable.exc_type, SystemExit):
        os._exit(_say(getattr(unraisable.exc_value, "code", ENDED)))
    sys.__unraisablehook__(unraisable)


def _say(asked: object) -> int:
    code = next((code for code in ENDINGS if code == asked), ENDED)
    show_cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
    with suppress(OSError):  # the terminal is gone
        os.write(2, f"{show_cursor}error: {ENDINGS[code]}\n".encode())
    return code
