"""Miller et al. (2006): rules by hand, and the signs of the paper's results.

The paper's figures were not at hand, so its claims are tested as signs: paired comparisons on the
same 24 seeds by Student's t, each of which passes by chance once in ten thousand times.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from docking import summary
from scipy import stats

from seci_sim.classics import miller2006_rules as rules
from seci_sim.classics.miller2006 import Miller
from seci_sim.scenario import read_scenario, with_levers
from seci_sim.seci.knowledge import Array

FALSE_ALARM = 0.0001
SEEDS = range(1, 25)


@cache
def runs(measure: str, **levers: Any) -> Array:
    """A measure at the end of each run."""
    scenario = with_levers(read_scenario("miller-2006"), **levers)
    return np.array([summary(scenario, seed)[measure] for seed in SEEDS])


def higher(values: Array, reference: Array) -> bool:
    """Whether values are higher than those of the same seeds."""
    change = values - reference
    if np.ptp(change) == 0:
        return bool(change[0] > 0)
    return bool(stats.ttest_1samp(change, 0.0, alternative="greater").pvalue < FALSE_ALARM)


# Signs --------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("tacit", [0.0, 0.5])
def test_a_code_that_teaches_fast_crowds_out_learning_from_each_other(tacit: float) -> None:
    slow = runs("beliefs_from_peers", p1=0.1, tacit_share=tacit)
    assert higher(slow, runs("beliefs_from_peers", p1=0.9, tacit_share=tacit))
    known = runs("codifiable_knowledge", p1=0.1, tacit_share=tacit)
    assert higher(known, runs("codifiable_knowledge", p1=0.9, tacit_share=tacit))


def test_tacit_items_keep_variety_alive() -> None:
    some = runs("variety", horizon=20, p1=0.5, tacit_share=0.5)
    assert higher(some, runs("variety", horizon=20, p1=0.5, tacit_share=0.0))
    known = runs("code_knowledge", p1=0.5, tacit_share=0.75)
    assert higher(known, runs("code_knowledge", p1=0.5, tacit_share=0.0))


@pytest.mark.slow
def test_turnover_hurts_tacit_knowledge_most() -> None:
    def lost(measure: str) -> Array:
        few, many = ({"horizon": 200, "p1": 0.5, "p3": p3} for p3 in (0.01, 0.1))
        loss: Array = runs(measure, **few) - runs(measure, **many)
        return loss

    assert higher(lost("tacit_knowledge"), np.zeros(len(SEEDS)))
    assert higher(lost("tacit_knowledge"), lost("codifiable_knowledge"))


def test_without_people_learning_from_each_other_tacit_knowledge_stays_as_it_was_drawn() -> None:
    alone = runs("tacit_knowledge", p5=0.0, p6=0.0)
    assert runs("beliefs_from_peers", p5=0.0, p6=0.0).sum() == 0
    # 24 runs of 5,000 beliefs, each right with chance 1/3; 5 standard deviations.
    assert abs(alone.mean() - 1 / 3) < 5 * np.sqrt(2 / 9 / 24 / 5000)


# Rules by hand ------------------------------------------------------------------------------------


def test_the_grid_has_no_edge() -> None:
    assert sorted(rules.neighbour(0, direction, 10) for direction in range(4)) == [1, 9, 10, 90]
    assert sorted(rules.neighbour(99, direction, 10) for direction in range(4)) == [9, 89, 90, 98]


def test_neighbours_are_mutual() -> None:
    near = np.array([[rules.near(one, other, 5) for other in range(25)] for one in range(25)])
    assert (near == near.T).all()
    assert (near.sum(axis=1) == 5).all()


def test_distant_search_meets_no_neighbour_and_everybody_else() -> None:
    met = {rules.somebody_distant(1, period, 12, 5) for period in range(600)}
    # Each of 20 people is missed with chance (19/20)**600, which is 4 in 10**14.
    assert met == {other for other in range(25) if not rules.near(12, other, 5)}


def test_a_person_copies_the_best_neighbour_where_that_one_is_better() -> None:
    rng = np.random.default_rng(1)
    shown = rng.integers(-1, 2, (25, 6)).astype(np.int8)
    scores = rng.integers(0, 6, 25)
    after = shown.copy()
    copied = rules.search(1, rules.LOCAL, 1, 1.0, 5, shown, scores, after)
    for person in range(25):
        neighbours = [rules.neighbour(person, direction, 5) for direction in range(4)]
        best = max(neighbours, key=lambda other: scores[other])
        expected = shown[best] if scores[best] > scores[person] else shown[person]
        assert (after[person] == expected).all()
    assert copied == (after != shown).sum()


def test_tacit_items_never_enter_the_code() -> None:
    rows = np.zeros((30, 8))
    rules.run(Miller(side=5, items=20, tacit_share=1.0, p1=0.5, p5=0.2, p6=0.2), 1, rows)
    assert np.isnan(rows[:, rules.CODE_KNOWLEDGE]).all()
    assert (rows[:, rules.FROM_CODE] == 0).all()


def test_at_equilibrium_nobody_does_better_than_anybody() -> None:
    """With distant search everybody meets everybody in time, so equal performance is all that lasts."""
    rows = np.zeros((5200, 8))
    firm = Miller(side=5, items=20, p1=0.3, p5=0.2, p6=0.2)
    periods, settled = rules.run(firm, 2, rows)
    assert settled
    later = np.zeros((periods - 1, 8))
    assert rules.run(firm, 2, later) == (periods - 1, False)
    assert (later == rows[: periods - 1]).all()
