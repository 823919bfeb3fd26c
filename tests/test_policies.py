"""Rules that only some policies and changes set going: communities, simulated patients, uptake,
rotation, mergers. What they are worth is tested in `test_scenarios_of_policies`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from small_firm import (
    CHANCES,
    EVERYBODY,
    FIRMS,
    HOURS,
    NEED_CLASS,
    NEEDS,
    PEOPLE,
    SEEDS,
    UNIT,
    Small,
    in_bounds,
    people,
    some,
    written_by,
)

from seci_sim import SECIModel
from seci_sim.parameters import World
from seci_sim.scenario import read_scenario, with_levers
from seci_sim.seci import communities, lasting, simulated_patients, socialization
from seci_sim.seci.knowledge import INTERNALIZATION, NOBODY, SOCIALIZATION, Array
from seci_sim.seci.world import SYSTEMIC, new_truth


def gather(firm: Small, members: list[list[int]], hours: float = 1.0, tie: float = 0.8,
           rate: float = 0.1) -> None:  # fmt: skip
    """Communities of these rows meet."""
    how = some(
        socialization.Meetings,
        communities=members,
        community_hours=hours,
        tie_community=tie,
        rate=rate,
    )
    communities.meet_in_communities(firm.staff, firm.tacit, how, firm.space)


def test_in_a_community_everybody_moves_towards_the_surest_right_or_wrong() -> None:
    firm = small([0.1, -0.5, 0.2, 0.5])
    gather(firm, [[0, 1, 2, NOBODY]], hours=2.0, tie=0.5, rate=0.1)
    # A step of 0.1 * 2 h * 0.5, towards -0.5; the fourth is in no community.
    assert firm.tacit[:, 0].tolist() == pytest.approx([0.04, -0.5, 0.13, 0.5])
    assert firm.hours.sum(axis=1).tolist() == [2.0, 2.0, 2.0, 0.0]
    assert firm.moved[:, SOCIALIZATION].tolist() == pytest.approx([0.06, 0.0, 0.07, 0.0])


def small(first_need: list[float]) -> Small:
    """Four people who know something of the first need only."""
    tacit = np.zeros((PEOPLE, NEEDS), np.float32)
    tacit[:, 0] = first_need
    return Small(tacit, np.zeros((PEOPLE, NEEDS), np.int8), np.ones((2, NEEDS), np.int8),
                 np.zeros((2, NEEDS), np.int8), 1)  # fmt: skip


@given(FIRMS, HOURS, CHANCES, CHANCES)
def test_a_community_keeps_knowledge_and_hours_in_bounds_and_nobody_becomes_surer_than_the_surest(
    firm: Small, hours: float, tie: float, rate: float
) -> None:
    before = firm.tacit.copy()
    written = written_by(lambda: gather(firm, [[0, 2, 3]], hours, tie, rate), firm)
    assert written <= {"tacit", "hours", "moved"}
    assert in_bounds(firm)
    assert (firm.tacit[1] == before[1]).all()
    assert (np.abs(firm.tacit) <= np.abs(before).max(axis=0) + 1e-6).all()


@given(FIRMS)
def test_nobody_meets_alone_in_no_time_or_without_being_there(firm: Small) -> None:
    assert written_by(lambda: gather(firm, [[0, NOBODY], [1, NOBODY]]), firm) == set()
    assert written_by(lambda: gather(firm, [[0, 1]], hours=0.0), firm) == set()
    assert written_by(lambda: gather(firm, [[0, 1]], rate=0.0), firm) == {"hours"}
    firm.hours[:3] = 8.0
    assert written_by(lambda: gather(firm, [[0, 1, 2, 3]]), firm) == set()


@pytest.mark.parametrize("people", [2, 7, 8, 300])
def test_everybody_has_one_seat_in_one_community_for_good(people: int) -> None:
    model = SECIModel("one-percent", rng=3)
    seats = lasting.communities(model.staff, people, seed=3)
    assert sorted(seats[seats != NOBODY]) == list(range(220))
    assert seats.shape == (-(-220 // people), people)
    assert (seats[:-1] != NOBODY).all()


def test_a_community_joins_people_of_several_units() -> None:
    model = SECIModel("one-percent", rng=3)
    seats = lasting.communities(model.staff, 8, seed=3)[:-1]
    units = [len(set(model.staff.unit[members])) for members in seats]
    assert np.mean(units) > 3


def shown(firm: Small) -> Array:
    """(2, needs): what simulated patients show, who mislead wherever a routine says +1."""
    right = np.where(firm.routine > 0, -firm.truth, firm.truth)
    return np.where(NEED_CLASS == SYSTEMIC, 0, right)


def rehearse(firm: Small, hours: float = 1.0, rate: float = 0.3, shows: float = 1.0,
             accuracy: float = 1.0) -> None:  # fmt: skip
    """Everybody practises with simulated patients of their market."""
    how = some(
        simulated_patients.Simulation, hours=hours, shows=shows, accuracy=accuracy, rate=rate,
        mistaken=firm.routine > 0,
    )  # fmt: skip
    simulated_patients.practise_with_simulated_patients(
        EVERYBODY, firm.staff, firm.tacit, firm.world(), how, firm.space, firm.seed, 1
    )


@given(FIRMS, HOURS, CHANCES, CHANCES, CHANCES)
def test_simulated_patients_keep_knowledge_and_hours_in_bounds(
    firm: Small, hours: float, rate: float, shows: float, accuracy: float
) -> None:
    written = written_by(lambda: rehearse(firm, hours, rate, shows, accuracy), firm)
    assert written <= {"tacit", "hours", "moved"}
    assert in_bounds(firm)
    assert firm.moved[:, INTERNALIZATION].sum() == pytest.approx(firm.moved.sum())


@given(FIRMS)
def test_what_simulated_patients_show_and_everybody_reads_is_learned_by_everybody(
    firm: Small,
) -> None:
    before = firm.tacit.copy()
    rehearse(firm, rate=0.5)
    seen = shown(firm)[UNIT]
    halfway = (before + seen) / 2
    assert firm.tacit == pytest.approx(np.where(seen != 0, halfway, before), abs=1e-6)


@given(FIRMS)
def test_who_lacks_the_hours_of_a_session_is_passed_over(firm: Small) -> None:
    firm.hours[:, 0] = 39.5
    assert written_by(lambda: rehearse(firm), firm) == set()
    firm.hours[:] = 0
    firm.present[:] = False
    assert written_by(lambda: rehearse(firm), firm) == set()
    firm.present[:] = True
    assert written_by(lambda: rehearse(firm, shows=0.0), firm) == {"hours"}


@given(SEEDS)
def test_simulated_patients_are_right_as_often_as_said_and_the_more_the_better(seed: int) -> None:
    truth = new_truth(World(needs=400), 3, seed)
    wrong, fewer = (lasting.misleading(truth, right, seed) for right in (0.6, 0.9))
    assert not (fewer & ~wrong).any()
    assert not lasting.misleading(truth, 1.0, seed).any()
    # 1200 needs: beyond 6.3 standard errors once in 3,000 million times.
    assert abs(wrong.mean() - 0.4) < 0.09


def visitors(uptake: float, weeks: int = 30) -> Array:
    """(220,) bool: seats whose people were with a patient in some week, of those who never left."""
    settings = with_levers(
        read_scenario("one-percent"), uptake=uptake, patient_time=0.2, visit_hours=4.0, turnover=0.0
    )
    units = tuple(unit.model_copy(update={"turnover": None}) for unit in settings.units)
    model = SECIModel(settings.model_copy(update={"units": units}), rng=5)
    met = np.zeros(220, np.bool_)
    for _ in range(weeks):
        model.step()
        met |= model.staff.hours[:, 0] > 0
    return met


def test_always_the_same_people_keep_to_the_patient_time_and_more_uptake_only_adds_some() -> None:
    half, most = visitors(0.5), visitors(0.8)
    # 220 people: beyond 5 standard errors once in a million times.
    assert abs(half.mean() - 0.5) < 0.17
    assert abs(most.mean() - 0.8) < 0.14
    assert not (half & ~most).any()
    assert not visitors(0.0).any()
    assert visitors(1.0).all()


def test_a_newcomer_decides_anew() -> None:
    staff = people([4], arrival=[[0, 0], [7, 0], [8, 0], [0, 1]])
    drawn = np.empty((64, 4), np.bool_)
    for seed, keeps in enumerate(drawn):
        lasting.let_differ(staff, some(lasting.Lasting, uptake=0.5), 0, seed)
        keeps[:] = staff.keeps
    assert len({tuple(column) for column in drawn.T}) == 4


def test_who_changes_places_takes_along_what_they_know_and_headcounts_stay() -> None:
    model = SECIModel("baseline", rng=2, rotation=0.9, turnover=0.0, settling_hours=16)
    agents = {agent.unique_id: agent for agent in model.agents}
    for _ in range(8):
        known = {
            i: (agent.unit, agent.tacit.copy(), agent.explicit.copy())
            for i, agent in agents.items()
        }
        model.organisation.begin_week()
        model.move_world()
        moved = {i for i, agent in agents.items() if agent.unit != known[i][0]}
        fading = np.float32(model.organisation.terms.turnover.remaining)
        for i, agent in agents.items():
            assert (agent.tacit == known[i][1] * fading).all()
            assert (agent.explicit == known[i][2]).all()
            assert agent.hours.sum() == (16 if i in moved else 0)
        assert len(moved) % 2 == 0
        for mode in ("socialize", "externalize", "combine", "internalize", "serve", "take_stock"):
            getattr(model, mode)()
    # 200 people of whom 3.7% would move a week: none in eight weeks never happens.
    assert {agent.unit for agent in agents.values()} == set(model.firm.unit_names)
    assert sorted(agent.unique_id for agent in model.agents) == sorted(agents)
    assert any(agent.row != agent.person for agent in agents.values())


def test_a_view_follows_somebody_who_moves_and_raises_once_they_leave() -> None:
    model = SECIModel("baseline", rng=2, rotation=0.9, turnover=0.5)
    held = list(model.agents)
    for _ in range(20):
        model.step()
    rows = {agent.person: agent.row for agent in model.agents}
    assert sorted(rows.values()) == list(range(200))
    assert all(model.staff.person[row] == person for person, row in rows.items())
    for agent in held:
        if agent.person in rows:
            assert agent.row == rows[agent.person]
        else:
            with pytest.raises(LookupError, match="has left"):
                _ = agent.row


def test_where_there_is_one_unit_nobody_has_anybody_to_change_with() -> None:
    settings = read_scenario("baseline")
    alone = settings.model_copy(update={"units": settings.units[1:2], "stakeholders": ()})
    model = SECIModel(with_levers(alone, rotation=0.99), rng=2)
    for _ in range(10):
        model.step()
        assert (model.staff.arrival[:, 1] == np.arange(35)).all()


EVERYTHING = {
    "uptake": 0.5,
    "community_hours": 3.3,
    "simulation_hours": 2.2,
    "rotation": 0.5,
    "settling_hours": 40,
    "patient_time": 0.5,
}


def test_hours_are_conserved_whatever_takes_them() -> None:
    model = SECIModel("one-percent", rng=4, **EVERYTHING)
    for _ in range(12):
        model.step()
        assert (model.staff.hours >= 0).all()
        assert (model.staff.hours.sum(axis=1) <= 40).all()


@pytest.mark.parametrize(
    ("lever", "value"),
    [
        ("uptake", 1.0),
        ("community_people", 3),
        ("tie_community", 0.1),
        ("simulation_truth", 0.5),
        ("settling_hours", 40),
    ],
)
def test_what_only_a_policy_asks_for_changes_nothing_without_it(lever: str, value: Any) -> None:
    model, before = SECIModel("baseline", rng=1, **{lever: value}), SECIModel("baseline", rng=1)
    for _ in range(5):
        model.step()
        before.step()
    assert (model.knowledge.tacit == before.knowledge.tacit).all()
