"""The story of one need in one market: first felt, said, planned, practised, routine; and by whom."""

from __future__ import annotations

from oracle.people import Employee
from oracle.state import State

Told = tuple[str, int, int, tuple[str, ...]]
"""Stage, week, response and people."""


def remember_feeling(state: State, employee: Employee, need: int) -> None:
    """A visit made somebody sure; the first of a market is remembered."""
    if employee.market is not None:
        state.felt.setdefault((employee.market, need), (state.week, names(state, [employee])))


def names(state: State, people: list[Employee]) -> tuple[str, ...]:
    """Who they are now; later somebody else may sit in their place."""
    return tuple(f"{state.units[e.unit].name} {e.person + 1}" for e in people)


def story(state: State, market: int, need: int) -> list[Told]:
    """The stages that a market has reached, in order."""
    told: list[Told] = []
    if (market, need) in state.felt:
        week, people = state.felt[market, need]
        told.append(("felt", week, 0, people))
    own = [project for project in state.projects if project.market == market]
    _tell(told, "said", [(p.week, p.concept[need], p.group_names) for p in own])
    _tell(told, "planned", [(p.week, p.plan[need], p.group_names) for p in own])
    _tell(told, "practised", [(p.first_practised, p.plan[need], p.pilot_names) for p in own])
    adopted = [p for p in own if p.kept]
    _tell(told, "routine", [(p.routine_since, p.kept[need], p.pilot_names) for p in adopted])
    return told


def _tell(
    told: list[Told], stage: str, reached: list[tuple[int | None, int, tuple[str, ...]]]
) -> None:
    """Add the first of the projects that reached a stage with the need."""
    first: Told | None = None
    for week, response, people in reached:
        if week is not None and response != 0 and (first is None or week < first[1]):
            first = (stage, week, response, people)
    if first is not None:
        told.append(first)
