"""Search for policies that do well by several goals at once, and run those it finds again on fresh seeds."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seci_sim.analyses.evolving import Goal, Lever, Point, front, search
from seci_sim.analyses.made import Made, within_shares
from seci_sim.analyses.noise import Unanswerable, check_moved
from seci_sim.figures import style
from seci_sim.figures.style import Chart
from seci_sim.lab import statistics
from seci_sim.lab.analysis_kinds import Search
from seci_sim.lab.experiment import Experiment
from seci_sim.words import listed, measured, setting, spoken

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings

FRESH_SEEDS = 1_000_000
"""How far the seeds of a confirmation lie from those of the search that it confirms."""

AS_IT_IS = "as it is"

HEIGHT = 380
SMALLEST, LARGEST = 7, 19
"""Pixels of the dots that stand for the least and the most of the third goal."""


def make(
    findings: Findings,
    asked: Search,
    folder: Path,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
) -> Made:
    """Search over the levers, and run the front again on seeds that the search never saw.

    Parameters
    ----------
    findings : Findings
        Of the experiment whose levers are searched.
    asked : Search
        Goals, generations and population.
    folder : Path
        Keeps each generation; what it holds already is not run again.
    workers, executor
        As for `Experiment.run`.

    Returns
    -------
    Made
        Its table has the policy as it is, then the front, best by the first goal first: the levers,
        the goals with their intervals, ``label``, ``front`` (whether fresh seeds leave it one), each
        goal as the search saw it (``..._before``) and 1 or -1 where it is told to be better or worse
        than the policy as it is (``..._told``, all intervals holding together), and ``improves``:
        better by some, worse by none.
    """
    experiment = findings.experiment
    assert isinstance(experiment, Experiment), "a search runs more"
    goals = (*(Goal(n, False) for n in asked.higher), *(Goal(n, True) for n in asked.lower))
    outcomes = [goal.outcome for goal in goals]
    levers = [Lever(f.name, f.low or 0, f.high or 0, f.whole, f.levels) for f in experiment.vary]

    def evaluate(generation: int, points: Sequence[Point]) -> list[list[float]]:
        cells = experiment.with_points(points)
        store = folder / f"generation-{generation:03d}"
        table = cells.run(executor, store=store, workers=workers, resume=True).table
        means = table.groupby("cell")[outcomes].mean()
        return [list(row) for row in means.reindex(range(len(points))).to_numpy()]

    seed = experiment.seed % 2**32
    found = search(
        levers,
        goals,
        evaluate,
        generations=asked.generations,
        population=asked.population,
        seed=seed,
    )
    for outcome in outcomes:
        check_moved(found[outcome].to_numpy(), outcome, "for all policies that were tried")
    best = found[found["front"]]
    names = [lever.name for lever in levers]
    chosen = [_as_it_is(experiment, names), *_points(best, levers)]
    seeds = experiment.seed + FRESH_SEEDS
    cells = experiment.with_points(_different(chosen), replications=asked.fresh, seed=seeds)
    fresh = cells.run(executor, store=folder / "fresh", workers=workers, resume=True)
    if len(fresh.failed):
        what = f"{len(fresh.failed)} runs of the front on fresh seeds failed"
        raise Unanswerable(f"{what}, the first: {fresh.failed.iloc[0]['what']}")
    table = confirmed(fresh, chosen, best, goals)
    for name in (name for name in outcomes if experiment.units[name] == "share"):
        within_shares(table, [f"{name}_low", f"{name}_high"])
    return Made((trade_offs(found, table, goals, experiment.units),), table)


def _as_it_is(experiment: Experiment, names: Sequence[str]) -> Point:
    scenario = experiment.scenarios[0]
    return {name: getattr(getattr(scenario, name.split(".")[0]), name.split(".")[1]) for name in names}  # fmt: skip


def _points(rows: pd.DataFrame, levers: Sequence[Lever]) -> list[Point]:
    return [{lever.name: row[lever.name] for lever in levers} for row in rows.to_dict("records")]


def _different(points: Sequence[Point]) -> list[Point]:
    """The same without repetitions: the policy as it is may be on the front."""
    return list({tuple(point.values()): point for point in points}.values())


def confirmed(
    fresh: Findings, chosen: Sequence[Point], best: pd.DataFrame, goals: Sequence[Goal]
) -> pd.DataFrame:
    """The chosen policies as fresh seeds see them, the first of them as it is; see `make`."""
    cells = {tuple(point.values()): cell for cell, point in enumerate(_different(chosen))}
    units = fresh.experiment.units
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


def trade_offs(
    found: pd.DataFrame, fresh: pd.DataFrame, goals: Sequence[Goal], units: dict[str, str]
) -> Chart:
    """All policies that a search met, and its front as fresh seeds see it.

    Parameters
    ----------
    found : DataFrame
        As `search` gives it.
    fresh : DataFrame
        The front run again: the goals, their intervals (``..._low``, ``..._high``), ``front``
        (whether it still is one) and ``label``; the first row is the policy as it is.
    goals : sequence of Goal
        The first is drawn upwards, the second across; the third as the size of dots.
    """
    up, across = goals[0].outcome, goals[1].outcome
    figure = style.canvas(HEIGHT, left=62, bottom=54)
    figure.add_scatter(
        x=found[across], y=found[up], mode="markers", hoverinfo="skip",
        marker={"size": 5, "color": style.ROUTINE, "line": {"width": 0.5, "color": style.QUIET}},
    )  # fmt: skip
    for kept, colour in ((True, style.COLOURS[1]), (False, style.COLOURS[2])):
        rows = fresh.iloc[1:]
        rows = rows[rows["front"].astype(bool) == kept]
        figure.add_scatter(
            x=rows[across], y=rows[up], mode="markers",
            marker={"size": _sizes(rows, fresh, goals), "color": colour,
                    "symbol": "circle" if kept else "x", "line": {"width": 1, "color": style.INK}},
            error_y={"type": "data", "symmetric": False, "thickness": 1.5, "width": 0, "color": colour,
                     "array": rows[f"{up}_high"] - rows[up],
                     "arrayminus": rows[up] - rows[f"{up}_low"]},
            customdata=rows["label"].map(style.plain), hovertemplate="%{customdata}<extra></extra>",
        )  # fmt: skip
    now = fresh.iloc[[0]]
    figure.add_scatter(
        x=now[across], y=now[up], mode="markers", hovertemplate="as it is<extra></extra>",
        marker={"size": 15, "symbol": "star", "color": style.COLOURS[0]},
    )  # fmt: skip
    figure.update_layout(
        xaxis=_goal_axis(across, units[across]), yaxis=_goal_axis(up, units[up]),
        annotations=[{"x": now[across].iloc[0], "y": now[up].iloc[0], "text": "as it is", "ax": 34,
                      "ay": 26, "arrowhead": 0, "arrowwidth": 1.2, "bgcolor": "white"}],
    )  # fmt: skip
    size = f" Larger dots: more {spoken(goals[2].outcome)}." if len(goals) > 2 else ""
    return Chart(
        "front",
        _front_title(found, fresh, goals, units),
        f"{spoken(up).capitalize()} against {spoken(across)}. Grey: every policy that the search met. "
        "Dots with 95% intervals: the front, run again on seeds that the search never saw; a cross "
        f"is beaten there by another. The star is the policy as it is.{size}",
        figure,
        _front_table(fresh, goals, units),
    )


def _front_title(
    found: pd.DataFrame, fresh: pd.DataFrame, goals: Sequence[Goal], units: dict[str, str]
) -> str:
    """How much of the front stands on fresh seeds, and what improves on the policy as it is."""
    others = fresh.iloc[1:]
    kept = int(others["front"].astype(bool).sum())
    sentence = (
        f"Of {len(found)} policies that were tried, {len(others)} were beaten by none; on fresh "
        f"seeds {kept} of these still are"
    )
    better = others[others["improves"].astype(bool) & others["front"].astype(bool)]
    if better.empty:
        return f"{sentence}, and none is told better than the policy as it is without being worse"
    best, now = better.iloc[0], fresh.iloc[0]
    results = listed(
        [
            f"{spoken(goal.outcome)} {measured(best[goal.outcome], units[goal.outcome])} instead of "
            f"{measured(now[goal.outcome], units[goal.outcome])}"
            for goal in goals
        ]
    )
    are, of_these = ("is", "") if len(better) == 1 else ("are", "of these, ")
    return (
        f"{sentence}. {len(better)} {are} told better than the policy as it is by one goal and worse by "
        f"none; {of_these}{results} comes with {best['label']}"
    )


def _sizes(rows: pd.DataFrame, every: pd.DataFrame, goals: Sequence[Goal]) -> list[float]:
    if len(goals) < 3:
        return [11.0] * len(rows)
    third = every[goals[2].outcome]
    span = float(third.max() - third.min()) or 1.0
    share = (rows[goals[2].outcome] - third.min()) / span
    return [float(SMALLEST + (LARGEST - SMALLEST) * part) for part in share]


def _goal_axis(name: str, unit: str) -> dict[str, object]:
    axis = {**style.AXIS, "gridcolor": style.RULE,
            "title": {"text": spoken(name), "standoff": 4, "font": {"size": style.SIZE}}}  # fmt: skip
    return axis | ({"tickformat": ".0%"} if unit == "share" else {})


def _front_table(fresh: pd.DataFrame, goals: Sequence[Goal], units: dict[str, str]) -> pd.DataFrame:
    table = pd.DataFrame({"Policy": fresh["label"]})
    for goal in goals:
        name, unit = goal.outcome, units[goal.outcome]
        table[spoken(name).capitalize()] = [
            f"{measured(value, unit)} ({measured(low, unit)} to {measured(high, unit)})"
            for value, low, high in zip(
                fresh[name], fresh[f"{name}_low"], fresh[f"{name}_high"], strict=True
            )
        ]
    table["Beaten on fresh seeds"] = ["no" if kept else "yes" for kept in fresh["front"]]
    return table
