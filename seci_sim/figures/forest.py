"""Published findings beside what the model gives in their place: a forest plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from seci_sim.evidence.held import HIT, Held
from seci_sim.evidence.told import counts, in_order, published, simulated
from seci_sim.figures import style
from seci_sim.figures.drawing import Drawing
from seci_sim.figures.rows import left_text, pixel_axis
from seci_sim.figures.style import Chart
from seci_sim.words import NOTHING, Interval, ends

NAME, BAR, GAP = 2 * style.LINE + 4, 12, 14
"""Pixels of a row's words, of each of its two bars, and between two rows."""

LEAST, MOST = -1.0, 3.0
"""Ends of the axis, in published effects; what lies beyond is drawn at the edge."""

THEIRS, OURS, MISSED = "#56B4E9", "#000000", "#D55E00"


@dataclass(frozen=True)
class Row:
    """A finding with a size, and what the model gives, in published effects."""

    held: Held
    scale: float

    def scaled(self, interval: Interval) -> Interval:
        """An interval as the axis has it, from its lower end."""
        low, high = sorted(_within(end / self.scale) for end in interval)
        return low, high


def _within(value: float) -> float:
    return min(MOST, max(LEAST, value))


def forest(every: Sequence[Held]) -> Chart:
    """All findings that were re-created and have a size, misses first."""
    rows = [_row(one) for one in in_order(every) if one.usual and one.study.finding.bounds]
    title = f"Held against {len(every)} published findings: {counts(every)}"
    return Chart(
        "forest",
        title,
        "Each row is counted in its own published effect, which is 1; 0 is no effect. Blue: published, with its "
        "interval where there is one. Black or red: the model at its usual numbers, with what luck leaves (95%), red "
        "where it misses; grey: other plausible worlds, nine of ten. What lies beyond -1 or 3 is drawn at the "
        "edge as a triangle. Findings that have a direction only are in the table.",
        _drawn([row for row in rows if row is not None]),
        _table(every),
    )


def _row(held: Held) -> Row | None:
    finding = held.study.finding
    assert finding.bounds is not None
    scale = finding.effect if finding.effect is not None else sum(finding.bounds) / 2
    return Row(held, scale) if scale else None


def _drawn(rows: Sequence[Row]) -> Drawing:
    block = NAME + 2 * BAR + GAP
    height = block * max(1, len(rows))
    figure = style.canvas(height + 56, left=8, right=14, top=2, bottom=54)
    for value, dash in ((0.0, "solid"), (1.0, "dot")):
        figure.add_vline(x=value, line={"width": 1.5, "color": style.QUIET, "dash": dash})
    texts = []
    for place, row in enumerate(rows):
        top = place * block
        texts.append(left_text(_words(row.held), top + NAME / 2, bgcolor="white"))
        _theirs(figure, row, top + NAME + BAR / 2)
        _ours(figure, row, top + NAME + 1.5 * BAR)
    axis = {
        **style.AXIS, "range": [LEAST - 0.1, MOST + 0.1], "dtick": 1, "gridcolor": style.RULE,
        "title": {"text": "published effects", "standoff": 2, "font": {"size": style.SIZE}},
    }  # fmt: skip
    return figure.update_layout(
        annotations=texts, barmode="overlay", xaxis=axis, yaxis=pixel_axis(height)
    )


def _words(held: Held) -> str:
    study = held.study
    taken = ", no test" * study.match.taken_from
    first = f"<b>{style.plain(study.name)}</b>, {held.verdict}{taken}"
    return f"{first}<br>published {published(held)}; simulated {simulated(held.usual)}"


def _theirs(figure: Drawing, row: Row, middle: float) -> None:
    finding = row.held.study.finding
    assert finding.bounds is not None
    if finding.low is not None:
        _bar(figure, row.scaled(finding.bounds), middle, THEIRS, 0.6)
    if finding.effect is not None:
        _dot(figure, finding.effect / row.scale, middle, THEIRS, "square", published(row.held))


def _ours(figure: Drawing, row: Row, middle: float) -> None:
    held = row.held
    assert held.usual is not None
    colour = OURS if held.verdict == HIT else MISSED
    if held.worlds is not None:
        _bar(figure, row.scaled(held.worlds.spread.ends), middle, style.QUIET, 0.3)
    _bar(figure, row.scaled(held.usual.interval), middle, colour, 0.8)
    _dot(figure, held.usual.mean / row.scale, middle, colour, "circle", simulated(held.usual))


def _bar(figure: Drawing, interval: Interval, middle: float, colour: str, opacity: float) -> None:
    figure.add_bar(
        x=[interval[1] - interval[0]], base=[interval[0]], y=[middle], width=[BAR - 3],
        orientation="h", opacity=opacity, hoverinfo="skip",
        marker={"color": colour, "line": {"width": 0}},
    )  # fmt: skip


def _dot(figure: Drawing, value: float, middle: float, colour: str, symbol: str, said: str) -> None:
    edge = {LEAST: "triangle-left", MOST: "triangle-right"}
    shown = _within(value)
    figure.add_scatter(
        x=[shown], y=[middle], mode="markers",
        marker={"color": colour, "size": 9, "symbol": symbol if shown == value else edge[shown]},
        hovertemplate=f"{style.plain(said)}<extra></extra>",
    )  # fmt: skip


def _table(every: Sequence[Held]) -> pd.DataFrame:
    """The same as text, with the findings that have a direction only, and those that were not re-created."""
    rows = []
    for held in in_order(every):
        worlds, rules = (
            NOTHING if look is None else ends(look.spread.ends, "")
            for look in (held.worlds, held.rules)
        )
        row = (
            held.study.name, held.study.cited, held.study.match.grade, held.verdict, held.study.finding.unit,
            published(held), simulated(held.usual), worlds, rules,
        )  # fmt: skip
        rows.append(row)
    columns = [
        "Finding", "Study", "Grade", "Verdict", "Unit", "Published", "Simulated",
        "Nine worlds of ten", "The same with rules on",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
