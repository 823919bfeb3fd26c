"""Time: what a policy gains, takes and costs year by year, and when it has paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seci_sim.lab import statistics
from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.doubt import KEYS, Doubt, changes, doubt_of
from seci_sim.lab.statistics import HOURS_A_HEAD, MET, Difference, Estimate, Reached
from seci_sim.lab.weeks import PRODUCTIVE
from seci_sim.parameters import WEEKS_A_YEAR

WHOLE_RUN = 0
"""The year that stands for all weeks."""

RUN = ["scenario", "seed"]
"""What tells a run at the file's own values."""


@dataclass(frozen=True)
class Year:
    """One policy against another in one year."""

    year: int
    """1 and up; 0 for the whole run."""
    gain: Difference
    """In needs met, mean of the year's weeks."""
    doubt: Doubt | None
    """The same over worlds; None without them."""
    hours: Difference
    """A head and year in the four modes."""
    price: Estimate | None
    """Hours a head and year for a point of needs met; None where luck tells no gain."""


def by_year(compared: Comparison, name: str, against: str) -> tuple[Year, ...]:
    """Gain, hours and price in each year, then over the whole run.

    Raises
    ------
    ValueError
        The comparison was made without weeks.
    """
    key = (by_year, name, against)
    return compared.once(key, lambda: tuple(_years(compared, name, against)))


def _years(compared: Comparison, name: str, against: str) -> Iterator[Year]:
    if compared.yearly is None:
        raise ValueError("the comparison was made without weeks")
    for year in [*sorted(compared.yearly["year"].unique()), WHOLE_RUN]:
        runs = _in_year(compared.yearly, year, RUN, compared.horizon)
        if year == WHOLE_RUN:  # a firm may have other staff in other years
            runs = runs.merge(compared.summary[[*RUN, HOURS_A_HEAD]], on=RUN)
        doubt = None
        if compared.worlds is not None:
            of_worlds = _in_year(
                compared.worlds.yearly, year, ["scenario", *KEYS], compared.horizon
            )
            doubt = doubt_of(changes(of_worlds, MET, name, against))
        yield Year(
            year=int(year),
            gain=statistics.difference(runs, name, against, MET),
            doubt=doubt,
            hours=statistics.difference(runs, name, against, HOURS_A_HEAD, lower_is_better=True),
            price=statistics.hours_per_point(runs, name, against),
        )


def _in_year(yearly: pd.DataFrame, year: int, keys: list[str], horizon: int) -> pd.DataFrame:
    """The runs of one year; or needs met in the mean of all weeks."""
    if year != WHOLE_RUN:
        return yearly[yearly["year"] == year]
    weeks = (horizon - WEEKS_A_YEAR * (yearly["year"] - 1)).clip(upper=WEEKS_A_YEAR)
    parts = yearly.assign(**{MET: yearly[MET] * weeks / horizon})
    by_run = parts.groupby(keys, sort=False, observed=True)[[MET]]
    return by_run.sum(min_count=int(yearly["year"].max())).reset_index()


def weeks_to_pay(compared: Comparison, name: str, against: str) -> Reached:
    """Weeks until what was gained has paid its hours, and stays so.

    Needs met times the share of hours left for business, added up from the first week, is from that
    week on above the other policy's on the same luck: while neither meets anything, neither has paid.

    Raises
    ------
    ValueError
        The comparison was made without weeks.
    """
    if compared.weekly is None:
        raise ValueError("the comparison was made without weeks")
    by_run = compared.weekly.pivot(index="week", columns=["scenario", "seed"], values=PRODUCTIVE)
    gains = (by_run[name] - by_run[against]).to_numpy()
    ahead = np.nancumsum(gains[:, np.isfinite(gains).any(axis=0)], axis=0)
    behind = (ahead <= 0)[::-1]
    never_after = np.where(behind.any(axis=0), behind.argmax(axis=0), len(ahead))
    weeks = len(ahead) - never_after + 1.0
    return statistics.reached(np.where(weeks > len(ahead), np.nan, weeks))
