"""Sobol indices: how much of the variance each parameter explains, once luck is taken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from seci_sim.analyses.made import Made
from seci_sim.analyses.noise import (
    LEVEL,
    RESAMPLES,
    Unanswerable,
    Variance,
    by_point,
    rank_intervals,
    ranked,
    variance_of,
)
from seci_sim.figures.bars import MOST_BARS, NAMED, Row, bars
from seci_sim.figures.style import Chart
from seci_sim.lab.analysis_kinds import SobolIndices
from seci_sim.lab.intervals import CONFIDENCE
from seci_sim.seci.knowledge import Array
from seci_sim.words import listed, percent, quoted, significant, spoken

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings

MOST_NOISE = 0.5
"""Share of luck in the variance above which no parameter is ranked."""


@dataclass(frozen=True)
class Indices:
    """Sobol indices with the luck in them."""

    table: pd.DataFrame
    """A row for each parameter, the largest total index first; see `sobol_indices`."""
    variance: Variance


def make(findings: Findings, asked: SobolIndices) -> Made:
    """Divide the variance among the sampled factors."""
    experiment = findings.experiment
    names = [factor.name for factor in experiment.sampled]
    values = by_point(findings.table, asked.outcome, experiment.size)
    found = sobol_indices(names, values, seed=experiment.seed % 2**32 or 1)
    table = found.table.assign(noise_share=found.variance.noise_share)
    return Made((drawn(found, asked.outcome),), table)


def sobol_indices(names: Sequence[str], values: Array, *, seed: int = 1) -> Indices:
    """First-order and total indices of the expected outcome.

    Parameters
    ----------
    names : sequence of str
        Parameters.
    values : (base sample * (parameters + 2), replications) float64
        The outcome at the points of SALib's Saltelli sample without second order, in its order.
    seed : int
        Of the draws behind the ranks.

    Returns
    -------
    Indices
        Its table has ``first`` and ``total`` with ``first_low`` ... ``total_high`` (95% intervals);
        ``first_raw`` and ``total_raw`` as they come from means over replications, luck included;
        ``matters``: its total index is told from 0 (Bonferroni over all parameters); ``rank_low``
        and ``rank_high``: 95% interval of the rank by total index. A parameter that does not matter
        is not ranked, and none matters where more than half of the variance is luck.

    Raises
    ------
    Unanswerable
        All of the variance is luck.

    Notes
    -----
    Source: Saltelli et al. (2010), for whose products of two runs stand here products of runs of
    *different* replications: their luck is independent, whatever luck the points of one replication
    share, so that it adds nothing to numerators and variance on average. Raw indices are those of
    `SALib.analyze.sobol`.

    Intervals are Student's t, with the error of the base points and that of the luck that points
    share. An index that is smaller than what luck does to it was held in 85 to 95% of trials; with
    two replications, of which only one difference tells how large luck is, all were in 80% or more.
    """
    from SALib.analyze import sobol as salib

    variance = variance_of(values)
    if variance.noise_share == 1:
        raise Unanswerable("all of the variance is luck; no index can be given")
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    raw = salib.analyze(
        problem, values.mean(axis=1), calc_second_order=False, num_resamples=2, seed=seed
    )
    points = values.reshape(-1, len(names) + 2, values.shape[1])
    indices, of_points, of_luck = _estimated(points)
    error = of_points.diagonal() + of_luck.diagonal()
    parts = of_points.diagonal() ** 2 / (len(points) - 1) + of_luck.diagonal() ** 2 / (
        points.shape[2] - 1
    )
    # A parameter that never changes a run has no error at all.
    freedom = np.divide(error**2, parts, out=np.ones_like(error), where=parts > 0)
    half = stdtrit(freedom, (1 + CONFIDENCE) / 2) * np.sqrt(error)
    widened = stdtrit(freedom, 1 - LEVEL / 2 / len(names)) * np.sqrt(error)
    table = pd.DataFrame({"factor": list(names)})
    kinds = {"first": slice(len(names)), "total": slice(len(names), None)}
    for kind, own in kinds.items():
        table[kind] = indices[own]
        table[f"{kind}_low"], table[f"{kind}_high"] = (indices - half)[own], (indices + half)[own]
    total = kinds["total"]
    table = table.assign(first_raw=raw["S1"], total_raw=raw["ST"])
    told = (indices - widened)[total] > 0
    table["matters"] = told & (variance.noise_share <= MOST_NOISE)
    spread = (of_points + of_luck)[total, total]
    draws = np.random.default_rng(seed).multivariate_normal(indices[total], spread, RESAMPLES)
    for end, ranks in zip(("rank_low", "rank_high"), rank_intervals(draws), strict=True):
        table[end] = np.where(table["matters"], ranks, np.nan)
    return Indices(table.sort_values("total", ascending=False, ignore_index=True), variance)


def _estimated(points: Array) -> tuple[Array, Array, Array]:
    """First-order, then total indices, with what base points and luck do to them.

    Parameters
    ----------
    points : (base points, parameters + 2, replications) float64

    Returns
    -------
    (2 * parameters,), and two covariances (2 * parameters, 2 * parameters) float64
    """
    size, _, replications = points.shape
    base, moved, other = points[:, :1], points[:, 1:-1], points[:, -1:]
    ends = points[:, [0, -1]]
    centre = ends.mean(axis=(0, 1))
    whole = (ends - centre) * np.sqrt(2 * size / (2 * size - 1))
    alone = np.broadcast_to(other - centre, moved.shape)
    left = np.concatenate([alone, base - moved], axis=1)
    right = np.concatenate([moved - base, (base - moved) / 2], axis=1)
    tops, bottoms = _crossed(left, right), _crossed(whole, whole).mean(axis=1)
    bottom = bottoms.mean()
    indices = tops.mean(axis=0) / bottom
    by_point = (tops - indices * bottoms[:, None]) / bottom
    pairs = np.einsum("njr,njs->jrs", left, right) / size
    pairs -= indices[:, None, None] * np.einsum("njr,njs->rs", whole, whole) / (2 * size)
    pairs = (pairs + pairs.transpose(0, 2, 1)) / (2 * bottom)
    of_luck = 4 * np.cov(pairs.mean(axis=2)) / replications
    different = pairs[:, ~np.eye(replications, dtype=bool)]
    of_luck += 2 * np.cov(different, bias=True) / (replications * (replications - 1))
    return indices, np.cov(by_point.T) / size, of_luck


def _crossed(one: Array, other: Array) -> Array:
    """Mean product of different replications, which are the last axis."""
    replications = one.shape[-1]
    every, same = one.sum(axis=-1) * other.sum(axis=-1), (one * other).sum(axis=-1)
    return np.asarray((every - same) / (replications * (replications - 1)))


def drawn(found: Indices, outcome: str) -> Chart:
    """Total Sobol indices, and the share of luck beside them."""
    noise = found.variance.noise_share
    rows = [
        Row(spoken(row["factor"]), row["total"], row["total_low"], row["total_high"],
            f"total {percent(row['total'], 0)}, alone {percent(row['first'], 0)}; {ranked(row)}",
            bool(row["matters"]))
        for row in found.table.head(MOST_BARS).to_dict("records")
    ]  # fmt: skip
    rows.append(
        Row("luck", noise, noise, noise, f"{percent(noise, 0)} of the means' variance", False)
    )
    if noise > MOST_NOISE:
        sentence = (
            f"{percent(noise, 0)} of the variance of {spoken(outcome)} is luck: with so few "
            "replications no parameter can be ranked"
        )
    else:
        top = found.table[found.table["matters"].astype(bool)].head(NAMED)
        parts = [
            f"{quoted(spoken(name))}{'' if place else ' takes part'} in {percent(total, 0)}"
            for place, (name, total) in enumerate(zip(top["factor"], top["total"], strict=True))
        ]
        sentence = (
            f"{listed(parts) or 'No parameter is told to take part in any'} of the variance of "
            f"{spoken(outcome)}; {percent(noise, 0)} of what was seen is luck"
        )
    columns = {"factor": "Parameter", "first": "Alone", "total": "With interactions"}
    text = found.table[list(columns)].rename(columns=columns)
    for name in ("first", "total"):
        low, high = found.table[f"{name}_low"], found.table[f"{name}_high"]
        text[columns[name]] = [
            f"{significant(v, 2)} ({significant(a, 2)} to {significant(b, 2)})"
            for v, a, b in zip(found.table[name], low, high, strict=True)
        ]
    text["Rank"] = [ranked(row) for row in found.table.to_dict("records")]
    return Chart(
        "variance",
        sentence,
        f"Total Sobol indices of {spoken(outcome)}: share of its variance that a parameter takes part "
        "in, with its 95% interval, after luck is taken off; the last bar is the share of luck.",
        bars(rows, "share"),
        text,
    )
