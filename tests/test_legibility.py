"""How far others than its authors can make out a document: by hand, and whatever they are given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from small_firm import CHANCES, FIRMS, NEED_CLASS, NEEDS, SEEDS, Small, knowing, responses, some

from seci_sim.seci import combination, reading
from seci_sim.seci.knowledge import Array, Knowledge, Library
from seci_sim.seci.world import LATENT

pytestmark = pytest.mark.plain

OTHERS, AUTHOR = 3, 7
"""Persons: of the group that wrote the one document, the second was a member."""


def library_of(entries: Array) -> Knowledge:
    """One document, of the first project, which the second market wrote."""
    written = some(Library, entries=[entries], market=[1], project=[0], size=1)
    known = knowing(written)
    known.projects.group_person = np.array([[5, AUTHOR]], np.int32)
    return known


def made_out(firm: Small, person: int, entries: Array, legibility: float) -> Array:
    """What the first of a firm, being some person, makes out of the document."""
    staff, clear = firm.staff, np.zeros(NEEDS, np.int8)
    staff.person[0] = person
    known = library_of(entries)
    reading.make_out(clear, 0, 0, staff, known, NEED_CLASS, legibility, firm.seed, 1)
    return clear


def plan_of(entries: Array, group: list[int], legibility: float, seed: int, market: int = 0) -> Array:  # fmt: skip
    """What a group of some market takes from the document into an empty plan."""
    plan, origin, nothing = np.zeros((3, NEEDS), np.int8)
    how = some(combination.Planning, window=60, success=1.0, reuse=9, legibility=legibility)
    combination.search_library(
        plan, origin, nothing, library_of(entries), NEED_CLASS, how, np.array(group, np.int32),
        (seed, 1, market, 0),
    )  # fmt: skip
    return plan


ALL = np.ones(NEEDS, np.int8)
PLAIN = (NEED_CLASS != LATENT).astype(np.int8)
"""What is left of a document that speaks of all needs, where nothing can be made out of latent ones."""


@given(FIRMS)
def test_who_helped_to_write_understands_all_and_others_nothing_of_latent_needs_at_nought(
    firm: Small,
) -> None:
    assert made_out(firm, AUTHOR, ALL, 0.0).tolist() == ALL.tolist()
    assert made_out(firm, OTHERS, ALL, 0.0).tolist() == PLAIN.tolist()


@pytest.mark.parametrize(
    ("group", "market", "found"),
    [([OTHERS, -1], 0, PLAIN), ([OTHERS, AUTHOR], 0, ALL), ([OTHERS, -1], 1, ALL)],
    ids=["of another market", "with one who helped to write", "of the market that wrote it"],
)
def test_which_group_takes_what_cannot_be_written_down(
    group: list[int], market: int, found: Array
) -> None:
    assert plan_of(ALL, group, 0.0, seed=1, market=market).tolist() == found.tolist()


@given(FIRMS, responses(), CHANCES, CHANCES)
def test_a_reader_makes_out_nothing_that_is_not_written_and_more_where_it_is_clearer(
    firm: Small, entries: Array, one: float, other: float
) -> None:
    less, more = (made_out(firm, OTHERS, entries, chance) for chance in sorted((one, other)))
    assert ((less == 0) | (less == more)).all()
    assert ((more == 0) | (more == entries)).all()
    assert (less[NEED_CLASS != LATENT] == entries[NEED_CLASS != LATENT]).all()
    assert (made_out(firm, OTHERS, entries, 1.0) == entries).all()


@given(responses(), CHANCES, CHANCES, SEEDS)
def test_a_group_takes_the_more_the_clearer_a_document_is(
    entries: Array, one: float, other: float, seed: int
) -> None:
    less, more = (plan_of(entries, [OTHERS], chance, seed) for chance in sorted((one, other)))
    assert ((less == 0) | (less == more)).all()
    assert ((more == 0) | (more == entries)).all()
    assert (plan_of(entries, [OTHERS], 1.0, seed) == entries).all()


def test_half_of_it_is_made_out_at_a_half() -> None:
    # 2 latent needs, 2,000 readings. |mean - .5| > 5 standard errors: once in 1.7 million times.
    taken = [plan_of(ALL, [OTHERS], 0.5, seed)[NEED_CLASS == LATENT].mean() for seed in range(2000)]
    assert np.mean(taken) == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(4000))
