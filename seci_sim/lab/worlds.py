"""Worlds: sets of values of what nobody has measured, over which an answer is looked at again.

What is doubted of a scenario is what its file leaves at an assumed value, that a rule is off included: a
firm's own facts, once they are stated, hold in every world, and so does what somebody decides.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from seci_sim.lab.factors import Factor, plausible_range
from seci_sim.lab.sections import GIVEN, Sample
from seci_sim.parameters import MODELS, Declaration, declarations
from seci_sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

WORLDS, RUNS_OF_A_WORLD = 192, 2
"""Worlds that an answer is looked at in, unless others are asked for, and runs of each scenario in each."""

MOST_WORLDS = 65_536

SAID_ITSELF = (
    "takes what is doubted; the experiment says itself what is uncertain (uncertain, sample)"
)
NO_DOUBT = "the numbers of a published model are those of its paper"
NOTHING_DOUBTED = f"nothing is doubted: {NO_DOUBT}"
"""Why there are no worlds."""

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


class WorldTable(NamedTuple):
    """Worlds that somebody gives."""

    label: str
    """What messages call the file."""
    names: tuple[str, ...]
    """Full names of parameters."""
    rows: tuple[tuple[int | float, ...], ...]
    """Their values, world by world."""


def in_worlds(
    scenarios: Sequence[Scenario], worlds: int | WorldTable, chosen: Collection[str] = ()
) -> dict[str, Any]:
    """What an experiment has that looks at scenarios in many worlds.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Of one model.
    worlds : int or WorldTable
        How many are drawn, as a Latin hypercube; or which they are. A few hundred Sobol points of
        some seventy parameters have columns that follow each other, so that a parameter which does
        nothing is taken for one that decides (in 34 of 40 trials; 1 of 40 with a Latin hypercube).
    chosen : collection of str
        Parameters that the experiment varies itself.

    Returns
    -------
    dict
        Fields of `seci_sim.lab.design.Design`; none where nothing is doubted.
    """
    factors = {one.name: one for one in doubted(scenarios) if one.name not in chosen}
    if not factors:
        return {}
    if isinstance(worlds, int):
        sample: dict[str, Any] = {"method": "latin hypercube", "points": worlds}
        given: tuple[tuple[int | float, ...], ...] = ()
    else:
        columns = zip(worlds.names, zip(*worlds.rows, strict=True), strict=True)
        factors = {
            name: Factor(name=name, decided=False, low=min(values), high=max(values))
            for name, values in columns
        }
        sample, given = {"method": GIVEN, "points": len(worlds.rows)}, worlds.rows
    return {
        "uncertain": tuple(factors.values()),
        "sample": Sample.model_validate(sample),
        "given": given,
        "luck": "of each world",
    }


def doubted(scenarios: Sequence[Scenario]) -> tuple[Factor, ...]:
    """Return what is doubted of scenarios that are compared, with its plausible range.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Of one model. What one of them states, itself or through what it extends, holds for all.

    Returns
    -------
    tuple of Factor
        Every parameter with a plausible range that nobody decides, nobody has measured and no scenario
        states, those of rivals only where there are some; none of a published model, whose numbers are those
        of its paper.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> factors = doubted([read_scenario("one-percent"), read_scenario("two-percent")])
    >>> [factor.name for factor in factors if factor.role == "fact"][:3]
    ['learning.settling_hours', 'learning.ambient_contact', 'learning.on_the_job']
    >>> doubted([read_scenario("march-1991")])
    ()
    """
    model = MODELS[scenarios[0].model]
    if model.paper:
        return ()
    stated = set().union(*map(_stated, scenarios))
    idle = "" if any(scenario.rivals for scenario in scenarios) else "competition."
    return tuple(
        _factor(declared)
        for declared in declarations(model.name)
        if _is_uncertain(declared)
        and declared.name not in stated
        and not (idle and declared.name.startswith(idle))
    )


def _is_uncertain(declared: Declaration) -> bool:
    measured = declared.source.startswith("measured")
    return declared.plausible is not None and declared.role != "lever" and not measured


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
