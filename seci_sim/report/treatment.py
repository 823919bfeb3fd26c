"""The boxed answer on policies that change who starts treatment.

Such policies (prices, partners who make a launch quicker) may leave the needs that are met as they
were, so the answer counts patients who start treatment and stay on it, and what they cost.
"""

from __future__ import annotations

from seci_sim.lab.comparison_table import MET, MIS_SERVED, Comparison
from seci_sim.lab.statistics import ON_TREATMENT, Difference, separated
from seci_sim.words import (
    how_sure,
    lately,
    listed,
    money,
    money_range,
    more,
    percent,
    points,
    points_range,
    quoted,
    signed,
)

MOST_NAMED = 3
"""Other policies that a sentence names."""


def answer(found: Comparison) -> tuple[str, str]:
    """The finding and its cost; see `seci_sim.report.answer.answer`."""
    policy, other = found.contrast(ON_TREATMENT)
    change = found.change(policy, ON_TREATMENT, other)
    finding = _gain if separated(change) else _no_gain
    met, wrong = (_need(found, policy, other, outcome) for outcome in (MET, MIS_SERVED))
    return (
        f"In this model, {finding(found, policy, other, change)}; needs met "
        f"{lately(found.horizon)} are {met}, and mis-served {wrong}.",
        f"{_cost(found, policy, other)}{_others(found, policy, other)}.",
    )


def _gain(found: Comparison, policy: str, other: str, change: Difference) -> str:
    return (
        f"{_treated(found, policy)} of eligible patients start treatment and stay on it under "
        f"{quoted(policy)}, {points(change.mean)} more than under {quoted(other)} "
        f"{how_sure(change.interval, change.better, change.used, change.equal)}"
    )


def _no_gain(found: Comparison, policy: str, other: str, change: Difference) -> str:
    return (
        f"these runs do not separate {quoted(policy)} from {quoted(other)}: "
        f"{_treated(found, policy)} and {_treated(found, other)} of eligible patients start "
        f"treatment and stay on it, a difference of {signed(100 * change.mean)} percentage points "
        f"{how_sure(change.interval, change.better, change.used, change.equal)}"
    )


def _treated(found: Comparison, name: str) -> str:
    return percent(found.mean(name, ON_TREATMENT))


def _need(found: Comparison, policy: str, other: str, outcome: str) -> str:
    """What becomes of needs met or mis-served, which may move with it or not."""
    mean, change = percent(found.mean(policy, outcome)), found.change(policy, outcome, other)
    if separated(change):
        than = f"{points(change.mean)} {more(change.mean)}"
        return f"{mean}, {than} ({points_range(change.interval)})"
    if change.interval == (0.0, 0.0):
        return f"{mean}, the same in every run"
    return f"{mean}, not told apart from {percent(found.mean(other, outcome))}"


def _cost(found: Comparison, policy: str, other: str) -> str:
    change = found.change(policy, "subsidy", other)
    costs = f"{quoted(policy)} costs {money(found.mean(policy, 'subsidy'))} of subsidy"
    if not separated(change):
        return f"{costs}, which these runs do not separate from {quoted(other)}"
    return (
        f"{costs} over the run, {money(abs(change.mean))} {more(change.mean, 'less')} than "
        f"{quoted(other)}{_price(found, policy, other)}"
    )


def _price(found: Comparison, policy: str, other: str) -> str:
    price = found.subsidy_per_patient(policy, other)
    if price is None or price.mean <= 0 or price.interval is None:
        return ""
    each = f"{money(price.mean)} for each patient more on treatment"
    return f", {each} ({money_range(price.interval)})"


def _others(found: Comparison, policy: str, other: str) -> str:
    """How it stands to the rest of the policies, told apart or not."""
    changes = {
        name: found.change(policy, ON_TREATMENT, name)
        for name in found.names
        if name not in (policy, other)
    }
    same = [name for name, change in changes.items() if not separated(change)]
    if same:
        named = listed([quoted(name) for name in same[:MOST_NAMED]])
        left = "" if len(same) <= MOST_NAMED else f" and {len(same) - MOST_NAMED} others"
        return (
            f"; these runs do not separate its patients on treatment from those under {named}{left}"
        )
    nearest = sorted(changes, key=lambda name: changes[name].mean)[:MOST_NAMED]
    told = [
        f"{points(changes[name].mean)} more than under {quoted(name)} "
        f"({points_range(changes[name].interval)}){_price(found, policy, name)}"
        for name in nearest
    ]
    return f"; it keeps {listed(told)}" if told else ""
