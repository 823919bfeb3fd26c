"""From a list of people to units: who is there, and how many leave in a year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from sys import intern
from typing import NamedTuple

from pydantic import ValidationError

from seci_sim.scenario.checks import check_units
from seci_sim.scenario.own_firm.dates import day_of
from seci_sim.scenario.own_firm.lists import Column, Mistakes, Row, Table
from seci_sim.scenario.problems import folded, shown, spelling
from seci_sim.scenario.quantities import Unclear
from seci_sim.scenario.units import AFFILIATE, HEADQUARTERS, Unit
from seci_sim.scenario.validation import Problem, problems_in

PEOPLE_COLUMNS = (
    Column("person", "who it is, in any code that is used in the meetings too", True),
    Column("unit", "the unit they work in", True),
    Column("kind", "headquarters, regional headquarters or affiliate", False),
    Column("market", "the market that their unit serves, or where its staff live", False),
    Column("entry", "the day they came", False),
    Column("exit", "the day they left", False),
)
"""What a list of people has to say, or may say."""

KINDS = (*HEADQUARTERS, AFFILIATE)
YEAR = timedelta(days=365)
MOST_TURNOVER = 0.99

FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""


class Person(NamedTuple):
    """One row of the list."""

    line: int
    unit: str
    entry: date | None
    exit: date | None

    def there(self, day: date | None) -> bool:
        """Whether they work for the firm on a day; from the day they left they do not."""
        if day is None:
            return True
        return (self.entry is None or self.entry <= day) and (self.exit is None or self.exit > day)


class Staff(NamedTuple):
    """Units, and the place of every listed person."""

    units: tuple[Unit, ...]
    places: Mapping[str, tuple[int, int] | None]
    """Unit, counted from 0, and number in it, from 1; None for who is not there on the day."""
    day: date | None
    remarks: tuple[str, ...]
    """What whoever asked should know of how the units came about."""


def staff_of(table: Table, day: date | None, today: date) -> Staff:
    """Build units from a list of people.

    Parameters
    ----------
    table : Table
        A row for each person.
    day : date or None
        The day on which headcount is taken. Without one, the last on which the list has somebody
        come or leave, up to today.
    today : date
        Days after it are plans.

    Raises
    ------
    InputProblem
        The list holds mistakes.
    """
    mistakes = Mistakes()
    people, kinds, markets = _people(table, mistakes)
    mistakes.raise_any()
    if day is None:
        events = [event for one in people.values() for event in (one.entry, one.exit) if event]
        day = max((event for event in events if event <= today), default=None)
    groups: dict[str, list[Person]] = {}
    for person in people.values():
        groups.setdefault(person.unit, []).append(person)
    rates, remarks = _turnover(groups, day)
    fields = []
    for name, members in groups.items():
        staff = sum(person.there(day) for person in members)
        if staff:
            fields.append(_fields(name, kinds[name], markets[name], staff, rates.get(name)))
        else:
            remarks.append(f"nobody works in {_said(name, members)} on {day}: left out")
    units = _checked(fields, table, groups, mistakes)
    return Staff(units, _places(people, units, day), day, tuple(remarks))


def _people(
    table: Table, mistakes: Mistakes
) -> tuple[dict[str, Person], dict[str, str], dict[str, str]]:
    """Everybody by identifier; the kind and the market of each unit."""
    people: dict[str, Person] = {}
    first: dict[str, str] = {}
    facts: dict[str, dict[str, str]] = {"kind": {}, "market": {}}
    for row in table.rows:
        person, unit, kind, market, *_ = row.values
        if not person:
            mistakes.add(table.problem(row.line, "person", "has no value"))
        elif folded(person) in people:
            # Identifiers of people are not shown, here or anywhere.
            what = f"is the same as in line {people[folded(person)].line}"
            mistakes.add(table.problem(row.line, "person", what))
        for what in _name_problems(unit, first):
            mistakes.add(table.problem(row.line, "unit", what))
        for column, value in (("kind", kind.lower()), ("market", market)):
            known = facts[column].setdefault(unit, value)
            if known != value:
                mistakes.add(table.problem(row.line, column, "the unit has another in another row"))
        if kind and kind.lower() not in KINDS:
            what = f"is unknown{spelling(kind, KINDS)}; allowed: {' or '.join(KINDS)}"
            mistakes.add(table.problem(row.line, "kind", what))
        people[folded(person)] = _person(table, row, mistakes)
    return people, facts["kind"], facts["market"]


def _name_problems(unit: str, first: dict[str, str]) -> Iterator[str]:
    """Say what is wrong with the name of a unit."""
    if not unit:
        yield "has no value"
    elif unit.startswith(FORMULA):
        yield "a spreadsheet would take it for a formula"
    elif first.setdefault(folded(unit), unit) != unit:
        yield "is spelled otherwise in another row"


def _person(table: Table, row: Row, mistakes: Mistakes) -> Person:
    days: list[date | None] = []
    for column, text in zip(("entry", "exit"), row.values[4:], strict=True):
        try:
            days.append(day_of(text))
        except Unclear as unclear:
            days.append(None)
            mistakes.add(table.problem(row.line, column, str(unclear)))
    came, left = days
    if came and left and left < came:
        mistakes.add(table.problem(row.line, "exit", f"left before they came; got {left}"))
    return Person(row.line, intern(row.values[1]), came, left)


def _turnover(
    groups: Mapping[str, Sequence[Person]], day: date | None
) -> tuple[dict[str, float], list[str]]:
    """Share of each unit's average staff who left in the year before a day.

    ``leavers / ((staff a year ago + staff now) / 2)``: what personnel departments call turnover.
    """
    if day is None or not any(person.exit for members in groups.values() for person in members):
        return {}, ["the list has no leavers: units have the turnover of the policy"]
    rates: dict[str, float] = {}
    remarks = []
    for name, members in groups.items():
        before, now = (sum(p.there(then) for p in members) for then in (day - YEAR, day))
        leavers = sum(p.exit is not None and day - YEAR < p.exit <= day for p in members)
        if not before and now:
            remarks.append(
                f"{_said(name, members)} is younger than a year: it has the policy's turnover"
            )
        elif now:
            rate = leavers / ((before + now) / 2)
            rates[name] = round(min(rate, MOST_TURNOVER), 3)
            if rate > MOST_TURNOVER:
                remarks.append(
                    f"{_said(name, members)} lost {rate:.0%} of its staff; 99% is written"
                )
    return rates, remarks


def _said(name: str, members: Sequence[Person]) -> str:
    """A unit as messages name it; what only one row says may be a person."""
    return f"unit {shown(name)}" if len(members) > 1 else "a unit of one row"


def _fields(
    name: str, kind: str, market: str, staff: int, turnover: float | None
) -> dict[str, object]:
    """A unit's fields; without a kind, units with a market are affiliates."""
    kind = kind or (AFFILIATE if market else "headquarters")
    fields: dict[str, object] = {"name": name, "kind": kind, "staff": staff}
    if market:
        fields["market" if kind == AFFILIATE else "lives_in"] = market
    if turnover is not None:
        fields["turnover"] = turnover
    return fields


_COLUMNS = {"kind": "kind", "market": "market", "lives_in": "market", "turnover": "exit"}
"""Where the fields of a unit come from; the others come from its name and its rows."""


def _checked(
    fields: Sequence[dict[str, object]],
    table: Table,
    groups: Mapping[str, Sequence[Person]],
    mistakes: Mistakes,
) -> tuple[Unit, ...]:
    """Check units alone and together, and say each problem where the unit's first row is."""

    def report(place: int, problem: Problem) -> None:
        name = str(fields[place]["name"])
        line = groups[name][0].line
        column = _COLUMNS.get(str(problem.path[-1]) if problem.path else "", "unit")
        column = column if column in table.headers else "unit"
        if problem.path and problem.path[-1] == "lives_in":
            problem = problem._replace(what="no affiliate serves this market", allowed="")
        got = problem.got if problem.got.isdecimal() else ""
        words = problem._replace(path=(), got=got).text()
        mistakes.add(table.problem(line, column, f"{_said(name, groups[name])}: {words}"))

    units = []
    for place, one in enumerate(fields):
        try:
            units.append(Unit.model_validate(one))
        except ValidationError as error:
            for problem in problems_in(Unit, error):
                what = "has too few people who are there" if "staff" in problem.path else ""
                report(place, problem._replace(what=what or problem.what))
    mistakes.raise_any()
    for problem in check_units(units):
        match problem.path:
            case (_, int(place), *_):
                report(place, problem)
            case _:
                what = "say with a column kind or market which units serve one"
                mistakes.add(f"{table.label}: {problem.what}; {what}")
    mistakes.raise_any()
    return tuple(units)


def _places(
    people: Mapping[str, Person], units: Sequence[Unit], day: date | None
) -> dict[str, tuple[int, int] | None]:
    """Everybody's unit and number, in the order of the list."""
    index = {unit.name: place for place, unit in enumerate(units)}
    counted = [0] * len(units)
    places: dict[str, tuple[int, int] | None] = {}
    for identifier, person in people.items():
        if person.there(day):
            unit = index[person.unit]
            counted[unit] += 1
            places[identifier] = unit, counted[unit]
        else:
            places[identifier] = None
    return places
