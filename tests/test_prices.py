"""Prices and other ratios: their intervals, and where there is none because no gain is told apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from runs_by_hand import NAN, summary_of

from seci_sim.lab.intervals import student
from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    MODES,
    ON_TREATMENT,
    PATIENT_HOURS_A_HEAD,
    STARTING,
    add_ratios,
    hours_per_point,
    ratio_of_means,
)

pytestmark = pytest.mark.packages


def test_a_ratio_over_a_constant_has_the_interval_of_its_numerator() -> None:
    # numerators: mean 4, standard error 1.154701, t(2 degrees) 4.302653, all halved
    found = ratio_of_means([2, 4, 6], [2, 2, 2])
    assert found is not None
    assert found.mean == 2
    assert found.interval == pytest.approx((-0.484138, 4.484138), abs=1e-5)


def test_a_ratio_needs_a_denominator_that_is_told_apart_from_zero() -> None:
    assert ratio_of_means([2, 4, 6], [-1, 0.5, 1]) is None
    assert ratio_of_means([2], [1]) is None


def test_a_ratio_of_losses_is_as_that_of_gains() -> None:
    gains = ratio_of_means([2, 4, 7], [2, 2.5, 3.2])
    losses = ratio_of_means([-2, -4, -7], [-2, -2.5, -3.2])
    assert gains is not None
    assert losses is not None
    assert losses.mean == pytest.approx(gains.mean)
    assert losses.interval == pytest.approx(gains.interval)


def test_hours_a_head_need_no_head_count() -> None:
    # 2 people for 26 weeks are 1 head-year, and 2,080 hours, of which 104 in the modes
    hours = {f"hours_{mode}": [26.0] for mode in MODES}
    summary = add_ratios(
        pd.DataFrame(hours | {"hours_routine_business": [1976.0], "hours_with_patients": [20.8]})
    )
    assert summary[HOURS_A_HEAD][0] == pytest.approx(104)
    assert summary[PATIENT_HOURS_A_HEAD][0] == pytest.approx(20.8)


def test_hours_per_point_are_extra_hours_over_points_gained() -> None:
    # 20 more hours for 0.10, 0.12 and 0.08 more needs met: 20 / 10 points
    summary = summary_of(
        a={"needs_met": [0.2, 0.3, 0.4], HOURS_A_HEAD: [10.0, 11.0, 12.0]},
        b={"needs_met": [0.3, 0.42, 0.48], HOURS_A_HEAD: [30.0, 31.0, 32.0]},
    )
    found = hours_per_point(summary, "b", "a")
    assert found is not None
    assert found.mean == pytest.approx(2.0)
    assert found.interval is not None
    assert found.interval[0] < 2 < found.interval[1]


@pytest.mark.parametrize("met", [[0.1, 0.2, 0.3], [0.25, 0.28, 0.42], [0.2, 0.3, 0.4]])
def test_there_is_no_price_where_no_gain_is_told_apart(met: list[float]) -> None:
    summary = summary_of(
        a={"needs_met": [0.2, 0.3, 0.4], HOURS_A_HEAD: [10.0, 11.0, 12.0]},
        b={"needs_met": met, HOURS_A_HEAD: [30.0, 31.0, 32.0]},
    )
    assert hours_per_point(summary, "b", "a") is None


@pytest.mark.parametrize("together", [1, 6])
def test_at_the_ends_of_its_interval_a_ratio_is_just_told_apart(together: int) -> None:
    """What Fieller's interval means: of above less ratio times below, an end of the interval is 0."""
    above, below = np.array([2.0, 4.0, 7.0, 5.0]), np.array([2.0, 2.5, 3.2, 2.1])
    found = ratio_of_means([*above, NAN, 1.0], [*below, 1.0, NAN], comparisons=together)
    assert found is not None
    assert found.mean == above.mean() / below.mean()
    assert (found.used, found.dropped) == (4, 2)
    assert found.interval is not None
    for ratio, end in zip(found.interval, (0, 1), strict=True):
        rest = student(above - ratio * below, together)
        assert rest is not None
        assert rest[end] == pytest.approx(0.0, abs=1e-9)
    assert found.interval[0] < found.mean < found.interval[1]


def test_patients_on_treatment_are_shares_of_those_eligible_in_all_bands() -> None:
    hours = {f"hours_{name}": [1.0, 1.0] for name in (*MODES, "routine_business", "with_patients")}
    patients = {
        "eligible_low": [30.0, 0.0], "eligible_high": [10.0, 0.0], "started_low": [8.0, 0.0],
        "started_high": [2.0, 0.0], "adherent_low": [4.0, 0.0], "adherent_high": [1.0, 0.0],
    }  # fmt: skip
    added = add_ratios(pd.DataFrame(hours | patients))
    assert added[STARTING][0] == 0.25
    assert added[ON_TREATMENT][0] == 0.125
    assert added[[STARTING, ON_TREATMENT]].iloc[1].isna().all(), "nobody is eligible"


def test_the_price_of_a_gain_is_as_unsure_as_all_that_are_read_together() -> None:
    before = {"needs_met": [0.2, 0.3, 0.4], HOURS_A_HEAD: [10.0, 11.0, 12.0]}
    after = {"needs_met": [0.3, 0.41, 0.49], HOURS_A_HEAD: [30.0, 32.0, 31.0]}
    alone = hours_per_point(summary_of(a=before, b=after), "b", "a")
    together = hours_per_point(summary_of(a=before, b=after, c=before), "b", "a")
    assert alone is not None
    assert together is not None
    assert alone.interval is not None
    assert together.interval is not None
    assert together.interval[0] < alone.interval[0] < alone.interval[1] < together.interval[1]


@pytest.mark.parametrize("ratio", [3.0, 0.3, 0.1])
def test_a_ratio_that_is_the_same_in_every_run_is_known_exactly(ratio: float) -> None:
    """What is under the root is nought then, and by rounding a little less or more."""
    below = np.array([7.0, 8.0, 9.0])
    found = ratio_of_means(ratio * below, below)
    assert found is not None
    assert found.interval == pytest.approx((ratio, ratio))
