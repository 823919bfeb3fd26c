"""What is kept of one run of an experiment, and of which shape it is."""

from __future__ import annotations

from typing import Literal

from seci_sim.lab.design import YEARLY, Design, weekly_of
from seci_sim.parameters import WEEKS_A_YEAR
from seci_sim.scenario.trial import ARMS, TRIAL_OUTCOMES

BY_MARKET = ("needs_met", "needs_mis_served", "staff_knowing", "launched")
"""What a report shows of single markets."""

Kept = Literal["outcomes", "weekly", "yearly", "markets", "knowing", "trial"]


def years_in(weeks: int) -> int:
    """Years that weeks fill, the last of them perhaps in part.

    Examples
    --------
    >>> years_in(52), years_in(53)
    (1, 2)
    """
    return -(-weeks // WEEKS_A_YEAR)


def weekly_measures(design: Design) -> tuple[str, ...]:
    """Measures that are kept week by week for the whole firm, in the order of columns.

    Examples
    --------
    >>> from seci_sim.lab import Experiment
    >>> weekly_measures(Experiment.load("patient_time"))
    ()
    """
    if design.keep == "outcomes":
        return design.weekly
    return tuple(dict.fromkeys(m.name for one in design.scenarios for m in weekly_of(one)))


def yearly_measures(design: Design) -> tuple[str, ...]:
    """What is kept year by year: of the whole firm, then of each market, in the order of columns.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> from seci_sim.lab.comparing import comparison
    >>> design = comparison([read_scenario("silos")], keep="report")
    >>> yearly_measures(design.model_copy(update={"yearly_by_market": ("skill",)}))[:2]
    ('skill, Japan', 'skill, China')
    """
    markets = dict.fromkeys(market for one in design.scenarios for market in one.markets)
    of_markets = (f"{name}, {market}" for market in markets for name in design.yearly_by_market)
    return (*YEARLY * design.yearly, *of_markets)


def market_measures(design: Design) -> tuple[str, ...]:
    """Measures that are kept week by week for each market."""
    if design.keep == "outcomes" or not design.scenarios[0].units:
        return ()
    return weekly_measures(design) if design.keep == "everything" else BY_MARKET


def shapes(design: Design) -> dict[Kept, tuple[int, ...]]:
    """Shape of what is kept of one run, by name: the widest that any scenario needs.

    A scenario with fewer markets, needs or measures leaves the rest NaN.
    """
    weeks, in_full = design.scenarios[0].horizon, design.keep != "outcomes"
    firm = in_full and bool(design.scenarios[0].units)
    by_year = len(yearly_measures(design))
    return {
        "outcomes": (len(design.outcomes),),
        "weekly": (weeks, len(weekly_measures(design))),
        "yearly": (years_in(weeks), by_year) if by_year else (0, 0),
        "markets": (
            weeks,
            max(len(one.markets) for one in design.scenarios) if firm else 0,
            len(market_measures(design)),
        ),
        "trial": (weeks, len(ARMS), 1 + len(TRIAL_OUTCOMES))
        if in_full and design.has_trial
        else (0, 0, 0),
        "knowing": (weeks, max(one.world.needs for one in design.scenarios) if firm else 0),
    }
