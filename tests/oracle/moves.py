"""People who change their place in the firm."""

from __future__ import annotations

from oracle.people import Employee, on_the_clock
from oracle.state import State
from seci_sim.engine import luck


def rotate(state: State, share: float) -> None:
    """Half of those who move are drawn, and each draws somebody of another unit."""
    moved: list[int] = []
    for one in state.there():
        others = [e for e in state.there() if e.unit != one.unit]
        if id(one) in moved or state.chance_of(luck.ROTATION, one) >= share / 2:
            continue
        first = int(state.chance_of(luck.ROTATION, one, 1) * len(others))
        for other in others[first:] + others[:first]:
            if id(other) not in moved:
                moved += [id(one), id(other)]
                _change_places(state, one, other)
                break


def _change_places(state: State, one: Employee, other: Employee) -> None:
    """Who they are and what they know changes seats; settling in takes hours."""
    for what in ("person", "arrived", "tacit", "explicit"):
        mine, theirs = getattr(one, what), getattr(other, what)
        setattr(one, what, theirs)
        setattr(other, what, mine)
    for employee in (one, other):
        employee.book("colleagues", on_the_clock(state.settings.learning.settling_hours))
