"""What a trial inside the firm comes to: people by arm, differences between arms, and how sure one run is of them.

Every person who is analysed counts once, with their mean over the weeks of a period. Where luck drew pairs,
units or markets, the error of a difference is that of clusters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import stdtrit

from seci_sim.lab.intervals import CONFIDENCE, spread
from seci_sim.lab.trial_measures import BEFORE, DURING, periods_of
from seci_sim.scenario.trial import ARMS, TRIAL_OUTCOMES

if TYPE_CHECKING:
    from seci_sim.seci.knowledge import Array
    from seci_sim.seci.trial import Conducted

# Differences --------------------------------------------------------------------------------------


class Contrast(NamedTuple):
    """A difference between the arms of one run."""

    difference: float
    """Treated less control; NaN without one of the two."""
    margin: float
    """Half of the 95% interval that this run alone gives; NaN with fewer than two clusters in an arm."""


def contrast(values: Array, treated: Array, cluster: Array) -> Contrast:
    """Treated less control, and how sure one run is of it.

    Parameters
    ----------
    values : (people,) float64
        NaN of who is not analysed.
    treated : (people,) bool
    cluster : (people,) int64
        Of what luck drew: people of a cluster are in one arm.

    Notes
    -----
    The variance of an arm's mean is that of its clusters' deviations, with the correction for their
    number; degrees of freedom after Welch and Satterthwaite. With one person a cluster that is Welch's
    t test; with clusters of one size, Welch's t test of their means.

    Examples
    --------
    >>> values, treated = np.array([1.0, 2.0, 3.0, 6.0]), np.array([False, False, True, True])
    >>> found = contrast(values, treated, np.arange(4))
    >>> found.difference, round(found.margin, 2)
    (3.0, 13.27)
    """
    there = ~np.isnan(values)
    mean, variance, freedom = [], [], []
    for arm in (False, True):
        of_arm = there & (treated == arm)
        own = values[of_arm]
        names, place = np.unique(cluster[of_arm], return_inverse=True)
        mean.append(own.mean() if own.size else np.nan)
        sums = np.bincount(place, own - mean[-1]) if spread(own) else np.zeros(len(names))
        freedom.append(len(names) - 1)
        variance.append(
            len(names) / (len(names) - 1) * (sums**2).sum() / own.size**2
            if len(names) > 1
            else np.nan
        )
    error = sum(variance)
    within = sum(part**2 / free for part, free in zip(variance, freedom, strict=True) if part > 0)
    free = error**2 / within if within > 0 else float(sum(freedom))
    quantile = float(stdtrit(free, (1 + CONFIDENCE) / 2)) if free > 0 else np.nan
    return Contrast(float(mean[1] - mean[0]), quantile * float(np.sqrt(error)))


def of_period(panel: Array, weeks: Array, period: range) -> Array:
    """(people, 5) float64: each person's mean over the weeks of a period at whose end they are there.

    Parameters
    ----------
    panel : (weeks, people, 5) float64
        See `seci_sim.seci.trial.Conducted.panel`.
    weeks : (weeks,) int64
        Their numbers.
    """
    within = panel[np.isin(weeks, period)]
    if not len(within):
        return np.full(panel.shape[1:], np.nan)
    there = ~np.isnan(within)
    with np.errstate(invalid="ignore"):
        means = np.where(there, within, 0.0).sum(axis=0) / there.sum(axis=0)
    return np.where(there[-1], means, np.nan)


# One run in one row --------------------------------------------------------------------------------


def summary(conducted: Conducted) -> dict[str, float]:
    """One run in one row, by the names of `trial_measures`."""
    trial, assigned, panel = conducted.trial, conducted.assigned, conducted.panel
    assert assigned is not None
    treated, cluster = assigned.treated, assigned.cluster
    found = {"eligible": float(assigned.eligible)}
    periods = periods_of(trial, conducted.horizon)
    means = {
        name: of_period(panel, conducted.weeks, weeks) for name, weeks in periods.items() if weeks
    }
    last = list(means)[-1]
    for arm, name in enumerate(ARMS):
        people = treated == arm
        found[f"clusters_{name}"] = float(len(np.unique(cluster[people])))
        found[f"people_{name}"] = float(people.sum())
        for said, period in (("left", DURING), ("analysed", last)):
            there = float((~np.isnan(means[period][people, -1])).sum())
            found[f"{said}_{name}"] = there if said == "analysed" else float(people.sum()) - there
    for outcome in trial.outcomes:
        column = TRIAL_OUTCOMES.index(outcome)
        own = {period: values[:, column] for period, values in means.items()}
        for period, values in own.items():
            for arm, name in enumerate(ARMS):
                found[f"{outcome}_{period}_{name}"] = _mean(values[treated == arm])
            if period != BEFORE:
                plain = contrast(values, treated, cluster)
                changes = contrast(values - own[BEFORE], treated, cluster)
                for said, made in (("difference", plain), ("did", changes)):
                    found[f"{outcome}_{period}_{said}"] = made.difference
                    found[f"{outcome}_{period}_{said}_margin"] = made.margin
    return {f"trial_{name}": value for name, value in found.items()}


def by_arm(conducted: Conducted) -> Array:
    """(horizon, 2, 6) float64: who is there in each week and arm, and the mean of each measure.

    NaN in weeks in which nobody is measured.
    """
    found = np.full((conducted.horizon, len(ARMS), 1 + len(TRIAL_OUTCOMES)), np.nan)
    found[conducted.weeks - 1] = conducted.by_arm()
    return found


def _mean(values: Array) -> float:
    there = values[~np.isnan(values)]
    return float(there.mean()) if there.size else np.nan
