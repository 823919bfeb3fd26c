"""Pictures of what data taught, and of what data would teach."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from seci_sim.calibrating.calibration import LEARNT, Calibration, in_short, range_said
from seci_sim.calibrating.planning import Plan, best_told
from seci_sim.figures import Chart, style
from seci_sim.figures.rows import left_text, pixel_axis
from seci_sim.words import counted, percent, sentence, spoken

NAME, BAR, GAP = 2 * style.LINE + 4, 20, 14
"""Pixels of a row's words, of its bar, and between two rows."""
LANE = 11
"""Pixels of one kind of data within a row of a plan."""
NOW = "#0072B2"
FOOT = 54
"""Pixels of the axis below."""


def learnt(found: Calibration) -> Chart:
    """Where each parameter was that the data tell of, and where it is now, within its plausible range."""
    places = in_short(found)
    block = NAME + BAR + GAP
    height = block * len(places)
    figure = style.canvas(height + FOOT, left=8, right=14, top=2, bottom=FOOT)
    texts = []
    for row, place in enumerate(places):
        top = row * block
        words = f"<b>{style.plain(spoken(found.factors[place].name))}</b>: {now_said(found, place)}"
        before = (
            f"before {before_said(found, place)}; {found.left(place):.0%} of the spread is left"
        )
        texts.append(left_text(f"{words}<br>{before}", top + NAME / 2))
        low, middle, high = found.within(place)
        for ends, colour, width in (((0.05, 0.95), style.RULE, BAR), ((low, high), NOW, BAR / 2)):
            figure.add_bar(
                x=[ends[1] - ends[0]], base=[ends[0]], y=[top + NAME + BAR / 2], width=[width],
                orientation="h", hoverinfo="skip", marker={"color": colour, "line": {"width": 0}},
            )  # fmt: skip
        figure.add_scatter(
            x=[middle], y=[top + NAME + BAR / 2], mode="markers", hoverinfo="skip",
            marker={"color": "white", "size": 9, "line": {"width": 2.5, "color": style.INK}},
        )  # fmt: skip
    axis = style.share_axis(1.0, title=_title("of the way up the plausible range"))
    figure.update_layout(annotations=texts, barmode="overlay", xaxis=axis, yaxis=pixel_axis(height))
    first = found.factors[places[0]].name
    return Chart(
        "learnt",
        f"The data tell of {counted(len(places), 'number')}, most of {spoken(first)}: "
        f"{found.left(places[0]):.0%} of its spread is left",
        "Grey: what was plausible before; blue: what the data leave, both nine in ten; dot: the middle. "
        "The surest come first. Numbers of which nothing was learnt are not drawn.",
        figure,
        table(found, [LEARNT]),
    )


def table(found: Calibration, verdicts: Sequence[str]) -> pd.DataFrame:
    """What is known of the parameters with these verdicts, as text, the surest first."""
    places = [n for n in range(len(found.factors)) if found.verdict(n) in verdicts]
    gate = found.gate
    rows = [
        (
            sentence(spoken(found.factors[place].name)),
            before_said(found, place),
            now_said(found, place),
            percent(found.left(place), 0),
            percent(gate.coverage[place], 0),
            f"{gate.uniform[place]:.2g}",
        )
        for place in sorted(places, key=found.left)
    ]
    columns = ["Number", "Before", "Now", "Spread left", "Intervals of 90% hold", "p of ranks"]
    return pd.DataFrame(rows, columns=columns)


def before_said(found: Calibration, place: int) -> str:
    """What was plausible of a parameter in nine cases of ten."""
    low, high = found.before(place)
    return range_said(low, high, found.factors[place].unit)


def now_said(found: Calibration, place: int) -> str:
    """What the data leave of it, likewise."""
    low, _, high = found.interval(place)
    return range_said(low, high, found.factors[place].unit)


# Plans --------------------------------------------------------------------------------------------


def planned(found: Plan) -> Chart:
    """What each kind of data would leave of each number and decision of which any tells something."""
    about = best_told(found)
    head = len(found.kinds) * style.LINE + 10
    block = style.LINE + 4 + LANE * len(found.kinds) + GAP
    height = head + block * len(about)
    figure = style.canvas(height + FOOT, left=8, right=14, top=2, bottom=FOOT)
    looks = [style.look(place) for place in range(len(found.kinds))]
    texts = [
        left_text(f"<b>{style.plain(sentence(kind))}</b>", style.LINE * (place + 0.5),
                  font={"color": looks[place].colour, "size": style.SIZE})
        for place, kind in enumerate(found.kinds)
    ]  # fmt: skip
    left = found.left
    shares = left.loc[about].to_numpy(float)
    for row, name in enumerate(about):
        top = head + row * block
        texts.append(left_text(style.plain(sentence(spoken(name))), top + style.LINE / 2))
        for lane, kind in enumerate(found.kinds):
            value = shares[row, lane]
            figure.add_bar(
                x=[value], y=[top + style.LINE + 4 + LANE * (lane + 0.5)], width=[LANE - 3],
                orientation="h", opacity=1.0 if value < 1 else 0.25,
                marker={"color": looks[lane].colour, "line": {"width": 0}},
                hovertemplate=f"{style.plain(kind)}: {percent(value, 0)}<extra></extra>",
            )  # fmt: skip
    axis = style.share_axis(1.0, title=_title("of the spread is left"))
    figure.update_layout(annotations=texts, xaxis=axis, yaxis=pixel_axis(height))
    surest = left.min(axis=0).idxmin()
    shown = left.loc[about].map(lambda value: percent(value, 0))
    return Chart(
        "plan",
        f"What data would leave: most would be told by {surest}",
        "A bar for each kind of data, in the colour of its name; the shorter, the surer. Pale: nothing would be "
        f"learnt. Means over {found.checked} firms whose truth is known.",
        figure,
        shown.rename(index=lambda name: sentence(spoken(name))).rename_axis("About").reset_index(),
    )


def _title(text: str) -> dict[str, object]:
    return {"text": text, "standoff": 2, "font": {"size": style.SIZE}}
