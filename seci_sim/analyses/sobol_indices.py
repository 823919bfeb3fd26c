"""Sobol indices: how much of the variance each parameter explains, once luck is taken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seci_sim.analyses.made import Made
from seci_sim.analyses.noise import (
    RESAMPLES,
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
    values = by_point(findings.table, asked.outcome)
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
        top = found.table[found.table["matters"].astype(bool)]["factor"].head(NAMED)
        sentence = (
            f"{listed([quoted(spoken(name)) for name in top]) or 'No parameter'} explain most of the "
            f"variance of {spoken(outcome)}; {percent(noise, 0)} of what was seen is luck"
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
