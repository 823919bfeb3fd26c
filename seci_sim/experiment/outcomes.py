"""What one run of a scenario comes to, whichever model it runs."""

from __future__ import annotations

from seci_sim.measures import Measure, columns, outcomes
from seci_sim.parameters import MODELS
from seci_sim.scenario import Scenario


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


def columns_of(scenario: Scenario) -> tuple[Measure, ...]:
    """The columns of a run's table, period by period, in order."""
    return MODELS[scenario.model].measures or columns(scenario.service.bands)
