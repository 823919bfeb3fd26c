"""What a table has to say, or may say, and under which headers programs write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from seci_sim.scenario.problems import folded


class Column(NamedTuple):
    """What a table has to say, or may say."""

    name: str
    meaning: str
    required: bool
    headers: str = ""
    """Headers under which programs write it, in lower case, the surest first; separated by commas."""


NAMES = "name"
"""A column that is compared only, so that there may be two."""
_EXIT = (
    "exit, exit date, termination date, date of termination, dateof termination, terminated on, leaving date, leave date, "
    "date left, left on, end, leaving, left date, last day, last working day, last day of work, separation date, resignation date, end date, "
    "employment end, contract end, end of employment, austritt, austrittsdatum, date de sortie, "
    "fecha de baja, date exit, release date, to date"
)
PEOPLE_COLUMNS = (
    Column(
        "person",
        "who it is, in any code that is used in the meetings too",
        True,
        "person, person id, employee id, employee number, employee no, employee code, emp id, emp no, emp number, "
        "emp code, empid, empno, staff id, staff number, staff no, staff code, personnel number, personnel no, pers no, "
        "personalnummer, personal nr, pers nr, persnr, mitarbeiternummer, mitarbeiter id, matricule, payroll number, "
        "worker id, worker, user id, associate id, associate number, file number, ee id, badge number, employee, id, "
        "email, work email, email address, user principal name, employee name, full name, name",
    ),
    Column(
        "unit",
        "the unit they work in",
        False,
        "unit, department, department name, dept, dept name, team, team name, org unit, organizational unit, "
        "organisational unit, organization unit, organization, organisation, business unit, division, function, "
        "function type, abteilung, organisationseinheit, departement, département, departamento, reparto, afdeling, service, direction, "
        "section, group, cost center, cost centre, kostenstelle, cost center name, department id, dept id, deptno, dept no, "
        "department code, dept code",
    ),
    Column("kind", "headquarters, regional headquarters or affiliate", False, "kind, unit kind"),
    Column(
        "market",
        "the market that their unit serves, or where its staff live",
        False,
        "market, market served",
    ),
    Column(
        "entry",
        "the day they came",
        False,
        "entry, entry date, hire date, date of hire, dateof hire, hired, hired on, hire dt, original hire date, start date, "
        "date of joining, joining date, join date, date joined, doj, joined, start, employment start, "
        "contract start, eintritt, eintrittsdatum, date d entree, date d entrée, date entrée, fecha de ingreso, fecha de alta, "
        "from date, date of entry",
    ),
    Column("exit", "the day they left", False, _EXIT),
    Column(
        "left",
        "yes or no: whether they left",
        False,
        "left, attrition, terminated, termd, leaver, is leaver, has left, churn, quit, resigned, employment status, "
        "employee status, emp status, status, worker status, active, is active, active status, currently employed",
    ),
    Column(
        "manager",
        "to whom they report, in the same code",
        False,
        "manager, reports to, reportsto, manager id, supervisor id, supervisor, manager employee id, mgr, mgr id, "
        "line manager, line manager id, boss, boss id, vorgesetzter, vorgesetzte, superior, parent id",
    ),
    Column(
        "as_of",
        "the day that a row is true for",
        False,
        "as of, as of date, metric date, snapshot date, snapshot, report date, effective date, valid from, "
        "week, week ending, month, period, period end, date",
    ),
    Column(
        "place",
        "where they work",
        False,
        "country, country name, work country, land, pays, pais, país, location, work location, office location, "
        "office, region, site, state, city, country code, location id, country or region",
    ),
    Column(
        "address",
        "how calendars name them, if not by their code",
        False,
        "email, work email, email address, e mail, mail, business email, user principal name, upn, login, username, adresse",
    ),
    Column("title", "their job", False, "title, job title, position, role, job role, designation"),
    Column(
        NAMES,
        "what they are called, so that no unit of that name is written",
        False,
        "employee name, full name, name, display name, last name first name, worker, employee, nom, nombre, naam, mitarbeiter",
    ),
)
"""What a list of people has to say, or may say."""

LEAVERS_COLUMNS = tuple(
    one._replace(headers=_EXIT + ", date, left") if one.name == "exit" else one
    for one in PEOPLE_COLUMNS
    if one.name not in ("left", "as_of", "title", "manager", "address")
)
"""What a list of those who left says."""

_HOURS = Column(
    "hours",
    "how long they met",
    False,
    "hours, meeting hours, collaboration hours, hours a week, minutes, mins, meeting minutes, duration, duration minutes, "
    "duration min, duration hours, duration h, time, time spent, total hours, total minutes, seconds, meeting duration, "
    "hours per week, minutes per week, hours h, dauer, stunden, minuten, durée, heures, group meeting time invested, meeting time invested, "
    "in meeting duration, time in session, group collaboration time invested, time invested, weekly hours, hrs, shared hours, contact minutes",
)
_SCORE = Column(
    "score",
    "how much they have to do with each other",
    False,
    "score, strong tie score, tie score, tie strength, diverse tie score, weight, strength, count, meeting count, "
    "meetings, interactions, messages, emails, mail count, email count, frequency, n, value",
)
_DAY = Column(
    "day",
    "the day that a row is of",
    False,
    "day, date, metric date, week, month, meeting date, start date, start, start time, "
    "collaboration start time, begin, beginn, timestamp, month start, week ending",
)
_MEETING = Column(
    "meeting",
    "which meeting it was",
    True,
    "meeting, meeting id, event id, event, meeting no, uid, ical uid, series id, appointment id, subject",
)
START = Column(
    "start",
    "when it began",
    False,
    "start time, start, begin, begins, beginn, from, started at, start datetime",
)
_CLOCKS = (
    _DAY,
    START,
    Column(
        "end",
        "when it ended",
        False,
        "end time, end, ends, ende, to, until, ended at, end datetime, finish",
    ),
    Column("join_time", "when somebody came into it", False, "first join, time joined"),
    Column("leave_time", "when somebody went out of it", False, "last leave, time exited"),
    Column("last_day", "the day on which it ended", False, "end date, endet am, last day"),
    _HOURS,
)
_PERSONS = "person id, person, employee id, employee, user id, user, participant id, emp id, attendee id, participant, invitee, email, participant email, attendee email, user email, user principal name, upn"

PAIRS = (
    Column(
        "attendee",
        "somebody, in the code of the list of people",
        True,
        "attendee, primary collaborator person id, person 1, person1, person a, person id 1, employee 1, employee a, "
        "employee id 1, from, from id, source, sender, ego, i, participant 1, user 1, node 1, time investor person id, "
        "person id from, id 1, id1, " + _PERSONS,
    ),
    Column(
        "colleague",
        "somebody whom they met",
        True,
        "colleague, secondary collaborator person id, person 2, person2, person b, person id 2, employee 2, employee b, "
        "employee id 2, to, to id, target, recipient, receiver, alter, j, participant 2, user 2, node 2, "
        "collaborator person id, person id to, id 2, id2, other, other person, contact, with, met with, colleague id",
    ),
    _SCORE,
    *_CLOCKS,
)
BETWEEN_UNITS = (
    Column(
        "attendee_unit",
        "a unit",
        True,
        "unit, primary collaborator organization, time investors organization, from unit, unit 1, unit a, from department, "
        "department 1, department a, department, source unit, group 1, group a, from group, team, team 1, team a, "
        "organization, organization 1, from organization, source, from",
    ),
    Column(
        "colleague_unit",
        "a unit whose people they met",
        True,
        "colleague unit, secondary collaborator organization, collaborators organization, to unit, unit 2, unit b, "
        "to department, department 2, department b, target unit, group 2, group b, to group, team 2, team b, "
        "other unit, other department, organization 2, to organization, partner unit, other team, target, to",
    ),
    _HOURS,
    _SCORE,
    _DAY,
)
GATHERINGS = (
    Column(
        "attendees",
        "all who were there, in one cell",
        True,
        "attendees, required attendees, participants, invitees, attendee list, teilnehmer, erforderliche teilnehmer, "
        "participants required, required",
    ),
    Column(
        "optional",
        "who else was there",
        False,
        "optional attendees, optionale teilnehmer, optional",
    ),
    Column(
        "organizer",
        "who called it",
        False,
        "organizer, organiser, meeting organizer, meeting organiser, host, besprechungsplanung, organizer email",
    ),
    *_CLOCKS,
)
ATTENDANCE = (
    _MEETING,
    Column("attendee", "somebody who was there", True, "attendee, " + _PERSONS + ", name"),
    *_CLOCKS,
)
MEETING_SHAPES = {
    "pairs": PAIRS,
    "units": BETWEEN_UNITS,
    "gatherings": GATHERINGS,
    "attendance": ATTENDANCE,
}
"""What a row of a list of meetings may be: two people, two units, a meeting, somebody in a meeting."""
MEETING_COLUMNS = tuple(
    {column.name: column for shape in MEETING_SHAPES.values() for column in shape}.values()
)
"""What a list of meetings has to say, or may say."""

WORDS = frozenset(
    re.findall(
        r"[^\W\d_]+",
        " ".join(one.headers for one in (*PEOPLE_COLUMNS, *LEAVERS_COLUMNS, *MEETING_COLUMNS))
        + " people who where what type note notes job code level grade age gender salary number nr no the of",
    )
)
"""Words of headers that a question may show."""


def recognised(header: str) -> bool:
    """Whether a header is made of words for columns, so that it is nobody's name or code.

    Examples
    --------
    >>> recognised("Employee ID"), recognised("Anna"), recognised("E77")
    (True, False, False)
    """
    words = set(plain(header).split())
    return bool(words) and words <= WORDS


def plain(header: str) -> str:
    r"""A header in lower case, its words apart.

    Examples
    --------
    >>> plain("EmployeeNumber"), plain("PERSON_ID"), plain("Hire\nDate*"), plain("EmpID")
    ('employee number', 'person id', 'hire date', 'emp id')
    """
    apart = re.sub(r"(?<=[a-zß-ÿ0-9])(?=[A-ZÄÖÜ])|(?<=[A-Z])(?=[A-Z][a-z])", " ", header)
    return " ".join(re.findall(r"[^\W_]+", folded(apart)))


def found_in(
    header: Sequence[str], wanted: Sequence[Column], named: Mapping[str, str]
) -> dict[str, int]:
    """Where wanted columns stand under a header; what was named is looked for nowhere else.

    Examples
    --------
    >>> found_in(["EmpID", "Dept", "x"], PEOPLE_COLUMNS, {})
    {'person': 0, 'unit': 1}
    """
    words = [plain(re.sub(r"\(.*?\)|\[.*?\]", "", name)) or plain(name) for name in header]
    whole = [plain(name) for name in header]
    places = dict(_named(header, wanted, named))
    for column in wanted:
        if column.name in named:
            continue
        for alias in aliases(column):
            names = whole if alias in whole else words
            if alias in names and names.index(alias) not in places.values():
                places[column.name] = names.index(alias)
                break
    return places


@lru_cache(maxsize=1000)
def aliases(column: Column) -> tuple[str, ...]:
    """Headers under which a column is looked for, the surest first."""
    return (column.name.replace("_", " "), *re.split(r",\s*", column.headers))


def _named(
    header: Sequence[str], wanted: Sequence[Column], named: Mapping[str, str]
) -> Iterator[tuple[str, int]]:
    folds = [folded(" ".join(name.split())) for name in header]
    for column in wanted:
        given = named.get(column.name)
        if not given:
            continue
        if given in header:
            yield column.name, header.index(given)
        elif folded(given) in folds:
            yield column.name, folds.index(folded(given))
        elif given.isdecimal() and len(given) < 5 and 1 <= int(given) <= len(header):
            yield column.name, int(given) - 1
