"""Where the hours went: the four modes within all hours, most of which are routine business."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seci_sim.figures import style
from seci_sim.figures.drawing import Drawing
from seci_sim.figures.rows import left_text
from seci_sim.figures.steps import MOST_NAMES
from seci_sim.figures.style import Chart, Mark, Native, Text
from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.statistics import HOURS_A_HEAD, HOURS_A_YEAR, MODES, head_years
from seci_sim.words import listed, number, percent, quoted


def _hatched(colour: str, shape: str, lines: str) -> dict[str, Any]:
    return {
        "color": colour,
        "pattern": {"shape": shape, "bgcolor": colour, "fgcolor": lines, "size": 8},
    }


LOOKS: dict[str, dict[str, Any]] = {
    "socialization": {"color": style.TACIT},
    "externalization": _hatched(style.TACIT, "/", "white"),
    "combination": {"color": style.EXPLICIT},
    "internalization": _hatched(style.EXPLICIT, "\\", style.INK),
}
"""Colour says where a conversion starts, blue from tacit and orange from explicit; the hatch says
that it crosses over."""

WHOLE, PART, NAME, HEADING, KEY = 26, 20, 22, 28, 24
"""Pixels of a bar of all hours, of a bar of the modes, of a name, a heading and a line of the key."""


def hours_a_head(found: Comparison) -> pd.DataFrame:
    """Mean hours a head and year in every mode: a row a policy."""
    hours = found.summary[[f"hours_{mode}" for mode in MODES]].set_axis(list(MODES), axis=1)
    a_year = hours.div(head_years(found.summary), axis=0)
    means = a_year.groupby(found.summary["scenario"], sort=False).mean()
    return means.loc[list(found.names)].rename_axis("Policy")


def hours(found: Comparison) -> Chart:
    """All hours, and the part in the four modes magnified, for every policy."""
    names, numbers = found.names, hours_a_head(found)
    rows: list[list[float]] = numbers.to_numpy().tolist()
    spent = {names[n]: dict(zip(MODES, row, strict=True)) for n, row in enumerate(rows)}
    whole_end = HEADING + WHOLE * len(names)
    part_start = whole_end + 16
    bottom = part_start + HEADING + 2 * KEY + (NAME + PART + 8) * len(names)
    figure = style.canvas(int(bottom + 46), left=style.ZERO, right=14, top=0, bottom=46)
    longest = max(sum(modes.values()) for modes in spent.values()) or 1.0
    texts = [
        left_text(f"<b>All {number(HOURS_A_YEAR, 0)} hours a head and year</b>", HEADING / 2),
        left_text("<b>The part in the four modes, magnified</b>", part_start + HEADING / 2),
        *add_key(figure, part_start + HEADING),
    ]
    for position, name in enumerate(names):
        texts.append(add_whole(figure, name, spent[name], HEADING + WHOLE * (position + 0.5)))
    for position, name in enumerate(names):
        start = part_start + HEADING + 2 * KEY + (NAME + PART + 8) * position
        total = sum(spent[name].values())
        said = f"{style.row_name(name)}: <b>{number(total)} h</b>"
        texts.append(left_text(said, start + NAME / 2))
        add_bars(figure, spent[name], start + NAME + PART / 2, PART - 2, "x2")
    figure.update_layout(
        annotations=texts,
        barmode="stack",
        xaxis={**style.HIDDEN, "range": [0, HOURS_A_YEAR]},
        xaxis2={**style.AXIS, "range": [0, longest * 1.02], "overlaying": "x", "side": "bottom",
                "showgrid": False,
                "title": {"text": "hours a head and year", "standoff": 2, "font": {"size": style.SIZE}},
                "dtick": style.step_of(longest, (1, 2, 5, 10, 20, 50, 100, 200, 500))},
        yaxis={**style.HIDDEN, "range": [bottom, 0]},
    )  # fmt: skip
    return Chart(
        "hours",
        hours_title(found),
        "Above, all business hours, most of them routine business (grey); below, the hours in the "
        "four modes on a larger scale. Mean over the runs.",
        figure,
        hours_table(numbers),
        Native("stacked", numbers, "hours a head and year",
               tuple(Mark(LOOKS[mode]["color"], hatched="pattern" in LOOKS[mode]) for mode in MODES)),
    )  # fmt: skip


def add_whole(figure: Drawing, name: str, modes: dict[str, float], middle: float) -> Text:
    """Draw a bar of all hours; return the share of routine business in words."""
    add_bars(figure, modes, middle, WHOLE - 4, "x")
    routine = HOURS_A_YEAR - sum(modes.values())
    figure.add_bar(
        x=[routine], y=[middle], width=[WHOLE - 4], base=[sum(modes.values())], orientation="h",
        marker={"color": style.ROUTINE}, hovertemplate="routine business: %{x:,.1f} h<extra></extra>",
    )  # fmt: skip
    share = percent(routine / HOURS_A_YEAR)
    words = f"{style.row_name(name)}: <b>{share}</b> routine"
    return left_text(words, middle, x=1, xanchor="right", xshift=-6, bgcolor=style.ROUTINE)


def add_bars(
    figure: Drawing, modes: dict[str, float], middle: float, width: float, axis: str
) -> None:
    """The four modes one after the other."""
    start = 0.0
    for mode, value in modes.items():
        figure.add_bar(
            x=[value], y=[middle], base=[start], width=[width], orientation="h", xaxis=axis,
            marker={**LOOKS[mode], "line": {"width": 0}},
            hovertemplate=f"{mode}: %{{x:,.1f}} h<extra></extra>",
        )  # fmt: skip
        start += value


def add_key(figure: Drawing, top: float) -> list[Text]:
    """Draw what the colours mean, two modes a line, so that a phone has room; return the words."""
    words = []
    for position, mode in enumerate(MODES):
        x, y = (position % 2) * 0.5, top + KEY * (position // 2 + 0.5)
        figure.add_bar(
            x=[0.035 * HOURS_A_YEAR], y=[y], base=[x * HOURS_A_YEAR], width=[14], orientation="h",
            marker={**LOOKS[mode], "line": {"width": 0}}, hoverinfo="skip",
        )  # fmt: skip
        words.append(left_text(mode, y, x=x + 0.035, xshift=6))
    return words


def hours_title(found: Comparison) -> str:
    """How much the four modes take, and how much stays routine business."""
    taken = {name: found.mean(name, HOURS_A_HEAD) for name in found.names}
    said = [f"{number(taken[name])} under {quoted(name)}" for name in found.names[:MOST_NAMES]]
    left = len(found.names) - len(said)
    every = listed([*said, *[f"{left} more below"] * (left > 0)])
    routine = percent(1 - max(taken.values()) / HOURS_A_YEAR)
    return f"Hours a head and year in the four modes: {every}; {routine} or more of all hours stay routine"


def hours_table(numbers: pd.DataFrame) -> pd.DataFrame:
    """Hours a head and year by mode and in routine business, as text."""
    every = numbers.assign(**{"routine business": HOURS_A_YEAR - numbers.sum(axis=1)})
    text = every.T.map(lambda value: f"{number(value)} h")
    return text.rename_axis(index="Hours a head and year", columns=None).reset_index()
