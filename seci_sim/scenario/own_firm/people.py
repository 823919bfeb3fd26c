"""From a list's rows to people: one each, though some have several rows, and who of them left."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from sys import intern
from typing import NamedTuple

from seci_sim.scenario.own_firm.columns import NAMES, PEOPLE_COLUMNS, found_in, plain
from seci_sim.scenario.own_firm.dates import day_of, is_nothing, settled_order
from seci_sim.scenario.own_firm.lists import Row, Table, same
from seci_sim.scenario.own_firm.understanding import Hints, Mistakes, Question, Understanding
from seci_sim.scenario.problems import MOST_MISTAKES, InputProblem, folded
from seci_sim.scenario.quantities import Unclear, counted
from seci_sim.scenario.units import FORMULA

BRACKETS = re.compile(r"\(([^()]*)\)")
OF_PEOPLE = [one for one in PEOPLE_COLUMNS if one.name in ("person", "manager", "address")]
LONG_CODE = 4
"""Digits from which on a number is somebody's and no department's, if somebody has it."""
OF_THEIR_OWN = 2 / 3
"""Share of people with a job or a unit of their own, at most; where it is more, the column may have their names."""
PANEL = 0.3
"""Share of the people whom the newest of a series of lists has at least."""

MEANS_YES = frozenset(["yes", "y", "true", "t", "1", "x", "ja", "oui", "si", "sí", "sim"])
MEANS_NO = frozenset(["no", "n", "false", "f", "0", "nein", "non", "nao", "não"])
MEANS_GONE = [
    "terminat",
    "left",
    "leaver",
    "resign",
    "retire",
    "dismiss",
    "inactive",
    "quit",
    "former",
    "ausgeschieden",
    "separat",
    "deceased",
    "laid",
    "fired",
    "exited",
    "churn",
]
MEANS_THERE = [
    "active",
    "employed",
    "current",
    "leave",
    "stay",
    "present",
    "aktiv",
    "future",
    "permanent",
    "full",
    "part",
    "probation",
]


class Person(NamedTuple):
    """Somebody, as their newest row says."""

    line: int
    unit: str
    entry: date | None
    exit: date | None
    gone: bool = False
    """Whether they left on a day that is not known."""
    stamp: date | None = None
    """The day that the row is true for."""

    def there(self, day: date | None) -> bool:
        """Whether they work for the firm on a day; from the day they left they do not."""
        if self.gone:
            return False
        if day is None:
            return True
        return (self.entry is None or self.entry <= day) and (self.exit is None or self.exit > day)

    def was_there(self, day: date) -> bool:
        """Whether they worked for the firm on an earlier day, if those who are gone left after it."""
        return self._replace(gone=False).there(day)


class People(NamedTuple):
    """Everybody by code, and what the rows say of their units, by the unit's name in the file."""

    by_code: dict[str, Person]
    addresses: Mapping[str, str]
    """The code of everybody by their address, where the list has one."""
    facts: Mapping[str, Mapping[str, Counter[str]]]
    """How many rows of a unit have which kind, market and place."""

    def last_day(self, today: date) -> date | None:
        """The last day up to today on which the list has somebody come or leave."""
        every = self.by_code.values()
        days = (day for one in every for day in (one.entry, one.exit, one.stamp) if day)
        return max((day for day in days if day <= today), default=None)

    def by_unit(self, names: Mapping[str, str] = {}) -> dict[str, list[Person]]:
        """The people of each unit, which may have another name than in the file."""
        groups: dict[str, list[Person]] = {}
        for one in self.by_code.values():
            groups.setdefault(names.get(one.unit, one.unit), []).append(one)
        return groups


def people_of(
    table: Table, hints: Hints, today: date, understanding: Understanding, units: Mapping[str, str]
) -> People:
    """Read everybody.

    Parameters
    ----------
    table : Table
        A row for each person, or several.
    hints : Hints
        What was said of the file.
    today : date
        Days after it are plans.
    understanding : Understanding
        Answers what is open.
    units : Mapping[str, str]
        The unit of each person, where the rows do not say it but to whom they report.

    Raises
    ------
    InputProblem
        Rows cannot be read, and are not to be left out.
    """
    reader = _Reader(table, hints, understanding, units)
    cells = table.cells("entry", "exit", "as_of")
    reader.order = settled_order(table.label, cells, hints.dates, today, understanding)
    rows = 0
    for row in table.rows:
        rows += 1
        reader.read(row)
    reader.mistakes.settle(understanding, hints.skip, rows)
    reader.say()
    _check_nobody(table, reader)
    return People(
        _left_between(reader.people, table, understanding), reader.addresses, reader.facts
    )


class _Reader:
    """Reads row after row, and remembers what is to be said of them."""

    def __init__(
        self, table: Table, hints: Hints, understanding: Understanding, units: Mapping[str, str]
    ) -> None:
        self.table = table
        self.keep = hints.keep
        self.understanding = understanding
        self.units = units
        self.order = ""
        self.mistakes = Mistakes(table.label)
        self.people: dict[str, Person] = {}
        self.addresses: dict[str, str] = {}
        self.facts: dict[str, dict[str, Counter[str]]] = {}
        self.counts: Counter[str] = Counter()
        self.marks: Counter[str] = Counter()
        self.place = {name: table.place(name) for name in table.found}
        self.days = [name for name in ("entry", "exit", "as_of") if name in table.found]
        self.counted = [name for name in ("kind", "market", "place") if name in table.found]
        left = table.header[table.found["left"]] if "left" in table.found else ""
        self.means_there = bool({"active", "employed"} & set(plain(left).split()))

    def read(self, row: Row) -> None:
        """Read a row, and put it to what is known of its person."""
        code = same(row.values[self.place["person"]])
        person = self._person(row, code)
        if person is None:
            if len(self.mistakes.rows) > MOST_MISTAKES:
                self.mistakes.settle(self.understanding, False, 0)
            return
        facts = self.facts.setdefault(person.unit, {})
        for column in self.counted:
            value = row.values[self.place[column]]
            if column not in facts:
                facts[column] = Counter()
            facts[column]["" if is_nothing(value) else value] += 1
        known = self.people.get(code)
        if known is not None:
            self.counts["more"] += 1
            person = self._newest(known, person)
        self.people[code] = person
        if "address" in self.place and (address := same(row.values[self.place["address"]])):
            self.addresses[address] = code

    def _person(self, row: Row, code: str) -> Person | None:
        unit = self.units.get(code, "") if self.units else self._value(row, "unit")
        if not code or is_nothing(code):
            self._mistake(row, "person", "has no value")
        elif is_nothing(unit):
            self._mistake(row, "unit", "has no value")
        elif unit.startswith(FORMULA):
            self._mistake(row, "unit", "a spreadsheet would take it for a formula")
        else:
            days = {name: self._day(row, name) for name in self.days}
            entry, left = days.get("entry"), days.get("exit")
            if entry and left and left < entry:
                self._mistake(row, "exit", "left before they came")
            if row.line not in self.mistakes.rows:
                gone = "left" in self.place and left is None and self._is_gone(row)
                return Person(row.line, intern(unit), entry, left, gone, days.get("as_of"))
        return None

    def _value(self, row: Row, column: str) -> str:
        return row.values[self.place[column]] if column in self.place else ""

    def _mistake(self, row: Row, column: str, what: str) -> None:
        self.mistakes.add(row.line, f"{self.table.called(column)}: {what}")

    def _day(self, row: Row, column: str) -> date | None:
        text = self._value(row, column)
        if not text:
            return None
        try:
            day = day_of(text, self.order)
        except Unclear as unclear:
            if column == "as_of":  # may be anything that is called a week or a month
                return None
            self._mistake(row, column, str(unclear))
            return None
        if day is None:
            self.counts[column] += 1
            self.marks[text[:12]] += 1
        return day

    def _is_gone(self, row: Row) -> bool:
        text = folded(self._value(row, "left"))
        if is_nothing(text):
            return False
        if text in MEANS_YES or text in MEANS_NO:
            return (text in MEANS_YES) != self.means_there
        if any(word in text for word in MEANS_GONE):
            return True
        if not any(word in text for word in MEANS_THERE):
            self.counts["unclear"] += 1
        return False

    def _newest(self, known: Person, other: Person) -> Person:
        """What two rows of somebody say together: where they are now, and when they first came."""
        days = (known.stamp, other.stamp)
        if None in days or days[0] == days[1]:
            days = (known.entry, other.entry)
        newer = other
        if None not in days and days[0] != days[1]:
            newer = other if days[1] > days[0] else known  # type: ignore[operator]
        elif known.exit != other.exit:
            newer = max(known, other, key=lambda one: one.exit or date.max)
        elif known.unit != other.unit:
            newer = known if self._kept(other.line) == "first" else other
        entries = [one.entry for one in (known, other) if one.entry]
        return newer._replace(entry=min(entries, default=None))

    def _kept(self, line: int) -> str:
        if not self.keep:
            what = f"line {line} has somebody again, in another unit, and no day says which row is newer"
            question = Question(
                self.table.label,
                what,
                "which counts?",
                "--keep last or --keep first",
                ("last", "first"),
                "last",
            )
            self.keep = self.understanding.settle(question)
        return self.keep

    def say(self) -> None:
        """Say what is no mistake and yet worth knowing."""
        label, note = self.table.label, self.understanding.note
        if self.marks:
            marks = ", ".join(mark for mark, _ in self.marks.most_common(4))
            for column, meaning in (("entry", "there from the beginning"), ("exit", "still there")):
                if self.counts[column]:
                    note(
                        f"{label}: {counted(self.counts[column], 'row')} with a mark such as {marks} in {self.table.called(column)}: read as {meaning}"
                    )
        if self.counts["more"]:
            note(
                f"{label}: {counted(self.counts['more'], 'row')} of people who have another one: the newest counts"
            )
        if self.counts["unclear"]:
            note(
                f"{label}: {counted(self.counts['unclear'], 'row')} of which {self.table.called('left')} says neither that they left nor that they stay: read as there"
            )


def _check_nobody(table: Table, reader: _Reader) -> None:
    """Refuse columns of units or markets that hold codes or names of people, for these are written.

    Short numbers may be those of departments and of people at once. Workday puts managers in brackets.
    """
    for column in {"unit", "kind", "market", "place"} & set(table.found):
        if set(found_in([table.header[table.found[column]]], OF_PEOPLE, {})):
            what = f"names people; say which one is meant with --column {column}=NAME"
            raise InputProblem([f"{table.label}: {table.called(column)}: {what}"])
    units = {person.unit for person in reader.people.values()}
    if len(units) > max(2, OF_THEIR_OWN * len(reader.people)):
        what = "is another for nearly everybody, so it may name people; say which one is meant with --column unit=NAME"
        raise InputProblem([f"{table.label}: {table.called('unit')}: {what}"])
    called = {same(text) for column in (NAMES, "address") for text in set(table.column(column))}
    said = {"unit": list(reader.facts)}
    for column in ("kind", "market", "place"):
        said[column] = [value for facts in reader.facts.values() for value in facts.get(column, ())]
    for column, values in said.items():
        for code in (same(part) for value in values for part in (value, *BRACKETS.findall(value))):
            is_known = code in reader.people or (code and code in called)
            if is_known and not (code.isdecimal() and len(code) < LONG_CODE):
                what = f"holds codes or names of people; say which one is meant with --column {column}=NAME"
                raise InputProblem([f"{table.label}: {table.called(column)}: {what}"])


def _left_between(
    people: dict[str, Person], table: Table, understanding: Understanding
) -> dict[str, Person]:
    """In a series of lists, whoever is not in the newest left after their last row."""
    stamps = Counter(one.stamp for one in people.values() if one.stamp)
    newest = max(stamps, default=None)
    if newest is None or "exit" in table.found or len(stamps) == 1:
        return people
    if stamps[newest] < PANEL * len(people):
        return people
    gone = {
        code: one._replace(exit=one.stamp)
        for code, one in people.items()
        if one.stamp and one.stamp < newest and not one.gone
    }
    understanding.note(
        f"{table.label}: {counted_people(len(gone))} without a row of {newest}: read as left after their last row"
    )
    return people | gone


def counted_people(count: int) -> str:
    """So many people.

    Examples
    --------
    >>> counted_people(1), counted_people(21)
    ('1 person', '21 people')
    """
    return f"{count:,} {'person' if count == 1 else 'people'}"


def with_leavers(
    people: People, leavers: People, label: str, understanding: Understanding
) -> People:
    """Put those to the others who stand in a list of their own, as people who left."""
    by_code = dict(people.by_code)
    both = 0
    for code, one in leavers.by_code.items():
        known = by_code.get(code)
        if known is not None:
            both += 1
            if one.exit is None or (known.entry and known.entry >= one.exit):
                continue  # they came again
        entry = one.entry or (known.entry if known else None)
        by_code[code] = one._replace(entry=entry, gone=one.exit is None, line=0)
    if both:
        understanding.note(
            f"{label}: {counted(both, 'leaver')} who stand in the list of people too: they left, unless they came again later"
        )
    facts = {**leavers.facts, **people.facts}
    return People(by_code, people.addresses, facts)
