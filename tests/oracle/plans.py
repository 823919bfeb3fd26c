"""Combination: from concepts to plans, by search, synthesis and votes; and reading."""

from __future__ import annotations

import math

from oracle.people import Document, Employee, Project, says_something
from oracle.state import State
from oracle.story import names
from oracle.words import combination_hours
from seci_sim.engine import luck

ORIGINS = ("concept", "own library", "foreign library", "synthesis")


def combine(state: State) -> None:
    """Each concept becomes a plan, one project after the other; then some people read."""
    state.planned = []
    for employee in state.staff:
        employee.read = []
    for project in state.new:
        project.plan = list(project.concept)
        project.origin = ["concept" if entry else "" for entry in project.plan]
        if state.policy.combination:
            for member in project.group:
                member.promised -= combination_hours(state)
                member.book("combination", combination_hours(state))
            answers = state.answers(project.market)
            _search_library(state, project, answers)
            _synthesise(state, project, answers)
            _justify(state, project, answers)
        if says_something(project.plan):
            _begin(state, project)
    if state.policy.combination:
        for employee in state.there():
            _read(state, employee)


def _search_library(state: State, project: Project, answers: list[int]) -> None:
    """Blank needs are filled from documents that are found: own market first, newest first."""
    window = state.settings.projects.search_window
    newest = list(reversed(state.library))[:window]
    own = [d for d in newest if d.market == project.market]
    foreign = [d for d in newest if d.market != project.market]
    left = state.settings.projects.reuse
    for place, document in enumerate(own + foreign):
        u = state.chance(luck.SEARCH, project.market, project.number, place)
        if u >= state.policy_for(project.market).search_success:
            continue
        is_own = document.market == project.market
        authors = is_own and not document.of_rival
        authors = authors or any(person in document.writers for person in project.persons)
        for need, entry in enumerate(document.entries):
            if entry and left > 0 and project.plan[need] == 0 and answers[need] == 0:
                slot = place * len(state.classes) + need
                u = state.chance(luck.MAKING_USE, project.market, project.number, slot)
                if not authors and not _is_clear(state, need, u):
                    continue
                project.plan[need] = entry
                project.origin[need] = "own library" if is_own else "foreign library"
                left -= 1


def _synthesise(state: State, project: Project, answers: list[int]) -> None:
    """A systemic need is worked out as the product of the answers to its two parts."""
    for need, parts in sorted(state.parts.items()):
        one, other = (project.plan[part] or answers[part] for part in parts)
        product = one * other
        if product == 0 or product == answers[need]:
            continue
        u = state.chance(luck.SYNTHESIS, project.market, project.number, need)
        if u < state.settings.projects.synthesis:
            project.plan[need] = product
            project.origin[need] = "synthesis"


def _justify(state: State, project: Project, answers: list[int]) -> None:
    """The sign of all votes wins; a tie, or what the market answers already, drops an entry."""
    for need, entry in enumerate(project.plan):
        if entry == 0:
            continue
        total = _votes(state, project, need)
        verdict = (total > 0) - (total < 0)
        project.plan[need] = 0 if verdict == answers[need] else verdict


def _votes(state: State, project: Project, need: int) -> float:
    """The proposal's own votes, and those of patients and partners on the panel."""
    rules, market = state.settings.projects, project.market
    policy = state.policy_for(market)
    total = rules.proposal_weight * project.plan[need]
    if state.classes[need] == "systemic":
        return total
    truth, core, needs = state.truth[market][need], state.core[need], len(state.classes)
    speaks = rules.patient_speaks
    if state.classes[need] == "latent":
        speaks *= rules.latent_recognition
    for guest in range(policy.justification_patients):
        slot = guest * needs + need
        own, speaking, _, _ = state.chances(luck.VOTE_PATIENT, market, project.number, slot)
        if speaking < speaks:
            varies = own < state.settings.world.patient_variation
            total += rules.patient_weight * (-truth if varies else truth)
    for kind, process, weight, knows, invited in (
        ("local partner", luck.VOTE_LOCAL, rules.local_partner_weight, truth,
         policy.justification_local_partners),
        ("global partner", luck.VOTE_GLOBAL, rules.global_partner_weight, core,
         policy.justification_global_partners),
    ):  # fmt: skip
        for guest in range(min(invited, state.partners_for(market, kind))):
            u = state.chance(process, market, project.number, guest * needs + need)
            total += weight * (knows if u < rules.partner_accuracy else -knows)
    return total


def _begin(state: State, project: Project) -> None:
    """A plan is given to its pilot, and set up."""
    rules, market = state.settings.projects, project.market
    entries = {(need, entry) for need, entry in enumerate(project.plan) if entry}
    never_written = len(entries - state.written_before)
    has_framework = min(
        state.policy_for(market).justification_global_partners,
        state.partners_for(market, "global partner"),
    )
    setup = rules.setup_weeks_with_framework if has_framework else rules.setup_weeks
    project.ready = state.week + math.ceil(setup + rules.setup_per_new_entry * never_written)
    project.pilot = state.draw_people(
        rules.pilot_staff, state.of_market(market), 0.0, luck.PILOT, project
    )
    project.pilot_names = names(state, project.pilot)
    for member in project.pilot:
        member.hold(project.plan)
    state.written_before |= entries
    state.under_way.append(project)
    state.planned.append(project)


def _read(state: State, employee: Employee) -> None:
    """Some spend an hour on one of the newest documents, rather one of their own market."""
    newest = state.library[-state.settings.projects.reading_window :]
    reads = state.chance_of(luck.READING, employee)
    finds, which, _, _ = state.chances(luck.CHOICE, employee.unit, employee.member)
    wanted = min(1.0, state.policy_of(employee).reading_hours)
    if reads >= wanted or not newest or employee.free() < 1:
        return
    choice: list[Document] = []
    if finds < state.policy_of(employee).search_success and employee.market is not None:
        choice = [document for document in newest if document.market == employee.market]
    choice = choice or newest
    employee.book("combination", 1.0)
    document = choice[int(which * len(choice))]
    entries = list(document.entries)
    for need in state.needs:
        u = state.chance(luck.MAKING_OUT, employee.unit, employee.member, need)
        if employee.person not in document.writers and not _is_clear(state, need, u):
            entries[need] = 0
    employee.hold(entries)
    employee.read = document.entries


def _is_clear(state: State, need: int, u: float) -> bool:
    """Whether somebody who did not write an entry can make it out."""
    return state.classes[need] != "latent" or u < state.settings.learning.legibility
