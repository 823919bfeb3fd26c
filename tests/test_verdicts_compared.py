"""Verdicts whatever the tables say, and which policy is held against which."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from few_worlds import SETUP, in_the_middle, summary_of, worlds_of
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_by_hand import LUCK, RUNS, WEEKS, a_case, column

from seci_sim.lab.comparison_table import OUTCOMES, Comparison, is_ladder
from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    MET,
    MIS_SERVED,
    ON_TREATMENT,
    STARTING,
)
from seci_sim.lab.verdicts import NET, verdict
from seci_sim.lab.worlds import Worlds
from seci_sim.scenario import read_scenario, with_levers


@pytest.fixture(autouse=True)
def _no_warning() -> None:
    warnings.simplefilter("error")


def drawn_case(seed: int, shift: float, gain: float, worlds: int) -> tuple[pd.DataFrame, Worlds]:
    """Two policies on luck that they share; the gain falls with weeks of set-up."""
    rng = np.random.default_rng(seed)

    def measures(luck: np.ndarray, more: Any, own: np.ndarray) -> dict[str, np.ndarray]:
        noise = rng.normal(size=luck.shape)
        return {
            MET: shift + 0.3 + 0.05 * luck + more + own,
            MIS_SERVED: shift + 0.1 + 0.02 * luck + more / 4 + own / 2,
            HOURS_A_HEAD: 1000 * shift + 100 + 20 * (more != 0) + noise,
        }

    weeks = rng.permutation(in_the_middle(SETUP, worlds))
    luck, in_them = rng.normal(size=RUNS), rng.normal(size=(worlds, 2))
    own = {
        "A": measures(luck, 0.0, np.zeros(RUNS)),
        "B": measures(luck, gain, 0.01 * rng.normal(size=RUNS)),
    }
    of_worlds = {
        "A": measures(in_them, 0.0, np.zeros((worlds, 2))),
        "B": measures(
            in_them, column(gain * (22 - weeks) / 10), 0.01 * rng.normal(size=(worlds, 2))
        ),
    }
    return summary_of(RUNS, own), worlds_of({SETUP: weeks}, of_worlds)


CASES = st.tuples(
    st.integers(0, 10_000), st.sampled_from([-0.2, -0.01, 0.002, 0.05, 0.2]), st.integers(2, 40)
)


@pytest.mark.slow
@settings(max_examples=12)
@given(CASES, st.sampled_from([0.25, 1.0, 4.0]), st.sampled_from([0.0, 1.0, 3.0]))
def test_what_is_added_to_both_policies_changes_no_verdict(
    case: tuple[int, float, int], shift: float, weight: float
) -> None:
    seed, gain, worlds = case
    plain = verdict(*drawn_case(seed, 0.0, gain, worlds), "B", "A", weight=weight)
    shifted = verdict(*drawn_case(seed, shift, gain, worlds), "B", "A", weight=weight)
    assert shifted.answer == plain.answer
    assert shifted.net.interval == pytest.approx(plain.net.interval)
    assert shifted.net_doubt is not None
    assert plain.net_doubt is not None
    assert shifted.net_doubt.interval == pytest.approx(plain.net_doubt.interval)
    assert shifted.net_doubt.holds == plain.net_doubt.holds
    assert shifted.harmful_worlds == plain.harmful_worlds
    assert (shifted.price_doubt is None) is (plain.price_doubt is None)
    if plain.price_doubt is not None:
        assert shifted.price_doubt == pytest.approx(plain.price_doubt, rel=1e-6)
    assert [one.factor for one in shifted.deciders] == [one.factor for one in plain.deciders]
    assert [one.turns_at for one in shifted.deciders] == pytest.approx(
        [one.turns_at for one in plain.deciders]
    )


@pytest.mark.slow
@settings(max_examples=12)
@given(CASES, st.sampled_from([0.0, 1.0, 3.0]))
def test_the_other_way_round_a_verdict_is_mirrored(
    case: tuple[int, float, int], weight: float
) -> None:
    seed, gain, worlds = case
    tables = drawn_case(seed, 0.0, gain, worlds)
    forth = verdict(*tables, "B", "A", weight=weight)
    back = verdict(*tables, "A", "B", weight=weight)
    assert back.net.mean == pytest.approx(-forth.net.mean)
    assert back.hours.mean == pytest.approx(-forth.hours.mean)
    assert forth.net_doubt is not None
    assert back.net_doubt is not None
    assert back.net_doubt.holds == pytest.approx(1 - forth.net_doubt.holds)
    low, high = forth.net_doubt.interval
    assert back.net_doubt.interval == pytest.approx((-high, -low))
    # A yes is told apart by luck as well; so each yes is a no the other way round, and no two are yes.
    mirrored = {"yes": {"no"}, "no": {"yes", "not settled"}, "not settled": {"no", "not settled"}}
    assert back.answer in mirrored[forth.answer]
    assert forth.answer in mirrored[back.answer]
    for one, other in zip(forth.deciders, back.deciders, strict=True):
        assert (one.factor, one.wins_below) == (other.factor, other.wins_below)
        assert one.worth == pytest.approx(other.worth)


@settings(max_examples=10)
@given(CASES, st.floats(0, 5), st.floats(0, 5))
def test_the_more_a_mis_served_need_counts_the_less_is_left(
    case: tuple[int, float, int], one: float, other: float
) -> None:
    seed, gain, worlds = case
    summary, found = drawn_case(seed, 0.0, max(gain, 0.05), worlds)
    lighter, heavier = (
        verdict(summary, found, "B", "A", weight=weight) for weight in sorted((one, other))
    )
    assert lighter.harm.mean > 0
    assert heavier.net.mean <= lighter.net.mean + 1e-12
    assert heavier.gain == lighter.gain
    assert lighter.break_even == heavier.break_even
    for weighed, weight in ((lighter, min(one, other)), (heavier, max(one, other))):
        left = weighed.gain.mean - weight * weighed.harm.mean
        assert weighed.net.mean == pytest.approx(left, abs=1e-12)
        if weighed.break_even is not None:
            assert (weighed.net.mean > 0) is (weight < weighed.break_even.mean)


def compared(policies: int, *, ladder: bool, worlds: bool = True) -> Comparison:
    names = tuple("ABC"[:policies])
    own = {name: {MET: 0.1 * place + LUCK * place} for place, name in enumerate(names)}
    in_them = {name: {MET: 0.1 * place} for place, name in enumerate(names)}
    return Comparison(
        summary_of(RUNS, own),
        names,
        208,
        OUTCOMES[:3],
        worlds=worlds_of({SETUP: WEEKS}, in_them) if worlds else None,
        ladder=ladder,
    )


def test_on_a_ladder_each_step_is_asked_against_the_one_before() -> None:
    steps = compared(3, ladder=True)
    assert steps.steps() == (("B", "A"), ("C", "B"))
    assert [(one.policy, one.against) for one in steps.verdicts()] == [("B", "A"), ("C", "B")]
    assert steps.verdict("C").gain.mean == pytest.approx(0.1)
    others = compared(3, ladder=False)
    assert others.steps() == (("B", "A"), ("C", "A"))
    assert others.verdict("C").gain.mean == pytest.approx(0.2)
    assert compared(1, ladder=True).steps() == ()


def test_a_policy_that_was_chosen_among_three_is_told_apart_less_easily() -> None:
    """C against B on the ladder: of three policies there are three pairs, against the first only two."""
    found = compared(3, ladder=True)
    assert (found.verdict("B").gain.comparisons, found.verdict("C").gain.comparisons) == (2, 3)


def test_doubt_of_a_comparison_is_against_the_first_unless_said_otherwise() -> None:
    found = compared(3, ladder=True)
    for name, against, mean in (("C", "", 0.2), ("C", "B", 0.1), ("B", "C", -0.1), ("A", "", 0.0)):
        doubt = found.doubt(name, MET, against)
        assert doubt is not None
        assert doubt.mean == pytest.approx(mean)
    assert compared(2, ladder=False, worlds=False).doubt("B", MET) is None


def test_what_a_mis_served_need_counts_reaches_the_verdict() -> None:
    summary, worlds = a_case()
    found = Comparison(summary, ("A", "B"), 208, worlds=worlds, mis_served_weight=50.0)
    assert found.verdict("B").answer == "no"
    assert found.verdict("B").net.mean == pytest.approx(0.1 - 50 * 0.05)


def test_where_prices_tell_policies_apart_the_verdict_is_about_treatment() -> None:
    summary, worlds = a_case(B={STARTING: 0.5, ON_TREATMENT: 0.4})
    assert Comparison(summary, ("A", "B"), 208, worlds=worlds).verdict("B").outcome == ON_TREATMENT
    summary, worlds = a_case()
    assert Comparison(summary, ("A", "B"), 208, worlds=worlds).verdict("B").outcome == MET


def test_a_ladder_rises_in_one_number_and_in_nothing_else() -> None:
    one = read_scenario("one-percent")
    steps = [
        with_levers(one, policy__patient_time=share).model_copy(update={"name": f"{share}"})
        for share in (0.0, 0.01, 0.02)
    ]
    assert is_ladder(steps)
    assert is_ladder(steps[:2])
    assert not is_ladder(steps[::-1])
    assert not is_ladder([steps[0], steps[1], steps[1]])
    assert not is_ladder(steps[:1])
    assert not is_ladder([steps[0], with_levers(steps[1], policy__turnover=0.3)])


def test_a_verdict_of_worlds_does_not_change_their_tables() -> None:
    summary, worlds = a_case()
    before, runs = summary.copy(), worlds.runs.copy()
    verdict(summary, worlds, "B", "A", weight=2.0)
    pd.testing.assert_frame_equal(summary, before)
    pd.testing.assert_frame_equal(worlds.runs, runs)
    assert NET not in summary
