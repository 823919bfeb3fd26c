"""How large the steps are in which people learn, each at their own pace."""

from __future__ import annotations

import math

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Real, Structure, Whole
from seci_sim.parameters import Learning
from seci_sim.seci.knowledge import Array, Part, Staff, rows_there


class Pace(Structure):
    """What decides on a person's pace."""

    differs: bool
    """Whether anybody's is another than 1."""
    talent: float
    """Standard deviation of the logarithm of what people are born with; 0: all are alike."""
    floor: float
    """Pace of who is sure of nothing; 1: knowing more makes nobody quicker."""
    unsure: float
    """Up to this conviction nobody counts as sure of a need."""


def new_pace(learning: Learning) -> Pace:
    """What is declared of it."""
    return Pace(
        differs=learning.absorptive_floor < 1 or learning.talent_spread > 0,
        talent=math.sqrt(math.log(1.0 + learning.talent_spread**2)),
        floor=learning.absorptive_floor,
        unsure=learning.unsure_below,
    )


@kernel
def set_paces(part: Part, staff: Staff, tacit: Array, pace: Pace, seed: Whole) -> None:
    """Some are quicker for good, and who knows more learns more: fill in `staff.pace` for this week.

    ::

        pace_i = talent_i * (floor + (1 - floor) * share of needs that i is sure of)

    All steps that socialization and internalization take with a person are multiplied by it.

    Notes
    -----
    Source: absorptive capacity, Cohen and Levinthal (1990); that people differ lastingly, Papay et al.
    (2020). That the share counts what one is sure of, rightly or wrongly, about whatever need, and all
    forms: our assumption.
    """
    limit, floor = np.float32(pace.unsure), pace.floor
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        for i in range(begin, end):
            sure = np.int32(0)
            for need in range(tacit.shape[1]):
                sure += np.int32(abs(tacit[i, need]) > limit)
            talent = 1.0 if pace.talent == 0.0 else talent_of(i, staff, pace.talent, seed)
            staff.pace[i] = np.float32(talent * (floor + (1.0 - floor) * sure / tacit.shape[1]))


@kernel
def talent_of(i: Whole, staff: Staff, spread: Real, seed: Whole) -> float:
    """What a person got for good when they came: lognormal of mean 1, rounded to 2**-20."""
    came, seat = staff.arrival[i, 0], staff.arrival[i, 1]
    drawn = luck.normal(seed, luck.TALENT, came, staff.unit[seat], staff.member[seat], luck.FIRST)
    return luck.rounded(math.exp(spread * drawn - spread * spread / 2.0))
