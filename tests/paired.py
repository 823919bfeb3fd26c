"""Paired comparisons: two courses on the same seeds, and how sure a test of them is.

A comparison is tested on its paired differences, one for each seed, by Student's t. Where there is
no effect, it passes by chance once in ten thousand times (``FALSE_ALARM``). Where there is an effect
of the size that an independent implementation of the same rules shows, it passes with a probability
of at least ``POWER``, worked out from the spread of these very differences; a test whose seeds do
not suffice for that fails, and says how many it needs. The seeds are fixed, so the same code always
gives the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from seci_sim import SECIModel
from seci_sim.scenario import Change, Scenario, read_scenario, with_levers
from seci_sim.seci.knowledge import Array
from seci_sim.seci.records import COLUMN

FALSE_ALARM = 0.0001
POWER = 0.95
SEEDS = 24
"""Replications of a comparison that does not need more: seeds 1 to 24."""

LAST = slice(207, 208)
"""The last week of four years."""

Figures = Callable[[range], Array]
"""From seeds to a figure for each: a level, or a paired difference."""


# Courses ------------------------------------------------------------------------------------------


def course(*shocks: Change, scenario: str = "baseline", **levers: Any) -> Scenario:
    """A shipped scenario with some settings changed, and with shocks."""
    changed = with_levers(read_scenario(scenario), **levers)
    if not shocks:
        return changed
    given = {name: getattr(changed, name) for name in changed.model_fields_set}
    return Scenario.model_validate(given | {"timeline": shocks})


_RUNS: dict[tuple[str, int], Array] = {}


def rows(scenario: Scenario, seed: int) -> Array:
    """(weeks, markets + 1, measures) of one run, made once for all tests of a session."""
    address = (scenario.fingerprint, seed)
    if address not in _RUNS:
        model = SECIModel(scenario, rng=seed)
        model.run()
        _RUNS[address] = model.records.rows.astype(np.float32)
    return _RUNS[address]


def measured(scenario: Scenario, measure: str, weeks: slice = LAST, *, market: int = -1) -> Figures:
    """The mean of a measure over some weeks; of the whole, unless of one market."""
    column = COLUMN[measure]
    return lambda seeds: np.array(
        [rows(scenario, seed)[weeks, market, column].mean(dtype=float) for seed in seeds]
    )


def weeks_to_routine(scenario: Scenario) -> Figures:
    """Mean weeks from a concept to the routine, over the projects of a run."""

    def figures(seeds: range) -> Array:
        whole = np.array([rows(scenario, seed)[:, -1] for seed in seeds], float)
        adopted = whole[:, :, COLUMN["routines_adopted"]]
        weeks = np.nan_to_num(whole[:, :, COLUMN["weeks_to_routine"]])
        means: Array = (adopted * weeks).sum(axis=1) / adopted.sum(axis=1)
        return means

    return figures


def less(one: Figures, other: Figures) -> Figures:
    """One figure less another, on each seed: the paired difference."""
    return lambda seeds: one(seeds) - other(seeds)


def change(
    before: Scenario, after: Scenario, measure: str, weeks: slice = LAST, *, market: int = -1
) -> Figures:
    """What a measure is after, less what it is before, on each seed."""
    return less(
        measured(after, measure, weeks, market=market),
        measured(before, measure, weeks, market=market),
    )


# How sure -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """A difference that the model must show."""

    pattern: str
    says: str
    size: float
    """Its size in an independent implementation of the same rules."""
    differences: Figures
    seeds: int = SEEDS
    slow: bool = False
    within: float | None = None
    """Where the pattern is that there is hardly any difference: what counts as hardly any."""
    theirs: bool = True
    """False where the other implementation gives no figure: the size was then measured with this
    one, on seeds from 1001 on."""

    def __str__(self) -> str:
        return f"{self.pattern}: {self.says}"


def marked(effects: Iterable[Effect]) -> list[Any]:
    """Effects as the parameters of a test, named, those that take long marked so."""
    return [
        pytest.param(effect, id=str(effect), marks=[pytest.mark.slow] if effect.slow else [])
        for effect in effects
    ]


def power(effect: float, spread: float, seeds: int, within: float | None = None) -> float:
    """How often a comparison passes when the true effect is ``effect``.

    Parameters
    ----------
    spread : float
        Standard deviation of the paired differences.
    within : float, optional
        Margin of a comparison that is to show hardly any effect.
    """
    error = spread / np.sqrt(seeds)
    critical = critical_value(seeds)
    if error == 0:
        return 1.0
    if within is None:
        return float(stats.nct.sf(critical, seeds - 1, abs(effect) / error))
    beyond = (float(stats.nct.sf(critical, seeds - 1, (within + side) / error))
              for side in (effect, -effect))  # fmt: skip
    return max(0.0, sum(beyond) - 1.0)


@cache
def critical_value(seeds: int) -> float:
    """Standard errors that a mean of paired differences must lie beyond nought, or within a margin."""
    return float(stats.t.isf(FALSE_ALARM, seeds - 1))


def seeds_needed(effect: float, spread: float, within: float | None = None) -> int:
    """The fewest seeds with which a comparison has its power."""
    return next(n for n in range(3, 10_000) if power(effect, spread, n, within) >= POWER)


def passes(found: Array, size: float, within: float | None = None) -> bool:
    """Whether paired differences lie on the side of ``size``, or within a margin, beyond luck."""
    margin = critical_value(found.size) * found.std(ddof=1) / np.sqrt(found.size)
    if within is not None:
        return bool(abs(found.mean()) + margin < within)
    return bool(found.mean() * np.sign(size) > margin)


def shows(effect: Effect) -> bool:
    """Whether the model shows an effect beyond the luck of the seeds; refused without the power."""
    found = effect.differences(range(1, effect.seeds + 1))
    spread = float(found.std(ddof=1))
    assert power(effect.size, spread, effect.seeds, effect.within) >= POWER, (
        f"{effect.seeds} seeds are too few for {effect}: it needs "
        f"{seeds_needed(effect.size, spread, effect.within)}"
    )
    return passes(found, effect.size, effect.within)


def has_roughly_its_size(effect: Effect) -> bool:
    """Whether an effect is about as large as in an independent implementation of the same rules."""
    found = float(effect.differences(range(1, effect.seeds + 1)).mean())
    return abs(found - effect.size) <= max(0.02, 0.5 * abs(effect.size))


@dataclass(frozen=True)
class Level:
    """A figure, not a difference, that an independent implementation of the same rules gives."""

    pattern: str
    says: str
    theirs: float
    figures: Figures

    def __str__(self) -> str:
        return f"{self.pattern}: {self.says}"
