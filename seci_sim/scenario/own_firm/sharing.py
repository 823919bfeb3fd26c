"""How the hours of two units, or of a meeting, are shared out among pairs of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

COLLEAGUES = 10
"""People of another unit whom each is taken to meet, where only the hours of two units are known."""
FEW_PAIRS = 2000
"""Pairs of two units that are all taken to meet."""
MOST_AT_A_MEETING = 100

Place: TypeAlias = tuple[int, int]
"""A unit, counted from 0, and a number in it, from 1."""
Totals: TypeAlias = dict[tuple[Place, Place], float]


def spread(
    sizes: Sequence[int], one: int, two: int, hours: float
) -> Iterator[tuple[tuple[Place, Place], float]]:
    """Spread the hours of two units evenly over their people, each of whom meets a few of the other.

    Parameters
    ----------
    sizes : sequence of int
        The people of every unit.
    one, two : int
        Two units, or the same one twice.
    hours : float
        What they share.

    Examples
    --------
    >>> dict(spread([2, 1], 0, 1, 3.0))
    {((0, 1), (1, 1)): 1.5, ((0, 2), (1, 1)): 1.5}
    """
    small, large = sorted((one, two), key=lambda unit: sizes[unit])
    size, reach = sizes[small], COLLEAGUES
    if sizes[one] * sizes[two] <= FEW_PAIRS:
        reach = size
    pairs: set[tuple[Place, Place]] = set()
    for number in range(sizes[large]):
        for step in range(min(reach, size)):
            first = number + 1 if one == two else number * reach
            pair = (large, number + 1), (small, (first + step) % size + 1)
            pairs.add((min(pair), max(pair)))
    pairs = {pair for pair in pairs if pair[0] != pair[1]}
    for pair in sorted(pairs):
        yield pair, hours / len(pairs)


def share_out(totals: Totals, present: Mapping[Place, float], counts: Counter[str]) -> None:
    """Add what those in a meeting share: everybody's hours there go to those whom they meet.

    Of two who were there for different times, the shorter counts.

    Examples
    --------
    >>> totals: Totals = {}
    >>> share_out(totals, {(0, 1): 2.0, (0, 2): 1.0, (1, 1): 2.0}, Counter())
    >>> totals
    {((0, 1), (0, 2)): 0.5, ((0, 1), (1, 1)): 1.0, ((0, 2), (1, 1)): 0.5}
    """
    if len(present) > MOST_AT_A_MEETING:
        counts[f"meetings of more than {MOST_AT_A_MEETING} people: left out"] += 1
    elif len(present) < 2:
        counts["meetings of fewer than two people who are there: left out"] += 1
    else:
        for pair in combinations(sorted(present), 2):
            together = min(present[pair[0]], present[pair[1]])
            totals[pair] = totals.get(pair, 0.0) + together / (len(present) - 1)
