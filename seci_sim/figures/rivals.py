"""Firms that serve the same patients: to whom they come, week by week."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from seci_sim.figures.curves import Curves, by_week, chart_of_weeks
from seci_sim.figures.steps import levels_said
from seci_sim.figures.style import Chart
from seci_sim.lab.comparison_table import SHARE_OF_PATIENTS, Comparison
from seci_sim.lab.statistics import when_reached
from seci_sim.words import lately, listed, percent, quoted, sentence, weeks_reached

OURS = "This firm"
"""What the curve of the firm is called that has the rivals."""

LASTING = {
    "half_life_of_advantage": "half of this firm's greatest lead is lost",
    "weeks_to_answer": "half of what the first jump of needs cost is made good",
}
"""Weeks of a run, and what they are counted to."""


def shares(weekly: pd.DataFrame, found: Comparison, changes: Sequence[int]) -> Chart:
    """Share of patients of every firm under one policy, or of this firm under every policy."""
    alone = len(found.names) == 1
    if alone:
        title, says = _title_alone(weekly, found), "Share of patients who come to each firm"
        curves = _by_firm(weekly)
    else:
        title = f"Patients who come to this firm {lately(found.horizon)}: {levels_said(found, SHARE_OF_PATIENTS)}"
        says = "Share of patients who come to this firm, and not to its rivals"
        curves = by_week(weekly, SHARE_OF_PATIENTS)
    return chart_of_weeks("rivals", title, f"{says}, week by week.", curves, found.horizon, changes)


def _columns(weekly: pd.DataFrame) -> dict[str, str]:
    """The column of each firm's share, by the firm's name."""
    of_a_rival = f"rival_{SHARE_OF_PATIENTS}_"
    named = {
        name.removeprefix(of_a_rival): name
        for name in map(str, weekly)
        if name.startswith(of_a_rival)
    }
    return {OURS: SHARE_OF_PATIENTS, **named}


def _by_firm(weekly: pd.DataFrame) -> Curves:
    return {
        name: next(iter(by_week(weekly, column).values()))
        for name, column in _columns(weekly).items()
    }


def _title_alone(weekly: pd.DataFrame, found: Comparison) -> str:
    """Who has which share in the end, and how long a lead lasts."""
    percents = [
        f"{percent(found.mean(found.first, column))}{' of patients come' * (name == OURS)} to "
        f"{'this firm' if name == OURS else quoted(name)}"
        for name, column in _columns(weekly).items()
    ]
    said = sentence(f"{lately(found.horizon)} {listed(percents)}")
    for outcome, until in LASTING.items():
        weeks = when_reached(found.summary, found.first, outcome)
        if weeks.reached:
            said += (
                f"; weeks until {until}: {weeks_reached(weeks.median, weeks.reached, weeks.runs)}"
            )
    return said
