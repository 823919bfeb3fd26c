"""The four modes: worked examples by hand, and what each may write.

Numbers in the worked examples are chosen so that they can be followed with pencil and paper.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from meetings import CONVICTIONS, learn, say, say_again
from small_firm import NO_GROUP, NO_KINDS, knowing, people, some, truth_of

from seci_sim import SECIModel
from seci_sim.seci import (
    adoption,
    combination,
    internalization,
    knowledge,
)
from seci_sim.seci.knowledge import Array
from seci_sim.seci.records import COLUMN
from seci_sim.seci.world import EXPRESSED, SYSTEMIC


def meet(tacit: Array, hours: float, rate: float, units: tuple[int, int] = (0, 0)) -> Array:
    """Two colleagues meet once; gives their ledger of hours."""
    staff = people([2], unit=units)
    learn(tacit, staff, hours, rate)
    ledger: Array = staff.hours
    return ledger


def test_the_less_sure_of_two_colleagues_moves_towards_the_surer_one_right_or_wrong() -> None:
    # need 0: 0.8 teaches 0.2, a tenth of the gap of 0.6; need 1: -0.5 teaches 0.3, a gap of -0.8.
    tacit = np.array([[0.8, 0.3], [0.2, -0.5]], np.float32)
    ledger = meet(tacit, hours=0.5, rate=0.2)
    assert tacit == pytest.approx(np.array([[0.8, 0.22], [0.26, -0.5]]))
    assert ledger.sum(axis=1).tolist() == [0.5, 0.5]


def test_across_units_the_tie_is_weaker() -> None:
    tacit = np.array([[1.0], [0.0]], np.float32)
    meet(tacit, hours=1.0, rate=0.1, units=(0, 1))
    assert tacit[1, 0] == pytest.approx(0.1 * 1.0 * 0.3)


def test_the_equally_sure_teach_each_other_nothing() -> None:
    tacit = np.array([[0.5], [-0.5]], np.float32)
    meet(tacit, hours=1.0, rate=0.5)
    assert tacit.ravel().tolist() == [0.5, -0.5]


def test_colleagues_meet_for_the_hours_that_both_have() -> None:
    tacit = np.array([[1.0], [0.0]], np.float32)
    staff = people([2])
    staff.hours[1, 0] = 39.75
    learn(tacit, staff, hours=0.5, rate=0.4)
    assert tacit[1, 0] == pytest.approx(0.4 * 0.25)
    assert staff.hours.sum(axis=1).tolist() == [0.25, 40.0]


@given(CONVICTIONS, st.floats(0, 20), st.floats(0, 1))
def test_a_meeting_keeps_convictions_within_what_the_two_held(
    tacit: Array, hours: float, rate: float
) -> None:
    before = tacit.copy()
    meet(tacit, hours, rate)
    assert (tacit <= before.max(axis=0) + 1e-6).all()
    assert (tacit >= before.min(axis=0) - 1e-6).all()


@given(CONVICTIONS)
def test_a_rate_of_nought_switches_a_meeting_off(tacit: Array) -> None:
    before = tacit.copy()
    meet(tacit, hours=1.0, rate=0.0)
    assert (tacit == before).all()


def test_a_group_says_its_strongest_convictions_as_far_as_they_can_be_said() -> None:
    # Sums: 0.6, -0.9, 0.4, 0.7. Two entries: the strongest are needs 1 and 3.
    tacit = np.array([[0.3, -0.4, 0.2, 0.5], [0.3, -0.5, 0.2, 0.2]], np.float32)
    explicit = np.zeros((2, 4), np.int8)
    assert say(tacit, explicit).tolist() == [0, -1, 0, 1]
    assert explicit.tolist() == [[0, -1, 0, 1]] * 2


def test_what_is_felt_too_weakly_stays_unsaid() -> None:
    tacit = np.array([[0.24], [0.25]], np.float32)
    assert say(tacit, np.zeros((2, 1), np.int8)).tolist() == [0]


def test_remote_work_pools_less() -> None:
    tacit = np.array([[0.3], [0.3]], np.float32)
    assert say(tacit, np.zeros((2, 1), np.int8), pooled=0.75).tolist() == [0]


def test_the_unsure_voice_what_they_have_read_at_a_small_weight() -> None:
    # 0.45 felt by one; the other is unsure and read +1, at weight 0.1: 0.55 can be said.
    tacit = np.array([[0.45], [-0.05]], np.float32)
    assert say(tacit, np.array([[0], [1]], np.int8)).tolist() == [1]


def test_what_the_market_answers_already_is_not_said_again() -> None:
    tacit, explicit = np.array([[0.9, 0.8]], np.float32), np.zeros((1, 2), np.int8)
    assert say_again(tacit, explicit, np.array([1, -1], np.int8), entries=5).tolist() == [0, 1]


def test_a_systemic_need_is_worked_out_as_the_product_of_its_parts() -> None:
    # Need 2 has parts 0 (in the plan) and 1 (answered by the market): +1 * -1 = -1.
    plan, origin = np.array([1, 0, 0], np.int8), np.array([1, 0, 0], np.int8)
    parts = np.array([[-1, -1], [-1, -1], [0, 1]])
    combination.synthesise(plan, origin, np.array([0, -1, 0], np.int8), parts, 1.0, (1, 1, 0, 0))
    assert plan.tolist() == [1, 0, -1]
    assert origin.tolist() == [1, 0, knowledge.BY_SYNTHESIS]


def test_a_systemic_need_with_an_unanswered_part_stays_open() -> None:
    plan, origin = np.array([1, 0, 0], np.int8), np.array([1, 0, 0], np.int8)
    parts = np.array([[-1, -1], [-1, -1], [0, 1]])
    combination.synthesise(plan, origin, np.zeros(3, np.int8), parts, 1.0, (1, 1, 0, 0))
    assert plan.tolist() == [1, 0, 0]


def test_the_library_fills_only_what_nobody_answers_from_the_own_market_first() -> None:
    # Document 1 is the newer, document 0 the market's own.
    library = some(
        knowledge.Library, entries=[[-1, -1, -1, -1], [1, 1, 1, 0]], market=[3, 7], size=2
    )
    planning = some(combination.Planning, window=60, success=1.0, reuse=6, legibility=1.0)
    plan, origin = np.array([-1, 0, 0, 0], np.int8), np.array([1, 0, 0, 0], np.int8)
    answered = np.array([0, -1, 0, 0], np.int8)
    filled = combination.search_library(
        plan, origin, answered, knowing(library), NO_KINDS, planning, NO_GROUP, (1, 1, 3, 0)
    )
    assert filled == 2
    assert plan.tolist() == [-1, 0, -1, -1]
    assert origin.tolist() == [1, 0, knowledge.BY_OWN_LIBRARY, knowledge.BY_OWN_LIBRARY]


def justify(plan: Array, answered: Array, guests: tuple[int, int, int]) -> Array:
    """Partners who are always right vote on needs whose truth and core are +1."""
    needs = plan.size
    truth = truth_of([[1] * needs], [EXPRESSED, SYSTEMIC][:needs], variation=0.15)
    planning = some(
        combination.Planning,
        weights=[2.0, 1.0, 2.5, 1.0],
        speaks=0.5,
        recognition=0.5,
        accuracy=1.0,
    )
    combination.justify(
        plan, np.ones(needs, np.int8), answered, truth, np.array(guests), planning, (1, 1, 0, 0)
    )
    return plan


def test_a_local_partner_who_knows_better_reverses_a_proposal() -> None:
    # Proposal -2, partner +2.5: +0.5, so the entry enters reversed.
    assert justify(np.array([-1], np.int8), np.zeros(1, np.int8), (0, 1, 0)).tolist() == [1]


def test_a_global_partner_alone_cannot_and_two_make_a_tie_that_drops_the_entry() -> None:
    assert justify(np.array([-1], np.int8), np.zeros(1, np.int8), (0, 0, 1)).tolist() == [-1]
    assert justify(np.array([-1], np.int8), np.zeros(1, np.int8), (0, 0, 2)).tolist() == [0]


def test_nobody_but_the_proposers_judges_a_systemic_need() -> None:
    plan = np.array([-1, -1], np.int8)
    assert justify(plan, np.zeros(2, np.int8), (0, 1, 0)).tolist() == [1, -1]


def test_an_entry_that_the_market_answers_already_is_dropped() -> None:
    assert justify(np.array([1], np.int8), np.ones(1, np.int8), (0, 0, 0)).tolist() == [0]


def test_practice_moves_tacit_knowledge_towards_what_is_written() -> None:
    # A step of a tenth: 0 -> 0.1 towards +1; 0.5 -> 0.35 towards -1; no entry, no change.
    tacit = np.array([0.0, 0.5, 0.7], np.float32)
    moved = knowledge.move_towards(tacit, np.array([1, -1, 0], np.int8), 0.1)
    assert tacit == pytest.approx(np.array([0.1, 0.35, 0.7]))
    assert moved == pytest.approx(0.25, abs=1e-5)


@given(CONVICTIONS, st.floats(0, 40))
def test_practice_stays_in_bounds_and_a_step_of_nought_is_no_practice(
    tacit: Array, step: float
) -> None:
    document = np.array([1, -1, 0, 1, -1], np.int8)
    before = tacit[0].copy()
    knowledge.move_towards(tacit[0], document, 0.0)
    assert (tacit[0] == before).all()
    knowledge.move_towards(tacit[0], document, step)
    assert (np.abs(tacit[0]) <= 1).all()


def test_a_review_withdraws_what_all_patients_find_wrong() -> None:
    kept = np.array([1, -1, -1], np.int8)
    truth = truth_of([[1, 1, 1]], [EXPRESSED, EXPRESSED, SYSTEMIC])
    pilots = some(
        internalization.Pilots, review_hours=1.0, review_patients=7, review_accuracy=1.0,
        review_margin=3,
    )  # fmt: skip
    adoption.review(
        kept,
        np.array([-1]),
        people([1]),
        np.zeros((1, kept.size), np.float32),
        truth,
        pilots,
        (1, 1, 0, 0),
    )
    assert kept.tolist() == [1, 0, -1]


def state(model: SECIModel) -> dict[str, bytes]:
    parts = model.knowledge
    return {
        "tacit": parts.tacit.tobytes(),
        "explicit": parts.explicit.tobytes(),
        "truth": model.truth.market.tobytes() + model.truth.core.tobytes(),
    }


WRITES = {
    "socialize": {"tacit"},
    "externalize": {"explicit"},
    "combine": {"explicit"},
    "internalize": {"tacit"},
}


@pytest.fixture(scope="module")
def written() -> dict[str, set[str]]:
    """What each mode wrote in ten weeks of an organisation with projects of all stages."""
    model = SECIModel("baseline", rng=5, projects_per_head=0.5)
    for _ in range(110):
        model.step()
    changed: dict[str, set[str]] = {mode: set() for mode in WRITES}
    for _ in range(10):
        model.organisation.begin_week()
        model.move_world()
        for mode in WRITES:
            before = state(model)
            getattr(model, mode)()
            changed[mode] |= {name for name, value in state(model).items() if value != before[name]}
        model.serve()
        model.take_stock()
    return changed


@pytest.mark.parametrize("mode", WRITES)
def test_a_mode_writes_only_the_form_its_cell_of_the_matrix_names(
    mode: str, written: dict[str, set[str]]
) -> None:
    assert written[mode] == WRITES[mode]


@pytest.mark.parametrize(
    "mode", ["socialization", "externalization", "combination", "internalization"]
)
def test_a_mode_that_is_switched_off_moves_nothing_and_books_nothing(mode: str) -> None:
    model = SECIModel("baseline", rng=6, projects_per_head=0.5, **{mode: False})
    for _ in range(60):
        model.step()
    recorded = model.records.rows[:60, -1]
    assert recorded[:, COLUMN[f"moved_{mode}"]].sum() == 0
    assert recorded[:, COLUMN[f"hours_{mode}"]].sum() == 0
