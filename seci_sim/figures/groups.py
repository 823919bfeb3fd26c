"""Who gains: the same results by market, by income band and by kind of need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import isfinite
from typing import Any

import pandas as pd

from seci_sim.figures import labels, style
from seci_sim.figures.curves import split
from seci_sim.figures.drawing import Drawing
from seci_sim.figures.rows import (
    GAP,
    NAME,
    as_bars,
    as_text,
    end_text,
    error,
    half_width,
    left_text,
    pixel_axis,
)
from seci_sim.figures.steps import MOST_NAMES, levels_said, with_rest
from seci_sim.figures.style import Chart, Text
from seci_sim.lab.comparison_table import MET, Comparison
from seci_sim.lab.statistics import Estimate, separated
from seci_sim.parameters import WEEKS_A_YEAR
from seci_sim.seci.measures import MEASURES
from seci_sim.words import (
    lately,
    listed,
    not_told_apart,
    percent,
    quoted,
    sentence,
    shortened,
    signed,
)

DOT = 17
"""Pixels of one policy's line in a market's row."""

VALUE = 62
"""Pixels of a value at the end of a line."""

PANEL = 170
"""Pixels of each of the two panels by income band."""

EDGE = 0.15
"""Room before the first and behind the last band, as a share of the way from band to band."""

TICK_CHARACTER = 7.5
"""Pixels of a character of a band's name, on average."""

OUTCOMES = {"started": "start treatment", "adherent": "stay on it"}

KINDS = {
    one.name: one.name.removesuffix("_met")
    for one in MEASURES
    if one.name.endswith("_met") and one.name != MET
}
"""Measures of needs met of each kind, and the kind."""

Groups = dict[str, Comparison]
"""The policies in each group of patients; one that does not exist there has no runs."""


def markets(weekly: pd.DataFrame, compared: Comparison, places: Sequence[str]) -> Chart:
    """Needs met in every market under every policy."""
    groups = by_market(weekly, compared, places)
    found = levels(groups, compared.names, MET).reindex(pd.Index(places, name="Market"))
    found = found.astype(object).where(found.notna(), None)
    return Chart(
        "markets",
        markets_title(groups, compared),
        f"Share of patients' needs met in each market {lately(compared.horizon)}: mean over the "
        "runs with its 95% interval. The sentence counts the markets in which the interval of the "
        "paired difference lies above 0.",
        dots(found),
        as_text(found),
        as_bars(found, "share", style.marks(len(compared.names))),
    )


def by_market(weekly: pd.DataFrame, compared: Comparison, places: Sequence[str]) -> Groups:
    """Needs met lately in every market that was open: a row a run."""
    its_last = weekly.groupby("scenario")["week"].transform("max")
    late = weekly[(weekly["week"] > its_last - WEEKS_A_YEAR) & weekly["market"].isin(places)]
    late = late.dropna(subset=MET)  # a market has no values before it opens
    means = late.groupby(["market", "scenario", "seed"], observed=True)[MET].mean()
    return {
        place: compared.of(rows) for place, rows in split(means.reset_index(), "market").items()
    }


def levels(groups: Groups, names: Sequence[str], measure: str) -> pd.DataFrame:
    """Estimates of a measure: a row a market, a column a policy; None where it has no value."""

    def level(group: Comparison, name: str) -> Estimate | None:
        rows = group.summary[group.summary["scenario"] == name]
        return group.level(name, measure) if rows[measure].notna().any() else None

    columns = {name: [level(group, name) for group in groups.values()] for name in names}
    return pd.DataFrame(columns, pd.Index(groups, name="Market"), dtype=object)


def shared(groups: Groups, one: str, other: str) -> Groups:
    """Groups that exist under both policies."""
    return {
        place: group for place, group in groups.items()
        if {one, other} <= set(group.summary["scenario"])
    }  # fmt: skip


def markets_title(groups: Groups, compared: Comparison) -> str:
    """In how many markets each policy meets more needs, and where it gains most."""
    said = [_markets_said(groups, *step) for step in compared.steps()]
    return sentence(with_rest(said))


def _markets_said(groups: Groups, policy: str, other: str) -> str:
    """One step of a title."""
    changes = {place: group.change(policy, MET, other)
               for place, group in shared(groups, policy, other).items()}  # fmt: skip
    if not changes:
        return f"{quoted(policy)} and {quoted(other)} share no market"
    least = min(changes, key=lambda place: changes[place].mean)
    most = max(changes, key=lambda place: changes[place].mean)
    if all(change.mean == 0 for change in changes.values()):
        return f"{quoted(policy)} meets the same needs as {quoted(other)} in every market"
    low, high = (signed(100 * changes[place].mean) for place in (least, most))
    extent = f"{low} points in {least} to {high} in {most}"
    if changes[least].interval is None:
        return f"{quoted(policy)} less {quoted(other)}: {extent}{not_told_apart(None)}"
    gains = sum(change.mean > 0 for change in changes.values() if separated(change))
    return (
        f"in {gains} of {len(changes)} markets {quoted(policy)} meets more needs than "
        f"{quoted(other)}: {extent}"
    )


def kinds(compared: Comparison) -> Chart:
    """Needs met of each kind under every policy."""
    words = {measure: f"{kind.capitalize()} needs" for measure, kind in KINDS.items()}
    columns = {
        name: [compared.level(name, measure) for measure in words] for name in compared.names
    }
    found = pd.DataFrame(columns, pd.Index(words.values(), name="Needs"))
    return Chart(
        "kinds",
        kinds_title(compared),
        "Share of needs of each kind that are met: those that patients say (expressed), those that only "
        f"contact with patients brings to light (latent), and those that are made of several (systemic) "
        f"{lately(compared.horizon)}; mean over the runs with its 95% interval.",
        dots(found),
        as_text(found),
        as_bars(found, "share", style.marks(len(compared.names))),
    )


def kinds_title(compared: Comparison) -> str:
    """The kind of needs on which the first two policies differ most, or of which one meets most."""
    if len(compared.names) == 1:
        said = [
            f"{percent(compared.mean(compared.first, measure))} of {kind}"
            for measure, kind in KINDS.items()
        ]
        return f"{listed(said)} needs are met {lately(compared.horizon)}"
    name, other = compared.steps()[0]
    most = max(KINDS, key=lambda one: abs(compared.change(name, one, other).mean))
    return f"{KINDS[most].capitalize()} needs met {lately(compared.horizon)}: {levels_said(compared, most)}"


def dots(
    found: pd.DataFrame,
    say: Callable[[float], str] = percent,
    axis: Callable[[float], dict[str, Any]] = style.share_axis,
    start: int = 0,
) -> Drawing:
    """Above, how each policy is drawn; below, a row a group, in it a line a policy.

    `say` puts a mean into words, `axis` makes the axis of means up to a given one, and the first column
    looks as the policy in position `start` does.
    """
    names, groups = [str(name) for name in found], [str(group) for group in found.index]
    key, block = NAME * len(names) + GAP, NAME + DOT * len(names) + GAP
    height = key + len(found) * block
    figure = style.canvas(height + 48, left=style.ZERO, right=VALUE, bottom=48)
    every = [one for name in names for one in found[name] if one is not None]
    longest = max((one.mean + half_width(one) for one in every), default=0.01) or 0.01
    starts = [key + row * block for row in range(len(found))]
    texts = [left_text(f"<b>{style.row_name(group)}</b>", start + NAME / 2)
             for group, start in zip(groups, starts, strict=True)]  # fmt: skip
    for position, name in enumerate(names):
        middle = NAME * (position + 0.5)
        texts.append(left_text(style.row_name(name), middle, x=0.03, xshift=12))
        own = {start + NAME + DOT * (position + 0.5): one
               for start, one in zip(starts, found[name], strict=True) if one is not None}  # fmt: skip
        texts += [end_text(f"<b>{say(one.mean)}</b>", one, top) for top, one in own.items()]
        look, places = (
            style.look(start + position),
            [Estimate(longest * 0.03, None, 0, 0), *own.values()],
        )
        figure.add_scatter(
            x=[one.mean for one in places], y=[middle, *own], mode="markers", cliponaxis=False,
            name=style.plain(name), error_x=error(places, look.colour),
            marker={"color": look.colour, "symbol": look.symbol, "size": 11},
            customdata=["", *(say(one.mean) for one in own.values())],
            hovertemplate="%{customdata}<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    return figure.update_layout(
        annotations=texts, xaxis=axis(longest * 1.02), yaxis=pixel_axis(height)
    )


def income_bands(summary: pd.DataFrame) -> list[str]:
    """Income bands that have patients, from the lowest to the highest."""
    every = [c.removeprefix("started_") for c in summary.columns if c.startswith("started_")]
    return [band for band in every if summary[f"eligible_{band}"].gt(0).any()]


def band_shares(compared: Comparison, every: Sequence[str]) -> Comparison:
    """Of each band's eligible patients, those that started, or stayed on, treatment."""
    summary = compared.summary
    shares = {f"{outcome}_{band}": summary[f"{outcome}_{band}"] / summary[f"eligible_{band}"]
              for outcome in OUTCOMES for band in every}  # fmt: skip
    return compared.of(summary[["scenario", "seed"]].assign(**shares))


def bands(compared: Comparison) -> Chart:
    """Who starts treatment and stays on it, by income band and policy."""
    every, names = income_bands(compared.summary), compared.names
    shares = band_shares(compared, every)
    columns = {
        f"{name}: {words}": [shares.level(name, f"{outcome}_{band}") for band in every]
        for name in names
        for outcome, words in OUTCOMES.items()
    }
    found = pd.DataFrame(columns, pd.Index(every, name="Income band"))
    of_both = [f"{name}: {words}" for words in OUTCOMES.values() for name in names]
    marks = style.marks(len(names)) + style.marks(len(names), hatched=True)
    return Chart(
        "bands",
        bands_title(compared, shares, every),
        "Of the patients in each income band for whom treatment is right, the share that starts it "
        "(above) and that stays on it (below), over the whole run; mean over the runs with its 95% "
        "interval.",
        band_panels(found, names),
        as_text(found),
        as_bars(found[of_both], "share", marks),
    )


def band_panels(found: pd.DataFrame, names: Sequence[str]) -> Drawing:
    """Two panels of lines over the income bands, with the policies' names where the upper ends."""
    panel, every = max(PANEL, labels.labels_height(names) // 2), list(found.index)
    inner, right = 2 * panel + NAME + GAP, labels.label_margin(names)
    angle, below = tick_slope(every, right)
    figure = style.canvas(inner + NAME + below, right=right, top=NAME, bottom=below)
    texts: list[Text] = []
    for axis, top, words in zip(("", "2"), (1.0, panel / inner), OUTCOMES.values(), strict=True):
        for position, name in enumerate(names):
            add_line(figure, found[f"{name}: {words}"], name, position, axis)
        texts.append(
            {"x": 0, "xref": "paper", "xanchor": "left", "y": top, "yref": "paper",
             "yanchor": "bottom", "showarrow": False, "borderpad": 3,
             "text": f"<b>Patients who {words}</b>"}
        )  # fmt: skip
    ends = {}
    for position, name in enumerate(names):
        upper = [one.mean for one in found[f"{name}: {OUTCOMES['started']}"] if isfinite(one.mean)]
        if upper:
            ends[name] = (style.look(position), upper[-1])
    looks, last = [look for look, _ in ends.values()], [end for _, end in ends.values()]
    texts += labels.end_labels(list(ends), looks, last, pixels=(panel, inner))
    category = {**style.AXIS, "type": "category", "range": [-EDGE, len(every) - 1 + EDGE]}
    return figure.update_layout(
        annotations=texts,
        xaxis={**category, "showticklabels": False, "anchor": "y"},
        xaxis2={**category, "anchor": "y2", "tickangle": angle},
        yaxis=style.share_axis(1.0, domain=[1 - panel / inner, 1], dtick=0.25),
        yaxis2=style.share_axis(1.0, domain=[0, panel / inner], dtick=0.25),
    )


def tick_slope(every: Sequence[str], right: int) -> tuple[int, int]:
    """Angle of the bands' names and the pixels they need below, so that they fit a phone.

    Examples
    --------
    >>> tick_slope(["low", "middle", "high"], 100), tick_slope(["a long name", "another"] * 3, 100)
    ((0, 40), (-35, 77))
    """
    lengths = [len(band_name(band)) for band in every]
    between = (style.PHONE - style.LEFT - right) / (len(every) - 1 + 2 * EDGE)
    if max(map(sum, pairwise(lengths)), default=0) / 2 * TICK_CHARACTER <= between:
        return 0, 40
    return -35, int(30 + 0.57 * TICK_CHARACTER * max(lengths))


def band_name(band: str) -> str:
    """A band's name below its axis."""
    return style.plain(shortened(band, 16))


def add_line(figure: Drawing, found: pd.Series[Any], name: str, position: int, axis: str) -> None:
    """One policy from the lowest band to the highest."""
    look = style.look(position)
    figure.add_scatter(
        x=[band_name(band) for band in found.index], y=[one.mean for one in found],
        xaxis=f"x{axis}", yaxis=f"y{axis}", mode="lines+markers", name=style.plain(name),
        line={"color": look.colour, "dash": look.dash, "width": 3},
        marker={"symbol": look.symbol, "size": 10}, error_y=error(list(found), look.colour),
        hovertemplate="%{x}: %{y:.1%}<extra>%{fullData.name}</extra>",
    )  # fmt: skip


def bands_title(compared: Comparison, shares: Comparison, every: Sequence[str]) -> str:
    """What share of the lowest and the highest band stays on treatment."""
    ends = [f"adherent_{band}" for band in (every[0], every[-1])]
    kept = {name: [percent(shares.mean(name, end)) for end in ends] for name in compared.names}
    lowest, highest = quoted(every[0]), quoted(every[-1])
    if len(kept) == 1:
        low, high = kept[compared.first]
        return f"{low} of patients in the band {lowest} stay on treatment, {high} in {highest}"
    said = [f"{low} and {high} under {quoted(name)}" for name, (low, high) in kept.items()]
    more = f", and {len(said) - MOST_NAMES} more below" if len(said) > MOST_NAMES else ""
    return f"Patients of the bands {lowest} and {highest} who stay on treatment: {'; '.join(said[:MOST_NAMES])}{more}"
