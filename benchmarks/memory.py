"""The model against the memory of the machine: how many passes over tacit knowledge a week costs.

A pass reads and writes every conviction once, ``a *= c``, compiled, in as many threads as the model
has. No rule that touches everybody's tacit knowledge can be faster.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from benchmarks.timing import Figure, in_turn, ratios, seconds
from benchmarks.warm import seconds_a_week, warm_model, warm_up_weeks

THREADS = (1, 2)
PASSES = 8
"""Passes of a round, which last about as long as a week."""


@numba.njit(nogil=True)
def scale(first: int, last: int, values: npt.NDArray[Any], factor: np.float32) -> None:
    """Multiply some values in place."""
    for place in range(first, last):
        values[place] *= factor


def measure(quick: bool) -> list[Figure]:
    """Seconds of a week in seconds of a pass, for one and two threads."""
    staff, label = (100_000, "1e5") if quick else (1_000_000, "1e6")
    weeks = warm_up_weeks(quick)
    models = {threads: warm_model(staff, weeks, threads=threads) for threads in THREADS}
    values = np.full(models[1].knowledge.tacit.size, 0.5, np.float32)
    contenders: dict[tuple[str, int], Callable[[], float]] = {}
    for threads, model in models.items():
        contenders["week", threads] = partial(seconds_a_week, model, 1)
        contenders["pass", threads] = partial(seconds_a_pass, values, threads)
    taken = in_turn(contenders, 3 if quick else 9)
    figures = []
    for threads in THREADS:
        cores = "" if threads == 2 else "_1_core"
        aim = "at most 8" if threads == 2 and not quick else ""
        figures += [
            Figure(
                f"passes_per_week_{label}{cores}",
                ratios(taken["week", threads], taken["pass", threads]),
                "passes",
                f"Passes over tacit knowledge in the time of a week, {staff:,} staff, "
                f"threads: {threads}",
                aim,
            ),
            Figure(
                f"gigabytes_per_second_of_a_pass_{label}{cores}",
                [2 * values.nbytes / taken_by / 1e9 for taken_by in taken["pass", threads]],
                "GB a second",
                f"Bytes that such a pass reads and writes, threads: {threads}",
            ),
        ]
    return figures


def seconds_a_pass(values: npt.NDArray[Any], threads: int) -> float:
    """How long one pass takes, as a mean over some."""
    cuts = [values.size * part // threads for part in range(threads + 1)]
    factor = np.float32(0.999)
    scale(0, 0, values, factor)  # compiles on first use
    with ThreadPoolExecutor(threads) as pool:

        def go_over() -> None:
            for _ in range(PASSES):
                running = [
                    pool.submit(scale, first, last, values, factor)
                    for first, last in pairwise(cuts)
                ]
                for part in running:
                    part.result()

        taken = seconds(go_over) / PASSES
    values.fill(0.5)  # small numbers lose precision, and some processors then lose speed
    return taken
