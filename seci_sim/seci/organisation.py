"""An organisation in a week of its life: its state, and the changes that come from outside.

Knows nothing of Mesa; ``week`` says what happens in a week, ``model`` is its Mesa model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from seci_sim.engine import luck
from seci_sim.parameters import HOURS_A_WEEK, Policy
from seci_sim.scenario import Change, Scenario
from seci_sim.scenario.rivals import changes_of
from seci_sim.seci import (
    initiative,
    knowledge,
    lasting,
    merger,
    records,
    turnover,
    week,
    world,
)
from seci_sim.seci.competition import Competitor, Rivalry, seed_of, settings_of
from seci_sim.seci.firm import new_firm
from seci_sim.seci.knowledge import ENDED, Array
from seci_sim.seci.terms import changed_policy, most_seats, terms_of
from seci_sim.seci.trial import Conducted
from seci_sim.seci.week import State, Terms
from seci_sim.seci.working_space import new_space, tiles

AHEAD = 52
"""Weeks whose projects have room, and some more."""


class Organisation:
    """All state of one run.

    Parameters
    ----------
    settings : Scenario
        What is run.
    seed : int
        0 to 2**63 - 1.
    name : str, optional
        Of another firm, that will join in a merger; its units are there, and no others.
    against : Organisation, optional
        The firm whose rival it is, and whose world it shares.
    """

    def __init__(
        self,
        settings: Scenario,
        seed: int,
        name: str | None = None,
        against: Organisation | None = None,
    ) -> None:
        self.settings = settings
        self.seed = seed
        self.firm = new_firm(settings, name)
        self.staff = self.firm.staff
        markets, units = len(self.firm.market_names), len(self.firm.units)
        employees, bands = len(self.staff.unit), len(settings.service.bands)
        needs = settings.world.needs
        likeness = self.firm.likeness(settings.world.local_difference)
        self.truth: world.Truth = (
            against.truth if against else world.new_truth(settings.world, markets, seed, likeness)
        )
        if settings.other_firms:
            merger.turn_cores(self.truth, self.firm, settings, name, seed)
        self.knowledge = knowledge.new_knowledge(
            employees, units, markets, needs, *most_seats(settings)
        )
        of_world = against.seed if against else seed
        world.write_market_research(self.knowledge.library, self.truth, settings.world, of_world)
        self.records = records.new_records(settings.horizon, markets, needs, bands)
        self.space = new_space(
            employees, units, markets, needs, bands, settings.projects.reading_window
        )
        self.transitions: list[tuple[int, float]] = []
        """Reorganisations that last: their last week, and hours a week and head."""
        self.apart: dict[str, Organisation] = {}
        """Other firms, each living on its own until it joins."""
        if name is None:
            self.apart = {
                other: Organisation(merger.living_apart(settings), seed, other)
                for other in settings.other_firms
            }
        self.merged: list[Change] = []
        """The mergers so far."""
        self.policy = knowledge.on_ticks(settings.policy)
        """The policy in force, its hours on the grid on which they are booked."""
        self._left: list[tuple[int, float]] = []
        """Who left between two weeks: their unit, and what they knew tacitly."""
        self.state = self._new_state(employees, markets)
        declared = settings.trial if name is None else None
        self.trial = Conducted(declared, settings.horizon, self.state) if declared else None
        """The trial inside the firm, if there is one."""
        self._room_until = 0
        self._arrive(np.flatnonzero(self.firm.unit_open))
        self._let_differ(since=0)
        self.rivals = tuple(
            Organisation(settings_of(rival, settings), seed_of(number, seed), against=self)
            for number, rival in enumerate(settings.rivals, start=1)
        )
        self.place = 0
        """Its place among firms that serve the same markets."""
        self.rivalry: Rivalry | None = None
        self._compete()

    def _compete(self) -> None:
        """Share patients with the rivals from now on, if there are any."""
        if not self.rivals:
            return
        firms = (self, *self.rivals)
        eligible = self.firm.eligible(self.settings.service)
        rivalry = Rivalry(
            self.settings.competition,
            [Competitor(firm.seed, firm.records, firm.knowledge) for firm in firms],
            eligible,
            self.seed,
        )
        for place, firm in enumerate(firms):
            firm.place, firm.rivalry = place, rivalry

    def _new_state(self, employees: int, markets: int) -> State:
        """What a week reads and changes, before the first."""
        return State(
            seed=self.seed,
            week=0,
            next_person=employees,
            first_new=0,
            running=0,
            reorganising=0.0,
            under_way=np.zeros(0, np.int64),
            adopted=np.zeros(markets, np.int64),
            tiles=np.array(tiles(self.staff.last), np.int64),
            staff=self.staff,
            knowledge=self.knowledge,
            truth=self.truth,
            space=self.space,
            records=self.records,
            network=self.firm.network(self.settings),
            terms=self._terms(self.policy),
        )

    @property
    def week(self) -> int:
        """Weeks that have passed."""
        return self.state.week

    @property
    def terms(self) -> Terms:
        """What policy and presence come to."""
        return self.state.terms

    @property
    def under_way(self) -> Array:
        """int64: projects with a plan under way, oldest first."""
        return self.state.under_way[: self.state.running]

    # Weeks ---------------------------------------------------------------------------------------

    def begin_week(self) -> None:
        """The calendar turns; all hours are free again; this week's changes take effect."""
        self._make_room(self.week + 1, self.week + 1)
        self.state.reorganising = self._hours_of_reorganising(self.week + 1)
        week.perform(self.state, [week.begin_week])
        changes = [one for one in changes_of(None, self.settings.timeline) if one.week == self.week]
        for change in changes:
            self.apply(change)
        if turns := self.trial is not None and self.week in self.trial.turns:
            self._renew_terms()
        if changes or turns:
            self._make_room(self.week, self.week)
            self.state.reorganising = self._hours_of_reorganising(self.week)
            hours = self.staff.present * self.state.reorganising  # a unit may have left just now
            self.staff.hours[:, knowledge.WITH_COLLEAGUES] = hours
        self._count_who_left()
        if self.rivalry is not None:
            self.terms.care.eligible[:] = self.rivalry.come[self.place] * self.firm.market_open

    def perform(self, process: Callable[[State], None]) -> None:
        """One process of the week."""
        if self.trial is not None and self.trial.runs(self.week):
            self.trial.perform(process)
        else:
            week.perform(self.state, [process])
        if process is week.take_stock:
            if self.trial is not None and self.trial.measures(self.week):
                self.trial.record()
            self._others_follow()

    def _others_follow(self) -> None:
        """Other firms live up to this week; then patients and documents pass between rivals."""
        for other in (*self.apart.values(), *self.rivals):
            other.run(self.week)
        if self.rivals and self.rivalry is not None:
            self.rivalry.end_week(self.week)

    def table(self) -> Array:
        """(weeks, markets + 1, columns) float64: all that was measured, the whole last.

        The columns are those of `seci_sim.seci.measures.columns`.
        """
        own = records.table(self.records)
        if not self.rivals or self.rivalry is None:
            return own
        return np.concatenate([own, self.rivalry.table()], axis=-1)

    def run(self, last: int) -> None:
        """Live up to a week, in as few compiled calls as the timeline allows."""
        while self.week < last:
            self.begin_week()
            if self.trial is not None and self.trial.measures(self.week):
                for process in week.PROCESSES[1:]:
                    self.perform(process)
                continue
            week.perform(self.state, week.PROCESSES[1:])
            following = min(last, self._next_change() - 1)
            if following > self.week:
                self._make_room(self.week + 1, following)
                week.perform(self.state, times=following - self.week)
            self._others_follow()

    def _next_change(self) -> int:
        """The first of the following weeks in which something comes from outside."""
        if self.rivals:
            return self.week + 1
        weeks = [change.week for change in self.settings.timeline]
        weeks += [last + 1 for last, _ in self.transitions]
        if self.trial is not None:
            weeks += self.trial.trial.weeks(self.settings.horizon)
        return min((number for number in weeks if number > self.week), default=2**62)

    def _make_room(self, first: int, last: int) -> None:
        """Have room for all that will be written from one week to another."""
        state, projects = self.state, self.knowledge.projects
        records.make_room(self.records, last - first + 1)
        if last <= self._room_until:
            return
        last = max(last, first + AHEAD)
        means = initiative.at_most(self.terms.workshops.starting, self.terms.initiative)
        more = week.projects_until(means, self.space.started, state.seed, first - 1, last)
        knowledge.make_room(projects, more)
        knowledge.make_room(self.knowledge.library, more + state.running)
        state.under_way = np.append(self.under_way, np.zeros(more, np.int64))
        self._room_until = last

    def _hours_of_reorganising(self, number: int) -> float:
        """Hours that everybody gives to it first in a week, up to the whole of it."""
        self.transitions = [lasts for lasts in self.transitions if lasts[0] >= number]
        return min(HOURS_A_WEEK, knowledge.whole_ticks(sum(hours for _, hours in self.transitions)))

    # Changes -------------------------------------------------------------------------------------

    def apply(self, change: Change) -> None:
        """Let a change of policy or a shock take effect now."""
        if change.staff_leave is not None:
            self._some_leave(change.staff_leave, change)
        if "library" in change.lose:
            self.knowledge.library.size = 0
            self.knowledge.library.held[:] = False
        if "routines" in change.lose:
            self.knowledge.routine[:] = 0
        if change.needs_jump is not None:
            where = np.array([change.market in (None, name) for name in self.firm.market_names])
            in_core = change.needs_jump if change.market is None else 0.0
            share = where * change.needs_jump
            world.turn_round(self.truth, in_core, share, luck.JUMP, self.seed, self.week)
        if change.transition_hours is not None and change.transition_weeks is not None:
            last = self.week + change.transition_weeks - 1
            self.transitions.append((last, change.transition_hours))
        self._apply_presence(change)
        self.policy = knowledge.on_ticks(changed_policy(self.policy, change.policy))
        self._renew_terms()

    def _apply_presence(self, change: Change) -> None:
        """Units, markets and partners join or leave."""
        if change.unit_joins is not None:
            self._arrive(self.firm.open_units([change.unit_joins], there=True))
        if change.market_opens is not None:
            opened = self.firm.units_of(change.market_opens)
            self._arrive(self.firm.open_units(opened, there=True))
        if change.firm_joins in self.apart:
            self._merge(change.firm_joins)
            self.merged.append(change)
        if change.unit_leaves is not None:
            self._depart(self.firm.open_units([change.unit_leaves], there=False))
        if change.partner_joins is not None:
            name = change.partner_joins
            self.firm.partners[name] = self.firm.all_partners[name]
        if change.partner_leaves is not None:
            self.firm.partners.pop(change.partner_leaves, None)

    def _merge(self, name: str) -> None:
        """Another firm joins, with all its people and all that it knows."""
        other = self.apart.pop(name)
        state, theirs = self.state, other.under_way + self.knowledge.projects.size
        state.under_way = np.append(self.under_way, theirs)
        state.running += len(theirs)
        merger.absorb(self.knowledge, self.firm, other.knowledge, other.firm, state.next_person)
        state.adopted += other.state.adopted
        state.next_person += other.state.next_person - len(self.staff.unit)
        state.first_new = self.knowledge.projects.size

    def _arrive(self, units: Array) -> None:
        """The staff of units that join know little and have read nothing."""
        spread = self.settings.learning.newcomer_spread
        turnover.arrive(units, self.staff, self.knowledge, spread, self.seed, self.week)

    def _let_differ(self, since: int) -> None:
        """Those who came in a week or later get what luck gives them for good."""
        lasting.let_differ(self.staff, self.terms.lasting, since, self.seed)

    def _depart(self, units: Iterable[int]) -> None:
        """What the staff of a unit that leaves know tacitly goes with them."""
        totals = self.space.totals
        for unit in units:
            rows = slice(self.staff.first[unit], self.staff.last[unit])
            totals.leavers[unit] += self.staff.last[unit] - self.staff.first[unit]
            totals.tacit_lost[unit] += np.abs(self.knowledge.tacit[rows]).sum(dtype=float)
        projects, under_way = self.knowledge.projects, self.under_way
        closed = ~self.firm.market_open
        projects.status[under_way[closed[projects.market[under_way]]]] = ENDED
        self.state.running = knowledge.still_under_way(under_way, projects.status)

    def _some_leave(self, part: float, change: Change) -> None:
        """Let a part of the staff of one unit, or of each, leave and be replaced."""
        there = [change.unit in (None, unit.name) for unit in self.firm.units]
        share = np.array(there) * part
        if change.who_leaves is None:
            spread, now = self.settings.learning.newcomer_spread, (self.seed, self.week)
            turnover.leave(self.staff, self.knowledge, share, luck.EXODUS, spread, self.space, *now)
        else:
            for unit in np.flatnonzero(share * self.firm.unit_open):
                for row in turnover.surest(int(unit), share[unit], self.staff, self.knowledge):
                    self._leave_seat(row)
        self._number_newcomers()

    def _number_newcomers(self) -> None:
        """Give everyone new a number."""
        self.state.next_person = turnover.number_newcomers(
            self.staff, self.state.next_person, self.week
        )

    def _leave_seat(self, row: int) -> None:
        """Somebody leaves, and a newcomer without a number yet takes the seat."""
        staff, spread = self.staff, self.settings.learning.newcomer_spread
        lost = turnover.renew(
            row, staff, self.knowledge, luck.NEWCOMER, spread, self.seed, self.week
        )
        self._left.append((int(staff.unit[row]), lost))
        staff.person[row] = knowledge.NOBODY

    def replace(self, row: int) -> None:
        """Let one person leave now and be replaced; between two weeks, they count to the next."""
        self._leave_seat(row)
        self._number_newcomers()
        self._let_differ(since=self.week)
        if self.records.weeks < self.week:
            self._count_who_left()

    def _count_who_left(self) -> None:
        totals = self.space.totals
        for unit, lost in self._left:
            totals.leavers[unit] += 1
            totals.tacit_lost[unit] += lost
        self._left.clear()

    def check_convictions(self) -> None:
        """Refuse what no rule would have led to, since rules stay within -1 and 1.

        Raises
        ------
        ValueError
            What somebody knows, or a routine, was set outside -1 to 1 or to NaN.
        """
        for name in ("tacit", "explicit", "routine"):
            held = getattr(self.knowledge, name)
            if not (held.max(initial=0) <= 1 and held.min(initial=0) >= -1):
                row, need = np.argwhere(~(np.abs(held) <= 1))[0].tolist()
                what = f"knowledge.{name}[{row}, {need}] was set to {held[row, need]}"
                raise ValueError(f"{what}; allowed: -1 to 1")

    def _renew_terms(self) -> None:
        """Something changed that terms are made of."""
        self.state.terms = self._terms(self.policy)
        if self.trial is not None and self.trial.runs(self.week):
            other = changed_policy(self.policy, self.trial.trial.policy)
            self.trial.treat(self._terms(knowledge.on_ticks(other)))
        self._let_differ(since=0)
        self._room_until = 0

    def _terms(self, policy: Policy) -> Terms:
        """What a policy comes to with the units, partners and firms who are there."""
        merged = merger.merged_firms(self.firm, self.merged)
        return terms_of(policy, self.firm, self.settings, self.truth, merged, self.seed)
