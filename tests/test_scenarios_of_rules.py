"""What the comments of scenarios that switch a rule on lead a reader to expect, tested.

Sizes were measured on seeds 1001 to 1048, other seeds than those of the tests; see ``paired``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from paired import LAST, Figures, change, course, less
from test_scenarios import compare, hardly_moves, moves

from seci_sim.scenario import Change, read_scenario, with_levers

pytestmark = pytest.mark.slow

YEAR_3, YEAR_4 = slice(104, 156), slice(156, 208)


def setting(
    scenario: str, before: dict[str, Any], after: dict[str, Any], measure: str = "needs_met",
    weeks: slice = LAST,
) -> Figures:  # fmt: skip
    """What a shipped scenario gives with some settings, less what it gives with others."""
    shipped = read_scenario(scenario)
    return change(with_levers(shipped, **before), with_levers(shipped, **after), measure, weeks)


def test_specialists_who_meet_across_units_meet_more_needs_where_documents_are_hard_to_read() -> (
    None
):
    assert moves(compare("specialists-apart", "specialists", "needs_met"), 0.029, seeds=40)


def test_specialists_who_can_read_each_other_s_documents_lose_by_meeting_across_units() -> None:
    read: dict[str, Any] = {"legibility": 1.0}
    assert moves(setting("specialists", read | {"cross_unit": 0.0}, read), -0.027, seeds=40)


def test_who_meets_patients_at_work_gains_less_by_one_percent() -> None:
    without: dict[str, Any] = {"patient_time": 0.0}
    gain = setting("learning-on-the-job", without, {}, weeks=YEAR_4)
    assert moves(gain, 0.11)
    assert moves(less(setting("one-percent", without, {}, weeks=YEAR_4), gain), 0.18)


def test_where_only_those_learn_fast_who_know_something_a_little_time_brings_nearly_nothing() -> (
    None
):
    assert moves(compare("one-percent", "who-learns-fast", "needs_met"), -0.098)
    little = setting("who-learns-fast", {"patient_time": 0.0}, {"patient_time": 0.0025})
    assert hardly_moves(little, within=0.01)


LONGER = setting("nobody-tells", {}, {"mentoring_hours": 2.0})
"""Meetings, where nobody tells."""


def test_where_nobody_tells_fewer_needs_are_met_and_longer_meetings_bring_little_back() -> None:
    assert moves(compare("one-percent", "nobody-tells", "needs_met", YEAR_4), -0.10)
    assert hardly_moves(LONGER, within=0.04)


@pytest.mark.slow  # 48 seeds of two scenarios
def test_where_nobody_tells_longer_meetings_bring_something_back() -> None:
    assert moves(LONGER, 0.012, seeds=48)


@pytest.mark.parametrize(
    ("measure", "size"),
    [("needs_met", -0.03), ("needs_mis_served", -0.023), ("routine_coverage", -0.066)],
)
def test_where_routines_lapse_fewer_needs_are_met_and_mis_served(measure: str, size: float) -> None:
    assert moves(compare("one-percent", "routines-that-lapse", measure), size)


def test_self_started_projects_answer_a_change_sooner_and_end_level() -> None:
    by_head: dict[str, Any] = {"initiative": 0.0, "initiative_total": 0.0}
    scenario = "self-started-projects"
    assert moves(setting(scenario, by_head, {}, "projects_started", YEAR_3), 0.076)
    assert moves(setting(scenario, by_head, {}, weeks=YEAR_3), 0.038)
    assert hardly_moves(setting(scenario, by_head, {}), within=0.04)


@pytest.mark.slow  # 60 seeds of two scenarios
@pytest.mark.parametrize(
    ("measure", "size"),
    [("needs_met", -0.018), ("latent_met", -0.042), ("needs_mis_served", -0.02)],
)
def test_what_few_can_make_out_is_met_less_and_errors_travel_no_better(
    measure: str, size: float
) -> None:
    scenarios = "one-percent", "hard-to-write-down"
    assert moves(compare(*scenarios, measure, YEAR_4), size, seeds=60)


def test_lessons_are_worth_half_as_much_where_few_can_make_them_out_and_still_much() -> None:
    def worth(scenario: str) -> Figures:
        return setting(scenario, {"documentation_share": 0.0}, {}, "latent_met", YEAR_4)

    assert moves(worth("hard-to-write-down"), 0.041)
    assert moves(less(worth("one-percent"), worth("hard-to-write-down")), 0.041, seeds=40)


def test_reviews_of_every_project_find_what_is_wrong_and_what_they_teach_hardly_shows() -> None:
    scenarios = "one-percent", "reviews-that-teach"
    assert moves(compare(*scenarios, "needs_mis_served", YEAR_4), -0.035)
    untaught: dict[str, Any] = {"review_learning": 0.0}
    assert hardly_moves(setting("reviews-that-teach", untaught, {}, weeks=YEAR_4), within=0.01)


@pytest.mark.slow  # 60 seeds of two scenarios, and 40 of two
def test_reviews_of_every_project_bring_a_little_and_what_they_teach_shows_in_what_is_known() -> (
    None
):
    assert moves(compare("one-percent", "reviews-that-teach", "needs_met", YEAR_4), 0.009, seeds=60)
    throughout = slice(0, 208)
    untaught: dict[str, Any] = {"review_learning": 0.0}
    taught = setting("reviews-that-teach", untaught, {}, "tacit_alignment", throughout)
    assert moves(taught, 0.0028, seeds=40)


def test_when_the_surest_leave_more_is_lost_than_by_chance_and_it_lasts() -> None:
    by_chance = course(Change(week=105, staff_leave=0.1), scenario="stars")
    stars, without = read_scenario("stars"), read_scenario("stars-leave")
    assert moves(change(stars, without, "needs_met", YEAR_3), -0.01)
    assert moves(change(stars, without, "needs_met", YEAR_4), -0.0063)
    assert moves(change(by_chance, without, "needs_met", YEAR_3), -0.006)
    assert hardly_moves(change(stars, by_chance, "needs_met", YEAR_4), within=0.005)


def test_whether_the_surest_meet_the_least_sure_hardly_matters() -> None:
    assert hardly_moves(setting("stars", {}, {"mentors": True}), within=0.02)


def test_the_comparisons_that_a_teacher_may_type_can_be_made() -> None:
    page = (Path(__file__).parent.parent / "docs" / "teaching.md").read_text("utf-8")
    table = page.split("type behind seci-sim compare", 1)[1].split("\n## ", 1)[0]
    typed = re.findall(r'^\| "[^|]+" \| `([^`]+)` \|', table, re.MULTILINE)
    assert len(typed) == 7
    for line in typed:
        names, *settings = line.split(" --set ")
        levers = dict.fromkeys((one.split("=")[0].split(".")[1] for one in settings), 0.0)
        for name in names.split():
            with_levers(read_scenario(name), **levers)
