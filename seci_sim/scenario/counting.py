"""How scenarios that are compared count: in one money, and with one weight of what is mis-served."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seci_sim.scenario.money import ASIDE, Money
from seci_sim.scenario.problems import shown
from seci_sim.scenario.scenario import Scenario


def money_of(scenarios: Sequence[Scenario]) -> Money | None:
    """The money of scenarios that are compared: that of the first that says any, for all."""
    return next((one.money for one in scenarios if one.money is not None), None)


def currency_of(scenarios: Sequence[Scenario]) -> str:
    """What all money of scenarios that are compared is in; nothing where none says it."""
    said = money_of(scenarios)
    return "" if said is None else said.currency


def weight_of(scenarios: Sequence[Scenario]) -> float:
    """What one mis-served need counts in a comparison: as the first says that says it; else nothing."""
    return next((one.weigh.mis_served for one in scenarios if one.weigh is not None), 0.0)


def check_counted_alike(scenarios: Sequence[Scenario]) -> Iterator[str]:
    """Scenarios that are compared count in one way, and every unit has its cost."""
    for part in ASIDE:
        saying = [one for one in scenarios if getattr(one, part) is not None]
        for other in saying[1:]:
            if getattr(other, part) != getattr(saying[0], part):
                which = f"{shown(saying[0].name)} and {shown(other.name)}"
                yield f"{part}: {which} say different things; say it in one of them, or the same"
                break
    money = money_of(scenarios)
    for scenario in scenarios if money else ():
        for unit in scenario.units:
            if money is not None and money.rate(unit) is None:
                what = f"no cost for {shown(unit.name)} of {shown(scenario.name)}"
                yield f"money: {what}; give hour, for all others"
                break
