"""The story of one need: first felt, said, planned, practised and routine, and who was there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from seci_sim.seci.firm import Firm
from seci_sim.seci.knowledge import ADOPTED, Array, Knowledge

STAGES = ("felt", "said", "planned", "practised", "routine")


@dataclass(frozen=True)
class Step:
    """One stage of a need's story in one market."""

    market: str
    stage: str
    """One of `STAGES`."""
    week: int
    response: int
    """The response that was said, planned, practised or made routine: -1 or +1; 0 when felt."""
    people: tuple[str, ...]
    """Who was there, such as ``"Japan 12"``: the unit and the number of the employee."""


def story(knowledge: Knowledge, firm: Firm, need: int) -> list[Step]:
    """When each market first reached each stage with a need, and who was there.

    *Felt*: a visit first made somebody of the market sure, rightly or wrongly. *Said*: the need was
    in a concept. *Planned*: in a plan. *Practised*: in a pilot. *Routine*: in a routine.

    Parameters
    ----------
    need : int
        0 to the number of needs less one.

    Returns
    -------
    list of Step
        In order of market and stage; stages not reached are left out.

    Raises
    ------
    IndexError
        Where there is no such need.
    """
    needs = knowledge.tacit.shape[1]
    if not 0 <= need < needs:
        raise IndexError(f"need: there are needs 0 to {needs - 1}; got {need}")
    return [
        step
        for market in range(len(firm.market_names))
        for step in _steps(knowledge, firm, need, market)
    ]


def _steps(knowledge: Knowledge, firm: Firm, need: int, market: int) -> Iterator[Step]:
    """The stages one market reached."""
    name = firm.market_names[market]
    units = np.flatnonzero(firm.unit_market == market)
    weeks = knowledge.felt_week[units, need]
    if (weeks > 0).any():
        earliest = units[np.argmin(np.where(weeks > 0, weeks, np.iinfo(np.int64).max))]
        feeler = _label(firm, int(knowledge.felt_by[earliest, need]), int(earliest))
        yield Step(name, "felt", int(knowledge.felt_week[earliest, need]), 0, (feeler,))
    projects = knowledge.projects
    own = projects.market[: projects.size] == market
    adopted = projects.status[: projects.size] == ADOPTED
    stages = (
        ("said", projects.concept, projects.week_said, projects.group, projects.group_person, own),
        (
            "planned",
            projects.plan,
            projects.week_planned,
            projects.group,
            projects.group_person,
            own,
        ),
        (
            "practised",
            projects.plan,
            projects.week_practised,
            projects.pilot,
            projects.pilot_person,
            own,
        ),
        (
            "routine",
            projects.kept,
            projects.week_routine,
            projects.pilot,
            projects.pilot_person,
            own & adopted,
        ),
    )
    for stage, entries, week, rows, persons, eligible in stages:
        reached = np.flatnonzero(
            eligible & (entries[: projects.size, need] != 0) & (week[: projects.size] >= 0)
        )
        if reached.size:
            project = reached[np.argmin(week[reached])]
            people = _people(firm, rows[project], persons[project])
            yield Step(name, stage, int(week[project]), int(entries[project, need]), people)


def _people(firm: Firm, rows: Array, persons: Array) -> tuple[str, ...]:
    """Labels of the people who sat in the seats."""
    return tuple(
        _label(firm, int(person), int(firm.staff.unit[row]))
        for row, person in zip(rows, persons, strict=True)
        if row >= 0
    )


def _label(firm: Firm, person: int, unit: int) -> str:
    """Unit and number of an employee: the number is the agent's ``unique_id``."""
    return f"{firm.units[unit].name} {person + 1}"
