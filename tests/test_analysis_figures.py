"""Pictures of analyses: what their titles say, from tables made up for the purpose."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from seci_sim.analyses import comparison as policies
from seci_sim.analyses.comparison import comparison
from seci_sim.analyses.discovery import Discovery as Found
from seci_sim.analyses.discovery import box, discovery
from seci_sim.analyses.dose_response import dose_response, doses
from seci_sim.analyses.evolving import Goal
from seci_sim.analyses.noise import Variance
from seci_sim.analyses.search import trade_offs
from seci_sim.analyses.sobol_indices import Indices
from seci_sim.analyses.sobol_indices import drawn as variance
from seci_sim.lab.analysis_kinds import Discovery

FACTOR = ("policy.patient_time", "share")


def runs(levels: dict[float, float], spread: float = 0.002, **columns: object) -> pd.DataFrame:
    """Runs of 20 replications on shared luck, with a mean for each level."""
    rng = np.random.default_rng(1)
    luck = rng.normal(0, 0.03, 20)
    return pd.concat(
        pd.DataFrame(
            {"dose": dose, "replication": range(20), "seed": range(20), **columns,
             "needs_met": mean + luck + rng.normal(0, spread, 20)}
        )
        for dose, mean in levels.items()
    )  # fmt: skip


def alone(levels: dict[float, float], spread: float = 0.002) -> str:
    found = dose_response(runs(levels, spread), "needs_met", "dose")
    return doses(found, "needs_met", "share", *FACTOR).title


def test_a_curve_that_levels_off_says_from_where() -> None:
    title = alone({0.0: 0.1, 0.01: 0.4, 0.02: 0.4})
    assert title.startswith("Needs met rise from 10.")
    assert "as patient time goes from 0% to" in title
    assert "+30." in title


def test_a_curve_that_falls_says_so() -> None:
    assert "Needs met fall from" in alone({0.0: 0.4, 0.1: 0.3})


def test_a_curve_that_falls_after_its_best_says_where_it_ends() -> None:
    assert "; at 10% it is" in alone({0.0: 0.1, 0.01: 0.4, 0.1: 0.3})


def test_a_flat_curve_is_told_from_nothing() -> None:
    title = alone({0.0: 0.3, 0.01: 0.3}, spread=0.02)
    assert title == "No level of patient time is told from 0% in needs met"


def test_several_curves_say_where_each_lies_above_the_first_and_below() -> None:
    table = pd.concat(
        [
            runs({0.0: 0.4, 0.25: 0.4, 0.5: 0.4}, policy="World"),
            runs({0.0: 0.35, 0.25: 0.4, 0.5: 0.45}, policy="Market"),
        ]
    )
    # each policy's own luck is the same here, so that the middle level does not differ at all
    found = dose_response(table, "needs_met", "dose", by="policy")
    title = doses(found, "needs_met", "share", "world.local_difference", "chance").title
    assert "against “World”: “Market” lies above it at 50% (+5.0 percentage points at 50%" in title
    assert "lies below it at 0% (−5.0" in title
    assert "is not told apart at 25%" in title


def test_a_comparison_says_every_change_and_who_is_not_told_apart() -> None:
    table = runs({0.0: 0.4, 1.0: 0.5, 2.0: 0.4}, spread=0.01)
    table["label"] = table["dose"].map({0.0: "Now", 1.0: "More", 2.0: "Other"})
    chart = policies.drawn(comparison(table, ["needs_met"]), "needs_met", "share")
    assert chart.title.startswith("Needs met are 40.")
    assert "“More” +" in chart.title
    assert chart.title.endswith("not told from it: “Other”")
    assert list(chart.table["Policy"]) == ["Now", "More", "Other"]


def test_where_nothing_is_told_apart_the_title_says_what_would_have_been() -> None:
    table = runs({0.0: 0.4, 2.0: 0.4}, spread=0.01)
    table["label"] = table["dose"].map({0.0: "Now", 2.0: "Other"})
    title = policies.drawn(comparison(table, ["needs_met"]), "needs_met", "share").title
    assert title.startswith("These runs tell nothing from “Now” in needs met; nine in ten would")


def test_too_much_luck_is_said_instead_of_ranks() -> None:
    columns = dict.fromkeys(
        ("first", "total", "first_low", "first_high", "total_low", "total_high"), 0.5
    )
    table = pd.DataFrame([{"factor": "world.drift", "matters": True, "rank_low": np.nan,
                           "rank_high": np.nan, **columns}])  # fmt: skip
    chart = variance(Indices(table, Variance(1.0, 0.7)), "needs_met")
    assert chart.title.startswith("70% of the variance of needs met is luck")
    assert chart.table["Rank"].tolist() == ["inside the noise"]


def test_shares_of_the_variance_are_said_of_what_is_told_from_luck() -> None:
    rows = [
        ("policy.patient_time", 0.8, True),
        ("world.needs", 0.3, True),
        ("world.drift", 0.1, False),
    ]
    table = pd.DataFrame(rows, columns=["factor", "total", "matters"]).assign(
        first=0.1,
        first_low=0.0,
        first_high=0.2,
        total_low=0.0,
        total_high=0.9,
        rank_low=1,
        rank_high=2,
    )
    said = [variance(Indices(part, Variance(1.0, 0.02)), "needs_met").title
            for part in (table, table[2:])]  # fmt: skip
    assert said == [
        "“patient time” takes part in 80% and “needs” in 30% of the variance of needs met; "
        "2% of what was seen is luck",
        "No parameter is told to take part in any of the variance of needs met; 2% of what was seen is luck",
    ]


def front(improves: bool) -> pd.DataFrame:
    rows = []
    for place, (met, hours) in enumerate([(0.4, 130.0), (0.45, 100.0), (0.3, 60.0)]):
        rows.append({"label": ["as it is", "a better mix", "a cheap mix"][place], "front": place > 0,
                     "improves": improves and place == 1,
                     "needs_met": met, "needs_met_low": met - 0.01, "needs_met_high": met + 0.01,
                     "hours": hours, "hours_low": hours - 1, "hours_high": hours + 1})  # fmt: skip
    return pd.DataFrame(rows)


def test_a_search_says_what_stands_on_fresh_seeds_and_what_improves() -> None:
    goals = (Goal("needs_met", False), Goal("hours", True))
    units = {"needs_met": "share", "hours": "hours"}
    met = pd.DataFrame({"needs_met": [0.1, 0.2], "hours": [50.0, 60.0]})
    title = trade_offs(met, front(improves=True), goals, units).title
    assert "on fresh seeds 2 of these still are. 1 is told better" in title
    assert "worse by none; needs met 45.0% instead of 40.0% and hours 100 instead of 130" in title
    none = trade_offs(met, front(improves=False), goals, units).title
    assert none.endswith("none is told better than the policy as it is without being worse")


def test_conditions_of_failure_are_drawn_as_parts_of_their_ranges() -> None:
    points = pd.DataFrame({"change": [-0.1, 0.3], "fails": [True, False], "unsure": False})
    limits = pd.DataFrame(
        [
            {"factor": "world.drift", "low": 0.1, "high": 0.2, "from": 0.0, "to": 0.2, "quasi_p": 0.01},
            {"factor": "world.needs", "low": 10, "high": 30, "from": 0, "to": 40, "quasi_p": 0.2},
        ]
    )  # fmt: skip
    found = Found(points, limits, coverage=0.8, density=0.6, chance=0.05)
    asked = Discovery(outcome="needs_met", policy="New", at_least=0.05)
    units = {"world.drift": "share", "world.needs": "needs", "needs_met": "share"}
    chart = box(found, asked, units)
    assert chart.title.endswith(
        "80% of these lie where drift is above 10% and needs is from 10 to 30, where it fails in 60% of cases"
    )
    assert "a box as good came up with a chance of 5% at most" in chart.description
    bars = [(bar.base[0], bar.x[0]) for bar in chart.figure.data]
    assert bars == [(0, 1), (0.5, 0.5), (0, 1), (0.25, 0.5)]
    assert chart.table["Box"].tolist() == ["above 10%", "from 10 to 30"]


@pytest.mark.slow
def test_conditions_of_failure_are_said_in_their_units() -> None:
    pytest.importorskip("ema_workbench")
    rng = np.random.default_rng(2)
    points = pd.DataFrame(rng.random((200, 3)), columns=["world.drift", "world.b", "world.c"])
    points["change"] = np.where(points["world.drift"] > 0.7, -0.1, 0.3)
    points["low"], points["high"] = points["change"] - 0.01, points["change"] + 0.01
    factors = ["world.drift", "world.b", "world.c"]
    found = discovery(points, factors, 0.05)
    asked = Discovery(outcome="needs_met", policy="One percent", at_least=0.05)
    title = box(found, asked, dict.fromkeys([*factors, "needs_met"], "share")).title
    assert "“One percent” brings less than +5.0 percentage points of needs met in " in title
    assert re.search(r"lie where drift is above (69|70|71)(\.\d)?%", title)
