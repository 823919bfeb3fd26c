"""The tables of the report: policies, settings that differ, and every measure with its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from seci_sim.declaring import PERIODS
from seci_sim.experiment import statistics
from seci_sim.experiment.statistics import (
    HOURS_A_HEAD,
    ON_TREATMENT,
    PATIENT_HOURS_A_HEAD,
    Estimate,
)
from seci_sim.experiment.wording import (
    NOT_KNOWN,
    between,
    lately,
    number,
    percent,
    signed,
    significant,
)
from seci_sim.measures import Measure
from seci_sim.parameters import MODELS, declarations
from seci_sim.scenario import Scenario, settings

NOTHING = "–"
"""What stands where a question does not arise, as for the first policy's change from itself."""


@dataclass(frozen=True)
class Cell:
    """A value, and below it in small print its range or its change."""

    value: str
    small: str = ""


@dataclass(frozen=True)
class Table:
    """Headings, and rows that start with their own."""

    headings: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def first(self, count: int) -> Table:
        """The same table with so many rows at most."""
        return Table(self.headings, self.rows[:count])


def policies(summary: pd.DataFrame, names: Sequence[str], horizon: int) -> Table:
    """Every policy's results, and its paired change from the first."""
    alone = len(names) == 1
    headings = [
        Cell("Policy"),
        Cell("Needs met", lately(horizon)),
        Cell("Change from the first", "percentage points, 95% interval"),
        Cell("Better in", "runs"),
        Cell("Needs mis-served", lately(horizon)),
        Cell("Hours in the four modes", "a head and year"),
        Cell("With patients", "a head and year"),
        Cell("Hours per point gained", "a head and year"),
        Cell("Weeks until half the staff know", "median run"),
        Cell("On treatment", "of eligible patients"),
    ]
    rows = [_policy(summary, name, names[0]) for name in names]
    left_out = {2, 3, 7} if alone else set()
    if not alone:  # a table of its own where policies change it, in `treatment`
        left_out.add(len(headings) - 1)
    kept = [i for i in range(len(headings)) if i not in left_out]
    return Table(
        tuple(headings[i] for i in kept), tuple(tuple(row[i] for i in kept) for row in rows)
    )


def _policy(summary: pd.DataFrame, name: str, first: str) -> list[Cell]:
    hours = statistics.level(summary, name, HOURS_A_HEAD)
    with_patients = statistics.level(summary, name, PATIENT_HOURS_A_HEAD)
    more = statistics.difference(summary, name, first, HOURS_A_HEAD)
    treated = share(summary, name, ON_TREATMENT)
    return [
        Cell(name),
        share(summary, name, "needs_met"),
        *changed(summary, name, first, "needs_met"),
        share_and_change(summary, name, first, "needs_mis_served"),
        Cell(number(hours.mean), "" if name == first else _with_sign(more, 1)),
        Cell(number(with_patients.mean)),
        _price(summary, name, first),
        half_know(summary, name),
        treated if treated.value != NOT_KNOWN else Cell(NOTHING, "nobody eligible"),
    ]


def share(summary: pd.DataFrame, name: str, measure: str) -> Cell:
    """A share under a policy, with its range."""
    found = statistics.level(summary, name, measure)
    return Cell(percent(found.mean), _range(found, 100))


def changed(summary: pd.DataFrame, name: str, first: str, measure: str) -> tuple[Cell, Cell]:
    """A share's change from the first policy, and in how many runs it is higher."""
    if name == first:
        return Cell(NOTHING), Cell(NOTHING)
    change = statistics.difference(summary, name, first, measure)
    return (
        Cell(signed(100 * change.mean), _range(change, 100) or "one run: no interval"),
        Cell(f"{change.better} of {change.used}", _dropped(change)),
    )


def share_and_change(summary: pd.DataFrame, name: str, first: str, measure: str) -> Cell:
    """A share with its range under the first policy, and with its change under another."""
    found = share(summary, name, measure)
    if name == first:
        return found
    return Cell(found.value, _with_sign(statistics.difference(summary, name, first, measure), 100))


def half_know(summary: pd.DataFrame, name: str) -> Cell:
    """When half of the staff know, in the median run."""
    found = statistics.when_reached(summary, name, "weeks_until_half_know")
    if found.reached == 0:
        return Cell("never")
    often = f"reached in {found.reached} of {found.runs} runs"
    if found.median is None:
        return Cell("not in most runs", often)
    return Cell(number(found.median, 0), often if found.reached < found.runs else "")


def _price(summary: pd.DataFrame, name: str, first: str) -> Cell:
    price = None if name == first else statistics.hours_per_point(summary, name, first)
    if name == first:
        return Cell(NOTHING)
    if price is None:
        return Cell(NOTHING, "no gain told apart")
    if price.mean <= 0:
        return Cell(NOTHING, "gained without more hours")
    ends = price.interval
    return Cell(
        significant(price.mean, 2),
        "" if ends is None else f"{significant(ends[0], 2)} to {significant(ends[1], 2)}",
    )


def _range(found: Estimate, scale: float) -> str:
    return "" if found.interval is None else between(found.interval, scale)


def _with_sign(change: Estimate, scale: float) -> str:
    ends = "" if change.interval is None else f" ({between(change.interval, scale)})"
    return f"{signed(scale * change.mean)}{ends}"


def _dropped(found: Estimate) -> str:
    return f"{found.dropped} had no value" if found.dropped else ""


def differing_settings(scenarios: Sequence[Scenario]) -> Table:
    """The settings in which the scenarios differ; one alone is held against the defaults."""
    if len(scenarios) == 1:
        sections = MODELS[scenarios[0].model].sections
        defaults = scenarios[0].model_copy(
            update={name: section() for name, section in sections.items()} | {"timeline": ()}
        )
        shown, heads = [settings(defaults), settings(scenarios[0])], ["Default", scenarios[0].name]
    else:
        shown, heads = [settings(scenario) for scenario in scenarios], [s.name for s in scenarios]
    every = dict.fromkeys(key for one in shown for key in one)
    differing = [key for key in every if len({one.get(key) for one in shown}) > 1]
    # What a firm decides, and when, before what the world is like.
    differing.sort(key=lambda key: not key.startswith(("policy.", "timeline.")))
    return _settings_table(differing, shown, heads, scenarios[0].model)


def all_settings(scenarios: Sequence[Scenario]) -> Table:
    """Every setting of every scenario."""
    shown = [settings(scenario) for scenario in scenarios]
    every = list(dict.fromkeys(key for one in shown for key in one))
    return _settings_table(every, shown, [s.name for s in scenarios], scenarios[0].model)


def _settings_table(
    keys: Sequence[str], shown: Sequence[dict[str, str]], heads: Sequence[str], model: str
) -> Table:
    meanings = {declared.name: declared.meaning for declared in declarations(model)}
    rows = tuple(
        (Cell(key, meanings.get(key, "")), *(Cell(one.get(key, NOTHING)) for one in shown))
        for key in keys
    )
    return Table((Cell("Setting"), *(Cell(head) for head in heads)), rows)


def all_measures(summary: pd.DataFrame, names: Sequence[str], measures: Sequence[Measure]) -> Table:
    """Every measure: its mean over the runs, with its interval, under every policy."""
    half = Measure("weeks_until_half_know", "weeks", "level",
                   "Weeks until half the staff hold a need rightly; runs that never get there are left out.")  # fmt: skip
    declared = [m for m in (*measures, half, PERIODS) if m.name in summary.columns]
    rows = tuple(
        (
            Cell(measure.name, f"{measure.meaning} Unit: {measure.unit}."),
            *(_measured(summary, name, measure) for name in names),
        )
        for measure in declared
    )
    return Table((Cell("Measure"), *map(Cell, names)), rows)


def _measured(summary: pd.DataFrame, name: str, measure: Measure) -> Cell:
    value = _with_range(statistics.level(summary, name, measure.name), measure.unit)
    over_all = f"{measure.name}_horizon"
    if over_all not in summary.columns:
        return Cell(value)
    mean = statistics.level(summary, name, over_all)
    return Cell(value, f"whole run: {_with_range(mean, measure.unit)}")


def _with_range(found: Estimate, unit: str) -> str:
    if found.used == 0:
        return NOT_KNOWN
    share = unit == "share"
    value = percent(found.mean) if share else significant(found.mean)
    if found.interval is None:
        return value
    low, high = found.interval
    ends = between((low, high), 100) if share else f"{significant(low)} to {significant(high)}"
    return f"{value} ({ends})"
