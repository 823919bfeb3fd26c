"""Read a table as another program exported it: any order of columns, under the names they have there."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from seci_sim.scenario.meetings import MOST_MISTAKES
from seci_sim.scenario.problems import InputProblem, folded, shown, shown_path, spelling
from seci_sim.scenario.tree import read_text

LARGEST_EXPORT = 25_000_000
"""Bytes; about a million rows."""

MOST_COLUMNS, MOST_ROWS = 1000, 1_000_000

WORDS = frozenset(
    [
        "person",
        "people",
        "employee",
        "staff",
        "id",
        "no",
        "number",
        "nr",
        "code",
        "name",
        "who",
        "where",
        "what",
        "unit",
        "department",
        "dept",
        "team",
        "division",
        "kind",
        "type",
        "market",
        "country",
        "region",
        "location",
        "site",
        "entry",
        "exit",
        "start",
        "end",
        "hire",
        "leave",
        "date",
        "day",
        "from",
        "to",
        "hours",
        "duration",
        "attendee",
        "colleague",
        "meeting",
        "note",
        "notes",
        "title",
        "job",
        "role",
        "manager",
        "email",
    ]
)
"""Words of headers that a question may show."""

WORKBOOKS = (".xlsx", ".xls", ".ods")


class Column(NamedTuple):
    """What a table has to say, or may say."""

    name: str
    meaning: str
    required: bool


Ask: TypeAlias = Callable[[str, Column, Sequence[str]], str]
"""Asks which of a file's headers a column has; nothing stands for none."""


class Row(NamedTuple):
    """A row: its line in the file, and the values of the wanted columns, empty where there is none."""

    line: int
    values: tuple[str, ...]


class Table(NamedTuple):
    """A file's wanted columns; its rows are split anew whenever they are asked for, so that few are held at once."""

    label: str
    text: str
    separator: str
    headers: Mapping[str, str]
    """What the wanted columns that are there are called in the file."""
    places: Sequence[int | None]
    """Where each wanted column stands, if it is there."""
    width: int
    """Columns of the file."""

    @property
    def decimal_comma(self) -> bool:
        """Whether commas are free to stand in numbers."""
        return self.separator != ","

    @property
    def rows(self) -> Iterator[Row]:
        """The rows below the header that hold something and are as wide as that."""
        for line, row in _records(self.text, self.separator, self.label):
            if line > 1 and len(row) == self.width and any(row):
                yield Row(line, tuple("" if p is None else row[p].strip() for p in self.places))

    def problem(self, line: int, column: str, what: str) -> str:
        """Say what is wrong with a value, by row and column."""
        return f"{self.label}:{line}: column {shown(self.headers[column])}: {what}"


class Mistakes:
    """What is wrong with a table; a table with very many mistakes was not meant to be one."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, line: str) -> None:
        """Remember one, and give up where there are too many."""
        self.lines.append(line)
        if len(self.lines) == MOST_MISTAKES:
            self.raise_any()

    def raise_any(self) -> None:
        """Raise what was found.

        Raises
        ------
        InputProblem
            Something was.
        """
        if self.lines:
            raise InputProblem(self.lines)


def read_table(
    path: Path, wanted: Sequence[Column], named: Mapping[str, str], ask: Ask | None
) -> Table:
    """Read the wanted columns of a CSV file.

    Parameters
    ----------
    path : Path
        A file in UTF-8; columns are separated by commas, semicolons or tabs.
    wanted : Sequence[Column]
        What to look for.
    named : Mapping[str, str]
        What some of the wanted columns are called in the file. Others are called by their own
        names, in capitals or not.
    ask : Ask or None
        Asks somebody for columns that were not found; without it, required ones are a mistake.

    Raises
    ------
    InputProblem
        The file is not such a table.
    FileProblem
        The file cannot be read.
    """
    label = shown_path(path)
    if path.suffix.lower() in WORKBOOKS:
        raise InputProblem([f"{label}: is a workbook; save its sheet as CSV UTF-8"])
    text = read_text(path, label, LARGEST_EXPORT)
    separator = _separator(text)
    records = _records(text, separator, label)
    _, header = next(records, (1, []))
    found = [name.strip() for name in header]
    headers = _headers(found, label, wanted, named, ask)
    places = [found.index(headers[one.name]) if one.name in headers else None for one in wanted]
    mistakes, count = Mistakes(), 0
    for line, row in records:
        if not any(row):
            continue
        if len(row) != len(found):
            mistakes.add(f"{label}:{line}: has {len(row)} values, not {len(found)} as its header")
        count += 1
        if count > MOST_ROWS:
            raise InputProblem([f"{label}:{line}: more than {MOST_ROWS:,} rows"])
    mistakes.raise_any()
    if not count:
        raise InputProblem([f"{label}: has no rows below its header"])
    return Table(label, text, separator, headers, places, len(found))


_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]+")


def _records(text: str, separator: str, label: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table, the header too, each with its first line; none of any shape fills the memory.

    Raises
    ------
    InputProblem
        The text is no CSV, or a row is too wide.
    """
    cells = number = 0

    def lines() -> Iterator[str]:
        nonlocal cells, number
        for number, line in enumerate(_LINE.finditer(text), start=1):
            cells += line.group().count(separator) + 1
            if cells > MOST_COLUMNS:
                raise InputProblem([f"{label}:{number}: more than {MOST_COLUMNS:,} columns"])
            yield line.group()

    begins = 1
    try:
        for row in csv.reader(lines(), delimiter=separator, strict=True):
            yield begins, row
            cells, begins = 0, number + 1
    except csv.Error as error:
        raise InputProblem([f"{label}:{number}: is not CSV: {error}"]) from None


def _separator(text: str) -> str:
    """What separates columns: whatever the header has most of."""
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _headers(
    found: Sequence[str],
    label: str,
    wanted: Sequence[Column],
    named: Mapping[str, str],
    ask: Ask | None,
) -> dict[str, str]:
    """What each wanted column is called in the file."""
    by_folded = {folded(name): name for name in found}
    headers: dict[str, str] = {}
    problems: list[str] = []
    # Line 1 is not shown: without a header it is a person's row.
    counted = f"{len(found):,} column{'' if len(found) == 1 else 's'}"
    for column in wanted:
        header = named.get(column.name) or by_folded.get(column.name)
        if header is None and ask is not None:
            header = ask(label, column, found)
        if header:
            headers[column.name] = header
            problems += _header_problems(header, found, column)
        elif column.required:
            problems.append(
                f'no column "{column.name}": {column.meaning}; give its name in the file with '
                f"--column {column.name}=NAME; line 1 has {counted}"
            )
    if problems:
        raise InputProblem(f"{label}:1: {what}" for what in problems)
    return headers


def _header_problems(header: str, found: Sequence[str], column: Column) -> Iterator[str]:
    if header not in found:
        hint = spelling(header, filter(recognised, found))
        yield f"no column is called {shown(header)} (--column {column.name}){hint}"
    elif found.count(header) > 1:
        yield f"two columns are called {shown(header)}"


def recognised(header: str) -> bool:
    """Whether a header is made of words for columns, so that it is nobody's name or code.

    Examples
    --------
    >>> recognised("Employee ID"), recognised("Anna"), recognised("E77")
    (True, False, False)
    """
    return bool(header) and set(re.split(r"[\W_]+", folded(header))) <= WORDS
