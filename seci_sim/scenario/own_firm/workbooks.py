"""The rows of a workbook, of whatever program: Excel's formats of three generations, and OpenDocument."""

from __future__ import annotations

import importlib.util
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from xml.parsers import expat

from seci_sim.scenario.own_firm.rows import LARGEST_UNPACKED, MOST_COLUMNS, Record, Source, text_of
from seci_sim.scenario.own_firm.understanding import Understanding
from seci_sim.scenario.preflight import MissingExtra
from seci_sim.scenario.problems import InputProblem

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
OTHER_BOOKS = (".numbers", ".fods")
MOST_CELLS = 10_000_000
"""Of a sheet, with the empty ones between the filled; each takes 32 bytes."""


def in_workbook(
    data: bytes, label: str, understanding: Understanding, likeness: Callable[[Source], int]
) -> Source:
    """Open the sheet of a workbook that looks most like what is wanted.

    Raises
    ------
    InputProblem
        It is too large, or no workbook.
    MissingExtra
        What reads it is not installed.
    """
    if importlib.util.find_spec("python_calamine") is None:
        raise MissingExtra(f"{label}: a workbook needs the extra: pip install 'seci-sim[excel]'")
    import python_calamine

    _check_unpacked(data, label)
    broken = InputProblem([f"{label}: is no workbook that can be read"])
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except (python_calamine.CalamineError, ValueError, OSError):
        raise broken from None
    except BaseException as problem:
        if type(problem).__name__ == "PanicException":  # of the library's own, and no Exception
            raise broken from None
        raise
    filled = [sheet for sheet in sheets if sheet.height and sheet.width]
    sources = [Source(label, partial(_of_sheet, sheet, label)) for sheet in filled]
    if not sources:
        raise broken
    best = max(range(len(sources)), key=lambda number: likeness(sources[number]))
    if len(sources) > 1:
        understanding.note(f"{label}: of its {len(sources)} sheets, number {best + 1} is read")
    return sources[best]


def _check_unpacked(data: bytes, label: str) -> None:
    """Refuse a workbook that takes much memory: cells far apart are read with all between them."""
    if data[:2] != b"PK":
        return  # the older format, in which a sheet has at most 16 million cells
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
            if unpacked > LARGEST_UNPACKED:
                raise InputProblem([f"{label}: unpacks to more than {LARGEST_UNPACKED / 1e6:g} MB"])
            for name in parts.namelist():
                if _cells_of(name, parts) > MOST_CELLS:
                    raise InputProblem([f"{label}: a sheet has more than {MOST_CELLS:,} cells"])
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        expat.ExpatError,
    ):
        raise InputProblem([f"{label}: is no workbook that can be read"]) from None


def _cells_of(name: str, parts: zipfile.ZipFile) -> int:
    """Cells of the smallest rectangle that holds those of a sheet; none, if a part is no sheet."""
    if name == "content.xml":
        return _OfOpenDocument(parts.read(name)).cells
    if re.search(r"sheets?[^/]*\.xml$", name):
        return _in_excel(parts.read(name))
    return _in_binary(parts.read(name)) if re.search(r"sheets?[^/]*\.bin$", name) else 0


def _in_excel(sheet: bytes) -> int:
    columns = rows = 0
    for found in re.finditer(rb"""r=["']([A-Z]{1,3})([0-9]{1,7})["']""", sheet):
        rows = max(rows, int(found[2]))
        columns = max(columns, sum((c - 64) * 26**n for n, c in enumerate(reversed(found[1]))))
    return rows * columns


_CELLS = range(2, 12)
"""Records of a cell that holds something; that of a row is 0 ([MS-XLSB] 2.3.2)."""


def _in_binary(sheet: bytes) -> int:
    columns = rows = place = 0
    while place < len(sheet):
        kind, place = _number(sheet, place, 2)
        size, place = _number(sheet, place, 4)
        if kind in _CELLS:
            columns = max(columns, 1 + int.from_bytes(sheet[place : place + 4], "little"))
        elif kind == 0:
            rows = max(rows, 1 + int.from_bytes(sheet[place : place + 4], "little"))
        place += size
    return rows * columns


def _number(data: bytes, place: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, of which the last has no eighth, and where it ends."""
    number = 0
    for shift, byte in enumerate(data[place : place + most]):
        number |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            return number, place + shift + 1
    return number, place + most


class _OfOpenDocument:
    """Counts the cells of the largest sheet, in which rows and cells may be repeated thousands of times."""

    def __init__(self, content: bytes) -> None:
        self.cells = 0
        self.height = self.width = self.rows = self.columns = self.row = 0
        self.is_filled = False
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.Parse(content, True)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a sheet, a row, a cell or what stands in one."""
        if name == "table:table":
            self.height = self.width = self.rows = 0
        elif name == "table:table-row":
            self.row = int(attributes.get("table:number-rows-repeated", 1))
            self.columns, self.is_filled = 0, False
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self.columns += int(attributes.get("table:number-columns-repeated", 1))
            if any(
                one.endswith((":value", "-value", ":value-type", ":formula")) for one in attributes
            ):
                self.fill()
        elif self.columns:
            self.fill()

    def fill(self) -> None:
        """What stands in a cell makes all before it count."""
        self.width, self.is_filled = max(self.width, self.columns), True

    def end(self, name: str) -> None:
        """End a row, or more."""
        if name == "table:table-row":
            self.rows += self.row
            self.columns = 0
            if self.is_filled:
                self.height = self.rows
                self.cells = max(self.cells, self.height * self.width)


def _of_sheet(sheet: Any, label: str) -> Iterator[Record]:
    if sheet.width > MOST_COLUMNS:
        raise InputProblem([f"{label}: more than {MOST_COLUMNS:,} columns"])
    for line, row in enumerate(sheet.iter_rows(), start=1):
        yield line, [text_of(value) for value in row]
