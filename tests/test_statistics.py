"""Means, paired differences and ratios, against numbers worked out by hand."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pandas as pd
import pytest
from runs_by_hand import NAN, summary_of

from seci_sim.lab import statistics
from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    MODES,
    ON_TREATMENT,
    PATIENT_HOURS_A_HEAD,
    STARTING,
    Difference,
    Estimate,
    add_ratios,
    comparisons,
    contrast,
    difference,
    estimate,
    level,
    paired_difference,
    ratio_of_means,
    reached,
    separated,
)

pytestmark = pytest.mark.packages


def test_the_interval_of_a_mean_is_students() -> None:
    # mean 2.5, standard deviation 1.29099, standard error 0.645497, t(3 degrees) 3.182446
    found = estimate([1, 2, 3, 4])
    assert found.mean == 2.5
    assert found.interval == pytest.approx((0.445740, 4.554260), abs=1e-6)
    assert (found.used, found.dropped) == (4, 0)


def test_the_interval_of_two_runs_uses_the_quantile_of_one_degree_of_freedom() -> None:
    # mean 1, standard error 1, t(1 degree) 12.7062
    assert estimate([0, 2]).interval == pytest.approx((-11.7062, 13.7062), abs=1e-4)


def test_differences_are_taken_pair_by_pair() -> None:
    # differences 1, 2, 1: mean 1.3333, standard deviation 0.57735, t(2 degrees) 4.302653
    found = paired_difference([5, 7, 9], [4, 5, 8])
    assert found.mean == pytest.approx(4 / 3)
    assert found.interval == pytest.approx((-0.100884, 2.767551), abs=1e-5)
    assert found.effect_size == pytest.approx(2.309401, abs=1e-6)


def test_better_in_all_of_few_runs_is_not_yet_separated() -> None:
    found = paired_difference([5, 7, 9], [4, 5, 8])
    assert (found.better, found.used) == (3, 3)
    assert not separated(found)


def test_shared_luck_separates_what_two_averages_would_not() -> None:
    luck = np.array([10.0, 20.0, 30.0, 40.0])
    found = paired_difference(luck + [1.0, 1.1, 0.9, 1.0], luck)
    assert separated(found)
    without, with_policy = estimate(luck).interval, estimate(luck + 1).interval
    assert without is not None
    assert with_policy is not None
    assert without[1] > with_policy[0]


def test_lower_can_be_better_and_equal_is_not() -> None:
    assert paired_difference([1, 2, 3], [2, 2, 2], lower_is_better=True).better == 1
    assert paired_difference([1, 2, 3], [2, 2, 2]).better == 1


def test_one_run_has_no_interval_and_separates_nothing() -> None:
    found = paired_difference([9], [1])
    assert found.mean == 8
    assert found.interval is None
    assert found.effect_size is None
    assert not separated(found)


def test_runs_without_a_value_are_dropped_and_counted() -> None:
    found = paired_difference([1, NAN, 3, 4], [0, 0, NAN, 2])
    assert (found.mean, found.used, found.dropped) == (1.5, 2, 2)


def test_no_value_at_all_gives_no_mean_and_no_interval() -> None:
    found = estimate([NAN, NAN])
    assert math.isnan(found.mean)
    assert found.interval is None
    assert (found.used, found.dropped) == (0, 2)
    assert not separated(found)


def test_a_policy_does_not_differ_from_itself() -> None:
    found = paired_difference([0.1, 0.2, 0.3], [0.1, 0.2, 0.3])
    assert found.interval == (0.0, 0.0)
    assert found.effect_size is None
    assert not separated(found)


def test_the_same_difference_in_every_run_has_no_spread_even_after_rounding() -> None:
    before = np.array([0.1, 0.2, 0.7])
    found = paired_difference(before + 0.3, before)
    assert found.interval is not None
    assert found.interval[0] == found.interval[1]
    assert found.effect_size is None
    assert separated(found)


@pytest.mark.parametrize("kind", ["mean", "ratio"])
def test_intervals_hold_the_truth_about_as_often_as_they_say(kind: str) -> None:
    # 2,000 intervals of 10 runs: 95% of them, with a standard error of 0.5%. The bounds are at four
    # standard errors, so that another seed would fail less than once in 10,000 times.
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(2000):
        below = rng.normal(2, 1, 10)
        above = 3 * below + rng.normal(0, 1, 10)
        found = estimate(below) if kind == "mean" else ratio_of_means(above, below)
        if found is None:  # a denominator not told apart from 0 allows any ratio
            held += 1
            continue
        assert found.interval is not None
        held += found.interval[0] <= (2 if kind == "mean" else 3) <= found.interval[1]
    assert 0.93 <= held / 2000 <= 0.97


def test_runs_are_matched_by_their_seed_and_not_by_their_place() -> None:
    summary = pd.DataFrame(
        {
            "scenario": ["a", "a", "b", "b", "b"],
            "seed": [1, 2, 3, 2, 1],
            "needs_met": [1, 2, 9, 4, 2],
        }
    )
    found = difference(summary, "b", "a", "needs_met")
    assert (found.mean, found.used, found.dropped) == (1.5, 2, 1)


def test_an_unknown_scenario_is_named() -> None:
    with pytest.raises(ValueError, match="no runs of 'c'"):
        level(summary_of(a={"needs_met": [1.0]}), "c", "needs_met")


def test_the_best_policy_is_held_against_the_first() -> None:
    summary = summary_of(
        a={"needs_met": [0.1, 0.2]}, b={"needs_met": [0.3, 0.4]}, c={"needs_met": [0.5, 0.4]}
    )
    assert contrast(summary, ["a", "b", "c"]) == ("c", "a")


def test_a_best_first_policy_is_held_against_the_next_best() -> None:
    summary = summary_of(
        a={"needs_met": [0.9, 0.8]}, b={"needs_met": [0.3, 0.4]}, c={"needs_met": [0.5, 0.4]}
    )
    assert contrast(summary, ["a", "b", "c"]) == ("a", "c")


def test_what_is_never_reached_counts_as_later_than_any_week() -> None:
    assert reached([60, 80, NAN]).median == 80
    assert reached([60, NAN, NAN]).median is None
    assert reached([NAN]).reached == 0


def test_statistics_leave_the_callers_table_as_it_was() -> None:
    hours = {f"hours_{name}": [1.0, 2.0] for name in (*MODES, "routine_business", "with_patients")}
    summary = summary_of(a=hours | {"needs_met": [0.1, 0.2]})
    before = summary.copy()
    statistics.level(add_ratios(summary), "a", "needs_met")
    pd.testing.assert_frame_equal(summary, before)


def test_what_is_compared_with_what_says_how_many_are_read_together() -> None:
    for names, with_first, without in (
        (["a"], 1, None),
        (["a", "b"], 1, None),
        ([*"abcde"], 4, 10),
    ):
        summary = pd.DataFrame({"scenario": names})
        assert comparisons(summary, "a", names[-1]) == with_first
        assert comparisons(summary, names[-1], "a") == with_first
        if without:
            assert comparisons(summary, "b", "c") == without


def test_a_difference_that_touches_nought_does_not_tell_apart() -> None:
    apart = [
        separated(Estimate(0.0, ends, 2, 0)) for ends in ((0.0, 1.0), (-1.0, 0.0), (-1.0, 1.0))
    ]
    assert apart == [False, False, False]
    assert separated(Estimate(0.0, (0.1, 1.0), 2, 0))
    assert separated(Estimate(0.0, (-1.0, -0.1), 2, 0))


def test_pairs_without_a_value_have_neither_better_nor_superiority() -> None:
    found = paired_difference([NAN], [1.0])
    assert math.isnan(found.mean)
    assert math.isnan(found.superiority)
    assert (found.better, found.used, found.dropped, found.detectable) == (0, 0, 1, None)
    assert paired_difference([3, 2, 1], [1, 1, 1]).superiority == pytest.approx(2.5 / 3)
    assert paired_difference([1.0], [0.0]).comparisons == 1


def test_the_detectable_difference_is_that_of_all_that_are_read_together() -> None:
    ours, theirs = [1.0, 2.0, 4.0, 3.0], [0.5, 1.0, 3.5, 2.9]
    alone, together = (
        paired_difference(ours, theirs, comparisons=count).detectable for count in (1, 3)
    )
    assert alone is not None
    assert together is not None
    assert together > alone


def test_a_median_week_is_the_middle_one_of_all_runs() -> None:
    found = statistics.when_reached(summary_of(a={"week": [70.0, NAN, 50.0]}), "a", "week")
    assert (found.median, found.reached, found.runs) == (70, 2, 3)


def test_what_is_said_of_a_set_of_runs_is_not_changed_afterwards() -> None:
    for found, field in (
        (estimate([1.0]), "mean"),
        (paired_difference([1.0], [0.0]), "better"),
        (reached([60.0]), "median"),
    ):
        with pytest.raises(FrozenInstanceError):
            setattr(found, field, 0)


def test_a_difference_is_read_alone_unless_said_otherwise() -> None:
    assert Difference(1.0, None, 1, 0, 1, 0, None, 1.0, None).comparisons == 1


def test_how_a_difference_is_to_be_read_is_said_by_name() -> None:
    summary = summary_of(a={"needs_met": [0.1]}, b={"needs_met": [0.2]})
    pairs: Any = paired_difference, ([1.0], [0.0])
    ratio: Any = ratio_of_means, ([1.0], [1.0])
    scenarios: Any = difference, (summary, "b", "a", "needs_met")
    for ask, given in (pairs, ratio, scenarios):
        ask(*given)
        with pytest.raises(TypeError, match="positional argument"):
            ask(*given, 1)


def test_higher_is_better_unless_said_otherwise() -> None:
    summary = summary_of(a={"needs_met": [0.1, 0.2, 0.3]}, b={"needs_met": [0.2, 0.4, 0.1]})
    assert difference(summary, "b", "a", "needs_met").better == 2
    assert difference(summary, "b", "a", "needs_met", lower_is_better=True).better == 1


def test_pairs_of_scenarios_are_counted_in_whole_numbers() -> None:
    assert isinstance(comparisons(pd.DataFrame({"scenario": [*"abcde"]}), "b", "c"), int)


def test_hours_of_half_a_year_are_doubled() -> None:
    # 1,040 hours, of which 52.25 in the modes
    hours = {f"hours_{mode}": [13.0625] for mode in MODES}
    summary = add_ratios(
        pd.DataFrame(hours | {"hours_routine_business": [987.75], "hours_with_patients": [10.4]})
    )
    assert summary[HOURS_A_HEAD][0] == 104.5
    assert summary[PATIENT_HOURS_A_HEAD][0] == pytest.approx(20.8)


def test_one_eligible_patient_is_enough_for_a_share() -> None:
    hours = {f"hours_{name}": [1.0] for name in (*MODES, "routine_business", "with_patients")}
    added = add_ratios(
        pd.DataFrame(hours | {"eligible_a": [1], "started_a": [1], "adherent_a": [0]})
    )
    assert (added[STARTING][0], added[ON_TREATMENT][0]) == (1, 0)


def test_what_is_held_against_what_has_nothing_to_do_with_names() -> None:
    for means, expected in (
        ({"z": 0.4, "m": 0.5, "a": 0.6}, ("a", "z")),
        ({"z": 0.6, "m": 0.4, "a": 0.5}, ("z", "a")),
    ):
        summary = summary_of(**{name: {"needs_met": [mean]} for name, mean in means.items()})
        assert contrast(summary, [*means]) == expected
