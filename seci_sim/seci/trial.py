"""A trial inside the firm: who is eligible, whom luck gives another policy, and what is measured of them.

In the trial's first week, whoever serves a market and is there is eligible. Luck, addressed by the seed, that
week and where somebody sits, puts them in an order, alone, in pairs of one unit, by unit or by market; the
first of these have the other policy from that week to the last. Afterwards all have the firm's. Who leaves
is lost; who comes later belongs to neither arm, but has the policy of a unit or market that is treated as
a whole. Source: individual and cluster randomised trials as CONSORT has them reported.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.structures import Whole
from seci_sim.scenario.trial import ARMS, Trial
from seci_sim.seci import arms, week
from seci_sim.seci.arms import Arms
from seci_sim.seci.knowledge import Array, Staff
from seci_sim.seci.socialization import Meetings
from seci_sim.seci.week import State, Terms

WHO, PAIRING, UNIT, MARKET = np.arange(4)
"""Slots of a trial's luck: people and pairs, who is put together with whom, units, markets."""

WHOLE = ("units", "markets")
"""Among these, whoever belongs to one that is drawn has the other policy, newcomers too."""


@dataclass(frozen=True)
class Assigned:
    """Who is in a trial; of each person."""

    person: Array
    """(people,) int64."""
    row: Array
    """(people,) int64: where they sat in its first week."""
    cluster: Array
    """(people,) int64: the person, pair, unit or market of which luck drew."""
    treated: Array
    """(people,) bool."""
    eligible: int
    """People who were eligible; one without a partner is in no pair."""


def assign(trial: Trial, staff: Staff, seed: int) -> Assigned:
    """Draw who gets the other policy, in the first week of a trial.

    The share is kept exactly, to the nearest whole number of those among whom luck draws.

    Parameters
    ----------
    trial : Trial
        What is declared of it.
    staff : Staff
        Who is there.
    seed : int
        Of the run.
    """
    rows, cluster, drawn = _clusters(trial, staff, seed)
    treated = np.zeros(len(drawn), np.bool_)
    treated[np.argsort(drawn, kind="stable")[: int(trial.share * len(drawn) + 0.5)]] = True
    return Assigned(
        staff.person[rows], rows, cluster, treated[cluster], int(_eligible(staff).sum())
    )


def _eligible(staff: Staff) -> Array:
    """(employees,) bool: who serves a market, and is there."""
    return staff.present & (staff.market >= 0)


def _clusters(trial: Trial, staff: Staff, seed: int) -> tuple[Array, Array, Array]:
    """Rows of the eligible, number of the cluster of each, and of each cluster what luck drew."""
    eligible = np.flatnonzero(_eligible(staff))

    def drawn(size: int, group: Whole, slot: Whole) -> Array:
        return luck.chances(size, seed, luck.TRIAL, trial.first, group, slot)

    if trial.among in WHOLE:
        of_rows, slot = (staff.unit, UNIT) if trial.among == "units" else (staff.market, MARKET)
        names, cluster = np.unique(of_rows[eligible], return_inverse=True)
        return eligible, cluster, np.array([drawn(1, name, slot)[0] for name in names])
    rows: list[Array] = []
    draws: list[Array] = []
    size = 2 if trial.among == "pairs" else 1
    for unit in np.unique(staff.unit[eligible]):
        there = np.arange(staff.first[unit], staff.last[unit])
        who = drawn(len(there), unit, WHO)
        if size == 2:
            order = np.argsort(drawn(len(there), unit, PAIRING), kind="stable")
            there = there[order[: len(there) // 2 * 2]]  # of an odd number one has no partner
            who = who[order[: len(there) : 2]]
        rows.append(there)
        draws.append(who)
    if not rows:
        return eligible, eligible, np.zeros(0)
    found = np.concatenate(rows)
    return found, np.arange(len(found)) // size, np.concatenate(draws)


class Conducted:
    """A trial as it is conducted: who is in it, what holds for them, and what was measured so far.

    Parameters
    ----------
    trial : Trial
        What is declared of it.
    horizon : int
        Weeks of the run.
    state : State
        Of the organisation.
    """

    def __init__(self, trial: Trial, horizon: int, state: State) -> None:
        self.trial = trial
        self.horizon = horizon
        self.assigned: Assigned | None = None
        """Who is in it; None before its first week."""
        self.persons: list[Array] = []
        """(employees,) int64 of each week in which people are measured: who sat in the rows."""
        self.measured: list[Array] = []
        """(employees, 5) float64 of each of these weeks."""
        self.arms = _nobody_treated(state)

    # When -----------------------------------------------------------------------------------------

    def measures(self, week: int) -> bool:
        """Whether people are measured in a week."""
        return week in self.trial.weeks(self.horizon)

    def runs(self, week: int) -> bool:
        """Whether the other policy is in force in a week."""
        return self.trial.first <= week <= self.trial.last

    @property
    def turns(self) -> tuple[int, int]:
        """The weeks at whose start the other policy comes into force, and is no longer."""
        return self.trial.first, self.trial.last + 1

    # While it runs --------------------------------------------------------------------------------

    def treat(self, treated: Terms) -> None:
        """Let the other policy take effect, from this week on.

        What a process takes unit by unit is changed in the firm's own terms.
        """
        found, state = self.arms, self.arms.state
        usual, trial = state.terms, self.trial
        if self.assigned is None:
            self.assigned = assign(trial, state.staff, state.seed)
        found.treated = treated
        self._treat_as_a_whole(self.assigned)
        found.together, found.beyond = treated.meetings, _for_hours(treated.meetings, 0.0)
        more = treated.meetings.hours - usual.meetings.hours
        if trial.among == "pairs" and more > 0:
            found.together, found.beyond = usual.meetings, _for_hours(treated.meetings, more)
        leaving = np.where(found.units, treated.turnover.leaving, usual.turnover.leaving)
        starting = np.where(found.markets, treated.workshops.starting, usual.workshops.starting)
        usual.turnover.leaving, usual.workshops.starting = leaving, starting

    def _treat_as_a_whole(self, assigned: Assigned) -> None:
        """Find units and markets all of which have the other policy."""
        found, staff = self.arms, self.arms.state.staff
        rows = assigned.row[assigned.treated]
        if self.trial.among in WHOLE:
            found.units[staff.unit[rows]] = True
        if self.trial.among == "markets":
            found.markets[staff.market[rows]] = True

    def perform(self, process: Callable[[State], None]) -> None:
        """One process of a week in which the trial runs."""
        if process in arms.INSTEAD:
            self._find_rows()
            arms.perform(self.arms, arms.INSTEAD[process])
        else:
            week.perform(self.arms.state, [process])

    def _find_rows(self) -> None:
        """Where those sit now who have the other policy, and partners."""
        found, staff, assigned = self.arms, self.arms.state.staff, self.assigned
        assert assigned is not None
        if self.trial.among in WHOLE:
            found.people[:] = found.units[staff.unit] & staff.present
            return
        rows = rows_of(assigned.person, staff.person)
        treated = assigned.treated & (rows >= 0) & staff.present[rows]
        found.people[:] = False
        found.people[rows[treated]] = True
        if self.trial.among == "pairs":
            both = treated.reshape(-1, 2).all(axis=1)
            found.one, found.other = rows.reshape(-1, 2)[both].T.copy()

    def record(self) -> None:
        """Measure everybody, after the week."""
        arms.perform(self.arms, arms.measure)
        self.persons.append(self.arms.state.staff.person.copy())
        self.measured.append(self.arms.measured.copy())

    # What was measured ----------------------------------------------------------------------------

    @property
    def weeks(self) -> Array:
        """(weeks,) int64: those in which people were measured."""
        return np.array(self.trial.weeks(self.horizon)[: len(self.measured)], np.int64)

    @property
    def panel(self) -> Array:
        """(weeks, people, 5) float64: of who is in the trial; NaN of who is not there (yet, or any more).

        Columns are those of `seci_sim.seci.arms.measure`.
        """
        people = np.zeros(0, np.int64) if self.assigned is None else self.assigned.person
        found = np.full((len(self.measured), len(people), arms.COLUMNS), np.nan)
        for place, (persons, measured) in enumerate(zip(self.persons, self.measured, strict=True)):
            rows = rows_of(people, persons)
            found[place, rows >= 0] = measured[rows[rows >= 0]]
        return found

    def by_arm(self) -> Array:
        """(weeks, 2, 6) float64: in each week and arm, who is there, and the mean of each measure."""
        found = np.full((len(self.measured), len(ARMS), 1 + arms.COLUMNS), np.nan)
        if self.assigned is None:
            return found
        panel = self.panel
        for arm in range(len(ARMS)):
            of_arm = panel[:, self.assigned.treated == arm]
            there = ~np.isnan(of_arm)
            number = there.sum(axis=1)
            found[:, arm, 0] = number[:, arms.HOURS]
            with np.errstate(invalid="ignore"):
                found[:, arm, 1:] = np.where(there, of_arm, 0).sum(axis=1) / number
        return found


def _nobody_treated(state: State) -> Arms:
    """No arm has another policy yet."""
    employees, nobody = len(state.staff.unit), np.zeros(0, np.int64)
    return Arms(
        state=state,
        treated=state.terms,
        together=state.terms.meetings,
        beyond=_for_hours(state.terms.meetings, 0.0),
        people=np.zeros(employees, np.bool_),
        units=np.zeros(len(state.staff.first), np.bool_),
        markets=np.zeros(len(state.adopted), np.bool_),
        one=nobody,
        other=nobody,
        aside=np.zeros(employees, np.float32),
        measured=np.zeros((employees, arms.COLUMNS)),
    )


def _for_hours(meetings: Meetings, hours: float) -> Meetings:
    """Meetings of another length."""
    changed = copy.copy(meetings)
    changed.hours = hours
    return changed


def rows_of(people: Array, persons: Array) -> Array:
    """(people,) int64: the row in which each sits now; -1 for who does not.

    Examples
    --------
    >>> rows_of(np.array([7, 2, 9]), np.array([2, 7, 8])).tolist()
    [1, 0, -1]
    """
    order = np.argsort(persons, kind="stable")
    place = np.minimum(np.searchsorted(persons[order], people), len(persons) - 1)
    rows = order[place]
    return np.where(persons[rows] == people, rows, -1)
