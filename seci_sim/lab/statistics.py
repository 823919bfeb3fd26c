"""What a set of runs says: means, paired differences, and when two policies are told apart.

Policies are run on the same seeds, so the run of one policy and the run of another with the same
seed share their luck. The difference between the two is estimated pair by pair; that is far more
precise than comparing two averages.

Intervals are Student's t intervals at 95%. Where several policies are compared, the intervals of the
differences are widened so that all of one family hold together in 95% of experiments: a policy
that is the best of many by luck alone is then told apart in at most one experiment in twenty. A run
that has no value (such as a week that was never reached) is left out, and every result says how
many were used and how many were dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from seci_sim.lab.intervals import detectable, quantile, spread, student
from seci_sim.parameters import HOURS_A_WEEK, WEEKS_A_YEAR

MODES = ("socialization", "externalization", "combination", "internalization")

IN_MODES = tuple(f"hours_{mode}" for mode in MODES)
HOURS = [*IN_MODES, "hours_routine_business"]
"""Measures of what all hours went into."""

HOURS_A_YEAR = HOURS_A_WEEK * WEEKS_A_YEAR
"""Business hours of one employee in a year."""

MET, MIS_SERVED = "needs_met", "needs_mis_served"

HOURS_A_HEAD = "hours_a_head_and_year"
PATIENT_HOURS_A_HEAD = "patient_hours_a_head_and_year"
"""Columns added by `add_ratios`: hours in the four modes, and with patients."""

STARTING, ON_TREATMENT = "share_starting", "share_on_treatment"
"""Columns added by `add_ratios`: of eligible patients, those who start, and start and stay."""


@dataclass(frozen=True)
class Estimate:
    """A mean over runs, and how well it is known."""

    mean: float
    """Mean of the values used; NaN when there is none."""
    interval: tuple[float, float] | None
    """95% interval of the mean; None with fewer than two values, or where most runs have none: the
    mean of those few that got somewhere held the truth in 62 to 85% of experiments."""
    used: int
    dropped: int
    """Runs, or pairs of runs, that have no value."""


@dataclass(frozen=True)
class Difference(Estimate):
    """A policy less another on the same seeds."""

    better: int
    """Pairs in which the policy did better; equal pairs do not count."""
    equal: int
    """Pairs in which both did the same."""
    effect_size: float | None
    """Cohen's d_z: the mean in standard deviations of the pairs; None where these do not vary."""
    superiority: float
    """Share of pairs in which the policy did better, equal pairs counting half; NaN without pairs."""
    detectable: float | None
    """True difference that nine in ten such experiments would tell from 0; None where pairs do not vary."""
    comparisons: int = 1
    """How many differences are read together, for which the interval is widened."""


@dataclass(frozen=True)
class Reached:
    """When runs reached something that some of them may never reach."""

    median: float | None
    """Middle of all runs, where never is later than any week; None when that middle is never."""
    reached: int
    runs: int


def estimate(values: ArrayLike) -> Estimate:
    """Mean of independent runs with its 95% t interval.

    Parameters
    ----------
    values : array_like
        One value a run. Values that are not finite are dropped, and counted.

    Examples
    --------
    >>> found = estimate([1.0, 2.0, 3.0, float("nan")])
    >>> found.mean, found.used, found.dropped
    (2.0, 3, 1)
    >>> [round(bound, 3) for bound in found.interval]
    [-0.484, 4.484]
    >>> estimate([5.0]).interval is None
    True
    """
    given = np.asarray(values, dtype=np.float64)
    kept = given[np.isfinite(given)]
    mean = float(kept.mean()) if kept.size else float("nan")
    dropped = int(given.size - kept.size)
    interval = student(kept) if dropped <= kept.size else None
    return Estimate(mean, interval, int(kept.size), dropped)


def of_share(found: Estimate) -> Estimate:
    """The same, with an interval that stays within what a share can be.

    Examples
    --------
    >>> of_share(estimate([0.0, 0.0, 0.3])).interval[0]
    0.0
    """
    if found.interval is None:
        return found
    low, high = np.clip(found.interval, 0.0, 1.0).tolist()
    return replace(found, interval=(low, high))


def paired_difference(
    values: ArrayLike,
    reference: ArrayLike,
    *,
    lower_is_better: bool = False,
    comparisons: int = 1,
) -> Difference:
    """Mean of values less reference, pair by pair.

    Parameters
    ----------
    values, reference : array_like
        One value a seed, in the same order of seeds. A pair with a missing value is dropped.
    lower_is_better : bool
        Whether "better" means lower, as for hours or needs mis-served.
    comparisons : int
        How many differences are read together; see `seci_sim.lab.intervals.student`.

    Examples
    --------
    >>> found = paired_difference([3.0, 5.0, 4.0], [1.0, 2.0, 4.0])
    >>> round(found.mean, 3), found.better, found.used, round(found.effect_size, 3)
    (1.667, 2, 3, 1.091)
    >>> round(found.superiority, 3)
    0.833
    """
    changes = np.asarray(values, dtype=np.float64) - np.asarray(reference, dtype=np.float64)
    kept = changes[np.isfinite(changes)]
    above, below = int((kept > 0).sum()), int((kept < 0).sum())
    better = below if lower_is_better else above
    equal = int(kept.size) - above - below
    deviation = spread(kept)
    mean = float(kept.mean()) if kept.size else float("nan")
    return Difference(
        mean=mean,
        interval=student(kept, comparisons) if 2 * kept.size >= changes.size else None,
        used=int(kept.size),
        dropped=int(changes.size - kept.size),
        better=better,
        equal=equal,
        effect_size=mean / deviation if deviation > 0 else None,
        superiority=(better + equal / 2) / kept.size if kept.size else float("nan"),
        detectable=detectable(int(kept.size), deviation, comparisons) if deviation else None,
        comparisons=comparisons,
    )


def separated(found: Estimate) -> bool:
    """Whether the runs tell two policies apart: there is an interval, and it excludes 0.

    Examples
    --------
    >>> separated(paired_difference([2.0, 3.0, 4.0], [1.0, 2.0, 2.9]))
    True
    >>> separated(paired_difference([2.0], [1.0]))
    False
    """
    return found.interval is not None and (found.interval[0] > 0 or found.interval[1] < 0)


def ratio_of_means(
    numerators: ArrayLike, denominators: ArrayLike, *, comparisons: int = 1
) -> Estimate | None:
    """Mean of paired numerators over mean of denominators, with Fieller's 95% interval.

    The interval holds the ratios ``r`` for which the mean of ``numerator - r * denominator`` does
    not differ from 0. It has two ends exactly where the denominator's interval excludes 0;
    elsewhere the ratio could be anything, and the answer is None.

    Source: Fieller (1954), Some problems in interval estimation.

    Examples
    --------
    >>> found = ratio_of_means([20.0, 22.0, 21.0], [10.0, 11.0, 10.5])
    >>> found.mean, [round(bound, 3) for bound in found.interval]
    (2.0, [2.0, 2.0])
    >>> ratio_of_means([20.0, 22.0, 21.0], [1.0, -1.0, 0.1]) is None
    True
    """
    above = np.asarray(numerators, dtype=np.float64)
    below = np.asarray(denominators, dtype=np.float64)
    whole = np.isfinite(above) & np.isfinite(below)
    kept_above, kept_below = above[whole], below[whole]
    count = kept_below.size
    within = student(kept_below, comparisons)
    if not separated(Estimate(0.0, within, count, 0)):
        return None
    top, bottom = float(kept_above.mean()), float(kept_below.mean())
    covariance = np.cov(kept_above, kept_below) * quantile(count, comparisons) ** 2 / count
    square = bottom**2 - float(covariance[1, 1])
    middle = top * bottom - float(covariance[0, 1])
    constant = top**2 - float(covariance[0, 0])
    half = np.sqrt(max(middle**2 - square * constant, 0.0))
    interval = (float((middle - half) / square), float((middle + half) / square))
    return Estimate(top / bottom, interval, int(count), int(above.size - count))


def over_worlds(table: pd.DataFrame, keys: Sequence[str], outcomes: Sequence[str]) -> pd.DataFrame:
    """Mean of outcomes over all worlds in which something was run, so that differences are within them.

    Examples
    --------
    >>> runs = pd.DataFrame({"dose": [0, 0, 1, 1], "world": [0, 1, 0, 1], "met": [1.0, 5.0, 2.0, None]})
    >>> over_worlds(runs, ["dose"], ["met"])["met"].tolist()  # a world without a value leaves none
    [3.0, nan]
    """
    grouped = table.groupby(list(keys), sort=False)
    worlds = int(grouped.size().max())
    return grouped[list(outcomes)].sum(min_count=worlds) / float(worlds)


def runs_of(summary: pd.DataFrame, scenario: str, measure: str) -> pd.Series[float]:
    """One measure of one scenario, indexed and sorted by seed."""
    rows = (summary["scenario"] == scenario).to_numpy()
    if not rows.any():
        raise ValueError(f"no runs of {scenario!r}")
    values = summary[measure].to_numpy(float)[rows]
    return pd.Series(values, pd.Index(summary["seed"].to_numpy()[rows], name="seed")).sort_index()


def level(summary: pd.DataFrame, scenario: str, measure: str) -> Estimate:
    """Mean of a measure over the runs of a scenario, with its interval."""
    return estimate(runs_of(summary, scenario, measure))


def difference(
    summary: pd.DataFrame,
    scenario: str,
    reference: str,
    measure: str,
    *,
    lower_is_better: bool = False,
) -> Difference:
    """Paired difference of a measure between two scenarios, matched by seed.

    A seed that only one of them has is dropped, and counted. The interval is as wide as the number
    of policies in the table demands; see `comparisons`.
    """
    ours, theirs = matched(summary, scenario, reference, measure)
    together = comparisons(summary, scenario, reference)
    return paired_difference(ours, theirs, lower_is_better=lower_is_better, comparisons=together)


def comparisons(summary: pd.DataFrame, scenario: str, reference: str) -> int:
    """How many differences a reader holds against each other when looking at this one.

    With the first scenario of the table, every other is compared. Two others are picked by
    their results (the best and the next best, say), so that all pairs count.

    Examples
    --------
    >>> summary = pd.DataFrame({"scenario": ["a", "b", "c", "d"]})
    >>> comparisons(summary, "c", "a"), comparisons(summary, "c", "b")
    (3, 6)
    """
    names = list(dict.fromkeys(summary["scenario"]))
    if names[0] in (scenario, reference):
        return max(1, len(names) - 1)
    return len(names) * (len(names) - 1) // 2


def add_ratios(summary: pd.DataFrame) -> pd.DataFrame:
    """The summary with ratios of totals: hours a head and year, and patients on treatment.

    The ledger books every hour of every employee, so that all hours of a run, whatever units join
    or leave, are its head-years: no head-count is needed.

    Examples
    --------
    >>> ledger = {f"hours_{mode}": [10.0] for mode in MODES}
    >>> ledger |= {"hours_routine_business": [360.0], "hours_with_patients": [20.0]}
    >>> added = add_ratios(pd.DataFrame(ledger))
    >>> float(added[HOURS_A_HEAD][0]), float(added[PATIENT_HOURS_A_HEAD][0])
    (208.0, 104.0)
    """
    years = head_years(summary)
    in_modes = summary[[f"hours_{mode}" for mode in MODES]].sum(axis=1)
    patients = {
        kind: summary.filter(regex=f"^{kind}_").sum(axis=1)
        for kind in ("eligible", "started", "adherent")
    }
    eligible = patients["eligible"].where(patients["eligible"] > 0)
    return summary.assign(
        **{
            HOURS_A_HEAD: in_modes / years,
            PATIENT_HOURS_A_HEAD: summary["hours_with_patients"] / years,
            STARTING: patients["started"] / eligible,
            ON_TREATMENT: patients["adherent"] / eligible,
        }
    )


def head_years(table: pd.DataFrame) -> pd.Series[float]:
    """Years of work of one employee that the hours of every row come to."""
    return table[HOURS].sum(axis=1) / HOURS_A_YEAR


def hours_per_point(summary: pd.DataFrame, scenario: str, reference: str) -> Estimate | None:
    """Hours a head and year in the four modes for each percentage point of needs met gained.

    None unless the runs show a gain: the interval of the difference in needs met lies above 0.

    Parameters
    ----------
    summary : DataFrame
        With the column that `add_ratios` adds.
    """
    if not (gained := difference(summary, scenario, reference, "needs_met")).mean > 0:
        return None
    if not separated(gained):
        return None
    hours, hours_before = matched(summary, scenario, reference, HOURS_A_HEAD)
    met, met_before = matched(summary, scenario, reference, "needs_met")
    return ratio_of_means(
        hours - hours_before,
        100 * (met - met_before),
        comparisons=comparisons(summary, scenario, reference),
    )


def contrast(
    summary: pd.DataFrame, names: Sequence[str], measure: str = "needs_met"
) -> tuple[str, str]:
    """The policy with the highest mean of a measure, and the one to hold it against.

    That is the first policy, or the next best where the first is itself the best. Whether the runs
    tell the two apart is another question. One that they do not tell apart is no better for being
    cheaper: runs that are too few would then speak for doing nothing.
    """
    found = {name: level(summary, name, measure).mean for name in names}
    best = max(names, key=lambda name: found[name])
    if best != names[0]:
        return best, names[0]
    return best, max((name for name in names if name != best), key=lambda name: found[name])


def when_reached(summary: pd.DataFrame, scenario: str, measure: str) -> Reached:
    """Median week of something that NaN marks as never reached."""
    return reached(runs_of(summary, scenario, measure))


def reached(weeks: ArrayLike) -> Reached:
    """Median of weeks in which NaN means never.

    Examples
    --------
    >>> reached([60.0, 80.0, float("nan")])
    Reached(median=80.0, reached=2, runs=3)
    >>> reached([60.0, float("nan"), float("nan")])
    Reached(median=None, reached=1, runs=3)
    """
    given = np.asarray(weeks, dtype=np.float64)
    middle = float(np.median(np.where(np.isnan(given), np.inf, given)))
    median = middle if np.isfinite(middle) else None
    return Reached(median, int((~np.isnan(given)).sum()), int(given.size))


def matched(
    summary: pd.DataFrame, scenario: str, reference: str, measure: str
) -> tuple[pd.Series[float], pd.Series[float]]:
    """A measure of two scenarios by seed; NaN where only one of them has the seed."""
    ours, theirs = runs_of(summary, scenario, measure), runs_of(summary, reference, measure)
    seeds = ours.index.union(theirs.index)
    return ours.reindex(seeds), theirs.reindex(seeds)
