"""Job rotation: people change places across units, and take along what they know."""

from __future__ import annotations

from typing import Any

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import fill, kernel
from seci_sim.engine.structures import Real, Whole
from seci_sim.seci.knowledge import (
    NOBODY,
    WITH_COLLEAGUES,
    Array,
    Knowledge,
    Staff,
    Turnover,
    book_what_fits,
    rows_there,
)
from seci_sim.seci.working_space import Space

ROTATED, POINTING = np.int64(0), np.int64(1)
"""Slots of the luck of rotation: who is drawn, and at whom they point."""


@kernel
def change_places(
    staff: Staff, knowledge: Knowledge, turnover: Turnover, space: Space, seed: Whole, week: Whole
) -> None:
    """Let some of the staff change places, each with somebody of another unit.

    Headcounts stay. Who moves takes along what they know and have read, and spends hours on settling
    in; their part in a pilot, a community and a firm's own meetings belongs to the place they leave.

    Parameters
    ----------
    turnover : Turnover
        `rotating` is the share of the staff who move this week: half of them are drawn, and each draws
        the other. `settling` are the hours that each of the two gives to it this week, booked with
        those for colleagues.

    Notes
    -----
    Source: that rotation spreads knowledge, Nonaka and Takeuchi (1995). Rule: our assumption.
    """
    pairs = who_changes(staff, turnover.rotating / 2, space, seed, week)
    for pair in range(pairs):
        one, other = space.one[pair], space.other[pair]
        person = staff.person[one]
        staff.person[one] = staff.person[other]
        staff.person[other] = person
        swap(staff.arrival[one], staff.arrival[other])
        swap(knowledge.tacit[one], knowledge.tacit[other])
        swap(knowledge.explicit[one], knowledge.explicit[other])
        book_what_fits(staff.hours, one, WITH_COLLEAGUES, turnover.settling)
        book_what_fits(staff.hours, other, WITH_COLLEAGUES, turnover.settling)


@kernel
def swap(one: Array, other: Array) -> None:
    """Exchange what two rows hold."""
    for place in range(one.size):
        held = one[place]
        one[place] = other[place]
        other[place] = held


@kernel
def who_changes(staff: Staff, chance: Real, space: Space, seed: Whole, week: Whole) -> int:
    """Fill in the rows of the two of each change; nobody changes twice in a week.

    Who is drawn points at somebody of another unit, and changes with them, or else with the first
    behind them who has not changed yet. Gives the number of changes.
    """
    there, changed = space.pairing[: who_is_there(staff, space.pairing)], space.met
    one, other = space.one, space.other
    fill(changed, False)
    limit = luck.below(chance)
    pairs, before = 0, 0
    for u in range(staff.first.size):
        begin, end = rows_there(u, staff)
        words = space.words[begin:end]
        luck.fill_words(words, seed, luck.ROTATION, week, u, ROTATED)
        drawn = luck.who_below(words, limit, space.chosen)
        luck.fill_words(words, seed, luck.ROTATION, week, u, POINTING)
        for place in range(drawn):
            member = space.chosen[place]
            i, j = begin + member, partner(there, before, end - begin, words[member], changed)
            if j != NOBODY and not changed[i]:
                changed[i] = True
                changed[j] = True
                one[pairs] = i
                other[pairs] = j
                pairs += 1
        before += end - begin
    return pairs


@kernel
def who_is_there(staff: Staff, rows: Array) -> int:
    """Fill in, from the front, the rows of those who are there; gives their number."""
    number = 0
    for i in range(staff.present.size):
        if staff.present[i]:
            rows[number] = i
            number += 1
    return number


@kernel
def partner(there: Array, begin: Whole, size: Whole, pointing: Any, changed: Array) -> Any:
    """Row of the first who is free from where somebody points, outside their own unit's rows.

    Of `there`, these are the `size` from place `begin` on; `NOBODY` where all have changed. `pointing`
    is a word of luck.
    """
    others = there.size - size
    start = luck.one_of(np.uint64(pointing), others)
    for further in range(others):
        place = (start + further) % others
        row = there[place if place < begin else place + size]
        if not changed[row]:
            return row
    return NOBODY
