"""The files that people really have: each is accepted as it is, or one question says what is open."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from answers import refused
from firm_records import NEW, PEOPLE, WITH_MEETINGS, write_records
from office_files import Sheet, changed, ods, xlsb

from seci_sim.cli import answer_to
from seci_sim.scenario import read_scenario
from seci_sim.scenario.own_firm.dates import EXCEL_BEGINS
from seci_sim.scenario.units import Unit

HEADER, *ROWS = PEOPLE.splitlines()


@pytest.fixture(autouse=True)
def _records(empty_folder: None) -> None:
    write_records()


def said(capsys: pytest.CaptureFixture[str], *options: str, code: int = 0) -> str:
    """Make a firm of `people.csv`; gives what is said."""
    Path("firm.yaml").unlink(missing_ok=True)
    capsys.readouterr()
    assert answer_to([*NEW, *options]) == code
    printed = capsys.readouterr()
    return printed.out if code == 0 else printed.err


def people(text: str | bytes) -> None:
    Path("people.csv").write_bytes(text if isinstance(text, bytes) else text.encode())


def units() -> tuple[Unit, ...]:
    return read_scenario("firm.yaml").units


def found() -> list[tuple[str, str | None, int, float | None]]:
    return [(unit.name, unit.market, unit.staff, unit.turnover) for unit in units()]


AS_WRITTEN = [("Office", None, 2, 0.4), ("Japan", "Japan", 2, 0.0)]
"""What `PEOPLE` says."""


def rewritten(day: str) -> str:
    """`PEOPLE` with its days in another form."""
    rows = [HEADER]
    for row in ROWS:
        *first, came, left = row.split(",")
        days = [f'"{date.fromisoformat(d).strftime(day)}"' if d else "" for d in (came, left)]
        rows.append(",".join([*first, *days]))
    return "\n".join(rows) + "\n"


# Days, numbers, encodings, shapes -----------------------------------------------------------------


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


def test_an_order_in_which_days_would_be_to_come_is_not_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    today = date.today()
    soon = f"12/01/{today.year + 1}" if today.month == 12 else f"01/12/{today.year}"
    people("person,unit,kind,entry\n" + "".join(f"{n},A,affiliate,{soon}\n" for n in range(3)))
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


# People -------------------------------------------------------------------------------------------


def test_the_newest_row_of_a_person_counts(capsys: pytest.CaptureFixture[str]) -> None:
    people(PEOPLE + "a1,Japan,affiliate,,2024-07-01,\n")
    assert "1 row of people who have another one: the newest counts" in said(capsys)
    assert [unit.staff for unit in units()] == [3], "who is alone in the office is left out"
    weeks = [("a", "Office", "2025-01-06"), ("b", "Office", "2025-01-06"), ("a", "Japan", "2025-01-13"),
             ("b", "Office", "2025-01-13"), ("c", "Office", "2025-01-13"), ("d", "Japan", "2025-01-06"),
             ("d", "Japan", "2025-01-13"), ("e", "Japan", "2025-01-06")]  # fmt: skip
    people("PersonId,Organization,MetricDate\n" + "".join(map("%s,%s,%s\n".__mod__, weeks)))
    told = said(capsys, "--market", "Japan=Japan")
    assert "1 person without a row of 2025-01-13: read as left after their last row" in told
    assert [(unit.name, unit.staff) for unit in units()] == [("Japan", 2), ("Office", 2)]


def test_rows_that_no_day_orders_are_asked_for_once(capsys: pytest.CaptureFixture[str]) -> None:
    people("person,unit,market\n1,A,X\n2,A,X\n3,A,X\n1,B,Y\n2,B,Y\n4,B,Y\n")
    assert "give --keep last or --keep first" in refused(NEW, capsys)
    said(capsys, "--keep", "first")
    assert [(unit.name, unit.staff) for unit in units()] == [("A", 3)]
    said(capsys, "--yes")
    assert [(unit.name, unit.staff) for unit in units()] == [("B", 3)]


@pytest.mark.parametrize(
    ("header", "gone", "stays"),
    [("Attrition", "Yes", "No"), ("Termd", "1", "0"), ("Active", "FALSE", "TRUE"), ("IsActive", "0", "1"),
     ("EmploymentStatus", "Voluntarily Terminated", "Leave of Absence"), ("left", "ja", "nein")],
)  # fmt: skip
def test_a_flag_says_who_left_and_somebody_says_within_how_many_months(
    header: str, gone: str, stays: str, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = [gone, stays, stays, stays, gone, stays, stays, stays]
    rows = "".join(f"{n},{'Sales' if n < 4 else 'Research'},{flags[n]}\n" for n in range(8))
    people(f"EmployeeNumber,Department,{header}\n" + rows)
    line = refused([*NEW, "--market", "Sales=US"], capsys)
    assert line.endswith("give --left-within MONTHS, or --yes for 12")
    said(capsys, "--market", "Sales=US", "--left-within", "24")
    assert found() == [("Sales", "US", 3, 0.143), ("Research", None, 3, 0.143)], (
        "1 / 3.5 in 2 years"
    )


def test_leavers_may_stand_in_a_file_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    people("\n".join([HEADER, *(row for row in ROWS if row[:2] != "a3")]))
    Path("gone.csv").write_text("Employee ID;Department;Termination date\na3;Office;30.06.2025\n")
    said(capsys, "--leavers", "gone.csv")
    assert found() == AS_WRITTEN
    people("\n".join([HEADER, *ROWS]).replace("2025-06-30", ""))
    Path("gone.csv").write_text("ID,Last day\na3,2025-06-30\n")
    assert "1 leaver who stand in the list of people too" in said(capsys, "--leavers", "gone.csv")
    assert found() == AS_WRITTEN


def test_reporting_lines_make_units_named_by_jobs_and_not_by_people(
    capsys: pytest.CaptureFixture[str],
) -> None:
    people(
        "EmployeeId,LastName,Title,ReportsTo\n1,Zzadams,General Manager,\n2,Zzed,Sales Manager,1\n"
        "3,Zzpea,Agent,2\n4,Zzpark,Agent,2\n6,Zzmit,IT Manager,1\n7,Zzking,IT Staff,6\n8,Zzcal,IT Staff,6\n9,Zzpet,Agent,2\n"
    )
    told = said(capsys, "--yes")
    assert [(unit.name, unit.kind, unit.staff) for unit in units()] == [
        ("Sales Manager", "affiliate", 4),
        ("IT Manager", "headquarters", 3),
    ]
    assert "Zz" not in told


def test_a_unit_of_one_goes_to_its_manager_or_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = "z1,CEO office,headquarters,,2020-01-01,"
    people(f"{PEOPLE}{one}\n")
    assert "1 unit of one person: left out (--merge UNIT=INTO counts them with" in said(capsys)
    assert found() == AS_WRITTEN
    said(capsys, "--merge", "CEO office=Office")
    assert [unit.staff for unit in units()] == [3, 2]
    rows = [f"{row},{'z1' if row[0] == 'a' else ''}" for row in ROWS]
    people("\n".join([f"{HEADER},manager", *rows, f"{one},a1"]))
    assert "1 unit of one person: counted with the unit of whom they report to" in said(capsys)
    assert [unit.staff for unit in units()] == [3, 2]


def test_spellings_of_a_unit_are_one_and_what_is_alike_is_proposed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = "".join(f"{n},Germany,affiliate\n" for n in range(12))
    people(
        f"person,unit,kind\n{rows}20,GERMANY ,affiliate\n21,Germnay,affiliate\n22,Germnay,affiliate\n"
    )
    told = said(capsys)
    assert "1 unit spelled in several ways: each is one" in told
    assert "a small unit is written much like 'Germany'; --merge makes them one" in told
    assert [unit.staff for unit in units()] == [13, 2]
    said(capsys, "--yes")
    assert [unit.staff for unit in units()] == [15]


# What units serve ---------------------------------------------------------------------------------

BY_FUNCTION = "EmployeeNumber,Department,Country\n" + "".join(
    f"{n},{unit},US\n" for n, unit in enumerate(["Sales"] * 4 + ["Research"] * 3 + ["HR"] * 2)
)


def test_a_firm_by_function_is_a_firm_and_nothing_is_headquarters_in_silence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    people(BY_FUNCTION)
    line = refused(NEW, capsys)
    assert "'Sales' serves 'US'; 'Research' headquarters" in line
    assert "'HR'" not in line, "two people may be told by a name"
    assert "56% of the people are headquarters" in said(capsys, "--yes")
    assert [(unit.kind, unit.market) for unit in units()] == [
        ("affiliate", "US"),
        ("headquarters", None),
        ("headquarters", None),
    ]
    told = said(capsys, "--market", "Sales=North", "--market", "research=North", "--kind", "HR=HQ")
    assert "headquarters, who" not in told, "all was said"
    assert [unit.market for unit in units()] == ["North", "North", None]


def test_a_unit_in_several_markets_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    people("person,unit,market\n" + "".join(f"{n},Sales,{'XYZ'[n % 3]}\n" for n in range(10)))
    assert "'Sales' serves 'X'" in refused(NEW, capsys)
    said(capsys, "--market", "Sales=all of them")
    assert units()[0].market == "all of them"


# Meetings -----------------------------------------------------------------------------------------


def met(text: str, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, float]:
    """Hours of each pair, as such a list of meetings says them."""
    Path("met.csv").write_text(text)
    for name in ("firm.yaml", "firm-meetings.csv"):
        Path(name).unlink(missing_ok=True)
    assert answer_to([*WITH_MEETINGS, *options]) == 0, capsys.readouterr().err
    return {
        f"{m.unit[0]}{m.employee}-{m.colleague_unit[0]}{m.colleague}": m.hours
        for m in read_scenario("firm.yaml").meetings
    }


@pytest.mark.parametrize(
    "text",
    [
        "Teilnehmer;Beginn;Ende\na1, b1;03.03.2025 09:00;03.03.2025 10:30\n",
        "attendee,colleague,hours\na1,b1,1.5\n",
        "PrimaryCollaborator_PersonId,SecondaryCollaborator_PersonId,Meeting_hours\na1,b1,1.5\n",
        "attendee;colleague;hours\na1;b1;1,5\n",
        "Person 1,Person 2,Minutes\na1,b1,90\n",
        "from,to,duration\na1,b1,1:30\n",
        "from,to,duration\na1,b1,PT1H30M\n",
        "from,to,duration\na1,b1,90 min\n",
        "source,target,seconds\na1,b1,5.4E3\n",
        'attendee,colleague,minutes\na1,b1,"0,090.0"\n'.replace("0,090.0", "90.0"),
        "attendee,colleague,start,end\na1,b1,2025-03-03 09:00,2025-03-03 10:30\n",
    ],
)
def test_hours_of_pairs_are_read_as_programs_write_them(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert met(text, capsys) == {"O1-J1": 1.5}


def test_what_says_no_hours_is_asked_for_a_scale(capsys: pytest.CaptureFixture[str]) -> None:
    text = "attendee,colleague,Strong_tie_score\na1,b1,0.3\na2,b1,0.1\n"
    Path("met.csv").write_text(text)
    line = refused(WITH_MEETINGS, capsys)
    assert line.endswith("give --per-hour NUMBER (1 for hours, 60 for minutes), or --yes for 0.4")
    assert met(text, capsys, "--per-hour", "0.1") == {"O1-J1": 3.0, "O2-J1": 1.0}
    assert met("u,v\na1,b1\nb1,a1\n", capsys, "--per-hour", "4", "--column", "attendee=u", "--column", "colleague=v") == {"O1-J1": 0.5}  # fmt: skip
    Path("met.csv").write_text("attendee,colleague,duration\na1,b1,90\n")
    Path("firm.yaml").unlink()
    Path("firm-meetings.csv").unlink()
    capsys.readouterr()
    assert "does not say whether it has hours or minutes" in refused(WITH_MEETINGS, capsys)


@pytest.mark.parametrize("score", ["1e300", "1e-300"])
def test_no_scale_is_proposed_that_would_not_be_taken(
    score: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("met.csv").write_text(f"attendee,colleague,score\na1,b1,{score}\na1,b1,0\n")
    line = refused([*WITH_MEETINGS, "--yes"], capsys)
    assert line.endswith("does not say how many hours that is; give --per-hour NUMBER (1 for hours, 60 for minutes)")  # fmt: skip


def test_hours_of_two_units_are_spread_over_their_people(
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = met("unit,colleague_unit,hours\nOffice,Japan,12\n", capsys)
    assert one == dict.fromkeys(("O1-J1", "O1-J2", "O2-J1", "O2-J2"), 3.0)
    assert "spread evenly over their people" in capsys.readouterr().out
    both = "PrimaryCollaborator_Organization,SecondaryCollaborator_Organization,MetricDate,Group_meeting_time_invested\n"
    rows = "Office,Japan,2025-03-03,600\nJapan,office,2025-03-03,600\nOffice,Office,2025-03-03,60\nOffice,Elsewhere,2025-03-03,9\n"
    spread = met(both + rows, capsys, "--per-hour", "60")
    assert spread == {"O1-O2": 1.0} | dict.fromkeys(("O1-J1", "O1-J2", "O2-J1", "O2-J2"), 2.5)
    assert "1 rows name a unit that is not there: left out" in capsys.readouterr().out


def test_a_large_unit_meets_few_of_another_and_all_hours_are_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = "".join(f"{u}{n},{u},{u}\n" for u in ("Office", "Japan") for n in range(100))
    people("person,unit,market\n" + rows)
    spread = met("unit,colleague_unit,hours\nOffice,Japan,500\nJapan,Japan,400\n", capsys)
    within = {pair: hours for pair, hours in spread.items() if pair[0] == pair.partition("-")[2][0]}
    assert len(spread) - len(within) == 1000
    assert sum(spread.values()) == pytest.approx(900)
    assert sum(within.values()) == pytest.approx(400)


CALENDAR = """Subject,Start Date,Start Time,End Date,End Time,Meeting Organizer,Required Attendees
Review,10/17/2024,9:00:00 AM,10/17/2024,10:00:00 AM,a1,a2;b1;X Y <B2@firm.example>
Fair,10/18/2024,12:00:00 AM,10/19/2024,12:00:00 AM,a1,a2
Lunch,10/29/2024,11:30:00 PM,10/30/2024,12:30:00 AM,b1,guest@other.example;b2
"""


def test_a_calendar_has_a_row_for_each_meeting(capsys: pytest.CaptureFixture[str]) -> None:
    hours = met(CALENDAR, capsys)
    assert hours == dict.fromkeys(("O1-O2", "O1-J1", "O1-J2", "O2-J1", "O2-J2"), 0.1667) | {"J1-J2": 0.6667}  # fmt: skip
    told = capsys.readouterr().out
    for part in ("taken as 2 weeks", "days are read as month/day/year: line 2 has 10/17/2024",
                 "1 rows without hours, or of a whole day", "1 attendees of meetings are not in the list"):  # fmt: skip
        assert part in told
    assert "guest" not in told


def test_a_calendar_may_name_people_by_their_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{row},{row[:2]}.x@firm.example" for row in ROWS]
    people("\n".join([f"{HEADER},Work email", *rows]))
    text = "Attendees,Duration (minutes),Date (DD/MM/YYYY)\nA1.x@firm.example;b1.x@firm.example,90,03/03/2025\n"
    assert met(text, capsys) == {"O1-J1": 1.5}
    Path("firm.yaml").unlink()
    Path("firm-meetings.csv").unlink()
    Path("met.csv").write_text("Attendees,hours\nX Y;Y Z,1\n")
    capsys.readouterr()
    assert "has another code" not in (line := refused(WITH_MEETINGS, capsys))
    assert line.endswith("Give --column person=NAME")


def test_a_row_may_be_somebody_in_a_meeting(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("m1", "a1"), ("m1", "a2"), ("m1", "b1"), ("m2", "a1"), ("m2", "b2")]
    text = "meeting id,employee id,duration hours\n" + "".join(f"{m},{p},2\n" for m, p in rows)
    assert met(text, capsys) == {"O1-O2": 1, "O1-J1": 1, "O2-J1": 1, "O1-J2": 2}


def test_columns_without_a_header_go_by_their_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    people("1\t10\n2\t10\n3\t20\n4\t20\n")
    columns = ["--column", "person=1", "--column", "unit=2"]
    said(capsys, *columns, "--market", "20=X")
    assert [(unit.name, unit.staff) for unit in units()] == [("10", 2), ("20", 2)]


# What is said -------------------------------------------------------------------------------------


def test_a_preview_fits_a_screen_and_says_how_sure_turnover_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = said(capsys)
    assert "Office       2  (headquarters)  40.0% (2% to 100%; 1 in 2.5 years of work)" in told
    hours = "its routine would take up to 26 hours a head and year more"  # half of 52
    assert f"2 people (50%) are headquarters: were they to serve a market, {hours}" in told
    people("person,unit,market\n" + "".join(f"{n},Unit {n % 60},M{n % 60}\n" for n in range(600)))
    told = said(capsys)
    assert len(told.splitlines()) <= 24
    assert "... and 48 smaller units" in told


def test_a_mistake_of_ours_says_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("zz".title() + "secret")

    monkeypatch.setattr("seci_sim.scenario.own_firm.as_scenario.staff_of", broken)
    assert answer_to(NEW) == 1
    line = capsys.readouterr().err
    saved = Path(line.split(" report it with ")[1].strip()).read_text("utf-8")
    assert "Zzsecret" not in line + saved
    assert "in _understood" in saved, "it still says where"
