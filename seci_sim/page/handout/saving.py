"""The hand-out as a file: where it may stand, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from seci_sim.page.handout.handout_page import GENERATOR, html
from seci_sim.page.handout.making import handout
from seci_sim.page.lessons import Lesson
from seci_sim.report.terminal.progress_bar import shown_progress
from seci_sim.scenario import FileProblem, InputProblem
from seci_sim.scenario.file_names import check_plain, plain_name
from seci_sim.scenario.preflight import folder_of
from seci_sim.scenario.problems import INVISIBLE, shown, shown_path
from seci_sim.scenario.template import write_whole

BEGINNING = 4000
"""Characters of a page within which it says what made it."""


def file_of(out: str | None, given: str) -> Path:
    """Where a hand-out is written; the parts of its path that are new have plain names.

    Parameters
    ----------
    out : str or None
        The file that was asked for.
    given : str
        Name or path of the lesson, after which it is called otherwise.

    Raises
    ------
    InputProblem
        The name cannot be used everywhere.
    FileProblem
        Something else stands there.

    Examples
    --------
    >>> str(file_of(None, "lessons/each-letter.yaml"))
    'each-letter.html'
    """
    if out is not None and not out.isprintable():
        raise InputProblem([f"--out: {INVISIBLE}; got {shown(out)}"])
    path = Path(f"{plain_name(Path(given).stem)}.html" if out is None else out)
    if path.suffix != ".html":
        raise InputProblem([f"--out: the file's name must end in .html; got {shown(str(path))}"])
    check_plain(path.stem, "--out")
    if path.parent != Path():
        folder_of(str(path.parent), ())
        for folder in path.parents:
            if folder.exists() and not folder.is_dir():
                raise FileProblem(f"{shown_path(folder)}: is not a folder")
    _check_ours(path)
    return path


def _check_ours(path: Path) -> None:
    """Refuse to write over anything but an older hand-out."""
    if not path.exists() and not path.is_symlink():
        return
    if path.is_file():
        with path.open(encoding="utf-8", errors="replace") as stream:
            if f'content="{GENERATOR}"' in stream.read(BEGINNING):
                return
    what = "is there already and no hand-out; choose another with --out"
    raise FileProblem(f"{shown_path(path)}: {what}")


def write(lesson: Lesson, path: Path, *, command: str, workers: int | None, silent: bool) -> int:
    """Run a lesson with a progress bar, write its page, and return the page's size in bytes."""
    with shown_progress(lesson.scenarios[0].model, silent=silent) as (_, show):
        made = handout(lesson, workers=workers, on_progress=show)
    page = html(made, command=command).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, page)
    return len(page)
