"""Working space: arrays that are filled anew every week."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seci_sim.engine.structures import Cube, Structure, Table, Vector, room

PEOPLE_AT_HAND = 4000
"""People whose knowledge, of 40 needs, fits the second cache of most processors."""


class Totals(Structure):
    """What is added up over the staff of each unit, or of each place: a market or the whole."""

    hours: Table[np.float64] = room("rows", 5)
    """(units, 5): by the columns of the ledger of hours."""
    moved: Table[np.float64] = room("rows", 4)
    """(units, 4): knowledge moved, by mode."""
    entries: Vector[np.float64] = room("rows")
    """Entries held as explicit knowledge."""
    staff: Vector[np.float64] = room("rows")
    leavers: Vector[np.float64] = room("rows")
    tacit_lost: Vector[np.float64] = room("rows")
    """Tacit knowledge that went with leavers, in full convictions."""
    skill: Table[np.float64] = room("rows", "needs")
    """(units, needs): sum over staff of max(0, tacit * routine)."""
    knowing: Table[np.float64] = room("rows", "needs")
    """(units, needs): staff who hold the need rightly, tacit * truth > unsure."""
    alignment: Vector[np.float64] = room("rows")
    """Sum over staff of their mean tacit * truth."""
    alignment_squared: Vector[np.float64] = room("rows")
    """Sum over staff of its square."""


class Space(Structure):
    """Arrays that are filled anew every week."""

    order: Vector[np.int64]
    """(employees,): 0, 1, 2, ..., whenever nobody is being drawn."""
    swaps: Vector[np.int64] = room("employees")
    words: Vector[np.uint32] = room("employees")
    """(employees,): luck of those who sit in the rows, for one rule after the other."""
    chosen: Vector[np.int32] = room("employees and one")
    """(employees + 1,): whom luck chose of a unit."""
    pairing: Vector[np.int64] = room("employees")
    crossers: Vector[np.int64] = room("units")
    """(units,): people of each unit who meet somebody of another."""
    line: Vector[np.uint64] = room("employees")
    """(employees,): those people, in the order in which they meet."""
    sorting: Vector[np.uint64] = room("employees")
    """As long: working space for that order."""
    one: Vector[np.int64] = room("employees")
    """(employees,): rows of those who meet, with `other`."""
    other: Vector[np.int64] = room("employees")
    stays: Vector[np.float32] = room("employees")
    """(employees,): hours for which members of a community stay."""
    met: Vector[np.bool_] = room("employees")
    read: Vector[np.int64] = room("employees", filled=-1)
    """(employees,): the document that somebody read this week, or -1, where what is read is tried."""
    watching: Table[np.float64] = room("markets", "needs")
    """(markets, needs): sum over staff of max(0, tacit * truth) where the routine is wrong."""
    observed: Vector[np.int8] = room("needs")
    """(needs,): what one patient showed."""
    right: Vector[np.float32] = room("needs")
    """(needs,): what is true where the staff of a unit live."""
    done: Vector[np.float32] = room("needs")
    """(needs,): what their market does."""
    sure: Vector[np.int32] = room("needs")
    """(needs,): how many of them hold a need rightly."""
    answered: Table[np.int8] = room("markets", "needs")
    """(markets, needs): routines, overlaid by plans under way."""
    voices: Vector[np.float64] = room("needs")
    """(needs,): what a group and its guests say."""
    documents: Vector[np.int64] = room("window")
    """(reading window,): documents that a market wrote."""
    gaps: Vector[np.float64] = room("markets")
    """(markets,): of how many needs staff see that something is amiss, where that starts projects."""
    starting: Vector[np.float64] = room("markets")
    """(markets,): mean projects a week that follow."""
    started: Vector[np.int64] = room("markets")
    """(markets,): projects that start this week."""
    share: Vector[np.float64] = room("markets")
    """(markets,): hours that each member of a pilot gets."""
    totals: Totals
    """Of each unit."""
    places: Totals
    """Of each market, and last of the whole."""
    serving: Vector[np.float64] = room("markets")
    """(markets,): staff of each market who are there."""
    in_markets: Vector[np.float64] = room("places")
    """(places,): staff of a place who serve a market."""
    differing: Vector[np.float64] = room("places")
    """(places,): pairs of markets' answers that differ."""
    pairs: Vector[np.float64] = room("places")
    """(places,): pairs of markets that both answer a need."""
    outcome: Cube[np.float64] = room("markets", 3, 4)
    """(markets, classes, 4): needs met, mis-served, with a right and with a wrong routine."""
    delivered: Table[np.float64] = room("markets", 2)
    """(markets, 2): needs with a routine, and the sum of skill on them."""
    access: Cube[np.float64] = room("markets", "bands", 4)
    """(markets, bands, 4): eligible, started and adherent patients, subsidy."""
    launched: Vector[np.bool_] = room("markets")
    """(markets,): whether patients can start treatment."""


def new_space(
    employees: int, units: int, markets: int, needs: int, bands: int = 1, window: int = 60
) -> Space:
    """Working space for an organisation of a given size, whose staff read the newest documents."""
    sizes = {"employees": employees, "employees and one": employees + 1, "units": units}
    sizes |= {"markets": markets, "places": markets + 1, "needs": needs}
    return Space.sized(
        sizes | {"bands": bands, "window": window},
        order=np.arange(employees),
        totals=Totals.sized({"rows": units, "needs": needs}),
        places=Totals.sized({"rows": markets + 1, "needs": needs}),
    )


def tiles(last: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Units cut into tiles of some thousand people: first, and one after the last, of each.

    Examples
    --------
    >>> tiles(np.array([2500, 5000, 7500, 7600]))
    [(0, 2), (2, 4)]
    """
    found, begin, people = [], 0, 0
    for unit in range(len(last)):
        if last[unit] - people >= PEOPLE_AT_HAND or unit == len(last) - 1:
            found.append((begin, unit + 1))
            begin, people = unit + 1, int(last[unit])
    return found
