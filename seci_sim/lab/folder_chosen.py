"""Which folder runs go to, where the one that is meant for them may hold others already.

Nothing is lost silently: a folder that holds another experiment is left alone and a fresh one is
taken, or, where somebody asks for that, it is emptied, and what was in it is said.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from seci_sim.lab.design import Design
from seci_sim.lab.documents import DesignDocument, Manifest
from seci_sim.lab.folder import BROKEN, CHUNKS, FAILED, PARTS, PROGRESS, Store
from seci_sim.lab.manifest import (
    ANALYSES,
    DESIGN,
    MANIFEST,
    SEARCHES,
    WORLDS,
    AnotherExperiment,
    StoreProblem,
    read_design,
    read_manifest,
)
from seci_sim.lab.progress import status
from seci_sim.words import counted

WITHIN = ("fresh", "in_worlds", WORLDS)
"""Folders of experiments within the folder of one."""

OURS = (DESIGN, MANIFEST, CHUNKS, PROGRESS, PARTS, FAILED, ANALYSES, SEARCHES, *WITHIN)
"""What any folder of an experiment may hold, beside the files that its manifest names."""

MOST_NAMED = 3


@dataclass(frozen=True)
class Chosen:
    """Where runs go."""

    folder: Path
    said: str = ""
    """Why not where one would look for them, or what they take the place of."""


@dataclass(frozen=True)
class Wish:
    """What somebody asked for."""

    folder: Path
    explicit: bool
    """Whether this folder was named, and no other will do."""
    replace: bool
    """Whether an experiment that stands there may be removed."""
    command: str | None = None
    """What was typed, for messages; none where the command cannot put one run in another's place."""


def choose(experiment: Design, wish: Wish, worlds: Design | None = None) -> Chosen:
    """Find the folder for an experiment; one that holds this very experiment is gone on with.

    Parameters
    ----------
    experiment : Design
        What is to be run.
    wish : Wish
        What somebody asked for.
    worlds : Design, optional
        What is to be run in many worlds, in the folder's own folder for these.

    Raises
    ------
    AnotherExperiment
        The folder that was named holds another experiment.
    StoreProblem
        It holds something else, or what is to be replaced holds files that no run wrote.
    """
    if wish.explicit:
        return _named(experiment, wish, worlds)
    there = [folder for folder in _numbered(wish.folder) if not _is_free(folder)]
    if same := [folder for folder in there if _difference(folder, experiment, worlds) == ""]:
        return Chosen(same[0])
    if wish.replace:
        for folder in there:
            if _is_of(folder, experiment):
                return Chosen(folder, _emptied(folder))
    if wish.folder not in there:
        return Chosen(wish.folder)
    taken = {_number(folder, wish.folder) for folder in there}
    number = next(n for n in range(2, len(taken) + 3) if n not in taken)
    fresh = wish.folder.with_name(f"{wish.folder.name}-{number}")
    why = _difference(wish.folder, experiment, worlds)
    held = f"another run ({why})" if why else "something else"
    return Chosen(fresh, f"{wish.folder} holds {held}; these results go to {fresh}.")


def _named(experiment: Design, wish: Wish, worlds: Design | None) -> Chosen:
    """The folder that was named, and no other."""
    folder = wish.folder
    if not (folder / DESIGN).exists():  # what else may stand there, `Store.begin` says
        return Chosen(folder)
    why = _difference(folder, experiment, worlds)
    if why is None:
        raise StoreProblem(f"{folder}: not empty, and not an experiment; choose another with --out")
    if why == "":
        return Chosen(folder)
    if wish.replace:
        return Chosen(folder, _emptied(folder))
    what = "choose another folder with --out"
    if wish.command:
        what = f"to put this one in its place: {wish.command} --replace"
    raise AnotherExperiment(f"{folder}: holds another run; {why}; {what}")


def _numbered(folder: Path) -> Iterator[Path]:
    """A folder and those beside it that are called the same with a number, in order."""
    yield folder
    if folder.parent.is_dir():
        beside = (folder.with_name(path.name) for path in folder.parent.iterdir())
        yield from sorted(
            (path for path in beside if _number(path, folder) > 1),
            key=lambda path: _number(path, folder),
        )


def _number(path: Path, folder: Path) -> int:
    """The number behind a folder's name, from 2; 1 for that very folder, 0 for any other."""
    if path.name == folder.name:
        return 1
    found = re.fullmatch(re.escape(folder.name) + r"-([1-9][0-9]{0,8})", path.name)
    return int(found.group(1)) if found and int(found.group(1)) > 1 else 0


def _is_free(folder: Path) -> bool:
    """Whether nothing stands there; the folder of parts alone is of a process that begins just now."""
    if not os.path.lexists(folder):
        return True
    return folder.is_dir() and all(
        path.name == PARTS or path.name.startswith(f".{DESIGN}.") for path in folder.iterdir()
    )


def _difference(folder: Path, experiment: Design, worlds: Design | None = None) -> str | None:
    """In what a folder's experiment differs from this one; None where the folder holds no experiment."""
    found = _difference_of(folder, experiment)
    if found == "" and worlds is not None and (why := _difference_of(folder / WORLDS, worlds)):
        return f"its worlds: {why}"
    return found


def _difference_of(folder: Path, experiment: Design) -> str | None:
    if not (folder / DESIGN).is_file():
        return None
    try:
        return Store(folder, experiment).difference()
    except AnotherExperiment as problem:
        return str(problem).removeprefix(f"{folder}: ")
    except StoreProblem:
        return None


def _is_of(folder: Path, experiment: Design) -> bool:
    """Whether a folder's experiment was made of the same files."""
    try:
        design = read_design(folder)
    except StoreProblem:
        return False
    here = [[list(source) for source in one.sources] for one in experiment.scenarios]
    return _files([one.sources for one in design.scenarios]) == _files(here)


def _files(sources: Sequence[Sequence[Sequence[str]]]) -> list[str]:
    """The file in which each scenario stands."""
    first = (one[0][0] if one else "" for one in sources)
    return [unicodedata.normalize("NFC", os.path.normpath(label)) for label in first]


def _emptied(folder: Path) -> str:
    """Remove the experiment in a folder, and say what it was."""
    design = read_design(folder)
    files = _files_told(folder)
    names = {Path(file).parts[0] for file in files} | set(OURS) | {".DS_Store", "Thumbs.db"}
    names |= {path.name for like in (".*.tmp", f"{CHUNKS}{BROKEN}*") for path in folder.glob(like)}
    strange = sorted({path.name for path in folder.iterdir()} - names)
    if strange:
        listed = ", ".join(strange[:MOST_NAMED]) + ", ..." * (len(strange) > MOST_NAMED)
        what = f"holds files that no run wrote ({listed}); move them out of the folder first"
        raise StoreProblem(f"{folder}: {what}")
    said = f"In {folder}, {_what_it_was(folder, design)} replaced."
    for path in sorted(folder.iterdir(), key=lambda path: path.name == DESIGN):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return said


def _files_told(folder: Path) -> Sequence[str]:
    """The files that the folder's manifest names."""
    try:
        manifest = read_manifest(folder)
    except StoreProblem:
        return ()
    return tuple(manifest.files) if isinstance(manifest, Manifest) else ()


def _what_it_was(folder: Path, design: DesignDocument) -> str:
    """The experiment of a folder in a few words."""
    try:
        done = counted(status(folder).done, "run")
    except StoreProblem:  # of another version
        done = "runs"
    begun = f" begun on {day}" if (day := str(getattr(design, "created", ""))[:10]) else ""
    return f"{done}{begun} {'is' if done == '1 run' else 'are'}"
