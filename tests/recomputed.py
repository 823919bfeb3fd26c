"""What a comparison says, worked out once more from the tables in its folder, with pandas, numpy and scipy alone.

Nothing of the laboratory is used: whoever has the folder can do the same. Formulas are those that
docs/statistics.md names.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.polynomial import legendre
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
Interval = tuple[float, float]

MODES = ("socialization", "externalization", "combination", "internalization")
HOURS_OF_A_YEAR = 40 * 52


@dataclass(frozen=True)
class Both:
    """A mean of the file's own runs, with what luck, and luck and doubt, leave of it."""

    mean: float
    luck: Interval
    doubt: Interval
    holds: float


@dataclass(frozen=True)
class Price:
    """A ratio, likewise."""

    mean: float
    luck: Interval
    doubt: Interval | None = None


@dataclass(frozen=True)
class Step:
    """One policy against another: shares in points, hours a head and year."""

    level: float
    gain: Both
    harm: Both
    hours: Both
    price: Price | None
    whole_run_price: float | None
    harmful: float
    break_even: Price | None
    answer: str


class Folder:
    """The tables of a folder of results."""

    def __init__(self, folder: Path) -> None:
        self.runs = with_hours(pd.read_csv(folder / "results.csv"))
        worlds = with_hours(pd.read_csv(folder / "worlds" / "results.csv"))
        self.parameters = [name for name in worlds.columns if "." in name]
        # A world is a set of their values, under every policy.
        world = worlds.groupby(self.parameters, sort=False).ngroup().rename("world")
        self.worlds = pd.concat([worlds, world], axis=1)
        self.weekly = pd.read_csv(folder / "weekly.csv")
        self.names = list(dict.fromkeys(self.runs["scenario"]))

    def together(self, policy: str, against: str) -> int:
        """Differences that are read together: with the first policy, or of all pairs."""
        others = len(self.names) - 1
        return others if self.names[0] in (policy, against) else others * (others + 1) // 2

    def step(self, policy: str, against: str) -> Step:
        """What a policy brings, costs and harms more than another."""
        met, wrong, hours = (
            self.own(name, policy, against)
            for name in ("needs_met", "needs_mis_served", "hours_a_head")
        )
        more, harm, paid = (
            self.over_worlds(name, policy, against)
            for name in ("needs_met", "needs_mis_served", "hours_a_head")
        )
        together = self.together(policy, against)
        gain, harms = both(100 * met, 100 * more, together), both(100 * wrong, 100 * harm, together)
        told = gain.luck[0] > 0
        price = break_even = whole = None
        if told:
            gained, cost = without_luck(100 * more), without_luck(paid)
            ten = nine_in_ten(cost[gained > 0] / gained[gained > 0])
            mean, ends = ratio(hours, 100 * met, together)
            price = Price(mean, ends, ten)
            over = self.own("needs_met_horizon", policy, against)
            whole = float(hours.mean() / (100 * over.mean()))
            if harms.luck[0] > 0:
                break_even = Price(*ratio(met, wrong, together))
        worse, net = without_luck(harm), without_luck(harm - more)
        answer = (
            "Yes" if told and gain.holds >= 0.9 else "No" if gain.holds <= 0.1 else "Not settled"
        )
        return Step(
            float(100 * self.runs.loc[self.runs["scenario"] == policy, "needs_met"].mean()),
            gain, harms, both(hours, paid, together), price, whole,
            float(((worse > 0) & (net > 0)).mean()), break_even, answer,
        )  # fmt: skip

    def own(self, column: str, policy: str, against: str) -> Array:
        """A difference in every run, seed by seed."""
        wide = self.runs.pivot(index="seed", columns="scenario", values=column)
        return (wide[policy] - wide[against]).to_numpy(float)

    def over_worlds(self, column: str, policy: str, against: str) -> Array:
        """The same by world and replication."""
        wide = self.worlds.pivot(index=["world", "replication"], columns="scenario", values=column)
        return (wide[policy] - wide[against]).unstack("replication").to_numpy(float)

    def by_week(self, policy: str) -> Array:
        """Needs met of the whole firm in every week, on average over the runs, in points."""
        rows = self.weekly[self.weekly["scenario"] == policy]
        return (100 * rows.groupby("week")["needs_met"].mean()).to_numpy(float)

    def gain_at_ends(self, policy: str, against: str) -> dict[str, Interval]:
        """The expected gain in points where each parameter is least and where it is greatest.

        Those that move it are found anew: the surest first by its F test against what those before it
        leave, as long as it would be surer than chance among all that are left (Bonferroni, 5%).
        """
        gain = 100 * self.over_worlds("needs_met", policy, against).mean(axis=1)
        rows = self.worlds.drop_duplicates("world").sort_values("world")
        bases = {name: cubic(rows[name].to_numpy(float)) for name in self.parameters}
        bases = {name: basis for name, basis in bases.items() if basis.shape[1]}
        centred, movers = gain - gain.mean(), list[str]()
        left = centred
        while len(movers) < len(bases):
            chances = {
                name: chance(basis, left) for name, basis in bases.items() if name not in movers
            }
            surest = min(chances, key=lambda name: chances[name])
            if chances[surest] * len(chances) > 0.05:
                break
            movers.append(surest)
            together = np.hstack([bases[name] for name in movers])
            left = centred - together @ np.linalg.lstsq(together, centred)[0]
        if not movers:
            return {}
        slopes = np.linalg.lstsq(np.hstack([bases[name] for name in movers]), centred)[0]
        found, start = dict[str, Interval](), 0
        for name in movers:
            values, basis = rows[name].to_numpy(float), bases[name]
            curve = gain.mean() + basis @ slopes[start : start + basis.shape[1]]
            start += basis.shape[1]
            found[name] = (float(curve[values.argmin()]), float(curve[values.argmax()]))
        return found


def both(own: Array, worlds: Array, together: int) -> Both:
    half = quantile(own.size, together) * own.std(ddof=1) / np.sqrt(own.size)
    drawn = without_luck(worlds)
    luck = (float(own.mean() - half), float(own.mean() + half))
    return Both(float(own.mean()), luck, nine_in_ten(drawn), float((drawn > 0).mean()))


def quantile(runs: int, together: int) -> float:
    """Of Student's t at 95%, wider for differences that are read together."""
    return float(stats.t.ppf(1 - 0.025 / together, runs - 1))


def ratio(paid: Array, gained: Array, together: int) -> tuple[float, Interval]:
    """Fieller: the ratios r for which paid - r * gained is not told apart from 0."""
    error = np.cov(paid, gained) * quantile(paid.size, together) ** 2 / paid.size
    equation = [
        gained.mean() ** 2 - error[1, 1],
        -2 * (paid.mean() * gained.mean() - error[0, 1]),
        paid.mean() ** 2 - error[0, 0],
    ]
    low, high = sorted(np.roots(equation).real.tolist())
    return float(paid.mean() / gained.mean()), (low, high)


def with_hours(runs: pd.DataFrame) -> pd.DataFrame:
    """Hours in the four modes of a head in a year of business hours."""
    modes = runs[[f"hours_{mode}" for mode in MODES]].sum(axis=1)
    heads = (modes + runs["hours_routine_business"]) / HOURS_OF_A_YEAR
    return pd.concat([runs, (modes / heads).rename("hours_a_head")], axis=1)


def without_luck(found: Array) -> Array:
    """Means of worlds, drawn together so that luck adds nothing to their spread."""
    means = found.mean(axis=1)
    spread = means.var(ddof=1)
    if spread == 0:
        return means
    own = (means - means.mean()) ** 2 - found.var(axis=1, ddof=1) / found.shape[1]
    left = spread - (found.var(axis=1, ddof=1) / found.shape[1]).mean()
    unsure = own.std() / np.sqrt(own.size)
    # Expected, given that a variance is not below 0: the mean of a truncated normal.
    left = stats.truncnorm.mean(-left / unsure, np.inf, loc=left, scale=unsure)
    kept = np.sqrt(min(1.0, left / spread + 1 / means.size))
    drawn = means.mean() + kept * (means - means.mean())
    return np.where((found == 0).all(axis=1), 0.0, drawn)


def nine_in_ten(worlds: Array) -> Interval:
    low, high = np.quantile(worlds, [0.05, 0.95], method="weibull")
    return float(low), float(high)


def cubic(values: Array) -> Array:
    """Orthonormal polynomials up to the third degree, without their means."""
    low, high = values.min(), values.max()
    if low == high:
        return np.empty((values.size, 0))
    degree = min(3, np.unique(values).size - 1)
    plain = legendre.legvander(2 * (values - low) / (high - low) - 1, degree)[:, 1:]
    return np.asarray(np.linalg.qr(plain - plain.mean(axis=0))[0])


def chance(basis: Array, gain: Array) -> float:
    """P value of the F test that a parameter moves nothing."""
    degree = basis.shape[1]
    explained = ((basis.T @ gain) ** 2).sum()
    free = gain.size - 1 - degree
    return float(stats.f.sf(explained / degree / ((gain @ gain - explained) / free), degree, free))
