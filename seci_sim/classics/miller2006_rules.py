"""The rules of Miller, Zhao and Calantone (2006), Adding interpersonal learning and tacit knowledge to
March's exploration-exploitation model.

March's organisation, in which people also learn from each other (Nonaka's socialization). They stand
on a grid without edges, four neighbours each: *local search* copies from the best neighbour (p5),
*distant search* from somebody else (p6). Some items are *tacit*: they never enter the code, and pass
between people alone.

The full text was not at hand: its signs are reproduced, not its figures. Our readings: each of the
four steps of a period reads what the step before it left, and within a step everybody learns at once; whoever
copies a belief copies a 0 too; distant search meets one person drawn at random who is no neighbour; code and
people learn from each other as in March's TEXT, on codifiable items only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seci_sim.classics.march1991_rules import (
    Array,
    Organisation,
    Whole,
    all_follow,
    change,
    has_a_lesson,
    new_organisation,
    performance,
    teach_and_learn,
    variety,
)
from seci_sim.engine.compiled import copy, kernel
from seci_sim.engine.luck import FIRST, chance
from seci_sim.engine.structures import Structure, Vector, room

if TYPE_CHECKING:
    from seci_sim.classics.miller2006 import Miller

MET, LOCAL, DISTANT = map(np.int64, range(7, 10))
"""Processes that draw, beside those of March's model."""

PEOPLE_KNOWLEDGE, CODE_KNOWLEDGE, CODIFIABLE, TACIT, VARIETY, TACIT_VARIETY = 0, 1, 2, 3, 4, 5
FROM_PEERS, FROM_CODE = 6, 7
"""Columns of what is measured."""


class Grid(Structure):
    """People on a grid who search for what others know."""

    side: int
    """People along one side."""
    p5: float
    p6: float
    organisation: Organisation
    """March's, read to the letter; its `acts` are what everybody held before the present step."""
    scores: Vector[np.int64] = room("people")
    """(people,) int64: how well each does."""


def run(parameters: Miller, seed: int, rows: Array) -> tuple[int, bool]:
    """Run one organisation with the parameters of a scenario; see `simulate`."""
    side, items = parameters.side, parameters.items
    codifiable = items - round(parameters.tacit_share * items)
    p1 = np.full(side**2, parameters.p1)
    grid = Grid.sized(
        {"people": side**2},
        **{"side": side, "p5": parameters.p5, "p6": parameters.p6},
        organisation=new_organisation(parameters, True, p1, codifiable, seed),
    )
    return simulate(seed, grid, rows)


@kernel
def neighbour(person: int, direction: int, side: int) -> int:
    """One of the four neighbours on a grid that closes on itself."""
    row, column = person // side, person % side
    if direction == 0:
        row = (row + 1) % side
    elif direction == 1:
        row = (row - 1) % side
    elif direction == 2:
        column = (column + 1) % side
    else:
        column = (column - 1) % side
    return row * side + column


@kernel
def near(person: int, other: int, side: int) -> bool:
    """Whether two are the same person or neighbours."""
    if person == other:
        return True
    for direction in range(4):
        if neighbour(person, direction, side) == other:
            return True
    return False


@kernel
def best_neighbour(person: int, side: int, scores: Array) -> int:
    """The first of the neighbours with the highest performance."""
    best = neighbour(person, 0, side)
    for direction in range(1, 4):
        other = neighbour(person, direction, side)
        if scores[other] > scores[best]:
            best = other
    return best


@kernel
def somebody_distant(seed: int, period: Whole, person: int, side: int) -> int:
    """One person, drawn anew until they are no neighbour; the person themself where there is none."""
    people = side * side
    for attempt in range(people if people > 5 else 0):
        other = int(chance(seed, MET, period, FIRST, person, attempt) * people)
        if not near(person, other, side):
            return other
    return person


@kernel
def search(
    seed: int,
    process: Whole,
    period: Whole,
    rate: float,
    side: int,
    shown: Array,
    scores: Array,
    beliefs: Array,
) -> int:
    """Local or distant search: each belief in which a better person differs is copied with p5 or p6.

    Returns the number of beliefs copied. `shown` is what everybody held before the step.
    """
    copied = 0
    for person in range(beliefs.shape[0]):
        if process == LOCAL:
            other = best_neighbour(person, side, scores)
        else:
            other = somebody_distant(seed, period, person, side)
        if scores[other] <= scores[person]:
            continue
        for item in range(beliefs.shape[1]):
            if shown[other, item] == shown[person, item]:
                continue
            if chance(seed, process, period, FIRST, person, item) < rate:
                beliefs[person, item] = shown[other, item]
                copied += 1
    return copied


@kernel
def score(organisation: Organisation, scores: Array) -> None:
    """How well everybody does: people are compared on all items."""
    for person in range(scores.size):
        beliefs, reality = organisation.beliefs[person], organisation.reality
        scores[person] = performance(True, beliefs, reality, reality.size)


@kernel
def look(organisation: Organisation, scores: Array) -> None:
    """What everybody holds, and how well each does."""
    for person in range(scores.size):
        copy(organisation.acts[person], organisation.beliefs[person])
    score(organisation, scores)


@kernel
def differing(shown: Array, beliefs: Array) -> int:
    """Beliefs that changed."""
    count = 0
    for person in range(beliefs.shape[0]):
        for item in range(beliefs.shape[1]):
            count += shown[person, item] != beliefs[person, item]
    return count


@kernel
def settled(grid: Grid) -> bool:
    """Equilibrium: nobody could learn from anybody or from the code, and nothing turns round."""
    organisation, side, scores = grid.organisation, grid.side, grid.scores
    if organisation.p3 > 0.0 or organisation.p4 > 0.0 or not all_follow(organisation):
        return False
    score(organisation, scores)
    for person in range(scores.size):
        if grid.p5 > 0.0 and scores[best_neighbour(person, side, scores)] > scores[person]:
            return False
        for other in range(scores.size if grid.p6 > 0.0 else 0):
            if scores[other] > scores[person] and not near(person, other, side):
                return False
    beliefs, code, reality = organisation.beliefs, organisation.code, organisation.reality
    return organisation.p2 == 0.0 or not has_a_lesson(beliefs, code, reality, organisation.superior)


@kernel
def share_right(beliefs: Array, reality: Array, first: Whole, last: Whole) -> float:
    """Share of people's beliefs on some items that are right; without items there is none."""
    if first == last:
        return np.nan
    right = 0
    for person in range(beliefs.shape[0]):
        for item in range(first, last):
            right += beliefs[person, item] == reality[item]
    return float(right / beliefs.shape[0] / (last - first))


@kernel
def measure(row: Array, organisation: Organisation, from_peers: int) -> None:
    """Fill in what is measured at the end of a period."""
    beliefs, code, reality = organisation.beliefs, organisation.code, organisation.reality
    split, items = code.size, reality.size
    row[CODE_KNOWLEDGE] = performance(True, code, reality, split) / split if split else np.nan
    row[PEOPLE_KNOWLEDGE] = share_right(beliefs, reality, FIRST, items)
    row[CODIFIABLE] = share_right(beliefs, reality, FIRST, split)
    row[TACIT] = share_right(beliefs, reality, split, items)
    row[VARIETY] = variety(beliefs, FIRST)
    row[TACIT_VARIETY] = variety(beliefs, split) if split < items else np.nan
    row[FROM_PEERS], row[FROM_CODE] = from_peers, differing(organisation.acts, beliefs)


@kernel
def simulate(seed: int, grid: Grid, rows: Array) -> tuple[int, bool]:
    """Run one organisation to its equilibrium or for as many periods as there are rows.

    Parameters
    ----------
    seed : int
        A replication.
    grid : Grid
        As it starts.
    rows : (periods, 8) float64
        Filled with what is measured in each period.

    Returns
    -------
    tuple
        Periods run, and whether equilibrium was reached.
    """
    organisation, side, scores = grid.organisation, grid.side, grid.scores
    shown, beliefs = organisation.acts, organisation.beliefs
    for period in range(1, rows.shape[0] + 1):
        change(organisation, seed, period)
        look(organisation, scores)
        copied = search(seed, LOCAL, period, grid.p5, side, shown, scores, beliefs)
        look(organisation, scores)
        copied += search(seed, DISTANT, period, grid.p6, side, shown, scores, beliefs)
        look(organisation, scores)
        teach_and_learn(organisation, seed, period)
        measure(rows[period - 1], organisation, copied)
        if settled(grid):
            return period, True
    return rows.shape[0], False
