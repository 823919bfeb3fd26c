"""The people of a film: who is shown as a dot, what they know each week, what they took part in."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from seci_sim.model import SECIModel
from seci_sim.seci.knowledge import Array

MOST_DOTS = 2000
"""Dots that are shown at most; in a larger firm each stands for several people."""


@dataclass(frozen=True)
class Dots:
    """Which rows of the model are shown."""

    rows: Array
    """(dots,) int64: the row of each."""
    each: int
    """People whom a dot stands for; the first of them is the one that is shown."""
    first: list[int]
    """First dot of each unit."""
    number: list[int]
    """Dots of each unit."""

    def persons(self, model: SECIModel) -> Array:
        """(dots,) int64: who sits at each dot now."""
        return np.asarray(model.staff.person[self.rows].copy())

    def newcomers(self, model: SECIModel, before: Array) -> list[list[int]]:
        """Week, dot and number of each person who was not there before."""
        now = self.persons(model)
        arrived = np.flatnonzero(now != before).tolist()
        return [[model.week, dot, int(now[dot]) + 1] for dot in arrived]

    def of_rows(self, rows: Array) -> list[int]:
        """The dots among some rows; -1 and rows that are not shown are left out."""
        places = np.searchsorted(self.rows, rows)
        places = np.minimum(places, len(self.rows) - 1)
        return [int(place) for place in places[self.rows[places] == rows]]


def dots_of(model: SECIModel) -> Dots:
    """Every person, or in each unit every so-manyth."""
    staff = model.staff
    sizes = staff.last - staff.first
    each = math.ceil(int(sizes.sum()) / MOST_DOTS)
    spans = zip(staff.first, staff.last, strict=True)
    of_unit = [np.arange(first, last, each) for first, last in spans]
    number = [len(rows) for rows in of_unit]
    first = np.cumsum([0, *number[:-1]]).tolist()
    return Dots(np.concatenate(of_unit), each, first, number)


def top_level(needs: int) -> int:
    """The level that stands for all needs: their number, where that fits a byte."""
    return min(needs, 255)


def levels(model: SECIModel, dots: Dots) -> Array:
    """(3, dots) uint8: needs each is sure of and right, sure of and wrong, and holds on paper.

    Sure and right is meant as in ``staff_knowing``: ``tacit * truth > unsure_below``.
    """
    rows, unsure = dots.rows, np.float32(model.settings.learning.unsure_below)
    agreement = model.knowledge.tacit[rows] * model.truth.market[model.staff.home[rows]]
    on_paper = model.knowledge.explicit[rows] != 0
    counts = np.stack([agreement > unsure, agreement < -unsure, on_paper]).sum(axis=2)
    needs = agreement.shape[1]
    scaled = np.rint(counts * (top_level(needs) / needs)).astype(np.uint8)
    return np.asarray(scaled * model.staff.present[rows])


def deeds(model: SECIModel, dots: Dots) -> Array:
    """(dots,) uint8: what each spent hours on this week, a bit for each column of the ledger."""
    spent = model.staff.hours[dots.rows] > 0
    return np.asarray(np.packbits(spent, axis=1, bitorder="little")[:, 0])


def projects(model: SECIModel, dots: Dots) -> list[list[object]]:
    """Projects whose group could be formed: market, four weeks, group, pilot and needs said."""
    table = model.knowledge.projects
    dates = (table.week_said, table.week_planned, table.week_practised, table.week_routine)
    return [
        [
            int(table.market[p]),
            *(int(week[p]) for week in dates),
            dots.of_rows(table.group[p]),
            dots.of_rows(table.pilot[p]),
            np.flatnonzero(table.concept[p]).tolist(),
        ]
        for p in np.flatnonzero(table.group[: table.size, 0] >= 0).tolist()
    ]
