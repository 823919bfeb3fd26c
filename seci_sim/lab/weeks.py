"""Tables of a run's weeks: of the whole firm, and brought to years."""

from __future__ import annotations

import pandas as pd

from seci_sim.lab.statistics import HOURS, HOURS_A_HEAD, IN_MODES, MET, MIS_SERVED, head_years
from seci_sim.parameters import WEEKS_A_YEAR
from seci_sim.seci.measures import WHOLE

PRODUCTIVE = "productive_needs_met"
"""Needs met times the share of hours that is left for business: what is gained net of its hours."""


def of_whole(weekly: pd.DataFrame) -> pd.DataFrame:
    """The weeks of the whole firm, without those of its markets.

    Parameters
    ----------
    weekly : DataFrame
        As of `seci_sim.lab.run.Results.weekly`.

    Returns
    -------
    DataFrame
        ``scenario``, ``seed``, ``week``, the measures, and `PRODUCTIVE`.
    """
    whole = weekly[weekly["market"] == WHOLE].drop(columns="market").reset_index(drop=True)
    return whole.rename(columns={"service_value": PRODUCTIVE})


def yearly(weekly: pd.DataFrame) -> pd.DataFrame:
    """Every run's years: shares are means of a year's weeks, hours are a head and year.

    Parameters
    ----------
    weekly : DataFrame
        As of `of_whole`, or with ``world`` and ``replication`` in place of ``seed``. A last year
        that is not whole counts by the weeks that it has.

    Returns
    -------
    DataFrame
        The keys but ``week``, then ``year``, ``needs_met``, ``needs_mis_served`` and
        ``hours_a_head_and_year``.

    Examples
    --------
    >>> weeks = {"scenario": "A", "seed": 1, "week": [1, 52, 53], MET: [0.0, 0.2, 0.4], MIS_SERVED: 0.0}
    >>> weeks |= {name: 1.0 for name in HOURS}
    >>> yearly(pd.DataFrame(weeks)).round(3).values.tolist()
    [['A', 1, 1, 0.1, 0.0, 1664.0], ['A', 1, 2, 0.4, 0.0, 1664.0]]
    """
    keys = [key for key in ("scenario", "world", "replication", "seed") if key in weekly]
    by_year = weekly.assign(year=(weekly["week"] - 1) // WEEKS_A_YEAR + 1).groupby(
        [*keys, "year"], sort=False, observed=True
    )
    shares, hours = by_year[[MET, MIS_SERVED]].mean(), by_year[HOURS].sum()
    in_modes = hours[list(IN_MODES)].sum(axis=1)
    return shares.assign(**{HOURS_A_HEAD: in_modes / head_years(hours)}).reset_index()
