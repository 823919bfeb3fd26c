"""What all runs of a lesson show: every setting's outcome, and its change from the first, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.statistics import Estimate, add_ratios, separated
from seci_sim.page.lessons import Lesson
from seci_sim.seci.measures import WEEKS_UNTIL_HALF_KNOW
from seci_sim.words import (
    NOT_KNOWN,
    change_range,
    change_unit,
    changed,
    lately,
    measured,
    percent,
    spoken,
)

TOPS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
"""Where a scale of shares may end."""


@dataclass(frozen=True)
class Row:
    """One setting."""

    setting: str
    value: str
    """Mean of the runs."""
    interval: str
    """Its 95% interval; empty where there is none."""
    change: str
    """Mean change from the first setting on the same luck; empty for the first."""
    changes: str
    """Interval of that change."""
    apart: bool
    """Whether the runs tell it from the first."""
    bar: tuple[float, float, float] | None
    """Mean, low and high end as parts of the scale; None for what is not a share."""


@dataclass(frozen=True)
class Evidence:
    """One outcome in every setting."""

    outcome: str
    """Its name as one would say it."""
    meaning: str
    unit: str
    """What changes are counted in."""
    rows: tuple[Row, ...]
    top: str
    """Where the scale of the bars ends; empty where there are none."""


def evidence(lesson: Lesson, summary: pd.DataFrame) -> list[Evidence]:
    """What the runs show, for the outcome of the bet and for each outcome of the lesson.

    Parameters
    ----------
    lesson : Lesson
        What was run.
    summary : DataFrame
        A row for each setting and seed; see `seci_sim.lab.run.Results`.
    """
    found = Comparison(add_ratios(summary), lesson.labels, lesson.scenarios[0].horizon)
    names = dict.fromkeys([lesson.bet.outcome, *lesson.outcomes])
    return [_evidence(lesson, found, name) for name in names]


def _evidence(lesson: Lesson, found: Comparison, name: str) -> Evidence:
    unit = lesson.measures[name].unit
    levels = [found.level(label, name) for label in lesson.labels]
    top = _top(levels) if unit == "share" else 0.0
    return Evidence(
        outcome=spoken(name.replace("_horizon", ", all weeks")).capitalize(),
        meaning=_when(lesson, name) + lesson.measures[name].meaning,
        unit=change_unit(unit),
        rows=tuple(_row(found, label, name, unit, top) for label in lesson.labels),
        top=percent(top, 0) if top else "",
    )


def _when(lesson: Lesson, name: str) -> str:
    """Over which weeks an outcome is taken; nothing for one that is a week itself."""
    if name == WEEKS_UNTIL_HALF_KNOW.name:
        return ""
    if f"{name}_horizon" in lesson.measures:
        return f"Mean {lately(lesson.scenarios[0].horizon)}. "
    return "Over all weeks. "


def _row(found: Comparison, label: str, name: str, unit: str, top: float) -> Row:
    level = found.level(label, name)
    change = None if label == found.first else found.change(label, name)
    low, high = level.interval or (level.mean, level.mean)
    return Row(
        setting=label,
        value=measured(level.mean, unit),
        interval=_range(level, unit),
        change=changed(change.mean, unit) if change and change.used else "",
        changes=change_range(*change.interval, unit) if change and change.interval else "",
        apart=change is not None and separated(change),
        bar=(level.mean / top, low / top, high / top) if top and level.used else None,
    )


def _range(found: Estimate, unit: str) -> str:
    if found.interval is None:
        return ""
    ends = [measured(end, unit) for end in found.interval]
    return "" if NOT_KNOWN in ends or ends[0] == ends[1] else " to ".join(ends)


def _top(levels: Sequence[Estimate]) -> float:
    """Where a scale ends that holds all bars; 0 where there is nothing to draw."""
    ends = [max(found.interval or (found.mean,)) for found in levels if found.used]
    return next((top for top in TOPS if ends and max(ends) <= top), 0.0)
