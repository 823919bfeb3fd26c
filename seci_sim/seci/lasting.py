"""Luck that lasts: what is drawn once and holds from then on, not week by week.

Who keeps to the patient time, who shares what they know, who learns how quickly, who sits in which
community of practice, and what those got wrong who wrote the simulated patients.
"""

from __future__ import annotations

import math

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Real, Structure, Whole
from seci_sim.parameters import Learning, Policy
from seci_sim.seci.knowledge import NOBODY, Array, Staff
from seci_sim.seci.world import Truth


class Lasting(Structure):
    """In what people differ for good."""

    matters: bool
    """Whether they differ at all."""
    uptake: float
    """Share who keep to the patient time."""
    openness: float
    """Share who share what they know."""
    talent: float
    """Standard deviation of the logarithm of how quickly people learn; 0: all are alike."""


def in_what_people_differ(policy: Policy, learning: Learning) -> Lasting:
    """What is declared of it."""
    return Lasting(
        matters=policy.uptake < 1 or policy.openness < 1 or learning.talent_spread > 0,
        uptake=policy.uptake,
        openness=policy.openness,
        talent=math.sqrt(math.log(1.0 + learning.talent_spread**2)),
    )


@kernel
def let_differ(staff: Staff, how: Lasting, since: Whole, seed: Whole) -> None:
    """Fill in what luck gave for good to those who came in a week or later, and goes with them.

    A larger uptake or openness only adds people who keep to the patient time (`staff.keeps`), or share
    what they know (`staff.shares`).

    Notes
    -----
    Source: that many withhold what they know, Peng (2013); that people differ lastingly in how they
    learn, Papay et al. (2020). That somebody keeps to it, or shares, or does not, for good: our
    assumption.
    """
    for i in range(staff.keeps.size):
        came, seat = staff.arrival[i, 0], staff.arrival[i, 1]
        if came < since:
            continue
        unit, member = staff.unit[seat], staff.member[seat]
        keep_and_share(i, staff, how, seed)
        staff.talent[i] = 1.0
        if how.talent > 0:
            drawn = luck.normal(seed, luck.TALENT, came, unit, member, luck.FIRST)
            staff.talent[i] = talent(drawn, how.talent)
        staff.pace[i] = np.float32(staff.talent[i])


@kernel
def keep_and_share(i: Whole, staff: Staff, how: Lasting, seed: Whole) -> None:
    """Fill in whether one person keeps to the patient time, and shares what they know."""
    came, seat = staff.arrival[i, 0], staff.arrival[i, 1]
    unit, member = staff.unit[seat], staff.member[seat]
    keeping = luck.chance(seed, luck.UPTAKE, came, unit, member, luck.FIRST)
    sharing = luck.chance(seed, luck.OPENNESS, came, unit, member, luck.FIRST)
    staff.keeps[i] = keeping < how.uptake
    staff.shares[i] = np.float32(sharing < how.openness)


@kernel
def talent(drawn: Real, spread: Real) -> float:
    """Lognormal of mean 1, from a normal number, rounded to 2**-20."""
    return luck.rounded(math.exp(spread * drawn - spread * spread / 2.0))


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
