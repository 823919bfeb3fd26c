"""Routines lapse: what nobody has confirmed for a year is dropped now and then."""

from __future__ import annotations

from seci_sim.engine import luck
from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Real, Structure, Whole
from seci_sim.parameters import WEEKS_A_YEAR
from seci_sim.seci.knowledge import Knowledge, Staff, rows_there


class Lapse(Structure):
    """How often routines lapse."""

    yearly: float
    """Chance a year that an entry is dropped; 0: never."""
    by_turnover: float
    """How many times more, for all of the staff who left."""


@kernel
def lapse_routines(
    staff: Staff, knowledge: Knowledge, lapse: Lapse, seed: Whole, week: Whole
) -> None:
    """Entries of routines are dropped by chance, unless a plan brought them within the year.

    ::

        yearly chance = lapse * (1 + lapse_turnover * share of the market's staff who are new)

    Who is new came within the last year, in somebody's place.

    Notes
    -----
    Source: that half of the practices that a field experiment brought were dropped within nine years,
    first where managers left, Bloom et al. (2020); how fast organisations forget is contested, Argote,
    Beckman and Epple (1990). Rule: our assumption.
    """
    routine, confirmed = knowledge.routine, knowledge.confirmed
    for market in range(routine.shape[0]):
        new = share_of_newcomers(market, staff, week)
        chance = weekly(lapse.yearly * (1.0 + lapse.by_turnover * new))
        for need in range(routine.shape[1]):
            settled = week - confirmed[market, need] < WEEKS_A_YEAR and confirmed[market, need] >= 0
            if routine[market, need] != 0 and not settled:
                drawn = luck.chance(seed, luck.LAPSE, week, market, luck.FIRST, need)
                if drawn < chance:
                    routine[market, need] = 0


@kernel
def share_of_newcomers(market: Whole, staff: Staff, week: Whole) -> float:
    """How many of a market's staff came within the last year, of those who are there."""
    there, new = 0, 0
    for u in range(staff.first.size):
        begin, end = rows_there(u, staff)
        if begin < end and staff.market[begin] == market:
            there += end - begin
            for i in range(begin, end):
                new += staff.arrival[i, 0] > max(0, week - WEEKS_A_YEAR)
    return new / there if there > 0 else 0.0


@kernel
def weekly(yearly: Real) -> float:
    """The chance a week that adds up to a yearly one, of at most 1; see `world.weekly_chance`."""
    return luck.rounded(1.0 - (1.0 - min(1.0, yearly)) ** (1.0 / WEEKS_A_YEAR))
