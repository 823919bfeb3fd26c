"""Originating ba: which colleagues meet, of a unit, across units, or as a firm's own records say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import fill, kernel
from seci_sim.engine.structures import Real, Structure, Vector, Whole, room
from seci_sim.seci.knowledge import CONVICTION_GRID, Array, Staff
from seci_sim.seci.working_space import Space

_HALF, _ROW = np.uint64(32), np.uint64(0xFFFFFFFF)
"""Parts of a place in line: what was drawn stands above the row."""


class Network(Structure):
    """A firm's own meeting network: rows of the two people of each edge, and their hours."""

    one: Vector[np.int64]
    other: Vector[np.int64]
    hours: Vector[np.float64]
    times: Vector[np.float64] = room("edges")
    """(edges,): when each would meet this week."""
    edges: Vector[np.int64] = room("edges")
    """(edges,): in the order in which they meet."""


@kernel
def pair_within_unit(
    unit: Whole, begin: Whole, end: Whole, crossing: Real, space: Space, seed: Whole, week: Whole
) -> tuple[int, int]:
    """Everyone meets one colleague of their unit; some pairs are dissolved to meet others.

    Parameters
    ----------
    begin, end : int
        First row of the unit, and the row after its last. Of an odd number one person meets nobody.
    crossing : float
        Chance that a pair is dissolved.
    space : Space
        `line` is filled, from `begin` on, with those whose pair was dissolved; see `place_in_line`;
        `one` and `other`, from ``begin // 2`` on, with the rows of each pair.

    Returns
    -------
    tuple of two ints
        Pairs, and people whose pair was dissolved.
    """
    people = space.pairing[begin:end]
    for place in range(people.size):
        people[place] = begin + place
    luck.shuffle(people, space.words[begin:end], seed, luck.SHUFFLE, week, unit)
    return pair_neighbours(unit, begin, end, crossing, space, seed, week)


@kernel
def pair_with_mentors(
    unit: Whole,
    begin: Whole,
    end: Whole,
    tacit: Array,
    crossing: Real,
    space: Space,
    seed: Whole,
    week: Whole,
) -> tuple[int, int]:
    """The surest of a unit meets the least sure, the second the last but one, and so on.

    How sure somebody is says `sureness_of`; luck decides among equals. Parameters and result are those of `pair_within_unit`.

    Notes
    -----
    Source: that those who met a strong colleague gained most, Sandvik et al. (2020). That it is
    known who is surest: our assumption.
    """
    people, held = space.pairing[begin:end], space.other[begin:end]
    ranks = space.line[begin:end]
    for place in range(held.size):
        held[place] = begin + place
    luck.shuffle(held, space.words[begin:end], seed, luck.SHUFFLE, week, unit)
    rank_by_sureness(ranks, held, tacit)
    put_in_line(ranks, space.sorting[begin:end], space.swaps[begin:end])
    for rank in range(held.size):
        last = held.size - 1 - rank
        people[2 * min(rank, last) + (rank > last)] = held[ranks[rank] & _ROW]
    return pair_neighbours(unit, begin, end, crossing, space, seed, week)


@kernel
def rank_by_sureness(ranks: Array, people: Array, tacit: Array) -> None:
    """Fill in numbers that are the smaller the surer somebody is, and say below who it is.

    They use the upper half of a number to its full, as the places that `put_in_line` knows do.

    Parameters
    ----------
    ranks : (people,) uint64
        Filled in: in the upper half how much less sure than the surest, below it the place in `people`.
    people : (people,) int64
        Rows, in the order that decides among equals.
    """
    surest, least = np.int64(0), np.int64(CONVICTION_GRID) * tacit.shape[1]
    for place in range(people.size):
        sure = sureness_of(tacit[people[place]])
        ranks[place] = np.uint64(sure)
        surest, least = max(surest, sure), min(least, sure)
    scale = _ROW // np.uint64(max(1, surest - least))
    for place in range(people.size):
        behind = (np.uint64(surest) - ranks[place]) * scale
        ranks[place] = (behind << _HALF) | np.uint64(place)


@kernel
def sureness_of(tacit: Array) -> Any:
    """How sure somebody is: the sum of their convictions without sign, in whole 2**-20."""
    sure = np.int32(0)
    for need in range(tacit.size):
        sure = np.int32(sure + np.int32(abs(tacit[need]) * CONVICTION_GRID))
    return np.int64(sure)


def how_sure(tacit: Array) -> Array:
    """(employees,) int64: the same of everybody.

    Examples
    --------
    >>> how_sure(np.array([[0.5, -0.25], [0.0, 1.0]], np.float32)) / 2**20
    array([0.75, 1.  ])
    """
    return np.array([sureness_of(one) for one in tacit], np.int64)


@kernel
def pair_neighbours(
    unit: Whole, begin: Whole, end: Whole, crossing: Real, space: Space, seed: Whole, week: Whole
) -> tuple[int, int]:
    """Of people in a line, each two meet, but for pairs that are dissolved; see `pair_within_unit`."""
    people, words, line = space.pairing[begin:end], space.words[begin:end], space.line
    one, other = space.one, space.other
    couples, limit = people.size // 2, luck.below(crossing)
    luck.fill_words(words[:couples], seed, luck.CROSSING, week, unit, luck.FIRST)
    pair, crosser = begin // 2, begin
    for couple in range(couples):
        if np.uint64(words[couple]) < limit:
            for row in people[2 * couple : 2 * couple + 2]:
                line[crosser] = place_in_line(row, unit, row - begin, seed, week)
                crosser += 1
        else:
            one[pair] = people[2 * couple]
            other[pair] = people[2 * couple + 1]
            pair += 1
    return pair - begin // 2, crosser - begin


@kernel
def place_in_line(row: Whole, unit: Whole, member: Whole, seed: Whole, week: Whole) -> Any:
    """Draw the place of a person in the order in which those of different units meet.

    Place and row stand in one number, so that no two are equal.
    """
    drawn = luck.word(seed, luck.ACROSS, week, unit, member, luck.FIRST)
    return (drawn << _HALF) | np.uint64(row)


@kernel
def close_ranks(line: Array, first: Array, crossers: Array) -> int:
    """Move the people of each unit to the front of the line; gives how many there are."""
    waiting = 0
    for u in range(first.size):
        for place in range(first[u], first[u] + crossers[u]):
            line[waiting] = line[place]
            waiting += 1
    return waiting


@kernel
def put_in_line(line: Array, sorting: Array, counts: Array) -> None:
    """Sort a line by the places drawn; see `place_in_line`.

    Since places are drawn, everybody's is known but for a few: they go near it, and the few move up.

    Parameters
    ----------
    line, sorting : (people,) uint64
        The line, and working space.
    counts : (people,) int64
        Working space.
    """
    people = np.uint64(line.size)
    fill(counts, 0)
    for place in range(line.size):
        counts[((line[place] >> _HALF) * people) >> _HALF] += 1
    before = 0
    for part in range(counts.size):
        before, counts[part] = before + counts[part], before
    for place in range(line.size):
        part = ((line[place] >> _HALF) * people) >> _HALF
        sorting[counts[part]] = line[place]
        counts[part] += 1
    for place in range(line.size):
        person, now = sorting[place], place
        while now > 0 and line[now - 1] > person:
            line[now] = line[now - 1]
            now -= 1
        line[now] = person


@kernel
def pair_across_units(line: Array, unit: Array, waiting: Array, one: Array, other: Array) -> int:
    """People meet, in order, the last of another unit who still waits for somebody.

    Those who are left are all of one unit, and meet each other.

    Parameters
    ----------
    line : (people,) uint64
        From the front, sorted; see `place_in_line`.
    waiting : (people,) int64
        Working space.
    one, other : (people,) int64
        Filled, from the front, with the rows of each pair.

    Returns
    -------
    int
        Pairs.
    """
    waiters = 0
    pairs = 0
    for place in range(line.size):
        row = np.int64(line[place] & _ROW)
        if waiters > 0 and unit[waiting[waiters - 1]] != unit[row]:
            waiters -= 1
            one[pairs] = waiting[waiters]
            other[pairs] = row
            pairs += 1
        else:
            waiting[waiters] = row
            waiters += 1
    for place in range(0, waiters - 1, 2):
        one[pairs] = waiting[place]
        other[pairs] = waiting[place + 1]
        pairs += 1
    return pairs


@kernel
def pair_the_line(staff: Staff, space: Space) -> int:
    """Pair those whose pair was dissolved, across units if possible; gives the number of pairs."""
    people = close_ranks(space.line, staff.first, space.crossers)
    line = space.line[:people]
    put_in_line(line, space.sorting[:people], space.swaps[:people])
    return pair_across_units(line, staff.unit, space.pairing, space.one, space.other)


@kernel
def earliest_first(times: Array, edges: Array) -> None:
    """Put edges in the order of their times, those of one time as they are numbered (Shell 1959)."""
    for edge in range(edges.size):
        edges[edge] = edge
    gap = 1
    while gap < edges.size:
        gap = 3 * gap + 1
    while gap > 0:
        for place in range(gap, edges.size):
            edge, now = edges[place], place
            while now >= gap:
                before = edges[now - gap]
                if (times[before], before) < (times[edge], edge):
                    break
                edges[now] = before
                now -= gap
            edges[now] = edge
        gap //= 3


@kernel
def pair_in_order(network: Network, present: Array, met: Array, one: Array, other: Array) -> int:
    """Edges meet in order, each person once. `met` is working space. Gives the number of pairs."""
    fill(met, False)
    pairs = 0
    for edge in network.edges:
        a, b = network.one[edge], network.other[edge]
        if present[a] and present[b] and not met[a] and not met[b]:
            met[a] = True
            met[b] = True
            one[pairs] = a
            other[pairs] = b
            pairs += 1
    return pairs


@kernel
def pair_from_network(
    network: Network, staff: Staff, space: Space, seed: Whole, week: Whole
) -> int:
    """Pairs from a firm's own meeting network: the more hours two people share, the likelier.

    Every edge draws a waiting time with its hours as the rate; the earliest edges meet, each person
    once a week. Gives the number of pairs.
    """
    one, other = network.one, network.other
    for edge in range(one.size):
        u = luck.chance(seed, luck.NETWORK, week, one[edge], other[edge], luck.FIRST)
        network.times[edge] = luck.rounded(-math.log(1.0 - u) / network.hours[edge])
    earliest_first(network.times, network.edges)
    return pair_in_order(network, staff.present, space.met, space.one, space.other)
