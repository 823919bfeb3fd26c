"""Another firm joins: its people, and what they know, said, planned and do."""

from __future__ import annotations

from oracle.state import State


def merge(state: State, other: State) -> None:
    """Take over all of the other's; its people, projects and documents come behind this firm's."""
    newcomers = sum(len(unit.staff) for unit in state.units)

    def number(person: int) -> int:
        return person if person < newcomers else person - newcomers + state.persons

    def renamed(people: tuple[str, ...]) -> tuple[str, ...]:
        parts = [who.rsplit(" ", 1) for who in people]
        return tuple(f"{unit} {number(int(last) - 1) + 1}" for unit, last in parts)

    seats = {}
    for here, there in zip(state.units, other.units, strict=True):
        if not there.present:
            continue
        here.present = True
        for seat, theirs in zip(here.staff, there.staff, strict=True):
            seats[id(theirs)] = seat
            seat.present = True
            seat.person = number(theirs.person)
            seat.arrived = theirs.arrived
            seat.tacit, seat.explicit = theirs.tacit, theirs.explicit
        if here.market is not None:
            state.routines[here.market] = other.routines[here.market]
    for project in other.projects:
        project.group = [seats[id(member)] for member in project.group]
        project.pilot = [seats[id(member)] for member in project.pilot]
        project.persons[:] = [number(person) for person in project.persons]
        project.group_names = renamed(project.group_names)
        project.pilot_names = renamed(project.pilot_names)
    state.confirmed |= other.confirmed
    state.noticed |= other.noticed
    for about, (week, people) in other.felt.items():
        state.felt[about] = week, renamed(people)
    state.projects += other.projects
    state.under_way += other.under_way
    state.library = sorted(state.library + other.library, key=lambda document: document.week)
    state.written_before |= other.written_before
    state.persons += other.persons - newcomers
