"""What a report says of published models: their outcome, when they settled, and what they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seci_sim.declaring import PERIODS
from seci_sim.experiment import statistics
from seci_sim.report.cautions import about_published_models
from seci_sim.report.tables import Cell, Table
from seci_sim.words import NOTHING, between, number, quoted, signed

if TYPE_CHECKING:
    from seci_sim.experiment.run import Results

DECIMALS = 3


def answer(results: Results) -> tuple[str, str]:
    """What the last scenario, or the only one, ends with; and when it settled.

    Parameters
    ----------
    results : Results
        Of one published model.
    """
    first, last = results.scenarios[0].name, results.scenarios[-1].name
    outcome = results.measures[0]
    found = statistics.level(results.summary, last, outcome.name)
    words = outcome.name.replace("_", " ")
    ends = f"In this model, {quoted(last)} ends with {words} of {number(found.mean, DECIMALS)}"
    if last == first:
        return f"{ends}{_interval(found)}.", _settled(results, last)
    change = statistics.difference(results.summary, last, first, outcome.name)
    if not statistics.separated(change):
        than = f"which these runs do not separate from {quoted(first)}"
    else:
        than = f"{'more' if change.mean > 0 else 'less'} than {quoted(first)}"
    difference = f"a difference of {signed(change.mean, DECIMALS)}{_interval(change)}"
    return f"{ends}, {than}: {difference}.", _settled(results, last)


def _interval(found: statistics.Estimate) -> str:
    if found.interval is None:
        return " (one run has no interval)"
    return f" (95% interval {between(found.interval, 1, DECIMALS)})"


def _settled(results: Results, name: str) -> str:
    found = statistics.when_reached(results.summary, name, PERIODS.name)
    horizon = results.scenarios[0].horizon
    if found.reached == 0:
        return f"No run came to an equilibrium within its {horizon:,} periods."
    middle = NOTHING if found.median is None else number(found.median, 0)
    return (
        f"{found.reached} of {found.runs} runs came to an equilibrium, where nothing can change any "
        f"more; the median period of that is {middle}."
    )


def policies(results: Results) -> Table:
    """Every scenario's outcome with its change from the first, and the other measures."""
    names = [scenario.name for scenario in results.scenarios]
    summary, outcome = results.summary, results.measures[0].name
    measures = [measure.name for measure in (*results.measures, PERIODS)]
    headings = [Cell("Scenario"), *(Cell(name.replace("_", " ").capitalize()) for name in measures)]
    rows = []
    for name in names:
        cells = [Cell(name)]
        for measure in measures:
            found = statistics.level(summary, name, measure)
            small = "" if found.interval is None else between(found.interval, 1, DECIMALS)
            if measure == outcome and name != names[0]:
                change = statistics.difference(summary, name, names[0], measure)
                small = f"{signed(change.mean, DECIMALS)}{_interval(change)}"
            cells.append(Cell(number(found.mean, DECIMALS) if found.used else NOTHING, small))
        rows.append(tuple(cells))
    if len(names) > 1:
        headings[1] = Cell(headings[1].value, "change from the first")
    return Table(tuple(headings), tuple(rows))


def cautions(results: Results) -> list[str]:
    """What to keep in mind about a published model."""
    runs = len(results.seeds)
    return [
        *about_published_models(),
        f"{runs} runs, seeds {results.seeds[0]} to {results.seeds[-1]}; scenarios share them. "
        "An interval holds the luck within the model, not the doubt about its rules.",
    ]
