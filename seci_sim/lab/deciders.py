"""Deciders: the uncertain parameters on which it turns which of two policies is the better one.

The net gain is regressed on parameters over worlds. Where its curve against a parameter lies above 0
in one part and below 0 in another, knowing the parameter is worth something: one would then choose the
policy that wins there (expected value of partial perfect information).

Sources: Strong, Oakley and Brennan (2014), Estimating multiparameter partial expected value of
perfect information from a probabilistic sensitivity analysis sample: a nonparametric regression
approach. Many parameters are tested by permutations, as in Westfall and Young (1993),
Resampling-based multiple testing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.polynomial import legendre
from scipy.special import fdtrc, stdtrit

from seci_sim.lab.doubt import Array, nine_in_ten, without_luck
from seci_sim.lab.factors import Factor
from seci_sim.lab.worlds import Worlds

DEGREE = 3
"""Of a curve: it may rise, fall and rise; a step is smoothed."""

FALSE_ALARM = 0.05
"""How often a parameter is named where none does anything, and how often a curve's sign is wrong."""

PERMUTATIONS = 999

GRID = 41
"""Values at which a curve is told; fewer for a parameter with fewer whole numbers."""

FEWEST_WORLDS = 20
"""Below these no parameter is named."""


@dataclass(frozen=True, eq=False)
class Decider:
    """A parameter that moves a policy's net gain; where it turns the sign, it decides."""

    factor: Factor
    worth: float
    """Expected value of knowing it, in the outcome's unit: .01 of a share is one point. 0 where, as
    far as these worlds tell, one policy is the better choice at every value."""
    explained: float
    """Share of the variance of the net gain over worlds, luck taken out."""
    turns_at: float | None
    """Value at which the expected net gain is 0; None where it turns nowhere, or more than once."""
    wins_below: str | None
    """Policy that wins below that value; None with it."""
    wins_above: str | None
    curve: pd.DataFrame
    """``value``, ``mean``, ``low``, ``high``: the expected net gain at each value of the parameter,
    and between which it lies in nine worlds of ten that have this value."""


@dataclass(frozen=True, eq=False)
class _Sample:
    """One parameter over worlds, brought to -1 to 1, and polynomials of it."""

    values: Array
    basis: Array
    """(worlds, degree): columns are orthonormal and have no mean."""
    to_basis: Array
    """(degree, degree): from Legendre polynomials less their means."""
    centre: Array

    @classmethod
    def of(cls, values: Array) -> _Sample:
        degree = min(DEGREE, np.unique(values).size - 1)
        plain = legendre.legvander(_scaled(values, values), degree)[:, 1:]
        centre = plain.mean(axis=0)
        basis, triangle = np.linalg.qr(plain - centre)
        return cls(values, basis, np.linalg.inv(triangle), centre)

    def at(self, values: Array) -> Array:
        """The columns of the basis at other values."""
        plain = legendre.legvander(_scaled(values, self.values), self.basis.shape[1])[:, 1:]
        return np.asarray((plain - self.centre) @ self.to_basis)


def _scaled(values: Array, over: Array) -> Array:
    low, high = over.min(), over.max()
    return (
        np.asarray(2 * (values - low) / (high - low) - 1) if high > low else np.zeros_like(values)
    )


def deciders(worlds: Worlds, gains: Array, policy: str, against: str) -> tuple[Decider, ...]:
    """All parameters that move the gain: those most worth knowing first, then those that move it most.

    Where none does anything, any is named in at most 5% of comparisons.

    Parameters
    ----------
    worlds : Worlds
        Whose parameters may decide.
    gains : (worlds, replications) float64
        Net gain of the policy over the other; NaN where there is none.
    """
    told = np.isfinite(gains).any(axis=1)
    kept = gains[told]
    if len(kept) < FEWEST_WORLDS or not np.nanmax(kept) > np.nanmin(kept):
        return ()
    gain = np.nanmean(kept, axis=1)
    samples = {
        factor: _Sample.of(worlds.parameters[factor.name].to_numpy(np.float64)[told])
        for factor in worlds.factors
    }
    # Ranks: gains near 0 in most worlds and large in a few would hide what moves them.
    ranks = np.asarray(pd.Series(gain).rank(), np.float64)
    movers = _movers([sample.basis for sample in samples.values()], ranks)
    named = [factor for place, factor in enumerate(samples) if place in movers]
    if not named:
        return ()
    together = np.hstack([samples[factor].basis for factor in named])
    fitted = np.linalg.lstsq(together, gain - gain.mean())[0]
    rest = gain - gain.mean() - together @ fitted
    error = np.sqrt(rest @ rest / (gain.size - 1 - fitted.size))
    found, start = [], 0
    for factor in named:
        sample = samples[factor]
        slopes = fitted[start : start + sample.basis.shape[1]]
        start += slopes.size
        line = _Line(sample, float(gain.mean()), slopes, float(error), gain.size - 1 - fitted.size)
        found.append(_decider(factor, line, kept, (against, policy)))
    return tuple(sorted(found, key=lambda one: (-one.worth, -one.explained)))


def _movers(bases: Sequence[Array], gain: Array) -> set[int]:
    """Places of the parameters that move the gain.

    They are taken up one by one, the surest first, as long as the surest of those that are left is
    surer than the surest in 95% of permutations of what is left of the gain.
    """
    rng = np.random.default_rng(0)
    left, found = gain - gain.mean(), set[int]()
    candidates = {place for place, basis in enumerate(bases) if basis.shape[1]}
    while candidates:
        shuffled = rng.permuted(np.tile(left, (PERMUTATIONS, 1)), axis=1).T
        tested = np.column_stack([left, shuffled])
        surest, best = _surest({place: bases[place] for place in candidates}, tested)
        if np.mean(surest <= surest[0]) > FALSE_ALARM:
            break
        found.add(best)
        candidates.remove(best)
        together = np.hstack([bases[place] for place in sorted(found)])
        if together.shape[1] > gain.size // 4:
            break
        centred = gain - gain.mean()
        left = centred - together @ np.linalg.lstsq(together, centred)[0]
    return found


def _surest(bases: Mapping[int, Array], gains: Array) -> tuple[Array, int]:
    """What moves gains most surely, by the P value of the F test that it moves nothing.

    Parameters
    ----------
    bases : mapping of (worlds, degree) float64
        Polynomials of parameters, by place.
    gains : (worlds, columns) float64
        Without mean.

    Returns
    -------
    (columns,) float64
        The least P value of each column.
    int
        The place of the parameter that has the least in the first.
    """
    whole = (gains**2).sum(axis=0)
    found: list[tuple[Array, int]] = []
    for degree in sorted({basis.shape[1] for basis in bases.values()}):
        # Of parameters with the same degree the surest is the one that explains most.
        places = [place for place, basis in bases.items() if basis.shape[1] == degree]
        slopes = np.hstack([bases[place] for place in places]).T @ gains
        explained = (slopes**2).reshape(len(places), degree, -1).sum(axis=1)
        most, free = explained.max(axis=0), len(gains) - 1 - degree
        rest = np.maximum(whole - most, 1e-300)
        chances = fdtrc(degree, free, most / degree / (rest / free))
        found.append((chances, places[int(explained[:, 0].argmax())]))
    first = min(found, key=lambda one: float(one[0][0]))
    return np.min([chances for chances, _ in found], axis=0), first[1]


@dataclass(frozen=True, eq=False)
class _Line:
    """The expected gain against one parameter."""

    sample: _Sample
    mean: float
    slopes: Array
    error: float
    """Standard deviation of what the parameters that are named leave unexplained."""
    free: int
    """Worlds less what was fitted."""

    def at(self, values: Array) -> Array:
        return np.asarray(self.mean + self.sample.at(values) @ self.slopes)

    def signs(self, values: Array) -> Array:
        """-1 or 1 where the expected gain is told apart from 0, else 0."""
        worlds = self.sample.values.size
        leverage = (self.sample.at(values) ** 2).sum(axis=1) + 1 / worlds
        half = stdtrit(self.free, 1 - FALSE_ALARM / 2) * self.error * np.sqrt(leverage)
        expected = self.at(values)
        return np.asarray(np.where(np.abs(expected) > half, np.sign(expected), 0.0))


def _decider(factor: Factor, line: _Line, gains: Array, policies: tuple[str, str]) -> Decider:
    """What one parameter does; policies are the one that wins below 0 and the one that wins above."""
    values = line.sample.values
    grid = _grid(values, whole=factor.whole)
    expected = line.at(values)
    signs = line.signs(grid)
    sure = np.flatnonzero(signs)
    turns = sure[:-1][np.diff(signs[sure]) != 0] if sure.size else sure
    turns_at = below = above = None
    if turns.size == 1:
        after = sure[np.searchsorted(sure, turns[0]) + 1]
        turns_at = _root(line, float(grid[turns[0]]), float(grid[after]))
        below, above = policies if signs[after] > 0 else policies[::-1]
    worth = np.maximum(expected, 0).mean() - max(expected.mean(), 0) if turns.size else 0.0
    spread = float(without_luck(gains).var())
    noise = line.slopes.size * line.error**2
    explained = max(float(line.slopes @ line.slopes) - noise, 0.0) / values.size
    return Decider(
        factor=factor,
        worth=float(worth),
        explained=min(1.0, explained / spread) if spread > 0 else 0.0,
        turns_at=turns_at,
        wins_below=below,
        wins_above=above,
        curve=_curve(line, grid, gains),
    )


def _grid(values: Array, *, whole: bool) -> Array:
    low, high = values.min(), values.max()
    if whole and high - low < GRID:
        return np.arange(low, high + 1)
    return np.linspace(low, high, GRID)


def _root(line: _Line, low: float, high: float) -> float:
    """Where between two values the expected gain crosses 0, or crosses it in the middle of its crossings."""
    values = np.linspace(low, high, 1001)
    positive = line.at(values) > 0
    crossings = np.flatnonzero(positive[1:] != positive[:-1])
    place = crossings[crossings.size // 2]
    return float(values[place : place + 2].mean())


def _curve(line: _Line, grid: Array, gains: Array) -> pd.DataFrame:
    """The expected gain with a band of nine worlds in ten, as wide as worlds near a value are spread."""
    values = line.sample.values
    around = without_luck(gains - line.at(values)[:, None])
    width = np.polynomial.Polynomial.fit(values, np.abs(around), 1)
    least = np.abs(around).mean() / 10
    low, high = nine_in_ten(around / np.maximum(width(values), least))
    expected, wide = line.at(grid), np.maximum(width(grid), least)
    return pd.DataFrame(
        {
            "value": grid,
            "mean": expected,
            "low": expected + low * wide,
            "high": expected + high * wide,
        }
    )
