"""Job rotation: people change places across units, and take along what they know."""

from __future__ import annotations

import numpy as np

from seci_sim import ba, luck
from seci_sim.knowledge import WITH_COLLEAGUES, Array, Knowledge, Staff
from seci_sim.parameters import HOURS_A_WEEK

_WORD, _HALF = 2.0**32, np.uint64(32)


def change_places(staff: Staff, knowledge: Knowledge, share: float, settling_hours: float, seed: int,
                  week: int) -> None:  # fmt: skip
    """Let some of the staff change places with somebody of another unit.

    Headcounts stay. Who moves takes along what they know and have read, and spends hours on settling
    in; their part in a pilot, a community and a firm's own meetings belongs to the place they leave.
    Where those who would move are of one unit, nobody is there to change with, and they stay.

    Parameters
    ----------
    share : float
        Chance of moving this week.
    settling_hours : float
        Hours that each of the two gives to it this week, booked with those for colleagues.

    Notes
    -----
    Source: that rotation spreads knowledge, Nonaka and Takeuchi (1995). Rule: our assumption.
    """
    movers = np.sort(_movers(staff, share, seed, week))
    one, other, waiting = (np.empty(movers.size, np.int64) for _ in range(3))
    pairs = ba.pair_across_units(movers, staff.unit, waiting, one, other)
    across = staff.unit[one[:pairs]] != staff.unit[other[:pairs]]
    one, other = one[:pairs][across], other[:pairs][across]
    to, come_from = np.concatenate([one, other]), np.concatenate([other, one])
    for belongs_to_people in (
        staff.person, staff.arrival, knowledge.tacit, knowledge.explicit,
    ):  # fmt: skip
        belongs_to_people[to] = belongs_to_people[come_from]
    staff.hours[to, WITH_COLLEAGUES] += np.minimum(
        np.float32(settling_hours), np.float32(HOURS_A_WEEK) - staff.hours[to].sum(axis=1)
    )


def _movers(staff: Staff, share: float, seed: int, week: int) -> Array:
    """(movers,) uint64: those who would move, as `seci_sim.ba.place_in_line` writes a place and a row."""
    lines = [np.zeros(0, np.uint64)]
    for unit, (first, last) in enumerate(zip(staff.first, staff.last, strict=True)):
        moving, turn = np.empty(last - first), np.empty(last - first)
        luck.fill_chances(moving, seed, luck.ROTATION, week, unit, 0)
        luck.fill_chances(turn, seed, luck.ROTATION, week, unit, 1)
        rows = first + np.flatnonzero((moving < share) & staff.present[first:last])
        places = (turn[rows - first] * _WORD).astype(np.uint64)
        lines.append((places << _HALF) | rows.astype(np.uint64))
    return np.concatenate(lines)
