"""Launches: how long patients of each market wait until they can start treatment."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from seci_sim.experiment import statistics
from seci_sim.experiment.access import WEEKS, launches
from seci_sim.experiment.statistics import Difference, Estimate, separated
from seci_sim.figures import groups, style
from seci_sim.figures.curves import split
from seci_sim.figures.style import Chart
from seci_sim.words import between, either_way, not_told_apart, number, quoted, signed


def launch_runs(weekly: pd.DataFrame, places: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Weeks to the launch of each market that opens: a row a run. Nothing if nobody waits anywhere."""
    found = launches(weekly)
    if found.empty or not (found[WEEKS] != 1).any():
        return {}
    rows = split(found, "market")
    return {place: rows[place] for place in places if place in rows}


def launch(rows: dict[str, pd.DataFrame], names: Sequence[str]) -> Chart:
    """Weeks to the launch in every market under every policy."""
    found = groups.levels(rows, names, WEEKS)
    title = title_alone(rows, names[0]) if len(names) == 1 else title_of(rows, names)
    return Chart(
        "launches",
        title,
        "Weeks from the opening of a market to the first in which its patients can start treatment: "
        "mean over the runs that get there, with its 95% interval. "
        f"The sentence holds {'markets' if len(names) == 1 else 'policies'} against the first one, "
        "run by run.",
        groups.dots(found, names, list(rows), say=number, axis=style.number_axis),
        launch_table(rows, found, names),
        groups.native(found, names, list(rows), "weeks"),
    )


def title_alone(rows: dict[str, pd.DataFrame], name: str) -> str:
    """How long the first market waits, and by how much the others differ."""
    first, *others = rows
    start = statistics.runs_of(rows[first], name, WEEKS)
    opening = f"Patients in {quoted(first)} can start {number(start.mean())} weeks after it opens"
    told = []
    for place in others:
        weeks = statistics.runs_of(rows[place], name, WEEKS)
        change = statistics.paired_difference(weeks, start, comparisons=len(others))
        told.append(f"in {quoted(place)} {_sooner(change)}")
    return "; ".join([opening, *told])


def title_of(rows: dict[str, pd.DataFrame], names: Sequence[str]) -> str:
    """The policy and the market whose launch differs most from that under the first policy."""
    first, changes = names[0], _changes(rows, names)
    if not changes:
        return f"{quoted(first)} opens no market that another policy opens"
    if not differ(rows, names):
        return f"Under every policy, {title_alone(rows, first)}".replace("Patients", "patients", 1)
    place, name = max(changes, key=lambda key: abs(changes[key].mean))
    start = number(statistics.level(rows[place], first, WEEKS).mean)
    return (
        f"Under {quoted(first)} patients in {quoted(place)} can start {start} weeks after it opens; "
        f"under {quoted(name)} {_sooner(changes[place, name])}"
    )


def differ(rows: dict[str, pd.DataFrame], names: Sequence[str]) -> bool:
    """Whether any policy has launches at other times than the first."""
    return any(change.mean != 0 for change in _changes(rows, names).values())


def _changes(
    rows: dict[str, pd.DataFrame], names: Sequence[str]
) -> dict[tuple[str, str], Difference]:
    """For each market and other policy, the change from the first; all hold together."""
    first, together = names[0], len(rows) * (len(names) - 1)
    return {
        (place, name): statistics.paired_difference(
            *statistics.matched(found, name, first, WEEKS), comparisons=together
        )
        for place, found in rows.items()
        for name in names[1:]
        if {name, first} <= set(found["scenario"])
    }


def _sooner(change: Difference) -> str:
    """A difference in weeks, with its range."""
    if change.interval is None or not separated(change):
        return f"{signed(change.mean)} weeks{not_told_apart(change.interval)}"
    later = "later" if change.mean > 0 else "sooner"
    return f"{number(abs(change.mean))} weeks {later} ({either_way(change.interval)})"


def launch_table(
    rows: dict[str, pd.DataFrame], found: groups.Table, names: Sequence[str]
) -> pd.DataFrame:
    """A row a market and a column a policy, as text."""

    def words(place: str, name: str) -> str:
        if (place, name) not in found:
            return "never"
        level = found[place, name]
        median = statistics.when_reached(rows[place], name, WEEKS).median
        middle = "never" if median is None else number(median, 0)
        return f"{_level(level)}; median {middle}"

    columns = {name: [words(place, name) for place in rows] for name in names}
    return pd.DataFrame({"Market": list(rows), **columns})


def _level(found: Estimate) -> str:
    ends = "" if found.interval is None else f" ({between(found.interval)})"
    never = f", never in {found.dropped}" if found.dropped else ""
    return f"{number(found.mean)} weeks{ends}{never}"
