"""A scenario from a firm's own records: what is made of them, and what is refused."""

from __future__ import annotations

import csv
import random
import re
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from seci_sim.cli import answer_to
from seci_sim.scenario import read_scenario, settings

PEOPLE = """person,unit,kind,market,entry,exit
a1,Office,headquarters,,2020-01-01,
a2,Office,headquarters,,2020-01-01,
a3,Office,headquarters,,2020-01-01,2025-06-30
b1,Japan,affiliate,,2020-01-01,
b2,Japan,affiliate,,2025-12-31,
"""
MET = "attendee,colleague,hours\nb1,a2,1\nA2,B1,0.5\na1,a2,2\n"
NEW = ["new", "firm.yaml", "--people", "people.csv"]
WITH_MEETINGS = [*NEW, "--meetings", "met.csv"]


@pytest.fixture(autouse=True)
def _records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(PEOPLE)
    Path("met.csv").write_text(MET)


def listing() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


def refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 3, lines: int = 1
) -> str:
    """Run the program, which has to refuse and write nothing, and give its first line."""
    before = listing()
    assert answer_to(arguments) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert listing() == before
    said = printed.err.splitlines()
    assert len(said) == lines
    assert all(line.startswith("error: ") and line.isprintable() for line in said)
    return said[0].removeprefix("error: ")


def people_refused(text: str, capsys: pytest.CaptureFixture[str], lines: int = 1) -> str:
    Path("people.csv").write_text(text, encoding="utf-8")
    return refused(NEW, capsys, lines=lines)


def test_people_become_units_with_headcount_and_yearly_leavers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert answer_to(NEW) == 0
    assert "4 people in 2 units on 2025-12-31" in capsys.readouterr().out
    office, japan = read_scenario("firm.yaml").units
    assert (office.name, office.kind, office.staff) == ("Office", "headquarters", 2)
    assert office.turnover == 0.4, "one of three left, and two are there: 1 / 2.5"
    assert (japan.name, japan.kind, japan.market, japan.staff) == ("Japan", "affiliate", "Japan", 2)
    assert japan.turnover == 0
    assert listing() == ["firm.yaml", "met.csv", "people.csv", "seci-sim.schema.json"]


def test_the_hours_of_a_pair_are_added_up_in_either_order() -> None:
    assert answer_to(WITH_MEETINGS) == 0
    meetings = read_scenario("firm.yaml").meetings
    assert [tuple(meeting) for meeting in meetings] == [
        ("Office", 1, "Office", 2, 2.0),
        ("Office", 2, "Japan", 1, 1.5),
    ]


def test_hours_are_those_of_a_week_and_pairs_that_meet_little_may_be_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert answer_to([*WITH_MEETINGS, "--weeks", "4", "--at-least", "0.4"]) == 0
    assert [meeting.hours for meeting in read_scenario("firm.yaml").meetings] == [0.5]
    assert "Note: 1 pairs meet for less than 0.4 hours a week: left out" in capsys.readouterr().out


def test_columns_are_found_under_the_names_that_the_files_give_them() -> None:
    renamed = PEOPLE.replace("person,unit,kind,market,entry,exit", "No,Dept,Type,Land,From,To")
    Path("people.csv").write_text("\ufeff" + renamed.replace(",", ";").replace("\n", "\r\n"))
    Path("met.csv").write_text("Who\tWith\tTime\na1\tb1\t1,5\n")
    names = ("person=No", "unit=Dept", "kind=Type", "market=Land", "entry=From", "exit=To",
             "attendee=Who", "colleague=With", "hours=Time")  # fmt: skip
    assert (
        answer_to([*WITH_MEETINGS, *(part for name in names for part in ("--column", name))]) == 0
    )
    scenario = read_scenario("firm.yaml")
    assert [unit.turnover for unit in scenario.units] == [0.4, 0]
    assert [meeting.hours for meeting in scenario.meetings] == [1.5]


def test_columns_that_are_not_found_are_asked_for_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(["Dept", "", "Land", "", ""])
    asked: list[str] = []

    def prompt(question: str, **_: object) -> str:
        asked.append(question)
        return next(answers)

    Path("people.csv").write_text("person,Dept,Land\n1,Sales,India\n2,Sales,India\n")
    monkeypatch.setattr("seci_sim.cli.own_firm.at_a_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.prompt", prompt)
    assert answer_to(NEW) == 0
    assert asked[0] == "Which one says the unit they work in?"
    assert asked[1].endswith("(Enter for none)")
    (unit,) = read_scenario("firm.yaml").units
    assert (unit.kind, unit.market, unit.turnover) == ("affiliate", "India", None)
    assert "the list has no leavers" in capsys.readouterr().out


def test_without_entry_and_exit_everybody_is_there_and_the_policy_says_who_leaves() -> None:
    Path("people.csv").write_text("person,unit,market\n1,Sales,India\n2,Sales,India\n")
    assert answer_to(NEW) == 0
    (unit,) = read_scenario("firm.yaml").units
    assert (unit.staff, unit.turnover) == (2, None)


def test_the_day_of_counting_may_be_given_and_plans_are_not_events() -> None:
    future = (date.today() + timedelta(days=400)).isoformat()
    Path("people.csv").write_text(PEOPLE + f"b3,Japan,affiliate,,{future},9999-12-31\n")
    assert answer_to(NEW) == 0
    assert [unit.staff for unit in read_scenario("firm.yaml").units] == [2, 2]
    Path("firm.yaml").unlink()
    assert answer_to([*NEW, "--on", "2025-01-01"]) == 3, "Japan has one person on that day"


def test_a_unit_that_nobody_works_in_any_more_is_left_out_and_a_new_one_has_no_turnover(
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone = "c1,Closed,headquarters,,2020-01-01,2025-02-01\n"
    young = "".join(f"d{n},Young,headquarters,,2025-09-0{n},\n" for n in (1, 2))
    Path("people.csv").write_text(PEOPLE + gone + young)
    assert answer_to(NEW) == 0
    said = capsys.readouterr().out
    assert "Note: nobody works in 'Closed' on 2025-12-31: left out" in said
    assert "Note: 'Young' is younger than a year" in said
    by_name = {unit.name: unit for unit in read_scenario("firm.yaml").units}
    assert set(by_name) == {"Office", "Japan", "Young"}
    assert by_name["Young"].turnover is None


def test_headquarters_staff_live_in_the_market_that_is_given() -> None:
    Path("people.csv").write_text(
        "person,unit,kind,market\n1,HQ,headquarters,India\n2,HQ,headquarters,India\n"
        "3,Sales,affiliate,India\n4,Sales,affiliate,India\n"
    )
    assert answer_to(NEW) == 0
    assert [(u.market, u.lives_in) for u in read_scenario("firm.yaml").units] == [
        (None, "India"),
        ("India", None),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "people.csv:1: no column \"person\": who it is"),
        ("person,Dept\n1,x\n", "people.csv:1: no column \"unit\": the unit they work in; give its name in the file with --column unit=NAME; there are: 'person', 'Dept'"),
        ("person,a,b,c,d,e,f,g,h,i,j,k,l,m\n", "people.csv:1: no column \"unit\": the unit they work in; give its name in the file with --column unit=NAME; there are: 'person', 'a'"),
        ("person,unit,unit\n1,x,y\n", "people.csv:1: two columns are called 'unit'"),
        ("person,unit\n", "people.csv: has no rows below its header"),
        ("person,unit\n1\n", "people.csv:2: has 1 values, not 2 as its header"),
        ('person,unit\n"1,x\n', "people.csv:2: is not CSV"),
        ("person,unit\n1,\x1b[2J\n", "people.csv:2: holds control, invisible"),
        ("person,unit\n,Office\n", "people.csv:2: column 'person': has no value"),
        ("person,unit\nE77,Office\ne77,Office\n", "people.csv:3: column 'person': is the same as in line 2"),
        ("person,unit\n1,\n", "people.csv:2: column 'unit': has no value"),
        ("person,unit\n1,=1+1\n", "people.csv:2: column 'unit': a spreadsheet would take it for a formula; got '=1+1'"),
        ("person,unit\n1,Office\n2,OFFICE\n", "people.csv:3: column 'unit': is spelled 'Office' in another row; got 'OFFICE'"),
        (f"person,unit,market\n1,{'x' * 81},A\n2,{'x' * 81},A\n", "people.csv:2: column 'unit': unit 'xxx"),
        ("person,unit,kind\n1,Office,headqarters\n", "people.csv:2: column 'kind': is unknown; did you mean \"headquarters\"?; allowed: headquarters or regional headquarters or affiliate; got 'headqarters'"),
        ("person,unit,kind\n1,A,affiliate\n2,A,headquarters\n", "people.csv:3: column 'kind': the unit has 'affiliate' in another row; got 'headquarters'"),
        ("person,unit,market\n1,A,India\n2,A,Japan\n", "people.csv:3: column 'market': the unit has 'India' in another row; got 'Japan'"),
        (f"person,unit,market\n1,A,{'m' * 61}\n2,A,{'m' * 61}\n", "people.csv:2: column 'market': unit 'A': the market's name is too long; allowed: at most 60 characters"),
        ("person,unit,market\n1,A,all\n2,A,all\n", "people.csv:2: column 'market': unit 'A': \"all\" stands for all markets together"),
        ("person,unit,kind,market\n1,A,affiliate,X\n2,A,affiliate,X\n3,H,headquarters,Z\n4,H,headquarters,Z\n", "people.csv:4: column 'market': unit 'H': no market is called 'Z'; allowed: X"),
        ("person,unit,market\n1,A,India\n", "people.csv:2: column 'unit': unit 'A': has too few people who are there; allowed: 2 to 2000000 people; got 1"),
        ("person,unit\n1,A\n2,A\n", "people.csv: needs at least one affiliate: without a market nobody is served; say with a column kind or market"),
        ("person,unit,entry\n1,A,01/02/2024\n", "people.csv:2: column 'entry': could be two days; write YYYY-MM-DD; got '01/02/2024'"),
        ("person,unit,entry\n1,A,2024-02-30\n", "people.csv:2: column 'entry': is no day of the calendar; got '2024-02-30'"),
        ("person,unit,exit\n1,A,soon\n", "people.csv:2: column 'exit': is not a day; write YYYY-MM-DD; got 'soon'"),
        ("person,unit,entry,exit\n1,A,2024-01-02,2024-01-01\n", "people.csv:2: column 'exit': left before they came; got 2024-01-01"),
        ('person,unit,note\n1,A,"two\nlines"\n2,,x\n', "people.csv:4: column 'unit': has no value"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_list_of_people_is_answered_with_row_and_column(
    text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = {"": 2}.get(text, 1)
    assert people_refused(text, capsys, lines).startswith(message)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("x9,a1,1", "met.csv:2: column 'attendee': is not in the list of people (--without-outsiders leaves such rows out)"),
        ("a1,,1", "met.csv:2: column 'colleague': has no value"),
        ("a1,A1,1", "met.csv:2: column 'colleague': is the same person as the attendee"),
        ("a1,a2,", "met.csv:2: column 'hours': has no value; got ''"),
        ("a1,a2,0", "met.csv:2: column 'hours': is out of range; allowed: more than 0 hours; got '0'"),
        ("a1,a2,-1", "met.csv:2: column 'hours': is out of range"),
        ("a1,a2,1e1", "met.csv:2: column 'hours': write 10; got '1e1'"),
        ("a1,a2,nan", "met.csv:2: column 'hours': is not a finite number"),
        ("a1,a2,30\na2,a1,30", "met.csv:3: column 'hours': with this row the two meet for more than 40 hours a week; does the list cover more weeks? Give --weeks"),
        ("a1,a3,1", "met.csv: no two people who are there meet"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_list_of_meetings_is_answered_with_row_and_column(
    rows: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("met.csv").write_text(f"attendee,colleague,hours\n{rows}\n")
    assert refused(WITH_MEETINGS, capsys).startswith(message)


def test_rows_with_outsiders_and_leavers_are_left_out_and_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("met.csv").write_text(MET + "x9,a1,1\na3,a1,5\n")
    assert answer_to([*WITH_MEETINGS, "--without-outsiders"]) == 0
    said = capsys.readouterr().out
    assert "Note: 1 rows of meetings name somebody outside the firm: left out" in said
    assert "Note: 1 rows of meetings name somebody who is not there on that day: left out" in said
    assert len(read_scenario("firm.yaml").meetings) == 2


def test_a_comma_that_may_separate_thousands_is_no_decimal_comma(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("met.csv").write_text("attendee;colleague;hours\na1;a2;1,500\n")
    assert "column 'hours': write 1500" in refused(WITH_MEETINGS, capsys)


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
        ([*NEW, "--column", "unit=Unti"], 3, "people.csv:1: no column is called 'Unti' (--column unit); did you mean \"unit\"?"),
        ([*NEW, "--on", "2025-02-30"], 2, "--on: must be a day, such as 2026-03-31; got '2025-02-30'"),
        ([*NEW, "--on", "today"], 2, "--on: must be a day"),
        ([*NEW, "--weeks", "4"], 2, "--weeks: goes with --meetings only"),
        ([*NEW, "--without-outsiders"], 2, "--without-outsiders: goes with --meetings only"),
        ([*NEW, "--sheet", "firm.xlsx"], 2, "--people: does not go with --sheet"),
        ([*NEW, "--weeks", "0"], 2, "--weeks: must be a whole number; allowed: 1..520"),
        ([*NEW, "--at-least", "41"], 2, "--at-least: must be hours a week, from 0 to 40"),
        ([*NEW, "--from", "march-1991"], 3, "--from: march-1991 runs march-1991, which has no units"),
        (["new", "firm.yaml", "--people", "people.xlsx"], 3, "people.xlsx: is a workbook; save its sheet as CSV UTF-8"),
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
    assert refused(arguments, capsys, code).startswith(message)


def test_another_firm_may_start_from_the_policy_and_the_shocks_of_a_shipped_scenario() -> None:
    assert answer_to([*NEW, "--from", "tiered-pricing-india"]) == 0
    assert read_scenario("firm.yaml").policy == read_scenario("tiered-pricing-india").policy
    Path("firm.yaml").unlink()
    assert read_scenario("exodus").timeline
    assert answer_to([*NEW, "--from", "exodus"]) == 0
    assert read_scenario("firm.yaml").timeline == read_scenario("exodus").timeline


def big_firm(folder: Path, people: int, meetings: int) -> list[str]:
    """Write the records of a large firm with codes that look like nothing else; give the codes."""
    chance = random.Random(1995)
    units = [(f"Market {n}", "affiliate") for n in range(20)]
    units += [(f"Function {n}", "headquarters") for n in range(20)]
    codes = [f"QX{n:06}Z" for n in range(people)]
    with (folder / "people.csv").open("w", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(["Full name", "person", "unit", "kind", "entry", "exit"])
        for code in codes:
            came = date(2012, 1, 1) + timedelta(days=chance.randrange(4000))
            left = date(2025, 1, 1) + timedelta(days=chance.randrange(365))
            gone = left.strftime("%d.%m.%Y") if chance.random() < 0.09 else ""
            rows.writerow([f"Qz {code} Qz", code, *chance.choice(units), came, gone])
    with (folder / "met.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["attendee", "colleague", "hours"])
        rows.writerows([*chance.sample(codes, 2), chance.choice([0.5, 1])] for _ in range(meetings))
    return codes


@pytest.mark.timed
def test_a_firm_of_11000_is_written_within_seconds_and_no_code_of_a_person_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = big_firm(tmp_path, 11_000, 60_000)
    began = time.process_time()
    assert answer_to(WITH_MEETINGS) == 0
    # 2 s where this was written; a search through all people for each row would need minutes.
    assert time.process_time() - began < 20
    said = capsys.readouterr().out
    scenario = read_scenario("firm.yaml")
    assert 9_900 < sum(unit.staff for unit in scenario.units) < 11_000
    assert len(scenario.meetings) > 40_000
    written = said + "".join(
        path.read_text()
        for path in tmp_path.iterdir()
        if path.name not in ("people.csv", "met.csv")
    )
    found = set(re.findall(r"QX\d{6}Z", written, re.IGNORECASE))
    assert not found & set(codes)
    assert "Qz" not in written


def test_a_mistake_does_not_say_whose_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    Path("people.csv").write_text(PEOPLE + "a1,Office,headquarters,,2020-01-01,\n")
    assert "a1" not in refused(NEW, capsys)
    Path("people.csv").write_text(PEOPLE)
    Path("met.csv").write_text("attendee,colleague,hours\na1,jane.roe,1\n")
    assert "jane" not in refused(WITH_MEETINGS, capsys)


def test_a_table_that_was_not_meant_to_be_one_is_not_read_to_its_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("people.csv").write_text("person,unit\n" + ",\n" + "x,\n" * 5000)
    assert answer_to(NEW) == 3
    assert capsys.readouterr().err.splitlines()[-1] == "error: ... and 980 more"


def test_a_unit_cannot_lose_more_than_everybody(capsys: pytest.CaptureFixture[str]) -> None:
    short = "".join(f"t{n},Japan,affiliate,,2025-07-01,2025-09-01\n" for n in range(4))
    Path("people.csv").write_text(
        PEOPLE.replace("b2,Japan,affiliate,,2025", "b2,Japan,affiliate,,2020") + short
    )
    assert answer_to([*NEW, "--on", "2025-12-31"]) == 0
    assert read_scenario("firm.yaml").units[1].turnover == 0.99
    assert "Note: 'Japan' lost 200% of its staff; 99% is written" in capsys.readouterr().out


def test_a_timeline_that_names_markets_of_its_own_cannot_be_that_of_another_firm(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = refused([*NEW, "--from", "turbulent-market"], capsys)
    assert said.startswith("--from: turbulent-market names units, markets or partners of its own")


def test_a_full_disk_leaves_no_scenario_behind(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("seci_sim.own_firm.writing.tempfile.TemporaryDirectory", full)
    assert answer_to(WITH_MEETINGS) == 5
    assert "firm.yaml: cannot be written: No space left" in capsys.readouterr().err
    assert listing() == ["met.csv", "people.csv", "seci-sim.schema.json"]


def test_what_a_scenario_cannot_hold_is_refused_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("seci_sim.own_firm.network.LARGEST_NETWORK", 60)
    said = refused(WITH_MEETINGS, capsys)
    assert said.startswith(
        "met.csv: its 2 pairs make more than 6e-05 MB; leave out who meet little"
    )


@pytest.mark.slow
def test_the_firm_runs_and_its_results_name_units_and_not_people(tmp_path: Path) -> None:
    names = [f"{code}{n}" for code in ("Kay", "Lee") for n in range(12)]
    rows = [f"{name},{'Office' if name[0] == 'K' else 'Japan'}," for name in names]
    rows = [row + ("headquarters" if "Office" in row else "affiliate") for row in rows]
    Path("people.csv").write_text("\n".join(["person,unit,kind", *rows, ""]))
    met = [f"{one},{other},1" for one, other in pairwise(names)]
    Path("met.csv").write_text("\n".join(["attendee,colleague,hours", *met, ""]))
    assert answer_to([*WITH_MEETINGS, "--quiet"]) == 0
    assert settings(read_scenario("firm.yaml"))["meetings"] == "23 pairs, 23 hours a week"
    Path("short.yaml").write_text("name: Short\nextends: firm.yaml\nhorizon: 4 weeks\n")
    assert answer_to(["run", "short.yaml", "--replications", "2", "--no-open", "--quiet"]) == 0
    for file in Path("results").rglob("*.*"):
        assert not re.search(r"Kay\d|Lee\d", file.read_text("utf-8", "replace"))
