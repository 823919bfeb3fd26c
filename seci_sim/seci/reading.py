"""Combination by reading: people take up documents of the library."""

from __future__ import annotations

from typing import Any

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Real, Structure, Whole
from seci_sim.seci.knowledge import (
    COMBINATION,
    IN_COMBINATION,
    Array,
    Knowledge,
    Part,
    Staff,
    free_hours,
    rows_there,
)
from seci_sim.seci.legibility import helped_to_write
from seci_sim.seci.working_space import Space
from seci_sim.seci.world import LATENT


class Reading(Structure):
    """How people read."""

    chance: float
    """Chance of reading this week: reading hours, at most 1."""
    window: int
    """Newest documents from which one is chosen."""
    success: float
    """Chance of finding one of the own market, if there is one; else any is read."""
    legibility: float
    """Chance to make out an entry on a latent need that others wrote."""


@kernel
def documents_of(
    market: Whole, writers: Array, oldest: Whole, size: Whole, documents: Array
) -> int:
    """Fill in, from the front, a market's documents of the newest; gives their number."""
    found = 0
    for document in range(oldest, size):
        if market >= 0 and writers[document] == market:
            documents[found] = document
            found += 1
    return found


@kernel
def choose_document(
    documents: Array,
    own: Whole,
    success: Real,
    oldest: Whole,
    size: Whole,
    seed: Whole,
    week: Whole,
    unit: Whole,
    member: Whole,
) -> Any:
    """The document a reader chooses: with chance `success` one of their market, else any.

    Parameters
    ----------
    documents : (documents,) int64
        The first `own` are the market's documents among the newest.
    oldest, size : int
        The newest documents, from which one is chosen, and the one after the last.
    """
    moment, key_0, key_1 = luck.moment_and_keys(seed, luck.CHOICE, week)
    searching, choice, _, _ = luck.philox(
        np.uint64(0), np.uint64(member), np.uint64(unit), moment, key_0, key_1
    )
    if searching < luck.below(success) and own > 0:
        return documents[luck.one_of(choice, own)]
    return oldest + luck.one_of(choice, size - oldest)


@kernel
def read(
    part: Part,
    staff: Staff,
    knowledge: Knowledge,
    need_class: Array,
    reading: Reading,
    space: Space,
    seed: Whole,
    week: Whole,
) -> None:
    """Some spend an hour on a document; its entries overwrite what they held on those needs.

    Parameters
    ----------
    knowledge : Knowledge
        `explicit` is changed in place.
    """
    hours, moved, explicit, library = (
        staff.hours,
        staff.moved,
        knowledge.explicit,
        knowledge.library,
    )
    oldest = max(0, library.size - reading.window)
    chance = luck.below(reading.chance)
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        if begin == end or library.size == 0:
            continue
        words = space.words[begin:end]
        luck.fill_words(words, seed, luck.READING, week, u, luck.FIRST)
        readers = luck.who_below(words, chance, space.chosen)
        own = documents_of(
            staff.market[begin], library.market, oldest, library.size, space.documents
        )
        for place in range(readers):
            member = np.int64(space.chosen[place])
            i = begin + member
            if free_hours(hours, i) < np.float32(1):
                continue
            hours[i, IN_COMBINATION] += np.float32(1)
            document = choose_document(
                space.documents, own, reading.success, oldest, library.size, seed, week, u, member
            )
            space.read[i] = document
            if reading.legibility < 1.0:
                clear = space.observed
                make_out(
                    clear, document, i, staff, knowledge, need_class, reading.legibility, seed, week
                )
                moved[i, COMBINATION] += take_over(explicit[i], clear)
            else:
                moved[i, COMBINATION] += take_over(explicit[i], library.entries[document])


@kernel
def make_out(
    clear: Array,
    document: Whole,
    reader: Whole,
    staff: Staff,
    knowledge: Knowledge,
    need_class: Array,
    legibility: Real,
    seed: Whole,
    week: Whole,
) -> None:
    """Fill in what a reader makes out of a document: on latent needs, what others wrote by chance.

    Parameters
    ----------
    clear : (needs,) int8
        Filled in: the entries that are clear to them, else 0.
    reader : int
        Their row.

    Notes
    -----
    Source: that knowledge which is not codified moves slowly and stays with those who have it, Zander
    and Kogut (1995), Szulanski (1996). That each try has the same chance: our assumption.
    """
    entries = knowledge.library.entries[document]
    author = helped_to_write(staff.person[reader], document, knowledge)
    for need in range(entries.size):
        clear[need] = entries[need]
        if need_class[need] == LATENT and entries[need] != 0 and not author:
            unit, member = staff.unit[reader], staff.member[reader]
            if luck.chance(seed, luck.MAKING_OUT, week, unit, member, need) >= legibility:
                clear[need] = 0


@kernel
def take_over(explicit: Array, document: Array) -> Any:
    """The entries of a document overwrite what its reader held; gives how many were new to them."""
    changed = np.int32(0)
    for need in range(explicit.size):
        entry = document[need]
        changed += np.int32(entry != 0) & np.int32(entry != explicit[need])
        explicit[need] = entry if entry != 0 else explicit[need]
    return np.float32(changed)
