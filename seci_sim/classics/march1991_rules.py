"""The rules of March (1991), Exploration and exploitation in organizational learning.

An organisation of people with beliefs about a reality of some items; each belief is -1, 0 or +1 and
each item of reality -1 or +1. A *code*, the organisation's received wisdom, starts without beliefs.
The code teaches people (p1: March's socialization, Nonaka's internalization), and learns from
those who know better (p2). People may leave (p3), and reality may turn round (p4).

Two readings. The paper's words do not give the paper's figures; another reading does, as it has been
re-created independently, and that one is the default here:

======================  ======================================  ====================================
rule                    ORIGINAL                                TEXT
======================  ======================================  ====================================
what others see         acts: a belief of 0 becomes a coin      the belief
                        flip, drawn each period
performance             sum of act times reality                number of items that are right
code teaches people     a step: -1 to 0, or 0 to +1             at once
superiors teach code    k = abs(sum of their acts)              k = superiors who differ from the
                                                                code less those who agree with it
reported                mean of belief times reality            share of items that are right
======================  ======================================  ====================================

The full text was not at hand: the words of the paper are paraphrased from passages quoted elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seci_sim.engine.compiled import fill, kernel
from seci_sim.engine.luck import BEFORE, FIRST, chance

if TYPE_CHECKING:
    from seci_sim.classics.march1991 import March

Array = npt.NDArray[Any]
Whole = int | np.int64

REALITY, BELIEF, COIN, LEAVES, TURNS, TAUGHT, CODE = map(np.int64, range(7))
"""Processes that draw, of one type for the reason that `seci_sim.engine.luck.FIRST` is."""

CODE_KNOWLEDGE, PEOPLE_KNOWLEDGE, SLOW, FAST, VARIETY, SUPERIORS = 0, 1, 2, 3, 4, 5
"""Columns of what is measured."""


def run(parameters: March, seed: int, rows: Array) -> tuple[int, bool]:
    """Run one organisation with the parameters of a scenario; see `simulate`."""
    fast = round(parameters.fast_share * parameters.people)
    p1 = np.full(parameters.people, parameters.p1)
    p1[:fast] = parameters.p1_fast
    if parameters.same_for_all:
        p1[:] = p1.mean()
    text, people, items = parameters.to_the_letter, parameters.people, parameters.items
    p2, p3, p4 = parameters.p2, parameters.p3, parameters.p4
    return simulate(seed, text, people, items, p1, fast, p2, p3, p4, rows)


@kernel
def random_belief(seed: int, process: Whole, period: Whole, person: int, item: int) -> int:
    """A belief of -1, 0 or +1, each with chance 1/3."""
    return int(3.0 * chance(seed, process, period, FIRST, person, item)) - 1


@kernel
def draw_reality(seed: int, reality: Array) -> None:
    """Each item of reality is -1 or +1 with equal chance."""
    for item in range(reality.size):
        reality[item] = 1 if chance(seed, REALITY, BEFORE, FIRST, FIRST, item) < 0.5 else -1


@kernel
def draw_beliefs(seed: int, period: Whole, person: int, beliefs: Array) -> None:
    """One person's beliefs, drawn afresh."""
    for item in range(beliefs.size):
        beliefs[item] = random_belief(seed, BELIEF, period, person, item)


@kernel
def replace_leavers(seed: int, period: Whole, p3: float, beliefs: Array) -> None:
    """Turnover: each person leaves with chance p3; a newcomer's beliefs are drawn afresh."""
    for person in range(beliefs.shape[0]):
        if chance(seed, LEAVES, period, FIRST, person, FIRST) < p3:
            draw_beliefs(seed, period, person, beliefs[person])


@kernel
def turn_reality(seed: int, period: Whole, p4: float, reality: Array) -> None:
    """Turbulence: each item of reality turns round with chance p4."""
    for item in range(reality.size):
        if chance(seed, TURNS, period, FIRST, FIRST, item) < p4:
            reality[item] = -reality[item]


@kernel
def show(seed: int, period: Whole, text: bool, beliefs: Array, acts: Array) -> None:
    """What others see of people: in ORIGINAL who has no belief flips a coin, in TEXT they show none."""
    for person in range(beliefs.shape[0]):
        for item in range(beliefs.shape[1]):
            act = beliefs[person, item]
            if act == 0 and not text:
                act = 1 if chance(seed, COIN, period, FIRST, person, item) < 0.5 else -1
            acts[person, item] = act


@kernel
def performance(text: bool, acts: Array, reality: Array, items: int) -> int:
    """Agreement with reality over the first items: ORIGINAL the sum of products, TEXT the number right."""
    total = 0
    for item in range(items):
        product = acts[item] * reality[item]
        total += product == 1 if text else product
    return total


@kernel
def find_superiors(text: bool, acts: Array, code: Array, reality: Array, superior: Array) -> int:
    """Mark those whose performance is above the code's, and count them."""
    items = code.size
    standard = performance(text, code, reality, items)
    count = 0
    for person in range(acts.shape[0]):
        superior[person] = performance(text, acts[person], reality, items) > standard
        count += superior[person]
    return count


@kernel
def code_teaches(
    seed: int, period: Whole, text: bool, p1: Array, code: Array, beliefs: Array
) -> None:
    """Code to individual: with chance p1, where the code has a belief that differs from one's own.

    TEXT: "If the code is 0 on a particular dimension, individual belief is not affected", else a
    belief that differs changes to the code's. ORIGINAL: it moves one step, -1 to 0 to +1.
    """
    for person in range(beliefs.shape[0]):
        for item in range(code.size):
            held, taught = beliefs[person, item], code[item]
            if taught == 0 or held == taught:
                continue
            if chance(seed, TAUGHT, period, FIRST, person, item) < p1[person]:
                beliefs[person, item] = taught if text else held + taught


@kernel
def lesson(text: bool, item: int, acts: Array, code: Array, superior: Array) -> tuple[int, int]:
    """What superiors hold of an item, and the k with which the code learns it; (0, 0) for a tie.

    TEXT: their majority belief; "k is the number of individuals (within the superior group) who
    differ from the code on this dimension minus the number who do not". ORIGINAL: the sign and the
    size of the sum of their acts.
    """
    votes, differ = 0, 0
    for person in range(acts.shape[0]):
        if superior[person]:
            votes += acts[person, item]
            differ += 1 if acts[person, item] != code[item] else -1
    dominant = int(votes > 0) - int(votes < 0)
    k = differ if text else abs(votes)
    if dominant == code[item] or dominant == 0 or k <= 0:
        return 0, 0
    return dominant, k


@kernel
def code_learns(
    seed: int,
    period: Whole,
    text: bool,
    p2: float,
    acts: Array,
    superior: Array,
    items: int,
    code: Array,
) -> None:
    """Individuals to code: the code takes what superiors hold with chance 1 - (1 - p2)**k."""
    for item in range(items):
        dominant, k = lesson(text, item, acts, code, superior)
        if k > 0:
            missed = 1.0
            for _ in range(k):  # the power by products, which every processor rounds alike
                missed *= 1.0 - p2
            if chance(seed, CODE, period, FIRST, FIRST, item) < 1.0 - missed:
                code[item] = dominant


@kernel
def all_follow(code: Array, beliefs: Array) -> bool:
    """Whether nobody differs from the code where it has a belief."""
    for person in range(beliefs.shape[0]):
        for item in range(code.size):
            if code[item] != 0 and beliefs[person, item] != code[item]:
                return False
    return True


@kernel
def could_outscore(beliefs: Array, code: Array, reality: Array) -> bool:
    """Whether anybody would outscore the code, were all their coins to fall right (ORIGINAL)."""
    items = code.size
    standard = performance(False, code, reality, items)
    for person in range(beliefs.shape[0]):
        best = 0
        for item in range(items):
            held = beliefs[person, item]
            best += held * reality[item] if held != 0 else 1
        if best > standard:
            return True
    return False


@kernel
def has_a_lesson(beliefs: Array, code: Array, reality: Array, superior: Array) -> bool:
    """Whether there is anything that the code could learn from its superiors (TEXT)."""
    find_superiors(True, beliefs, code, reality, superior)
    for item in range(code.size):
        if lesson(True, item, beliefs, code, superior)[1] > 0:
            return True
    return False


@kernel
def settled(
    text: bool,
    p1: Array,
    p2: float,
    p3: float,
    p4: float,
    beliefs: Array,
    code: Array,
    reality: Array,
    superior: Array,
) -> bool:
    """Equilibrium: nothing can change any more, whatever chance brings.

    With turnover or turbulence there is none. Else it needs that all who can learn follow the code
    wherever it has a belief, and that the code has nothing to learn. In ORIGINAL, given the former,
    that is the case exactly where nobody could outscore the code: superiors gain on the items where
    the code is 0, so on one of these the sum of their acts is not 0.
    """
    if p3 > 0.0 or p4 > 0.0:
        return False
    for person in range(p1.size):
        if p1[person] > 0.0 and not all_follow(code, beliefs[person : person + 1]):
            return False
    if p2 == 0.0:
        return True
    if text:
        return not has_a_lesson(beliefs, code, reality, superior)
    return not could_outscore(beliefs, code, reality)


@kernel
def known(text: bool, beliefs: Array, reality: Array) -> float:
    """Knowledge of one set of beliefs: ORIGINAL -1 to 1, TEXT 0 to 1."""
    return float(performance(text, beliefs, reality, reality.size) / reality.size)


@kernel
def variety(beliefs: Array) -> float:
    """Share of pairs of people who differ on an item, mean over items: what is left to explore."""
    people, items = beliefs.shape
    if people < 2:
        return 0.0
    differing = 0.0
    for item in range(items):
        plus, minus = 0, 0
        for person in range(people):
            plus += beliefs[person, item] == 1
            minus += beliefs[person, item] == -1
        none = people - plus - minus
        differing += plus * minus + plus * none + minus * none
    return float(differing / items / (people * (people - 1) / 2))


@kernel
def measure(
    row: Array, text: bool, beliefs: Array, code: Array, reality: Array, fast: int, superiors: int
) -> None:
    """Fill in what is measured at the end of a period; the first `fast` people are the fast ones."""
    people = beliefs.shape[0]
    sums = np.zeros(2)
    for person in range(people):
        sums[1 if person < fast else 0] += known(text, beliefs[person], reality)
    row[CODE_KNOWLEDGE] = known(text, code, reality)
    row[PEOPLE_KNOWLEDGE] = (sums[0] + sums[1]) / people
    row[SLOW] = sums[0] / (people - fast) if fast < people else np.nan
    row[FAST] = sums[1] / fast if fast > 0 else np.nan
    row[VARIETY] = variety(beliefs)
    row[SUPERIORS] = superiors


@kernel
def simulate(
    seed: int,
    text: bool,
    people: int,
    items: int,
    p1: Array,
    fast: int,
    p2: float,
    p3: float,
    p4: float,
    rows: Array,
) -> tuple[int, bool]:
    """Run one organisation to its equilibrium or for as many periods as there are rows.

    Parameters
    ----------
    seed : int
        A replication.
    text : bool
        Whether the paper is read to the letter (TEXT) rather than as its figures want (ORIGINAL).
    people, items : int
        How many there are (March: n = 50, m = 30).
    p1 : (people,) float64
        Chance of learning from the code, of each person.
    fast : int
        The first so many people are counted as the fast learners.
    p2, p3, p4 : float
        Chances of the code's learning, of leaving, and of an item's turning round.
    rows : (periods, 6) float64
        Filled with what is measured in each period.

    Returns
    -------
    tuple
        Periods run, and whether equilibrium was reached.
    """
    reality, code = np.zeros(items, np.int8), np.zeros(items, np.int8)
    beliefs, acts = np.zeros((people, items), np.int8), np.zeros((people, items), np.int8)
    superior = np.zeros(people, np.bool_)
    fill(superior, False)
    draw_reality(seed, reality)
    for person in range(people):
        draw_beliefs(seed, BEFORE, person, beliefs[person])
    for period in range(1, rows.shape[0] + 1):
        if p3 > 0.0:
            replace_leavers(seed, period, p3, beliefs)
        if p4 > 0.0:
            turn_reality(seed, period, p4, reality)
        show(seed, period, text, beliefs, acts)
        count = find_superiors(text, acts, code, reality, superior)
        code_teaches(seed, period, text, p1, code, beliefs)  # both read what was shown above
        code_learns(seed, period, text, p2, acts, superior, items, code)
        measure(rows[period - 1], text, beliefs, code, reality, fast, count)
        if settled(text, p1, p2, p3, p4, beliefs, code, reality, superior):
            return period, True
    return rows.shape[0], False
