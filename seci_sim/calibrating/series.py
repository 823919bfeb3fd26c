"""A firm's series, from whatever file they stand in: indicators by quarter, survey scores by year and unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from seci_sim.calibrating.observed import INDICATORS, MEASURED, SCORES, Data, Item, Kind
from seci_sim.scenario import InputProblem, Scenario
from seci_sim.scenario.own_firm.amounts import amount_of, settled_decimal
from seci_sim.scenario.own_firm.columns import Column
from seci_sim.scenario.own_firm.dates import day_of, is_nothing, settled_order
from seci_sim.scenario.own_firm.lists import Table, opened, read_table
from seci_sim.scenario.own_firm.staff import without_marks
from seci_sim.scenario.own_firm.understanding import Hints, Mistakes, Understanding
from seci_sim.scenario.problems import shown
from seci_sim.scenario.quantities import Unclear, counted
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
_BY_UNIT = Column(
    "unit",
    "the unit that a row is of",
    False,
    "unit, department, business unit, organisation, organization, team, affiliate, country, market, site, location, "
    "region, division, group, abteilung, bereich, standort, unité, service, pays, unidad, país",
)
INDICATOR_COLUMNS = (
    _BY_QUARTER,
    *(Column(name, MEASURED[name].meaning, False, spoken(name)) for name in INDICATORS),
)
SURVEY_COLUMNS = (
    _BY_YEAR,
    _BY_UNIT,
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

    @property
    def ends(self) -> tuple[str, ...]:
        """The first and the last quarter, where they are known."""
        if self.begins is None:
            return ()
        last = self.begins + self.quarters - 1
        return tuple(f"{quarter // 4}-Q{quarter % 4 + 1}" for quarter in (self.begins, last))


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
    calendar = _settled(calendar, [cell.time for cell in cells], table.label, understanding)
    means = _means(cells, lambda time: _counted_from(time, calendar), table.label, understanding)
    return Series(_data("indicator", means, calendar, table), calendar)


def read_survey(
    path: Path,
    calendar: Calendar,
    hints: Hints,
    today: date,
    understanding: Understanding,
    units: Mapping[str, str] | None = None,
) -> Series:
    """Read scores of a survey by year, and by unit where it names units, of whatever scale.

    Several rows of one year and market are averaged.

    Parameters
    ----------
    units : mapping, optional
        As of `served_by`.

    Raises
    ------
    InputProblem
        It is no such table, or has no two scores that could differ.
    FileProblem, MissingExtra
        It cannot be read.
    """
    table = _table(path, SURVEY_COLUMNS, tuple(SCORES), hints, understanding)
    places = _Places(table, units or {}, understanding)
    cells = _cells(table, hints, today, understanding, lambda _, value: value, places=places)
    places.say()
    times = [cell.time for cell in cells]
    calendar = _settled(calendar, times, table.label, understanding, by_year=True)

    def year_of(time: int) -> int:
        quarter = _counted_from(time, calendar)
        return (quarter - 1) // 4 + 1 if time >= 4 * FIRST_YEAR else time

    means = _means(cells, year_of, table.label, understanding)
    data = _data("score", means, calendar, table)
    for name in sorted({item.name for item in data.items}, key=table.found.__getitem__):
        scores = [v for item, v in zip(data.items, data.values, strict=True) if item.name == name]
        if len(set(scores)) < 2:
            what = "needs scores of two years or units that differ: a level alone tells nothing"
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


class Cell(NamedTuple):
    """A row that was read."""

    time: int
    """Four times a year of the calendar and the quarter from 0, or as counted."""
    market: str
    """What its unit serves; nothing for the whole firm."""
    values: dict[str, float]


WHOLE_FIRM = frozenset(["all", "total", "overall", "whole firm", "company", "gesamt", "ensemble"])
"""What rows of all units together are called."""


def served_by(firm: Scenario) -> dict[str, str]:
    """The market of each unit by its name without marks, and of each market; nothing for headquarters.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> found = served_by(read_scenario("one-percent"))
    >>> found["india"], found["tokyo headquarters"]
    ('India', '')
    """
    found = {without_marks(market): market for market in firm.markets}
    return found | {without_marks(unit.name): unit.market or "" for unit in firm.units}


class _Places:
    """What rows of a survey are of: the market that their unit serves, or the whole firm."""

    def __init__(
        self, table: Table, units: Mapping[str, str], understanding: Understanding
    ) -> None:
        self.table, self.units, self.understanding = table, units, understanding
        names = {without_marks(told.text) for told in table.cells("unit")}
        self.known = bool(names & units.keys())
        self.left_out = 0
        if names and not self.known:
            what = "names no unit of the scenario: rows are read as of the whole firm"
            understanding.note(f"{table.label}: {table.called('unit')}: {what}")

    def of(self, unit: str) -> str | None:
        """The market of a row; None for a row that is of none."""
        if not self.known:
            return ""
        name = without_marks(unit)
        if name in self.units and (market := self.units[name]):
            return market
        if name in self.units or name in WHOLE_FIRM:
            self.left_out += 1
            return None
        raise Unclear("is no unit of the scenario", f"{', '.join(sorted(self.units))}, all")

    def say(self) -> None:
        """Say what was left out."""
        if self.left_out:
            what = f"{counted(self.left_out, 'row')} of headquarters or of all units: left out"
            self.understanding.note(f"{self.table.label}: {what}, for others are unit by unit")


def _cells(
    table: Table,
    hints: Hints,
    today: date,
    understanding: Understanding,
    checked: Callable[[str, float], float],
    *,
    places: _Places | None = None,
) -> list[Cell]:
    when = table.wanted[0].name
    names = [one.name for one in table.wanted[1:] if one.name in table.found and one != _BY_UNIT]
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
            time = _time(row[when], order, by_year=places is not None)
            column = _BY_UNIT.name
            market = places.of(row[column]) if places else ""
            numbers = {}
            for column in names:
                if not is_nothing(row[column]):
                    numbers[column] = checked(column, _number(row[column], decimal))
        except Unclear as unclear:
            mistakes.add(line, f"{table.called(column)}: {unclear}")
            continue
        if market is not None:
            found.append(Cell(time, market, numbers))
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
    calendar: Calendar,
    times: Sequence[int],
    label: str,
    understanding: Understanding,
    *,
    by_year: bool = False,
) -> Calendar:
    """The calendar in which the newest quarter is the last of the scenario, unless it was said."""
    dated = [time for time in times if time >= 4 * FIRST_YEAR]
    if dated and len(dated) < len(times):
        raise InputProblem([f"{label}: has times of the calendar and counted ones"])
    if not dated or calendar.begins is not None:
        return calendar
    newest = max(dated)
    if by_year and all(time % 4 == 0 for time in dated):
        newest += 3  # a year ends with its last quarter
    settled = calendar._replace(begins=newest - calendar.quarters + 1)
    first, last = settled.ends
    understanding.note(
        f"{label}: {last} is taken for the last quarter of the scenario, which begins with {first} "
        "(begins: in the facts says another)"
    )
    return settled


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
) -> dict[tuple[str, int, str], float]:
    """The mean of each column at each time in each market."""
    values: dict[tuple[str, int, str], list[float]] = {}
    for time, market, numbers in cells:
        for name, number in numbers.items():
            values.setdefault((name, place(time), market), []).append(number)
    most = max(map(len, values.values()), default=0)
    if most > 1:
        understanding.note(f"{label}: up to {counted(most, 'row')} of one time: averaged")
    return {key: fmean(numbers) for key, numbers in values.items()}


def _data(
    kind: Kind, means: Mapping[tuple[str, int, str], float], calendar: Calendar, table: Table
) -> Data:
    """What lies within the scenario."""
    what, last = "quarter", calendar.quarters
    if kind == "score":
        what, last = "year", last // 4
    outside = sorted({time for _, time, _ in means if not 1 <= time <= last})
    if outside or not means:
        held = f"has {what} {shown(outside[0])}" if outside else "has no values"
        known = f"{what}s 1 to {last}"
        if calendar.ends:
            known += f", from {' to '.join(calendar.ends)}"
        raise InputProblem([f"{table.label}: {held}; the scenario has {known}"])
    ordered = sorted(means)
    return Data(
        tuple(Item(kind, name, time, market=market) for name, time, market in ordered),
        tuple(means[key] for key in ordered),
    )
