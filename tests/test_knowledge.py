"""Knowledge: tables that grow, hours that fit, and what leavers take along."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_firm import people, some

from seci_sim.engine import luck
from seci_sim.seci import knowledge, turnover
from seci_sim.seci.working_space import new_space

pytestmark = pytest.mark.plain


def test_tables_keep_what_they_hold_when_they_grow() -> None:
    projects = knowledge.new_projects(needs=3, group_seats=2, pilot_seats=2, projects=2)
    projects.plan[:] = 1
    projects.market[:] = 5
    projects.size = 2
    knowledge.make_room(projects, 7)
    assert (projects.plan[:2] == 1).all()
    assert (projects.plan[2:] == 0).all()
    assert (projects.market[:2] == 5).all()
    assert (projects.market[2:] == knowledge.NOBODY).all()
    assert (projects.weeks_practised[2:] == 0).all()
    columns = (getattr(projects, field.name) for field in fields(projects))
    assert len({len(column) for column in columns if isinstance(column, np.ndarray)}) == 1


def test_a_library_with_as_many_needs_as_documents_grows_by_documents_only() -> None:
    library = knowledge.new_library(needs=4, documents=4)
    knowledge.make_room(library, 9)
    assert library.entries.shape == (9, 4) or library.entries.shape[1] == 4
    assert library.held.shape == (4, 2)


@given(st.floats(0, 40), st.floats(0, 60))
def test_what_fits_is_booked_and_never_more(before: float, wanted: float) -> None:
    hours = np.zeros((1, 5), np.float32)
    hours[0, 1] = knowledge.whole_ticks(before)
    booked = knowledge.book_what_fits(hours, 0, 4, knowledge.whole_ticks(wanted))
    assert hours[0].sum() <= 40
    assert booked == min(knowledge.whole_ticks(wanted), 40 - knowledge.whole_ticks(before))


def test_leavers_take_their_tacit_knowledge_and_newcomers_have_read_nothing() -> None:
    tacit, explicit = np.full((4, 2), 0.5, np.float32), np.ones((4, 2), np.int8)
    staff, space = people([2, 2]), new_space(4, 2, 1, 2)
    known = some(knowledge.Knowledge, tacit=tacit, explicit=explicit)
    turnover.leave(staff, known, np.array([0.0, 1.0]), luck.LEAVING, 0.05, space, 1, 1)
    following = turnover.number_newcomers(staff, 4, 7)
    assert space.totals.leavers.tolist() == [0, 2]
    assert space.totals.tacit_lost.tolist() == [0, 2.0]
    assert staff.person.tolist() == [0, 1, 4, 5]
    assert following == 6
    assert staff.arrival.tolist() == [[0, 0], [0, 1], [7, 2], [7, 3]]
    assert (tacit[:2] == 0.5).all()
    assert np.abs(tacit[2:]).max() < 0.3
    assert explicit.tolist() == [[1, 1], [1, 1], [0, 0], [0, 0]]


def test_plans_under_way_overlay_the_routine_the_newest_last() -> None:
    answered = np.zeros((1, 3), np.int8)
    projects = some(knowledge.Projects, market=[0, 0], plan=[[0, 0, -1], [0, -1, 1]])
    routine = np.array([[1, 1, 1]], np.int8)
    knowledge.what_markets_answer(answered, routine, np.array([1, 0]), projects)
    assert answered.tolist() == [[1, -1, -1]]


def test_hours_are_booked_on_a_grid_on_which_sums_are_exact() -> None:
    third = np.float32(knowledge.whole_ticks(1 / 3))
    assert sum([third] * 9, np.float32(0)) == 9 * float(third)
    assert knowledge.whole_ticks(1 / 3) == pytest.approx(1 / 3, abs=1 / 8192)
