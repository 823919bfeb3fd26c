"""What runs of a trial say together: who was in it, and outcomes by arm.

Two kinds of interval stand side by side. Over runs: how well the mean of endlessly many trials in such firms
is known. Of one trial: how sure somebody could be who ran it once, as real firms do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seci_sim.lab import statistics
from seci_sim.lab.statistics import Estimate
from seci_sim.lab.trial_measures import AFTER, BEFORE, DURING, MEASURED, periods_of
from seci_sim.scenario import Scenario
from seci_sim.scenario.trial import ARMS, Trial

FLOW = ("clusters", "people", "left", "analysed")
"""Numbers of each arm: drawn, assigned, gone before the trial's end, there to the end of follow-up."""


@dataclass(frozen=True)
class Told:
    """One difference between arms."""

    over_runs: Estimate
    """Mean of the runs' differences, with its interval over runs."""
    one_trial: float
    """Half of the 95% interval that a single trial gives, mean over runs; NaN where none does."""
    found: int
    """Trials of these whose own interval excludes nought."""


@dataclass(frozen=True)
class Row:
    """One outcome in one period."""

    outcome: str
    unit: str
    meaning: str
    period: str
    weeks: range
    arms: dict[str, Estimate]
    """Mean of each arm in the period."""
    before: dict[str, Estimate]
    """The same before the trial."""
    difference: Told
    """Treated less control."""
    did: Told
    """The same, less what the arms differed by before the trial."""


@dataclass(frozen=True)
class Found:
    """A trial as its report has it."""

    scenario: str
    trial: Trial
    runs: int
    eligible: Estimate
    flow: dict[str, dict[str, Estimate]]
    """By arm and by `FLOW`."""
    rows: tuple[Row, ...]

    @property
    def one_arm(self) -> str:
        """The arm in which all are; empty where people are in both."""
        there = [arm for arm in ARMS if self.flow[arm]["people"].mean > 0]
        return there[0] if len(there) == 1 else ""


def trials_of(scenarios: Sequence[Scenario], summary: pd.DataFrame) -> tuple[Found, ...]:
    """What the runs of every scenario with a trial come to.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Their names stand in the column ``scenario``.
    summary : DataFrame
        A row a run, with the columns of `seci_sim.lab.trial_measures.trial_measures`.
    """
    return tuple(_found(one, one.trial, summary) for one in scenarios if one.trial is not None)


def _found(scenario: Scenario, trial: Trial, summary: pd.DataFrame) -> Found:
    runs = summary[summary["scenario"] == scenario.name]

    def level(name: str) -> Estimate:
        return statistics.level(runs, scenario.name, f"trial_{name}")

    def told(name: str) -> Told:
        difference, margin = runs[f"trial_{name}"], runs[f"trial_{name}_margin"]
        sure = margin[np.isfinite(margin)]
        mean = float(sure.mean()) if len(sure) else float("nan")
        return Told(level(name), mean, int((difference.abs() > margin).sum()))

    def rows() -> Iterator[Row]:
        periods = periods_of(trial, scenario.horizon)
        for outcome in trial.outcomes:
            for period in (name for name in (DURING, AFTER) if periods[name]):
                at = f"{outcome}_{period}"
                yield Row(
                    outcome,
                    *MEASURED[outcome],
                    period,
                    periods[period],
                    arms={arm: level(f"{at}_{arm}") for arm in ARMS},
                    before={arm: level(f"{outcome}_{BEFORE}_{arm}") for arm in ARMS},
                    difference=told(f"{at}_difference"),
                    did=told(f"{at}_did"),
                )

    return Found(
        scenario=scenario.name,
        trial=trial,
        runs=len(runs),
        eligible=level("eligible"),
        flow={arm: {name: level(f"{name}_{arm}") for name in FLOW} for arm in ARMS},
        rows=tuple(rows()),
    )
