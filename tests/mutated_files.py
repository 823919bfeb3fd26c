"""Tables as bytes, in the ways that programs write them."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from random import Random

import openpyxl
import xlsxwriter
from fuzzing import damage
from office_files import ods, xlsb

Rows = list[list[str]]


def file_of(rows: Rows, chance: Random) -> bytes:
    """A table as bytes, in one of the ways that programs write it, and perhaps damaged."""
    kind = chance.choices((_text, _xlsx, _openpyxl, _ods, _xlsb), (75, 10, 5, 5, 5))[0]
    data = kind(rows, chance)
    if chance.random() < (0.2 if kind is _text else 0.08) and data:
        data = damage(data, chance)
    if chance.random() < 0.03:
        data = data[: chance.randrange(len(data) + 1)]
    return data


def text_of(rows: Rows, chance: Random) -> str:
    """A table as CSV, with one separator and line end or another."""
    written = io.StringIO()
    separator, line = chance.choice(",,,;;\t|"), chance.choice(["\n", "\r\n", "\r"])
    every = chance.random() < 0.2
    csv.writer(
        written,
        delimiter=separator,
        lineterminator=line,
        quoting=csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL,
    ).writerows(rows)
    said = f"sep={separator}{line}" if chance.random() < 0.1 else ""
    return said + written.getvalue()


def _text(rows: Rows, chance: Random) -> bytes:
    encoding = chance.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "cp1250",
                              "mac_roman", "cp437", "shift_jis", "cp1251"])  # fmt: skip
    return text_of(rows, chance).encode(encoding, "replace")


def _typed(rows: Rows, chance: Random) -> list[list[object]]:
    """Cells as a spreadsheet holds them: numbers and days are no texts."""
    keep = chance.random() < 0.3

    def typed(cell: str) -> object:
        if keep or not cell.isascii():
            return _printable(cell)
        if re.fullmatch(r"\d{1,15}", cell):
            return int(cell)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
            try:
                return datetime.fromisoformat(cell)
            except ValueError:
                return cell
        return _printable(cell)

    return [[typed(cell) for cell in row] for row in rows]


def _printable(cell: str) -> str:
    return "".join(c for c in cell if c.isprintable() or c == "\n")


def _xlsx(rows: Rows, chance: Random) -> bytes:
    """A workbook with formulas, formats, merged cells, and sheets of something else."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    days = book.add_format({"num_format": chance.choice(["dd/mm/yyyy", "[h]:mm", "0.00", "mmm d"])})
    others = chance.choice((0, 0, 1, 3))
    sheets = [book.add_worksheet() for _ in range(1 + others)]
    for number, sheet in enumerate(sheets[1:]):
        sheet.write_row(number, 0, ["zname001", "zq00001x", 7])
    sheet, top, left = sheets[0], chance.choice((0, 0, 3)), chance.choice((0, 0, 2))
    for line, row in enumerate(_typed(rows, chance)):
        for place, cell in enumerate(row):
            at = top + line, left + place
            if isinstance(cell, datetime):
                sheet.write_datetime(*at, cell, days)
            elif isinstance(cell, int) and chance.random() < 0.2:
                sheet.write_formula(*at, f"={cell}+0", None, cell)
            elif isinstance(cell, int) and cell < 2:
                sheet.write_boolean(*at, bool(cell))
            elif isinstance(cell, str):
                sheet.write_string(*at, cell)
            else:
                sheet.write(*at, cell)
    if chance.random() < 0.3:
        sheet.merge_range(top, left, top + chance.randrange(3), left + 1, "zname008")
    if chance.random() < 0.2:
        sheet.write(top + 900, left, "zname007")
    book.close()
    return data.getvalue()


def _openpyxl(rows: Rows, chance: Random) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in _typed(rows, chance):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _ods(rows: Rows, chance: Random) -> bytes:
    return ods(_typed(rows, chance))


def _xlsb(rows: Rows, chance: Random) -> bytes:
    return xlsb([[_printable(cell) for cell in row] or [""] for row in rows])
