"""Screening: which of many parameters matter at all, and which of them cannot be ranked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from seci_sim.analyses.made import Made
from seci_sim.analyses.noise import LEVEL, RESAMPLES, Unanswerable, by_point, rank_intervals, ranked
from seci_sim.figures.bars import MOST_BARS, NAMED, Row, bars
from seci_sim.figures.style import Chart
from seci_sim.lab.analysis_kinds import Morris
from seci_sim.lab.sampling import unit_points
from seci_sim.seci.knowledge import Array
from seci_sim.words import change_unit, changed, listed, percent, quoted, spoken

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings

SIZE = 4
"""Levels of the grid on which a trajectory moves; a step is 2/3 of a parameter's range."""


def make(findings: Findings, asked: Morris) -> Made:
    """Screen the sampled factors."""
    experiment = findings.experiment
    names = [factor.name for factor in experiment.sampled]
    values = by_point(findings.table, asked.outcome)
    points = unit_points(experiment, len(names))
    table = morris(names, points, values, seed=experiment.seed % 2**32)
    return Made((drawn(table, asked.outcome, experiment.units[asked.outcome]),), table)


def morris(names: Sequence[str], points: Array, values: Array, *, seed: int = 1) -> pd.DataFrame:
    """Screen parameters by their elementary effects.

    Parameters
    ----------
    names : sequence of str
        Parameters, at least two.
    points : (trajectories * (parameters + 1), parameters) float64
        SALib's trajectories with 4 levels, scaled to 0..1, before whole numbers are rounded.
    values : (points, replications) float64
        The outcome; replication r has the same seed at every point.
    seed : int
        Of the bootstrap behind the ranks.

    Returns
    -------
    DataFrame
        A row for each parameter, the largest first. ``mu_star``: mean size of the elementary
        effects, in outcome per whole range; ``mu``: with their signs; ``sigma``: their spread, from
        interactions, curvature and luck; ``noise_share``: share of their mean square that is luck;
        ``p_value``: of the F test that all of it is; ``matters``: told from luck by Holm's method
        over all parameters; ``rank_low``, ``rank_high``: 95% interval of its rank among those that
        matter, missing for the rest, which are not ranked.

    Notes
    -----
    Source: Morris (1991), Factorial sampling plans; Campolongo et al. (2007) for ``mu_star``; both
    as in `SALib.analyze.morris`. The F test compares the mean square of the effects with that of
    their differences between replications (pure error). It takes the luck of different
    trajectories to be independent, which shared seeds make nearly, not fully, so.
    """
    from SALib.analyze import morris as salib
    from statsmodels.stats.multitest import multipletests

    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    found = salib.analyze(
        problem, points, values.mean(axis=1), num_levels=SIZE, num_resamples=2, seed=seed
    )
    effects = elementary_effects(points, values)
    mean_square, noise = _mean_squares(effects)
    trajectories, _, replications = effects.shape
    freedom = trajectories * (replications - 1)
    # A parameter that never changes a run has neither effect nor noise.
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(mean_square > 0, mean_square / noise, 0.0)
    p_values = stats.f.sf(ratio, trajectories, freedom)
    table = pd.DataFrame(
        {
            "factor": list(names),
            "mu_star": np.asarray(found["mu_star"], float),
            "mu": np.asarray(found["mu"], float),
            "sigma": np.asarray(found["sigma"], float),
            "noise_share": np.minimum(1.0, np.divide(1.0, ratio, out=np.ones_like(ratio), where=ratio > 0)),
            "p_value": p_values,
            "matters": multipletests(p_values, alpha=LEVEL, method="holm")[0],
        }
    )  # fmt: skip
    return _ranked(table, effects.mean(axis=2), np.random.default_rng(seed))


def elementary_effects(points: Array, values: Array) -> Array:
    """Change of the outcome for each step of each trajectory, per whole range.

    Returns
    -------
    (trajectories, parameters, replications) float64
    """
    parameters = points.shape[1]
    walks = points.reshape(-1, parameters + 1, parameters)
    runs = values.reshape(len(walks), parameters + 1, -1)
    steps = np.diff(walks, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    sizes = np.take_along_axis(steps, moved[:, :, None], axis=2)
    effects = np.empty((len(walks), parameters, runs.shape[2]))
    np.put_along_axis(effects, moved[:, :, None], np.diff(runs, axis=1) / sizes, axis=1)
    return effects


def _mean_squares(effects: Array) -> tuple[Array, Array]:
    """Mean square of the effects of each parameter, and what luck alone would make of it."""
    replications = effects.shape[2]
    if replications < 2:
        raise Unanswerable("noise is told from replications: at least 2 are needed")
    mean_square = (effects.mean(axis=2) ** 2).mean(axis=0)
    noise = effects.var(axis=2, ddof=1).mean(axis=0) / replications
    return mean_square, noise


def _ranked(table: pd.DataFrame, effects: Array, rng: np.random.Generator) -> pd.DataFrame:
    """Add the interval of each rank, from trajectories drawn again and again."""
    kept = table["matters"].to_numpy()
    low = np.full(len(table), np.nan)
    high = low.copy()
    if kept.any():
        trajectories = len(effects)
        drawn = rng.integers(0, trajectories, (RESAMPLES, trajectories))
        sizes = np.abs(effects[:, kept])[drawn].mean(axis=1)
        low[kept], high[kept] = rank_intervals(sizes)
    ranked = table.assign(rank_low=low, rank_high=high)
    return ranked.sort_values(["matters", "mu_star"], ascending=False, ignore_index=True)


def drawn(found: pd.DataFrame, outcome: str, unit: str) -> Chart:
    """The size of each parameter's elementary effects, and which of them are luck.

    Parameters
    ----------
    found : DataFrame
        As `morris` gives it.
    """
    rows = [
        Row(spoken(row["factor"]), row["mu_star"], row["mu_star"], row["mu_star"],
            f"{changed(row['mu_star'], unit).lstrip('+')}: {ranked(row)}", bool(row["matters"]))
        for row in found.head(MOST_BARS).to_dict("records")
    ]  # fmt: skip
    matter = found[found["matters"].astype(bool)]
    largest = listed([quoted(spoken(name)) for name in matter["factor"].head(NAMED)])
    said = f"; the largest effects are those of {largest}" if len(matter) else ""
    return Chart(
        "screening",
        f"{len(matter)} of {len(found)} parameters move {spoken(outcome)} by more than luck does{said}",
        f"Mean size of the elementary effects (Morris's μ*): change of {spoken(outcome)} in "
        f"{change_unit(unit)}, per whole range of a parameter. Ranks are 95% intervals; grey bars "
        "are not told from luck, and not ranked.",
        bars(rows, unit),
        pd.DataFrame(
            [
                {
                    "Parameter": row["factor"],
                    "μ*": changed(row["mu_star"], unit).lstrip("+"),
                    "μ": changed(row["mu"], unit),
                    "σ": changed(row["sigma"], unit).lstrip("+"),
                    "Share of luck": percent(row["noise_share"], 0),
                    "Rank": ranked(row),
                }
                for row in found.to_dict("records")
            ]
        ),
    )
