"""Policies that do well by several goals at once, found by letting generations of them evolve.

The search is a loop of generations of fixed size: ask for all of one, run them, tell all in the
order in which they were asked. It depends on its seed and on what the runs gave, on nothing else; so
a search that was stopped is begun again from its seed, and takes what was run already from where it
was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from seci_sim.lab.targets import STEPS

Point = Mapping[str, bool | int | float]
Evaluate = Callable[[int, Sequence[Point]], Sequence[Sequence[float]]]
"""From a generation and its new points to the goals of each: means over replications."""


@dataclass(frozen=True)
class Lever:
    """A setting that the search may choose."""

    name: str
    low: float
    high: float
    whole: bool = False
    """Whether only whole numbers will do."""
    levels: tuple[bool | int | float, ...] = ()
    """Values to choose from instead of a range."""


@dataclass(frozen=True)
class Goal:
    """An outcome that should be high, or low."""

    outcome: str
    lower_is_better: bool


def search(
    levers: Sequence[Lever],
    goals: Sequence[Goal],
    evaluate: Evaluate,
    *,
    generations: int,
    population: int,
    seed: int,
) -> pd.DataFrame:
    """Let generations of policies evolve towards all goals.

    Parameters
    ----------
    levers : sequence of Lever
        What may be chosen.
    goals : sequence of Goal
        At least two.
    evaluate : callable
        Runs the points of a generation that no former generation held.
    generations, population : int
        How many, and how many policies in each.
    seed : int
        Of the search.

    Returns
    -------
    DataFrame
        A row for each different policy, in the order in which they were met: ``generation``, the
        levers, the goals, and ``front``: whether none met is better by one goal and as good by all.

    Notes
    -----
    NSGA-II, Deb et al. (2002), by ``optuna``.
    """
    import optuna

    study = _study(goals, optuna.samplers.NSGAIISampler(population_size=population, seed=seed))
    distributions = {lever.name: _distribution(lever) for lever in levers}
    met: dict[tuple[bool | int | float, ...], tuple[int, tuple[float, ...]]] = {}
    for generation in range(generations):
        trials = [study.ask(distributions) for _ in range(population)]
        asked = [_rounded(levers, trial.params) for trial in trials]
        keys = [tuple(point.values()) for point in asked]
        new = {key: point for key, point in zip(keys, asked, strict=True) if key not in met}
        if new:
            results = evaluate(generation, list(new.values()))
            for key, result in zip(new, results, strict=True):
                met[key] = (generation, tuple(float(value) for value in result))
        for trial, key in zip(trials, keys, strict=True):
            values = met[key][1]
            if np.isfinite(values).all():
                study.tell(trial, list(values))
            else:
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
    names, outcomes = [lever.name for lever in levers], [goal.outcome for goal in goals]
    found = pd.DataFrame(
        [
            {"generation": generation}
            | dict(zip(names, key, strict=True))
            | dict(zip(outcomes, values, strict=True))
            for key, (generation, values) in met.items()
        ]
    )
    return found.assign(front=front(found, goals))


def front(found: pd.DataFrame, goals: Sequence[Goal]) -> np.ndarray:
    """Which rows no other row beats: better by one goal, and as good by all.

    Examples
    --------
    >>> rows = pd.DataFrame({"met": [0.4, 0.5, 0.3], "hours": [10, 20, 20]})
    >>> front(rows, [Goal("met", False), Goal("hours", True)])
    array([ True,  True, False])
    """
    import optuna

    study = _study(goals)
    values = found[[goal.outcome for goal in goals]].to_numpy(float)
    whole = np.isfinite(values).all(axis=1)
    study.add_trials(
        [
            optuna.trial.create_trial(values=list(row), user_attrs={"row": place})
            for place, row in enumerate(values)
            if whole[place]
        ]
    )
    unbeaten = np.zeros(len(found), bool)
    unbeaten[[trial.user_attrs["row"] for trial in study.best_trials]] = True
    return unbeaten


def _study(goals: Sequence[Goal], sampler: Any = None) -> Any:
    """Where optuna keeps what was tried; it says nothing of its own on the way."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    directions: list[Literal["minimize", "maximize"]] = [
        "minimize" if goal.lower_is_better else "maximize" for goal in goals
    ]
    return optuna.create_study(directions=directions, sampler=sampler)


def _distribution(lever: Lever) -> Any:
    from optuna import distributions

    if lever.levels:
        return distributions.CategoricalDistribution(lever.levels)
    if lever.whole:
        return distributions.IntDistribution(int(lever.low), int(lever.high))
    return distributions.IntDistribution(0, STEPS)


def _rounded(levers: Sequence[Lever], params: Mapping[str, bool | int | float]) -> Point:
    """The values of a trial's levers: a range is cut into equal steps."""
    return {
        lever.name: params[lever.name]
        if lever.levels or lever.whole
        else round(lever.low + (lever.high - lever.low) * params[lever.name] / STEPS, 10)
        for lever in levers
    }
