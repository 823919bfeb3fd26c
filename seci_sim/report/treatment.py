"""What policies that change who starts treatment lead to: the boxed answer, and a table of its own.

Such policies (prices, partners who make a launch quicker) may leave the needs that are met as they
were, so the answer counts patients who start treatment and stay on it, and what they cost.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from seci_sim.experiment import statistics
from seci_sim.experiment.access import subsidy_per_patient
from seci_sim.experiment.statistics import HOURS_A_HEAD, ON_TREATMENT, STARTING, Difference
from seci_sim.experiment.wording import (
    MILLION,
    between,
    either_way,
    lately,
    listed,
    measured,
    number,
    percent,
    points,
    quoted,
    signed,
    significant,
)
from seci_sim.report.tables import (
    NOTHING,
    Cell,
    Table,
    changed,
    half_know,
    share,
    share_and_change,
)

MOST_NAMED = 3
"""Other policies that a sentence names."""


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
        f"{_treated(summary, policy)} of eligible patients start treatment and stay on it under "
        f"{quoted(policy)}, {_compared(change, other)}"
    )


def _no_gain(summary: pd.DataFrame, policy: str, other: str, change: Difference) -> str:
    assert change.interval is not None  # who starts was told apart, so there are runs enough
    return (
        f"these runs do not separate {quoted(policy)} from {quoted(other)}: {_treated(summary, policy)} "
        f"and {_treated(summary, other)} of eligible patients start treatment and stay on it, a "
        f"difference of {signed(100 * change.mean)} percentage points (95% interval "
        f"{between(change.interval, 100)}; better in {change.better} of {change.used} runs)"
    )


def _treated(summary: pd.DataFrame, name: str) -> str:
    return percent(statistics.level(summary, name, ON_TREATMENT).mean)


def _compared(change: Difference, other: str) -> str:
    return (
        f"{points(change.mean)} more than under {quoted(other)} (95% interval {_ends(change)}; "
        f"better in {change.better} of {change.used} runs)"
    )


def _needs(summary: pd.DataFrame, policy: str, other: str, horizon: int) -> str:
    """What becomes of needs met and mis-served, which may move with it or not."""
    met, wrong = (_need(summary, policy, other, m) for m in ("needs_met", "needs_mis_served"))
    return f"; needs met {lately(horizon)} are {met}, and mis-served {wrong}"


def _need(summary: pd.DataFrame, policy: str, other: str, measure: str) -> str:
    found = percent(statistics.level(summary, policy, measure).mean)
    change = statistics.difference(summary, policy, other, measure)
    if statistics.separated(change):
        more = "more" if change.mean > 0 else "fewer"
        return f"{found}, {points(change.mean)} {more} ({_ends(change)})"
    if change.interval == (0.0, 0.0):
        return f"{found}, the same in every run"
    theirs = percent(statistics.level(summary, other, measure).mean)
    return f"{found}, not told apart from {theirs}"


def _cost(summary: pd.DataFrame, policy: str, other: str) -> str:
    paid = statistics.level(summary, policy, "subsidy").mean
    change = statistics.difference(summary, policy, other, "subsidy")
    if change.interval is None or not statistics.separated(change):
        return f"{quoted(policy)} costs {_money(paid)} of subsidy, which these runs do not separate from {quoted(other)}"
    return (
        f"{quoted(policy)} costs {_money(paid)} of subsidy over the run, "
        f"{_more_money(change.mean)} than {quoted(other)}{_price(summary, policy, other)}"
    )


def _more_money(change: float) -> str:
    return f"{_money(abs(change))} {'more' if change > 0 else 'less'}"


def _price(summary: pd.DataFrame, policy: str, other: str) -> str:
    price = subsidy_per_patient(summary, policy, other)
    if price is None or price.mean <= 0 or price.interval is None:
        return ""
    each = f"{_money(price.mean)} for each patient more on treatment"
    return f", {each} ({_money_range(price.interval)})"


def _others(summary: pd.DataFrame, names: Sequence[str], policy: str, other: str) -> str:
    """How it stands to the rest of the policies, told apart or not."""
    rest = [name for name in names if name not in (policy, other)]
    changes = {name: statistics.difference(summary, policy, name, ON_TREATMENT) for name in rest}
    same = [name for name in rest if not statistics.separated(changes[name])]
    if same:
        named = listed([quoted(name) for name in same[:MOST_NAMED]])
        more = "" if len(same) <= MOST_NAMED else f" and {len(same) - MOST_NAMED} others"
        return (
            f"; these runs do not separate its patients on treatment from those under {named}{more}"
        )
    nearest = sorted(rest, key=lambda name: changes[name].mean)[:MOST_NAMED]
    told = [
        f"{points(changes[name].mean)} more than under {quoted(name)} ({_ends(changes[name])})"
        f"{_price(summary, policy, name)}"
        for name in nearest
    ]
    return f"; it keeps {listed(told)}" if told else ""


def _ends(change: Difference) -> str:
    assert change.interval is not None
    return either_way(change.interval, 100)


def table(summary: pd.DataFrame, names: Sequence[str], horizon: int) -> Table:
    """What policies lead to that change who starts treatment, and its paired change from the first."""
    headings = (
        Cell("Policy"),
        Cell("Start treatment", "of eligible patients"),
        Cell("Start and stay", "of eligible patients"),
        Cell("Change from the first", "percentage points"),
        Cell("Better in", "runs"),
        Cell("Subsidy", "money, whole run"),
        Cell("Subsidy per patient more", "on treatment than under the first"),
        Cell("Needs met", lately(horizon)),
        Cell("Needs mis-served", lately(horizon)),
        Cell("Hours", "a head and year in the modes"),
        Cell("Half the staff know", "week, median run"),
    )
    return Table(headings, tuple(_row(summary, name, names[0]) for name in names))


def _row(summary: pd.DataFrame, name: str, first: str) -> tuple[Cell, ...]:
    return (
        Cell(name),
        share(summary, name, STARTING),
        share(summary, name, ON_TREATMENT),
        *changed(summary, name, first, ON_TREATMENT),
        _subsidy(summary, name, first),
        Cell(NOTHING) if name == first else _per_patient_more(summary, name, first),
        share_and_change(summary, name, first, "needs_met"),
        share_and_change(summary, name, first, "needs_mis_served"),
        Cell(number(statistics.level(summary, name, HOURS_A_HEAD).mean)),
        half_know(summary, name),
    )


def _subsidy(summary: pd.DataFrame, name: str, first: str) -> Cell:
    paid = _money(statistics.level(summary, name, "subsidy").mean)
    change = statistics.difference(summary, name, first, "subsidy")
    if name == first or change.interval is None:
        return Cell(paid)
    return Cell(paid, f"change {_money_range(change.interval)}")


def _money(value: float) -> str:
    """Money at three digits.

    Examples
    --------
    >>> _money(514191.0), _money(1110e6)
    ('514,000', '1,110 million')
    """
    return measured(float(f"{value:.3g}"), "money")


def _money_range(interval: tuple[float, float]) -> str:
    """An interval of money at three digits, with its unit said once.

    Examples
    --------
    >>> _money_range((506468.0, 522207.0)), _money_range((860.4e6, 895e6))
    ('506,000 to 522,000', '860 to 895 million')
    """
    rounded = [float(f"{end:.3g}") for end in interval]
    if max(map(abs, rounded)) < MILLION:
        return " to ".join(map(significant, rounded))
    return " to ".join(significant(end / MILLION) for end in rounded) + " million"


def _per_patient_more(summary: pd.DataFrame, name: str, first: str) -> Cell:
    price = subsidy_per_patient(summary, name, first)
    if price is None or price.interval is None:
        return Cell(NOTHING, "no more patients told apart")
    return Cell(_money(price.mean), _money_range(price.interval))
