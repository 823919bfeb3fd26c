"""What hours cost, what patients are worth, and what a need that is mis-served counts.

None of it changes a run: it says what comes of runs in money, or how results are weighed. So it is in
no fingerprint, and files that differ in nothing else go on with each other's runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from seci_sim.parameters import SECI, Section
from seci_sim.scenario.problems import shown
from seci_sim.scenario.units import HEADQUARTERS, Unit, one_line
from seci_sim.scenario.validation import Problem

Currency = Annotated[str, StringConstraints(min_length=1, max_length=20), AfterValidator(one_line)]

ASIDE = ("money", "weigh")
"""Parts of a scenario on which no run depends."""

MOST = 1e9
"""What an hour may cost."""


class Money(Section):
    """What hours cost and what patients are worth; it changes no run."""

    currency: Currency
    """What all money of the scenario is in, such as EUR; prices of treatment too."""
    hour: float | None = Field(None, ge=0, le=MOST, json_schema_extra={"unit": "money"})
    """Cost of an hour of somebody's work, where `hour_of` says no other."""
    hour_of: dict[str, float] = Field(default_factory=dict, json_schema_extra={"unit": "money"})
    """The same for a kind of unit, such as affiliate, or for a unit by its name, which goes first."""
    patients: int | None = Field(None, ge=1, le=10**10, json_schema_extra={"unit": "people"})
    """Patients whose needs the share of needs met is of."""
    worth: float | None = Field(None, ge=0, le=1e12, json_schema_extra={"unit": "money"})
    """What it is worth in a year that one patient more has their needs met; where policies differ in who is on treatment, that one patient more is."""
    budget: float | None = Field(None, ge=0, le=1e15, json_schema_extra={"unit": "money"})
    """What a policy may cost in a year more than the one that it is held against."""

    def rate(self, unit: Unit) -> float | None:
        """Cost of an hour of the staff of a unit."""
        by_kind = self.hour_of.get(unit.kind, self.hour)
        return self.hour_of.get(unit.name, by_kind)


class Weigh(Section):
    """How results are weighed against each other; it changes no run."""

    mis_served: float = Field(0.0, ge=0, le=1e6)
    """How many needs met one need that is mis-served counts as."""


def check_money(
    money: Money | None, weigh: Weigh | None, model: str, units: Sequence[Unit]
) -> Iterator[Problem]:
    """Every hour has a cost, and what is named is there."""
    if model != SECI:
        for name, part in zip(ASIDE, (money, weigh), strict=True):
            if part is not None:
                yield Problem((name,), f"is not for model {model}, whose outcomes are no patients")
        return
    if money is None or not units:
        return
    known = tuple(dict.fromkeys([unit.kind for unit in units] + [unit.name for unit in units]))
    for name, cost in money.hour_of.items():
        path = ("money", "hour_of", name)
        if name not in known:
            what = f"no unit or kind of unit is called {shown(name)}"
            yield Problem(path, what, unknown=name, known=known)
        if not 0 <= cost <= MOST:
            size = "small" if cost < 0 else "large"
            yield Problem(path, f"is too {size}", f"0 to {MOST:.0f} money", shown(cost))
    yield from _without_cost(money, units)
    yield from _told_apart(money, units)


def _without_cost(money: Money, units: Sequence[Unit]) -> Iterator[Problem]:
    if money.hour is None and not money.hour_of:
        yield Problem(("money", "hour"), "is missing: what an hour of somebody's work costs")
        return
    for unit in units:
        if money.rate(unit) is None:
            what = f"has no cost for {shown(unit.name)} ({unit.kind}); give one, or hour for all others"
            yield Problem(("money", "hour_of"), what)
            return


def _told_apart(money: Money, units: Sequence[Unit]) -> Iterator[Problem]:
    """Hours are kept by market, and of all headquarters together: units of one place have one cost."""
    for place, there in groupby(sorted(units, key=place_of), key=place_of):
        first, *others = there
        for other in others:
            if money.rate(other) != money.rate(first):
                where = f"serve {place}" if place else "serve no market"
                what = f"hours are kept by market: {shown(first.name)} and {shown(other.name)}, which {where}, need one cost"
                yield Problem(("money", "hour_of"), what)
                break


def place_of(unit: Unit) -> str:
    """Where the hours of a unit's staff are booked: in its market; nowhere, for headquarters."""
    return "" if unit.kind in HEADQUARTERS else unit.market or ""


def rates(money: Money, units: Iterable[Unit]) -> dict[str, float]:
    """Cost of an hour by market, and of headquarters under the empty name.

    Examples
    --------
    >>> from seci_sim.scenario.units import DEFAULT_UNITS
    >>> found = rates(Money(currency="EUR", hour=40, hour_of={"headquarters": 90}), DEFAULT_UNITS)
    >>> found[""], found["Market A"]
    (90.0, 40.0)
    """
    return {place_of(unit): float(money.rate(unit) or 0) for unit in units}
