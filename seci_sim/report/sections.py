"""What stands below the box, in the order of reading: headings, sentences, tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from seci_sim.figures import Chart, Parts
from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.deciders import Decider
from seci_sim.lab.statistics import Reached
from seci_sim.lab.verdicts import Verdict
from seci_sim.lab.years import by_year, weeks_to_pay
from seci_sim.report.answer import differ
from seci_sim.report.deciding import KNOWN_HOW, worth
from seci_sim.report.policy_table import Cell, Table
from seci_sim.words import (
    counted,
    lately,
    listed,
    number,
    percent,
    quoted,
    setting,
    significant,
    spoken,
    worlds_of_ten,
)

HEADINGS = {
    "first": "",
    "decides": "What decides",
    "time": "When it comes, and when it has paid",
    "harm": "What it harms",
    "money": "What it costs in money",
    "gains": "Who gains",
    "how": "How it comes about",
}

LITTLE = 0.05
"""Of the doubt: a number that explains less is not shown unless it turns the verdict."""


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    key: str
    """In one word; stays the same from report to report."""
    heading: str
    """Nothing for what belongs to the box."""
    charts: list[Chart]
    sentences: list[str] = field(default_factory=list)
    table: Table | None = None


def sections(drawn: Parts, found: Comparison | None, money: Sequence[str] = ()) -> list[Section]:
    """The sections of a report, those with nothing to show left out.

    Parameters
    ----------
    drawn : dict
        Charts by what they are for.
    found : Comparison or None
        None of a published model, of which the charts say all.
    money : sequence of str
        What is said of money; nothing where no scenario says any.
    """
    several = found is not None and len(found.names) > 1
    verdicts = found.verdicts() if found is not None and several else ()
    written = {"money": list(money)}
    tables: dict[str, Table] = {}
    if found is not None and verdicts:
        written |= {"time": _time(found, verdicts), "harm": _harm(found, verdicts)}
        if any(one.deciders for one in verdicts):
            tables["decides"] = deciders_table(verdicts)
        if found.worlds is not None:
            written["decides"] = _decides(found, verdicts)
    made = [
        Section(key, heading, drawn.get(key, []), written.get(key, []), tables.get(key))
        for key, heading in HEADINGS.items()
    ]
    return [one for one in made if one.charts or one.sentences or one.table]


def _time(found: Comparison, verdicts: tuple[Verdict, ...]) -> list[str]:
    """Weeks until it has paid, and what a point costs year by year where that is not the same."""
    if found.weekly is None or found.about_treatment:
        return []
    said = [_paid(one, weeks_to_pay(found, one.policy, one.against)) for one in verdicts]
    said.append(
        "A policy has paid its hours from the week on in which needs met times the hours left for "
        "business, added up from the first week, stay ahead of the other's."
    )
    return [*said, *filter(None, (_prices(found, one) for one in verdicts))]


def _prices(found: Comparison, one: Verdict) -> str:
    """What a point costs in every year and over the whole run, where they differ; else nothing."""
    *years, whole = by_year(found, one.policy, one.against)
    prices = {year.year: year.price.mean for year in years if year.price and year.price.mean > 0}
    if one.price is None or whole.price is None or len(years) < 2 or not prices:
        return ""
    every = [one.price.mean, whole.price.mean, *prices.values()]
    if not differ(min(every), max(every)):
        return ""
    each = [f"{significant(price, 2)} in year {year}" for year, price in prices.items()]
    return (
        f"What a point of {quoted(one.policy)} costs depends on when one looks: hours a head and year "
        f"are {listed(each)}, each year's hours for each year's gain. The hours of the whole run are "
        f"{significant(whole.price.mean, 2)} for a point of the whole run, "
        f"{significant(one.price.mean, 2)} for a point {lately(found.horizon)}."
    )


def _paid(one: Verdict, paid: Reached) -> str:
    """When a policy has paid its hours, if it has."""
    policy, other = quoted(one.policy), quoted(one.against)
    if one.answer == "no difference":
        return f"{policy} is where {other} is in every week."
    often = f"in {paid.reached} of {counted(paid.runs, 'run')}"
    if paid.median is None:
        return f"{policy} has paid its hours by the end {often} only, held against {other}."
    if paid.median <= 1:
        return f"{policy} is ahead of {other} from the first week, its hours taken off."
    some = "" if paid.reached == paid.runs else f" (it has by the end {often})"
    return f"{policy} has paid its hours after {number(paid.median, 0)} weeks, held against {other}{some}."


def _harm(found: Comparison, verdicts: tuple[Verdict, ...]) -> list[str]:
    """What mis-served means, in how many worlds harm outweighs, and where its weight turns the verdict."""
    said = [
        "A need is mis-served where the firm's routine does the opposite of what the patient needs; "
        "a need that is not met is only left alone."
    ]
    weight = found.mis_served_weight
    if weight and not found.about_treatment:
        said.append(f"Here one need mis-served counts as {weight:g} met.")
    for one in verdicts:
        parts = []
        if one.break_even is not None:
            ends = one.break_even.interval
            luck = (
                ""
                if ends is None
                else f" (luck: {significant(ends[0], 2)} to {significant(ends[1], 2)})"
            )
            parts.append(
                "the verdict turns where one need mis-served counts as "
                f"{significant(one.break_even.mean, 2)} met{luck}"
            )
        if one.harmful_worlds is not None and not found.about_treatment:
            parts.append(
                f"it newly mis-serves more needs than it newly meets in {worlds_of_ten(one.harmful_worlds)}"
            )
        if parts:
            said.append(f"{quoted(one.policy)} against {quoted(one.against)}: {'; '.join(parts)}.")
    return said


def _decides(found: Comparison, verdicts: tuple[Verdict, ...]) -> list[str]:
    """What a decider is, and which policies have none."""
    assert found.worlds is not None
    said = []
    none = [quoted(one.policy) for one in verdicts if not one.deciders]
    if none:
        said.append(
            f"Of the {len(found.worlds.factors)} numbers that are doubted, no single one decides about "
            f"{listed(none)}."
        )
    if len(none) < len(verdicts):
        said.append(
            "A number is worth knowing as far as knowing it would change which policy one takes: worth is "
            "what that adds to the expected gain."
        )
    return said


def deciders_table(verdicts: tuple[Verdict, ...]) -> Table:
    """Every decider: what it means, where it turns the verdict, and whether a firm can look it up."""
    headings = ("Number", "Decides about", "Plausible", "Turns at", "Explains", "Worth knowing",
                "What it is")  # fmt: skip
    return Table(
        tuple(map(Cell, headings)),
        tuple(_decider_row(verdict, one) for verdict in verdicts for one in _told(verdict)),
    )


def _told(verdict: Verdict) -> list[Decider]:
    """The first decider, those that turn the verdict or explain some of the doubt, and a fact."""
    first, *others = verdict.deciders or (None,)
    shown = [first, *(one for one in others if one and (one.worth > 0 or one.explained >= LITTLE))]
    return list(dict.fromkeys(one for one in (*shown, verdict.measure_first) if one is not None))


def _decider_row(verdict: Verdict, one: Decider) -> tuple[Cell, ...]:
    factor = one.factor
    ends = [
        setting(float(end), factor.unit) for end in (factor.low, factor.high) if end is not None
    ]
    return (
        Cell(spoken(factor.name), f"{factor.name}: {factor.meaning}"),
        Cell(verdict.policy, f"against {verdict.against}"),
        Cell(" to ".join(ends)),
        Cell("nowhere" if one.turns_at is None else setting(one.turns_at, factor.unit)),
        Cell(percent(one.explained, 0), "of the doubt"),
        Cell(worth(one)),
        Cell(KNOWN_HOW[factor.role]),
    )
