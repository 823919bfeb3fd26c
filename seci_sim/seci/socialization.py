"""Socialization: tacit to tacit, by shared experience, with patients and with colleagues."""

from __future__ import annotations

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Real, Structure, Table, Vector, Whole
from seci_sim.seci import pairing
from seci_sim.seci.knowledge import (
    AHEAD,
    CONVICTION_GRID,
    SOCIALIZATION,
    WITH_COLLEAGUES,
    WITH_PATIENTS,
    Array,
    Knowledge,
    Part,
    Staff,
    fetch_person,
    free_hours,
    move_towards,
    rows_there,
)
from seci_sim.seci.working_space import Space
from seci_sim.seci.world import Truth


class Visits(Structure):
    """How much time goes to patients, and what it teaches."""

    take_place: bool
    """False with socialization switched off; then colleagues do not meet either."""
    mean: float
    """Visits a week and head: patient time x 40 / hours of a visit."""
    hours: float
    """Of a visit."""
    shows: Table[np.uint64]
    """(markets, needs) uint64: the word below which a need shows in one visit to a market."""
    accuracy: float
    """Chance to read rightly what shows."""
    rate: float
    """Step towards what was seen."""
    unsure: float
    """Up to this conviction nobody counts as sure of a need."""
    at_work: float
    """Patients met, each as in a visit, for an hour of routine business; 0: none."""


class Meetings(Structure):
    """How colleagues meet, and what they take from each other."""

    hours: float
    """Of a meeting; two who have fewer left meet for the hours that both have. 0: nobody meets."""
    crossing: float
    """Chance that a pair of a unit is dissolved to meet others."""
    mentors: bool
    """Whether in each unit the surest meet the least sure."""
    tie_within: float
    """Strength of the tie in a unit, 0 to 1."""
    tie_across: float
    """The same across units."""
    rate: float
    """Step an hour with the strongest tie."""
    in_network: bool
    """Whether people meet in the firm's own network instead."""
    community_hours: float
    """Of a week's meeting in a community; 0: there are none."""
    tie_community: float
    communities: Table[np.int64]
    """(communities, seats) int64: rows of the members."""
    firm: Vector[np.int64]
    """(units,) int64: number of the firm that a unit comes from."""
    joined: Vector[np.int64]
    """(units,) int64: week in which that firm joined."""
    growing: Vector[np.int64]
    """(units,) int64: weeks that it takes to grow together with this one; 0: it has."""


# Originating ba: what shows itself; who meets whom stands in `pairing` ------------------------------


@kernel
def see_needs(
    observed: Array,
    truth: Truth,
    home: Whole,
    visits: Visits,
    seed: Whole,
    week: Whole,
    unit: Whole,
    member: Whole,
    visit: Whole,
) -> None:
    """Fill in what an employee sees of one patient's needs: -1, +1, or 0 where one does not show.

    The patient, who lives in the market `home`, is drawn afresh: a need is the market's truth, or with
    the world's chance of variation not. Nobody shows a systemic need; these stand last.
    """
    right, shows, needs = truth.market[home], visits.shows[home], observed.size
    accuracy, variation = luck.below(visits.accuracy), luck.below(truth.variation)
    moment, key_0, key_1 = luck.moment_and_keys(seed, luck.SHOWN, week)
    for need in range(truth.can_show):
        showing, own, reading, _ = luck.philox(
            np.uint64(visit * needs + need),
            np.uint64(member),
            np.uint64(unit),
            moment,
            key_0,
            key_1,
        )
        misleads = np.int64(own < variation) ^ np.int64(reading >= accuracy)
        observed[need] = np.int8(np.int64(showing < shows[need]) * (1 - 2 * misleads) * right[need])


# What they learn ----------------------------------------------------------------------------------


@kernel
def learn_from_patients(
    part: Part,
    staff: Staff,
    knowledge: Knowledge,
    truth: Truth,
    visits: Visits,
    space: Space,
    seed: Whole,
    week: Whole,
) -> None:
    """Whoever visits a patient moves towards what they saw there, rightly or wrongly.

    For each need that shows itself, observed as -1 or +1::

        tacit_i += rate * pace_i * (observed - tacit_i)

    Everyone who keeps to it plans the whole part of the mean visits, and one more with a chance of the
    rest.

    Parameters
    ----------
    knowledge : Knowledge
        `tacit` is changed in place. `felt_week` and `felt_by` get, for the story, when a unit first
        became sure of a need by a visit, and who.

    Notes
    -----
    Source: Nonaka's originating ba. The linear step and its size are our assumption.
    """
    hours, moved, tacit, observed = staff.hours, staff.moved, knowledge.tacit, space.observed
    whole = int(visits.mean)
    limit = luck.below(visits.mean - whole)
    everybody = luck.below(1.0)
    observed[truth.can_show :] = 0
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        words = space.words[begin:end]
        luck.fill_words(words, seed, luck.VISIT, week, u, luck.FIRST)
        planning = luck.who_below(words, limit if whole == 0 else everybody, space.chosen)
        for place in range(planning):
            member = np.int64(space.chosen[place])
            i = begin + member
            if not staff.keeps[i]:
                continue
            for visit in range(whole + np.int64(np.uint64(words[member]) < limit)):
                if free_hours(hours, i) < np.float32(visits.hours):
                    break
                hours[i, WITH_PATIENTS] += np.float32(visits.hours)
                see_needs(observed, truth, staff.home[i], visits, seed, week, u, member, visit)
                moved[i, SOCIALIZATION] += move_towards(
                    tacit[i], observed, visits.rate * staff.pace[i]
                )
                feel(u, staff.person[i], tacit[i], observed, knowledge, visits.unsure, week)


@kernel
def feel(
    unit: Whole,
    person: Whole,
    tacit: Array,
    observed: Array,
    knowledge: Knowledge,
    unsure: Real,
    week: Whole,
) -> None:
    """Remember the first in a unit whom a visit made sure of a need, for the story."""
    felt_week, felt_by = knowledge.felt_week[unit], knowledge.felt_by[unit]
    limit, first = np.float32(unsure), np.int32(0)
    for need in range(tacit.size):
        feels = np.int32(observed[need] != 0) & np.int32(abs(tacit[need]) > limit)
        first |= feels & np.int32(felt_week[need] < 0)
    if first == 0:  # nearly always, and quickly seen over all needs at once
        return
    for need in range(tacit.size):
        if felt_week[need] < 0 and observed[need] != 0 and abs(tacit[need]) > limit:
            felt_week[need] = week
            felt_by[need] = person


@kernel
def meet_in_units(
    part: Part,
    staff: Staff,
    tacit: Array,
    meetings: Meetings,
    space: Space,
    seed: Whole,
    week: Whole,
) -> None:
    """Colleagues of each unit meet in pairs; those who shall meet others are put in line.

    `space.crossers` is filled with their number; see `pair_within_unit`.
    """
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        for i in range(begin, end):
            fetch_person(i, staff, tacit)
        pairs = pair_up(u, begin, end, tacit, meetings, space, seed, week)
        met = slice(begin // 2, begin // 2 + pairs)
        learn_from_colleagues(space.one[met], space.other[met], staff, tacit, meetings, week)


@kernel
def pair_up(
    unit: Whole,
    begin: Whole,
    end: Whole,
    tacit: Array,
    meetings: Meetings,
    space: Space,
    seed: Whole,
    week: Whole,
) -> int:
    """Pair the colleagues of a unit, as `seci_sim.seci.pairing` says; gives the number of pairs."""
    crossing = meetings.crossing
    if meetings.mentors:
        pairs, space.crossers[unit] = pairing.pair_with_mentors(
            unit, begin, end, tacit, crossing, space, seed, week
        )
    else:
        pairs, space.crossers[unit] = pairing.pair_within_unit(
            unit, begin, end, crossing, space, seed, week
        )
    return pairs


@kernel
def learn_from_colleagues(
    one: Array, other: Array, staff: Staff, tacit: Array, meetings: Meetings, week: Whole
) -> None:
    """The less sure of two colleagues moves towards the surer one, right or wrong.

    For learner i and colleague j with abs(tacit_j) > abs(tacit_i), on every need::

        tacit_i += min(1, rate * hours * tie * pace_i) * (tacit_j - tacit_i)

    Who does not share what they know teaches nobody.

    Parameters
    ----------
    one, other : (pairs,) int64
        Rows of the two who meet.
    tacit : (employees, needs) float32
        Changed in place.

    Notes
    -----
    Source: direction from Sandvik et al. (structured meetings of peers); the linear step and its
    rate are our assumption.
    """
    hours, moved = staff.hours, staff.moved
    wanted, rate = np.float32(meetings.hours), np.float32(meetings.rate)
    for pair in range(one.size):
        if pair + AHEAD < one.size:
            fetch_person(one[pair + AHEAD], staff, tacit)
            fetch_person(other[pair + AHEAD], staff, tacit)
        i, j = one[pair], other[pair]
        met = min(wanted, min(free_hours(hours, i), free_hours(hours, j)))
        if met <= 0:
            continue
        hours[i, WITH_COLLEAGUES] += met
        hours[j, WITH_COLLEAGUES] += met
        tie = np.float32(tie_between(staff.unit[i], staff.unit[j], meetings, week))
        step_i = min(np.float32(1), rate * met * tie * staff.pace[i]) * staff.shares[j]
        step_j = min(np.float32(1), rate * met * tie * staff.pace[j]) * staff.shares[i]
        moved_i, moved_j = np.int32(0), np.int32(0)
        for need in range(tacit.shape[1]):
            mine, yours = tacit[i, need], tacit[j, need]
            gap = yours - mine
            i_learns = step_i * gap if abs(yours) > abs(mine) else np.float32(0)
            j_learns = step_j * gap if abs(mine) > abs(yours) else np.float32(0)
            tacit[i, need] = mine + i_learns
            tacit[j, need] = yours - j_learns
            moved_i = np.int32(moved_i + np.int32(abs(i_learns) * CONVICTION_GRID))
            moved_j = np.int32(moved_j + np.int32(abs(j_learns) * CONVICTION_GRID))
        moved[i, SOCIALIZATION] += np.float32(moved_i) / CONVICTION_GRID
        moved[j, SOCIALIZATION] += np.float32(moved_j) / CONVICTION_GRID


@kernel
def tie_between(one: Whole, other: Whole, meetings: Meetings, week: Whole) -> float:
    """Strength of the tie between people of two units; less while their firms grow together."""
    if one == other:
        return meetings.tie_within
    if meetings.firm[one] == meetings.firm[other]:
        return meetings.tie_across
    return meetings.tie_across * min(
        closeness(one, meetings, week), closeness(other, meetings, week)
    )


@kernel
def closeness(unit: Whole, meetings: Meetings, week: Whole) -> float:
    """How far the firm of a unit has grown together with this one since it joined, 0 to 1."""
    since, weeks = week - meetings.joined[unit], meetings.growing[unit]
    return since / weeks if since < weeks else 1.0
