"""The model against the memory of the machine: how many passes over tacit knowledge a week costs.

A pass reads and writes every conviction once, ``a *= c``, compiled, several of them by one instruction.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from benchmarks.timing import Figure, in_turn, ratios, seconds
from benchmarks.warm import seconds_a_week, warm_model, warm_up_weeks

PASSES = 8
"""Passes of a round, which last about as long as a week."""


@numba.njit(nogil=True)
def scale(values: npt.NDArray[Any], factor: np.float32) -> None:
    """Multiply all values in place; from the first on, or LLVM works on one at a time."""
    for place in range(values.size):
        values[place] *= factor


def measure(quick: bool) -> list[Figure]:
    """Seconds of a week in seconds of a pass."""
    staff, label = (100_000, "1e5") if quick else (1_000_000, "1e6")
    model = warm_model(staff, warm_up_weeks(quick))
    values = np.full(model.knowledge.tacit.size, 0.5, np.float32)
    contenders = {
        "week": partial(seconds_a_week, model, 1),
        "pass": partial(seconds_a_pass, values),
    }
    taken = in_turn(contenders, 3 if quick else 9)
    return [
        Figure(
            f"passes_per_week_{label}",
            ratios(taken["week"], taken["pass"]),
            "passes",
            f"Passes over tacit knowledge in the time of a week, {staff:,} staff",
        ),
        Figure(
            f"gigabytes_per_second_of_a_pass_{label}",
            [2 * values.nbytes / taken_by / 1e9 for taken_by in taken["pass"]],
            "GB a second",
            "Bytes that such a pass reads and writes",
        ),
    ]


def seconds_a_pass(values: npt.NDArray[Any]) -> float:
    """How long one pass takes, as a mean over some."""
    factor = np.float32(0.999)
    scale(values[:0], factor)  # compiles on first use
    taken = seconds(lambda: [scale(values, factor) for _ in range(PASSES)]) / PASSES
    values.fill(0.5)  # small numbers lose precision, and some processors then lose speed
    return taken
