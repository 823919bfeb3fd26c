"""Posterior draws: runs whose summaries are like those of the data, brought to what the data say.

Approximate Bayesian computation with local-linear adjustment (Beaumont, Zhang and Balding 2002), on runs
that the summaries were not learned from. How parameters go together is told by the runs that are near in
all summaries at once; how each is spread by the runs that are near in its own summary, which is the more
exact the fewer summaries there are (Nott, Fan, Marshall and Sisson 2014).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from seci_sim.seci.knowledge import Array

NEAR_IN_ONE, NEAR_IN_ALL = 0.1, 0.2
"""Shares of the runs that count as near, in one summary and in all."""
DRAWS = 192
"""Draws of a posterior: as many as the worlds that an answer is looked at in."""


class Spread(NamedTuple):
    """How one parameter is spread, given data."""

    values: Array
    """(runs,) float64 in (0, 1), rising."""
    weights: Array
    """(runs,) float64, which add up to 1."""

    def quantile(self, levels: Array) -> Array:
        """Values below which shares of it lie."""
        middles = np.cumsum(self.weights) - self.weights / 2
        return np.interp(levels, middles, self.values)

    def below(self, value: float) -> float:
        """Share of it below a value."""
        return float(self.weights[self.values < value].sum())

    @property
    def deviation(self) -> float:
        """Its standard deviation, in that of a value of which nothing is known."""
        mean = self.weights @ self.values
        return float(np.sqrt(12 * (self.weights @ (self.values - mean) ** 2)))


def spread_of(summary: float, summaries: Array, shares: Array) -> Spread:
    """How a parameter is spread given its summary.

    Parameters
    ----------
    summary : float
        Of the data.
    summaries, shares : (runs,) float64
        Of runs, and how far up its range the parameter is in each.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> truth = rng.uniform(0.01, 0.99, 2000)
    >>> found = spread_of(0.5, truth + rng.normal(0, 0.1, 2000), truth)
    >>> bool(0.4 < found.quantile(np.array([0.5]))[0] < 0.6), bool(found.deviation < 0.5)
    (True, True)
    """
    near, weights = _near(np.abs(summaries - summary), NEAR_IN_ONE)
    moved = adjusted(summaries[near, None] - summary, _free(shares[near, None]), weights)
    values = _bound(moved[:, 0])
    order = np.argsort(values, kind="stable")
    return Spread(values[order], weights[order])


def draws(summary: Array, summaries: Array, shares: Array, learnt: Array) -> Array:
    """Draw parameters together, given data.

    Parameters
    ----------
    summary : (parameters,) float64
        Of the data.
    summaries, shares : (runs, parameters) float64
        Of runs.
    learnt : (parameters,) bool
        Of which parameters the data told something. Others are as in the runs.

    Returns
    -------
    (`DRAWS`, parameters) float64 in (0, 1)
        Different rows.
    """
    count = min(DRAWS, len(shares))
    if not learnt.any():
        return shares[:count].copy()
    seen, own = summaries[:, learnt], summary[learnt]
    spread = np.cov(seen.T).reshape(len(own), -1)
    root = np.linalg.cholesky(np.linalg.inv(spread + 1e-9 * np.trace(spread) * np.eye(len(own))))
    away = (seen - own) @ root
    near, weights = _near(np.sqrt((away**2).sum(axis=1)), max(NEAR_IN_ALL, 2 * count / len(away)))
    chosen = near[spread_out(weights, count)]
    moved = adjusted(away[near], _free(shares[near][:, learnt]), weights)
    together = moved[np.searchsorted(near, chosen)]
    found = shares[chosen].copy()
    levels = (np.arange(count) + 0.5) / count
    for column, parameter in enumerate(np.flatnonzero(learnt)):
        alone = spread_of(float(summary[parameter]), summaries[:, parameter], shares[:, parameter])
        ranks = np.argsort(np.argsort(together[:, column], kind="stable"), kind="stable")
        found[:, parameter] = alone.quantile(levels)[ranks]
    return found


def adjusted(away: Array, free: Array, weights: Array) -> Array:
    """Bring values of near runs to where the data are, along a line that is fitted to them.

    Parameters
    ----------
    away : (runs, summaries) float64
        How far each run's summaries are from those of the data.
    free : (runs, parameters) float64
        Values.
    weights : (runs,) float64
        Of the runs.
    """
    middle = weights @ away
    apart = (away - middle) * np.sqrt(weights)[:, None]
    level = weights @ free
    slope = np.linalg.lstsq(apart, (free - level) * np.sqrt(weights)[:, None], rcond=None)[0]
    found: Array = free - away @ slope
    return found


def _near(distances: Array, share: float) -> tuple[Array, Array]:
    """Places of the nearest runs, rising, and their weights after Epanechnikov."""
    count = min(len(distances), max(2, round(share * len(distances))))
    near = np.sort(np.argpartition(distances, count - 1)[:count])
    widest = distances[near].max() * (1 + 1e-9)
    weights = 1 - (distances[near] / widest) ** 2 if widest > 0 else np.ones(count)
    return near, weights / weights.sum()


def spread_out(weights: Array, count: int, start: float = 0.5) -> Array:
    """Places drawn at equal steps of the weights, none twice: what counts for more than one is drawn once.

    That is truncated importance sampling (Ionides 2008); the rest of such a weight goes to all others.

    Parameters
    ----------
    weights : (places,) float64
        Above 0, and more than `count`, or all of them are drawn.
    start : float
        Where the first step begins, from 0 to 1.

    Examples
    --------
    >>> spread_out(np.array([0.1, 0.6, 0.1, 0.1, 0.1]), 3)
    array([0, 1, 3])
    """
    if len(weights) <= count:
        return np.arange(len(weights))
    chances = count * weights / weights.sum()
    while chances.max() > 1 + 1e-9:
        chances = np.minimum(chances, 1.0)
        others = chances < 1
        chances[others] *= (count - np.sum(~others)) / chances[others].sum()
    return np.flatnonzero(np.diff(np.floor(np.cumsum(chances) + start), prepend=0.0))


def _free(shares: Array) -> Array:
    """Shares of a range without ends."""
    return np.asarray(np.log(shares / (1 - shares)))


def _bound(free: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-free)))
