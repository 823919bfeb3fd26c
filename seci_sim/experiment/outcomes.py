"""What one run of a scenario comes to, whichever model it runs."""

from __future__ import annotations

from seci_sim.classics import measures as classics
from seci_sim.measures import Measure, outcomes
from seci_sim.parameters import SECI
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
    if scenario.model == SECI:
        return outcomes(scenario.service.bands)
    return classics.outcomes(scenario.model)
