"""What the comments of the scenarios about people and units lead a reader to expect, tested.

As in `test_scenarios`; the sizes for which a comparison has its power were measured on seeds 1001 to
1024. A comparison finds an effect where there is none once in ten thousand times, and one of its size
in 95 of 100.
"""

from __future__ import annotations

import numpy as np
import pytest
from paired import LAST, Effect, Figures, change, course, less, measured, rows, shows
from test_scenarios import (
    HORIZON,
    SEEDS_USED,
    YEAR_2,
    YEAR_4,
    compare,
    hardly_moves,
    hours_spent,
    moves,
)

from seci_sim.scenario import read_scenario
from seci_sim.seci.records import COLUMN

pytestmark = pytest.mark.slow


# Communities of practice --------------------------------------------------------------------------


def test_communities_bring_skill_early_and_make_markets_alike() -> None:
    assert moves(compare("one-percent", "communities", "skill", YEAR_2), 0.0063)
    assert moves(compare("one-percent", "communities", "market_difference", YEAR_4), -0.043, 32)


def test_communities_do_not_move_the_needs_met_and_cost_a_fifth_more_hours() -> None:
    assert hardly_moves(compare("one-percent", "communities", "needs_met", HORIZON), 0.01)
    spent, before = (hours_spent(name)(SEEDS_USED) for name in ("communities", "one-percent"))
    assert spent.mean() == pytest.approx(1.19 * before.mean(), rel=0.02)


@pytest.mark.slow  # 72 seeds of two scenarios
def test_communities_cost_a_little_service_value() -> None:
    assert moves(compare("one-percent", "communities", "service_value", YEAR_4), -0.0079, 72)


# Who keeps to the rule ----------------------------------------------------------------------------


def test_when_half_keep_to_it_most_of_what_it_brings_is_left() -> None:
    assert moves(compare("one-percent", "half-keep-to-it", "needs_met", HORIZON), -0.028)
    assert moves(compare("no-patient-time", "half-keep-to-it", "needs_met", HORIZON), 0.12)
    assert moves(compare("one-percent", "half-keep-to-it", "staff_knowing", YEAR_2), -0.116)


def test_it_is_much_the_same_as_if_everybody_gave_half_the_time() -> None:
    half_the_time = course(scenario="one-percent", patient_time=0.005)
    half_the_staff = read_scenario("half-keep-to-it")
    assert hardly_moves(change(half_the_time, half_the_staff, "needs_met", HORIZON), 0.02)
    # Once on average, so that only luck sets the hours apart.
    hours = [
        measured(given, "hours_with_patients", HORIZON)(SEEDS_USED).mean()
        for given in (half_the_time, half_the_staff)
    ]
    assert hours[1] == pytest.approx(hours[0], rel=0.05)


# Simulated patients -------------------------------------------------------------------------------


def test_simulated_patients_are_far_better_than_none() -> None:
    assert moves(compare("no-patient-time", "simulated-patients", "needs_met", HORIZON), 0.14)


@pytest.mark.slow  # 64 seeds of two scenarios
def test_simulated_patients_are_nearly_as_good_as_visits() -> None:
    behind = compare("one-percent", "simulated-patients", "needs_met", HORIZON)
    assert shows(Effect("scenario", "hardly behind", -0.008, behind, seeds=64, within=0.02))


def test_with_simulated_patients_people_know_less_that_is_right_for_the_same_hours() -> None:
    assert moves(
        compare("one-percent", "simulated-patients", "staff_knowing", HORIZON), -0.0236, 40
    )
    assert moves(
        compare("one-percent", "simulated-patients", "tacit_alignment", YEAR_2), -0.0226, 40
    )
    spent, before = (
        hours_spent(name)(SEEDS_USED).mean() for name in ("simulated-patients", "one-percent")
    )
    assert spent == pytest.approx(before, rel=0.01)


# Job rotation -------------------------------------------------------------------------------------


@pytest.mark.slow  # 80 seeds of two scenarios
def test_rotation_costs_slightly_what_is_met() -> None:
    assert moves(compare("one-percent", "job-rotation", "needs_met", HORIZON), -0.0052, 80)


def test_rotation_costs_skill() -> None:
    assert moves(compare("one-percent", "job-rotation", "skill", YEAR_4), -0.0087)
    assert moves(compare("one-percent", "job-rotation", "tacit_alignment", HORIZON), -0.0095, 40)


def test_rotation_costs_the_hours_of_settling_in() -> None:
    spent, before = (
        hours_spent(name)(SEEDS_USED).mean() for name in ("job-rotation", "one-percent")
    )
    # A chance of 20% a year is 0.43% a week; 220 people, 16 hours each. Other hours hardly move.
    assert spent - before == pytest.approx(0.0043 * 220 * 16, rel=0.1)


# Reorganisation -----------------------------------------------------------------------------------

WHILE_IT_LASTS = slice(104, 130)


def test_while_a_reorganisation_lasts_it_takes_its_hours_of_everybody() -> None:
    first = slice(104, 105)
    given = compare("silos", "matrix", "hours_socialization", first)(SEEDS_USED)
    assert (given == 2 * 220).all()
    before = compare("silos", "matrix", "needs_met", slice(0, 104))(SEEDS_USED)
    assert (before == 0).all()
    assert moves(compare("silos", "matrix", "service_value", WHILE_IT_LASTS), -0.0167)


def test_a_matrix_makes_markets_alike_costs_skill_and_hardly_moves_what_is_met() -> None:
    assert moves(compare("silos", "matrix", "market_difference", LAST), -0.022, 32)
    assert moves(compare("silos", "matrix", "skill", YEAR_4), -0.005)
    assert hardly_moves(compare("silos", "matrix", "needs_met", YEAR_4), 0.01)


# Mergers ------------------------------------------------------------------------------------------

OWN_MARKETS = slice(0, 4)
AFTER = slice(156, 208)


def in_own_markets(scenario: str, measure: str, weeks: slice) -> Figures:
    """Mean of a measure over the four markets that the buying firm had before."""
    whole, column = read_scenario(scenario), COLUMN[measure]
    return lambda seeds: np.array(
        [rows(whole, seed)[weeks, OWN_MARKETS, column].mean(dtype=float) for seed in seeds]
    )


def of_own_markets(before: str, after: str, measure: str, weeks: slice) -> Figures:
    return less(in_own_markets(after, measure, weeks), in_own_markets(before, measure, weeks))


def test_until_it_buys_another_a_firm_lives_as_if_there_were_none() -> None:
    for seed in SEEDS_USED:
        alone, buyer = (
            rows(read_scenario(name), seed)[:104, OWN_MARKETS] for name in ("baseline", "merger")
        )
        measured_alike = [column for name, column in COLUMN.items() if name != "market_difference"]
        assert np.array_equal(
            alone[..., measured_alike], buyer[..., measured_alike], equal_nan=True
        )


def test_a_merger_costs_service_value_while_it_lasts_and_hardly_moves_what_own_markets_meet() -> (
    None
):
    assert moves(of_own_markets("baseline", "merger", "service_value", WHILE_IT_LASTS), -0.0165)
    assert hardly_moves(of_own_markets("baseline", "merger", "needs_met", AFTER), 0.02)


def test_colleagues_whose_patients_need_the_opposite_cost_skill() -> None:
    assert moves(of_own_markets("baseline", "merger", "skill", AFTER), -0.0074)
    assert moves(of_own_markets("merger", "merger-of-likes", "skill", AFTER), 0.0041, 40)
    assert moves(compare("merger", "merger-of-likes", "skill", AFTER), 0.0057)


def test_markets_of_firms_with_different_cores_answer_differently() -> None:
    assert moves(compare("merger", "merger-of-likes", "market_difference", LAST), -0.066, 32)
    assert hardly_moves(compare("merger", "merger-of-likes", "needs_met", AFTER), 0.015)
