"""Treatment: when it can start, who is on it, and what one more patient on it costs."""

from __future__ import annotations

import pandas as pd

from seci_sim.lab import statistics
from seci_sim.lab.statistics import ON_TREATMENT, Estimate
from seci_sim.seci.measures import WHOLE

WEEKS = "weeks"
"""Column of `launches`."""


def with_patients(summary: pd.DataFrame) -> pd.DataFrame:
    """The summary with a column of all ``adherent`` patients, those who start and stay on treatment.

    Examples
    --------
    >>> counted = pd.DataFrame({"adherent_low": [1.0], "adherent_high": [2.0]})
    >>> with_patients(counted)["adherent"].tolist()
    [3.0]
    """
    return summary.assign(adherent=summary.filter(regex="^adherent_").sum(axis=1))


def subsidy_per_patient(summary: pd.DataFrame, scenario: str, reference: str) -> Estimate | None:
    """Subsidy for each patient more on treatment than under another policy; money over a run.

    None unless the runs show more of them: the interval of the difference in the share on treatment
    lies above 0.
    """
    gained = statistics.difference(summary, scenario, reference, ON_TREATMENT)
    if not (statistics.separated(gained) and gained.mean > 0):
        return None
    table = with_patients(summary)
    paid, paid_before = statistics.matched(table, scenario, reference, "subsidy")
    treated, treated_before = statistics.matched(table, scenario, reference, "adherent")
    return statistics.ratio_of_means(
        paid - paid_before,
        treated - treated_before,
        comparisons=statistics.comparisons(summary, scenario, reference),
    )


def launches(weekly: pd.DataFrame) -> pd.DataFrame:
    """Weeks from the opening of each market to the first in which patients can start treatment.

    Parameters
    ----------
    weekly : DataFrame
        A row a week and market, with ``launched``; NaN before a market opens.

    Returns
    -------
    DataFrame
        Columns ``market``, ``scenario``, ``seed`` and ``weeks``: 1 where patients can start at once,
        NaN where they never could.

    Examples
    --------
    >>> weeks = {"scenario": "A", "seed": 1, "market": "India", "launched": [float("nan"), 0.0, 1.0]}
    >>> launches(pd.DataFrame(weeks))["weeks"].tolist()
    [2.0]
    """
    columns = weekly[["market", "scenario", "seed", "launched"]]  # of many, which would be copied
    there = columns[(columns["market"] != WHOLE) & columns["launched"].notna()]
    by_run = there.groupby(["market", "scenario", "seed"], observed=True)["launched"]
    found = by_run.agg(waiting=lambda weeks: float((weeks == 0).sum()), ever="max").reset_index()
    found[WEEKS] = (found["waiting"] + 1).where(found["ever"] > 0)
    return found[["market", "scenario", "seed", WEEKS]]
