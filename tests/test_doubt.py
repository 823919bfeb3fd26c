"""Doubt over worlds: what luck adds to their spread, and how many worlds an interval holds."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from few_worlds import in_worlds
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from seci_sim.lab.doubt import Array, changes, doubt_of, nine_in_ten, without_luck
from seci_sim.lab.statistics import MET

NAN = float("nan")

FOUND = arrays.arrays(
    float,
    st.tuples(st.integers(1, 30), st.integers(1, 4)),
    elements=st.integers(-1000, 1000).filter(bool).map(lambda n: n / 64),
)
"""Differences, none of which is 0: (worlds, replications)."""


@pytest.fixture(autouse=True)
def _no_warning() -> None:
    warnings.simplefilter("error")


# Differences ---------------------------------------------------------------------------------------


def test_differences_are_taken_within_a_world_and_its_luck() -> None:
    runs = in_worlds(
        (2, 2), {"none": {MET: [[0.1, 0.2], [0.3, 0.4]]}, "some": {MET: [[0.5, 0.3], [0.3, 0.8]]}}
    )
    shuffled = runs.sample(frac=1, random_state=1)
    found = changes(shuffled, MET, "some", "none")
    assert found == pytest.approx(np.array([[0.4, 0.1], [0.0, 0.4]]))
    assert changes(shuffled, MET, "none", "some") == pytest.approx(-found)
    assert changes(shuffled, MET, "none").tolist() == [[0.1, 0.2], [0.3, 0.4]]


def test_a_run_that_came_to_nothing_leaves_its_world_the_others() -> None:
    runs = in_worlds((3, 2), {"none": {MET: 0.25}, "some": {MET: 0.5}})
    failed = (runs["scenario"] == "some") & ((runs["seed"] == 1) | (runs["world"] == 1))
    found = changes(runs[~failed], MET, "some", "none")
    assert found == pytest.approx(np.array([[0.25, NAN], [NAN, NAN], [0.25, 0.25]]), nan_ok=True)
    doubt = doubt_of(found)
    assert doubt is not None
    assert (doubt.worlds, doubt.dropped, doubt.mean, doubt.holds) == (2, 1, 0.25, 1.0)


# Luck taken out ------------------------------------------------------------------------------------


def test_means_of_worlds_are_drawn_together_by_what_luck_adds_to_their_spread() -> None:
    """Means 2, 4, 6, 8 have variance 20/3. The two runs of a world are 4 apart. Two normal values of
    deviation s are 2 s / sqrt(pi) apart on average, so that s is 2 sqrt(pi), and luck gives a mean of
    two a variance of 2 pi. Each pair has a variance of 8, half of it for its mean: the four squares
    less that are 5, -3, -3 and 5, so that what is left, 20/3 - 2 pi = 0.383, is known to 4 / sqrt(4).
    A normal variable of that mean and of deviation 2 is expected at 1.74 where it is above 0. A
    quarter of the variance is what four worlds leave open of their mean.
    """
    found = np.array([[0.0, 4.0], [2.0, 6.0], [4.0, 8.0], [6.0, 10.0]])
    rest = 20 / 3 - 2 * np.pi
    left = stats.truncnorm(-rest / 2, np.inf, loc=rest, scale=2).mean()
    assert left == pytest.approx(1.743, abs=0.001)
    kept = np.sqrt(left / (20 / 3) + 1 / 4)
    assert without_luck(found) == pytest.approx(5 + kept * np.array([-3, -1, 1, 3]))


def test_worlds_of_whose_spread_luck_explains_more_than_all_are_still_not_the_same() -> None:
    """Means 1 and -1, and runs 40 apart: nothing is left but what is expected of so bad an estimate."""
    found = np.array([[21.0, -19.0], [19.0, -21.0]] * 200)
    drawn = without_luck(found)
    assert 0 < np.ptp(drawn) < 2


def test_a_world_in_which_luck_does_much_does_not_draw_all_others_together() -> None:
    """Worlds are spread by 1 and luck is small, but in one of fifty it moves a run by 20."""
    rng = np.random.default_rng(4)
    found = rng.normal(size=(200, 1)) + 0.1 * rng.normal(size=(200, 2))
    plain = without_luck(found)
    found[::50] += np.array([10.0, -10.0])
    drawn = without_luck(found)
    assert np.ptp(np.delete(drawn, np.s_[::50])) > 0.9 * np.ptp(plain)


def test_three_runs_a_world_tell_luck_as_well_as_two_do() -> None:
    """2,000 worlds of deviation 1, luck of deviation 2: the deviation drawn is known to 4% or so."""
    rng = np.random.default_rng(5)
    own = rng.normal(size=(2000, 1))
    for runs in (2, 3, 5):
        assert without_luck(own + 2 * rng.normal(size=(2000, runs))).std() == pytest.approx(
            1, abs=0.15
        )


def test_without_luck_within_worlds_nothing_is_taken_out() -> None:
    means = np.arange(1.0, 40.0)
    assert without_luck(np.column_stack([means, means])) == pytest.approx(means)


def test_one_run_a_world_leaves_luck_in() -> None:
    found = np.array([[1.0], [2.0], [4.0]])
    assert without_luck(found).tolist() == [1.0, 2.0, 4.0]
    assert without_luck(np.array([[1.0, NAN], [NAN, 2.0]])).tolist() == [1.0, 2.0]


def test_a_world_in_which_nothing_differs_stays_at_nought() -> None:
    rng = np.random.default_rng(3)
    found = rng.normal(1.0, 1.0, (50, 2))
    found[::5] = 0.0
    drawn = without_luck(found)
    assert (drawn[::5] == 0.0).all()
    assert (drawn == 0.0).sum() == 10
    nothing = doubt_of(np.zeros((50, 2)))
    assert nothing is not None
    assert (nothing.mean, nothing.interval, nothing.holds) == (0.0, (0.0, 0.0), 0.0)


def test_a_run_that_is_lacking_leaves_its_worlds_own_runs() -> None:
    """Of the second world luck is not known; of the others it is, and its mean counts one run."""
    found = np.array([[1.0, 1.0], [4.0, NAN], [7.0, 7.0]])
    assert without_luck(found).tolist() == [1.0, 4.0, 7.0]


@pytest.mark.parametrize("shape", [(0, 2), (5, 2), (5, 0)])
def test_without_any_value_there_is_no_doubt(shape: tuple[int, int]) -> None:
    assert doubt_of(np.full(shape, NAN)) is None


def test_one_world_is_its_own_interval() -> None:
    found = doubt_of(np.array([[0.1, 0.3]]))
    assert found is not None
    assert (found.mean, found.interval, found.holds, found.worlds) == (0.2, (0.2, 0.2), 1.0, 1)


@given(FOUND)
def test_the_other_way_round_everything_is_mirrored(found: Array) -> None:
    one, other = doubt_of(found), doubt_of(-found)
    assert one is not None
    assert other is not None
    assert other.mean == pytest.approx(-one.mean)
    assert other.interval == pytest.approx((-one.interval[1], -one.interval[0]))
    equal = float((without_luck(found) == 0).mean())
    assert other.holds == pytest.approx(1 - one.holds - equal)


@given(FOUND, st.integers(2000, 4000))
def test_what_is_added_to_all_worlds_is_added_to_what_is_drawn(found: Array, more: int) -> None:
    assert without_luck(found + more) == pytest.approx(without_luck(found) + more, abs=1e-9)


@given(FOUND, st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_another_unit_changes_nothing_else(found: Array, times: float) -> None:
    assert without_luck(found * times) == pytest.approx(without_luck(found) * times, abs=1e-9)


@given(FOUND, st.integers(0, 10_000))
def test_the_order_of_worlds_and_of_runs_says_nothing(found: Array, seed: int) -> None:
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(found))
    again = rng.permuted(found[order], axis=1)
    assert without_luck(again) == pytest.approx(without_luck(found)[order], abs=1e-9)


@given(FOUND)
def test_nothing_is_drawn_past_the_means_of_worlds_and_their_mean_stays(found: Array) -> None:
    means, drawn = found.mean(axis=1), without_luck(found)
    assert drawn.mean() == pytest.approx(means.mean(), abs=1e-9)
    assert drawn.min() >= means.min() - 1e-9
    assert drawn.max() <= means.max() + 1e-9


# How many worlds an interval holds -----------------------------------------------------------------


@pytest.mark.parametrize("worlds", [19, 20, 100, 255, 256])
def test_an_interval_leaves_five_in_a_hundred_further_worlds_on_either_side(worlds: int) -> None:
    """Of n + 1 worlds each is as likely as another to be the k-th: n sorted ones lie on average at
    1 / (n + 1), 2 / (n + 1) ... of the distribution, whatever it is."""
    places = np.arange(1.0, worlds + 1) / (worlds + 1)
    assert nine_in_ten(places) == pytest.approx((0.05, 0.95))


def test_fewer_than_nineteen_worlds_are_held_all() -> None:
    assert nine_in_ten(np.arange(18.0)) == (0.0, 17.0)


@pytest.mark.parametrize("luck", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("skewed", [False, True], ids=["normal", "skewed"])
def test_nine_worlds_in_ten_lie_within_it_with_luck_taken_out(luck: float, skewed: bool) -> None:
    """200 designs of 128 worlds, two runs in each, whose luck has up to the deviation of worlds.

    The share held by one design has a deviation of at most 3 points (order statistics alone: 2.6), so
    that the mean of 200 lies within 1 point of nine in ten but once in 10^5. Where a distribution ends
    abruptly, as this skewed one does, luck puts an end of the interval where there are no worlds, so
    that up to 5 points more are held.
    """
    rng = np.random.default_rng(1)
    draw = rng.standard_exponential if skewed else rng.standard_normal
    held = []
    for _ in range(200):
        own = draw(128)
        found = doubt_of(own[:, None] + luck * rng.normal(size=(128, 2)))
        assert found is not None
        further = draw(2000)
        low, high = found.interval
        held.append(((low <= further) & (further <= high)).mean())
    assert 0.89 <= np.mean(held) <= (0.96 if skewed and luck else 0.91)


def test_luck_alone_is_never_said_to_hold_in_nine_worlds_of_ten() -> None:
    """A/A: 500 designs of 256 worlds that differ by luck alone.

    The common mean has a sixteenth of the deviation of luck. No design calls the sign the same in nine
    worlds of ten; were it one in a hundred designs, 500 would show none once in 150 times.
    """
    rng = np.random.default_rng(2)
    told = 0
    for _ in range(500):
        found = doubt_of(rng.normal(size=(256, 2)))
        assert found is not None
        told += not 0.1 < found.holds < 0.9
    assert told == 0
