"""Tables of worlds that somebody gives: a row a world, a column for each doubted parameter."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from seci_sim.lab.factors import DECLARED, kind_of
from seci_sim.lab.worlds import WorldTable, doubted
from seci_sim.parameters import SECI, declarations
from seci_sim.scenario import InputProblem, Scenario, parquet
from seci_sim.scenario.number_of_worlds import MOST_WORLDS
from seci_sim.scenario.problems import MOST_PROBLEMS, shown, shown_path, spelling
from seci_sim.scenario.quantities import Unclear, number_of, range_in_words
from seci_sim.scenario.tree import Scalar, decoded, read_bytes

LARGEST = 100_000_000
"""Bytes: as many worlds as there may be, with every parameter in full."""

NUMBER = "world"
"""A column that may count the worlds, from 0."""

LONGEST_LINE, MOST_LINES = 100_000, 1_000_000
"""Letters of a line, with every parameter in full, and lines, empty ones among them."""

PARQUET = (".parquet", ".pq")


class Line(NamedTuple):
    """A row as it stands in a file."""

    place: str
    """Line of a text, or row of another table."""
    cells: Sequence[str | float | None]


def read_worlds(path: Path, scenarios: Sequence[Scenario]) -> WorldTable:
    """Read worlds in which scenarios are to be looked at.

    Parameters
    ----------
    path : Path
        CSV in UTF-8, or Parquet. Columns are full names of parameters, such as ``world.drift``.
    scenarios : sequence of Scenario
        Those that are compared. What one of them states is doubted in none.

    Raises
    ------
    InputProblem
        The table is not such a table.
    FileProblem
        It cannot be read.
    MissingExtra
        Parquet is given, and what reads it is not installed.
    """
    label = shown_path(path)
    parquet = path.suffix.lower() in PARQUET
    header, lines = (_in_parquet if parquet else _in_text)(read_bytes(path, label, LARGEST), label)
    top = label if parquet else f"{label}:1"
    if problems := [
        f"{top}: {what}" for what in islice(_wrong_names(header, scenarios), MOST_PROBLEMS)
    ]:
        raise InputProblem(problems)
    rows: dict[tuple[int | float, ...], str] = {}
    for place, cells in lines:
        row, problems = _row(header, cells)
        if NUMBER in header and not problems:
            count = row.pop(NUMBER)
            if count != len(rows):
                what = f"worlds are counted from 0, so that this is {len(rows)}"
                problems = [f'column "{NUMBER}": {what}; got {count:g}']
        world = tuple(row.values())
        if not problems and world in rows:
            problems = [f"is the same world as {rows[world]}"]
        if not problems and len(rows) == MOST_WORLDS:
            problems = [f"is one world too many; allowed: {MOST_WORLDS:,}"]
        if problems:
            raise InputProblem([f"{label}{place}: {what}" for what in problems])
        rows[world] = place.replace(":", "line ").removeprefix(", ")
    if len(rows) < 2:
        held = "1 world" if rows else "no worlds"
        raise InputProblem([f"{label}: holds {held}; at least 2 are needed"])
    return WorldTable(label, tuple(name for name in header if name != NUMBER), tuple(rows))


def _in_text(data: bytes, label: str) -> tuple[list[str], Iterator[Line]]:
    """Header and rows of a text whose columns are separated by commas, semicolons or tabs."""
    text = _lines(decoded(data, label), label)
    first = next(text, "")
    separator = max(",;\t", key=first.count)
    rows = csv.reader(chain([first], text), delimiter=separator, strict=True)

    def lines() -> Iterator[Line]:
        try:
            for row in filter(any, rows):
                yield Line(f":{rows.line_num}", row)
        except csv.Error as error:
            raise InputProblem([f"{label}:{rows.line_num}: is not CSV: {error}"]) from None

    header = next(lines(), Line("", [])).cells
    return [str(name).strip() for name in header], lines()


def _lines(text: str, label: str) -> Iterator[str]:
    """The lines of a text, as long and as many as worlds may be."""
    for number, found in enumerate(re.finditer(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]+", text), start=1):
        if found.end() - found.start() > LONGEST_LINE:
            raise InputProblem([f"{label}:{number}: is longer than {LONGEST_LINE:,} letters"])
        if number > MOST_LINES:
            raise InputProblem([f"{label}: has more than {MOST_LINES:,} lines"])
        yield found.group()


def _in_parquet(data: bytes, label: str) -> tuple[list[str], Iterator[Line]]:
    """Header and rows of a Parquet file; nothing is read of one that is too large."""
    file, schema = parquet.opened(data, label)
    import pyarrow as pa

    count = file.metadata.num_rows
    if count > MOST_WORLDS or len(schema) > len(DECLARED):
        what = f"{count:,} rows of {len(schema):,} columns"
        raise InputProblem([f"{label}: has {what}; allowed: {MOST_WORLDS:,} worlds"])
    for column in schema:
        # A text or a list may be kept once for all rows, and fill the memory when it is read.
        if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
            raise InputProblem([f"{label}: column {shown(column.name)}: does not hold numbers"])

    rows = enumerate(parquet.rows_of(file, label), start=1)
    return list(schema.names), (Line(f", row {place}", row) for place, row in rows)


def _wrong_names(header: Sequence[str], scenarios: Sequence[Scenario]) -> Iterator[str]:
    """What is wrong with the names of columns."""
    allowed = {factor.name for factor in doubted(scenarios)}
    roles = {one.name: one.role for one in declarations(SECI)}
    if not any(name != NUMBER for name in header):
        yield "is empty; write a column for each parameter, such as world.drift"
    for name, times in Counter(header).items():
        if times > 1:
            yield f"column {shown(name)}: is given twice"
        elif name in allowed or name == NUMBER:
            continue
        elif name not in roles:
            yield f"column {shown(name)}: no parameter is called so{spelling(name, allowed)}"
        elif roles[name] == "lever":
            yield f"column {shown(name)}: is a lever, which somebody decides; give it in scenarios"
        else:
            yield f"column {shown(name)}: is not doubted, since a scenario states it"


def _row(
    header: Sequence[str], cells: Sequence[str | float | None]
) -> tuple[dict[str, int | float], list[str]]:
    """The values of a world, and what is wrong with it."""
    if len(cells) != len(header):
        return {}, [f"has {len(cells)} values, not {len(header)} as its header"]
    values: dict[str, int | float] = {}
    problems = []
    for name, cell in zip(header, cells, strict=True):
        try:
            values[name] = _value(name, cell)
        except Unclear as unclear:
            allowed = f"; allowed: {unclear.allowed}" if unclear.allowed else ""
            problems.append(f'column "{name}": {unclear.of(str(cell))}{allowed}')
    return values, problems[:MOST_PROBLEMS]


def _value(name: str, cell: str | float | None) -> int | float:
    """One value within the limits that are declared."""
    declared = DECLARED.get(name)  # the number of a world is none
    unit = declared.unit if declared else ""
    whole = declared is None or kind_of(name) is int
    low, high = (declared and declared.allowed) or (0.0, float(MOST_WORLDS))
    value = _number(cell.strip(), unit) if isinstance(cell, str) else cell
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unclear("is not a number")
    if not low <= value <= high:
        size = "small" if value < low else "large"
        raise Unclear(f"is too {size}", range_in_words({"ge": low, "le": high}, unit))
    if whole and value != int(value):
        raise Unclear("must be a whole number")
    return int(value) if whole else float(value)


def _number(text: str, unit: str) -> float:
    """A number as programs write it, of which 1 is 100%; or as people do in a scenario."""
    if re.fullmatch(r"[+-]?[0-9]{1,40}(\.[0-9]{0,40})?(e[+-]?[0-9]{1,3})?", text, re.IGNORECASE):
        return float(text)
    return number_of(Scalar(text, False, "", 0), unit)
