"""A merger: two firms that know different things become one.

Until then the other firm lives on its own: it has the same rows, units and markets as it will have
after, so that its luck is its own, and knowledge, library and projects of which this firm sees nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from seci_sim.engine import luck
from seci_sim.scenario import Change, Scenario
from seci_sim.seci import world
from seci_sim.seci.firm import Firm
from seci_sim.seci.knowledge import NOBODY, Array, Knowledge, Library, Projects, make_room
from seci_sim.seci.world import SYSTEMIC, Truth


@dataclass(frozen=True)
class Merged:
    """Which firm the units come from, and how far these have grown together with this one."""

    firm: Array
    """(units,) int64: number of the firm."""
    joined: Array
    """(units,) int64: week in which it joined; 0 for this one and those that have not yet."""
    growing: Array
    """(units,) int64: weeks that it takes to grow together."""


def merged_firms(firm: Firm, changes: Sequence[Change]) -> Merged:
    """What the mergers so far come to."""
    names = [unit.firm for unit in firm.units]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    since = {change.firm_joins: (change.week, change.transition_weeks or 0) for change in changes}
    joined, growing = zip(*(since.get(name, (0, 0)) for name in names), strict=True)
    return Merged(
        firm=np.array([numbers[name] for name in names]),
        joined=np.array(joined, np.int64),
        growing=np.array(growing, np.int64),
    )


def living_apart(scenario: Scenario) -> Scenario:
    """What the timeline says to a firm that has not joined yet: policy, shocks and partners.

    What the scenario's own firm does with its units, library and routines is none of its business.
    """
    elsewhere = dict.fromkeys(
        ("unit_joins", "market_opens", "transition_hours", "transition_weeks")
    )
    timeline = tuple(
        change.model_copy(update=elsewhere | {"lose": ()}) for change in scenario.timeline
    )
    return scenario.model_copy(update={"timeline": timeline})


def joining(scenario: Scenario, name: str) -> Change:
    """The change with which another firm joins."""
    return next(change for change in scenario.timeline if change.firm_joins == name)


def turn_cores(truth: Truth, firm: Firm, scenario: Scenario, name: str | None, seed: int) -> None:
    """Give each other firm a core of its own, from which its markets differ as others do from theirs.

    A need of the core is turned round with chance `core_difference` of the change with which the firm
    joins; systemic needs follow their parts. `truth` gets the core of the firm of the given name.
    Source: our assumption.
    """
    for number, other in enumerate(scenario.other_firms):
        difference = joining(scenario, other).core_difference
        difference = scenario.world.local_difference if difference is None else difference
        drawn = luck.chances(
            truth.core.size, seed, luck.OTHER_CORE, luck.BEFORE, number, luck.FIRST
        )
        turned = (drawn < difference) & (truth.need_class != SYSTEMIC)
        theirs = [unit.firm == other for unit in firm.units]
        markets = np.unique(firm.unit_market[theirs])
        truth.market[np.ix_(markets[markets >= 0], turned)] *= -1
        if other == name:
            truth.core[turned] *= -1
    world.follow_parts(truth)


def absorb(
    knowledge: Knowledge, firm: Firm, theirs: Knowledge, their_firm: Firm, people: int
) -> None:
    """Let all who are in another firm, and all that it knows, become part of this one.

    Parameters
    ----------
    people : int
        The next number for a newcomer of this firm. Newcomers of the other get those from there on.
    """
    staff, joining = firm.staff, their_firm.staff
    rows = np.flatnonzero(joining.present)
    units = np.flatnonzero(their_firm.unit_open)
    markets = np.flatnonzero(their_firm.market_open)
    first_newcomer = len(staff.unit)

    def renumbered(person: Array) -> Array:
        shift = np.where(person >= first_newcomer, people - first_newcomer, 0)
        return (person + shift).astype(person.dtype)

    firm.open_units([firm.units[unit].name for unit in units], there=True)
    staff.person[rows] = renumbered(joining.person[rows])
    staff.arrival[rows] = joining.arrival[rows]
    knowledge.tacit[rows] = theirs.tacit[rows]
    knowledge.explicit[rows] = theirs.explicit[rows]
    knowledge.routine[markets] = theirs.routine[markets]
    knowledge.confirmed[markets] = theirs.confirmed[markets]
    knowledge.noticed[markets] = theirs.noticed[markets]
    knowledge.felt_week[units] = theirs.felt_week[units]
    knowledge.felt_by[units] = renumbered(theirs.felt_by[units])
    earlier = knowledge.projects.size
    _append_projects(knowledge.projects, theirs.projects)
    for persons in (knowledge.projects.group_person, knowledge.projects.pilot_person):
        persons[earlier : knowledge.projects.size] = renumbered(
            persons[earlier : knowledge.projects.size]
        )
    _join_libraries(knowledge.library, theirs.library, earlier)


def _append_projects(projects: Projects, theirs: Projects) -> None:
    """The other firm's projects follow this firm's."""
    make_room(projects, theirs.size)
    for column in fields(projects):
        if column.name != "size":
            table = getattr(projects, column.name)
            found = getattr(theirs, column.name)[: theirs.size]
            table[projects.size : projects.size + theirs.size] = found
    projects.size += theirs.size


def _join_libraries(library: Library, theirs: Library, projects: int) -> None:
    """One library, in the order in which documents were written; of one week, this firm's first.

    Their projects stand behind this firm's.
    """
    make_room(library, theirs.size)
    theirs.project[theirs.project != NOBODY] += projects
    size = library.size + theirs.size
    written = np.concatenate([library.week[: library.size], theirs.week[: theirs.size]])
    order = np.argsort(written, kind="stable")
    for name in ("entries", "market", "week", "project"):
        table, found = getattr(library, name), getattr(theirs, name)
        together = np.concatenate([table[: library.size], found[: theirs.size]])
        table[:size] = together[order]
    library.held |= theirs.held
    library.size = size
