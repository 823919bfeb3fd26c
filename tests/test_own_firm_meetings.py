"""Meetings as programs list them: pairs, units, calendars, attendees."""

from __future__ import annotations

from pathlib import Path

import pytest
from answers import refused
from firm_records import (
    HEADER,
    ROWS,
    WITH_MEETINGS,
    people,
    said,
    units,
)

from seci_sim.cli import answer_to
from seci_sim.scenario import read_scenario

pytestmark = pytest.mark.usefixtures("records")


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


def test_an_attendance_report_has_a_row_for_each_attendee(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [f"{row},{row[:2]}@firm.example" for row in ROWS]
    people("\n".join([f"{HEADER},Work email", *rows]))
    text = "Meeting Id\tParticipant Email\tJoin Time\tLeave Time\tIn-Meeting Duration\n" + "".join(
        f"m1\t{code}@firm.example\t3/13/25, 9:00:00 AM\t3/13/25, 9:45:36 AM\t45m 36s\n"
        for code in ("a1", "b1")
    )
    assert met(text, capsys) == {"O1-J1": 0.76}


REPORT = "Meeting Id\tParticipant Email\tJoin Time\tLeave Time\n"
CAME = [
    "m1\ta1\t3/13/25, 9:00:12 AM\t3/13/25, 10:00:12 AM\n",
    "m1\tb1\t3/13/25, 9:02:40 AM\t3/13/25, 9:17:40 AM\n",
    "m1\tb1\t3/13/25, 9:30:00 AM\t3/13/25, 9:45:00 AM\n",
    "m1\ta1\t3/27/25, 9:01:00 AM\t3/27/25, 10:01:00 AM\n",
    "m1\ta2\t3/27/25, 9:03:00 AM\t3/27/25, 9:48:00 AM\n",
]


@pytest.mark.parametrize("rows", [CAME, CAME[::-1]], ids=["in order", "turned round"])
def test_people_of_a_meeting_and_a_day_met_whenever_each_of_them_came(
    rows: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert met(REPORT + "".join(rows), capsys, "--weeks", "1") == {"O1-J1": 0.5, "O1-O2": 0.75}
    told = capsys.readouterr().out
    assert "all who joined a meeting of one name on one day are taken to have met there" in told
    met(REPORT + "".join(rows), capsys)
    assert "from 2025-03-13 to 2025-03-27: taken as 3 weeks" in capsys.readouterr().out


TWICE = {
    "a day and a time": "Subject,Date,Start Time,End Time,Attendee\n"
    "Weekly,2025-03-13,9:00,10:00,a1\nWeekly,2025-03-13,9:00,10:00,a2\n"
    "Weekly,2025-03-13,14:00,15:00,b1\nWeekly,2025-03-13,14:00,15:00,b2\n",
    "both in one": "Subject,Start Time,Attendee,Hours\n"
    "Weekly,2025-03-13 09:00,a1,1\nWeekly,2025-03-13 09:00,a2,1\n"
    "Weekly,2025-03-13 14:00,b1,1\nWeekly,2025-03-13 14:00,b2,1\n",
    "beside when each of them came": "Meeting ID,Start Time,End Time,User Email,Join Time,Leave Time\n"
    "7,2025-03-13 09:00,2025-03-13 11:00,a1,2025-03-13 09:01,2025-03-13 10:01\n"
    "7,2025-03-13 09:00,2025-03-13 11:00,a2,2025-03-13 09:05,2025-03-13 10:05\n"
    "7,2025-03-13 14:00,2025-03-13 16:00,b1,2025-03-13 14:02,2025-03-13 15:02\n"
    "7,2025-03-13 14:00,2025-03-13 16:00,b2,2025-03-13 14:00,2025-03-13 15:00\n",
}


@pytest.mark.parametrize("text", TWICE.values(), ids=TWICE)
def test_meetings_of_one_name_that_began_at_two_hours_are_two(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert met(text, capsys) == {"O1-O2": 1, "J1-J2": 1}


@pytest.mark.parametrize("order", [1, -1])
def test_two_who_sat_in_a_meeting_for_different_times_share_the_shorter(
    order: int, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ["m1,a1,2\n", "m1,b1,0.5\n", "m1,a2,2\n", "m1,a1,2\n"][::order]
    text = "meeting id,employee id,duration hours\n" + "".join(rows)
    assert met(text, capsys) == {"O1-O2": 1, "O1-J1": 0.25, "O2-J1": 0.25}


def test_a_letter_of_a_header_is_no_unit_of_time(capsys: pytest.CaptureFixture[str]) -> None:
    Path("met.csv").write_text("attendee,colleague,Meeting's time\na1,b1,90\n")
    line = refused([*WITH_MEETINGS, "--column", "hours=Meeting's time"], capsys)
    assert "does not say whether it has hours or minutes" in line
