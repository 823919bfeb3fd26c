"""The folder of an experiment: its design, and a part for every finished chunk of runs.

Plain files and no server. A file is written under another name, forced to the disk and renamed, so
that it is there whole or not at all; a part counts once its JSON stands beside its arrays and agrees
with them. Two processes may work in one folder: parts are named after what they hold, so that both
would write the same bytes.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from seci_sim.experiment.design import Design
from seci_sim.experiment.provenance import differing_fields, differing_versions, made_with
from seci_sim.experiment.recorded import (
    DESIGN,
    SCHEMA,
    StoreProblem,
    experiment_in,
    read_design,
    recorded,
)
from seci_sim.experiment.work import Failure, Ran

CHUNKS, PROGRESS = "chunks.json", "progress.jsonl"


class AnotherExperiment(StoreProblem):
    """A folder holds another experiment, or another version's."""

    exit_code = 6


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
        self.set_aside: list[str] = []
        """Names of parts that were broken."""

    # Beginning -----------------------------------------------------------------------------------

    def begin(self, *, resume: bool, model: str = "", command: str = "") -> None:
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
        there = (self.folder / DESIGN).exists()
        if not there and self.folder.is_dir() and any(self.folder.iterdir()):
            what = "not empty, and not an experiment; choose another with --out"
            raise StoreProblem(f"{self.folder}: {what}")
        if there and not resume:
            what = "not empty; choose another with --out, or go on with --resume"
            raise StoreProblem(f"{self.folder}: {what}")
        if not there:
            (self.folder / "parts").mkdir(parents=True, exist_ok=True)
            self._write_once(DESIGN, _as_json(self._design(model, command)))
        self._refuse_another(model)
        self._sweep()

    def _design(self, model: str, command: str) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": command,
            "fingerprint": self.fingerprint,
            "made_with": made_with(),
            "own_model": model,
            **recorded(self.experiment),
        }

    def _refuse_another(self, model: str) -> None:
        design = read_design(self.folder)
        differing = list(differing_versions(design["made_with"], made_with()))
        if not differing and design["own_model"] != model:
            differing = [f"model: {design['own_model'] or 'ours'} there, {model or 'ours'} here"]
        if not differing and design["fingerprint"] != self.fingerprint:
            before = json.loads(_as_json(experiment_in(design, Design).fields))
            now = json.loads(_as_json(self.experiment.fields))
            differing = list(differing_fields(before, now)) or ["the design differs"]
        if differing:
            what = "holds another experiment; choose another folder with --out"
            raise AnotherExperiment(f"{self.folder}: {what}; {differing[0]}")

    def _sweep(self) -> None:
        """Remove what dead processes of this machine left half written."""
        if os.name != "posix":
            return  # elsewhere, asking whether a process is there may end it
        host = platform.node()
        for folder in (self.folder, self.folder / "parts", self.folder / "failed"):
            for path in folder.glob(f".*.{host}.*.tmp"):
                process = path.name.split(".")[-2]
                if process.isdecimal() and not _alive(int(process)):
                    path.unlink(missing_ok=True)

    def cut(self, runs: int, seconds: float) -> None:
        """Settle how many runs make a chunk; whoever comes first decides, so that all cut alike."""
        self._write_once(CHUNKS, _as_json({"runs": runs, "seconds_a_run": seconds}))

    @property
    def chunks(self) -> tuple[int, float] | None:
        """Runs in a chunk and seconds that a run takes, once that is settled."""
        try:
            found = json.loads((self.folder / CHUNKS).read_text("utf-8"))
            return max(1, int(found["runs"])), float(found["seconds_a_run"])
        except FileNotFoundError:
            return None

    # Parts ---------------------------------------------------------------------------------------

    def keep(self, ran: Ran) -> None:
        """Write what a chunk led to."""
        if ran.cell.size:
            labels = [f"{c}-{r}" for c, r in zip(ran.cell, ran.replication, strict=True)]
            data = _packed(ran)
            about = {
                "schema": SCHEMA,
                "design": self.fingerprint,
                "sha256": hashlib.sha256(data).hexdigest(),
                "bytes": len(data),
                "runs": len(labels),
                "seconds": float(ran.seconds.sum()),
            }
            path = self._path_of(labels)
            self.write(f"parts/{path.stem}.npz", data)
            self.write(f"parts/{path.name}", _as_json(about))
            for label in labels:
                (self.folder / "failed" / f"{label}.json").unlink(missing_ok=True)
        for failure in ran.failures:
            (self.folder / "failed").mkdir(exist_ok=True)
            name = f"failed/{failure.cell}-{failure.replication}.json"
            self.write(name, _as_json(failure._asdict()))

    def _path_of(self, labels: Sequence[str]) -> Path:
        """Where a part with these runs stands: its JSON."""
        return self.folder / "parts" / f"part-{_hash(self.fingerprint, *labels)[:24]}.json"

    def part_with(self, labels: Sequence[str]) -> Ran | None:
        """The part that holds exactly these runs, if another process has written it meanwhile."""
        path = self._path_of(labels)
        return self._part(path) if path.exists() else None

    def parts(self) -> Iterator[Ran]:
        """Read all parts, by name; a broken one is renamed and left out."""
        for path in sorted((self.folder / "parts").glob("part-*.json")):
            found = self._part(path)
            if found is not None:
                yield found
            else:
                self.set_aside.append(path.stem)
                for broken in (path, path.with_suffix(".npz")):
                    with suppress(FileNotFoundError):
                        broken.replace(broken.with_name(broken.name + ".bad"))

    def _part(self, path: Path) -> Ran | None:
        try:
            about = json.loads(path.read_text("utf-8"))
            arrays = path.with_suffix(".npz")
            if about["design"] != self.fingerprint or arrays.stat().st_size != about["bytes"]:
                return None
            data = arrays.read_bytes()
            if hashlib.sha256(data).hexdigest() != about["sha256"]:
                return None
            return _unpacked(data)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def failures(self) -> list[Failure]:
        """Runs that came to nothing, by cell and replication."""
        found = []
        for path in (self.folder / "failed").glob("*.json"):
            with suppress(OSError, ValueError, TypeError):
                found.append(Failure(**json.loads(path.read_text("utf-8"))))
        return sorted(found)

    def note(self, line: dict[str, Any]) -> None:
        """Add a line to the log of progress, which may be lost without harm."""
        with (self.folder / PROGRESS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, allow_nan=False) + "\n")

    # Files ---------------------------------------------------------------------------------------

    def write(self, name: str, data: bytes) -> None:
        """Write a file so that it is there whole or not at all.

        Raises
        ------
        StoreProblem
            The disk is full, or the folder cannot be written.
        """
        path = self.folder / name
        beside = self._beside(path)
        try:
            _force(beside, data)
            beside.replace(path)
            _force_folder(path.parent)
        except OSError as problem:
            raise self._cannot(problem) from problem
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)

    def _write_once(self, name: str, data: bytes) -> None:
        """Write a file unless another process was first."""
        path = self.folder / name
        beside = self._beside(path)
        try:
            _force(beside, data)
            with suppress(FileExistsError):
                path.hardlink_to(beside)
            _force_folder(path.parent)
        except OSError as problem:
            raise self._cannot(problem) from problem
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)

    def _beside(self, path: Path) -> Path:
        return path.with_name(f".{path.name}.{platform.node()}.{os.getpid()}.tmp")

    def _cannot(self, problem: OSError) -> StoreProblem:
        what = problem.strerror or str(problem)
        if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            what += "; what is finished is kept: make room and go on with --resume"
        return StoreProblem(f"{self.folder}: {what}")


def _packed(ran: Ran) -> bytes:
    """The arrays of a part as an .npz file; the same arrays give the same bytes."""
    arrays = {name: value for name, value in asdict(ran).items() if name != "failures"}
    arrays.pop("seconds")  # which differ from run to run
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def _unpacked(data: bytes) -> Ran:
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return Ran(seconds=np.zeros(len(arrays["cell"])), **arrays)


def _as_json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def _hash(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def _force(path: Path, data: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _force_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system knows how."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _alive(process: int) -> bool:
    """Whether a process of this machine is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
