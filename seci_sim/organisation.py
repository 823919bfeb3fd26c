"""An organisation in a week of its life: its state, and the changes that come from outside.

Knows nothing of Mesa; ``week`` says what happens in a week, ``model`` is its Mesa model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from seci_sim import knowledge, luck, merger, records, world
from seci_sim.firm import new_firm
from seci_sim.knowledge import ENDED, Array
from seci_sim.parameters import HOURS_A_WEEK, Policy
from seci_sim.scenario import Change, Scenario
from seci_sim.space import new_space
from seci_sim.terms import Terms, changed_policy, constants_of, most_seats, terms_of

PEOPLE_AT_HAND = 4000
"""People whose knowledge, of 40 needs, fits the second cache of most processors."""


class Organisation:
    """All state of one run.

    Parameters
    ----------
    settings : Scenario
        What is run.
    seed : int
        0 to 2**63 - 1.
    threads : int
        Threads that share the passes over staff.
    name : str, optional
        Of another firm, that will join in a merger; its units are there, and no others.
    """

    def __init__(
        self, settings: Scenario, seed: int, threads: int = 1, name: str | None = None
    ) -> None:
        self.settings = settings
        self.seed = seed
        self.week = 0
        self.firm = new_firm(settings, name)
        self.staff = self.firm.staff
        markets, units = len(self.firm.market_names), len(self.firm.units)
        employees, bands = len(self.staff.unit), len(settings.service.bands)
        needs = settings.world.needs
        self.truth = world.new_truth(
            settings.world, markets, seed, self.firm.likeness(settings.world.local_difference)
        )
        if settings.other_firms:
            merger.turn_cores(self.truth, self.firm, settings, name, seed)
        self.knowledge = knowledge.new_knowledge(
            employees, units, markets, needs, *most_seats(settings)
        )
        world.write_market_research(self.knowledge.library, self.truth, settings.world, seed)
        self.records = records.new_records(settings.horizon, markets, needs, bands)
        self.meetings = self.firm.meetings(settings)
        self.space = new_space(employees, units, markets, needs, bands)
        self.threads = threads
        self.chunks = _chunks(self.staff.last)
        """Units whose people fit a processor's cache together: the first, and one after the last."""
        self.market_parts = cut(markets, min(threads, markets))
        """Markets shared between threads: index of the first, and of the one after the last."""
        self.new_projects = (0, 0)
        """This week's new projects: the first, and the one after the last."""
        self.transitions: list[tuple[int, float]] = []
        """Reorganisations that last: their last week, and hours a week and head."""
        self.apart: dict[str, Organisation] = {}
        """Other firms, each living on its own until it joins."""
        if name is None:
            self.apart = {
                other: Organisation(merger.living_apart(settings), seed, name=other)
                for other in settings.other_firms
            }
        self.merged: list[Change] = []
        """The mergers so far."""
        self.under_way = np.zeros(0, np.int64)
        """int64: projects with a plan under way, oldest first."""
        self._pool = ThreadPoolExecutor(threads - 1) if threads > 1 else None
        self._next_person = employees
        self.adopted = np.zeros(markets, np.int64)
        """Plans that have become routine in each market."""
        self.constants = constants_of(settings, self.firm)
        self.terms = self._terms(settings.policy)
        self._arrive(np.flatnonzero(self.firm.unit_open).tolist())

    def begin_week(self) -> None:
        """The calendar turns; all hours are free again; this week's changes take effect."""
        self.week += 1
        self.staff.hours[:] = 0
        self.staff.moved[:] = 0
        self.space.lost[:] = 0
        self.new_projects = (self.knowledge.projects.size,) * 2
        for change in self.settings.timeline:
            if change.week == self.week:
                self.apply(change)
        self._give_hours_to_transitions()

    def _give_hours_to_transitions(self) -> None:
        """While a reorganisation lasts, everybody first gives it its hours, up to the whole week."""
        self.transitions = [lasts for lasts in self.transitions if lasts[0] >= self.week]
        wanted = sum(hours for _, hours in self.transitions)
        if wanted > 0:
            spent = min(HOURS_A_WEEK, knowledge.whole_ticks(wanted))
            self.staff.hours[self.staff.present, knowledge.WITH_COLLEAGUES] = spent

    def closeness(self) -> Array | None:
        """(units,) float64: how far their firm has grown together with this one; None when all have."""
        if not self.merged:
            return None
        growing = {
            change.firm_joins: (self.week - change.week) / change.transition_weeks
            for change in self.merged
            if change.transition_weeks and self.week < change.week + change.transition_weeks
        }
        if not growing:
            return None
        return np.array([growing.get(unit.firm, 1.0) for unit in self.firm.units])

    # Changes -------------------------------------------------------------------------------------

    def apply(self, change: Change) -> None:
        """Let a change of policy or a shock take effect now."""
        if change.staff_leave is not None:
            share = [
                change.staff_leave if change.unit in (None, unit.name) else 0.0
                for unit in self.firm.units
            ]
            self.staff_leave(np.array(share), luck.EXODUS)
        if "library" in change.lose:
            self.knowledge.library.size = 0
            self.knowledge.library.held[:] = False
        if "routines" in change.lose:
            self.knowledge.routine[:] = 0
        if change.needs_jump is not None:
            where = np.array([change.market in (None, name) for name in self.firm.market_names])
            in_core = change.needs_jump if change.market is None else 0.0
            self.turn_round(in_core, where * change.needs_jump, luck.JUMP)
        if change.transition_hours is not None and change.transition_weeks is not None:
            last = self.week + change.transition_weeks - 1
            self.transitions.append((last, change.transition_hours))
        self._apply_presence(change)
        self.terms = self._terms(changed_policy(self.terms.policy, change.policy))

    def _apply_presence(self, change: Change) -> None:
        """Units, markets and partners join or leave."""
        if change.unit_joins is not None:
            self._arrive(self.firm.open_units([change.unit_joins], there=True))
        if change.market_opens is not None:
            units = self.firm.units_of(change.market_opens)
            self._arrive(self.firm.open_units(units, there=True))
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
        self.under_way = np.append(self.under_way, other.under_way + self.knowledge.projects.size)
        merger.absorb(self.knowledge, self.firm, other.knowledge, other.firm, self._next_person)
        self.adopted += other.adopted
        self._next_person += other._next_person - len(self.staff.unit)
        self.new_projects = (self.knowledge.projects.size,) * 2

    def _arrive(self, units: Iterable[int]) -> None:
        """The staff of units that join know little and have read nothing."""
        for unit in units:
            self.staff.arrival[self.staff.first[unit] : self.staff.last[unit], 0] = self.week
            knowledge.arrive(
                self.staff.first[unit], self.staff.last[unit], self.knowledge.tacit,
                self.knowledge.explicit, self.staff.unit, self.staff.member,
                self.settings.learning.newcomer_spread, self.seed, self.week,
            )  # fmt: skip

    def _depart(self, units: Iterable[int]) -> None:
        """What the staff of a unit that leaves know tacitly goes with them."""
        for unit in units:
            rows = slice(self.staff.first[unit], self.staff.last[unit])
            self.space.lost[unit] += (
                self.staff.last[unit] - self.staff.first[unit],
                np.abs(self.knowledge.tacit[rows]).sum(dtype=float),
            )
        closed = ~self.firm.market_open
        projects, under_way = self.knowledge.projects, self.under_way
        projects.status[under_way[closed[projects.market[under_way]]]] = ENDED
        self.under_way = knowledge.still_under_way(under_way, projects.status)

    def staff_leave(self, share: Array, process: int) -> None:
        """Let each unit's share of staff leave and be replaced.

        `share` is (units,) float64; `process` is `luck.LEAVING` or `luck.EXODUS`.
        """
        staff = self.staff
        self.over_units((
            knowledge.leave, self.knowledge.tacit, self.knowledge.explicit, staff.present,
            staff.person, share, process, self.settings.learning.newcomer_spread, self.space.lost,
            self.seed, self.week,
        ))  # fmt: skip
        self._next_person = knowledge.number_newcomers(
            staff.person, staff.arrival, self._next_person, self.week
        )

    def turn_round(self, core_share: float, share: Array, process: int) -> None:
        """Let needs turn round in the core and in each market; see `seci_sim.world.turn_round`."""
        world.turn_round(
            self.truth.core, self.truth.market, self.truth.need_class, self.truth.parts, core_share,
            share, process, self.seed, self.week,
        )  # fmt: skip

    def _terms(self, policy: Policy) -> Terms:
        """What a policy comes to with the units and partners who are there."""
        return terms_of(policy, self.firm, self.settings, self.constants, self.truth, self.seed)

    # Threads -------------------------------------------------------------------------------------

    def over_units(self, *rules: tuple[Any, ...]) -> None:
        """Run rules over the staff of all units, which the threads share between them.

        Each rule is a kernel and its arguments. Some units at a time go through all of the rules, so
        that their people are still at hand for the next one. No unit waits for another: where a
        rule needs what the one before did to all, it has a call of its own.
        """
        if self._pool is not None:
            # Whichever thread is free takes the next chunk: units differ in what their people do.
            waiting = iter(self.chunks)
            self._together([partial(self._work, waiting, rules)] * self.threads)
        elif len(rules) == 1:
            self._work([(0, len(self.staff.first))], rules)
        else:
            self._work(self.chunks, rules)

    def _work(self, chunks: Iterable[tuple[int, int]], rules: Iterable[tuple[Any, ...]]) -> None:
        """Let the people of some chunks go through all of the rules."""
        units = self.staff.first, self.staff.last
        for first, last in chunks:
            for kernel, *arguments in rules:
                kernel(first, last, *units, *arguments)

    def over_parts(
        self, parts: list[tuple[int, int]], kernel: Callable[..., Any], *arguments: Any
    ) -> None:
        """Run a rule over parts that touch different rows, one thread each."""
        self._together([partial(kernel, *part, *arguments) for part in parts])

    def _together(self, tasks: list[Callable[[], Any]]) -> None:
        """Do the last task in this thread and the others in those of the pool."""
        if self._pool is None:
            for task in tasks:
                task()
        else:
            running = [self._pool.submit(task) for task in tasks[:-1]]
            tasks[-1]()
            for other in running:
                other.result()


def cut(number: int, parts: int) -> list[tuple[int, int]]:
    """Cut a range of numbers into consecutive parts: first, and one after the last, of each.

    Examples
    --------
    >>> cut(10, 3)
    [(0, 3), (3, 6), (6, 10)]
    """
    return list(pairwise(number * part // parts for part in range(parts + 1)))


def _chunks(last: Array) -> list[tuple[int, int]]:
    """Units cut into chunks of some thousand people: first, and one after the last, of each.

    Examples
    --------
    >>> _chunks(np.array([2500, 5000, 7500, 7600]))
    [(0, 2), (2, 4)]
    """
    chunks, begin, people = [], 0, 0
    for unit in range(len(last)):
        if last[unit] - people >= PEOPLE_AT_HAND or unit == len(last) - 1:
            chunks.append((begin, unit + 1))
            begin, people = unit + 1, int(last[unit])
    return chunks
