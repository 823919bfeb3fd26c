"""How large the steps are in which people learn, each at their own pace."""

from __future__ import annotations

import numpy as np

from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Structure
from seci_sim.parameters import Learning
from seci_sim.seci.knowledge import Array, Part, Staff, rows_there


class Pace(Structure):
    """What decides on a person's pace."""

    floor: float
    """Pace of who is sure of nothing; 1: knowing more makes nobody quicker."""
    unsure: float
    """Up to this conviction nobody counts as sure of a need."""


def new_pace(learning: Learning) -> Pace:
    """What is declared of it."""
    return Pace(
        floor=learning.absorptive_floor,
        unsure=learning.unsure_below,
    )


@kernel
def set_paces(part: Part, staff: Staff, tacit: Array, pace: Pace) -> None:
    """Who knows more learns more: fill in `staff.pace` for this week.

    ::

        pace_i = talent_i * (floor + (1 - floor) * share of needs that i is sure of)

    All steps that socialization and internalization take with a person are multiplied by it.

    Notes
    -----
    Source: absorptive capacity, Cohen and Levinthal (1990). That the share counts what one is sure of,
    rightly or wrongly, about whatever need, and its form: our assumption.
    """
    limit, floor = np.float32(pace.unsure), pace.floor
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        for i in range(begin, end):
            sure = np.int32(0)
            for need in range(tacit.shape[1]):
                sure += np.int32(abs(tacit[i, need]) > limit)
            absorbing = floor + (1.0 - floor) * sure / tacit.shape[1]
            staff.pace[i] = np.float32(staff.talent[i] * absorbing)
