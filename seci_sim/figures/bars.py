"""A row for each policy or parameter: a dot or a bar with its interval, and words at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seci_sim.figures import style
from seci_sim.figures.drawing import Drawing
from seci_sim.figures.rows import left_text, pixel_axis
from seci_sim.words import shortened

NAME, BAR, GAP = 20, 18, 8
"""Pixels of a line of words, of a bar, and between two rows."""

NAME_LENGTH = 42
"""Characters of a row's name and words that fit a phone together."""

MOST_BARS = 20
"""Parameters that a picture shows; its table holds all."""

NAMED = 3
"""Parameters that a title names."""


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


def dots(rows: Sequence[Row], unit: str) -> Drawing:
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


def bars(rows: Sequence[Row], unit: str) -> Drawing:
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


def _canvas(rows: Sequence[Row]) -> tuple[Drawing, int]:
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
    figure: Drawing, rows: Sequence[Row], height: int, low: float, high: float, unit: str
) -> Drawing:
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
