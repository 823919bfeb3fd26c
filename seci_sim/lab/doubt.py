"""Doubt: how a difference between two policies is spread over worlds, with luck taken out.

A few runs in each world say where the world's own difference lies, and how far luck moves one run.
What the runs of worlds are spread by is both; only the first is doubt. So means of worlds are drawn
towards their common mean until they are spread by no more than the worlds themselves are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

IN_TEN = 0.9
"""Share of worlds that an interval of luck and doubt holds."""

KEYS = ["world", "replication"]


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
    """Means of worlds, drawn towards their mean by what luck adds to their spread.

    Parameters
    ----------
    found : (worlds, replications) float64
        As of `changes`. Worlds without any value are left out.

    Returns
    -------
    (worlds with a value,) float64
    """
    kept = found[np.isfinite(found).any(axis=1)]
    means = np.nanmean(kept, axis=1)
    repeated = np.isfinite(kept).sum(axis=1)
    if means.size < 2 or (repeated < 2).all():
        return np.asarray(means)
    luck = float(np.mean(np.nanvar(kept[repeated > 1], axis=1, ddof=1) / repeated[repeated > 1]))
    whole = float(means.var(ddof=1))
    left = np.sqrt(max(whole - luck, 0.0) / whole) if whole > 0 else 0.0
    shrunk: Array = means.mean() + left * (means - means.mean())
    return shrunk


def doubt_of(found: Array) -> Doubt:
    """How something is spread over worlds.

    Parameters
    ----------
    found : (worlds, replications) float64
        As of `changes`.
    """
    worlds = without_luck(found)
    low, high = np.quantile(worlds, [(1 - IN_TEN) / 2, (1 + IN_TEN) / 2]).tolist()
    return Doubt(
        mean=float(worlds.mean()),
        interval=(low, high),
        holds=float((worlds > 0).mean()),
        worlds=int(worlds.size),
        dropped=int(found.shape[0] - worlds.size),
    )
