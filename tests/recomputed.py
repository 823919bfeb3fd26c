"""What the tables beside a report come to, worked out in pandas: none of the program's own sums is used.

A comparison's folder has ``results.csv`` (a row a run), ``weekly.csv`` (a row a run and week) and
``worlds/results.csv`` (a row a run in a world). docs/statistics.md tells how differences are made of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.polynomial import legendre
from numpy.typing import NDArray
from scipy.stats import chi, f, rankdata, t, truncnorm

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


@dataclass(frozen=True)
class Ratio:
    """What is paid for one more of something."""

    mean: float
    luck: tuple[float, float]
    doubt: tuple[float, float]
    """In nine worlds of ten, of those in which there is more."""


def table(path: Path) -> pd.DataFrame:
    """A table as it was written, to the last bit, whatever pandas does by default."""
    return pd.read_csv(path, float_precision="round_trip")


def with_hours(runs: pd.DataFrame) -> pd.DataFrame:
    """The runs with hours a head and year in the four modes: a year of somebody has 2,080 hours."""
    modes = runs[[f"hours_{mode}" for mode in MODES]].sum(axis=1)
    head_years = (modes + runs["hours_routine_business"]) / 2080
    return runs.assign(**{HOURS: modes / head_years})


def runs_of(folder: Path) -> pd.DataFrame:
    """A row a run, with hours a head and year."""
    return with_hours(table(folder / "results.csv").copy())


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
    ends = (mean - half, mean + half)
    return Difference(mean, ends, nine_in_ten(worlds), float((worlds > 0).mean()))


def nine_in_ten(worlds: pd.Series[float]) -> tuple[float, float]:
    """Ends between which nine in ten further worlds lie."""
    low, high = np.quantile(worlds, [0.05, 0.95], method="weibull").tolist()
    return low, high


def ratio(
    folder: Path, policy: str, against: str, paid: str, gained: str, *, together: int
) -> Ratio:
    """What is paid for one more, with Fieller's ends: where paid less so many gained is told from 0 no more."""
    by_run = runs_of(folder).pivot(index="seed", columns="scenario", values=[paid, gained])
    cost, gain = ((by_run[one][policy] - by_run[one][against]).to_numpy() for one in (paid, gained))
    half = float(t.ppf(1 - 0.025 / together, len(cost) - 1))
    error = np.cov(cost, gain) * half**2 / len(cost)
    equation = [
        gain.mean() ** 2 - error[1, 1],
        -2 * (cost.mean() * gain.mean() - error[0, 1]),
        cost.mean() ** 2 - error[0, 0],
    ]
    low, high = sorted(np.roots(equation).real.tolist())
    more, spent = (of_worlds(folder, policy, against, one) for one in (gained, paid))
    doubt = nine_in_ten((spent / more)[more > 0])
    return Ratio(float(cost.mean() / gain.mean()), (low, high), doubt)


def harmful(folder: Path, policy: str, against: str) -> float:
    """Share of worlds in which more needs are newly mis-served than met."""
    worse = of_worlds(folder, policy, against, MIS_SERVED)
    net = drawn_together(
        in_worlds(folder, policy, against, MIS_SERVED) - in_worlds(folder, policy, against, MET)
    )
    return float(((worse > 0) & (net > 0)).mean())


def ends_of_gain(folder: Path, policy: str, against: str) -> dict[str, tuple[float, float]]:
    """The expected gain where each parameter that moves it is least, and where it is greatest."""
    values = worlds_of(folder)
    return {
        one: (float(curve[values[one].argmin()]), float(curve[values[one].argmax()]))
        for one, curve in curves_of_gain(folder, policy, against).items()
    }


def curves_of_gain(folder: Path, policy: str, against: str) -> dict[str, NDArray[np.float64]]:
    """The expected gain in every world by each parameter that moves it.

    They are found anew: the surest first by its F test against what those before it leave, as long as
    it is surer than chance among all that are left (Bonferroni, 5%), all of it by ranks of the gain.
    """
    gain = in_worlds(folder, policy, against, MET).mean(axis=1).to_numpy()
    bases = {str(name): cubic(one.to_numpy(float)) for name, one in worlds_of(folder).items()}
    ranks = rankdata(gain) - (gain.size + 1) / 2
    movers, left = list[str](), ranks
    while len(movers) < len(bases):
        chances = {one: chance(basis, left) for one, basis in bases.items() if one not in movers}
        surest = min(chances, key=lambda one: chances[one])
        if chances[surest] * len(chances) > 0.05:
            break
        movers.append(surest)
        together = np.hstack([bases[one] for one in movers])
        left = ranks - together @ np.linalg.lstsq(together, ranks)[0]
    if not movers:
        return {}
    slopes = np.linalg.lstsq(np.hstack([bases[one] for one in movers]), gain - gain.mean())[0]
    parts = np.split(slopes, np.cumsum([bases[one].shape[1] for one in movers])[:-1])
    return {one: gain.mean() + bases[one] @ own for one, own in zip(movers, parts, strict=True)}


def cubic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Orthonormal polynomials up to the third degree, without their means."""
    scaled = 2 * (values - values.min()) / (values.max() - values.min()) - 1
    plain = legendre.legvander(scaled, min(3, np.unique(values).size - 1))[:, 1:]
    return np.asarray(np.linalg.qr(plain - plain.mean(axis=0))[0])


def chance(basis: NDArray[np.float64], gain: NDArray[np.float64]) -> float:
    """P value of the F test that a parameter moves nothing."""
    degree = basis.shape[1]
    explained, free = ((basis.T @ gain) ** 2).sum(), gain.size - 1 - degree
    return float(f.sf(explained / degree / ((gain @ gain - explained) / free), degree, free))


def of_worlds(folder: Path, policy: str, against: str, outcome: str) -> pd.Series[float]:
    """The same in every world, drawn towards the mean of all by as much as luck spreads them."""
    return drawn_together(in_worlds(folder, policy, against, outcome))


def drawn_together(found: pd.DataFrame) -> pd.Series[float]:
    """Means of worlds, drawn towards the mean of all by as much as luck spreads them."""
    means, count = found.mean(axis=1), found.shape[1]
    moved = found.std(axis=1) / count**0.5
    own = (means - means.mean()) ** 2 - moved**2
    whole = deviation(means) ** 2
    # A deviation of few normal values is too small on average, by the mean of a chi distribution.
    luck = float(moved.mean() / (chi.mean(count - 1) / (count - 1) ** 0.5)) ** 2
    left, unsure = whole - luck, deviation(own, 0) / len(own) ** 0.5
    if unsure > 0:
        left = float(truncnorm.mean(-left / unsure, np.inf, loc=left, scale=unsure))
    kept = min(1.0, left / whole + 1 / len(means)) if whole > 0 else 1.0
    drawn: pd.Series[float] = np.sqrt(kept) * means + (1 - np.sqrt(kept)) * means.mean()
    return drawn.where(~(found == 0).all(axis=1), 0.0)


def deviation(values: pd.Series[float], less: int = 1) -> float:
    """Standard deviation of values."""
    return float(np.std(values.to_numpy(), ddof=less))


def in_worlds(folder: Path, policy: str, against: str, outcome: str) -> pd.DataFrame:
    """The difference of the runs: a row a world, a column a replication."""
    runs = with_hours(table(folder / "worlds" / "results.csv").copy())
    runs = runs.assign(world=runs.groupby(list(doubted(runs))).ngroup())
    by_world = runs.pivot(index=["world", "replication"], columns="scenario", values=outcome)
    return (by_world[policy] - by_world[against]).unstack()


def worlds_of(folder: Path) -> pd.DataFrame:
    """The values of what is doubted: a row a world, in the order of `in_worlds`."""
    runs = table(folder / "worlds" / "results.csv")
    values = doubted(runs).drop_duplicates()
    return values.sort_values([str(one) for one in values])[values.columns[values.nunique() > 1]]


def doubted(runs: pd.DataFrame) -> pd.DataFrame:
    """The columns of parameters that are doubted, those first that have a value for each world."""
    found = runs[[name for name in runs.columns if "." in name]]
    return found[found.nunique().sort_values(ascending=False, kind="stable").index]


def by_year(folder: Path) -> pd.DataFrame:
    """Needs met, and hours a head and year, of every run and year: rows by scenario, seed and year."""
    weekly = table(folder / "weekly.csv")
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
