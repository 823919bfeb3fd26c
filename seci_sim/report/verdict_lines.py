"""Verdicts in figures: for each policy a line for each number that its answer is made of."""

from __future__ import annotations

from math import nan

from seci_sim.figures.style import POINTS
from seci_sim.lab.doubt import Doubt
from seci_sim.lab.statistics import ON_TREATMENT, Estimate
from seci_sim.lab.verdicts import Verdict
from seci_sim.words import quoted, setting, worlds_of_ten

HEADS = ("Mean", "luck alone: from", "to (95%)", "luck and doubt: from", "to (nine worlds of ten)",
         "Worlds above 0")  # fmt: skip
"""What the numbers of a line are."""

Line = tuple[str, str, tuple[float, ...]]
"""What it is, its unit, and a number for each of `HEADS`; NaN where there is none."""


def less(policy: str, against: str) -> str:
    """What a difference is of.

    Examples
    --------
    >>> less("One percent", "None")
    '“One percent” less “None”'
    """
    return f"{quoted(policy)} less {quoted(against)}"


def numbers(one: Verdict) -> list[Line]:
    """Gain, harm, hours and price of a policy."""
    treated = one.outcome == ON_TREATMENT
    gained = "On treatment" if treated else "Needs met"
    price, unit = (
        ("Subsidy for one patient more", "money") if treated else ("Hours for one point", "hours")
    )
    low, high = one.price_doubt or (nan, nan)
    lines = [
        (gained, POINTS, _both(one.gain, one.doubt, 100)),
        ("Needs mis-served", POINTS, _both(one.harm, one.harm_doubt, 100)),
        ("Hours a head and year", "hours", _both(one.hours, one.hours_doubt)),
        (price, unit, (*of(one.price), low, high, nan)),
        ("What a mis-served need may count at most", "needs met", (*of(one.break_even), nan, nan, nan)),
    ]  # fmt: skip
    return [line for line in lines if any(value == value for value in line[2])]


def words(one: Verdict) -> list[tuple[str, str]]:
    """The answer on a policy, what decides it, and what to measure first."""
    lines: list[tuple[str, str]] = [("Worth it", one.answer)]
    if one.harmful_worlds is not None:
        share = f"in {worlds_of_ten(one.harmful_worlds)}"
        lines.append(("Mis-serves more additional needs than it meets", share))
    for decider in one.deciders:
        turns, unit = decider.turns_at, decider.factor.unit
        if turns is None:
            lines.append(("Moves it", f"{decider.factor.name}, and never turns it"))
            continue
        below = f", below which {quoted(decider.wins_below)} wins" if decider.wins_below else ""
        lines.append(
            ("Decides it", f"{decider.factor.name}: turns at {setting(turns, unit)}{below}")
        )
    if one.measure_first is not None:
        lines.append(("Measure this first", one.measure_first.factor.name))
    return lines


def of(found: Estimate | None, scale: float = 1) -> tuple[float, float, float]:
    """A mean and the ends of its interval; NaN where there is none.

    Examples
    --------
    >>> of(Estimate(0.3, (0.28, 0.32), 20, 0), 100), of(None)
    ((30.0, 28.000000000000004, 32.0), (nan, nan, nan))
    """
    if found is None:
        return nan, nan, nan
    low, high = found.interval or (nan, nan)
    return scale * found.mean, scale * low, scale * high


def _both(found: Estimate, doubt: Doubt | None, scale: float = 1) -> tuple[float, ...]:
    if doubt is None:
        return (*of(found, scale), nan, nan, nan)
    low, high = doubt.interval
    return (*of(found, scale), scale * low, scale * high, doubt.holds)
