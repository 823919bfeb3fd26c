"""A firm run by the compiled week and by the plain one (`oracle`), mode by mode, in which all must be equal."""

from __future__ import annotations

from typing import Any

import numpy as np
from oracle import Oracle, access, measured, story
from oracle.people import PROCESSES

from seci_sim import SECIModel
from seci_sim.parameters import Learning, Policy, Projects, World
from seci_sim.scenario import Scenario, Stakeholder, Unit
from seci_sim.seci.knowledge import Array
from seci_sim.seci.records import COLUMN

MODES = ("move_world", "socialize", "externalize", "combine", "internalize", "work")
MARKETS = ("Brazil", "India", "Japan")
OFFICE = Unit(name="Office", kind="headquarters", staff=6)
AFFILIATES = tuple(
    Unit(name=name, kind="affiliate", staff=staff)
    for name, staff in zip(MARKETS, (9, 10, 11), strict=True)
)
QUICK = Projects(
    setup_weeks=2, setup_weeks_with_framework=1, setup_per_new_entry=0.25, pilot_weeks=3
)
"""Projects that become routine within weeks, so that a short run sees all of them."""
PARTNERS = (
    Stakeholder(name="A clinic", kind="local partner", market="India", supports_patients=True),
    Stakeholder(name="A union", kind="local partner", market="India"),
    Stakeholder(name="A church", kind="local partner", market="Brazil"),
    Stakeholder(name="A fund", kind="global partner"),
    Stakeholder(name="A network", kind="global partner"),
    Stakeholder(name="An agency", kind="financial agency", market="Japan"),
)


def firm(policy: Policy, **fields: Any) -> Scenario:
    """A firm of 36 people with 14 needs, who start a project nearly every week."""
    given_fields: dict[str, Any] = {
        "name": "Small",
        "question": "Do both versions agree?",
        "horizon": 40,
        "world": World(needs=14, drift=0.2),
        "learning": Learning(noticing=0.05),
        "units": (OFFICE, *AFFILIATES),
        "policy": policy,
    }
    return Scenario(**(given_fields | fields))


BUSY = Policy(projects_per_head=1.0, patient_time=0.03, turnover=0.3)


def assert_equal_state(model: SECIModel, oracle: Oracle, when: str) -> None:
    """All knowledge, the world, who is there and what the week was spent on."""
    state, knowledge, library = oracle.state, model.knowledge, model.knowledge.library
    staff, there = state.staff, [e.present for e in state.staff]
    assert model.staff.present.tolist() == there, when
    assert model.staff.person.tolist() == [e.person for e in staff], when
    assert model.truth.core.tolist() == state.core, when
    assert model.truth.market.tolist() == state.truth, when
    assert knowledge.explicit.tolist() == [e.explicit for e in staff], when
    assert knowledge.routine.tolist() == state.routines, when
    assert library.entries[: library.size].tolist() == [d.entries for d in state.library], when
    np.testing.assert_allclose(
        knowledge.tacit, np.array([e.tacit for e in staff]), rtol=0, atol=1e-5, err_msg=when
    )


def assert_equal_ledgers(model: SECIModel, oracle: Oracle, when: str) -> None:
    """What each employee gave to each process this week; nobody gives more than there is."""
    present = [employee for employee in oracle.state.staff if employee.present]
    ledger = [[employee.hours[process] for process in PROCESSES] for employee in present]
    assert model.staff.hours[model.staff.present].tolist() == ledger, when
    assert not model.staff.hours[~model.staff.present].any(), when
    assert all(min(hours) >= 0 and sum(hours) <= 40 for hours in ledger), when


def assert_near(found: Array, expected: Any, within: float, about: Any) -> None:
    """Equal to within a figure; where one does not apply, nor does the other."""
    np.testing.assert_allclose(
        found, np.array(expected, float), rtol=within, atol=within, err_msg=str(about)
    )


def assert_equal_records(model: SECIModel, oracle: Oracle, when: str) -> None:
    """The week's row of the whole, and of each open market; and how many know each need."""
    state, week = oracle.state, model.week - 1
    for market in [None, *state.open_markets()]:
        row = model.records.rows[week, -1 if market is None else market]
        counted = measured.counts(state, market) | measured.hours(state, market)
        shares = measured.knowledge(state, market) | measured.service(state, market)
        for expected, within in ((counted, 0.0), (shares, 1e-6)):
            found = row[[COLUMN[name] for name in expected]]
            assert_near(found, [*expected.values()], within, (when, market, [*expected]))
    assert_near(model.records.knowing[week], measured.knowing(state, None), 1e-6, when)


def assert_equal_access(model: SECIModel, oracle: Oracle, when: str) -> None:
    """This week's patients by income band, and what reaches them."""
    state, week, records = oracle.state, model.week - 1, model.records
    each = [access.treat(state, market) for market in range(len(state.markets))]
    assert_near(records.access[week], [*each, np.sum(each, axis=0)], 1e-6, when)
    reached = {market: access.reached(state, market) for market in state.open_markets()}
    assert_near(records.reached[week, [*reached]], [*reached.values()], 1e-6, when)
    assert_near(records.reached[week, -1], np.mean([*reached.values()], axis=0), 1e-6, when)


def assert_equal_stories(model: SECIModel, oracle: Oracle) -> None:
    """When each market first reached each stage with each need, what it said, and who was there."""
    state = oracle.state
    for need in state.needs:
        told = [
            (state.markets[market], *step)
            for market in range(len(state.markets))
            for step in story.story(state, market, need)
        ]
        found = [(s.market, s.stage, s.week, s.response, s.people) for s in model.story(need)]
        assert found == told, f"need {need}"


def assert_nothing_stands_beside_nothing(model: SECIModel, when: str) -> None:
    """An entry of a plan has an origin, a seat that is taken a person; others have none."""
    projects = model.knowledge.projects
    assert ((projects.origin != 0) == (projects.plan != 0)).all(), when
    assert not projects.right[projects.plan == 0].any(), when
    for rows, persons in (
        (projects.group, projects.group_person),
        (projects.pilot, projects.pilot_person),
    ):
        assert ((persons >= 0) == (rows >= 0)).all(), when


def compare(scenario: Scenario, seed: int) -> tuple[SECIModel, Oracle]:
    """Run both side by side; after each mode of each week they must be equal."""
    model, oracle = SECIModel(scenario, rng=seed), Oracle(scenario, seed)
    assert_equal_state(model, oracle, "before week 1")
    for week in range(1, scenario.horizon + 1):
        model.organisation.begin_week()
        oracle.begin_week()
        for mode in MODES:
            getattr(model, mode)()
            getattr(oracle, mode)()
            assert_equal_state(model, oracle, f"week {week}, after {mode}")
        assert_equal_ledgers(model, oracle, f"week {week}")
        model.serve()
        model.take_stock()
        assert_equal_records(model, oracle, f"week {week}")
        assert_equal_access(model, oracle, f"week {week}")
        assert_nothing_stands_beside_nothing(model, f"week {week}")
    assert_equal_stories(model, oracle)
    return model, oracle


def total(model: SECIModel, name: str) -> float:
    """Sum of a measure of the whole over all weeks."""
    return float(model.records.rows[: model.week, -1, COLUMN[name]].sum())
