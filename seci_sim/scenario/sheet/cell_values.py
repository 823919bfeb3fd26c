"""Read the cells of a workbook, refusing early what cannot be one."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from seci_sim.scenario.preflight import MissingExtra
from seci_sim.scenario.problems import MOST_MISTAKES, InputProblem, shown, spelling
from seci_sim.scenario.sheet.sheet_layout import LISTS, NEEDED, SETTINGS, typed
from seci_sim.scenario.tree import read_bytes

LARGEST_WORKBOOK = 5_000_000
"""Bytes."""

LARGEST_UNPACKED = 6_000_000
"""Bytes that its parts say they have, unpacked; the reader of workbooks takes up to thirty times as many."""

MOST_ROWS = 2000
MOST_COLUMNS = 50


class Cell(NamedTuple):
    """What was typed into a cell, and where it stands."""

    text: str
    address: str
    """Sheet, column and row, such as ``Settings!B5``."""


Row: TypeAlias = Sequence[Cell]
Book: TypeAlias = Mapping[str, Sequence[Row]]
"""The rows of each sheet, its header first."""

_KNOWN = (SETTINGS, *(one.title for one in LISTS))

_DAYS = (date, time, timedelta)
"""What a spreadsheet makes of whatever looks like a day or a time."""

_DAMAGED = (
    zipfile.BadZipFile, zlib.error, AssertionError, AttributeError, EOFError, LookupError,
    NotImplementedError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
"""What the reader of workbooks raises over damaged ones; broken XML is a SyntaxError."""


def read_book(path: Path, label: str) -> tuple[Book, int]:
    """Read the sheets of a workbook, and count those that are somebody's own.

    Raises
    ------
    MissingExtra
        openpyxl is not installed.
    InputProblem
        The file is no workbook, or has a sheet whose name is misspelt, or a cell that holds no plain value.
    FileProblem
        The file cannot be read.
    """
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise MissingExtra(NEEDED) from None
    data = read_bytes(path, label, LARGEST_WORKBOOK)
    mistakes: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > LARGEST_UNPACKED:
            what = f"unpacks to more than {LARGEST_UNPACKED / 1e6:g} MB"
            raise InputProblem([f"{label}: {what}"])
        with warnings.catch_warnings(action="ignore"):  # about charts and colours
            book, values = (
                load_workbook(io.BytesIO(data), read_only=True, data_only=stored)
                for stored in (False, True)
            )
            titles = list(book.sheetnames)
            known = [title for title in titles if title in _KNOWN]
            sheets = {
                one: list(_rows(book[one], values[one], one, label, mistakes)) for one in known
            }
    except _DAMAGED:
        what = "is not an Excel workbook (.xlsx), or is damaged"
        raise InputProblem([f"{label}: {what}"]) from None
    missing = [title for title in _KNOWN if title not in titles]
    for place, title in enumerate(titles, start=1):
        if title not in known and (hint := spelling(title, missing)):
            mistakes.append(f"{label}: unknown sheet {place}{hint}")  # whose title may be a person
    if SETTINGS not in titles:
        mistakes.append(f'{label}: has no sheet "{SETTINGS}"')
    if mistakes:
        raise InputProblem(mistakes)
    return sheets, len(titles) - len(known)


def _rows(sheet: Any, values: Any, title: str, label: str, mistakes: list[str]) -> Iterator[Row]:
    """The rows of a sheet that hold something; of formulas, the values that were stored with them."""
    from openpyxl.utils import get_column_letter

    sheet.reset_dimensions()  # what a file says of its own size need not be so
    values.reset_dimensions()
    for row, (written, cells) in enumerate(
        zip(sheet.iter_rows(), values.iter_rows(), strict=True), start=1
    ):
        if row > MOST_ROWS:
            mistakes.append(f"{label}:{title}!A{row}: more than {MOST_ROWS} rows")
            return
        if len(mistakes) >= MOST_MISTAKES:
            return
        if any(cell.value is not None for cell in cells[MOST_COLUMNS:]):
            mistakes.append(f"{label}:{title}!A{row}: more than {MOST_COLUMNS} columns")
        read = []
        for column, cell in enumerate(cells[:MOST_COLUMNS], start=1):
            address = f"{title}!{get_column_letter(column)}{row}"
            is_formula = getattr(written[column - 1], "data_type", "n") == "f"
            if what := _not_plain(cell, is_formula):
                mistakes.append(f"{label}:{address}: {what}")
            number_format = getattr(cell, "number_format", None) or ""
            read.append(Cell(typed(cell.value, "%" in number_format), address))
        if any(cell.text for cell in read):
            yield read


def _not_plain(cell: Any, is_formula: bool) -> str:
    """Say what a cell holds that is not a plain value."""
    kind = getattr(cell, "data_type", "n")
    if is_formula and cell.value is None:
        return "holds a formula; write its value"
    if kind == "e":
        return f"holds an error; got {shown(str(cell.value))}"
    if isinstance(cell.value, _DAYS):
        return "holds a day or a time; write a number, or text"
    return ""
