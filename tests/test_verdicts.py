"""Verdicts: what luck and doubt say together, what harm weighs, and which policy is asked against which."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from few_worlds import SETUP, SHOWING, Measures, in_the_middle, summary_of, worlds_of
from judged_by_hand import LUCK, RUNS, WEEKS, a_case, column
from scipy.stats import t

from seci_sim.lab.deciders import Decider
from seci_sim.lab.doubt import Doubt
from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    MET,
    MIS_SERVED,
    ON_TREATMENT,
    Difference,
    paired_difference,
)
from seci_sim.lab.verdicts import Verdict, answer_of, break_even, measure_first, verdict

NAN = float("nan")


@pytest.fixture(autouse=True)
def _no_warning() -> None:
    warnings.simplefilter("error")


def doubt_with(holds: float, mean: float = 0.1) -> Doubt:
    return Doubt(mean, (mean - 0.2, mean + 0.2), holds, 100)


GAIN = paired_difference(0.1 + LUCK, np.zeros(RUNS))
LOSS = paired_difference(-0.1 + LUCK, np.zeros(RUNS))
UNSURE = paired_difference(0.0001 + LUCK, np.zeros(RUNS))
SAME = paired_difference(np.ones(RUNS), np.ones(RUNS))
ONE_RUN = paired_difference([0.2], [0.1])
NO_RUN = paired_difference([NAN, NAN], [0.1, 0.1])


@pytest.mark.parametrize(
    ("net", "doubt", "said"),
    [
        (GAIN, None, "yes"),
        (LOSS, None, "no"),
        (UNSURE, None, "not settled"),
        (SAME, None, "no difference"),
        (ONE_RUN, None, "not settled"),
        (NO_RUN, None, "not settled"),
        (NO_RUN, doubt_with(1.0), "not settled"),
        (GAIN, doubt_with(0.9), "yes"),
        (GAIN, doubt_with(0.89), "not settled"),
        (GAIN, doubt_with(0.5), "not settled"),
        (UNSURE, doubt_with(1.0), "not settled"),
        (ONE_RUN, doubt_with(1.0), "not settled"),
        (LOSS, doubt_with(1.0), "not settled"),
        (LOSS, doubt_with(0.11), "not settled"),
        (LOSS, doubt_with(0.1), "no"),
        (UNSURE, doubt_with(0.1), "no"),
        (UNSURE, doubt_with(0.0), "no"),
        (SAME, Doubt(0.0, (0.0, 0.0), 0.0, 100), "no difference"),
        (SAME, Doubt(0.001, (0.0, 0.0), 0.04, 100), "no"),
        (SAME, doubt_with(0.5), "not settled"),
        (SAME, doubt_with(1.0), "not settled"),
    ],
)
def test_a_yes_needs_luck_and_doubt_and_a_no_needs_worlds(
    net: Difference, doubt: Doubt | None, said: str
) -> None:
    assert answer_of(net, doubt) == said


def judged(weight: float = 0.0, **changes: Measures) -> Verdict:
    return verdict(*a_case(**changes), "B", "A", weight=weight)


def test_a_verdict_says_what_its_tables_say() -> None:
    """B gains 0.01 (22 - weeks): above 0 in 16 of 20 worlds, from 15.5 points to -3.5, 6 on average.

    It mis-serves 5 points more in all of them: more than it gains where it gains less than 5 points,
    in the 9 worlds from 17.5 weeks on. The 30 hours cost 30 / 15.5 = 1.935 hours a point to
    30 / 0.5 = 60, of the 16 worlds with a gain; fewer than 19, so the ends are the least and the most.
    """
    found = judged()
    assert (found.policy, found.against, found.outcome) == ("B", "A", MET)
    assert found.answer == "not settled"
    assert found.gain.mean == pytest.approx(0.1)
    assert found.net == found.gain
    assert found.doubt is not None
    assert found.doubt == found.net_doubt
    assert found.doubt.holds == pytest.approx(16 / 20)
    assert found.doubt.mean == pytest.approx(0.06)
    assert found.doubt.interval == pytest.approx((-0.0345, 0.1545))  # a twentieth of a step inwards
    assert found.harm.mean == pytest.approx(0.05)
    assert found.harm_doubt is not None
    assert found.harm_doubt.holds == 1.0
    assert found.harmful_worlds == pytest.approx(9 / 20)
    assert found.hours.mean == pytest.approx(30)
    assert found.hours_doubt is not None
    assert found.hours_doubt.interval == (30.0, 30.0)
    assert found.price is not None
    assert found.price.mean == pytest.approx(3.0)
    assert found.price_doubt == pytest.approx((30 / 15.5, 30 / 0.5))
    assert [one.factor for one in found.deciders] == [SETUP]
    assert found.measure_first is found.deciders[0]
    assert found.deciders[0].turns_at == pytest.approx(22, abs=0.01)
    assert (found.deciders[0].wins_below, found.deciders[0].wins_above) == ("B", "A")
    # Without B's choice in the 4 worlds where it loses 0.5, 1.5, 2.5 and 3.5 points: 8 / 20 more.
    assert found.deciders[0].worth == pytest.approx(0.004)


def test_where_a_mis_served_need_turns_the_verdict() -> None:
    """Ten points for five: two needs met for each need mis-served. Fieller's ends by his equation."""
    summary, _ = a_case()
    found = break_even(summary, "B", "A")
    assert found is not None
    assert found.mean == pytest.approx(2.0)
    assert found.interval is not None
    met, wrong = 0.1 + LUCK, 0.05 + LUCK[::-1] / 2
    critical = t.ppf(0.975, RUNS - 1)
    for end in found.interval:
        rest = met - end * wrong
        error = rest.std(ddof=1) / np.sqrt(RUNS)
        assert abs(rest.mean()) / error == pytest.approx(critical)
    assert found.interval[0] < 2.0 < found.interval[1]


@pytest.mark.parametrize("times", [0.5, 2.0, 4.0])
def test_half_the_harm_may_weigh_twice_as_much(times: float) -> None:
    plain = judged().break_even
    other = judged(B={MIS_SERVED: 0.1 + times * 0.05}).break_even
    assert plain is not None
    assert other is not None
    assert other.mean * times == pytest.approx(plain.mean)


def test_at_its_break_even_weight_nothing_is_left_of_a_gain() -> None:
    found = judged(weight=2.0)
    assert found.net.mean == pytest.approx(0.0, abs=1e-12)
    assert found.gain.mean == pytest.approx(0.1)
    assert found.answer == "not settled"
    assert found.net_doubt is not None
    assert found.doubt is not None
    assert found.net_doubt.mean == pytest.approx(found.doubt.mean - 2 * 0.05)
    assert found.deciders[0].turns_at == pytest.approx(12, abs=0.01)  # a gain of 10 points
    assert found.break_even == judged().break_even
    assert judged(weight=50.0).answer == "no"


@pytest.mark.parametrize(
    "changed",
    [
        {MIS_SERVED: 0.1},
        {MIS_SERVED: 0.05},
        {MET: 0.3 + LUCK},
        {MET: 0.2},
    ],
    ids=["no more harm", "less harm", "no gain told apart", "loss"],
)
def test_without_both_gain_and_harm_there_is_no_weight_that_turns(changed: dict[str, Any]) -> None:
    summary, _ = a_case()
    of_b = summary["scenario"] == "B"
    for name, values in changed.items():
        summary.loc[of_b, name] = values
    assert break_even(summary, "B", "A") is None


def test_where_luck_cannot_tell_a_gain_apart_there_is_no_price() -> None:
    summary, worlds = a_case()
    summary[MET] = 0.3
    found = verdict(summary, worlds, "B", "A")
    assert found.price is None
    assert found.price_doubt is not None


def test_a_gain_that_is_above_nought_in_no_world_has_no_price_there() -> None:
    found = judged(B={MET: 0.2})
    assert found.answer == "no"
    assert (found.price, found.price_doubt, found.break_even) == (None, None, None)
    assert (found.deciders, found.measure_first) == ((), None)
    assert found.harmful_worlds == 1.0


def test_hours_that_a_world_does_not_have_leave_its_price_out() -> None:
    """The firm has no staff in the worlds of 6.5 and 21.5 weeks: the prices from 30 / 14.5 to 20 are
    left."""
    summary, worlds = a_case()
    gone = worlds.runs["world"].isin([0, 15]) & (worlds.runs["scenario"] == "B")
    worlds.runs.loc[gone, HOURS_A_HEAD] = NAN
    found = verdict(summary, worlds, "B", "A")
    assert found.price_doubt == pytest.approx((30 / 14.5, 20.0))
    assert found.hours_doubt is not None
    assert (found.hours_doubt.worlds, found.hours_doubt.dropped) == (18, 2)


def test_worlds_without_any_value_say_nothing() -> None:
    summary, worlds = a_case()
    found = verdict(summary, replace(worlds, runs=worlds.runs.assign(**{MET: NAN})), "B", "A")
    assert (found.doubt, found.harmful_worlds, found.price_doubt) == (None, None, None)
    assert found.deciders == ()
    assert found.answer == "yes"


def test_without_worlds_luck_alone_decides() -> None:
    summary, _ = a_case()
    found = verdict(summary, None, "B", "A")
    assert found.answer == "yes"
    assert (found.doubt, found.net_doubt, found.harm_doubt, found.hours_doubt) == (None,) * 4
    assert (found.harmful_worlds, found.price_doubt) == (None, None)
    assert (found.deciders, found.measure_first) == ((), None)


def test_one_world_is_a_whole_verdict() -> None:
    summary, worlds = a_case()
    first = replace(
        worlds, parameters=worlds.parameters.iloc[:1], runs=worlds.runs[worlds.runs["world"] == 0]
    )
    found = verdict(summary, first, "B", "A")
    assert found.answer == "yes"
    assert found.doubt is not None
    assert (found.doubt.worlds, found.doubt.holds) == (1, 1.0)
    assert found.deciders == ()


def test_two_policies_that_do_the_same_do_not_differ() -> None:
    summary, worlds = a_case()
    twice = [
        pd.concat([table[table["scenario"] == "A"].assign(scenario=name) for name in "AB"])
        for table in (summary, worlds.runs)
    ]
    found = verdict(twice[0], replace(worlds, runs=twice[1]), "B", "A")
    assert found.answer == "no difference"
    assert found.net_doubt is not None
    assert (found.net_doubt.mean, found.net_doubt.interval) == (0.0, (0.0, 0.0))
    assert (found.deciders, found.price, found.price_doubt, found.break_even) == ((), *(None,) * 3)


def test_of_treatment_it_says_what_a_patient_more_costs() -> None:
    """20 points more of 100 patients are on treatment, for 4,000 of subsidy: 200 each. In the worlds
    20 to 40 more: 100 to 200. Whatever a mis-served need counts, it is not taken off."""
    own: dict[str, Measures] = {
        "A": {ON_TREATMENT: 0.2, "adherent_low": 20.0},
        "B": {
            ON_TREATMENT: 0.4,
            MIS_SERVED: 0.3,
            "adherent_low": 25.0,
            "adherent_high": 15.0,
            "subsidy": 4000.0,
        },
    }
    more = np.linspace(0, 20, 20)
    in_them = dict(own) | {
        "B": dict(own["B"])
        | {"adherent_high": column(15 + more), ON_TREATMENT: column(0.4 + more / 100)}
    }
    worlds = worlds_of({SETUP: WEEKS}, in_them)
    found = verdict(summary_of(RUNS, own), worlds, "B", "A", outcome=ON_TREATMENT, weight=3.0)
    assert (found.answer, found.outcome, found.break_even) == ("yes", ON_TREATMENT, None)
    assert found.net.mean == found.gain.mean == pytest.approx(0.2)
    assert found.price is not None
    assert found.price.mean == pytest.approx(200.0)
    assert found.price_doubt == pytest.approx((100.0, 200.0), rel=0.01)


def a_decider(factor: Any, worth: float) -> Decider:
    return Decider(factor, worth, 0.5, None, None, None, pd.DataFrame())


def test_measured_first_is_what_a_firm_can_look_up_and_is_worth_most() -> None:
    rule, fact, lesser = a_decider(SHOWING, 0.03), a_decider(SETUP, 0.02), a_decider(SETUP, 0.01)
    assert measure_first([rule, fact, lesser]) is fact
    assert measure_first([rule, a_decider(SETUP, 0.0)]) is None
    assert measure_first([]) is None


def test_three_deciders_are_named_and_what_to_measure_may_be_another() -> None:
    """Set-up is the fourth in what it is worth, and the first that can be looked up."""
    rng = np.random.default_rng(2)
    names = ("learning.showing", "world.drift", "world.needs", "projects.setup_weeks")
    parameters = {
        SETUP.model_copy(update={"name": name}): rng.permutation(in_the_middle(SETUP, 256))
        for name in names
    }
    slopes = (4.0, 3.0, 2.5, 2.0)
    gain = sum(
        slope * (values - 16) / 10
        for slope, values in zip(slopes, parameters.values(), strict=True)
    )
    worlds = worlds_of(parameters, {"A": {}, "B": {MET: column(gain)}})
    found = verdict(summary_of(RUNS, {"A": {}, "B": {MET: 0.1 + LUCK}}), worlds, "B", "A")
    assert [one.factor.name for one in found.deciders] == list(names[:3])
    assert found.measure_first is not None
    assert found.measure_first.factor.name == "projects.setup_weeks"
