"""What one run of a scenario comes to, whichever model it runs."""

from __future__ import annotations

from seci_sim.parameters import MODELS
from seci_sim.scenario import Scenario
from seci_sim.seci.measures import RATIOS, Measure, columns, outcomes

RATIO_NAMES = frozenset(measure.name for measure in RATIOS)
"""Outcomes that are ratios of a run's totals."""


def outcomes_of(scenario: Scenario) -> dict[str, Measure]:
    """All that one run of a scenario comes to, by the names that experiments use.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> "needs_met" in outcomes_of(read_scenario("baseline"))
    True
    >>> list(outcomes_of(read_scenario("fang-2010")))[0]
    'people_payoff'
    """
    return MODELS[scenario.model].outcomes or outcomes(scenario.service.bands)


def weekly_of(scenario: Scenario) -> tuple[Measure, ...]:
    """What is measured in every week, or period, of a run: the columns of its table, in order.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> weekly_of(read_scenario("baseline"))[0].name
    'needs_met'
    """
    return MODELS[scenario.model].measures or columns(scenario.service.bands)
