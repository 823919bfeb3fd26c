"""Who gains: the same results by market and by income band."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import isfinite, nan
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from seci_sim.experiment import statistics
from seci_sim.experiment.comparison_table import MET, Comparison
from seci_sim.experiment.statistics import ON_TREATMENT, Estimate, separated
from seci_sim.figures import style
from seci_sim.figures.curves import split
from seci_sim.figures.rows import GAP, NAME, end_text, half_width, left_text, level_text, pixel_axis
from seci_sim.figures.style import Chart, Native
from seci_sim.parameters import WEEKS_A_YEAR
from seci_sim.words import NOT_KNOWN, lately, not_told_apart, percent, quoted, shortened, signed

DOT = 17
"""Pixels of one policy's line in a market's row."""

VALUE = 62
"""Pixels of a value at the end of a line."""

PANEL = 170
"""Pixels of each of the two panels by income band."""

EDGE = 0.15
"""Room before the first and behind the last band, as a share of the way from band to band."""

TICK_CHARACTER = 7.5
"""Pixels of a character of a band's name, on average."""

OUTCOMES = {"started": "start treatment", "adherent": "stay on it"}

Table = dict[tuple[str, str], Estimate]
"""What was found for a group (market, band) and a policy; a missing one does not exist there."""


def markets(weekly: pd.DataFrame, compared: Comparison, places: Sequence[str]) -> Chart:
    """Needs met in every market under every policy."""
    rows, names = market_runs(weekly, places), compared.names
    found = levels({place: rows[place] for place in places if place in rows}, names, MET)
    return Chart(
        "markets",
        markets_title(rows, compared),
        f"Share of patients' needs met in each market {lately(compared.horizon)}: mean over the "
        "runs with its 95% interval. The sentence counts the markets in which the interval of the "
        "paired difference lies above 0.",
        dots(found, names, places),
        group_table("Market", found, names, places),
        native(found, names, places, "share"),
    )


def market_runs(weekly: pd.DataFrame, places: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Needs met lately in every market that was open: a row a run."""
    its_last = weekly.groupby("scenario")["week"].transform("max")
    late = weekly[(weekly["week"] > its_last - WEEKS_A_YEAR) & weekly["market"].isin(places)]
    late = late.dropna(subset="needs_met")  # a market has no values before it opens
    means = late.groupby(["market", "scenario", "seed"], observed=True)["needs_met"].mean()
    return split(means.reset_index(), "market")


def levels(rows: dict[str, pd.DataFrame], names: Sequence[str], measure: str) -> Table:
    """Means of a measure in every group under every policy that has a value there."""
    return {
        (place, name): statistics.level(found, name, measure)
        for place, found in rows.items()
        for name in names
        if found.loc[found["scenario"] == name, measure].notna().any()
    }


def native(found: Table, names: Sequence[str], places: Sequence[str], unit: str) -> Native:
    """The same as numbers, a row a market."""
    numbers = {
        name: [found[place, name].mean if (place, name) in found else nan for place in places]
        for name in names
    }
    index = pd.Index(places, name="Market")
    return Native("bars", pd.DataFrame(numbers, index), unit, style.marks(len(names)))


def markets_title(rows: dict[str, pd.DataFrame], compared: Comparison) -> str:
    """In how many markets the best policy meets more needs, and where it gains most."""
    policy, other = compared.contrast()
    changes = {
        place: statistics.difference(found, policy, other, MET)
        for place, found in rows.items()
        if {policy, other} <= set(found["scenario"])
    }
    if not changes:
        return f"{quoted(policy)} and {quoted(other)} share no market"
    least = min(changes, key=lambda place: changes[place].mean)
    most = max(changes, key=lambda place: changes[place].mean)
    if all(change.mean == 0 for change in changes.values()):
        return f"{quoted(policy)} and {quoted(other)} meet the same needs in every market"
    low, high = (signed(100 * changes[place].mean) for place in (least, most))
    extent = f"{low} points in {least} to {high} in {most}"
    if changes[least].interval is None:
        return f"{quoted(policy)} less {quoted(other)}: {extent}{not_told_apart(None)}"
    gains = sum(change.mean > 0 for change in changes.values() if separated(change))
    return (
        f"In {gains} of {len(changes)} markets {quoted(policy)} meets more needs than "
        f"{quoted(other)}: {extent}"
    )


def dots(
    found: Table,
    names: Sequence[str],
    groups: Sequence[str],
    say: Callable[[float], str] = percent,
    axis: Callable[[float], dict[str, Any]] = style.share_axis,
) -> go.Figure:
    """Above, how each policy is drawn; below, a row a group, in it a line a policy.

    `say` puts a mean into words, and `axis` makes the axis of means up to a given one.
    """
    key = NAME * len(names) + GAP
    block = NAME + DOT * len(names) + GAP
    height = key + len(groups) * block
    figure = style.canvas(height + 40, left=4, right=VALUE, bottom=40)
    longest = max((f.mean + half_width(f) for f in found.values()), default=0.01) or 0.01
    starts = {group: key + row * block for row, group in enumerate(groups)}
    texts = [left_text(f"<b>{style.row_name(g)}</b>", starts[g] + NAME / 2) for g in groups]
    for position, name in enumerate(names):
        middle = NAME * (position + 0.5)
        texts.append(left_text(style.row_name(name), middle, x=0.03, xshift=12))
        own = {starts[g] + NAME + DOT * (position + 0.5): found[g, name]
               for g in groups if (g, name) in found}  # fmt: skip
        texts += [end_text(f"<b>{say(f.mean)}</b>", f, y) for y, f in own.items()]
        add_dots(figure, {middle: Estimate(longest * 0.03, None, 0, 0)} | own, name, position, say)
    return figure.update_layout(
        annotations=texts, xaxis=axis(longest * 1.02), yaxis=pixel_axis(height)
    )


def add_dots(
    figure: go.Figure,
    places: dict[float, Estimate],
    name: str,
    position: int,
    say: Callable[[float], str],
) -> None:
    """One policy's dots with their intervals; the first stands in the key."""
    look = style.look(position)
    results = list(places.values())
    figure.add_scatter(
        x=[f.mean for f in results], y=list(places), mode="markers", name=style.plain(name),
        marker={"color": look.colour, "symbol": look.symbol, "size": 11},
        error_x={"type": "data", "array": [half_width(f) for f in results], "thickness": 2,
                 "width": 0, "color": look.colour},
        customdata=["", *(say(f.mean) for f in results[1:])],
        hovertemplate="%{customdata}<extra>%{fullData.name}</extra>",
    )  # fmt: skip


def group_table(
    head: str, found: Table, names: Sequence[str], groups: Sequence[str]
) -> pd.DataFrame:
    """A row a group and a column a policy, as text."""
    columns = {
        name: [
            level_text(found[group, name]) if (group, name) in found else NOT_KNOWN
            for group in groups
        ]
        for name in names
    }
    return pd.DataFrame({head: list(groups), **columns})


def income_bands(summary: pd.DataFrame) -> list[str]:
    """Income bands that have patients, from the lowest to the highest."""
    every = [c.removeprefix("started_") for c in summary.columns if c.startswith("started_")]
    return [band for band in every if summary[f"eligible_{band}"].gt(0).any()]


def band_share(summary: pd.DataFrame, outcome: str, band: str) -> pd.DataFrame:
    """Share of a band's eligible patients that started, or stayed on, treatment: a row a run."""
    share = summary[f"{outcome}_{band}"] / summary[f"eligible_{band}"]
    return summary[["scenario", "seed"]].assign(share=share)


def bands(compared: Comparison) -> Chart:
    """Who starts treatment and stays on it, by income band and policy."""
    summary, names = compared.summary, compared.names
    every = income_bands(summary)
    found = {
        outcome: {
            (band, name): statistics.level(band_share(summary, outcome, band), name, "share")
            for band in every
            for name in names
        }
        for outcome in OUTCOMES
    }
    shares = {
        f"{name}: {words}": [found[outcome][band, name] for band in every]
        for outcome, words in OUTCOMES.items()
        for name in names
    }
    means = {head: [level.mean for level in levels] for head, levels in shares.items()}
    texts = {head: list(map(level_text, levels)) for head, levels in shares.items()}
    in_order = [f"{name}: {words}" for name in names for words in OUTCOMES.values()]
    return Chart(
        "bands",
        bands_title(compared, every),
        "Of the patients in each income band for whom treatment is right, the share that starts it "
        "(above) and that stays on it (below), over the whole run; mean over the runs with its 95% "
        "interval.",
        band_panels(found, names, every),
        pd.DataFrame({"Income band": every, **texts})[["Income band", *in_order]],
        Native(
            "bars",
            pd.DataFrame(means, pd.Index(every, name="Income band")),
            "share",
            style.marks(len(names)) + style.marks(len(names), hatched=True),
        ),
    )


def band_panels(found: dict[str, Table], names: Sequence[str], every: Sequence[str]) -> go.Figure:
    """Two panels of lines over the income bands, with the policies' names where the upper ends."""
    panel = max(PANEL, style.labels_height(names) // 2)
    inner = 2 * panel + NAME + GAP
    right, (angle, below) = style.label_margin(names), tick_slope(every, style.label_margin(names))
    figure = style.canvas(inner + NAME + below, right=right, top=NAME, bottom=below)
    texts = []
    for axis, top, outcome in (("", 1.0, "started"), ("2", panel / inner, "adherent")):
        for position, name in enumerate(names):
            line = [found[outcome][band, name] for band in every]
            add_line(figure, line, every, name, position, axis)
        texts.append(
            {"x": 0, "xref": "paper", "xanchor": "left", "y": top, "yref": "paper",
             "yanchor": "bottom", "showarrow": False, "borderpad": 3,
             "text": f"<b>Patients who {OUTCOMES[outcome]}</b>"}
        )  # fmt: skip
    ends = {name: [f.mean for band in every if isfinite((f := found["started"][band, name]).mean)][-1:]
            for name in names}  # fmt: skip
    looks = [style.look(position) for position, name in enumerate(names) if ends[name]]
    shown = [name for name in names if ends[name]]
    texts += style.end_labels(
        shown, looks, [ends[name][0] for name in shown], pixels=(panel, inner)
    )
    category = {**style.AXIS, "type": "category", "range": [-EDGE, len(every) - 1 + EDGE]}
    return figure.update_layout(
        annotations=texts,
        xaxis={**category, "showticklabels": False, "anchor": "y"},
        xaxis2={**category, "anchor": "y2", "tickangle": angle},
        yaxis=style.share_axis(1.0, domain=[1 - panel / inner, 1], dtick=0.25),
        yaxis2=style.share_axis(1.0, domain=[0, panel / inner], dtick=0.25),
    )


def tick_slope(every: Sequence[str], right: int) -> tuple[int, int]:
    """Angle of the bands' names and the pixels they need below, so that they fit a phone.

    Examples
    --------
    >>> tick_slope(["low", "middle", "high"], 100), tick_slope(["a long name", "another"] * 3, 100)
    ((0, 40), (-35, 77))
    """
    lengths = [len(band_name(band)) for band in every]
    between = (style.PHONE - style.LEFT - right) / (len(every) - 1 + 2 * EDGE)
    if max(map(sum, pairwise(lengths)), default=0) / 2 * TICK_CHARACTER <= between:
        return 0, 40
    return -35, int(30 + 0.57 * TICK_CHARACTER * max(lengths))


def band_name(band: str) -> str:
    """A band's name below its axis."""
    return style.plain(shortened(band, 16))


def add_line(
    figure: go.Figure, found: Sequence[Estimate], every: Sequence[str], name: str, position: int,
    axis: str,
) -> None:  # fmt: skip
    """One policy from the lowest band to the highest."""
    look = style.look(position)
    figure.add_scatter(
        x=[band_name(band) for band in every], y=[f.mean for f in found],
        xaxis=f"x{axis}", yaxis=f"y{axis}", mode="lines+markers", name=style.plain(name),
        line={"color": look.colour, "dash": look.dash, "width": 3},
        marker={"symbol": look.symbol, "size": 10},
        error_y={"type": "data", "array": [half_width(f) for f in found], "thickness": 2,
                 "width": 0, "color": look.colour},
        hovertemplate="%{x}: %{y:.1%}<extra>%{fullData.name}</extra>",
    )  # fmt: skip


def bands_title(compared: Comparison, every: Sequence[str]) -> str:
    """What share of the lowest and the highest band stays on treatment."""
    low, high = (band_share(compared.summary, "adherent", band) for band in (every[0], every[-1]))

    def shares(name: str) -> list[str]:
        return [percent(statistics.level(rows, name, "share").mean) for rows in (low, high)]

    lowest, highest = quoted(every[0]), quoted(every[-1])
    if len(compared.names) == 1:
        least, most = shares(compared.first)
        return f"{least} of patients in the band {lowest} stay on treatment, {most} in {highest}"
    policy, other = compared.contrast(ON_TREATMENT)
    (least, most), (other_least, other_most) = shares(policy), shares(other)
    changes = [statistics.difference(rows, policy, other, "share") for rows in (low, high)]
    apart = any(map(separated, changes))
    return (
        f"{quoted(policy)} keeps {least} of the band {lowest} on treatment and {most} of "
        f"{highest}; {quoted(other)} keeps {other_least} and {other_most}"
        f"{'' if apart else not_told_apart(changes[0].interval)}"
    )
