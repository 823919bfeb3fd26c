"""Firms that are alike but for luck: how often a report says that they differ."""

from __future__ import annotations

import pytest

from seci_sim.lab.comparing import simulate
from seci_sim.lab.comparison_table import comparison
from seci_sim.report.answer import answer
from seci_sim.scenario import Scenario, Unit

EXPERIMENTS, RUNS = 300, 10


def firm(name: str, order: tuple[str, str]) -> Scenario:
    """Two markets of the same size; which of them comes first moves nothing but luck."""
    staff = {"North": 6, "South": 9}
    units = [Unit(name="Centre", kind="headquarters", staff=4, lives_in="North")]
    units += [Unit(name=place, kind="affiliate", staff=staff[place]) for place in order]
    return Scenario(name=name, question="Is it any different?", horizon=52, units=tuple(units))


@pytest.mark.slow
def test_two_firms_that_are_alike_are_seldom_said_to_differ() -> None:
    # 300 experiments of 10 runs. A 95% interval may claim a difference in 15 of them; 27 or more
    # would come by chance three times in a thousand.
    firms = [firm("One", ("North", "South")), firm("Other", ("South", "North"))]
    results = simulate(firms, replications=EXPERIMENTS * RUNS, seed=1)
    runs = results.summary
    block = (runs["seed"] - runs["seed"].min()) // RUNS
    claims = [
        not answer(comparison(firms, rows))[0].plain.startswith("Not settled: ")
        for _, rows in runs.groupby(block)
    ]
    assert len(claims) == EXPERIMENTS
    assert not (runs.groupby("seed")["needs_met"].nunique() == 1).all(), (
        "their luck is not the same"
    )
    assert sum(claims) <= 26
