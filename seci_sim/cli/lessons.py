"""The command that makes a lesson into a page."""

from __future__ import annotations

import shlex
import webbrowser
from typing import Annotated

import typer

from seci_sim.cli.options import AsJson, Memory, Open, Quiet, Workers, at_a_terminal, in_json


def handout(
    lesson: Annotated[
        str, typer.Argument(metavar="LESSON", help="Name of a shipped lesson, or a file.")
    ],
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="FILE", help="File of the page.", show_default="LESSON.html"),
    ] = None,
    workers: Workers = None,
    memory: Memory = 8,
    opens: Open = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Write a lesson as one page with its runs in it, which opens by a double click, offline."""
    from seci_sim.lab.comparing import comparison
    from seci_sim.lab.size import check_memory
    from seci_sim.page.lessons import read_lesson

    read = read_lesson(lesson)
    compared = comparison(read.settings, replications=read.replications, keep="everything")
    check_memory(compared, workers, memory, "run")
    from seci_sim.page.handout.saving import file_of, write  # imports the model: after all checks

    path = file_of(out, lesson)
    command = shlex.join(["seci-sim", "handout", lesson])
    size = write(read, path, command=command, workers=workers, silent=quiet or as_json)
    if opens is not False and at_a_terminal():
        webbrowser.open(path.resolve().as_uri())
    if as_json:
        return in_json({"command": command, "file": str(path), "bytes": size})
    runs = len(read.labels) * read.replications
    wrote = f"Wrote {path}: {len(read.labels)} settings, {runs} runs, {size / 1e6:.2f} MB."
    return "" if quiet else f"{wrote}\nOpen it in a browser; docs/teaching.md has a plan."
