"""Verdicts: whether a policy is worth it, against the one that its question means.

By luck alone a gain is told apart at the file's own values; by doubt it holds in worlds of all kinds.
A verdict needs both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from seci_sim.lab import access, statistics
from seci_sim.lab.deciders import Decider, deciders
from seci_sim.lab.doubt import IN_TEN, Array, Doubt, changes, doubt_of, prices, without_luck
from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    MET,
    MIS_SERVED,
    ON_TREATMENT,
    Difference,
    Estimate,
    separated,
)
from seci_sim.lab.worlds import Worlds

Answer = Literal["yes", "no", "not settled", "no difference"]

MOST_DECIDERS = 3
"""Deciders that a verdict names."""

NET = "net"
"""Column of what is left of a gain when needs mis-served count against it."""


@dataclass(frozen=True)
class Verdict:
    """One policy against the one that its question means."""

    policy: str
    against: str
    outcome: str
    """``needs_met``, or ``share_on_treatment`` where the comparison is about treatment."""
    answer: Answer
    """*yes*: the net gain is told apart from 0 by luck at the file's own values, and above 0 in at least
    nine worlds of ten; *no*: it is not above 0 in at least nine; *no difference*: every pair of runs is
    equal, worlds included; else *not settled*. Without worlds luck alone decides."""
    gain: Difference
    """Of the outcome, by luck alone, at the file's own values."""
    doubt: Doubt | None
    """Of the outcome, luck and doubt; None without worlds."""
    net: Difference
    """The gain less what needs mis-served count; the gain itself unless the reader sets a weight."""
    net_doubt: Doubt | None
    harm: Difference
    """Of needs mis-served."""
    harm_doubt: Doubt | None
    harmful_worlds: float | None
    """Share of worlds in which it mis-serves more additional needs than it meets."""
    break_even: Estimate | None
    """Weight of one mis-served need at which the verdict turns, with Fieller's interval; None where
    the policy does not both gain and mis-serve more, or luck tells neither apart."""
    hours: Difference
    """A head and year in the four modes."""
    hours_doubt: Doubt | None
    price: Estimate | None
    """Hours a head and year for a point of needs met in the last year; where the comparison is about
    treatment, subsidy for one patient more on treatment. None where luck tells no gain."""
    price_doubt: tuple[float, float] | None
    """In nine worlds of ten, of those with a gain."""
    deciders: tuple[Decider, ...]
    """At most three, the most worth knowing first, then those that move the net gain most."""
    measure_first: Decider | None
    """Of those that a firm can look up, the one most worth knowing; None where none is."""


def verdict(
    summary: pd.DataFrame,
    worlds: Worlds | None,
    policy: str,
    against: str,
    *,
    outcome: str = MET,
    weight: float = 0.0,
) -> Verdict:
    """Judge one policy against another.

    Parameters
    ----------
    summary : DataFrame
        Runs at the file's own values; see `seci_sim.lab.comparison_table.Comparison.summary`.
    worlds : Worlds or None
        Runs in many worlds.
    outcome : str
        ``needs_met`` or ``share_on_treatment``.
    weight : float
        What one mis-served need counts, in needs met. Of a share on treatment nothing is taken off.
    """
    runs = with_net(summary, outcome, weight)
    met, wrong, hours, net = (
        statistics.difference(runs, policy, against, measure, lower_is_better=lower)
        for measure, lower in (
            (outcome, False),
            (MIS_SERVED, True),
            (HOURS_A_HEAD, True),
            (NET, False),
        )
    )
    about_treatment = outcome == ON_TREATMENT
    price_of = access.subsidy_per_patient if about_treatment else statistics.hours_per_point
    told = _told(worlds, policy, against, outcome, weight)
    return Verdict(
        policy=policy,
        against=against,
        outcome=outcome,
        answer=answer_of(net, told.net),
        gain=met,
        net=net,
        harm=wrong,
        break_even=None if about_treatment else break_even(summary, policy, against),
        hours=hours,
        price=price_of(summary, policy, against),
        doubt=told.doubt,
        net_doubt=told.net,
        harm_doubt=told.harm,
        harmful_worlds=told.harmful,
        hours_doubt=told.hours,
        price_doubt=told.price,
        deciders=told.deciders[:MOST_DECIDERS],
        measure_first=measure_first(told.deciders),
    )


def with_net(runs: pd.DataFrame, outcome: str, weight: float) -> pd.DataFrame:
    """The runs with what is left of an outcome when needs mis-served count against it.

    Examples
    --------
    >>> runs = pd.DataFrame({MET: [0.4], MIS_SERVED: [0.1]})
    >>> with_net(runs, MET, 2.0)[NET].tolist()
    [0.2]
    """
    counted = weight if outcome == MET else 0.0
    return runs.assign(**{NET: runs[outcome] - counted * runs[MIS_SERVED]})


def answer_of(net: Difference, doubt: Doubt | None) -> Answer:
    """What the two kinds of doubt say together; see `Verdict.answer`."""
    if not net.used:
        return "not settled"
    same = net.equal == net.used
    if doubt is None:
        if same:
            return "no difference"
        return "not settled" if not separated(net) else "yes" if net.mean > 0 else "no"
    if same and doubt.interval == (0.0, 0.0) and doubt.mean == 0:
        return "no difference"
    if doubt.holds >= IN_TEN and separated(net) and net.mean > 0:
        return "yes"
    return "no" if 1 - doubt.holds >= IN_TEN else "not settled"


def break_even(summary: pd.DataFrame, policy: str, against: str) -> Estimate | None:
    """What one mis-served need would have to count for a gain in needs met to be worth nothing.

    None where the policy does not both meet more needs and mis-serve more, or luck cannot tell that it does.
    """
    met = statistics.difference(summary, policy, against, MET)
    wrong = statistics.difference(summary, policy, against, MIS_SERVED)
    if not (met.mean > 0 and wrong.mean > 0 and separated(met)):
        return None
    pairs = [
        ours - theirs
        for ours, theirs in (
            statistics.matched(summary, policy, against, measure) for measure in (MET, MIS_SERVED)
        )
    ]
    return statistics.ratio_of_means(*pairs, comparisons=wrong.comparisons)


@dataclass(frozen=True)
class _Told:
    """What worlds say."""

    doubt: Doubt | None = None
    net: Doubt | None = None
    harm: Doubt | None = None
    harmful: float | None = None
    hours: Doubt | None = None
    price: tuple[float, float] | None = None
    deciders: tuple[Decider, ...] = ()


def _told(worlds: Worlds | None, policy: str, against: str, outcome: str, weight: float) -> _Told:
    if worlds is None:
        return _Told()
    runs = access.with_patients(with_net(worlds.runs, outcome, weight))

    def of(measure: str) -> Array:
        return changes(runs, measure, policy, against)

    about_treatment = outcome == ON_TREATMENT
    paid, gained = (
        (of("subsidy"), of("adherent")) if about_treatment else (of(HOURS_A_HEAD), 100 * of(MET))
    )
    return _Told(
        doubt=doubt_of(of(outcome)),
        net=doubt_of(of(NET)),
        harm=doubt_of(of(MIS_SERVED)),
        harmful=_harmful(of(MIS_SERVED), of(MET)),
        hours=doubt_of(of(HOURS_A_HEAD)),
        price=prices(paid, gained),
        deciders=deciders(worlds, of(NET), policy, against),
    )


def measure_first(found: Sequence[Decider]) -> Decider | None:
    """Of the parameters that a firm can look up, the one most worth knowing; None where none is."""
    return next((one for one in found if one.factor.role == "fact" and one.worth > 0), None)


def _harmful(wrong: Array, met: Array) -> float | None:
    """Share of worlds in which more additional needs are mis-served than met."""
    both = np.isfinite(wrong).any(axis=1) & np.isfinite(met).any(axis=1)
    wrong, met = wrong[both], met[both]
    more, net = without_luck(wrong), without_luck(wrong - met)
    return float(((more > 0) & (net > 0)).mean()) if more.size else None
