"""What is measured at the end of a week, for one market or for the whole."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from oracle.people import PROCESSES, Employee, Project
from oracle.plans import ORIGINS
from oracle.state import State
from seci_sim.parameters import HOURS_A_WEEK

NOT_APPLICABLE = math.nan


def counts(state: State, market: int | None) -> dict[str, float]:
    """What was counted this week."""

    def here(projects: list[Project]) -> list[Project]:
        return [project for project in projects if market in (None, project.market)]

    planned, adopted = here(state.planned), here(state.adopted)
    weeks = [state.week - project.week for project in adopted]
    counted: dict[str, float] = {
        "leavers": len(_lost(state, market)),
        "library_documents": sum(market in (None, d.market) for d in state.library),
        "projects_started": len(here(state.new)),
        "plans_made": len(planned),
        "routines_adopted": len(adopted),
        "weeks_to_routine": sum(weeks) / len(weeks) if weeks else NOT_APPLICABLE,
    }
    for origin in ORIGINS:
        entries = [
            project.plan[need] == state.truth[project.market][need]
            for project in planned
            for need in state.needs
            if project.plan[need] != 0 and project.origin[need] == origin
        ]
        name = "entries_" + origin.replace(" ", "_")
        counted |= {name: len(entries), name + "_right": sum(entries)}
    return counted


def hours(state: State, market: int | None) -> dict[str, float]:
    """Hours of the week by mode, patients apart as well, and routine business."""
    staff = _staff(state, market)
    spent = {p: sum(employee.hours[p] for employee in staff) for p in PROCESSES}
    return {
        "hours_with_patients": spent["patients"],
        "hours_socialization": spent["patients"] + spent["colleagues"],
        "hours_externalization": spent["externalization"],
        "hours_combination": spent["combination"],
        "hours_internalization": spent["internalization"],
        "hours_routine_business": HOURS_A_WEEK * len(staff) - sum(spent.values()),
    }


def knowledge(state: State, market: int | None) -> dict[str, float]:
    """What the staff know, of what is true where they live, what they have read, what was lost."""
    staff = _staff(state, market)
    agreeing = [
        sum(float(e.tacit[need]) * state.truth[e.home][need] for need in state.needs)
        / len(state.classes)
        for e in staff
        if e.market is not None
    ]
    read = sum(entry != 0 for e in staff for entry in e.explicit)
    return {
        "tacit_alignment": float(np.mean(agreeing)),
        "tacit_spread": float(np.std(agreeing)),
        "staff_knowing": float(np.mean(knowing(state, market))),
        "explicit_coverage": read / len(staff) / len(state.classes),
        "tacit_lost": sum(_lost(state, market)),
    }


def knowing(state: State, market: int | None) -> list[float]:
    """Share of the staff who hold each need rightly and are sure of it."""
    staff, unsure = _staff(state, market), np.float32(state.settings.learning.unsure_below)
    return [
        sum(e.tacit[need] * state.truth[e.home][need] > unsure for e in staff) / len(staff)
        for need in state.needs
    ]


def service(state: State, market: int | None) -> dict[str, float]:
    """What routines and skill do for patients; the whole is the mean of the open markets."""
    if market is not None:
        levels = _service_of(state, market)
    else:
        each = [_service_of(state, m) for m in state.open_markets()]
        levels = {name: sum(found[name] for found in each) / len(each) for name in each[0]}
    business = hours(state, market)["hours_routine_business"]
    share = business / (HOURS_A_WEEK * len(_staff(state, market)))
    return levels | {
        "service_value": levels["needs_met"] * share,
        "market_difference": _difference(state, market),
    }


def _service_of(state: State, market: int) -> dict[str, float]:
    """Shares of a market's needs: met, mis-served, routine right and wrong, in all and by class."""
    rules, staff = state.settings.service, _staff(state, market)
    tally = {
        (kind, outcome): 0.0
        for kind in ("expressed", "latent", "systemic")
        for outcome in ("met", "mis_served", "right", "wrong")
    }
    skills: list[float] = []
    for need, kind in enumerate(state.classes):
        routine, truth = state.routines[market][need], state.truth[market][need]
        if routine == 0:
            continue
        varies = state.settings.world.patient_variation
        have_it = 1.0 - varies if routine == truth else varies
        skill = min(1.0, rules.skill_base + rules.skill_gain * _practised(staff, need, routine))
        skills.append(skill)
        tally[kind, "met"] += skill * have_it
        better = _practised(staff, need, truth) if routine != truth else 0.0
        tally[kind, "mis_served"] += (1.0 - have_it) * (1.0 - rules.watchfulness * better)
        tally[kind, "right" if routine == truth else "wrong"] += 1.0
    found = {
        "launched": float(state.is_launched(market)),
        "routine_coverage": len(skills) / len(state.classes),
        "skill": sum(skills) / len(skills) if skills else rules.skill_base,
    }
    for (kind, outcome), number in tally.items():
        size = state.classes.count(kind)
        found[f"{kind}_{outcome}"] = number / size if size else NOT_APPLICABLE
    for outcome in ("met", "mis_served", "right", "wrong"):
        number = sum(n for (_, other), n in tally.items() if other == outcome)
        about = "needs" if outcome in ("met", "mis_served") else "routine"
        found[f"{about}_{outcome}"] = number / len(state.classes)
    return found


def _practised(staff: list[Employee], need: int, routine: int) -> float:
    """Mean conviction of a market's staff in favour of its routine."""
    return sum(max(0.0, float(e.tacit[need]) * routine) for e in staff) / len(staff)


def _difference(state: State, market: int | None) -> float:
    """Share of the pairs of open markets' answers that differ, of those a market is part of."""
    pairs = [
        state.routines[one][need] != state.routines[other][need]
        for one, other in combinations(state.open_markets(), 2)
        for need in state.needs
        if market in (None, one, other)
        and state.routines[one][need] != 0
        and state.routines[other][need] != 0
    ]
    return sum(pairs) / len(pairs) if pairs else NOT_APPLICABLE


def _staff(state: State, market: int | None) -> list[Employee]:
    return [e for e in state.there() if market in (None, e.market)]


def _lost(state: State, market: int | None) -> list[float]:
    """What each who left this week knew tacitly, in full convictions."""
    return [lost for where, lost in state.left if market is None or where == market]
