"""One row for each policy: what was reached, with its interval.

Lengths on the vertical axis are pixels, counted from the top, so that text and bars keep their
distances whatever the width of the page.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from seci_sim.experiment import statistics
from seci_sim.experiment.statistics import Estimate
from seci_sim.experiment.wording import (
    between,
    lately,
    not_told_apart,
    percent,
    points,
    quoted,
    signed,
)
from seci_sim.figures import style
from seci_sim.figures.style import Chart, Look, Text

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
    """A share with its interval, for a table.

    Examples
    --------
    >>> level_text(Estimate(0.431, (0.42, 0.442), 20, 0)), level_text(Estimate(0.4, None, 1, 0))
    ('43.1% (42.0 to 44.2)', '40.0%')
    """
    if found.interval is None:
        return percent(found.mean)
    return f"{percent(found.mean)} ({between(found.interval, scale=100)})"


def half_width(found: Estimate) -> float:
    """Half the length of an interval; 0 where there is none."""
    return 0.0 if found.interval is None else (found.interval[1] - found.interval[0]) / 2


def needs(summary: pd.DataFrame, names: Sequence[str], horizon: int) -> Chart:
    """Needs met and mis-served under every policy."""
    block = NAME + 2 * BAR + GAP
    figure = style.canvas(len(names) * block + 46, left=4, right=VALUE_MARGIN, bottom=36)
    longest = 0.0
    rows, texts = [], []
    for position, name in enumerate(names):
        start = position * block
        texts.append(left_text(style.row_name(name), start + NAME / 2))
        row = {"Policy": name}
        for line, (measure, word) in enumerate(
            (("needs_met", "met"), ("needs_mis_served", "mis-served"))
        ):
            found = statistics.level(summary, name, measure)
            middle = start + NAME + BAR * (line + 0.5)
            add_bar(figure, found, middle, style.look(position), hatched=line == 1)
            texts.append(end_text(f"<b>{percent(found.mean)}</b> {word}", found, middle))
            longest = max(longest, found.mean + half_width(found))
            row[f"Needs {word}"] = level_text(found)
        rows.append(row)
    figure.update_layout(
        annotations=texts,
        xaxis=style.share_axis(max(longest, 0.01) * 1.02),
        yaxis=pixel_axis(len(names) * block),
    )
    return Chart(
        "needs",
        needs_title(summary, names, horizon),
        f"Share of patients' needs that are met (filled) and mis-served (hatched) {lately(horizon)}, "
        "mean over the runs; the line at a bar's end is the 95% interval of that mean.",
        figure,
        pd.DataFrame(rows),
    )


def add_bar(
    figure: go.Figure, found: Estimate, middle: float, look: Look, *, hatched: bool
) -> None:
    """Draw a bar with its interval."""
    pattern = {
        "shape": "/",
        "fgcolor": look.colour,
        "bgcolor": "white",
        "size": 6,
        "solidity": 0.35,
    }
    figure.add_bar(
        x=[found.mean], y=[middle], width=[BAR - 5], orientation="h",
        marker={"color": look.colour, "line": {"color": look.colour, "width": 1.5},
                "pattern": pattern if hatched else {}},
        error_x={"type": "data", "array": [half_width(found)], "color": style.QUIET, "width": 4,
                 "thickness": 2, "visible": found.interval is not None},
        hovertemplate=f"{level_text(found)}<extra></extra>",
    )  # fmt: skip


def needs_title(summary: pd.DataFrame, names: Sequence[str], horizon: int) -> str:
    """How many more needs are met, and mis-served, under the best policy."""
    policy, other = statistics.contrast(summary, names)
    met = statistics.difference(summary, policy, other, "needs_met")
    mis_served = statistics.difference(summary, policy, other, "needs_mis_served")
    if not statistics.separated(met):
        return (
            f"{quoted(policy)} and {quoted(other)} differ by {signed(100 * met.mean)} percentage "
            f"points in needs met {lately(horizon)}{not_told_apart(met)}"
        )
    share, wrong = (
        percent(statistics.level(summary, policy, measure).mean)
        for measure in ("needs_met", "needs_mis_served")
    )
    change = signed(100 * mis_served.mean)
    return (
        f"{quoted(policy)} meets {share} of needs, {points(met.mean)} "
        f"{'more' if met.mean > 0 else 'fewer'} than {quoted(other)}, and mis-serves {wrong} "
        f"({change if statistics.separated(mis_served) else 'not told apart'})"
    )
