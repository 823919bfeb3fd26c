"""Two colleagues who meet, and a group that puts what it can into words."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from small_firm import people, some

from seci_sim.seci import (
    externalization,
    knowledge,
    socialization,
)
from seci_sim.seci.knowledge import Array, Staff
from seci_sim.seci.world import EXPRESSED

CONVICTIONS = hnp.arrays(np.float32, (2, 5), elements=st.floats(-1, 1, width=32))


def learn(tacit: Array, staff: Staff, hours: float, rate: float) -> None:
    """The first two meet."""
    how = some(
        socialization.Meetings, hours=hours, tie_within=1.0, tie_across=0.3, rate=rate, firm=[0, 0]
    )
    socialization.learn_from_colleagues(np.array([0]), np.array([1]), staff, tacit, how, 1)


def say(tacit: Array, explicit: Array, shares: Any = 1, **changes: float) -> Array:
    """A group of everybody puts what it can into words; gives the concept."""
    return say_again(tacit, explicit, np.zeros(tacit.shape[1], np.int8), shares, **changes)


def say_again(
    tacit: Array, explicit: Array, answered: Array, shares: Any = 1, **changes: float
) -> Array:
    """The same where the market answers something already."""
    size, needs = tacit.shape
    usual = {"entries": 2, "pooled": 1.0, "sayability": 0.5, "unsure": 0.1, "reading_voice": 0.1}
    how = some(externalization.Workshops, **(usual | changes))
    concept, kinds = np.zeros(needs, np.int8), np.full(needs, EXPRESSED, np.int8)
    known = some(knowledge.Knowledge, tacit=tacit, explicit=explicit)
    externalization.put_into_words(
        concept, np.zeros(needs), answered, np.arange(size), known, kinds, how,
        people([size], shares=np.broadcast_to(shares, size)),
    )  # fmt: skip
    return concept
