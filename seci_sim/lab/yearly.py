"""What each year of a run was like: needs met, needs mis-served, and hours a head.

`seci_sim.lab.weeks` does the same for tables; here it is done while a run's weeks are still arrays, since
the weeks of all runs in many worlds are not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from seci_sim.lab.kept import years_in
from seci_sim.lab.statistics import HOURS, HOURS_A_YEAR, IN_MODES
from seci_sim.parameters import WEEKS_A_YEAR

if TYPE_CHECKING:
    from seci_sim.seci.knowledge import Array

OF_WEEKS = ("needs_met", "needs_mis_served", *HOURS)
"""Measures of weeks that it is worked out of."""


def by_year(weeks: Mapping[str, Array]) -> Array:
    """Bring weeks down to years.

    Parameters
    ----------
    weeks : mapping of (..., weeks) float64
        The measures `OF_WEEKS`, in which the weeks come last.

    Returns
    -------
    (..., years, 3) float64
        The measures of `seci_sim.lab.design.YEARLY`: shares are means of the weeks in which they
        applied, NaN where that is none; hours are those that the four modes take of one employee's
        year. A last year that is not full counts the weeks that it has.

    Examples
    --------
    >>> one = {name: np.full(60, 10.0) for name in OF_WEEKS}
    >>> one |= {"needs_met": np.r_[np.full(52, 0.25), np.full(8, 0.5)]}
    >>> by_year(one).tolist()
    [[0.25, 10.0, 1664.0], [0.5, 10.0, 1664.0]]
    """
    in_modes = sum(weeks[name] for name in IN_MODES)
    means = [means_of_years(weeks[name]) for name in ("needs_met", "needs_mis_served")]
    taken = np.nansum(_cut(in_modes), axis=-1)
    every = taken + np.nansum(_cut(weeks["hours_routine_business"]), axis=-1)
    with np.errstate(invalid="ignore"):  # a firm without staff
        found: Array = np.stack([*means, HOURS_A_YEAR * taken / every], axis=-1)
    return found


def means_of_years(weeks: Array) -> Array:
    """(..., years) float64: means of (..., weeks), of those weeks of a year that have a value."""
    return _mean(_cut(weeks))


def _cut(values: Any) -> Array:
    """(..., years, 52): weeks by year; those after the last are NaN."""
    weeks = values.shape[-1]
    years = years_in(weeks)
    room = np.full((*values.shape[:-1], years * WEEKS_A_YEAR), np.nan)
    room[..., :weeks] = values
    return room.reshape(*values.shape[:-1], years, WEEKS_A_YEAR)


def _mean(values: Array) -> Array:
    """Mean over the last axis of what is there."""
    there = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        found: Array = np.where(there, values, 0.0).sum(axis=-1) / there.sum(axis=-1)
    return found
