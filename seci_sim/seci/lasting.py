"""Luck that lasts: what is drawn once and holds from then on, not week by week.

Who keeps to the patient time, who shares what they know, who sits in which community of practice,
and what those got wrong who wrote the simulated patients.
"""

from __future__ import annotations

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Real, Whole
from seci_sim.seci.knowledge import NOBODY, Array, Staff
from seci_sim.seci.world import Truth


@kernel
def who_keeps_to_it(keeps: Array, staff: Staff, uptake: Real, seed: Whole) -> None:
    """Fill in who keeps to the patient time: a larger uptake only adds people.

    Parameters
    ----------
    keeps : (employees,) bool
        Filled in.
    staff : Staff
        What people are like was drawn when and where they came, and goes with them wherever they
        change to.
    uptake : float
        Share who keep to it. Source: our assumption.
    """
    for i in range(keeps.size):
        came, seat = staff.arrival[i, 0], staff.arrival[i, 1]
        unit, member = staff.unit[seat], staff.member[seat]
        keeps[i] = luck.chance(seed, luck.UPTAKE, came, unit, member, luck.FIRST) < uptake


@kernel
def who_shares(staff: Staff, openness: Real, seed: Whole) -> None:
    """Fill in who shares what they know: a larger openness only adds people.

    Parameters
    ----------
    openness : float
        Share of people who do. Source: that many withhold what they know, Peng (2013). That somebody
        does or does not, for good: our assumption.
    """
    for i in range(staff.shares.size):
        came, seat = staff.arrival[i, 0], staff.arrival[i, 1]
        unit, member = staff.unit[seat], staff.member[seat]
        drawn = luck.chance(seed, luck.OPENNESS, came, unit, member, luck.FIRST)
        staff.shares[i] = np.float32(drawn < openness)


def communities(staff: Staff, people: int, seed: int) -> Array:
    """Standing communities of practice: seats of all units, put together by luck for good.

    A newcomer takes the leaver's place in theirs, and who is absent leaves theirs smaller.

    Parameters
    ----------
    people : int
        Seats of a community; the last may have fewer.

    Returns
    -------
    (communities, people) int64
        Rows; -1 for seats that the last one lacks.
    """
    interest = np.empty(len(staff.unit))
    for unit, (first, last) in enumerate(zip(staff.first, staff.last, strict=True)):
        interest[first:last] = luck.chances(
            last - first, seed, luck.COMMUNITY, luck.BEFORE, unit, luck.FIRST
        )
    seats = np.full(-(-interest.size // people) * people, NOBODY, np.int64)
    seats[: interest.size] = np.argsort(interest, kind="stable")
    return seats.reshape(-1, people)


def misleading(truth: Truth, right: float, seed: int) -> Array:
    """(markets, needs) bool: what simulated patients show the wrong way round, to everybody.

    `right` is the chance that they show a need as it is. Source: our assumption.
    """
    markets, needs = truth.market.shape
    return np.array(
        [
            luck.chances(needs, seed, luck.SCRIPT, luck.BEFORE, market, luck.FIRST) >= right
            for market in range(markets)
        ]
    )
