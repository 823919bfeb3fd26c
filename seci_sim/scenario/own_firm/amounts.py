"""Hours as exports write them: decimal commas, thousands, h:mm, minutes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

from seci_sim.scenario.own_firm.dates import Told, is_nothing
from seci_sim.scenario.own_firm.understanding import Question, Understanding
from seci_sim.scenario.quantities import Unclear

COMMA, POINT = "comma", "point"
MARKS = {",": COMMA, ".": POINT}

PER_HOUR = {
    unit: per_hour
    for per_hour, units in {
        1.0: "h hr hrs hour hours std stunde stunden heure heures hora horas ore uur",
        60.0: "m min mins minute minutes minuten minuti minutos",
        3600.0: "s sec secs second seconds sekunden",
    }.items()
    for unit in units.split()
}
"""How many make an hour, by the words for it."""
_CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d)(?:[.,]\d+)?)?", re.ASCII)
_SPANS = re.compile(
    r"(?:PT)?(?:(\d+)\s*h(?:ours?|rs?)?\s*)?(?:(\d+)\s*m(?:in(?:ute)?s?)?)?\s*(?:(\d+)\s*s)?",
    re.ASCII | re.IGNORECASE,
)
_NUMBER = re.compile(
    r"([-+]?)([\d.,' \u00a0\u2009\u202f]*\d)(?:[eE]([-+]?\d{1,3}))?\s*([^\W\d_]*)\.?"
)


class Amount(NamedTuple):
    """A number, and how many of it make an hour where that is said beside it."""

    number: float
    per_hour: float | None


@lru_cache(maxsize=100_000)
def amount_of(text: str, decimal: str = "") -> Amount | None:
    """Return the amount that a text names; nothing where there is none.

    Parameters
    ----------
    text : str
        A number, perhaps with a unit, or hours and minutes.
    decimal : str
        ``comma`` or ``point``, for numbers such as 1,500.

    Raises
    ------
    Unclear
        It is no amount, or could be two.

    Examples
    --------
    >>> amount_of("1.500,25"), amount_of("1,5"), amount_of("2E-1")
    (Amount(number=1500.25, per_hour=None), Amount(number=1.5, per_hour=None), Amount(number=0.2, per_hour=None))
    >>> amount_of("1:30"), amount_of("90 min"), amount_of("1,500", COMMA)
    (Amount(number=1.5, per_hour=1.0), Amount(number=1.5, per_hour=1.0), Amount(number=1.5, per_hour=None))
    """
    text = text.strip()
    if is_nothing(text):
        return None
    if len(text) > 40:
        raise Unclear("is not a number")
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return Amount(hours + minutes / 60 + seconds / 3600, 1.0)
    spans = _SPANS.fullmatch(text)
    if spans and any(spans.groups()):
        hours, minutes, seconds = (int(part or 0) for part in spans.groups())
        return Amount(hours + minutes / 60 + seconds / 3600, 1.0)
    found = _NUMBER.fullmatch(text)
    if found is None or (found[4] and found[4].casefold() not in PER_HOUR):
        raise Unclear("is not a number")
    number = float(f"{found[1]}{_plain(found[2], decimal)}e{found[3] or 0}")
    if not isfinite(number):
        raise Unclear("is not a number")
    return Amount(number, PER_HOUR[found[4].casefold()] if found[4] else None)


def _plain(digits: str, decimal: str) -> str:
    """Digits with a point before the decimals, and nothing between thousands."""
    digits = re.sub(r"['\s]", "", digits)
    point, comma = digits.rfind("."), digits.rfind(",")
    if point >= 0 and comma >= 0:
        thousands, mark = (",", ".") if point > comma else (".", ",")
        return _one_mark(digits.replace(thousands, ""), mark)
    mark = "." if point >= 0 else ","
    if digits.count(mark) > 1:
        if not re.fullmatch(rf"\d{{1,3}}(?:\{mark}\d{{3}})+", digits):
            raise Unclear("is not a number")
        return digits.replace(mark, "")
    if mark == "," and comma >= 0 and not decimal and _is_thousands(digits):
        raise Unclear("could be two numbers")
    is_decimal = decimal != (POINT if mark == "," else COMMA) or not _is_thousands(digits)
    return _one_mark(digits, mark) if is_decimal else digits.replace(mark, "")


def _one_mark(digits: str, mark: str) -> str:
    if digits.count(mark) > 1:
        raise Unclear("is not a number")
    return digits.replace(mark, ".")


def _is_thousands(digits: str) -> bool:
    return re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits) is not None


def settled_decimal(
    label: str, cells: Iterable[Told], given: str, understanding: Understanding
) -> str:
    """Whether a comma or a point stands before decimals: settled by a file's cells, or asked.

    Raises
    ------
    InputProblem
        Nobody can be asked.
    """
    if given:
        return given
    unsure: Told | None = None
    for cell in cells:
        mark = mark_told(cell.text)
        if mark == "?":
            unsure = unsure or cell
        elif mark:
            return mark
    if unsure is None:
        return ""
    what = f"line {unsure.line} has a number such as 1,500, in which the comma may be of thousands or of decimals"
    option = f"--decimal {COMMA} or --decimal {POINT}"
    return understanding.settle(
        Question(label, what, "before decimals stands a", option, (COMMA, POINT), COMMA)
    )


@lru_cache(maxsize=100_000)
def mark_told(text: str) -> str:
    """Which mark stands before decimals in a number: neither, if it may also be one of thousands."""
    if "," not in text and "." not in text:
        return ""
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        return ""
    digits = re.sub(r"['\s]", "", found[2])
    point, comma = digits.rfind("."), digits.rfind(",")
    last = "," if comma > point else "."
    if point >= 0 and comma >= 0:
        return MARKS[last]
    if digits.count(last) > 1:
        return MARKS["." if last == "," else ","]
    if _is_thousands(digits):
        return "?" if last == "," else ""
    return MARKS[last]
