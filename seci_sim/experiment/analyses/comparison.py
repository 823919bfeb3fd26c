"""Each policy against the first, on the same luck."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from seci_sim.experiment import statistics

LABEL = "label"
"""The column of what a table compares: a policy, a scenario, or a level of a factor."""


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
    labels = list(dict.fromkeys(runs["scenario"]))
    return pd.DataFrame(
        [_row(runs, labels[0], label, outcome) for outcome in outcomes for label in labels]
    )


def _row(runs: pd.DataFrame, first: str, label: str, outcome: str) -> dict[str, object]:
    found = statistics.level(runs, label, outcome)
    low, high = found.interval or (float("nan"), float("nan"))
    row: dict[str, object] = {
        "outcome": outcome, LABEL: label, "runs": found.used,
        "mean": found.mean, "low": low, "high": high,
    }  # fmt: skip
    if label == first:
        return row | {"apart": False}
    change = statistics.difference(runs, label, first, outcome)
    change_low, change_high = change.interval or (float("nan"), float("nan"))
    return row | {
        "change": change.mean, "change_low": change_low, "change_high": change_high,
        "better": change.better, "effect_size": change.effect_size,
        "superiority": change.superiority, "detectable": change.detectable,
        "apart": statistics.separated(change),
    }  # fmt: skip
