"""Workbooks that cannot be a scenario, refused by the cell."""

from __future__ import annotations

import datetime
import random
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from answers import refused
from sheet_files import READ, cell_of, fill, openpyxl, written

from seci_sim.cli import answer_to
from seci_sim.scenario import read_scenario

pytestmark = pytest.mark.usefixtures("empty_folder")


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("policy.patient_time", 1, "policy.patient_time: is not a share; did you mean 1%?; allowed: 0% to 100%; got '1'"),
        ("policy.patient_time", 2.5, "policy.patient_time: is not a share; did you mean 2.5%?"),
        ("policy.visit_hours", 90, "policy.visit_hours: is too large; allowed: 0.25 to 40 hours; got '90'"),
        ("policy.visit_hours", "two", "policy.visit_hours: is not a number; unit: hours"),
        ("policy.visit_hours", "{a: 1}", "policy.visit_hours: is not a number"),
        ("policy.visit_hours", "1 # 2", "policy.visit_hours: is not a number"),
        ("policy.visit_hours", "- 1", "policy.visit_hours: is not a number"),
        ("policy.visit_hours", "&x 1", "policy.visit_hours: is not a number"),
        ("policy.visit_hours", "1,5", "policy.visit_hours: write 1.5"),
        ("policy.visit_hours", "1e1", "policy.visit_hours: write 10"),
        ("policy.workshop_staff", 5.5, "policy.workshop_staff: must be a whole number"),
        ("policy.combination", 1, "policy.combination: is neither yes nor no"),
        ("policy.combination", "maybe", "policy.combination: is neither yes nor no"),
        ("policy.shares_paid", "10%", "policy.shares_paid.: no income band is called ''"),
        ("policy.shares_paid", "lwo: 10%", "policy.shares_paid.lwo: no income band is called 'lwo'; did you mean \"low\"?"),
        ("policy.shares_paid", "low: 1; low: 2", "low: given twice (first in Settings!B"),
        ("policy.shares_paid", ";", "policy.shares_paid: has no value"),
        ("policy.patient_time", "=1/100", "holds a formula; write its value"),
        ("policy.patient_time", "#REF!", "holds an error; got '#REF!'"),
        ("horizon", datetime.date(2024, 1, 17), "holds a day or a time; write a number, or text"),
        ("name", datetime.datetime(2024, 1, 17), "holds a day or a time"),
        ("name", None, "name: has no value"),
        ("name", "x" * 81, "name: is too long; allowed: at most 80 characters"),
        ("name", "a\nb", "name: holds control, invisible or direction-changing characters"),
        ("name", "\u202egnp.exe", "holds control, invisible or direction-changing characters"),
        ("extends", "one-percnt", 'extends: no shipped scenario of this name; did you mean "one-percent"?'),
        ("extends", "no.yaml", "extends: no.yaml: no such file"),
        ("meetings", "no.csv", "meetings: no.csv: no such file"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_refused_with_the_address_of_its_cell(
    setting: str, value: Any, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    written()
    address = cell_of(setting)
    book = openpyxl.load_workbook("firm.xlsx")
    cell = book["Settings"][address.partition("!")[2]]
    cell.value = value
    if not isinstance(value, datetime.date):
        cell.number_format = "General"
    book.save("firm.xlsx")
    assert refused(READ, capsys).startswith(f"firm.xlsx:{address}: {message}")


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"Settings!A2": "nmae"}, 'firm.xlsx:Settings!A2: unknown setting; did you mean "name"?'),
        ({"Settings!A3": "name"}, "firm.xlsx:Settings!A3: name: is given twice (first for Settings!B2)"),
        ({"Settings!B1": "wert"}, 'firm.xlsx:Settings!A1: its first row must name the columns "setting" and "value"'),
        ({"Settings!B2001": "far"}, "firm.xlsx:Settings!A2001: more than 2000 rows"),
        ({"Units!AZ3": "far"}, "firm.xlsx:Units!A3: more than 50 columns"),
        ({"Units!C1": "headcount"}, "firm.xlsx:Units!C1: unknown column; allowed: name, kind, "),
        ({"Units!C1": "name"}, "firm.xlsx:Units!C1: column 'name' is given twice"),
        ({"Units!C2": 1}, "firm.xlsx:Units!C2: units.Tokyo headquarters.staff: is too small; allowed: 2 to 2000000 people; got '1'"),
        ({"Units!B3": "affilate"}, "firm.xlsx:Units!B3: units.Japan.kind: is unknown; did you mean \"affiliate\"?"),
        ({"Units!A4": "Japan"}, "firm.xlsx:Units!A4: units.Japan.name: is given twice; got 'Japan'"),
        ({"Units!G3": 5}, "firm.xlsx:Units!G3: units.Japan.turnover: "),
        ({"Stakeholders!C2": "Atlantis"}, "firm.xlsx:Stakeholders!C2: stakeholders.Partner in Japan.market: no market is called 'Atlantis'"),
        ({"Income bands!B2": 0.5}, "firm.xlsx:Income bands!A1: service.bands: households of the bands sum to 130%, not to 100%"),
        ({"Timeline!A2": 999}, "firm.xlsx:Timeline!A2: timeline.999: nothing changes; give at least one of policy"),
        ({"Timeline!A2": 5, "Timeline!B2": "patient_tme: 2%"}, "firm.xlsx:Timeline!B2: timeline.5.policy.patient_tme: unknown field \"patient_tme\"; did you mean \"patient_time\"?"),
        ({"Timeline!A2": 5, "Timeline!B2": "turnover: 5"}, "firm.xlsx:Timeline!B2: timeline.5.policy.turnover: is not a share; did you mean 5%?"),
        ({"Timeline!A2": 5, "Timeline!E2": "libary"}, "firm.xlsx:Timeline!E2: timeline.5.lose"),
        ({"Timeline!A2": 999, "Timeline!C2": 0.3}, "firm.xlsx:Timeline!A2: timeline.999.week: comes after the end of the run"),
    ],
)  # fmt: skip
def test_a_workbook_that_does_not_fit_together_is_refused_by_the_cell(
    cells: dict[str, Any], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    written()
    fill(cells)
    assert refused(READ, capsys).startswith(message)


def test_sheets_are_known_by_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    written()
    book = openpyxl.load_workbook("firm.xlsx")
    book["Units"].title = "Unit"
    book.save("firm.xlsx")
    assert refused(READ, capsys) == 'firm.xlsx: unknown sheet 2; did you mean "Units"?'
    del book["Unit"]
    book.save("firm.xlsx")
    assert answer_to([*READ, "--quiet"]) == 0, "a sheet that is not there changes nothing"
    assert read_scenario("firm.yaml").units == read_scenario("one-percent").units
    Path("firm.yaml").unlink()
    del book["Settings"]
    book.save("firm.xlsx")
    assert refused(READ, capsys) == 'firm.xlsx: has no sheet "Settings"'


def test_further_sheets_are_somebodys_own_and_stored_values_of_formulas_count(
    capsys: pytest.CaptureFixture[str],
) -> None:
    written()
    book = openpyxl.load_workbook("firm.xlsx")
    book.create_sheet("Notes")
    book.save("firm.xlsx")
    fill({cell_of("policy.patient_time"): "=1/50"})
    assert "holds a formula; write its value" in refused(READ, capsys)
    with zipfile.ZipFile("firm.xlsx") as parts:
        texts = {one.filename: parts.read(one) for one in parts.infolist()}
    with zipfile.ZipFile("firm.xlsx", "w") as parts:
        for name, text in texts.items():
            stored = re.sub(rb"<f>1/50</f><v ?/?>(</v>)?", b"<f>1/50</f><v>0.02</v>", text)
            parts.writestr(name, stored)
    assert answer_to(READ) == 0
    assert "Note: 1 of the workbook's sheets are your own: left out." in capsys.readouterr().out
    assert read_scenario("firm.yaml").policy.patient_time == 0.02


def test_a_partner_in_a_market_whose_unit_is_deleted_is_said_with_its_cell(
    capsys: pytest.CaptureFixture[str],
) -> None:
    written()
    book = openpyxl.load_workbook("firm.xlsx")
    units = book["Units"]
    units.delete_rows(next(row[0].row for row in units.iter_rows() if row[0].value == "India"))
    book.save("firm.xlsx")
    said = refused(READ, capsys)
    assert said.startswith("firm.xlsx:Stakeholders!C")
    assert said.endswith("or delete that row")


SECRET = "ZZSECRET"


@pytest.mark.parametrize("where", ["Settings!A2", "Units!A1", "Stakeholders!C1"])
def test_what_may_be_a_person_is_not_shown(where: str, capsys: pytest.CaptureFixture[str]) -> None:
    written()
    book = openpyxl.load_workbook("firm.xlsx")
    title, _, cell = where.partition("!")
    book[title][cell].value = SECRET
    book.save("firm.xlsx")
    said = refused(READ, capsys)
    assert said.startswith(f"firm.xlsx:{where}: unknown ")
    assert SECRET not in said


def a_bomb() -> None:
    with zipfile.ZipFile("firm.xlsx", "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/sharedStrings.xml", b" " * 30_000_000)


def an_archive() -> None:
    with zipfile.ZipFile("firm.xlsx", "w") as parts:
        parts.writestr("hello.txt", "hello")


def a_gigabyte() -> None:
    with Path("firm.xlsx").open("wb") as file:
        file.truncate(10**9)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (a_bomb, "firm.xlsx: unpacks to more than 6 MB"),
        (an_archive, "firm.xlsx: is not an Excel workbook (.xlsx), or is damaged"),
        (a_gigabyte, "firm.xlsx: is larger than 5 MB"),
        (lambda: Path("firm.xlsx").write_text("name: Mine\n"), "firm.xlsx: is not an Excel workbook"),
        (lambda: Path("firm.xlsx").write_bytes(b""), "firm.xlsx: is not an Excel workbook"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_refused(
    make: Any, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make()
    assert refused(READ, capsys).startswith(message)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["new", "firm.xlsx"], 5, "firm.xlsx: is there already"),
        (["new", "there.yaml", "--sheet", "firm.xlsx"], 5, "there.yaml: is there already"),
        (["new", "x.yaml", "--sheet", "no.xlsx"], 5, "no.xlsx: no such file"),
        (["new", "no/x.yaml", "--sheet", "firm.xlsx"], 5, "no/x.yaml: cannot be written"),
        (["new", "no/x.xlsx"], 5, "no/x.xlsx: cannot be written"),
        (["new", "x.xlsx", "--sheet", "firm.xlsx"], 2, "--sheet: does not go with a workbook"),
        (["new", "x.xlsx", "--people", "p.csv"], 2, "--people: does not go with a workbook"),
        (["new", "x.xlsx", "--all"], 2, "--all: does not go with a workbook"),
        (["new", "x.yaml", "--sheet", "firm.xlsx", "--all"], 2, "--all: does not go with --sheet"),
        (["new", "x.yaml", "--sheet", "firm.xlsx", "--from", "exodus"], 2, "--from: the workbook says itself what it extends"),
        (["check", "firm.xlsx"], 3, "firm.xlsx: is a workbook; make a scenario file of it with seci-sim new NAME.yaml --sheet FILE"),
    ],
)  # fmt: skip
def test_a_command_that_cannot_be_meant_changes_nothing(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    written()
    Path("there.yaml").write_text("somebody's own")
    assert refused(arguments, capsys, code).startswith(message)


def test_without_the_extra_the_program_says_which_one_it_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written()
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    needed = "a workbook needs the extra: pip install 'seci-sim[excel]'"
    assert refused(READ, capsys, 2) == needed
    assert answer_to(["new", "x.xlsx"]) == 2
    assert needed in capsys.readouterr().err


def test_no_more_mistakes_are_said_than_anybody_reads(capsys: pytest.CaptureFixture[str]) -> None:
    written()
    rows = range(2, 40)
    fill({f"Settings!A{row}": f"nothing {row}" for row in rows})
    assert answer_to(READ) == 3
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 21
    assert said[-1] == "error: ... and 18 more"
    fill({f"Settings!J{row}": "=1+1" for row in range(2, 1200)})
    assert answer_to(READ) == 3
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "error: firm.xlsx:Settings!J2: holds a formula; write its value"
    assert said[-1] == "error: ... and 980 more"


@pytest.mark.slow
def test_no_damage_to_a_workbook_brings_the_program_to_its_knees(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chance = random.Random(1995)
    written()
    whole = Path("firm.xlsx").read_bytes()
    with zipfile.ZipFile("firm.xlsx") as parts:
        texts = {part.filename: parts.read(part) for part in parts.infolist()}
    for _ in range(300):
        if chance.random() < 0.3:
            place = chance.randrange(len(whole))
            Path("firm.xlsx").write_bytes(
                whole[:place] + bytes([chance.randrange(256)]) + whole[place + 1 :]
            )
        else:
            name = chance.choice(list(texts))
            content = bytearray(texts[name])
            for _ in range(chance.choice((1, 5))):
                content[chance.randrange(len(content))] = chance.choice(b"<>&\"'0 9a\x00\xff")
            with zipfile.ZipFile("firm.xlsx", "w") as parts:
                for other, text in texts.items():
                    parts.writestr(other, bytes(content) if other == name else text)
        answer = answer_to(READ)
        lines = capsys.readouterr().err.splitlines()
        assert answer in (0, 3)
        assert all(
            line.startswith("error: firm.xlsx") and line.isprintable() for line in lines[:20]
        )
        Path("firm.yaml").unlink(missing_ok=True)
