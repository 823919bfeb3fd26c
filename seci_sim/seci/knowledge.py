"""Who knows what: Nonaka's four knowledge assets, as arrays, and the people who carry them.

========== ================================== =========================================
asset      here                               shape
========== ================================== =========================================
experience ``tacit``, graded conviction       (employees, needs) float32 in [-1, 1]
concepts   ``explicit``, what was read;       (employees, needs) int8 in {-1, 0, +1};
           concepts and plans of projects     (projects, needs) int8
systems    the library                        (documents, needs) int8
routines   what a market really does          (markets, needs) int8
========== ================================== =========================================

Concepts are no stock: a concept becomes a plan in the week in which it is said, and stays as a record.

A response is -1 or +1; 0 says nothing. People sit in rows, unit by unit; a leaver's row is taken by
the newcomer who replaces them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from seci_sim.engine.compiled import copy, fetch, kernel
from seci_sim.engine.structures import Count, Real, Structure, Table, Vector, Whole, room
from seci_sim.parameters import HOURS_A_WEEK, Policy

Array = npt.NDArray[Any]

WITH_PATIENTS, WITH_COLLEAGUES, IN_EXTERNALIZATION, IN_COMBINATION, IN_INTERNALIZATION = range(5)
"""Columns of the ledger of hours; the first two are socialization."""

SOCIALIZATION, EXTERNALIZATION, COMBINATION, INTERNALIZATION = np.arange(4)
"""Columns of the ledger of knowledge moved."""

HOUR_GRID = 4096.0
"""Hours are booked in whole 1/4096 h (0.9 s), so that sums of float32 hours are exact."""

SETTING_UP, PRACTISED, ADOPTED, ENDED = range(4)
"""Where a project stands; a plan under way is set up or practised."""

BY_CONCEPT, BY_OWN_LIBRARY, BY_FOREIGN_LIBRARY, BY_SYNTHESIS = 1, 2, 3, 4
"""Where an entry of a plan came from; 0 where the plan has no entry."""

CONVICTION_GRID = np.float32(2.0**20)
"""Over one person's needs, knowledge moved is added up in whole 2**-20 of a conviction: a sum of
whole numbers is the same in any order, so that a processor may add many needs at once."""

AHEAD = 8
"""How many turns ahead people who meet in a random order are sent for."""

NOBODY = -1

Part = tuple[Whole, Whole]
"""Some units: the first, and the one after the last."""


class Staff(Structure, frozen=True):
    """Employees in rows, unit by unit: who they are, and what they did this week."""

    unit: Vector[np.int64]
    """(employees,) int64: index of the unit."""
    member: Vector[np.int64]
    """(employees,) int64: place in the unit, the *who* of their luck."""
    market: Vector[np.int64]
    """(employees,) int64: the market their unit serves, or -1."""
    home: Vector[np.int64]
    """(employees,) int64: the market where they live, and whose patients they visit."""
    present: Vector[np.bool_]
    """(employees,) bool: False while the unit has not joined, or after it left."""
    person: Vector[np.int64]
    """(employees,) int64: who sits in the row; a newcomer gets a number never used before."""
    arrival: Table[np.int64]
    """(employees, 2) int64: the week in which they came (0: before the first) and the row of their
    first seat: the address of what luck gave this person for good."""
    hours: Table[np.float32] = room("employees", 5)
    """(employees, 5) float32: the ledger of this week's hours."""
    moved: Table[np.float32] = room("employees", 4)
    """(employees, 4) float32: knowledge that each mode moved this week, in full convictions."""
    pace: Vector[np.float32] = room("employees", filled=1)
    """(employees,) float32: what each person's steps of learning are multiplied by this week."""
    talent: Vector[np.float64] = room("employees", filled=1)
    """(employees,) float64: what they got of it when they came."""
    keeps: Vector[np.bool_] = room("employees", filled=1)
    """(employees,) bool: who keeps to the patient time."""
    shares: Vector[np.float32] = room("employees", filled=1)
    """(employees,) float32: 1 for who shares what they know, 0 for who does not."""
    first: Vector[np.int64]
    """(units,) int64: first row of each unit."""
    last: Vector[np.int64]
    """(units,) int64: row after the last of each unit."""


class Library(Structure):
    """Documents that anybody may find: the market research of the start, and lessons."""

    entries: Table[np.int8] = room("documents", "needs")
    """(documents, needs) int8, with room to grow."""
    market: Vector[np.int64] = room("documents", filled=NOBODY)
    """(documents,) int64: the market that wrote it; -1 for the global view."""
    week: Vector[np.int64] = room("documents")
    """(documents,) int64: when it was written."""
    project: Vector[np.int64] = room("documents", filled=NOBODY)
    """(documents,) int64: the project of a lesson, whose group knows what is meant."""
    held: Table[np.bool_] = room("needs", 2)
    """(needs, 2) bool: responses -1 and +1 that some document, plan or lesson has held."""
    size: Count = 0
    """Documents in the library."""


class Projects(Structure):
    """Every project so far: its concept, its plan, its people and its dates (-1: not yet)."""

    market: Vector[np.int64] = room("projects", filled=NOBODY)
    ordinal: Vector[np.int64] = room("projects", filled=NOBODY)
    """Which of its market's projects of that week it is: with market and week, its luck."""
    status: Vector[np.int8] = room("projects")
    week_said: Vector[np.int64] = room("projects", filled=NOBODY)
    week_planned: Vector[np.int64] = room("projects", filled=NOBODY)
    week_practised: Vector[np.int64] = room("projects", filled=NOBODY)
    week_routine: Vector[np.int64] = room("projects", filled=NOBODY)
    ready: Vector[np.int64] = room("projects", filled=NOBODY)
    """Last week of the set-up."""
    weeks_practised: Vector[np.int64] = room("projects")
    concept: Table[np.int8] = room("projects", "needs")
    """(projects, needs) int8."""
    plan: Table[np.int8] = room("projects", "needs")
    """(projects, needs) int8: as justified; entries withdrawn by a review stay here."""
    kept: Table[np.int8] = room("projects", "needs")
    """(projects, needs) int8: the plan as it became routine."""
    origin: Table[np.int8] = room("projects", "needs")
    """(projects, needs) int8: where each entry of the plan came from."""
    right: Table[np.bool_] = room("projects", "needs")
    """(projects, needs) bool: whether the entry was right when it was planned."""
    group: Table[np.int32] = room("projects", "group seats", filled=NOBODY)
    """(projects, seats) int32: rows of the group, -1 for empty seats."""
    group_person: Table[np.int32] = room("projects", "group seats", filled=NOBODY)
    openness: Vector[np.float64] = room("projects", filled=1)
    """(projects,): share of the group who share what they know."""
    pilot: Table[np.int32] = room("projects", "pilot seats", filled=NOBODY)
    """(projects, seats) int32: rows of the pilot's staff, -1 for empty seats."""
    pilot_person: Table[np.int32] = room("projects", "pilot seats", filled=NOBODY)
    size: Count = 0


class Knowledge(Structure, frozen=True):
    """The four knowledge assets of an organisation, and when each unit first felt a need."""

    tacit: Table[np.float32] = room("employees", "needs")
    """(employees, needs) float32 in [-1, 1]."""
    explicit: Table[np.int8] = room("employees", "needs")
    """(employees, needs) int8."""
    library: Library
    projects: Projects
    routine: Table[np.int8] = room("markets", "needs")
    """(markets, needs) int8."""
    confirmed: Table[np.int64] = room("markets", "needs", filled=NOBODY)
    """(markets, needs) int64: when a plan last brought the routine's entry; -1: never."""
    noticed: Table[np.int64] = room("markets", "needs", filled=NOBODY)
    """(markets, needs) int64: when somebody last noticed that the routine is wrong; -1: never."""
    felt_week: Table[np.int64] = room("units", "needs", filled=NOBODY)
    """(units, needs) int64: when a visit first made somebody of the unit sure; -1: never."""
    felt_by: Table[np.int64] = room("units", "needs", filled=NOBODY)
    """(units, needs) int64: the person."""


def new_knowledge(
    employees: int, units: int, markets: int, needs: int, group_seats: int, pilot_seats: int
) -> Knowledge:
    """Nobody knows anything, and there are no documents, projects or routines."""
    return Knowledge.sized(
        {"employees": employees, "units": units, "markets": markets, "needs": needs},
        library=new_library(needs),
        projects=new_projects(needs, group_seats, pilot_seats),
    )


def new_library(needs: int, documents: int = 64) -> Library:
    """An empty library with room for some documents."""
    return Library.sized({"documents": documents, "needs": needs})


def new_projects(needs: int, group_seats: int, pilot_seats: int, projects: int = 64) -> Projects:
    """No projects yet, with room for some."""
    seats = {"group seats": group_seats, "pilot seats": pilot_seats}
    return Projects.sized({"projects": projects, "needs": needs} | seats)


def make_room(table: Library | Projects, more: int) -> None:
    """Let a table grow so that `more` rows fit behind those it has.

    Examples
    --------
    >>> library = new_library(needs=3, documents=2)
    >>> make_room(library, 5)
    >>> len(library.entries) >= 5
    True
    """
    capacity = len(table.market)
    if table.size + more > capacity:
        # An eighth more at a time: the projects of a large firm take as much memory as its people.
        added = max(capacity // 8, table.size + more - capacity)
        table.lengthen("documents" if isinstance(table, Library) else "projects", added)


@kernel
def free_hours(hours: Array, employee: Whole) -> Any:
    """Hours of this week that an employee has not given to a process yet."""
    booked = np.float32(0.0)
    for process in range(hours.shape[1]):
        booked += hours[employee, process]
    return np.float32(HOURS_A_WEEK) - booked


@kernel
def book_what_fits(hours: Array, employee: Whole, process: Whole, wanted: Real) -> Any:
    """Book the wanted hours, or the part of them that is free; give what was booked."""
    booked = min(np.float32(wanted), free_hours(hours, employee))
    hours[employee, process] += booked
    return booked


def whole_ticks(hours: float) -> float:
    """Hours rounded to the grid on which they are booked.

    Examples
    --------
    >>> whole_ticks(0.5), whole_ticks(1 / 3) == 1 / 3
    (0.5, False)
    """
    return math.floor(hours * HOUR_GRID + 0.5) / HOUR_GRID


BOOKED = tuple(
    name
    for name, field in Policy.model_fields.items()
    if isinstance(field.json_schema_extra, dict)
    and str(field.json_schema_extra.get("unit", "")).startswith("hours")
    and name != "reading_hours"  # a chance of reading for one hour, never booked itself
)
"""A policy's hours that people book."""


def on_ticks(policy: Policy) -> Policy:
    """A policy with its hours rounded to the grid on which they are booked.

    Examples
    --------
    >>> on_ticks(Policy(visit_hours=4)).visit_hours
    4.0
    """
    rounded = {name: whole_ticks(getattr(policy, name)) for name in BOOKED}
    return policy.model_copy(update=rounded)


@kernel
def rows_there(unit: Whole, staff: Staff) -> tuple[int, int]:
    """First row of a unit's staff and the row after the last; no row while the unit is absent."""
    begin, end = staff.first[unit], staff.last[unit]
    return begin, (end if begin < end and staff.present[begin] else begin)


@kernel
def fetch_person(i: Whole, staff: Staff, tacit: Array) -> None:
    """Have what one person knows and did this week at hand when their turn comes."""
    fetch(tacit, i)
    fetch(staff.hours, i)
    fetch(staff.moved, i)


@kernel
def move_towards(tacit: Array, responses: Array, step: Any) -> Any:
    """One person moves towards what they saw, read or did, on every need it says something about.

    ::

        tacit += step * (response - tacit)        where the response is not 0; step at most 1

    Parameters
    ----------
    tacit : (needs,) float32
        Changed in place.
    responses : (needs,) int8

    Returns
    -------
    float32
        Knowledge moved, in full convictions.
    """
    moved = np.int32(0)
    step = min(np.float32(1), np.float32(step))
    for need in range(tacit.size):
        response = np.float32(responses[need])
        change = step * abs(response) * (response - tacit[need])
        tacit[need] += change
        moved = np.int32(moved + np.int32(abs(change) * CONVICTION_GRID))
    return np.float32(moved) / CONVICTION_GRID


@kernel
def fade(part: Part, staff: Staff, tacit: Array, remaining: Real) -> None:
    """Unused tacit knowledge fades; what is practised is rebuilt by the modes.

    ``tacit *= remaining``, with ``remaining = 0.5 ** (1 / half-life in weeks)``: half is left after
    one half-life (Tatel and Ackerman: 28 to 56 weeks).
    """
    factor = np.float32(remaining)
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        for i in range(begin, end):
            for need in range(tacit.shape[1]):
                tacit[i, need] *= factor


@kernel
def hold(explicit: Array, people: Array, document: Array) -> None:
    """Those who wrote or were given a document hold its entries as explicit knowledge."""
    for seat in range(people.size):
        if people[seat] != NOBODY:
            for need in range(document.size):
                if document[need] != 0:
                    explicit[people[seat], need] = document[need]


@kernel
def share_out(moved: Array, mode: Whole, people: Array, amount: Whole) -> None:
    """Credit a group's work to its members in equal parts."""
    size = 0
    for seat in range(people.size):
        size += people[seat] != NOBODY
    for seat in range(people.size):
        if people[seat] != NOBODY:
            moved[people[seat], mode] += np.float32(amount / size)


@kernel
def still_under_way(under_way: Array, status: Array) -> int:
    """Move those projects to the front whose plan is set up or practised; gives their number."""
    number = 0
    for place in range(under_way.size):
        project = under_way[place]
        if status[project] == SETTING_UP or status[project] == PRACTISED:
            under_way[number] = project
            number += 1
    return number


@kernel
def what_markets_answer(
    answered: Array, routine: Array, under_way: Array, projects: Projects
) -> None:
    """Fill in each market's answers: its routine, overlaid by its plans under way, oldest first."""
    for m in range(routine.shape[0]):
        copy(answered[m], routine[m])
    for place in range(under_way.size):
        project = under_way[place]
        overlay(answered[projects.market[project]], projects.plan[project])


@kernel
def overlay(answers: Array, document: Array) -> None:
    """Let the entries of a document replace what was answered before, in place."""
    for need in range(answers.size):
        if document[need] != 0:
            answers[need] = document[need]


@kernel
def mark_held(held: Array, document: Array) -> None:
    """Remember the entries of a document among those that some document has held."""
    for need in range(document.size):
        if document[need] != 0:
            held[need, 1 if document[need] > 0 else 0] = True


@kernel
def empty(document: Array) -> bool:
    """Whether a document says nothing on any need."""
    said = np.int8(0)
    for need in range(document.size):
        said |= document[need]
    return said == 0
