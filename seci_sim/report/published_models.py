"""What a report says of published models: their outcome, when they settled, and what they are not."""

from __future__ import annotations

from collections.abc import Sequence

from seci_sim.declaring import PERIODS
from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.statistics import Estimate, separated, when_reached
from seci_sim.report.answer import Paragraph
from seci_sim.report.cautions import about_published_models
from seci_sim.report.policy_table import Cell, Table
from seci_sim.words import NOTHING, between, more, number, quoted, signed

DECIMALS = 3


def answer(found: Comparison) -> tuple[Paragraph, ...]:
    """What the last scenario, or the only one, ends with; and when it settled."""
    last, outcome = found.names[-1], found.outcomes[0]
    level = found.level(last, outcome.name)
    ends = (
        f"In this model, {quoted(last)} ends with {outcome.called.lower()} of "
        f"{number(level.mean, DECIMALS)}"
    )
    if last == found.first:
        return (Paragraph(f"{ends}{_interval(level)}.", (_settled(found, last),)),)
    change = found.change(last, outcome.name)
    than = f"{more(change.mean, 'less')} than {quoted(found.first)}"
    if not separated(change):
        than = f"which these runs do not separate from {quoted(found.first)}"
    difference = f"a difference of {signed(change.mean, DECIMALS)}{_interval(change)}"
    return (Paragraph(f"{ends}, {than}: {difference}.", (_settled(found, last),)),)


def _interval(found: Estimate) -> str:
    if found.interval is None:
        return " (one run has no interval)"
    return f" (95% interval {between(found.interval, 1, DECIMALS)})"


def _settled(compared: Comparison, name: str) -> str:
    found, horizon = when_reached(compared.summary, name, PERIODS.name), compared.horizon
    if found.reached == 0:
        return f"No run came to an equilibrium within its {horizon:,} periods."
    middle = NOTHING if found.median is None else number(found.median, 0)
    return (
        f"{found.reached} of {found.runs} runs came to an equilibrium, where nothing can change any "
        f"more; the median period of that is {middle}."
    )


def policies(found: Comparison) -> Table:
    """Every scenario's outcome with its change from the first, and the other measures."""
    small = "change from the first" if len(found.names) > 1 else ""
    first, *others = (outcome.called for outcome in found.outcomes)
    headings = (Cell("Scenario"), Cell(first, small), *map(Cell, others))
    rows = (
        (Cell(name), *(_cell(found, name, outcome.name) for outcome in found.outcomes))
        for name in found.names
    )
    return Table(headings, tuple(rows))


def _cell(found: Comparison, name: str, outcome: str) -> Cell:
    level = found.level(name, outcome)
    small = "" if level.interval is None else between(level.interval, 1, DECIMALS)
    if outcome == found.outcomes[0].name and name != found.first:
        change = found.change(name, outcome)
        small = f"{signed(change.mean, DECIMALS)}{_interval(change)}"
    return Cell(number(level.mean, DECIMALS) if level.used else NOTHING, small)


def cautions(seeds: Sequence[int]) -> list[str]:
    """What to keep in mind about a published model."""
    return [
        *about_published_models(),
        f"{len(seeds)} runs, seeds {seeds[0]} to {seeds[-1]}; scenarios share them. "
        "An interval holds luck alone: the model's numbers are those of its paper, and its rules are taken as given.",
    ]
