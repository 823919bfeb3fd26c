"""The page as a file: where it may stand, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from seci_sim.lab.progress_bar import shown_progress
from seci_sim.page.document import GENERATOR, document
from seci_sim.page.handout.making import handout, measured
from seci_sim.page.lessons import Lesson, shipped_lessons
from seci_sim.parameters import SECI
from seci_sim.scenario import FileProblem, Scenario
from seci_sim.scenario.file_names import NameProblem, check_plain
from seci_sim.scenario.problems import INVISIBLE, shown, shown_path
from seci_sim.scenario.template import write_whole

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
    NameProblem
        The name cannot be used everywhere.
    FileProblem
        Something else stands there.

    Examples
    --------
    >>> str(file_of("class.html"))
    'class.html'
    """
    if not given.isprintable():
        raise NameProblem([f"FILE: {INVISIBLE}; got {shown(given)}"])
    path = Path(given)
    if path.suffix != ".html":
        raise NameProblem([f"FILE: the file's name must end in .html; got {shown(str(path))}"])
    check_plain(path.stem, "FILE")
    if path.parent != Path():
        if ".." in path.parts:
            raise NameProblem([f"FILE: must be a file, written without ..; got {shown(given)}"])
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


def written(
    lessons: Mapping[str, Lesson],
    scenarios: Sequence[Scenario],
    *,
    command: str,
    workers: int | None = None,
    silent: bool = False,
) -> str:
    """The page of some lessons, by name or path, and of scenarios of one's own.

    The runs of shipped lessons were made when these were written; those of others are made now, with a
    progress bar.
    """
    shipped = shipped_lessons()
    made = []
    for name, lesson in lessons.items():
        if name in shipped:
            made.append(measured(name, lesson))
            continue
        with shown_progress(SECI, silent=silent) as (_, show):
            made.append(handout(lesson, workers=workers, on_progress=show))
    return document(made, scenarios, command=command)


def save(page: str, path: Path) -> int:
    """Write a page whole or not at all, and return its size in bytes."""
    content = page.encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
    return len(content)
