"""How many runs a second `compare` makes of a firm of 200 over 208 weeks.

All that `compare` does for a run counts: its weeks, its way from the worker, its rows in the tables that
are saved. What a command does once does not count for a run: the time until the first run is there, in
which rules are loaded and workers start, and the report. The time of the whole command stands beside it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.timing import Figure, in_turn, seconds
from seci_sim.experiment.progress import Progress
from seci_sim.experiment.run import comparison, results_of
from seci_sim.experiment.tables import collect
from seci_sim.report import html, tell
from seci_sim.scenario import read_scenario

POLICIES = ("baseline", "high-turnover")
"""Two policies of a firm of 200, over 208 weeks."""

REPLICATIONS = {False: 60, True: 10}
"""Of each policy; in a quick benchmark the second."""

WORKERS = (2, 1)


def measure(quick: bool) -> list[Figure]:
    """Runs a second on one core and on two."""
    replications = REPLICATIONS[quick]
    rates: dict[int, list[float]] = {workers: [] for workers in WORKERS}
    whole = in_turn(
        {workers: partial(compare, replications, workers, rates[workers]) for workers in WORKERS},
        1 if quick else 5,
    )
    runs = len(POLICIES) * replications
    figures = []
    for workers in WORKERS:
        suffix = "" if workers == 2 else "_1_core"
        figures += [
            Figure(
                f"runs_per_second_200x208{suffix}",
                rates[workers],
                "runs a second",
                f"Runs of 200 staff over 208 weeks in `compare`, workers: {workers}",
                "at least 60" if workers == 2 else "",
            ),
            Figure(
                f"seconds_compare_{runs}_runs_200x208{suffix}",
                whole[workers],
                "s",
                f"A whole `compare` of {runs} such runs, report included, workers: {workers}",
            ),
        ]
    return figures


def compare(replications: int, workers: int, rates: list[float]) -> float:
    """Do what `compare` does; append its runs a second to `rates`, and give the seconds of it all."""
    scenarios = [read_scenario(name) for name in POLICIES]
    if any(sum(unit.staff for unit in s.units) != 200 or s.horizon != 208 for s in scenarios):
        raise ValueError("the policies compared are not of 200 staff over 208 weeks")
    finished: list[float] = []

    def count(standing: Progress) -> None:
        finished.extend([time.perf_counter()] * (standing.done - len(finished)))

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "results")
        found = comparison(scenarios, replications=replications).run(
            store=folder, workers=workers, on_progress=count
        )
        ended = time.perf_counter()
        results = results_of(found)
        assert results is not None
        reporting = seconds(partial(html, tell(results), command="compare"))
        saving = seconds(partial(collect, found, folder))
    rates.append(runs_per_second(finished, ended - finished[-1] + saving))
    return ended - began + reporting + saving


def runs_per_second(finished: Sequence[float], tables: float) -> float:
    """Runs a second, once all workers are there.

    Parameters
    ----------
    finished : sequence of float
        When each run was there, in seconds. The first tenth is passed over: workers still start.
    tables : float
        Seconds for the tables of all runs.

    Examples
    --------
    >>> runs_per_second([10.0, 11.0, 12.0, 13.0, 14.0], tables=5.0)
    0.5
    """
    skipped = len(finished) // 10
    running = (finished[-1] - finished[skipped]) / (len(finished) - 1 - skipped)
    return 1.0 / (running + tables / len(finished))
