"""Worlds: sets of values of what nobody has measured, over which an answer is looked at again.

What is doubted of a scenario is what its file leaves at an assumed value, that a rule is off included: a
firm's own facts, once they are stated, hold in every world, and so does what somebody decides. Unless others are
asked for, worlds are those of a table in which the model gives what was measured elsewhere; `seci_sim.evidence` made it.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from seci_sim.lab.factors import Factor, kind_of, plausible_range
from seci_sim.lab.sections import AGREEING, GIVEN, Sample
from seci_sim.parameters import MODELS, Declaration, declarations
from seci_sim.scenario import Scenario
from seci_sim.scenario.number_of_worlds import AGREEING_WORLDS

if TYPE_CHECKING:
    import pandas as pd

WORLDS, RUNS_OF_A_WORLD = 192, 2
"""Worlds that an answer is looked at in, unless others are asked for, and runs of each scenario in each."""

TABLE = Path(__file__).with_name("agreeing_worlds.csv")
"""A row for each of them in random order, a column for each parameter that some scenario leaves in doubt."""

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
    method: str
    """How these worlds were found; see `seci_sim.lab.sections.Sample`."""


class WorldTable(NamedTuple):
    """Worlds that somebody gives."""

    label: str
    """What messages call the file."""
    names: tuple[str, ...]
    """Full names of parameters."""
    rows: tuple[tuple[int | float, ...], ...]
    """Their values, world by world."""


class Plausible(NamedTuple):
    """Worlds that are drawn from plausible ranges, whether they agree with anything or not."""

    worlds: int
    """How many, from 2."""


Asked = int | Plausible | WorldTable
"""Worlds that are asked for: how many of those that agree with published findings, or others."""


def in_worlds(
    scenarios: Sequence[Scenario], worlds: Asked, chosen: Collection[str] = ()
) -> dict[str, Any]:
    """What an experiment has that looks at scenarios in many worlds.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Of one model.
    worlds : int, Plausible or WorldTable
        How many of those that agree with published findings are taken, from 2 to `AGREEING_WORLDS`; how many are
        drawn from plausible ranges, as a Latin hypercube; or which they are. A few hundred Sobol points of
        some seventy parameters have columns that follow each other, so that a parameter which does
        nothing is taken for one that decides (in 34 of 40 trials; 1 of 40 with a Latin hypercube).
    chosen : collection of str
        Parameters that the experiment varies itself.

    Returns
    -------
    dict
        Fields of `seci_sim.lab.design.Design`; none where nothing is doubted.

    Raises
    ------
    ValueError
        Not so many worlds agree with published findings.
    """
    factors = {one.name: one for one in doubted(scenarios) if one.name not in chosen}
    if not factors:
        return {}
    given: tuple[tuple[int | float, ...], ...] = ()
    if isinstance(worlds, Plausible):
        sample: dict[str, Any] = {"method": "latin hypercube", "points": worlds.worlds}
    elif isinstance(worlds, WorldTable):
        columns = zip(worlds.names, zip(*worlds.rows, strict=True), strict=True)
        factors = {
            name: Factor(name=name, decided=False, low=min(values), high=max(values))
            for name, values in columns
        }
        sample, given = {"method": GIVEN, "points": len(worlds.rows)}, worlds.rows
    else:
        sample, given = {"method": AGREEING, "points": worlds}, _that_agree(factors, worlds)
    return {
        "uncertain": tuple(factors.values()),
        "sample": Sample.model_validate(sample),
        "given": given,
        "luck": "of each world",
    }


def _that_agree(factors: Mapping[str, Factor], worlds: int) -> tuple[tuple[int | float, ...], ...]:
    """The first worlds of the table; what no finding can touch, as of rivals, is drawn from its plausible range."""
    if not 2 <= worlds <= AGREEING_WORLDS:
        raise ValueError(f"{worlds} worlds; {AGREEING_WORLDS} agree with published findings")
    table = agreeing()
    known = dict(zip(table.names, zip(*table.rows[:worlds], strict=True), strict=True))
    others = [factor for factor in factors.values() if factor.name not in known]
    drawn: dict[str, Sequence[int | float]] = {}
    if others:
        from seci_sim.lab.sampling import hypercube  # imports NumPy

        drawn = dict(zip([one.name for one in others], hypercube(others, worlds), strict=True))
    columns = [known.get(name) or drawn[name] for name in factors]
    return tuple(zip(*columns, strict=True))


@cache
def agreeing() -> WorldTable:
    """The worlds that agree with published findings, as the package holds them.

    Examples
    --------
    >>> table = agreeing()
    >>> len(table.rows) == AGREEING_WORLDS, table.names[0]
    (True, 'world.needs')
    """
    with TABLE.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    kinds = [int if kind_of(name) is int else float for name in header]
    values = (tuple(kind(cell) for kind, cell in zip(kinds, row, strict=True)) for row in rows)
    return WorldTable(TABLE.name, tuple(header), tuple(values))


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
        states, those of rivals only where each has some; none of a published model, whose numbers are those
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
    idle = "" if all(scenario.rivals for scenario in scenarios) else "competition."
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
