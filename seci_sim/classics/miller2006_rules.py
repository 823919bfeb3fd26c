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

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from seci_sim.classics.march1991_rules import (
    Array,
    Whole,
    all_follow,
    code_learns,
    code_teaches,
    draw_beliefs,
    draw_reality,
    find_superiors,
    has_a_lesson,
    performance,
    replace_leavers,
    turn_reality,
    variety,
)
from seci_sim.engine.compiled import fill, kernel
from seci_sim.engine.luck import BEFORE, FIRST, chance

if TYPE_CHECKING:
    from seci_sim.classics.miller2006 import Miller

MET, LOCAL, DISTANT = map(np.int64, range(7, 10))
"""Processes that draw, beside those of March's model."""

PEOPLE_KNOWLEDGE, CODE_KNOWLEDGE, CODIFIABLE, TACIT, VARIETY, TACIT_VARIETY = 0, 1, 2, 3, 4, 5
FROM_PEERS, FROM_CODE = 6, 7
"""Columns of what is measured."""


class Chances(NamedTuple):
    """Chances in each period: p1 to p4 as in March's model, p5 and p6 of copying a belief in search."""

    p1: float
    p2: float
    p3: float
    p4: float
    p5: float
    p6: float


def run(parameters: Miller, seed: int, rows: Array) -> tuple[int, bool]:
    """Run one organisation with the parameters of a scenario; see `simulate`."""
    tacit = round(parameters.tacit_share * parameters.items)
    chances = Chances(*(getattr(parameters, name) for name in Chances._fields))
    return simulate(seed, parameters.side, parameters.items, tacit, chances, rows)


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
def look(beliefs: Array, reality: Array, shown: Array, scores: Array) -> None:
    """What everybody holds, and how well each does: people are compared on all items."""
    for person in range(beliefs.shape[0]):
        for item in range(beliefs.shape[1]):
            shown[person, item] = beliefs[person, item]
        scores[person] = performance(True, beliefs[person], reality, reality.size)


@kernel
def differing(shown: Array, beliefs: Array) -> int:
    """Beliefs that changed."""
    count = 0
    for person in range(beliefs.shape[0]):
        for item in range(beliefs.shape[1]):
            count += shown[person, item] != beliefs[person, item]
    return count


@kernel
def settled(
    chances: Chances,
    side: int,
    beliefs: Array,
    code: Array,
    reality: Array,
    scores: Array,
    superior: Array,
) -> bool:
    """Equilibrium without turnover and turbulence: nobody could learn from anybody or from the code."""
    codifiable = beliefs[:, : code.size]
    if chances.p1 > 0.0 and not all_follow(code, codifiable):
        return False
    for person in range(scores.size):
        scores[person] = performance(True, beliefs[person], reality, reality.size)
    for person in range(scores.size):
        if chances.p5 > 0.0 and scores[best_neighbour(person, side, scores)] > scores[person]:
            return False
        for other in range(scores.size if chances.p6 > 0.0 else 0):
            if scores[other] > scores[person] and not near(person, other, side):
                return False
    return chances.p2 == 0.0 or not has_a_lesson(codifiable, code, reality[: code.size], superior)


@kernel
def share_right(beliefs: Array, reality: Array) -> float:
    """Share of people's beliefs that are right; without items there is none."""
    people, items = beliefs.shape
    if items == 0:
        return np.nan
    right = 0
    for person in range(people):
        right += performance(True, beliefs[person], reality, items)
    return float(right / people / items)


@kernel
def measure(
    row: Array, beliefs: Array, code: Array, reality: Array, from_peers: int, from_code: int
) -> None:
    """Fill in what is measured at the end of a period."""
    split = code.size
    row[CODE_KNOWLEDGE] = performance(True, code, reality, split) / split if split else np.nan
    row[PEOPLE_KNOWLEDGE] = share_right(beliefs, reality)
    row[CODIFIABLE] = share_right(beliefs[:, :split], reality[:split])
    row[TACIT] = share_right(beliefs[:, split:], reality[split:])
    row[VARIETY] = variety(beliefs)
    row[TACIT_VARIETY] = variety(beliefs[:, split:]) if split < reality.size else np.nan
    row[FROM_PEERS], row[FROM_CODE] = from_peers, from_code


@kernel
def simulate(
    seed: int, side: int, items: int, tacit: int, chances: Chances, rows: Array
) -> tuple[int, bool]:
    """Run one organisation to its equilibrium or for as many periods as there are rows.

    Parameters
    ----------
    seed : int
        A replication.
    side : int
        People along one side of the grid (10: n = 100).
    items, tacit : int
        How many there are (m = 100), and how many of them are tacit: the last ones.
    chances : Chances
        Of learning, leaving and turning round.
    rows : (periods, 8) float64
        Filled with what is measured in each period.

    Returns
    -------
    tuple
        Periods run, and whether equilibrium was reached.
    """
    people, split = side * side, items - tacit
    reality, code = np.zeros(items, np.int8), np.zeros(split, np.int8)
    beliefs, shown = np.zeros((people, items), np.int8), np.zeros((people, items), np.int8)
    scores, superior = np.zeros(people, np.int64), np.zeros(people, np.bool_)
    rates = np.zeros(people)
    fill(rates, chances.p1)
    draw_reality(seed, reality)
    for person in range(people):
        draw_beliefs(seed, BEFORE, person, beliefs[person])
    codifiable, known = beliefs[:, :split], reality[:split]
    for period in range(1, rows.shape[0] + 1):
        if chances.p3 > 0.0:
            replace_leavers(seed, period, chances.p3, beliefs)
        if chances.p4 > 0.0:
            turn_reality(seed, period, chances.p4, reality)
        look(beliefs, reality, shown, scores)
        copied = search(seed, LOCAL, period, chances.p5, side, shown, scores, beliefs)
        look(beliefs, reality, shown, scores)
        copied += search(seed, DISTANT, period, chances.p6, side, shown, scores, beliefs)
        look(beliefs, reality, shown, scores)
        find_superiors(True, shown, code, known, superior)
        code_teaches(seed, period, True, rates, code, codifiable)
        code_learns(seed, period, True, chances.p2, shown, superior, split, code)
        measure(rows[period - 1], beliefs, code, reality, copied, differing(shown, beliefs))
        changing = chances.p3 > 0.0 or chances.p4 > 0.0
        if not changing and settled(chances, side, beliefs, code, reality, scores, superior):
            return period, True
    return rows.shape[0], False
