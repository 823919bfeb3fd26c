"""What rules cost that only a scenario switches on, beside the same firm without them.

Processor time of whole runs of `baseline`; each rule at a setting in the midst of what is plausible.
Some of it is no cost of the rule: initiative starts more projects, and each of them is work.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from benchmarks.timing import Figure, in_turn, ratios
from seci_sim import SECIModel

RULES: dict[str, dict[str, Any]] = {
    "specialised_exposure": {"specialisation": 0.8},
    "learning_on_the_job": {"ambient_contact": 0.0025, "on_the_job": 0.05},
    "legibility": {"legibility": 0.5},
    "absorptive_capacity": {"absorptive_floor": 0.5},
    "initiative": {"initiative": 0.5, "initiative_total": 0.5},
    "openness": {"openness": 0.7},
    "lasting_differences": {"talent_spread": 0.4},
    "mentors": {"mentors": True},
    "reviews_teach": {"review_learning": 0.2},
    "reading_shows": {"reading_use": 0.15},
    "routines_lapse": {"lapse": 0.08, "lapse_turnover": 5.0},
    "watchfulness": {"watchfulness": 0.5},
}
"""Levers of each rule; rivals are left out, since each of them is one more firm."""

OFF, ALL = "off", "all"
AIMS = {ALL: "at most 1.5"}


def measure(quick: bool) -> list[Figure]:
    """Processor time of a run with each rule, and with all, as ratios to one with none."""
    every = {name: value for levers in RULES.values() for name, value in levers.items()}
    contenders = {
        name: partial(seconds_of_a_run, levers)
        for name, levers in {OFF: {}, **RULES, ALL: every}.items()
    }
    for run in contenders.values():
        run()  # loads what is compiled
    taken = in_turn(contenders, 5 if quick else 25)
    return [
        Figure(
            f"ratio_rules_{name}",
            ratios(taken[name], taken[OFF]),
            "times",
            f"Processor time of a run with {what(name)}, by one with none of them, 200 staff",
            AIMS.get(name, ""),
        )
        for name in contenders
        if name != OFF
    ]


def what(name: str) -> str:
    """What is switched on, in words.

    Examples
    --------
    >>> what("reviews_teach"), what("all")
    ('the rule reviews teach', 'all rules that may be off')
    """
    return "all rules that may be off" if name == ALL else f"the rule {name.replace('_', ' ')}"


def seconds_of_a_run(levers: dict[str, Any]) -> float:
    """Processor time of all weeks of a firm."""
    model = SECIModel("baseline", rng=1, **levers)
    began = time.process_time()
    model.run()
    return time.process_time() - began
