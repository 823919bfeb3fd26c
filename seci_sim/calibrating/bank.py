"""A firm in many worlds: the runs that its data are compared with."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from seci_sim.calibrating.observed import (
    GAINED,
    INDICATOR_ERROR,
    INDICATORS,
    MEASURED,
    OUTCOMES,
    SCORE_ERROR,
    SCORES,
    TURNOVER,
    WEEKS_A_QUARTER,
    Data,
    Item,
    scores_in,
)
from seci_sim.lab.experiment import Experiment
from seci_sim.lab.factors import Factor
from seci_sim.lab.worlds import NOTHING_DOUBTED, Plausible, in_worlds
from seci_sim.scenario import InputProblem, Scenario

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings
    from seci_sim.seci.knowledge import Array

RUNS = 6000
"""Worlds in which a firm is run, unless others are asked for."""

FEWEST_QUARTERS = 2


def worlds_to_run(firm: Scenario, runs: int = RUNS, seed: int = 1) -> Experiment:
    """The experiment that runs a firm once in each of many worlds, drawn from plausible ranges.

    Raises
    ------
    InputProblem
        Nothing is doubted of the scenario, or it is too short.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> worlds_to_run(read_scenario("one-percent"), 100).size
    100
    """
    parts = in_worlds([firm], Plausible(runs))
    if not parts:
        raise InputProblem([f"{firm.name}: {NOTHING_DOUBTED}"])
    if firm.horizon < FEWEST_QUARTERS * WEEKS_A_QUARTER:
        what = f"{firm.horizon} weeks are too few; at least {FEWEST_QUARTERS * WEEKS_A_QUARTER}"
        raise InputProblem([f"{firm.name}: {what}"])
    return Experiment(
        **parts,
        name=firm.name,
        question="What can the firm's own data teach the model?",
        scenarios=(firm,),
        replications=1,
        seed=seed,
        outcomes=(*OUTCOMES, GAINED),
        weekly=INDICATORS,
        yearly_by_market=tuple(SCORES.values()),
    )


@dataclass(frozen=True)
class Bank:
    """Runs of one firm, each in a world of its own."""

    factors: tuple[Factor, ...]
    """The doubted parameters."""
    points: Array
    """(runs, parameters) float64: their values."""
    quarters: Array
    """(runs, quarters, `INDICATORS`) float64: levels are means of a quarter's weeks, flows are sums."""
    outcomes: Array
    """(runs, `OUTCOMES` and `GAINED`) float64; NaN where a run has no value."""
    fingerprint: str
    """Of the experiment."""
    markets: tuple[str, ...] = ()
    by_market: Array = field(default_factory=lambda: np.empty((0, 0, 0, 0)))
    """(runs, years, markets, `SCORES`) float64: means of a year's weeks; hours are those of a head."""
    heads: int = 0
    """People of the firm."""

    @cached_property
    def shares(self) -> Array:
        """(runs, parameters) float64 in (0, 1): how far up its range each value lies.

        Whole numbers are spread over their part of the range, so that nothing is tied.
        """
        rng = np.random.default_rng(int(self.fingerprint[:12], 16))
        low, high, whole = limits(self.factors)
        within = rng.random(self.points.shape) * whole
        found: Array = (self.points - low + within) / (high - low + whole)
        return np.clip(found, 1e-4, 1 - 1e-4)

    def observed(self, items: Sequence[Item]) -> Array:
        """What each run would tell, with errors as a firm's data have them.

        Returns
        -------
        (runs, items) float64
            NaN where a run has no such value.
        """
        key = hashlib.sha256(repr((self.fingerprint, tuple(items))).encode()).hexdigest()
        rng = np.random.default_rng(int(key[:12], 16))
        columns = [self._true(item) for item in items]
        told = np.column_stack(columns) if columns else np.empty((len(self.points), 0))
        luck = rng.standard_normal(told.shape)
        least, most = SCORE_ERROR
        of_scores = np.exp(rng.uniform(np.log(least), np.log(most), (len(told), 1)))
        for place, item in enumerate(items):
            spread = np.nanstd(self._all_of(item), axis=None)
            if item.kind == "fact":
                error: Any = item.error
            elif item.kind == "indicator":
                error = INDICATOR_ERROR * spread
            else:
                error = of_scores[:, 0] * spread
            told[:, place] += error * luck[:, place]
        return told

    def _all_of(self, item: Item) -> Array:
        """Values of one measure in all runs and times, which tell how far it is spread."""
        if item.market:
            return np.asarray(self.by_market[..., list(SCORES).index(item.name)])
        name = SCORES[item.name] if item.kind == "score" else item.name
        if name in INDICATORS:
            found: Array = self.quarters[:, :, INDICATORS.index(name)]
            return found
        return self._true(item)

    def _true(self, item: Item) -> Array:
        """(runs,) float64: one item without an error."""
        if item.market:
            market, score = self.markets.index(item.market), list(SCORES).index(item.name)
            return np.asarray(self.by_market[:, item.time - 1, market, score])
        if item.kind == "score":
            years = self.quarters[:, 4 * item.time - 4 : 4 * item.time]
            return np.asarray(years[:, :, INDICATORS.index(SCORES[item.name])].mean(axis=1))
        if item.name == TURNOVER:
            leavers = self.quarters[:, -4:, INDICATORS.index("leavers")]
            return np.asarray(4 * leavers.mean(axis=1) / self.heads)
        if item.name in OUTCOMES:
            return np.asarray(self.outcomes[:, OUTCOMES.index(item.name)])
        if item.name in INDICATORS:
            quarter = item.time - 1 if item.kind == "indicator" else -1
            return np.asarray(self.quarters[:, quarter, INDICATORS.index(item.name)])
        names = [factor.name for factor in self.factors]
        return np.asarray(self.points[:, names.index(item.name)])


def bank_of(found: Findings) -> Bank:
    """Bring the runs of `worlds_to_run` together."""
    ran, experiment = found.ran, found.experiment
    assert ran is not None
    from seci_sim.lab.cells import Cells

    points = np.array(Cells(experiment).points, np.float64)[ran.cell]
    runs, weeks, _ = ran.weekly.shape
    quarters = weeks // WEEKS_A_QUARTER
    by_quarter = ran.weekly[:, : quarters * WEEKS_A_QUARTER].reshape(
        runs, quarters, WEEKS_A_QUARTER, len(INDICATORS)
    )
    flows = np.array([MEASURED[name].kind == "flow" for name in INDICATORS])
    means = by_quarter.mean(axis=2)
    (firm,) = experiment.scenarios
    heads = [sum(one.staff for one in firm.units if one.market == name) for name in firm.markets]
    by_market = ran.yearly.reshape(runs, -1, len(heads), len(SCORES)).copy()
    of_hours = [measure.startswith("hours_") for measure in SCORES.values()]
    by_market[..., of_hours] /= np.array(heads, float)[:, None]
    return Bank(
        factors=experiment.uncertain,
        points=points,
        quarters=np.where(flows, means * WEEKS_A_QUARTER, means),
        outcomes=ran.outcomes,
        fingerprint=experiment.fingerprint,
        markets=firm.markets,
        by_market=by_market,
        heads=sum(one.staff for one in firm.units),
    )


def limits(factors: Sequence[Factor]) -> tuple[Array, Array, Array]:
    """Ends of ranges, and 1 for whole numbers, else 0."""
    low, high = (np.array([getattr(one, end) for one in factors], float) for end in ("low", "high"))
    return low, high, np.array([float(one.whole) for one in factors])


def features(told: Array, items: Sequence[Item]) -> Array:
    """What is learnt from: scores of a survey only by how they differ, in their own spread.

    Parameters
    ----------
    told : (runs, items) float64
        As of `Bank.observed`, or one row of a firm's own.

    Examples
    --------
    >>> years = [Item("score", "skill", year) for year in (1, 2, 3)]
    >>> of_five = features(np.array([[1.0, 2.0, 5.0]]), years)
    >>> np.allclose(of_five, features(np.array([[20.0, 40.0, 100.0]]), years))
    True
    """
    found = np.array(told, np.float64)
    for places in scores_in(items).values():
        scores = found[:, places]
        middle, spread = scores.mean(axis=1, keepdims=True), scores.std(axis=1, keepdims=True)
        found[:, places] = (scores - middle) / np.where(spread > 0, spread, 1.0)
    return found


def of_firm(data: Data) -> Array:
    """(1, items) float64: the features of a firm's own data."""
    return features(np.array([data.values], np.float64), data.items)
