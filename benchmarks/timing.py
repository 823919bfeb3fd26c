"""How a figure is measured: contenders in turn, several rounds, the median and its spread.

Whatever else the machine does falls on all contenders alike when they take turns, so that a ratio of
two of the same round is steadier than either.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Figure:
    """One figure of the benchmark."""

    name: str
    """Its plain name in the file of results."""
    values: Sequence[float]
    """One for each round."""
    unit: str
    meaning: str
    aim: str = ""
    """What we want it to be, where we want something."""

    @property
    def median(self) -> float:
        """Median over rounds."""
        return median(self.values)

    @property
    def spread(self) -> tuple[float, float]:
        """Lower and upper quartile over rounds; of fewer than four rounds, the extremes.

        Examples
        --------
        >>> Figure("weeks", [4.0, 1.0, 2.0, 3.0, 5.0], "weeks", "An example.").spread
        (2.0, 4.0)
        """
        if len(self.values) < 4:
            return min(self.values), max(self.values)
        low, _, high = quantiles(self.values, method="inclusive")
        return low, high


def seconds(act: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def in_turn(contenders: Mapping[Key, Callable[[], float]], rounds: int) -> dict[Key, list[float]]:
    """Let contenders measure themselves in turn, forwards in one round and backwards in the next.

    Parameters
    ----------
    contenders : mapping
        For each, what measures it once.
    rounds : int
        How often.

    Returns
    -------
    dict
        For each contender its values, one for each round.

    Examples
    --------
    >>> order = []
    >>> acts = {"a": lambda: order.append("a") or 1.0, "b": lambda: order.append("b") or 2.0}
    >>> in_turn(acts, 2), order
    ({'a': [1.0, 1.0], 'b': [2.0, 2.0]}, ['a', 'b', 'b', 'a'])
    """
    values: dict[Key, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        names = list(contenders)[:: 1 if number % 2 == 0 else -1]
        for name in names:
            values[name].append(contenders[name]())
    return values


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Ratios of two contenders, round by round."""
    return [one / other for one, other in zip(above, below, strict=True)]
