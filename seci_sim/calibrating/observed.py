"""What can be told of a firm: facts, indicators by quarter, survey scores by year and unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from seci_sim.declaring import WEEKS_A_YEAR
from seci_sim.scenario.own_firm.leaving import NINE_IN_TEN
from seci_sim.seci.measures import MEASURES

WEEKS_A_QUARTER = WEEKS_A_YEAR // 4

INDICATORS = (
    "needs_met",
    "needs_mis_served",
    "routine_coverage",
    "skill",
    "staff_knowing",
    "explicit_coverage",
    "leavers",
    "plans_made",
    "routines_adopted",
    "hours_with_patients",
    "hours_socialization",
    "hours_externalization",
    "hours_combination",
    "hours_internalization",
    "hours_routine_business",
)
"""Measures of the whole firm that are kept of every run, and of which a firm may have a series."""

SCORES = {
    "knowing": "staff_knowing",
    "skill": "skill",
    "reading": "explicit_coverage",
    "socialization": "hours_socialization",
    "externalization": "hours_externalization",
    "combination": "hours_combination",
    "internalization": "hours_internalization",
}
"""Scores of a survey, and the measure that each follows, at a slope and from a level that nobody knows."""

OUTCOMES = ("weeks_to_routine",)
"""Outcomes of a whole run of which a firm may know a range."""

TURNOVER = "turnover"
"""A fact: leavers of the last four quarters, as a share of the firm."""

GAINED = "needs_met"
"""The outcome of a whole run that decisions are about."""

MEASURED = {one.name: one for one in MEASURES}

INDICATOR_ERROR = 0.1
"""Error of one quarter's indicator, as a share of its spread between simulated firms: assumed."""
SCORE_ERROR = (0.05, 0.2)
"""Range of the error of one year's score, likewise; each firm's own is drawn from it: assumed."""

Kind = Literal["fact", "indicator", "score"]


class Item(NamedTuple):
    """One number that a firm tells."""

    kind: Kind
    name: str
    """A measure, an outcome, a parameter or a score."""
    time: int = 0
    """Quarter or year from 1; 0 for facts, which are of the last quarter, of the whole run, or for ever."""
    error: float = 0.0
    """Standard deviation of a fact."""
    market: str = ""
    """Of a score of some units, the market that they serve; else it is of the whole firm."""


class Data(NamedTuple):
    """All that a firm tells."""

    items: tuple[Item, ...] = ()
    values: tuple[float, ...] = ()

    def __add__(self, more: object) -> Data:
        assert isinstance(more, Data)
        return Data(self.items + more.items, self.values + more.values)


def fact(name: str, low: float, high: float) -> Data:
    """A range that holds the truth in nine of ten cases, as a number with an error.

    The error is rounded up to 1, 2 or 5 and noughts, so that alike ranges of several firms are data of
    one kind, for which what was learnt once serves.

    Examples
    --------
    >>> fact("needs_met", 0.35, 0.45)
    Data(items=(Item(kind='fact', name='needs_met', time=0, error=0.05, market=''),), values=(0.4,))
    """
    exact = (high - low) / 2 / NINE_IN_TEN
    power = 10.0 ** math.floor(math.log10(exact))
    error = next(step * power for step in (1, 2, 5, 10) if exact <= step * power * (1 + 1e-9))
    return Data((Item("fact", name, 0, float(f"{error:.0e}")),), (round((low + high) / 2, 12),))


def in_words(item: Item) -> str:
    """What an item is, in a sentence.

    Examples
    --------
    >>> in_words(Item("indicator", "needs_met", 3)), in_words(Item("score", "skill", 2))
    ('needs met in quarter 3', 'skill in the survey of year 2')
    >>> in_words(Item("score", "skill", 2, market="India"))
    'skill in the survey of year 2 of India'
    """
    from seci_sim.words import spoken

    if item.kind == "indicator":
        return f"{spoken(item.name)} in quarter {item.time}"
    if item.kind == "score":
        where = f" of {item.market}" if item.market else ""
        return f"{spoken(item.name)} in the survey of year {item.time}{where}"
    return spoken(item.name)


def scores_in(items: Sequence[Item]) -> dict[str, list[int]]:
    """Places of the scores of a survey, by what they are of."""
    places: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        if item.kind == "score":
            places.setdefault(item.name, []).append(place)
    return places
