"""Luck: published answers, addresses, and distributions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seci_sim.engine import luck

pytestmark = pytest.mark.plain

WORD = 2**32 - 1


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ((0, 0, 0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((WORD,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_answers_its_authors_published(
    address: tuple[int, ...], answer: tuple[int, ...]
) -> None:
    words = luck.philox(*[np.uint64(word) for word in address])
    assert tuple(int(word) for word in words) == answer


@given(st.integers(0, 2**63 - 1), st.integers(0, 5200), st.integers(0, 1000))
def test_a_chance_is_a_function_of_its_address_alone(seed: int, week: int, who: int) -> None:
    first = luck.chance(seed, luck.VISIT, week, 0, who, 0)
    luck.chance(seed, luck.SHOWN, week, 1, who, 5)
    assert first == luck.chance(seed, luck.VISIT, week, 0, who, 0)
    assert 0 <= first < 1


def test_every_part_of_the_address_matters() -> None:
    here = (1, luck.VISIT, 1, 1, 1, 1)
    others = [here[:part] + (here[part] + 1,) + here[part + 1 :] for part in range(6)]
    assert len({luck.chance(*address) for address in [here, *others]}) == 7
    assert luck.chance(1, luck.VISIT, 1, 1, 1, 1) != luck.chance(1 + 2**40, luck.VISIT, 1, 1, 1, 1)


def test_no_two_processes_share_draws() -> None:
    names = [name for name in vars(luck) if name.isupper() and not name.startswith("_")]
    others = ("PROCESSES", "FIRST", "BEFORE")
    codes = [getattr(luck, name) for name in names if name not in others]
    assert len(set(codes)) == len(codes)
    assert max(codes) < luck.PROCESSES


# The tests below reject a right generator with probability 1e-6 each: 4.9 standard errors.
CRITICAL = 4.9


def test_chances_are_uniform() -> None:
    drawn = np.array([luck.chance(3, luck.VISIT, 1, 0, who, 0) for who in range(100_000)])
    assert abs(drawn.mean() - 0.5) < CRITICAL * np.sqrt(1 / 12 / drawn.size)
    assert abs((drawn < 0.01).mean() - 0.01) < CRITICAL * np.sqrt(0.01 * 0.99 / drawn.size)


def test_normal_draws_have_mean_nought_and_spread_one() -> None:
    drawn = np.array([luck.normal(3, luck.ARRIVAL, 0, 0, who, 0) for who in range(100_000)])
    assert abs(drawn.mean()) < CRITICAL / np.sqrt(drawn.size)
    assert abs((drawn**2).mean() - 1) < CRITICAL * np.sqrt(2 / drawn.size)


@pytest.mark.parametrize("mean", [0.05, 2.5, 37.0])
def test_poisson_counts_have_their_mean_and_variance(mean: float) -> None:
    drawn = np.array([luck.poisson(mean, 3, luck.PROJECT, w, 0) for w in range(50_000)])
    assert abs(drawn.mean() - mean) < CRITICAL * np.sqrt(mean / drawn.size)
    spread = np.sqrt((mean + 2 * mean**2) / drawn.size)
    assert abs(((drawn - mean) ** 2).mean() - mean) < CRITICAL * spread


@given(st.floats(0, 30), st.floats(0, 30), st.integers(0, 500))
def test_a_larger_mean_never_gives_fewer_events(one: float, more: float, week: int) -> None:
    low, high = sorted((one, more))
    assert luck.poisson(low, 5, luck.PROJECT, week, 2) <= luck.poisson(
        high, 5, luck.PROJECT, week, 2
    )


@given(st.integers(0, 60), st.integers(0, 1000))
def test_a_shuffle_keeps_everybody(size: int, week: int) -> None:
    order = np.arange(size)
    luck.shuffle(order, np.empty(size, np.uint32), 1, luck.SHUFFLE, week, 0)
    assert sorted(order) == list(range(size))


def test_every_place_is_equally_likely_after_a_shuffle() -> None:
    places = np.zeros((4, 4))
    for week in range(40_000):
        order = np.arange(4)
        luck.shuffle(order, np.empty(4, np.uint32), 9, luck.SHUFFLE, week, 0)
        places[order, range(4)] += 1
    assert np.abs(places / 40_000 - 0.25).max() < CRITICAL * np.sqrt(0.25 * 0.75 / 40_000)


@given(st.integers(0, 9), st.integers(0, 2**63 - 1), st.integers(1, 500))
def test_draws_by_the_block_are_those_drawn_one_by_one(size: int, seed: int, week: int) -> None:
    members = luck.chances(size, seed, luck.VISIT, week, 3, 2)
    words = [luck.four_chances(seed, luck.VISIT, week, 3, m // 4, 2)[m % 4] for m in range(size)]
    assert members.tolist() == words


@given(st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_a_word_is_below_a_limit_where_its_chance_is_below_the_probability(
    p: float, word: int
) -> None:
    assert (np.uint64(word) < luck.below(p)) == (word * 2.0**-32 < p)
    exactly = word * 2.0**-32
    assert not np.uint64(word) < luck.below(exactly)
    assert np.uint64(word) < luck.below(np.nextafter(exactly, 2.0))
