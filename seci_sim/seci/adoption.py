"""Plans become routine: patients judge them after their pilot, and lessons are written."""

from __future__ import annotations

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import copy, kernel
from seci_sim.engine.structures import Real, Whole
from seci_sim.seci.internalization import Pilots
from seci_sim.seci.knowledge import (
    ADOPTED,
    ENDED,
    IN_INTERNALIZATION,
    INTERNALIZATION,
    NOBODY,
    PRACTISED,
    Array,
    Knowledge,
    Library,
    Staff,
    book_what_fits,
    empty,
    mark_held,
    overlay,
)
from seci_sim.seci.world import SYSTEMIC, Truth


@kernel
def votes_against(
    need: Whole, entry: Whole, truth: Truth, pilots: Pilots, project: luck.Project
) -> int:
    """Margin of votes against an entry in the after-action review; each patient judges it once."""
    needs, right = truth.core.size, truth.market[project[2], need]
    margin = 0
    for patient in range(pilots.review_patients):
        u = luck.chance_of(project, luck.VERDICT, patient * needs + need)
        says_right = (entry == right) == (u < pilots.review_accuracy)
        margin += -1 if says_right else 1
    return margin


@kernel
def review(
    kept: Array,
    pilot: Array,
    staff: Staff,
    tacit: Array,
    truth: Truth,
    pilots: Pilots,
    project: luck.Project,
) -> None:
    """Patients judge a plan after its pilot; entries that too many find wrong are withdrawn.

    Each patient judges each entry rightly with a chance; nobody can judge a systemic one. Members of
    the review may learn what most of them say::

        tacit += review_learning * pace * (what they say - tacit)

    `kept` and `tacit` are changed in place.

    Notes
    -----
    Source: that debriefs make teams better, Tannenbaum and Cerasoli (2013), Keiser and Arthur (2021).
    Rule: our assumption.
    """
    for seat in range(pilot.size):
        if pilot[seat] != NOBODY and staff.present[pilot[seat]]:
            book_what_fits(staff.hours, pilot[seat], IN_INTERNALIZATION, pilots.review_hours)
    for need in range(kept.size):
        if kept[need] != 0 and truth.need_class[need] != SYSTEMIC:
            margin = votes_against(need, kept[need], truth, pilots, project)
            if pilots.review_learning > 0 and margin != 0:
                says = -kept[need] if margin > 0 else kept[need]
                learn_in_review(pilot, need, says, staff, tacit, pilots.review_learning)
            if margin >= pilots.review_margin:
                kept[need] = 0


@kernel
def learn_in_review(
    pilot: Array, need: Whole, says: Whole, staff: Staff, tacit: Array, rate: Real
) -> None:
    """All members who are there move towards what most patients say of a need."""
    for seat in range(pilot.size):
        i = pilot[seat]
        if i != NOBODY and staff.present[i]:
            step = min(np.float32(1), np.float32(rate) * staff.pace[i])
            change = step * (np.float32(says) - tacit[i, need])
            tacit[i, need] += change
            staff.moved[i, INTERNALIZATION] += abs(change)


@kernel
def adopt(
    under_way: Array,
    staff: Staff,
    knowledge: Knowledge,
    truth: Truth,
    pilots: Pilots,
    seed: Whole,
    week: Whole,
) -> None:
    """Plans whose pilot is over become routine; a lesson may be written, the only way elsewhere.

    The library has room for one more document for each project under way.
    """
    projects, library = knowledge.projects, knowledge.library
    for place in range(under_way.size):
        number = under_way[place]
        if pilots.takes_place:
            practised = projects.status[number] == PRACTISED
            due = practised and projects.weeks_practised[number] >= pilots.weeks
        else:
            due = week >= projects.ready[number]
        if not due:
            continue
        m, kept = projects.market[number], projects.kept[number]
        project = (seed, projects.week_said[number], m, projects.ordinal[number])
        copy(kept, projects.plan[number])
        reviewed = luck.chance_of(project, luck.REVIEW, luck.FIRST) < pilots.review_share
        if pilots.takes_place and reviewed:
            pilot = projects.pilot[number]
            review(kept, pilot, staff, knowledge.tacit, truth, pilots, project)
        if empty(kept):
            projects.status[number] = ENDED
            continue
        projects.status[number] = ADOPTED
        projects.week_routine[number] = week
        overlay(knowledge.routine[m], kept)
        for need in range(kept.size):
            if kept[need] != 0:
                knowledge.confirmed[m, need] = week
        written = min(pilots.documentation_share, projects.openness[number])
        if luck.chance_of(project, luck.LESSON, luck.FIRST) < written:
            write_lesson(library, kept, m, week, number)


@kernel
def write_lesson(
    library: Library, entries: Array, market: Whole, week: Whole, project: Whole
) -> None:
    """One more document in the library."""
    document = library.size
    copy(library.entries[document], entries)
    library.market[document] = market
    library.week[document] = week
    library.project[document] = project
    mark_held(library.held, entries)
    library.size = document + 1
