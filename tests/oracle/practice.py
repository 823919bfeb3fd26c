"""Internalization: training, pilots, reviews, adoption, everyday practice, noticing."""

from __future__ import annotations

import math

import numpy as np

from oracle.people import Document, Employee, Project, on_the_clock, overlay, says_something
from oracle.state import State
from seci_sim.engine import luck


def internalize(state: State) -> None:
    """All that turns what is written into what people can do."""
    state.adopted = []
    if state.policy.internalization:
        for employee in state.there():
            _train(state, employee)
            _try_what_was_read(state, employee)
            if state.policy_of(employee).simulation_hours > 0:
                _simulate(state, employee)
        _run_pilots(state)
    for project in list(state.under_way):
        if _is_over(state, project):
            state.under_way.remove(project)
            _adopt(state, project)
    if state.policy.internalization:
        for employee in state.there():
            if employee.market is not None:
                _practise_routine(state, employee, employee.market)
                _notice(state, employee, employee.market)


def _train(state: State, employee: Employee) -> None:
    if says_something(employee.explicit):
        hours = employee.book("internalization", state.policy_of(employee).training_hours)
        employee.practise(employee.explicit, state.settings.learning.practice_learning, hours)


def _try_what_was_read(state: State, employee: Employee) -> None:
    """What was read this week, as far as the reader made it out, is tried for an hour by chance."""
    learning, held = state.settings.learning, employee.explicit
    clear = [entry * (entry == held[need]) for need, entry in enumerate(employee.read)]
    if state.chance_of(luck.TRYING, employee) < learning.reading_use:
        employee.practise(clear, learning.practice_learning, 1.0)
    employee.read = []


def _simulate(state: State, employee: Employee) -> None:
    """A session with a simulated patient, which is always wrong in the same places."""
    learning, session = state.settings.learning, state.policy_of(employee).simulation_hours
    if employee.free() < session:
        return
    employee.book("internalization", session)
    hidden = (1.0 - learning.showing) ** (session / 4.0)
    for need, kind in enumerate(state.classes):
        at = (luck.SCRIPT, 0, employee.home, need // 4, 0)
        written = luck.four_chances(state.seed, *at)[need % 4]
        shows, read, _, _ = state.chances(luck.REHEARSAL, employee.unit, employee.member, need)
        if kind == "systemic" or shows >= luck.rounded(1.0 - hidden):
            continue
        response = state.truth[employee.home][need]
        if written >= learning.simulation_truth:
            response = -response
        seen = response if read < learning.observation_accuracy else -response
        employee.move(need, seen, min(1.0, learning.patient_learning * float(employee.pace)))


def _run_pilots(state: State) -> None:
    """Pilots practise their plans; those of one market share its hours equally."""
    practising = [project for project in state.under_way if state.week > project.ready]
    hours = []
    for market in range(len(state.markets)):
        practise = [e for p in practising if p.market == market for e in p.pilot if e.present]
        wanted = len(practise) * state.policy.pilot_hours
        capacity = state.settings.projects.pilot_capacity
        part = min(1.0, capacity / wanted) if wanted > 0 else 1.0
        hours.append(math.floor(state.policy.pilot_hours * part * 4096) / 4096)
    for project in practising:
        each = hours[project.market]
        able = [e for e in project.pilot if e.present and e.free() >= each]
        if len(able) >= 2:
            project.practised += 1
            project.first_practised = project.first_practised or state.week
            for member in able:
                member.book("internalization", each)
                rate = state.settings.learning.practice_learning
                member.practise(project.plan, rate, each)


def _is_over(state: State, project: Project) -> bool:
    """Whether a plan is to become routine: after its pilot, or without one after its set-up."""
    if state.policy.internalization:
        return project.practised >= state.settings.projects.pilot_weeks
    return state.week >= project.ready


def _then(state: State, process: int, project: Project, slot: int = 0) -> float:
    """A project's draw at the week in which it began."""
    address = (project.week, project.market, project.number, slot)
    return float(luck.chance(state.seed, process, *address))


def _adopt(state: State, project: Project) -> None:
    """A plan becomes routine, less what a review withdraws, and may be written up as a lesson."""
    kept = list(project.plan)
    reviewed = state.policy.internalization and (
        _then(state, luck.REVIEW, project) < state.policy_for(project.market).review_share
    )
    if reviewed:
        _review(state, project, kept)
    if not says_something(kept):
        return
    project.kept, project.routine_since = kept, state.week
    overlay(state.routines[project.market], kept)
    for need in state.needs:
        if kept[need] != 0:
            state.confirmed[project.market, need] = state.week
    state.adopted.append(project)
    written = min(state.policy_for(project.market).documentation_share, project.openness)
    if _then(state, luck.LESSON, project) < written:
        state.library.append(Document(project.market, kept, state.week, project.persons))
        state.written_before |= {(need, entry) for need, entry in enumerate(kept) if entry}


def _review(state: State, project: Project, kept: list[int]) -> None:
    """Patients judge each entry that can be judged; too many against, and it is withdrawn."""
    rules = state.settings.projects
    for member in project.pilot:
        if member.present:
            member.book("internalization", on_the_clock(rules.review_hours))
    for need, entry in enumerate(project.plan):
        if entry == 0 or state.classes[need] == "systemic":
            continue
        is_right = entry == state.truth[project.market][need]
        against = 0
        for patient in range(rules.review_patients):
            slot = patient * len(state.classes) + need
            judges_rightly = _then(state, luck.VERDICT, project, slot) < rules.review_accuracy
            against += -1 if is_right == judges_rightly else 1
        _learn_in_review(state, project, need, entry if against < 0 else -entry, against)
        if against >= rules.review_margin:
            kept[need] = 0


def _learn_in_review(state: State, project: Project, need: int, says: int, against: int) -> None:
    """Who is there moves towards what most patients said; where they are divided, nobody does."""
    for member in project.pilot:
        if member.present and against != 0:
            rate = np.float32(state.settings.learning.review_learning)
            member.move(need, says, float(min(np.float32(1), rate * member.pace)))


def _practise_routine(state: State, employee: Employee, market: int) -> None:
    """Everyday practice, at a part of the step of a pilot; some of it by the way, in hours not booked."""
    routine, learning = state.routines[market], state.settings.learning
    if says_something(routine):
        wanted = on_the_clock(state.settings.projects.routine_hours)
        hours = employee.book("internalization", wanted)
        hours += learning.on_the_job * employee.free()
        employee.practise(routine, learning.practice_learning * learning.routine_practice, hours)


def _notice(state: State, employee: Employee, market: int) -> None:
    """Now and then somebody sees that a routine is wrong, and moves towards the truth."""
    learning = state.settings.learning
    for need, kind in enumerate(state.classes):
        right = state.truth[market][need]
        if kind == "systemic" or state.routines[market][need] != -right:
            continue
        if state.chance_of(luck.NOTICING, employee, need) < learning.noticing:
            state.noticed[market, need] = state.week
            step = min(np.float32(1), np.float32(learning.noticing_step) * employee.pace)
            employee.move(need, right, float(step))
