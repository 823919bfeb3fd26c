"""Mergers: whose markets differ, what comes along, and how ties between two firms grow."""

from __future__ import annotations

from typing import Any

import numpy as np

from seci_sim import SECIModel
from seci_sim.parameters import Policy
from seci_sim.scenario import Change, Scenario, Unit, with_levers
from seci_sim.seci.records import COLUMN
from seci_sim.seci.socialization import closeness
from seci_sim.seci.world import SYSTEMIC


def merging(**fields: Any) -> Scenario:
    """A firm of two markets that another one of two joins in week 10."""
    own = [Unit(name=name, kind="affiliate", staff=20) for name in ("North", "East")]
    theirs = [
        Unit(name=name, kind="affiliate", staff=20, firm="Other") for name in ("South", "West")
    ]
    joins = Change(week=10, firm_joins="Other", **fields)
    return Scenario(
        name="Two", question="What if two become one?", horizon=30, units=(*own, *theirs),
        timeline=(joins,), policy=Policy(cross_unit=1.0, projects_per_head=1.0),
    )  # fmt: skip


def differing(model: SECIModel, market: int) -> float:
    """Share of a market's needs that differ from the core of this firm."""
    shown = model.truth.need_class != SYSTEMIC
    return float((model.truth.market[market] != model.truth.core)[shown].mean())


def test_markets_of_the_other_firm_differ_as_their_core_does_and_as_markets_do() -> None:
    alike, other = (
        np.mean([
            differing(SECIModel(merging(core_difference=share), rng=seed), 2)
            for seed in range(1, 41)
        ])
        for share in (0.0, 0.5)
    )  # fmt: skip
    # 1280 needs, 25% of which differ, or half where the cores do too: beyond 5 standard errors
    # once in a million times.
    assert abs(alike - 0.25) < 0.07
    assert abs(other - 0.5) < 0.07


def test_each_firm_has_its_own_core_and_both_see_the_same_markets() -> None:
    model = SECIModel(merging(core_difference=0.5), rng=1)
    other = model.organisation.apart["Other"]
    for _ in range(9):
        model.step()
        assert (model.truth.market == other.truth.market).all()
    assert (model.truth.core != other.truth.core).any()
    assert model.week == other.week
    assert not (model.staff.present & other.staff.present).any()
    assert (model.staff.present | other.staff.present).all()


def test_what_the_other_firm_knows_comes_with_it() -> None:
    model = SECIModel(merging(), rng=1)
    for _ in range(9):
        model.step()
    other = model.organisation.apart["Other"]
    there, here = other.knowledge, model.knowledge
    documents = here.library.size + there.library.size
    projects = here.projects.size + there.projects.size
    under_way = len(model.organisation.under_way)
    assert there.projects.size > 5
    model.organisation.begin_week()
    assert (here.tacit[40:] == there.tacit[40:]).all()
    assert (here.explicit[40:] == there.explicit[40:]).all()
    assert np.abs(here.tacit[40:]).sum() > np.abs(here.tacit[:40]).sum() / 2
    assert here.library.size == documents
    assert (np.diff(here.library.week[:documents]) >= 0).all()
    assert here.projects.size == projects
    assert len(model.organisation.under_way) == under_way + len(other.under_way)
    assert len(np.unique(model.staff.person)) == 80
    assert len(model.agents) == 80


def moved_on_joining(**fields: Any) -> float:
    """Tacit knowledge that colleagues moved in the week in which another firm joined."""
    settings = with_levers(merging(**fields), patient_time=0.0, newcomer_spread=0.3)
    model = SECIModel(settings, rng=1)
    for _ in range(10):
        model.step()
    return float(model.records.rows[9, -1, COLUMN["moved_socialization"]])


def test_people_of_two_firms_that_have_just_merged_have_no_tie() -> None:
    """With everybody meeting somebody of another unit, two in three are of the other firm."""
    no_tie, tie_at_once = moved_on_joining(transition_weeks=20), moved_on_joining()
    assert 0 < no_tie < 0.6 * tie_at_once
    assert moved_on_joining(transition_weeks=1) == no_tie


def test_ties_between_firms_grow_with_the_weeks_of_transition() -> None:
    model = SECIModel(merging(transition_weeks=4), rng=1)
    found = []
    for _ in range(15):
        model.step()
        meetings = model.organisation.terms.meetings
        found.append([closeness(unit, meetings, model.week) for unit in range(4)])
    growing = [[1.0, 1.0, share, share] for share in (0.0, 0.25, 0.5, 0.75)]
    assert found == [[1.0] * 4] * 9 + growing + [[1.0] * 4] * 2


def test_a_merger_keeps_hours_and_a_view_of_each_employee() -> None:
    model = SECIModel(merging(transition_weeks=6, transition_hours=39.0), rng=1, rotation=0.9)
    held = {agent.unique_id: agent for agent in model.agents}
    for _ in range(20):
        model.step()
        assert (model.staff.hours.sum(axis=1) <= 40).all()
    agents = {agent.unique_id: agent for agent in model.agents}
    assert len(agents) == 80
    assert all(agents[number] is agent for number, agent in held.items() if number in agents)
    assert {agent.unit for agent in agents.values()} == {"North", "East", "South", "West"}
