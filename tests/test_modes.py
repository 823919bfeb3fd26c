"""The four modes: worked examples by hand, and what each may write.

Numbers in the worked examples are chosen so that they can be followed with pencil and paper.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from small_firm import NO_GROUP, NO_KINDS, knowing, people, some, truth_of, visits_of

from seci_sim import SECIModel
from seci_sim.parameters import Learning, Policy
from seci_sim.seci import (
    adoption,
    combination,
    externalization,
    internalization,
    knowledge,
    lapsing,
    lasting,
    on_the_job,
    pace,
    pairing,
    socialization,
)
from seci_sim.seci.knowledge import Array, Staff
from seci_sim.seci.records import COLUMN
from seci_sim.seci.working_space import new_space
from seci_sim.seci.world import EXPRESSED, SYSTEMIC

CONVICTIONS = hnp.arrays(np.float32, (2, 5), elements=st.floats(-1, 1, width=32))


def learn(tacit: Array, staff: Staff, hours: float, rate: float) -> None:
    """The first two meet."""
    how = some(
        socialization.Meetings, hours=hours, tie_within=1.0, tie_across=0.3, rate=rate, firm=[0, 0]
    )
    socialization.learn_from_colleagues(np.array([0]), np.array([1]), staff, tacit, how, 1)


def meet(tacit: Array, hours: float, rate: float, units: tuple[int, int] = (0, 0)) -> Array:
    """Two colleagues meet once; gives their ledger of hours."""
    staff = people([2], unit=units)
    learn(tacit, staff, hours, rate)
    ledger: Array = staff.hours
    return ledger


# Socialization: tacit to tacit -------------------------------------------------------------------


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


# Pace ---------------------------------------------------------------------------------------------


def test_who_is_sure_of_half_their_needs_learns_in_steps_between_floor_and_whole() -> None:
    # Sure of 2 of 4, above 0.1 rightly or wrongly: .4 + .6 * 2/4 = .7; of none: .4; of all: 1.
    tacit = np.array([[0.5, -0.5, 0.1, 0.0], [0.0] * 4, [0.2, 0.3, -0.4, 1.0]], np.float32)
    staff = people([3])
    pace.set_paces((0, 1), staff, tacit, some(pace.Pace, floor=0.4, unsure=0.1))
    assert staff.pace == pytest.approx(np.array([0.7, 0.4, 1.0]))


def test_two_colleagues_learn_from_each_other_at_their_own_pace() -> None:
    # A step of a tenth, half of it for the first: need 0 gains .5 * .1 * .8, need 1 .1 * .8.
    tacit = np.array([[0.0, 0.8], [0.8, 0.0]], np.float32)
    staff = people([2], pace=[0.5, 1.0])
    learn(tacit, staff, hours=1.0, rate=0.1)
    assert tacit == pytest.approx(np.array([[0.04, 0.8], [0.8, 0.08]]))


@given(CONVICTIONS, st.floats(0, 1), st.floats(0, 0.9))
def test_a_pace_lies_between_the_floor_and_one(tacit: Array, floor: float, unsure: float) -> None:
    staff = people([2])
    pace.set_paces((0, 1), staff, tacit, some(pace.Pace, floor=floor, unsure=unsure))
    assert (staff.pace >= np.float32(floor)).all()
    assert (staff.pace <= 1).all()


def test_talent_of_who_is_drawn_at_the_mean_or_one_deviation_from_it() -> None:
    # exp(1 * z - 1 / 2) for z = -1, 0, 1: 0.223, 0.607, 1.649; without spread all have 1.
    assert [lasting.talent(z, 1.0) for z in (-1.0, 0.0, 1.0)] == pytest.approx(
        [0.2231, 0.6065, 1.6487], abs=5e-5
    )
    assert lasting.talent(2.0, 0.0) == 1.0


@given(st.floats(-6, 6), st.floats(-6, 6), st.floats(0, 2))
def test_who_draws_more_has_more_talent_and_nobody_none(
    one: float, other: float, spread: float
) -> None:
    less, more = (lasting.talent(drawn, spread) for drawn in sorted((one, other)))
    assert 0 <= less <= more


def test_talent_has_the_declared_spread_around_one_and_stays_with_a_person() -> None:
    # 100,000 people; the mean's standard error is .5 / 316, that of the spread about twice as much.
    how = lasting.in_what_people_differ(Policy(), Learning(talent_spread=0.5))
    staff = people([100_000])
    lasting.let_differ(staff, how, 0, 1)
    assert staff.pace.mean() == pytest.approx(1.0, abs=5 * 0.5 / np.sqrt(100_000))
    assert staff.pace.std() == pytest.approx(0.5, abs=0.02)
    before = staff.pace.copy()
    staff.arrival[[0, 1]] = staff.arrival[[1, 0]]  # they change places
    lasting.let_differ(staff, how, 0, 1)
    assert staff.pace.tolist() == [before[1], before[0], *before[2:].tolist()]


def test_only_who_came_this_week_gets_anything_for_good() -> None:
    staff = people([3], arrival=[[4, 0], [7, 1], [8, 2]])
    lasting.let_differ(staff, some(lasting.Lasting, talent=0.5), 7, 1)
    assert staff.talent[0] == staff.shares[0] == staff.keeps[0] == 1
    assert (staff.talent[1:] != 1).all()
    assert staff.shares[1:].tolist() == staff.keeps[1:].tolist() == [0, 0]


@given(
    hnp.arrays(np.float32, st.tuples(st.integers(1, 40), st.just(3)), elements=st.floats(-1, 1, width=32)),
    st.integers(1, 99),
)  # fmt: skip
def test_mentors_take_the_unit_from_both_ends_however_sure_its_people_are(
    tacit: Array, week: int
) -> None:
    people_of_it, space = len(tacit), new_space(len(tacit), 1, 1, 3)
    pairs, _ = pairing.pair_with_mentors(0, 0, people_of_it, tacit, 0.0, space, 1, week)
    one, other = space.one[:pairs], space.other[:pairs]
    assert pairs == people_of_it // 2
    assert len({*one, *other}) == 2 * pairs
    surest_first = sorted(pairing.how_sure(tacit), reverse=True)
    met = [pairing.how_sure(tacit)[rows] for rows in (one, other)]
    assert met[0].tolist() == surest_first[:pairs]
    assert met[1].tolist() == surest_first[::-1][:pairs]


@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_mentors_the_surest_meets_the_least_sure(size: int) -> None:
    tacit = np.zeros((3 + size, 2), np.float32)
    tacit[3:, 1] = -np.linspace(0.1, 0.9, size)  # the last is the surest
    space = new_space(3 + size, 2, 1, 2)
    pairs, crossers = pairing.pair_with_mentors(1, 3, 3 + size, tacit, 0.0, space, 1, 1)
    met = [(int(a), int(b)) for a, b in zip(space.one[1:], space.other[1:], strict=True)][:pairs]
    assert met == [(3 + size - 1 - rank, 3 + rank) for rank in range(size // 2)]
    assert crossers == 0


# Openness -----------------------------------------------------------------------------------------


def test_who_shares_nothing_learns_and_teaches_nobody() -> None:
    # The first is closed: on need 0 it is the surer and teaches nothing; on need 1 it learns .1 * .8.
    tacit = np.array([[0.8, 0.0], [0.0, 0.8]], np.float32)
    learn(tacit, people([2], shares=[0, 1]), hours=1.0, rate=0.1)
    assert tacit == pytest.approx(np.array([[0.8, 0.08], [0.0, 0.8]]))


def test_who_shares_nothing_adds_nothing_to_what_a_group_says() -> None:
    # .4 + .4 can be said from .5 on; of the first alone, who shares, only .4 is heard.
    tacit = np.full((2, 1), 0.4, np.float32)
    assert say(tacit, np.zeros((2, 1), np.int8)).tolist() == [1]
    assert say(tacit, np.zeros((2, 1), np.int8), shares=[1, 0]).tolist() == [0]


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 2**63 - 1))
def test_a_larger_openness_only_adds_people(one: float, other: float, seed: int) -> None:
    staff, found = people([9, 9]), []
    for openness in sorted((one, other)):
        lasting.let_differ(staff, some(lasting.Lasting, openness=openness), 0, seed)
        found.append(staff.shares.copy())
    assert (found[0] <= found[1]).all()
    lasting.let_differ(staff, some(lasting.Lasting, openness=1.0), 0, seed)
    assert (staff.shares == 1).all()


# Lapse --------------------------------------------------------------------------------------------


def lapse(confirmed: list[int], yearly: float, by_turnover: float = 0.0, week: int = 100) -> Array:
    """What is left in a week of a routine on some needs; one of the two people came in week 60."""
    known = some(knowledge.Knowledge, routine=[[1] * len(confirmed)], confirmed=[confirmed])
    staff = people([2], arrival=[[0, 0], [60, 1]])
    how = some(lapsing.Lapse, yearly=yearly, by_turnover=by_turnover)
    lapsing.lapse_routines(staff, known, how, 1, week)
    left: Array = known.routine[0]
    return left


def test_what_a_plan_brought_within_the_year_stays_and_all_else_goes_where_it_must() -> None:
    # Week 100: an entry of week 48 is a year old, one of week 49 is not; -1 was never confirmed.
    assert lapse([48, 49, 100, -1], yearly=1.0).tolist() == [0, 1, 1, 0]
    assert lapse([48, 49, 100, -1], yearly=0.0).tolist() == [1] * 4


def test_half_of_the_staff_are_new_so_that_three_times_as_much_lapses() -> None:
    # 20% a year, times 1 + 4 * 1/2: 60% a year, 1.75% a week. 5 standard errors.
    needs = 40_000
    dropped = (lapse([-1] * needs, yearly=0.2, by_turnover=4.0) == 0).mean()
    weekly = 1 - 0.4 ** (1 / 52)
    assert dropped == pytest.approx(weekly, abs=5 * np.sqrt(weekly / needs))


@given(st.lists(st.integers(-1, 100), min_size=1, max_size=9), st.floats(0, 1), st.floats(0, 9))
def test_a_larger_chance_lets_no_less_lapse(
    confirmed: list[int], yearly: float, by_turnover: float
) -> None:
    more, less = (lapse(confirmed, yearly, by) != 0 for by in (by_turnover, 0.0))
    assert (more <= less).all()


# Routine business ---------------------------------------------------------------------------------


def test_an_hour_of_routine_business_in_ten_practises_the_routine() -> None:
    # 40 hours less 10 are routine business, a tenth of it 3 hours; a step of .02 an hour is .06.
    staff = people([1, 1], market=[0, -1])
    staff.hours[0, 0] = 10.0
    tacit = np.array([[0.5, 0.5], [0.5, 0.5]], np.float32)
    known = some(knowledge.Knowledge, tacit=tacit, routine=[[-1, 0]])
    how = some(internalization.Practice, routine_rate=0.02, by_the_way=0.1)
    internalization.practise_routines((0, 2), staff, known, how)
    assert tacit == pytest.approx(np.array([[0.5 - 0.06 * 1.5, 0.5], [0.5, 0.5]]))
    assert staff.hours.sum() == 10.0, "nobody books hours for it"


@pytest.mark.parametrize(("booked", "met"), [(0.0, 4), (10.0, 3), (30.0, 1), (40.0, 0)])
def test_a_patient_is_met_in_each_ten_hours_of_routine_business(booked: float, met: int) -> None:
    # Each shows the need, and moves a tenth of the way to +1: after n of them .9**n is left.
    staff, space = people([1]), new_space(1, 1, 1, 1)
    staff.hours[0, 2] = booked
    tacit = np.zeros((1, 1), np.float32)
    known = some(knowledge.Knowledge, tacit=tacit, felt_week=[[0]], felt_by=[[0]])
    visits = visits_of(shows=1.0, accuracy=1.0, rate=0.1, at_work=0.1)
    on_the_job.meet_patients_at_work((0, 1), staff, known, truth_of([[1]]), visits, space, 1, 1)
    assert tacit[0, 0] == pytest.approx(1 - 0.9**met)


# Externalization: tacit to explicit --------------------------------------------------------------


def say(tacit: Array, explicit: Array, shares: Any = 1, **changes: float) -> Array:
    """A group of everybody puts what it can into words; gives the concept."""
    return say_again(tacit, explicit, np.zeros(tacit.shape[1], np.int8), shares, **changes)


def say_again(
    tacit: Array, explicit: Array, answered: Array, shares: Any = 1, **changes: float
) -> Array:
    """The same where the market answers something already."""
    size, needs = tacit.shape
    usual = {"entries": 2, "pooled": 1.0, "sayability": 0.5, "unsure": 0.1, "reading_voice": 0.1}
    how = some(externalization.Workshops, **(usual | changes))
    concept, kinds = np.zeros(needs, np.int8), np.full(needs, EXPRESSED, np.int8)
    known = some(knowledge.Knowledge, tacit=tacit, explicit=explicit)
    externalization.put_into_words(
        concept, np.zeros(needs), answered, np.arange(size), known, kinds, how,
        people([size], shares=np.broadcast_to(shares, size)),
    )  # fmt: skip
    return concept


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


# Combination: explicit to explicit ---------------------------------------------------------------


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


# Internalization: explicit to tacit --------------------------------------------------------------


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


# The matrix: a mode writes only the form of knowledge that its cell names -------------------------


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
