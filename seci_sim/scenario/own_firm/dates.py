"""Days as exports write them: which number is the month is settled by all that stand in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from seci_sim.scenario.own_firm.understanding import Question, Understanding
from seci_sim.scenario.problems import folded
from seci_sim.scenario.quantities import Unclear
from seci_sim.scenario.units import READ_AS_MISSING

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"

NO_VALUE = frozenset(map(str.casefold, READ_AS_MISSING)) | frozenset(
    [
        "-",
        "--",
        "---",
        "–",
        "—",
        ".",
        "?",
        "n.a.",
        "nil",
        "nat",
        "(null)",
        "(blank)",
        "(empty)",
        "\\n",
        "#value!",
        "#ref!",
        "#name?",
        "#null!",
        "#n/v",
        "#nv",
    ]
)
"""What stands where there is no value."""
NO_DAY = NO_VALUE | frozenset(
    [
        "unknown",
        "open",
        "still",
        "active",
        "present",
        "current",
        "today",
        "employed",
        "aktiv",
        "heute",
        "unbefristet",
        "actuel",
        "0",
        "00.00.0000",
        "0000-00-00",
        "00/00/0000",
        "00000000",
        "0000-00-00t00:00:00",
        "1900-01-00",
        "2958465",
    ]
)
"""What stands where there is no day, as that on which somebody who is there will leave."""

EXCEL_BEGINS = date(1899, 12, 30)
EXCEL_DAYS = range(14_000, 80_000)
"""Day numbers that are taken for days: from 1938 to 2119."""

_TIME = (
    r"(?:[T ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,:]\d+)?)?(?:\s*[AaPp]\.?[Mm]\.?)?"
    r"(?:\s*(?:Z|UTC|GMT|[-+]\d{2}:?\d{2}))?)?"
)
YEAR_FIRST = re.compile(
    rf"(?!\d{{5,7}}(?!\d))(?P<year>\d{{4}})([-/.]?)(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}})(?:\.0+)?{_TIME}",
    re.ASCII,
)
DOTTED = re.compile(
    rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}}|\d{{2}}){_TIME}", re.ASCII
)
TWO_WAYS = re.compile(
    rf"(?P<one>\d{{1,2}})[-/](?P<other>\d{{1,2}})[-/](?P<year>\d{{4}}|\d{{2}}){_TIME}", re.ASCII
)
MONTH_ONLY = re.compile(
    r"(?=\d{4}[-/.]|(?:19|20)\d{4}(?!\d))(?P<year>\d{4})[-/.]?(?P<month>\d{1,2})(?:\.0+)?"
    r"|(?P<month_>\d{1,2})[-/.](?P<year_>\d{4})",
    re.ASCII,
)
DAY_NUMBER = re.compile(r"(\d{5})(?:[.,]\d+)?", re.ASCII)
_WEEKDAY = r"(?:[^\W\d_]{2,12}\.?,\s*)?"
NAMED = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|º)?(?:\s*de)?[\s\-/.]*(?P<word>[^\W\d_]{{3,12}})\.?,?"
    rf"(?:\s*de)?[\s\-/.]*(?P<year>\d{{4}}|\d{{2}}){_TIME}"
)
NAME_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<word>[^\W\d_]{{3,12}})\.?[\s\-/]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[,\s\-/]+(?P<year>\d{{4}}){_TIME}"
)
YEAR_NAMED = re.compile(
    rf"(?P<year>\d{{4}})[\s\-/](?P<word>[^\W\d_]{{3,12}})\.?[\s\-/](?P<day>\d{{1,2}}){_TIME}"
)
MONTHS = {
    beginning: month
    for month, beginnings in enumerate(
        (
            "jan gen ene",
            "feb fév fev",
            "mar mär mrz maa mrt",
            "apr avr abr",
            "may mai mag mei",
            "jun juin giu",
            "jul juil lug",
            "aug aoû aou ago",
            "sep set",
            "oct okt ott out",
            "nov",
            "dec dez déc dic",
        ),
        start=1,
    )
    for beginning in beginnings.split()
}
"""Months by how their names begin in English, German, French, Spanish, Italian, Portuguese and Dutch."""


@lru_cache(maxsize=100_000)
def day_of(text: str, order: str = "") -> date | None:
    """Return the day that a text names; nothing where none is meant.

    Parameters
    ----------
    text : str
        A day, a day number of Excel's, or a mark for none.
    order : str
        ``day-first`` or ``month-first``, for days such as 01/02/2024.

    Raises
    ------
    Unclear
        It is no day, or could be two.

    Examples
    --------
    >>> day_of("17.1.2024"), day_of("45308"), day_of("17-Jan-24"), day_of("NULL")
    (datetime.date(2024, 1, 17), datetime.date(2024, 1, 17), datetime.date(2024, 1, 17), None)
    >>> day_of("01/02/2024 12:00:00 AM", MONTH_FIRST)
    datetime.date(2024, 1, 2)
    >>> day_of("20241105"), day_of("202411"), day_of("202409.0")
    (datetime.date(2024, 11, 5), datetime.date(2024, 11, 1), datetime.date(2024, 9, 1))
    >>> day_of("01/02/2024")
    Traceback (most recent call last):
    ...
    seci_sim.scenario.quantities.Unclear: could be two days
    """
    text = " ".join(text.split())
    if not text or text.casefold() in NO_DAY:
        return None
    if found := DAY_NUMBER.fullmatch(text):
        if int(found[1]) in EXCEL_DAYS:
            return EXCEL_BEGINS + timedelta(days=int(found[1]))
        raise Unclear("is not a day")
    if two := TWO_WAYS.fullmatch(text):
        one, other = int(two["one"]), int(two["other"])
        if not order and one != other:
            order = DAY_FIRST if one > 12 else MONTH_FIRST if other > 12 else ""
            if not order:
                raise Unclear("could be two days")
        return _date(two["year"], *((one, other) if order == MONTH_FIRST else (other, one)))
    if found := YEAR_FIRST.fullmatch(text) or DOTTED.fullmatch(text):
        return _date(found["year"], int(found["month"]), int(found["day"]))
    if found := MONTH_ONLY.fullmatch(text):
        return _date(found["year"] or found["year_"], int(found["month"] or found["month_"]), 1)
    for form in (NAMED, NAME_FIRST, YEAR_NAMED):
        if found := form.fullmatch(text):
            word = folded(found["word"])
            month = MONTHS.get(word[:4]) or MONTHS.get(word[:3])
            if month:
                return _date(found["year"], month, int(found["day"]))
    raise Unclear("is not a day")


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is no value.

    Examples
    --------
    >>> is_nothing("N/A"), is_nothing("-"), is_nothing("Nora")
    (True, True, False)
    """
    return not text or text.casefold() in NO_VALUE


def _date(year: str, month: int, day: int) -> date:
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 69 else 1900)
    try:
        return date(full, month, day)
    except ValueError:
        raise Unclear("is no day of the calendar") from None


class Told(NamedTuple):
    """A cell of a column of days, or of another in which something is looked for."""

    line: int
    text: str
    column: str


def settled_order(
    label: str, cells: Iterable[Told], given: str, today: date, understanding: Understanding
) -> str:
    """Which number of 01/02/2024 is the month in a file: settled by its cells, or asked.

    Raises
    ------
    InputProblem
        Some cells say one, some the other, or nobody can be asked.
    """
    tellers: dict[str, Told] = {}
    unsure: dict[str, Told] = {}
    numbers: Told | None = None
    for cell in cells:
        order = _order_told(cell.text)
        if order in (DAY_FIRST, MONTH_FIRST):
            tellers.setdefault(order, cell)
        elif order == "?":
            unsure.setdefault(cell.text, cell)
        elif order == "number" and numbers is None:
            numbers = cell
    if numbers:
        day = day_of(numbers.text)
        understanding.note(
            f"{label}: Excel's day numbers are read as days: that in line {numbers.line} is {day}"
        )
    if given or not (unsure or tellers):
        return given
    if len(tellers) == 2:
        one, other = tellers[DAY_FIRST], tellers[MONTH_FIRST]
        what = f"line {one.line} has {one.text}, and line {other.line} has {other.text}: day/month and month/day in one file"
        return understanding.settle(_asked(label, what, ""))
    if tellers:
        ((order, cell),) = tellers.items()
        understanding.note(
            f"{label}: days are read as {_words(order)}: line {cell.line} has {cell.text}"
        )
        return order
    return _by_the_calendar(label, list(unsure.values()), today, understanding)


@lru_cache(maxsize=100_000)
def _order_told(text: str) -> str:
    if number := DAY_NUMBER.fullmatch(text):
        return "number" if int(number[1]) in EXCEL_DAYS else ""
    found = TWO_WAYS.fullmatch(" ".join(text.split()))
    if not found or found["one"].lstrip("0") == found["other"].lstrip("0"):
        return ""
    return DAY_FIRST if int(found["one"]) > 12 else MONTH_FIRST if int(found["other"]) > 12 else "?"


def _words(order: str) -> str:
    return "day/month/year" if order == DAY_FIRST else "month/day/year"


def _asked(label: str, what: str, proposal: str) -> Question:
    orders = (DAY_FIRST, MONTH_FIRST)
    option = f"--dates {DAY_FIRST} or --dates {MONTH_FIRST}"
    return Question(label, what, "days are", option, orders, proposal)


def _by_the_calendar(
    label: str, cells: list[Told], today: date, understanding: Understanding
) -> str:
    """The order in which no day lies in the future, if that tells them apart."""
    future = {
        order: sum(_is_future(cell.text, order, today) for cell in cells)
        for order in (DAY_FIRST, MONTH_FIRST)
    }
    if 0 in future.values() and any(future.values()):
        order = min(future, key=lambda one: future[one])
        other = MONTH_FIRST if order == DAY_FIRST else DAY_FIRST
        understanding.note(
            f"{label}: days are read as {_words(order)}: as {_words(other)}, {future[other]} of them would be to come"
        )
        return order
    first = cells[0]
    proposal = MONTH_FIRST if re.search("[AaPp][Mm]", first.text) else DAY_FIRST
    return understanding.settle(
        _asked(
            label, f"its days could be two each, as {first.text} in line {first.line} can", proposal
        )
    )


def _is_future(text: str, order: str, today: date) -> bool:
    try:
        day = day_of(text, order)
    except Unclear:  # of no calendar: it is said with its row
        return False
    return day is not None and day > today and day.year < today.year + 20
