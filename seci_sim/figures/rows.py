"""One row for each policy: what was reached, with its interval.

Lengths on the vertical axis are pixels, counted from the top, so that text and bars keep their
distances whatever the width of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import Any

import pandas as pd

from seci_sim.figures import style
from seci_sim.figures.drawing import Drawing
from seci_sim.figures.steps import levels_said
from seci_sim.figures.style import Chart, Look, Mark, Native, Text
from seci_sim.lab.comparison_table import MET, MIS_SERVED, Comparison
from seci_sim.lab.statistics import Estimate
from seci_sim.words import (
    NOT_KNOWN,
    lately,
    percent,
    with_interval,
)

NEEDS = {MET: "met", MIS_SERVED: "mis-served"}

NAME, BAR, GAP = 20, 20, 8
"""Pixels of a row's name, of a bar with the space around it, and between two rows."""

VALUE_MARGIN = 128
"""Pixels for the words at the end of the longest bar."""


def pixel_axis(height: float) -> dict[str, object]:
    """A hidden vertical axis of pixels from the top."""
    return {**style.HIDDEN, "range": [height, 0]}


def left_text(text: str, top: float, **more: object) -> Text:
    """Text at the left edge, that many pixels from the top."""
    return {
        "x": 0, "xref": "paper", "xanchor": "left", "y": top, "yref": "y", "yanchor": "middle",
        "align": "left", "showarrow": False, "text": text, "borderpad": 0, **more,
    }  # fmt: skip


def end_text(text: str, found: Estimate, top: float, **more: object) -> Text:
    """Text behind the end of an interval, that many pixels from the top."""
    return {
        "x": found.mean + half_width(found), "xanchor": "left", "xshift": 8, "y": top,
        "yanchor": "middle", "align": "left", "showarrow": False, "text": text, **more,
    }  # fmt: skip


def level_text(found: Estimate) -> str:
    """A share with its interval, for a table."""
    return with_interval(found.mean, found.interval)


def half_width(found: Estimate) -> float:
    """Half the length of an interval; 0 where there is none."""
    return 0.0 if found.interval is None else (found.interval[1] - found.interval[0]) / 2


def error(found: Sequence[Estimate], colour: str, width: int = 0) -> dict[str, Any]:
    """The lines at the ends of bars or dots."""
    return {
        "type": "data", "array": [half_width(one) for one in found], "color": colour,
        "width": width, "thickness": 2, "visible": any(one.interval for one in found),
    }  # fmt: skip


def as_text(found: pd.DataFrame) -> pd.DataFrame:
    """A table of estimates of shares as a reader sees it; its index becomes the first column."""
    text = found.map(lambda one: NOT_KNOWN if one is None else level_text(one))
    return text.reset_index()


def as_bars(found: pd.DataFrame, unit: str, marks: Sequence[Mark]) -> Native:
    """The same as numbers: a group of bars for each row, in it one for each column."""
    means = found.map(lambda one: nan if one is None else one.mean)
    return Native("bars", means, unit, tuple(marks))


def needs(compared: Comparison) -> Chart:
    """Needs met and mis-served under every policy."""
    block, names = NAME + 2 * BAR + GAP, compared.names
    figure = style.canvas(len(names) * block + 46, left=style.ZERO, right=VALUE_MARGIN, bottom=36)
    levels = {word: [compared.level(name, need) for name in names] for need, word in NEEDS.items()}
    found = pd.DataFrame(levels, pd.Index(names, name="Policy"))
    texts = []
    for position, name in enumerate(names):
        start = position * block
        texts.append(left_text(style.row_name(name), start + NAME / 2))
        for line, (word, every) in enumerate(levels.items()):
            level, middle = every[position], start + NAME + BAR * (line + 0.5)
            add_bar(figure, level, middle, style.look(position), hatched=line == 1)
            texts.append(end_text(f"<b>{percent(level.mean)}</b> {word}", level, middle))
    longest = max(level.mean + half_width(level) for every in levels.values() for level in every)
    figure.update_layout(
        annotations=texts,
        xaxis=style.share_axis(max(longest, 0.01) * 1.02),
        yaxis=pixel_axis(len(names) * block),
    )
    return Chart(
        "needs",
        needs_title(compared),
        f"Share of patients' needs that are met (filled) and mis-served (hatched) "
        f"{lately(compared.horizon)}, mean over the runs; the line at a bar's end is the 95% "
        "interval of that mean.",
        figure,
        as_text(found.add_prefix("Needs ")),
        as_bars(found, "share", [Mark(style.INK), Mark(style.INK, hatched=True)]),
    )


def add_bar(figure: Drawing, found: Estimate, middle: float, look: Look, *, hatched: bool) -> None:
    """Draw a bar with its interval."""
    hatches = {
        "shape": "/", "fgcolor": look.colour, "bgcolor": "white", "size": 6, "solidity": 0.35
    }  # fmt: skip
    pattern = {"pattern": hatches} if hatched else {}
    figure.add_bar(
        x=[found.mean], y=[middle], width=[BAR - 5], orientation="h",
        marker={"color": look.colour, "line": {"color": look.colour, "width": 1.5}, **pattern},
        error_x=error([found], style.QUIET, 4), hovertemplate=f"{level_text(found)}<extra></extra>",
    )  # fmt: skip


def needs_title(found: Comparison) -> str:
    """What is mis-served under every policy."""
    late = lately(found.horizon)
    return f"Needs mis-served {late}: {levels_said(found, MIS_SERVED)}"
