"""The folder of an experiment: its design, and a part for every finished chunk of runs.

Plain files and no server. A file is written under another name, forced to the disk and renamed, so
that it is there whole or not at all; a part counts once its JSON stands beside its arrays and agrees
with them. Two processes may work in one folder: parts are named after what they hold, so that both
would write the same bytes.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from seci_sim.lab.arrays import packed, unpacked
from seci_sim.lab.chunks import Failure, Ran
from seci_sim.lab.design import Design
from seci_sim.lab.documents import LARGEST_TABLE, ChunkList, FailureNote, PartNote, read
from seci_sim.lab.manifest import (
    DESIGN,
    DESIGN_SCHEMA,
    AnotherExperiment,
    StoreProblem,
    as_json,
    design_document,
    experiment_in,
    read_design,
)
from seci_sim.lab.provenance import (
    differing_fields,
    differing_parts,
    differing_settings,
    differing_versions,
    made_with,
)
from seci_sim.lab.whole_files import sweep, write_once, write_whole
from seci_sim.scenario import settings
from seci_sim.scenario.tree import NotOrdinary, bytes_of, size_of_ordinary

CHUNKS, PROGRESS, PARTS, FAILED = "chunks.json", "progress.jsonl", "parts", "failed"
NPZ, BROKEN = ".npz", ".bad"
"""What the names of arrays end with, and of files that were set aside."""

BROKEN_FILE = (FileNotFoundError, NotOrdinary, ValueError)
"""What is raised over a file that is not what was written; one that may not be read is another matter."""


class Store:
    """The folder of one experiment.

    Parameters
    ----------
    folder : Path
        Where it is or will be.
    experiment : Design
        What it holds.
    """

    def __init__(self, folder: Path, experiment: Design) -> None:
        self.folder, self.experiment = folder, experiment
        self.fingerprint = experiment.fingerprint
        self.broken: list[str] = []
        """Names of the parts that were found broken when they were last read."""

    # Beginning -----------------------------------------------------------------------------------

    def begin(self, *, resume: bool, command: str = "") -> None:
        """Make the folder, or make sure that it holds this very experiment.

        Raises
        ------
        StoreProblem
            It holds files that are not ours, or an experiment and ``resume`` is false.
        AnotherExperiment
            It holds another experiment, or was begun with other versions.
        """
        if self.folder.exists() and not self.folder.is_dir():
            raise StoreProblem(f"{self.folder}: is not a folder; choose another with --out")
        strange = self._has_strange_files()
        # Asked last: another process may be about to begin here too, as the jobs of an array do.
        there = (self.folder / DESIGN).exists()
        if not there and strange:
            what = "not empty, and not an experiment; choose another with --out"
            raise StoreProblem(f"{self.folder}: {what}")
        if there and not resume:
            what = "not empty; choose another with --out, or go on with --resume"
            raise StoreProblem(f"{self.folder}: {what}")
        if not there:
            (self.folder / PARTS).mkdir(parents=True, exist_ok=True)
            self._put(write_once, DESIGN, as_json(design_document(self.experiment, command)))
        self._refuse_another()
        self._note_how_results_are_told(command)
        sweep(self.folder / name for name in ("", PARTS, FAILED))

    def _note_how_results_are_told(self, command: str) -> None:
        """Keep what changes no run, such as names and money, as it is now."""
        there, now = read_design(self.folder), design_document(self.experiment, command)
        if there.experiment != now["experiment"]:
            created = getattr(there, "created", now["created"])
            self._put(write_whole, DESIGN, as_json({**now, "created": created}))

    def _has_strange_files(self) -> bool:
        """Whether the folder holds more than an experiment does that is about to begin."""
        names = [path.name for path in self.folder.iterdir()] if self.folder.is_dir() else []
        return any(name != PARTS and not name.startswith(f".{DESIGN}.") for name in names)

    def _refuse_another(self) -> None:
        if differing := self.difference():
            what = "holds another experiment; choose another folder with --out"
            raise AnotherExperiment(f"{self.folder}: {what}; {differing}")

    def difference(self) -> str:
        """The first thing in which the folder's experiment differs from this one; nothing where it is this.

        Raises
        ------
        StoreProblem
            It is not the folder of an experiment, or this version cannot read it.
        """
        design = read_design(self.folder)
        differing = list(differing_versions(design.made_with, made_with()))
        own = self.experiment.own_model
        if not differing and design.own_model != (model := own.name if own else ""):
            differing = [f"model: {design.own_model or 'ours'} there, {model or 'ours'} here"]
        if not differing and own:
            differing = list(
                differing_parts(f"model {own.name}", design.own_model_parts, own.parts)
            )
        if not differing and design.fingerprint != self.fingerprint:
            there = experiment_in(design, Design)
            before, now = (json.loads(as_json(one.fields)) for one in (there, self.experiment))
            differing = list(differing_fields(before, now)) or ["a default differs"]
        if not differing and len(design.scenarios) != len(self.experiment.scenarios):
            differing = [f"{DESIGN} was changed since"]
        if not differing:
            pairs = zip(design.scenarios, self.experiment.scenarios, strict=True)
            differing = [
                d for one, s in pairs for d in differing_settings(one.settings, settings(s))
            ]
        return differing[0] if differing else ""

    def cut(self, runs: int, seconds: float) -> None:
        """Settle how many runs make a chunk; whoever comes first decides, so that all cut alike."""
        self._put(write_once, CHUNKS, as_json({"runs": runs, "seconds_a_run": seconds}))

    @property
    def chunks(self) -> tuple[int, float] | None:
        """Runs in a chunk and seconds that a run takes, once that is settled.

        Raises
        ------
        StoreProblem
            The list may not be read.
        """
        try:
            found = read(self.folder / CHUNKS, ChunkList)
        except BROKEN_FILE:
            return None
        except OSError as problem:
            raise StoreProblem(f"{problem.filename}: {problem.strerror}") from None
        return found.runs, found.seconds_a_run

    # Parts ---------------------------------------------------------------------------------------

    def keep(self, ran: Ran) -> None:
        """Write what a chunk led to."""
        if ran.cell.size:
            labels = _labels(ran)
            data = packed(ran)
            about = {
                "schema": DESIGN_SCHEMA,
                "design": self.fingerprint,
                "arrays": NPZ,
                "sha256": hashlib.sha256(data).hexdigest(),
                "bytes": len(data),
                "runs": len(labels),
                "seconds": float(ran.seconds.sum()),
            }
            path = self._path_of(labels)
            self.write(f"{PARTS}/{path.stem}{NPZ}", data)
            self.write(f"{PARTS}/{path.name}", as_json(about))
            for label in labels:
                (self.folder / FAILED / f"{label}.json").unlink(missing_ok=True)
        for failure in ran.failures:
            (self.folder / FAILED).mkdir(exist_ok=True)
            name = f"{FAILED}/{failure.cell}-{failure.replication}.json"
            self.write(name, as_json(failure._asdict()))

    def _path_of(self, labels: Sequence[str]) -> Path:
        """Where a part with these runs stands: its JSON."""
        return self.folder / PARTS / _name_of(self.fingerprint, labels)

    def part_with(self, labels: Sequence[str]) -> Ran | None:
        """The part that holds exactly these runs, if another process has written it meanwhile."""
        path = self._path_of(labels)
        return self._part(path) if path.exists() else None

    def parts(self) -> Iterator[Ran]:
        """Read all parts, by name; those that are broken are left out and named in `broken`.

        Raises
        ------
        AnotherExperiment
            A part belongs to another experiment.
        StoreProblem
            A part cannot be read.
        """
        self.broken = []
        for path in sorted((self.folder / PARTS).glob("part-*.json")):
            found = self._part(path)
            if found is None:
                self.broken.append(path.stem)
            else:
                yield found

    def set_aside(self) -> int:
        """Rename what was found broken, so that it is made again; return how much that is."""
        names = [f"{PARTS}/{name}{end}" for name in self.broken for end in (".json", NPZ)]
        cut = self.chunks is None and (self.folder / CHUNKS).exists()
        for path in (self.folder / name for name in [*names, *[CHUNKS] * cut]):
            with suppress(FileNotFoundError):
                path.rename(_free(path.with_name(path.name + BROKEN)))
        return len(self.broken) + cut

    def _part(self, path: Path) -> Ran | None:
        """The runs of a part; None if it is broken."""
        try:
            about = read(path, PartNote)
            arrays = path.with_suffix(NPZ)
            if size_of_ordinary(arrays, LARGEST_TABLE) != about.bytes:
                return None
            data = bytes_of(arrays, about.bytes)
            if hashlib.sha256(data).hexdigest() != about.sha256:
                return None
            if about.design != self.fingerprint:
                self._refuse_if_whole(path, about.design, data)
                return None
            return unpacked(data, self.experiment)
        except (*BROKEN_FILE, KeyError, TypeError):
            return None
        except OSError as problem:
            raise StoreProblem(f"{problem.filename}: {problem.strerror}") from None

    def _refuse_if_whole(self, path: Path, design: str, data: bytes) -> None:
        """A part that tells of another experiment is damaged if its name says that it is ours."""
        with suppress(ValueError, KeyError):
            ran = unpacked(data, self.experiment)
            if path.name == _name_of(self.fingerprint, _labels(ran)):
                return
        there, here = design[:12], self.fingerprint[:12]
        what = f"belongs to another experiment (design {there} there, {here} here)"
        raise AnotherExperiment(f"{path}: {what}; move it out of the folder")

    def failures(self) -> list[Failure]:
        """Runs that came to nothing, by cell and replication."""
        found = []
        for path in (self.folder / FAILED).glob("*.json"):
            with suppress(OSError, ValueError):
                note = read(path, FailureNote)
                if note.cell < self.experiment.size:
                    found.append(
                        Failure(note.cell, note.replication, note.kind, note.what, note.where)
                    )
        return sorted(found)

    def note(self, line: dict[str, Any]) -> None:
        """Add a line to the log of progress, which may be lost without harm."""
        self._put(_append, PROGRESS, json.dumps(line, allow_nan=False).encode() + b"\n")

    # Files ---------------------------------------------------------------------------------------

    def write(self, name: str, data: bytes) -> None:
        """Write a file so that it is there whole or not at all.

        Raises
        ------
        StoreProblem
            The disk is full, or the folder cannot be written.
        """
        self._put(write_whole, name, data)

    def _put(self, write: Callable[[Path, bytes], None], name: str, data: bytes) -> None:
        try:
            write(self.folder / name, data)
        except OSError as problem:
            what = problem.strerror or str(problem)
            if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                what += "; what is finished is kept: make room, and type the same command again"
                what += " (experiment: with --resume)"
            raise StoreProblem(f"{self.folder / name}: {what}") from problem


def _append(path: Path, data: bytes) -> None:
    with suppress(FileNotFoundError):
        size_of_ordinary(path, None)
    with path.open("ab") as file:
        file.write(data)


def _free(path: Path) -> Path:
    """The path, or one with a number behind it where something stands there."""
    numbered = (path.with_name(f"{path.name}{number or ''}") for number in count())
    return next(one for one in numbered if not os.path.lexists(one))


def _labels(ran: Ran) -> list[str]:
    """A name for each run."""
    return [f"{c}-{r}" for c, r in zip(ran.cell, ran.replication, strict=True)]


def _name_of(fingerprint: str, labels: Sequence[str]) -> str:
    """The name of the part with these runs of an experiment."""
    words = "\n".join((fingerprint, *labels))
    return f"part-{hashlib.sha256(words.encode()).hexdigest()[:24]}.json"
