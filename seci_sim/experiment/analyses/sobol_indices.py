"""Sobol indices: how much of the variance each parameter explains, once luck is taken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seci_sim.experiment.analyses.noise import RESAMPLES, Variance, rank_intervals, variance_of
from seci_sim.experiment.intervals import CONFIDENCE
from seci_sim.knowledge import Array

MOST_NOISE = 0.5
"""Share of luck in the variance above which no parameter is ranked."""


@dataclass(frozen=True)
class Indices:
    """Sobol indices with the luck in them."""

    table: pd.DataFrame
    """A row for each parameter, the largest total index first; see `sobol_indices`."""
    variance: Variance


def sobol_indices(names: Sequence[str], values: Array, *, seed: int = 1) -> Indices:
    """First-order and total indices of the expected outcome.

    Parameters
    ----------
    names : sequence of str
        Parameters.
    values : (base sample * (parameters + 2), replications) float64
        The outcome at the points of SALib's Saltelli sample without second order, in its order.
    seed : int
        Of the bootstrap behind the intervals.

    Returns
    -------
    Indices
        Its table has ``first`` and ``total`` with ``first_low`` ... ``total_high`` (95% intervals);
        ``first_raw`` and ``total_raw`` as they come from means over replications, luck included;
        ``rank_low`` and ``rank_high``: 95% interval of the rank by total index. A parameter whose
        total index is not told from 0 is not ranked, and none is where more than half of the
        variance is luck.

    Notes
    -----
    Source: Saltelli et al. (2010), as in `SALib.analyze.sobol`. With independent noise that is the
    share ``n`` of the variance of the means, the estimators' expectations are ``first (1 - n)`` and
    ``n + total (1 - n)``: the noise adds to the variance below both and to the squared differences
    above the second. Both are solved for the index without noise.
    """
    from SALib.analyze import sobol as salib

    variance = variance_of(values)
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    found = salib.analyze(
        problem,
        values.mean(axis=1),
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        keep_resamples=True,
        seed=seed,
    )
    noise, kept = variance.noise_share, max(1 - variance.noise_share, np.finfo(float).eps)
    first_all, total_all = found["S1_conf_all"] / kept, (found["ST_conf_all"] - noise) / kept
    table = pd.DataFrame(
        {
            "factor": list(names),
            "first": np.asarray(found["S1"]) / kept,
            "total": (np.asarray(found["ST"]) - noise) / kept,
            "first_raw": found["S1"],
            "total_raw": found["ST"],
        }
    )
    for index, resampled in (("first", first_all), ("total", total_all)):
        half = np.quantile(np.abs(resampled - resampled.mean(axis=0)), CONFIDENCE, axis=0)
        table[f"{index}_low"], table[f"{index}_high"] = table[index] - half, table[index] + half
    table["matters"] = table["total_low"] > 0
    low, high = rank_intervals(total_all)
    ranked = table["matters"] & (noise <= MOST_NOISE)
    table["rank_low"] = np.where(ranked, low, np.nan)
    table["rank_high"] = np.where(ranked, high, np.nan)
    return Indices(table.sort_values("total", ascending=False, ignore_index=True), variance)
