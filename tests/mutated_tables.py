"""Tables of people, meetings and series as exports have them, made in many forms and then damaged.

Everybody in them has a code such as `zq00007x` and a name such as `zname007`, so that one that gets out
is known wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from mutated_files import Rows, file_of

from seci_sim.calibrating.observed import INDICATORS, SCORES

SOMEBODY = re.compile(r"zq\d{5}x|zname\d{3}", re.IGNORECASE)
"""Somebody's code or name."""
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%b-%y", "%m/%d/%Y 12:00:00 AM", "%Y%m%d",
        "%b %d, %Y", "%Y-%m-%dT%H:%M:%SZ", "serial")  # fmt: skip
UNITS = ("Germany", "Brazil", "Head office", "Sales", "R&D", "HR", "APAC", "Łódź", "Österreich", "東京",
         "Sales India", "Sales india", "Team 1", "Customer care - Emergency", "1001")  # fmt: skip
NO_DAY = ("", "NULL", "-", "31.12.9999", "N/A", "00.00.0000", "Active")
STRANGE = ("zq00005x", "zname003", "NULL", "", "=1+1", "\x00", "ü" * 50, "9" * 30, "1/2/2024", "2024-13-45", "nan",
           "\u202e", "a,b;c\td", "“”", "two\nlines", "\ufeff", "-5", "1e308", "9" * 400, "x" * 2000, "#REF!", "'", '"',
           "İ" * 30, "a\u0301" * 20, "1.234.567,89", "0", "-0", "\r", "all", "Germany\u00a0", "²", "١٢", "31.02.2024")  # fmt: skip
"""What may stand in a cell that was meant for something else."""


class Case(NamedTuple):
    """Files, and what is asked of them."""

    files: dict[str, bytes]
    options: list[str]
    """Of `seci-sim new FILE`; nothing for series."""
    names_people: bool
    """Whether a column of people's codes or names was named as one of units or markets."""


def code(number: int) -> str:
    return f"zq{number:05}x"


# Tables in order ----------------------------------------------------------------------------------


def people(chance: Random) -> Rows:
    """A list of people, with some of the columns that programs export."""
    count = chance.randrange(2, 60)
    units = chance.sample(UNITS, chance.randrange(1, 6))
    form = chance.choice(DAYS)
    mark = chance.choice(NO_DAY)
    headers = [
        chance.choice(options)
        for options in (
            ["person", "EmployeeNumber", "Employee ID", "EMPNO", "Personalnummer", "x", "Full name"],
            ["unit", "Department", "DEPT", "Organization", "Abteilung", "y"],
            ["kind", "z"],
            ["market", "Country"],
            ["entry", "Hire Date", "Start"],
            ["exit", "Termination Date", "End"],
            ["Attrition", "Active", "Status", "q"],
            ["ReportsTo", "manager", "m"],
            ["Employee Name", "Title", "name", "Work email"],
            ["MetricDate", "week", "Snapshot"],
            ["Age", "Salary"],
        )
    ]  # fmt: skip
    rows = [headers]
    for number in range(count):
        unit = chance.choice(units)
        came = date(2005, 1, 1) + timedelta(days=chance.randrange(6500))
        left = came + timedelta(days=chance.randrange(1, 2500))
        central = unit in ("HR", "Head office")
        kind = "headquarters" if central else "affiliate"
        rows.append(
            [
                code(number if chance.random() < 0.95 else number // 2),
                unit,
                chance.choice(["affiliate", "HQ", ""]) if chance.random() < 0.1 else kind,
                unit if chance.random() < 0.8 else "",
                _day(came, form),
                _day(left, form) if chance.random() < 0.2 else mark,
                chance.choice(["Yes", "No", "1", "0", "Active", "Voluntarily Terminated"]),
                code(chance.randrange(count)) if number else "",
                f"zname{number:03}",
                _day(date(2024, 1, 1 + 7 * chance.randrange(3)), form),
                chance.choice(["-3", "41", "9" * 25, "1.234,5", ""]),
            ]
        )
    kept = set(chance.sample(range(len(headers)), chance.randrange(2, len(headers) + 1)))
    if chance.random() < 0.9:
        kept |= {0, 1}
    order = sorted(kept)
    if chance.random() < 0.3:
        chance.shuffle(order)
    return [[row[place] for place in order] for row in rows]


def _day(day: date, form: str) -> str:
    return str((day - date(1899, 12, 30)).days) if form == "serial" else day.strftime(form)


HOURS = (
    "1",
    "0.5",
    "1,5",
    "1:30",
    "90",
    "2E-1",
    "",
    "-1",
    "PT30M",
    "1,500",
    "30 min",
    "1e300",
    "zname004",
)


def meetings(chance: Random) -> Rows:
    """Who met whom: pairs, units, calendars, or a row an attendee."""

    def somebody() -> str:
        return code(chance.randrange(30))

    def unit() -> str:
        return chance.choice(UNITS)

    count = range(chance.randrange(1, 60))
    hours = chance.sample(HOURS, 3)
    match chance.randrange(5):
        case 0:
            amount = chance.choice(
                ["hours", "minutes", "duration", "weight", "x", "Strong tie score"]
            )
            ends = chance.choice(
                [["attendee", "colleague"], ["from", "to"], ["Person 1", "Person 2"]]
            )
            return [[*ends, amount]] + [[somebody(), somebody(), chance.choice(hours)] for _ in count]  # fmt: skip
        case 1:
            ends = chance.choice([["unit", "colleague_unit"], ["from", "to"], ["Department A", "Department B"]])  # fmt: skip
            return [[*ends, "hours", "Date"]] + [
                [unit(), unit(), chance.choice(hours), f"2024-01-{day % 28 + 1:02}"] for day in count
            ]  # fmt: skip
        case 2:
            return [["Subject", "Start Date", "Start Time", "End Date", "End Time", "Meeting Organizer", "Required Attendees"]] + [
                ["zname001 review", f"10/{chance.randrange(1, 29)}/2024", "9:00:00 AM", f"10/{chance.randrange(1, 29)}/2024",
                 "10:00:00 AM", somebody(), chance.choice([";", ", ", "\n"]).join(somebody() for _ in range(chance.randrange(6)))]
                for _ in count
            ]  # fmt: skip
        case 3:
            return [["meeting id", "employee id", "start", "end"]] + [
                [f"m{chance.randrange(5)}", somebody(), "2024-01-01 09:00", "2024-01-01 10:00"] for _ in count
            ]  # fmt: skip
    return [["organizer", "attendees", "duration"]] + [
        [f"zname001 <{somebody()}@x.org>", f"zname002 <{somebody()}@x.org>; {somebody()}", chance.choice(hours)] for _ in count
    ]  # fmt: skip


def indicators(chance: Random) -> Rows:
    """Measures by quarter."""
    names = chance.sample(list(INDICATORS), chance.randrange(1, len(INDICATORS) + 1))
    times = [chance.choice(["2024-Q1", "Q3 2023", "3", "2", "2023-06-30", "30/06/2023", "2022", "zname001"]) for _ in range(12)]  # fmt: skip
    values = ("0.4", "41%", "41,5 %", "1,500", "", "N/A", "-1", "1e9", "0", "1:30")
    return [[chance.choice(["quarter", "Date", "period"]), *names]] + [
        [time, *(chance.choice(values) for _ in names)] for time in times[: chance.randrange(1, 12)]
    ]


def survey(chance: Random) -> Rows:
    """Scores by year, a row for everybody who answered."""
    names = chance.sample(list(SCORES), chance.randrange(1, len(SCORES) + 1))
    return [["year", "respondent", *(f"{name} score" for name in names)]] + [
        [str(chance.choice([2023, 2024, 1, 2])), code(row), *(chance.choice(["3", "4,5", "", "x", "5"]) for _ in names)]
        for row in range(chance.randrange(1, 20))
    ]  # fmt: skip


# What happens to tables ---------------------------------------------------------------------------


def changed(rows: Rows, chance: Random) -> Rows:
    """A table after up to four things that people and programs do to one."""
    for _ in range(chance.choice((0, 0, 1, 1, 2, 3, 4))):
        chance.choice(CHANGES)(rows, chance)
        rows = rows or [[""]]
    return rows


def _title(rows: Rows, chance: Random) -> None:
    rows.insert(0, [f"Report for zname001{chance.choice(['', ', all'])}"])


def _total(rows: Rows, chance: Random) -> None:
    rows.append([chance.choice(["Total", "Gesamt: 7", "zname002"])] + [""] * (len(rows[-1]) - 1))


def _row_lost(rows: Rows, chance: Random) -> None:
    rows.pop(chance.randrange(len(rows)))


def _longer(rows: Rows, chance: Random) -> None:
    chance.choice(rows).append(code(77))


def _shorter(rows: Rows, chance: Random) -> None:
    del chance.choice(rows)[-1:]


def _row_again(rows: Rows, chance: Random) -> None:
    rows.insert(chance.randrange(len(rows)), list(chance.choice(rows)))


def _strange(rows: Rows, chance: Random) -> None:
    if row := chance.choice(rows):
        row[chance.randrange(len(row))] = chance.choice(STRANGE)


def _strange_column(rows: Rows, chance: Random) -> None:
    place, what = chance.randrange(12), chance.choice(STRANGE)
    for row in rows[1:]:
        if place < len(row):
            row[place] = what


def _columns_exchanged(rows: Rows, chance: Random) -> None:
    one, other = chance.randrange(12), chance.randrange(12)
    for row in rows:
        if max(one, other) < len(row):
            row[one], row[other] = row[other], row[one]


def _headers_exchanged(rows: Rows, chance: Random) -> None:
    chance.shuffle(rows[0])


def _no_header(rows: Rows, chance: Random) -> None:
    del rows[0]


def _column_again(rows: Rows, chance: Random) -> None:
    place = chance.randrange(12)
    for row in rows:
        row.extend(row[place : place + 1])


def _two_headers(rows: Rows, chance: Random) -> None:
    """A group's name over several columns, and the rest of each header below it."""
    header = rows[0]
    rows.insert(0, [chance.choice(["Employee", "", "Data of zname009", "Organization"])] + [""] * (len(header) - 1))  # fmt: skip
    if len(header) > 2 and chance.random() < 0.5:
        rows[0][2] = "Dates"


def _broken_headers(rows: Rows, chance: Random) -> None:
    rows[0] = [re.sub(" ", "\n", cell) + chance.choice(["", " *", " (required)", "\n"]) for cell in rows[0]]  # fmt: skip


def _empty_columns(rows: Rows, chance: Random) -> None:
    place = chance.randrange(4)
    for row in rows:
        row.insert(place, "")


def _weekly(rows: Rows, chance: Random) -> None:
    rows += [list(row) for row in rows[1:]]


CHANGES: tuple[Callable[[Rows, Random], None], ...] = (
    _title, _total, _row_lost, _longer, _shorter, _row_again, _strange, _strange, _strange, _strange_column,
    _columns_exchanged, _headers_exchanged, _no_header, _column_again, _two_headers, _broken_headers, _empty_columns,
    _weekly,
)  # fmt: skip


# What is asked ------------------------------------------------------------------------------------


def firm(chance: Random) -> Case:
    """A firm's records, and options of whoever has them."""
    table = changed(people(chance), chance)
    files = {"people.csv": file_of(table, chance)}
    options = ["--people", "people.csv"]
    if chance.random() < 0.6:
        files["met.csv"] = file_of(changed(meetings(chance), chance), chance)
        options += ["--meetings", "met.csv"]
    if chance.random() < 0.2:
        files["gone.csv"] = file_of(changed(people(chance), chance), chance)
        options += ["--leavers", "gone.csv"]
    for option, often in (("--yes", 0.8), ("--skip-unclear", 0.3), ("--without-outsiders", 0.3)):
        if chance.random() < often and (option[2] != "w" or "met.csv" in files):
            options.append(option)
    others: list[tuple[str, Sequence[str]]] = [
        ("--dates", ["day-first", "month-first"]), ("--decimal", ["comma", "point"]), ("--keep", ["first", "last"]),
        ("--left-within", ["12"]), ("--market", ["Sales=India", "Germany=Germany"]), ("--kind", ["HR=headquarters"]),
        ("--merge", ["HR=Sales"]), ("--encoding", ["cp1252", "utf-16", "utf-8"]), ("--on", ["2015-06-30"]),
    ]  # fmt: skip
    for option, answers in others:
        if chance.random() < 0.03:
            options += [option, chance.choice(answers)]
    named = False
    if chance.random() < 0.3:
        column, place = chance.choice(["person", "unit", "exit", "left", "market", "manager"]), chance.randrange(9)  # fmt: skip
        options += ["--column", f"{column}={place + 1}"]
        named = column in ("person", "unit", "market") and _names_people(table, place)
        named |= column == "person" and not _names_people(table, place)
    if chance.random() < 0.1 and "met.csv" in files:
        options += ["--column", f"{chance.choice(['attendee', 'hours'])}={chance.randrange(1, 5)}"]
    return Case(files, options, named)


def _names_people(rows: Rows, place: int) -> bool:
    return any(SOMEBODY.search(row[place]) for row in rows if place < len(row))


def series(chance: Random) -> Case:
    """Indicators and a survey."""
    return Case(
        {
            "indicators.csv": file_of(changed(indicators(chance), chance), chance),
            "survey.csv": file_of(changed(survey(chance), chance), chance),
        },
        [],
        False,
    )
