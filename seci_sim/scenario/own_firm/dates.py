"""Days as exports write them."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from seci_sim.scenario.problems import shown
from seci_sim.scenario.quantities import Unclear

_TIME = r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})([-/.]?)(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_TIME}", re.ASCII
)
_DAY_FIRST = re.compile(
    rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}){_TIME}", re.ASCII
)
_TWO_WAYS = re.compile(rf"\d{{1,2}}[-/]\d{{1,2}}[-/](\d{{4}}|\d{{2}}){_TIME}", re.ASCII)


@lru_cache(maxsize=100_000)
def day_of(text: str) -> date | None:
    """Return the day that a text names; nothing for an empty one.

    Raises
    ------
    Unclear
        It is no day, or could be two.

    Examples
    --------
    >>> day_of("2024-01-17"), day_of("17.1.2024"), day_of("")
    (datetime.date(2024, 1, 17), datetime.date(2024, 1, 17), None)
    >>> day_of("01/02/2024")
    Traceback (most recent call last):
    ...
    seci_sim.scenario.quantities.Unclear: could be two days, as '01/02/2024' can; write YYYY-MM-DD
    """
    if not text:
        return None
    found = _YEAR_FIRST.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    if found is None:
        # What is no date at all may be a person.
        two = _TWO_WAYS.fullmatch(text)
        what = f"could be two days, as {shown(text)} can" if two else "is not a day"
        raise Unclear(f"{what}; write YYYY-MM-DD")
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise Unclear("is no day of the calendar") from None
