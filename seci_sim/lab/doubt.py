"""Doubt: how a difference between two policies is spread over worlds, with luck taken out.

A few runs in each world say where the world's own difference lies, and how far luck moves one run.
What the runs of worlds are spread by is both; only the first is doubt. So means of worlds are drawn
towards their common mean until they are spread by no more than the worlds themselves are. docs/statistics.md
tells what was measured of this.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import log_ndtr, poch

Array = NDArray[np.float64]

IN_TEN = 0.9
"""Share of worlds that an interval of luck and doubt holds."""

KEYS = ["world", "replication"]
"""What tells a pair of runs."""


@dataclass(frozen=True)
class Doubt:
    """A difference between two policies, or a level of one, over worlds: luck is taken out."""

    mean: float
    """Mean over worlds."""
    interval: tuple[float, float]
    """Holds it in nine worlds of ten: 5% of worlds lie below, 5% above."""
    holds: float
    """Share of worlds in which it is above 0, from 0 to 1."""
    worlds: int
    """Worlds used."""
    dropped: int = 0
    """Worlds in which no pair of runs has a value."""


def changes(runs: pd.DataFrame, outcome: str, policy: str, against: str = "") -> Array:
    """One outcome of a policy, or its difference from another, by world and replication.

    Parameters
    ----------
    runs : DataFrame
        See `seci_sim.lab.worlds.Worlds.runs`.
    outcome, policy : str
        A column, and a value of ``scenario``.
    against : str
        Another policy, whose run of the same world and replication is taken off.

    Returns
    -------
    (worlds, replications) float64
        NaN where a run has no value.
    """
    found = _by_world(runs, outcome, policy)
    if against:
        found = found - _by_world(runs, outcome, against)
    return found.to_numpy(np.float64)


def _by_world(runs: pd.DataFrame, outcome: str, policy: str) -> pd.DataFrame:
    of_policy = runs[runs["scenario"] == policy]
    return of_policy.set_index(KEYS)[outcome].unstack()


def without_luck(found: Array) -> Array:
    """Means of worlds, drawn towards their common mean so that they are spread as the worlds are.

    Luck's share of the spread is known from the runs within worlds, by the mean of their deviations:
    the mean of their squares hangs on the few worlds in which luck does much, and would draw all
    others together. What is left is estimated with an error, and can come out below 0; it is taken to
    be what it is expected to be given that estimate and that a variance is not below 0, so that a gain
    of which luck leaves little known is never called the same in all worlds. To it belongs what so
    many worlds leave open of their common mean. A world in which all pairs of runs are equal has no
    luck, and stays at 0.

    With one run a world luck cannot be told from doubt, and both stay in.

    Parameters
    ----------
    found : (worlds, replications) float64
        As of `changes`. Worlds without any value are left out.

    Returns
    -------
    (worlds with a value,) float64
        Never outside of the means of worlds.

    Examples
    --------
    >>> apart = np.array([[0.0, 4.0], [2.0, 6.0], [4.0, 8.0], [6.0, 10.0]])
    >>> without_luck(apart).round(2).tolist()
    [2.85, 4.28, 5.72, 7.15]
    >>> without_luck(np.array([[1.0, 1.0], [0.0, 0.0]])).tolist()
    [1.0, 0.0]
    """
    kept = found[np.isfinite(found).any(axis=1)]
    runs = np.isfinite(kept).sum(axis=1)
    means = np.asarray(np.nansum(kept, axis=1) / runs)
    repeated = runs > 1
    whole = float(means.var(ddof=1)) if means.size > 1 else 0.0
    if not repeated.any() or whole == 0:
        return means
    deviations, few = np.nanstd(kept[repeated], axis=1, ddof=1), runs[repeated]
    luck = float((deviations / (_expected(few) * np.sqrt(few))).mean()) ** 2
    own = (means[repeated] - means.mean()) ** 2 - deviations**2 / few
    left = whole - luck
    unsure = float(own.std() / np.sqrt(own.size))
    if unsure > 0:
        left += unsure * _excess(left / unsure)
    kept_of_spread = np.sqrt(min(1.0, max(left, 0.0) / whole + 1 / means.size))
    # Weighed, not moved: where all of the spread is kept, no rounding takes a mean of 0 off it.
    drawn = kept_of_spread * means + (1 - kept_of_spread) * means.mean()
    return np.where((kept == 0).sum(axis=1) == runs, 0.0, drawn)


def _expected(runs: NDArray[np.int64]) -> Array:
    """What the deviation of so many normal values comes to on average, in their own deviation."""
    return np.asarray(np.sqrt(2 / (runs - 1)) * poch((runs - 1) / 2, 0.5))


def _excess(below: float) -> float:
    """How far above its own mean a normal variable is expected that is known to be above 0.

    Parameters
    ----------
    below : float
        Its mean, in standard deviations.
    """
    log_density = -(below**2) / 2 - np.log(2 * np.pi) / 2
    return float(np.exp(log_density - log_ndtr(below)))


def doubt_of(found: Array) -> Doubt | None:
    """How something is spread over worlds; None where no run has a value.

    Parameters
    ----------
    found : (worlds, replications) float64
        As of `changes`.

    Examples
    --------
    >>> doubt_of(np.array([[0.1, 0.1], [-0.1, -0.1], [0.2, 0.2], [0.2, 0.2]])).holds
    0.75
    """
    worlds = without_luck(found)
    if not worlds.size:
        return None
    return Doubt(
        mean=float(worlds.mean()),
        interval=nine_in_ten(worlds),
        holds=float((worlds > 0).mean()),
        worlds=int(worlds.size),
        dropped=int(found.shape[0] - worlds.size),
    )


def nine_in_ten(worlds: Array) -> tuple[float, float]:
    """Ends between which nine in ten further worlds lie, whatever the values are distributed like.

    Of fewer than 19 worlds these are the least and the greatest, which hold fewer.

    Examples
    --------
    >>> nine_in_ten(np.arange(1.0, 20.0))
    (1.0, 19.0)
    """
    ends = [(1 - IN_TEN) / 2, (1 + IN_TEN) / 2]
    low, high = np.quantile(worlds, ends, method="weibull").tolist()
    return low, high


def prices(paid: Array, gained: Array) -> tuple[float, float] | None:
    """What is paid for each unit gained, between ends that hold nine in ten worlds with a gain.

    Parameters
    ----------
    paid, gained : (worlds, replications) float64
        As of `changes`; runs in which either has no value are left out.

    Examples
    --------
    >>> prices(np.array([[4.0], [9.0], [1.0]]), np.array([[2.0], [3.0], [-1.0]]))
    (2.0, 3.0)
    """
    whole = np.isfinite(paid) & np.isfinite(gained)
    paid, gained = (without_luck(np.where(whole, one, np.nan)) for one in (paid, gained))
    found = paid[gained > 0] / gained[gained > 0]
    return nine_in_ten(found) if found.size else None
