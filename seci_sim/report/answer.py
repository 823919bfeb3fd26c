"""The boxed answer: two sentences made by rules from the comparison.

The first says what was found, with its range; the second what it cost, and which other policies
the runs do not tell from it. A difference whose 95% interval includes 0 is never called one. All
that is said holds in this model; nothing is foretold. Policies that change who starts treatment are
told by `seci_sim.report.treatment`.
"""

from __future__ import annotations

from collections.abc import Sequence

from seci_sim.lab.comparison_table import MET, MIS_SERVED, Comparison
from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    HOURS_A_YEAR,
    PATIENT_HOURS_A_HEAD,
    Difference,
    separated,
)
from seci_sim.report import treatment
from seci_sim.words import (
    between,
    ends,
    how_sure,
    lately,
    listed,
    more,
    number,
    percent,
    points,
    points_range,
    quoted,
    signed,
    significant,
    weeks_reached,
)

MOST_RIVALS = 2
"""Policies that a sentence names before it only counts them."""


def answer(found: Comparison) -> tuple[str, str]:
    """The finding and its cost."""
    if len(found.names) == 1:
        return _alone(found)
    if found.about_treatment:
        return treatment.answer(found)
    policy, other = found.contrast()
    change = found.change(policy, MET, other)
    cost = f"{quoted(policy)} spends {_spent(found, policy, other, than=True)}"
    if change.interval is None:
        return (
            f"In this model, one run of each policy meets {_met(found, policy)} of patients' "
            f"needs under {quoted(policy)} {lately(found.horizon)} and {_met(found, other)} under "
            f"{quoted(other)}; one run has no interval, so it does not separate policies.",
            f"{cost}.",
        )
    finding = _gain if separated(change) else _no_gain
    return (
        f"In this model, {finding(found, policy, other, change)}.",
        f"{cost}{_rivals(found, policy, other)}.",
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
    others = listed([quoted(name) for name in names[1:]])
    return f"What do {others} change, compared with {quoted(names[0])}?"


def _alone(found: Comparison) -> tuple[str, str]:
    (name,), half = found.names, found.half_know(found.first)
    met, wrong = found.level(name, MET), found.level(name, MIS_SERVED)
    hours = found.mean(name, HOURS_A_HEAD)
    ranges = ["" if f.interval is None else f" (95% interval of the mean {between(f.interval, 100)})"
              for f in (met, wrong)]  # fmt: skip
    one_run = "; one run has no interval" if met.interval is None else ""
    return (
        f"In this model, {quoted(name)} meets {percent(met.mean)} of patients' needs "
        f"{lately(found.horizon)}{ranges[0]} and mis-serves {percent(wrong.mean)}{ranges[1]}{one_run}.",
        f"It spends {number(hours)} hours a head and year in the four modes, "
        f"{number(found.mean(name, PATIENT_HOURS_A_HEAD))} of them with patients and "
        f"{percent(hours / HOURS_A_YEAR)} of all hours; weeks until half the staff hold a need "
        f"rightly: {weeks_reached(half.median, half.reached, half.runs)}.",
    )


def _met(found: Comparison, name: str) -> str:
    return percent(found.mean(name, MET))


def _gain(found: Comparison, policy: str, other: str, change: Difference) -> str:
    wrong = found.change(policy, MIS_SERVED, other)
    if separated(wrong):
        than = f"{points(wrong.mean)} {more(wrong.mean)} ({points_range(wrong.interval)})"
    else:
        theirs = percent(found.mean(other, MIS_SERVED))
        than = f"which these runs do not separate from {theirs}"
    return (
        f"{quoted(policy)} meets {_met(found, policy)} of patients' needs {lately(found.horizon)}, "
        f"{points(change.mean)} {more(change.mean)} than {quoted(other)} {how_sure(change.interval, change.better, change.used, change.equal)}, and "
        f"mis-serves {percent(found.mean(policy, MIS_SERVED))}, {than}"
    )


def _no_gain(found: Comparison, policy: str, other: str, change: Difference) -> str:
    seen = "" if not change.detectable else (
        f"; nine such experiments in ten would have shown a true one of {points(change.detectable)}"
    )  # fmt: skip
    return (
        f"these runs do not separate {quoted(policy)} from {quoted(other)}: needs met "
        f"{lately(found.horizon)} are {_met(found, policy)} and {_met(found, other)}, a difference "
        f"of {signed(100 * change.mean)} percentage points {how_sure(change.interval, change.better, change.used, change.equal)}{seen}"
    )


def _rivals(found: Comparison, policy: str, other: str) -> str:
    """Which of the other policies the runs do not tell from it; else how it beats the best."""
    changes = {
        name: found.change(policy, MET, name) for name in found.names if name not in (policy, other)
    }
    if not changes:
        return ""
    ordered = sorted(changes, key=lambda name: changes[name].mean)
    same = [name for name in ordered if not separated(changes[name])]
    if not same:
        nearest = ordered[0]
        change = changes[nearest]
        return (
            f"; it meets {points(change.mean)} {more(change.mean)} than {quoted(nearest)} "
            f"({points_range(change.interval)}) and spends {_spent(found, policy, nearest)}"
        )
    named = [
        f"{quoted(name)} ({signed(100 * changes[name].mean)} percentage points, "
        f"{points_range(changes[name].interval)}; {_hours(found, policy, name)})"
        for name in same[:MOST_RIVALS]
    ]
    left = len(same) - len(named)
    counted = [f"{left} other" + ("" if left == 1 else "s")] if left else []
    return "; these runs do not separate it from " + " or from ".join(named + counted)


def _spent(found: Comparison, policy: str, other: str, *, than: bool = False) -> str:
    """Hours more or less than under another policy, and what a point gained costs of them."""
    price, hours = found.hours_per_point(policy, other), found.change(policy, HOURS_A_HEAD, other)
    per_year = f" a head and year in the four modes than {quoted(other)}" if than else ""
    spent = f"{_hours(found, policy, other)}{per_year}"
    if price is None or price.mean <= 0 or not separated(hours):
        return spent
    sure = "" if price.interval is None else f" ({ends(price.interval, '', 2)})"
    return f"{spent}, {significant(price.mean, 2)}{sure} for each percentage point gained"


def _hours(found: Comparison, policy: str, other: str) -> str:
    change = found.change(policy, HOURS_A_HEAD, other)
    hours = number(abs(change.mean))
    if hours == number(0):
        return "no more hours"
    if change.interval is not None and not separated(change):
        told = f"{signed(change.mean)}; {between(change.interval)}"
        return f"no more or fewer hours that these runs could tell ({told})"
    return f"{hours} hours {more(change.mean, 'less')}"
