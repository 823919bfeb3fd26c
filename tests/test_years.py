"""Time: what each year gains and costs, and when a policy has paid its hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from few_worlds import PLAIN, SETUP, worlds_of
from hypothesis import given, settings
from hypothesis import strategies as st

from seci_sim.lab import weeks
from seci_sim.lab.comparison_table import Comparison, comparison
from seci_sim.lab.statistics import HOURS, HOURS_A_HEAD, MET, MIS_SERVED, Reached, add_ratios
from seci_sim.lab.weeks import PRODUCTIVE
from seci_sim.lab.years import WHOLE_RUN, by_year, weeks_to_pay
from seci_sim.scenario import read_scenario, with_levers
from seci_sim.seci.measures import WHOLE

NAN = float("nan")


def weekly_of(policies: Mapping[str, Mapping[str, Any]], count: int, runs: int = 3) -> pd.DataFrame:
    """A row a run and week: of each measure (weeks,) or (runs, weeks) values, or one for all."""
    seed, week = (place.ravel() for place in np.indices((runs, count)))
    hours = dict.fromkeys(HOURS, 0.0) | {"hours_routine_business": 400.0}
    plain = {MET: 0.0, MIS_SERVED: 0.0, PRODUCTIVE: 0.0} | hours
    return pd.concat(
        [
            pd.DataFrame(
                {"scenario": name, "seed": seed + 1, "week": week + 1}
                | {
                    measure: np.broadcast_to(values, (runs, count)).ravel()
                    for measure, values in (plain | dict(measures)).items()
                }
            )
            for name, measures in policies.items()
        ],
        ignore_index=True,
    )


def compared(by_week: pd.DataFrame, count: int) -> Comparison:
    """Two policies of which nothing is known but their weeks."""
    summary = by_week.groupby(["scenario", "seed"])[[MET, MIS_SERVED, *HOURS]].agg(
        {MET: "last", MIS_SERVED: "last"} | dict.fromkeys(HOURS, "sum")
    )
    summary["hours_with_patients"] = 0.0
    return Comparison(
        add_ratios(summary.reset_index()),
        ("A", "B"),
        count,
        yearly=weeks.yearly(by_week),
        weekly=by_week,
    )


# By year -------------------------------------------------------------------------------------------


def test_gain_hours_and_price_of_each_year_and_of_all() -> None:
    """B gains 4 points in the first year and 10 in the second. It takes 20 of 400 hours of each week:
    a twentieth of 2,080 hours a year is 104, so that a point costs 26 hours, then 10.4; over both
    years 7 points are gained, at 104 / 7."""
    gain = np.r_[np.full(52, 0.04), np.full(52, 0.10)]
    by_week = weekly_of(
        {
            "A": {MET: 0.3},
            "B": {MET: 0.3 + gain, HOURS[0]: 20.0, "hours_routine_business": 380.0},
        },
        104,
    )
    found = by_year(compared(by_week, 104), "B", "A")
    assert [one.year for one in found] == [1, 2, WHOLE_RUN]
    assert [one.gain.mean for one in found] == pytest.approx([0.04, 0.10, 0.07])
    assert [one.hours.mean for one in found] == pytest.approx([104.0] * 3)
    prices = [one.price.mean for one in found if one.price]
    assert prices == pytest.approx([26.0, 10.4, 104 / 7])
    assert [one.doubt for one in found] == [None] * 3


def test_a_last_year_that_is_not_full_counts_by_its_weeks() -> None:
    """52 weeks that gain 4 points and 13 that gain 14: 6 points on average over 65 weeks, at 20 hours
    of each week's 400, 104 a year."""
    gain = np.r_[np.full(52, 0.04), np.full(13, 0.14)]
    by_week = weekly_of(
        {"A": {}, "B": {MET: gain, HOURS[1]: 20.0, "hours_routine_business": 380.0}}, 65
    )
    found = by_year(compared(by_week, 65), "B", "A")
    assert [one.gain.mean for one in found] == pytest.approx([0.04, 0.14, 0.06])
    assert [one.hours.mean for one in found] == pytest.approx([104.0] * 3)


def test_hours_of_a_firm_that_grows_are_of_all_its_hours() -> None:
    """80 of 800 hours a week in the first year, 20 of 4,000 in the second: 100 of 4,800 over both."""
    hours = np.r_[np.full(52, 80.0), np.full(52, 20.0)]
    rest = np.r_[np.full(52, 720.0), np.full(52, 3980.0)]
    by_week = weekly_of({"A": {}, "B": {HOURS[2]: hours, "hours_routine_business": rest}}, 104)
    found = by_year(compared(by_week, 104), "B", "A")
    assert [one.hours.mean for one in found] == pytest.approx([208.0, 10.4, 2080 * 100 / 4800])


def test_a_year_without_a_gain_that_luck_tells_apart_has_no_price() -> None:
    luck = np.array([[-0.02], [0.0], [0.021]])
    gain = np.broadcast_to(np.r_[np.zeros(52), np.full(52, 0.1)], (3, 104)) + luck
    by_week = weekly_of({"A": {}, "B": {MET: gain, HOURS[0]: 20.0}}, 104)
    first, second, _ = by_year(compared(by_week, 104), "B", "A")
    assert first.price is None
    assert second.price is not None


def test_doubt_of_a_year_is_of_that_years_weeks_in_each_world() -> None:
    """In 20 worlds the first year gains 1 to 20 points, and the second twice as many."""
    rise = np.arange(1, 21)[:, None] / 100
    worlds = worlds_of({SETUP: np.arange(20.0)}, {"A": {}, "B": {MET: rise}})
    twice = worlds.yearly.assign(year=2, **{MET: 2 * worlds.yearly[MET]})
    worlds = replace(worlds, yearly=pd.concat([worlds.yearly, twice]))
    by_week = weekly_of({"A": {}, "B": {MET: 0.1}}, 104)
    found = by_year(replace(compared(by_week, 104), worlds=worlds), "B", "A")
    means = [one.doubt.mean for one in found if one.doubt]
    assert means == pytest.approx([0.105, 0.21, 0.1575])
    ends = [one.doubt.interval for one in found if one.doubt]
    assert ends[0] == pytest.approx((0.0105, 0.1995))
    assert ends[2] == pytest.approx((0.0105 * 1.5, 0.1995 * 1.5))


def test_without_weeks_it_is_said_that_there_are_none() -> None:
    plain = {name: [value] for name, value in PLAIN.items()}
    found = Comparison(pd.DataFrame({"scenario": ["A"], "seed": 1} | plain), ("A",), 104)
    for work_out in (by_year, weeks_to_pay):
        with pytest.raises(ValueError, match="made without weeks"):
            work_out(found, "A", "A")


# Weeks until it has paid ----------------------------------------------------------------------------


def pays(gain: Any, count: int = 6, runs: int = 1) -> Reached:
    by_week = weekly_of(
        {"A": {PRODUCTIVE: 0.5}, "B": {PRODUCTIVE: 0.5 + np.asarray(gain)}}, count, runs
    )
    return weeks_to_pay(compared(by_week, count), "B", "A")


@pytest.mark.parametrize(
    ("gain", "week"),
    [
        ([-0.25, -0.25, 0.125, 0.375, 0.5, 0.5], 5.0),  # added up -0.25, -0.5, -0.375, 0, 0.5
        ([-0.25, 0.5, -0.5, 0.125, 0.25, 0.5], 5.0),  # ahead in week 2, and behind again
        ([0.25, 0.25, 0.25, 0.25, 0.25, 0.25], 1.0),
        ([0.0, 0.0, 0.0, 0.0, 0.0, 0.0], None),
        ([0.0, 0.0, 0.25, 0.0, 0.0, 0.0], 3.0),  # until then neither meets any need
        ([-0.25, -0.25, -0.25, -0.25, -0.25, 1.5], 6.0),
        ([0.5, 0.5, 0.5, 0.5, 0.5, -3.0], None),
        ([-0.25, 0.0, 0.0, 0.0, 0.0, 0.0], None),
    ],
)
def test_a_policy_has_paid_when_it_stays_ahead(gain: list[float], week: float | None) -> None:
    assert pays(gain) == Reached(week, int(week is not None), 1)


def test_the_middle_run_says_when_and_never_is_later_than_any_week() -> None:
    early, late, never = [1.0] * 6, [-1.0, 0, 0, 0, 2, 0], [-1.0] * 6
    assert pays([early, late, never], runs=3) == Reached(5.0, 2, 3)
    assert pays([early, never, never], runs=3) == Reached(None, 1, 3)


def test_a_run_that_only_one_policy_has_pays_nothing() -> None:
    by_week = weekly_of({"A": {}, "B": {PRODUCTIVE: 1.0}}, 6, 3)
    gone = (by_week["scenario"] == "A") & (by_week["seed"] == 2)
    found = compared(by_week, 6)
    assert weeks_to_pay(replace(found, weekly=by_week[~gone]), "B", "A") == Reached(1.0, 2, 2)


@settings(max_examples=30)
@given(st.lists(st.integers(-4, 4), min_size=1, max_size=30))
def test_what_has_paid_is_ahead_from_then_on_and_was_not_the_week_before(steps: list[int]) -> None:
    ahead = np.cumsum(steps)
    found = pays(np.array(steps) / 8, len(steps))
    if found.median is None:
        assert ahead[-1] <= 0
    else:
        week = int(found.median)
        assert (ahead[week - 1 :] > 0).all()
        assert week == 1 or ahead[week - 2] <= 0


# Tables of weeks ------------------------------------------------------------------------------------


def test_weeks_of_the_whole_are_those_of_no_market() -> None:
    rows = {"scenario": "A", "seed": 1, "week": [1, 1, 2, 2], "market": ["India", WHOLE] * 2}
    found = weeks.of_whole(pd.DataFrame(rows | {MET: [0.1, 0.2, 0.3, 0.4], "service_value": 0.5}))
    assert list(found.columns) == ["scenario", "seed", "week", MET, PRODUCTIVE]
    assert found[MET].tolist() == [0.2, 0.4]


def test_a_share_that_did_not_apply_in_a_week_is_left_out_of_its_year() -> None:
    by_week = weekly_of({"A": {MIS_SERVED: np.r_[np.full(51, NAN), 0.2, 0.4]}}, 53, 1)
    assert weeks.yearly(by_week)[MIS_SERVED].tolist() == pytest.approx([0.2, 0.4])


def test_a_comparison_of_real_runs_has_its_years() -> None:
    firm = with_levers(read_scenario("one-percent"), horizon=60)
    from seci_sim.lab.comparing import simulate

    other = with_levers(firm, policy__patient_time=0.05).model_copy(update={"name": "Five"})
    results = simulate([firm, other], replications=2, worlds=4, workers=1)
    found = comparison([firm, other], results.summary, worlds=results.worlds, weekly=results.weekly)
    first, second, whole = by_year(found, "Five", firm.name)
    assert (first.year, second.year, whole.year) == (1, 2, WHOLE_RUN)
    assert whole.gain.mean == pytest.approx((52 * first.gain.mean + 8 * second.gain.mean) / 60)
    assert whole.hours.mean == pytest.approx(found.change("Five", HOURS_A_HEAD, firm.name).mean)
    assert whole.doubt is not None
