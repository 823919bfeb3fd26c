"""Initiative: what staff see amiss, by hand, and where projects start for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_firm import people, some

from seci_sim.seci import initiative, knowledge
from seci_sim.seci.initiative import Initiative
from seci_sim.seci.knowledge import Array
from seci_sim.seci.working_space import new_space

MEANS = st.lists(
    st.tuples(st.floats(0, 9), st.floats(0, 40)).map(lambda pair: tuple(np.round(pair, 3))),
    min_size=1,
    max_size=6,
)


def gaps_of(tacit: Array, answered: list[int], noticed: list[int], week: int = 50) -> float:
    """The gap of the only market, which two people serve."""
    known = some(knowledge.Knowledge, tacit=np.array(tacit, np.float32), noticed=[noticed])
    space = new_space(2, 1, 1, len(answered))
    space.answered[0] = answered
    initiative.find_gaps(space, people([2], market=np.zeros(2, int)), known, 0.1, week)
    return float(space.gaps[0])


def test_staff_see_something_amiss_where_they_are_sure_of_what_the_market_does_not_answer() -> None:
    # Need 0: both are sure, nothing is answered: 1. Need 1: one is sure of the opposite: 1/2. Need 2
    # is answered as both think, of need 3 nobody is sure: 0.
    tacit = np.array([[0.5, 0.6, 0.7, 0.1], [-0.3, -0.6, 0.2, 0.0]])
    assert gaps_of(tacit, [0, 1, 1, 0], [-1, -1, -1, -1]) == 1.5


def test_a_failure_that_was_noticed_counts_for_a_quarter_whoever_knows_better() -> None:
    # Week 50: what was noticed in week 37 is 13 weeks old and counts once; in week 36, no longer.
    tacit = np.array([[0.5, 0.0, 0.0], [0.0, 0.0, 0.0]])
    assert gaps_of(tacit, [-1, 1, 1], [37, 37, 36]) == 2.0
    assert gaps_of(tacit, [-1, 1, 1], [-1, -1, -1]) == 0.5


def weighed(means: list[tuple[float, float]], share: float, total: float) -> tuple[Array, Array]:
    """Usual means, and those that gaps make of them, of 40 needs."""
    usual, gaps = np.array(means, float).T.copy()
    found = np.full(usual.size, -1.0)
    initiative.weigh_starts(
        found, usual, gaps, Initiative(share=share, total=total, unsure=0.1), 40
    )
    return usual, found


def test_projects_start_where_the_gap_is_larger_and_more_of_them_the_larger_it_is() -> None:
    # Usual means 1 and 3, gaps 10 and 2: G = (10 + 6) / 4 = 4. At a share of 1/2 the markets have
    # (1/2 + 1/2 * 10/4) = 1.75 and (1/2 + 1/2 * 2/4) = .75 of their usual; the firm starts as many.
    usual, found = weighed([(1.0, 10.0), (3.0, 2.0)], share=0.5, total=0.0)
    assert found.tolist() == [1.75, 2.25]
    # A tenth of 40 needs is amiss: with a total of 2, a fifth more.
    _, more = weighed([(1.0, 10.0), (3.0, 2.0)], share=0.5, total=2.0)
    assert more == pytest.approx(1.2 * found)
    assert usual.sum() == found.sum()


@given(MEANS, st.floats(0, 1), st.floats(0, 10))
def test_weights_move_starts_between_markets_and_only_the_total_adds_some(
    means: list[tuple[float, float]], share: float, total: float
) -> None:
    usual, alone = weighed(means, share, 0.0)
    assert alone.sum() == pytest.approx(usual.sum())
    _, found = weighed(means, share, total)
    assert (found >= 0).all()
    bound = initiative.at_most(usual, Initiative(share=share, total=total, unsure=0.1))
    assert (found <= bound * (1 + 1e-9)).all()


def test_where_nobody_sees_anything_amiss_projects_start_as_usual() -> None:
    usual, found = weighed([(1.0, 0.0), (3.0, 0.0)], share=1.0, total=5.0)
    assert found.tolist() == usual.tolist()
