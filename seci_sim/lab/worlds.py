"""Worlds: sets of values of what nobody has measured, over which an answer is looked at again.

What is doubted of a scenario is what its file leaves at an assumed value: a firm's own facts, once they
are stated, hold in every world, and so does what somebody decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seci_sim.lab.factors import Factor, plausible_range
from seci_sim.parameters import MODELS, Declaration, declarations
from seci_sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

OF_MARKETS = {"service.price": "price", "service.eligible_patients": "eligible_patients"}
"""Parameters that stand for what a market's affiliates leave out, and the affiliates' own field."""


@dataclass(frozen=True, eq=False)
class Worlds:
    """What came of scenarios in many worlds."""

    parameters: pd.DataFrame
    """A row a world, by the index ``world`` from 0; a column for each doubted parameter."""
    factors: tuple[Factor, ...]
    """The doubted parameters, in the order of these columns."""
    runs: pd.DataFrame
    """A row a run: scenario, world, replication, seed, and the outcomes with their ratios."""
    yearly: pd.DataFrame
    """A row for each scenario, world, replication and year from 1: needs met, needs mis-served and
    hours a head and year, of that year's weeks."""


def doubted(scenarios: Sequence[Scenario]) -> tuple[Factor, ...]:
    """Return what is doubted of scenarios that are compared, with its plausible range.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Of one model. What one of them states, itself or through what it extends, holds for all.

    Returns
    -------
    tuple of Factor
        Every parameter with a plausible range that nobody decides, nobody has measured, no scenario
        states and no default switches off; none of a published model, whose numbers are those of its paper.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> factors = doubted([read_scenario("one-percent"), read_scenario("two-percent")])
    >>> [factor.name for factor in factors if factor.role == "fact"][:3]
    ['learning.settling_hours', 'projects.combination_hours', 'projects.justification_hours']
    >>> doubted([read_scenario("march-1991")])
    ()
    """
    model = MODELS[scenarios[0].model]
    if model.paper:
        return ()
    stated = set().union(*map(_stated, scenarios))
    return tuple(
        _factor(declared)
        for declared in declarations(model.name)
        if _is_uncertain(declared) and declared.name not in stated
    )


def _is_uncertain(declared: Declaration) -> bool:
    measured = declared.source.startswith("measured")
    decided = declared.role == "lever" or declared.off
    return declared.plausible is not None and not decided and not measured


def _stated(scenario: Scenario) -> set[str]:
    """Parameters that a scenario says itself: in its groups, later on, or unit by unit."""
    found = {
        f"{group}.{name}"
        for group in MODELS[scenario.model].sections
        for name in getattr(scenario, group).model_fields_set
    }
    found |= {f"policy.{name}" for change in scenario.timeline for name in change.policy}
    if all(unit.turnover is not None for unit in scenario.units):
        found.add("policy.turnover")
    for parameter, field in OF_MARKETS.items():
        stating = {unit.market for unit in scenario.units if getattr(unit, field) is not None}
        if stating.issuperset(scenario.markets):
            found.add(parameter)
    return found


def _factor(declared: Declaration) -> Factor:
    low, high = plausible_range(declared)
    return Factor(name=declared.name, decided=False, low=low, high=high)
