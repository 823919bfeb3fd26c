"""Internalization: explicit to tacit, by doing: training, pilots, reviews, everyday practice."""

from __future__ import annotations

import math

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import fill, kernel
from seci_sim.engine.structures import Real, Structure, Whole
from seci_sim.seci.knowledge import (
    HOUR_GRID,
    IN_INTERNALIZATION,
    INTERNALIZATION,
    NOBODY,
    PRACTISED,
    SETTING_UP,
    Array,
    Knowledge,
    Part,
    Projects,
    Staff,
    book_what_fits,
    empty,
    free_hours,
    move_towards,
    rows_there,
)
from seci_sim.seci.working_space import Space
from seci_sim.seci.world import Truth


class Practice(Structure):
    """What everybody practises, and notices."""

    takes_place: bool
    training_hours: float
    """Of a week, for who has read something."""
    rate: float
    """Step an hour."""
    routine_hours: float
    """Of a week, for the market's routines."""
    by_the_way: float
    """Share of routine business, in which they are practised, too, without being booked."""
    routine_rate: float
    noticing: float
    """Chance to notice that a routine is wrong on a need."""
    noticing_step: float
    reading_use: float
    """Chance that what was read this week is tried."""


class Pilots(Structure):
    """How plans are practised, reviewed and become routine."""

    takes_place: bool
    """False with internalization switched off: a plan is routine after its set-up, unreviewed."""
    hours: float
    """Of a week, that each member practises."""
    capacity: float
    """Practice hours a week that a market has for all its pilots; they share them equally."""
    rate: float
    """Step an hour."""
    weeks: int
    """Of practice until the plan becomes routine."""
    review_share: float
    """Chance of a review before that."""
    review_hours: float
    review_patients: int
    review_accuracy: float
    """How often a patient judges an entry rightly."""
    review_margin: int
    """Votes more against than for an entry, from which on it is withdrawn."""
    review_learning: float
    """Step towards what the patients of a review say; 0: its members learn nothing."""
    documentation_share: float
    """Chance that a lesson is written."""


@kernel
def practise(
    i: Whole, staff: Staff, tacit: Array, document: Array, wanted: Real, rate: Real
) -> None:
    """Practising what is written moves tacit knowledge towards it.

    On every need with an entry::

        tacit += rate * hours * pace * (entry - tacit)

    Parameters
    ----------
    i : int
        Row of who practises, for the wanted hours or what is free.
    tacit : (employees, needs) float32
        Changed in place.
    document : (needs,) int8
        What is practised: what was read, a plan, or a routine.

    Notes
    -----
    Source: that practice moves more than reading, Cochrane review CD004398; the linear step and its
    rate are our assumption.
    """
    booked = book_what_fits(staff.hours, i, IN_INTERNALIZATION, wanted)
    step = np.float32(rate) * booked * staff.pace[i]
    staff.moved[i, INTERNALIZATION] += move_towards(tacit[i], document, step)


@kernel
def train(part: Part, staff: Staff, knowledge: Knowledge, practice: Practice, space: Space) -> None:
    """Everyone who has read something practises it.

    Who has is found first: that test would keep the processor from practising many needs at once.
    """
    explicit = knowledge.explicit
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        readers: Whole = 0
        for i in range(begin, end):
            space.chosen[readers] = i
            readers += not empty(explicit[i])
        for place in range(readers):
            reader = np.int64(space.chosen[place])
            read = explicit[reader]
            practise(reader, staff, knowledge.tacit, read, practice.training_hours, practice.rate)


@kernel
def try_what_was_read(
    part: Part,
    staff: Staff,
    knowledge: Knowledge,
    practice: Practice,
    space: Space,
    seed: Whole,
    week: Whole,
) -> None:
    """What they read this week, as far as they made it out, some people try in their work.

    With a chance, as in an hour of training, which is not booked::

        tacit += rate * pace * (entry - tacit)

    Parameters
    ----------
    space : Space
        `read` says who read which document of the library this week.

    Notes
    -----
    Source: that printed material alone moves practice, if little, Cochrane review CD004398. Rule: our
    assumption.
    """
    limit, tried = luck.below(practice.reading_use), space.observed
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        words = space.words[begin:end]
        luck.fill_words(words, seed, luck.TRYING, week, u, luck.FIRST)
        for place in range(luck.who_below(words, limit, space.chosen)):
            i = begin + np.int64(space.chosen[place])
            if space.read[i] == NOBODY:
                continue
            entries, held = knowledge.library.entries[space.read[i]], knowledge.explicit[i]
            for need in range(entries.size):
                tried[need] = entries[need] if held[need] == entries[need] else 0
            step = np.float32(practice.rate) * staff.pace[i]
            staff.moved[i, INTERNALIZATION] += move_towards(knowledge.tacit[i], tried, step)


@kernel
def practise_routines(part: Part, staff: Staff, knowledge: Knowledge, practice: Practice) -> None:
    """The staff of a market practise its routines, at a smaller rate than in training.

    Beside the hours that are booked for it they do so by the way, in a share of all that are left.

    Notes
    -----
    Source: learning by doing, Argote and Epple (1990). The rule: our assumption.
    """
    rate, share = np.float32(practice.routine_rate), practice.by_the_way
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        if begin == end or staff.market[begin] < 0:
            continue
        routine = knowledge.routine[staff.market[begin]]
        if empty(routine):
            continue
        for i in range(begin, end):
            booked = book_what_fits(staff.hours, i, IN_INTERNALIZATION, practice.routine_hours)
            if share > 0:
                booked = np.float32(booked + share * free_hours(staff.hours, i))
            step = rate * booked * staff.pace[i]
            staff.moved[i, INTERNALIZATION] += move_towards(knowledge.tacit[i], routine, step)


@kernel
def notice(
    part: Part,
    staff: Staff,
    knowledge: Knowledge,
    truth: Truth,
    practice: Practice,
    space: Space,
    seed: Whole,
    week: Whole,
) -> None:
    """Some notice that a routine is wrong on a need, and move towards the truth.

    ::

        tacit_i += rate * pace_i * (truth - tacit_i)        on each wrong need, with a chance

    Nobody notices a systemic need. Source: our assumption.
    """
    tacit, moved = knowledge.tacit, staff.moved
    limit, rate = luck.below(practice.noticing), np.float32(practice.noticing_step)
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        if begin == end or staff.market[begin] < 0:
            continue
        routine, right = knowledge.routine[staff.market[begin]], truth.market[staff.market[begin]]
        words = space.words[begin:end]
        for need in range(truth.can_show):
            if routine[need] != -right[need]:
                continue
            luck.fill_words(words, seed, luck.NOTICING, week, u, need)
            noticing = luck.who_below(words, limit, space.chosen)
            if noticing > 0:
                knowledge.noticed[staff.market[begin], need] = week
            for place in range(noticing):
                i = begin + np.int64(space.chosen[place])
                step = min(np.float32(1), rate * staff.pace[i])
                change = step * (np.float32(right[need]) - tacit[i, need])
                tacit[i, need] += change
                moved[i, INTERNALIZATION] += abs(change)


@kernel
def share_practice_hours(
    under_way: Array, projects: Projects, present: Array, pilots: Pilots, share: Array, week: Whole
) -> None:
    """Fill in the hours each pilot member gets in a market: all, or an equal part of its capacity.

    Seats whose unit left are not counted.
    """
    status, pilot, market = projects.status, projects.pilot, projects.market
    fill(share, 0.0)
    for place in range(under_way.size):
        project = under_way[place]
        if status[project] == SETTING_UP and week > projects.ready[project]:
            status[project] = PRACTISED
        if status[project] == PRACTISED:
            for seat in range(pilot.shape[1]):
                i = pilot[project, seat]
                share[market[project]] += pilots.hours * (i != NOBODY and present[i])
    for m in range(share.size):
        part = pilots.hours * min(1.0, pilots.capacity / share[m]) if share[m] > 0 else pilots.hours
        share[m] = math.floor(part * HOUR_GRID) / HOUR_GRID


@kernel
def run_pilots(
    under_way: Array, staff: Staff, knowledge: Knowledge, pilots: Pilots, share: Array, week: Whole
) -> None:
    """The staff of each pilot practise its plan.

    Who lacks the hours is passed over; a pilot with fewer than two who have them waits a week.

    Parameters
    ----------
    under_way : (projects under way,) int64
        In order of their start.
    share : (markets,) float64
        Working space.
    """
    projects, present, hours = knowledge.projects, staff.present, staff.hours
    pilot = projects.pilot
    share_practice_hours(under_way, projects, present, pilots, share, week)
    for place in range(under_way.size):
        project = under_way[place]
        if projects.status[project] != PRACTISED:
            continue
        booked = np.float32(share[projects.market[project]])
        able = 0
        for seat in range(pilot.shape[1]):
            i = pilot[project, seat]
            able += i != NOBODY and present[i] and free_hours(hours, i) >= booked
        if able < 2:
            continue
        projects.weeks_practised[project] += 1
        if projects.week_practised[project] < 0:
            projects.week_practised[project] = week
        for seat in range(pilot.shape[1]):
            i = pilot[project, seat]
            if i != NOBODY and present[i] and free_hours(hours, i) >= booked:
                practise(i, staff, knowledge.tacit, projects.plan[project], booked, pilots.rate)
