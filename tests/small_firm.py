"""A small firm in any state, on which single rules are tried: what they write, and within which bounds.

Four people in two units, each with a market, and six needs, two of each class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from seci_sim.engine import luck
from seci_sim.engine.structures import Structure
from seci_sim.seci.knowledge import Array, Knowledge, Library, Staff
from seci_sim.seci.socialization import Visits
from seci_sim.seci.working_space import Space, new_space
from seci_sim.seci.world import EXPRESSED, LATENT, SYSTEMIC, Truth

Kind = TypeVar("Kind", bound=Structure)

PEOPLE, NEEDS = 4, 6
NEED_CLASS = np.array([EXPRESSED] * 2 + [LATENT] * 2 + [SYSTEMIC] * 2, np.int8)
PARTS = np.array([[-1, -1]] * 4 + [[0, 2], [1, 3]])
UNIT = np.array([0, 0, 1, 1], np.int32)
EVERYBODY = (0, 2)
"""Both units: the first, and the one after the last."""

CHANCES = st.floats(0, 1)
SEEDS = st.integers(0, 2**63 - 1)
HOURS = st.integers(0, 40 * 4).map(lambda quarters: quarters / 4)
CONVICTIONS = hnp.arrays(np.float32, (PEOPLE, NEEDS), elements=st.floats(-1, 1, width=32))


def responses(*shape: int) -> st.SearchStrategy[Array]:
    """Documents: -1, 0 or +1 on every need."""
    return hnp.arrays(np.int8, (*shape, NEEDS), elements=st.integers(-1, 1))


def truths(*shape: int) -> st.SearchStrategy[Array]:
    return hnp.arrays(np.int8, (*shape, NEEDS), elements=st.sampled_from([-1, 1]))


def some(kind: type[Kind], **given: Any) -> Kind:
    """A structure of which a test says what it is about; other arrays are empty, other numbers 0."""
    values: dict[str, Any] = {}
    for name, layout in kind.layouts.items():
        if layout.entry is not None:
            nothing = np.zeros((0,) * (layout.words - 1))
            values[name] = np.ascontiguousarray(given.get(name, nothing), layout.entry)
        elif layout.structure is not None:
            values[name] = given.get(name) or some(layout.structure)
        else:
            values[name] = given.get(name, 0)
    assert not given.keys() - values.keys(), "misspelt"
    return kind(**values)


def people(sizes: list[int], **given: Any) -> Staff:
    """Staff of units of given sizes, each serving a market of its own."""
    last = np.cumsum(sizes)
    first, size = last - sizes, int(last[-1])
    unit = np.repeat(np.arange(len(sizes)), sizes)
    usual = {
        "unit": unit,
        "market": unit,
        "home": unit,
        "member": np.arange(size) - np.repeat(first, sizes),
        "present": np.ones(size, np.bool_),
        "person": np.arange(size),
        "arrival": np.stack([np.zeros(size, np.int64), np.arange(size)], axis=1),
        "hours": np.zeros((size, 5), np.float32),
        "moved": np.zeros((size, 4), np.float32),
        "pace": np.ones(size),
        "talent": np.ones(size),
        "keeps": np.ones(size, np.bool_),
        "shares": np.ones(size),
        "first": first,
        "last": last,
    }
    return some(Staff, **(usual | given))


def truth_of(market: Any, need_class: Any = None, **given: Any) -> Truth:
    """What is true in some markets; all needs are expressed, and the core is the first market's."""
    market = np.array(market, np.int8)
    kinds = np.full(market.shape[1], EXPRESSED) if need_class is None else np.array(need_class)
    shown = int((kinds != SYSTEMIC).sum())
    usual = {"core": market[0].copy(), "market": market, "need_class": kinds, "can_show": shown}
    return some(Truth, **(usual | given))


def visits_of(shows: float = 0.0, **given: Any) -> Visits:
    """Visits to up to three markets, in which each of up to 40 needs shows with the same chance."""
    return some(Visits, shows=luck.words_below(np.full((3, 40), shows)), **given)


NO_KINDS, NO_GROUP = np.zeros(0, np.int8), np.zeros(0, np.int32)
"""Classes of needs and persons of a group, where documents are clear to everybody."""


def knowing(library: Library, explicit: Any = None) -> Knowledge:
    """What is known where there is a library."""
    read = {} if explicit is None else {"explicit": explicit}
    return some(Knowledge, library=library, **read)


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

    @property
    def staff(self) -> Staff:
        """Its people, whose ledgers are those of this firm."""
        return people([2, 2], present=self.present, hours=self.hours, moved=self.moved)

    @property
    def knowledge(self) -> Knowledge:
        """What they know, in the arrays of this firm."""
        felt, noticed = np.full((2, NEEDS), -1), np.full_like(self.routine, -1, np.int64)
        return some(
            Knowledge, tacit=self.tacit, explicit=self.explicit, routine=self.routine,
            felt_week=felt, felt_by=felt.copy(), noticed=noticed,
        )  # fmt: skip

    def world(self, variation: float = 0.15) -> Truth:
        """What is true for its patients."""
        return truth_of(self.truth, NEED_CLASS, parts=PARTS, variation=variation)

    @property
    def space(self) -> Space:
        return new_space(PEOPLE, 2, 2, NEEDS)

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
