"""The model against a plain Mesa model: the same weeks of the same firm, one thread each."""

from __future__ import annotations

from benchmarks.firms import firm
from benchmarks.plain_mesa import PlainModel
from benchmarks.timing import Figure, in_turn, ratios
from benchmarks.warm import SEED, seconds_a_week
from seci_sim import SECIModel

SIZES = {200: (26, 260), 10_000: (2, 40)}
"""Staff, and weeks in a row of a round, in plain Mesa and in the model, which last about as long.

One week alone would be measured with a cache that the other has emptied, as in no run.
"""

AIMS = {200: "at least 50", 10_000: "at least 200"}
WARM_UP = 26
"""Weeks before the first round: by then the first plans are routine."""


def measure(quick: bool) -> list[Figure]:
    """How many times as fast as plain Mesa."""
    return [figure for staff in SIZES for figure in _at(staff, quick)]


def _at(staff: int, quick: bool) -> list[Figure]:
    """The figures at one size."""
    plain_weeks, weeks = SIZES[staff]
    fast = SECIModel(firm(staff), rng=SEED)
    plain = PlainModel(firm(staff), rng=SEED)
    for _ in range(WARM_UP // (2 if quick else 1)):
        fast.step()
        plain.step()

    taken = in_turn(
        {
            "plain": lambda: seconds_a_week(plain, plain_weeks),
            "fast": lambda: seconds_a_week(fast, weeks),
        },
        3 if quick else 9,
    )
    return [
        Figure(
            f"ratio_plain_mesa_{staff}",
            ratios(taken["plain"], taken["fast"]),
            "times",
            f"How many times as fast as the same week in plain Mesa, {staff:,} staff, one thread",
            AIMS[staff],
        ),
        Figure(
            f"plain_mesa_million_agent_steps_per_second_{staff}",
            [staff / taken_by / 1e6 for taken_by in taken["plain"]],
            "million a second",
            f"Weeks of one employee that plain Mesa makes, {staff:,} staff, 40 needs",
            "at least 0.02, or it is no fair rival",
        ),
        Figure(
            f"million_agent_steps_per_second_{staff}",
            [staff / taken_by / 1e6 for taken_by in taken["fast"]],
            "million a second",
            f"Weeks of one employee that the model makes, {staff:,} staff, 40 needs",
        ),
    ]
