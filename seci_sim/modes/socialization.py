"""Socialization: tacit to tacit, by shared experience, with patients and with colleagues."""

from __future__ import annotations

import numpy as np

from seci_sim import ba
from seci_sim.compiled import kernel
from seci_sim.knowledge import SOCIALIZATION, WITH_COLLEAGUES, WITH_PATIENTS, free_hours
from seci_sim.world import SYSTEMIC


@kernel
def learn_from_patients(first, last, tacit, present, unit, member, home, person, hours, moved,
                        felt_week, felt_by, truth, need_class, visits, visit_hours, shows,
                        variation, accuracy, rate, unsure, seed, week):  # fmt: skip
    """Whoever visits a patient moves towards what they saw there, rightly or wrongly.

    For each need that shows itself, observed as -1 or +1::

        tacit_i += rate * (observed - tacit_i)

    Parameters
    ----------
    tacit : (employees, needs) float32
        Changed in place.
    visits : float
        Mean visits a week and head: patient time x 40 / visit hours.
    shows : float
        Chance that a need shows in one visit, rounded to 2**-20.
    felt_week, felt_by : (units, needs) int32 and int64
        When a unit first became sure of a need by a visit, and who; filled in for the story.

    Notes
    -----
    Source: Nonaka's originating ba. The linear step and its size are our assumption.
    """
    needs = tacit.shape[1]
    for i in range(first, last):
        if not present[i]:
            continue
        for visit in range(ba.visits_this_week(visits, seed, week, unit[i], member[i])):
            if free_hours(hours, i) < np.float32(visit_hours):
                break
            hours[i, WITH_PATIENTS] += np.float32(visit_hours)
            for need in range(needs):
                if need_class[need] == SYSTEMIC:
                    continue
                observed = ba.need_shown(
                    truth[home[i], need], shows, variation, accuracy,
                    seed, week, unit[i], member[i], visit * needs + need,
                )  # fmt: skip
                if observed != 0:
                    step = np.float32(rate) * (np.float32(observed) - tacit[i, need])
                    tacit[i, need] += step
                    moved[i, SOCIALIZATION] += abs(step)
                    if felt_week[unit[i], need] < 0 and abs(tacit[i, need]) > np.float32(unsure):
                        felt_week[unit[i], need] = week
                        felt_by[unit[i], need] = person[i]


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
        i, j = one[pair], other[pair]
        met = min(np.float32(meeting_hours), min(free_hours(hours, i), free_hours(hours, j)))
        if met <= 0:
            continue
        hours[i, WITH_COLLEAGUES] += met
        hours[j, WITH_COLLEAGUES] += met
        tie = np.float32(tie_within if unit[i] == unit[j] else tie_across)
        step = min(np.float32(1), np.float32(rate) * met * tie)
        moved_i, moved_j = np.float32(0), np.float32(0)
        for need in range(tacit.shape[1]):
            change = step * (tacit[j, need] - tacit[i, need])
            j_is_surer = abs(tacit[j, need]) > abs(tacit[i, need])
            i_is_surer = abs(tacit[i, need]) > abs(tacit[j, need])
            tacit[i, need] += change if j_is_surer else np.float32(0)
            tacit[j, need] -= change if i_is_surer else np.float32(0)
            moved_i += abs(change) if j_is_surer else np.float32(0)
            moved_j += abs(change) if i_is_surer else np.float32(0)
        moved[i, SOCIALIZATION] += moved_i
        moved[j, SOCIALIZATION] += moved_j
