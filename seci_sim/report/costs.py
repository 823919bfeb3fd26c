"""What policies cost in money, in words and for programs; nothing where no scenario says any money."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from seci_sim.figures.drawing import plain
from seci_sim.lab.comparison_table import MET, Comparison
from seci_sim.lab.money import Amount, Costs, Price, costs, spent
from seci_sim.lab.statistics import separated
from seci_sim.money_words import in_currency, money_range
from seci_sim.scenario import Scenario
from seci_sim.scenario.counting import money_of
from seci_sim.words import Interval, percent, quoted


def sentences(found: Comparison, scenarios: Sequence[Scenario]) -> list[str]:
    """A paragraph for each policy and the one that it is held against; for one alone, what it costs."""
    said = money_of(scenarios)
    if said is None:
        return []
    if len(found.names) == 1:
        alone = spent(found, scenarios, found.first)
        assert alone is not None
        cost = _amount(alone, said.currency)
        return [f"Hours of the four modes and subsidies cost {cost} a year."]
    every = (costs(found, scenarios, name) for name in found.names[1:])
    return [_paragraph(one, found.mis_served_weight) for one in every if one is not None]


def document(found: Comparison, scenarios: Sequence[Scenario]) -> dict[str, Any] | None:
    """The same numbers in full: what is said of money, and for each policy what it costs."""
    said = money_of(scenarios)
    if said is None:
        return None
    every = (costs(found, scenarios, name) for name in found.names[1:])
    levels = {name: spent(found, scenarios, name) for name in found.names}
    told = {
        "money": said.model_dump(),
        "cost_a_year": {name: asdict(one) for name, one in levels.items() if one is not None},
        "costs": [asdict(one) | {"money": said.currency} for one in every if one is not None],
    }
    return dict(plain(told))


def _paragraph(one: Costs, weight: float) -> str:
    currency, cost = one.money.currency, one.cost
    gained = "whose needs are met" if one.outcome == MET else "on treatment"
    against = f"than {quoted(one.against)}"
    if separated(cost.found) and cost.found.mean < 0:
        parts = [f"{quoted(one.policy)} costs {_amount(cost, currency)} a year beside {quoted(one.against)}, which is less."]  # fmt: skip
    elif not separated(cost.found):
        parts = [
            f"Luck does not tell whether {quoted(one.policy)} costs more {against}: "
            f"{_amount(cost, currency)} a year."
        ]
    else:
        parts = [f"{quoted(one.policy)} costs {_amount(cost, currency)} a year more {against}."]
    if one.subsidies is not None:
        parts.append(f"Of this, subsidies are {_amount(one.subsidies, currency)}.")
    what = "needs met" if one.outcome == MET else "the share on treatment"
    if one.per_point is not None:
        parts.append(f"A percentage point of {what} costs {_price(one.per_point, currency)}.")
    if one.per_patient is not None:
        price = _price(one.per_patient, currency)
        parts.append(f"One patient more {gained} costs {price}.")
    if one.break_even is not None:
        counting = f", one need mis-served counting as {weight:g} met" if weight else ""
        parts.append(
            f"It pays where such a patient is worth {_price(one.break_even, currency)} a year or "
            f"more{counting}."
        )
    if one.surplus is not None:
        worth = in_currency(one.money.worth or 0, currency)
        parts.append(
            f"At {worth} a patient, what they are worth less what it costs is "
            f"{_amount(one.surplus, currency)} a year{_pays(one.surplus)}."
        )
    if one.within_budget is not None:
        of = "worlds" if cost.doubt is not None else "runs"
        budget = in_currency(one.money.budget or 0, currency)
        share = percent(one.within_budget, 0)
        parts.append(f"It keeps to the budget of {budget} a year in {share} of {of}.")
    return " ".join(parts)


def _pays(surplus: Amount) -> str:
    if surplus.doubt is None:
        return ""
    return f"; it pays in {percent(surplus.doubt.holds, 0)} of worlds"


def _amount(one: Amount, currency: str) -> str:
    doubt = None if one.doubt is None else one.doubt.interval
    return _said(one.found.mean, one.found.interval, doubt, currency, "luck and doubt")


def _price(one: Price, currency: str) -> str:
    ten = "luck and doubt, in worlds with a gain"
    return _said(one.found.mean, one.found.interval, one.doubt, currency, ten)


def _said(
    value: float, luck: Interval | None, doubt: Interval | None, currency: str, worlds: str
) -> str:
    """A sum with both of its intervals."""
    ends = [f"luck: {money_range(luck)}"] if luck and all(map(math.isfinite, luck)) else []
    ends += [f"{worlds}: {money_range(doubt)}"] if doubt else []
    behind = f" ({'; '.join(ends)})" if ends else ""
    return f"{in_currency(value, currency)}{behind}"
