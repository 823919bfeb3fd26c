"""A firm's own records that no scenario can be made of, refused by row and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from answers import listing, refused
from firm_records import NEW, PEOPLE, WITH_MEETINGS

from seci_sim.cli import answer_to

pytestmark = pytest.mark.usefixtures("records")


def people_refused(text: str, capsys: pytest.CaptureFixture[str], lines: int = 1) -> str:
    Path("people.csv").write_text(text, encoding="utf-8")
    return refused(NEW, capsys, lines=lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "people.csv: is empty"),
        ("person,Dept_x\n1,x\n", "people.csv:1: no column \"unit\" among 2 columns: the unit they work in; give its name or number in the file with --column unit=NAME"),
        ("person,a,b,c,d,e,f,g,h,i,j,k,l,m\n", "people.csv:1: no column \"unit\" among 14 columns"),
        ("person,unit,unit\n1,x,y\n", "people.csv: two columns are called 'unit'; give the number of one with --column unit=NUMBER"),
        ("person,unit\n", "people.csv: has no rows below its header"),
        ("person,unit\n1\n", "people.csv:2: column 'unit': has no value"),
        ("person,unit\n1,A\n2,A,Doe\n", "people.csv:3: has 3 values, not 2 as its header (--skip-unclear leaves such rows out)"),
        ('person,unit\n"1,x\n', "people.csv:2: is not CSV"),
        ("person,unit\n1,\x1b[2J\n", "people.csv:2: holds control, invisible"),
        ("person,unit\n,Office\n", "people.csv:2: column 'person': has no value"),
        ("person,unit\n1,A\n2,\n3,N/A\n", "people.csv:3: column 'unit': has no value; so in 1 more row (--skip-unclear"),
        ("person,unit\n1,=1+1\n", "people.csv:2: column 'unit': a spreadsheet would take it for a formula"),
        (f"person,unit,market\n1,{'x' * 81},A\n2,{'x' * 81},A\n", "people.csv:2: unit 'xxx"),
        ("person,unit,kind\n1,Office,headqarters\n2,Office,headqarters\n", "people.csv: column 'kind': is unknown; did you mean \"headquarters\"?; allowed: headquarters or regional headquarters or affiliate"),
        ("person,unit,market\n1,A,India\n2,A,Japan\n", "people.csv: does not say which units serve a market"),
        (f"person,unit,market\n1,A,{'m' * 61}\n2,A,{'m' * 61}\n", "people.csv:2: unit 'A': the market's name is too long; allowed: at most 60 characters"),
        ("person,unit,market\n1,A,all\n2,A,all\n", "people.csv:2: unit 'A': \"all\" stands for all markets together"),
        ("person,unit,kind,market\n1,A,affiliate,X\n2,A,affiliate,X\n3,H,headquarters,Z\n4,H,headquarters,Z\n", "people.csv:4: unit 'H': no affiliate serves the market that its people live in"),
        ("person,unit,market\n1,A,India\n", "people.csv: no unit has two people who are there"),
        ("person,unit,kind\n1,A,headquarters\n2,A,headquarters\n", "people.csv: needs at least one affiliate: without a market nobody is served; give --market UNIT=MARKET"),
        ("person,unit,entry\n1,A,01/02/2024\n", "people.csv: its days could be two each, as 01/02/2024 in line 2 can; give --dates day-first or --dates month-first, or --yes for day-first"),
        ("person,unit,entry\n1,A,13/02/2024\n2,A,02/13/2024\n", "people.csv: line 2 has 13/02/2024, and line 3 has 02/13/2024: day/month and month/day in one file; give --dates"),
        ("person,unit,entry\n1,A,99999\n2,A,99999\n", "people.csv:2: column 'entry': is not a day; so in 1 more row"),
        ("person,unit,entry\n1,A,0/3/2024\n2,A,1/2/2024\n", "people.csv: its days could be two each"),
        ("person,unit,entry\n1,A,2024-02-30\n", "people.csv:2: column 'entry': is no day of the calendar"),
        ("person,unit,entry\n1,A,2024111\n", "people.csv:2: column 'entry': is not a day"),
        ("person,unit,entry\n1,A,202413\n", "people.csv:2: column 'entry': is no day of the calendar"),
        ("person,unit,exit\n1,A,soon\n", "people.csv:2: column 'exit': is not a day"),
        ("person,unit,entry,exit\n1,A,2024-01-02,2024-01-01\n", "people.csv:2: column 'exit': left before they came"),
        ('person,unit,note\n1,A,"two\nlines"\n2,,x\n', "people.csv:4: column 'unit': has no value"),
        ("code,name,unit\nk1,u1,A\nk1,u2,A\nk2,u3,B\nk3,u4,B\nk4,u5,C\nk5,u6,C\n".replace("unit", "area").replace("code", "unit"), "people.csv: column 'unit': is another for nearly everybody, so it may name people; say which one is meant with --column unit=NAME"),
        ("person,unit\n1,A\n2,A\n1,B\n2,B\n", "people.csv: line 4 has somebody again, in another unit, and no day says which row is newer; give --keep last or --keep first, or --yes for last"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_list_of_people_is_answered_with_row_and_column(
    text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert people_refused(text, capsys).startswith(message)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("x9,a1,1\na1,a2,1", "met.csv: 1 row with somebody who is not in the list of people, the first in line 2; give --without-outsiders, or --yes"),
        ("a1,,1", "met.csv:2: column 'colleague': has no value"),
        ("a1,A1,1", "met.csv: no two people who are there meet"),
        ("a1,a2,", "met.csv: no two people who are there meet"),
        ("a1,a2,0", "met.csv: no two people who are there meet"),
        ("a1,a2,-1", "met.csv:2: column 'hours': is out of range; allowed: more than 0"),
        ("a1,a2,1.2.3", "met.csv:2: column 'hours': is not a number"),
        ("a1,a2,inf", "met.csv:2: column 'hours': is not a number"),
        ("a1,a2,9e999", "met.csv:2: column 'hours': is not a number"),
        ("a1,a2,30\na2,a1,30", "met.csv:3: two people meet for more than 40 hours a week; does the list cover more weeks, or has it minutes? Give --weeks or --per-hour 60"),
        ("a1,a3,1", "met.csv: no two people who are there meet"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_list_of_meetings_is_answered_with_row_and_column(
    rows: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("met.csv").write_text(f"attendee,colleague,hours\n{rows}\n")
    assert refused(WITH_MEETINGS, capsys).startswith(message)


def test_a_comma_that_may_separate_thousands_is_no_decimal_comma(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("met.csv").write_text("attendee;colleague;hours\na1;a2;1,500\n")
    assert "line 2 has a number such as 1,500" in refused(WITH_MEETINGS, capsys)
    Path("met.csv").write_text("attendee;colleague;hours\na1;a2;1,500\na1;b1;0,25\n")
    assert answer_to(WITH_MEETINGS) == 0, "another number tells"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["new", "firm.yaml", "--meetings", "met.csv"], 2, "--meetings: goes with --people only"),
        (["new", "firm.yaml", "--meetings", ""], 2, "--meetings: goes with --people only"),
        (["new", "firm.yaml", "--people", ""], 5, ".: is a folder"),
        (["new", "firm.yaml", "--column", "unit=x"], 2, "--column: goes with --people only"),
        (["new", "firm.yaml", "--on", "2025-01-01"], 2, "--on: goes with --people only"),
        ([*NEW, "--all"], 2, "--all: does not go with --people"),
        ([*NEW, "--column", "unit"], 2, "--column: must be NAME=HEADER; got 'unit'"),
        ([*NEW, "--column", "unti=x"], 2, '--column: no column \'unti\'; did you mean "unit"?'),
        ([*NEW, "--column", "unit=x", "--column", "unit=y"], 2, "--column: unit is given twice"),
        ([*NEW, "--column", "unit=Unti"], 3, "people.csv: no column is called 'Unti' (--column unit); did you mean \"unit\"?"),
        ([*NEW, "--on", "2025-02-30"], 2, "--on: must be a day, such as 2026-03-31; got '2025-02-30'"),
        ([*NEW, "--on", "today"], 2, "--on: must be a day"),
        ([*NEW, "--weeks", "4"], 2, "--weeks: goes with --meetings only"),
        ([*NEW, "--without-outsiders"], 2, "--without-outsiders: goes with --meetings only"),
        ([*NEW, "--sheet", "firm.xlsx"], 2, "--people: does not go with --sheet"),
        ([*NEW, "--weeks", "0"], 2, "--weeks: must be a whole number; allowed: 1..520"),
        ([*NEW, "--left-within", "0"], 2, "--left-within: must be a whole number; allowed: 1..600"),
        ([*NEW, "--meetings", "met.csv", "--per-hour", "0"], 2, "--per-hour: must be a number from 0.000001 to 1,000,000,000"),
        ([*NEW, "--per-hour", "1000000000"], 2, "--per-hour: goes with --meetings only"),
        ([*NEW, "--at-least", "41"], 2, "--at-least: must be hours a week, from 0 to 40"),
        ([*NEW, "--from", "march-1991"], 3, "--from: march-1991 runs march-1991, which has no units"),
        (["new", "firm.yaml", "--people", "text.xlsx"], 3, "text.xlsx: is no workbook that can be read"),
        (["new", "firm.yaml", "--people", "text.parquet"], 3, "text.parquet: is not Parquet"),
        ([*NEW, "--market", "Nobody=India"], 3, "--market: no unit of two people or more is called 'Nobody'"),
        ([*NEW, "--market", "India"], 2, "--market: must be UNIT=NAME; got 'India'"),
        ([*NEW, "--merge", "Nobody=Office"], 3, "people.csv: no unit is called 'Nobody' (--merge)"),
        ([*NEW, "--dates", "year-first"], 2, "--dates: must be day-first or month-first; got 'year-first'"),
        ([*NEW, "--encoding", "none"], 3, "people.csv: is not text in 'none'; give --encoding"),
        (["new", "firm.yaml", "--people", "nobody.csv"], 5, "nobody.csv: no such file"),
        (["new", "people.yaml", "--people", "."], 5, ".: is a folder"),
        ([*NEW, "--meetings", "nobody.csv"], 5, "nobody.csv: no such file"),
        (["new", "there.yaml", "--people", "people.csv", "--meetings", "met.csv"], 5, "there-meetings.csv: is there already"),
    ],
)  # fmt: skip
def test_a_command_that_cannot_be_meant_is_refused(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("there-meetings.csv").write_text("somebody's own")
    Path("text.xlsx").write_text("person,unit")
    Path("text.parquet").write_text("PAR1 person,unit")
    if "text.parquet" in arguments:
        pytest.importorskip("pyarrow", reason="needs the extra `parquet`")
    assert refused(arguments, capsys, code).startswith(message)


def test_a_mistake_does_not_say_whose_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    Path("people.csv").write_text(PEOPLE + "a1,Office,headquarters,,soon,\n")
    assert "a1" not in refused(NEW, capsys)
    Path("people.csv").write_text(PEOPLE)
    Path("met.csv").write_text("attendee,colleague,hours\na1,jane.roe,1\n")
    assert "jane" not in refused(WITH_MEETINGS, capsys)


def test_a_table_that_was_not_meant_to_be_one_is_not_read_to_its_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("people.csv").write_text("person,unit\n" + "x,\n" * 5000)
    assert "so in 1,000 more rows" in refused(NEW, capsys)


def test_a_timeline_that_names_markets_of_its_own_cannot_be_that_of_another_firm(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = refused([*NEW, "--from", "turbulent-market"], capsys)
    assert said.startswith("--from: turbulent-market names units, markets or partners of its own")


BASE = """name: Base
question: Why?
extends: one-percent
units:
  - {name: Centre, kind: regional headquarters, staff: 9}
  - {name: Germany, kind: affiliate, staff: 9}
stakeholders:
  - {name: Federation, kind: global partner}
"""
OF_ITS_OWN = {
    "meetings": "meetings: base.csv\n",
    "money": "money: {currency: EUR, hour: 40, hour_of: {Germany: 60}}\n",
}


@pytest.mark.parametrize("part", OF_ITS_OWN)
def test_a_base_that_names_units_of_its_own_cannot_be_that_of_another_firm(
    part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    met = "unit,employee,colleague_unit,colleague,hours\nGermany,1,Germany,2,1\n"
    Path("base.csv").write_text(met)
    Path("base.yaml").write_text(BASE + OF_ITS_OWN[part])
    said = refused([*NEW, "--from", "base.yaml"], capsys)
    assert said.startswith("--from: base.yaml names units, markets or partners of its own")
    assert said.endswith(f"in its {part}; start from another")
    with_meetings = answer_to([*WITH_MEETINGS, "--from", "base.yaml"])
    assert with_meetings == (0 if part == "meetings" else 3), "its own take the place of the base's"


def test_costs_of_a_base_that_do_not_fit_the_units_are_told_as_the_bases(
    capsys: pytest.CaptureFixture[str],
) -> None:
    costs = "money: {currency: EUR, hour_of: {regional headquarters: 70, affiliate: 40}}\n"
    Path("base.yaml").write_text(BASE + costs)
    said = refused([*NEW, "--from", "base.yaml"], capsys, lines=2)
    assert said.startswith("--from: base.yaml: money.hour_of.regional headquarters: no unit")


def test_a_full_disk_leaves_no_scenario_behind(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("seci_sim.scenario.own_firm.as_scenario.tempfile.TemporaryDirectory", full)
    assert answer_to(WITH_MEETINGS) == 5
    assert "firm.yaml: cannot be written: No space left" in capsys.readouterr().err
    assert listing() == ["met.csv", "people.csv", "seci-sim.schema.json"]


def test_what_a_scenario_cannot_hold_is_refused_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("seci_sim.scenario.own_firm.network.LARGEST_NETWORK", 80)
    said = refused(WITH_MEETINGS, capsys)
    assert (
        said
        == "met.csv: its 2 pairs make more than 8e-05 MB; give --at-least HOURS, or --yes for 2"
    )
    assert answer_to([*WITH_MEETINGS, "--yes"]) == 0
    assert "1 pair meets for less than 2 hours a week: left out" in capsys.readouterr().out


# Persons ------------------------------------------------------------------------------------------

SECRET = "Zzsecret"
ROWS = f"{SECRET}1,{SECRET}2,2\n{SECRET}1,{SECRET}3,2\n"
PERSONS = {
    "no header": ROWS,
    "a byte order mark": "\ufeff" + ROWS,
    "a title": f"Meetings of {SECRET},,\n" + ROWS,
    "semicolons": ROWS.replace(",", ";"),
    "bars": ROWS.replace(",", "|"),
    "a matrix": f"attendee,{SECRET}1,{SECRET}2\n{SECRET}1,0,2\n",
    "headers twice": f"attendee,attendee,{SECRET}\n" + ROWS,
    "hours that are people": f"attendee,colleague,hours\na1,a2,{SECRET}\n",
    "rows of other lengths": f"attendee,colleague,hours\n{SECRET},2\n",
    "quotes": f'attendee,colleague,hours\n"{SECRET}"x,2,3\n',
}
STAFF = {
    "no header": f"{SECRET}1,HO,headquarters,2010-01-01,\n{SECRET}2,Germany,affiliate,,\n",
    "days that are people": f"person,unit,entry,exit\n1,A,{SECRET},{SECRET}\n",
    "kinds that are people": f"person,unit,kind\n1,A,{SECRET}\n",
    "units that are people": f"person,unit,kind\n1,{SECRET}1,affiliate\n2,{SECRET}2,affiliate\n",
    "units that are formulas": f"person,unit\n1,={SECRET}\n",
    "markets that are people": f"person,unit,kind,market\n1,A,affiliate,X\n2,A,affiliate,X\n3,B,headquarters,{SECRET}\n4,B,headquarters,{SECRET}\n",
    "markets that differ": f"person,unit,market\n1,A,{SECRET}1\n2,A,{SECRET}2\n",
    "units of two spellings": f"person,unit\n1,{SECRET}\n2,{SECRET.upper()}\n",
    "units that are managers": f"person,Dept,unit\n{SECRET}1,A,\n2,A,{SECRET}1\n3,A,{SECRET}1\n",
    "units that are numbers of managers": "person,unit,kind\n" + "".join(f"{n},1000,affiliate\n" for n in (1000, 1001, 1002)),
    "units called like somebody": f"EmpID,Employee Name,Dept\n1,{SECRET}7,A\n2,Zz,{SECRET}7\n3,Zz,{SECRET}7\n4,Zz,{SECRET}7\n5,Zz,A\n",
    "units that are addresses": f"ID,work email,unit\n1,{SECRET}@x.org,A\n2,,A\n3,,{SECRET}@X.org\n4,,{SECRET}@X.org\n",
    "two columns of names": f"ID,name,name,unit\n1,{SECRET},x,{SECRET}\n2,y,z,{SECRET}\n3,y,z,{SECRET}\n",
    "managers in brackets": f"Employee ID,Worker,Department\n1,{SECRET},A ({SECRET})\n2,Zz,A ({SECRET})\n3,Zz,A ({SECRET})\n",
    "markets called like somebody": f"EmpID,full name,Dept,market\n1,{SECRET},A,{SECRET}\n2,Zz,A,{SECRET}\n3,Zz,A,{SECRET}\n",
    "markets of few": f"person,unit,market\n1,A,{SECRET}1\n2,A,{SECRET}2\n3,A,{SECRET}3\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", PERSONS)
def test_no_message_about_meetings_shows_a_person(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("met.csv").write_text(PERSONS[kind], encoding="utf-8")
    nobody_is_shown(WITH_MEETINGS, capsys)


def test_a_column_of_managers_makes_no_units(capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"P{n},{SECRET}{n % 2}\n" for n in range(8))
    Path("people.csv").write_text(f"full name,ReportsTo\n{rows}")
    for column in ("unit", "market"):
        nobody_is_shown([*NEW, "--yes", "--column", f"{column}=ReportsTo"], capsys)


@pytest.mark.parametrize("kind", STAFF)
@pytest.mark.parametrize("extra", [[], ["--column", f"unit={SECRET}9"]], ids=["plain", "misspelt"])
def test_no_message_about_staff_shows_a_person(
    kind: str, extra: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("people.csv").write_text(STAFF[kind], encoding="utf-8")
    nobody_is_shown([*NEW, *extra], capsys)


def nobody_is_shown(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert answer_to(arguments) == 3
    printed = capsys.readouterr()
    said = (printed.out + printed.err).casefold().replace(f"{SECRET}9".casefold(), "")
    assert SECRET.casefold() not in said


def test_a_network_without_a_header_shows_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    firm = "name: F\nquestion: x?\nextends: baseline\nmeetings: met.csv\n"
    Path("firm.yaml").write_text(firm)
    for text in (ROWS, f"unit,employee,colleague_unit,colleague,hours\nA,{SECRET},B,{SECRET},{SECRET}\n"):  # fmt: skip
        Path("met.csv").write_text(text)
        nobody_is_shown(["check", "firm.yaml"], capsys)


# Shapes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a," * 1_000_000 + "b\n", "people.csv:1: more than 1,000 columns"),
        ("person,unit\n" + "1," * 1_000_000 + "\n", "people.csv:2: more than 1,000 columns"),
        ('person,unit\n"x' + '","x\n' * 2_000, "people.csv:502: more than 1,000 columns"),
        ("person,unit\n" + "1,A\n" * 1_000_001, "people.csv:1000002: more than 1,000,000 rows"),
    ],
    ids=["header", "row", "row of many lines", "rows"],
)
def test_a_table_of_any_shape_is_refused_before_it_fills_the_memory(
    text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert people_refused(text, capsys) == message
