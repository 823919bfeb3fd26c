"""Rules at their edges: what just suffices, what just does not, and what is counted of it.

Worked by hand, as in `test_modes`. What happens with a chance happens where a draw is below it: a
draw that equals its chance is one that does not happen, so that a chance of nought is never.
"""

from __future__ import annotations

import numpy as np
import pytest

from seci_sim import knowledge, luck
from seci_sim.knowledge import Array
from seci_sim.modes import combination, communities, externalization
from seci_sim.world import EXPRESSED

# Socialization ------------------------------------------------------------------------------------


def gather(convictions: list[float], booked: list[float], rate: float) -> tuple[Array, Array]:
    """A community meets for two hours over one need; gives convictions and hours after it."""
    size = len(convictions)
    tacit, hours = np.array([convictions], np.float32).T, np.zeros((size, 5), np.float32)
    hours[:, knowledge.IN_COMBINATION] = booked
    communities.meet_in_communities(
        0, 1, np.arange(size)[None], tacit, np.ones(size, np.bool_), hours,
        np.zeros((size, 4), np.float32), 2.0, 0.5, rate,
    )  # fmt: skip
    return tacit[:, 0], hours[:, knowledge.WITH_COLLEAGUES]


def test_of_equally_sure_members_the_first_leads_and_the_others_stay() -> None:
    # The step is 0.2 * 2 h * 0.5 = 0.2 of a gap of 0.3.
    tacit, hours = gather([0.2, 0.5, -0.5], [0, 0, 0], rate=0.2)
    assert tacit == pytest.approx([0.26, 0.5, -0.5])
    assert hours.tolist() == [2, 2, 2]


def test_who_has_half_an_hour_left_stays_for_it_and_who_has_none_is_not_there() -> None:
    # The step is 0.4 * 0.5 h * 0.5 = 0.1 of a gap of 0.8.
    tacit, hours = gather([0.9, 0.1], [0, 39.5], rate=0.4)
    assert tacit == pytest.approx([0.9, 0.18])
    assert hours.tolist() == [2, 0.5]
    tacit, hours = gather([0.9, 0.1], [0, 40], rate=0.4)
    assert tacit == pytest.approx([0.9, 0.1])
    assert hours.tolist() == [0, 0], "one alone does not meet"


def test_in_a_community_nobody_moves_further_than_to_the_surest() -> None:
    tacit, _ = gather([0.8, -0.4], [0, 0], rate=1.5)
    assert tacit == pytest.approx([0.8, 0.8])


# Externalization ----------------------------------------------------------------------------------


def say(tacit: list[list[float]], explicit: int = 0, entries: int = 9, sayability: float = 0.5,
        seats: tuple[int, ...] = (0, 1)) -> list[int]:  # fmt: skip
    """Two people say what they can, who are sure above 0.125 and voice what they read at a quarter."""
    felt = np.array(tacit, np.float32)
    concept, needs = np.zeros(felt.shape[1], np.int8), felt.shape[1]
    externalization.put_into_words(
        concept, felt, np.full(felt.shape, explicit, np.int8), np.array(seats), np.zeros(needs),
        np.zeros(needs, np.int8), np.full(needs, EXPRESSED, np.int8), entries, 1.0, sayability, 0.125,
        0.25, np.zeros((2, 4), np.float32),
    )  # fmt: skip
    said: list[int] = concept.tolist()
    return said


def test_a_sum_that_is_as_large_as_it_must_be_can_be_said() -> None:
    assert say([[0.25, -0.25, 0.25], [0.25, -0.25, 0.125]]) == [1, -1, 0]


def test_of_equally_strong_convictions_the_first_is_said() -> None:
    assert say([[0.5, 0.5], [0.5, -0.5]], entries=1, sayability=0.25) == [1, 0]
    assert say([[0.5, 0.5], [0.5, 0.5]], entries=1) == [1, 0]


def test_who_is_as_unsure_as_can_be_voices_what_they_read() -> None:
    # 0.125 is unsure: read +1 counts a quarter; 0.375 + 0.25 can be said, 0.375 - 0.125 cannot.
    assert say([[0.375], [-0.125]], explicit=1) == [1]
    assert say([[0.375], [-0.1875]], explicit=1) == [0]


def test_those_behind_an_empty_seat_are_heard() -> None:
    assert say([[0.3], [0.3]], seats=(0, knowledge.NOBODY, 1)) == [1]


def test_what_nobody_feels_is_not_said_however_little_it_takes() -> None:
    assert say([[0.0, 0.2], [0.0, 0.0]], sayability=0.0) == [0, 1]


# Combination --------------------------------------------------------------------------------------


@pytest.mark.parametrize("foreign", [False, True])
def test_a_group_looks_for_each_document_once(foreign: bool) -> None:
    """With one document and an even chance, its place in the search decides, and nothing else."""
    found = []
    for week in range(1, 41):
        drawn = luck.chance(1, luck.SEARCH, week, 3, 0, 0)
        filled = combination.search_library(
            np.zeros(1, np.int8), np.zeros(1, np.int8), np.zeros(1, np.int8), np.ones((1, 1), np.int8),
            np.array([7 if foreign else 3]), 1, 60, 0.5, 6, 1, week, 3, 0,
        )  # fmt: skip
        assert filled == (drawn < 0.5)
        found.append(filled)
    assert 0 < sum(found) < 40


def work_out(success: float) -> tuple[int, Array]:
    """Two systemic needs with answered parts; gives what was worked out, and the plan."""
    plan = np.array([1, -1, 0, 0], np.int8)
    parts = np.array([[-1, -1], [-1, -1], [0, 1], [1, 1]])
    nothing = np.zeros(4, np.int8)
    return combination.synthesise(plan, nothing.copy(), nothing, parts, success, 1, 1, 0, 0), plan


def test_synthesis_counts_what_it_works_out() -> None:
    count, plan = work_out(success=1.0)
    assert (count, plan.tolist()) == (2, [1, -1, -1, 1])


def test_a_need_is_worked_out_where_the_draw_is_below_the_chance_not_at_it() -> None:
    drawn = luck.chance(1, luck.SYNTHESIS, 1, 0, 0, 2)
    assert work_out(success=drawn)[1][2] == 0
    assert work_out(success=np.nextafter(drawn, 1.0))[1][2] == -1


def test_an_entry_that_justification_drops_has_no_origin() -> None:
    plan, origin = np.ones(1, np.int8), np.full(1, knowledge.BY_SYNTHESIS, np.int8)
    combination.justify(
        plan, origin, np.ones(1, np.int8), np.ones(1, np.int8), np.ones(1, np.int8),
        np.array([EXPRESSED], np.int8), np.zeros(3, np.int64), (2.0, 1.0, 2.5, 1.0), 0.5, 0.5, 0.15, 1.0,
        1, 1, 0, 0,
    )  # fmt: skip
    assert (plan.tolist(), origin.tolist()) == ([0], [0])


@pytest.mark.parametrize("held", [-1, 0, 1])
@pytest.mark.parametrize("written", [-1, 0, 1])
def test_an_entry_counts_as_read_where_the_reader_held_another_or_none(
    held: int, written: int
) -> None:
    explicit = np.array([held], np.int8)
    new = combination.take_over(explicit, np.array([written], np.int8))
    assert new == (written != 0 and written != held)
    assert explicit[0] == (written or held)


def readers(booked: float, chance: float) -> int:
    """How many of two people, who have given some hours already, read this week."""
    hours = np.zeros((2, 5), np.float32)
    hours[:, 0] = booked
    combination.read(
        0, 1, np.array([0]), np.array([2]), np.zeros((2, 1), np.int8), np.zeros(2, np.int64),
        np.ones(2, np.bool_), hours, np.zeros((2, 4), np.float32), np.ones((1, 1), np.int8),
        np.zeros(1, np.int64), 1, 30, chance, 0.5, 1, 1,
    )  # fmt: skip
    return int(hours[:, knowledge.IN_COMBINATION].sum())


def test_one_free_hour_is_enough_to_read_and_less_is_not() -> None:
    assert [readers(booked, chance=1.0) for booked in (39.0, 39.25)] == [2, 0]


def test_who_reads_has_drawn_below_the_chance_not_at_it() -> None:
    drawn = np.empty(2)
    luck.fill_chances(drawn, 1, luck.READING, 1, 0, 0)
    assert readers(0.0, chance=drawn.max()) == 1
    assert readers(0.0, chance=np.nextafter(drawn.max(), 1.0)) == 2
