"""A trial: whom luck gives another policy, and how long two of them meet."""

from __future__ import annotations

from oracle.people import Employee
from oracle.state import State, changed
from seci_sim.engine import luck

Group = tuple[float, list[Employee]]
"""What luck drew of those who are in one arm, and who they are."""


def begin(state: State) -> None:
    """In the first week of a trial, draw who is treated."""
    trial = state.settings.trial
    if trial is None or state.firm is not None or state.week != trial.first:
        return
    eligible = [e for e in state.there() if e.market is not None]
    groups = sorted(_groups(state, trial.among, eligible), key=lambda group: group[0])
    for _, members in groups[: int(trial.share * len(groups) + 0.5)]:
        if trial.among == "pairs":
            state.paired.append((members[0].person, members[1].person))
        if trial.among in ("units", "markets"):
            state.treated_units |= {e.unit for e in members}
        else:
            state.treated |= {e.person for e in members}


def _groups(state: State, among: str, eligible: list[Employee]) -> list[Group]:
    if among == "people":
        return [(state.chance_of(luck.TRIAL, e), [e]) for e in eligible]
    found: list[Group] = []
    for number in {"pairs": "unit", "units": "unit", "markets": "market"}[among].split():
        for place in sorted({getattr(e, number) for e in eligible}):
            there = [e for e in eligible if getattr(e, number) == place]
            if among == "pairs":
                there.sort(key=lambda e: state.chance_of(luck.TRIAL, e, 1))
                for one, other in zip(there[::2], there[1::2], strict=False):
                    found.append((state.chance_of(luck.TRIAL, one), [one, other]))
            else:
                slot = 2 if among == "units" else 3
                found.append((state.chances(luck.TRIAL, place, 0, slot)[0], there))
    return found


def beyond(state: State) -> float:
    """Hours for which partners of a pair meet each other beside all others."""
    trial = state.settings.trial
    if trial is None or trial.among != "pairs" or not state.on_trial():
        return 0.0
    other = changed(state.policy, trial.policy)
    return max(0.0, other.mentoring_hours - state.policy.mentoring_hours)


def hours_of(state: State, one: Employee, other: Employee) -> float:
    """How long two who meet by luck meet: as the treated policy says where one of them has it."""
    if beyond(state) > 0:
        return state.policy.mentoring_hours
    for employee in (one, other):
        if state.is_treated(employee):
            return state.policy_of(employee).mentoring_hours
    return state.policy.mentoring_hours


def partners(state: State) -> list[tuple[Employee, Employee]]:
    """Partners both of whom are there."""
    seats = {e.person: e for e in state.there()}
    return [(seats[a], seats[b]) for a, b in state.paired if a in seats and b in seats]
