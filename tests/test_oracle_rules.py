"""The compiled week against the plain one, with rules that are off unless a scenario switches them on."""

from __future__ import annotations

import numpy as np
import pytest
from side_by_side import AFFILIATES, BUSY, OFFICE, QUICK, compare, firm

from seci_sim.parameters import Learning, Service, World
from seci_sim.scenario import Change, Unit

pytestmark = pytest.mark.plain


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_both_versions_agree_on_a_world_in_which_needs_have_a_home(share: float) -> None:
    world = World(needs=14, drift=0.2, specialisation=share)
    compare(firm(BUSY, projects=QUICK, world=world, horizon=25), 21)


def test_both_versions_agree_on_what_routine_business_teaches() -> None:
    learning = Learning(noticing=0.05, ambient_contact=0.3, on_the_job=0.2)
    timeline = (
        Change(week=9, policy={"visit_hours": 0.7}),
        Change(week=14, policy={"socialization": False}),
        Change(week=18, policy={"socialization": True, "internalization": False}),
    )
    compare(firm(BUSY, projects=QUICK, learning=learning, timeline=timeline, horizon=22), 22)


def test_both_versions_agree_on_documents_that_others_than_their_authors_can_hardly_read() -> None:
    """In a matrix with job rotation and a merger: authors read and search in other markets."""
    levers = {"rotation": 0.9, "workshop_other_market": 2, "reading_hours": 1.0}
    policy = BUSY.model_copy(update=levers)
    another = Unit(name="Kenya", kind="affiliate", staff=9, firm="Other")
    timeline = (Change(week=12, lose=("library",)), Change(week=18, firm_joins="Other"))
    model, _ = compare(
        firm(policy, units=(OFFICE, *AFFILIATES, another), projects=QUICK, timeline=timeline,
             learning=Learning(noticing=0.05, legibility=0.4), horizon=34), 23,
    )  # fmt: skip
    library = model.knowledge.library
    assert (library.project[: library.size] >= 0).sum() > 10


EVERYTHING_TEACHES = {
    "community_hours": 1.3, "community_people": 7, "simulation_hours": 2.0, "mentoring_hours": 2.0,
    "rotation": 0.9,
}  # fmt: skip


@pytest.mark.parametrize("floor", [0.0, 0.3])
def test_both_versions_agree_on_people_who_learn_the_more_the_more_they_know(floor: float) -> None:
    """Whatever teaches: patients, colleagues, communities, simulations, practice, noticing, work."""
    learning = Learning(
        noticing=0.3,
        ambient_contact=0.1,
        on_the_job=0.1,
        newcomer_spread=0.2,
        absorptive_floor=floor,
    )
    policy = BUSY.model_copy(update=EVERYTHING_TEACHES)
    model, _ = compare(firm(policy, projects=QUICK, learning=learning, horizon=25), 24)
    assert floor < model.staff.pace.mean() < 1


@pytest.mark.parametrize("patients", [4, 7])
def test_both_versions_agree_on_reviews_that_teach(patients: int) -> None:
    """Four patients are divided at times, and then teach nothing; a unit leaves, and pilots of it."""
    learning = Learning(review_learning=0.3, absorptive_floor=0.4)
    rules = QUICK.model_copy(update={"review_patients": patients})
    policy = BUSY.model_copy(update={"review_share": 1.0})
    timeline = (Change(week=20, unit_leaves="Brazil"),)
    compare(firm(policy, projects=rules, learning=learning, timeline=timeline, horizon=30), 25)


def test_both_versions_agree_on_reading_that_shows_in_practice() -> None:
    """Modes go off and on: what was read while nobody practised is not tried later."""
    learning = Learning(reading_use=0.3, absorptive_floor=0.4, legibility=0.5)
    policy = BUSY.model_copy(update={"reading_hours": 0.7})
    timeline = (
        Change(week=8, policy={"internalization": False}),
        Change(week=12, policy={"internalization": True, "combination": False}),
        Change(week=16, policy={"combination": True}),
        Change(week=19, lose=("library",)),
    )
    compare(firm(policy, projects=QUICK, learning=learning, timeline=timeline, horizon=30), 26)


def test_both_versions_agree_on_routines_that_lapse() -> None:
    """Projects end after half a year, so that routines grow old; people leave, move and merge."""
    rules = QUICK.model_copy(update={"lapse": 0.2, "lapse_turnover": 2.0})
    policy = BUSY.model_copy(update={"rotation": 0.5})
    another = Unit(name="Kenya", kind="affiliate", staff=9, firm="Other")
    timeline = (
        Change(week=26, policy={"projects_per_head": 0.0}),
        Change(week=60, staff_leave=0.5),
        Change(week=70, firm_joins="Other"),
        Change(week=90, unit_leaves="Brazil"),
    )
    _, oracle = compare(
        firm(policy, units=(OFFICE, *AFFILIATES, another), projects=rules, timeline=timeline,
             horizon=100), 27,
    )  # fmt: skip
    assert 0 < np.count_nonzero(oracle.state.routines) < len(oracle.state.confirmed)


def test_both_versions_agree_on_staff_who_know_better_than_a_wrong_routine() -> None:
    service = Service(watchfulness=0.7)
    model, _ = compare(firm(BUSY, projects=QUICK, service=service, horizon=25), 28)
    assert model.organisation.space.watching.any()


def test_both_versions_agree_on_stars_who_are_mentors_and_leave() -> None:
    """Units of odd and even size; people of lasting talent change places, leave and merge."""
    learning = Learning(newcomer_spread=0.2, talent_spread=0.5, noticing=0.1, absorptive_floor=0.5)
    levers = EVERYTHING_TEACHES | {"mentors": True, "cross_unit": 0.3}
    another = Unit(name="Kenya", kind="affiliate", staff=9, firm="Other")
    timeline = (
        Change(week=8, staff_leave=0.3),
        Change(week=12, firm_joins="Other"),
        Change(week=14, staff_leave=0.1, who_leaves="surest"),
        Change(week=16, policy={"mentors": False}),
        Change(week=18, staff_leave=0.001, who_leaves="surest", unit="India"),
    )
    compare(
        firm(BUSY.model_copy(update=levers), units=(OFFICE, *AFFILIATES, another), projects=QUICK,
             learning=learning, timeline=timeline, horizon=20), 29,
    )  # fmt: skip


def test_both_versions_agree_on_people_who_tell_nobody() -> None:
    levers = EVERYTHING_TEACHES | {"openness": 0.5, "documentation_share": 0.9}
    another = Unit(name="Kenya", kind="affiliate", staff=9, firm="Other")
    timeline = (
        Change(week=10, firm_joins="Other"),
        Change(week=14, policy={"openness": 0.0}),
        Change(week=18, policy={"openness": 1.0}),
        Change(week=22, policy={"openness": 0.8}),
    )
    policy = BUSY.model_copy(update=levers)
    units = (OFFICE, *AFFILIATES, another)
    compare(firm(policy, units=units, projects=QUICK, timeline=timeline, horizon=26), 30)


def test_both_versions_agree_on_projects_that_start_where_something_is_amiss() -> None:
    """Failures are noticed, needs jump; a firm joins, and what was noticed in its market with it."""
    learning = Learning(noticing=0.05)
    levers = {"initiative": 0.9, "initiative_total": 5.0, "projects_per_head": 0.3}
    another = Unit(name="Kenya", kind="affiliate", staff=9, firm="Other")
    timeline = (
        Change(week=10, needs_jump=0.7),
        Change(week=20, firm_joins="Other"),
        Change(week=26, policy={"initiative": 0.0}),
        Change(week=30, policy={"initiative": 1.0, "initiative_total": 0.0}),
        Change(week=36, unit_leaves="Brazil"),
    )
    policy = BUSY.model_copy(update=levers)
    units = (OFFICE, *AFFILIATES, another)
    scenario = firm(
        policy, units=units, projects=QUICK, learning=learning, timeline=timeline, horizon=40
    )
    _, oracle = compare(scenario, 31)
    assert oracle.state.noticed
