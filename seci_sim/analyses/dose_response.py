"""How an outcome follows one setting, step by step: curves with bands, and their differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seci_sim.analyses.made import Made, within_shares
from seci_sim.analyses.noise import Unanswerable, check_ran
from seci_sim.figures import labels, style
from seci_sim.figures.curves import faint
from seci_sim.figures.drawing import Drawing
from seci_sim.figures.style import Chart
from seci_sim.lab.analysis_kinds import DoseResponse
from seci_sim.lab.statistics import (
    Difference,
    estimate,
    over_worlds,
    paired_difference,
    separated,
)
from seci_sim.words import (
    change_range,
    change_unit,
    changed,
    listed,
    measured,
    quoted,
    setting,
    spoken,
)

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings

HEIGHT = 340

ROOM = 1.06
"""How far an axis reaches beyond the highest value."""

Curves = dict[str, dict[float, "pd.Series[float]"]]


def make(findings: Findings, asked: DoseResponse) -> Made:
    """Follow an outcome over the levels of a factor."""
    outcome, factor, units = asked.outcome, asked.factor, findings.experiment.units
    told_apart = [factor, *([asked.by] if asked.by else [])]
    check_ran(findings.experiment, findings.table, told_apart)
    table = dose_response(findings.table, outcome, factor, asked.by)
    _check_compared(table, outcome)
    if units[outcome] == "share":
        within_shares(table, ["low", "high"])
    named = (outcome, units[outcome], factor, units[factor])
    shown = doses(table, *named)
    worlds = findings.table.groupby([*told_apart, _luck(findings.table)]).size().max()
    if worlds > 1:
        shown = replace(
            shown,
            description=f"{shown.description} Each run's value is its mean over {worlds} worlds.",
        )
    return Made((shown, differences(table, *named)), table)


def dose_response(
    table: pd.DataFrame, outcome: str, factor: str, by: str | None = None
) -> pd.DataFrame:
    """Follow an outcome over the levels of a factor.

    Parameters
    ----------
    table : DataFrame
        A row a run: the factor, ``replication``, the outcome, and the column ``by``.
    outcome, factor : str
        Columns.
    by : str, optional
        Column of curves to be drawn apart, such as ``policy``.

    Returns
    -------
    DataFrame
        A row for each curve and dose, doses rising: ``curve``, ``dose``, ``runs``; ``mean``,
        ``low``, ``high`` (its 95% interval); ``change`` with ``change_low``, ``change_high`` and
        ``apart``: from the lowest dose, or, where there are several curves, from the first curve
        at the same dose; ``step`` with ``step_low``, ``step_high``: from the dose before;
        ``below_best``: told from the dose of its curve with the highest mean. Differences are
        paired by luck and world, and intervals hold together in 95% of experiments (Bonferroni):
        those within curves over all pairs of doses of all curves, since the best of each is picked
        by its result; those from the first of several curves over all of them. Where runs of several
        worlds stand in the table, an outcome is its mean over those that share their luck; runs of
        worlds that share none count one by one.

    Examples
    --------
    >>> runs = pd.DataFrame({"dose": [0, 0, 1, 1, 2, 2], "replication": [0, 1] * 3,
    ...                      "met": [0.1, 0.2, 0.3, 0.41, 0.31, 0.4]})
    >>> dose_response(runs, "met", "dose")[["dose", "mean", "change", "step"]].round(3)
       dose   mean  change   step
    0   0.0  0.150     NaN    NaN
    1   1.0  0.355   0.205  0.205
    2   2.0  0.355   0.205  0.000
    """
    curves = _curves(table, outcome, factor, by)
    first = next(iter(curves.values()))
    sizes = [len(curve) for curve in curves.values()]
    pairs = max(1, sum(size * (size - 1) // 2 for size in sizes))
    changes = sum(sizes) - len(first) if len(curves) > 1 else pairs
    rows = []
    for name, curve in curves.items():
        before: pd.Series[float] | None = None
        best = max(curve.values(), key=_known_mean)
        for dose, runs in curve.items():
            found = estimate(runs)
            low, high = found.interval or (float("nan"), float("nan"))
            row = {"curve": name, "dose": dose, "runs": found.used,
                   "mean": found.mean, "low": low, "high": high}  # fmt: skip
            reference = first.get(dose) if len(curves) > 1 else next(iter(first.values()))
            if reference is not None and reference is not runs:
                change = _paired(runs, reference, changes)
                row |= _named("change", change) | {"apart": separated(change)}
            if before is not None:
                row |= _named("step", _paired(runs, before, pairs))
            before = runs
            below = separated(_paired(runs, best, pairs))
            rows.append({"apart": False} | row | {"below_best": below})
    columns = ["curve", "dose", "runs", "mean", "low", "high", "apart", "below_best"]
    columns += [f"{kind}{end}" for kind in ("change", "step") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows).reindex(columns=columns)


def enough(found: pd.DataFrame) -> float | None:
    """The lowest dose from which up to the one with the highest mean none is told from that.

    Parameters
    ----------
    found : DataFrame
        One curve that is alone in its table, as `dose_response` gives it.

    Returns
    -------
    float or None
        None where no dose is told apart from the lowest, so that nothing is gained by any.
    """
    best = found.loc[[found["mean"].idxmax()]]
    if not best["apart"].iloc[0]:
        return None
    up_to_best = found.loc[: best.index[0]]
    told = np.flatnonzero(up_to_best["below_best"].astype(bool))
    return float(up_to_best["dose"].iloc[told[-1] + 1 if told.size else 0])


def _curves(table: pd.DataFrame, outcome: str, factor: str, by: str | None) -> Curves:
    """Each curve and dose by luck, over all worlds that share it; curves in the order of the table."""
    names = [""] if by is None else [str(name) for name in dict.fromkeys(table[by])]
    curves: Curves = {}
    for name in names:
        rows = table if by is None else table[table[by].astype(str) == name]
        curves[name] = {
            float(dose): over_worlds(rows[rows[factor] == dose], [_luck(rows)], [outcome])[outcome]
            for dose in sorted(set(rows[factor].tolist()))
        }
    return curves


def _check_compared(found: pd.DataFrame, outcome: str) -> None:
    """Refuse a curve of which no level can be held against what all are held against."""
    names = list(dict.fromkeys(found["curve"]))
    for name in names[1:] or names:
        if found.loc[found["curve"] == name, "change"].isna().all():
            whose = f" of {quoted(name)}" if name else ""
            what = f"no pair of runs{whose} has a value of {outcome}"
            raise Unanswerable(f"{what}; there is nothing to compare")


def _luck(table: pd.DataFrame) -> str:
    """The column that tells which runs share their luck."""
    return "seed" if "seed" in table else "replication"


def _known_mean(runs: pd.Series[float]) -> float:
    """A mean by which doses are ranked; one that no run has a value for comes last."""
    return float(np.nan_to_num(runs.mean(), nan=-np.inf))


def _paired(runs: pd.Series[float], reference: pd.Series[float], comparisons: int) -> Difference:
    both = runs.index.union(reference.index)
    return paired_difference(runs.reindex(both), reference.reindex(both), comparisons=comparisons)


def _named(kind: str, found: Difference) -> dict[str, float]:
    low, high = found.interval or (float("nan"), float("nan"))
    return {kind: found.mean, f"{kind}_low": low, f"{kind}_high": high}


def doses(found: pd.DataFrame, outcome: str, unit: str, factor: str, factor_unit: str) -> Chart:
    """An outcome over the levels of a factor: a curve with its band, or several.

    Parameters
    ----------
    found : DataFrame
        As `dose_response` gives it.
    outcome, factor : str
        Their names, and in `unit` and `factor_unit` their units.
    """
    names = list(dict.fromkeys(found["curve"]))
    figure = _figure(found, names, "", unit, factor, factor_unit)
    return Chart(
        "doses",
        title(found, outcome, unit, factor, factor_unit),
        f"{spoken(outcome).capitalize()} at each level of {spoken(factor)} that was run (dots), mean "
        "over the runs; the band is the 95% interval of each mean.",
        figure,
        as_text(found, unit, factor_unit),
    )


def differences(
    found: pd.DataFrame, outcome: str, unit: str, factor: str, factor_unit: str
) -> Chart:
    """What each curve differs by from the first at the same level, or one from its lowest level."""
    names = list(dict.fromkeys(found["curve"]))
    compared = found.dropna(subset="change")
    shown = compared.assign(
        mean=compared["change"], low=compared["change_low"], high=compared["change_high"]
    )
    several = len(names) > 1
    figure = _figure(shown, names[1:] if several else names, "change", unit, factor, factor_unit,
                     offset=int(several))  # fmt: skip
    figure.add_hline(y=0, line={"width": 1.5, "color": style.QUIET})
    against = quoted(names[0]) if several else f"the lowest {spoken(factor)}"
    return Chart(
        "differences",
        f"Change of {spoken(outcome)} from {against}, run by run on the same luck"
        f" ({change_unit(unit)})",
        "Mean of the paired differences at each level; the intervals are so wide that all of them "
        "hold together in 95% of experiments.",
        figure,
        as_text(found, unit, factor_unit),
    )


def _figure(
    found: pd.DataFrame, names: Sequence[str], kind: str, unit: str, factor: str,
    factor_unit: str, offset: int = 0,
) -> Drawing:  # fmt: skip
    labelled = len(names) > 1 or bool(offset)
    figure = style.canvas(HEIGHT, right=labels.label_margin(names) if labelled else 16)
    top, bottom = float(found["high"].max()), float(found["low"].min())
    low = min(0.0, bottom * ROOM)
    high = max(top * ROOM, 1e-9)
    ends = []
    for place, name in enumerate(names):
        curve = found[found["curve"] == name]
        look = style.look(place + offset)
        edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        figure.add_scatter(x=curve["dose"], y=curve["low"], **edge)
        figure.add_scatter(
            x=curve["dose"], y=curve["high"], fill="tonexty", fillcolor=faint(look.colour), **edge
        )
        figure.add_scatter(
            x=curve["dose"], y=curve["mean"], mode="lines+markers", name=style.plain(name),
            line={"color": look.colour, "dash": look.dash, "width": 3},
            marker={"symbol": look.symbol, "size": 9},
            hovertemplate="%{x}: %{y:.1%}<extra></extra>" if unit == "share" else "%{x}: %{y:.4g}<extra></extra>",
        )  # fmt: skip
        ends.append(float(curve["mean"].iloc[-1]))
    texts = []
    if labelled:
        looks = [style.look(place + offset) for place in range(len(names))]
        height = figure.inner_height
        texts = labels.end_labels(
            names, looks, ends, ends=(low, high), pixels=(height, height + 30)
        )
    axis = {**style.AXIS, "range": [low, high], "gridcolor": style.RULE}
    if unit == "share":
        axis |= {"tickformat": "+.0%" if kind else ".0%"}
        if high - low < 0.05:
            axis |= {"tickformat": "+.1%" if kind else ".1%"}
    return figure.update_layout(
        annotations=texts, xaxis=dose_axis(found["dose"], factor, factor_unit), yaxis=axis
    )


def dose_axis(values: pd.Series[float], factor: str, unit: str) -> dict[str, object]:
    """An axis that is ticked where something was run, as far as the ticks keep clear."""
    low, high = float(values.min()), float(values.max())
    ticks: list[float] = []
    for value in sorted(set(values)):
        if not ticks or (value - ticks[-1]) >= (high - low) / 9:
            ticks.append(value)
    margin = (high - low) * 0.03 or 0.5
    return {
        **style.AXIS,
        "range": [low - margin, high + margin],
        "tickvals": ticks,
        "ticktext": [setting(tick, unit) for tick in ticks],
        "gridcolor": style.RULE,
        "title": {"text": spoken(factor), "standoff": 2, "font": {"size": style.SIZE}},
    }


def title(found: pd.DataFrame, outcome: str, unit: str, factor: str, factor_unit: str) -> str:
    """From where to where one curve goes, or where several differ most."""
    names = list(dict.fromkeys(found["curve"]))
    what = spoken(outcome)
    if len(names) > 1:
        told = [_against_first(found, name, unit, factor_unit) for name in names[1:]]
        return f"{what.capitalize()} by {spoken(factor)}, against {quoted(names[0])}: {'; '.join(told)}"
    return _alone(found, outcome, unit, factor, factor_unit)


def _against_first(found: pd.DataFrame, name: str, unit: str, factor_unit: str) -> str:
    """At which levels one curve lies above the first, or below."""
    own = found[(found["curve"] == name)].dropna(subset="change")
    parts = []
    for word, chosen in (
        ("lies above it", own["apart"].astype(bool) & (own["change"] > 0)),
        ("lies below it", own["apart"].astype(bool) & (own["change"] < 0)),
        ("is not told apart", ~own["apart"].astype(bool)),
    ):
        rows = own[chosen]
        if rows.empty:
            continue
        levels = listed([setting(dose, factor_unit) for dose in rows["dose"]])
        if len(rows) == len(own):
            levels = "every level"
        if word == "is not told apart":
            parts.append(f"{word} at {levels}")
            continue
        most = rows.loc[[rows["change"].abs().idxmax()]].iloc[0]
        parts.append(
            f"{word} at {levels} ({changed(most['change'], unit)} {change_unit(unit)} at "
            f"{setting(most['dose'], factor_unit)}, "
            f"{change_range(most['change_low'], most['change_high'], unit)})"
        )
    return f"{quoted(name)} {', '.join(parts)}"


def _alone(found: pd.DataFrame, outcome: str, unit: str, factor: str, factor_unit: str) -> str:
    """How one curve moves from its lowest level."""
    what, first = spoken(outcome), found.iloc[0]
    apart = found[found["apart"].astype(bool)]
    if apart.empty:
        return f"No level of {spoken(factor)} is told from {setting(first['dose'], factor_unit)} in {what}"
    rising = apart["change"].max() > 0
    place = apart["change"].idxmax() if rising else apart["change"].idxmin()
    most, last = found.loc[[place]].iloc[0], found.iloc[-1]
    word = "rise" if rising else "fall"
    verb = word if what.startswith("needs") else f"{word}s"
    sentence = (
        f"{what.capitalize()} {verb} from {measured(first['mean'], unit)} to "
        f"{measured(most['mean'], unit)} as {spoken(factor)} goes from "
        f"{setting(first['dose'], factor_unit)} to {setting(most['dose'], factor_unit)} "
        f"({changed(most['change'], unit)} {change_unit(unit)}, "
        f"{change_range(most['change_low'], most['change_high'], unit)})"
    )
    if not rising:
        return sentence
    dose = enough(found)
    if dose is not None and dose < most["dose"]:
        sentence += f"; these runs do not tell {setting(dose, factor_unit)} from that"
    if bool(last["below_best"]):
        sentence += (
            f"; at {setting(last['dose'], factor_unit)} it is {measured(last['mean'], unit)}"
        )
    return sentence


def as_text(found: pd.DataFrame, unit: str, factor_unit: str) -> pd.DataFrame:
    """The numbers drawn."""
    rows = []
    for row in found.to_dict("records"):
        interval = f" ({measured(row['low'], unit)} to {measured(row['high'], unit)})"
        shown = {"Level": setting(row["dose"], factor_unit), "Policy": row["curve"],
                 "Mean": measured(row["mean"], unit) + (interval if np.isfinite(row["low"]) else "")}  # fmt: skip
        for kind, head in (("change", "Change"), ("step", "From the level before")):
            ends = change_range(row[f"{kind}_low"], row[f"{kind}_high"], unit)
            value = row[kind]
            shown[head] = f"{changed(value, unit)} ({ends})" if np.isfinite(value) else "–"
        rows.append(shown)
    table = pd.DataFrame(rows)
    return table.drop(columns="Policy") if (found["curve"] == "").all() else table
