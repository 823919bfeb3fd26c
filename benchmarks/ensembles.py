"""How many runs a second `experiment` and `compare` make of a firm of 200 over 208 weeks.

All that a command does for a run counts: its weeks, its way from the worker, its rows in the tables that
are saved. What it does once does not: that is the time of the same command with few runs. The time of a
whole comparison stands beside it.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from benchmarks.commands import FEW, POLICIES, compare, experiment, runs_per_second
from benchmarks.timing import Figure, in_turn

REPLICATIONS = {False: 110, True: 30}
"""Of each policy; in a quick benchmark the second."""

WORKERS = (2, 1)


def measure(quick: bool) -> list[Figure]:
    """Runs a second on two cores and on one."""
    many = REPLICATIONS[quick]
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        compare(cache, FEW, 1)  # compiles
        for name, command in (("compare", compare), ("experiment", experiment)):
            contenders = {
                (workers, number): partial(command, cache, number, workers)
                for workers in WORKERS
                for number in (FEW, many)
            }
            taken = in_turn(contenders, 1 if quick else 5)
            for workers in WORKERS:
                pairs = zip(taken[workers, many], taken[workers, FEW], strict=True)
                figures.append(
                    Figure(
                        f"runs_per_second_{name}_200x208{'' if workers == 2 else '_1_core'}",
                        [runs_per_second(one, few, many) for one, few in pairs],
                        "runs a second",
                        f"Runs of 200 staff over 208 weeks in `{name}`, workers: {workers}",
                    )
                )
            whole = f"A whole `{name}` of {POLICIES * many} such runs, workers: 2"
            figures.append(
                Figure(f"seconds_{name}_{POLICIES * many}_runs_200x208", taken[2, many], "s", whole)
            )
    return figures
