"""Hours of the four modes by where they are worked: in each market, and outside all of them.

The ledger is kept for every market and for the whole firm. What the whole has more is worked by staff
of no market, who are those of headquarters.
"""

from __future__ import annotations

from seci_sim.scenario import Scenario
from seci_sim.seci.measures import Measure

OUTSIDE = "hours_of_modes_outside_markets"


def column_of(market: str) -> str:
    """Where the hours in a market stand; without a market, those outside all.

    Examples
    --------
    >>> column_of("India"), column_of("")
    ('hours_of_modes_in_India', 'hours_of_modes_outside_markets')
    """
    return f"hours_of_modes_in_{market}" if market else OUTSIDE


def measures_by_place(scenario: Scenario) -> dict[str, Measure]:
    """What is declared of these hours."""
    if not scenario.units:
        return {}
    said = {
        column_of(market): f"Hours that the four modes take of staff who serve {market}."
        for market in scenario.markets
    }
    said[OUTSIDE] = "Hours that the four modes take of staff of headquarters."
    return {name: Measure(name, "hours", "flow", meaning) for name, meaning in said.items()}
