"""How large an experiment is going to be."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

from seci_sim.lab.design import Design
from seci_sim.lab.detail import shapes
from seci_sim.scenario import InputProblem
from seci_sim.scenario.preflight import PROGRAM, memory_needed, state_needed

KEYS = 5
"""Columns of the table beside factors and outcomes."""

COPIES = 4
"""Times that the table of results stands in memory while it is sorted and written."""

WORDED, WORDED_BY_WEEK = 20, 8
"""Bytes of a number of a table as text: in full, and to nine decimals."""

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


def size_of(experiment: Design, seconds_a_run: float, workers: int) -> Size:
    """Estimate what an experiment takes, from the time of one run.

    Examples
    --------
    >>> from seci_sim.lab import Experiment
    >>> experiment = Experiment.load("patient_time")
    >>> size = size_of(experiment, 0.05, 2)
    >>> size.cells, size.runs, round(size.seconds, 2)
    (8, 240, 6.0)
    """
    runs = experiment.size * experiment.most_replications
    row = KEYS + len(experiment.factors) + len(experiment.outcomes)
    kept = {name: math.prod(shape) for name, shape in shapes(experiment).items()}
    by_week = kept["weekly"] + kept["markets"]
    table = 8.0 * runs * (row + by_week + kept["knowing"])
    return Size(
        cells=experiment.size,
        runs=runs,
        seconds=runs * seconds_a_run / workers,
        memory=COPIES * table
        + (workers + 1) * (PROGRAM + max(map(state_needed, experiment.scenarios))),
        disk=runs * (8.0 * (sum(kept.values()) + 2) + WORDED * row + WORDED_BY_WEEK * by_week)
        + LARGEST_OVERHEAD * min(runs, 2000),
    )


def check_memory(experiment: Design, workers: int | None, limit: float) -> None:
    """Refuse an experiment that needs more gigabytes than the limit.

    Raises
    ------
    InputProblem
        It does.
    """
    many = workers or os.cpu_count() or 1
    needed = size_of(experiment, 0.0, many).memory / 1e9
    if experiment.keep != "outcomes":
        tables = memory_needed(experiment.scenarios, experiment.replications, many) / 1e9
        needed = max(needed, tables)
    if needed > limit:
        what = f"this experiment needs about {needed:,.0f} GB; limit {limit:g} GB"
        raise InputProblem([f"{what} (raise with --memory)"])
