"""Each policy against the first, on the same luck: a dot with its interval for each."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seci_sim.analyses.made import Made
from seci_sim.figures.bars import Row, dots
from seci_sim.figures.style import Chart
from seci_sim.lab import comparison_table
from seci_sim.lab.analysis_kinds import Comparison
from seci_sim.lab.statistics import separated
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
)

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings

MOST_TOLD = 5
"""Policies whose change a title tells."""

LABEL = "label"
"""The column of what a table compares: a policy, a scenario, or a level of a factor."""


def make(findings: Findings, asked: Comparison) -> Made:
    """Compare every cell with the first, in one outcome or in all."""
    outcomes = [asked.outcome] if asked.outcome else findings.experiment.outcomes
    table = comparison(labelled(findings), outcomes)
    units = findings.experiment.units
    return Made(tuple(drawn(table, name, units[name]) for name in outcomes), table)


def comparison(table: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Compare everything that a table holds with what it holds first.

    Parameters
    ----------
    table : DataFrame
        A row a run: ``label``, ``seed``, and the outcomes.
    outcomes : sequence of str
        Columns to compare.

    Returns
    -------
    DataFrame
        A row for each outcome and label: ``runs``; ``mean``, ``low``, ``high`` (95% interval of the
        mean); and, for all but the first, ``change`` from it with ``change_low`` and
        ``change_high`` (the intervals of one outcome hold together in 95% of experiments),
        ``better`` (pairs in which it was higher), ``effect_size`` (Cohen's d_z), ``superiority``,
        ``detectable`` and ``apart``.

    Examples
    --------
    >>> runs = pd.DataFrame({"label": ["a", "a", "b", "b"], "seed": [1, 2, 1, 2], "y": [0, 1, 2, 3.1]})
    >>> found = comparison(runs, ["y"]).set_index("label")
    >>> round(float(found["change"]["b"]), 2), bool(found["apart"]["b"])
    (2.05, True)
    """
    runs = table.rename(columns={"scenario": "from_scenario"}).rename(columns={LABEL: "scenario"})
    labels = tuple(dict.fromkeys(runs["scenario"]))
    compared = comparison_table.Comparison(runs, labels, 0)
    return pd.DataFrame([_row(compared, label, name) for name in outcomes for label in labels])


def _row(compared: comparison_table.Comparison, label: str, outcome: str) -> dict[str, object]:
    found = compared.level(label, outcome)
    low, high = found.interval or (nan, nan)
    row: dict[str, object] = {
        "outcome": outcome, LABEL: label, "runs": found.used,
        "mean": found.mean, "low": low, "high": high,
    }  # fmt: skip
    if label == compared.first:
        return row | {"apart": False}
    change = compared.change(label, outcome)
    change_low, change_high = change.interval or (nan, nan)
    return row | {
        "change": change.mean, "change_low": change_low, "change_high": change_high,
        "better": change.better, "effect_size": change.effect_size,
        "superiority": change.superiority, "detectable": change.detectable,
        "apart": separated(change),
    }  # fmt: skip


def labelled(findings: Findings) -> pd.DataFrame:
    """The table with a column ``label``: what tells a cell from the others, in words."""
    experiment = findings.experiment
    units = experiment.units
    factors = [factor.name for factor in experiment.factors]
    columns = [name for name in ("scenario", "policy", *factors) if name in findings.table.columns]
    varied = [name for name in columns if findings.table[name].nunique() > 1] or columns[:1]
    cells = findings.table.drop_duplicates("cell").set_index("cell")[varied]
    words = {
        cell: ", ".join(
            str(value) if name in ("scenario", "policy") else f"{spoken(name)} {setting(value, units[name])}"
            for name, value in zip(varied, row, strict=True)
        )
        for cell, row in zip(cells.index, cells.itertuples(index=False, name=None), strict=True)
    }  # fmt: skip
    return findings.table.assign(label=findings.table["cell"].map(words))


def drawn(found: pd.DataFrame, outcome: str, unit: str) -> Chart:
    """Every policy's change from the first in one outcome.

    Parameters
    ----------
    found : DataFrame
        As `comparison` gives it.
    """
    own = found[found["outcome"] == outcome].reset_index(drop=True)
    first, others = own.iloc[0], own.iloc[1:]
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
        "run by run on the same luck. Intervals hold together in 95% of experiments; a hollow dot is "
        "not told from no change.",
        dots(rows, unit),
        _comparison_table(own, unit),
    )


def _comparison_title(own: pd.DataFrame, outcome: str, unit: str) -> str:
    first, others = own.iloc[0], own.iloc[1:]
    apart = others[others["apart"].astype(bool)]
    if apart.empty:
        could = others["detectable"].astype(float).max()
        return (
            f"These runs tell nothing from {quoted(first[LABEL])} in {spoken(outcome)}; nine in ten "
            f"would have shown a change of {changed(could, unit).lstrip('+')} {change_unit(unit)}"
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
        f"{quoted(first[LABEL])}; against that, in {change_unit(unit)}: {', '.join(said)}"
    )
    return "; ".join(filter(None, [begun, *rest]))


def _are(outcome: str) -> str:
    return "are" if outcome.startswith(("needs", "hours")) else "is"


def _comparison_table(own: pd.DataFrame, unit: str) -> pd.DataFrame:
    rows = []
    for row in own.to_dict("records"):
        known = row["change"] == row["change"]
        interval = f"{measured(row['low'], unit)} to {measured(row['high'], unit)}"
        rows.append(
            {
                "Policy": row[LABEL],
                "Mean (95% interval)": f"{measured(row['mean'], unit)} ({interval})",
                "Change (all hold together in 95%)": f"{changed(row['change'], unit)} "
                f"({change_range(row['change_low'], row['change_high'], unit)})" if known else "–",
                "Higher in": f"{row['better']:.0f} of {row['runs']}" if known else "–",
                "Effect size d": significant(row["effect_size"], 2)
                if known and row["effect_size"] == row["effect_size"] and row["effect_size"] is not None
                else "–",
                "Detectable": changed(row["detectable"], unit).lstrip("+") if known else "–",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
