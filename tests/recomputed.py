"""What the tables beside a report come to, worked out in pandas: none of the program's own sums is used.

A comparison's folder has ``results.csv`` (a row a run), ``weekly.csv`` (a row a run and week) and
``worlds/results.csv`` (a row a run in a world). docs/statistics.md tells how differences are made of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t, truncnorm

MODES = ("socialization", "externalization", "combination", "internalization")
MET, MIS_SERVED, HOURS = "needs_met", "needs_mis_served", "hours"
WEEKS = 52


@dataclass(frozen=True)
class Difference:
    """One policy less another, on the same luck."""

    mean: float
    luck: tuple[float, float]
    """95% interval, wide enough for all comparisons that are made together."""
    doubt: tuple[float, float]
    """Between which it lies in nine worlds of ten."""
    above: float
    """Share of worlds in which it is above 0."""


def with_hours(runs: pd.DataFrame) -> pd.DataFrame:
    """The runs with hours a head and year in the four modes: a year of somebody has 2,080 hours."""
    modes = runs[[f"hours_{mode}" for mode in MODES]].sum(axis=1)
    head_years = (modes + runs["hours_routine_business"]) / 2080
    return runs.assign(**{HOURS: modes / head_years})


def runs_of(folder: Path) -> pd.DataFrame:
    """A row a run, with hours a head and year."""
    return with_hours(pd.read_csv(folder / "results.csv").copy())


def difference(
    folder: Path, policy: str, against: str, outcome: str, *, together: int
) -> Difference:
    """One outcome of a policy less that of another.

    Parameters
    ----------
    together : int
        Comparisons whose intervals hold together.
    """
    by_run = runs_of(folder).pivot(index="seed", columns="scenario", values=outcome)
    changes = by_run[policy] - by_run[against]
    mean = float(changes.mean())
    half = (
        float(t.ppf(1 - 0.025 / together, len(changes) - 1))
        * deviation(changes)
        / len(changes) ** 0.5
    )
    worlds = of_worlds(folder, policy, against, outcome)
    low, high = np.quantile(worlds, [0.05, 0.95], method="weibull").tolist()
    return Difference(mean, (mean - half, mean + half), (low, high), float((worlds > 0).mean()))


def of_worlds(folder: Path, policy: str, against: str, outcome: str) -> pd.Series[float]:
    """The same in every world, drawn towards the mean of all by as much as luck spreads them."""
    found = in_worlds(folder, policy, against, outcome)
    means, luck = found.mean(axis=1), found.var(axis=1) / found.shape[1]
    own = (means - means.mean()) ** 2 - luck
    whole = deviation(means) ** 2
    left, unsure = whole - float(luck.mean()), deviation(own, 0) / len(own) ** 0.5
    if unsure > 0:
        left = float(truncnorm.mean(-left / unsure, np.inf, loc=left, scale=unsure))
    kept = min(1.0, left / whole + 1 / len(means)) if whole > 0 else 1.0
    drawn: pd.Series[float] = means.mean() + np.sqrt(kept) * (means - means.mean())
    return drawn.where(~(found == 0).all(axis=1), 0.0)


def deviation(values: pd.Series[float], less: int = 1) -> float:
    """Standard deviation of values."""
    return float(np.std(values.to_numpy(), ddof=less))


def in_worlds(folder: Path, policy: str, against: str, outcome: str) -> pd.DataFrame:
    """The difference of the runs: a row a world, a column a replication."""
    runs = with_hours(pd.read_csv(folder / "worlds" / "results.csv").copy())
    world = doubted(runs).columns[0]  # no two worlds have the same value of any number that goes on
    runs = runs.assign(world=runs[world])
    by_world = runs.pivot(index=["world", "replication"], columns="scenario", values=outcome)
    return (by_world[policy] - by_world[against]).unstack()


def worlds_of(folder: Path) -> pd.DataFrame:
    """The values of what is doubted: a row a world, in the order of `in_worlds`."""
    runs = pd.read_csv(folder / "worlds" / "results.csv")
    values = doubted(runs).drop_duplicates()
    return values[values.columns[values.nunique() > 1]].sort_values(str(values.columns[0]))


def doubted(runs: pd.DataFrame) -> pd.DataFrame:
    """The columns of parameters that are doubted, those first that have a value for each world."""
    found = runs[[name for name in runs.columns if "." in name]]
    return found[found.nunique().sort_values(ascending=False, kind="stable").index]


def by_year(folder: Path) -> pd.DataFrame:
    """Needs met, and hours a head and year, of every run and year: rows by scenario, seed and year."""
    weekly = pd.read_csv(folder / "weekly.csv")
    hours = [f"hours_{mode}" for mode in (*MODES, "routine_business")]
    years = weekly.assign(year=(weekly["week"] - 1) // WEEKS + 1).groupby(
        ["scenario", "seed", "year"]
    )
    return with_hours(years[hours].sum()).assign(needs_met=years[MET].mean())


def points(share: float) -> str:
    """A share in points, as a reader sees it."""
    text = f"{100 * share:.1f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "−")


def ranges(found: Difference, scale: float = 100) -> str:
    """Both intervals, as a reader sees them."""
    luck, doubt = (
        " to ".join(points(scale * end / 100) for end in ends) for ends in (found.luck, found.doubt)
    )
    return f"(luck: {luck}; luck and doubt: {doubt})"
