"""From a list of meetings to pairs of colleagues and the hours a week that they share."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from seci_sim.parameters import HOURS_A_WEEK
from seci_sim.scenario.meetings import COLUMNS, LARGEST_NETWORK
from seci_sim.scenario.own_firm.lists import Column, Mistakes, Row, Table
from seci_sim.scenario.own_firm.staff import Staff
from seci_sim.scenario.problems import InputProblem, folded
from seci_sim.scenario.quantities import Unclear, number_of, plain
from seci_sim.scenario.tree import Scalar

MEETING_COLUMNS = (
    Column("attendee", "somebody, in the code of the list of people", True),
    Column("colleague", "somebody whom they met", True),
    Column("hours", "the hours that the two met", True),
)
"""What a list of meetings has to say."""

PLACES = 4
"""Decimals of an hour: a third of a second."""


class Counting(NamedTuple):
    """How meetings are counted."""

    weeks: int = 1
    """Weeks that the list covers."""
    at_least: float = 0.0
    """Hours a week below which a pair is left out."""
    without_outsiders: bool = False
    """Whether meetings with people who are not in the list of people are left out."""


class Network(NamedTuple):
    """Who meets whom, as a scenario's file of meetings says it."""

    text: str
    pairs: int
    hours: float
    remarks: tuple[str, ...]


def network_of(table: Table, staff: Staff, counting: Counting) -> Network:
    """Add up the meetings of each pair, in either order.

    Raises
    ------
    InputProblem
        The list holds mistakes, or more pairs than a scenario can.
    """
    mistakes = Mistakes()
    totals: dict[tuple[tuple[int, int], tuple[int, int]], float] = {}
    gone = outsiders = 0
    for row in table.rows:
        attendee, colleague, _ = (folded(value) for value in row.values)
        hours = _hours_of(table, row, mistakes)
        if not _are_known(table, row, staff.places, counting, mistakes):
            outsiders += 1
            continue
        if attendee == colleague:
            what = "is the same person as the attendee"
            mistakes.add(table.problem(row.line, "colleague", what))
            continue
        one, other = staff.places[attendee], staff.places[colleague]
        if one is None or other is None:
            gone += 1
            continue
        pair = (one, other) if one < other else (other, one)
        before = totals.get(pair, 0.0)
        totals[pair] = after = before + hours / counting.weeks
        if before <= HOURS_A_WEEK < after:
            what = f"with this row the two meet for more than {HOURS_A_WEEK:g} hours a week"
            hint = "does the list cover more weeks? Give --weeks"
            mistakes.add(table.problem(row.line, "hours", f"{what}; {hint}"))
    mistakes.raise_any()
    kept = {pair: hours for pair, hours in totals.items() if hours >= counting.at_least}
    if not kept:
        raise InputProblem([f"{table.label}: no two people who are there meet"])
    text = _written(kept, staff)
    if not text:
        what = f"its {len(kept):,} pairs make more than {LARGEST_NETWORK / 1e6:g} MB"
        raise InputProblem([f"{table.label}: {what}; leave out who meet little, with --at-least"])
    remarks = _remarks(gone, outsiders, len(totals) - len(kept), counting)
    return Network(text, len(kept), sum(kept.values()), remarks)


def _hours_of(table: Table, row: Row, mistakes: Mistakes) -> float:
    try:
        return _hours(row.values[2], table.decimal_comma)
    except Unclear as unclear:
        mistakes.add(table.problem(row.line, "hours", str(unclear)))
        return 0.0


@lru_cache(maxsize=100_000)
def _hours(text: str, decimal_comma: bool) -> float:
    number = text
    whole, comma, decimals = text.partition(",")
    if decimal_comma and comma and whole.isdecimal() and len(decimals) != 3:
        # Three digits after a comma may be thousands.
        number = f"{whole}.{decimals}"
    hours = number_of(Scalar(number, False, "", 0), "hours")
    if hours <= 0:
        raise Unclear("is out of range; allowed: more than 0 hours")
    return hours


def _are_known(
    table: Table,
    row: Row,
    places: Mapping[str, object],
    counting: Counting,
    mistakes: Mistakes,
) -> bool:
    """Whether both stand in the list of people. Who does not is not named: it is somebody's code."""
    known = True
    for column, value in zip(("attendee", "colleague"), row.values, strict=False):
        if not value:
            mistakes.add(table.problem(row.line, column, "has no value"))
        elif folded(value) not in places:
            known = False
            if not counting.without_outsiders:
                what = "is not in the list of people (--without-outsiders leaves such rows out)"
                mistakes.add(table.problem(row.line, column, what))
    return known and all(row.values[:2])


def _written(totals: Mapping[tuple[tuple[int, int], tuple[int, int]], float], staff: Staff) -> str:
    """The text of the scenario's file of meetings; nothing where that would be too large."""
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


def _remarks(gone: int, outsiders: int, small: int, counting: Counting) -> tuple[str, ...]:
    counted = (
        (gone, "rows of meetings name somebody who is not there on that day: left out"),
        (outsiders, "rows of meetings name somebody outside the firm: left out"),
        (small, f"pairs meet for less than {counting.at_least:g} hours a week: left out"),
    )
    return tuple(f"{number:,} {what}" for number, what in counted if number)
