"""Numbers as people write them: ``1%``, ``2 h``, ``39 weeks``, ``4 years``; and back into words.

YAML guesses what an unquoted value is, and readers of YAML guess differently. Here the declared
unit decides, and what could be meant in two ways is refused with what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from seci_sim.parameters import SHARES, WEEKS_A_YEAR
from seci_sim.scenario.problems import shown
from seci_sim.scenario.tree import Scalar, is_not_text


class Unclear(ValueError):
    """A value that is not of the declared kind, or could be meant in two ways."""

    def __init__(self, what: str, allowed: str = "") -> None:
        super().__init__(what)
        self.allowed = allowed

    def of(self, value: str) -> str:
        """The same of a value that stands in a sentence.

        Examples
        --------
        >>> Unclear("is not a share").of("much"), Unclear("write 1000").of("1e3")
        ("'much' is not a share", "'1e3': write 1000")
        """
        colon = ":" if str(self).startswith("write ") else ""
        return f"{shown(value)}{colon} {self}"


_WORDS = {
    base: {word: worth for words, worth in units.items() for word in words.split()}
    for base, units in {
        "hours": {"h hour hours": Fraction(1), "min minute minutes": Fraction(1, 60)},
        "weeks": {
            "week weeks": Fraction(1),
            "day days": Fraction(1, 7),
            "year years": Fraction(WEEKS_A_YEAR),
        },
    }.items()
}
"""Words that may follow a number in a declared unit, and what they are worth."""

_LONGEST_NUMBER = 40
_LONGEST_NOTATION = 400
"""Characters of what is looked at more closely; a million digits would be looked at for hours."""
_NUMBER = re.compile(r"([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))\s*(.*)", re.DOTALL)
_EXPONENT = re.compile(r"([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))[eE]([-+]?[0-9]+)")
_BASED = re.compile(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+")
_LEADING_ZERO = re.compile(r"([-+]?)0+([0-9].*)", re.DOTALL)
_THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}([ ,_'][0-9]{3})+(\.[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"([-+]?[0-9]+),([0-9]+\s*[^0-9,]*)")
_NOT_FINITE = re.compile(r"[-+]?\.?(inf|infinity|nan)", re.IGNORECASE)
_LARGEST_EXPONENT = 15


def has_no_value(scalar: Scalar) -> bool:
    """Whether nothing stands where a value should."""
    return not scalar.quoted and scalar.text.lower() in {"", "~", "null"}


def text_of(scalar: Scalar) -> str:
    """Text, if YAML could not take it for something else.

    Raises
    ------
    Unclear
        Nothing is there, or it is a number, a date or a yes-or-no without quotes.
    """
    if has_no_value(scalar):
        raise Unclear("has no value")
    if not scalar.quoted and is_not_text(scalar.text):
        raise Unclear(f'is not text; write it in quotes: "{scalar.text[:40]}"')
    return scalar.text


def switch_of(scalar: Scalar) -> bool:
    """Return a yes or a no."""
    words = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
    if has_no_value(scalar):
        raise Unclear("has no value", "yes or no")
    known = words.get(scalar.text.lower())
    if known is None:
        raise Unclear("is neither yes nor no", "yes or no")
    if scalar.quoted:
        raise Unclear("remove the quotes", "yes or no")
    return known


def number_of(scalar: Scalar, unit: str, *, whole: bool = False) -> float:
    """Return a number in the declared unit.

    Parameters
    ----------
    scalar : Scalar
        What was typed.
    unit : str
        The declared unit, such as ``share`` or ``hours a week``.
    whole : bool
        Whether it must be a whole number.

    Raises
    ------
    Unclear
        It is no number, is in another unit, or could be meant in two ways.

    Examples
    --------
    >>> typed = lambda text: Scalar(text, False, "mine.yaml", 1)
    >>> number_of(typed("1%"), "share"), number_of(typed("4 years"), "weeks", whole=True)
    (0.01, 208)
    >>> number_of(typed("1"), "share")
    Traceback (most recent call last):
    ...
    seci_sim.scenario.quantities.Unclear: is not a share; did you mean 1%?
    """
    text = scalar.text.strip()
    if has_no_value(scalar):
        raise Unclear("has no value")
    matched = _NUMBER.fullmatch(text) if len(text) <= _LONGEST_NUMBER else None
    if scalar.quoted and matched and not matched.group(2):
        raise Unclear("is text, not a number; remove the quotes")
    _refuse_other_notations(text)
    if matched is None:
        raise Unclear(_not_a_number(unit))
    number, words = Decimal(matched.group(1)), " ".join(matched.group(2).lower().split())
    value = _percentage(number, words, unit) if unit in SHARES else _measured(number, words, unit)
    if not whole:
        return float(value) + 0.0  # there is no -0
    if value.denominator != 1:
        raise Unclear("must be a whole number")
    return value.numerator


def _refuse_other_notations(text: str) -> None:
    """Refuse what one reader takes for one number and another reader for another."""
    if len(text) > _LONGEST_NOTATION:
        return
    if _NOT_FINITE.fullmatch(text):
        raise Unclear("is not a finite number")
    if found := _EXPONENT.fullmatch(text):
        raise Unclear(_without_exponent(found))
    if len(text) > _LONGEST_NUMBER:
        return
    if _BASED.fullmatch(text):
        raise Unclear(f"write {int(text, 0)}")
    if found := _LEADING_ZERO.fullmatch(text):
        raise Unclear(f"write {found.group(1)}{found.group(2)}")
    if _THOUSANDS.fullmatch(text):
        raise Unclear("write " + re.sub("[ ,_']", "", text))
    if found := _DECIMAL_COMMA.fullmatch(text):
        raise Unclear(f"write {found.group(1)}.{found.group(2)}")


def _without_exponent(found: re.Match[str]) -> str:
    digits, exponent = found.groups()
    if not Decimal(digits):
        return "write 0"
    if len(exponent) > 4 or len(digits) > _LONGEST_NUMBER or abs(int(exponent)) > _LARGEST_EXPONENT:
        return "is too close to 0" if exponent.startswith("-") else "is too large"
    return f"write {plain(Decimal(found.group()))}"


def _percentage(number: Decimal, words: str, unit: str) -> Fraction:
    period = unit.removeprefix("share").removeprefix("chance")
    if words in {"%", f"%{period}", f"%{period.replace(' a ', ' per ')}"}:
        return Fraction(number) / 100
    if words:
        raise Unclear(_not_a_number(unit))
    if 1 <= number <= 100:
        raise Unclear(f"is not a share; did you mean {plain(number)}%?")
    return Fraction(number)


def _measured(number: Decimal, words: str, unit: str) -> Fraction:
    if words.startswith("%"):
        raise Unclear("is not a share, so no percentage" + (f"; unit: {unit}" if unit else ""))
    base, _, period = unit.partition(" a ")
    word = words
    for end in (f" a {period}", f" per {period}", f"/{period}"):
        word = word.removesuffix(end) if period else word
    one = Fraction(1)
    worth = _WORDS.get(base, {base: one, base.removesuffix("s"): one})
    if word and word not in worth:
        raise Unclear(_not_a_number(unit))
    return Fraction(number) * worth.get(word, one)


def _not_a_number(unit: str) -> str:
    if unit in SHARES:
        return "is not a share; write a percentage such as 5%"
    return f"is not a number; unit: {unit}" if unit else "is not a number"


def plain(number: Decimal) -> str:
    """A number without exponent and without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def counted(count: int, noun: str) -> str:
    """So many of something.

    Examples
    --------
    >>> counted(1, "run"), counted(1200, "run"), counted(2, "more row")
    ('1 run', '1,200 runs', '2 more rows')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def in_words(value: Any, unit: str = "") -> str:
    """Return a value as a scenario file would give it.

    Examples
    --------
    >>> in_words(0.01, "share"), in_words(True), in_words(4.0, "hours"), in_words(60, "people")
    ('1%', 'yes', '4 hours', '60')
    """
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float() if unit in SHARES:
            return plain(Decimal(repr(value)) * 100) + "%"
        case int() | float():
            if not unit.startswith(("hours", "weeks")):
                return plain(Decimal(repr(value)))
            words = unit.replace("s", "", 1) if value == 1 else unit
            return f"{plain(Decimal(repr(value)))} {words}"
        case tuple() | list():
            return ", ".join(in_words(item) for item in value)
        case _:
            return str(value)


def range_in_words(limits: Mapping[str, float], unit: str) -> str:
    """Return the range that pydantic's limits (ge, gt, le, lt) leave.

    Examples
    --------
    >>> range_in_words({"ge": 0, "le": 0.5}, "share")
    '0% to 50%'
    """
    bare = unit if unit in SHARES else ""
    words = {name: in_words(limit, bare) for name, limit in limits.items()}
    low = words.get("ge") or (f"more than {words['gt']}" if "gt" in words else "")
    high = words.get("le") or (f"less than {words['lt']}" if "lt" in words else "")
    text = f"{low} to {high}" if low and high else low or high
    return text if not text or bare or not unit else f"{text} {unit}"
