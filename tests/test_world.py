"""The world: classes of needs, markets and the core, and how they change."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_firm import truth_of

from seci_sim.engine import luck
from seci_sim.parameters import World
from seci_sim.seci import world
from seci_sim.seci.knowledge import new_library
from seci_sim.seci.world import EXPRESSED, LATENT, SYSTEMIC, Truth

pytestmark = pytest.mark.plain


def products_hold(truth: Truth) -> bool:
    systemic = np.flatnonzero(truth.need_class == SYSTEMIC)
    one, two = truth.parts[systemic].T
    in_core = truth.core[systemic] == truth.core[one] * truth.core[two]
    in_markets = truth.market[:, systemic] == truth.market[:, one] * truth.market[:, two]
    return bool(in_core.all() and in_markets.all())


def test_the_default_world_has_13_expressed_19_latent_and_8_systemic_needs() -> None:
    truth = world.new_truth(World(), 4, seed=1)
    assert np.bincount(truth.need_class).tolist() == [13, 19, 8]


def test_the_parts_of_a_systemic_need_are_two_different_needs_that_are_not_systemic() -> None:
    for seed in range(50):
        truth = world.new_truth(World(), 1, seed)
        parts = truth.parts[truth.need_class == SYSTEMIC]
        assert (truth.need_class[parts] != SYSTEMIC).all()
        assert (parts[:, 0] != parts[:, 1]).all()


def test_what_is_true_is_drawn_once() -> None:
    with pytest.raises(FrozenInstanceError):
        world.new_truth(World(), 1, 1).core = np.zeros(40, np.int8)  # type: ignore[misc]


def test_a_world_of_ten_needs_of_which_three_are_systemic() -> None:
    # 10 * 0.3 are systemic, half of the other 7 latent, rounded to even
    few = World(needs=10, systemic_share=0.3, latent_share=0.5)
    assert world.class_sizes(few) == (3, 4, 3)
    truth = world.new_truth(few, 2, seed=1)
    assert truth.need_class.tolist() == [0, 0, 0, 1, 1, 1, 1, 2, 2, 2]
    assert (truth.core.shape, truth.market.shape, truth.parts.shape) == ((10,), (2, 10), (10, 2))
    assert (truth.parts[:7] == -1).all()


def test_the_chance_of_a_year_is_that_of_52_weeks() -> None:
    for yearly in (0.0, 0.1, 0.5, 0.9, 1.0):
        weekly = world.weekly_chance(yearly)
        assert 1 - (1 - weekly) ** 52 == pytest.approx(yearly, abs=1e-4)
        assert (weekly * 2**20) % 1 == 0


def test_each_part_is_drawn_from_all_needs_that_are_shown_the_second_from_those_but_the_first() -> (
    None
):
    for seed in range(5):
        truth = world.new_truth(World(), 1, seed)
        shown = [*range(32)]
        for need in range(32, 40):
            first, second, _, _ = luck.four_chances(seed, luck.PARTS, 0, 0, 0, need)
            one = shown[int(first * 32)]
            after_it = shown[one + 1 :] + shown[:one]
            assert truth.parts[need].tolist() == [one, after_it[int(second * 31)]]


def test_a_systemic_need_follows_its_parts_in_the_core_and_in_each_market() -> None:
    truth = truth_of(
        [[1, 1, 1, -1], [1, -1, 1, 1]], core=[-1, 1, -1, 1],
        parts=[[-1, -1], [-1, -1], [-1, -1], [0, 1]],
    )  # fmt: skip
    world.follow_parts(truth)
    assert truth.core.tolist() == [-1, 1, -1, -1]
    assert truth.market.tolist() == [[1, 1, 1, 1], [1, -1, 1, -1]]


def test_what_the_market_research_says_is_held_on_the_side_it_says() -> None:
    truth, library = world.new_truth(World(), 1, seed=1), new_library(40)
    sure = World(report_coverage=1.0, report_error=0.0)
    world.write_market_research(library, truth, sure, 1)
    assert {-1, 1} == set(truth.core[:13].tolist())
    for need, (against, towards) in enumerate(library.held.tolist()):
        says = truth.core[need] if need < 13 else 0
        assert library.entries[0, need] == says
        assert (against, towards) == (says == -1, says == 1)


@given(st.integers(0, 2**63 - 1), st.integers(1, 6), st.floats(0, 1))
def test_systemic_needs_follow_their_parts_after_every_change(
    seed: int, markets: int, share: float
) -> None:
    truth = world.new_truth(World(), markets, seed)
    assert products_hold(truth)
    world.turn_round(truth, share, np.full(markets, share), luck.JUMP, seed, 3)
    assert products_hold(truth)


def test_without_local_difference_all_markets_are_the_core() -> None:
    truth = world.new_truth(World(local_difference=0.0), 5, seed=4)
    assert (truth.market == truth.core).all()


def test_another_market_leaves_the_others_as_they_were() -> None:
    few, more = (world.new_truth(World(), markets, seed=8) for markets in (2, 3))
    assert (few.market == more.market[:2]).all()
    assert (few.core == more.core).all()


def test_a_market_that_resembles_another_has_its_needs_but_for_a_share() -> None:
    """Of 32 needs that can differ, in 400 worlds: 4.9 standard errors, wrong once in a million."""
    likeness = [(-1, 0.25), (0, 0.1), (1, 0.0)]
    worlds = [world.new_truth(World(), 3, seed, likeness) for seed in range(400)]
    shown = worlds[0].need_class != SYSTEMIC
    other = np.mean([(truth.market[1] != truth.market[0])[shown].mean() for truth in worlds])
    assert abs(other - 0.1) < 4.9 * np.sqrt(0.09 / (400 * shown.sum()))
    assert all((truth.market[2] == truth.market[1]).all() for truth in worlds)
    assert all(products_hold(truth) for truth in worlds)


def test_a_market_that_resembles_none_is_drawn_as_without_any_likeness() -> None:
    plain, alike = (world.new_truth(World(), 2, 5, given) for given in (None, [(-1, 0.25)] * 2))
    assert (plain.market == alike.market).all()


def test_a_share_of_nought_turns_nothing_and_of_one_turns_all() -> None:
    truth = world.new_truth(World(systemic_share=0.0), 2, seed=2)
    before = truth.market.copy(), truth.core.copy()
    for share, sign in ((0.0, 1), (1.0, -1)):
        world.turn_round(truth, share, np.full(2, share), luck.DRIFT, 2, 1)
        assert (truth.market == sign * before[0]).all()
        assert (truth.core == sign * before[1]).all()


def test_market_research_covers_expressed_needs_only_from_the_global_view() -> None:
    covered = wrong = expressed = 0
    for seed in range(400):
        truth = world.new_truth(World(), 2, seed)
        library = new_library(40)
        world.write_market_research(library, truth, World(), seed)
        entries = library.entries[0]
        assert library.size == 1
        assert library.market[0] == -1
        assert (entries[truth.need_class == LATENT] == 0).all()
        assert (entries[truth.need_class == SYSTEMIC] == 0).all()
        expressed += (truth.need_class == EXPRESSED).sum()
        covered += (entries != 0).sum()
        wrong += (entries == -truth.core).sum()
    # 4.9 standard errors: a right rule fails once in a million.
    assert abs(covered / expressed - 0.8) < 4.9 * np.sqrt(0.16 / expressed)
    assert abs(wrong / covered - 0.1) < 4.9 * np.sqrt(0.09 / covered)
