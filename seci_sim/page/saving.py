"""The page as a file: where it may stand, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from seci_sim.page.document import GENERATOR, document
from seci_sim.page.film import MOST_FRAMES, recorded
from seci_sim.page.handout import handout
from seci_sim.page.lessons import Lesson
from seci_sim.parameters import SECI
from seci_sim.report.terminal.progress_bar import shown_progress
from seci_sim.scenario import FileProblem, InputProblem, Scenario
from seci_sim.scenario.file_names import check_plain
from seci_sim.scenario.problems import INVISIBLE, shown, shown_path
from seci_sim.scenario.template import write_whole

FEW_FRAMES = 104
"""Weeks that are shown of a run where a page has many: every second of four years."""

BEGINNING = 4000
"""Characters of a page within which it says what made it."""


def file_of(given: str) -> Path:
    """Where a page is written; the parts of its path that are new have plain names.

    Parameters
    ----------
    given : str
        The file that was asked for.

    Raises
    ------
    InputProblem
        The name cannot be used everywhere.
    FileProblem
        Something else stands there.

    Examples
    --------
    >>> str(file_of("class.html"))
    'class.html'
    """
    if not given.isprintable():
        raise InputProblem([f"FILE: {INVISIBLE}; got {shown(given)}"])
    path = Path(given)
    if path.suffix != ".html":
        raise InputProblem([f"FILE: the file's name must end in .html; got {shown(str(path))}"])
    check_plain(path.stem, "FILE")
    if path.parent != Path():
        if ".." in path.parts:
            raise InputProblem([f"FILE: must be a file, written without ..; got {shown(given)}"])
        for folder in path.parents:
            if folder.name and not os.path.lexists(folder):
                check_plain(folder.name, "FILE")
            if folder.exists() and not folder.is_dir():
                raise FileProblem(f"{shown_path(folder)}: is not a folder")
    _check_ours(path)
    return path


def _check_ours(path: Path) -> None:
    """Refuse to write over anything but an older page."""
    if not path.exists() and not path.is_symlink():
        return
    if path.is_file():
        with path.open(encoding="utf-8", errors="replace") as stream:
            if f'content="{GENERATOR}"' in stream.read(BEGINNING):
                return
    what = "is there already and no page of seci-sim; choose another name"
    raise FileProblem(f"{shown_path(path)}: {what}")


def write(
    lessons: Sequence[Lesson],
    scenarios: Sequence[Scenario],
    path: Path,
    *,
    seed: int,
    command: str,
    workers: int | None,
    silent: bool,
) -> int:
    """Run what a page shows with a progress bar, write it, and return its size in bytes."""
    frames = FEW_FRAMES if len(lessons) > 1 else MOST_FRAMES
    with shown_progress(SECI, silent=silent) as (_, show):
        made = [handout(one, workers=workers, on_progress=show, frames=frames) for one in lessons]
    films = [recorded(scenario, seed, frames) for scenario in scenarios]
    page = document(made, films, command=command).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, page)
    return len(page)
