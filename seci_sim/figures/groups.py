"""Who gains: the same results by market and by income band."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from seci_sim.experiment import statistics
from seci_sim.experiment.statistics import Estimate
from seci_sim.experiment.wording import NOT_KNOWN, lately, not_told_apart, percent, quoted, signed
from seci_sim.figures import style
from seci_sim.figures.rows import GAP, NAME, half_width, level_text, pixel_axis, write
from seci_sim.figures.style import Chart
from seci_sim.parameters import WEEKS_A_YEAR

DOT = 17
"""Pixels of one policy's line in a market's row."""

VALUE = 62
"""Pixels of a value at the end of a line."""

PANEL = 170
"""Pixels of each of the two panels by income band."""

Table = dict[tuple[str, str], Estimate]
"""What was found for a group (market, band) and a policy; a missing one does not exist there."""


def markets(
    weekly: pd.DataFrame, summary: pd.DataFrame, names: Sequence[str], places: Sequence[str]
) -> Chart:
    """Needs met in every market under every policy."""
    last = int(weekly["week"].max())
    late = weekly[(weekly["week"] > last - WEEKS_A_YEAR) & weekly["market"].isin(places)]
    yearly = late.groupby(["market", "scenario", "seed"], as_index=False, observed=True)[
        "needs_met"
    ].mean()
    rows = {str(place): found for place, found in yearly.groupby("market", observed=True)}
    found = {
        (place, name): statistics.level(rows[place], name, "needs_met")
        for place in places
        for name in names
        if place in rows and (rows[place]["scenario"] == name).any()
    }
    return Chart(
        "markets",
        markets_title(rows, summary, names),
        f"Share of patients' needs met in each market {lately(last)}: mean over the runs with its "
        "95% interval. The sentence counts the markets in which the interval of the paired "
        "difference lies above 0.",
        dots(found, names, places),
        group_table("Market", found, names, places),
    )


def markets_title(
    rows: dict[str, pd.DataFrame], summary: pd.DataFrame, names: Sequence[str]
) -> str:
    """In how many markets the favoured policy meets more needs, and where it gains most."""
    policy, other = statistics.contrast(summary, names)
    changes = {
        place: statistics.difference(found, policy, other, "needs_met")
        for place, found in rows.items()
        if {policy, other} <= set(found["scenario"])
    }
    if not changes:
        return f"{quoted(policy)} and {quoted(other)} share no market"
    least = min(changes, key=lambda place: changes[place].mean)
    most = max(changes, key=lambda place: changes[place].mean)
    low, high = (signed(100 * changes[place].mean) for place in (least, most))
    extent = f"{low} points in {least} to {high} in {most}"
    if changes[least].interval is None:
        return f"{quoted(policy)} less {quoted(other)}: {extent}{not_told_apart(changes[least])}"
    gains = sum(change.mean > 0 for change in changes.values() if statistics.separated(change))
    return (
        f"In {gains} of {len(changes)} markets {quoted(policy)} meets more needs than "
        f"{quoted(other)}: {extent}"
    )


def dots(found: Table, names: Sequence[str], groups: Sequence[str]) -> go.Figure:
    """Above, how each policy is drawn; below, a row a group, in it a line a policy."""
    key = NAME * len(names) + GAP
    block = NAME + DOT * len(names) + GAP
    height = key + len(groups) * block
    figure = style.canvas(height + 40, left=4, right=VALUE, bottom=40)
    longest = max((f.mean + half_width(f) for f in found.values()), default=0.01) or 0.01
    for position, name in enumerate(names):
        middle = NAME * (position + 0.5)
        figure.add_scatter(x=[longest * 0.03], y=[middle], hoverinfo="skip", **mark(position, name))
        write(figure, style.row_name(name), middle, x=0.03, xshift=12)
    for row, group in enumerate(groups):
        start = key + row * block
        write(figure, f"<b>{style.row_name(group)}</b>", start + NAME / 2)
        for position, name in enumerate(names):
            if (group, name) in found:
                middle = start + NAME + DOT * (position + 0.5)
                add_dot(figure, found[group, name], name, position, middle)
    return figure.update_layout(xaxis=style.share_axis(longest * 1.02), yaxis=pixel_axis(height))


def mark(position: int, name: str) -> dict[str, Any]:
    """How a policy's dot is drawn."""
    look = style.look(position)
    return {
        "mode": "markers",
        "name": style.plain(name),
        "marker": {"color": look.colour, "symbol": look.symbol, "size": 11},
    }


def add_dot(figure: go.Figure, found: Estimate, name: str, position: int, middle: float) -> None:
    """One policy's dot with its interval and its value."""
    figure.add_scatter(
        x=[found.mean], y=[middle], **mark(position, name),
        error_x={"type": "data", "array": [half_width(found)], "thickness": 2, "width": 0,
                 "color": style.look(position).colour, "visible": found.interval is not None},
        hovertemplate=f"{level_text(found)}<extra>%{{fullData.name}}</extra>",
    )  # fmt: skip
    figure.add_annotation(
        x=found.mean + half_width(found), y=middle, xanchor="left", xshift=9, yanchor="middle",
        showarrow=False, align="left", text=f"<b>{percent(found.mean)}</b>",
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
    """Names of the income bands that a summary holds, from the lowest to the highest."""
    return [c.removeprefix("started_") for c in summary.columns if c.startswith("started_")]


def starts_differ(summary: pd.DataFrame, names: Sequence[str]) -> bool:
    """Whether policies are told apart in who starts treatment, as different prices do."""
    every = income_bands(summary)
    ends = [band_share(summary, "started", band) for band in (every[0], every[-1])]
    return any(
        statistics.separated(statistics.difference(rows, name, names[0], "share"))
        for rows in ends
        for name in names[1:]
    )


def band_share(summary: pd.DataFrame, outcome: str, band: str) -> pd.DataFrame:
    """Share of a band's eligible patients that started, or stayed on, treatment: a row a run."""
    share = summary[f"{outcome}_{band}"] / summary[f"eligible_{band}"]
    return summary[["scenario", "seed"]].assign(share=share)


def bands(summary: pd.DataFrame, names: Sequence[str]) -> Chart:
    """Who starts treatment and stays on it, by income band and policy."""
    every = income_bands(summary)
    panel = max(PANEL, style.labels_height(names) // 2)
    height = 2 * panel + 2 * NAME + GAP + 40
    figure = style.canvas(height, right=style.label_margin(names), top=NAME, bottom=40)
    found = {
        outcome: {
            (band, name): statistics.level(band_share(summary, outcome, band), name, "share")
            for band in every
            for name in names
        }
        for outcome in ("started", "adherent")
    }
    inner = style.inner_height(figure)
    for axis, outcome, words in (
        ("", "started", "start treatment"),
        ("2", "adherent", "stay on it"),
    ):
        for position, name in enumerate(names):
            add_line(
                figure, [found[outcome][band, name] for band in every], every, name, position, axis
            )
        top = 0 if axis == "" else inner - panel
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=1 - top / inner, yref="paper", yanchor="bottom",
            showarrow=False, text=f"<b>Patients who {words}</b>", borderpad=3,
        )  # fmt: skip
    ends = [found["started"][every[-1], name].mean for name in names]
    looks = [style.look(position) for position in range(len(names))]
    style.label_ends(figure, names, looks, ends, top=1.0, pixels=(panel, inner))
    category = {**style.AXIS, "type": "category", "range": [-0.15, len(every) - 0.85]}
    hidden = {"showticklabels": False, "anchor": "y"}
    figure.update_layout(
        xaxis={**category, **hidden}, xaxis2={**category, "anchor": "y2"},
        yaxis=style.share_axis(1.0, domain=[1 - panel / inner, 1], dtick=0.25),
        yaxis2=style.share_axis(1.0, domain=[0, panel / inner], dtick=0.25),
    )  # fmt: skip
    return Chart(
        "bands",
        bands_title(summary, names, every),
        "Of the patients in each income band for whom treatment is right, the share that starts it "
        "(above) and that stays on it (below), over the whole run; mean over the runs with its 95% "
        "interval.",
        figure,
        bands_table(found, names, every),
    )


def add_line(
    figure: go.Figure, found: Sequence[Estimate], every: Sequence[str], name: str, position: int,
    axis: str,
) -> None:  # fmt: skip
    """One policy from the lowest band to the highest."""
    look = style.look(position)
    figure.add_scatter(
        x=[style.row_name(band) for band in every], y=[f.mean for f in found],
        xaxis=f"x{axis}", yaxis=f"y{axis}", mode="lines+markers", name=style.plain(name),
        line={"color": look.colour, "dash": look.dash, "width": 3},
        marker={"symbol": look.symbol, "size": 10},
        error_y={"type": "data", "array": [half_width(f) for f in found], "thickness": 2,
                 "width": 0, "color": look.colour},
        hovertemplate="%{x}: %{y:.1%}<extra>%{fullData.name}</extra>",
    )  # fmt: skip


def bands_title(summary: pd.DataFrame, names: Sequence[str], every: Sequence[str]) -> str:
    """What share of the lowest and the highest band stays on treatment."""
    lowest, highest = (band_share(summary, "adherent", band) for band in (every[0], every[-1]))

    def shares(name: str) -> list[str]:
        return [percent(statistics.level(rows, name, "share").mean) for rows in (lowest, highest)]

    if len(names) == 1:
        low, high = shares(names[0])
        return f"{low} of patients in the band {quoted(every[0])} stay on treatment, {high} in {quoted(every[-1])}"
    policy, other = statistics.contrast(summary, names)
    (low, high), (other_low, other_high) = shares(policy), shares(other)
    sentence = (
        f"{quoted(policy)} keeps {low} of the band {quoted(every[0])} on treatment and {high} of "
        f"{quoted(every[-1])}; {quoted(other)} keeps {other_low} and {other_high}"
    )
    changes = [statistics.difference(rows, policy, other, "share") for rows in (lowest, highest)]
    apart = any(map(statistics.separated, changes))
    return sentence if apart else sentence + not_told_apart(changes[0])


def bands_table(
    found: dict[str, Table], names: Sequence[str], every: Sequence[str]
) -> pd.DataFrame:
    """A row an income band, two columns a policy, as text."""
    columns = {
        f"{name}: {word}": [level_text(found[outcome][band, name]) for band in every]
        for name in names
        for outcome, word in (("started", "start treatment"), ("adherent", "stay on it"))
    }
    return pd.DataFrame({"Income band": list(every), **columns})
