"""How far an experiment has come, for whoever looks on."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from seci_sim.lab.design import Design
from seci_sim.lab.documents import PartNote, ProgressLine, read
from seci_sim.lab.folder import BROKEN, FAILED, PARTS, PROGRESS
from seci_sim.lab.manifest import DESIGN, WORLDS, experiment_of
from seci_sim.scenario.tree import bytes_of

TAIL = 4096
"""Bytes at the end of the log of progress in which its last line stands."""


@dataclass(frozen=True)
class Progress:
    """How far an experiment has come."""

    done: int
    failed: int
    total: int
    """Runs that are known to be needed so far."""
    seconds: float
    """Since this process began."""
    rate: float
    """Runs a second of this process."""
    left: float | None
    """Seconds that the rest will take at this rate; None before there is a rate."""
    outcome: str
    half_width: float | None
    """Widest half of a 95% interval of the outcome's paired differences; None before there is one."""

    def line(self) -> dict[str, Any]:
        """The same for the log of progress."""
        return {"time": round(time.time(), 1)} | asdict(self)


@dataclass(frozen=True)
class Status:
    """What somebody sees who looks into the folder of an experiment from elsewhere."""

    name: str
    cells: int
    replications: int
    done: int
    failed: int
    total: int
    latest: ProgressLine | None
    """The last line of the log of progress."""
    set_aside: int
    """Parts that were broken and are run again."""
    worlds: Status | None = None
    """The same of many worlds in which the scenarios are looked at, where there are any."""

    def as_document(self) -> dict[str, Any]:
        """The same for programs."""
        plain = asdict(replace(self, latest=None, worlds=None))
        latest = self.latest and self.latest.model_dump()
        return plain | {"latest": latest, "worlds": self.worlds and self.worlds.as_document()}


def status(folder: Path) -> Status:
    """Look how far the experiment in a folder has come, without touching it.

    Raises
    ------
    StoreProblem
        It is not the folder of an experiment.
    """
    found = _status(folder)
    there = (folder / WORLDS / DESIGN).exists()
    return replace(found, worlds=_status(folder / WORLDS)) if there else found


def _status(folder: Path) -> Status:
    experiment = experiment_of(folder, Design)
    latest = _latest(folder)
    needed = experiment.size * experiment.replications
    return Status(
        name=experiment.name,
        cells=experiment.size,
        replications=experiment.replications,
        done=sum(_runs_in(path) for path in (folder / PARTS).glob("part-*.json")),
        failed=len(list((folder / FAILED).glob("*.json"))),
        total=max(needed, latest.total) if latest else needed,
        latest=latest,
        set_aside=len(list((folder / PARTS).glob(f"*.json{BROKEN}*"))),
    )


def _runs_in(path: Path) -> int:
    try:
        return read(path, PartNote).runs
    except (OSError, ValueError):
        return 0


def _latest(folder: Path) -> ProgressLine | None:
    """Last whole line of the log of progress."""
    with suppress(OSError):
        for line in reversed(bytes_of(folder / PROGRESS, TAIL, last=True).splitlines()):
            with suppress(ValueError):
                return ProgressLine.model_validate_json(line)
    return None
