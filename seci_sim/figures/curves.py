"""Curves over the weeks: how knowledge spreads, and how needs come to be met.

A curve is the mean over the runs; its band holds the middle 80% of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from seci_sim.experiment import statistics
from seci_sim.experiment.wording import (
    NOT_KNOWN,
    between,
    lately,
    listed,
    not_told_apart,
    percent,
    quoted,
    weeks_reached,
)
from seci_sim.figures import style
from seci_sim.figures.style import Chart, Look
from seci_sim.parameters import WEEKS_A_YEAR

LOW, HIGH = 0.1, 0.9
"""The runs between which a band lies."""

MOST_POINTS = 261
"""Weeks drawn at most: a screen shows no more of a curve."""

HEIGHT = 270

BAND_MEANING = "Each curve is the mean over the runs; its band holds the middle 80% of the runs."


def meaning(changes: Sequence[int]) -> str:
    """What bands and dotted lines stand for.

    Examples
    --------
    >>> meaning([130]).partition(". ")[2]
    'The dotted line marks a change in week 130.'
    """
    if not changes:
        return BAND_MEANING
    weeks = listed([str(week) for week in changes])
    if len(changes) == 1:
        return f"{BAND_MEANING} The dotted line marks a change in week {weeks}."
    return f"{BAND_MEANING} Dotted lines mark changes in weeks {weeks}."


def bands(weekly: pd.DataFrame, measure: str, by: Sequence[str]) -> pd.DataFrame:
    """Mean and band over the runs, week by week, for every combination of the columns ``by``.

    Examples
    --------
    >>> weekly = pd.DataFrame({"scenario": "a", "week": [1, 1, 1], "skill": [0.0, 0.5, 1.0]})
    >>> bands(weekly, "skill", ["scenario"]).round(3).to_dict("records")
    [{'scenario': 'a', 'week': 1, 'mean': 0.5, 'low': 0.1, 'high': 0.9}]
    """
    grouped = weekly.groupby([*by, "week"], sort=False, observed=True)[measure]
    edges = {"low": grouped.quantile(LOW), "high": grouped.quantile(HIGH)}
    # A market has no values before it opens.
    return pd.DataFrame({"mean": grouped.mean()} | edges).dropna(subset="mean").reset_index()


def add_curve(
    figure: go.Figure,
    curve: pd.DataFrame,
    name: str,
    look: Look,
    axes: dict[str, str] | None = None,
) -> None:
    """Draw one curve on its band."""
    step = -(-len(curve) // MOST_POINTS)
    # Counted from the end, so that the last week is always drawn.
    curve = curve.iloc[::-1].iloc[::step].iloc[::-1].round(5)
    edge: dict[str, Any] = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"} | (
        axes or {}
    )
    figure.add_scatter(x=curve["week"], y=curve["low"], **edge)
    figure.add_scatter(
        x=curve["week"], y=curve["high"], fill="tonexty", fillcolor=faint(look.colour), **edge
    )
    figure.add_scatter(
        x=curve["week"], y=curve["mean"], mode="lines", name=style.plain(name),
        line={"color": look.colour, "dash": look.dash, "width": 3}, **(axes or {}),
    )  # fmt: skip


def faint(colour: str) -> str:
    """The colour of a band around a curve."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.13)"


def share_chart(
    curves: dict[str, pd.DataFrame], looks: Sequence[Look], horizon: int, changes: Sequence[int]
) -> go.Figure:
    """Curves of shares with their names at their ends, and a dotted line in weeks of change."""
    names = list(curves)
    figure = style.canvas(
        max(HEIGHT, style.labels_height(names) + 30), right=style.label_margin(names)
    )
    height = style.inner_height(figure)
    top = style.round_up(max(curve["high"].max() for curve in curves.values()))
    for (name, curve), style_of_it in zip(curves.items(), looks, strict=True):
        add_curve(figure, curve, name, style_of_it)
    ends = [float(curve["mean"].iloc[-1]) for curve in curves.values()]
    labels = style.end_labels(names, looks, ends, top=top, pixels=(height, height + 30))
    for week in changes:
        figure.add_vline(x=week, line={"width": 1.5, "dash": "dot", "color": style.QUIET})
    figure.update_traces(
        hovertemplate="week %{x}: %{y:.1%}<extra>%{fullData.name}</extra>",
        selector=lambda trace: trace.name is not None,
    )
    return figure.update_layout(
        annotations=labels, xaxis=style.week_axis(horizon), yaxis=style.share_axis(top)
    )


def week_table(curves: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The curves in about eight weeks, as text."""
    weeks = pd.Index(sorted(set().union(*(curve["week"] for curve in curves.values()))))
    chosen = weeks[::-1][:: max(1, len(weeks) // 8)][::-1]
    table = pd.DataFrame({"Week": [str(week) for week in chosen]})
    for name, curve in curves.items():
        rows = curve.set_index("week").reindex(chosen)
        table[name] = [
            NOT_KNOWN if isnan(mean) else f"{percent(mean)} ({between((low, high), scale=100)})"
            for mean, low, high in zip(rows["mean"], rows["low"], rows["high"], strict=True)
        ]
    return table


def split(frame: pd.DataFrame, column: str) -> dict[str, pd.DataFrame]:
    """One table for each name in a column, in the order of their first rows."""
    return {str(name): rows for name, rows in frame.groupby(column, sort=False, observed=True)}


def spread(
    weekly: pd.DataFrame, summary: pd.DataFrame, names: Sequence[str], changes: Sequence[int]
) -> Chart:
    """How knowledge spreads among the staff: one curve a policy."""
    whole = weekly[weekly["market"] == "all"]
    curves = split(bands(whole, "staff_knowing", ["scenario"]), "scenario")
    looks = [style.look(i) for i in range(len(names))]
    return Chart(
        "spread",
        spread_title(summary, names, horizon_of(weekly)),
        "Share of the staff who hold a need rightly, on average over the needs, week by week. "
        + meaning(changes),
        share_chart(curves, looks, horizon_of(weekly), changes),
        week_table(curves),
    )


def spread_title(summary: pd.DataFrame, names: Sequence[str], horizon: int) -> str:
    """How far knowledge has spread in the end, and whether the policies are told apart in that."""
    share = {name: statistics.level(summary, name, "staff_knowing").mean for name in names}
    if len(names) == 1:
        found = statistics.when_reached(summary, names[0], "weeks_until_half_know")
        return (
            f"{percent(share[names[0]])} of the staff hold a need rightly {lately(horizon)}; "
            f"weeks until half of them do: {weeks_reached(found)}"
        )
    policy, other = statistics.contrast(summary, names)
    change = statistics.difference(summary, policy, other, "staff_knowing")
    return (
        f"{percent(share[policy])} of the staff hold a need rightly {lately(horizon)} under "
        f"{quoted(policy)}, and {percent(share[other])} under {quoted(other)}"
        f"{not_told_apart(change)}"
    )


def needs_by_week(weekly: pd.DataFrame, summary: pd.DataFrame, changes: Sequence[int]) -> Chart:
    """Needs met and mis-served under one policy, week by week."""
    whole = weekly[weekly["market"] == "all"]
    curves = {
        "met": bands(whole, "needs_met", ["scenario"]),
        "mis-served": bands(whole, "needs_mis_served", ["scenario"]),
    }
    looks = [style.look(0), style.look(2)]
    first, horizon = curves["met"].iloc[0], horizon_of(weekly)
    return Chart(
        "needs",
        f"{percent(summary['needs_met'].mean())} of needs are met {lately(horizon)}, after "
        f"{percent(first['mean'])} in week {first['week']}; {percent(summary['needs_mis_served'].mean())} are mis-served",
        "Share of patients' needs that are met, and that are mis-served, week by week. "
        + meaning(changes),
        share_chart(curves, looks, horizon, changes),
        week_table(curves),
    )


def markets_by_week(weekly: pd.DataFrame, markets: Sequence[str], changes: Sequence[int]) -> Chart:
    """Needs met in every market under one policy, week by week."""
    rows = weekly[weekly["market"].isin(markets)]
    curves = split(bands(rows, "needs_met", ["market"]), "market")
    horizon = horizon_of(weekly)
    late = (
        rows[rows["week"] > horizon - WEEKS_A_YEAR]
        .groupby("market", observed=True)["needs_met"]
        .mean()
    )
    least, most = str(late.idxmin()), str(late.idxmax())
    low, high = percent(float(late[least])), percent(float(late[most]))
    where = "every market" if low == high else f"{quoted(least)}, and {high} in {quoted(most)}"
    return Chart(
        "markets",
        f"{low} of needs are met {lately(horizon)} in {where}",
        "Share of patients' needs that are met in each market, week by week. " + meaning(changes),
        share_chart(curves, [style.look(i) for i in range(len(curves))], horizon, changes),
        week_table(curves),
    )


def horizon_of(weekly: pd.DataFrame) -> int:
    """Last week of the longest run."""
    return int(weekly["week"].max())
