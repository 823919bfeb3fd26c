"""Curves of a dose: which dose is enough, which are told apart, and how often luck tells them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seci_sim.analyses.comparison import comparison
from seci_sim.analyses.dose_response import dose_response, enough

pytest.importorskip("SALib", reason="needs the extra `analysis`")

pytestmark = pytest.mark.packages


def saturating(deviation: float, replications: int = 20) -> pd.DataFrame:
    """Nothing at 0, half of the gain at 1, and hardly more from 4 on."""
    rng = np.random.default_rng(5)
    luck = rng.normal(0, 1, replications)
    rows = [
        {"dose": dose, "replication": r, "met": 1 - np.exp(-0.7 * dose) + luck[r] + own}
        for dose in (0, 1, 2, 4, 8, 16)
        for r, own in enumerate(rng.normal(0, deviation, replications))
    ]
    return pd.DataFrame(rows)


def test_a_curve_that_saturates_has_a_dose_from_which_more_is_not_told_apart() -> None:
    found = dose_response(saturating(0.05), "met", "dose")
    assert found["change"].iloc[-1] == pytest.approx(1.0, abs=0.05)
    assert enough(found) == 8  # 99.6% of all there is to gain; 4 has 94%
    assert (found["step_low"].iloc[1:4] > 0).all()
    assert found["step_low"].iloc[-1] < 0 < found["step_high"].iloc[-1]


def test_a_flat_curve_has_no_dose_that_is_enough() -> None:
    flat = saturating(0.05).assign(met=lambda rows: np.sin(1e6 * rows["met"]))
    assert enough(dose_response(flat, "met", "dose")) is None


@pytest.mark.slow
def test_the_lowest_dose_is_not_enough_where_more_is_told_from_it() -> None:
    # 300 experiments of 10 runs on a curve that goes on rising: nothing is never enough, and may be
    # named in 15 of them; 27 would come by chance three times in a thousand. Two families of
    # comparisons, one for the rise and one for what is enough, named it in 37 of 120.
    rng, wrong = np.random.default_rng(12), 0
    for _ in range(300):
        luck = rng.normal(size=10)
        runs = pd.DataFrame(
            [
                {"dose": dose, "replication": r, "met": 0.03 * dose + luck[r] + own}
                for dose in (0, 0.5, 1, 2, 4)
                for r, own in enumerate(rng.normal(0, 0.1, 10))
            ]
        )
        wrong += enough(dose_response(runs, "met", "dose")) == 0
    assert wrong <= 26


def test_a_dose_is_enough_only_if_all_between_it_and_the_best_are_not_told_from_that_either() -> (
    None
):
    found = pd.DataFrame({"dose": [0.0, 1, 2, 4, 8], "mean": [0.0, 1, 0.5, 2, 1.5],
                          "apart": [False, True, True, True, True],
                          "below_best": [True, False, True, False, True]})  # fmt: skip
    assert enough(found) == 4


@pytest.mark.slow
def test_one_sentence_never_tells_two_doses_apart_and_not() -> None:
    # Told apart as one of four comparisons, not as one of ten: neither a rise nor enough is named.
    luck, own = np.arange(10.0), np.array([1, -1, 1, -1, 1, -1, 1, -1, 1, -1]) * 1.0
    gains = {0: 0 * own, 0.5: 0.1 * own, 1: 0.2 * own, 2: 0.3 * own, 4: 1.15 + own}
    runs = pd.concat(
        pd.DataFrame({"dose": dose, "replication": range(10), "met": luck + gain})
        for dose, gain in gains.items()
    )
    for shift in np.linspace(-0.4, 0.4, 81):
        moved = runs.assign(met=runs["met"] + shift * (runs["dose"] == 4))
        found = dose_response(moved, "met", "dose")
        assert bool(found["apart"].iloc[-1]) == bool(found["below_best"].iloc[0])
        assert enough(found) != 0


def test_a_dose_without_a_value_is_never_the_best() -> None:
    curve = saturating(0.05)
    lost = curve.assign(met=curve["met"].where(curve["dose"] > 0))
    found, known = (dose_response(one, "met", "dose") for one in (lost, curve[curve["dose"] > 0]))
    assert found["below_best"].tolist() == [False, *known["below_best"]]
    assert known["below_best"].any()


def worlds() -> pd.DataFrame:
    """Two worlds that differ by 5; a second policy brings 1 in the first, and 3 in the second."""
    rng = np.random.default_rng(13)
    luck = rng.normal(0, 1, 12)
    return pd.concat(
        pd.DataFrame({"label": label, "world": world, "seed": range(12), "replication": range(12),
                      "dose": dose, "met": luck + level + gain + rng.normal(0, 0.05, 12)})
        for world, level, gains in (("calm", 0, (0, 1)), ("wild", -5, (0, 3)))
        for dose, (label, gain) in enumerate(zip(("now", "new"), gains, strict=True))
    )  # fmt: skip


def test_policies_are_compared_within_a_world() -> None:
    found = comparison(worlds(), ["met"]).set_index(["world", "label"])
    change = found["change"].xs("new", level="label")
    assert change.to_dict() == pytest.approx({"all worlds": 2, "calm": 1, "wild": 3}, abs=0.1)
    assert found["apart"].xs("new", level="label").all()
    width = (found["change_high"] - found["change_low"]).xs("new", level="label")
    assert (width < 0.2).all(), "luck is shared within worlds"


def test_a_dose_is_followed_over_uncertain_worlds() -> None:
    found = dose_response(worlds(), "met", "dose")
    assert found["change"].iloc[-1] == pytest.approx(2, abs=0.1)
    assert found["runs"].tolist() == [12, 12]
    hole = worlds().iloc[1:]
    assert dose_response(hole, "met", "dose")["runs"].tolist() == [11, 12]


def test_runs_of_worlds_that_share_no_luck_count_one_by_one() -> None:
    rng = np.random.default_rng(3)
    world, luck = rng.normal(0, 0.2, 40), rng.normal(0, 1, (40, 2))
    rows = [
        {"dose": dose, "world.drift": w, "replication": r, "seed": 2 * w + r}
        | {"met": luck[w, r] + world[w] + dose * (0.5 + world[w])}
        for dose in (0, 1)
        for w in range(40)
        for r in range(2)
    ]
    one_by_one = dose_response(pd.DataFrame(rows), "met", "dose").iloc[1]
    assert one_by_one["runs"] == 80
    assert one_by_one["apart"]
    # The same world 40 times on the same two seeds: two runs, each a mean, and nothing is told apart.
    shared = pd.DataFrame(rows).assign(seed=lambda table: table["replication"])
    assert dose_response(shared, "met", "dose").iloc[1]["runs"] == 2


def test_several_curves_are_held_against_the_first_at_the_same_dose() -> None:
    two = pd.concat(
        [
            saturating(0.05).assign(policy="local"),
            saturating(0.05).assign(policy="world", met=lambda rows: rows["met"] - rows["dose"]),
        ]
    )
    found = dose_response(two, "met", "dose", by="policy")
    world = found[found["curve"] == "world"]
    assert world["change"].tolist() == pytest.approx([0, -1, -2, -4, -8, -16], abs=0.1)
    assert found[found["curve"] == "local"]["change"].isna().all()


@pytest.mark.slow
def test_no_dose_of_several_curves_is_told_from_its_best_by_luck_alone() -> None:
    # 300 tables of four flat curves, whose luck leans with the dose: any dose is told from another in 15 of them
    # at most; 27 or more would come by chance three times in a thousand. With a family for each curve it was 36.
    rng, told, risen = np.random.default_rng(14), 0, 0
    for _ in range(300):
        runs = []
        for curve in "abcd":
            lean, own = rng.normal(size=10), rng.normal(size=(3, 10))
            runs += [
                {
                    "policy": curve,
                    "dose": dose,
                    "replication": r,
                    "met": dose * lean[r] + own[dose, r],
                }
                for dose in range(3)
                for r in range(10)
            ]
        found = dose_response(pd.DataFrame(runs), "met", "dose", by="policy")
        told += bool(found["below_best"].any())
        risen += bool(((found["step_low"] > 0) | (found["step_high"] < 0)).any())
    assert max(told, risen) <= 26


def test_a_comparison_holds_every_label_against_the_first() -> None:
    rng = np.random.default_rng(6)
    luck = rng.normal(0, 1, 20)
    runs = pd.concat(
        pd.DataFrame(
            {"label": name, "seed": range(20), "met": luck + gain + rng.normal(0, 0.1, 20)}
        )
        for name, gain in (("now", 0.0), ("more", 0.5), ("same", 0.0))
    )
    found = comparison(runs, ["met"]).set_index("label")
    assert found["apart"].to_dict() == {"now": False, "more": True, "same": False}
    assert found["change"]["more"] == pytest.approx(0.5, abs=0.1)
    assert found["change_high"]["same"] - found["change_low"]["same"] < 0.25
