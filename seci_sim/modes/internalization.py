"""Internalization: explicit to tacit, by doing: training, pilots, reviews, everyday practice."""

from __future__ import annotations

import math

import numpy as np

from seci_sim import ba, luck
from seci_sim.compiled import copy, fill, kernel
from seci_sim.knowledge import (
    ADOPTED,
    ENDED,
    HOUR_GRID,
    IN_INTERNALIZATION,
    INTERNALIZATION,
    NOBODY,
    PRACTISED,
    SETTING_UP,
    book_what_fits,
    empty,
    fetch_person,
    free_hours,
    mark_held,
    move_towards,
    overlay,
    rows_there,
)
from seci_sim.world import SYSTEMIC


@kernel
def practise(hours, moved, i, tacit, document, wanted, rate):
    """Practising what is written moves tacit knowledge towards it.

    On every need with an entry::

        tacit += rate * hours * (entry - tacit)

    Parameters
    ----------
    i : int
        Row of who practises, for the wanted hours or what is free.
    tacit : (needs,) float32
        Theirs, changed in place.
    document : (needs,) int8
        What is practised: what was read, a plan, or a routine.

    Notes
    -----
    Source: that practice moves more than reading, Cochrane review CD004398; the linear step and its
    rate are our assumption.
    """
    booked = book_what_fits(hours, i, IN_INTERNALIZATION, wanted)
    moved[i, INTERNALIZATION] += move_towards(tacit, document, np.float32(rate) * booked)


@kernel
def train(first_unit, last_unit, first, last, tacit, explicit, present, hours, moved,
          training_hours, rate):  # fmt: skip
    """Everyone who has read something practises it."""
    for u in range(first_unit, last_unit):
        begin, end = rows_there(u, first, last, present)
        for i in range(begin, end):
            if not empty(explicit[i]):
                practise(hours, moved, i, tacit[i], explicit[i], training_hours, rate)


@kernel
def practise_routines(first_unit, last_unit, first, last, tacit, routine, market, present, hours,
                      moved, routine_hours, rate):  # fmt: skip
    """The staff of a market practise its routines, at a smaller rate than in training."""
    for u in range(first_unit, last_unit):
        begin, end = rows_there(u, first, last, present)
        if begin == end or market[begin] < 0 or empty(routine[market[begin]]):
            continue
        for i in range(begin, end):
            practise(hours, moved, i, tacit[i], routine[market[begin]], routine_hours, rate)


@kernel
def notice(first_unit, last_unit, first, last, tacit, routine, truth, need_class, market, present,
           moved, chance, rate, seed, week):  # fmt: skip
    """Some notice that a routine is wrong on a need, and move towards the truth.

    ::

        tacit_i += rate * (truth - tacit_i)        on each wrong need, with probability `chance`

    Nobody notices a systemic need. Source: our assumption.
    """
    for u in range(first_unit, last_unit):
        begin, end = rows_there(u, first, last, present)
        if begin == end or market[begin] < 0:
            continue
        m = market[begin]
        chances = np.empty(end - begin)
        for need in range(tacit.shape[1]):
            if routine[m, need] != -truth[m, need] or need_class[need] == SYSTEMIC:
                continue
            luck.fill_chances(chances, seed, luck.NOTICING, week, u, need)
            for i in range(begin, end):
                if chances[i - begin] < chance:
                    step = np.float32(rate) * (np.float32(truth[m, need]) - tacit[i, need])
                    tacit[i, need] += step
                    moved[i, INTERNALIZATION] += abs(step)


@kernel
def share_practice_hours(first, last, under_way, market, status, ready, pilot, present, pilot_hours,
                         capacity, share, week):  # fmt: skip
    """Fill in the hours each pilot member gets in a market: all, or an equal part of its capacity.

    Seats whose unit left are not counted.
    """
    fill(share[first:last], 0.0)
    for place in range(under_way.size):
        project = under_way[place]
        if not first <= market[project] < last:
            continue
        if status[project] == SETTING_UP and week > ready[project]:
            status[project] = PRACTISED
        if status[project] == PRACTISED:
            for seat in range(pilot.shape[1]):
                i = pilot[project, seat]
                share[market[project]] += pilot_hours * (i != NOBODY and present[i])
    for m in range(first, last):
        part = pilot_hours * min(1.0, capacity / share[m]) if share[m] > 0 else pilot_hours
        share[m] = math.floor(part * HOUR_GRID) / HOUR_GRID


@kernel
def run_pilots(first, last, under_way, market, status, ready, weeks_practised, week_practised, plan,
               pilot, share, tacit, present, hours, moved, pilot_hours, capacity, rate, week):  # fmt: skip
    """The staff of each pilot practise its plan.

    Who lacks the hours is passed over; a pilot with fewer than two who have them waits a week.

    Parameters
    ----------
    first, last : int
        Which markets.
    under_way : (projects under way,) int64
        In order of their start.
    share : (markets,) float64
        Working space.
    capacity : float
        Practice hours a week that a market has for all its pilots; they share them equally.
    """
    share_practice_hours(
        first, last, under_way, market, status, ready, pilot, present, pilot_hours, capacity, share,
        week,
    )  # fmt: skip
    for place in range(under_way.size):
        project = under_way[place]
        if not first <= market[project] < last:
            continue
        if place + 1 < under_way.size:
            for seat in range(pilot.shape[1]):
                if pilot[under_way[place + 1], seat] != NOBODY:
                    fetch_person(pilot[under_way[place + 1], seat], tacit, hours, moved)
        if status[project] != PRACTISED:
            continue
        booked = np.float32(share[market[project]])
        able = 0
        for seat in range(pilot.shape[1]):
            i = pilot[project, seat]
            able += i != NOBODY and present[i] and free_hours(hours, i) >= booked
        if able < 2:
            continue
        weeks_practised[project] += 1
        if week_practised[project] < 0:
            week_practised[project] = week
        for seat in range(pilot.shape[1]):
            i = pilot[project, seat]
            if i != NOBODY and present[i] and free_hours(hours, i) >= booked:
                practise(hours, moved, i, tacit[i], plan[project], booked, rate)


@kernel
def review(kept, pilot, present, hours, truth, need_class, review_hours, patients, accuracy, margin,
           seed, week, market, ordinal):  # fmt: skip
    """Patients judge a plan after its pilot; entries that too many find wrong are withdrawn.

    Each patient judges each entry rightly with probability `accuracy`; nobody can judge a systemic
    one. `kept` is changed in place. Source: our assumption.
    """
    for seat in range(pilot.size):
        if pilot[seat] != NOBODY and present[pilot[seat]]:
            book_what_fits(hours, pilot[seat], IN_INTERNALIZATION, review_hours)
    for need in range(kept.size):
        if kept[need] != 0 and need_class[need] != SYSTEMIC:
            against = ba.votes_against(
                need, kept[need], truth[need], patients, accuracy, kept.size,
                seed, week, market, ordinal,
            )  # fmt: skip
            if against >= margin:
                kept[need] = 0


@kernel
def adopt(under_way, market, ordinal, status, ready, weeks_practised, week_said, week_routine, plan,
          kept, pilot, routine, library, library_market, library_week, library_size, held, present, hours,
          truth, need_class, takes_place, pilot_weeks, review_share, review_hours, patients,
          accuracy, margin, documentation_share, seed, week):  # fmt: skip
    """Plans whose pilot is over become routine; a lesson may be written, the only way elsewhere.

    Parameters
    ----------
    takes_place : bool
        False with internalization switched off: a plan is routine after its set-up, unreviewed.
    library : (documents, needs) int8
        With room for one more document for each project under way.

    Returns
    -------
    int
        Documents now in the library.
    """
    for place in range(under_way.size):
        project = under_way[place]
        if takes_place:
            due = status[project] == PRACTISED and weeks_practised[project] >= pilot_weeks
        else:
            due = week >= ready[project]
        if not due:
            continue
        m, k, begun = market[project], ordinal[project], week_said[project]
        copy(kept[project], plan[project])
        if takes_place and luck.chance(seed, luck.REVIEW, begun, m, k, luck.FIRST) < review_share:
            review(
                kept[project], pilot[project], present, hours, truth[m], need_class, review_hours,
                patients, accuracy, margin, seed, begun, m, k,
            )  # fmt: skip
        if empty(kept[project]):
            status[project] = ENDED
            continue
        status[project] = ADOPTED
        week_routine[project] = week
        overlay(routine[m], kept[project])
        if luck.chance(seed, luck.LESSON, begun, m, k, luck.FIRST) < documentation_share:
            copy(library[library_size], kept[project])
            library_market[library_size] = m
            library_week[library_size] = week
            mark_held(held, kept[project])
            library_size += 1
    return library_size
