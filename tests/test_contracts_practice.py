"""What the rules of internalization keep to, whatever they are given, and all modes in a whole firm.

At a rate of nought, and where nobody is there, nothing moves. Tacit knowledge stays in [-1, 1], and
nobody gives more hours than they have.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

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
    SEEDS,
    UNIT,
    Small,
    in_bounds,
    people,
    responses,
    some,
    truth_of,
    truths,
    visits_of,
    written_by,
)

from seci_sim import SECIModel
from seci_sim.seci import adoption, internalization, on_the_job
from seci_sim.seci.knowledge import (
    ENDED,
    INTERNALIZATION,
    NOBODY,
    PRACTISED,
    SETTING_UP,
    Array,
    Knowledge,
    Library,
    Projects,
)
from seci_sim.seci.world import SYSTEMIC

pytestmark = pytest.mark.plain

# Internalization ----------------------------------------------------------------------------------


def practice(**given: float) -> internalization.Practice:
    return some(internalization.Practice, **given)


def train(firm: Small, hours: float = 2.0, rate: float = 0.1) -> None:
    how = practice(training_hours=hours, rate=rate)
    internalization.train(EVERYBODY, firm.staff, firm.knowledge, how, firm.space)


def practise_routines(firm: Small, hours: float = 2.0, rate: float = 0.1) -> None:
    how = practice(routine_hours=hours, routine_rate=rate)
    internalization.practise_routines(EVERYBODY, firm.staff, firm.knowledge, how)


def notice(firm: Small, chance: float = 1.0, rate: float = 0.5) -> None:
    how = practice(noticing=chance, noticing_step=rate)
    internalization.notice(
        EVERYBODY, firm.staff, firm.knowledge, firm.world(), how, firm.space, firm.seed, 1
    )


def work(firm: Small, contact: float = 0.1, share: float = 0.1) -> None:
    """Everybody meets patients in routine business, and practises their market's routine."""
    known, how = firm.knowledge, practice(routine_rate=0.01, by_the_way=share)
    visits = visits_of(shows=1.0, accuracy=0.75, rate=0.3, at_work=contact)
    on_the_job.meet_patients_at_work(
        EVERYBODY, firm.staff, known, firm.world(), visits, firm.space, firm.seed, 1
    )
    internalization.practise_routines(EVERYBODY, firm.staff, known, how)


@given(FIRMS, CHANCES, CHANCES, HOURS)
def test_routine_business_teaches_within_bounds_and_books_nothing(
    firm: Small, contact: float, share: float, booked: float
) -> None:
    firm.hours[:, 0] = booked
    assert written_by(lambda: work(firm, contact, share), firm) <= {"tacit", "moved"}
    assert in_bounds(firm)


@given(FIRMS)
def test_who_has_no_routine_business_or_is_not_there_learns_nothing_from_it(firm: Small) -> None:
    assert written_by(lambda: work(firm, 0.0, 0.0), firm) == set()
    firm.hours[:, 0] = 40.0
    assert written_by(lambda: work(firm), firm) == set()
    firm.hours[:, 0] = 0.0
    firm.present[:] = False
    assert written_by(lambda: work(firm), firm) == set()


def review(firm: Small, plan: Array, rate: float, accuracy: float = 1.0) -> Array:
    """The first, the third and an empty seat hear seven patients on a plan; gives what is kept."""
    kept = plan.copy()
    how = some(
        internalization.Pilots, review_hours=1.0, review_patients=7, review_accuracy=accuracy,
        review_margin=3, review_learning=rate,
    )  # fmt: skip
    pilot, project = np.array([0, NOBODY, 2]), (firm.seed, 1, 0, 0)
    adoption.review(kept, pilot, firm.staff, firm.tacit, firm.world(), how, project)
    return kept


@given(FIRMS, responses(), CHANCES, st.floats(0.5, 1))
def test_a_review_teaches_its_members_within_bounds_on_what_patients_can_judge(
    firm: Small, plan: Array, rate: float, accuracy: float
) -> None:
    before = firm.tacit.copy()
    assert written_by(lambda: review(firm, plan, rate, accuracy), firm) <= {
        "tacit", "hours", "moved",
    }  # fmt: skip
    assert in_bounds(firm)
    judged = (plan != 0) & (NEED_CLASS != SYSTEMIC)
    assert (firm.tacit[:, ~judged] == before[:, ~judged]).all()
    assert (firm.tacit[[1, 3]] == before[[1, 3]]).all()


@given(FIRMS, responses())
def test_patients_who_are_always_right_move_members_half_way_to_the_truth(
    firm: Small, plan: Array
) -> None:
    # All seven agree, whether the entry is right or not: half of the gap to the truth is left.
    before, right = firm.tacit.copy(), firm.truth[0]
    kept = review(firm, plan, rate=0.5)
    judged = (plan != 0) & (NEED_CLASS != SYSTEMIC)
    half_way = (before + right) / 2
    rounding = float(np.finfo(np.float32).eps)  # of numbers up to 1
    expected = pytest.approx(half_way[[0, 2]][:, judged], abs=rounding)
    assert firm.tacit[[0, 2]][:, judged] == expected
    assert (kept[judged] == np.where(plan == right, plan, 0)[judged]).all()


@given(FIRMS, responses())
def test_a_review_that_teaches_nothing_takes_its_hour_all_the_same(
    firm: Small, plan: Array
) -> None:
    assert written_by(lambda: review(firm, plan, rate=0.0), firm) == {"hours"}


def try_what_was_read(firm: Small, use: float, rate: float = 0.1) -> None:
    """The first two read the routine of the first market this week, the third that of the second."""
    space, library = firm.space, some(Library, entries=firm.routine, size=2)
    space.read[:] = [0, 0, 1, NOBODY]
    known = some(Knowledge, tacit=firm.tacit, explicit=firm.explicit, library=library)
    how = practice(rate=rate, reading_use=use)
    internalization.try_what_was_read(EVERYBODY, firm.staff, known, how, space, firm.seed, 1)


@given(FIRMS, CHANCES, CHANCES)
def test_what_was_read_is_tried_within_bounds_where_it_was_made_out(
    firm: Small, use: float, rate: float
) -> None:
    before = firm.tacit.copy()
    assert written_by(lambda: try_what_was_read(firm, use, rate), firm) <= {"tacit", "moved"}
    assert in_bounds(firm)
    read = firm.routine[[0, 0, 1, 1]]
    held = (read != 0) & (read == firm.explicit)
    held[3] = False
    assert (firm.tacit[~held] == before[~held]).all()


@given(FIRMS)
def test_what_is_always_tried_moves_a_tenth_of_the_way_in_its_hour(firm: Small) -> None:
    before, read = firm.tacit.copy(), firm.routine[[0, 0, 1, 1]]
    try_what_was_read(firm, use=1.0, rate=0.1)
    held = (read != 0) & (read == firm.explicit)
    held[3] = False
    assert firm.tacit[held] == pytest.approx((0.9 * before + 0.1 * read)[held], abs=1e-6)


@given(FIRMS)
def test_what_is_never_tried_moves_nothing(firm: Small) -> None:
    assert written_by(lambda: try_what_was_read(firm, use=0.0), firm) == set()


def run_pilot(firm: Small, seats: list[int], begun: int, week: int, hours: float, capacity: float,
              rate: float) -> Array:  # fmt: skip
    """One project of the first market practises the routine of the second; gives weeks practised."""
    projects = some(
        Projects, market=[0], status=[begun], ready=[0], weeks_practised=[0], week_practised=[-1],
        plan=firm.routine[1:], pilot=[seats], size=1,
    )  # fmt: skip
    known = some(Knowledge, tacit=firm.tacit, projects=projects)
    pilots = some(internalization.Pilots, hours=hours, capacity=capacity, rate=rate)
    internalization.run_pilots(np.array([0]), firm.staff, known, pilots, np.zeros(2), week)
    return projects.weeks_practised


def pilot(firm: Small, hours: float = 2.0, rate: float = 0.1, capacity: float = 32.0) -> Array:
    """The first market's staff begin to practise."""
    return run_pilot(firm, [0, 1, NOBODY], SETTING_UP, 1, hours, capacity, rate)


PRACTICES = (train, practise_routines, pilot)


@pytest.mark.parametrize("practice", PRACTICES)
@given(firm=FIRMS, hours=HOURS, rate=CHANCES)
def test_practice_keeps_tacit_knowledge_and_hours_in_bounds(
    practice: Callable[..., Any], firm: Small, hours: float, rate: float
) -> None:
    assert written_by(lambda: practice(firm, hours, rate), firm) <= {"tacit", "hours", "moved"}
    assert in_bounds(firm)
    assert firm.moved[:, INTERNALIZATION].sum() == pytest.approx(firm.moved.sum())


@pytest.mark.parametrize("practice", PRACTICES)
@given(firm=FIRMS)
def test_practice_at_a_rate_of_nought_or_of_people_who_are_not_there_moves_nothing(
    practice: Callable[..., Any], firm: Small
) -> None:
    assert written_by(lambda: practice(firm, rate=0.0), firm) <= {"hours"}
    firm.hours[:] = 0
    assert written_by(lambda: practice(firm, hours=0.0), firm) == set()
    firm.present[:] = False
    assert written_by(lambda: practice(firm), firm) == set()


@given(FIRMS)
def test_a_pilot_that_one_person_could_attend_waits(firm: Small) -> None:
    firm.present[0] = False
    assert pilot(firm).tolist() == [0]
    firm.present[0] = True
    assert pilot(firm).tolist() == [1]


@given(FIRMS, CHANCES, CHANCES)
def test_noticing_moves_towards_the_truth_and_only_where_a_routine_is_wrong(
    firm: Small, chance: float, rate: float
) -> None:
    before = firm.tacit.copy()
    assert written_by(lambda: notice(firm, chance, rate), firm) <= {"tacit", "moved"}
    assert in_bounds(firm)
    truth, routine = firm.truth[UNIT], firm.routine[UNIT]
    assert ((firm.tacit - before) * truth >= -1e-6).all()
    wrong = (routine == -truth) & (NEED_CLASS != SYSTEMIC)
    assert (firm.tacit[~wrong] == before[~wrong]).all()


@given(FIRMS)
def test_where_nobody_notices_nothing_moves(firm: Small) -> None:
    assert written_by(lambda: notice(firm, chance=0.0), firm) == set()
    assert written_by(lambda: notice(firm, rate=0.0), firm) == set()
    firm.present[:] = False
    assert written_by(lambda: notice(firm), firm) == set()


def reviews(hours: float, patients: int, accuracy: float, margin: int) -> internalization.Pilots:
    return some(
        internalization.Pilots, review_hours=hours, review_patients=patients,
        review_accuracy=accuracy, review_margin=margin,
    )  # fmt: skip


@given(responses(), truths(), st.integers(0, 9), CHANCES, st.integers(1, 5), SEEDS)
def test_a_review_only_takes_away_and_never_a_systemic_entry(
    kept: Array, truth: Array, patients: int, accuracy: float, margin: int, seed: int
) -> None:
    plan = kept.copy()
    staff = people([2])
    staff.hours[:] = 7.75
    pilots = reviews(4.0, patients, accuracy, margin)
    right = truth_of([truth], NEED_CLASS)
    adoption.review(
        kept,
        np.array([0, NOBODY]),
        staff,
        np.zeros((1, NEEDS), np.float32),
        right,
        pilots,
        (seed, 1, 0, 0),
    )
    withdrawn = kept != plan
    assert (kept[withdrawn] == 0).all()
    assert (NEED_CLASS[withdrawn] != SYSTEMIC).all()
    assert not (withdrawn.any() and patients < margin)
    assert staff.hours.sum(axis=1).tolist() == [40.0, 38.75], "as much of its hours as is free"


def test_a_review_takes_no_hours_of_pilot_members_whose_unit_left() -> None:
    staff = people([2], present=[True, False])
    ones, pilots = np.ones(NEEDS, np.int8), reviews(1.0, 7, 1.0, 3)
    right = truth_of([ones], NEED_CLASS)
    adoption.review(
        ones, np.array([0, 1]), staff, np.zeros((2, NEEDS), np.float32), right, pilots, (1, 1, 0, 0)
    )
    assert staff.hours.sum(axis=1).tolist() == [1.0, 0.0]


@given(FIRMS)
def test_who_is_left_in_a_pilot_shares_the_hours_of_those_whose_unit_left(firm: Small) -> None:
    # Of a capacity of 6 h, three would get 2 h each; two get 3 h.
    firm.present[2] = False
    run_pilot(firm, [0, 1, 2], PRACTISED, 2, 4.0, 6.0, 0.1)
    assert firm.hours.sum(axis=1).tolist() == [3.0, 3.0, 0.0, 0.0]


# The whole organisation ---------------------------------------------------------------------------

MODES = ("socialize", "externalize", "combine", "internalize")


def organisation(**levers: Any) -> SECIModel:
    """A firm in full swing, at the start of its week 31."""
    return deepcopy(_grown(**levers))


@cache
def _grown(**levers: Any) -> SECIModel:
    model = SECIModel("baseline", rng=8, projects_per_head=0.5, **levers)
    for _ in range(30):
        model.step()
    model.organisation.begin_week()
    return model


def state(model: SECIModel) -> dict[str, bytes]:
    known, staff = model.knowledge, model.staff
    return {
        "tacit": known.tacit.tobytes(),
        "explicit": known.explicit.tobytes(),
        "routine": known.routine.tobytes(),
        "library": known.library.entries[: known.library.size].tobytes(),
        "hours": staff.hours.tobytes(),
        "moved": staff.moved.tobytes(),
    }


@pytest.mark.parametrize("mode", MODES)
def test_in_an_organisation_where_nobody_is_there_no_mode_writes_anything(mode: str) -> None:
    model = organisation()
    projects = model.knowledge.projects
    assert (projects.status[model.organisation.under_way] == PRACTISED).any()
    model.staff.present[:] = False
    before = state(model)
    getattr(model, mode)()
    assert state(model) == before


def test_a_project_for_which_nobody_is_there_ends_at_once() -> None:
    model = organisation()
    model.staff.present[:] = False
    projects = model.knowledge.projects
    began = projects.size
    while projects.size == began:
        model.organisation.begin_week()
        model.externalize()
    assert (projects.status[began : projects.size] == ENDED).all()
    assert (projects.group[began : projects.size] == NOBODY).all()


NO_RATE: dict[str, dict[str, float]] = {
    "socialize": {"patient_learning": 0.0, "colleague_learning": 0.0},
    "externalize": {"remote_loss": 1.0, "remote_share": 1.0},
    "internalize": {"practice_learning": 0.0, "noticing_step": 0.0},
}


@pytest.mark.parametrize("mode", NO_RATE)
def test_a_mode_whose_rates_are_nought_costs_its_hours_and_moves_nothing(mode: str) -> None:
    model = organisation(**NO_RATE[mode])
    for _ in range(4):
        before = state(model)
        getattr(model, mode)()
        changed = {name for name, was in before.items() if state(model)[name] != was}
        assert changed - {"routine", "library"} == {"hours"}
        model.step()
        model.organisation.begin_week()


def test_combination_that_finds_works_out_and_reads_nothing_passes_concepts_on() -> None:
    model = organisation(
        search_success=0.0, synthesis=0.0, reading_hours=0.0, justification_patients=0,
        justification_local_partners=0, justification_global_partners=0,
    )  # fmt: skip
    projects = model.knowledge.projects
    concept, plan = projects.concept[: projects.size], projects.plan[: projects.size]
    assert (plan != 0).sum() > 100
    kept = plan != 0
    assert (plan[kept] == concept[kept]).all()
