"""Turnover: people leave and are replaced, and what they knew tacitly goes with them; or they change places."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import fill, kernel
from seci_sim.engine.structures import Real, Structure, Vector, Whole
from seci_sim.seci.knowledge import (
    NOBODY,
    WITH_COLLEAGUES,
    Array,
    Knowledge,
    Staff,
    book_what_fits,
    rows_there,
)
from seci_sim.seci.pairing import how_sure
from seci_sim.seci.working_space import Space

ROTATED, POINTING = np.int64(0), np.int64(1)
"""Slots of the luck of rotation: who is drawn, and at whom they point."""


class Turnover(Structure):
    """How needs, staff and knowledge come and go."""

    drift: Vector[np.float64]
    """(markets,) float64: chance of a need to turn round in a week; the core's is the first's."""
    leaving: Vector[np.float64]
    """(units,) float64: chance of leaving in a week, rounded to 2**-20."""
    spread: float
    """Standard deviation of a newcomer's convictions."""
    remaining: float
    """Share of unused tacit knowledge that is left after a week."""
    rotating: float
    """Chance of changing places with somebody of another unit in a week."""
    settling: float
    """Hours that each of the two gives to settling in."""


@kernel
def renew(
    i: Whole,
    staff: Staff,
    knowledge: Knowledge,
    process: Whole,
    spread: Real,
    seed: Whole,
    week: Whole,
) -> float:
    """A newcomer takes row i: tacit ~ N(0, spread), nothing read. Gives the tacit lost."""
    tacit, explicit = knowledge.tacit, knowledge.explicit
    lost = 0.0
    for need in range(tacit.shape[1]):
        lost += abs(tacit[i, need])
        drawn = spread * luck.normal(seed, process, week, staff.unit[i], staff.member[i], need)
        tacit[i, need] = np.float32(min(1.0, max(-1.0, drawn)))
        explicit[i, need] = 0
    return lost


@kernel
def leave(
    staff: Staff,
    knowledge: Knowledge,
    share: Array,
    process: Whole,
    spread: Real,
    space: Space,
    seed: Whole,
    week: Whole,
) -> None:
    """Some leave and are replaced; what they knew tacitly goes with them.

    Parameters
    ----------
    staff : Staff
        `person` is `NOBODY` in the rows of newcomers, until `number_newcomers`.
    share : (units,) float64
        Chance of leaving this week, rounded to 2**-20.
    process : int
        `luck.LEAVING` or `luck.EXODUS`.
    spread : float
        Standard deviation of a newcomer's convictions.
    space : Space
        To the unit's `totals`, leavers and their tacit knowledge, in full convictions, are added.
    """
    lost, left = space.totals.tacit_lost, space.totals.leavers
    for u in range(staff.first.size):
        begin, end = rows_there(u, staff)
        words = space.words[begin:end]
        luck.fill_words(words, seed, process, week, u, luck.FIRST)
        leavers = luck.who_below(words, luck.below(share[u]), space.chosen)
        for place in range(leavers):
            i = begin + space.chosen[place]
            lost[u] += renew(i, staff, knowledge, luck.NEWCOMER, spread, seed, week)
            left[u] += 1.0
            staff.person[i] = NOBODY


def surest(unit: int, share: float, staff: Staff, knowledge: Knowledge) -> list[int]:
    """Rows of the surest of a unit, in order: a share of it in whole people, at least one."""
    rows = np.arange(staff.first[unit], staff.last[unit])
    number = max(1, math.floor(share * len(rows) + 0.5))
    sure = how_sure(knowledge.tacit[rows])
    return sorted(rows[np.argsort(-sure, kind="stable")[:number]].tolist())


@kernel
def number_newcomers(staff: Staff, next_person: Whole, week: Whole) -> Any:
    """Give everyone new a number never used before, in the order of rows; gives the next one."""
    person = staff.person
    for i in range(person.size):
        if person[i] == NOBODY:
            person[i] = next_person
            staff.arrival[i, 0] = week
            staff.arrival[i, 1] = i
            next_person += 1
    return next_person


@kernel
def arrive(
    units: Array, staff: Staff, knowledge: Knowledge, spread: Real, seed: Whole, week: Whole
) -> None:
    """The staff of units that join know little: tacit ~ N(0, spread), nothing read."""
    for u in units:
        for i in range(staff.first[u], staff.last[u]):
            staff.arrival[i, 0] = week
            renew(i, staff, knowledge, luck.ARRIVAL, spread, seed, week)


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
        lasting = staff.talent[one], staff.pace[one], staff.keeps[one], staff.shares[one]
        staff.talent[one], staff.pace[one] = staff.talent[other], staff.pace[other]
        staff.keeps[one], staff.shares[one] = staff.keeps[other], staff.shares[other]
        staff.talent[other], staff.pace[other], staff.keeps[other], staff.shares[other] = lasting
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
