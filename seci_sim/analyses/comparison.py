"""Each policy against the first, on the same luck: a dot with its interval for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seci_sim.analyses.made import Made, within_shares
from seci_sim.analyses.noise import Unanswerable, check_ran
from seci_sim.figures.bars import Row, dots
from seci_sim.figures.style import Chart
from seci_sim.lab.analysis_kinds import Comparison
from seci_sim.lab.statistics import estimate, over_worlds, paired_difference, separated
from seci_sim.words import (
    change_range,
    change_unit,
    changed,
    listed,
    measured,
    quoted,
    setting,
    significant,
    spoken,
    ties,
)

if TYPE_CHECKING:
    from seci_sim.lab.design import Design
    from seci_sim.lab.findings import Findings

MOST_TOLD = 5
"""Policies whose change a title tells."""

LABEL = "label"
"""The column of what a table compares: a policy, a scenario, or a level of a factor."""

ALL = "all worlds"
"""The world of a row that is about all of them."""


def make(findings: Findings, asked: Comparison) -> Made:
    """Compare every policy with the first of the same world, in one outcome or in all."""
    experiment = findings.experiment
    check_ran(experiment, findings.table, [n for n in _decided(experiment) if n in findings.table])
    outcomes = [asked.outcome] if asked.outcome else list(experiment.outcomes)
    table = comparison(labelled(findings), outcomes)
    units = experiment.units
    within_shares(table, ["low", "high"], table["outcome"].map(units) == "share")
    return Made(tuple(drawn(table, name, units[name]) for name in outcomes), table)


def comparison(table: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Compare everything that a table holds with what it holds first, world by world.

    Parameters
    ----------
    table : DataFrame
        A row a run: ``label``, ``seed``, the outcomes, and, where there are several, ``world``: what
        tells one from the others, or nothing where they are too many to be looked at one by one.
    outcomes : sequence of str
        Columns to compare.

    Returns
    -------
    DataFrame
        A row for each outcome and label, over all worlds, then for each world: ``world``; ``runs``
        with a value and ``never``, those without; ``mean``, ``low``, ``high`` (95% interval of the mean); and, for all but the first label,
        ``change`` from it in the same world with ``change_low`` and ``change_high`` (the intervals
        of one outcome hold together in 95% of experiments), ``better`` and ``equal`` (pairs in which
        it was higher, and no different), ``effect_size`` (Cohen's d_z), ``superiority``,
        ``detectable`` and ``apart``. Over all worlds, the value of a run is its mean over those that
        share its luck.

    Raises
    ------
    Unanswerable
        No run of something came to an end in one of the worlds.

    Examples
    --------
    >>> runs = pd.DataFrame({"label": ["a", "a", "b", "b"], "seed": [1, 2, 1, 2], "y": [0, 1, 2, 3.1]})
    >>> found = comparison(runs, ["y"]).set_index("label")
    >>> round(float(found["change"]["b"]), 2), bool(found["apart"]["b"])
    (2.05, True)
    """
    together = {ALL: over_worlds(table, [LABEL, "seed"], outcomes)}
    if "world" in table:
        worlds = table[table["world"] != ""].groupby("world", sort=False)
        together |= {str(name): rows.set_index([LABEL, "seed"]) for name, rows in worlds}
    labels = list(dict.fromkeys(table[LABEL]))
    family = max(1, len(together) * (len(labels) - 1))
    return pd.DataFrame(
        [
            _row(runs[outcome], world, label, labels[0], family)
            for outcome in outcomes
            for world, runs in together.items()
            for label in labels
        ]
    )


def _row(
    runs: pd.Series[float], world: str, label: str, first: str, family: int
) -> dict[str, object]:
    ours, theirs = (_of(runs, name, world) for name in (label, first))
    found = estimate(ours)
    low, high = found.interval or (nan, nan)
    row: dict[str, object] = {
        "outcome": runs.name, LABEL: label, "world": world, "runs": found.used, "never": found.dropped,
        "mean": found.mean, "low": low, "high": high,
    }  # fmt: skip
    if label == first:
        return row | {"apart": False}
    seeds = ours.index.union(theirs.index)
    change = paired_difference(ours.reindex(seeds), theirs.reindex(seeds), comparisons=family)
    change_low, change_high = change.interval or (nan, nan)
    return row | {
        "change": change.mean, "change_low": change_low, "change_high": change_high,
        "better": change.better, "equal": change.equal, "effect_size": change.effect_size,
        "superiority": change.superiority, "detectable": change.detectable,
        "apart": separated(change),
    }  # fmt: skip


def _of(runs: pd.Series[float], label: str, world: str) -> pd.Series[float]:
    """The runs of what is called so."""
    if label not in runs.index.get_level_values(LABEL):
        raise Unanswerable(f"no run of {quoted(label)} in {world} came to an end")
    return runs.xs(label, level=LABEL).astype(float)


def labelled(findings: Findings) -> pd.DataFrame:
    """The table with ``label``: what is decided, in words; and ``world``: what is uncertain."""
    experiment, table = findings.experiment, findings.table
    decided = _decided(experiment)
    varied = [name for name in decided if name in table and table[name].nunique() > 1]
    label = _in_words(table, varied or decided[:1], experiment.units)
    uncertain = [factor.name for factor in experiment.uncertain if factor.name in table]
    if not uncertain:
        return table.assign(label=label)
    levels = [factor.name for factor in experiment.crossed]
    each = set(uncertain) <= set(levels) and not experiment.points
    return table.assign(
        label=label, world=_in_words(table, uncertain, experiment.units) if each else ""
    )


def _decided(experiment: Design) -> list[str]:
    """Columns that hold what somebody decides, as far as they are there."""
    return ["scenario", "policy", *(factor.name for factor in experiment.vary)]


def _in_words(
    table: pd.DataFrame, names: Sequence[str], units: Mapping[str, str]
) -> pd.Series[str]:
    """What some columns hold, run by run."""
    cells = table.drop_duplicates("cell").set_index("cell")[list(names)]
    words = {
        cell: ", ".join(
            str(value) if name in ("scenario", "policy") else f"{spoken(name)} {setting(value, units[name])}"
            for name, value in zip(names, row, strict=True)
        )
        for cell, row in zip(cells.index, cells.itertuples(index=False, name=None), strict=True)
    }  # fmt: skip
    return table["cell"].map(words)


def drawn(found: pd.DataFrame, outcome: str, unit: str) -> Chart:
    """Every policy's change from the first in one outcome.

    Parameters
    ----------
    found : DataFrame
        As `comparison` gives it.
    """
    own = _own(found, outcome)
    first, others = own.iloc[0], _compared(own)
    rows = [
        Row(row[LABEL], row["change"], row["change_low"], row["change_high"],
            f"{measured(row['mean'], unit)}, {changed(row['change'], unit)} "
            f"({change_range(row['change_low'], row['change_high'], unit)})", bool(row["apart"]))
        for row in others.to_dict("records")
    ]  # fmt: skip
    return Chart(
        f"comparison-{outcome}",
        _comparison_title(own, outcome, unit),
        f"Change of {spoken(outcome)} from {quoted(first[LABEL])} ({measured(first['mean'], unit)}), "
        f"run by run on the same luck{_within(own)}. Intervals hold together in 95% of experiments; a hollow dot is "
        "not told from no change.",
        dots(rows, unit),
        _comparison_table(own, unit),
    )


def _own(found: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """The rows of one outcome, each with a name that says its world as well."""
    own = found[found["outcome"] == outcome].reset_index(drop=True)
    world = own["world"].where(own["world"] != ALL, "")
    return own.assign(
        first=own[LABEL] == own[LABEL][0], label=own[LABEL] + (", " + world).where(world != "", "")
    )


def _compared(own: pd.DataFrame) -> pd.DataFrame:
    return own[~own["first"]]


def _within(own: pd.DataFrame) -> str:
    return " in the same world" if own["world"].nunique() > 1 else ""


def _comparison_title(own: pd.DataFrame, outcome: str, unit: str) -> str:
    first, others = own.iloc[0], _compared(own)
    apart = others[others["apart"].astype(bool)]
    if apart.empty:
        nothing = f"These runs tell nothing from {quoted(first[LABEL])}{_within(own)} in {spoken(outcome)}"
        could = others["detectable"].astype(float).max()
        if not np.isfinite(could):
            return nothing
        return (
            f"{nothing}; nine in ten would have shown a change of "
            f"{changed(could, unit).lstrip('+')} {change_unit(unit)}"
        )
    by_size = others.iloc[np.argsort(-others["change"].abs().to_numpy(), kind="stable")]
    told = by_size[by_size["apart"].astype(bool)].head(MOST_TOLD)
    said = [
        f"{quoted(row[LABEL])} {changed(row['change'], unit)} "
        f"({change_range(row['change_low'], row['change_high'], unit)})"
        for row in told.to_dict("records")
    ]
    same = [quoted(name) for name in others[LABEL] if name not in set(apart[LABEL])]
    left = len(apart) - len(told)
    rest = [
        f"{left} more, in the table" if left else "",
        f"not told from it: {listed(same)}" if same else "",
    ]
    begun = (
        f"{spoken(outcome).capitalize()} {_are(outcome)} {measured(first['mean'], unit)} under "
        f"{quoted(first[LABEL])}; against that{_within(own)}, in {change_unit(unit)}: {', '.join(said)}"
    )
    return "; ".join(filter(None, [begun, *rest]))


def _are(outcome: str) -> str:
    return "are" if outcome.startswith(("needs", "hours")) else "is"


def _comparison_table(own: pd.DataFrame, unit: str) -> pd.DataFrame:
    rows = []
    for row in own.to_dict("records"):
        known = row["change"] == row["change"]
        interval = f"{measured(row['low'], unit)} to {measured(row['high'], unit)}"
        if row["never"] > 0:
            interval += f"; {row['runs']} of {row['runs'] + row['never']} runs got there"
        if not np.isfinite(row["low"]):
            interval = f"no interval; {row['runs']} of {row['runs'] + row['never']} runs got there"
        rows.append(
            {
                "Policy": row[LABEL],
                "Mean (95% interval)": f"{measured(row['mean'], unit)} ({interval})",
                "Change (all hold together in 95%)": f"{changed(row['change'], unit)} "
                f"({change_range(row['change_low'], row['change_high'], unit)})" if known else "–",
                "Higher in": f"{row['better']:.0f} of {row['runs']}{ties(row['equal'])}" if known else "–",
                "Effect size d": significant(row["effect_size"], 2)
                if known and row["effect_size"] == row["effect_size"] and row["effect_size"] is not None
                else "–",
                "Detectable": changed(row["detectable"], unit).lstrip("+")
                if known and row["detectable"] == row["detectable"] and row["detectable"] is not None
                else "–",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
