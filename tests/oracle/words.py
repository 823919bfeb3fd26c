"""Externalization: new projects, their groups, and what these put into words."""

from __future__ import annotations

import numpy as np

from oracle.people import Employee, Project, on_the_clock
from oracle.state import State
from oracle.story import names
from seci_sim.engine import luck


def externalize(state: State) -> None:
    """Each market starts its projects; each group holds its workshop."""
    state.new = []
    means = _weekly_means(state)
    for market, mean in enumerate(means):
        for number in range(luck.poisson(mean, state.seed, luck.PROJECT, state.week, market)):
            nothing = [0 for _ in state.needs]
            project = Project(market, number, state.week, group=[], concept=nothing)
            if _form_group(state, project):
                state.new.append(project)
                state.projects.append(project)
                if state.policy.externalization:
                    _hold_workshop(state, project)


def _weekly_means(state: State) -> list[float]:
    """All staff start projects in the markets, by heads and by what their staff see amiss."""
    policy, markets = state.policy, range(len(state.markets))
    serving = [sum(e.present for e in state.of_market(m)) for m in range(len(state.markets))]
    share = len(state.there()) / max(1, sum(serving)) / 52.0
    rates = [state.policy_for(m).projects_per_head * share for m in markets]
    usual = [staff * rate for staff, rate in zip(serving, rates, strict=True)]
    gaps = [_gap(state, market) for market in markets]
    if sum(u * gap for u, gap in zip(usual, gaps, strict=True)) == 0:
        return usual
    mean_gap = sum(u * gap for u, gap in zip(usual, gaps, strict=True)) / sum(usual)
    more = 1.0 + policy.initiative_total * mean_gap / len(state.classes)
    return [
        u * ((1.0 - policy.initiative) + policy.initiative * gap / mean_gap) * more
        for u, gap in zip(usual, gaps, strict=True)
    ]


def _gap(state: State, market: int) -> float:
    """Needs on which a failure was noticed this quarter, or of which staff know better."""
    staff = [e for e in state.of_market(market) if e.present]
    answers, limit = state.answers(market), np.float32(state.settings.learning.unsure_below)
    amiss = 0
    for need in state.needs:
        if state.week - state.noticed.get((market, need), -1000) <= 13:
            amiss += len(staff)
        else:
            sure = [e.tacit[need] for e in staff if abs(e.tacit[need]) > limit]
            amiss += sum(answers[need] == 0 or (t > 0) != (answers[need] > 0) for t in sure)
    return amiss / len(staff) if staff else 0.0


def combination_hours(state: State) -> float:
    """What a group member spends on library, synthesis and justification."""
    rules = state.settings.projects
    hours = rules.combination_hours + rules.justification_hours
    return on_the_clock(hours) if state.policy.combination else 0.0


def _form_group(state: State, project: Project) -> bool:
    """Local staff and some from headquarters; without two local people there is no project."""
    policy = state.policy_for(project.market)
    workshop = policy.workshop_hours if policy.externalization else 0.0
    hours = workshop + combination_hours(state)
    here = state.of_market(project.market)
    project.group = state.draw_people(policy.workshop_staff, here, hours, luck.GROUP, project)
    if len(project.group) < 2:
        return False
    project.group += state.draw_people(
        policy.workshop_headquarters, state.of_office(project.market), hours, luck.HEADQUARTERS,
        project,
    )  # fmt: skip
    if policy.workshop_other_market and len(state.markets) > 1:
        project.group += _people_of_another_market(state, project, hours)
    project.group_names = names(state, project.group)
    project.openness = sum(map(state.shares, project.group)) / len(project.group)
    project.persons = [member.person for member in project.group]
    for member in project.group:
        member.book("externalization", workshop)
        member.promised += combination_hours(state)
    return True


def _people_of_another_market(state: State, project: Project, hours: float) -> list[Employee]:
    """One of the other markets, drawn for each project, sends people."""
    market, markets = project.market, len(state.markets)
    others = [(market + further) % markets for further in range(1, markets)]
    u = state.chance(luck.OTHER_MARKET, market, project.number)
    seats = state.of_market(others[int(u * len(others))])
    wanted = state.policy_for(market).workshop_other_market
    return state.draw_people(wanted, seats, hours, luck.OTHER_STAFF, project)


def _hold_workshop(state: State, project: Project) -> None:
    """The strongest of what can be said and is new becomes the concept, held by the group."""
    answers = state.answers(project.market)
    length = state.policy_for(project.market).workshop_hours
    most = max(1, int(state.settings.projects.concept_entries * length / 6.0 + 0.5))
    sayable: list[tuple[float, int, int]] = []
    for need in state.needs:
        convictions = sum(
            _voice(state, member, need) for member in project.group if state.shares(member)
        )
        total = (_guests_say(state, project, need) + convictions) * state.remote()
        says = 1 if total > 0 else -1
        if abs(total) >= state.settings.learning.sayability and says != answers[need]:
            sayable.append((-abs(total), need, says))
    for _, need, says in sorted(sayable)[:most]:
        project.concept[need] = says
    for member in project.group:
        member.hold(project.concept)


def _voice(state: State, member: Employee, need: int) -> float:
    """A member's conviction; the unsure may voice what they read, unless the need is systemic."""
    learning = state.settings.learning
    unsure = abs(member.tacit[need]) <= np.float32(learning.unsure_below)
    if unsure and member.explicit[need] != 0 and state.classes[need] != "systemic":
        return learning.reading_voice * member.explicit[need]
    return float(member.tacit[need])


def _guests_say(state: State, project: Project, need: int) -> int:
    """Patients voice their own expressed need, partners what they know of it."""
    if state.classes[need] != "expressed":
        return 0
    policy, market, needs = (
        state.policy_for(project.market),
        project.market,
        len(state.classes),
    )
    truth, core = state.truth[market][need], state.core[need]
    said = 0
    for guest in range(policy.dialogue_patients):
        slot = guest * needs + need
        u = state.chance(luck.VOICE_PATIENT, market, project.number, slot)
        said += -truth if u < state.settings.world.patient_variation else truth
    local = state.partners_for(market, "local partner")
    common = state.partners_for(market, "global partner")
    know = [truth] * min(policy.dialogue_local_partners, local)
    know += [core] * min(policy.dialogue_global_partners, common)
    for guest, known in enumerate(know):
        slot = guest * needs + need
        u = state.chance(luck.VOICE_PARTNER, market, project.number, slot)
        said += known if u < state.settings.projects.partner_accuracy else -known
    return said
