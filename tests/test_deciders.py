"""Deciders: which parameters move a gain, where it turns, and what knowing them is worth."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from few_worlds import SETUP, SHOWING, in_the_middle
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import qmc

from seci_sim.lab.deciders import FALSE_ALARM, FEWEST_WORLDS, Decider, deciders
from seci_sim.lab.doubt import Array
from seci_sim.lab.factors import Factor
from seci_sim.lab.worlds import Worlds, doubted
from seci_sim.scenario import read_scenario

NAN = float("nan")
WORLDS = 100


@pytest.fixture(autouse=True)
def _no_warning() -> None:
    warnings.simplefilter("error")


def worlds_with(parameters: dict[Factor, Array]) -> Worlds:
    """Worlds of which no run is needed."""
    table = pd.DataFrame({factor.name: values for factor, values in parameters.items()})
    none = pd.DataFrame()
    return Worlds(table.rename_axis("world"), tuple(parameters), none, none, "latin hypercube")


def found_in(parameters: dict[Factor, Array], gain: Array) -> tuple[Decider, ...]:
    """Deciders of gains that luck leaves as they are, or of (worlds, replications)."""
    gains = np.column_stack([gain, gain]) if gain.ndim == 1 else gain
    return deciders(worlds_with(parameters), gains, "local", "global")


def two(seed: int = 0) -> tuple[Array, Array]:
    """Weeks of set-up and a share, each in the middle of equal parts of its range."""
    rng = np.random.default_rng(seed)
    weeks = rng.permutation(in_the_middle(SETUP, WORLDS))
    return weeks, rng.permutation(in_the_middle(SHOWING, WORLDS))


# By hand -------------------------------------------------------------------------------------------


def test_where_a_gain_turns_and_what_it_is_worth_to_know() -> None:
    """The gain falls evenly from 12 points at 6 weeks to -8 at 26: 0 at 18 weeks, 2 on average.

    Who knows the weeks chooses the local partner in the 60% of worlds below 18, where it gains 6
    points on average: 3.6 points, 1.6 more than its 2.
    """
    weeks, showing = two()
    (only,) = found_in({SETUP: weeks, SHOWING: showing}, 0.01 * (18 - weeks))
    assert only.factor is SETUP
    assert only.turns_at == pytest.approx(18, abs=0.01)
    assert (only.wins_below, only.wins_above) == ("local", "global")
    assert only.worth == pytest.approx(0.016, abs=1e-5)
    assert only.explained == pytest.approx(1.0)
    assert only.curve["value"].tolist() == pytest.approx(
        np.linspace(weeks.min(), weeks.max(), 41).tolist()
    )
    assert only.curve["mean"].tolist() == pytest.approx(
        (0.01 * (18 - only.curve["value"])).tolist()
    )


def test_two_parameters_share_the_variance_that_they_make() -> None:
    """Even spreads of 2 and 1 have variances 4 to 1: of both together, 80% and 20%.

    The first turns the sign and is worth more, though both move it; the second leaves the mean of
    half a point where it is, between 0 and 1, so that it turns nothing.
    """
    weeks, showing = two(4)
    first = 2 * (weeks - 16) / 20
    second = (showing - 0.055) / 0.09
    found = found_in({SHOWING: showing, SETUP: weeks}, 0.505 + first + second)
    assert [one.factor.name for one in found] == [SETUP.name, SHOWING.name]
    together = np.var(first + second)  # the two hang together by chance, a little
    assert found[0].explained == pytest.approx(np.var(first) / together, abs=0.01)
    assert found[1].explained == pytest.approx(np.var(second) / together, abs=0.01)
    assert (found[1].worth, found[1].turns_at, found[1].wins_below) == (0.0, None, None)
    assert found[0].turns_at == pytest.approx(16 - 10 * 0.505, abs=0.01)
    assert (found[0].wins_below, found[0].wins_above) == ("global", "local")


def test_a_gain_that_turns_twice_is_worth_knowing_but_turns_at_no_one_place() -> None:
    """The gain is 0.3 - x squared over -1 to 1: mean -0.0333, and above 0 between -0.548 and 0.548,
    where it comes to 0.1095 on average over all."""
    weeks, _ = two()
    x = (weeks - 16) / 10
    (only,) = found_in({SETUP: weeks}, 0.3 - x**2)
    root = np.sqrt(0.3)
    assert (only.turns_at, only.wins_below, only.wins_above) == (None, None, None)
    assert only.worth == pytest.approx(0.3 * root - root**3 / 3, abs=1e-3)


@pytest.mark.parametrize("gain_at_least", [0.01, -0.31])
def test_what_moves_a_gain_that_keeps_its_sign_is_named_and_worth_nothing(
    gain_at_least: float,
) -> None:
    weeks, _ = two()
    gain = gain_at_least + 0.3 * (weeks - weeks.min()) / np.ptp(weeks)
    (only,) = found_in({SETUP: weeks}, gain)
    assert (only.worth, only.turns_at) == (0.0, None)
    assert only.explained == pytest.approx(1.0)


def test_a_parameter_of_two_values_has_a_curve_of_two_values() -> None:
    """Half of the worlds gain 3 points and half lose 1: knowing which is worth 1.5 - 1 points."""
    kind = Factor(name="world.needs", decided=False, low=20, high=21)
    values = np.tile([20.0, 21.0], 50)
    (only,) = found_in({kind: values}, np.where(values == 21, 0.03, -0.01))
    assert only.curve["value"].tolist() == [20, 21]
    assert only.curve["mean"].tolist() == pytest.approx([-0.01, 0.03])
    assert only.worth == pytest.approx(0.005)
    assert only.turns_at == pytest.approx(20.25, abs=1e-3)
    assert (only.wins_below, only.wins_above) == ("global", "local")


def test_a_parameter_of_whole_numbers_is_told_at_whole_numbers() -> None:
    kind = Factor(name="world.needs", decided=False, low=20, high=30)
    values = np.random.default_rng(1).permutation(np.tile(np.arange(20.0, 30), 10))
    (only,) = found_in({kind: values}, 0.01 * (values - 24.4))
    assert only.curve["value"].tolist() == list(range(20, 30))
    assert only.turns_at == pytest.approx(24.4, abs=0.01)


def test_the_band_of_a_curve_holds_nine_worlds_in_ten_near_every_value() -> None:
    """The gain's spread grows from a tenth at the lower end to one at the upper; so does the band.

    In each quarter of the range there are some 500 worlds, of which a share of 90% is found with an
    error of 1.3 points: 5 points are nearly four of them.
    """
    rng = np.random.default_rng(5)
    weeks = rng.uniform(6, 26, 2000)
    gain = (weeks - 16) / 4 + (0.1 + 0.9 * (weeks - 6) / 20) * rng.normal(size=2000)
    (only,) = found_in({SETUP: weeks}, gain)
    low, high = (np.interp(weeks, only.curve["value"], only.curve[end]) for end in ("low", "high"))
    for quarter in range(4):
        there = (weeks - 6) // 5 == quarter
        held = ((low <= gain) & (gain <= high))[there].mean()
        assert held == pytest.approx(0.9, abs=0.05)


# What cannot decide ---------------------------------------------------------------------------------


def test_a_number_that_is_the_same_in_all_worlds_decides_nothing() -> None:
    weeks, _ = two()
    found = found_in({SHOWING: np.full(WORLDS, 0.05), SETUP: weeks}, 0.01 * (18 - weeks))
    assert [one.factor for one in found] == [SETUP]


@pytest.mark.parametrize("gain", [0.0, 0.3, NAN])
def test_a_gain_that_is_the_same_everywhere_is_decided_by_nothing(gain: float) -> None:
    weeks, showing = two()
    assert found_in({SETUP: weeks, SHOWING: showing}, np.full(WORLDS, gain)) == ()


@pytest.mark.parametrize("worlds", [0, 1, FEWEST_WORLDS - 1])
def test_of_a_few_worlds_nothing_is_named(worlds: int) -> None:
    weeks = in_the_middle(SETUP, max(worlds, 1))[:worlds]
    assert found_in({SETUP: weeks}, 0.01 * (18 - weeks)) == ()


def test_of_just_enough_worlds_what_is_plain_is_named() -> None:
    weeks = in_the_middle(SETUP, FEWEST_WORLDS)
    assert len(found_in({SETUP: weeks}, 0.01 * (18 - weeks))) == 1


def test_nothing_is_named_that_was_not_doubted() -> None:
    assert found_in({}, np.linspace(-1, 1, WORLDS)) == ()


# Whatever is found ----------------------------------------------------------------------------------


def a_noisy_gain(weeks: Array, showing: Array, noise: float = 0.03, seed: int = 2) -> Array:
    luck = np.random.default_rng(seed).normal(size=(len(weeks), 2))
    return 0.01 * (18 - weeks)[:, None] + ((showing - 0.05) * 0.5)[:, None] + noise * luck


def test_worlds_in_which_runs_failed_are_as_if_they_were_not_there() -> None:
    weeks, showing = two(6)
    gains = a_noisy_gain(weeks, showing)
    gone = np.arange(WORLDS) % 9 == 0
    with_them = found_in({SETUP: weeks, SHOWING: showing}, np.where(gone[:, None], NAN, gains))
    without = found_in({SETUP: weeks[~gone], SHOWING: showing[~gone]}, gains[~gone])
    assert len(with_them) == len(without) > 0
    for one, other in zip(with_them, without, strict=True):
        assert (one.factor, one.worth, one.turns_at) == (other.factor, other.worth, other.turns_at)
        pd.testing.assert_frame_equal(one.curve, other.curve)


def test_a_world_of_which_one_run_failed_counts_with_its_other() -> None:
    weeks, showing = two(6)
    gains = a_noisy_gain(weeks, showing)
    gains[::7, 1] = NAN
    found = found_in({SETUP: weeks, SHOWING: showing}, gains)
    assert found[0].factor is SETUP


@settings(max_examples=8)
@given(st.integers(0, 10_000), st.floats(0.005, 0.1))
def test_the_other_way_round_what_decides_is_the_same_and_the_others_win(
    seed: int, noise: float
) -> None:
    weeks, showing = two(seed)
    gains = a_noisy_gain(weeks, showing, noise, seed)
    parameters = {SETUP: weeks, SHOWING: showing}
    forth = found_in(parameters, gains)
    back = deciders(worlds_with(parameters), -gains, "global", "local")
    assert [one.factor for one in forth] == [one.factor for one in back]
    for one, other in zip(forth, back, strict=True):
        assert (one.wins_below, one.wins_above) == (other.wins_below, other.wins_above)
        assert one.turns_at == pytest.approx(other.turns_at)
        assert one.worth == pytest.approx(other.worth)
        assert one.explained == pytest.approx(other.explained)
        assert one.curve["low"].tolist() == pytest.approx((-other.curve["high"]).tolist())


@settings(max_examples=8)
@given(st.integers(0, 10_000), st.sampled_from([0.01, 4.0, 100.0]))
def test_units_and_order_say_nothing(seed: int, times: float) -> None:
    weeks, showing = two(seed)
    gains = a_noisy_gain(weeks, showing, 0.05, seed)
    plain = found_in({SETUP: weeks, SHOWING: showing}, gains)
    again = found_in({SHOWING: showing, SETUP: weeks}, gains * times)
    assert [one.factor for one in plain] == [one.factor for one in again]
    for one, other in zip(plain, again, strict=True):
        assert other.worth == pytest.approx(one.worth * times)
        assert other.turns_at == pytest.approx(one.turns_at)
        assert other.explained == pytest.approx(one.explained)
        assert 0 <= one.explained <= 1


@settings(max_examples=8)
@given(st.integers(0, 10_000))
def test_knowing_is_never_worth_less_than_nothing_nor_more_than_knowing_all(seed: int) -> None:
    weeks, showing = two(seed)
    gains = a_noisy_gain(weeks, showing, 0.02, seed)
    perfect = np.maximum(gains.mean(axis=1), 0).mean() - max(gains.mean(), 0)
    for one in found_in({SETUP: weeks, SHOWING: showing}, gains):
        assert 0 <= one.worth <= perfect + 1e-3


# Stated rates ---------------------------------------------------------------------------------------


def a_design(seed: int, worlds: int) -> dict[Factor, Array]:
    """The parameters of a real comparison, as its design draws them."""
    factors = doubted([read_scenario("no-patient-time"), read_scenario("one-percent")])
    unit = qmc.LatinHypercube(len(factors), rng=np.random.default_rng(seed)).random(worlds)
    parameters = {}
    for place, factor in enumerate(factors):
        assert factor.low is not None
        assert factor.high is not None
        parameters[factor] = factor.low + unit[:, place] * (factor.high - factor.low)
    return parameters


def named_by_chance(trials: int, worlds: int) -> int:
    """Designs in which a parameter is named though luck alone moves the gain."""
    named = 0
    for trial in range(trials):
        gains = np.random.default_rng([trial, worlds]).normal(size=(worlds, 2))
        named += bool(found_in(a_design(trial, worlds), gains))
    return named


@pytest.mark.slow
def test_of_seventy_parameters_that_do_nothing_any_is_named_in_one_comparison_of_twenty() -> None:
    """30 comparisons: more than 6 of them have a chance below one in a thousand at 5%."""
    assert stats.binom.sf(6, 30, FALSE_ALARM) < 0.001
    assert named_by_chance(30, 128) <= 6


@pytest.mark.slow
def test_so_it_is_in_many_comparisons() -> None:
    """600 comparisons: between 14 and 48 but once in a thousand at 5%."""
    named = named_by_chance(600, 256)
    assert stats.binom.cdf(named, 600, FALSE_ALARM) > 0.0005
    assert stats.binom.sf(named - 1, 600, FALSE_ALARM) > 0.0005


@pytest.mark.slow
def test_a_parameter_that_explains_a_tenth_is_found_by_three_designs_in_four() -> None:
    """100 designs: between 60 and 88 but once in a thousand at 75%."""
    named = 0
    for trial in range(100):
        parameters = a_design(trial, 192)
        weeks = next(values for factor, values in parameters.items() if factor.name == SETUP.name)
        luck = np.random.default_rng([trial, 7]).normal(size=192)
        own, other = ((one - one.mean()) / one.std() for one in (weeks, luck))
        gains = np.sqrt(0.1) * own + np.sqrt(0.9) * other
        found = found_in(parameters, np.stack([gains, gains], axis=1))
        named += SETUP.name in [one.factor.name for one in found]
    assert 60 <= named <= 88


@pytest.mark.slow
def test_beside_a_parameter_that_moves_it_others_are_named_no_more_often() -> None:
    """30 comparisons in which set-up explains half of the variance; it is always named."""
    others = 0
    for trial in range(30):
        parameters = a_design(trial, 128)
        weeks = next(values for factor, values in parameters.items() if factor.name == SETUP.name)
        own = (weeks - weeks.mean()) / weeks.std()
        luck = np.random.default_rng([trial, 1]).normal(size=(128, 2))
        names = [one.factor.name for one in found_in(parameters, own[:, None] + luck)]
        assert SETUP.name in names
        others += len(names) > 1
    assert others <= 6


@pytest.mark.slow
def test_a_sign_that_hardly_turns_is_called_turned_in_one_comparison_of_twenty_at_most() -> None:
    """200 comparisons in which the gain falls to 0 at the upper end, and no further.

    The sign is looked for at each end's 95% interval, two-sided, so that it is found wrong in at most
    2.5%; more than 14 of 200 would come once in a thousand times.
    """
    turned = 0
    for trial in range(200):
        weeks, _ = two(trial)
        luck = np.random.default_rng([trial, 3]).normal(size=(WORLDS, 2))
        found = found_in({SETUP: weeks}, (26 - weeks)[:, None] / 20 + 0.3 * luck)
        turned += any(one.turns_at is not None for one in found)
    assert stats.binom.sf(14, 200, 0.025) < 0.001
    assert turned <= 14
