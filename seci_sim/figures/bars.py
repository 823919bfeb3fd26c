"""A row for each policy or parameter: a dot or a bar with its interval, and words at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from seci_sim.experiment.analyses.comparison import LABEL
from seci_sim.experiment.analyses.sobol_indices import MOST_NOISE, Indices
from seci_sim.figures import style
from seci_sim.figures.rows import left_text, pixel_axis
from seci_sim.figures.style import Chart
from seci_sim.words import (
    change_range,
    change_unit,
    changed,
    listed,
    measured,
    percent,
    quoted,
    setting,
    shortened,
    significant,
    spoken,
)

NAME, BAR, GAP = 20, 18, 8
"""Pixels of a line of words, of a bar, and between two rows."""

NAME_LENGTH = 42
"""Characters of a row's name and words that fit a phone together."""

MOST_BARS = 20
"""Parameters that a picture shows; its table holds all."""

NAMED = 3
"""Parameters that a title names."""

MOST_TOLD = 5
"""Policies whose change a title tells."""


@dataclass(frozen=True)
class Row:
    """One row: a value, its interval, and what is said of it."""

    name: str
    value: float
    low: float
    high: float
    words: str
    strong: bool
    """Whether it is told from nothing."""


def dots(rows: Sequence[Row], unit: str) -> go.Figure:
    """Dots with intervals around 0."""
    figure, height = _canvas(rows)
    for strong in (True, False):
        own = [(row, place) for place, row in enumerate(rows) if row.strong is strong]
        figure.add_scatter(
            x=[row.value for row, _ in own], y=[_middle(place, rows) for _, place in own], mode="markers",
            marker={"size": 11, "color": style.COLOURS[1] if strong else "white",
                    "line": {"width": 2, "color": style.COLOURS[1] if strong else style.QUIET}},
            error_x={"type": "data", "symmetric": False, "thickness": 2, "width": 5,
                     "color": style.COLOURS[1] if strong else style.QUIET,
                     "array": [row.high - row.value for row, _ in own],
                     "arrayminus": [row.value - row.low for row, _ in own]},
            customdata=[row.words for row, _ in own], hovertemplate="%{customdata}<extra></extra>",
        )  # fmt: skip
    ends = [end for row in rows for end in (row.low, row.high, 0.0)]
    return _finished(figure, rows, height, min(ends), max(ends), unit)


def bars(rows: Sequence[Row], unit: str) -> go.Figure:
    """Bars from 0; hollow where nothing is told from noise."""
    figure, height = _canvas(rows)
    for place, row in enumerate(rows):
        colour = style.TACIT if row.strong else style.ROUTINE
        figure.add_bar(
            x=[row.value], y=[_middle(place, rows)], width=[BAR - 4], orientation="h",
            marker={"color": colour, "line": {"color": style.QUIET, "width": 0 if row.strong else 1}},
            error_x={"type": "data", "symmetric": False, "array": [max(0.0, row.high - row.value)],
                     "arrayminus": [max(0.0, row.value - row.low)], "thickness": 2, "width": 4,
                     "color": style.INK, "visible": row.high > row.low},
            hovertemplate=f"{style.plain(row.words)}<extra></extra>",
        )  # fmt: skip
    ends = [end for row in rows for end in (row.low, row.high, row.value, 0.0)]
    figure.update_layout(barmode="overlay")
    return _finished(figure, rows, height, min(ends), max(ends), unit)


def _canvas(rows: Sequence[Row]) -> tuple[go.Figure, int]:
    height = len(rows) * _row_height(rows)
    return style.canvas(height + 44, left=8, right=12, top=4, bottom=40), height


def _row_height(rows: Sequence[Row]) -> int:
    """Pixels of a row: words stand beside the names where all fit a phone, else below them."""
    beside = all(len(row.name) + len(row.words) <= NAME_LENGTH for row in rows)
    return NAME * (1 if beside else 2) + BAR + GAP


def _middle(place: int, rows: Sequence[Row]) -> float:
    """Pixels from the top to the middle of a row's bar."""
    return (place + 1) * _row_height(rows) - GAP - BAR / 2


def _finished(
    figure: go.Figure, rows: Sequence[Row], height: int, low: float, high: float, unit: str
) -> go.Figure:
    """Names and words above each bar, and the axis."""
    margin = (high - low) * 0.04 or 1.0
    texts = []
    between = "<br>" if _row_height(rows) > NAME + BAR + GAP else "  "
    for place, row in enumerate(rows):
        name = style.plain(shortened(row.name, NAME_LENGTH))
        top = _middle(place, rows) - BAR / 2 - 2
        words = f"<b>{name}</b>{between}{style.plain(row.words)}"
        texts.append(left_text(words, top, yanchor="bottom", bgcolor="white"))
    axis = {**style.AXIS, "range": [low - margin, high + margin], "gridcolor": style.RULE,
            "zeroline": True, "zerolinecolor": style.QUIET, "zerolinewidth": 1.5, "nticks": 7}  # fmt: skip
    if unit == "share":
        axis |= {"tickformat": ".1%" if high - low < 0.06 else ".0%"}
    return figure.update_layout(annotations=texts, xaxis=axis, yaxis=pixel_axis(height))


def comparison(found: pd.DataFrame, outcome: str, unit: str) -> Chart:
    """Every policy's change from the first in one outcome.

    Parameters
    ----------
    found : DataFrame
        As `seci_sim.experiment.analyses.comparison.comparison` gives it.
    """
    own = found[found["outcome"] == outcome].reset_index(drop=True)
    first, others = own.iloc[0], own.iloc[1:]
    rows = [
        Row(row[LABEL], row["change"], row["change_low"], row["change_high"],
            f"{measured(row['mean'], unit)}, {changed(row['change'], unit)} "
            f"({change_range(row['change_low'], row['change_high'], unit)})", bool(row["apart"]))
        for row in others.to_dict("records")
    ]  # fmt: skip
    return Chart(
        f"comparison-{outcome}",
        _comparison_title(own, outcome, unit),
        f"Change of {spoken(outcome)} from {quoted(first[LABEL])} ({measured(first['mean'], unit)}), "
        "run by run on the same luck. Intervals hold together in 95% of experiments; a hollow dot is "
        "not told from no change.",
        dots(rows, unit),
        _comparison_table(own, unit),
    )


def _comparison_title(own: pd.DataFrame, outcome: str, unit: str) -> str:
    first, others = own.iloc[0], own.iloc[1:]
    apart = others[others["apart"].astype(bool)]
    if apart.empty:
        could = others["detectable"].astype(float).max()
        return (
            f"These runs tell nothing from {quoted(first[LABEL])} in {spoken(outcome)}; nine in ten "
            f"would have shown a change of {changed(could, unit).lstrip('+')} {change_unit(unit)}"
        )
    by_size = others.iloc[np.argsort(-others["change"].abs().to_numpy(), kind="stable")]
    told = by_size[by_size["apart"].astype(bool)].head(MOST_TOLD)
    said = [
        f"{quoted(row[LABEL])} {changed(row['change'], unit)} "
        f"({change_range(row['change_low'], row['change_high'], unit)})"
        for row in told.to_dict("records")
    ]
    same = [quoted(name) for name in others[LABEL] if name not in set(apart[LABEL])]
    left = len(apart) - len(told)
    rest = [
        f"{left} more, in the table" if left else "",
        f"not told from it: {listed(same)}" if same else "",
    ]
    begun = (
        f"{spoken(outcome).capitalize()} {_are(outcome)} {measured(first['mean'], unit)} under "
        f"{quoted(first[LABEL])}; against that, in {change_unit(unit)}: {', '.join(said)}"
    )
    return "; ".join(filter(None, [begun, *rest]))


def _are(outcome: str) -> str:
    return "are" if outcome.startswith(("needs", "hours")) else "is"


def _comparison_table(own: pd.DataFrame, unit: str) -> pd.DataFrame:
    rows = []
    for row in own.to_dict("records"):
        known = row["change"] == row["change"]
        interval = f"{measured(row['low'], unit)} to {measured(row['high'], unit)}"
        rows.append(
            {
                "Policy": row[LABEL],
                "Mean (95% interval)": f"{measured(row['mean'], unit)} ({interval})",
                "Change (all hold together in 95%)": f"{changed(row['change'], unit)} "
                f"({change_range(row['change_low'], row['change_high'], unit)})" if known else "–",
                "Higher in": f"{row['better']:.0f} of {row['runs']}" if known else "–",
                "Effect size d": significant(row["effect_size"], 2)
                if known and row["effect_size"] == row["effect_size"] and row["effect_size"] is not None
                else "–",
                "Detectable": changed(row["detectable"], unit).lstrip("+") if known else "–",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def screening(found: pd.DataFrame, outcome: str, unit: str) -> Chart:
    """The size of each parameter's elementary effects, and which of them are luck.

    Parameters
    ----------
    found : DataFrame
        As `seci_sim.experiment.analyses.morris.morris` gives it.
    """
    rows = [
        Row(spoken(row["factor"]), row["mu_star"], row["mu_star"], row["mu_star"],
            f"{changed(row['mu_star'], unit).lstrip('+')}: {ranked(row)}", bool(row["matters"]))
        for row in found.head(MOST_BARS).to_dict("records")
    ]  # fmt: skip
    matter = found[found["matters"].astype(bool)]
    largest = listed([quoted(spoken(name)) for name in matter["factor"].head(NAMED)])
    said = f"; the largest effects are those of {largest}" if len(matter) else ""
    return Chart(
        "screening",
        f"{len(matter)} of {len(found)} parameters move {spoken(outcome)} by more than luck does{said}",
        f"Mean size of the elementary effects (Morris's μ*): change of {spoken(outcome)} in "
        f"{change_unit(unit)}, per whole range of a parameter. Ranks are 95% intervals; grey bars "
        "are not told from luck, and not ranked.",
        bars(rows, unit),
        pd.DataFrame(
            [
                {
                    "Parameter": row["factor"],
                    "μ*": changed(row["mu_star"], unit).lstrip("+"),
                    "μ": changed(row["mu"], unit),
                    "σ": changed(row["sigma"], unit).lstrip("+"),
                    "Share of luck": percent(row["noise_share"], 0),
                    "Rank": ranked(row),
                }
                for row in found.to_dict("records")
            ]
        ),
    )


def ranked(row: Mapping[Any, Any]) -> str:
    """A rank with its range, or that there is none.

    Examples
    --------
    >>> ranked({"rank_low": 2.0, "rank_high": 4.0}), ranked({"rank_low": 1.0, "rank_high": 1.0})
    ('rank 2 to 4', 'rank 1')
    >>> ranked({"rank_low": float("nan"), "rank_high": float("nan")})
    'inside the noise'
    """
    low, high = row["rank_low"], row["rank_high"]
    if low != low:
        return "inside the noise"
    return f"rank {low:.0f}" if low == high else f"rank {low:.0f} to {high:.0f}"


def variance(found: Indices, outcome: str) -> Chart:
    """Total Sobol indices, and the share of luck beside them."""
    noise = found.variance.noise_share
    rows = [
        Row(spoken(row["factor"]), row["total"], row["total_low"], row["total_high"],
            f"total {percent(row['total'], 0)}, alone {percent(row['first'], 0)}; {ranked(row)}",
            bool(row["matters"]))
        for row in found.table.head(MOST_BARS).to_dict("records")
    ]  # fmt: skip
    rows.append(
        Row("luck", noise, noise, noise, f"{percent(noise, 0)} of the means' variance", False)
    )
    if noise > MOST_NOISE:
        sentence = (
            f"{percent(noise, 0)} of the variance of {spoken(outcome)} is luck: with so few "
            "replications no parameter can be ranked"
        )
    else:
        top = found.table[found.table["matters"].astype(bool)]["factor"].head(NAMED)
        sentence = (
            f"{listed([quoted(spoken(name)) for name in top]) or 'No parameter'} explain most of the "
            f"variance of {spoken(outcome)}; {percent(noise, 0)} of what was seen is luck"
        )
    columns = {"factor": "Parameter", "first": "Alone", "total": "With interactions"}
    text = found.table[list(columns)].rename(columns=columns)
    for name in ("first", "total"):
        low, high = found.table[f"{name}_low"], found.table[f"{name}_high"]
        text[columns[name]] = [
            f"{significant(v, 2)} ({significant(a, 2)} to {significant(b, 2)})"
            for v, a, b in zip(found.table[name], low, high, strict=True)
        ]
    text["Rank"] = [ranked(row) for row in found.table.to_dict("records")]
    return Chart(
        "variance",
        sentence,
        f"Total Sobol indices of {spoken(outcome)}: share of its variance that a parameter takes part "
        "in, with its 95% interval, after luck is taken off; the last bar is the share of luck.",
        bars(rows, "share"),
        text,
    )


def tornado(found: pd.DataFrame, outcome: str, unit: str, units: dict[str, str]) -> Chart:
    """Change of an outcome when one parameter goes to either end of its range.

    Parameters
    ----------
    found : DataFrame
        As `seci_sim.experiment.analyses.tornado.tornado` gives it.
    units : dict
        Unit of each parameter.
    """
    rows = [
        Row(f"{spoken(row['factor'])} {setting(row['value'], units[row['factor']])}",
            row["change"], row["low"], row["high"],
            f"{changed(row['change'], unit)} ({change_range(row['low'], row['high'], unit)})",
            bool(row["apart"]))
        for row in found.head(MOST_BARS).to_dict("records")
    ]  # fmt: skip
    apart = list(dict.fromkeys(found["factor"][found["apart"].astype(bool)]))
    count = found["factor"].nunique()
    named = listed([quoted(spoken(name)) for name in apart[:NAMED]])
    return Chart(
        "tornado",
        f"{len(apart)} of {count} parameters move {spoken(outcome)} at either end of their range"
        + (f", most of all {named}" if apart else ""),
        f"Change of {spoken(outcome)} ({change_unit(unit)}) when one parameter goes to an end of its "
        "range and the others stay; 95% intervals. Grey bars are not told from luck (Holm).",
        bars(rows, unit),
        pd.DataFrame(
            {
                "Parameter": [row.name for row in rows],
                "Change": [row.words for row in rows],
                "Told from luck": ["yes" if row.strong else "no" for row in rows],
            }
        ),
    )
