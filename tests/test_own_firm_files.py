"""The files that people really have: each is accepted as it is, or one question says what is open."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Self

import openpyxl
import pytest
from answers import refused
from firm_records import (
    AS_WRITTEN,
    HEADER,
    NEW,
    PEOPLE,
    ROWS,
    found,
    people,
    said,
    units,
)
from office_files import Sheet, changed, ods, xlsb

from seci_sim.cli import answer_to, own_firm
from seci_sim.scenario.own_firm.dates import EXCEL_BEGINS

pytestmark = pytest.mark.usefixtures("records")


def rewritten(day: str) -> str:
    """`PEOPLE` with its days in another form."""
    rows = [HEADER]
    for row in ROWS:
        *first, came, left = row.split(",")
        days = [f'"{date.fromisoformat(d).strftime(day)}"' if d else "" for d in (came, left)]
        rows.append(",".join([*first, *days]))
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("day", "note"),
    [
        ("%d/%m/%Y", "days are read as day/month/year: line 4 has 30/06/2025"),
        ("%m/%d/%Y 12:00:00 AM", "days are read as month/day/year: line 4 has 06/30/2025 12:00:00 AM"),
        ("%d-%m-%y", "days are read as day/month/year: line 4 has 30-06-25"),
        ("%d.%m.%Y 00:00:00", ""),
        ("%d-%b-%Y", ""),
        ("%d. %B %Y", ""),
        ("%b %d, %Y", ""),
        ("%a, %d %b %Y 00:00:00 +0100", ""),
        ("%Y-%m-%dT00:00:00.000+01:00", ""),
        ("%Y-%m-%d 00:00:00Z", ""),
        ("%Y%m%d", ""),
        ("%Y/%m/%d", ""),
    ],
)  # fmt: skip
def test_days_are_read_in_the_form_that_a_program_writes(
    day: str, note: str, capsys: pytest.CaptureFixture[str]
) -> None:
    people(rewritten(day))
    assert note in said(capsys)
    assert found() == AS_WRITTEN


def test_day_numbers_of_a_spreadsheet_are_days(capsys: pytest.CaptureFixture[str]) -> None:
    begins = date(1899, 12, 30)
    rows = [row.split(",") for row in ROWS]
    for row in rows:
        row[4:] = [str((date.fromisoformat(day) - begins).days) if day else "" for day in row[4:]]
    people("\n".join([HEADER, *map(",".join, rows)]))
    assert "day numbers are read as days: that in line 2 is 2020-01-01" in said(capsys)
    assert found() == AS_WRITTEN


def test_days_that_could_be_two_are_asked_for_once(capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"{n},{'AB'[n % 2]},affiliate,0{n}/02/2024\n" for n in range(1, 9))
    people("person,unit,kind,entry\n" + rows)
    line = refused(NEW, capsys)
    assert line.endswith("give --dates day-first or --dates month-first, or --yes for day-first")
    assert "on 2024-02-08" in said(capsys, "--dates", "day-first")
    assert "on 2024-08-02" in said(capsys, "--dates", "month-first")
    assert "day-first is taken" in said(capsys, "--yes")


class InJune(date):
    """A calendar that says that it is June 2026."""

    @classmethod
    def today(cls) -> Self:
        return cls(2026, 6, 15)


def test_an_order_in_which_days_would_be_to_come_is_not_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_firm, "date", InJune)
    rows = "".join(f"{number},A,affiliate,01/12/2026\n" for number in range(3))
    people(f"person,unit,kind,entry\n{rows}")
    assert "of them would be to come" in said(capsys, code=0)


@pytest.mark.parametrize(
    "mark",
    ["NULL", "-", "N/A", "#N/A", "00.00.0000", "31.12.9999", "9999-12-31", "12/31/9999", "null", "Active", "NaT"],
)  # fmt: skip
def test_a_mark_for_no_day_means_that_somebody_is_still_there(
    mark: str, capsys: pytest.CaptureFixture[str]
) -> None:
    people("\n".join([HEADER, *(row + mark if row.endswith(",") else row for row in ROWS)]))
    told = said(capsys)
    assert found() == AS_WRITTEN
    assert ("read as still there" in told) is ("9999" not in mark)


TELLING = {
    "cp1252": "Österreich",
    "cp1250": "Wrocław",
    "cp1254": "Şişli müdürlüğü",
    "mac_roman": "München",
    "cp1251": "Отдел продаж",
    "cp1253": "Τμήμα πωλήσεων",
    "cp932": "営業部門大阪支店",
    "gb18030": "北京销售部门办公室",
    "euc_kr": "서울 영업부 본사",
    "utf-16": "Österreich",
    "utf-16-le": "Österreich",
    "utf-8-sig": "Österreich",
}


@pytest.mark.parametrize("encoding", TELLING)
def test_the_encoding_of_a_file_is_found(encoding: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = PEOPLE.replace("Japan", TELLING[encoding]).replace(",", ";")
    people(text.encode(encoding))
    said(capsys)
    assert units()[1].name == TELLING[encoding]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("sep=;\n" + PEOPLE.replace(",", ";"), ""),
        (PEOPLE.replace(",", "\t"), ""),
        (PEOPLE.replace(",", "|"), ""),
        ("Headcount\nRun on 2025-12-31 by us\n\n" + PEOPLE, "2 rows above the header in line 4: left out"),
        ("Headcount,,,,,\n,,,,,\n" + PEOPLE, "1 row above the header in line 3: left out"),
        (PEOPLE + "Total,,,,,\n", "1 row looking like totals: left out (the first in line 7)"),
        (PEOPLE + "Total: 5 employees\n", "looking like totals"),
        (PEOPLE + ",Grand Total,,,,5\n", "looking like totals"),
        (PEOPLE + HEADER + "\n" + "Confidential\n", "2 rows looking like remarks or headers"),
        (PEOPLE.replace(",\n", "\n"), "4 rows shorter than the header"),
        (PEOPLE.replace("\n", ",,\n"), ""),
        (PEOPLE.replace("entry", '"entry\n"').replace("exit", '" exit"'), ""),
        (PEOPLE.replace("\n", "\r"), ""),
        (PEOPLE.replace("Office", "\u200bOffice\u00a0") + "\x1a", ""),
    ],
)  # fmt: skip
def test_what_programs_write_around_a_table_is_no_part_of_it(
    text: str, note: str, capsys: pytest.CaptureFixture[str]
) -> None:
    people(text)
    assert note in said(capsys)
    assert found() == AS_WRITTEN


def test_a_workbook_is_read_by_the_sheet_that_looks_like_people(
    capsys: pytest.CaptureFixture[str],
) -> None:
    book = openpyxl.Workbook()
    notes = book.active
    assert notes is not None
    notes.append(["Made by us"])
    sheet = book.create_sheet("Employees")
    sheet.append(["Headcount"])
    for line in PEOPLE.splitlines():
        cells = line.split(",")
        sheet.append([datetime.fromisoformat(c) if c[:2] == "20" else c or None for c in cells])
    book.save("people.xlsx")
    assert answer_to(["new", "firm.yaml", "--people", "people.xlsx"]) == 0
    assert "of its 2 sheets, number 2 is read" in capsys.readouterr().out
    assert found() == AS_WRITTEN


def test_cells_that_are_far_apart_do_not_fill_the_memory(
    capsys: pytest.CaptureFixture[str],
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.cell(1, 1, "person")
    sheet.cell(1_048_576, 16_384, "x")
    book.save("people.xlsx")
    arguments = ["new", "firm.yaml", "--people", "people.xlsx"]
    assert refused(arguments, capsys).startswith("people.xlsx: a sheet has more than 10,000,000")


@pytest.mark.parametrize(("ending", "writer"), [("ods", ods), ("xlsb", xlsb)])
def test_a_workbook_of_another_format_is_read(
    ending: str, writer: Callable[[Sheet], bytes]
) -> None:
    pytest.importorskip("python_calamine", reason="needs the extra `excel`")
    rows = [line.split(",") for line in PEOPLE.splitlines()]
    typed: list[list[object]] = [list(row) for row in rows[:1]]
    for row in rows[1:]:
        days: list[object] = [date.fromisoformat(cell) if cell else "" for cell in row[4:]]
        if ending == "xlsb":  # which has days as numbers only
            days = [(day - EXCEL_BEGINS).days if isinstance(day, date) else "" for day in days]
        typed.append([*row[:4], *days])
    Path(f"people.{ending}").write_bytes(writer(typed))
    assert answer_to(["new", "firm.yaml", "--people", f"people.{ending}"]) == 0
    assert found() == AS_WRITTEN


FAR = {
    "ods": (
        ods([["x"]]),
        "content.xml",
        b"<table:table-row><table:table-cell ",
        b'<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16" ',
    ),
    "xlsb": (
        xlsb([["", "x"]]),
        "xl/worksheets/sheet1.bin",
        struct.pack("<BBI", 0, 17, 0),
        struct.pack("<BBI", 0, 17, 6_000_000),
    ),
}
"""A workbook, its sheet, and the beginning of its row, here and far below."""


@pytest.mark.parametrize("ending", FAR)
def test_few_bytes_of_such_a_workbook_do_not_fill_the_memory(
    ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("python_calamine", reason="needs the extra `excel`")
    Path(f"people.{ending}").write_bytes(changed(*FAR[ending]))
    line = refused(["new", "firm.yaml", "--people", f"people.{ending}"], capsys)
    assert line == f"people.{ending}: a sheet has more than 10,000,000 cells"


def test_rows_that_a_spreadsheet_repeats_below_its_table_are_none() -> None:
    pytest.importorskip("python_calamine", reason="needs the extra `excel`")
    rows = [line.split(",") for line in PEOPLE.splitlines()]
    below = b'<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    Path("people.ods").write_bytes(changed(ods(rows), "content.xml", b"</table:table>", below))
    assert answer_to(["new", "firm.yaml", "--people", "people.ods"]) == 0
    assert found() == AS_WRITTEN


def test_parquet_is_read_with_its_types() -> None:
    arrow = pytest.importorskip("pyarrow", reason="needs the extra `parquet`")
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra `parquet`")
    table = arrow.table(
        {
            "EmployeeID": [1, 2, 3, 4, 5],
            "Department": ["Office", "Office", "Office", "Japan", "Japan"],
            "kind": ["headquarters"] * 3 + ["affiliate"] * 2,
            "HireDate": [date(2020, 1, 1)] * 4 + [date(2025, 12, 31)],
            "TerminationDate": [None, None, date(2025, 6, 30), None, None],
        }
    )
    sink = io.BytesIO()
    parquet.write_table(table, sink)
    people(sink.getvalue())
    assert answer_to(NEW) == 0
    assert found() == AS_WRITTEN
