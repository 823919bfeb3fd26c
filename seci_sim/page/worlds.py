"""Other worlds of the page: values of what nobody has measured, which travel in it and are played there."""

from __future__ import annotations

from typing import Any

from seci_sim.lab.comparing import comparison, over_worlds
from seci_sim.lab.sampling import sampled_points
from seci_sim.lab.worlds import doubted
from seci_sim.scenario import Scenario
from seci_sim.scenario.rivals import Rival

WORLDS = 30
"""As many thin lines as a picture bears."""

DIGITS = 6
"""Significant digits of a value: the page is small, and no value is known so well."""

SILENT = Scenario(
    name="A firm", question="What nobody has measured", rivals=(Rival(name="Another"),)
)
"""A scenario that states nothing itself; what is doubted of rivals holds where there are none."""


def worlds() -> dict[str, Any]:
    """Names of all that is doubted, and its values in each world, as `lab.worlds` gives them.

    Examples
    --------
    >>> made = worlds()
    >>> len(made["rows"]), made["names"][0]
    (30, 'world.needs')
    """
    experiment = over_worlds(comparison([SILENT]), WORLDS)
    assert experiment is not None
    rows = [[_short(value) for value in point] for point in sampled_points(experiment)]
    return {"names": [factor.name for factor in experiment.sampled], "rows": rows}


def stated(scenario: Scenario) -> list[str]:
    """What a scenario says itself of what is doubted elsewhere: it holds in every world."""
    own = {factor.name for factor in doubted([scenario])}
    return [factor.name for factor in doubted([SILENT]) if factor.name not in own]


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
