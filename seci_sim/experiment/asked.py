"""From what an experiment led to, to the tables that an analysis of its file asks for."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seci_sim.experiment import statistics
from seci_sim.experiment.analyses import comparison, discovery, dose_response, tornado
from seci_sim.experiment.analyses.morris import morris
from seci_sim.experiment.analyses.noise import Unanswerable, by_point, check_moved
from seci_sim.experiment.analyses.search import Goal, Lever, Point, front, search
from seci_sim.experiment.analyses.sections import Analysis
from seci_sim.experiment.analyses.sobol_indices import Indices, sobol_indices
from seci_sim.experiment.sampling import unit_points
from seci_sim.words import setting, spoken

if TYPE_CHECKING:
    from seci_sim.experiment.experiment import Experiment
    from seci_sim.experiment.findings import Findings

FRESH_SEEDS = 1_000_000
"""How far the seeds of a confirmation lie from those of the search that it confirms."""

AS_IT_IS = "as it is"


@dataclass(frozen=True)
class Searched:
    """What a search met, and its front on fresh seeds."""

    found: pd.DataFrame
    fresh: pd.DataFrame
    """The policy as it is, then the front, best by the first goal first: the levers, the goals with
    their intervals, ``label``, ``front`` (whether fresh seeds leave it one), each goal as the search
    saw it (``..._before``) and 1 or -1 where it is told to be better or worse than the policy as it
    is (``..._told``, all intervals holding together), and ``improves``: better by some, worse by none."""
    goals: tuple[Goal, ...]


def compared(findings: Findings, analysis: Analysis) -> pd.DataFrame:
    """Every cell against the first, in one outcome or in all."""
    outcomes = [analysis.outcome] if analysis.outcome else findings.experiment.outcomes
    return comparison.comparison(labelled(findings), outcomes)


def followed(findings: Findings, analysis: Analysis) -> pd.DataFrame:
    """An outcome over the levels of a factor."""
    assert analysis.outcome is not None
    assert analysis.factor is not None
    return dose_response.dose_response(
        findings.table, analysis.outcome, analysis.factor, analysis.by
    )


def screened(findings: Findings, analysis: Analysis) -> pd.DataFrame:
    """Elementary effects of the sampled factors."""
    experiment = findings.experiment
    assert analysis.outcome is not None
    names = [factor.name for factor in experiment.sampled]
    values = by_point(findings.table, analysis.outcome)
    return morris(names, unit_points(experiment, len(names)), values, seed=experiment.seed % 2**32)


def explained(findings: Findings, analysis: Analysis) -> Indices:
    """Sobol indices of the sampled factors."""
    experiment = findings.experiment
    assert analysis.outcome is not None
    names = [factor.name for factor in experiment.sampled]
    values = by_point(findings.table, analysis.outcome)
    return sobol_indices(names, values, seed=experiment.seed % 2**32 or 1)


def moved(findings: Findings, analysis: Analysis) -> pd.DataFrame:
    """Each sampled factor at either end of its range."""
    assert analysis.outcome is not None
    names = [factor.name for factor in findings.experiment.sampled]
    return tornado.tornado(findings.table, analysis.outcome, names)


def discovered(findings: Findings, analysis: Analysis) -> discovery.Discovery:
    """The conditions under which a policy fails."""
    assert analysis.outcome is not None
    assert analysis.policy is not None
    factors = [factor.name for factor in findings.experiment.uncertain]
    by = "policy" if findings.experiment.policies else "scenario"
    gains = discovery.gains(findings.table, factors, analysis.outcome, by, analysis.policy)
    change = f"what {analysis.policy} changes in {analysis.outcome}"
    check_moved(gains["change"].to_numpy(), change, "under all conditions")
    return discovery.discovery(gains, factors, analysis.at_least)


def searched(
    experiment: Experiment,
    analysis: Analysis,
    folder: Path,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
) -> Searched:
    """Search over the levers, and run the front again on seeds that the search never saw.

    Parameters
    ----------
    experiment : Experiment
        Its levers are searched.
    analysis : Analysis
        Goals, generations and population.
    folder : Path
        Keeps each generation; what it holds already is not run again.
    workers, executor
        As for `Experiment.run`.
    """
    goals = (
        *(Goal(name, False) for name in analysis.higher),
        *(Goal(name, True) for name in analysis.lower),
    )
    outcomes = [goal.outcome for goal in goals]
    levers = [
        Lever(f.name, f.low or 0, f.high or 0, f.whole, f.levels) for f in experiment.vary
    ]  # fmt: skip

    def evaluate(generation: int, points: Sequence[Point]) -> list[list[float]]:
        cells = experiment.with_points(points)
        table = cells.run(
            executor, store=folder / f"generation-{generation:03d}", workers=workers, resume=True
        ).table
        means = table.groupby("cell")[outcomes].mean()
        return [list(row) for row in means.reindex(range(len(points))).to_numpy()]

    found = search(
        levers, goals, evaluate, generations=analysis.generations,
        population=analysis.population, seed=experiment.seed % 2**32,
    )  # fmt: skip
    for outcome in outcomes:
        check_moved(found[outcome].to_numpy(), outcome, "for all policies that were tried")
    best = found[found["front"]]
    names = [lever.name for lever in levers]
    chosen = [_as_it_is(experiment, names), *_points(best, levers)]
    fresh = experiment.with_points(
        _different(chosen), replications=analysis.fresh, seed=experiment.seed + FRESH_SEEDS
    ).run(executor, store=folder / "fresh", workers=workers, resume=True)
    if len(fresh.failed):
        what = f"{len(fresh.failed)} runs of the front on fresh seeds failed"
        raise Unanswerable(f"{what}, the first: {fresh.failed.iloc[0]['what']}")
    return Searched(found, _confirmed(fresh, chosen, best, goals), goals)


def _as_it_is(experiment: Experiment, names: Sequence[str]) -> Point:
    scenario = experiment.scenarios[0]
    return {name: getattr(getattr(scenario, name.split(".")[0]), name.split(".")[1]) for name in names}  # fmt: skip


def _points(rows: pd.DataFrame, levers: Sequence[Lever]) -> list[Point]:
    return [{lever.name: row[lever.name] for lever in levers} for row in rows.to_dict("records")]


def _different(points: Sequence[Point]) -> list[Point]:
    """The same without repetitions: the policy as it is may be on the front."""
    return list({tuple(point.values()): point for point in points}.values())


def _confirmed(
    fresh: Findings, chosen: Sequence[Point], best: pd.DataFrame, goals: Sequence[Goal]
) -> pd.DataFrame:
    """The chosen policies as fresh seeds see them."""
    cells = {tuple(point.values()): cell for cell, point in enumerate(_different(chosen))}
    units = {factor.name: factor.unit for factor in fresh.experiment.factors}
    runs = {cell: rows.set_index("replication") for cell, rows in fresh.table.groupby("cell")}
    comparisons = max(1, (len(chosen) - 1) * len(goals))
    rows = []
    for place, point in enumerate(chosen):
        words = ", ".join(f"{spoken(n)} {setting(v, units[n])}" for n, v in point.items())
        row: dict[str, object] = {**point, "label": AS_IT_IS if place == 0 else words}
        for goal in goals:
            before = float(best[goal.outcome].iloc[place - 1]) if place else float("nan")
            ours, now = (runs[cell][goal.outcome] for cell in (cells[tuple(point.values())], 0))
            row |= {f"{goal.outcome}_before": before} | _seen(ours, now, goal, comparisons)
        rows.append(row)
    table = pd.DataFrame(rows)
    verdicts = table[[f"{goal.outcome}_told" for goal in goals]]
    table = table.assign(
        front=np.append(False, front(table.iloc[1:], goals)),
        improves=(verdicts.max(axis=1) > 0) & (verdicts.min(axis=1) >= 0),
    )
    ranked = table.iloc[1:].sort_values(
        goals[0].outcome, ascending=goals[0].lower_is_better, kind="stable"
    )
    return pd.concat([table.iloc[:1], ranked], ignore_index=True)


def _seen(
    runs: pd.Series[float], now: pd.Series[float], goal: Goal, comparisons: int
) -> dict[str, float]:
    """One goal of one policy: its mean, its interval, and how it compares with the policy as it is."""
    found = statistics.estimate(runs)
    low, high = found.interval or (float("nan"), float("nan"))
    change = statistics.paired_difference(runs.reindex(now.index), now, comparisons=comparisons)
    sign = -1 if goal.lower_is_better else 1
    told = sign * int(np.sign(change.mean)) if statistics.separated(change) else 0
    return {
        goal.outcome: found.mean,
        f"{goal.outcome}_low": low,
        f"{goal.outcome}_high": high,
        f"{goal.outcome}_told": told,
    }


def labelled(findings: Findings) -> pd.DataFrame:
    """The table with a column ``label``: what tells a cell from the others, in words."""
    experiment = findings.experiment
    units = {factor.name: factor.unit for factor in experiment.factors}
    columns = [name for name in ("scenario", "policy", *units) if name in findings.table.columns]
    varied = [name for name in columns if findings.table[name].nunique() > 1] or columns[:1]
    cells = findings.table.drop_duplicates("cell").set_index("cell")[varied]
    words = {
        cell: ", ".join(
            str(value) if name in ("scenario", "policy") else f"{spoken(name)} {setting(value, units[name])}"
            for name, value in zip(varied, row, strict=True)
        )
        for cell, row in zip(cells.index, cells.itertuples(index=False, name=None), strict=True)
    }  # fmt: skip
    return findings.table.assign(label=findings.table["cell"].map(words))
