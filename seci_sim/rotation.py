"""Job rotation: people change places across units, and take along what they know."""

from __future__ import annotations

import numpy as np

from seci_sim import luck
from seci_sim.knowledge import NOBODY, WITH_COLLEAGUES, Array, Knowledge, Staff
from seci_sim.parameters import HOURS_A_WEEK


def change_places(staff: Staff, knowledge: Knowledge, share: float, settling_hours: float, seed: int,
                  week: int) -> None:  # fmt: skip
    """Let some of the staff change places, each with somebody of another unit.

    Headcounts stay. Who moves takes along what they know and have read, and spends hours on settling
    in; their part in a pilot, a community and a firm's own meetings belongs to the place they leave.

    Parameters
    ----------
    share : float
        Share of the staff who move this week: half of them are drawn, and each draws the other.
    settling_hours : float
        Hours that each of the two gives to it this week, booked with those for colleagues.

    Notes
    -----
    Source: that rotation spreads knowledge, Nonaka and Takeuchi (1995). Rule: our assumption.
    """
    one, other = _who_changes(staff, share / 2, seed, week)
    to, come_from = np.concatenate([one, other]), np.concatenate([other, one])
    for belongs_to_people in (
        staff.person, staff.arrival, knowledge.tacit, knowledge.explicit,
    ):  # fmt: skip
        belongs_to_people[to] = belongs_to_people[come_from]
    staff.hours[to, WITH_COLLEAGUES] += np.minimum(
        np.float32(settling_hours), np.float32(HOURS_A_WEEK) - staff.hours[to].sum(axis=1)
    )


def _who_changes(staff: Staff, chance: float, seed: int, week: int) -> tuple[Array, Array]:
    """Rows of the two of each change; nobody changes twice in a week.

    Who is drawn points at somebody of another unit, and changes with them, or else with the first
    behind them who has not changed yet.
    """
    there = np.flatnonzero(staff.present)
    changed: set[int] = set()
    one: list[int] = []
    other: list[int] = []
    begin = 0
    for unit, (first, last) in enumerate(zip(staff.first, staff.last, strict=True)):
        if first == last or not staff.present[first]:
            continue
        drawn, pointing = np.empty(last - first), np.empty(last - first)
        luck.fill_chances(drawn, seed, luck.ROTATION, week, unit, 0)
        luck.fill_chances(pointing, seed, luck.ROTATION, week, unit, 1)
        for member in np.flatnonzero(drawn < chance).tolist():
            partner = _partner(there, begin, last - first, pointing[member], changed)
            if first + member not in changed and partner != NOBODY:
                changed |= {first + member, partner}
                one.append(first + member)
                other.append(partner)
        begin += last - first
    return np.array(one, np.int64), np.array(other, np.int64)


def _partner(there: Array, begin: int, size: int, pointing: float, changed: set[int]) -> int:
    """Row of the first who is free from where somebody points, outside their own unit's rows.

    Of `there`, these are the `size` from place `begin` on; `NOBODY` where all have changed.
    """
    others = there.size - size
    places = ((int(pointing * others) + further) % others for further in range(others))
    rows = (int(there[place if place < begin else place + size]) for place in places)
    return next((row for row in rows if row not in changed), NOBODY)
