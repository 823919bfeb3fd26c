"""How large an experiment is going to be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from seci_sim.lab.design import Design
from seci_sim.lab.kept import shapes
from seci_sim.lab.pool import workers_or_all
from seci_sim.scenario import InputProblem, Scenario

MOST_IN_THREADS = 10_000_000
"""People times weeks of a run that threads do: about a second of it."""

PROGRAM = 350e6
"""Bytes of the program itself with its libraries, in each process."""

EMPLOYEE, CONVICTION = 200, 16
"""Bytes of an employee, and of what they know about one need, with room to work."""

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


def in_threads(experiment: Design, *, apart: bool = False) -> bool:
    """Whether runs are done by threads of this process, which share what is compiled and start at once.

    Rules of our own neither kill a process nor hang, and compiled they need no lock of the
    interpreter. Somebody's own model may, and a time limit can only be kept by ending a process: such
    runs are done `apart`. A long run could not be stopped in the middle.
    """
    size = max(
        sum(unit.staff for unit in scenario.units) * scenario.horizon
        for scenario in experiment.scenarios
    )
    return not apart and size <= MOST_IN_THREADS


def size_of(experiment: Design, seconds_a_run: float, workers: int, *, apart: bool = False) -> Size:
    """Estimate what an experiment takes, from the time of one run; `apart` as in `in_threads`.

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
    markets = max(len(one.markets) for one in experiment.scenarios)
    # Each market's table has the columns of the whole, empty where nothing is kept.
    in_memory = kept["weekly"] * (1 + markets * (experiment.keep != "outcomes")) + kept["knowing"]
    at_once = min(workers, runs)
    programs = 1 if in_threads(experiment, apart=apart) else 1 + at_once
    return Size(
        cells=experiment.size,
        runs=runs,
        seconds=runs * seconds_a_run / workers,
        memory=COPIES * 8.0 * runs * (row + in_memory)
        + programs * PROGRAM
        + (1 + at_once) * max(map(_state, experiment.scenarios)),
        disk=runs * (8.0 * (sum(kept.values()) + 2) + WORDED * row + WORDED_BY_WEEK * by_week)
        + LARGEST_OVERHEAD * min(runs, 2000),
    )


def _state(scenario: Scenario) -> int:
    """Bytes of one running organisation, and of each firm that lives beside it."""
    staff = sum(unit.staff for unit in scenario.units) * (
        1 + len(scenario.other_firms) + len(scenario.rivals)
    )
    return staff * (EMPLOYEE + CONVICTION * scenario.world.needs)


def check_memory(
    experiment: Design, workers: int | None, limit: float, what: str, *, apart: bool = False
) -> None:
    """Refuse what needs more gigabytes than the limit.

    Raises
    ------
    InputProblem
        It does; ``what`` is what the message calls it.
    """
    needed = size_of(experiment, 0.0, workers_or_all(workers), apart=apart).memory / 1e9
    if needed > limit:
        need = f"needs about {needed:,.0f} GB; limit {limit:g} GB"
        raise InputProblem([f"this {what} {need} (raise with --memory)"])
