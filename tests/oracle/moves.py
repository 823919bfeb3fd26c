"""People who change their place in the firm."""

from __future__ import annotations

from oracle.people import Employee, on_the_clock
from oracle.state import State
from seci_sim import luck


def rotate(state: State, chance: float) -> None:
    """Those who are drawn change places with somebody of another unit, as far as there is one."""
    moving = [e for e in state.there() if state.chance_of(luck.ROTATION, e) < chance]
    waiting: list[Employee] = []
    for one in sorted(moving, key=lambda e: state.chance_of(luck.ROTATION, e, 1)):
        if waiting and waiting[-1].unit != one.unit:
            _change_places(state, waiting.pop(), one)
        else:
            waiting.append(one)


def _change_places(state: State, one: Employee, other: Employee) -> None:
    """Who they are and what they know changes seats; settling in takes hours."""
    for what in ("person", "arrived", "tacit", "explicit"):
        mine, theirs = getattr(one, what), getattr(other, what)
        setattr(one, what, theirs)
        setattr(other, what, mine)
    for employee in (one, other):
        employee.book("colleagues", on_the_clock(state.settings.learning.settling_hours))
