"""The SECI wheel: how much knowledge each mode moved, in Nonaka's order, clockwise from top left."""

from __future__ import annotations

import pandas as pd

from seci_sim.figures import curves, style
from seci_sim.figures.drawing import Drawing, Part
from seci_sim.figures.rows import end_text, error, half_width, left_text
from seci_sim.figures.steps import with_rest
from seci_sim.figures.style import Chart, Text
from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.statistics import MODES, Estimate, head_years, separated
from seci_sim.parameters import WEEKS_A_YEAR
from seci_sim.words import listed, not_told_apart, quoted, shortened, significant

HEAD, ROW, SPACE = 58, 44, 30
"""Pixels of a quadrant's heading, of a policy in it, and between two quadrants."""

NAME_LENGTH = 19
"""Characters of a policy's name that fit a quadrant on a phone."""

CURVE = 110
"""Pixels of the curve in a quadrant, for a single policy."""

QUARTER = 13
"""Weeks added up for a point of that curve: single weeks jump too much to be read."""

SIDES = {
    "socialization": ("tacit", "tacit"),
    "externalization": ("tacit", "explicit"),
    "combination": ("explicit", "explicit"),
    "internalization": ("explicit", "tacit"),
}
COLOUR = {"tacit": style.TACIT, "explicit": style.EXPLICIT}
TINT = {"tacit": style.TACIT_TINT, "explicit": style.EXPLICIT_TINT}
PLACE = {"socialization": (0, 0), "externalization": (1, 0),
         "combination": (1, 1), "internalization": (0, 1)}  # fmt: skip
"""Column from the left and row from the top."""

MEANING = (
    "Socialization (tacit to tacit) and internalization (explicit to tacit) count full convictions "
    "gained or changed; externalization (tacit to explicit) and combination (explicit to explicit) "
    "count entries written or read. Each quadrant has its own scale: compare within a quadrant, "
    "not one with another."
)


def moved_a_head(summary: pd.DataFrame) -> pd.DataFrame:
    """What each mode moved, a head and year: a row a run."""
    years = head_years(summary)
    moved = {mode: summary[f"moved_{mode}"] / years for mode in MODES}
    return summary[["scenario", "seed"]].assign(**moved)


def wheel(compared: Comparison) -> Chart:
    """How much each mode moved under every policy."""
    moved, names = compared.of(moved_a_head(compared.summary)), compared.names
    quadrant = HEAD + ROW * len(names)
    figure = frame(quadrant)
    rows, texts = [], arrows()
    for number, mode in enumerate(MODES, start=1):
        found = [moved.level(name, mode) for name in names]
        longest = max(f.mean + half_width(f) for f in found) or 1.0
        for position, (name, result) in enumerate(zip(names, found, strict=True)):
            texts += add_row(figure, number, position, name, result)
        texts.append(lay_out(figure, number, mode, quadrant))
        up = {**style.HIDDEN, "range": [quadrant, 0]}
        figure.update_layout(**axes(number, {"range": [0, longest * 1.5]}, up))
        means = {n: significant(f.mean) for n, f in zip(names, found, strict=True)}
        rows.append({"Mode": mode} | means)
    figure.update_layout(annotations=texts)
    return Chart(
        "wheel",
        wheel_title(moved, compared),
        f"What each mode moved, a head and year, mean over the runs. {MEANING}",
        figure,
        pd.DataFrame(rows),
    )


def frame(quadrant: float) -> Drawing:
    """The empty wheel."""
    return style.canvas(int(2 * quadrant + SPACE + 8), left=4, right=4, top=4, bottom=4)


def arrows() -> list[Text]:
    """Arrows that turn with the spiral, each between the two quadrants that it joins."""
    places = (("→", 0.5, 0.75), ("↓", 0.76, 0.5), ("←", 0.5, 0.25), ("↑", 0.24, 0.5))
    return [
        {"x": x, "y": y, "xref": "paper", "yref": "paper", "showarrow": False,
         "text": f"<b>{arrow}</b>", "font": {"size": 20, "color": style.QUIET}}
        for arrow, x, y in places
    ]  # fmt: skip


def axis(letter: str, number: int) -> str:
    """Plotly's name of an axis: the first has no number.

    Examples
    --------
    >>> axis("x", 1), axis("y", 2)
    ('x', 'y2')
    """
    return letter if number == 1 else f"{letter}{number}"


def axes(number: int, across: Part, up: Part) -> Part:
    """What a layout says of a quadrant's two axes.

    Examples
    --------
    >>> list(axes(1, {}, {})), list(axes(2, {}, {}))
    (['xaxis', 'yaxis'], ['xaxis2', 'yaxis2'])
    """
    which = "" if number == 1 else str(number)
    return {f"xaxis{which}": across, f"yaxis{which}": up}


def lay_out(figure: Drawing, number: int, mode: str, quadrant: float) -> Text:
    """Give a quadrant its place and its ground; return its heading."""
    column, row = PLACE[mode]
    share = quadrant / (2 * quadrant + SPACE)
    left, right = (0.0, 0.465) if column == 0 else (0.535, 1.0)
    low, high = (1 - share, 1.0) if row == 0 else (0.0, share)
    from_side, to_side = SIDES[mode]
    strip = 7 / (2 * quadrant + SPACE)
    middle = (left + right) / 2
    for x0, x1, y0, colour in (
        (left, right, low, TINT[to_side]),
        (left, middle, high - strip, COLOUR[from_side]),
        (middle, right, high - strip, COLOUR[to_side]),
    ):
        figure.add_shape(
            type="rect", xref="paper", yref="paper", x0=x0, x1=x1, y0=y0, y1=high,
            fillcolor=colour, line={"width": 0}, layer="below",
        )  # fmt: skip
    across = {**style.HIDDEN, "domain": [left, right], "anchor": axis("y", number)}
    up = {"domain": [low, high], "anchor": axis("x", number)}
    figure.update_layout(**axes(number, across, up))
    return {
        "x": left, "xref": "paper", "xanchor": "left", "xshift": 6, "y": high, "yref": "paper",
        "yanchor": "top", "yshift": -9, "showarrow": False, "align": "left",
        "text": f"<b>{mode.capitalize()}</b><br>{from_side} → {to_side}",
    }  # fmt: skip


def add_row(figure: Drawing, number: int, position: int, name: str, found: Estimate) -> list[Text]:
    """Draw a policy's bar in one quadrant; return its name and its value."""
    start = HEAD + ROW * position
    x, y = axis("x", number), axis("y", number)
    figure.add_bar(
        x=[found.mean], y=[start + 27], width=[14], orientation="h", name=style.plain(name),
        marker={"color": style.look(position).colour}, xaxis=x, yaxis=y,
        error_x=error([found], style.QUIET, 3),
        hovertemplate="%{x:.3~g} a head and year<extra>%{fullData.name}</extra>",
    )  # fmt: skip
    value = f"<b>{significant(found.mean)}</b>"
    return [
        left_text(style.plain(shortened(name, NAME_LENGTH)), start + 8, xref=x, yref=y, xshift=6),
        end_text(value, found, start + 27, xref=x, yref=y),
    ]


def wheel_title(moved: Comparison, compared: Comparison) -> str:
    """In how many modes each policy moves more than the one that its question means."""
    said = [_moves(moved, name, other) for name, other in compared.steps()]
    return with_rest(said)


def _moves(moved: Comparison, name: str, other: str) -> str:
    """Which modes move more, which less."""
    changes = {mode: moved.change(name, mode, other) for mode in MODES}
    policy, against = quoted(name), quoted(other)
    parts = []
    for word, sign in (("more", 1), ("less", -1)):
        modes = [m for m, found in changes.items() if separated(found) and sign * found.mean > 0]
        if modes:
            which = "all four modes" if len(modes) == len(MODES) else listed(modes)
            parts.append(f"{word} in {which}")
    if not parts:
        return f"{policy} moves what {against} does in each mode{not_told_apart(changes[MODES[0]].interval)}"
    return f"{policy} moves {', '.join(parts)} than {against}"


def wheel_by_week(weekly: pd.DataFrame) -> Chart:
    """How much each mode moved under one policy, quarter by quarter of a year."""
    quarters = by_quarter(weekly)
    quadrant = HEAD + style.LINE + CURVE
    figure = frame(quadrant)
    drawn, texts = {}, arrows()
    for number, mode in enumerate(MODES, start=1):
        curve = curves.bands(quarters, mode, ["scenario"])
        drawn[mode] = curve
        look = style.Look(COLOUR[SIDES[mode][1]], "solid", "circle")
        x, y = axis("x", number), axis("y", number)
        curves.add_curve(figure, curve, mode, look, xaxis=x, yaxis=y)
        texts.append(lay_out(figure, number, mode, quadrant))
        top = float(curve["high"].max()) or 1.0
        texts.append(
            {"x": 1, "xref": f"{x} domain", "xanchor": "right", "xshift": -6,
             "y": 1, "yref": f"{y} domain", "yanchor": "top", "yshift": 4 - HEAD,
             "showarrow": False, "text": f"<b>{significant(float(curve['mean'].iloc[-1]))}</b> in the end"}
        )  # fmt: skip
        up = {**style.HIDDEN, "range": [0, top * quadrant / (CURVE - 8)]}
        figure.update_layout(**axes(number, {"range": [0, curve["week"].max()]}, up))
    figure.update_layout(annotations=texts)
    figure.say_over_curves("to week %{x}: %{y:.3~g}<extra></extra>")
    return Chart(
        "wheel",
        quarter_title(drawn),
        "What each mode moved, a head and year, in every quarter of a year (in every week of a run "
        f"that is shorter), from the first (left) to the last (right). {curves.BAND_MEANING} {MEANING}",
        figure,
        quarter_table(drawn),
    )


def by_quarter(weekly: pd.DataFrame) -> pd.DataFrame:
    """What each mode moved in every quarter of a year, a head and year; the week is its last.

    A run of less than a year stays in weeks: its quarters would be too few for a curve.
    """
    whole = weekly[weekly["market"] == "all"]
    horizon = int(whole["week"].max())
    length = QUARTER if horizon >= WEEKS_A_YEAR else 1
    end = (whole["week"] - 1) // length * length + length
    moved = [f"{what}_{mode}" for what in ("moved", "hours") for mode in MODES]
    whole = whole.assign(week=end)[end <= horizon]
    quarters = whole.groupby(["scenario", "seed", "week"], sort=False)
    sums = quarters[["hours_routine_business", *moved]].sum().reset_index()
    return moved_a_head(sums).assign(week=sums["week"])


def quarter_title(drawn: dict[str, pd.DataFrame]) -> str:
    """When each mode moved most."""
    peaks: dict[int, list[str]] = {}
    for mode, curve in drawn.items():
        peaks.setdefault(int(curve["week"].iloc[int(curve["mean"].argmax())]), []).append(mode)
    if not any(curve["mean"].any() for curve in drawn.values()):
        return "No mode moves anything"
    if len(peaks) == 1:
        return f"All four modes move most around week {next(iter(peaks))}"
    parts = [f"{week} ({listed(peaks[week])})" for week in sorted(peaks)]
    return f"Modes move most around weeks {listed(parts)}"


def quarter_table(drawn: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What each mode moved a head and year in every quarter, as text."""
    weeks = next(iter(drawn.values()))["week"].astype(str)
    columns = {mode: [significant(value) for value in drawn[mode]["mean"]] for mode in drawn}
    return pd.DataFrame({"To week": weeks, **columns})
