"""What the program prints and how it ends, whatever happens."""

from __future__ import annotations

import re
import sys
import tempfile
import traceback
from collections.abc import Sequence

import typer

from seci_sim.cli.application import app
from seci_sim.scenario.problems import invisible
from seci_sim.stopping import ENDINGS, INTERRUPTED, REQUEST

OUR_MISTAKE, NO_ROOM = 1, 5
LONGEST_LINE = 1000
"""Characters of a message on standard error; what somebody typed may be of any length."""


def answer_to(arguments: Sequence[str]) -> int:
    """Run one command, print what it returns, and return the exit code."""
    command = typer.main.get_command(app)
    try:
        told = command.main(list(arguments), prog_name="seci-sim", standalone_mode=False)
        if isinstance(told, int):
            return _failed(told, [ENDINGS[INTERRUPTED]] * (told == INTERRUPTED))
        if told:
            typer.echo(visible(str(told)))
        if sys.stdout is not None:  # it may have been closed
            sys.stdout.flush()
    except typer.Abort:  # Ctrl-C or Ctrl-D at a question, whose line is not ended yet
        typer.echo()
        return _failed(INTERRUPTED, [ENDINGS[INTERRUPTED]])
    except (OSError, MemoryError) as problem:
        return _failed(NO_ROOM, [_no_room(problem)])
    except KeyboardInterrupt:
        return _failed(INTERRUPTED, [ENDINGS[INTERRUPTED]])
    except Exception as problem:  # noqa: BLE001 - what we did not foresee is saved and said
        REQUEST.obey()  # of which this error came, as where a class was being made
        code = getattr(problem, "exit_code", OUR_MISTAKE)
        if told := getattr(problem, "told", ""):  # what there is to say all the same
            typer.echo(visible(told))
        return _failed(code, _lines_of(problem) if code != OUR_MISTAKE else [_saved(problem)])
    return 0


def _no_room(problem: OSError | MemoryError) -> str:
    if isinstance(problem, MemoryError):
        return "memory ran out: close other programs, or ask for less"
    here = "the folder in which this was typed" if isinstance(problem, FileNotFoundError) else ""
    where = problem.filename or here
    return f"{where}{': ' if where else ''}{problem.strerror or problem}"


def _lines_of(problem: Exception) -> Sequence[str]:
    """One line for each mistake."""
    if not isinstance(problem, typer.TyperException):
        return getattr(problem, "lines", [str(problem)])
    if option := getattr(problem, "option_name", ""):
        nearest = [
            f'; did you mean "{name}"?' for name in getattr(problem, "possibilities", None) or ()
        ]
        if nearest or problem.message.startswith("No such option"):
            return [f"no such option: {option}{''.join(nearest[:1])}"]
    return [re.sub("^Invalid value for '([^' ]*)[^']*'", r"\1", problem.format_message())]


def _failed(code: int, lines: Sequence[str]) -> int:
    for line in lines:
        safe = visible(" ".join(line.split()))
        if len(safe) > LONGEST_LINE:
            safe = safe[: LONGEST_LINE - 3] + "..."
        typer.echo(f"error: {safe}", err=True)
    return code


def visible(text: str) -> str:
    r"""A text in which no character that comes from a file gives the terminal a command.

    Examples
    --------
    >>> visible("two\nlines \x1b[2J")
    'two\nlines \\x1b[2J'
    """
    hidden = {character for _, character in invisible(text, allowed="\n\t\r")}
    return text.translate({ord(one): one.encode("unicode_escape").decode() for one in hidden})


def _saved(mistake: Exception) -> str:
    """Save the traceback of a mistake of ours, and say where."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="seci-sim-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.writelines(traceback.format_exception(mistake))
    what = f"{type(mistake).__name__}: {mistake}"[:200]
    return f"a mistake in seci-sim itself: {what}; please report it with {file.name}"
