"""What the rules of the first three modes keep to, whatever they are given.

At a rate of nought, and where nobody meets or nobody is there, nothing moves. Tacit knowledge stays
in [-1, 1], responses are -1, 0 or +1, and nobody gives more hours than they have.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_firm import (
    CHANCES,
    EVERYBODY,
    FIRMS,
    HOURS,
    NEED_CLASS,
    NEEDS,
    NO_GROUP,
    NO_KINDS,
    PARTS,
    PEOPLE,
    SEEDS,
    Small,
    in_bounds,
    knowing,
    responses,
    some,
    truth_of,
    truths,
    visits_of,
    written_by,
)

from seci_sim.seci import combination, externalization, reading, socialization
from seci_sim.seci.knowledge import NOBODY, SOCIALIZATION, Array, Library
from seci_sim.seci.world import SYSTEMIC

pytestmark = pytest.mark.plain

# Socialization ------------------------------------------------------------------------------------


def visit(firm: Small, visits: float = 3.0, rate: float = 0.3, shows: float = 1.0,
          hours: float = 4.0) -> Array:  # fmt: skip
    """Everyone visits patients where they live; gives when each unit first felt a need."""
    known = firm.knowledge
    socialization.learn_from_patients(
        EVERYBODY, firm.staff, known, firm.world(),
        visits_of(mean=visits, hours=hours, shows=shows, accuracy=0.75, rate=rate, unsure=0.1),
        firm.space, firm.seed, 1,
    )  # fmt: skip
    return known.felt_week


@given(FIRMS, st.floats(0, 50), CHANCES, CHANCES, st.sampled_from([0.25, 4.0, 40.0]))
def test_visits_keep_tacit_knowledge_and_hours_in_bounds_and_leave_systemic_needs_alone(
    firm: Small, visits: float, rate: float, shows: float, hours: float
) -> None:
    before = firm.tacit.copy()
    assert written_by(lambda: visit(firm, visits, rate, shows, hours), firm) <= {
        "tacit", "hours", "moved",
    }  # fmt: skip
    assert in_bounds(firm)
    systemic = NEED_CLASS == SYSTEMIC
    assert (firm.tacit[:, systemic] == before[:, systemic]).all()
    assert firm.moved[:, SOCIALIZATION].sum() == pytest.approx(firm.moved.sum())


@given(FIRMS)
def test_a_visit_from_which_nothing_is_learned_costs_its_hours_all_the_same(firm: Small) -> None:
    assert written_by(lambda: visit(firm, rate=0.0), firm) == {"hours"}
    assert firm.hours.sum(axis=1).tolist() == [12.0] * PEOPLE


@given(FIRMS)
def test_where_nobody_visits_or_nobody_is_there_nothing_is_felt(firm: Small) -> None:
    assert written_by(lambda: visit(firm, visits=0.0), firm) == set()
    firm.present[:] = False
    assert written_by(lambda: visit(firm), firm) == set()
    assert (visit(firm) == NOBODY).all()


@given(FIRMS)
def test_what_does_not_show_is_not_learned(firm: Small) -> None:
    assert written_by(lambda: visit(firm, shows=0.0), firm) == {"hours"}


def meet(firm: Small, pairs: int, hours: float = 1.0, rate: float = 0.1, ties: tuple[float, float] = (1.0, 0.3)) -> None:  # fmt: skip
    """The first two meet in their unit, then the second and third across units."""
    within, across = ties
    meetings = some(
        socialization.Meetings, hours=hours, tie_within=within, tie_across=across, rate=rate,
        firm=np.zeros(2),
    )  # fmt: skip
    one, other = np.array([0, 1])[:pairs], np.array([1, 2])[:pairs]
    socialization.learn_from_colleagues(one, other, firm.staff, firm.tacit, meetings, 1)


@given(FIRMS, st.integers(0, 2), HOURS, CHANCES, st.tuples(CHANCES, CHANCES))
def test_meetings_keep_to_their_bounds_and_leave_others_alone(
    firm: Small, pairs: int, hours: float, rate: float, ties: tuple[float, float]
) -> None:
    before = firm.tacit.copy()
    assert written_by(lambda: meet(firm, pairs, hours, rate, ties), firm) <= {
        "tacit", "hours", "moved",
    }  # fmt: skip
    assert in_bounds(firm)
    assert (firm.tacit[pairs + 1 :] == before[pairs + 1 :]).all()
    assert (np.abs(firm.tacit) <= np.abs(before).max(axis=0) + 1e-6).all(), "nobody is surer"


@given(FIRMS)
def test_where_nobody_meets_nothing_moves(firm: Small) -> None:
    assert written_by(lambda: meet(firm, pairs=0), firm) == set()
    assert written_by(lambda: meet(firm, pairs=2, hours=0.0), firm) == set()
    assert written_by(lambda: meet(firm, pairs=2, rate=0.0), firm) == {"hours"}


# Externalization ----------------------------------------------------------------------------------


def say(firm: Small, group: Array, entries: int = 3, pooled: float = 1.0,
        sayability: float = 0.5) -> Array:  # fmt: skip
    """A group puts into words what the first market does not answer; gives the concept."""
    concept = np.zeros(NEEDS, np.int8)
    workshops = some(
        externalization.Workshops, entries=entries, pooled=pooled, sayability=sayability, unsure=0.1,
        reading_voice=0.1,
    )  # fmt: skip
    externalization.put_into_words(
        concept, np.zeros(NEEDS), firm.routine[0], group, firm.knowledge, NEED_CLASS, workshops,
        firm.staff,
    )  # fmt: skip
    return concept


@given(FIRMS, st.integers(0, 9), CHANCES, st.floats(0.01, 3))
def test_a_concept_is_new_can_be_said_and_is_held_by_its_group_only(
    firm: Small, entries: int, pooled: float, sayability: float
) -> None:
    tacit, explicit = firm.tacit.copy(), firm.explicit.copy()
    concept = say(firm, np.array([0, 2, NOBODY]), entries, pooled, sayability)
    said = concept != 0
    assert said.sum() <= entries
    assert (concept[said] != firm.routine[0][said]).all()
    # Two people's tacit knowledge, or what they read at a weight of 0.1.
    most = pooled * np.maximum(np.abs(tacit[[0, 2]]), 0.1).sum(axis=0)
    assert (most[said] >= sayability - 1e-6).all()
    assert (firm.tacit == tacit).all()
    assert (firm.explicit[[1, 3]] == explicit[[1, 3]]).all()
    assert (firm.explicit[[0, 2]] == np.where(said, concept, explicit[[0, 2]])).all()
    assert firm.moved.sum() == pytest.approx(said.sum())


@given(FIRMS)
def test_nobody_says_nothing_and_a_workshop_that_pools_nothing_neither(firm: Small) -> None:
    everybody, empty = np.arange(PEOPLE), np.full(PEOPLE, NOBODY)
    for act in (
        lambda: say(firm, empty),
        lambda: say(firm, everybody, entries=0),
        lambda: say(firm, everybody, pooled=0.0),
        lambda: say(firm, everybody, sayability=PEOPLE + 0.1),
    ):
        assert written_by(act, firm) == set()


# Combination --------------------------------------------------------------------------------------


@given(responses(), responses(), responses(3), st.integers(0, 9), CHANCES, SEEDS)
def test_the_library_fills_blanks_only_with_what_a_document_says(
    plan: Array, answered: Array, library: Array, reuse: int, success: float, seed: int
) -> None:
    concept, origin = plan.copy(), np.zeros(NEEDS, np.int8)
    documents = some(Library, entries=library, market=[0, 1, 0], size=3)
    planning = some(combination.Planning, window=60, success=success, reuse=reuse, legibility=1.0)
    filled = combination.search_library(
        plan, origin, answered, knowing(documents), NO_KINDS, planning, NO_GROUP, (seed, 1, 0, 0)
    )
    new = plan != concept
    assert filled == new.sum() == (origin != 0).sum() <= reuse
    assert (concept[new] == 0).all()
    assert (answered[new] == 0).all()
    assert (library == plan).any(axis=0)[new].all()


@given(responses(), responses(3), SEEDS)
def test_what_is_not_found_not_wanted_or_not_there_fills_nothing(
    plan: Array, library: Array, seed: int
) -> None:
    concept = plan.copy()
    for size, window, success, reuse in ((3, 60, 0.0, 6), (3, 60, 1.0, 0), (3, 0, 1.0, 6), (0, 60, 1.0, 6)):  # fmt: skip
        documents = some(Library, entries=library, market=np.zeros(3), size=size)
        planning = some(
            combination.Planning, window=window, success=success, reuse=reuse, legibility=1.0
        )
        nothing = np.zeros(NEEDS, np.int8)
        assert not combination.search_library(
            plan,
            nothing.copy(),
            nothing,
            knowing(documents),
            NO_KINDS,
            planning,
            NO_GROUP,
            (seed, 1, 0, 0),
        )
        assert (plan == concept).all()


@given(responses(), responses(), CHANCES, SEEDS)
def test_synthesis_writes_systemic_needs_only_and_none_at_a_chance_of_nought(
    plan: Array, answered: Array, success: float, seed: int
) -> None:
    concept, origin = plan.copy(), np.zeros(NEEDS, np.int8)
    combination.synthesise(plan, origin, answered, PARTS, 0.0, (seed, 1, 0, 0))
    assert (plan == concept).all()
    combination.synthesise(plan, origin, answered, PARTS, success, (seed, 1, 0, 0))
    worked_out = origin != 0
    assert (plan[~worked_out] == concept[~worked_out]).all()
    assert (NEED_CLASS[worked_out] == SYSTEMIC).all()
    assert (np.abs(plan[worked_out]) == 1).all()
    assert (plan[worked_out] != answered[worked_out]).all()


def justify(plan: Array, answered: Array, truth: Array, guests: tuple[int, ...],
            weights: tuple[float, ...], seed: int) -> int:  # fmt: skip
    """Guests judge a plan of the first market; the second has the core's needs. Gives the changes."""
    planning = some(
        combination.Planning, weights=weights, speaks=0.5, recognition=0.5, accuracy=0.85
    )
    right = truth_of(truth, NEED_CLASS, core=truth[1], variation=0.15)
    changed: int = combination.justify(
        plan, np.ones(NEEDS, np.int8), answered, right, np.array(guests), planning, (seed, 1, 0, 0)
    )
    return changed


@given(responses(), responses(), truths(2), st.tuples(*[st.integers(0, 5)] * 3), SEEDS)
def test_justification_adds_nothing_and_keeps_nothing_that_is_answered_already(
    plan: Array, answered: Array, truth: Array, guests: tuple[int, int, int], seed: int
) -> None:
    proposed = plan.copy()
    changed = justify(plan, answered, truth, guests, (2.0, 1.0, 2.5, 1.0), seed)
    assert changed == (plan != proposed).sum()
    assert (plan[proposed == 0] == 0).all()
    assert (np.abs(plan) <= 1).all()
    assert (plan[plan != 0] != answered[plan != 0]).all()
    if guests == (0, 0, 0):
        assert (plan == np.where(proposed == answered, 0, proposed)).all()


@given(responses(), truths(2), SEEDS)
def test_without_votes_every_entry_is_dropped(plan: Array, truth: Array, seed: int) -> None:
    justify(plan, np.zeros(NEEDS, np.int8), truth, (2, 1, 1), (0.0,) * 4, seed)
    assert (plan == 0).all()


def read(firm: Small, library: Array, chance: float, success: float = 0.5) -> None:
    """Everyone reads one of the documents, which the two markets wrote in turn."""
    size = len(library)
    reading.read(
        EVERYBODY, firm.staff,
        knowing(some(Library, entries=library, market=np.arange(size) % 2, size=size), firm.explicit),
        NEED_CLASS,
        some(reading.Reading, chance=chance, window=30, success=success, legibility=1.0),
        firm.space, firm.seed, 1,
    )  # fmt: skip


@given(FIRMS, responses(3), CHANCES, CHANCES)
def test_reading_takes_an_hour_and_gives_what_one_document_says(
    firm: Small, library: Array, chance: float, success: float
) -> None:
    before = firm.explicit.copy()
    assert written_by(lambda: read(firm, library, chance, success), firm) <= {
        "explicit", "hours", "moved",
    }  # fmt: skip
    assert in_bounds(firm)
    assert set(firm.hours.sum(axis=1)) <= {0.0, 1.0}
    for i in range(PEOPLE):
        after_each = np.where(library != 0, library, before[i])
        assert (firm.explicit[i] == [before[i], *after_each]).all(axis=1).any()


@given(FIRMS, responses(3))
def test_where_nobody_reads_is_there_or_has_an_hour_or_a_document_nothing_moves(
    firm: Small, library: Array
) -> None:
    assert written_by(lambda: read(firm, library, chance=0.0), firm) == set()
    assert written_by(lambda: read(firm, library[:0], chance=1.0), firm) == set()
    firm.present[:] = False
    assert written_by(lambda: read(firm, library, chance=1.0), firm) == set()
    firm.present[:] = True
    firm.hours[:, 0] = 39.5
    assert written_by(lambda: read(firm, library, chance=1.0), firm) == set()
