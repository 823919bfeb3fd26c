"""Ba: who meets whom, who is drawn, what is found and how votes are cast."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_firm import people, some, truth_of, visits_of

from seci_sim.engine import luck
from seci_sim.parameters import World
from seci_sim.seci import combination, externalization, pairing, reading, socialization
from seci_sim.seci.combination import Planning
from seci_sim.seci.knowledge import WITH_PATIENTS, Array, Knowledge
from seci_sim.seci.socialization import Visits, learn_from_patients
from seci_sim.seci.working_space import new_space
from seci_sim.seci.world import EXPRESSED, LATENT, exposure, new_truth

pytestmark = pytest.mark.plain

# A right rule fails a test of shares below once in a million seeds: 4.9 standard errors.
CRITICAL = 4.9


def pairs_of(sizes: list[int], crossing: float, week: int = 1) -> Array:
    """(pairs, 2): who meets whom."""
    staff, space = people(sizes), new_space(sum(sizes), len(sizes), 1, 1)
    met = []
    for unit, (begin, end) in enumerate(zip(staff.first, staff.last, strict=True)):
        pairs, space.crossers[unit] = pairing.pair_within_unit(
            unit, begin, end, crossing, space, 7, week
        )
        theirs = slice(begin // 2, begin // 2 + pairs)
        met.append(np.column_stack([space.one[theirs], space.other[theirs]]))
    across = pairing.pair_the_line(staff, space)
    return np.concatenate([*met, np.column_stack([space.one[:across], space.other[:across]])])


@given(st.lists(st.integers(2, 9), min_size=1, max_size=6), st.floats(0, 1), st.integers(1, 99))
def test_nobody_meets_twice_or_themselves(sizes: list[int], crossing: float, week: int) -> None:
    met = pairs_of(sizes, crossing, week).ravel()
    assert len(set(met)) == len(met)
    # In each unit of odd size one person is left over, and no more.
    assert len(met) >= sum(size - size % 2 for size in sizes) - 1


def test_without_crossing_colleagues_meet_in_their_unit() -> None:
    unit = people([6, 4, 8]).unit
    pairs = pairs_of([6, 4, 8], crossing=0.0)
    assert len(pairs) == 9
    assert (unit[pairs[:, 0]] == unit[pairs[:, 1]]).all()


def test_with_full_crossing_people_of_equal_units_meet_outside_as_long_as_somebody_is_left() -> (
    None
):
    unit = people([50, 50]).unit
    pairs = pairs_of([50, 50], crossing=1.0)
    across = unit[pairs[:, 0]] != unit[pairs[:, 1]]
    assert len(pairs) == 50
    assert across.all()


def test_a_tenth_of_the_pairs_cross() -> None:
    sizes = [40, 40, 40]
    unit = people(sizes).unit
    crossed = [
        (unit[pairs[:, 0]] != unit[pairs[:, 1]]).sum()
        for pairs in (pairs_of(sizes, 0.1, week) for week in range(1, 401))
    ]
    # A pair that crosses alone, or only with pairs of its own unit, meets inside: a little below.
    share = np.sum(crossed) / (400 * 60)
    assert 0.08 < share <= 0.1 + CRITICAL * np.sqrt(0.09 / (400 * 60))


def test_in_a_network_the_more_hours_two_share_the_likelier_they_meet() -> None:
    # 0 meets 1 with three hours or 2 with one: three times in four it is 1.
    network = some(
        pairing.Network,
        one=[0, 0],
        other=[1, 2],
        hours=[3.0, 1.0],
        times=np.zeros(2),
        edges=np.zeros(2),
    )
    staff, space = people([3]), new_space(3, 1, 1, 1)
    partners = []
    for week in range(20_000):
        assert pairing.pair_from_network(network, staff, space, 3, week) == 1
        partners.append(space.other[0])
    share = (np.array(partners) == 1).mean()
    assert abs(share - 0.75) < CRITICAL * np.sqrt(0.75 * 0.25 / 20_000)


def draw(wanted: int, hours: Array, present: Array, week: int = 1) -> list[int]:
    """Draw people of rows 2 to the last but one."""
    size = len(hours)
    staff, space = people([size], hours=hours, present=present), new_space(size, 1, 1, 1)
    seats, rows = np.full(wanted, -1, np.int32), np.array([2, size - 1])
    seated = externalization.draw_people(
        seats, wanted, rows, 12.0, staff, space, luck.GROUP, (5, week, 0, 0)
    )
    assert (space.order == np.arange(size)).all()
    return [int(row) for row in seats[:seated]]


@given(
    st.integers(1, 8), st.sets(st.integers(2, 8)), st.sets(st.integers(2, 8)), st.integers(1, 99)
)
def test_only_those_are_drawn_who_are_there_and_have_the_hours(
    wanted: int, busy: set[int], absent: set[int], week: int
) -> None:
    hours, present = np.zeros((10, 5), np.float32), np.ones(10, np.bool_)
    hours[list(busy), 0] = 28.5
    present[list(absent)] = False
    able = set(range(2, 9)) - busy - absent
    drawn = draw(wanted, hours, present, week)
    assert len(drawn) == len(set(drawn)) == min(wanted, len(able))
    assert set(drawn) <= able


def test_who_has_just_the_hours_is_drawn() -> None:
    hours = np.zeros((10, 5), np.float32)
    hours[:, 0] = 28.0
    assert sorted(draw(9, hours, np.ones(10, np.bool_))) == list(range(2, 9))


def test_another_market_is_any_but_the_own() -> None:
    assert {externalization.another_market((5, week, 1, 0), 3) for week in range(50)} == {0, 2}


def test_passing_somebody_over_leaves_the_others_in_their_order() -> None:
    hours, present = np.zeros((10, 5), np.float32), np.ones(10, np.bool_)
    before = draw(4, hours, present)
    hours[before[1], 0] = 40
    assert draw(3, hours, present) == [before[0], *before[2:]]


@pytest.mark.slow
def test_everybody_is_equally_likely_to_be_drawn() -> None:
    hours, present = np.zeros((10, 5), np.float32), np.ones(10, np.bool_)
    drawn = [draw(1, hours, present, week)[0] for week in range(7_000)]
    shares = np.bincount(drawn, minlength=9)[2:9] / len(drawn)
    assert np.abs(shares - 1 / 7).max() < CRITICAL * np.sqrt(1 / 7 * 6 / 7 / len(drawn))


def read(market: int, success: float, week: int) -> int:
    """The document read by somebody of a market, of ten of which number 8 is market 3's."""
    written = np.array([0, 1, 2, 0, 1, 2, 0, 1, 3, 2])
    own = np.zeros(5, np.int64)
    written_here = reading.documents_of(market, written, 5, 10, own)
    return int(reading.choose_document(own, written_here, success, 5, 10, 4, week, 0, 0))


def test_people_read_one_of_their_market_if_they_find_it_else_any_of_the_newest() -> None:
    assert {read(3, 1.0, week) for week in range(200)} == {8}
    assert {read(3, 0.0, week) for week in range(200)} == {5, 6, 7, 8, 9}
    assert {read(-1, 1.0, week) for week in range(200)} == {5, 6, 7, 8, 9}


@pytest.mark.parametrize(("need_class", "speaks"), [(EXPRESSED, 0.5), (LATENT, 0.25)])
def test_patients_speak_up_half_the_time_and_half_of_that_on_latent_needs(
    need_class: int, speaks: float
) -> None:
    # The proposal has no vote here; a patient who speaks is for +1, or with 0.15 for -1.
    planning = some(
        Planning, weights=[0.0, 1.0, 0.0, 0.0], speaks=0.5, recognition=0.5, accuracy=1.0
    )
    truth, guests = truth_of([[1]], [need_class], variation=0.15), np.array([1, 0, 0])
    total = np.array(
        [
            combination.votes(0, 1, truth, guests, planning, (9, week, 0, 0))
            for week in range(20_000)
        ]
    )
    spoke = (total != 0).mean()
    assert abs(spoke - speaks) < CRITICAL * np.sqrt(speaks * (1 - speaks) / total.size)
    against = (total < 0).sum() / (total != 0).sum()
    assert abs(against - 0.15) < CRITICAL * np.sqrt(0.15 * 0.85 / (total != 0).sum())


def test_what_shows_of_a_need_is_its_truth_as_often_as_patients_and_eyes_allow() -> None:
    seen = np.zeros((1000, 40), np.int8)
    truth, visits = truth_of([[1] * 40], variation=0.15), visits_of(shows=0.2, accuracy=0.75)
    for week in range(1000):
        socialization.see_needs(seen[week], truth, 0, visits, 2, week, 0, 0, 0)
    shown = (seen != 0).sum()
    assert abs(shown / seen.size - 0.2) < CRITICAL * np.sqrt(0.16 / seen.size)
    right = 0.85 * 0.75 + 0.15 * 0.25
    assert abs((seen == 1).sum() / shown - right) < CRITICAL * np.sqrt(right * (1 - right) / shown)


def test_a_need_shows_at_home_as_much_more_often_as_it_shows_less_elsewhere() -> None:
    # Of two markets, at a specialisation of a half: .2 * (.5 + .5 * 2) at home, .2 * .5 elsewhere.
    truth = truth_of([[1] * 20, [1] * 20], home=[0] * 10 + [1] * 10)
    shows = luck.words_below(0.2 * exposure(truth, 0.5))
    visits, seen = some(Visits, shows=shows, accuracy=1.0), np.zeros((2, 1000, 20), np.int8)
    for market in range(2):
        for week in range(1000):
            socialization.see_needs(
                seen[market, week], truth, market, visits, 2, week, market, 0, 0
            )
    for market, home in np.ndindex(2, 2):
        often = seen[market, :, 10 * home : 10 * home + 10].mean()
        expected = 0.3 if market == home else 0.1
        error = np.sqrt(expected * (1 - expected) / 10_000)
        assert abs(often - expected) < CRITICAL * error


@given(st.floats(0, 1), st.integers(1, 6), st.integers(0, 2**63 - 1))
def test_over_all_markets_a_need_shows_as_often_in_a_specialised_world(
    share: float, markets: int, seed: int
) -> None:
    truth = new_truth(World(), markets, seed)
    shown = exposure(truth, share)
    assert shown.mean(axis=0) == pytest.approx(1.0)
    assert (shown.max(axis=0) == shown[truth.home, np.arange(truth.home.size)]).all()
    assert (exposure(truth, 0.0) == 1.0).all()


def test_visits_are_the_whole_part_of_their_mean_and_the_fraction_as_a_chance() -> None:
    staff, space = people([20_000]), new_space(20_000, 1, 1, 1)
    visits = visits_of(mean=2.3, hours=1.0)
    known = some(
        Knowledge, tacit=np.zeros((20_000, 1)), felt_week=np.zeros((1, 1)), felt_by=np.zeros((1, 1))
    )
    learn_from_patients((0, 1), staff, known, truth_of([[1]]), visits, space, 1, 1)
    planned = staff.hours[:, WITH_PATIENTS]
    assert set(planned) == {2, 3}
    assert abs((planned == 3).mean() - 0.3) < CRITICAL * np.sqrt(0.21 / planned.size)
