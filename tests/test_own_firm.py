"""A scenario from a firm's own records: what is made of them."""

from __future__ import annotations

import csv
import random
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from answers import listing
from firm_records import MET, NEW, PEOPLE, WITH_MEETINGS

from seci_sim.cli import answer_to
from seci_sim.scenario import read_scenario, settings

pytestmark = pytest.mark.usefixtures("records")


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
    assert "Note: 1 pair meets for less than 0.4 hours a week: left out" in capsys.readouterr().out


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


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[str], list[str]]]:
    """Somebody at a terminal: what they are asked, and what they will answer."""
    questions: list[str] = []
    answers: list[str] = []

    def prompt(question: str, **_: object) -> str:
        questions.append(question)
        return answers.pop(0)

    monkeypatch.setattr("seci_sim.cli.own_firm.at_a_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.prompt", prompt)
    monkeypatch.setattr("typer.confirm", lambda question, **_: prompt(question) == "y")
    yield questions, answers
    assert not answers


def test_what_is_open_is_asked_once_and_nothing_is_written_before_it_was_seen(
    asked: tuple[list[str], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    questions, answers = asked
    Path("people.csv").write_text("person,Where they are\n1,Sales\n2,Sales\n3,Finance\n4,Finance\n")
    answers += ["9", "2", "", "n"]
    assert answer_to(NEW) == 3, "there are no nine columns"
    assert answer_to(NEW) == 0
    said = capsys.readouterr().out
    assert "people.csv has the columns 1 person, 2." in said
    assert "1 Sales (2 people): serves 'Home market'" in said
    assert said.endswith("Nothing was written.\n")
    assert questions[1:] == [
        "Its name or number",
        "As listed, or with changes such as 1=India, 2=headquarters",
        "Write firm.yaml?",
    ]
    answers += ["Where they are", "1=India", "", "y"]
    assert answer_to(NEW) == 0
    sales, finance = read_scenario("firm.yaml").units
    assert (sales.kind, sales.market, finance.kind) == ("affiliate", "India", "headquarters")


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
    assert answer_to([*NEW, "--on", "2025-01-01"]) == 3, (
        "Japan has one person, and nobody else serves"
    )


def test_a_unit_that_nobody_works_in_any_more_is_left_out_and_a_new_one_has_no_turnover(
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone = "c1,Closed,headquarters,,2020-01-01,2025-02-01\n"
    young = "".join(f"d{n},Young,headquarters,,2025-09-0{n},\n" for n in (1, 2))
    Path("people.csv").write_text(PEOPLE + gone + young)
    assert answer_to(NEW) == 0
    said = capsys.readouterr().out
    assert "Note: nobody works in a unit of one row on 2025-12-31: left out" in said
    assert "Note: unit 'Young' is younger than a year" in said
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


def test_rows_with_outsiders_and_leavers_are_left_out_and_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("met.csv").write_text(MET + "x9,a1,1\na3,a1,5\n")
    assert answer_to([*WITH_MEETINGS, "--without-outsiders"]) == 0
    said = capsys.readouterr().out
    assert "Note: 1 row of meetings name somebody outside the firm: left out" in said
    assert "Note: 1 rows of meetings name somebody who is not there on that day: left out" in said
    assert len(read_scenario("firm.yaml").meetings) == 2


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


@pytest.mark.slow
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


def test_a_unit_cannot_lose_more_than_everybody(capsys: pytest.CaptureFixture[str]) -> None:
    short = "".join(f"t{n},Japan,affiliate,,2025-07-01,2025-09-01\n" for n in range(4))
    Path("people.csv").write_text(
        PEOPLE.replace("b2,Japan,affiliate,,2025", "b2,Japan,affiliate,,2020") + short
    )
    assert answer_to([*NEW, "--on", "2025-12-31"]) == 0
    assert read_scenario("firm.yaml").units[1].turnover == 0.99
    assert "Note: unit 'Japan' lost 200% of its staff; 99% is written" in capsys.readouterr().out


@pytest.mark.slow
def test_the_firm_runs_and_its_results_name_units_and_not_people() -> None:
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
