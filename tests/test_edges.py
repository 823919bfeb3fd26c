"""Rules at their edges: what just suffices, what just does not, and what is counted of it.

Worked by hand, as in `test_modes`. What happens with a chance happens where a draw is below it: a
draw that equals its chance is one that does not happen, so that a chance of nought is never.

Slow only where the rules are compiled, once more for the small arrays of these tests: as plain Python they take seconds.
"""

from __future__ import annotations

import numpy as np
import pytest
from small_firm import NO_GROUP, NO_KINDS, knowing, people, some, truth_of, visits_of

from seci_sim import SECIModel
from seci_sim.engine import luck
from seci_sim.parameters import Policy
from seci_sim.scenario import Scenario, Unit
from seci_sim.seci import (
    adoption,
    combination,
    communities,
    externalization,
    internalization,
    knowledge,
    reading,
    socialization,
)
from seci_sim.seci.knowledge import ADOPTED, ENDED, NOBODY, PRACTISED, Array
from seci_sim.seci.working_space import new_space
from seci_sim.seci.world import EXPRESSED

pytestmark = pytest.mark.plain(only=True)

# Socialization ------------------------------------------------------------------------------------


def visit(booked: float) -> float:
    """One person plans three visits of four hours; gives the hours with patients."""
    staff, space = people([1]), new_space(1, 1, 1, 2)
    staff.hours[0, knowledge.IN_COMBINATION] = booked
    known = some(
        knowledge.Knowledge,
        tacit=np.zeros((1, 2)),
        felt_week=[[NOBODY] * 2],
        felt_by=[[NOBODY] * 2],
    )
    how = visits_of(mean=3.0, hours=4.0, shows=1.0, accuracy=0.75, rate=0.3, unsure=0.1)  # fmt: skip
    truth = truth_of([[1, 1]], variation=0.15)
    socialization.learn_from_patients((0, 1), staff, known, truth, how, space, 1, 1)
    return float(staff.hours[0, knowledge.WITH_PATIENTS])


def test_four_free_hours_are_enough_for_a_visit_of_four_hours_and_less_is_not() -> None:
    assert [visit(booked) for booked in (24, 32, 36, 36.25)] == [12, 8, 4, 0]


def test_a_need_is_felt_first_by_who_is_surer_than_unsure_of_what_they_just_saw() -> None:
    # Felt: 0.25 and -0.25 seen. Not: as unsure as can be, less sure, not seen, and felt before.
    known = some(
        knowledge.Knowledge, felt_week=[[-1, -1, -1, -1, -1, 3]], felt_by=[[-1, -1, -1, -1, -1, 8]]
    )
    tacit = np.array([0.25, -0.25, 0.125, 0.0625, 0.5, 0.5], np.float32)
    observed = np.array([1, -1, 1, 1, 0, 1], np.int8)
    socialization.feel(0, 9, tacit, observed, known, 0.125, 5)
    assert known.felt_week.tolist() == [[5, 5, -1, -1, -1, 3]]
    assert known.felt_by.tolist() == [[9, 9, -1, -1, -1, 8]]


def test_in_a_meeting_nobody_moves_further_than_to_the_other_and_what_moved_is_counted() -> None:
    # Of two pairs the first has no hours. In the second, one moves by 0.5 on the first need, and the
    # other by 0.75 on the second; the step is no more than 1.
    tacit = np.array([[1, 1], [0, 0], [0.75, 0], [0.25, -0.75]], np.float32)
    staff = people([4])
    staff.hours[:2, knowledge.WITH_PATIENTS] = 40
    how = some(socialization.Meetings, hours=2.0, tie_within=1.0, tie_across=0.3, rate=0.9)
    socialization.learn_from_colleagues(np.array([0, 2]), np.array([1, 3]), staff, tacit, how, 1)
    assert tacit.tolist() == [[1, 1], [0, 0], [0.75, -0.75], [0.75, -0.75]]
    assert staff.moved[:, knowledge.SOCIALIZATION].tolist() == [0, 0, 0.75, 0.5]


def gather(convictions: list[float], booked: list[float], rate: float) -> tuple[Array, Array]:
    """A community meets for two hours over one need; gives convictions and hours after it."""
    size = len(convictions)
    tacit, staff = np.array(convictions, np.float32)[:, None], people([size])
    staff.hours[:, knowledge.IN_COMBINATION] = booked
    how = some(
        socialization.Meetings, communities=[range(size)], community_hours=2.0, tie_community=0.5,
        rate=rate,
    )  # fmt: skip
    communities.meet_in_communities(staff, tacit, how, new_space(size, 1, 1, 1))
    return tacit[:, 0], staff.hours[:, knowledge.WITH_COLLEAGUES]


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
    known = some(knowledge.Knowledge, tacit=felt, explicit=np.full(felt.shape, explicit))
    how = some(
        externalization.Workshops, entries=entries, pooled=1.0, sayability=sayability, unsure=0.125,
        reading_voice=0.25,
    )  # fmt: skip
    externalization.put_into_words(
        concept, np.zeros(needs), np.zeros(needs, np.int8), np.array(seats), known,
        np.full(needs, EXPRESSED, np.int8), how, people([2]),
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
    assert say([[0.3], [0.3]], seats=(0, NOBODY, 1)) == [1]


def test_what_nobody_feels_is_not_said_however_little_it_takes() -> None:
    assert say([[0.0, 0.2], [0.0, 0.0]], sayability=0.0) == [0, 1]


# Combination --------------------------------------------------------------------------------------


@pytest.mark.parametrize("foreign", [False, True])
def test_a_group_looks_for_each_document_once(foreign: bool) -> None:
    """With one document and an even chance, its place in the search decides, and nothing else."""
    found = []
    for week in range(1, 41):
        drawn = luck.chance(1, luck.SEARCH, week, 3, 0, 0)
        library = some(knowledge.Library, entries=[[1]], market=[7 if foreign else 3], size=1)
        planning = some(combination.Planning, window=60, success=0.5, reuse=6, legibility=1.0)
        plan, origin, answered = np.zeros((3, 1), np.int8)
        filled = combination.search_library(
            plan, origin, answered, knowing(library), NO_KINDS, planning, NO_GROUP, (1, week, 3, 0)
        )
        assert filled == (drawn < 0.5)
        found.append(filled)
    assert 0 < sum(found) < 40


def work_out(success: float) -> tuple[int, Array]:
    """Two systemic needs with answered parts; gives what was worked out, and the plan."""
    plan = np.array([1, -1, 0, 0], np.int8)
    parts = np.array([[-1, -1], [-1, -1], [0, 1], [1, 1]])
    nothing = np.zeros(4, np.int8)
    count = combination.synthesise(plan, nothing.copy(), nothing, parts, success, (1, 1, 0, 0))
    return count, plan


def test_synthesis_counts_what_it_works_out() -> None:
    count, plan = work_out(success=1.0)
    assert (count, plan.tolist()) == (2, [1, -1, -1, 1])


def test_a_need_is_worked_out_where_the_draw_is_below_the_chance_not_at_it() -> None:
    drawn = luck.chance(1, luck.SYNTHESIS, 1, 0, 0, 2)
    assert work_out(success=drawn)[1][2] == 0
    assert work_out(success=np.nextafter(drawn, 1.0))[1][2] == -1


def test_an_entry_that_justification_drops_has_no_origin() -> None:
    plan, origin = np.ones(1, np.int8), np.full(1, knowledge.BY_SYNTHESIS, np.int8)
    planning = some(combination.Planning, weights=[2.0, 1.0, 2.5, 1.0])
    combination.justify(
        plan,
        origin,
        np.ones(1, np.int8),
        truth_of([[1]]),
        np.zeros(3, np.int64),
        planning,
        (1, 1, 0, 0),
    )
    assert (plan.tolist(), origin.tolist()) == ([0], [0])


@pytest.mark.parametrize("held", [-1, 0, 1])
@pytest.mark.parametrize("written", [-1, 0, 1])
def test_an_entry_counts_as_read_where_the_reader_held_another_or_none(
    held: int, written: int
) -> None:
    explicit = np.array([held], np.int8)
    new = reading.take_over(explicit, np.array([written], np.int8))
    assert new == (written != 0 and written != held)
    assert explicit[0] == (written or held)


def readers(booked: float, chance: float) -> int:
    """How many of two people, who have given some hours already, read this week."""
    staff = people([2])
    staff.hours[:, 0] = booked
    library = some(knowledge.Library, entries=[[1]], market=[0], size=1)
    how = some(reading.Reading, chance=chance, window=30, success=0.5, legibility=1.0)
    known = knowing(library, np.zeros((2, 1)))
    reading.read((0, 1), staff, known, NO_KINDS, how, new_space(2, 1, 1, 1), 1, 1)
    return int(staff.hours[:, knowledge.IN_COMBINATION].sum())


def test_one_free_hour_is_enough_to_read_and_less_is_not() -> None:
    assert [readers(booked, chance=1.0) for booked in (39.0, 39.25)] == [2, 0]


def test_who_reads_has_drawn_below_the_chance_not_at_it() -> None:
    drawn = luck.chances(2, 1, luck.READING, 1, 0, 0)
    assert readers(0.0, chance=drawn.max()) == 1
    assert readers(0.0, chance=np.nextafter(drawn.max(), 1.0)) == 2


# Internalization ----------------------------------------------------------------------------------


def shares(
    markets: list[int], seats: list[list[int]], hours: float, capacity: float
) -> list[float]:
    """What each member of pilots that are practised gets of the hours of their market."""
    size = len(markets)
    projects = some(
        knowledge.Projects, market=markets, status=[PRACTISED] * size, ready=[0] * size, pilot=seats
    )
    share, present = np.full(max(markets) + 1, 5.0), np.ones(4, np.bool_)
    how = some(internalization.Pilots, hours=hours, capacity=capacity)
    internalization.share_practice_hours(np.arange(size), projects, present, how, share, 1)
    found: list[float] = share.tolist()
    return found


def test_only_taken_seats_share_the_hours_of_their_market() -> None:
    # Of the third project's seats one is taken: 4 h, of a capacity of 3 h. Two share it elsewhere.
    assert shares([2, 1, 0], [[0, 1], [0, 1], [2, NOBODY]], 4.0, 3.0) == [3.0, 1.5, 1.5]


def test_practice_of_less_than_an_hour_in_all_is_shared_too() -> None:
    assert shares([0], [[0, 1]], 0.5, 0.25) == [0.125]


def test_a_pilot_runs_behind_others_that_wait_with_those_who_are_there_and_have_the_hours() -> None:
    # 2 and 3 have just the 4 h; 4 has 3 h; 5 is not there; 0, 1 and 6 are in none.
    staff = people([7], present=np.arange(7) != 5)
    staff.hours[2:5, knowledge.WITH_PATIENTS] = 36, 36, 37
    projects = some(
        knowledge.Projects, market=[1, 1], status=[PRACTISED] * 2, ready=[0, 0], weeks_practised=[0, 0],
        week_practised=[-1, -1], plan=[[1], [1]],
        pilot=[[2, 4, 5, NOBODY, NOBODY], [2, NOBODY, 3, 4, 5]],
    )  # fmt: skip
    known = some(knowledge.Knowledge, tacit=np.zeros((7, 1)), projects=projects)
    how = some(internalization.Pilots, hours=4.0, capacity=32.0, rate=0.1)
    internalization.run_pilots(np.arange(2), staff, known, how, np.zeros(2), 5)
    assert staff.hours[:, knowledge.IN_INTERNALIZATION].tolist() == [0, 0, 4, 4, 0, 0, 0]
    assert projects.weeks_practised.tolist() == [0, 1]
    assert projects.week_practised.tolist() == [-1, 5]


def test_who_notices_has_drawn_below_the_chance_not_at_it() -> None:
    drawn = luck.chances(2, 1, luck.NOTICING, 1, 0, 0)

    def noticing(chance: float) -> int:
        known = some(knowledge.Knowledge, tacit=np.zeros((2, 1)), routine=[[-1]], noticed=[[-1]])
        how = some(internalization.Practice, noticing=chance, noticing_step=0.5)
        internalization.notice(
            (0, 1), people([2]), known, truth_of([[1]]), how, new_space(2, 1, 1, 1), 1, 1
        )
        return int((known.tacit > 0).sum())

    assert noticing(drawn.max()) == 1
    assert noticing(np.nextafter(drawn.max(), 1.0)) == 2


def adopt(
    plans: list[list[int]], review_share: float, documented: float
) -> tuple[int, Array, Array]:
    """Plans of one market whose pilots are over; gives documents, who stands where, and hours."""
    size, needs = len(plans), len(plans[0])
    projects = some(
        knowledge.Projects, market=np.zeros(size), ordinal=range(size), status=np.full(size, PRACTISED),
        ready=np.zeros(size), weeks_practised=np.full(size, 8), week_said=np.full(size, 2),
        week_routine=np.full(size, NOBODY), plan=plans, kept=np.zeros((size, needs)),
        pilot=np.zeros((size, 1)), openness=np.ones(size),
    )  # fmt: skip
    library = knowledge.new_library(needs, size)
    known = some(
        knowledge.Knowledge,
        library=library,
        projects=projects,
        routine=np.zeros((1, needs)),
        confirmed=np.zeros((1, needs)),
    )
    how = some(
        internalization.Pilots, takes_place=True, weeks=8, review_share=review_share, review_hours=1.0,
        review_patients=7, review_accuracy=1.0, review_margin=3, documentation_share=documented,
    )  # fmt: skip
    staff = people([1])
    adoption.adopt(np.arange(size), staff, known, truth_of([[1] * needs]), how, 1, 20)
    return library.size, projects.status, staff.hours


def test_a_plan_of_which_nothing_is_left_ends_and_those_behind_it_become_routine() -> None:
    documents, status, _ = adopt([[-1], [1]], review_share=1.0, documented=1.0)
    assert (documents, status.tolist()) == (1, [ENDED, ADOPTED])


def test_reviews_and_lessons_take_place_where_the_draw_is_below_their_share_not_at_it() -> None:
    review, lesson = (luck.chance(1, process, 2, 0, 0, 0) for process in (luck.REVIEW, luck.LESSON))
    documents, _, hours = adopt([[1]], review, lesson)
    assert (documents, hours.sum()) == (0, 0)
    documents, _, hours = adopt([[1]], np.nextafter(review, 1.0), np.nextafter(lesson, 1.0))
    assert (documents, hours.sum()) == (1, 1)
    documents, _, hours = adopt([[1]], review_share=0.0, documented=0.0)
    assert (documents, hours.sum()) == (0, 0)


def test_a_pilot_seats_people_who_have_no_hour_left_in_the_week_in_which_it_is_planned() -> None:
    units = (Unit(name="A", kind="affiliate", staff=20),)
    policy = Policy(projects_per_head=1.0, patient_time=0.2)
    model = SECIModel(
        Scenario(name="One", question="Who pilots?", units=units, policy=policy), rng=1
    )
    for _ in range(20):
        model.organisation.begin_week()
        model.move_world()
        model.socialize()
        model.externalize()
        model.staff.hours[:] = (40.0, 0.0, 0.0, 0.0, 0.0)
        model.combine()
    projects = model.knowledge.projects
    planned = projects.week_planned > 0
    assert planned.any()
    assert (projects.pilot[planned] != NOBODY).all()
