"""Combination: explicit to explicit, by search, synthesis, justification and reading."""

from __future__ import annotations

import math

import numpy as np

from seci_sim import ba, luck
from seci_sim.compiled import copy, kernel
from seci_sim.knowledge import (
    BY_CONCEPT,
    BY_FOREIGN_LIBRARY,
    BY_OWN_LIBRARY,
    BY_SYNTHESIS,
    COMBINATION,
    ENDED,
    IN_COMBINATION,
    NOBODY,
    SETTING_UP,
    free_hours,
    hold,
    mark_held,
    overlay,
    rows_there,
    share_out,
)


@kernel
def search_library(plan, origin, answered, library, library_market, size, window, success, reuse,
                   seed, week, market, ordinal):  # fmt: skip
    """Fill needs that neither the concept nor the market answers from documents that are found.

    A group goes through the newest documents, those of its own market first and the newest first,
    and finds each with probability `success`.

    Parameters
    ----------
    plan : (needs,) int8
        The concept, changed in place.
    origin : (needs,) int8
        Where each entry came from, changed in place.
    library : (documents, needs) int8
    size, window : int
        Documents in the library, and how many of the newest are searched.
    reuse : int
        Needs filled at most.

    Returns
    -------
    int
        Needs filled.
    """
    filled = 0
    place = luck.FIRST
    for foreign in range(2):
        for document in range(size - 1, max(0, size - window) - 1, -1):
            if (library_market[document] != market) != (foreign == 1):
                continue
            found = ba.document_found(success, seed, week, market, ordinal, place)
            place += 1
            if not found:
                continue
            for need in range(plan.size):
                blank = plan[need] == 0 and answered[need] == 0
                if filled < reuse and blank and library[document, need] != 0:
                    plan[need] = library[document, need]
                    origin[need] = BY_FOREIGN_LIBRARY if foreign == 1 else BY_OWN_LIBRARY
                    filled += 1
    return filled


@kernel
def synthesise(plan, origin, answered, parts, success, seed, week, market, ordinal):
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
            if luck.chance(seed, luck.SYNTHESIS, week, market, ordinal, need) < success:
                plan[need] = product
                origin[need] = BY_SYNTHESIS
                worked_out += 1
    return worked_out


@kernel
def justify(plan, origin, answered, truth, core, need_class, guests, weights, speaks, recognition,
            variation, accuracy, seed, week, market, ordinal):  # fmt: skip
    """All relevant stakeholders vote on each entry; the sign of the sum wins.

    An entry may thus enter reversed. A tie, or a result that the market answers already, drops it.

    Parameters
    ----------
    guests : (3,) int64
        Patients, local and global partners who are invited and exist.
    weights : tuple of four floats
        Votes of the proposal, a patient, a local and a global partner.

    Returns
    -------
    int
        Entries reversed or dropped.
    """
    changed = 0
    for need in range(plan.size):
        if plan[need] == 0:
            continue
        total = ba.votes(
            need, plan[need], truth[need], core[need], need_class[need], guests[0], guests[1],
            guests[2], weights, speaks, recognition, variation, accuracy, plan.size,
            seed, week, market, ordinal,
        )  # fmt: skip
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
def make_plans(first, last, market, ordinal, status, week_planned, ready, concept, plan, origin,
               right, group, pilot, pilot_person, explicit, person, hours, moved, present, order,
               swaps, market_rows, answered, need_class, truth, core, parts, library,
               library_market, library_size, held, takes_place, window, success,
               reuse, synthesis, guests, weights, speaks, recognition, variation, accuracy,
               pilot_seats, setup, setup_per_new_entry, seed, week):  # fmt: skip
    """Turn this week's concepts into action plans, one project after the other.

    Parameters
    ----------
    answered : (markets, needs) int8
        Changed in place: each plan is under way for the next project of its market.
    takes_place : bool
        False with combination switched off: the concept is the plan.
    guests : (markets, 3) int64
        Patients, local and global partners who justify.
    setup : (markets,) float64
        Weeks of set-up before a pilot.
    """
    for project in range(first, last):
        if status[project] == ENDED:
            continue
        m, k = market[project], ordinal[project]
        drafted, final = concept[project], plan[project]
        copy(final, drafted)
        for need in range(drafted.size):
            origin[project, need] = BY_CONCEPT if drafted[need] != 0 else 0
        if takes_place:
            changed = search_library(
                final, origin[project], answered[m], library, library_market, library_size, window,
                success, reuse, seed, week, m, k,
            )  # fmt: skip
            changed += synthesise(
                final, origin[project], answered[m], parts, synthesis, seed, week, m, k
            )
            changed += justify(
                final, origin[project], answered[m], truth[m], core, need_class, guests[m], weights,
                speaks, recognition, variation, accuracy, seed, week, m, k,
            )  # fmt: skip
            share_out(moved, COMBINATION, group[project], changed)
        new_entries = 0
        entries = 0
        for need in range(final.size):
            if final[need] != 0:
                entries += 1
                new_entries += not held[need, 1 if final[need] > 0 else 0]
                right[project, need] = final[need] == truth[m, need]
        if entries == 0:
            status[project] = ENDED
            continue
        status[project] = SETTING_UP
        week_planned[project] = week
        ready[project] = week + int(math.ceil(setup[m] + setup_per_new_entry * new_entries))
        mark_held(held, final)
        overlay(answered[m], final)
        ba.draw_people(
            pilot[project], pilot_seats, market_rows[m, 0], market_rows[m, 1], order, swaps,
            present, hours, np.float32(0), luck.PILOT, seed, week, m, k,
        )  # fmt: skip
        hold(explicit, pilot[project], final)
        for seat in range(pilot.shape[1]):
            if pilot[project, seat] != NOBODY:
                pilot_person[project, seat] = person[pilot[project, seat]]


@kernel
def read(first_unit, last_unit, first, last, explicit, market, present, hours, moved, library,
         library_market, library_size, window, chance, success, seed, week):  # fmt: skip
    """Some spend an hour on a document; its entries overwrite what they held on those needs.

    Parameters
    ----------
    first, last : (units,) int64
        Rows of each unit.
    explicit : (employees, needs) int8
        Changed in place.
    window : int
        Newest documents from which one is chosen.
    chance : float
        Chance of reading this week: reading hours, at most 1.
    success : float
        Chance of finding one of the own market, if there is one; else any is read.
    """
    oldest = max(0, library_size - window)
    own = np.empty(library_size - oldest, np.int64)
    for u in range(first_unit, last_unit):
        begin, end = rows_there(u, first, last, present)
        if begin == end or library_size == 0:
            continue
        chances = np.empty(end - begin)
        luck.fill_chances(chances, seed, luck.READING, week, u, luck.FIRST)
        written_here = ba.documents_of(market[begin], library_market, oldest, library_size, own)
        for i in range(begin, end):
            if chances[i - begin] < chance and free_hours(hours, i) >= np.float32(1):
                hours[i, IN_COMBINATION] += np.float32(1)
                document = ba.choose_document(
                    own, written_here, success, oldest, library_size, seed, week, u, i - begin
                )
                moved[i, COMBINATION] += take_over(explicit[i], library[document])


@kernel
def take_over(explicit, document):
    """The entries of a document overwrite what its reader held; gives how many were new to them."""
    changed = 0
    for need in range(explicit.size):
        entry = document[need]
        changed += entry != 0 and entry != explicit[need]
        explicit[need] = entry if entry != 0 else explicit[need]
    return np.float32(changed)
