"""The boxed answer: two sentences made by rules from the numbers.

The first says what was found, with its range; the second what it cost, and which other policies
the runs do not tell from it. A difference whose 95% interval includes 0 is never called one. All
that is said holds in this model; nothing is foretold. Policies that change who starts treatment are
told by `seci_sim.report.treatment`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from seci_sim.experiment import statistics
from seci_sim.experiment.access import starts_differ
from seci_sim.experiment.statistics import (
    HOURS_A_HEAD,
    HOURS_A_YEAR,
    PATIENT_HOURS_A_HEAD,
    Difference,
)
from seci_sim.experiment.wording import (
    between,
    either_way,
    lately,
    number,
    percent,
    points,
    quoted,
    signed,
    significant,
    weeks_reached,
)
from seci_sim.report import treatment

MOST_RIVALS = 2
"""Policies that a sentence names before it only counts them."""


def answer(summary: pd.DataFrame, names: Sequence[str], horizon: int) -> tuple[str, str]:
    """The finding and its cost.

    Parameters
    ----------
    summary : DataFrame
        A row a run, with the columns that `seci_sim.experiment.statistics.add_ratios` adds.
    names : sequence of str
        The scenarios; the first is the one that others are held against.
    horizon : int
        Weeks of a run.
    """
    if len(names) == 1:
        return _alone(summary, names[0], horizon)
    if starts_differ(summary, names):
        return treatment.answer(summary, names, horizon)
    policy, other = statistics.contrast(summary, names)
    change = statistics.difference(summary, policy, other, "needs_met")
    cost = _cost(summary, policy, other)
    if change.interval is None:
        return (
            f"In this model, one run of each policy meets {_met(summary, policy)} of patients' "
            f"needs under {quoted(policy)} {lately(horizon)} and {_met(summary, other)} under "
            f"{quoted(other)}; one run has no interval, so it does not separate policies.",
            f"{cost}.",
        )
    finding = _gain if statistics.separated(change) else _no_gain
    return (
        f"In this model, {finding(summary, policy, other, change, horizon)}.",
        f"{cost}{_rivals(summary, names, policy, other)}.",
    )


def question(names: Sequence[str], questions: Sequence[str]) -> str:
    """The question on top of the page: the one that was asked, where only one was.

    Examples
    --------
    >>> question(["No visits", "One percent"], ["How low can it go?", "Is it worth it?"])
    'Is it worth it?'
    >>> question(["A", "B", "C"], ["", "Is B good?", "Is C good?"])
    'What do “B” and “C” change, compared with “A”?'
    """
    asked = dict.fromkeys(questions[1:] or questions)
    if len(asked) == 1:
        return next(iter(asked))
    others = [quoted(name) for name in names[1:]]
    listed = " and ".join([", ".join(others[:-1]), others[-1]])
    return f"What do {listed} change, compared with {quoted(names[0])}?"


def _alone(summary: pd.DataFrame, name: str, horizon: int) -> tuple[str, str]:
    met = statistics.level(summary, name, "needs_met")
    wrong = statistics.level(summary, name, "needs_mis_served")
    hours = statistics.level(summary, name, HOURS_A_HEAD).mean
    with_patients = statistics.level(summary, name, PATIENT_HOURS_A_HEAD).mean
    half = statistics.when_reached(summary, name, "weeks_until_half_know")
    ranges = ["" if f.interval is None else f" (95% interval of the mean {between(f.interval, 100)})"
              for f in (met, wrong)]  # fmt: skip
    one_run = "; one run has no interval" if met.interval is None else ""
    return (
        f"In this model, {quoted(name)} meets {percent(met.mean)} of patients' needs "
        f"{lately(horizon)}{ranges[0]} and mis-serves {percent(wrong.mean)}{ranges[1]}{one_run}.",
        f"It spends {number(hours)} hours a head and year in the four modes, "
        f"{number(with_patients)} of them with patients and {percent(hours / HOURS_A_YEAR)} of all "
        f"hours; weeks until half the staff hold a need rightly: {weeks_reached(half)}.",
    )


def _met(summary: pd.DataFrame, name: str) -> str:
    return percent(statistics.level(summary, name, "needs_met").mean)


def _gain(summary: pd.DataFrame, policy: str, other: str, change: Difference, horizon: int) -> str:
    wrong = statistics.difference(summary, policy, other, "needs_mis_served", lower_is_better=True)
    mis_served = percent(statistics.level(summary, policy, "needs_mis_served").mean)
    if statistics.separated(wrong):
        more = f"{points(wrong.mean)} {_more(wrong.mean)} ({_range(wrong)})"
    else:
        theirs = percent(statistics.level(summary, other, "needs_mis_served").mean)
        more = f"which these runs do not separate from {theirs}"
    return (
        f"{quoted(policy)} meets {_met(summary, policy)} of patients' needs {lately(horizon)}, "
        f"{points(change.mean)} {_more(change.mean)} than {quoted(other)} (95% interval "
        f"{_range(change)}; better in {change.better} of {change.used} runs), and mis-serves "
        f"{mis_served}, {more}"
    )


def _no_gain(
    summary: pd.DataFrame, policy: str, other: str, change: Difference, horizon: int
) -> str:
    return (
        f"these runs do not separate {quoted(policy)} from {quoted(other)}: needs met "
        f"{lately(horizon)} are {_met(summary, policy)} and {_met(summary, other)}, a difference of "
        f"{signed(100 * change.mean)} percentage points (95% interval {_range(change)}; better in "
        f"{change.better} of {change.used} runs){_could_see(change)}"
    )


def _could_see(change: Difference) -> str:
    """How large a difference would have been seen, where none was."""
    if not change.detectable:
        return ""
    return (
        f"; nine such experiments in ten would have shown a true one of {points(change.detectable)}"
    )


def _cost(summary: pd.DataFrame, policy: str, other: str) -> str:
    return (
        f"{quoted(policy)} spends {_hours(summary, policy, other)} a head and year in the four "
        f"modes than {quoted(other)}{_price(summary, policy, other)}"
    )


def _price(summary: pd.DataFrame, policy: str, other: str) -> str:
    price = statistics.hours_per_point(summary, policy, other)
    more = statistics.difference(summary, policy, other, HOURS_A_HEAD)
    if price is None or price.mean <= 0 or not statistics.separated(more):
        return ""
    return f", {significant(price.mean, 2)} for each percentage point gained"


def _rivals(summary: pd.DataFrame, names: Sequence[str], policy: str, other: str) -> str:
    """Which of the other policies the runs do not tell from it; else how it beats the best."""
    rest = [name for name in names if name not in (policy, other)]
    if not rest:
        return ""
    changes = {name: statistics.difference(summary, policy, name, "needs_met") for name in rest}
    ordered = sorted(rest, key=lambda name: changes[name].mean)
    same = [name for name in ordered if not statistics.separated(changes[name])]
    if not same:
        nearest = ordered[0]
        change = changes[nearest]
        return (
            f"; it meets {points(change.mean)} {_more(change.mean)} than {quoted(nearest)} "
            f"({_range(change)}) and spends {_hours(summary, policy, nearest)}"
            f"{_price(summary, policy, nearest)}"
        )
    named = [
        f"{quoted(name)} ({signed(100 * changes[name].mean)} percentage points, "
        f"{_range(changes[name])}; {_hours(summary, policy, name)})"
        for name in same[:MOST_RIVALS]
    ]
    more = len(same) - len(named)
    counted = [f"{more} other" + ("" if more == 1 else "s")] if more else []
    return "; these runs do not separate it from " + " or from ".join(named + counted)


def _hours(summary: pd.DataFrame, policy: str, other: str) -> str:
    change = statistics.difference(summary, policy, other, HOURS_A_HEAD)
    hours = number(abs(change.mean))
    if hours == number(0):
        return "no more hours"
    if change.interval is not None and not statistics.separated(change):
        found = f"{signed(change.mean)}; {between(change.interval)}"
        return f"no more or fewer hours that these runs could tell ({found})"
    return f"{hours} hours {'more' if change.mean > 0 else 'less'}"


def _more(change: float) -> str:
    return "more" if change > 0 else "fewer"


def _range(change: Difference) -> str:
    """The interval as it stands after a difference in words, or with its sign."""
    if change.interval is None:
        return "no interval"
    said = either_way if statistics.separated(change) else between
    return said(change.interval, scale=100)
