"""How results are said: shares, points, hours, intervals and names, always in the same way.

The terminal, the charts and the report use these, so that one number reads alike everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from seci_sim.experiment.statistics import Estimate, Reached, separated
from seci_sim.parameters import WEEKS_A_YEAR
from seci_sim.scenario.quantities import in_words

MINUS = "\N{MINUS SIGN}"

MILLION = 1e6

NOT_KNOWN = "no value"
"""What stands where runs have no number to give."""


def number(value: float, decimals: int = 1) -> str:
    """A number with separators for thousands and a real minus sign; never a negative zero.

    Examples
    --------
    >>> number(12345.678), number(-0.04), number(float("nan"))
    ('12,345.7', '0.0', 'no value')
    """
    if not math.isfinite(value):
        return NOT_KNOWN
    text = f"{abs(value):,.{decimals}f}"
    return f"{MINUS}{text}" if value < 0 and float(text.replace(",", "")) else text


def signed(value: float, decimals: int = 1) -> str:
    """A change: with its sign, plus included.

    Examples
    --------
    >>> signed(0.31), signed(0.04), signed(0.0)
    ('+0.3', '0.0', '0.0')
    """
    text = number(value, decimals)
    return f"+{text}" if value > 0 and text != number(0, decimals) else text


def percent(share: float, decimals: int = 1) -> str:
    """A share as a percentage.

    Examples
    --------
    >>> percent(0.4312)
    '43.1%'
    """
    return f"{number(100 * share, decimals)}%" if math.isfinite(share) else NOT_KNOWN


def points(share: float) -> str:
    """A difference of two shares in percentage points, without its sign.

    Examples
    --------
    >>> points(-0.312), points(0.01)
    ('31.2 percentage points', '1.0 percentage points')
    """
    return f"{number(abs(100 * share))} percentage points"


def between(interval: tuple[float, float], scale: float = 1, decimals: int = 1) -> str:
    """An interval, in words that no minus sign can be mistaken in.

    Examples
    --------
    >>> between((-0.012, 0.034), scale=100)
    '−1.2 to 3.4'
    """
    return " to ".join(number(scale * bound, decimals) for bound in interval)


def either_way(interval: tuple[float, float], scale: float = 1) -> str:
    """An interval that excludes 0, without signs, for after "more", "fewer" or "less".

    Examples
    --------
    >>> either_way((-0.024, -0.008), scale=100)
    '0.8 to 2.4'
    """
    low, high = sorted(abs(bound) for bound in interval)
    return between((low, high), scale)


def significant(value: float, digits: int = 3) -> str:
    """A number of unknown size, at about so many digits.

    Examples
    --------
    >>> significant(0.01234), significant(123456.0), significant(0.6543, 2), significant(0.0)
    ('0.0123', '123,456', '0.65', '0')
    """
    if not math.isfinite(value):
        return NOT_KNOWN
    decimals = 0 if value == 0 else max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return number(value, min(decimals, 6))


def weeks_reached(found: Reached) -> str:
    """When half of the runs got there, and how many never did.

    Examples
    --------
    >>> weeks_reached(Reached(62.0, 20, 20)), weeks_reached(Reached(80.0, 15, 20))
    ('62', '80 (never in 5 of 20 runs)')
    >>> weeks_reached(Reached(None, 3, 20)), weeks_reached(Reached(None, 0, 20))
    ('not in half of the runs (3 of 20)', 'never')
    """
    if found.reached == 0:
        return "never"
    if found.median is None:
        return f"not in half of the runs ({found.reached} of {found.runs})"
    week = number(found.median, 0)
    never = found.runs - found.reached
    return f"{week} (never in {never} of {found.runs} runs)" if never else week


def lately(horizon: int) -> str:
    """The time over which levels are averaged.

    Examples
    --------
    >>> lately(208), lately(30), lately(1)
    ('in the last year', 'over all 30 weeks', 'in the only week')
    """
    if horizon == 1:
        return "in the only week"
    return "in the last year" if horizon >= WEEKS_A_YEAR else f"over all {horizon} weeks"


def runs(found: Estimate) -> str:
    """How many runs a result rests on, and how many had no value.

    Examples
    --------
    >>> runs(Estimate(1.0, None, 1, 0)), runs(Estimate(1.0, (0.0, 2.0), 18, 2))
    ('1 run', '18 runs; 2 had no value')
    """
    used = f"{found.used} run" + ("" if found.used == 1 else "s")
    return f"{used}; {found.dropped} had no value" if found.dropped else used


def not_told_apart(change: Estimate) -> str:
    """What to add to two numbers whose difference says nothing; nothing where it does.

    Examples
    --------
    >>> not_told_apart(Estimate(0.1, (-0.1, 0.3), 20, 0)), not_told_apart(Estimate(0.1, None, 1, 0))
    (': not told apart', ' (one run each)')
    """
    if change.interval is None:
        return " (one run each)"
    return "" if separated(change) else ": not told apart"


def quoted(name: str) -> str:
    """A name that somebody chose, in quotation marks.

    Examples
    --------
    >>> quoted("One percent")
    '“One percent”'
    """
    return f"“{name}”"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def shortened(name: str, length: int) -> str:
    """A name cut in its middle: variants of a policy often differ at the end.

    Examples
    --------
    >>> shortened("A very long name of a policy, variant 12", 20)
    'A very lon…ariant 12'
    >>> shortened("Two percent", 20)
    'Two percent'
    """
    if len(name) <= length:
        return name
    head = length // 2
    tail = length - head - 1
    return f"{name[:head].rstrip()}…{name[len(name) - tail :].lstrip()}"


def measured(value: float, unit: str) -> str:
    """A result in its unit: shares as percentages, all else with about three digits.

    Examples
    --------
    >>> measured(0.4312, "share"), measured(104.25, "hours"), measured(51234567.0, "money")
    ('43.1%', '104', '51.2 million')
    """
    if abs(value) >= MILLION:
        return f"{significant(value / MILLION)} million"
    return percent(value) if unit == "share" else significant(value)


def changed(value: float, unit: str, digits: int = 2) -> str:
    """A change of a result: shares in percentage points, with a sign.

    Examples
    --------
    >>> changed(0.0312, "share"), changed(-21.3, "hours")
    ('+3.1', '−21')
    """
    if unit == "share":
        return signed(100 * value)
    words = measured(value, unit) if abs(value) >= MILLION else significant(value, digits)
    return f"+{words}" if value > 0 and words != "0" else words


def change_range(low: float, high: float, unit: str) -> str:
    """The interval of a change, in the words of `changed`.

    Examples
    --------
    >>> change_range(-0.012, 0.034, "share"), change_range(1.0, 2.5, "hours")
    ('−1.2 to +3.4', '+1.0 to +2.5')
    """
    return f"{changed(low, unit)} to {changed(high, unit)}"


def change_unit(unit: str) -> str:
    """What a change is counted in.

    Examples
    --------
    >>> change_unit("share"), change_unit("hours")
    ('percentage points', 'hours')
    """
    return "percentage points" if unit == "share" else unit


def spoken(name: str) -> str:
    """The name of a parameter or a measure as one would say it.

    Examples
    --------
    >>> spoken("policy.patient_time"), spoken("needs_mis_served")
    ('patient time', 'needs mis-served')
    """
    return name.rpartition(".")[2].replace("mis_served", "mis-served").replace("_", " ")


def setting(value: float, unit: str) -> str:
    """The value of a parameter, at three digits, as a scenario file would give it.

    Examples
    --------
    >>> setting(0.012345, "share"), setting(4, "hours"), setting(0.30000000000000004, "weight")
    ('1.23%', '4 hours', '0.3')
    >>> setting(True, "yes or no")
    'yes'
    """
    if unit == "yes or no":
        return in_words(bool(value))
    return in_words(float(f"{float(value):.3g}"), unit)
