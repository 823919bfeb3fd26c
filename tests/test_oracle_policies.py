"""The compiled week against the plain one, under policies and as the firm changes."""

from __future__ import annotations

import numpy as np
import pytest
from oracle import measured
from side_by_side import AFFILIATES, BUSY, OFFICE, PARTNERS, QUICK, compare, firm, total

from seci_sim.parameters import Service
from seci_sim.scenario import Change, Meeting, Unit
from seci_sim.seci.records import COLUMN

pytestmark = pytest.mark.plain


@pytest.mark.parametrize(
    "mode", ["socialization", "externalization", "combination", "internalization"]
)
def test_both_versions_agree_with_a_mode_switched_off_and_on_again(mode: str) -> None:
    timeline = (
        Change(week=8, policy={mode: False}),
        Change(week=20, policy={mode: True}),
    )
    compare(firm(BUSY, projects=QUICK, timeline=timeline, horizon=30), 6)


def test_both_versions_agree_when_all_time_is_given_to_patients() -> None:
    model, oracle = compare(firm(BUSY.model_copy(update={"patient_time": 1.0}), horizon=4), 7)
    assert measured.hours(oracle.state, None)["hours_routine_business"] == 0
    assert total(model, "projects_started") == 0


def test_both_versions_agree_on_as_many_guests_of_each_kind_as_are_invited() -> None:
    """Of patients, local and global partners, other numbers at a workshop and at justification."""
    guests = {
        "dialogue_patients": 3, "dialogue_local_partners": 1, "dialogue_global_partners": 2,
        "justification_patients": 1, "justification_local_partners": 2,
        "justification_global_partners": 0,
    }  # fmt: skip
    policy = BUSY.model_copy(update=guests)
    compare(firm(policy, projects=QUICK, stakeholders=PARTNERS, horizon=15), 18)


def test_both_versions_agree_when_hours_run_short() -> None:
    """Long visits, meetings and pilots: not everybody has the hours for all of them."""
    hours = {
        "patient_time": 0.3,
        "mentoring_hours": 9.3,
        "training_hours": 3.7,
        "pilot_hours": 11.3,
    }
    policy = BUSY.model_copy(update=hours | {"projects_per_head": 0.3})
    model, _ = compare(firm(policy, projects=QUICK, horizon=50), 8)
    assert total(model, "routines_adopted") > 0
    assert total(model, "hours_routine_business") < 0.5 * 40 * 36 * model.week


def test_both_versions_agree_on_a_firm_s_own_meeting_network() -> None:
    meetings = (
        Meeting("Office", 1, "Japan", 1, 3.0),
        Meeting("Office", 1, "India", 2, 2.0),
        Meeting("India", 2, "India", 3, 0.5),
        Meeting("Japan", 1, "Brazil", 9, 1.0),
        Meeting("Brazil", 4, "Brazil", 5, 8.0),
    )
    model, _ = compare(firm(BUSY, meetings=meetings, horizon=15), 9)
    assert total(model, "hours_socialization") > total(model, "hours_with_patients")


def test_both_versions_agree_on_who_is_treated_and_what_it_costs() -> None:
    """Prices by income, assessed with and without an agency, patients supported and not."""
    office, brazil, india, japan = (OFFICE, *AFFILIATES)
    units = (office, brazil, india.model_copy(update={"eligible_patients": 200}), japan)
    policy = BUSY.model_copy(update={"financial_agency": True, "shares_paid": {"lowest": 0.0}})
    timeline = (
        Change(week=10, policy={"shares_paid": {"low": 0.3, "middle": 0.5}}),
        Change(week=15, partner_leaves="A clinic"),
        Change(week=20, partner_leaves="An agency"),
        Change(week=24, unit_leaves="Brazil"),
    )
    model, _ = compare(
        firm(policy, units=units, stakeholders=PARTNERS, projects=QUICK, timeline=timeline,
             horizon=28), 12,
    )  # fmt: skip
    eligible, started, adherent, subsidy = model.records.access[:28, -1].sum(axis=(0, 1))
    assert eligible == 28 * 210 + 23 * 10
    assert eligible > started > adherent > 0
    assert 0 < subsidy < 2500 * started


def test_both_versions_agree_on_people_who_do_not_visit_or_change_places_or_meet_in_communities() -> (
    None
):
    """And on simulated patients; a quarter of the staff leave and change places each year."""
    policy = BUSY.model_copy(
        update={
            "uptake": 0.6,
            "rotation": 0.9,
            "community_hours": 1.3,
            "community_people": 7,
            "simulation_hours": 2.0,
        }
    )
    timeline = (
        Change(week=9, unit_leaves="Brazil"),
        Change(week=20, policy={"community_people": 4, "uptake": 0.3, "simulation_hours": 7.7}),
    )
    model, _ = compare(firm(policy, projects=QUICK, timeline=timeline, horizon=30), 13)
    assert (model.staff.arrival[:, 1] != np.arange(36)).sum() > 4
    assert total(model, "leavers") > 0


def test_both_versions_agree_on_a_firm_that_becomes_a_matrix() -> None:
    """In two steps, the second of which begins before the first is over."""
    matrix = {"cross_unit": 0.6, "second_line": 0.7, "workshop_other_market": 2}
    timeline = (
        Change(week=8, transition_hours=30.3, transition_weeks=6, policy=matrix),
        Change(week=12, transition_hours=12.0, transition_weeks=4),
        Change(week=15, unit_leaves="Brazil"),
    )
    policy = BUSY.model_copy(update={"cross_unit": 0.0})
    model, _ = compare(firm(policy, projects=QUICK, timeline=timeline, horizon=30), 14)
    groups = model.knowledge.projects.group[: model.knowledge.projects.size]
    foreign = model.staff.market[groups] != model.knowledge.projects.market[: len(groups), None]
    assert (foreign & (groups >= 0))[:, -2:].any()
    booked = model.records.rows[:, -1, COLUMN["hours_socialization"]]
    assert booked[11] == 40 * 36


@pytest.mark.parametrize("plans", [1, 3])
def test_both_versions_agree_on_markets_that_resemble_others_and_on_their_launch(
    plans: int,
) -> None:
    """A market of its own, one that resembles it and one that resembles that one; all launched."""
    office, brazil, india, japan = (OFFICE, *AFFILIATES)
    poorer = {"lowest": 0.5, "low": 0.3, "middle": 0.2}
    units = (
        office,
        brazil,
        india.model_copy(update={"resembles": "Brazil", "needs_differing": 0.1, "price": 900.0}),
        Unit(name="Delhi", kind="affiliate", market="India", staff=4, households=poorer),
        japan.model_copy(update={"resembles": "India", "income_level": 0.4}),
    )
    policy = BUSY.model_copy(update={"shares_paid": {"lowest": 0.0, "low": 0.3}})
    timeline = (Change(week=12, market_opens="Japan"), Change(week=25, lose=("routines",)))
    model, _ = compare(
        firm(policy, units=units, stakeholders=PARTNERS, projects=QUICK, timeline=timeline,
             service=Service(launch_plans=plans)), 13,
    )  # fmt: skip
    launched = model.records.rows[:40, :-1, COLUMN["launched"]]
    weeks = [int(np.flatnonzero(launched[:, market] == 1)[0]) + 1 for market in range(3)]
    assert 1 < weeks[1] != weeks[0] > 1
    assert weeks[2] > 12
    assert launched[-1].all()  # what was launched stays


MERGERS = (
    OFFICE,
    *AFFILIATES,
    Unit(name="Their office", kind="headquarters", staff=5, firm="Other"),
    Unit(name="Kenya", kind="affiliate", staff=9, firm="Other"),
    Unit(name="Peru", kind="affiliate", staff=8, firm="Other"),
    Unit(name="Oslo", kind="affiliate", staff=7, firm="Third"),
)


@pytest.mark.parametrize("seed", [15, 16])
def test_both_versions_agree_on_firms_that_merge(seed: int) -> None:
    """One after a while and slowly, one late and at once; losses before, and people who change places."""
    timeline = (
        Change(week=8, lose=("library",)),
        Change(week=9, staff_leave=0.3, policy={"patient_time": 0.05}),
        Change(week=11, needs_jump=0.4),
        Change(week=16, firm_joins="Other", transition_weeks=8, transition_hours=3.3),
        Change(week=20, firm_joins="Third", core_difference=0.5),
        Change(week=26, unit_leaves="Kenya"),
    )
    policy = BUSY.model_copy(update={"cross_unit": 0.8, "rotation": 0.5, "uptake": 0.7})
    model, _ = compare(
        firm(policy, units=MERGERS, projects=QUICK, timeline=timeline, horizon=30,
             service=Service(launch_plans=2)), seed,
    )  # fmt: skip
    assert model.staff.present.sum() == 36 + 5 + 8 + 7
    assert not model.organisation.apart
    assert len(np.unique(model.staff.person)) == model.staff.person.size
