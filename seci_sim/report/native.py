"""The numbers of each chart, for programs that draw charts themselves: workbooks and slides.

They come from the same functions as the charts of the page, which has them as pictures and as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from seci_sim.experiment import statistics
from seci_sim.experiment.run import WHOLE
from seci_sim.experiment.statistics import MODES, add_ratios
from seci_sim.figures import curves, groups, launches, style
from seci_sim.figures.hours import LOOKS, hours_a_head
from seci_sim.parameters import SECI

if TYPE_CHECKING:
    from seci_sim.experiment.run import Results
    from seci_sim.figures import Chart

Kind = Literal["lines", "bars", "stacked"]


@dataclass(frozen=True)
class Mark:
    """How a curve or a kind of bar is drawn."""

    colour: str
    """As ``#RRGGBB``."""
    dash: str = "solid"
    """One of `seci_sim.figures.style.DASHES`."""
    hatched: bool = False


@dataclass(frozen=True)
class Native:
    """One chart as numbers."""

    kind: Kind
    numbers: pd.DataFrame
    """A column a curve or a kind of bar, named for the reader; NaN where there is no value. The
    index is what lies across, and is called after it: weeks, or policies, markets, income bands."""
    unit: str
    """``share``, or what else the numbers count."""
    marks: tuple[Mark, ...]
    """Of the columns."""


def natives(results: Results, drawn: Sequence[Chart]) -> dict[str, Native]:
    """The charts that a workbook or a slide can draw, by their keys.

    Parameters
    ----------
    results : Results
        What was run.
    drawn : sequence of Chart
        Its charts.

    Returns
    -------
    dict
        The SECI wheel is left out: its four scales do not fit one chart.
    """
    if results.scenarios[0].model != SECI:
        return {chart.key: _weekly(results, chart.key, "scenario") for chart in drawn}
    names = [scenario.name for scenario in results.scenarios]
    summary, alone = add_ratios(results.summary), len(names) == 1
    found: dict[str, Native] = {}
    for chart in drawn:
        match chart.key:
            case "spread":
                found["spread"] = _weekly(results, "staff_knowing", "scenario")
            case "needs":
                found["needs"] = _needs_by_week(results) if alone else _needs(summary, names)
            case "hours":
                found["hours"] = _hours(summary, names)
            case "markets":
                found["markets"] = (
                    _weekly(results, "needs_met", "market") if alone else _markets(results, names)
                )
            case "bands":
                found["bands"] = _bands(summary, names)
            case "launches":
                found["launches"] = _launches(results, names)
    return found


def by_week(results: Results, measure: str, by: str) -> dict[str, pd.DataFrame]:
    """Mean and band of a measure over the runs: a row a week, the same weeks for every name.

    Parameters
    ----------
    by : str
        ``scenario``, over all markets, or ``market``.

    Returns
    -------
    dict
        Tables with the columns ``mean``, ``low`` and ``high``, by the names in the column ``by``.
    """
    weekly = results.weekly
    rows = weekly[(weekly["market"] == WHOLE) == (by == "scenario")]
    found = {
        name: part.set_index("week")[["mean", "low", "high"]]
        for name, part in curves.split(curves.bands(rows, measure, [by]), by).items()
    }
    weeks = pd.Index(sorted(set().union(*(part.index for part in found.values()))), name="week")
    return {name: part.reindex(weeks) for name, part in found.items()}


def _weekly(results: Results, measure: str, by: str) -> Native:
    means = {name: part["mean"] for name, part in by_week(results, measure, by).items()}
    unit = next(declared.unit for declared in results.measures if declared.name == measure)
    across = "Week" if results.scenarios[0].model == SECI else "Period"
    return Native("lines", pd.DataFrame(means).rename_axis(across), unit, _policies(len(means)))


def _needs_by_week(results: Results) -> Native:
    name = results.scenarios[0].name
    means = {
        word: by_week(results, measure, "scenario")[name]["mean"]
        for measure, word in (("needs_met", "met"), ("needs_mis_served", "mis-served"))
    }
    return Native("lines", pd.DataFrame(means).rename_axis("Week"), "share", _policies(2))


def _needs(summary: pd.DataFrame, names: Sequence[str]) -> Native:
    numbers = {
        word: [statistics.level(summary, name, measure).mean for name in names]
        for measure, word in (("needs_met", "met"), ("needs_mis_served", "mis-served"))
    }
    marks = (Mark(style.INK), Mark(style.INK, hatched=True))
    return Native("bars", _table(numbers, names, "Policy"), "share", marks)


def _hours(summary: pd.DataFrame, names: Sequence[str]) -> Native:
    spent = hours_a_head(summary, names)
    numbers = {mode: [spent[name][mode] for name in names] for mode in MODES}
    marks = tuple(Mark(LOOKS[mode]["color"], hatched="pattern" in LOOKS[mode]) for mode in MODES)
    return Native("stacked", _table(numbers, names, "Policy"), "hours a head and year", marks)


def _markets(results: Results, names: Sequence[str]) -> Native:
    places = _places(results)
    found = groups.market_levels(groups.market_runs(results.weekly, places), names, places)
    return _by_place(found, names, places, "share")


def _launches(results: Results, names: Sequence[str]) -> Native:
    rows = launches.launch_runs(results.weekly, _places(results))
    return _by_place(launches.launch_levels(rows, names), names, list(rows), "weeks")


def _places(results: Results) -> list[str]:
    return list(dict.fromkeys(m for scenario in results.scenarios for m in scenario.markets))


def _by_place(
    found: groups.Table, names: Sequence[str], places: Sequence[str], unit: str
) -> Native:
    numbers = {
        name: [found[place, name].mean if (place, name) in found else float("nan") for place in places]
        for name in names
    }  # fmt: skip
    return Native("bars", _table(numbers, places, "Market"), unit, _policies(len(names)))


def _bands(summary: pd.DataFrame, names: Sequence[str]) -> Native:
    every = groups.income_bands(summary)
    numbers = {
        f"{name}: {words}": [
            statistics.level(groups.band_share(summary, outcome, band), name, "share").mean
            for band in every
        ]
        for outcome, words in groups.OUTCOMES.items()
        for name in names
    }
    marks = [_policies(len(names), hatched=outcome == "adherent") for outcome in groups.OUTCOMES]
    return Native("bars", _table(numbers, every, "Income band"), "share", sum(marks, ()))


def _table(numbers: dict[str, list[float]], rows: Sequence[str], across: str) -> pd.DataFrame:
    return pd.DataFrame(numbers, index=pd.Index(rows, name=across))


def _policies(count: int, *, hatched: bool = False) -> tuple[Mark, ...]:
    looks = [style.look(position) for position in range(count)]
    return tuple(Mark(look.colour, look.dash, hatched) for look in looks)
