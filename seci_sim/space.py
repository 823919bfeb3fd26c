"""Working space: arrays that are filled anew every week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seci_sim.knowledge import Array


@dataclass(frozen=True)
class Space:
    """Arrays that are filled anew every week."""

    order: Array
    """(employees,) int64: 0, 1, 2, ..., whenever nobody is being drawn."""
    swaps: Array
    pairing: Array
    crossers: Array
    """(units,) int64: people of each unit who meet somebody of another."""
    line: Array
    """(employees,) uint64: those people, in the order in which they meet."""
    one: Array
    """(employees,) int64: rows of those who meet, with `other`."""
    other: Array
    met: Array
    keeps: Array
    """(employees,) bool: who keeps to the patient time, where not everybody does."""
    answered: Array
    """(markets, needs) int8: routines, overlaid by plans under way."""
    share: Array
    lost: Array
    """(units, 2) float64: leavers and the tacit knowledge that went with them."""
    skill: Array
    knowing: Array
    alignment: Array
    totals: Array
    outcome: Array
    delivered: Array
    access: Array
    """(markets, bands, 4) float64: eligible, started and adherent patients, subsidy."""
    launched: Array
    """(markets,) bool: whether patients can start treatment."""


def new_space(employees: int, units: int, markets: int, needs: int, bands: int) -> Space:
    """Working space for an organisation of a given size."""

    def rows() -> Array:
        return np.zeros(employees, np.int64)

    return Space(
        order=np.arange(employees), swaps=rows(), pairing=rows(),
        crossers=np.zeros(units, np.int64), line=np.zeros(employees, np.uint64), one=rows(),
        other=rows(), met=np.zeros(employees, np.bool_), keeps=np.zeros(employees, np.bool_),
        answered=np.zeros((markets, needs), np.int8), share=np.zeros(markets),
        lost=np.zeros((units, 2)), skill=np.zeros((units, needs)),
        knowing=np.zeros((units, needs)), alignment=np.zeros((units, 2)),
        totals=np.zeros((units, 11)), outcome=np.zeros((markets, 3, 4)),
        delivered=np.zeros((markets, 2)), access=np.zeros((markets, bands, 4)),
        launched=np.zeros(markets, np.bool_),
    )  # fmt: skip
