"""Where policies lie between goals, and under which conditions one fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from seci_sim.experiment.analyses.discovery import Discovery
from seci_sim.experiment.analyses.search import Goal
from seci_sim.figures import style
from seci_sim.figures.rows import left_text, pixel_axis
from seci_sim.figures.style import Chart
from seci_sim.words import (
    change_unit,
    changed,
    listed,
    measured,
    percent,
    setting,
    significant,
    spoken,
)

HEIGHT = 380
NAME, BAR, GAP = 20, 16, 10
SMALLEST, LARGEST = 7, 19
"""Pixels of the dots that stand for the least and the most of the third goal."""


def trade_offs(
    found: pd.DataFrame, fresh: pd.DataFrame, goals: Sequence[Goal], units: dict[str, str]
) -> Chart:
    """All policies that a search met, and its front as fresh seeds see it.

    Parameters
    ----------
    found : DataFrame
        As `seci_sim.experiment.analyses.search.search` gives it.
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
    for front, colour in ((True, style.COLOURS[1]), (False, style.COLOURS[2])):
        rows = fresh.iloc[1:]
        rows = rows[rows["front"].astype(bool) == front]
        figure.add_scatter(
            x=rows[across], y=rows[up], mode="markers",
            marker={"size": _sizes(rows, fresh, goals), "color": colour,
                    "symbol": "circle" if front else "x", "line": {"width": 1, "color": style.INK}},
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
    return (
        f"{sentence}. {len(better)} {'is' if len(better) == 1 else 'are'} told better than the policy as it is by one goal and worse by "
        f"none; of these, {results} comes with {best['label']}"
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


def box(
    found: Discovery, outcome: str, unit: str, units: dict[str, str], policy: str, at_least: float
) -> Chart:
    """The conditions under which a policy fails: for each, the part of its range."""
    rows = found.limits.to_dict("records")
    height = max(1, len(rows)) * (NAME + BAR + GAP)
    figure = style.canvas(height + 20, left=8, right=12, top=4, bottom=16)
    texts = []
    for place, row in enumerate(rows):
        top = place * (NAME + BAR + GAP)
        unit_of = units[row["factor"]]
        span = (row["to"] - row["from"]) or 1.0
        ends = [(row[end] - row["from"]) / span for end in ("low", "high")]
        words = (
            f"<b>{style.plain(spoken(row['factor']))}</b> {said(row, unit_of)}, of "
            f"{setting(row['from'], unit_of)} to {setting(row['to'], unit_of)}; "
            f"quasi-p {significant(row['quasi_p'], 2)}"
        )
        texts.append(left_text(words, top + NAME / 2))
        for start, end, colour, thick in ((0, 1, style.ROUTINE, 6), (*ends, style.COLOURS[2], BAR)):
            figure.add_bar(
                x=[end - start], base=[start], y=[top + NAME + BAR / 2], width=[thick],
                orientation="h", marker={"color": colour}, hoverinfo="skip",
            )  # fmt: skip
    figure.update_layout(
        annotations=texts, barmode="overlay", yaxis=pixel_axis(height),
        xaxis={**style.HIDDEN, "range": [0, 1]},
    )  # fmt: skip
    return Chart(
        "box",
        box_title(found, outcome, unit, units, policy, at_least),
        "Thick: the part of each range in which failures crowd, as far as the box restricts it; thin: "
        f"the whole range that was tried. {percent(float(found.points['unsure'].mean()), 0)} of the "
        "points are too close to the threshold for their runs to say whether the policy fails there. "
        f"Where failures were dealt out at random, a box as good came up with a chance of "
        f"{percent(found.chance, 0)} at most.",
        figure,
        pd.DataFrame(
            {
                "Condition": [row["factor"] for row in rows],
                "Box": [said(row, units[row["factor"]]) for row in rows],
                "quasi-p": [significant(row["quasi_p"], 2) for row in rows],
            }
        ),
    )


def box_title(
    found: Discovery, outcome: str, unit: str, units: dict[str, str], policy: str, at_least: float
) -> str:
    """How often a policy fails, and where most."""
    threshold = f"{changed(at_least, unit)} {change_unit(unit)} of {spoken(outcome)}"
    points = len(found.points)
    fails = (
        f"“{policy}” brings less than {threshold} in {int(found.points['fails'].sum())} of {points} "
        "sets of assumptions"
    )
    if found.limits.empty:
        return f"{fails}; no set of conditions stands out where it does" if found.failing else fails
    named = [f"{spoken(row['factor'])} is {said(row, units[row['factor']])}"
             for row in found.limits.to_dict("records")]  # fmt: skip
    return (
        f"{fails}; {percent(found.coverage, 0)} of these lie where {listed(named)}, where it fails in "
        f"{percent(found.density, 0)} of cases"
    )


def said(row: Mapping[Any, Any], unit: str) -> str:
    """The part of a range that a box leaves, in words.

    Examples
    --------
    >>> said({"from": 0.0, "low": 0.0, "high": 0.4, "to": 1.0}, "share")
    'below 40%'
    >>> said({"from": 0.0, "low": 0.25, "high": 1.0, "to": 1.0}, "share")
    'above 25%'
    """
    low, high = (setting(row[end], unit) for end in ("low", "high"))
    if row["low"] <= row["from"]:
        return f"below {high}"
    return f"above {low}" if row["high"] >= row["to"] else f"from {low} to {high}"
