"""What a study measured, made of the outcomes of runs.

Pairs of runs share their luck. Arrays are (worlds, runs of a world).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from seci_sim.lab.intervals import CONFIDENCE, spread

if TYPE_CHECKING:
    from seci_sim.words import Interval

Array = NDArray[np.float64]

Kind = Literal[
    "level",
    "difference",
    "relative change",
    "relative change between arms",
    "difference in SD between people",
    "difference in SD between patients",
    "change over time in SD between people",
    "what is left",
    "what is left of the difference",
    "half-life",
    "correlation over firms",
    "value of a parameter",
]

OVER_FIRMS: Final = "correlation over firms"
OF_A_PARAMETER: Final = "value of a parameter"

FEWEST_FIRMS = 4
"""Without which a correlation has no interval."""

BETWEEN_PEOPLE = "tacit_spread"
"""Standard deviation between people of what they hold rightly."""


@dataclass(frozen=True)
class Window:
    """An outcome in one firm: over the weeks that are asked for, over those before, and how people differ."""

    now: Array
    before: Array
    spread: Array
    """Between people, in the weeks before, or else in those that are asked for."""
    weeks: float = math.nan
    """From the middle of the weeks before to the middle of the others."""


@dataclass(frozen=True)
class Makes:
    """How an effect is made."""

    of: Callable[[Window, Window], Array]
    """From the firm, or the arm, without the change, which is the one with it where there is only one, and with it."""
    two: bool = True
    """Whether two firms are compared."""
    before: bool = False
    """Whether the outcome is looked at twice."""
    spread: bool = False
    """Whether it is counted in standard deviations between people."""
    parameter: bool = False
    """Whether it is about a parameter."""
    arms: bool = False
    """Whether it is between the arms of a trial inside one firm, of an outcome that ends in their names."""
    nought: bool = True
    """Whether 0 means that the change does nothing."""


def _ratio(above: Array, below: Array) -> Array:
    """NaN where nothing stands below."""
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below != 0)


def _relative(base: Window, changed: Window) -> Array:
    return _ratio(changed.now - base.now, base.now)


def _between_patients(base: Window, changed: Window) -> Array:
    """A need of a patient is met or not: its standard deviation follows from the share that is met."""
    return _ratio(changed.now - base.now, np.sqrt(base.now * (1 - base.now)))


def _half_life(_: Window, changed: Window) -> Array:
    """Weeks until half is left, if what is lost is always the same share of what there is."""
    left = _ratio(changed.now, changed.before)
    lost = np.where((left > 0) & (left < 1), -np.log2(np.clip(left, 1e-12, 1)), np.nan)
    return _ratio(np.full_like(lost, changed.weeks), lost)


def _nothing(_: Window, changed: Window) -> Array:
    return changed.now


KINDS: dict[Kind, Makes] = {
    "level": Makes(_nothing, two=False, nought=False),
    "difference": Makes(lambda base, changed: changed.now - base.now),
    "relative change": Makes(_relative),
    "relative change between arms": Makes(_relative, two=False, arms=True),
    "difference in SD between people": Makes(
        lambda base, changed: _ratio(changed.now - base.now, base.spread), spread=True
    ),
    "difference in SD between patients": Makes(_between_patients),
    "change over time in SD between people": Makes(
        lambda _, changed: _ratio(changed.now - changed.before, changed.spread),
        two=False, before=True, spread=True,
    ),
    "what is left": Makes(
        lambda _, changed: _ratio(changed.now, changed.before),
        two=False, before=True, nought=False,
    ),
    "what is left of the difference": Makes(
        lambda base, changed: _ratio(changed.now - base.now, changed.before - base.before),
        before=True, nought=False,
    ),
    "half-life": Makes(_half_life, two=False, before=True, nought=False),
    OVER_FIRMS: Makes(_nothing, two=False, parameter=True),
    OF_A_PARAMETER: Makes(_nothing, two=False, parameter=True, nought=False),
}  # fmt: skip
"""Every effect, by the words that files use."""


def in_runs(of: Callable[[Window, Window], Array], base: Window, changed: Window) -> Array:
    """The effect of the mean outcomes of each world, spread over those of its runs that have all of them.

    A ratio of means is no mean of ratios: where little is left to divide by, single runs give anything. These
    are the pseudo-values of the jackknife (Tukey 1958), of which Student's interval is made as of any values; for
    a difference they are the differences of the runs.

    Returns
    -------
    (worlds, runs) float64
        NaN where a run has no value, or there is no effect.

    Examples
    --------
    >>> firm = [Window(*[np.array([level])] * 3) for level in ([1.0, 3.0], [2.0, 5.0])]
    >>> in_runs(KINDS["difference"].of, *firm), in_runs(KINDS["relative change"].of, *firm).round(2)
    (array([[1., 2.]]), array([[0.83, 0.5 ]]))
    """
    known = np.isfinite([part for firm in (base, changed) for part in _parts(firm)]).all(axis=0)
    base, changed = (
        _each(firm, lambda part: np.where(known, part, np.nan)) for firm in (base, changed)
    )
    runs = known.sum(axis=1, keepdims=True)
    whole = of(_each(base, _over_all), _each(changed, _over_all))
    without = of(_each(base, _without_each), _each(changed, _without_each))
    values = np.where(runs == 1, whole, runs * whole - (runs - 1) * without)
    return np.where(known, values, np.nan)


def _parts(firm: Window) -> tuple[Array, Array, Array]:
    return firm.now, firm.before, firm.spread


def _each(firm: Window, made: Callable[[Array], Array]) -> Window:
    now, before, spread = map(made, _parts(firm))
    return Window(now, before, spread, firm.weeks)


def _over_all(values: Array) -> Array:
    """(worlds, 1): the mean of all runs that have a value."""
    count = np.isfinite(values).sum(axis=1, keepdims=True)
    return _ratio(np.nansum(values, axis=1, keepdims=True), count.astype(float))


def _without_each(values: Array) -> Array:
    """(worlds, runs): the mean of all runs but one."""
    known = np.isfinite(values)
    total, count = np.nansum(values, axis=1, keepdims=True), known.sum(axis=1, keepdims=True)
    return _ratio(total - np.where(known, values, 0.0), (count - known).astype(float))


def correlation(one: Array, other: Array) -> tuple[float, Interval]:
    """Pearson's r, and its interval by Fisher's z; NaN where either never differs, or of too few firms.

    Parameters
    ----------
    one, other : (firms,) float64
        Those with both values are used, at least `FEWEST_FIRMS`.

    Examples
    --------
    >>> r, (low, high) = correlation(np.arange(20.0), np.arange(20.0) % 7)
    >>> round(r, 2), round(low, 2), round(high, 2)
    (0.24, -0.23, 0.61)
    """
    from scipy.special import ndtri

    known = np.isfinite(one) & np.isfinite(other)
    one, other = one[known], other[known]
    if one.size < FEWEST_FIRMS or not spread(one) * spread(other):
        return math.nan, (math.nan, math.nan)
    r = float(np.corrcoef(one, other)[0, 1])
    half = float(ndtri((1 + CONFIDENCE) / 2)) / math.sqrt(one.size - 3)
    z = math.atanh(r) if abs(r) < 1 else math.copysign(math.inf, r)
    return r, (math.tanh(z - half), math.tanh(z + half))
