"""Curves over the weeks: how knowledge spreads, and how needs come to be met.

A curve is the mean over the runs; its band holds the middle 80% of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan
from typing import Any

import pandas as pd

from seci_sim.figures import labels, style
from seci_sim.figures.drawing import Drawing
from seci_sim.figures.steps import levels_said
from seci_sim.figures.style import Chart, Look, Native
from seci_sim.lab.comparison_table import MET, MIS_SERVED, Comparison
from seci_sim.parameters import WEEKS_A_YEAR
from seci_sim.words import (
    NOT_KNOWN,
    Interval,
    lately,
    listed,
    percent,
    quoted,
    sentence,
    weeks_reached,
    with_interval,
)

Curves = dict[str, pd.DataFrame]
"""Tables with the columns ``week``, ``mean``, ``low`` and ``high``, by the curves' names."""

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


def add_curve(figure: Drawing, curve: pd.DataFrame, name: str, look: Look, **axes: str) -> None:
    """Draw one curve on its band."""
    curve = few(curve, MOST_POINTS).round(5)
    edge: dict[str, Any] = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", **axes}
    figure.add_scatter(x=curve["week"], y=curve["low"], **edge)
    figure.add_scatter(
        x=curve["week"], y=curve["high"], fill="tonexty", fillcolor=faint(look.colour), **edge
    )
    figure.add_scatter(
        x=curve["week"], y=curve["mean"], mode="lines", name=style.plain(name),
        line={"color": look.colour, "dash": look.dash, "width": 3}, **axes,
    )  # fmt: skip


def faint(colour: str) -> str:
    """The colour of a band around a curve."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.13)"


def curve_chart(
    curves: Curves, looks: Sequence[Look], ends: tuple[float, float], say: str, **layout: Any
) -> Drawing:
    """Curves with their names at their ends.

    Parameters
    ----------
    ends : tuple of float
        Of the vertical axis.
    say : str
        What stands over a point of a curve, in plotly's words.
    **layout
        The axes.
    """
    names = list(curves)
    figure = style.canvas(
        max(HEIGHT, labels.labels_height(names) + 30), right=labels.label_margin(names)
    )
    for (name, curve), look in zip(curves.items(), looks, strict=True):
        add_curve(figure, curve, name, look)
    last = [float(curve["mean"].iloc[-1]) for curve in curves.values()]
    figure.say_over_curves(f"{say}<extra>%{{fullData.name}}</extra>")
    height = figure.inner_height
    texts = labels.end_labels(names, looks, last, ends=ends, pixels=(height, height + 30))
    return figure.update_layout(annotations=texts, **layout)


def share_chart(
    curves: Curves, looks: Sequence[Look], horizon: int, changes: Sequence[int]
) -> Drawing:
    """Curves of shares, and a dotted line in weeks of change."""
    top = style.round_up(max(curve["high"].max() for curve in curves.values()))
    figure = curve_chart(
        curves, looks, (0.0, top), "week %{x}: %{y:.1%}",
        xaxis=style.week_axis(horizon), yaxis=style.share_axis(top),
    )  # fmt: skip
    mark_changes(figure, changes)
    return figure


def mark_changes(figure: Drawing, changes: Sequence[int]) -> None:
    """A dotted line in weeks of change."""
    for week in changes:
        figure.add_vline(x=week, line={"width": 1.5, "dash": "dot", "color": style.QUIET})


def few(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """So many rows at most, the last among them.

    Examples
    --------
    >>> few(pd.DataFrame({"week": range(1, 209)}), 4)["week"].tolist()
    [52, 104, 156, 208]
    """
    step = -(-len(table) // most)
    return table.iloc[::-1].iloc[::step].iloc[::-1]


def week_table(
    curves: Curves, heading: str = "Week", say: Callable[[float, Interval], str] = with_interval
) -> pd.DataFrame:
    """The curves in about eight weeks, as text: `say` puts a mean and its band into words."""
    weeks = pd.Index(sorted(set().union(*(curve["week"] for curve in curves.values()))))
    chosen = weeks[::-1][:: max(1, len(weeks) // 8)][::-1]
    table = pd.DataFrame({heading: [str(week) for week in chosen]})
    for name, curve in curves.items():
        rows = curve.set_index("week").reindex(chosen)
        table[name] = [
            NOT_KNOWN if isnan(mean) else say(mean, (low, high))
            for mean, low, high in zip(rows["mean"], rows["low"], rows["high"], strict=True)
        ]
    return table


def split(frame: pd.DataFrame, column: str) -> dict[str, pd.DataFrame]:
    """One table for each name in a column, in the order of their first rows."""
    return {str(name): rows for name, rows in frame.groupby(column, sort=False, observed=True)}


def by_week(weekly: pd.DataFrame, measure: str, by: str = "scenario") -> Curves:
    """The curve of every scenario over all markets, or of every ``market``."""
    rows = weekly[(weekly["market"] == "all") == (by == "scenario")]
    return split(bands(rows, measure, [by]), by)


def lines(curves: Curves, unit: str = "share", across: str = "Week") -> Native:
    """The means of curves as numbers: a row for every week of any of them."""
    numbers = pd.DataFrame(
        {name: curve.set_index("week")["mean"] for name, curve in curves.items()}
    )
    return Native("lines", numbers.sort_index().rename_axis(across), unit, style.marks(len(curves)))


def spread(weekly: pd.DataFrame, found: Comparison, changes: Sequence[int]) -> Chart:
    """How knowledge spreads among the staff: one curve a policy."""
    says = "Share of the staff who hold a need rightly, on average over the needs, week by week."
    curves = by_week(weekly, "staff_knowing")
    return chart_of_weeks("spread", spread_title(found), says, curves, found.horizon, changes)


def chart_of_weeks(
    key: str, title: str, says: str, curves: Curves, horizon: int, changes: Sequence[int],
    looks: Sequence[Look] | None = None,
) -> Chart:  # fmt: skip
    """Curves of shares with their title, as text and as numbers."""
    looks = looks or [style.look(place) for place in range(len(curves))]
    figure = share_chart(curves, looks, horizon, changes)
    text = week_table(curves)
    return Chart(key, title, f"{says} {meaning(changes)}", figure, text, lines(curves))


def spread_title(found: Comparison) -> str:
    """How far knowledge has spread in the end."""
    late = f"staff who hold a need rightly {lately(found.horizon)}"
    if len(found.names) == 1:
        half = found.half_know(found.first)
        weeks = weeks_reached(half.median, half.reached, half.runs)
        share = percent(found.mean(found.first, "staff_knowing"))
        return f"{share} of the {late}; weeks until half of them do: {weeks}"
    return f"{sentence(late)}: {levels_said(found, 'staff_knowing')}"


def needs_by_week(weekly: pd.DataFrame, found: Comparison, changes: Sequence[int]) -> Chart:
    """Needs met and mis-served under one policy, week by week."""
    name = found.first
    words = {MET: "met", MIS_SERVED: "mis-served"}
    curves = {word: by_week(weekly, need)[name] for need, word in words.items()}
    met, wrong = (percent(found.mean(name, need)) for need in words)
    begun = curves["met"].iloc[0]
    title = (
        f"{met} of needs are met {lately(found.horizon)}, after {percent(begun['mean'])} in week "
        f"{begun['week']}; {wrong} are mis-served"
    )
    says = "Share of patients' needs that are met, and that are mis-served, week by week."
    looks = [style.look(0), style.look(2)]
    return chart_of_weeks("needs", title, says, curves, found.horizon, changes, looks)


def markets_by_week(weekly: pd.DataFrame, horizon: int, changes: Sequence[int]) -> Chart:
    """Needs met in every market under one policy, week by week."""
    late = weekly[(weekly["market"] != "all") & (weekly["week"] > horizon - WEEKS_A_YEAR)]
    share = late.groupby("market", observed=True)[MET].mean()
    least, most = str(share.idxmin()), str(share.idxmax())
    low, high = percent(float(share[least])), percent(float(share[most]))
    where = "every market" if low == high else f"{quoted(least)}, and {high} in {quoted(most)}"
    title = f"{low} of needs are met {lately(horizon)} in {where}"
    says = "Share of patients' needs that are met in each market, week by week."
    return chart_of_weeks("markets", title, says, by_week(weekly, MET, "market"), horizon, changes)
