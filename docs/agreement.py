"""Worlds that agree with published findings.

Every finding that is comparable and can be re-created is run once in each of ten thousand worlds. What luck leaves of
it is smoothed over worlds by an emulator, as in history matching (Craig et al. 1997). A world then counts by how
likely what was published is there, if that is the model's effect with two errors: what the study left open, and a
discrepancy, because one firm is not another. This is approximate Bayesian computation whose tolerance means something
(Wilkinson 2013, Statistical Applications in Genetics and Molecular Biology 12). How large discrepancies are is our assumption.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seci_sim.calibrating.posterior import spread_out
from seci_sim.evidence.effects import KINDS, Array, Window
from seci_sim.evidence.held import experiment_of, windows_in
from seci_sim.lab.cells import Cells
from seci_sim.lab.experiment import Experiment
from seci_sim.lab.worlds import Plausible, WorldTable, doubted, in_worlds
from seci_sim.scenario import read_scenario

if TYPE_CHECKING:
    from seci_sim.evidence.study import Study
    from seci_sim.words import Interval

WORLDS, BLOCK, SEED = 10_000, 1_000, 1
"""Worlds in which every finding is re-created, how many at a time, and the first seed."""

DISCREPANCY = {"A": 0.25, "B": 0.5}
"""Standard deviation of what other firms would give, as a share of what was published, by grade: our assumption."""

CANDIDATES, SEED_OF_CANDIDATES = 500_000, 2
"""Worlds of which those that agree are drawn: an emulator takes next to no time."""

RANGE_TAKEN = ("skill-decay",)
"""The study that a plausible range was taken from: it would count twice."""

SET_ASIDE = ("bednet-price", "peer-meetings-after", "peer-meetings-during")
"""Studies that no plausible world comes near: they say that rules lack something, not which numbers are right."""

TREES = {
    "max_iter": 150,
    "learning_rate": 0.08,
    "max_leaf_nodes": 8,
    "max_bins": 63,
    "random_state": 0,
}
"""Of an emulator; twice as many leaves told no more of worlds it was not fitted to."""

NORMAL = 1.96
"""Half a 95% interval in standard errors."""


def teaches(study: Study) -> bool:
    """Whether worlds are held against a study: one that is comparable, re-created in each world, and not our source."""
    return (
        study.counts
        and study.match.grade in DISCREPANCY
        and not study.over_firms
        and study.label not in (*RANGE_TAKEN, *SET_ASIDE)
    )


def plausible_worlds(worlds: int = WORLDS) -> pd.DataFrame:
    """Worlds over the plausible ranges of a firm that states nothing: a row a world, a column a parameter."""
    firm = read_scenario("baseline")
    experiment = Experiment(
        name="Worlds", question="What is plausible?", scenarios=(firm,), replications=1, seed=SEED,
        **in_worlds([firm], Plausible(worlds)),
    )  # fmt: skip
    names = [factor.name for factor in experiment.uncertain]
    return pd.DataFrame(Cells(experiment).points, columns=names)


def candidates(worlds: int = CANDIDATES) -> pd.DataFrame:
    """Worlds drawn from plausible ranges, each number by itself, in the columns of `plausible_worlds`."""
    rng = np.random.default_rng(SEED_OF_CANDIDATES)
    columns: dict[str, Any] = {}
    for factor in doubted([read_scenario("baseline")]):
        assert factor.low is not None
        assert factor.high is not None
        if factor.whole:
            columns[factor.name] = rng.integers(int(factor.low), int(factor.high) + 1, worlds)
        else:
            columns[factor.name] = rng.uniform(factor.low, factor.high, worlds)
    return pd.DataFrame(columns)


def run(study: Study, worlds: pd.DataFrame, folder: Path, workers: int | None = None) -> Array:
    """Re-create a study once in each world.

    Parameters
    ----------
    study : Study
        One that is made of runs.
    worlds : DataFrame
        See `plausible_worlds`.
    folder : Path
        Where finished blocks are kept, from which another call goes on.
    workers : int, optional
        By default one for each processor.

    Returns
    -------
    (firms, 3, worlds) float64
        In the firm without the change, where there are two, and in that with it: the outcome now, before, and how
        people differ; see `seci_sim.evidence.effects.Window`.
    """
    found = []
    for start in range(0, len(worlds), BLOCK):
        kept = folder / f"{study.label}.{start}.npy"
        if not kept.exists():
            np.save(
                kept, _block(study, worlds.iloc[start : start + BLOCK], SEED + 8 * start, workers)
            )
        found.append(np.load(kept))
    return np.concatenate(found, axis=2)


def table_for(study: Study, worlds: pd.DataFrame) -> WorldTable:
    """What of worlds is in doubt in a study."""
    names = [factor.name for factor in doubted(study.firms)]
    columns = [worlds[name].tolist() for name in names]
    return WorldTable("worlds", tuple(names), tuple(zip(*columns, strict=True)))


def _block(study: Study, worlds: pd.DataFrame, seed: int, workers: int | None) -> Array:
    found = windows_in(study, experiment_of(study, 1, table_for(study, worlds), seed=seed), workers)
    return np.array([[one.now[:, 0], one.before[:, 0], one.spread[:, 0]] for one in found])


@dataclass(frozen=True, eq=False)
class Emulated:
    """What a study finds in many worlds, luck left out."""

    effects: Array
    """(worlds,) float64; NaN where there is none."""
    error: float
    """Standard deviation of what luck leaves open of it."""
    sure: float
    """How emulators that were fitted to either half of the runs go together (Spearman's r); 1 for a parameter itself."""


def emulated(study: Study, ran: pd.DataFrame, outcomes: Array, worlds: pd.DataFrame) -> Emulated:
    """What a study would find in worlds, after what it found in others.

    Boosted trees are fitted to each half of the runs: to each outcome of the firm without the change, and to what the change
    adds to it. How far the two are apart tells what luck leaves open.

    Parameters
    ----------
    study : Study
        One that is made of runs.
    ran : DataFrame
        The worlds it was re-created in.
    outcomes : (firms, 3, worlds) float64
        What came of it; see `run`.
    worlds : DataFrame
        Those that are asked for.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # the same bits on any number of cores
        one, other = (
            _half(study, ran.iloc[first::2], outcomes[..., first::2], worlds) for first in (0, 1)
        )
    apart, effects = one - other, (one + other) / 2
    # By quantiles: where next to nothing stands below a ratio, the two may be any distance apart.
    error = float(np.nanquantile(np.abs(apart), 0.68)) / 2
    sure = float(pd.Series(one).corr(pd.Series(other), method="spearman"))
    return Emulated(effects, error, sure if np.isfinite(sure) else 0.0)


def _half(study: Study, ran: pd.DataFrame, outcomes: Array, worlds: pd.DataFrame) -> Array:
    """(worlds,) float64: the effect by emulators that were fitted to half of the runs."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    assert study.again is not None
    seen, asked = ran.to_numpy(float), worlds.to_numpy(float)
    steps = np.diff(outcomes, axis=0, prepend=0.0).reshape(-1, len(ran))
    told: dict[bytes, Array] = {}  # a study that looks but once has the same outcome three times
    for step in steps:
        if (key := step.tobytes()) not in told:
            known = np.isfinite(step)
            trees = HistGradientBoostingRegressor(**TREES).fit(seen[known], step[known])
            told[key] = trees.predict(asked)
    fitted = np.reshape([told[step.tobytes()] for step in steps], (*outcomes.shape[:2], -1))
    firms = fitted.cumsum(axis=0)
    windows = [
        Window(now[:, None], before[:, None], spread[:, None], study.between)
        for now, before, spread in firms
    ]
    with np.errstate(invalid="ignore"):  # of a share that is emulated below 0
        return KINDS[study.again.effect].of(windows[0], windows[-1])[:, 0]


def likelihood(study: Study, found: Emulated) -> Array:
    """How likely what was published is in each world, the likeliest 1.

    Parameters
    ----------
    study : Study
        Of which `teaches` holds.
    found : Emulated
        What the model gives there; nothing published agrees with no effect at all.

    Examples
    --------
    >>> from seci_sim.evidence.study import read_study
    >>> found = Emulated(np.array([0.8, 0.6, 0.2, np.nan]), error=0.0, sure=1.0)
    >>> likelihood(read_study("interviews"), found).round(2)
    array([1.  , 0.61, 0.01, 0.  ])
    """
    from scipy.special import ndtr

    share, finding, effects = DISCREPANCY[study.match.grade], study.finding, found.effects
    if finding.bounds is None:
        side = 1 if finding.direction == "more" else -1
        spread = float(np.subtract(*np.nanquantile(effects, [0.84, 0.16]))) / 2
        likely = ndtr(side * effects / math.hypot(share * spread, found.error))
    else:
        low, high = finding.bounds
        centre, error = (low + high) / 2, (high - low) / 2 / NORMAL
        variance = error**2 + (share * centre) ** 2 + found.error**2
        likely = np.exp(-((effects - centre) ** 2) / variance / 2)
    return np.where(np.isfinite(effects), likely, 0.0)


@dataclass(frozen=True, eq=False)
class Agreement:
    """How far many worlds agree with every study."""

    worlds: pd.DataFrame
    """A row a world, a column a parameter."""
    effects: pd.DataFrame
    """A row a world, a column for each study by its label."""
    likelihoods: pd.DataFrame
    """A row a world, a column for each study that teaches."""
    sure: Mapping[str, float]
    """How well the effect of each study is known; see `Emulated.sure`."""

    def weights(self, without: Collection[str] = ()) -> Array:
        """(worlds,) float64: how much each world counts, in all 1, some studies left out."""
        kept = self.likelihoods.drop(columns=list(without))
        found = kept.prod(axis=1).to_numpy(float)
        return np.asarray(found / found.sum())

    def alone(self, label: str) -> Array:
        """(worlds,) float64: how much each world counts if a single study is known."""
        return self.weights([str(other) for other in self.likelihoods if other != label])

    def drawn(self, worlds: int) -> pd.DataFrame:
        """Worlds that agree, in random order: each as likely as it counts, and none of them twice.

        Raises
        ------
        ValueError
            Fewer than twice as many count for anything.
        """
        weights = self.weights()
        if (count := effective(weights)) < 2 * worlds:
            raise ValueError(
                f"those that agree count as {count:,.0f} worlds; {worlds} cannot be drawn of them"
            )
        rng = np.random.default_rng(SEED_OF_CANDIDATES)
        order = rng.permutation(len(self.worlds))
        places = order[spread_out(weights[order], worlds, rng.random())]
        return self.worlds.iloc[rng.permutation(places)].reset_index(drop=True)


def effective(weights: Array) -> float:
    """As how many worlds of equal weight they count (Kish)."""
    return float(1 / np.sum(weights**2))


def between(values: Array, weights: Array) -> Interval:
    """Ends between which nine tenths of the weight lie."""
    known = np.isfinite(values)
    order = np.argsort(values[known])
    below = np.cumsum(weights[known][order])
    low, high = np.searchsorted(below / below[-1], [0.05, 0.95])
    ordered = values[known][order]
    return float(ordered[low]), float(ordered[high])
