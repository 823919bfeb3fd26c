"""The conditions under which a policy fails: found where there are some, and not where there are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seci_sim.analyses.discovery import box, discovery, gains
from seci_sim.analyses.noise import by_point
from seci_sim.lab.analysis_kinds import Discovery as Asked
from seci_sim.words import changed

pytest.importorskip("SALib", reason="needs the extra `analysis`")

pytestmark = pytest.mark.packages


def conditions(count: int, deviation: float) -> pd.DataFrame:
    """A policy that loses 1 where a < 0.4 and b > 0.6, and gains 1 elsewhere."""
    rng = np.random.default_rng(8)
    places = rng.random((count, 4))
    rows = []
    for world, place in enumerate(places):
        named = {"world": world, **dict(zip("abcd", place, strict=True))}
        effect = -1.0 if place[0] < 0.4 and place[1] > 0.6 else 1.0
        for r, own in enumerate(rng.normal(0, deviation, 5)):
            rows.append({**named, "replication": r, "policy": "now", "met": 3.0 * r})
            rows.append({**named, "replication": r, "policy": "new", "met": 3.0 * r + effect + own})
    return pd.DataFrame(rows)


@pytest.mark.slow
@pytest.mark.parametrize("deviation", [0.0, 0.7])
def test_the_conditions_under_which_a_policy_fails_are_found(deviation: float) -> None:
    found = discovery(
        gains(conditions(400, deviation), list("abcd"), "met", "policy", "new", "now"),
        list("abcd"),
        0.0,
    )
    limits = found.limits.set_index("factor")
    assert {"a", "b"} <= set(limits.index)
    assert limits["high"]["a"] == pytest.approx(0.4, abs=0.06)
    assert limits["low"]["b"] == pytest.approx(0.6, abs=0.06)
    assert found.density > 0.8
    assert found.coverage > 0.8
    assert limits.loc[["a", "b"], "quasi_p"].max() < 1e-6
    assert found.failing == pytest.approx(0.16, abs=0.05)
    assert found.chance == 0.05


def test_a_policy_that_never_fails_has_no_box() -> None:
    found = discovery(
        gains(conditions(60, 0.0), list("abcd"), "met", "policy", "new", "now"), list("abcd"), -5.0
    )
    assert found.limits.empty
    assert found.failing == 0


@pytest.mark.slow
def test_failures_that_have_no_conditions_are_given_none() -> None:
    # Thirty conditions and twelve failures among them by chance: a box that holds them all is easily
    # found, and says nothing.
    rng = np.random.default_rng(9)
    names = [f"x{i}" for i in range(30)]
    points = pd.DataFrame(rng.random((120, 30)), columns=names)
    points["change"] = np.where(np.arange(120) < 12, -1.0, 1.0)
    points["low"], points["high"] = points["change"] - 0.1, points["change"] + 0.1
    found = discovery(points, names, 0.0)
    assert found.limits.empty
    assert found.chance is None or found.chance > 0.05
    assert found.failing == 0.1


@pytest.mark.parametrize("seed", [1, pytest.param(7, marks=pytest.mark.slow)])
def test_no_condition_is_named_that_a_box_is_as_dense_without(seed: int) -> None:
    # Of both tables a peeled box also cuts a little off one or two of four conditions that say nothing,
    # with a quasi-p of 0.4 to 0.7.
    rng = np.random.default_rng(seed)
    points = pd.DataFrame(rng.random((150, 6)), columns=list("abcdef"))
    both = (points["a"] < 0.4) & (rng.random(150) < 0.9) & (points["b"] > 0.3)
    points["change"] = np.where(both | (rng.random(150) < 0.05), -1.0, 1.0)
    found = discovery(points.assign(low=-2.0, high=2.0), list("abcdef"), 0.0)
    assert set(found.limits["factor"]) == {"a", "b"}
    inside = found.points[found.points["inside"]]
    limits = found.limits.set_index("factor")
    assert inside["a"].max() <= limits["high"]["a"]
    assert found.density == inside["fails"].mean()
    assert found.coverage == inside["fails"].sum() / found.points["fails"].sum()


def leaning(seed: int, share: float) -> pd.DataFrame:
    """Luck alone, two runs of each point: a share of it leans with the first two conditions, alike at all."""
    rng = np.random.default_rng(seed)
    points = pd.DataFrame(rng.random((40, 3)), columns=list("abc"))
    lean = np.sqrt(12 * share) * (points[["a", "b"]].to_numpy() - 0.5) @ rng.normal(size=(2, 2))
    change = (lean + np.sqrt(1 - share) * rng.normal(size=(40, 2))).mean(axis=1)
    return points.assign(change=change, low=change - 1, high=change + 1)


@pytest.mark.slow
def test_luck_that_worlds_do_not_share_seldom_looks_like_conditions() -> None:
    # 20 tables of luck alone: a box in one of them at 5%, and in 5 or more three times in a thousand.
    boxes = [discovery(leaning(seed, 0.0), list("abc"), -0.6) for seed in range(20)]
    assert sum(not found.limits.empty for found in boxes) <= 4


def test_no_conditions_are_told_from_luck_that_worlds_share() -> None:
    # Were one looked for, a box would be found in 17 of 30 tables of luck of which points share 56%.
    found = discovery(leaning(1, 0.95), list("abc"), -0.6, shared_luck=True)
    assert found.failing > 0
    assert found.limits.empty
    asked = Asked(outcome="y", policy="new", at_least=-0.6)
    chart = box(found, asked, dict.fromkeys("abcy", "share"))
    assert "all of them shared their luck, which cannot be told from conditions" in chart.title
    assert "dealt out at random" not in chart.description


def test_where_no_conditions_stand_out_every_point_is_shown() -> None:
    found = discovery(leaning(1, 0.95), list("abc"), -0.6, shared_luck=True)
    asked = Asked(outcome="y", policy="new", at_least=-0.6)
    chart = box(found, asked, dict.fromkeys("abcy", "share"))
    drawn = [value for bars in chart.figure.data for value in bars.y]
    assert drawn == sorted(found.points["change"])
    assert sum(value < -0.6 for value in drawn) == len(chart.figure.data[0].y)
    assert chart.table.iloc[-1, 1] == changed(max(drawn), "share")


@pytest.mark.slow
def test_points_whose_interval_holds_the_threshold_are_called_unsure() -> None:
    found = discovery(
        gains(conditions(60, 2.0), list("abcd"), "met", "policy", "new", "now"), list("abcd"), 0.0
    )
    assert 0.3 < found.points["unsure"].mean() < 1


def test_a_hole_in_a_design_is_refused() -> None:
    table = pd.DataFrame({"cell": [0, 0, 1], "replication": [0, 1, 0], "y": [1.0, 2.0, 3.0]})
    with pytest.raises(ValueError, match="1 runs have no value of y"):
        by_point(table, "y", 2)
    with pytest.raises(ValueError, match="3 runs have no value of y"):
        by_point(table, "y", 3)
