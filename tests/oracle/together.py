"""Socialization: what people pick up with patients and from colleagues."""

from __future__ import annotations

import math

import numpy as np

from oracle import story, trial
from oracle.people import Employee
from oracle.state import State
from seci_sim.engine import luck
from seci_sim.parameters import HOURS_A_WEEK

Pair = tuple[Employee, Employee]


def socialize(state: State) -> None:
    """Visits to patients, then meetings of colleagues."""
    if not state.policy.socialization:
        return
    for employee in sorted(state.there(), key=state.is_treated):
        _visit_patients(state, employee)
    for one, other in trial.partners(state):
        _meet(state, one, other, trial.beyond(state))
    for one, other in _pairs(state):
        _meet(state, one, other, trial.hours_of(state, one, other))
    if state.policy.community_hours > 0:
        for community in _communities(state):
            _meet_all(state, community)


def _visit_patients(state: State, employee: Employee) -> None:
    policy = state.policy_of(employee)
    mean = policy.patient_time * HOURS_A_WEEK / policy.visit_hours
    if luck.chance(state.seed, luck.UPTAKE, *employee.arrived, 0) >= policy.uptake:
        return
    u = state.chance_of(luck.VISIT, employee)
    for visit in range(int(mean) + (u < mean - int(mean))):
        if employee.free() < policy.visit_hours:
            return
        employee.book("patients", policy.visit_hours)
        _meet_a_patient(state, employee, visit)


def meet_patients_at_work(state: State) -> None:
    """In what is left of the week people meet patients, too, without booking hours for it."""
    if not state.policy.socialization:
        return
    for employee in sorted(state.there(), key=state.is_treated):
        hours = state.policy_of(employee).visit_hours
        mean = state.settings.learning.ambient_contact / hours * employee.free()
        u = state.chance_of(luck.AMBIENT, employee)
        for visit in range(int(mean) + (u < mean - int(mean))):
            _meet_a_patient(state, employee, 256 + visit)


def _meet_a_patient(state: State, employee: Employee, visit: int) -> None:
    """What a patient shows moves who sees it."""
    learning = state.settings.learning
    for need, kind in enumerate(state.classes):
        seen = None if kind == "systemic" else _seen(state, employee, visit, need)
        if seen is not None:
            step = learning.patient_learning * state.remote() * float(employee.pace)
            employee.move(need, seen, min(1.0, step))
            if abs(employee.tacit[need]) > np.float32(learning.unsure_below):
                story.remember_feeling(state, employee, need)


def _seen(state: State, employee: Employee, visit: int, need: int) -> int | None:
    """What a patient, drawn afresh, shows of a need, and how it is read; None if not shown."""
    learning = state.settings.learning
    hidden = (1.0 - learning.showing) ** (state.policy_of(employee).visit_hours / 4.0)
    slot = visit * len(state.classes) + need
    shows, own, read, _ = state.chances(luck.SHOWN, employee.unit, employee.member, slot)
    special, markets = state.settings.world.specialisation, len(state.markets)
    more = 1.0 - special + special * markets * (state.homes[need] == employee.home)
    if shows >= luck.rounded(1.0 - hidden) * more:
        return None
    response = state.truth[employee.home][need]
    if own < state.settings.world.patient_variation:
        response = -response
    return response if read < learning.observation_accuracy else -response


def _pairs(state: State) -> list[Pair]:
    """Who meets whom this week."""
    if state.settings.meetings:
        return _from_the_network(state)
    pairs: list[Pair] = []
    crossing: list[Employee] = []
    for number, unit in enumerate(state.units):
        if not unit.present:
            continue
        order = np.arange(len(unit.staff))
        luck.shuffle(
            order, np.empty(order.size, np.uint32), state.seed, luck.SHUFFLE, state.week, number
        )
        people = [unit.staff[place] for place in order.tolist()]
        policy = state.policy_in(number)
        if policy.mentors:
            people = _surest_beside_least_sure(people)
        for pair, (one, other) in enumerate(zip(people[::2], people[1::2], strict=False)):
            if state.chances(luck.CROSSING, number, pair // 4)[pair % 4] < policy.cross_unit:
                crossing += [one, other]
            else:
                pairs.append((one, other))
    return pairs + _across_units(state, crossing)


def _surest_beside_least_sure(people: list[Employee]) -> list[Employee]:
    """The surest, then the least sure, then the second, and so on to the middle."""

    ranks = sorted(people, key=Employee.sureness, reverse=True)
    return [ranks.pop(0 if place % 2 == 0 else -1) for place in range(len(people))]


def _across_units(state: State, people: list[Employee]) -> list[Pair]:
    """Each meets the last of another unit who waits; those of one unit left meet each other."""
    pairs: list[Pair] = []
    waiting: list[Employee] = []
    for person in sorted(people, key=lambda e: state.chance(luck.ACROSS, e.unit, e.member)):
        if waiting and waiting[-1].unit != person.unit:
            pairs.append((waiting.pop(), person))
        else:
            waiting.append(person)
    return pairs + list(zip(waiting[::2], waiting[1::2], strict=False))


def _from_the_network(state: State) -> list[Pair]:
    """The edges whose waiting time ends first, at a rate of their hours; each person once."""
    units = {unit.name: unit.staff for unit in state.units}
    row = {id(employee): number for number, employee in enumerate(state.staff)}
    waiting: list[tuple[float, int, Pair]] = []
    for edge, given in enumerate(state.settings.meetings):
        one = units[given.unit][given.employee - 1]
        other = units[given.colleague_unit][given.colleague - 1]
        u = state.chance(luck.NETWORK, row[id(one)], row[id(other)])
        time = luck.rounded(-math.log(1.0 - u) / given.hours)
        waiting.append((time, edge, (one, other)))
    busy: set[int] = set()
    pairs: list[Pair] = []
    for _, _, pair in sorted(waiting, key=lambda entry: entry[:2]):
        if all(person.present and id(person) not in busy for person in pair):
            busy |= {id(person) for person in pair}
            pairs.append(pair)
    return pairs


def _meet(state: State, one: Employee, other: Employee, wanted: float) -> None:
    """On every need the less sure of two moves towards the surer."""
    learning = state.settings.learning
    hours = min(wanted, one.free(), other.free())
    if hours <= 0:
        return
    one.book("colleagues", hours)
    other.book("colleagues", hours)
    closer = state.policy.second_line * (learning.tie_within - learning.tie_across)
    across = learning.tie_across + closer
    across *= (
        min(_closeness(state, one.unit), _closeness(state, other.unit))
        if (state.units[one.unit].firm != state.units[other.unit].firm)
        else 1.0
    )
    tie = learning.tie_within if one.unit == other.unit else across
    rate = np.float32(learning.colleague_learning * state.remote())
    step = rate * np.float32(hours) * np.float32(tie)
    for need in state.needs:
        for learner, teacher in ((one, other), (other, one)):
            if teacher.is_surer_than(learner, need) and state.shares(teacher):
                size = min(np.float32(1), step * learner.pace)
                learner.move(need, float(teacher.tacit[need]), float(size))
                break


def _communities(state: State) -> list[list[Employee]]:
    """All seats in an order drawn once, cut into groups."""

    def drawn(employee: Employee) -> float:
        at = (luck.COMMUNITY, 0, employee.unit, employee.member // 4, 0)
        return float(luck.four_chances(state.seed, *at)[employee.member % 4])

    seats, size = sorted(state.staff, key=drawn), state.policy.community_people
    return [seats[place : place + size] for place in range(0, len(seats), size)]


def _meet_all(state: State, community: list[Employee]) -> None:
    """On every need those who are less sure move towards the surest of those who have time."""
    learning = state.settings.learning
    there = [member for member in community if member.present and member.free() > 0]
    if len(there) < 2:
        return
    rate = np.float32(learning.colleague_learning * state.remote())
    steps = []
    for member in there:
        hours = member.book("colleagues", state.policy.community_hours)
        size = rate * np.float32(hours) * np.float32(learning.tie_community) * member.pace
        steps.append(float(min(np.float32(1), size)))
    teachers = [member for member in there if state.shares(member)]
    for need in state.needs if teachers else []:
        surest = teachers[0]
        for member in teachers[1:]:
            surest = member if member.is_surer_than(surest, need) else surest
        leading = float(surest.tacit[need])
        for member, step in zip(there, steps, strict=True):
            if surest.is_surer_than(member, need):
                member.move(need, leading, step)


def _closeness(state: State, unit: int) -> float:
    """How far a unit's firm has grown together with this one since it joined: 0 to 1."""
    for change in state.settings.timeline:
        if change.firm_joins is not None and change.firm_joins == state.units[unit].firm:
            passed, takes = state.week - change.week, change.transition_weeks or 0
            return 1.0 if passed >= takes else max(0, passed) / takes
    return 1.0
