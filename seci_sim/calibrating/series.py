"""A firm's series, from whatever file they stand in: indicators by quarter, survey scores by year."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from seci_sim.calibrating.observed import INDICATORS, MEASURED, SCORES, Data, Item, Kind
from seci_sim.scenario import InputProblem
from seci_sim.scenario.own_firm.amounts import amount_of, settled_decimal
from seci_sim.scenario.own_firm.columns import Column
from seci_sim.scenario.own_firm.dates import day_of, is_nothing, settled_order
from seci_sim.scenario.own_firm.lists import Table, opened, read_table
from seci_sim.scenario.own_firm.understanding import Hints, Mistakes, Understanding, counted
from seci_sim.scenario.problems import shown
from seci_sim.scenario.quantities import Unclear
from seci_sim.words import spoken

FIRST_YEAR = 1900
"""Whole numbers from here on are years of the calendar; smaller ones are counted from the first week."""

_BY_QUARTER = Column(
    "quarter",
    "the quarter that a row is of",
    True,
    "quarter, period, fiscal quarter, year quarter, date, month, time, quartal, trimestre",
)
_BY_YEAR = Column(
    "year",
    "the year of the survey",
    True,
    "year, survey year, wave, period, date, jahr, année, año",
)
INDICATOR_COLUMNS = (
    _BY_QUARTER,
    *(Column(name, MEASURED[name].meaning, False, spoken(name)) for name in INDICATORS),
)
SURVEY_COLUMNS = (
    _BY_YEAR,
    *(
        Column(name, f"a score of {name}", False, f"{name} score, {name.replace('iz', 'is')}")
        for name in SCORES
    ),
)
_QUARTER = re.compile(
    r"(?:(\d{4})[\s\-/.]*[QqTt]\.?\s*([1-4])|[QqTt]\.?\s*([1-4])[\s\-/.]*(\d{4}))"
)


class Calendar(NamedTuple):
    """Where the quarters of the calendar lie in a scenario."""

    quarters: int
    """Whole quarters of the scenario."""
    begins: int | None = None
    """The first of them, counted as four times the year and the quarter from 0; found where unknown."""


class Series(NamedTuple):
    """A firm's series, and the calendar with which it was read."""

    data: Data
    calendar: Calendar


def read_indicators(
    path: Path, calendar: Calendar, hints: Hints, today: date, understanding: Understanding
) -> Series:
    """Read indicators by quarter: a column of quarters or days, and a column for each measure.

    Raises
    ------
    InputProblem
        It is no such table, or holds what cannot be.
    FileProblem, MissingExtra
        It cannot be read.
    """
    table = _table(path, INDICATOR_COLUMNS, INDICATORS, hints, understanding)
    cells = _cells(table, hints, today, understanding, _share)
    calendar = _settled(calendar, [time for time, _ in cells], table.label, understanding)
    means = _means(cells, lambda time: _counted_from(time, calendar), table.label, understanding)
    return Series(_data("indicator", means, calendar.quarters, table, "quarter"), calendar)


def read_survey(
    path: Path, calendar: Calendar, hints: Hints, today: date, understanding: Understanding
) -> Series:
    """Read scores of a survey by year, of whatever scale; several rows of a year are averaged.

    Raises
    ------
    InputProblem
        It is no such table, or has fewer than two years, of which scores could differ.
    FileProblem, MissingExtra
        It cannot be read.
    """
    table = _table(path, SURVEY_COLUMNS, tuple(SCORES), hints, understanding)
    cells = _cells(table, hints, today, understanding, lambda _, value: value, by_year=True)
    calendar = _settled(calendar, [time for time, _ in cells], table.label, understanding)
    years = calendar.quarters // 4

    def year_of(time: int) -> int:
        quarter = _counted_from(time, calendar)
        return (quarter - 1) // 4 + 1 if time >= 4 * FIRST_YEAR else time

    means = _means(cells, year_of, table.label, understanding)
    data = _data("score", means, years, table, "year")
    for name in {item.name for item in data.items}:
        scores = [v for item, v in zip(data.items, data.values, strict=True) if item.name == name]
        if len(set(scores)) < 2:
            what = "needs scores of two years that differ: a level alone tells nothing"
            raise InputProblem([f"{table.label}: {table.called(name)}: {what}"])
    return Series(data, calendar)


def _table(
    path: Path,
    columns: Sequence[Column],
    wanted: Sequence[str],
    hints: Hints,
    understanding: Understanding,
) -> Table:
    source = opened(path, hints, columns, understanding)
    table = read_table(source, columns, hints.columns, understanding, skip=hints.skip)
    if not set(wanted) & table.found.keys():
        what = f"has no column that is known; known are {', '.join(wanted)} (--column NAME=HEADER)"
        raise InputProblem([f"{table.label}: {what}"])
    return table


Cell = tuple[int, dict[str, float]]
"""A time, as four times a year of the calendar and the quarter from 0 or as counted; and its values."""


def _cells(
    table: Table,
    hints: Hints,
    today: date,
    understanding: Understanding,
    checked: Callable[[str, float], float],
    *,
    by_year: bool = False,
) -> list[Cell]:
    when = table.wanted[0].name
    names = [one.name for one in table.wanted[1:] if one.name in table.found]
    decimal = settled_decimal(table.label, table.cells(*names), hints.decimal, understanding)
    order = settled_order(table.label, table.cells(when), hints.dates, today, understanding)
    mistakes = Mistakes(table.label)
    found: list[Cell] = []
    count = 0
    for line, values in table.rows:
        count += 1
        row = dict(zip([one.name for one in table.wanted], values, strict=True))
        column = when
        try:
            time = _time(row[when], order, by_year=by_year)
            numbers = {}
            for column in names:
                if not is_nothing(row[column]):
                    numbers[column] = checked(column, _number(row[column], decimal))
        except Unclear as unclear:
            mistakes.add(line, f"{table.called(column)}: {unclear}")
            continue
        found.append((time, numbers))
    mistakes.settle(understanding, hints.skip, count)
    return found


def _time(text: str, order: str, *, by_year: bool) -> int:
    """A quarter, or the first of a year.

    Examples
    --------
    >>> _time("2024-Q3", "", by_year=False), _time("3", "", by_year=False), _time("2024", "", by_year=True)
    (8098, 3, 8096)
    """
    if found := _QUARTER.fullmatch(text.strip()):
        return 4 * int(found[1] or found[4]) + int(found[2] or found[3]) - 1
    if re.fullmatch(r"\d{1,4}(?:\.0+)?", text.strip(), re.ASCII):
        number = int(float(text))
        if by_year and number >= FIRST_YEAR:
            return 4 * number
        if 1 <= number < FIRST_YEAR:
            return number
    day = day_of(text, order)
    if day is None:
        raise Unclear("says no time")
    return 4 * day.year + (day.month - 1) // 3


def _number(text: str, decimal: str) -> float:
    """A number, perhaps in per cent.

    Examples
    --------
    >>> _number("41,5 %", "comma"), _number("0.4", "")
    (0.415, 0.4)
    """
    bare = text.strip()
    share = bare.endswith("%")
    amount = amount_of(bare.removesuffix("%"), decimal)
    if amount is None or amount.per_hour is not None:
        raise Unclear("is not a number")
    return amount.number / 100 if share else amount.number


def _share(name: str, value: float) -> float:
    is_share = MEASURED[name].unit == "share"
    if value < 0 or (is_share and value > 1):
        limit = (
            "0 to 1, or 0% to 100%; is it in per cent? Then write 41.2%"
            if is_share
            else "0 and more"
        )
        raise Unclear(f"is out of range; allowed: {limit}")
    return value


def _settled(
    calendar: Calendar, times: Sequence[int], label: str, understanding: Understanding
) -> Calendar:
    """The calendar in which the newest quarter is the last of the scenario, unless it was said."""
    dated = [time for time in times if time >= 4 * FIRST_YEAR]
    if dated and len(dated) < len(times):
        raise InputProblem([f"{label}: has times of the calendar and counted ones"])
    if not dated or calendar.begins is not None:
        return calendar
    newest = max(dated)
    if newest % 4 == 0 and all(time % 4 == 0 for time in dated):
        newest += 3  # years: each ends with its last quarter
    begins = newest - calendar.quarters + 1
    first, last = (f"{time // 4}-Q{time % 4 + 1}" for time in (begins, newest))
    understanding.note(
        f"{label}: {last} is taken for the last quarter of the scenario, which begins with {first} "
        "(begins: in the facts says another)"
    )
    return calendar._replace(begins=begins)


def _counted_from(time: int, calendar: Calendar) -> int:
    """A quarter of the scenario, from 1."""
    if time < 4 * FIRST_YEAR:
        return time
    assert calendar.begins is not None
    return time - calendar.begins + 1


def _means(
    cells: Sequence[Cell],
    place: Callable[[int], int],
    label: str,
    understanding: Understanding,
) -> dict[tuple[str, int], float]:
    """The mean of each column at each time."""
    values: dict[tuple[str, int], list[float]] = {}
    for time, numbers in cells:
        for name, number in numbers.items():
            values.setdefault((name, place(time)), []).append(number)
    most = max(map(len, values.values()), default=0)
    if most > 1:
        understanding.note(f"{label}: up to {counted(most, 'row')} of one time: averaged")
    return {key: fmean(numbers) for key, numbers in values.items()}


def _data(
    kind: Kind, means: Mapping[tuple[str, int], float], last: int, table: Table, what: str
) -> Data:
    """What lies within the scenario."""
    outside = sorted({time for _, time in means if not 1 <= time <= last})
    if outside or not means:
        held = f"has {what} {shown(outside[0])}" if outside else "has no values"
        raise InputProblem([f"{table.label}: {held}; the scenario has {what}s 1 to {last}"])
    ordered = sorted(means)
    return Data(
        tuple(Item(kind, name, time) for name, time in ordered),
        tuple(means[key] for key in ordered),
    )
