"""How much of what an analysis sees is luck, told from replications.

A sensitivity index made from noisy runs calls luck an effect of the parameters: with much noise,
first-order indices fall and total indices rise, for all parameters alike. Replications tell the two
apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seci_sim.lab.cells import cell_table
from seci_sim.seci.knowledge import Array

if TYPE_CHECKING:
    from seci_sim.lab.design import Design

LEVEL = 0.05
"""How often, at most, any parameter without effect is called one with an effect."""

RESAMPLES = 1000
"""Bootstrap samples behind an interval of ranks."""


class Unanswerable(ValueError):
    """A table lacks what an analysis needs, as when runs have failed or nothing moves an outcome."""


@dataclass(frozen=True)
class Variance:
    """Where the variance of a table of points and replications comes from."""

    between: float
    """Of the means of points, as they are seen."""
    noise: float
    """Part of it that is luck, which other seeds would have changed."""

    @property
    def noise_share(self) -> float:
        """Share of luck in the variance of the means; from 0 to 1."""
        return min(1.0, self.noise / self.between) if self.between > 0 else 1.0


def variance_of(values: Array) -> Variance:
    """Split the variance between points' means into parameters and luck.

    Luck that is the same at every point (a good year everywhere) moves no comparison between points
    and is taken off first; what is left over is noise.

    Parameters
    ----------
    values : (points, replications) float64
        At least two replications; replication r has the same seed at every point.

    Raises
    ------
    Unanswerable
        With fewer than two replications nothing tells noise from effect.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> effect, luck = rng.normal(0, 1, (2000, 1)), rng.normal(0, 9, 4)
    >>> found = variance_of(effect + luck + rng.normal(0, 2, (2000, 4)))
    >>> round(found.between), round(found.noise), round(found.noise_share, 1)
    (2, 1, 0.5)
    """
    points, replications = values.shape
    if replications < 2:
        raise Unanswerable("noise is told from replications: at least 2 are needed")
    means = values.mean(axis=1)
    left = values - means[:, None] - values.mean(axis=0) + values.mean()
    mean_square = float((left**2).sum()) / ((points - 1) * (replications - 1))
    return Variance(float(means.var(ddof=1)), mean_square / replications)


def rank_intervals(resampled: Array) -> tuple[Array, Array]:
    """Best and worst rank of each parameter in the middle 95% of resampled indices.

    Parameters
    ----------
    resampled : (samples, parameters) float64
        Indices; the largest has rank 1.

    Examples
    --------
    >>> rank_intervals(np.array([[3.0, 1.0, 2.0], [3.0, 2.0, 1.0]]))
    (array([1, 2, 2]), array([1, 3, 3]))
    """
    ranks = (-resampled).argsort(axis=1, kind="stable").argsort(axis=1) + 1
    low, high = np.quantile(ranks, [0.025, 0.975], axis=0, method="inverted_cdf")
    return low.astype(int), high.astype(int)


def by_point(table: pd.DataFrame, outcome: str, cells: int) -> Array:
    """The runs of each of so many cells, in their order: (cells, replications) float64.

    Raises
    ------
    Unanswerable
        A run is missing or has no value, so that the design has a hole; or nothing moves the outcome.
    """
    runs = table.pivot(index="cell", columns="replication", values=outcome).reindex(range(cells))
    missing = cells * max(1, runs.shape[1]) - int(runs.notna().to_numpy().sum())
    if missing:
        raise Unanswerable(
            f"{missing} runs have no value of {outcome}; this analysis needs them all"
        )
    values = np.asarray(runs.to_numpy(float))
    check_moved(values.mean(axis=1), outcome, "for all values of the parameters")
    return values


def check_ran(experiment: Design, table: pd.DataFrame, names: Sequence[str]) -> None:
    """Refuse a table that lacks all runs of something that is compared, as if nobody had asked for it.

    Parameters
    ----------
    experiment : Design
        What was to be run.
    table : DataFrame
        A row a run, with its ``cell``.
    names : sequence of str
        Columns of `seci_sim.lab.cells.cell_table` that tell apart what is compared.

    Raises
    ------
    Unanswerable
        It does.
    """
    if table["cell"].nunique() == experiment.size:
        return
    cells = cell_table(experiment)
    compared = cells.set_index(list(names)).index
    lost = cells[~compared.isin(compared[cells["cell"].isin(table["cell"])])]
    if not lost.empty:
        first = ", ".join(f"{name} {value}" for name, value in lost[list(names)].iloc[0].items())
        raise Unanswerable(f"no run of {first} came to an end; this analysis needs some of each")


def check_moved(values: Array, what: str, where: str) -> None:
    """Refuse values of which there is nothing to explain, because they are all the same.

    Raises
    ------
    Unanswerable
        They are.

    Examples
    --------
    >>> check_moved(np.array([0.0, 0.1]), "needs_met", "for all policies")
    """
    if np.ptp(values) == 0:
        raise Unanswerable(f"{what} is {values[0]:.4g} {where}; there is nothing to explain")


def ranked(row: Mapping[Any, Any]) -> str:
    """A rank with its range, or that there is none.

    Examples
    --------
    >>> ranked({"rank_low": 2.0, "rank_high": 4.0}), ranked({"rank_low": 1.0, "rank_high": 1.0})
    ('rank 2 to 4', 'rank 1')
    >>> ranked({"rank_low": float("nan"), "rank_high": float("nan")})
    'inside the noise'
    """
    low, high = row["rank_low"], row["rank_high"]
    if low != low:
        return "inside the noise"
    return f"rank {low:.0f}" if low == high else f"rank {low:.0f} to {high:.0f}"
