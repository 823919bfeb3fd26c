"""The tables of the report: policies, settings that differ, and every measure with its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from seci_sim.classics.measures import PERIODS
from seci_sim.experiment import statistics
from seci_sim.experiment.statistics import (
    HOURS_A_HEAD,
    ON_TREATMENT,
    PATIENT_HOURS_A_HEAD,
    Estimate,
    Reached,
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
from seci_sim.parameters import declarations, sections_of
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
    met = statistics.level(summary, name, "needs_met")
    wrong = statistics.level(summary, name, "needs_mis_served")
    hours = statistics.level(summary, name, HOURS_A_HEAD)
    with_patients = statistics.level(summary, name, PATIENT_HOURS_A_HEAD)
    if name == first:
        change, better, wrong_change, more_hours = (
            Cell(NOTHING),
            Cell(NOTHING),
            _range(wrong, 100),
            "",
        )
    else:
        gained = statistics.difference(summary, name, first, "needs_met")
        harmed = statistics.difference(summary, name, first, "needs_mis_served")
        change = Cell(signed(100 * gained.mean), _range(gained, 100) or "one run: no interval")
        better = Cell(f"{gained.better} of {gained.used}", _dropped(gained))
        wrong_change = " ".join(filter(None, (signed(100 * harmed.mean), _bracketed(harmed, 100))))
        more = statistics.difference(summary, name, first, HOURS_A_HEAD)
        more_hours = " ".join(filter(None, (signed(more.mean), _bracketed(more, 1))))
    return [
        Cell(name),
        Cell(percent(met.mean), _range(met, 100)),
        change,
        better,
        Cell(percent(wrong.mean), wrong_change),
        Cell(number(hours.mean), more_hours),
        Cell(number(with_patients.mean)),
        _price(summary, name, first),
        _half_know(statistics.when_reached(summary, name, "weeks_until_half_know")),
        _treated(summary, name),
    ]


def _treated(summary: pd.DataFrame, name: str) -> Cell:
    """Share of eligible patients who start and stay."""
    treated = statistics.level(summary, name, ON_TREATMENT)
    if treated.used == 0:
        return Cell(NOTHING, "nobody eligible")
    return Cell(percent(treated.mean), _range(treated, 100))


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


def _half_know(found: Reached) -> Cell:
    if found.reached == 0:
        return Cell("never")
    often = f"reached in {found.reached} of {found.runs} runs"
    if found.median is None:
        return Cell("not in most runs", often)
    return Cell(number(found.median, 0), often if found.reached < found.runs else "")


def _range(found: Estimate, scale: float) -> str:
    return "" if found.interval is None else between(found.interval, scale)


def _bracketed(found: Estimate, scale: float) -> str:
    return "" if found.interval is None else f"({between(found.interval, scale)})"


def _dropped(found: Estimate) -> str:
    return f"{found.dropped} had no value" if found.dropped else ""


def differing_settings(scenarios: Sequence[Scenario]) -> Table:
    """The settings in which the scenarios differ; one alone is held against the defaults."""
    if len(scenarios) == 1:
        sections = sections_of(scenarios[0].model)
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
