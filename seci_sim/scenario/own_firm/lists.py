"""A table as another program exported it: where its header is, which rows are no rows of it."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

from seci_sim.scenario.own_firm.columns import NAMES, Column, found_in, plain, recognised
from seci_sim.scenario.own_firm.dates import Told
from seci_sim.scenario.own_firm.files import open_source
from seci_sim.scenario.own_firm.rows import MOST_ROWS, Record, Source
from seci_sim.scenario.own_firm.understanding import Hints, Mistakes, Question, Understanding
from seci_sim.scenario.problems import MOST_MISTAKES, InputProblem, folded, shown, spelling
from seci_sim.scenario.quantities import counted

MOST_SHOWN = 50
"""Columns that a question lists."""

TOTAL = re.compile(
    r"(grand |sub|overall |final )?(total|totals|sum|count|headcount|gesamt|gesamtsumme|summe|anzahl|somme|totale|totaal|"
    r"suma|ensemble|records?|rows?|end of (report|file|list))\b.*|.*\b(total|gesamt|summe|result|ergebnis)",
    re.IGNORECASE,
)


class Row(NamedTuple):
    """A row: its line in the file, and the values of the wanted columns, empty where there is none."""

    line: int
    values: tuple[str, ...]


class Table(NamedTuple):
    """A file's wanted columns."""

    label: str
    """What messages call the file."""
    header: Sequence[str]
    begins: int
    """The line of the header; 0 where there is none."""
    wanted: Sequence[Column]
    found: Mapping[str, int]
    """Where the wanted columns stand that are there."""
    lines: array[int]
    """Those of the rows below the header."""
    columns: Mapping[str, list[str]]
    """What stands in the rows, by the names of those of the wanted columns that are there."""

    @property
    def rows(self) -> Iterator[Row]:
        """The rows below the header."""
        empty = repeat("")
        return map(
            Row,
            self.lines,
            zip(*(self.columns.get(one.name, empty) for one in self.wanted), strict=False),
        )

    def column(self, name: str) -> Sequence[str]:
        """What stands in a column, row after row; empty where there is none."""
        return self.columns[name] if name in self.columns else [""] * len(self.lines)

    def place(self, column: str) -> int:
        """Where a column's value stands in a row."""
        return next(n for n, one in enumerate(self.wanted) if one.name == column)

    def cells(self, *columns: str) -> Iterator[Told]:
        """Where each text that stands in some columns does so first, row after row."""
        names = [one.name for one in self.wanted if one.name in columns and one.name in self.found]
        firsts: list[tuple[int, int, str]] = []
        for place, name in enumerate(names):
            column = self.columns[name]
            first = dict(zip(reversed(column), reversed(range(len(column))), strict=True))
            firsts += [(row, place, text) for text, row in first.items() if text]
        for row, place, text in sorted(firsts):
            yield Told(self.lines[row], text, names[place])

    def called(self, column: str) -> str:
        """What the file calls a column, as messages say it."""
        header = self.header[self.found[column]] if column in self.found else column
        return f"column {shown(header if recognised(header) else column)}"


def read_table(
    source: Source,
    wanted: Sequence[Column],
    named: Mapping[str, str],
    understanding: Understanding,
    *,
    skip: bool = False,
) -> Table:
    """Find the header and the rows of a table.

    Parameters
    ----------
    source : Source
        The file.
    wanted : Sequence[Column]
        What to look for.
    named : Mapping[str, str]
        What some of the wanted columns are called in the file, or their numbers. Others are found by
        the names that programs give them.
    understanding : Understanding
        Answers which column is meant where one that is required is not found.
    skip : bool
        Whether rows that cannot be read are left out.

    Raises
    ------
    InputProblem
        The file is not such a table.
    """
    begins, header, found = _header(source, wanted, named)
    problems = _header_problems(source, header, wanted, named, found)
    if problems:
        raise InputProblem(problems)
    for column in wanted:
        if column.required and column.name not in found:
            found[column.name] = _asked(source, header, begins, column, understanding)
    columns: dict[str, list[str]] = {name: [] for name in found}
    table = Table(source.label, header, begins, wanted, found, array("l"), columns)
    same_text: dict[str, str] = {}
    once = same_text.setdefault
    fill = [(place, columns[name].append) for name, place in found.items()]
    for line, cells in _rows(source, table, understanding, skip):
        table.lines.append(line)
        for place, append in fill:
            text = cells[place].strip()
            append(once(text, text))
    return table


def found_columns(
    source: Source, wanted: Sequence[Column], named: Mapping[str, str]
) -> Mapping[str, int]:
    """Where those of the wanted columns stand that a table has."""
    return _header(source, wanted, named)[2]


def opened(
    path: Path, hints: Hints, wanted: Sequence[Column], understanding: Understanding
) -> Source:
    """Open a file; of a workbook, the sheet that has most of the wanted columns."""

    def likeness(source: Source) -> int:
        return len(found_columns(source, wanted, hints.columns))

    return open_source(path, hints.encoding, understanding, likeness)


# The header -------------------------------------------------------------------------------------


def _header(
    source: Source, wanted: Sequence[Column], named: Mapping[str, str]
) -> tuple[int, list[str], dict[str, int]]:
    """The line and the names of the header, and where wanted columns stand.

    It is the row with most of the wanted columns among the first; without any, the first that is
    as wide as the table; and there is none where that row is one of numbers.
    """
    if not source.first:
        raise InputProblem([f"{source.label}: is empty"])
    width = _usual_width([len(_trimmed(cells)) for _, cells in source.first])
    line, best = max(source.first[:40], key=lambda record: _worth(record[1], wanted, named, width))
    header = [" ".join(cell.split()) for cell in best]
    found = found_in(header, wanted, named)
    if not any(map(recognised, header)) and any(_is_number(cell) for cell in best):
        return 0, [str(place) for place in range(1, len(header) + 1)], found
    return line, header, found


def _worth(
    cells: Sequence[str], wanted: Sequence[Column], named: Mapping[str, str], width: int
) -> tuple[int, int, bool]:
    found = found_in(cells, wanted, {n: h for n, h in named.items() if not h.isdecimal()})
    known = sum(map(recognised, cells))
    is_wide = len(_trimmed(cells)) >= width
    return (len(found) if len(found) > 1 or is_wide else 0), known * is_wide, is_wide


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return cells[:width]


def _usual_width(widths: Sequence[int]) -> int:
    return Counter(widths).most_common(1)[0][0]


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[-+]?[\d.,:/-]*\d", cell.strip()) is not None


def _header_problems(
    source: Source,
    header: Sequence[str],
    wanted: Sequence[Column],
    named: Mapping[str, str],
    found: Mapping[str, int],
) -> list[str]:
    problems = []
    for column in wanted:
        given = named.get(column.name)
        if given and column.name not in found:
            hint = spelling(given, filter(recognised, header))
            problems.append(f"no column is called {shown(given)} (--column {column.name}){hint}")
        elif column.name in found and column.name != NAMES and not (given or "").isdecimal():
            name = plain(header[found[column.name]])
            if sum(plain(other) == name for other in header) > 1 and name:
                again = f"give the number of one with --column {column.name}=NUMBER"
                problems.append(f"two columns are called {shown(given or name)}; {again}")
    return [f"{source.label}: {what}" for what in problems]


def _asked(
    source: Source,
    header: Sequence[str],
    begins: int,
    column: Column,
    understanding: Understanding,
) -> int:
    """Ask which column is meant. They go by their numbers: without a header, its line is somebody's."""
    numbered = [
        f"{number} {name}" if recognised(name) else str(number)
        for number, name in enumerate(header[:MOST_SHOWN], start=1)
    ]
    more = ["..."] if len(header) > MOST_SHOWN else []
    # Line 1 is not shown: without a header it is a person's row.
    what = f'no column "{column.name}" among {counted(len(header), "column")}: {column.meaning}'
    option = f"its name or number in the file with --column {column.name}=NAME"
    listed = (f"{source.label} has the columns {', '.join(numbered + more)}.",)
    place = f"{source.label}:{begins}" if begins else source.label
    answer = understanding.settle(
        Question(place, what, "its name or number", option, listed=listed)
    )
    found = found_in(header, [column], {column.name: answer})
    if column.name not in found:
        hint = spelling(answer, filter(recognised, header))
        raise InputProblem([f"{place}: no column is called {shown(answer)}{hint}"])
    return found[column.name]


# Rows that are no rows --------------------------------------------------------------------------


def _rows(
    source: Source, table: Table, understanding: Understanding, skip: bool
) -> Iterator[Record]:
    """Rows below the header, as wide as it.

    Totals, remarks and headers that are written again are left out and said, as is what is missing at a row's end.
    """
    mistakes = Mistakes(table.label)
    left_out: dict[str, list[int]] = {"like totals": [], "like remarks or headers": []}
    above = below = short = 0
    header, width = table.header, len(table.header)

    @lru_cache(maxsize=100_000)
    def begins_a_row(text: str) -> bool:
        return text.strip() != header[0] and not TOTAL.fullmatch(text.strip())

    for line, cells in source.records():
        if not any(cells):
            continue
        if line <= table.begins:
            above += line < table.begins
            continue
        below += 1
        if below > MOST_ROWS:
            raise InputProblem([f"{table.label}:{line}: more than {MOST_ROWS:,} rows"])
        if (
            len(cells) == width > 1
            and cells[0]
            and cells[1]
            and ((cells[1][0].isalpha() and cells[0] != header[0]) or begins_a_row(cells[0]))
        ):
            yield line, cells  # as most rows are
        elif looks := _looks(cells, header):
            left_out[looks].append(line)
        elif len(cells) > width and any(cells[width:]):
            mistakes.add(line, f"has {len(cells)} values, not {width} as its header")
            if len(mistakes.rows) > MOST_MISTAKES:
                mistakes.settle(understanding, False, 0)
        else:
            short += len(cells) < width
            yield line, cells + [""] * (width - len(cells))
    rows = below - sum(map(len, left_out.values()))
    mistakes.settle(understanding, skip, rows)
    if not rows:
        raise InputProblem([f"{table.label}: has no rows below its header"])
    note = partial(_note_rows, table, understanding)
    for what, found in left_out.items():
        note(len(found), f"looking {what}: left out (the first in line {min(found, default=0)})")
    note(above, f"above the header in line {table.begins}: left out")
    note(short, "shorter than the header: read as empty at the end")


def _looks(cells: Sequence[str], header: Sequence[str]) -> str:
    """What a row that is none looks like; nothing, if it is one."""
    filled = [cell for cell in cells if cell]
    if len(filled) > 1 and filled[1][0].isalpha() and filled[0] != header[0]:
        return ""
    if TOTAL.fullmatch(filled[0].strip()) and all(map(_is_number, filled[1:])):
        return "like totals"
    again = cells[0].strip() == header[0] and [cell.strip() for cell in cells] == header
    return "like remarks or headers" if again or (len(filled) < 2 and len(header) > 2) else ""


def _note_rows(table: Table, understanding: Understanding, count: int, what: str) -> None:
    if count:
        understanding.note(f"{table.label}: {counted(count, 'row')} {what}")


def same(name: str) -> str:
    """A code or a name as it is compared: without case, and without the decimals of a number.

    Examples
    --------
    >>> same("A7 "), same("1001.0")
    ('a7', '1001')
    """
    if name.isascii() and "." not in name:
        return name.strip().lower()
    return folded(re.sub(r"(?<=\d)\.0+$", "", name.strip()))
