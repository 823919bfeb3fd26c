"""Working space: arrays that are filled anew every week."""

from __future__ import annotations

import numpy as np

from seci_sim.engine.structures import Cube, Structure, Table, Vector


class Totals(Structure):
    """What is added up over the staff of each unit, or of each place: a market or the whole."""

    hours: Table[np.float64]
    """(units, 5): by the columns of the ledger of hours."""
    moved: Table[np.float64]
    """(units, 4): knowledge moved, by mode."""
    entries: Vector[np.float64]
    """Entries held as explicit knowledge."""
    staff: Vector[np.float64]
    leavers: Vector[np.float64]
    tacit_lost: Vector[np.float64]
    """Tacit knowledge that went with leavers, in full convictions."""
    skill: Table[np.float64]
    """(units, needs): sum over staff of max(0, tacit * routine)."""
    knowing: Table[np.float64]
    """(units, needs): staff who hold the need rightly, tacit * truth > unsure."""
    alignment: Vector[np.float64]
    """Sum over staff of their mean tacit * truth."""
    alignment_squared: Vector[np.float64]
    """Sum over staff of its square."""


class Network(Structure):
    """A firm's own meeting network: rows of the two people of each edge, and their hours."""

    one: Vector[np.int64]
    other: Vector[np.int64]
    hours: Vector[np.float64]
    times: Vector[np.float64]
    """(edges,): when each would meet this week."""
    edges: Vector[np.int64]
    """(edges,): in the order in which they meet."""


class Space(Structure):
    """Arrays that are filled anew every week."""

    order: Vector[np.int64]
    """(employees,): 0, 1, 2, ..., whenever nobody is being drawn."""
    swaps: Vector[np.int64]
    words: Vector[np.uint32]
    """(employees,): luck of those who sit in the rows, for one rule after the other."""
    chosen: Vector[np.int32]
    """(employees + 1,): whom luck chose of a unit."""
    pairing: Vector[np.int64]
    crossers: Vector[np.int64]
    """(units,): people of each unit who meet somebody of another."""
    line: Vector[np.uint64]
    """(employees,): those people, in the order in which they meet."""
    sorting: Vector[np.uint64]
    """As long: working space for that order."""
    one: Vector[np.int64]
    """(employees,): rows of those who meet, with `other`."""
    other: Vector[np.int64]
    stays: Vector[np.float32]
    """(employees,): hours for which members of a community stay."""
    met: Vector[np.bool_]
    keeps: Vector[np.bool_]
    """(employees,): who keeps to the patient time, where not everybody does."""
    observed: Vector[np.int8]
    """(needs,): what one patient showed."""
    right: Vector[np.float32]
    """(needs,): what is true where the staff of a unit live."""
    done: Vector[np.float32]
    """(needs,): what their market does."""
    sure: Vector[np.int32]
    """(needs,): how many of them hold a need rightly."""
    answered: Table[np.int8]
    """(markets, needs): routines, overlaid by plans under way."""
    voices: Vector[np.float64]
    """(needs,): what a group and its guests say."""
    documents: Vector[np.int64]
    """(reading window,): documents that a market wrote."""
    started: Vector[np.int64]
    """(markets,): projects that start this week."""
    share: Vector[np.float64]
    """(markets,): hours that each member of a pilot gets."""
    totals: Totals
    """Of each unit."""
    places: Totals
    """Of each market, and last of the whole."""
    serving: Vector[np.float64]
    """(markets,): staff of each market who are there."""
    in_markets: Vector[np.float64]
    """(places,): staff of a place who serve a market."""
    differing: Vector[np.float64]
    """(places,): pairs of markets' answers that differ."""
    pairs: Vector[np.float64]
    """(places,): pairs of markets that both answer a need."""
    outcome: Cube[np.float64]
    """(markets, classes, 4): needs met, mis-served, with a right and with a wrong routine."""
    delivered: Table[np.float64]
    """(markets, 2): needs with a routine, and the sum of skill on them."""
    access: Cube[np.float64]
    """(markets, bands, 4): eligible, started and adherent patients, subsidy."""
    launched: Vector[np.bool_]
    """(markets,): whether patients can start treatment."""


def new_totals(rows: int, needs: int) -> Totals:
    """Nothing added up yet."""
    return Totals(
        hours=np.zeros((rows, 5)),
        moved=np.zeros((rows, 4)),
        entries=np.zeros(rows),
        staff=np.zeros(rows),
        leavers=np.zeros(rows),
        tacit_lost=np.zeros(rows),
        skill=np.zeros((rows, needs)),
        knowing=np.zeros((rows, needs)),
        alignment=np.zeros(rows),
        alignment_squared=np.zeros(rows),
    )


def new_space(
    employees: int, units: int, markets: int, needs: int, bands: int = 1, window: int = 60
) -> Space:
    """Working space for an organisation of a given size, whose staff read the newest documents."""
    rows, whole = employees, markets + 1
    return Space(
        order=np.arange(rows),
        swaps=np.zeros(rows, np.int64),
        words=np.zeros(rows, np.uint32),
        chosen=np.zeros(rows + 1, np.int32),
        pairing=np.zeros(rows, np.int64),
        crossers=np.zeros(units, np.int64),
        line=np.zeros(rows, np.uint64),
        sorting=np.zeros(rows, np.uint64),
        one=np.zeros(rows, np.int64),
        other=np.zeros(rows, np.int64),
        stays=np.zeros(rows, np.float32),
        met=np.zeros(rows, np.bool_),
        keeps=np.ones(rows, np.bool_),
        observed=np.zeros(needs, np.int8),
        right=np.zeros(needs, np.float32),
        done=np.zeros(needs, np.float32),
        sure=np.zeros(needs, np.int32),
        answered=np.zeros((markets, needs), np.int8),
        voices=np.zeros(needs),
        documents=np.zeros(window, np.int64),
        started=np.zeros(markets, np.int64),
        share=np.zeros(markets),
        totals=new_totals(units, needs),
        places=new_totals(whole, needs),
        serving=np.zeros(markets),
        in_markets=np.zeros(whole),
        differing=np.zeros(whole),
        pairs=np.zeros(whole),
        outcome=np.zeros((markets, 3, 4)),
        delivered=np.zeros((markets, 2)),
        access=np.zeros((markets, bands, 4)),
        launched=np.zeros(markets, np.bool_),
    )
