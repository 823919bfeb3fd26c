"""Employees, units, documents and projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from seci_sim.parameters import HOURS_A_WEEK

PROCESSES = ("patients", "colleagues", "externalization", "combination", "internalization")
"""What hours may go to; the rest of the week is routine business."""


@dataclass
class Employee:
    """One seat: where it is, who sits there, and what they know."""

    unit: int
    member: int
    market: int | None
    home: int
    person: int
    tacit: list[np.float32]
    explicit: list[int]
    arrived: tuple[int, int, int]
    """Week, unit and seat in which this person came: the address of their own luck."""
    present: bool = True
    pace: np.float32 = field(default_factory=lambda: np.float32(1))
    """What all steps of learning are multiplied by this week."""
    read: list[int] = field(default_factory=list)
    """What they read this week, as far as they made it out."""
    hours: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PROCESSES, 0.0))
    promised: float = 0.0
    """Hours of this week that their groups will still need for combination."""

    def free(self) -> float:
        """Hours of this week that no process has taken, or been promised."""
        return HOURS_A_WEEK - sum(self.hours.values()) - self.promised

    def book(self, process: str, wanted: float) -> float:
        """Give a process the hours it wants, or what is left of the week."""
        given = min(wanted, self.free())
        self.hours[process] += given
        return given

    def move(self, need: int, target: float, step: float) -> None:
        """Let one conviction take a step towards a target."""
        held = self.tacit[need]
        self.tacit[need] = np.float32(held + np.float32(step) * (np.float32(target) - held))

    def practise(self, document: Sequence[int], rate: float, hours: float) -> None:
        """Do for some hours what a document says."""
        step = min(np.float32(1), np.float32(rate) * np.float32(hours) * self.pace)
        for need, entry in enumerate(document):
            if entry != 0:
                self.move(need, entry, float(step))

    def hold(self, document: Sequence[int]) -> None:
        """Take over what a document says."""
        for need, entry in enumerate(document):
            if entry != 0:
                self.explicit[need] = entry

    def sureness(self) -> int:
        """The sum of their convictions without sign, in whole 2**-20."""
        return sum(int(abs(held) * np.float32(2**20)) for held in self.tacit)

    def is_surer_than(self, other: Employee, need: int) -> bool:
        """Whether this employee's conviction is the stronger one, right or wrong."""
        return bool(abs(self.tacit[need]) > abs(other.tacit[need]))


@dataclass
class Unit:
    """A part of the organisation, with its staff."""

    name: str
    market: int | None
    office: str | None
    """Headquarters whose staff join its projects."""
    turnover: float | None
    staff: list[Employee]
    present: bool
    firm: str | None = None
    """Firm that it belongs to until that firm joins."""


@dataclass
class Document:
    """What the library holds: who wrote it (None: the global view), its entries, and when."""

    market: int | None
    entries: list[int]
    week: int
    writers: list[int] = field(default_factory=list)
    """The persons of the group that wrote it."""
    of_rival: bool = False
    """Whether another firm wrote it."""


@dataclass
class Project:
    """One project, from its group to its routine."""

    market: int
    number: int
    """Which of its market's projects of that week: with the week, the address of its luck."""
    week: int
    group: list[Employee]
    concept: list[int]
    group_names: tuple[str, ...] = ()
    openness: float = 1.0
    """Share of the group who share what they know."""
    persons: list[int] = field(default_factory=list)
    """Who was in the group, also where others sit in their seats now."""
    plan: list[int] = field(default_factory=list)
    """As it was justified; empty before, and without an entry where the project ended."""
    kept: list[int] = field(default_factory=list)
    """The plan as it became routine."""
    origin: list[str] = field(default_factory=list)
    pilot: list[Employee] = field(default_factory=list)
    pilot_names: tuple[str, ...] = ()
    ready: int = 0
    """Last week of the set-up."""
    practised: int = 0
    """Weeks for which the pilot practised."""
    first_practised: int | None = None
    routine_since: int | None = None


def says_something(document: Sequence[int]) -> bool:
    """Whether a document has an entry."""
    return any(entry != 0 for entry in document)


def overlay(answers: list[int], document: Sequence[int]) -> None:
    """Let the entries of a document replace what was answered before."""
    for need, entry in enumerate(document):
        if entry != 0:
            answers[need] = entry


def on_the_clock(hours: float) -> float:
    """Hours in whole 4096ths, in which they are booked."""
    return int(hours * 4096 + 0.5) / 4096
