"""Externalization: tacit to explicit, by putting what a group feels into words."""

from __future__ import annotations

import math

import numpy as np

from seci_sim import ba, luck
from seci_sim.compiled import fill, kernel
from seci_sim.knowledge import (
    ENDED,
    EXTERNALIZATION,
    IN_COMBINATION,
    IN_EXTERNALIZATION,
    NOBODY,
    hold,
    share_out,
)
from seci_sim.world import SYSTEMIC


def entries_of_a_workshop(per_six_hours: float, workshop_hours: float) -> int:
    """How many needs a workshop puts into words: proportional to its length, at least one.

    Examples
    --------
    >>> entries_of_a_workshop(5, 6), entries_of_a_workshop(5, 3), entries_of_a_workshop(5, 0.5)
    (5, 3, 1)
    """
    return max(1, math.floor(per_six_hours * workshop_hours / 6.0 + 0.5))


@kernel
def conviction(need, tacit, explicit, group, systemic, unsure, reading_voice):
    """What a group brings to one need: the sum of its members' tacit convictions.

    Who is unsure (abs(tacit) <= unsure) voices what they have read instead, at a small weight, on
    needs other than systemic ones.
    """
    total = 0.0
    for seat in range(group.size):
        i = group[seat]
        if i == NOBODY:
            continue
        read = explicit[i, need]
        if abs(tacit[i, need]) <= np.float32(unsure) and read != 0 and not systemic:
            total += reading_voice * read
        else:
            total += tacit[i, need]
    return total


@kernel
def put_into_words(concept, tacit, explicit, group, voices, answered, need_class, entries, pooled,
                   sayability, unsure, reading_voice, moved):  # fmt: skip
    """A group's strongest convictions become a concept, as far as they can be said and are new.

    ::

        sum(need) = pooled * (convictions of the group + voices of the stakeholders)

    A need can be said where abs(sum) >= sayability. Of the needs on which sign(sum) differs from
    what the market answers already, the strongest become entries (ties: the first need).

    Parameters
    ----------
    concept : (needs,) int8
        Filled in; empty before.
    voices : (needs,) float64
        What stakeholders say, changed in place into the sums.
    answered : (needs,) int8
        The market's routine and plans under way.
    entries : int
        Needs that a workshop puts into words at most.
    pooled : float
        Share of the conviction that reaches the others: below 1 when people work remotely.

    Returns
    -------
    int
        Entries written.

    Notes
    -----
    Source: Nonaka's dialoguing ba. That some convictions stay unsayable answers Gourlay (2006); the
    threshold and the sum are our assumption.
    """
    for need in range(concept.size):
        systemic = need_class[need] == SYSTEMIC
        voices[need] += conviction(need, tacit, explicit, group, systemic, unsure, reading_voice)
        voices[need] *= pooled
    written = 0
    while written < entries:
        strongest = NOBODY
        strength = 0.0
        for need in range(concept.size):
            says = 1 if voices[need] > 0 else -1
            sayable = abs(voices[need]) >= sayability
            new = concept[need] == 0 and says != answered[need]
            if sayable and new and abs(voices[need]) > strength:
                strongest = need
                strength = abs(voices[need])
        if strongest == NOBODY:
            break
        concept[strongest] = 1 if voices[strongest] > 0 else -1
        written += 1
    hold(explicit, group, concept)
    share_out(moved, EXTERNALIZATION, group, written)
    return written


@kernel
def hold_workshops(first, last, market, ordinal, status, concept, group, group_person, local_seats,
                   tacit, explicit, person, hours, moved, present, order, swaps,
                   market_rows, office_rows, answered, need_class, truth, core,
                   takes_place, workshop_hours, combination_hours, headquarters_seats, others_seats, guests,
                   variation, accuracy, entries, pooled, sayability, unsure, reading_voice,
                   seed, week):  # fmt: skip
    """Form the groups of this week's new projects and let each put its concept into words.

    Parameters
    ----------
    first, last : int
        Which projects.
    local_seats : int
        Seats of `group` for local staff; headquarters staff sit behind them, and behind these
        `others_seats` people of one other market, drawn by luck; None for none.
    market_rows, office_rows : (markets, 2) int64
        Rows of each market's staff, and of the headquarters its groups draw on.
    takes_place : bool
        False with externalization switched off: the group meets, its concept stays empty.
    workshop_hours, combination_hours : float
        A member must have both free, and gives both when the group forms: another group of this
        week cannot claim them.
    guests : (markets, 3) int64
        Patients, local and global partners who are invited to the workshop and exist.
    """
    voices = np.zeros(need_class.size)
    in_workshop = np.float32(workshop_hours if takes_place else 0.0)
    hours_needed = in_workshop + np.float32(combination_hours)
    for project in range(first, last):
        m, k = market[project], ordinal[project]
        locals_seated = ba.draw_people(
            group[project], local_seats, market_rows[m, 0], market_rows[m, 1], order, swaps,
            present, hours, hours_needed, luck.GROUP, seed, week, m, k,
        )  # fmt: skip
        if locals_seated < 2:
            fill(group[project], NOBODY)
            status[project] = ENDED
            continue
        ba.draw_people(
            group[project, local_seats:], headquarters_seats, office_rows[m, 0], office_rows[m, 1],
            order, swaps, present, hours, hours_needed, luck.HEADQUARTERS, seed, week, m, k,
        )  # fmt: skip
        if others_seats is not None and market_rows.shape[0] > 1:  # else Numba leaves it out
            other = ba.another_market(m, market_rows.shape[0], seed, week, k)
            ba.draw_people(
                group[project, local_seats + headquarters_seats :], others_seats,
                market_rows[other, 0], market_rows[other, 1], order, swaps, present, hours,
                hours_needed, luck.OTHER_STAFF, seed, week, m, k,
            )  # fmt: skip
        for seat in range(group.shape[1]):
            if group[project, seat] != NOBODY:
                group_person[project, seat] = person[group[project, seat]]
                hours[group[project, seat], IN_EXTERNALIZATION] += in_workshop
                hours[group[project, seat], IN_COMBINATION] += np.float32(combination_hours)
        if takes_place:
            fill(voices, 0.0)
            ba.hear_stakeholders(
                voices, truth[m], core, need_class, guests[m, 0], guests[m, 1], guests[m, 2],
                variation, accuracy, seed, week, m, k,
            )  # fmt: skip
            put_into_words(
                concept[project], tacit, explicit, group[project], voices, answered[m], need_class,
                entries, pooled, sayability, unsure, reading_voice, moved,
            )  # fmt: skip
