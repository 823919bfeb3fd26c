"""March (1991): rules by hand, equilibrium, and docking with the figure as others re-created it.

The figures are those of 4,000 runs a cell of an independent implementation of ORIGINAL, which agree
within .005 with a public re-creation of the paper's Figure 1.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from docking import distance, docks, limit
from plain_classics import MARCH_MISTAKES, march

from seci_sim.classics import march1991_rules as rules
from seci_sim.classics.march1991 import March
from seci_sim.classics.march1991_rules import Organisation
from seci_sim.seci.knowledge import Array

CHECKOUT = Path(__file__).parents[1]
FIGURE_1 = pd.read_csv(CHECKOUT / "docs/classics/march_1991_figure_1.csv")
"""What the code knows at equilibrium, by p2 and by p1 from .1 to .9."""
ITS_ERROR = 0.0017
CELLS = ((0.1, 0.1), (0.9, 0.1), (0.5, 0.5), (0.1, 0.9), (0.9, 0.9))
RUNS = 1000


def figure(p1: float, p2: float) -> float:
    found = FIGURE_1[(FIGURE_1["p1"] == p1) & (FIGURE_1["p2"] == p2)]
    return float(found["code_knowledge"].item())


@cache
def code_knowledge(p1: float, p2: float, text: bool = False, runs: int = RUNS) -> tuple[float, ...]:
    """At equilibrium; TEXT too on the scale from -1 to 1."""
    rows, known = np.zeros((5200, 6)), []
    for seed in range(1, runs + 1):
        periods, settled = rules.run(March(p1=p1, p2=p2, to_the_letter=text), seed, rows)
        assert settled
        found = rows[periods - 1, rules.CODE_KNOWLEDGE]
        known.append(2 * found - 1 if text else found)
    return tuple(known)


# Docking ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p1", "p2"),
    # Who learns slowly from the code takes long to come to rest.
    [pytest.param(*cell, marks=[pytest.mark.slow] if cell[0] < 0.5 else []) for cell in CELLS],
)
def test_the_original_reading_gives_the_figure(p1: float, p2: float) -> None:
    assert docks(code_knowledge(p1, p2), figure(p1, p2), ITS_ERROR)


@pytest.mark.slow
@pytest.mark.parametrize(("p1", "p2"), CELLS)
def test_the_paper_to_the_letter_does_not(p1: float, p2: float) -> None:
    """And by a margin that no luck could close: the two readings cannot be confused."""
    assert distance(code_knowledge(p1, p2, True), figure(p1, p2), ITS_ERROR) < -2 * limit(RUNS)


@pytest.mark.parametrize(("p1", "p2"), [(0.9, 0.1), (0.5, 0.5), (0.9, 0.9)])
def test_a_plain_version_written_from_the_rules_gives_the_figure_too(p1: float, p2: float) -> None:
    rng = np.random.default_rng(1991)
    assert docks([march(rng, p1, p2) for _ in range(300)], figure(p1, p2), ITS_ERROR)


TELLING = {"jump": (0.9, 0.9), "one after another": (0.9, 0.9), "no coin": (0.5, 0.5)}
"""Where a mistake shows most; the others where p1 is .9 and p2 is .1."""


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MARCH_MISTAKES)
def test_a_wrong_rule_would_be_noticed(mistake: str) -> None:
    p1, p2 = TELLING.get(mistake, (0.9, 0.1))
    rng = np.random.default_rng(1991)
    assert not docks([march(rng, p1, p2, mistake) for _ in range(300)], figure(p1, p2), ITS_ERROR)


# Rules by hand ------------------------------------------------------------------------------------


def beliefs(*people: tuple[int, ...]) -> Array:
    return np.array(people, np.int8)


TRUE = np.ones(3, np.int8)


@pytest.mark.parametrize(("text", "expected"), [(False, -1), (True, 1)])
def test_performance_is_a_sum_of_products_or_the_number_right(text: bool, expected: int) -> None:
    assert rules.performance(text, beliefs((1, -1, -1))[0], TRUE, 3) == expected


@pytest.mark.parametrize(("text", "expected"), [(False, (0, 0, 1)), (True, (1, -1, 1))])
def test_the_code_teaches_in_steps_or_at_once(text: bool, expected: tuple[int, ...]) -> None:
    people, code = beliefs((-1, 1, 1)), np.array([1, -1, 0], np.int8)
    rules.code_teaches(1, 1, text, np.ones(1), code, people)
    assert tuple(people[0]) == expected


def test_nothing_is_learned_from_a_code_without_a_belief() -> None:
    people, before = beliefs((-1, 0, 1)), beliefs((-1, 0, 1))
    rules.code_teaches(1, 1, False, np.ones(1), np.zeros(3, np.int8), people)
    assert (people == before).all()


@pytest.mark.parametrize(
    ("text", "held", "code", "expected"),
    [
        (False, (1, 1, 1, -1), 0, (1, 2)),  # k is the surplus of the majority
        (True, (1, 1, 1, -1), 0, (1, 4)),  # all four differ from a code without a belief
        (True, (1, 1, 1, -1), -1, (1, 2)),  # three differ, one agrees
        (True, (1, 0, 0, 0), 0, (0, 0)),  # one differs, three agree with the code
        (True, (1, 0, 0, 0), -1, (1, 4)),  # who has no belief differs from -1
        (False, (1, 1, -1, -1), 0, (0, 0)),  # a tie
        (False, (1, 1, 1, -1), 1, (0, 0)),  # the code holds it already
    ],
)
def test_the_majority_of_superiors_teaches_the_code(
    text: bool, held: tuple[int, ...], code: int, expected: tuple[int, int]
) -> None:
    acts = np.array(held, np.int8)[:, None]
    everybody = np.ones(len(held), np.bool_)
    assert rules.lesson(text, 0, acts, np.array([code], np.int8), everybody) == expected


def test_only_those_who_do_better_than_the_code_are_superiors() -> None:
    superior = np.zeros(3, np.bool_)
    people = beliefs((1, 1, -1), (1, 1, 1), (-1, -1, -1))
    assert rules.find_superiors(False, people, beliefs((1, 0, 0))[0], TRUE, superior) == 1
    assert list(superior) == [False, True, False]


def test_who_has_no_belief_flips_a_coin_in_each_period() -> None:
    people, acts = np.zeros((200, 30), np.int8), np.zeros((200, 30), np.int8)
    again = acts.copy()
    rules.show(1, 1, False, people, acts)
    rules.show(1, 2, False, people, again)
    assert set(np.unique(acts)) == {-1, 1}
    # 6,000 coins: the chance that 5 standard deviations are exceeded is 6 in 10 million.
    assert abs(acts.sum()) < 5 * np.sqrt(acts.size)
    assert abs((acts * again).sum()) < 5 * np.sqrt(acts.size)


def test_variety_is_the_share_of_pairs_who_differ() -> None:
    assert rules.variety(beliefs((1, 0), (1, 1), (1, -1), (1, 0)), 0) == pytest.approx(5 / 6 / 2)


# Equilibrium --------------------------------------------------------------------------------------


def one_period(seed: int, period: int, firm: Organisation) -> None:
    rules.show(seed, period, firm.to_the_letter, firm.beliefs, firm.acts)
    rules.teach_and_learn(firm, seed, period)


@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("seed", range(1, 6))
def test_nothing_changes_after_equilibrium_and_something_can_before(seed: int, text: bool) -> None:
    rng = np.random.default_rng(seed)
    firm = rules.new_organisation(March(items=10), text, np.full(12, 0.5), 10, seed)
    firm.beliefs[:] = rng.integers(-1, 2, (12, 10))
    firm.reality[:] = rng.choice([-1, 1], 10)
    period = 0
    while not rules.settled(firm):
        before, period = deepcopy(firm), period + 1
        one_period(seed, period, firm)
        assert period < 1000
    # Before, other luck would have changed something within a while.
    other_luck = deepcopy(before)
    for other in range(200):
        one_period(seed + 100, other, other_luck)
    assert (other_luck.beliefs != before.beliefs).any() or (other_luck.code != before.code).any()
    settled = deepcopy(firm)
    for other in range(period + 1, period + 200):
        one_period(seed, other, firm)
    assert (firm.beliefs == settled.beliefs).all()
    assert (firm.code == settled.code).all()


@pytest.mark.parametrize("chance", ["p3", "p4"])
def test_with_turnover_or_turbulence_there_is_no_equilibrium(chance: str) -> None:
    parameters = March.model_validate({"people": 20, "items": 10, "p1": 0.5, chance: 0.1})
    assert rules.run(parameters, 1, np.zeros((60, 6))) == (60, False)
