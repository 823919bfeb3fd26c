"""How far an experiment has come, for whoever looks on; and how large it is going to be."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seci_sim.experiment.cells import Cells
from seci_sim.experiment.design import Design
from seci_sim.experiment.parts import PROGRESS
from seci_sim.experiment.recorded import experiment_in, read_design
from seci_sim.preflight import PROGRAM

COPIES = 4
"""Times that the table of results stands in memory while it is sorted and written."""

LARGEST_OVERHEAD = 600
"""Bytes of a part beside its numbers: its JSON, and the heads of its arrays."""


@dataclass(frozen=True)
class Size:
    """How large an experiment is going to be."""

    cells: int
    runs: int
    """At most, where replications depend on an interval."""
    seconds: float
    """At most, with these workers."""
    memory: float
    """Bytes, with these workers."""
    disk: float
    """Bytes, tables included."""


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


def values_of(experiment: Design, cells: Cells) -> tuple[float, float]:
    """Numbers that a run adds to the table of results, and to the weekly table."""
    keys = 4 + len(cells.varied)
    weekly = len(experiment.weekly)
    return keys + len(experiment.outcomes), experiment.scenarios[0].horizon * weekly


def size_of(experiment: Design, cells: Cells, seconds_a_run: float, workers: int) -> Size:
    """Estimate what an experiment takes, from the time of one run.

    Examples
    --------
    >>> from seci_sim.experiment import Experiment
    >>> experiment = Experiment.load("patient_time")
    >>> size = size_of(experiment, Cells(experiment), 0.05, 2)
    >>> size.cells, size.runs, round(size.seconds, 2)
    (7, 210, 5.25)
    """
    runs = len(cells) * experiment.most_replications
    row, weeks = values_of(experiment, cells)
    table = 8.0 * runs * (row + weeks)
    return Size(
        cells=len(cells),
        runs=runs,
        seconds=runs * seconds_a_run / workers,
        memory=COPIES * table + (workers + 1) * PROGRAM,
        disk=runs * (8.0 * (len(experiment.outcomes) + 2 + weeks) + 20.0 * (row + weeks))
        + LARGEST_OVERHEAD * min(runs, 2000),
    )


@dataclass(frozen=True)
class Status:
    """What somebody sees who looks into the folder of an experiment from elsewhere."""

    name: str
    cells: int
    replications: int
    done: int
    failed: int
    total: int
    latest: dict[str, Any] | None
    """The last line of the log of progress."""
    set_aside: int
    """Parts that were broken and are run again."""


def status(folder: Path) -> Status:
    """Look how far the experiment in a folder has come, without touching it.

    Raises
    ------
    StoreProblem
        It is not the folder of an experiment.
    """
    experiment = experiment_in(read_design(folder), Design)
    latest = _latest(folder)
    needed = experiment.size * experiment.replications
    return Status(
        name=experiment.name,
        cells=experiment.size,
        replications=experiment.replications,
        done=sum(_runs_in(path) for path in (folder / "parts").glob("part-*.json")),
        failed=len(list((folder / "failed").glob("*.json"))),
        total=max(needed, int(latest["total"])) if latest else needed,
        latest=latest,
        set_aside=len(list((folder / "parts").glob("*.npz.bad"))),
    )


def _runs_in(path: Path) -> int:
    try:
        return int(json.loads(path.read_text("utf-8"))["runs"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _latest(folder: Path) -> dict[str, Any] | None:
    """Last whole line of the log of progress."""
    try:
        lines = (folder / PROGRESS).read_text("utf-8").splitlines()
    except OSError:
        return None
    for line in reversed(lines[-3:]):
        try:
            found = json.loads(line)
            if isinstance(found, dict) and {"total", "rate", "left", "time"} <= set(found):
                return found
        except ValueError:
            continue
    return None
