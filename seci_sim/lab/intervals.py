"""How sure a mean of runs is: its interval, the difference it could have seen, the runs it needs.

Intervals are Student's t, at any number of runs. docs/statistics.md tells what was measured of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# scipy.stats holds the same quantile as t.ppf, but takes more than a second to import.
from scipy.special import nctdtrinc, stdtrit

CONFIDENCE = 0.95
"""How often an interval should hold the mean of endlessly many runs."""

POWER = 0.9
"""How often an experiment would see the smallest difference that is said to be detectable."""

ROUNDING = 1e-12
"""Values closer together than this, relative to the largest, count as equal."""


def student(values: NDArray[np.float64], comparisons: int = 1) -> tuple[float, float] | None:
    """Student's t interval of the mean; None with fewer than two values.

    Parameters
    ----------
    values : (runs,) float64
        All finite.
    comparisons : int
        How many such intervals are read together. Each is made so wide that all of them hold in 95%
        of experiments (Bonferroni), whatever the comparisons have in common.

    Examples
    --------
    >>> pair = np.array([0.0, 2.0])
    >>> [[round(end, 1) for end in student(pair, comparisons)] for comparisons in (1, 2)]
    [[-11.7, 13.7], [-24.5, 26.5]]
    """
    if values.size < 2:
        return None
    half = quantile(values.size, comparisons) * spread(values) / float(np.sqrt(values.size))
    return float(values.mean()) - half, float(values.mean()) + half


def detectable(runs: int, deviation: float, comparisons: int = 1) -> float | None:
    """The true difference that nine in ten such experiments would tell from nothing.

    Parameters
    ----------
    runs : int
        Pairs of runs.
    deviation : float
        Standard deviation of the differences between pairs.
    comparisons : int
        As for `student`.

    Returns
    -------
    float or None
        In the unit of the deviation; None with fewer than two runs.

    Notes
    -----
    From the power of the t test: the noncentrality at which it is 0.9.

    Examples
    --------
    >>> round(detectable(44, 1.0), 2)  # half a deviation needs 44 pairs
    0.5
    """
    if runs < 2:
        return None
    noncentrality = float(nctdtrinc(runs - 1, 1 - POWER, quantile(runs, comparisons)))
    return noncentrality * deviation / float(np.sqrt(runs))


def runs_needed(deviation: float, half_width: float) -> int:
    """Runs from which the 95% interval of a mean is no wider than asked, on either side.

    Parameters
    ----------
    deviation : float
        Standard deviation of the values, or of the differences between pairs.
    half_width : float
        Half the interval that is wanted, above 0.

    Examples
    --------
    >>> runs_needed(1.0, 0.5), runs_needed(2.0, 0.5), runs_needed(0.0, 0.5)
    (18, 64, 2)
    """
    runs = 2
    while quantile(runs) * deviation > half_width * np.sqrt(runs):
        runs += 1
    return runs


def quantile(runs: int, comparisons: int = 1) -> float:
    """Standard errors from a mean to the end of its interval."""
    return float(stdtrit(runs - 1, 1 - (1 - CONFIDENCE) / (2 * comparisons)))


def spread(values: NDArray[np.float64]) -> float:
    """Sample standard deviation, exactly 0 where the values differ by rounding alone.

    Such a spread would make a huge effect size, and tell apart policies that are the same.
    """
    if values.size < 2 or float(np.ptp(values)) <= ROUNDING * float(np.abs(values).max()):
        return 0.0
    return float(values.std(ddof=1))
