"""Read a firm's own meeting network: a CSV file with a line for each two colleagues who meet."""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from sys import intern

from seci_sim.scenario.problems import MOST_MISTAKES, InputProblem, spelling
from seci_sim.scenario.quantities import Unclear, number_of
from seci_sim.scenario.tree import Scalar, read_text
from seci_sim.scenario.units import Meeting
from seci_sim.scenario.validation import Problem

LARGEST_NETWORK = 5_000_000
"""Bytes."""

COLUMNS = Meeting._fields


def read_meetings(path: Path, label: str) -> tuple[tuple[Meeting, ...], array[int], str]:
    """Read who meets whom.

    Returns
    -------
    tuple
        The meetings, the line of each in the file, and the file's text.

    Raises
    ------
    InputProblem
        The file is not such a table.
    FileProblem
        The file cannot be read.
    """
    text = read_text(path, label, LARGEST_NETWORK)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    meetings: list[Meeting] = []
    lines, problems = array("L"), list[str]()
    try:
        order = _order(next(rows, []), label)
        for row in filter(None, rows):
            if len(problems) == MOST_MISTAKES:
                break
            try:
                if len(row) != len(COLUMNS):
                    raise Unclear(f"has {len(row)} values, not {len(COLUMNS)}")
                meetings.append(_meeting([row[column] for column in order]))
                lines.append(rows.line_num)
            except Unclear as unclear:
                problems.append(f"{label}:{rows.line_num}: {unclear}")
    except csv.Error as error:
        problems.append(f"{label}:{rows.line_num}: is not CSV: {error}")
    if not meetings and not problems:
        problems.append(f"{label}: lists no meetings")
    if problems:
        raise InputProblem(problems)
    return tuple(meetings), lines, text


def _order(header: list[str], label: str) -> list[int]:
    """Where each column stands."""
    found = [name.strip() for name in header]
    if problems := list(_header_problems(found)):
        raise InputProblem(f"{label}:1: {what}" for what in problems)
    return [found.index(column) for column in COLUMNS]


def _header_problems(found: list[str]) -> Iterator[str]:
    if len(found) == 1 and ";" in found[0]:
        yield "separate the columns by commas, not by semicolons"
        return
    for place, name in enumerate(found[:MOST_MISTAKES], start=1):
        if name not in COLUMNS:  # and may be a person, where there is no header
            yield f"unknown column {place}{spelling(name, COLUMNS)}"
    for name in COLUMNS:
        if found.count(name) != 1:
            yield f'column "{name}" {"is missing" if name not in found else "is given twice"}'


def _meeting(values: list[str]) -> Meeting:
    unit, employee, colleague_unit, colleague, hours = (value.strip() for value in values)
    one, other = _number("employee", employee), _number("colleague", colleague)
    return Meeting(intern(unit), one, intern(colleague_unit), other, _hours(hours))


@lru_cache(maxsize=100_000)
def _number(column: str, text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 8 and not text.startswith("0"):
        return int(text)
    raise Unclear(Problem((column,), "is not a whole number from 1 up").text())


@lru_cache(maxsize=100_000)
def _hours(text: str) -> float:
    try:
        return number_of(Scalar(text, False, "", 0), "hours")
    except Unclear as unclear:
        raise Unclear(Problem(("hours",), str(unclear)).text()) from None
