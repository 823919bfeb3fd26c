"""A small firm in any state, on which single rules are tried: what they write, and within which bounds.

Four people in two units, each with a market, and six needs, two of each class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from seci_sim.knowledge import Array
from seci_sim.world import EXPRESSED, LATENT, SYSTEMIC

PEOPLE, NEEDS = 4, 6
NEED_CLASS = np.array([EXPRESSED] * 2 + [LATENT] * 2 + [SYSTEMIC] * 2, np.int8)
PARTS = np.array([[-1, -1]] * 4 + [[0, 2], [1, 3]])
UNIT = np.array([0, 0, 1, 1], np.int32)
STAFF = (0, 2, np.array([0, 2]), np.array([2, 4]))
"""Both units: the first, the one after the last, and the first and last rows of each."""

CHANCES = st.floats(0, 1)
SEEDS = st.integers(0, 2**63 - 1)
HOURS = st.integers(0, 40 * 4).map(lambda quarters: quarters / 4)
CONVICTIONS = hnp.arrays(np.float32, (PEOPLE, NEEDS), elements=st.floats(-1, 1, width=32))


def responses(*shape: int) -> st.SearchStrategy[Array]:
    """Documents: -1, 0 or +1 on every need."""
    return hnp.arrays(np.int8, (*shape, NEEDS), elements=st.integers(-1, 1))


def truths(*shape: int) -> st.SearchStrategy[Array]:
    return hnp.arrays(np.int8, (*shape, NEEDS), elements=st.sampled_from([-1, 1]))


@dataclass
class Small:
    """A firm in some state, and luck."""

    tacit: Array
    explicit: Array
    truth: Array
    routine: Array
    seed: int
    present: Array = field(default_factory=lambda: np.ones(PEOPLE, np.bool_))
    hours: Array = field(default_factory=lambda: np.zeros((PEOPLE, 5), np.float32))
    moved: Array = field(default_factory=lambda: np.zeros((PEOPLE, 4), np.float32))

    def copies(self) -> dict[str, Array]:
        parts = ("tacit", "explicit", "truth", "routine", "hours", "moved")
        return {name: getattr(self, name).copy() for name in parts}


FIRMS = st.builds(Small, CONVICTIONS, responses(PEOPLE), truths(2), responses(2), SEEDS)


def written_by(act: Callable[[], Any], firm: Small) -> set[str]:
    """What an act wrote."""
    before = firm.copies()
    act()
    return {name for name, was in before.items() if (getattr(firm, name) != was).any()}


def in_bounds(firm: Small) -> bool:
    return bool(
        (np.abs(firm.tacit) <= 1).all()
        and (np.abs(firm.explicit) <= 1).all()
        and (firm.hours >= 0).all()
        and (firm.hours.sum(axis=1) <= 40).all()
        and (firm.moved >= 0).all()
    )
