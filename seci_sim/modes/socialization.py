"""Socialization: tacit to tacit, by shared experience, with patients and with colleagues."""

from __future__ import annotations

import numpy as np

from seci_sim import ba
from seci_sim.compiled import kernel
from seci_sim.knowledge import (
    AHEAD,
    CONVICTION_GRID,
    SOCIALIZATION,
    WITH_COLLEAGUES,
    WITH_PATIENTS,
    fetch_person,
    free_hours,
    move_towards,
    rows_there,
)


@kernel
def learn_from_patients(first_unit, last_unit, first, last, tacit, present, home, person, hours,
                        moved, felt_week, felt_by, truth, need_class, visits, keeps, visit_hours, shows,
                        variation, accuracy, rate, unsure, seed, week):  # fmt: skip
    """Whoever visits a patient moves towards what they saw there, rightly or wrongly.

    For each need that shows itself, observed as -1 or +1::

        tacit_i += rate * (observed - tacit_i)

    Parameters
    ----------
    first, last : (units,) int64
        Rows of each unit.
    tacit : (employees, needs) float32
        Changed in place.
    visits : float
        Mean visits a week and head: patient time x 40 / visit hours.
    keeps : (employees,) bool or None
        Who keeps to the patient time; None where everybody does.
    shows : float
        Chance that a need shows in one visit, rounded to 2**-20.
    felt_week, felt_by : (units, needs) int64
        When a unit first became sure of a need by a visit, and who; filled in for the story.

    Notes
    -----
    Source: Nonaka's originating ba. The linear step and its size are our assumption.
    """
    observed = np.zeros(tacit.shape[1], np.int8)
    for u in range(first_unit, last_unit):
        begin, end = rows_there(u, first, last, present)
        planned = np.empty(end - begin, np.int64)
        ba.plan_visits(planned, visits, seed, week, u)
        if keeps is not None:  # else Numba leaves the loop out
            for i in range(begin, end):
                planned[i - begin] *= keeps[i]
        for i in range(begin, end):
            if i + AHEAD < end and planned[i + AHEAD - begin] > 0:
                fetch_person(i + AHEAD, tacit, hours, moved)
            for visit in range(planned[i - begin]):
                if free_hours(hours, i) < np.float32(visit_hours):
                    break
                hours[i, WITH_PATIENTS] += np.float32(visit_hours)
                ba.see_needs(
                    observed, truth[home[i]], need_class, shows, variation, accuracy,
                    seed, week, u, i - begin, visit,
                )  # fmt: skip
                moved[i, SOCIALIZATION] += move_towards(tacit[i], observed, rate)
                feel(felt_week[u], felt_by[u], tacit[i], observed, unsure, person[i], week)


@kernel
def feel(felt_week, felt_by, tacit, observed, unsure, person, week):
    """Remember the first in a unit whom a visit made sure of a need, for the story."""
    for need in range(tacit.size):
        if felt_week[need] < 0 and observed[need] != 0 and abs(tacit[need]) > np.float32(unsure):
            felt_week[need] = week
            felt_by[need] = person


@kernel
def meet_in_units(first_unit, last_unit, first, last, present, tacit, crossing, order, line,
                  crossers, one, other, unit, hours, moved, meeting_hours, tie_within, tie_across,
                  rate, seed, week):  # fmt: skip
    """Colleagues of each unit meet in pairs; those who shall meet others are put in line.

    `crossers`, (units,) int64, is filled with their number; see `ba.pair_within_unit` and
    `learn_from_colleagues`.
    """
    for u in range(first_unit, last_unit):
        begin, end = rows_there(u, first, last, present)
        for i in range(begin, end):
            fetch_person(i, tacit, hours, moved)
        pairs, crossers[u] = ba.pair_within_unit(
            u, begin, end - begin, crossing, order, line, one, other, seed, week
        )
        learn_from_colleagues(
            begin // 2, begin // 2 + pairs, tacit, one, other, unit, hours, moved, meeting_hours,
            tie_within, tie_across, rate,
        )  # fmt: skip


@kernel
def learn_from_colleagues(first, last, tacit, one, other, unit, hours, moved, meeting_hours,
                          tie_within, tie_across, rate):  # fmt: skip
    """The less sure of two colleagues moves towards the surer one, right or wrong.

    For learner i and colleague j with abs(tacit_j) > abs(tacit_i), on every need::

        tacit_i += min(1, rate * hours * tie) * (tacit_j - tacit_i)

    Parameters
    ----------
    first, last : int
        Which pairs.
    tacit : (employees, needs) float32
        Changed in place.
    one, other : (pairs,) int64
        Rows of the two who meet.
    meeting_hours : float
        Hours of a meeting; two who have fewer left meet for the hours that both have.
    tie_within, tie_across : float
        Strength of the tie in a unit and across units, 0 to 1.

    Notes
    -----
    Source: direction from Sandvik et al. (structured meetings of peers); the linear step and its
    rate are our assumption.
    """
    for pair in range(first, last):
        if pair + AHEAD < last:
            fetch_person(one[pair + AHEAD], tacit, hours, moved)
            fetch_person(other[pair + AHEAD], tacit, hours, moved)
        i, j = one[pair], other[pair]
        met = min(np.float32(meeting_hours), min(free_hours(hours, i), free_hours(hours, j)))
        if met <= 0:
            continue
        hours[i, WITH_COLLEAGUES] += met
        hours[j, WITH_COLLEAGUES] += met
        tie = np.float32(tie_within if unit[i] == unit[j] else tie_across)
        step = min(np.float32(1), np.float32(rate) * met * tie)
        moved_i, moved_j = np.int32(0), np.int32(0)
        for need in range(tacit.shape[1]):
            mine, yours = tacit[i, need], tacit[j, need]
            change = step * (yours - mine)
            i_learns = change if abs(yours) > abs(mine) else np.float32(0)
            j_learns = change if abs(mine) > abs(yours) else np.float32(0)
            tacit[i, need] = mine + i_learns
            tacit[j, need] = yours - j_learns
            moved_i = np.int32(moved_i + np.int32(abs(i_learns) * CONVICTION_GRID))
            moved_j = np.int32(moved_j + np.int32(abs(j_learns) * CONVICTION_GRID))
        moved[i, SOCIALIZATION] += np.float32(moved_i) / CONVICTION_GRID
        moved[j, SOCIALIZATION] += np.float32(moved_j) / CONVICTION_GRID
