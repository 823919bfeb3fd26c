"""A small firm that tries a policy on some of its staff."""

from __future__ import annotations

from typing import Any

from seci_sim.parameters import Learning, Policy, Projects, World
from seci_sim.scenario import Scenario, Unit
from seci_sim.scenario.trial import Trial
from seci_sim.seci.organisation import Organisation

UNITS = (
    Unit(name="Office", kind="headquarters", staff=5),
    Unit(name="Ward", kind="affiliate", staff=9, market="Brazil"),
    Unit(name="Clinic", kind="affiliate", staff=10, market="Brazil"),
    Unit(name="India", kind="affiliate", staff=12),
    Unit(name="Japan", kind="affiliate", staff=9),
)
BUSY = Policy(
    projects_per_head=1.0,
    patient_time=0.05,
    uptake=0.7,
    openness=0.6,
    reading_hours=0.5,
    simulation_hours=0.5,
    turnover=0.5,
    rotation=0.3,
)
"""Everything that may differ between arms is at work, and people come, go and change places."""


def a_trial(**fields: Any) -> Trial:
    usual: dict[str, Any] = {
        "name": "Try it",
        "among": "people",
        "from": 8,
        "to": 14,
        "policy": {"patient_time": 0.2},
        "follow_up": 6,
    }
    return Trial.model_validate(usual | fields)


def firm(trial: Trial | None, **fields: Any) -> Scenario:
    """45 people with 14 needs, for 24 weeks."""
    usual: dict[str, Any] = {
        "name": "Small",
        "question": "What does a trial find?",
        "horizon": 24,
        "world": World(needs=14, drift=0.2),
        "learning": Learning(ambient_contact=0.01, talent_spread=0.3, reading_use=0.2),
        "projects": Projects(setup_weeks=2, setup_weeks_with_framework=1, pilot_weeks=3),
        "units": UNITS,
        "policy": BUSY,
    }
    return Scenario(**(usual | fields), trial=trial)


def lived(scenario: Scenario, seed: int = 1) -> Organisation:
    organisation = Organisation(scenario, seed)
    organisation.run(scenario.horizon)
    return organisation
