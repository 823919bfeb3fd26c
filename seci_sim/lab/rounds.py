"""Which runs there are to do: replication by replication, until intervals are as narrow as asked.

Replication 0 of all cells comes first, then replication 1, so that an early look is a balanced sample.
Where each world has luck of its own, all runs of a world come together: an early look is at whole worlds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from seci_sim.lab.cells import Cells
from seci_sim.lab.intervals import CONFIDENCE

if TYPE_CHECKING:
    from seci_sim.lab.chunks import Failure, Ran
    from seci_sim.seci.knowledge import Array

STEP = 10
"""Replications that are added before intervals are looked at again."""

MOST_WATCHED = 20_000_000
"""Runs of which one outcome is kept at hand, at 8 bytes each."""


class Rounds:
    """What was run, what is to be run, and how sure the differences are so far.

    Parameters
    ----------
    cells : Cells
        All cells of the experiment.
    """

    def __init__(self, cells: Cells) -> None:
        experiment = cells.experiment
        self.cells, self.experiment = cells, experiment
        count = len(cells)
        self.done = np.zeros((experiment.most_replications, count), bool)
        self.failed = np.zeros_like(self.done)
        self.baseline = cells.baselines(np.arange(count))
        self.outcome = experiment.until.outcome if experiment.until else experiment.outcomes[0]
        self._column = experiment.outcomes.index(self.outcome)
        self._watched: Array | None = None
        if experiment.until or self.done.size <= MOST_WATCHED:
            self._watched = np.full(self.done.shape, np.nan)
        self._open = np.ones(count, bool)
        self._first, self._last = 0, experiment.replications

    def take(self, ran: Ran) -> None:
        """Take note of what a chunk led to."""
        self.done[ran.replication, ran.cell] = True
        self.failed[ran.replication, ran.cell] = False
        if self._watched is not None and ran.cell.size:
            self._watched[ran.replication, ran.cell] = ran.outcomes[:, self._column]
        for failure in ran.failures:
            self.fail(failure)

    def fail(self, failure: Failure) -> None:
        """Take note of a run that came to nothing; a cell that took a worker with it is given up."""
        self.failed[failure.replication, failure.cell] = True
        if failure.kind != "raised":
            self.failed[:, failure.cell] |= ~self.done[:, failure.cell]

    def chunks(self, size: int) -> Iterator[Array]:
        """Runs of this round that are not done, cut as everybody who shares the folder cuts them.

        Yields
        ------
        (runs, 2) int64
            Cell and replication of each; a chunk that is done is empty.
        """
        active = np.flatnonzero(self._open)
        again = self._last - self._first
        by_world = self.experiment.luck != "shared"
        if by_world:
            active = active[np.argsort(self.baseline[active], kind="stable")]
        total = active.size * again
        for start in range(0, total, size):
            place = np.arange(start, min(start + size, total))
            number = place % again if by_world else place // active.size
            cell = active[place // again if by_world else place % active.size]
            replication = self._first + number
            missing = ~(self.done | self.failed)[replication, cell]
            yield np.stack([cell[missing], replication[missing]], axis=1)

    def next_round(self) -> bool:
        """Go on to the next round; false if no cell needs one."""
        until = self.experiment.until
        if until is None or self._last >= until.at_most:
            return False
        wide = self._open & ~(self.half_widths(self._last) <= until.half_width)
        self._open = wide.copy()
        self._open[self.baseline[wide]] = True  # a difference has two sides
        self._first, self._last = self._last, min(self._last + STEP, until.at_most)
        return bool(self._open.any())

    @property
    def too_wide(self) -> Array:
        """(cells,) bool: whose interval is wider than `until` asks for, after all runs that there are."""
        assert self.experiment.until is not None
        return ~(self.half_widths() <= self.experiment.until.half_width)

    def half_widths(self, replications: int | None = None) -> Array:
        """(cells,) float64: half the width of each paired difference's 95% interval.

        It is that of all replications, or of the first so many.

        A cell that is its own baseline is judged by its mean where nothing is compared with it, and
        else not at all (0).
        """
        assert self._watched is not None
        own = self.baseline == np.arange(self.baseline.size)
        values = self._watched[:replications]
        compared = np.isin(np.arange(self.baseline.size), self.baseline[~own])
        pairs = values - np.where(own, 0.0, values[:, self.baseline])
        return np.where(own & compared, 0.0, half_widths(pairs))

    @property
    def widest(self) -> float | None:
        """Widest half width of any cell that has an interval so far."""
        if self._watched is None:
            return None
        widths = self.half_widths(self._last)
        found = widths[np.isfinite(widths)]
        return float(found.max()) if found.size else None

    @property
    def total(self) -> int:
        """Runs of all rounds so far."""
        return int(self._open.sum()) * (self._last - self._first) + int(
            self.done[: self._first].sum() + self.failed[: self._first].sum()
        )


def half_widths(values: Array) -> Array:
    """Half the width of the 95% t interval of each column's mean.

    Parameters
    ----------
    values : (runs, columns) float64
        NaN where there is no value.

    Returns
    -------
    (columns,) float64
        NaN where there are fewer than two values.

    Examples
    --------
    >>> half_widths(np.array([[1.0, 5.0], [2.0, np.nan], [3.0, np.nan]])).round(3)
    array([2.484,   nan])
    """
    there = ~np.isnan(values)
    count = there.sum(axis=0)
    mean = np.where(there, values, 0.0).sum(axis=0) / np.maximum(count, 1)
    squares = np.where(there, values - mean, 0.0) ** 2
    enough = np.where(count > 1, count, np.nan)
    deviation = np.sqrt(squares.sum(axis=0) / (enough - 1))
    widths: Array = stdtrit(enough - 1, (1 + CONFIDENCE) / 2) * deviation / np.sqrt(enough)
    return widths
