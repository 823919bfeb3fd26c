"""One week of an organisation: its processes, each compiled by itself, and weeks in a row.

The rules stand in the modes' files, ``world``, ``knowledge``, ``service`` and ``records``; a process
names them in their order. All that it reads and changes is one `State`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from seci_sim.engine import compiled, luck
from seci_sim.engine.compiled import fill, kernel, process
from seci_sim.engine.structures import Count, Structure, Table, Vector, Whole
from seci_sim.seci import (
    adoption,
    combination,
    communities,
    externalization,
    initiative,
    internalization,
    knowledge,
    lapsing,
    lasting,
    on_the_job,
    pace,
    pairing,
    reading,
    records,
    service,
    simulated_patients,
    socialization,
    world,
)
from seci_sim.seci.knowledge import ENDED, Array, Knowledge, Staff
from seci_sim.seci.pairing import Network
from seci_sim.seci.records import Records
from seci_sim.seci.turnover import Turnover, change_places, leave, number_newcomers
from seci_sim.seci.working_space import Space
from seci_sim.seci.world import Truth


class Terms(Structure):
    """What policy and presence come to for each process, until one of them changes."""

    turnover: Turnover
    lasting: lasting.Lasting
    visits: socialization.Visits
    meetings: socialization.Meetings
    initiative: initiative.Initiative
    workshops: externalization.Workshops
    planning: combination.Planning
    reading: reading.Reading
    practice: internalization.Practice
    pilots: internalization.Pilots
    simulation: simulated_patients.Simulation
    pace: pace.Pace
    lapse: lapsing.Lapse
    care: service.Care


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
    terms: Terms


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
    """Needs turn round; staff leave, are replaced and change places; what nobody uses fades."""
    staff, known, how, now = state.staff, state.knowledge, state.terms.turnover, when(state)
    world.turn_round(state.truth, how.drift[0], how.drift, luck.DRIFT, *now)
    leave(staff, known, how.leaving, luck.LEAVING, how.spread, state.space, *now)
    state.next_person = number_newcomers(staff, state.next_person, state.week)
    if state.terms.lasting.matters:
        lasting.let_differ(staff, state.terms.lasting, state.week, state.seed)
    if how.rotating > 0:
        change_places(staff, known, how, state.space, *now)
    if state.terms.lapse.yearly > 0:
        lapsing.lapse_routines(staff, known, state.terms.lapse, *now)
    knowledge.fade(everybody(state), staff, known.tacit, how.remaining)
    if state.terms.pace.floor < 1:
        pace.set_paces(everybody(state), staff, known.tacit, state.terms.pace)


@process
def socialize(state: State) -> None:
    """Tacit to tacit: visits to patients, then meetings of colleagues."""
    staff, tacit, space, now = state.staff, state.knowledge.tacit, state.space, when(state)
    visits, meetings = state.terms.visits, state.terms.meetings
    if not visits.take_place:
        return
    for tile in range(state.tiles.shape[0]):
        part = (state.tiles[tile, 0], state.tiles[tile, 1])
        socialization.learn_from_patients(
            part, staff, state.knowledge, state.truth, visits, space, *now
        )
        if meetings.hours > 0 and not meetings.in_network:
            socialization.meet_in_units(part, staff, tacit, meetings, space, *now)
    if meetings.hours > 0:
        if meetings.in_network:
            pairs = pairing.pair_from_network(state.network, staff, space, *now)
        else:
            pairs = pairing.pair_the_line(staff, space)
        one, other = space.one[:pairs], space.other[:pairs]
        socialization.learn_from_colleagues(one, other, staff, tacit, meetings, state.week)
    if meetings.community_hours > 0:
        communities.meet_in_communities(staff, tacit, meetings, space)


@process
def externalize(state: State) -> None:
    """Tacit to explicit: new projects form their groups, which put needs into words."""
    begin_projects(state)
    hold_workshops(state, state.first_new, state.knowledge.projects.size, state.terms.workshops)


@kernel
def begin_projects(state: State) -> None:
    """Projects start; what their markets answer is at hand."""
    projects, space, now = state.knowledge.projects, state.space, when(state)
    if weighted(state.terms.initiative):
        update_answers(state)
        weigh_starts(state)
        externalization.start_projects(projects, space.starting, space.started, *now)
    else:
        means = state.terms.workshops.starting
        externalization.start_projects(projects, means, space.started, *now)
    if state.first_new < projects.size:
        update_answers(state)


@kernel
def hold_workshops(
    state: State, first: Whole, last: Whole, workshops: externalization.Workshops
) -> None:
    """Groups of some projects put needs into words."""
    known, space, now = state.knowledge, state.space, when(state)
    externalization.hold_workshops(
        first, last, state.staff, known, state.truth, workshops, space, *now
    )


@kernel
def weighted(how: initiative.Initiative) -> bool:
    """Whether anything but heads counts for where projects start."""
    return how.share > 0 or how.total > 0


@kernel
def weigh_starts(state: State) -> None:
    """Projects start where staff see that something is amiss."""
    space, how, usual = state.space, state.terms.initiative, state.terms.workshops.starting
    initiative.find_gaps(space, state.staff, state.knowledge, how.unsure, state.week)
    initiative.weigh_starts(space.starting, usual, space.gaps, how, state.truth.core.size)


@kernel
def update_answers(state: State) -> None:
    """What each market answers: its routine, and plans under way."""
    known, running = state.knowledge, state.under_way[: state.running]
    knowledge.what_markets_answer(state.space.answered, known.routine, running, known.projects)


@process
def combine(state: State) -> None:
    """Explicit to explicit: this week's concepts become plans; some people read."""
    if state.first_new < state.knowledge.projects.size:
        update_answers(state)
        make_plans(state, state.first_new, state.knowledge.projects.size, state.terms.planning)
    put_under_way(state)
    read(state, state.terms.reading)


@kernel
def make_plans(state: State, first: Whole, last: Whole, planning: combination.Planning) -> None:
    """Concepts of some projects become plans."""
    known, space, now = state.knowledge, state.space, when(state)
    combination.make_plans(first, last, state.staff, known, state.truth, planning, space, *now)


@kernel
def put_under_way(state: State) -> None:
    """This week's plans are under way; nobody has read anything yet."""
    projects = state.knowledge.projects
    for project in range(state.first_new, projects.size):
        if projects.status[project] != ENDED:
            state.under_way[state.running] = project
            state.running += 1
    if state.terms.practice.reading_use > 0:
        fill(state.space.read, knowledge.NOBODY)


@kernel
def read(state: State, how: reading.Reading) -> None:
    """Some people read."""
    if state.terms.planning.takes_place and how.chance > 0:
        kinds, now = state.truth.need_class, when(state)
        reading.read(everybody(state), state.staff, state.knowledge, kinds, how, state.space, *now)


@process
def internalize(state: State) -> None:
    """Explicit to tacit: training, pilots, reviews, routines, noticing what is wrong."""
    train(state, state.terms)
    try_what_was_read(state)
    simulate(state, state.terms)
    run_pilots(state)
    adopt(state, 0, state.running, state.terms.pilots)
    practise_routines(state)


@kernel
def train(state: State, terms: Terms) -> None:
    """Everyone practises what they have read."""
    if terms.practice.takes_place:
        internalization.train(
            everybody(state), state.staff, state.knowledge, terms.practice, state.space
        )


@kernel
def try_what_was_read(state: State) -> None:
    """Some of what was read this week is tried."""
    practice = state.terms.practice
    if practice.takes_place and practice.reading_use > 0:
        internalization.try_what_was_read(
            everybody(state), state.staff, state.knowledge, practice, state.space, *when(state)
        )


@kernel
def simulate(state: State, terms: Terms) -> None:
    """Everyone practises with simulated patients."""
    tacit, simulation = state.knowledge.tacit, terms.simulation
    if terms.practice.takes_place and simulation.hours > 0:
        simulated_patients.practise_with_simulated_patients(
            everybody(state), state.staff, tacit, state.truth, simulation, state.space, *when(state)
        )


@kernel
def run_pilots(state: State) -> None:
    """Pilots practise their plans."""
    staff, known, pilots = state.staff, state.knowledge, state.terms.pilots
    if state.terms.practice.takes_place:
        running, space = state.under_way[: state.running], state.space
        internalization.run_pilots(running, staff, known, pilots, space.share, state.week)


@kernel
def adopt(state: State, first: Whole, last: Whole, pilots: internalization.Pilots) -> None:
    """Some of the plans under way, those whose pilot is over, become routine."""
    some, now = state.under_way[first:last], when(state)
    adoption.adopt(some, state.staff, state.knowledge, state.truth, pilots, *now)


@kernel
def practise_routines(state: State) -> None:
    """Routines are practised, and some notice what is wrong."""
    staff, known, practice, now = state.staff, state.knowledge, state.terms.practice, when(state)
    if practice.takes_place:
        for tile in range(state.tiles.shape[0]):
            part = (state.tiles[tile, 0], state.tiles[tile, 1])
            internalization.practise_routines(part, staff, known, practice)
            internalization.notice(part, staff, known, state.truth, practice, state.space, *now)


@process
def work(state: State) -> None:
    """Routine business, in all hours that are left: patients are met in it."""
    meet_patients_at_work(state, state.terms.visits)


@kernel
def meet_patients_at_work(state: State, visits: socialization.Visits) -> None:
    """Patients are met in routine business."""
    if visits.at_work > 0 and visits.take_place:
        staff, known, space = state.staff, state.knowledge, state.space
        on_the_job.meet_patients_at_work(
            everybody(state), staff, known, state.truth, visits, space, *when(state)
        )


@process
def serve(state: State) -> None:
    """Patients get what routines and skill give; some start treatment, some stay on it."""
    staff, known, truth, space = state.staff, state.knowledge, state.truth, state.space
    care, unsure = state.terms.care, state.terms.visits.unsure
    service.rightness(everybody(state), staff, known, truth, unsure, space)
    if care.watchfulness > 0:
        service.watch(staff, known, truth, space)
    service.answer_needs(space.totals.skill, known.routine, truth, care, space)
    adopted, plans = state.adopted, care.launch_plans
    service.launch(state.under_way[: state.running], known.projects, plans, adopted, space.launched)
    service.treat(care, truth.core.size, space, *when(state))


@process
def take_stock(state: State) -> None:
    """One row in the records for each market and for the whole."""
    known, space, running = state.knowledge, state.space, state.under_way[: state.running]
    records.add_up_staff(everybody(state), state.staff, known.explicit, space.totals)
    care = state.terms.care
    records.record_week(state.records, known, running, state.first_new, care, space, state.week)
    state.running = knowledge.still_under_way(running, known.projects.status)


@kernel
def when(state: State) -> tuple[int, int]:
    """Whose luck it is: seed and week."""
    return state.seed, state.week


@kernel
def everybody(state: State) -> knowledge.Part:
    """All units."""
    return 0, state.staff.first.size


PROCESSES = (
    begin_week,
    move_world,
    socialize,
    externalize,
    combine,
    internalize,
    work,
    serve,
    take_stock,
)
"""A week, in its order."""


@kernel
def projects_until(means: Array, started: Array, seed: int, week: int, last: int) -> int:
    """How many projects will start after one week and up to another: luck has addresses."""
    number = 0
    for following in range(week + 1, last + 1):
        number += externalization.projects_started(means, started, seed, following)
    return number


def perform(
    state: State, processes: Sequence[Callable[[State], None]] = PROCESSES, times: int = 1
) -> None:
    """Let processes take place one after the other, some times over: by default, whole weeks."""
    compiled.perform(processes, state, times)


def prepare(processes: Sequence[Callable[[State], None]]) -> None:
    """Compile processes, or load what was compiled before."""
    compiled.addresses(tuple(processes), State)
