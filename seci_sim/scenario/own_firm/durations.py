"""How long people met, from whatever a table says of it: hours, minutes, clocks, or a score."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import repeat

from seci_sim.scenario.own_firm.amounts import PER_HOUR, amount_of, settled_decimal
from seci_sim.scenario.own_firm.columns import plain
from seci_sim.scenario.own_firm.dates import day_of, settled_order
from seci_sim.scenario.own_firm.lists import Table
from seci_sim.scenario.own_firm.understanding import Hints, Question, Understanding
from seci_sim.scenario.problems import InputProblem
from seci_sim.scenario.quantities import Unclear

LIKELY_MEETING = 0.5
"""Hours that a row with a mean score is proposed to stand for."""
LONGEST_MEETING = 12.0
"""Hours up to which broken numbers are taken for hours: minutes are whole, or many."""
LEAST_AN_HOUR, MOST_AN_HOUR = 1e-6, 1e9
"""What may make an hour."""
WHOLE_DAY = 24.0
"""Hours from which on an entry of a calendar is no meeting."""

_CLOCK = re.compile(
    r"(?:^(?=\d{1,2}:)|[T\s,])(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AaPp])?\.?[Mm]?\.?",
    re.ASCII,
)


class Durations:
    """Reads how long each row's meeting was, and how many weeks the table covers.

    Parameters
    ----------
    table : Table
        A list of meetings.
    hints : Hints
        What was said of it.
    today : date
        Days after it lie in the future.
    understanding : Understanding
        Answers what is open.

    Raises
    ------
    InputProblem
        It is not clear, and nobody can be asked.
    """

    def __init__(
        self, table: Table, hints: Hints, today: date, understanding: Understanding
    ) -> None:
        self.table = table
        found = table.found
        self.amounts = next((one for one in ("hours", "score") if one in found), "")
        self.began = "join_time" if "join_time" in found else "start"
        self.ended = "leave_time" if "leave_time" in found else "end"
        self.day = next((one for one in ("day", "start", "join_time") if one in found), "day")
        begins = self.began in found or "day" in found
        self.has_clocks = not self.amounts and self.ended in found and begins
        days = table.cells("day", "start", "end", "last_day", "join_time", "leave_time")
        self.order = settled_order(table.label, days, hints.dates, today, understanding)
        self.decimal, self.per_hour = "", 1.0
        if not self.has_clocks:
            told = table.cells(self.amounts)
            self.decimal = settled_decimal(table.label, told, hints.decimal, understanding)
            self.per_hour = hints.per_hour or self._per_hour(understanding)

    def each(self) -> Iterator[float | Unclear | None]:
        """How long each row's meeting was; nothing where it has no hours, or all day; or why it cannot be read."""
        if not (self.has_clocks or self.amounts):
            return repeat(1.0 / self.per_hour, len(self.table.lines))
        clocks = (self.began, "day", "last_day", self.ended)
        names = clocks if self.has_clocks else (self.amounts,)

        @lru_cache(maxsize=100_000)
        def hours(*cells: str) -> float | Unclear | None:
            try:
                return self._between(*cells) if self.has_clocks else self._amount(*cells)
            except Unclear as unclear:
                return unclear

        return map(hours, *map(self.table.column, names))

    def _amount(self, text: str) -> float | None:
        amount = amount_of(text, self.decimal)
        if amount is None or amount.number == 0:
            return None
        if amount.number < 0:
            raise Unclear("is out of range; allowed: more than 0")
        return amount.number / (amount.per_hour or self.per_hour)

    def weeks(self, given: int | None, understanding: Understanding) -> float:
        """The weeks that the table covers: as somebody said, or from its first day to its last."""
        if given:
            return given
        texts = set(self.table.column(self.day))
        days = {day for text in texts if (day := self.day_in(text))}
        if len(days) < 2:
            return 1.0
        first, last = min(days), max(days)
        monthly = len({day.day for day in days}) == 1 and len(days) <= 60
        if monthly and (last - first).days / (len(days) - 1) > 27:
            weeks = round(len({(day.year, day.month) for day in days}) * 365.25 / 12 / 7, 1)
        else:
            weeks = -(-((last - first).days + 1) // 7)
        understanding.note(
            f"{self.table.label}: from {first} to {last}: taken as {weeks:g} weeks (--weeks)"
        )
        return weeks

    def day_in(self, text: str) -> date | None:
        """The day that a text names, with or without a time; nothing, if it names none."""
        try:
            return day_of(text, self.order)
        except Unclear:  # a week or a month may be called anything
            return None

    def _between(self, start: str, day: str, last_day: str, end: str) -> float | None:
        began = _moment(start or day, day, self.order)
        ended = _moment(end, last_day or day, self.order)
        if began is None or ended is None:
            raise Unclear("says no time")
        hours = (ended - began) / timedelta(hours=1)
        if hours < 0 and hours > -WHOLE_DAY:
            hours += WHOLE_DAY
        if hours < 0:
            raise Unclear("ended before it began")
        return hours if 0 < hours < WHOLE_DAY else None

    def _per_hour(self, understanding: Understanding) -> float:
        header = self.table.header[self.table.found[self.amounts]] if self.amounts else ""
        units = set(plain(header).split()) & (PER_HOUR.keys() - {"m", "s"})  # as in "meeting's"
        if self.amounts == "hours" and units:
            return min(PER_HOUR[unit] for unit in units)
        total, count, most, is_whole = 0.0, 0, 0.0, True
        for cell in self.table.column(self.amounts):
            number = _bare(cell, self.decimal)
            if number is not None and number > 0:
                total, count, most = total + number, count + 1, max(most, number)
                is_whole = is_whole and number.is_integer()
        if self.amounts == "hours":
            if not count:
                return 1.0
            if not is_whole and most <= LONGEST_MEETING:
                understanding.note(
                    f"{self.table.label}: {self.table.called('hours')} is read as hours"
                )
                return 1.0
            what = f"{self.table.called('hours')} does not say whether it has hours or minutes"
            asks = "how much of it is an hour (1 for hours, 60 for minutes)?"
            proposal = "60" if (is_whole and most > 8) or most > 40 else "1"
        else:
            name = self.table.called("score") if self.amounts else "rows without hours"
            what = f"{name}: does not say how many hours that is"
            asks = "how much of it is an hour together?"
            share = (total / count if count else 1.0) / LIKELY_MEETING
            proposal = f"{share:.3g}" if LEAST_AN_HOUR <= share <= MOST_AN_HOUR else ""
        option = "--per-hour NUMBER (1 for hours, 60 for minutes)"
        answer = understanding.settle(
            Question(self.table.label, what, asks, option, proposal=proposal)
        )
        return read_per_hour(answer)


def read_per_hour(text: str) -> float:
    """Read how much makes an hour.

    Raises
    ------
    InputProblem
        It is no such number.

    Examples
    --------
    >>> read_per_hour("60")
    60.0
    >>> read_per_hour("1e10")
    Traceback (most recent call last):
    ...
    seci_sim.scenario.problems.InputProblem: --per-hour: must be a number from 0.000001 to 1,000,000,000, such as 60 for minutes
    """
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not LEAST_AN_HOUR <= number <= MOST_AN_HOUR:
        limits = f"{LEAST_AN_HOUR:f} to {MOST_AN_HOUR:,.0f}"
        what = f"must be a number from {limits}, such as 60 for minutes"
        raise InputProblem([f"--per-hour: {what}"])
    return number


def _bare(text: str, decimal: str) -> float | None:
    """A number that says no unit of its own."""
    try:
        amount = amount_of(text, decimal)
    except Unclear:
        return None
    return amount.number if amount and amount.per_hour is None else None


@lru_cache(maxsize=100_000)
def _moment(text: str, day_text: str, order: str) -> datetime | None:
    """A moment from a text with a day and a time, or a time of a day that stands elsewhere.

    Examples
    --------
    >>> _moment("9:30:00 PM", "10/17/2024", "")
    datetime.datetime(2024, 10, 17, 21, 30)
    """
    found = _CLOCK.search(text) or _CLOCK.search(day_text)
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    if found[4]:
        hour = hour % 12 + 12 * (found[4] in "pP")
    day = None
    for one in (text, day_text):
        try:
            day = day or day_of(one, order)
        except Unclear:
            continue
    try:
        return datetime.combine(day or date.min, time(hour, minute, second))
    except ValueError:
        return None
