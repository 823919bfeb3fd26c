"""The boxed answer: a short paragraph for each policy, in the order in which they are asked about.

First the plain words, yes, no or not settled, against the policy that the question means; then the
figures, with what luck alone and what luck and doubt together could change about them; then what
decides. All that is said holds in this model; nothing is foretold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seci_sim.lab.comparison_table import MET, MIS_SERVED, Comparison
from seci_sim.lab.doubt import Doubt
from seci_sim.lab.sections import AGREEING
from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    HOURS_A_YEAR,
    ON_TREATMENT,
    PATIENT_HOURS_A_HEAD,
    Difference,
    Estimate,
    separated,
)
from seci_sim.lab.verdicts import Verdict
from seci_sim.lab.worlds import WORLDS
from seci_sim.lab.years import by_year
from seci_sim.money_words import in_currency, money_range
from seci_sim.report.deciding import what_decides
from seci_sim.words import (
    Interval,
    both_intervals,
    counted,
    ends,
    gained,
    in_points,
    lately,
    listed,
    number,
    percent,
    quoted,
    signed,
    significant,
    weeks_reached,
    worlds_of_ten,
)

CLEARLY = 1.25
"""Two prices of which one is so many times the other are told apart in words."""


@dataclass(frozen=True)
class Paragraph:
    """What is said of one policy."""

    plain: str
    """Yes, no or not settled."""
    figures: tuple[str, ...]
    """How much and how sure, at what cost, with what harm, and what to measure first."""

    def __str__(self) -> str:
        return " ".join([self.plain, *self.figures])


@dataclass(frozen=True)
class _Verbs:
    """How an outcome is said."""

    more: str
    fewer: str
    same: str
    of: str


VERBS = {
    MET: _Verbs(
        "meets more needs than", "meets fewer needs than", "meets the same needs as",
        "of needs met {late}",
    ),
    ON_TREATMENT: _Verbs(
        "keeps more patients on treatment than", "keeps fewer patients on treatment than",
        "keeps the same patients on treatment as", "of eligible patients on treatment",
    ),
}  # fmt: skip


def answer(found: Comparison, *, alike: bool = False) -> tuple[Paragraph, ...]:
    """What is said of every policy but the first, or of the only one.

    Parameters
    ----------
    found : Comparison
        Of the SECI organisation.
    alike : bool
        Whether the scenarios state the same but for their names.
    """
    if len(found.names) == 1:
        return (_alone(found),)
    verdicts = found.verdicts()
    return tuple(
        Paragraph(
            _plain(found, one, verdicts[place - 1] if place else None, alike=alike),
            tuple(filter(None, (_gain(found, one), *_cost(found, one), what_decides(one)))),
        )
        for place, one in enumerate(verdicts)
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


def how_to_read(found: Comparison) -> list[str]:
    """What the words of the box mean, and what its intervals leave out."""
    runs = len(found.summary) // len(found.names)
    worlds = found.worlds
    said = [
        f"A point: one in a hundred of {'patients' if found.about_treatment else 'needs'}.",
        "Mis-served: the firm's routine does the opposite of what a patient needs.",
    ]
    if runs > 1:
        said.append(f"Luck: 95% interval of {counted(runs, 'run')} at the file's own numbers.")
    if worlds is None:
        said.append(
            "Doubt is left out: these scenarios were looked at in no other worlds, so that what is "
            f"assumed counts as known (--worlds {WORLDS} takes it in)."
        )
    else:
        doubted = counted(len(worlds.factors), "number")
        agree = worlds.method == AGREEING
        values = (
            "values that agree with what was measured elsewhere" if agree else "plausible values"
        )
        said.append(
            f"Luck and doubt: nine worlds of ten, of {len(worlds.parameters):,} in which the {doubted} "
            f"that nobody has measured and the files do not state have other {values}."
        )
    return said


def _alone(found: Comparison) -> Paragraph:
    (name,), half = found.names, found.half_know(found.first)
    met, wrong, hours = (found.level(name, one) for one in (MET, MIS_SERVED, HOURS_A_HEAD))
    doubts = [found.doubt(name, outcome) for outcome in (MET, MIS_SERVED, HOURS_A_HEAD)]
    ranges = [_ranges(one, doubt, scale) for one, doubt, scale in
              zip((met, wrong, hours), doubts, (100, 100, 1), strict=True)]  # fmt: skip
    late = lately(found.horizon)
    return Paragraph(
        f"In this model, {quoted(name)} meets {percent(met.mean)} of patients' needs {late} and "
        f"mis-serves {percent(wrong.mean)}.",
        (
            f"Needs met: {percent(met.mean)} {ranges[0]}.",
            f"Cost: {number(hours.mean)} hours a head and year in the four modes {ranges[2]}, "
            f"{number(found.mean(name, PATIENT_HOURS_A_HEAD))} of them with patients and "
            f"{percent(hours.mean / HOURS_A_YEAR)} of all hours.",
            f"Harm: {percent(wrong.mean)} mis-served {ranges[1]}.",
            "Weeks until half the staff hold a need rightly: "
            f"{weeks_reached(half.median, half.reached, half.runs)}.",
        ),
    )


def _plain(found: Comparison, one: Verdict, before: Verdict | None, *, alike: bool) -> str:
    """Yes, no or not settled, and at what price."""
    verbs, policy, other = VERBS[one.outcome], quoted(one.policy), quoted(one.against)
    weighed = found.mis_served_weight if one.outcome == MET else 0.0
    if one.answer == "yes":
        even = f", even where each need mis-served counts as {weighed:g} met"
        return (
            f"Yes: in this model {policy} {verbs.more} {other}{even * bool(weighed)}"
            f"{_price(found, one, before)}."
        )
    if one.answer == "no difference":
        names = ": they differ in nothing but their names" if alike else ", run by run"
        return f"No difference: in this model {policy} {verbs.same} {other}{names}."
    if one.answer == "no":
        return f"No: in this model {_denied(one, verbs, weighed)}."
    return f"Not settled: in this model {_unsettled(one, verbs, weighed)}."


def _denied(one: Verdict, verbs: _Verbs, weighed: float) -> str:
    """What a policy does instead of being worth it."""
    policy, other = quoted(one.policy), quoted(one.against)
    if separated(one.gain) and one.gain.mean < 0:
        return f"{policy} {verbs.fewer} {other}"
    if weighed and separated(one.gain):
        return (
            f"what {policy} mis-serves outweighs what it meets more than {other}, where each need "
            f"mis-served counts as {weighed:g} met"
        )
    return f"{policy} hardly ever {verbs.more} {other}"


def _unsettled(one: Verdict, verbs: _Verbs, weighed: float) -> str:
    """Why there is no verdict."""
    policy, other = quoted(one.policy), quoted(one.against)
    if one.net.interval is None:
        return f"one run of each cannot tell {policy} from {other}"
    if not separated(one.net):
        return f"luck alone could make the difference between {policy} and {other}"
    does = verbs.more if one.net.mean > 0 else verbs.fewer
    counted_so = f", each need mis-served counted as {weighed:g} met," * bool(weighed)
    return f"{policy} {does} {other} at the file's own numbers{counted_so or ','} but not in nine worlds of ten"


def _price(found: Comparison, one: Verdict, before: Verdict | None) -> str:
    """What one more costs, and over the whole run, or than the step before, where that differs."""
    price = one.price
    if price is None or price.mean <= 0:
        return " and takes no more hours" if one.hours.mean <= 0 else ""
    if one.outcome == ON_TREATMENT:
        return f", at {in_currency(price.mean, found.currency)} of subsidy for each patient more"
    said = f", at {significant(price.mean, 2)} hours a head and year for a point {lately(found.horizon)}"
    whole = whole_run_price(found, one)
    if whole is not None and differ(whole.mean, price.mean):
        said += f" ({significant(whole.mean, 2)} for a point over the whole run)"
    if before and before.policy == one.against and before.price and before.price.mean > 0:
        times = price.mean / before.price.mean
        if times >= 2:
            said += f", {significant(times, 2)} times what a point of the step before costs"
    return said


def whole_run_price(found: Comparison, one: Verdict) -> Estimate | None:
    """Hours a head and year for a point over the whole run; None without weeks or a gain."""
    if found.yearly is None:
        return None
    return by_year(found, one.policy, one.against)[-1].price


def differ(one: float, other: float) -> bool:
    """Whether two prices are so far apart that both are named.

    Examples
    --------
    >>> differ(21.0, 6.7), differ(1.0, 1.1)
    (True, False)
    """
    low, high = sorted((one, other))
    return low <= 0 or high / low >= CLEARLY


def _gain(found: Comparison, one: Verdict) -> str:
    """How much, how sure, and in how many worlds."""
    what = VERBS[one.outcome].of.format(late=lately(found.horizon))
    level = f"{percent(found.mean(one.policy, one.outcome))} {what}"
    if one.answer == "no difference":
        return f"Gain: none; {level}, as under {quoted(one.against)}, run by run."
    ranges = _ranges(one.gain, one.doubt, 100)
    said = f"Gain: {gained(one.gain.mean)}, to {level} {ranges}{_holds(one)}{_detectable(one)}."
    return said + _outside(one) + _net(found, one)


def _outside(one: Verdict) -> str:
    """That the file's own numbers stand at an edge of what is plausible, where they do."""
    if one.doubt is None or one.doubt.interval[0] <= one.gain.mean <= one.doubt.interval[1]:
        return ""
    less = "less" if one.gain.mean > one.doubt.mean else "more"
    return (
        f" Nineteen worlds of twenty give {less} than the file's own numbers, "
        f"{gained(one.doubt.mean)} in the mean."
    )


def _net(found: Comparison, one: Verdict) -> str:
    """What is left of a gain where the reader counts harm against it."""
    weight = found.mis_served_weight
    if not weight or one.outcome != MET:
        return ""
    holds = "" if one.net_doubt is None else f"; above 0 in {worlds_of_ten(one.net_doubt.holds)}"
    return (
        f" Each need mis-served counted as {weight:g} met: {gained(one.net.mean)} "
        f"{_ranges(one.net, one.net_doubt, 100)}{holds}."
    )


def _holds(one: Verdict) -> str:
    """In how many worlds, or else runs, it is more, or fewer."""
    gains = one.gain.mean >= 0
    word = "more" if gains else "fewer"
    if one.doubt is not None:
        return f", {word} in {worlds_of_ten(one.doubt.holds if gains else 1 - one.doubt.holds)}"
    if one.gain.used < 2:
        return ""
    less = one.gain.used - one.gain.better - one.gain.equal
    return f", {word} in {one.gain.better if gains else less} of {one.gain.used} runs"


def _detectable(one: Verdict) -> str:
    """What the runs could have told from luck, where they told nothing."""
    if separated(one.gain) or not one.gain.detectable:
        return ""
    return f" (nine such experiments in ten would tell {in_points(one.gain.detectable)} from luck)"


def _cost(found: Comparison, one: Verdict) -> tuple[str, str]:
    """What it costs, and what it harms."""
    if one.outcome == ON_TREATMENT:
        subsidy = found.change(one.policy, "subsidy", one.against)
        paid = in_currency(found.mean(one.policy, "subsidy"), found.currency)
        doubt = found.doubt(one.policy, "subsidy", one.against)
        more = f"{_money_change(found, subsidy, doubt)}{_for_each(found, one, 'for each patient more')}"
        return f"Cost: {paid} of subsidy over the run{more}.", _needs(found, one)
    hours = _ranges(one.hours, one.hours_doubt)
    each = _for_each(found, one, "for each point")
    cost = f"Cost: {signed(one.hours.mean)} hours a head and year {hours}{each}."
    if one.harm.used and one.harm.equal == one.harm.used:
        return cost, f"Harm: needs mis-served are as under {quoted(one.against)}, run by run."
    harm = _ranges(one.harm, one.harm_doubt, 100)
    return cost, f"Harm: {gained(one.harm.mean)} of needs mis-served {harm}{_weighed(one)}."


def _for_each(found: Comparison, one: Verdict, what: str) -> str:
    """The price with both of its intervals, where there is one."""
    price = one.price
    if price is None or price.mean <= 0:
        return ""
    treated = one.outcome == ON_TREATMENT
    parts = [] if price.interval is None else [f"luck: {_paid(price.interval, treated)}"]
    if one.price_doubt is not None:
        parts.append(f"luck and doubt, in worlds with a gain: {_paid(one.price_doubt, treated)}")
    within = f" ({'; '.join(parts)})" * bool(parts)
    said = in_currency(price.mean, found.currency) if treated else significant(price.mean, 2)
    return f"; {said} {what}{within}"


def _paid(interval: Interval, treated: bool) -> str:
    return money_range(interval) if treated else ends(interval, "", 2)


def _weighed(one: Verdict) -> str:
    """In how many worlds it harms more than it helps, and where the weight of harm turns it."""
    parts = []
    if one.harmful_worlds:
        parts.append(
            f"in {worlds_of_ten(one.harmful_worlds)} more needs are newly mis-served than met"
        )
    if one.break_even is not None:
        weight = significant(one.break_even.mean, 2)
        parts.append(f"the verdict turns where one need mis-served counts as {weight} met")
    return "".join(f"; {part}" for part in parts)


def _needs(found: Comparison, one: Verdict) -> str:
    """What becomes of needs met and mis-served, which a comparison about treatment may leave alone."""
    changes = {
        "met": found.change(one.policy, MET, one.against),
        "mis-served": found.change(one.policy, MIS_SERVED, one.against),
    }
    if all(change.used and change.equal == change.used for change in changes.values()):
        return f"Harm: needs met and mis-served are as under {quoted(one.against)}, run by run."
    told = [
        f"needs {word}: {gained(change.mean)} {_ranges(change, found.doubt(one.policy, outcome, one.against), 100)}"
        for (word, change), outcome in zip(changes.items(), (MET, MIS_SERVED), strict=True)
    ]
    return f"Harm: {'; '.join(told)}."


def _money_change(found: Comparison, change: Difference, doubt: Doubt | None) -> str:
    """What it costs more or less, with both intervals."""
    if change.equal == change.used:
        return ", no more and no less"
    within = {"luck": change.interval, "luck and doubt": None if doubt is None else doubt.interval}
    said = [f"{name}: {money_range(ends)}" for name, ends in within.items() if ends is not None]
    ranges = f" ({'; '.join(said)})" * bool(said)
    sign = "+" if change.mean > 0 else ""
    return f", {in_currency(change.mean, found.currency, sign)}{ranges}"


def _ranges(found: Estimate, doubt: Doubt | None, scale: float = 1) -> str:
    within: Interval | None = None if doubt is None else doubt.interval
    return both_intervals(found.interval, within, scale)
