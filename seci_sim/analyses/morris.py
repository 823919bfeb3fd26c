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
    values = by_point(findings.table, asked.outcome, experiment.size)
    points = unit_points(experiment, len(names))
    table = morris(names, points, values, seed=experiment.seed % 2**32)
    again = agreement(elementary_effects(points, values))
    return Made((drawn(table, asked.outcome, experiment.units[asked.outcome], again),), table)


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
    their differences between replications (pure error). Luck that trajectories share makes fewer of
    them count: as many as the luck of all is times that of its strongest component, which is one
    where all share all of it, and never more than replications less one.
    """
    from SALib.analyze import morris as salib

    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    found = salib.analyze(
        problem, points, values.mean(axis=1), num_levels=SIZE, num_resamples=2, seed=seed
    )
    effects = elementary_effects(points, values)
    ratio, p_values, matters = told(effects)
    table = pd.DataFrame(
        {
            "factor": list(names),
            "mu_star": np.asarray(found["mu_star"], float),
            "mu": np.asarray(found["mu"], float),
            "sigma": np.asarray(found["sigma"], float),
            "noise_share": np.minimum(1.0, np.divide(1.0, ratio, out=np.ones_like(ratio), where=ratio > 0)),
            "p_value": p_values,
            "matters": matters,
        }
    )  # fmt: skip
    return _ranked(table, effects, np.random.default_rng(seed))


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


def told(effects: Array) -> tuple[Array, Array, Array]:
    """Tell effects from luck.

    Returns
    -------
    three (parameters,) arrays
        Mean square of the effects over that of luck, its p, and Holm's verdict over all parameters.
    """
    from statsmodels.stats.multitest import multipletests

    replications = effects.shape[2]
    if replications < 2:
        raise Unanswerable("noise is told from replications: at least 2 are needed")
    means = effects.mean(axis=2)
    luck = effects - means[:, :, None]
    shared = np.einsum("tpr,tps->prs", luck, luck)
    every, strongest = np.einsum("prr->p", shared), np.linalg.eigvalsh(shared)[:, -1]
    moves, lucky = (means**2).mean(axis=0) > 0, every > 0
    count = np.divide(every, strongest, out=np.ones_like(every), where=lucky)
    noise = every / (len(effects) * replications * (replications - 1))
    # A parameter that never changes a run has neither effect nor noise.
    ratio = np.divide((means**2).mean(axis=0), noise, out=np.where(moves, np.inf, 0.0), where=lucky)
    p_values = stats.f.sf(ratio, count, count * (replications - 1))
    return ratio, p_values, multipletests(p_values, alpha=LEVEL, method="holm")[0]


def agreement(effects: Array) -> list[tuple[str, int, int]]:
    """How far halves of a study name the same parameters.

    Parameters
    ----------
    effects : (trajectories, parameters, replications) float64

    Returns
    -------
    list of (str, int, int)
        What the halves differ in, how many parameters both name, and how many either does; nothing
        where halves are too small to tell noise from effect.
    """
    size, _, replications = effects.shape
    halves = {
        "trajectories": (effects[: size // 2], effects[size // 2 :]),
        "luck": (effects[:, :, : replications // 2], effects[:, :, replications // 2 :]),
    }
    if size < 2 or replications < 4:
        return []
    named = {what: [told(half)[2] for half in both] for what, both in halves.items()}
    return [(what, int((a & b).sum()), int((a | b).sum())) for what, (a, b) in named.items()]


def _ranked(table: pd.DataFrame, effects: Array, rng: np.random.Generator) -> pd.DataFrame:
    """Add the interval of each rank, from trajectories and replications drawn again and again."""
    kept = table["matters"].to_numpy()
    low = np.full(len(table), np.nan)
    high = low.copy()
    if kept.any():
        size, _, replications = effects.shape
        luck = rng.multinomial(replications, [1 / replications] * replications, RESAMPLES)
        walks = rng.multinomial(size, [1 / size] * size, RESAMPLES)
        means = np.abs(effects[:, kept] @ luck.T / replications)
        low[kept], high[kept] = rank_intervals(np.einsum("tps,st->sp", means, walks) / size)
    ranked = table.assign(rank_low=low, rank_high=high)
    return ranked.sort_values(["matters", "mu_star"], ascending=False, ignore_index=True)


def drawn(
    found: pd.DataFrame, outcome: str, unit: str, again: Sequence[tuple[str, int, int]] = ()
) -> Chart:
    """The size of each parameter's elementary effects, and which of them are luck.

    Parameters
    ----------
    found : DataFrame
        As `morris` gives it.
    again : sequence of (str, int, int)
        As `agreement` gives it.
    """
    rows = [
        Row(spoken(row["factor"]), row["mu_star"], row["mu_star"], row["mu_star"],
            f"{changed(row['mu_star'], unit).lstrip('+')}: {ranked(row)}", bool(row["matters"]))
        for row in found.head(MOST_BARS).to_dict("records")
    ]  # fmt: skip
    matter = found[found["matters"].astype(bool)]
    largest = listed([quoted(spoken(name)) for name in matter["factor"].head(NAMED)])
    said = f"; the largest effects are those of {largest}" if len(matter) else ""
    halves = "".join(
        f" Of {either} parameters that either half of the {what} names by itself, both name {both}."
        for what, both, either in again
    )
    return Chart(
        "screening",
        f"At least {len(matter)} of {len(found)} parameters move {spoken(outcome)} by more than luck "
        f"does{said}",
        f"Mean size of the elementary effects (Morris's μ*): change of {spoken(outcome)} in "
        f"{change_unit(unit)}, per whole range of a parameter. Ranks are 95% intervals; grey bars "
        f"are not told from luck, and not ranked.{halves}",
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
