"""How every chart looks: colours, dashes, sizes, and labels that keep clear of each other.

Colours are those of Okabe and Ito, which people with any kind of colour vision tell apart; dashes,
symbols and hatches say the same once more, for paper. Blue stands for tacit and orange for
explicit knowledge, everywhere; policies take the other colours.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from seci_sim.figures.drawing import Drawing
from seci_sim.words import shortened

if TYPE_CHECKING:
    import plotly.graph_objects as go

TACIT, EXPLICIT = "#0072B2", "#E69F00"
TACIT_TINT, EXPLICIT_TINT = "#E6F1F8", "#FDF4E0"
INK, QUIET, RULE, ROUTINE = "#1F1F1F", "#5A5A5A", "#DDDDDD", "#D9D9D9"
ZERO = 14
"""Pixels left of an axis that begins with 0, so that plotly does not leave out its label."""
FONT = "'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
SIZE = 15
"""Pixels of a chart's text."""
LINE = 18
"""Pixels from one line of a label to the next."""
LEFT = 54
"""Pixels of an axis of percentages, at the left."""
PHONE = 358
"""Pixels of a chart on a narrow phone."""
NAME_LENGTH = 26
"""Characters of a policy's or a market's name that fit a phone."""

TITLE_CHARACTER = 8.6
"""Pixels of a bold character of a title, on average."""

NO_TEMPLATE = {"data": {"scatter": [{"type": "scatter"}]}}
"""What plotly calls ``none``; without any, its own figures take one of theirs."""

WEEKS = (1, 2, 4, 13, 26, 52, 104, 260, 520, 1040)
"""How far ticks of an axis of weeks may be apart."""

POINTS = "percentage points"
"""Unit of differences of shares: a hundred times what the tables hold."""

Kind = Literal["lines", "bars", "stacked"]
"""Charts that other programs draw."""

Text = dict[str, Any]
"""A plotly annotation. A figure gets all of its own at once: it checks the old ones with each new."""


@dataclass(frozen=True)
class Look:
    """How one policy is drawn in every chart."""

    colour: str
    dash: str
    symbol: str


@dataclass(frozen=True)
class Mark:
    """How a program that draws charts itself draws a curve or a kind of bar."""

    colour: str
    """As ``#RRGGBB``."""
    dash: str = "solid"
    """One of `DASHES`."""
    hatched: bool = False
    thin: bool = False
    """For the lower and the upper end of what the column before holds: edges of a band, which no key
    names, or the ends of a line on a bar."""


@dataclass(frozen=True)
class Native:
    """A chart as numbers, for workbooks and slides, which draw it themselves."""

    kind: Kind
    numbers: pd.DataFrame
    """A column a curve or a kind of bar, named for the reader; NaN where there is no value. The
    index is what lies across, and is called after it: weeks, or policies, markets, income bands."""
    unit: str
    """``share``, or what else the numbers count."""
    marks: tuple[Mark, ...]
    """Of the columns."""
    across: str = ""
    """Unit of what lies across below curves: ``share`` or another; none where it is weeks or periods."""
    edges: str = ""
    """What thin marks hold, in words."""

    @property
    def axis(self) -> dict[str, float]:
        """Ends of what lies across below curves, and for weeks how far ticks are apart.

        Examples
        --------
        >>> Native("lines", pd.DataFrame({"a": 0.0}, range(1, 209)), "share", (Mark("#000000"),)).axis
        {'min': 0, 'max': 208, 'major_unit': 52}
        """
        low, high = self.numbers.index[[0, -1]].tolist()
        if not self.across:
            return {"min": 0, "max": high, "major_unit": step_of(high, WEEKS)}
        return rounded(low, high)

    @property
    def titles(self) -> tuple[str, str]:
        """What stands beside the axis of curves' weeks, and beside that of numbers; nothing for shares.

        Examples
        --------
        >>> numbers = pd.DataFrame({"a": 0.0}, pd.Index([1], name="Week"))
        >>> Native("lines", numbers, "share", (Mark("#000000"),), edges="nine worlds of ten").titles
        ('week; thin lines: nine worlds of ten', '')
        """
        unit = "" if self.unit == "share" else self.unit
        if self.kind == "lines":
            lines = f"; thin lines: {self.edges}" if self.edges else ""
            return f"{str(self.numbers.index.name).lower()}{lines}", unit
        return "", f"{unit}; line: {self.edges}" if self.edges else unit


def rounded(low: float, high: float) -> dict[str, float]:
    """Ends of an axis that holds a range, and how far its ticks are apart, all of them round.

    Examples
    --------
    >>> rounded(0.1013, 0.4987)
    {'min': 0.1, 'max': 0.5, 'major_unit': 0.1}
    """
    scale = 10.0 ** np.floor(np.log10(max(high - low, 1e-9)))
    step = step_of(high - low, [scale * part for part in (0.1, 0.2, 0.5, 1, 2)])
    ends = (np.floor(low / step + 1e-9) * step, np.ceil(high / step - 1e-9) * step, step)
    return dict(
        zip(("min", "max", "major_unit"), (float(f"{end:.12g}") for end in ends), strict=True)
    )


def line_of(native: Native, place: int) -> list[float] | None:
    """How long the lines on bars are, down from their upper ends; None if a column is not of upper ends.

    A line need not reach the end of its bar: luck and doubt may leave less than the file's own numbers.

    Examples
    --------
    >>> numbers = pd.DataFrame({"mean": [3.0], "low": [1.0], "high": [7.0]}, ["A"])
    >>> marks = (Mark("#000000"), Mark("#000000", thin=True), Mark("#000000", thin=True))
    >>> [line_of(Native("bars", numbers, "hours", marks), place) for place in range(3)]
    [None, None, [6.0]]
    """
    marks, numbers = native.marks, native.numbers
    if native.kind == "lines" or not (place and marks[place - 1].thin and marks[place].thin):
        return None
    return (numbers.iloc[:, place] - numbers.iloc[:, place - 1]).fillna(0).tolist()


def span_of(native: Native) -> dict[str, float]:
    """Ends of the axis along bars, and how far its ticks are apart; none where the program may choose.

    Examples
    --------
    >>> numbers = pd.DataFrame({"mean": [3.0], "low": [-1.0], "high": [7.0]}, ["A"])
    >>> span_of(Native("bars", numbers, "hours", (Mark("#000000"), *[Mark("#000000", thin=True)] * 2)))
    {'min': -2.0, 'max': 8.0, 'major_unit': 2.0}
    """
    numbers = native.numbers
    ends = numbers.sum(axis=1) if native.kind == "stacked" else numbers
    low, high = (
        float(np.nanmin([0.0, *ends.to_numpy().flat])),
        float(np.nanmax([0.0, *ends.to_numpy().flat])),
    )
    return {} if native.kind == "lines" or low == high else rounded(low, high)


@dataclass(frozen=True)
class Chart:
    """A picture, the sentence above it, and the same for those who do not see it."""

    key: str
    """What is drawn, in one word; stays the same from report to report."""
    title: str
    """The finding, as a sentence made from the numbers."""
    description: str
    """What the picture shows and how to read it."""
    drawing: Drawing
    table: pd.DataFrame
    """The numbers drawn, as text."""
    native: Native | None = None
    """The same for other programs; None where no chart of theirs holds it."""

    @property
    def figure(self) -> go.Figure:
        """The picture as plotly's own figure, which notebooks show."""
        return self.drawing.figure()


COLOURS = ("#000000", "#009E73", "#D55E00", "#CC79A7", "#56B4E9")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "triangle-down")


def look(position: int) -> Look:
    """How the policy in this position is drawn; no two of the first 210 are drawn alike.

    Examples
    --------
    >>> look(0)
    Look(colour='#000000', dash='solid', symbol='circle')
    >>> len({look(position) for position in range(210)})
    210
    """
    return Look(
        COLOURS[position % len(COLOURS)],
        DASHES[position % len(DASHES)],
        SYMBOLS[position % len(SYMBOLS)],
    )


def marks(count: int, *, hatched: bool = False) -> tuple[Mark, ...]:
    """How so many policies are drawn by other programs."""
    looks = map(look, range(count))
    return tuple(Mark(one.colour, one.dash, hatched) for one in looks)


def plain(text: str) -> str:
    """Text in which plotly finds no markup.

    Examples
    --------
    >>> plain("<b>R&D</b>")
    '&lt;b&gt;R&amp;D&lt;/b&gt;'
    """
    return html.escape(text, quote=False)


def row_name(name: str) -> str:
    """A name for the head of a row."""
    return plain(shortened(name, NAME_LENGTH))


def canvas(
    height: int, *, left: int = LEFT, right: int = 12, top: int = 10, bottom: int = 50
) -> Drawing:
    """An empty figure, as wide as its reader's page or phone, whose margins nothing moves."""
    figure = Drawing()
    figure.update_layout(
        template=NO_TEMPLATE,
        height=height,
        margin={"l": left, "r": right, "t": top, "b": bottom, "pad": 0, "autoexpand": False},
        font={"family": FONT, "size": SIZE, "color": INK},
        paper_bgcolor="white",
        plot_bgcolor="white",
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        hoverlabel={"font": {"family": FONT, "size": SIZE}, "namelength": -1},
        bargap=0,
    )
    return figure


AXIS = {
    "fixedrange": True, "zeroline": False, "showline": False, "automargin": False,
    "ticks": "outside", "ticklen": 5, "tickcolor": "white",
}  # fmt: skip
HIDDEN = {**AXIS, "visible": False}


def share_axis(top: float, **more: Any) -> dict[str, Any]:
    """An axis of percentages from 0 to the given share."""
    return {
        **AXIS,
        "range": [0, top],
        "tickformat": ".0%" if top > 0.05 else ".1%",
        "dtick": step_of(top, (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)),
        "gridcolor": RULE,
        **more,
    }


def number_axis(top: float, **more: Any) -> dict[str, Any]:
    """An axis of numbers from 0 to the given one."""
    steps = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
    return {**AXIS, "range": [0, top], "dtick": step_of(top, steps), "gridcolor": RULE, **more}


def step_of(length: float, steps: Sequence[float], most: int = 5) -> float:
    """The smallest step that leaves at most so many ticks on an axis.

    Examples
    --------
    >>> step_of(208, (13, 26, 52, 104)), step_of(99, (1, 2))
    (52, 2)
    """
    return next((step for step in steps if length / step <= most), steps[-1])


def week_axis(horizon: int, **more: Any) -> dict[str, Any]:
    """An axis of weeks that is ticked in years where there are years to tick."""
    return {
        **AXIS,
        "range": [0, horizon],
        "dtick": step_of(horizon, WEEKS),
        "gridcolor": RULE,
        "title": {"text": "week", "standoff": 2, "font": {"size": SIZE}},
        **more,
    }


def round_up(share: float) -> float:
    """The next tenth, from 0.1 to 1, so that curves fill their chart.

    Examples
    --------
    >>> round_up(0.431), round_up(0.0), round_up(1.0)
    (0.5, 0.1, 1.0)
    """
    return min(1.0, max(1, int(np.ceil(round(share * 10, 6)))) / 10)


def titled(chart: Chart, width: int) -> Drawing:
    """The picture with its sentence above it, as wide as asked, to stand without its page."""
    lines = textwrap.wrap(chart.title, int(width / TITLE_CHARACTER))
    figure = Drawing(chart.drawing.data, dict(chart.drawing.layout))
    margin, more = figure.layout["margin"], (LINE + 2) * len(lines) + 16
    sentence: Text = {
        "x": 0, "xref": "paper", "xanchor": "left", "xshift": 8 - margin["l"], "align": "left",
        "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": margin["t"] + 6, "showarrow": False,
        "text": f"<b>{'<br>'.join(plain(line) for line in lines)}</b>",
    }  # fmt: skip
    return figure.update_layout(
        annotations=[*figure.layout.get("annotations", []), sentence],
        width=width, height=figure.layout["height"] + more, margin={**margin, "t": margin["t"] + more},
    )  # fmt: skip


def points_axis(low: float, high: float, room: float) -> dict[str, Any]:
    """An axis of differences in points around 0, which it holds, with so much room beyond its ends.

    Examples
    --------
    >>> points_axis(-1.0, 9.0, 0.1)["range"]
    [-2.0, 10.0]
    """
    low, high = min(0.0, low), max(0.0, high)
    more = room * (high - low) or 1.0
    return {
        **AXIS, "range": [low - more, high + more], "gridcolor": RULE, "nticks": 6, "zeroline": True,
        "zerolinecolor": INK, "zerolinewidth": 2,
        "title": {"text": "points", "standoff": 2, "font": {"size": SIZE}},
    }  # fmt: skip
