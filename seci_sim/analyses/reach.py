"""The least value of a lever that reaches a target.

Every step of the lever's range is run: an outcome may rise and fall again, so that no value stands for
those beside it. The least values whose intervals lie beyond the target are then run again on seeds
that the first look never saw; the least of them that holds there is the answer. Intervals of that
second look are widened so that all of them hold together, so that a value is called enough that is not
in at most one search in twenty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seci_sim.analyses.search import FRESH_SEEDS
from seci_sim.lab.doubt import changes, nine_in_ten, without_luck
from seci_sim.lab.experiment import Experiment
from seci_sim.lab.findings import Findings
from seci_sim.lab.intervals import student
from seci_sim.lab.statistics import estimate
from seci_sim.lab.targets import Range, Target

CANDIDATES = 5
"""Values that are run again on fresh seeds: the least that looked as if they reached the target."""

TIMES_FRESH = 3
"""How many times as often these few are run as each of all the others: their intervals are wider."""

Value = bool | int | float


@dataclass(frozen=True)
class InWorlds:
    """How a value does in many worlds, luck taken out."""

    worlds: int
    holds: float
    """Share of worlds in which all targets hold."""
    interval: tuple[float, float]
    """Of the first target's outcome, in nine worlds of ten."""


@dataclass(frozen=True)
class Least:
    """What came of looking for a value."""

    lever: Range
    targets: tuple[Target, ...]
    """The target, then what it has to be reached within."""
    tried: pd.DataFrame
    """A row for each value from the least: ``value``, then for each target its outcome's mean with
    ``_low`` and ``_high``, ``on_target``, ``within`` and ``reaches``: whether the target holds, what it
    has to be reached within, and both."""
    confirmed: pd.DataFrame
    """The same on fresh seeds, of those that looked least."""
    value: Value | None
    """The least value that reaches the target on fresh seeds; None where none does."""
    in_worlds: InWorlds | None = None
    """How that value does in many worlds; None where they were not looked at."""

    @property
    def row(self) -> dict[str, Any]:
        """What the value led to on fresh seeds; where there is none, what came nearest at first."""
        if self.value is not None:
            return _first(self.confirmed[self.confirmed["value"] == self.value])
        # Of what keeps to all limits; where nothing does, what the first limit is least broken by.
        within = self.tried[self.tried["within"]]
        target, rows = (self.targets[1], self.tried) if within.empty else (self.targets[0], within)
        return _first(
            rows.sort_values(target.outcome, ascending=not target.at_least, kind="stable")
        )

    @property
    def below(self) -> dict[str, Any] | None:
        """What the step below it led to, on fresh seeds if it was run there; None where it is the first."""
        if self.value is None or self.value == self.tried["value"].iloc[0]:
            return None
        before = _first(self.tried[self.tried["value"] < self.value].iloc[::-1])
        fresh = self.confirmed[self.confirmed["value"] == before["value"]]
        return before if fresh.empty else _first(fresh)

    @property
    def fails_above(self) -> list[Value]:
        """Larger values that looked as if they do not reach the target."""
        if self.value is None:
            return []
        above = self.tried[self.tried["value"] > self.value]
        return above.loc[~above["reaches"], "value"].tolist()


def _first(frame: pd.DataFrame) -> dict[str, Any]:
    return {str(name): value for name, value in frame.head(1).to_dict("records")[0].items()}


def looking(experiment: Experiment, lever: Range) -> Experiment:
    """The experiment that tries every value.

    Raises
    ------
    ValueError
        A value does not go with the scenario.
    """
    return experiment.with_points([{lever.name: value} for value in lever.values])


def least(
    experiment: Experiment,
    found: Findings,
    lever: Range,
    targets: Sequence[Target],
    run: Callable[[Experiment], Findings],
) -> Least:
    """Find the least value, and confirm it on fresh seeds.

    Parameters
    ----------
    experiment : Experiment
        As for `looking`.
    found : Findings
        What `looking` led to.
    lever : Range
        What is varied.
    targets : sequence of Target
        The target, and what it has to be reached within.
    run : callable
        Runs the experiment on fresh seeds.
    """
    tried = _levels(found, lever.values, targets)
    candidates = tried.loc[tried["reaches"], "value"].tolist()[:CANDIDATES]
    if not candidates:
        return Least(lever, tuple(targets), tried, tried.iloc[:0], None)
    points = [{lever.name: value} for value in candidates]
    fresh = TIMES_FRESH * experiment.replications
    seed = experiment.seed + FRESH_SEEDS
    again = run(experiment.with_points(points, replications=fresh, seed=seed))
    confirmed = _levels(again, candidates, targets, comparisons=len(candidates))
    held = confirmed.loc[confirmed["reaches"], "value"].tolist()
    return Least(lever, tuple(targets), tried, confirmed, held[0] if held else None)


def over_worlds(runs: pd.DataFrame, scenario: str, targets: Sequence[Target]) -> InWorlds | None:
    """How a scenario does in many worlds; None where no world has all outcomes.

    Parameters
    ----------
    runs : DataFrame
        See `seci_sim.lab.worlds.Worlds.runs`.
    scenario : str
        A value of its column ``scenario``.
    targets : sequence of Target
        The target, and what it has to be reached within.
    """
    levels = [changes(runs, target.outcome, scenario) for target in targets]
    there = np.logical_and.reduce([np.isfinite(level).any(axis=1) for level in levels])
    if not there.any():
        return None
    means = [without_luck(level[there]) for level in levels]
    held = [
        mean >= target.value if target.at_least else mean <= target.value
        for mean, target in zip(means, targets, strict=True)
    ]
    holds = float(np.logical_and.reduce(held).mean())
    return InWorlds(int(there.sum()), holds, nine_in_ten(means[0]))


def _levels(
    found: Findings, values: Sequence[Value], targets: Sequence[Target], comparisons: int = 1
) -> pd.DataFrame:
    """Outcomes at each value, and whether targets hold there."""
    runs = dict(iter(found.table.groupby("cell")))
    rows = []
    for cell, value in enumerate(values):
        row: dict[str, object] = {"value": value}
        holds = []
        for target in targets:
            measured = runs[cell][target.outcome] if cell in runs else pd.Series(dtype=float)
            level = estimate(measured)
            interval = level.interval and student(
                measured.dropna().to_numpy(), comparisons * len(targets)
            )
            low, high = interval or (float("nan"), float("nan"))
            row |= {target.outcome: level.mean}
            row |= {f"{target.outcome}_low": low, f"{target.outcome}_high": high}
            holds.append(target.holds(interval))
        held = {"on_target": holds[0], "within": all(holds[1:]), "reaches": all(holds)}
        rows.append(row | held)
    return pd.DataFrame(rows)
