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

from seci_sim.engine.compiled import kernel
from seci_sim.engine.luck import BEFORE, FIRST, chance
from seci_sim.engine.structures import Structure, Table, Vector, room

if TYPE_CHECKING:
    from seci_sim.classics.march1991 import March
    from seci_sim.classics.miller2006 import Miller

Array = npt.NDArray[Any]
Whole = int | np.int64

REALITY, BELIEF, COIN, LEAVES, TURNS, TAUGHT, CODE = map(np.int64, range(7))
"""Processes that draw, of one type for the reason that `seci_sim.engine.luck.FIRST` is."""

CODE_KNOWLEDGE, PEOPLE_KNOWLEDGE, SLOW, FAST, VARIETY, SUPERIORS = 0, 1, 2, 3, 4, 5
"""Columns of what is measured."""


class Organisation(Structure):
    """People and a code, what they hold, and the chances in each period."""

    to_the_letter: bool
    """Whether the paper is read to the letter (TEXT) rather than as its figures want (ORIGINAL)."""
    p1: Vector[np.float64]
    """(people,) float64: of learning from the code."""
    p2: float
    p3: float
    p4: float
    reality: Vector[np.int8] = room("items")
    """(items,) int8."""
    code: Vector[np.int8] = room("codifiable")
    """(items,) int8: of items that can be codified, which come first."""
    beliefs: Table[np.int8] = room("people", "items")
    """(people, items) int8."""
    acts: Table[np.int8] = room("people", "items")
    """(people, items) int8: what others see."""
    superior: Vector[np.bool_] = room("people")
    """(people,) bool: who does better than the code."""


def new_organisation(
    parameters: March | Miller, to_the_letter: bool, p1: Array, codifiable: int, seed: int
) -> Organisation:
    """An organisation with the luck of a seed, before the first period."""
    organisation = Organisation.sized(
        {"people": len(p1), "items": parameters.items, "codifiable": codifiable},
        **{"to_the_letter": to_the_letter, "p1": p1},
        **{name: getattr(parameters, name) for name in ("p2", "p3", "p4")},
    )
    draw_start(seed, organisation.reality, organisation.beliefs)
    return organisation


def run(parameters: March, seed: int, rows: Array) -> tuple[int, bool]:
    """Run one organisation with the parameters of a scenario; see `simulate`."""
    fast = round(parameters.fast_share * parameters.people)
    p1 = np.full(parameters.people, parameters.p1)
    p1[:fast] = parameters.p1_fast
    if parameters.same_for_all:
        p1[:] = p1.mean()
    text, items = parameters.to_the_letter, parameters.items
    return simulate(seed, new_organisation(parameters, text, p1, items, seed), fast, rows)


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
def draw_start(seed: int, reality: Array, beliefs: Array) -> None:
    """What is true, and what everybody believes before the first period."""
    draw_reality(seed, reality)
    for person in range(beliefs.shape[0]):
        draw_beliefs(seed, BEFORE, person, beliefs[person])


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
    code: Array,
) -> None:
    """Individuals to code: the code takes what superiors hold with chance 1 - (1 - p2)**k."""
    for item in range(code.size):
        dominant, k = lesson(text, item, acts, code, superior)
        if k > 0:
            missed = 1.0
            for _ in range(k):  # the power by products, which every processor rounds alike
                missed *= 1.0 - p2
            if chance(seed, CODE, period, FIRST, FIRST, item) < 1.0 - missed:
                code[item] = dominant


@kernel
def all_follow(organisation: Organisation) -> bool:
    """Whether nobody who could learn differs from the code where it has a belief."""
    code, beliefs = organisation.code, organisation.beliefs
    for person in range(beliefs.shape[0]):
        for item in range(code.size if organisation.p1[person] > 0.0 else 0):
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
def settled(organisation: Organisation) -> bool:
    """Equilibrium: nothing can change any more, whatever chance brings.

    With turnover or turbulence there is none. Else it needs that all who can learn follow the code
    wherever it has a belief, and that the code has nothing to learn. In ORIGINAL, given the former,
    that is the case exactly where nobody could outscore the code: superiors gain on the items where
    the code is 0, so on one of these the sum of their acts is not 0.
    """
    beliefs, code, reality = organisation.beliefs, organisation.code, organisation.reality
    if organisation.p3 > 0.0 or organisation.p4 > 0.0 or not all_follow(organisation):
        return False
    if organisation.p2 == 0.0:
        return True
    if organisation.to_the_letter:
        return not has_a_lesson(beliefs, code, reality, organisation.superior)
    return not could_outscore(beliefs, code, reality)


@kernel
def known(text: bool, beliefs: Array, reality: Array) -> float:
    """Knowledge of one set of beliefs: ORIGINAL -1 to 1, TEXT 0 to 1."""
    return float(performance(text, beliefs, reality, reality.size) / reality.size)


@kernel
def variety(beliefs: Array, first: Whole) -> float:
    """Share of pairs of people who differ on an item, mean over items from the first on.

    That is what is left to explore.
    """
    people, items = beliefs.shape
    if people < 2:
        return 0.0
    differing = 0.0
    for item in range(first, items):
        plus, minus = 0, 0
        for person in range(people):
            plus += beliefs[person, item] == 1
            minus += beliefs[person, item] == -1
        none = people - plus - minus
        differing += plus * minus + plus * none + minus * none
    return float(differing / (items - first) / (people * (people - 1) / 2))


@kernel
def measure(row: Array, organisation: Organisation, fast: int, superiors: int) -> None:
    """Fill in what is measured at the end of a period; the first `fast` people are the fast ones."""
    text, beliefs, reality = organisation.to_the_letter, organisation.beliefs, organisation.reality
    people = beliefs.shape[0]
    of_fast, of_slow = 0.0, 0.0
    for person in range(people):
        knows = known(text, beliefs[person], reality)
        of_fast += knows if person < fast else 0.0
        of_slow += 0.0 if person < fast else knows
    row[CODE_KNOWLEDGE] = known(text, organisation.code, reality)
    row[PEOPLE_KNOWLEDGE] = (of_slow + of_fast) / people
    row[SLOW] = of_slow / (people - fast) if fast < people else np.nan
    row[FAST] = of_fast / fast if fast > 0 else np.nan
    row[VARIETY] = variety(beliefs, FIRST)
    row[SUPERIORS] = superiors


@kernel
def change(organisation: Organisation, seed: int, period: Whole) -> None:
    """Turnover and turbulence of a period."""
    if organisation.p3 > 0.0:
        replace_leavers(seed, period, organisation.p3, organisation.beliefs)
    if organisation.p4 > 0.0:
        turn_reality(seed, period, organisation.p4, organisation.reality)


@kernel
def teach_and_learn(organisation: Organisation, seed: int, period: Whole) -> int:
    """People and the code learn from each other, from what was shown; gives how many do better."""
    text, code, acts = organisation.to_the_letter, organisation.code, organisation.acts
    superior = organisation.superior
    superiors = find_superiors(text, acts, code, organisation.reality, superior)
    code_teaches(seed, period, text, organisation.p1, code, organisation.beliefs)
    code_learns(seed, period, text, organisation.p2, acts, superior, code)
    return superiors


@kernel
def simulate(seed: int, organisation: Organisation, fast: int, rows: Array) -> tuple[int, bool]:
    """Run one organisation to its equilibrium or for as many periods as there are rows.

    Parameters
    ----------
    seed : int
        A replication.
    organisation : Organisation
        As it starts.
    fast : int
        The first so many people are counted as the fast learners.
    rows : (periods, 6) float64
        Filled with what is measured in each period.

    Returns
    -------
    tuple
        Periods run, and whether equilibrium was reached.
    """
    text, beliefs, acts = organisation.to_the_letter, organisation.beliefs, organisation.acts
    for period in range(1, rows.shape[0] + 1):
        change(organisation, seed, period)
        show(seed, period, text, beliefs, acts)
        measure(rows[period - 1], organisation, fast, teach_and_learn(organisation, seed, period))
        if settled(organisation):
            return period, True
    return rows.shape[0], False
