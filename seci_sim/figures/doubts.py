"""Verdicts drawn: what luck, and luck and doubt, leave of a difference, and what decides it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import pandas as pd

from seci_sim.figures import style
from seci_sim.figures.curves import faint
from seci_sim.figures.drawing import Drawing
from seci_sim.figures.natives import gain_against
from seci_sim.figures.rows import left_text, pixel_axis
from seci_sim.figures.steps import change_said, gain_at_ends, with_rest
from seci_sim.figures.style import POINTS, Chart, Mark, Native
from seci_sim.lab.comparison_table import MET, Comparison
from seci_sim.lab.deciders import Decider
from seci_sim.lab.doubt import Doubt
from seci_sim.lab.statistics import ON_TREATMENT, Difference
from seci_sim.lab.verdicts import Verdict
from seci_sim.parameters import SHARES
from seci_sim.words import (
    NOTHING,
    Interval,
    between,
    gained,
    quoted,
    sentence,
    setting,
    signed,
    spoken,
    worlds_of_ten,
)

NAME, BAR, GAP = 2 * style.LINE + 4, 22, 14
"""Pixels of a row's words, of its bar, and between two rows."""

HOW = {MET: ("meets", "needs"), ON_TREATMENT: ("keeps", "patients on treatment")}

READ = "Dot: mean difference in points. Dark bar: what luck alone leaves open (95%)."
READ_PALE = "Pale bar: what luck and doubt leave open (nine worlds of ten)."
WITHOUT = "No other worlds were looked at, so that doubt is left out."


@dataclass(frozen=True)
class Row:
    """A difference between two policies."""

    policy: str
    against: str
    found: Difference
    doubt: Doubt | None

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.policy} against {self.against}"


def gain(found: Comparison) -> Chart:
    """What each policy gains over the one that its question means."""
    every = found.verdicts()
    rows = [Row(one.policy, one.against, one.gain, one.doubt) for one in every]
    outcome = every[0].outcome
    does, what = HOW[outcome]
    return _intervals("gain", rows, does, what)


def harm(found: Comparison) -> Chart:
    """What each policy mis-serves more or less."""
    every = found.verdicts()
    rows = [Row(one.policy, one.against, one.harm, one.harm_doubt) for one in every]
    return _intervals("harm", rows, "mis-serves", "needs")


def _intervals(key: str, rows: Sequence[Row], does: str, what: str) -> Chart:
    title = with_rest([change_said(row.found, row.policy, row.against, does, what) for row in rows])
    doubted = any(row.doubt is not None for row in rows)
    return Chart(
        key,
        title,
        f"{READ} {READ_PALE if doubted else WITHOUT}",
        _drawn(rows),
        _table(rows),
        _native(rows),
    )


def _drawn(rows: Sequence[Row]) -> Drawing:
    """A row a difference, around 0."""
    block = NAME + BAR + GAP
    height = block * len(rows)
    figure = style.canvas(height + 46, left=8, right=14, top=2, bottom=44)
    texts, nought = [], {"width": 2, "color": style.INK}
    for place, row in enumerate(rows):
        look, top = style.look(place + 1), place * block
        middle = top + NAME + BAR / 2
        figure.add_shape(x0=0, x1=0, y0=top + NAME, y1=top + NAME + BAR + 4, line=nought)
        for interval, width, opacity in (
            (_doubt(row), BAR, 0.25),
            (row.found.interval, BAR / 2, 0.75),
        ):
            if interval is not None:
                low, high = (100 * end for end in interval)
                figure.add_bar(
                    x=[high - low], base=[low], y=[middle], width=[width], orientation="h", opacity=opacity,
                    marker={"color": look.colour, "line": {"width": 0}}, hoverinfo="skip",
                )  # fmt: skip
        figure.add_scatter(
            x=[100 * row.found.mean], y=[middle], mode="markers", name=style.plain(row.policy),
            marker={"color": "white", "symbol": look.symbol, "size": 10,
                    "line": {"width": 2.5, "color": style.INK}},
            hovertemplate=f"{style.plain(gained(row.found.mean))}<extra></extra>",
        )  # fmt: skip
        said = f"<b>{gained(row.found.mean)}</b>: {style.row_name(row.policy)}"
        against = f"against {style.row_name(row.against)}"
        texts.append(left_text(f"{said}<br>{against}", top + NAME / 2))
    ends = [100 * end for row in rows for end in _ends(row)]
    axis = style.points_axis(min(ends), max(ends), 0.04) | {"zeroline": False}
    return figure.update_layout(
        annotations=texts, barmode="overlay", xaxis=axis, yaxis=pixel_axis(height)
    )


def _doubt(row: Row) -> Interval | None:
    return None if row.doubt is None else row.doubt.interval


def _ends(row: Row) -> list[float]:
    """Whatever a row reaches."""
    return [row.found.mean, *(row.found.interval or ()), *(_doubt(row) or ())]


def _table(rows: Sequence[Row]) -> pd.DataFrame:
    """The same as text."""
    return pd.DataFrame(
        {
            "Policies": [row.name for row in rows],
            "Difference in points": [signed(100 * row.found.mean) for row in rows],
            "Luck": [_said(row.found.interval) for row in rows],
            "Luck and doubt": [_said(_doubt(row)) for row in rows],
            "Above 0 in": [
                NOTHING if row.doubt is None else worlds_of_ten(row.doubt.holds) for row in rows
            ],
        }
    )


def _said(interval: Interval | None) -> str:
    return NOTHING if interval is None else between(interval, 100)


def _native(rows: Sequence[Row]) -> Native:
    """For other programs: the mean, and from where to where luck and doubt reach, or luck alone."""
    ends = [_doubt(row) or row.found.interval or (nan, nan) for row in rows]
    within = "luck and doubt" if any(row.doubt for row in rows) else "luck"
    columns = {
        "mean": [100 * row.found.mean for row in rows],
        f"{within}: from": [100 * low for low, _ in ends],
        f"{within}: to": [100 * high for _, high in ends],
    }
    numbers = pd.DataFrame(columns, pd.Index([row.name for row in rows], name="Policies"))
    end = Mark(style.QUIET, thin=True)
    return Native("bars", numbers, POINTS, (Mark(style.ROUTINE), end, end), edges=within)


def deciders(found: Comparison) -> list[Chart]:
    """For each policy, its gain against the parameter that decides it first."""
    return [
        _decides(one, one.deciders[0], place)
        for place, one in enumerate(found.verdicts(), 1)
        if one.deciders
    ]


def _decides(one: Verdict, decider: Decider, place: int) -> Chart:
    """The gain of one policy, as a curve with its band over a parameter's plausible range."""
    factor, curve = decider.factor, decider.curve
    name = spoken(factor.name)
    across_name = name if name.endswith(factor.unit) else f"{name} ({factor.unit})"
    look = style.look(place)
    figure = style.canvas(
        260, right=14, top=2 * style.LINE + 8 if decider.turns_at is not None else 8
    )
    x = curve["value"].to_numpy(float)
    low, mean, high = (100 * curve[column].to_numpy(float) for column in ("low", "mean", "high"))
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(x=x, y=low, **edge)
    figure.add_scatter(x=x, y=high, fill="tonexty", fillcolor=faint(look.colour), **edge)
    figure.add_scatter(
        x=x, y=mean, mode="lines", name=style.plain(one.policy),
        line={"color": look.colour, "dash": look.dash, "width": 3},
        hovertemplate="%{x:.3~g}: %{y:+.1f} points<extra></extra>",
    )  # fmt: skip
    texts = [] if decider.turns_at is None else _winners(figure, decider, decider.turns_at)
    ticks = {"tickformat": ".3~%" if factor.unit in SHARES else ".3~g", "nticks": 6}
    figure.update_layout(
        annotations=texts,
        xaxis={**style.AXIS, "range": [x.min(), x.max()], "gridcolor": style.RULE, **ticks,
               "title": {"text": style.plain(across_name), "standoff": 2, "font": {"size": style.SIZE}}},
        yaxis=style.points_axis(low.min(), high.max(), 0.06),
    )  # fmt: skip
    shown = curve.iloc[:: max(1, len(curve) // 8)]
    table = pd.DataFrame(
        {
            sentence(name): [setting(value, factor.unit) for value in shown["value"]],
            "Gain in points": [signed(100 * value) for value in shown["mean"]],
            "Nine worlds of ten": [
                between((a, b), 100) for a, b in zip(shown["low"], shown["high"], strict=True)
            ],
        }
    )
    return Chart(
        f"decides{place}",
        _decides_title(one, decider),
        f"{factor.name}: {factor.meaning} Points that {quoted(one.policy)} gains over "
        f"{quoted(one.against)}, by its value over its plausible range; the band holds nine worlds of ten.",
        figure,
        table,
        gain_against(decider, place),
    )


def _winners(figure: Drawing, decider: Decider, turns_at: float) -> list[style.Text]:
    """Mark where it turns; name who wins on either side, below each other for narrow pages."""
    figure.add_vline(x=turns_at, line={"width": 2, "dash": "dot", "color": style.INK})
    sides = ((decider.wins_below, 0, "left", style.LINE), (decider.wins_above, 1, "right", 0))
    return [
        {"x": x, "xref": "paper", "xanchor": anchor, "y": 1, "yref": "paper", "yanchor": "bottom",
         "yshift": above, "showarrow": False, "text": f"<b>{style.row_name(str(name))}</b> wins"}
        for name, x, anchor, above in sides
    ]  # fmt: skip


def _decides_title(one: Verdict, decider: Decider) -> str:
    """Where it turns, or how far the gain moves."""
    name, unit = spoken(decider.factor.name), decider.factor.unit
    if decider.turns_at is not None and decider.wins_below and decider.wins_above:
        value = setting(decider.turns_at, unit)
        return (
            f"{quoted(decider.wins_below)} wins where {quoted(name)} is below {value}, "
            f"{quoted(decider.wins_above)} above"
        )
    low, high = gain_at_ends(decider)
    return f"What {quoted(one.policy)} gains over {quoted(one.against)}, by {quoted(name)}: {low}, {high}"
