"""Units of people as personnel departments list them, and what is said of them."""

from __future__ import annotations

from pathlib import Path

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

from seci_sim.cli import answer_to

pytestmark = pytest.mark.usefixtures("records")


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


def test_months_without_a_mark_between_say_which_row_is_newer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [(n, month) for month in ("202409", "202410", "202411") for n in range(6)][:-1]
    people("person,unit,kind,Period\n" + "".join(f"{n},A,affiliate,{m}\n" for n, m in rows))
    told = said(capsys)
    assert "1 person without a row of 2024-11-01: read as left after their last row" in told
    assert "5 people in 1 unit on 2024-11-01" in told


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


def test_reporting_lines_that_lead_to_nobody_make_no_units(
    capsys: pytest.CaptureFixture[str],
) -> None:
    people("id,ReportsTo\n1,Zz\n2,Zz\n3,\n4,4\n")
    line = refused(NEW, capsys)
    assert line.startswith("people.csv: column 'ReportsTo': names nobody who is in the list")
    assert line.endswith("give --column manager=NAME or --column unit=NAME")
    lines = "id,ReportsTo\n1,\n2,1\n3,2\n4,2\n"
    people(lines + "5,Zz\n6,Zz\n")
    told = said(capsys, "--yes")
    assert "names somebody who is not in the list for 2 people: read as reporting to nobody" in told
    people(lines)
    assert "who is not in the list" not in said(capsys, "--yes")


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


@pytest.mark.parametrize("order", [1, -1])
def test_a_unit_that_is_part_of_a_part_is_one_with_the_whole(
    order: int, capsys: pytest.CaptureFixture[str]
) -> None:
    people("person,unit,market\n" + "".join(f"{n},Unit {'ABCD'[n // 2]},X\n" for n in range(8)))
    line = refused([*NEW, "--merge", "Unit A=Unit B", "--merge", "unit b=Unit A"], capsys)
    assert line == "people.csv: 'Unit A' ends in no unit, but in a circle (--merge)"
    parts = ["Unit A=unit b", "Unit B=Unit C", "Unit D=Whole"][::order]
    said(capsys, *(word for part in parts for word in ("--merge", part)))
    assert [(unit.name, unit.staff) for unit in units()] == [("Unit C", 6), ("Whole", 2)]


@pytest.mark.parametrize(
    ("sizes", "one"),
    [
        ({"Germanyy": 70, "Germny": 2, "Germany": 12}, {"Germanyy": 84}),
        ({"Unit West": 60, "Unit Wast": 2, "Unit East": 20}, {"Unit West": 62, "Unit East": 20}),
        ({"India": 12, "Indya": 2, "Indyaa": 50}, {"India": 12, "Indyaa": 52}),
    ],
    ids=["a slip of a slip", "the larger of two", "the likest of two"],
)
def test_a_slip_is_the_unit_whose_name_is_likest(
    sizes: dict[str, int], one: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [name for name, size in sizes.items() for _ in range(size)]
    people("person,unit,kind\n" + "".join(f"{n},{name},affiliate\n" for n, name in enumerate(rows)))
    said(capsys, "--yes")
    assert {unit.name: unit.staff for unit in units()} == one


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
