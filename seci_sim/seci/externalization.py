"""Externalization: tacit to explicit, by putting what a group feels into words."""

from __future__ import annotations

import math

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import fill, kernel
from seci_sim.engine.structures import Real, Structure, Table, Vector, Whole
from seci_sim.seci.knowledge import (
    ENDED,
    EXTERNALIZATION,
    IN_COMBINATION,
    IN_EXTERNALIZATION,
    NOBODY,
    Array,
    Knowledge,
    Projects,
    Staff,
    free_hours,
    hold,
    share_out,
)
from seci_sim.seci.working_space import Space
from seci_sim.seci.world import EXPRESSED, SYSTEMIC, Truth


class Workshops(Structure):
    """How projects start, and what their groups do."""

    takes_place: bool
    """False with externalization switched off: the group meets, its concept stays empty."""
    hours: float
    """Of a workshop."""
    combination_hours: float
    """What each member spends on library, synthesis and justification. They must have both free, and
    give both when the group forms: another group of this week cannot claim them."""
    staff: int
    """Seats of a group for local staff; those of headquarters sit behind them."""
    headquarters: int
    others: int
    """Seats, behind these, for people of one other market, drawn by luck."""
    entries: int
    """Needs that a workshop puts into words at most."""
    pooled: float
    """Share of the conviction that reaches the others: below 1 when people work remotely."""
    sayability: float
    """From which sum on a need can be said."""
    unsure: float
    """Up to this conviction a member voices what they have read instead."""
    reading_voice: float
    """Weight of that."""
    accuracy: float
    """How often a partner is right."""
    starting: Vector[np.float64]
    """(markets,) float64: mean projects a week."""
    guests: Table[np.int64]
    """(markets, 3) int64: patients, local and global partners who are invited and exist."""
    market_rows: Table[np.int64]
    """(markets, 2) int64: first row of each market's staff, and the row after the last."""
    office_rows: Table[np.int64]
    """(markets, 2) int64: the same for the headquarters its groups draw on; empty where none."""


def entries_of_a_workshop(per_six_hours: float, workshop_hours: float) -> int:
    """How many needs a workshop puts into words: proportional to its length, at least one.

    Examples
    --------
    >>> entries_of_a_workshop(5, 6), entries_of_a_workshop(5, 3), entries_of_a_workshop(5, 0.5)
    (5, 3, 1)
    """
    return max(1, math.floor(per_six_hours * workshop_hours / 6.0 + 0.5))


# Dialoguing ba: who sits in a group, and what is heard there --------------------------------------


@kernel
def projects_started(mean: Array, started: Array, seed: Whole, week: Whole) -> int:
    """Fill in how many projects each market starts this week: Poisson counts of the given means.

    Gives their sum.
    """
    number = 0
    for market in range(mean.size):
        started[market] = luck.poisson(mean[market], seed, luck.PROJECT, week, market)
        number += started[market]
    return number


@kernel
def start_projects(projects: Projects, means: Array, started: Array, seed: int, week: int) -> None:
    """Open this week's new projects; there is room for them."""
    projects_started(means, started, seed, week)
    for market in range(started.size):
        for ordinal in range(started[market]):
            project = projects.size
            projects.market[project] = market
            projects.ordinal[project] = ordinal
            projects.week_said[project] = week
            projects.size = project + 1


@kernel
def draw_people(
    seats: Array,
    wanted: Whole,
    rows: Array,
    needed: Real,
    staff: Staff,
    space: Space,
    process: Whole,
    project: luck.Project,
) -> int:
    """Seat people of some rows in an order of luck; who lacks the hours is passed over.

    Parameters
    ----------
    seats : (at least wanted,) int32
        Filled with rows, from the front.
    rows : (2,) int64
        The first row, and the one after the last.
    needed : float
        Hours that a person must have free.
    space : Space
        Its `order` counts 0, 1, 2, ... before and after.
    process : int
        Whose luck.

    Returns
    -------
    int
        People seated, at most `wanted`.
    """
    order, swaps, present, hours = space.order, space.swaps, staff.present, staff.hours
    first = rows[0]
    size = rows[1] - first
    seated = 0
    tried = luck.FIRST
    while tried < size and seated < wanted:
        u = luck.chance_of(project, process, tried)
        drawn = tried + int(u * (size - tried))
        swaps[tried] = drawn
        order[first + tried], order[first + drawn] = order[first + drawn], order[first + tried]
        row = order[first + tried]
        if present[row] and free_hours(hours, row) >= np.float32(needed):
            seats[seated] = row
            seated += 1
        tried += 1
    for step in range(tried - 1, -1, -1):
        drawn = swaps[step]
        order[first + step], order[first + drawn] = order[first + drawn], order[first + step]
    return seated


@kernel
def another_market(project: luck.Project, markets: Whole) -> Whole:
    """Draw the market whose people join a project; if it has not opened, nobody does."""
    market = project[2]
    drawn = luck.chance_of(project, luck.OTHER_MARKET, luck.FIRST)
    return (market + 1 + int(drawn * (markets - 1))) % markets


@kernel
def hear_stakeholders(
    voices: Array,
    truth: Truth,
    guests: Array,
    accuracy: Real,
    project: luck.Project,
) -> None:
    """Add what stakeholders invited to the workshop say: each voices expressed needs at weight 1.

    Parameters
    ----------
    voices : (needs,) float64
        Changed in place.
    guests : (3,) int64
        Patients, local and global partners.
    accuracy : float
        How often a partner is right.
    """
    right, core = truth.market[project[2]], truth.core
    for need in range(voices.size):
        if truth.need_class[need] != EXPRESSED:
            continue
        for guest in range(guests[0]):
            u = luck.chance_of(project, luck.VOICE_PATIENT, guest * voices.size + need)
            voices[need] += -right[need] if u < truth.variation else right[need]
        for guest in range(guests[1] + guests[2]):
            known = right[need] if guest < guests[1] else core[need]
            u = luck.chance_of(project, luck.VOICE_PARTNER, guest * voices.size + need)
            voices[need] += known if u < accuracy else -known


# What they say ------------------------------------------------------------------------------------


@kernel
def conviction(
    need: Whole,
    staff: Staff,
    knowledge: Knowledge,
    group: Array,
    systemic: bool,
    workshops: Workshops,
) -> float:
    """What a group brings to one need: the sum of the tacit convictions of those who share theirs.

    Who is unsure (abs(tacit) <= unsure) voices what they have read instead, at a small weight, on
    needs other than systemic ones.
    """
    tacit, explicit = knowledge.tacit, knowledge.explicit
    total = 0.0
    for seat in range(group.size):
        i = group[seat]
        if i == NOBODY or staff.shares[i] == 0:
            continue
        read = explicit[i, need]
        if abs(tacit[i, need]) <= np.float32(workshops.unsure) and read != 0 and not systemic:
            total += workshops.reading_voice * read
        else:
            total += tacit[i, need]
    return total


@kernel
def put_into_words(
    concept: Array,
    voices: Array,
    answered: Array,
    group: Array,
    knowledge: Knowledge,
    need_class: Array,
    workshops: Workshops,
    staff: Staff,
) -> int:
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

    Returns
    -------
    int
        Entries written.

    Notes
    -----
    Source: Nonaka's dialoguing ba. Gourlay (2006) holds that some knowledge can never be said; here
    a weak conviction waits until it is stronger. The threshold and the sum are our assumption.
    """
    for need in range(concept.size):
        systemic = need_class[need] == SYSTEMIC
        voices[need] += conviction(need, staff, knowledge, group, systemic, workshops)
        voices[need] *= workshops.pooled
    written = 0
    while written < workshops.entries:
        strongest = NOBODY
        strength = 0.0
        for need in range(concept.size):
            says = 1 if voices[need] > 0 else -1
            sayable = abs(voices[need]) >= workshops.sayability
            new = concept[need] == 0 and says != answered[need]
            if sayable and new and abs(voices[need]) > strength:
                strongest = need
                strength = abs(voices[need])
        if strongest == NOBODY:
            break
        concept[strongest] = 1 if voices[strongest] > 0 else -1
        written += 1
    hold(knowledge.explicit, group, concept)
    share_out(staff.moved, EXTERNALIZATION, group, written)
    return written


@kernel
def form_group(
    group: Array,
    workshops: Workshops,
    needed: Real,
    staff: Staff,
    space: Space,
    project: luck.Project,
) -> bool:
    """Seat local staff, headquarters and people of another market; false where no two locals can."""
    market, locals_end = project[2], workshops.staff
    office_end = locals_end + workshops.headquarters
    seated = draw_people(
        group, locals_end, workshops.market_rows[market], needed, staff, space, luck.GROUP, project
    )
    if seated < 2:
        fill(group, NOBODY)
        return False
    draw_people(
        group[locals_end:],
        workshops.headquarters,
        workshops.office_rows[market],
        needed,
        staff,
        space,
        luck.HEADQUARTERS,
        project,
    )
    markets = workshops.market_rows.shape[0]
    if workshops.others > 0 and markets > 1:
        rows = workshops.market_rows[another_market(project, markets)]
        draw_people(
            group[office_end:],
            workshops.others,
            rows,
            needed,
            staff,
            space,
            luck.OTHER_STAFF,
            project,
        )
    return True


@kernel
def hold_workshops(
    first: Whole,
    last: Whole,
    staff: Staff,
    knowledge: Knowledge,
    truth: Truth,
    workshops: Workshops,
    space: Space,
    seed: Whole,
    week: Whole,
) -> None:
    """Form the groups of this week's new projects and let each put its concept into words.

    `first` and `last` say which projects: the first, and the one after the last.
    """
    projects, hours, voices = knowledge.projects, staff.hours, space.voices
    in_workshop = np.float32(workshops.hours if workshops.takes_place else 0.0)
    in_combination = np.float32(workshops.combination_hours)
    needed = in_workshop + in_combination
    for number in range(first, last):
        m, group = projects.market[number], projects.group[number]
        project = (seed, week, m, projects.ordinal[number])
        if not form_group(group, workshops, needed, staff, space, project):
            projects.status[number] = ENDED
            continue
        seated, open_minded = 0, 0.0
        for seat in range(group.size):
            i = group[seat]
            if i != NOBODY:
                seated += 1
                open_minded += staff.shares[i]
                projects.group_person[number, seat] = staff.person[i]
                hours[i, IN_EXTERNALIZATION] += in_workshop
                hours[i, IN_COMBINATION] += in_combination
        projects.openness[number] = open_minded / seated
        if workshops.takes_place:
            fill(voices, 0.0)
            hear_stakeholders(voices, truth, workshops.guests[m], workshops.accuracy, project)
            put_into_words(
                projects.concept[number],
                voices,
                space.answered[m],
                group,
                knowledge,
                truth.need_class,
                workshops,
                staff,
            )
