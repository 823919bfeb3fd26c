"""What policies that change who starts treatment lead to: the boxed answer, and a table of its own.

Such policies (prices, partners who make a launch quicker) may leave the needs that are met as they
were, so the answer counts patients who start treatment and stay on it, and what they cost.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from seci_sim.experiment import statistics
from seci_sim.experiment.access import subsidy_per_patient, with_patients
from seci_sim.experiment.statistics import ON_TREATMENT, STARTING, Difference
from seci_sim.experiment.wording import (
    between,
    change_range,
    changed,
    either_way,
    lately,
    measured,
    percent,
    points,
    quoted,
    signed,
)
from seci_sim.report.tables import NOTHING, Cell, Table


def answer(summary: pd.DataFrame, names: Sequence[str], horizon: int) -> tuple[str, str]:
    """The finding and its cost; see `seci_sim.report.answer.answer`."""
    policy, other = statistics.contrast(summary, names, ON_TREATMENT)
    change = statistics.difference(summary, policy, other, ON_TREATMENT)
    finding = _gain if statistics.separated(change) else _no_gain
    return (
        f"In this model, {finding(summary, policy, other, change)}"
        f"{_needs(summary, policy, other, horizon)}.",
        f"{_cost(summary, policy, other)}{_others(summary, names, policy, other)}.",
    )


def _gain(summary: pd.DataFrame, policy: str, other: str, change: Difference) -> str:
    return (
        f"{_share(summary, policy)} of eligible patients start treatment and stay on it under "
        f"{quoted(policy)}, {_compared(change, other)}"
    )


def _no_gain(summary: pd.DataFrame, policy: str, other: str, change: Difference) -> str:
    ends = (
        "no interval"
        if change.interval is None
        else f"95% interval {between(change.interval, 100)}"
    )
    return (
        f"these runs do not separate {quoted(policy)} from {quoted(other)}: {_share(summary, policy)} "
        f"and {_share(summary, other)} of eligible patients start treatment and stay on it, a "
        f"difference of {signed(100 * change.mean)} percentage points ({ends}; better in "
        f"{change.better} of {change.used} runs)"
    )


def _share(summary: pd.DataFrame, name: str) -> str:
    return percent(statistics.level(summary, name, ON_TREATMENT).mean)


def _compared(change: Difference, other: str) -> str:
    assert change.interval is not None
    return (
        f"{points(change.mean)} more than under {quoted(other)} (95% interval "
        f"{either_way(change.interval, 100)}; better in {change.better} of {change.used} runs)"
    )


def _needs(summary: pd.DataFrame, policy: str, other: str, horizon: int) -> str:
    """What becomes of needs met, which may move with it or not."""
    met = percent(statistics.level(summary, policy, "needs_met").mean)
    change = statistics.difference(summary, policy, other, "needs_met")
    if not statistics.separated(change):
        theirs = percent(statistics.level(summary, other, "needs_met").mean)
        same = "as under the other" if met == theirs else f"not told apart from {theirs}"
        return f"; needs met {lately(horizon)} are {met}, {same}"
    assert change.interval is not None
    more = "more" if change.mean > 0 else "fewer"
    return (
        f"; it meets {met} of patients' needs {lately(horizon)}, {points(change.mean)} {more} "
        f"({either_way(change.interval, 100)})"
    )


def _cost(summary: pd.DataFrame, policy: str, other: str) -> str:
    paid = statistics.level(summary, policy, "subsidy").mean
    change = statistics.difference(summary, policy, other, "subsidy")
    if change.interval is None or not statistics.separated(change):
        return f"{quoted(policy)} costs {measured(paid, 'money')} of subsidy, which these runs do not separate from {quoted(other)}"
    return (
        f"{quoted(policy)} costs {measured(paid, 'money')} of subsidy over the run, "
        f"{changed(change.mean, 'money', 3)} against {quoted(other)}{_price(summary, policy, other)}"
    )


def _price(summary: pd.DataFrame, policy: str, other: str) -> str:
    price = subsidy_per_patient(summary, policy, other)
    if price is None or price.mean <= 0 or price.interval is None:
        return ""
    low, high = (measured(end, "money") for end in price.interval)
    each = measured(price.mean, "money")
    return f", {each} for each patient more on treatment ({low} to {high})"


def _others(summary: pd.DataFrame, names: Sequence[str], policy: str, other: str) -> str:
    """How it stands to the best of the other policies, told apart or not."""
    rest = [name for name in names if name not in (policy, other)]
    if not rest:
        return ""
    changes = {name: statistics.difference(summary, policy, name, ON_TREATMENT) for name in rest}
    same = [name for name in rest if not statistics.separated(changes[name])]
    if same:
        named = " or ".join(quoted(name) for name in same[:2])
        return f"; these runs do not separate its patients on treatment from those under {named}"
    nearest = min(rest, key=lambda name: changes[name].mean)
    return f"; it keeps {_compared(changes[nearest], nearest)}{_price(summary, policy, nearest)}"


def table(summary: pd.DataFrame, names: Sequence[str]) -> Table:
    """Who starts and stays on treatment under every policy, and what it costs."""
    headings = (
        Cell("Policy"),
        Cell("Start treatment", "of eligible patients"),
        Cell("Start and stay", "of eligible patients"),
        Cell("Change from the first", "percentage points, 95% interval"),
        Cell("Better in", "runs"),
        Cell("Subsidy", "money, whole run"),
        Cell("Subsidy per patient", "on treatment"),
        Cell("Subsidy per patient more", "on treatment than under the first"),
    )
    whole = with_patients(summary)
    return Table(headings, tuple(_row(whole, name, names[0]) for name in names))


def _row(summary: pd.DataFrame, name: str, first: str) -> tuple[Cell, ...]:
    starting = statistics.level(summary, name, STARTING)
    treated = statistics.level(summary, name, ON_TREATMENT)
    paid = statistics.level(summary, name, "subsidy").mean
    patients = statistics.level(summary, name, "adherent").mean
    change = statistics.difference(summary, name, first, ON_TREATMENT)
    money = statistics.difference(summary, name, first, "subsidy")
    itself = name == first
    return (
        Cell(name),
        Cell(percent(starting.mean), "" if starting.interval is None else between(starting.interval, 100)),
        Cell(percent(treated.mean), "" if treated.interval is None else between(treated.interval, 100)),
        Cell(NOTHING) if itself else Cell(signed(100 * change.mean), "" if change.interval is None else between(change.interval, 100)),
        Cell(NOTHING) if itself else Cell(f"{change.better} of {change.used}"),
        Cell(measured(paid, "money"), "" if itself or money.interval is None else change_range(*money.interval, "money")),
        Cell(measured(paid / patients, "money") if patients > 0 else NOTHING),
        Cell(NOTHING) if itself else _per_patient_more(summary, name, first),
    )  # fmt: skip


def _per_patient_more(summary: pd.DataFrame, name: str, first: str) -> Cell:
    price = subsidy_per_patient(summary, name, first)
    if price is None or price.interval is None:
        return Cell(NOTHING, "no more patients told apart")
    low, high = (measured(end, "money") for end in price.interval)
    return Cell(measured(price.mean, "money"), f"{low} to {high}")
