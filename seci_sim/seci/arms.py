"""A week in which some people have another policy than the others, as in a trial.

Each process is that of ``week``, only that what people do by themselves they do arm by arm: while one arm
acts, whoever is in the other has no hours to give. What groups do follows the policy of their market. Who meets whom is luck as ever, whatever their arms;
for a meeting holds the other policy where one of the two has it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from seci_sim.engine import compiled
from seci_sim.engine.compiled import kernel, process
from seci_sim.engine.structures import Structure, Table, Vector, Whole
from seci_sim.seci import communities, lasting, pairing, socialization, week
from seci_sim.seci.knowledge import WITH_PATIENTS, Array, free_hours, rows_there
from seci_sim.seci.week import State, Terms

NEEDS_MET, SKILL, KNOWING, ALIGNMENT, HOURS = range(5)
"""Columns of what is measured of people."""
COLUMNS = 5


class Arms(Structure):
    """Who has another policy, and what it comes to."""

    state: State
    treated: Terms
    """What the other policy comes to."""
    together: socialization.Meetings
    """What holds for a meeting in which somebody has the other policy."""
    beyond: socialization.Meetings
    """What holds for that of partners; without any, or without more hours for them, its hours are 0."""
    people: Vector[np.bool_]
    """(employees,): who has the other policy."""
    units: Vector[np.bool_]
    """(units,): units all of which has it."""
    markets: Vector[np.bool_]
    """(markets,): markets whose projects have it."""
    one: Vector[np.int64]
    """(pairs,): rows of partners who meet each other, with `other`."""
    other: Vector[np.int64]
    aside: Vector[np.float32]
    """(employees,): hours that are set aside while another arm acts."""
    measured: Table[np.float64]
    """(employees, 5) float64: what was measured of each person this week."""


# Arm by arm ---------------------------------------------------------------------------------------


@kernel
def let_act(arms: Arms, treated: bool) -> None:
    """Set all free hours aside of who is not in an arm, so that no process finds any."""
    hours = arms.state.staff.hours
    for i in range(arms.people.size):
        arms.aside[i] = np.float32(0)
        if arms.people[i] != treated:
            arms.aside[i] = free_hours(hours, i)
            hours[i, WITH_PATIENTS] += arms.aside[i]


@kernel
def rest(arms: Arms) -> None:
    """Give back what was set aside: hours are whole ticks, so that nothing is lost."""
    hours = arms.state.staff.hours
    for i in range(arms.people.size):
        hours[i, WITH_PATIENTS] -= arms.aside[i]


@kernel
def terms_of(arms: Arms, treated: bool) -> Terms:
    """What the policy of an arm comes to."""
    return arms.treated if treated else arms.state.terms


@kernel
def keep_and_share(arms: Arms) -> None:
    """Fill in who keeps to the patient time and shares what they know, as the policy of their arm says."""
    state = arms.state
    usual, other = state.terms.lasting, arms.treated.lasting
    if min(usual.uptake, other.uptake, usual.openness, other.openness) < 1:
        for i in range(arms.people.size):
            lasting.keep_and_share(i, state.staff, other if arms.people[i] else usual, state.seed)


@process
def socialize(arms: Arms) -> None:
    """Tacit to tacit: visits to patients arm by arm, then meetings of colleagues."""
    state = arms.state
    keep_and_share(arms)
    if not state.terms.visits.take_place:
        return
    for arm in range(2):
        let_act(arms, arm == 1)
        socialization.learn_from_patients(
            week.everybody(state),
            state.staff,
            state.knowledge,
            state.truth,
            terms_of(arms, arm == 1).visits,
            state.space,
            *week.when(state),
        )
        rest(arms)
    meet(arms)


@process
def externalize(arms: Arms) -> None:
    """Tacit to explicit: groups put needs into words, as the policy of their market says."""
    state = arms.state
    week.begin_projects(state)
    for project in range(state.first_new, state.knowledge.projects.size):
        terms = terms_for(arms, project)
        week.hold_workshops(state, project, project + 1, terms.workshops)


@kernel
def terms_for(arms: Arms, project: Whole) -> Terms:
    """What the policy of a project's market comes to."""
    return terms_of(arms, arms.markets[arms.state.knowledge.projects.market[project]])


@process
def combine(arms: Arms) -> None:
    """Explicit to explicit: this week's concepts become plans; some people read, arm by arm."""
    state = arms.state
    if state.first_new < state.knowledge.projects.size:
        week.update_answers(state)
    for project in range(state.first_new, state.knowledge.projects.size):
        week.make_plans(state, project, project + 1, terms_for(arms, project).planning)
    week.put_under_way(state)
    for arm in range(2):
        let_act(arms, arm == 1)
        week.read(arms.state, terms_of(arms, arm == 1).reading)
        rest(arms)


@process
def internalize(arms: Arms) -> None:
    """Explicit to tacit: training and simulated patients arm by arm, then what all do alike."""
    state = arms.state
    for arm in range(2):
        let_act(arms, arm == 1)
        week.train(state, terms_of(arms, arm == 1))
        rest(arms)
    week.try_what_was_read(state)
    for arm in range(2):
        let_act(arms, arm == 1)
        week.simulate(state, terms_of(arms, arm == 1))
        rest(arms)
    week.run_pilots(state)
    for place in range(state.running):
        pilots = terms_for(arms, state.under_way[place]).pilots
        week.adopt(state, place, place + 1, pilots)
    week.practise_routines(state)


@process
def work(arms: Arms) -> None:
    """Routine business, arm by arm: patients are met in it."""
    for arm in range(2):
        let_act(arms, arm == 1)
        week.meet_patients_at_work(arms.state, terms_of(arms, arm == 1).visits)
        rest(arms)


# Meetings across arms -----------------------------------------------------------------------------


@kernel
def meet(arms: Arms) -> None:
    """Partners meet each other for what is beyond the usual; then colleagues meet as luck pairs them."""
    state = arms.state
    staff, space, tacit, now = state.staff, state.space, state.knowledge.tacit, week.when(state)
    usual, other = state.terms.meetings, arms.treated.meetings
    if arms.beyond.hours > 0:
        socialization.learn_from_colleagues(
            arms.one, arms.other, staff, tacit, arms.beyond, state.week
        )
    if max(usual.hours, other.hours) > 0:
        if usual.in_network:
            pairs = pairing.pair_from_network(state.network, staff, space, *now)
        else:
            for u in range(staff.first.size):
                begin, end = rows_there(u, staff)
                meetings = other if arms.units[u] else usual
                pairs = socialization.pair_up(u, begin, end, tacit, meetings, space, *now)
                first = begin // 2
                meet_in_pairs(
                    arms, space.one[first : first + pairs], space.other[first : first + pairs]
                )
            pairs = pairing.pair_the_line(staff, space)
        meet_in_pairs(arms, space.one[:pairs], space.other[:pairs])
    if usual.community_hours > 0:
        communities.meet_in_communities(staff, tacit, usual, space)


@kernel
def meet_in_pairs(arms: Arms, one: Array, other: Array) -> None:
    """Pairs meet, each person of whom is in one pair, so that it is all the same which is first."""
    state = arms.state
    staff, tacit, now = state.staff, state.knowledge.tacit, state.week
    usual = state.terms.meetings
    untreated = treated_last(one, other, arms.people)
    socialization.learn_from_colleagues(
        one[:untreated], other[:untreated], staff, tacit, usual, now
    )
    socialization.learn_from_colleagues(
        one[untreated:], other[untreated:], staff, tacit, arms.together, now
    )


@kernel
def treated_last(one: Array, other: Array, people: Array) -> Whole:
    """Move pairs behind the others in which somebody has the other policy; gives the number of these."""
    untreated = np.int64(0)
    for pair in range(one.size):
        if not (people[one[pair]] or people[other[pair]]):
            for rows in (one, other):
                held = rows[untreated]
                rows[untreated] = rows[pair]
                rows[pair] = held
            untreated += 1
    return untreated


INSTEAD: dict[Callable[[State], None], Callable[[Any], None]] = {
    week.socialize: socialize,
    week.externalize: externalize,
    week.combine: combine,
    week.internalize: internalize,
    week.work: work,
}
"""What takes the place of a week's process while a trial runs."""


def perform(acting: Arms, taking_place: Callable[[Any], None]) -> None:
    """Let a process of both arms take place."""
    compiled.perform([taking_place], acting)


# What people come to ------------------------------------------------------------------------------


@process
def measure(arms: Arms) -> None:
    """Fill in what can be said of each person this week; NaN of who is not there.

    ::

        skill = min(1, base + gain * max(0, tacit * routine))                 on needs with a routine
        needs met = mean over needs of skill * P(routine = response)          0 without a routine

    as if a patient were served by this person alone. Over the staff of a market, whose skill is nowhere
    cut off at 1, these are the market's needs met. Without a market nobody serves: NaN.
    """
    state, measured = arms.state, arms.measured
    staff, truth, care = state.staff, state.truth, state.terms.care
    unsure, tacit = np.float32(state.terms.visits.unsure), state.knowledge.tacit
    needs = tacit.shape[1]
    for i in range(staff.present.size):
        if not staff.present[i]:
            for column in range(measured.shape[1]):
                measured[i, column] = np.nan
            continue
        home, market = staff.home[i], staff.market[i]
        aligned, knowing, met, skill, routines = 0.0, 0, 0.0, 0.0, 0
        for need in range(needs):
            right = truth.market[home, need]
            agreement = tacit[i, need] * np.float32(right)
            aligned += agreement
            knowing += agreement > unsure
            done = state.knowledge.routine[market, need] if market >= 0 else 0
            if done != 0:
                sure = max(np.float32(0), tacit[i, need] * np.float32(done))
                skilled = min(1.0, care.skill_base + care.skill_gain * sure)
                agrees = (
                    1.0 - truth.variation if done == truth.market[market, need] else truth.variation
                )
                met += skilled * agrees
                skill += skilled
                routines += 1
        measured[i, NEEDS_MET] = met / needs if market >= 0 else np.nan
        without = care.skill_base if market >= 0 else np.nan
        measured[i, SKILL] = skill / routines if routines > 0 else without
        measured[i, KNOWING] = knowing / needs
        measured[i, ALIGNMENT] = aligned / needs
        given = np.float32(0)
        for mode in range(staff.hours.shape[1]):
            given += staff.hours[i, mode]
        measured[i, HOURS] = given
