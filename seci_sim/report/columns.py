"""The comparison in full precision: a column of numbers for each thing that the page says in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from seci_sim.declaring import PERIODS
from seci_sim.experiment import statistics
from seci_sim.experiment.access import subsidy_per_patient
from seci_sim.experiment.statistics import (
    HOURS_A_HEAD,
    ON_TREATMENT,
    PATIENT_HOURS_A_HEAD,
    Estimate,
)
from seci_sim.measures import Measure

NOTHING = float("nan")


@dataclass(frozen=True)
class Column:
    """One number of every policy."""

    heading: str
    unit: str
    """``share``, or what else is counted; what is in percentage points is counted in shares."""
    values: tuple[float, ...]
    """NaN where a question does not arise or has no answer."""


def policies(summary: pd.DataFrame, names: Sequence[str]) -> list[Column]:
    """What every policy led to, and its paired change from the first; see `seci_sim.report.answer`."""
    counted = [statistics.when_reached(summary, name, "weeks_until_half_know") for name in names]
    weeks = tuple(NOTHING if found.median is None else found.median for found in counted)
    return [
        *_with_change(summary, names, "Needs met", "needs_met", "share", counts=True),
        *_with_change(summary, names, "Needs mis-served", "needs_mis_served", "share"),
        *_with_change(summary, names, "Hours in the four modes", HOURS_A_HEAD, "hours a head and year"),
        *_with_range("With patients", "hours a head and year",
                     [statistics.level(summary, name, PATIENT_HOURS_A_HEAD) for name in names]),
        *_with_range("Hours per percentage point gained", "hours a head and year", _prices(summary, names)),
        Column("Weeks until half the staff know, median run", "weeks", weeks),
        Column("Runs that got there", "runs", tuple(float(found.reached) for found in counted)),
        *_with_change(summary, names, "On treatment", ON_TREATMENT, "share"),
        *_with_change(summary, names, "Subsidy", "subsidy", "money"),
        *_with_range("Subsidy per patient more on treatment than under the first", "money",
                     [None, *(subsidy_per_patient(summary, name, names[0]) for name in names[1:])]),
    ]  # fmt: skip


def classics(
    summary: pd.DataFrame, names: Sequence[str], measures: Sequence[Measure]
) -> list[Column]:
    """What every scenario of a published model ended with."""
    return [
        column
        for measure in (*measures, PERIODS)
        for column in _with_change(
            summary, names, measure.name.replace("_", " ").capitalize(), measure.name, measure.unit
        )
    ]


def _with_change(
    summary: pd.DataFrame,
    names: Sequence[str],
    heading: str,
    measure: str,
    unit: str,
    *,
    counts: bool = False,
) -> Iterator[Column]:
    """A measure with its interval, then its change from the first policy with its own."""
    yield from _with_range(heading, unit, [statistics.level(summary, n, measure) for n in names])
    if len(names) == 1:
        return
    changes = [
        None if name == names[0] else statistics.difference(summary, name, names[0], measure)
        for name in names
    ]
    yield from _with_range(f"{heading}: change from the first", unit, changes)
    if counts:
        better = tuple(NOTHING if found is None else float(found.better) for found in changes)
        used = tuple(NOTHING if found is None else float(found.used) for found in changes)
        yield Column("Better in", "runs", better)
        yield Column("of", "runs", used)


def _with_range(heading: str, unit: str, found: Sequence[Estimate | None]) -> Iterator[Column]:
    """A mean and the ends of its 95% interval."""
    ends = [
        (NOTHING, NOTHING) if one is None or one.interval is None else one.interval for one in found
    ]
    yield Column(heading, unit, tuple(NOTHING if one is None else one.mean for one in found))
    yield Column("from", unit, tuple(low for low, _ in ends))
    yield Column("to", unit, tuple(high for _, high in ends))


def _prices(summary: pd.DataFrame, names: Sequence[str]) -> list[Estimate | None]:
    """What a point gained costs; nothing where more was not gained for more hours."""
    found = [statistics.hours_per_point(summary, name, names[0]) for name in names[1:]]
    return [None, *(price if price is not None and price.mean > 0 else None for price in found)]
