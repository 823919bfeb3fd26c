"""Three rules, written three ways: what to expect of plain Mesa, of NumPy and of compiled loops.

Tacit knowledge fades, a tenth of the staff do something, and everybody trains towards a truth. The week of
the model has some twenty rules, so this says nothing of it; it says what a way of writing costs, and
that plain Mesa is not the only rival that there is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import mesa
import numba
import numpy as np
import numpy.typing as npt

from benchmarks.timing import Figure, in_turn, seconds

Rows = npt.NDArray[Any]
NEEDS = 40
KEPT, RATE, ACTING = np.float32(0.98), np.float32(0.02), 0.1
STAFF = {200: (20, 2000), 10_000: (1, 100)}
"""People, and weeks of a round: of the plain Mesa model and of the others."""


class Person(mesa.Agent):
    """Somebody with a row of their own."""

    def __init__(self, model: mesa.Model, tacit: Rows, truth: Rows) -> None:
        super().__init__(model)
        self.tacit, self.truth, self.acted = tacit, truth, 0

    def week(self) -> None:
        """The three rules."""
        self.tacit *= KEPT
        self.acted += self.random.random() < ACTING
        self.tacit += RATE * (self.truth - self.tacit)


def with_numpy(tacit: Rows, truth: Rows, acted: Rows, rng: np.random.Generator) -> None:
    """The three rules over whole arrays."""
    tacit *= KEPT
    acted += rng.random(len(acted), np.float32) < ACTING
    step = truth - tacit
    step *= RATE  # in place: large arrays that are made anew cost more than the arithmetic
    tacit += step


def with_numba(tacit: Rows, truth: Rows, acted: Rows, rng: np.random.Generator) -> None:
    """The three rules as a compiled loop over people, with the same draws as with NumPy."""
    loop(tacit, truth, acted, rng.random(len(acted), np.float32))


@numba.njit(nogil=True)
def loop(tacit: Rows, truth: Rows, acted: Rows, draws: Rows) -> None:
    """What is compiled of it."""
    for person in range(tacit.shape[0]):
        acted[person] += draws[person] < ACTING
        for need in range(tacit.shape[1]):
            held = tacit[person, need] * KEPT
            tacit[person, need] = held + RATE * (truth[need] - held)


def measure(quick: bool) -> list[Figure]:
    """Nanoseconds that the three rules take for one person."""
    return [figure for staff in STAFF for figure in _at(staff, 3 if quick else 9)]


def _at(staff: int, rounds: int) -> list[Figure]:
    model = mesa.Model(rng=1)
    truth = np.ones(NEEDS, np.float32)
    people = [Person(model, np.zeros(NEEDS, np.float32), truth) for _ in range(staff)]
    plain_weeks, weeks = STAFF[staff]
    ways: dict[str, tuple[Callable[[], Any], int]] = {
        "plain_mesa": (partial(model.agents.do, "week"), plain_weeks)
    }
    for name, rule in (("numpy", with_numpy), ("numba", with_numba)):
        rows = np.zeros((staff, NEEDS), np.float32), truth, np.zeros(staff, np.int64)
        ways[name] = (partial(rule, *rows, np.random.default_rng(1)), weeks)
        ways[name][0]()  # compiles on first use
    taken = in_turn(
        {name: partial(_nanoseconds, act, n, staff) for name, (act, n) in ways.items()}, rounds
    )
    assert len(people) == staff
    what = "Three simple rules for one person"
    return [
        Figure(f"nanoseconds_three_rules_{name}_{staff}", taken[name], "ns",
               f"{what}, written with {name.replace('_', ' ')}, {staff:,} staff, {NEEDS} needs")
        for name in ways
    ]  # fmt: skip


def _nanoseconds(act: Callable[[], Any], weeks: int, staff: int) -> float:
    """Time of one person's week, as a mean over some weeks in a row."""
    return 1e9 * seconds(lambda: [act() for _ in range(weeks)]) / weeks / staff
