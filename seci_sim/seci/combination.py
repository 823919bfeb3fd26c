"""Combination: explicit to explicit, by search, synthesis, justification and reading."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import copy, kernel
from seci_sim.engine.structures import Real, Structure, Table, Vector, Whole
from seci_sim.seci import externalization
from seci_sim.seci.knowledge import (
    BY_CONCEPT,
    BY_FOREIGN_LIBRARY,
    BY_OWN_LIBRARY,
    BY_SYNTHESIS,
    COMBINATION,
    ENDED,
    NOBODY,
    SETTING_UP,
    Array,
    Knowledge,
    Staff,
    empty,
    hold,
    mark_held,
    overlay,
    share_out,
)
from seci_sim.seci.legibility import somebody_helped_to_write
from seci_sim.seci.working_space import Space
from seci_sim.seci.world import LATENT, SYSTEMIC, Truth


class Planning(Structure):
    """How concepts become plans: by library, synthesis and justification."""

    takes_place: bool
    """False with combination switched off: the concept is the plan."""
    window: int
    """How many of the newest documents are searched."""
    success: float
    """Chance to find a document."""
    legibility: float
    """Chance to make out an entry on a latent need that another market wrote."""
    reuse: int
    """Needs filled from documents at most."""
    synthesis: float
    """Chance to work out a systemic need whose parts are answered."""
    weights: Vector[np.float64]
    """(4,) float64: votes of the proposal, a patient, a local and a global partner."""
    speaks: float
    """Chance that a patient speaks up."""
    recognition: float
    """What of it is left on latent needs."""
    accuracy: float
    """How often a partner is right."""
    pilot_staff: int
    """Seats of a pilot."""
    setup_per_new_entry: float
    """Weeks of set-up that each entry adds that no document has held."""
    setup_weeks: Vector[np.float64]
    """(markets,) float64: weeks of set-up before a pilot."""
    panel: Table[np.int64]
    """(markets, 3) int64: patients, local and global partners who justify."""
    market_rows: Table[np.int64]
    """(markets, 2) int64: first row of each market's staff, and the row after the last."""


# Systemising ba: what is found, and how it is voted on --------------------------------------------


@kernel
def document_found(success: Real, project: luck.Project, place: Whole) -> Any:
    """Whether a group finds the document in a given place of its search."""
    return luck.chance_of(project, luck.SEARCH, place) < success


@kernel
def votes(
    need: Whole,
    proposal: Whole,
    truth: Truth,
    guests: Array,
    planning: Planning,
    project: luck.Project,
) -> float:
    """Sum of the votes on one entry of a proposal; positive for +1, negative for -1.

    A patient votes as their own need is, if they speak up; a local partner towards the market's
    truth, a global partner towards the core. Nobody but the proposers can judge a systemic need.

    Parameters
    ----------
    guests : (3,) int64
        Patients, local and global partners.
    planning : Planning
        Votes of the proposal, a patient, a local partner and a global partner, and who speaks up.
    """
    weights, kind, needs = planning.weights, truth.need_class[need], truth.core.size
    right, core = truth.market[project[2], need], truth.core[need]
    total = weights[0] * proposal
    if kind == SYSTEMIC:
        return total
    speaks_up = planning.speaks * planning.recognition if kind == LATENT else planning.speaks
    for guest in range(guests[0]):
        own, speaking, _, _ = luck.four_chances_of(project, luck.VOTE_PATIENT, guest * needs + need)
        if speaking < speaks_up:
            total += weights[1] * (-right if own < truth.variation else right)
    for guest in range(guests[1]):
        u = luck.chance_of(project, luck.VOTE_LOCAL, guest * needs + need)
        total += weights[2] * (right if u < planning.accuracy else -right)
    for guest in range(guests[2]):
        u = luck.chance_of(project, luck.VOTE_GLOBAL, guest * needs + need)
        total += weights[3] * (core if u < planning.accuracy else -core)
    return total


# What they make of it -----------------------------------------------------------------------------


@kernel
def search_library(
    plan: Array,
    origin: Array,
    answered: Array,
    knowledge: Knowledge,
    need_class: Array,
    planning: Planning,
    group: Array,
    project: luck.Project,
) -> int:
    """Fill needs that neither the concept nor the market answers from documents that are found.

    A group goes through the newest documents, those of its own market first and the newest first,
    and finds each with a chance. What another market or firm wrote of a latent need it makes out by
    chance, unless one of the group helped to write it.

    Parameters
    ----------
    plan : (needs,) int8
        The concept, changed in place.
    origin : (needs,) int8
        Where each entry came from, changed in place.
    group : (seats,) int32
        The persons of the group.

    Returns
    -------
    int
        Needs filled.

    Notes
    -----
    Source: that search is the easy part of transfer, Hansen (1999); that what is not codified is hard
    to take over, Zander and Kogut (1995). Rule: our assumption.
    """
    library, market = knowledge.library, project[2]
    size = library.size
    filled = 0
    place = luck.FIRST
    for foreign in range(2):
        for document in range(size - 1, max(0, size - planning.window) - 1, -1):
            if (library.market[document] != market) != (foreign == 1):
                continue
            found = document_found(planning.success, project, place)
            place += 1
            if not found:
                continue
            obscure = planning.legibility < 1.0
            obscure = obscure and (foreign == 1 or library.project[document] == NOBODY)
            obscure = obscure and not somebody_helped_to_write(group, document, knowledge)
            for need in range(plan.size):
                blank = plan[need] == 0 and answered[need] == 0
                if filled < planning.reuse and blank and library.entries[document, need] != 0:
                    if obscure and need_class[need] == LATENT:
                        slot = (place - 1) * plan.size + need
                        if luck.chance_of(project, luck.MAKING_USE, slot) >= planning.legibility:
                            continue
                    plan[need] = library.entries[document, need]
                    origin[need] = BY_FOREIGN_LIBRARY if foreign == 1 else BY_OWN_LIBRARY
                    filled += 1
    return filled


@kernel
def synthesise(
    plan: Array,
    origin: Array,
    answered: Array,
    parts: Array,
    success: Real,
    project: luck.Project,
) -> int:
    """Work out systemic needs whose two parts are both answered, as their product.

    ::

        plan[need] = answer(part 1) * answer(part 2)    if that differs from the market's answer

    An answer is the plan's, else the market's. This is the only first source of systemic
    knowledge. Gives the needs worked out. Source: our assumption.
    """
    worked_out = 0
    for need in range(plan.size):
        one, two = parts[need, 0], parts[need, 1]
        if one < 0:
            continue
        answer_one = plan[one] if plan[one] != 0 else answered[one]
        answer_two = plan[two] if plan[two] != 0 else answered[two]
        product = answer_one * answer_two
        if product != 0 and product != answered[need]:
            if luck.chance_of(project, luck.SYNTHESIS, need) < success:
                plan[need] = product
                origin[need] = BY_SYNTHESIS
                worked_out += 1
    return worked_out


@kernel
def justify(
    plan: Array,
    origin: Array,
    answered: Array,
    truth: Truth,
    guests: Array,
    planning: Planning,
    project: luck.Project,
) -> int:
    """All relevant stakeholders vote on each entry; the sign of the sum wins.

    An entry may thus enter reversed. A tie, or a result that the market answers already, drops it.

    Parameters
    ----------
    guests : (3,) int64
        Patients, local and global partners who are invited and exist.

    Returns
    -------
    int
        Entries reversed or dropped.
    """
    changed = 0
    for need in range(plan.size):
        if plan[need] == 0:
            continue
        total = votes(need, plan[need], truth, guests, planning, project)
        verdict = 1 if total > 0 else (-1 if total < 0 else 0)
        if verdict == answered[need]:
            verdict = 0
        if verdict != plan[need]:
            changed += 1
            plan[need] = verdict
            if verdict == 0:
                origin[need] = 0
    return changed


@kernel
def make_plans(
    first: Whole,
    last: Whole,
    staff: Staff,
    knowledge: Knowledge,
    truth: Truth,
    planning: Planning,
    space: Space,
    seed: Whole,
    week: Whole,
) -> None:
    """Turn this week's concepts into action plans, one project after the other.

    `first` and `last` say which projects: the first, and the one after the last. Each plan is under
    way for the next project of its market: `space.answered` is changed in place.
    """
    projects, library, answers = knowledge.projects, knowledge.library, space.answered
    for number in range(first, last):
        if projects.status[number] == ENDED:
            continue
        m = projects.market[number]
        project = (seed, week, m, projects.ordinal[number])
        concept, plan, origin = (
            projects.concept[number],
            projects.plan[number],
            projects.origin[number],
        )
        copy(plan, concept)
        for need in range(concept.size):
            origin[need] = BY_CONCEPT if concept[need] != 0 else 0
        if planning.takes_place:
            group = projects.group_person[number]
            changed = search_library(
                plan, origin, answers[m], knowledge, truth.need_class, planning, group, project
            )
            changed += synthesise(
                plan, origin, answers[m], truth.parts, planning.synthesis, project
            )
            changed += justify(
                plan, origin, answers[m], truth, planning.panel[m], planning, project
            )
            share_out(staff.moved, COMBINATION, projects.group[number], changed)
        new_entries = 0
        for need in range(plan.size):
            if plan[need] != 0:
                new_entries += not library.held[need, 1 if plan[need] > 0 else 0]
                projects.right[number, need] = plan[need] == truth.market[m, need]
        if empty(plan):
            projects.status[number] = ENDED
            continue
        projects.status[number] = SETTING_UP
        projects.week_planned[number] = week
        setup = planning.setup_weeks[m] + planning.setup_per_new_entry * new_entries
        projects.ready[number] = week + int(math.ceil(setup))
        mark_held(library.held, plan)
        overlay(answers[m], plan)
        form_pilot(number, staff, knowledge, planning, space, project)


@kernel
def form_pilot(
    number: Whole,
    staff: Staff,
    knowledge: Knowledge,
    planning: Planning,
    space: Space,
    project: luck.Project,
) -> None:
    """Draw the staff of a plan's pilot, who get to hold it."""
    projects = knowledge.projects
    pilot, rows = projects.pilot[number], planning.market_rows[project[2]]
    externalization.draw_people(
        pilot, planning.pilot_staff, rows, np.float32(0), staff, space, luck.PILOT, project
    )
    hold(knowledge.explicit, pilot, projects.plan[number])
    for seat in range(pilot.size):
        if pilot[seat] != NOBODY:
            projects.pilot_person[number, seat] = staff.person[pilot[seat]]
