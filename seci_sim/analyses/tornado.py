"""Which parameter moves an outcome most, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import stdtr

from seci_sim.analyses.made import Made
from seci_sim.analyses.noise import LEVEL, Unanswerable, check_ran
from seci_sim.figures.bars import MOST_BARS, NAMED, Row, bars
from seci_sim.figures.style import Chart
from seci_sim.lab.analysis_kinds import Tornado
from seci_sim.lab.intervals import spread
from seci_sim.lab.statistics import paired_difference
from seci_sim.words import (
    change_range,
    change_unit,
    changed,
    listed,
    quoted,
    setting,
    spoken,
)

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings


def make(findings: Findings, asked: Tornado) -> Made:
    """Move each sampled factor to either end of its range."""
    check_ran(findings.experiment, findings.table, ["cell"])
    names = [factor.name for factor in findings.experiment.sampled]
    table = tornado(findings.table, asked.outcome, names)
    units = findings.experiment.units
    return Made((drawn(table, asked.outcome, units[asked.outcome], units),), table)


def tornado(table: pd.DataFrame, outcome: str, factors: Sequence[str]) -> pd.DataFrame:
    """Move each factor to either end of its range, the others staying where they are.

    Parameters
    ----------
    table : DataFrame
        A row a run: ``cell``, ``replication``, a column for each factor, and the outcome. Cell 0
        is the base; every other differs from it in one factor, or in none where the base
        lies at an end of the factor's range, and is left out.
    outcome : str
        Column.
    factors : sequence of str
        Columns.

    Returns
    -------
    DataFrame
        A row for each factor and end, the widest factor first: ``factor``, ``value``, ``change``
        from the base with ``low`` and ``high`` (each a 95% interval), ``p_value`` of the paired t
        test, and ``apart``, by Holm's method over all rows.

    Raises
    ------
    ValueError
        A cell differs from the base in several factors.
    Unanswerable
        No run of the base came to an end, or of nothing else.

    Notes
    -----
    Interactions are not seen: other parameters stay at their base. `morris` looks at them.
    """
    from statsmodels.stats.multitest import multipletests

    cells = {cell: rows.set_index("replication") for cell, rows in table.groupby("cell")}
    base = cells.pop(0, None)
    if base is None or not cells:
        what = "anything but the base" if base is not None else "the base, cell 0,"
        raise Unanswerable(f"no run of {what} came to an end; there is nothing to compare")
    rows = [
        _row(rows, base, outcome, factors)
        for rows in cells.values()
        if (rows[list(factors)].iloc[0] != base[list(factors)].iloc[0]).any()
    ]
    found = pd.DataFrame(rows)
    known = found["p_value"].notna().to_numpy()
    found["apart"] = False
    if known.any():
        verdicts = multipletests(found["p_value"][known], alpha=LEVEL, method="holm")[0]
        found.loc[known, "apart"] = verdicts
    widest = found.groupby("factor")["change"].agg(lambda change: np.abs(change).max())
    order = found["factor"].map(widest)
    return found.iloc[np.argsort(-order.to_numpy(), kind="stable")].reset_index(drop=True)


def _row(
    rows: pd.DataFrame, base: pd.DataFrame, outcome: str, factors: Sequence[str]
) -> dict[str, object]:
    moved = [name for name in factors if rows[name].iloc[0] != base[name].iloc[0]]
    if len(moved) != 1:
        raise ValueError(f"a cell of a tornado moves one factor, not {len(moved)}")
    both = base.index.intersection(rows.index)
    theirs, ours = (frame.loc[both, outcome].to_numpy(float) for frame in (base, rows))
    change = paired_difference(ours, theirs)
    low, high = change.interval or (float("nan"), float("nan"))
    return {
        "factor": moved[0], "value": float(rows[moved[0]].iloc[0]), "runs": change.used,
        "change": change.mean, "low": low, "high": high, "p_value": p_value(ours - theirs),
    }  # fmt: skip


def p_value(changes: np.ndarray) -> float:
    """Two-sided p of Student's paired t test; NaN with fewer than two pairs.

    Examples
    --------
    >>> round(p_value(np.array([1.0, 2.0, 1.0])), 4)
    0.0572
    >>> p_value(np.zeros(5)), p_value(np.full(5, 0.25))
    (1.0, 0.0)
    """
    kept = changes[np.isfinite(changes)]
    if kept.size < 2:
        return float("nan")
    if (deviation := spread(kept)) == 0:
        return float(kept.mean() == 0)
    return float(2 * stdtr(kept.size - 1, -abs(kept.mean()) * np.sqrt(kept.size) / deviation))


def drawn(found: pd.DataFrame, outcome: str, unit: str, units: dict[str, str]) -> Chart:
    """Change of an outcome when one parameter goes to either end of its range.

    Parameters
    ----------
    found : DataFrame
        As `tornado` gives it.
    units : dict
        Unit of each parameter.
    """
    rows = [
        Row(f"{spoken(row['factor'])} {setting(row['value'], units[row['factor']])}",
            row["change"], row["low"], row["high"],
            f"{changed(row['change'], unit)} ({change_range(row['low'], row['high'], unit)})",
            bool(row["apart"]))
        for row in found.head(MOST_BARS).to_dict("records")
    ]  # fmt: skip
    apart = list(dict.fromkeys(found["factor"][found["apart"].astype(bool)]))
    count = found["factor"].nunique()
    named = listed([quoted(spoken(name)) for name in apart[:NAMED]])
    return Chart(
        "tornado",
        f"{len(apart)} of {count} parameters move {spoken(outcome)} at either end of their range"
        + (f", most of all {named}" if apart else ""),
        f"Change of {spoken(outcome)} ({change_unit(unit)}) when one parameter goes to an end of its "
        "range and the others stay; 95% intervals. Grey bars are not told from luck (Holm).",
        bars(rows, unit),
        pd.DataFrame(
            {
                "Parameter": [row.name for row in rows],
                "Change": [row.words for row in rows],
                "Told from luck": ["yes" if row.strong else "no" for row in rows],
            }
        ),
    )
