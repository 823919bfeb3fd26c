"""From a list of meetings to pairs of colleagues and the hours a week that they share."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from math import ceil
from typing import NamedTuple

from seci_sim.parameters import HOURS_A_WEEK
from seci_sim.scenario.meetings import COLUMNS, LARGEST_NETWORK
from seci_sim.scenario.own_firm.columns import MEETING_SHAPES, PAIRS, START, Column, found_in
from seci_sim.scenario.own_firm.durations import Durations
from seci_sim.scenario.own_firm.lists import Table, found_columns, read_table, same
from seci_sim.scenario.own_firm.rows import Source
from seci_sim.scenario.own_firm.sharing import COLLEAGUES, Place, Totals, share_out, spread
from seci_sim.scenario.own_firm.staff import Staff, without_marks
from seci_sim.scenario.own_firm.understanding import (
    NO,
    YES,
    Hints,
    Mistakes,
    Question,
    Understanding,
)
from seci_sim.scenario.problems import MOST_MISTAKES, InputProblem
from seci_sim.scenario.quantities import counted, plain

PLACES = 4
"""Decimals of an hour: a third of a second."""
STRANGERS = "attendees of meetings are not in the list of people: left out"


class Counting(NamedTuple):
    """How meetings are counted."""

    weeks: int | None = None
    """Weeks that the list covers; without it, those from its first day to its last."""
    at_least: float = 0.0
    """Hours a week below which a pair is left out."""
    without_outsiders: bool = False
    """Whether meetings with people who are not in the list of people are left out."""


class Network(NamedTuple):
    """Who meets whom, as a scenario's file of meetings says it."""

    text: str
    pairs: int
    hours: float


def network_of(
    source: Source,
    staff: Staff,
    counting: Counting,
    hints: Hints,
    today: date,
    understanding: Understanding,
) -> Network:
    """Add up the meetings of each pair, in either order.

    Raises
    ------
    InputProblem
        The list holds mistakes, or more pairs than a scenario can.
    """
    shape, wanted = _shape(source, staff, hints)
    table = read_table(source, wanted, hints.columns, understanding, skip=hints.skip)
    reader = _Reader(table, staff, counting, hints, today, understanding)
    totals = {
        "pairs": reader.pairs,
        "units": reader.between_units,
        "gatherings": reader.gatherings,
        "attendance": reader.attendance,
    }[shape]()
    pairs = len(totals)
    _leave_out(totals, counting.at_least)
    if not totals:
        what = "no two people who are there meet"
        if reader.outsiders or reader.counts[STRANGERS]:
            what += (
                "; does the list of people have another code of theirs? Give --column person=NAME"
            )
        raise InputProblem([f"{table.label}: {what}"])
    text = _written(totals, staff)
    least = counting.at_least
    if not text:
        least = _enough(totals, staff)
        share = sum(hours for hours in totals.values() if hours >= least) / sum(totals.values())
        what = f"its {len(totals):,} pairs make more than {LARGEST_NETWORK / 1e6:g} MB"
        asks = f"leave out pairs that meet less than so many hours a week ({share:.0%} of all hours are left)"
        question = Question(table.label, what, asks, "--at-least HOURS", proposal=f"{least:g}")
        least = hours_given(understanding.settle(question))
        _leave_out(totals, least)
        text = _written(totals, staff)
        if not text:
            raise InputProblem([f"{table.label}: {what}; give more with --at-least"])
    if small := pairs - len(totals):
        less = "pair meets" if small == 1 else "pairs meet"
        understanding.note(f"{small:,} {less} for less than {least:g} hours a week: left out")
    return Network(text, len(totals), sum(totals.values()))


def _leave_out(totals: Totals, least: float) -> None:
    """Leave out who meets less; there may be so many pairs that a copy of them would not fit."""
    for pair in [pair for pair, hours in totals.items() if hours < least]:
        del totals[pair]


def _enough(totals: Totals, staff: Staff) -> float:
    """The least hours a week of pairs that a scenario's file of meetings has room for."""
    name = max(len(unit.name.encode()) for unit in staff.units)
    room: int = LARGEST_NETWORK // (2 * name + len(",1234567,,1234567,40.1234\n"))
    longest = sorted(totals.values(), reverse=True)[: room + 1]
    least: float = min((hours for hours in longest if hours > longest[-1]), default=HOURS_A_WEEK)
    return float(ceil(least * 10**PLACES) / 10**PLACES)


def hours_given(text: str) -> float:
    """Read hours a week that somebody gave.

    Raises
    ------
    InputProblem
        They are no hours of a week.
    """
    try:
        hours = float(text)
    except ValueError:
        hours = -1.0
    if not 0 <= hours <= HOURS_A_WEEK:
        raise InputProblem([f"--at-least: must be hours a week, from 0 to {HOURS_A_WEEK:g}"])
    return hours


def _shape(source: Source, staff: Staff, hints: Hints) -> tuple[str, tuple[Column, ...]]:
    """What a row of the table is: the first shape of which all required columns are there.

    Of two columns called from and to, the names in them tell whether they are of people or of units.
    """
    fitting = {
        name: columns
        for name, columns in MEETING_SHAPES.items()
        if {one.name for one in columns if one.required}
        <= set(found_columns(source, columns, hints.columns))
    }
    if {"pairs", "units"} <= set(fitting):
        quiet = Understanding(agrees=True)
        table = read_table(source, fitting["units"], hints.columns, quiet, skip=True)
        first = table.column("attendee_unit")[:100]
        of_units = sum(without_marks(name) in staff.named for name in first)
        of_people = sum(same(name) in staff.places for name in first)
        fitting.pop("pairs" if of_units > of_people else "units")
    return next(iter(fitting.items()), ("pairs", PAIRS))


class _Reader:
    """Reads a table of meetings of any shape; what it leaves out, it counts."""

    def __init__(
        self,
        table: Table,
        staff: Staff,
        counting: Counting,
        hints: Hints,
        today: date,
        understanding: Understanding,
    ) -> None:
        self.table = table
        self.staff = staff
        self.without_outsiders = counting.without_outsiders
        self.weeks = counting.weeks
        self.skip = hints.skip
        self.understanding = understanding
        self.durations = Durations(table, hints, today, understanding)
        self.mistakes = Mistakes(table.label)
        self.outsiders: list[int] = []
        self.counts: Counter[str] = Counter()

    # Shapes

    def pairs(self) -> Totals:
        """A row is two people."""
        totals: Totals = {}
        ones, others = (self._places(name) for name in ("attendee", "colleague"))
        last: dict[tuple[Place, Place], int] = {}
        for row, hours in self._rows():
            one, other = ones[row], others[row]
            if one is None or other is None:
                for column, place in (("attendee", one), ("colleague", other)):
                    if place is None:
                        self._say_absent(row, column)
                continue
            if one == other:
                self.counts["rows in which somebody meets themselves: left out"] += 1
                continue
            pair = (one, other) if one < other else (other, one)
            totals[pair] = total = totals.get(pair, 0.0) + hours
            if total > HOURS_A_WEEK and hours:
                last.setdefault(pair, self.table.lines[row])
        return self._a_week(totals, self._settle(), last)

    def between_units(self) -> Totals:
        """A row is two units: their hours are spread over their people."""
        both: dict[tuple[int, int], float] = {}
        units, others = (self.table.column(name) for name in ("attendee_unit", "colleague_unit"))
        for row, hours in self._rows():
            one, two = (
                self.staff.named.get(without_marks(name)) for name in (units[row], others[row])
            )
            if one is None or two is None:
                self.counts["rows name a unit that is not there: left out"] += 1
            else:
                both[one, two] = both.get((one, two), 0.0) + hours
        weeks = self._settle()
        totals: Totals = {}
        sizes = [unit.staff for unit in self.staff.units]
        for (one, two), hours in both.items():
            is_twice = one != two and (two, one) in both
            for pair, share in spread(sizes, one, two, hours / (2 if is_twice else 1)):
                totals[pair] = totals.get(pair, 0.0) + share
        self.understanding.note(
            f"{self.table.label}: hours of two units are spread evenly over their people, each of whom meets up to {COLLEAGUES} of the other (all, where there are few)"
        )
        return self._a_week(totals, weeks, {})

    def gatherings(self) -> Totals:
        """A row is a meeting with all who were there."""
        columns = [self.table.column(n) for n in ("attendees", "optional", "organizer")]
        totals: Totals = {}
        for row, hours in self._rows():
            codes = [code for texts in columns for code in _listed(texts[row], self.staff.places)]
            present = {self.staff.places.get(code) for code in codes}
            strangers = sum(code not in self.staff.places for code in codes)
            self.counts[STRANGERS] += strangers
            share_out(totals, {one: hours for one in present if one}, self.counts)
        return self._of_meetings(totals)

    def attendance(self) -> Totals:
        """A row is somebody in a meeting."""
        attendees = self._places("attendee")
        comes_again = "join_time" in self.table.found
        of = self._meetings()
        meetings: dict[tuple[object, ...], dict[Place, float]] = {}
        for row, hours in self._rows():
            place = attendees[row]
            if place is None:
                self._say_absent(row, "attendee")
            else:
                present = meetings.setdefault(of[row], {})
                before = present.get(place, 0.0)
                present[place] = before + hours if comes_again else max(before, hours)
        totals: Totals = {}
        for present in meetings.values():
            share_out(totals, present, self.counts)
        return self._of_meetings(totals)

    def _meetings(self) -> list[tuple[object, ...]]:
        """Which meeting each row is of: its name, its day, and when it began, where that is said.

        When somebody came in says the day only: in reports of attendance it is another for everybody.
        """
        table, day = self.table, self.durations.day
        header = [table.header[table.found[day]]] if day in table.found else []
        says_start = "start" in table.found or found_in(header, [START], {})
        start = ("start" if "start" in table.found else day) if says_start else ""
        if not says_start and "join_time" in table.found:
            what = "all who joined a meeting of one name on one day are taken to have met there"
            self.understanding.note(f"{table.label}: {what}")
        days = [self.durations.day_in(text) or text for text in table.column(day)]
        return list(zip(table.column("meeting"), days, table.column(start), strict=True))

    def _of_meetings(self, totals: Totals) -> Totals:
        weeks = self._settle()
        self.understanding.note(
            f"{self.table.label}: the hours of a meeting are divided among whom somebody meets there, so that nobody meets for longer than they sat there"
        )
        return self._a_week(totals, weeks, {})

    # Rows

    def _rows(self) -> Iterator[tuple[int, float]]:
        """The rows that say how long a meeting was, counted from 0."""
        column = self.durations.amounts or self.durations.ended
        for row, hours in enumerate(self.durations.each()):
            if isinstance(hours, float):
                yield row, hours
            elif hours is None:
                self.counts["rows without hours, or of a whole day: left out"] += 1
            else:
                name = self.table.called(column) if column in self.table.found else "the row"
                self.mistakes.add(self.table.lines[row], f"{name}: {hours}")
                if len(self.mistakes.rows) > MOST_MISTAKES:
                    self.mistakes.settle(self.understanding, False, 0)

    def _places(self, column: str) -> list[Place | None]:
        """Where those work whom a column names, row after row."""
        cells = self.table.column(column)
        places = {text: self.staff.places.get(same(text)) for text in set(cells)}
        return [places[text] for text in cells]

    def _say_absent(self, row: int, column: str) -> None:
        """Count who has no place; who is not in the list of people is not named: it is somebody's code."""
        line, code = self.table.lines[row], same(self.table.column(column)[row])
        if not code:
            self.mistakes.add(line, f"{self.table.called(column)}: has no value")
        elif code not in self.staff.places:
            if not self.outsiders or self.outsiders[-1] != line:
                self.outsiders.append(line)
        elif self.staff.places[code] is None:
            self.counts[
                "rows of meetings name somebody who is not there on that day: left out"
            ] += 1

    def _settle(self) -> float:
        """Ask or say what was left out; gives the weeks that the table covers."""
        self.mistakes.settle(self.understanding, self.skip, 10**9)
        label = self.table.label
        if self.outsiders:
            rows = counted(len(self.outsiders), "row")
            if not self.without_outsiders:
                what = f"{rows} with somebody who is not in the list of people, the first in line {self.outsiders[0]}"
                question = Question(
                    label, what, "leave out?", "--without-outsiders", (YES, NO), YES
                )
                if self.understanding.settle(question) != YES:
                    raise InputProblem(
                        [f"{label}:{self.outsiders[0]}: somebody is not in the list of people"]
                    )
            self.understanding.note(f"{rows} of meetings name somebody outside the firm: left out")
        for what, number in self.counts.items():
            if number:
                self.understanding.note(f"{number:,} {what}")
        return self.durations.weeks(self.weeks, self.understanding)

    def _a_week(
        self, totals: Totals, weeks: float, lines: Mapping[tuple[Place, Place], int]
    ) -> Totals:
        """The hours of each pair in a week, in which no two meet for longer than they work."""
        over: list[int] = []
        for pair, hours in totals.items():
            totals[pair] = hours / weeks
            if hours / weeks > HOURS_A_WEEK:
                over.append(lines.get(pair, 0))
        if over:
            line = min(filter(None, over), default=0)
            where = f"{self.table.label}:{line}" if line else self.table.label
            more = f"; so do {counted(len(over) - 1, 'more pair')}" if len(over) > 1 else ""
            what = f"two people meet for more than {HOURS_A_WEEK:g} hours a week{more}"
            hint = (
                "does the list cover more weeks, or has it minutes? Give --weeks or --per-hour 60"
            )
            raise InputProblem([f"{where}: {what}; {hint}"])
        return totals


def _listed(text: str, known: Mapping[str, object]) -> Iterator[str]:
    """The codes in a list of attendees, with or without names beside addresses."""
    separator = r"[;|\n]" if re.search(r"[;|\n]", text) or same(text) in known else ","
    for part in re.split(separator, text):
        address = re.search(r"<([^<>]+)>", part)
        code = same(address[1] if address else part)
        local = code.partition("@")[0]
        if code:
            yield code if code in known or local not in known else local


def _written(totals: Totals, staff: Staff) -> str:
    """The text of the scenario's file of meetings; nothing where that would be too large."""
    shortest = min(len(unit.name.encode()) for unit in staff.units)
    if len(totals) * (2 * shortest + len(",1,,1,1\n")) > LARGEST_NETWORK:
        return ""
    buffer = io.BytesIO()
    lines = io.TextIOWrapper(buffer, "utf-8", newline="\n")
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    names = [unit.name for unit in staff.units]
    for (one, other), hours in sorted(totals.items()):
        # A pair that meets for less than a hundredth of a minute still meets.
        words = plain(Decimal(repr(max(round(hours, PLACES), 10**-PLACES))))
        writer.writerow([names[one[0]], one[1], names[other[0]], other[1], words])
        if buffer.tell() > LARGEST_NETWORK:
            return ""
    lines.flush()
    return buffer.getvalue().decode() if buffer.tell() <= LARGEST_NETWORK else ""
