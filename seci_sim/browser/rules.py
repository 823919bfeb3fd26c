"""Which rules a browser calls, and what each takes and gives: the week's processes, and what begins a firm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numba import types

from seci_sim.engine import luck
from seci_sim.engine.structures import StructureType
from seci_sim.seci import (
    arms,
    knowledge,
    lasting,
    pairing,
    service,
    turnover,
    week,
    world,
)
from seci_sim.seci.working_space import Space

WHOLE, REAL = types.int64, types.float64
WHOLES, REALS, WORDS, BYTES = WHOLE[::1], REAL[::1], types.uint32[::1], types.int8[::1]
TRUTH, STAFF = world.Truth.numba_type, knowledge.Staff.numba_type
KNOWN, SPACE = knowledge.Knowledge.numba_type, Space.numba_type
DRAW = (WHOLE,) * 6


@dataclass(frozen=True)
class Called:
    """A rule that a browser calls."""

    rule: Any
    takes: tuple[types.Type, ...]
    gives: str | int | None = None
    """Nothing, a ``"whole"`` number, or so many real ones."""


RULES = {
    "draw_truth": Called(world._draw_truth, (TRUTH, WHOLES, REALS, WHOLE)),
    "follow_parts": Called(world.follow_parts, (TRUTH,)),
    "turn_round": Called(world.turn_round, (TRUTH, REAL, REALS, WHOLE, WHOLE, WHOLE)),
    "arrive": Called(turnover.arrive, (WHOLES, STAFF, KNOWN, REAL, WHOLE, WHOLE)),
    "let_differ": Called(lasting.let_differ, (STAFF, lasting.Lasting.numba_type, WHOLE, WHOLE)),
    "leave": Called(turnover.leave, (STAFF, KNOWN, REALS, WHOLE, REAL, SPACE, WHOLE, WHOLE)),
    "sureness_of": Called(pairing.sureness_of, (types.float32[::1],), "whole"),
    "renew": Called(turnover.renew, (WHOLE, STAFF, KNOWN, WHOLE, REAL, WHOLE, WHOLE), 1),
    "number_newcomers": Called(turnover.number_newcomers, (STAFF, WHOLE, WHOLE), "whole"),
    "projects_until": Called(week.projects_until, (REALS, WHOLES, WHOLE, WHOLE, WHOLE), "whole"),
    "still_under_way": Called(knowledge.still_under_way, (WHOLES, BYTES), "whole"),
    "four_chances": Called(luck.four_chances, DRAW, 4),
    "fill_words": Called(luck.fill_words, (WORDS, *DRAW[1:])),
    "start_chances": Called(service.start_chances, (REALS, REAL, REAL, REAL, REALS)),
    **{process.__name__: Called(process, (week.State.numba_type,)) for process in week.PROCESSES},
    **{
        f"{process.__name__}_in_arms": Called(process, (arms.Arms.numba_type,))
        for process in arms.INSTEAD.values()
    },
    "measure": Called(arms.measure, (arms.Arms.numba_type,)),
}
"""Each under the name that the module gives it."""


def in_words(kind: types.Type) -> str:
    """What an argument is to JavaScript: a structure, a vector, or a whole or real number."""
    if isinstance(kind, StructureType):
        return "structure"
    if isinstance(kind, types.Array):
        return "vector"
    return "whole" if isinstance(kind, types.Integer) else "real"
