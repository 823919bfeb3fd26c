"""One week of an organisation: its processes, each compiled by itself, and weeks in a row.

The rules stand in the modes' files, ``ba``, ``world``, ``knowledge``, ``service`` and ``records``; a process
names them in their order. All that it reads and changes is one `State`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from seci_sim.engine import compiled, luck
from seci_sim.engine.compiled import fill, kernel, process
from seci_sim.engine.structures import Count, Structure, Table, Vector
from seci_sim.seci import (
    ba,
    combination,
    communities,
    externalization,
    internalization,
    knowledge,
    lasting,
    records,
    service,
    simulated_patients,
    socialization,
    world,
)
from seci_sim.seci.knowledge import ENDED, Array, Knowledge, Staff
from seci_sim.seci.records import Records
from seci_sim.seci.service import Care
from seci_sim.seci.turnover import Turnover, change_places, leave, number_newcomers
from seci_sim.seci.working_space import Network, Space
from seci_sim.seci.world import Truth


class State(Structure):
    """All that a week reads and changes."""

    seed: int
    week: Count
    """Weeks that have passed, this one included."""
    next_person: Count
    """The next newcomer's number."""
    first_new: Count
    """This week's first new project; the last is the last of all."""
    running: Count
    """How many projects are under way."""
    reorganising: float
    """Hours that a reorganisation takes of everybody's week."""
    under_way: Vector[np.int64]
    """Projects with a plan under way, oldest first, and room for those that will be."""
    adopted: Vector[np.int64]
    """(markets,) int64: plans that have become routine in each market."""
    tiles: Table[np.int64]
    """(tiles, 2) int64: units whose people a processor has at hand together: first, after the last."""
    staff: Staff
    knowledge: Knowledge
    truth: Truth
    space: Space
    records: Records
    network: Network
    turnover: Turnover
    visits: socialization.Visits
    meetings: socialization.Meetings
    workshops: externalization.Workshops
    planning: combination.Planning
    reading: combination.Reading
    practice: internalization.Practice
    pilots: internalization.Pilots
    simulation: simulated_patients.Simulation
    care: Care


@process
def begin_week(state: State) -> None:
    """The calendar turns; all hours are free again, but for those that a reorganisation takes."""
    staff, totals = state.staff, state.space.totals
    state.week += 1
    state.first_new = state.knowledge.projects.size
    fill(totals.leavers, 0.0)
    fill(totals.tacit_lost, 0.0)
    reorganising = np.float32(state.reorganising)
    for i in range(staff.hours.shape[0]):
        fill(staff.hours[i], np.float32(0))
        fill(staff.moved[i], np.float32(0))
        if staff.present[i]:
            staff.hours[i, knowledge.WITH_COLLEAGUES] = reorganising


@process
def move_world(state: State) -> None:
    """Needs turn round; staff leave, are replaced and change places; unused tacit knowledge fades."""
    staff, turnover, space, seed, week = (
        state.staff,
        state.turnover,
        state.space,
        state.seed,
        state.week,
    )
    world.turn_round(state.truth, turnover.drift[0], turnover.drift, luck.DRIFT, seed, week)
    leave(
        staff, state.knowledge, turnover.leaving, luck.LEAVING, turnover.spread, space, seed, week
    )
    state.next_person = number_newcomers(staff, state.next_person, week)
    if turnover.rotating > 0:
        change_places(staff, state.knowledge, turnover, space, seed, week)
    knowledge.fade((0, staff.first.size), staff, state.knowledge.tacit, turnover.remaining)


@process
def socialize(state: State) -> None:
    """Tacit to tacit: visits to patients, then meetings of colleagues."""
    staff, tacit, space = state.staff, state.knowledge.tacit, state.space
    visits, meetings, seed, week = state.visits, state.meetings, state.seed, state.week
    if not visits.take_place:
        return
    if visits.uptake < 1:
        lasting.who_keeps_to_it(space.keeps, staff, visits.uptake, seed)
    for tile in range(state.tiles.shape[0]):
        part = (state.tiles[tile, 0], state.tiles[tile, 1])
        socialization.learn_from_patients(
            part, staff, state.knowledge, state.truth, visits, space, seed, week
        )
        if meetings.hours > 0 and not meetings.in_network:
            socialization.meet_in_units(part, staff, tacit, meetings, space, seed, week)
    if meetings.hours > 0:
        if meetings.in_network:
            pairs = ba.pair_from_network(state.network, staff, space, seed, week)
        else:
            pairs = ba.pair_the_line(staff, space)
        socialization.learn_from_colleagues(
            space.one[:pairs], space.other[:pairs], staff, tacit, meetings, week
        )
    if meetings.community_hours > 0:
        communities.meet_in_communities(staff, tacit, meetings, space)


@process
def externalize(state: State) -> None:
    """Tacit to explicit: new projects form their groups, which put needs into words."""
    known, space, workshops = state.knowledge, state.space, state.workshops
    start_projects(known.projects, workshops.starting, space.started, state.seed, state.week)
    if state.first_new < known.projects.size:
        update_answers(state)
        externalization.hold_workshops(
            state.first_new,
            known.projects.size,
            state.staff,
            known,
            state.truth,
            workshops,
            space,
            state.seed,
            state.week,
        )


@kernel
def start_projects(
    projects: knowledge.Projects, means: Array, started: Array, seed: int, week: int
) -> None:
    """Open this week's new projects; there is room for them."""
    ba.projects_started(means, started, seed, week)
    for market in range(started.size):
        for ordinal in range(started[market]):
            project = projects.size
            projects.market[project] = market
            projects.ordinal[project] = ordinal
            projects.week_said[project] = week
            projects.size = project + 1


@kernel
def update_answers(state: State) -> None:
    """What each market answers: its routine, and plans under way."""
    known, under_way = state.knowledge, state.under_way[: state.running]
    knowledge.what_markets_answer(state.space.answered, known.routine, under_way, known.projects)


@process
def combine(state: State) -> None:
    """Explicit to explicit: this week's concepts become plans; some people read."""
    known, projects = state.knowledge, state.knowledge.projects
    if state.first_new < projects.size:
        update_answers(state)
        combination.make_plans(
            state.first_new,
            projects.size,
            state.staff,
            known,
            state.truth,
            state.planning,
            state.space,
            state.seed,
            state.week,
        )
        for project in range(state.first_new, projects.size):
            if projects.status[project] != ENDED:
                state.under_way[state.running] = project
                state.running += 1
    if state.planning.takes_place and state.reading.chance > 0:
        combination.read(
            (0, state.staff.first.size),
            state.staff,
            known.explicit,
            known.library,
            state.reading,
            state.space,
            state.seed,
            state.week,
        )


@process
def internalize(state: State) -> None:
    """Explicit to tacit: training, pilots, reviews, routines, noticing what is wrong."""
    staff, known, truth, space = state.staff, state.knowledge, state.truth, state.space
    practice, pilots, seed, week = state.practice, state.pilots, state.seed, state.week
    everybody, under_way = (0, staff.first.size), state.under_way[: state.running]
    if practice.takes_place:
        internalization.train(everybody, staff, known, practice, space)
        if state.simulation.hours > 0:
            simulated_patients.practise_with_simulated_patients(
                everybody, staff, known.tacit, truth, state.simulation, space, seed, week
            )
        internalization.run_pilots(under_way, staff, known, pilots, space.share, week)
    internalization.adopt(under_way, staff, known, truth, pilots, seed, week)
    if practice.takes_place:
        for tile in range(state.tiles.shape[0]):
            part = (state.tiles[tile, 0], state.tiles[tile, 1])
            internalization.practise_routines(part, staff, known, practice)
            internalization.notice(part, staff, known, truth, practice, space, seed, week)


@process
def serve(state: State) -> None:
    """Patients get what routines and skill give; some start treatment, some stay on it."""
    staff, known, truth = state.staff, state.knowledge, state.truth
    space, care, under_way = state.space, state.care, state.under_way[: state.running]
    service.rightness((0, staff.first.size), staff, known, truth, state.visits.unsure, space)
    service.answer_needs(space.totals.skill, known.routine, truth, care, space)
    service.launch(under_way, known.projects, care.launch_plans, state.adopted, space.launched)
    service.treat(care, truth.core.size, space, state.seed, state.week)


@process
def take_stock(state: State) -> None:
    """One row in the records for each market and for the whole."""
    staff, known, space = state.staff, state.knowledge, state.space
    under_way = state.under_way[: state.running]
    records.add_up_staff((0, staff.first.size), staff, known.explicit, space.totals)
    records.record_week(
        state.records, known, under_way, state.first_new, state.care, space, state.week
    )
    state.running = knowledge.still_under_way(under_way, known.projects.status)


PROCESSES = (
    begin_week,
    move_world,
    socialize,
    externalize,
    combine,
    internalize,
    serve,
    take_stock,
)
"""A week, in its order."""


@kernel
def projects_until(means: Array, started: Array, seed: int, week: int, last: int) -> int:
    """How many projects will start after one week and up to another: luck has addresses."""
    number = 0
    for following in range(week + 1, last + 1):
        number += ba.projects_started(means, started, seed, following)
    return number


def perform(
    state: State, processes: Sequence[Callable[[State], None]] = PROCESSES, times: int = 1
) -> None:
    """Let processes take place one after the other, some times over: by default, whole weeks."""
    compiled.perform(processes, state, times)


def prepare(processes: Sequence[Callable[[State], None]]) -> None:
    """Compile processes, or load what was compiled before."""
    compiled.addresses(tuple(processes), State)
