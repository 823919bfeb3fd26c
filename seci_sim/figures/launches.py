"""Launches: how long patients of each market wait until they can start treatment."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from seci_sim.figures import style
from seci_sim.figures.curves import split
from seci_sim.figures.groups import Groups, dots, levels, shared
from seci_sim.figures.rows import as_bars
from seci_sim.figures.steps import with_rest
from seci_sim.figures.style import Chart
from seci_sim.lab.access import WEEKS, launches
from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.statistics import (
    Difference,
    Estimate,
    matched,
    paired_difference,
    reached,
    runs_of,
    separated,
)
from seci_sim.words import between, either_way, not_told_apart, number, quoted, signed


def launch_runs(weekly: pd.DataFrame, compared: Comparison, places: Sequence[str]) -> Groups:
    """Weeks to the launch of each market that opens: a row a run. Nothing if nobody waits anywhere."""
    found = launches(weekly)
    if found.empty or not (found[WEEKS] != 1).any():
        return {}
    rows = split(found, "market")
    return {place: compared.of(rows[place]) for place in places if place in rows}


def launch(groups: Groups, names: Sequence[str]) -> Chart:
    """Weeks to the launch in every market under every policy."""
    found, alone = levels(groups, names, WEEKS), len(names) == 1
    return Chart(
        "launches",
        title_alone(groups, names[0]) if alone else title_of(groups, names),
        "Weeks from the opening of a market to the first in which its patients can start treatment: "
        "mean over the runs that get there, with its 95% interval. "
        f"The sentence holds {'markets' if alone else 'policies'} against the first one, run by run.",
        dots(found, say=number, axis=style.number_axis),
        launch_table(groups, found),
        as_bars(found, "weeks", style.marks(len(names))),
    )


def title_alone(groups: Groups, name: str) -> str:
    """How long the first market waits, and by how much the others differ."""
    first, *others = groups
    start = runs_of(groups[first].summary, name, WEEKS)
    opening = f"Patients in {quoted(first)} can start {number(start.mean())} weeks after it opens"
    told = []
    for place in others:
        weeks = runs_of(groups[place].summary, name, WEEKS)
        change = paired_difference(weeks, start, comparisons=len(others))
        told.append(f"in {quoted(place)} {_sooner(change)}")
    return "; ".join([opening, *told])


def title_of(groups: Groups, names: Sequence[str]) -> str:
    """When patients can start where launches differ most, policy by policy."""
    first, changes = names[0], _changes(groups, names)
    if not changes:
        return f"{quoted(first)} opens no market that another policy opens"
    if not differ(groups, names):
        alone = title_alone(groups, first)
        return f"Under every policy, {alone[0].lower()}{alone[1:]}"
    place, _ = max(changes, key=lambda key: abs(changes[key].mean))
    start = number(groups[place].mean(first, WEEKS))
    said = [
        f"under {quoted(name)} {_sooner(changes[place, name])}"
        for name in names[1:]
        if (place, name) in changes
    ]
    return (
        f"Under {quoted(first)} patients in {quoted(place)} can start {start} weeks after it opens; "
        f"{with_rest(said)}"
    )


def differ(groups: Groups, names: Sequence[str]) -> bool:
    """Whether any policy has launches at other times than the first."""
    return any(change.mean != 0 for change in _changes(groups, names).values())


def _changes(groups: Groups, names: Sequence[str]) -> dict[tuple[str, str], Difference]:
    """For each market and other policy, the change from the first; all hold together."""
    first, together = names[0], len(groups) * (len(names) - 1)
    return {
        (place, name): paired_difference(
            *matched(group.summary, name, first, WEEKS), comparisons=together
        )
        for name in names[1:]
        for place, group in shared(groups, name, first).items()
    }


def _sooner(change: Difference) -> str:
    """A difference in weeks, with its range."""
    if change.interval is None or not separated(change):
        return f"{signed(change.mean)} weeks{not_told_apart(change.interval)}"
    later = "later" if change.mean > 0 else "sooner"
    return f"{number(abs(change.mean))} weeks {later} ({either_way(change.interval)})"


def launch_table(groups: Groups, found: pd.DataFrame) -> pd.DataFrame:
    """A row a market and a column a policy, as text."""

    def words(place: str, name: str) -> str:
        level: Estimate | None = found[name][place]
        if level is None:
            return "never"
        median = reached(runs_of(groups[place].summary, name, WEEKS)).median
        return f"{_level(level)}; median {'never' if median is None else number(median, 0)}"

    columns = {name: [words(place, str(name)) for place in groups] for name in found}
    return pd.DataFrame({"Market": list(groups), **columns})


def _level(found: Estimate) -> str:
    ends = "" if found.interval is None else f" ({between(found.interval)})"
    never = f", never in {found.dropped}" if found.dropped else ""
    return f"{number(found.mean)} weeks{ends}{never}"
