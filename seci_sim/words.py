"""How numbers are said: shares, points, hours, weeks, intervals and names, always in the same way.

The terminal, the charts, the report and the analyses use these, so that one number reads alike
everywhere. An interval is a pair of its ends, or None where there is none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from seci_sim.parameters import WEEKS_A_YEAR
from seci_sim.scenario.quantities import counted as counted
from seci_sim.scenario.quantities import in_words

Interval = tuple[float, float]

MINUS = "\N{MINUS SIGN}"

MILLION = 1e6

NOTHING = "–"
"""What stands where a question does not arise, as for the first policy's change from itself."""

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


def in_points(share: float) -> str:
    """A size of a difference of two shares.

    Examples
    --------
    >>> in_points(0.303), in_points(-0.012)
    ('30.3 points', '1.2 points')
    """
    return f"{number(abs(100 * share))} points"


def gained(share: float) -> str:
    """A difference of two shares in points, with its sign.

    Examples
    --------
    >>> gained(0.303), gained(-0.012)
    ('+30.3 points', '−1.2 points')
    """
    return f"{signed(100 * share)} points"


def worlds_of_ten(share: float) -> str:
    """In how many worlds something holds.

    Nine and one of ten are what verdicts are held against: rounding never moves a share across them.

    Examples
    --------
    >>> worlds_of_ten(1.0), worlds_of_ten(0.998), worlds_of_ten(0.608), worlds_of_ten(0.5), worlds_of_ten(0.0)
    ('all worlds', 'over 9.9 worlds of ten', '6.1 worlds of ten', '5 worlds of ten', 'no world')
    >>> worlds_of_ten(0.1), worlds_of_ten(0.102), worlds_of_ten(0.898)
    ('1 world of ten', 'just over 1 world of ten', 'just under 9 worlds of ten')
    """
    if share in (0.0, 1.0):
        return "all worlds" if share else "no world"
    if not 0.005 < share < 0.995:
        return "over 9.9 worlds of ten" if share > 0.5 else "fewer than 0.1 worlds of ten"
    rounded = number(10 * share).removesuffix(".0")
    crossed = {("1", share > 0.1): "just over ", ("9", share < 0.9): "just under "}
    return f"{crossed.get((rounded, True), '')}{rounded} world{'s' * (rounded != '1')} of ten"


def both_intervals(luck: Interval | None, doubt: Interval | None, scale: float = 1) -> str:
    """How far luck alone, and luck and doubt together, could move a difference.

    Examples
    --------
    >>> both_intervals((0.282, 0.325), (0.077, 0.331), 100)
    '(luck: 28.2 to 32.5; luck and doubt: 7.7 to 33.1)'
    >>> both_intervals((0.282, 0.325), None, 100), both_intervals(None, None)
    ('(luck: 28.2 to 32.5)', '(one run has no interval)')
    """
    told = {"luck": luck, "luck and doubt": doubt}
    parts = [f"{name}: {between(ends, scale)}" for name, ends in told.items() if ends is not None]
    return f"({'; '.join(parts) or 'one run has no interval'})"


def between(interval: Interval, scale: float = 1, decimals: int = 1) -> str:
    """An interval, in words that no minus sign can be mistaken in.

    An end is never rounded to a nought that the interval excludes: "0.0" would say that there may be no difference.

    Examples
    --------
    >>> between((-0.012, 0.034), scale=100), between((0.0004, 0.005), scale=100), between((1e-17, 0.005), 100)
    ('−1.2 to 3.4', '0.04 to 0.5', '0.0 to 0.5')
    """
    return " to ".join(
        number(scale * end, _places(scale * end, interval, decimals)) for end in interval
    )


def _places(value: float, interval: Interval, decimals: int = 1) -> int:
    """At how many decimals an end is told: at more where it would be a nought that the interval excludes."""
    if not excludes_nought(interval):
        return decimals
    return next((places for places in range(decimals, 7) if round(abs(value), places)), decimals)


def either_way(interval: Interval, scale: float = 1) -> str:
    """An interval that excludes 0, without signs, for after "more", "fewer" or "less".

    Examples
    --------
    >>> either_way((-0.024, -0.008), scale=100)
    '0.8 to 2.4'
    """
    low, high = sorted(abs(bound) for bound in interval)
    return between((low, high), scale)


def ties(equal: float) -> str:
    """Runs in which neither did better, where there are any."""
    return f", {equal:.0f} equal" if equal > 0 else ""


def excludes_nought(interval: Interval) -> bool:
    """Whether an interval says that there is a difference."""
    return interval[0] > 0 or interval[1] < 0


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


def weeks_reached(median: float | None, reached: int, runs: int) -> str:
    """When half of the runs got there, and how many never did.

    Examples
    --------
    >>> weeks_reached(62.0, 20, 20), weeks_reached(80.0, 15, 20)
    ('62', '80 (never in 5 of 20 runs)')
    >>> weeks_reached(None, 3, 20), weeks_reached(None, 0, 20)
    ('not in half of the runs (3 of 20)', 'never')
    """
    if reached == 0:
        return "never"
    if median is None:
        return f"not in half of the runs ({reached} of {runs})"
    never = f" (never in {runs - reached} of {runs} runs)" if reached < runs else ""
    return f"{number(median, 0)}{never}"


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


def not_told_apart(interval: Interval | None) -> str:
    """What to add to two numbers whose difference says nothing; nothing where it does.

    Examples
    --------
    >>> not_told_apart((-0.1, 0.3)), not_told_apart(None), not_told_apart((0.1, 0.3))
    (': not told apart', ' (one run each)', '')
    """
    if interval is None:
        return " (one run each)"
    return "" if excludes_nought(interval) else ": not told apart"


def more(change: float, less: str = "fewer") -> str:
    """The direction of a change.

    Examples
    --------
    >>> more(0.2), more(-0.2), more(-3.0, "less")
    ('more', 'fewer', 'less')
    """
    return "more" if change > 0 else less


def sentence(words: str) -> str:
    """Words that begin with a capital letter.

    Examples
    --------
    >>> sentence("in 4 of 4 markets"), sentence("")
    ('In 4 of 4 markets', '')
    """
    return f"{words[:1].upper()}{words[1:]}"


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


def with_interval(value: float, interval: Interval | None, unit: str = "share") -> str:
    """A result in its unit, with its interval behind it.

    Examples
    --------
    >>> with_interval(0.431, (0.42, 0.442)), with_interval(0.4, None)
    ('43.1% (42.0 to 44.2)', '40.0%')
    >>> with_interval(104.25, (98.2, 110.3), "hours"), with_interval(0.0003, (0.0002, 0.0005))
    ('104 (98.2 to 110)', '0.03% (0.02 to 0.1)')
    """
    if interval is None:
        return measured(value, unit)
    places = _places(100 * value, interval)
    said = percent(value, places) if unit == "share" else measured(value, unit)
    return f"{said} ({ends(interval, unit)})"


def ends(interval: Interval, unit: str, digits: int = 3) -> str:
    """An interval in its unit, which is said beside it: shares in percent.

    Examples
    --------
    >>> ends((0.42, 0.442), "share"), ends((0.82, 1.4), "hours", 2)
    ('42.0 to 44.2', '0.82 to 1.4')
    """
    if unit == "share":
        return between(interval, 100)
    return " to ".join(significant(end, digits) for end in interval)


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
    """The interval of a change, in the words of `changed`; like `between`, it rounds no end to a nought outside.

    Examples
    --------
    >>> change_range(-0.012, 0.034, "share"), change_range(1.0, 2.5, "hours"), change_range(0.0004, 0.005, "share")
    ('−1.2 to +3.4', '+1.0 to +2.5', '+0.04 to +0.5')
    """
    if unit != "share":
        return f"{changed(low, unit)} to {changed(high, unit)}"
    points = (100 * low, 100 * high)
    return " to ".join(signed(end, _places(end, points)) for end in points)


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
