"""Targets as people write them: ``needs_met=45%``, ``needs_mis_served<=5%``, ``20 hours a head and year``.

And the lever that is to reach them: ``policy.patient_time``, or ``policy.patient_time=0%..5%``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seci_sim.lab.design import outcomes_of
from seci_sim.lab.factors import can_vary, kind_of
from seci_sim.parameters import Declaration, declarations
from seci_sim.scenario.problems import shown, spelling
from seci_sim.scenario.quantities import Unclear, in_words, number_of
from seci_sim.scenario.tree import Scalar
from seci_sim.words import spoken

if TYPE_CHECKING:
    from seci_sim.scenario import Scenario

STEPS = 50
"""Parts into which a lever's range is cut, so that its value is said in round numbers."""

LOWER_IS_BETTER = frozenset(
    {
        "hours_a_head_and_year",
        "patient_hours_a_head_and_year",
        "needs_mis_served",
        "needs_mis_served_horizon",
        "subsidy",
        "weeks_until_half_know",
        "weeks_to_routine",
        "leavers",
        "tacit_lost",
    }
)
"""Outcomes of which ``=`` means at most; of all others it means at least."""

HOURS = {
    "hours a head and year": "hours_a_head_and_year",
    "hours with patients a head and year": "patient_hours_a_head_and_year",
}
"""What needs no name, since its unit says what it is."""

_COMPARED = re.compile(r"([^<>=≤≥]+?)\s*(<=|>=|=|≤|≥)\s*([^<>=≤≥]+)")


@dataclass(frozen=True)
class Target:
    """What an outcome is to be at least, or at most."""

    outcome: str
    value: float
    at_least: bool
    unit: str

    @property
    def words(self) -> str:
        """The target in a sentence.

        Examples
        --------
        >>> Target("needs_mis_served", 0.05, False, "share").words
        'needs mis-served of at most 5%'
        """
        side = "at least" if self.at_least else "at most"
        return f"{spoken(self.outcome)} of {side} {in_words(self.value, self.unit)}"

    def holds(self, interval: tuple[float, float] | None) -> bool:
        """Whether a whole interval is on the right side.

        Examples
        --------
        >>> target = Target("needs_met", 0.45, True, "share")
        >>> target.holds((0.45, 0.47)), target.holds((0.44, 0.47)), target.holds(None)
        (True, False, False)
        """
        if interval is None:
            return False
        return interval[0] >= self.value if self.at_least else interval[1] <= self.value


@dataclass(frozen=True)
class Range:
    """A lever, and the values of it that are tried."""

    name: str
    unit: str
    values: tuple[bool | int | float, ...]
    """From the least to the largest."""


def read_target(text: str, scenario: Scenario) -> Target:
    """Read a target for one outcome of a scenario.

    Raises
    ------
    Unclear
        It has another form, or there is no such outcome.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> read_target("20 hours a head and year", read_scenario("one-percent"))
    Target(outcome='hours_a_head_and_year', value=20.0, at_least=False, unit='hours')
    """
    found = _COMPARED.fullmatch(text.strip())
    if found:
        name, sign, value = (part.strip() for part in found.groups())
    else:
        amount, _, unit = text.strip().partition(" ")
        unit = " ".join(unit.replace(" per ", " a ").split())
        name, sign, value = (
            HOURS.get(re.sub("^hour ", "hours ", unit), ""),
            "<=",
            amount,
        )
        if not name:
            what = "must be an outcome and a value, such as needs_met=45%, needs_mis_served<=5% or "
            raise Unclear(what + f"20 hours a head and year; got {shown(text)}")
    known = outcomes_of(scenario)
    if name not in known:
        raise Unclear(f"no outcome is called {shown(name)}{spelling(name, known)}")
    unit = known[name].unit
    number = _number(value, unit, name)
    if unit == "share" and not 0 <= number <= 1:
        raise Unclear(f"{name}: is a share; allowed: 0% to 100%; got {shown(value)}")
    at_least = sign in (">=", "≥") or (sign == "=" and name not in LOWER_IS_BETTER)
    return Target(name, number, at_least, unit)


def read_range(text: str, scenario: Scenario) -> Range:
    """Read a lever, with the range in which it is looked for; by default that which is plausible.

    Raises
    ------
    Unclear
        There is no such parameter, or no such range.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> found = read_range("policy.patient_time=0%..5%", read_scenario("one-percent"))
    >>> found.values[:3], found.values[-1]
    ((0.0, 0.001, 0.002), 0.05)
    """
    name, has_range, ends = (part.strip() for part in text.partition("="))
    known = {declared.name: declared for declared in declarations(scenario.model)}
    if name not in known:
        whole = next((full for full in known if full.partition(".")[2] == name), "")
        hint = f'; did you mean "{whole}"?' if whole else spelling(name, known)
        raise Unclear(f"no parameter is called {shown(name)}{hint}")
    declared = known[name]
    if not can_vary(declared):
        raise Unclear(f"{name} is a table, not a single value")
    if declared.unit == "yes or no":
        if has_range:
            raise Unclear(f"{name} is yes or no, and has no range")
        return Range(name, declared.unit, (False, True))
    low, high = (
        _ends(declared, ends) if has_range else declared.plausible or declared.allowed or (0, 1)
    )
    return Range(name, declared.unit, _steps(low, high, whole=kind_of(name) is int))


def _ends(declared: Declaration, text: str) -> tuple[float, float]:
    first, dots, last = (part.strip() for part in text.partition(".."))
    if not dots:
        raise Unclear(f"{declared.name}: a range goes from..to, such as 0%..5%; got {shown(text)}")
    low, high = (_number(end, declared.unit, declared.name) for end in (first, last))
    least, most = declared.allowed or (low, high)
    if not least <= low < high <= most:
        allowed = " to ".join(in_words(end, declared.unit) for end in (least, most))
        raise Unclear(f"{declared.name}: must rise within {allowed}; got {shown(text)}")
    return low, high


def _number(text: str, unit: str, name: str) -> float:
    try:
        return number_of(Scalar(text, False, "", 1), unit)
    except Unclear as unclear:
        raise Unclear(f"{name}: {unclear.of(text)}") from None


def _steps(low: float, high: float, *, whole: bool) -> tuple[int | float, ...]:
    """Values in equal steps.

    Examples
    --------
    >>> _steps(0, 4, whole=True), len(_steps(0, 0.1, whole=False)), _steps(2, 200, whole=True)[-2:]
    ((0, 1, 2, 3, 4), 51, (198, 200))
    """
    if whole:
        first, last = -int(-low // 1), int(high // 1)
        return (*range(first, last, max(1, -(-(last - first) // STEPS))), last)
    return tuple(round(low + (high - low) * step / STEPS, 10) for step in range(STEPS + 1))
