"""Docking: whether runs agree with a figure that others found, and how often a right rule fails.

A mean over runs is held against a figure whose own standard error is known, by Student's t with one
degree of freedom less than there are runs. The suite makes at most ``COMPARISONS`` of these, and
each may fail by chance once in ``COMPARISONS / FALSE_ALARM`` times, so that right rules fail somewhere
in at most one of ten thousand suites with fresh seeds (Bonferroni). The seeds are fixed: the same
code always gives the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from seci_sim.classics import running
from seci_sim.parameters import MODELS
from seci_sim.scenario import Scenario
from seci_sim.seci.knowledge import Array

FALSE_ALARM = 0.0001
COMPARISONS = 60


def run(scenario: Scenario, seed: int) -> tuple[Array, bool]:
    """Run a scenario of a published model; see `seci_sim.classics.running.run`."""
    return running.run(MODELS[scenario.model], scenario.parameters, scenario.horizon, seed)


def summary(scenario: Scenario, seed: int) -> dict[str, float]:
    """What such a run comes to."""
    return running.summary(MODELS[scenario.model], *run(scenario, seed))


def distance(values: Sequence[float], figure: float, its_error: float) -> float:
    """How far the mean of runs lies from a figure, in combined standard errors."""
    error = np.std(values, ddof=1) / np.sqrt(len(values))
    return float((np.mean(values) - figure) / np.hypot(error, its_error))


def limit(runs: int) -> float:
    """The distance that right rules exceed in one of ``COMPARISONS / FALSE_ALARM`` comparisons.

    >>> round(limit(1000), 1), round(limit(40), 1)
    (4.8, 5.6)
    """
    return float(stats.t.isf(FALSE_ALARM / COMPARISONS / 2, runs - 1))


def docks(values: Sequence[float], figure: float, its_error: float) -> bool:
    """Whether runs agree with a figure."""
    return abs(distance(values, figure, its_error)) < limit(len(values))
