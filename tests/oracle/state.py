"""All there is in one run, laid out from a scenario."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from oracle.people import Document, Employee, Project, Unit, on_the_clock, overlay
from seci_sim.engine import luck
from seci_sim.parameters import Policy
from seci_sim.scenario import Scenario, Stakeholder
from seci_sim.scenario import Unit as Declared

CLOCKED = (
    "visit_hours",
    "mentoring_hours",
    "community_hours",
    "workshop_hours",
    "training_hours",
    "simulation_hours",
    "pilot_hours",
)


@dataclass
class State:
    """The organisation and its world in one week."""

    settings: Scenario
    seed: int
    policy: Policy
    markets: list[str]
    units: list[Unit]
    partners: dict[str, Stakeholder]
    classes: list[str]
    core: list[int]
    truth: list[list[int]]
    parts: dict[int, tuple[int, int]]
    homes: list[int]
    """The market in which each need shows most, where the world is specialised."""
    routines: list[list[int]]
    library: list[Document]
    written_before: set[tuple[int, int]]
    """Needs and responses that some document has held."""
    week: int = 0
    new: list[Project] = field(default_factory=list)
    """This week's projects."""
    under_way: list[Project] = field(default_factory=list)
    """Projects whose plan is set up or practised, oldest first."""
    planned: list[Project] = field(default_factory=list)
    """Projects whose plan was made this week."""
    adopted: list[Project] = field(default_factory=list)
    """Projects whose plan became routine this week."""
    left: list[tuple[int | None, float]] = field(default_factory=list)
    """Who left this week: their market, and the tacit knowledge that went with them."""
    projects: list[Project] = field(default_factory=list)
    """All whose group could be formed, oldest first."""
    felt: dict[tuple[int, int], tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    """Week in which a visit first made somebody of a market sure of a need, and who it was."""
    persons: int = 0
    firm: str | None = None
    """Of another firm that will join: its name."""
    confirmed: dict[tuple[int, int], int] = field(default_factory=dict)
    """When a plan last brought a market's routine on a need."""
    noticed: dict[tuple[int, int], int] = field(default_factory=dict)
    """When somebody last noticed that a market's routine on a need is wrong."""
    treated: set[int] = field(default_factory=set)
    """Persons who have the other policy of a trial while it runs."""
    treated_units: set[int] = field(default_factory=set)
    """Units all of which have it."""
    paired: list[tuple[int, int]] = field(default_factory=list)
    """Persons of the pairs among them."""
    apart: dict[str, State] = field(default_factory=dict)
    """Other firms that live on their own."""
    transitions: list[tuple[int, float]] = field(default_factory=list)
    """Last week of each reorganisation, and what it takes from everybody a week."""

    @property
    def needs(self) -> range:
        """The needs, by number."""
        return range(len(self.classes))

    @property
    def staff(self) -> list[Employee]:
        """Everybody, unit by unit, whether there or not."""
        return [employee for unit in self.units for employee in unit.staff]

    def there(self) -> list[Employee]:
        """Everybody who is there."""
        return [employee for employee in self.staff if employee.present]

    def of_market(self, market: int) -> list[Employee]:
        """The seats of a market's units."""
        return [e for unit in self.units if unit.market == market for e in unit.staff]

    def of_office(self, market: int) -> list[Employee]:
        """The seats of the headquarters that a market's projects draw on."""
        office = next(unit.office for unit in self.units if unit.market == market)
        return [e for unit in self.units if unit.name == office for e in unit.staff]

    def said(self, market: int, field: str) -> Any:
        """What the units of a market say of it, or None."""
        values = [
            getattr(u, field) for u in self.settings.units if u.market == self.markets[market]
        ]
        return next((value for value in values if value is not None and value != {}), None)

    def is_launched(self, market: int) -> bool:
        """Whether enough plans of a market became routine for patients to start treatment."""
        adopted = [p for p in self.projects if p.market == market and p.routine_since is not None]
        return len(adopted) >= self.settings.service.launch_plans

    def is_open(self, market: int) -> bool:
        """Whether a unit that serves the market is there."""
        return any(unit.present for unit in self.units if unit.market == market)

    def open_markets(self) -> list[int]:
        """The markets that some unit serves."""
        return [market for market in range(len(self.markets)) if self.is_open(market)]

    def partners_for(self, market: int, kind: str) -> int:
        """How many partners of a kind there are for a market."""
        places = (None, self.markets[market])
        return sum(p.kind == kind and p.market in places for p in self.partners.values())

    def answers(self, market: int) -> list[int]:
        """What a market answers: its routine, and plans under way, the newest over the older."""
        answers = list(self.routines[market])
        for project in self.under_way:
            if project.market == market:
                overlay(answers, project.plan)
        return answers

    def shares(self, employee: Employee) -> bool:
        """Whether somebody shares what they know: drawn once, on arrival."""
        drawn = luck.chance(self.seed, luck.OPENNESS, *employee.arrived, 0)
        return bool(drawn < self.policy_of(employee).openness)

    def on_trial(self) -> bool:
        """Whether a trial runs this week."""
        trial = self.settings.trial
        return trial is not None and trial.first <= self.week <= trial.last

    def is_treated(self, employee: Employee) -> bool:
        """Whether somebody has the other policy of a trial this week."""
        return self.on_trial() and (
            employee.person in self.treated or employee.unit in self.treated_units
        )

    def policy_of(self, employee: Employee) -> Policy:
        """The policy that holds for somebody."""
        trial = self.settings.trial
        if trial is None or not self.is_treated(employee):
            return self.policy
        return changed(self.policy, trial.policy)

    def policy_for(self, market: int) -> Policy:
        """The policy that holds for a market's projects."""
        trial = self.settings.trial
        if trial is None or trial.among != "markets":
            return self.policy
        first = next(u for u, unit in enumerate(self.units) if unit.market == market)
        return self.policy_in(first)

    def policy_in(self, unit: int) -> Policy:
        """The policy that holds for a whole unit."""
        trial = self.settings.trial
        if trial is None or not self.on_trial() or unit not in self.treated_units:
            return self.policy
        return changed(self.policy, trial.policy)

    def remote(self) -> float:
        """What remote work leaves of socialization and of what a workshop pools."""
        return 1.0 - self.settings.learning.remote_loss * self.policy.remote_share

    def chance(self, process: int, group: int, who: int, slot: int = 0) -> float:
        """This week's draw at an address."""
        return float(luck.chance(self.seed, process, self.week, group, who, slot))

    def chances(self, process: int, group: int, who: int, slot: int = 0) -> tuple[float, ...]:
        """This week's four draws at an address."""
        drawn = luck.four_chances(self.seed, process, self.week, group, who, slot)
        return tuple(float(u) for u in drawn)

    def chance_of(self, process: int, employee: Employee, slot: int = 0) -> float:
        """This week's draw of an employee, where four members of a unit share an address."""
        drawn = self.chances(process, employee.unit, employee.member // 4, slot)
        return drawn[employee.member % 4]

    def draw_people(
        self, wanted: int, seats: list[Employee], hours: float, process: int, project: Project
    ) -> list[Employee]:
        """Ask people in an order of luck until enough are found who are there and have the hours."""
        waiting = list(seats)
        found: list[Employee] = []
        for turn in range(len(seats)):
            if len(found) == wanted:
                break
            u = self.chance(process, project.market, project.number, turn)
            lot = turn + int(u * (len(seats) - turn))
            waiting[turn], waiting[lot] = waiting[lot], waiting[turn]
            asked = waiting[turn]
            if asked.present and asked.free() >= hours:
                found.append(asked)
        return found


def clocked(policy: Policy) -> Policy:
    """A policy with its hours in whole 4096ths."""
    return policy.model_copy(update={name: on_the_clock(getattr(policy, name)) for name in CLOCKED})


def lay_out(settings: Scenario, firm: str | None) -> tuple[list[str], list[Unit]]:
    """Markets and units in the order of the scenario, units of one market behind its first."""
    markets = list(dict.fromkeys(u.market for u in settings.units if u.market is not None))
    in_order: list[Declared] = []
    for unit in settings.units:
        together = [other for other in settings.units if other.market == unit.market]
        if unit.market is None:
            in_order.append(unit)
        elif unit == together[0]:
            in_order += together
    first = 0
    units: list[Unit] = []
    for declared in in_order:
        units.append(_new_unit(settings, declared, markets, len(units), first))
        units[-1].firm = declared.firm
        if declared.firm != firm:
            units[-1].present = False
            for employee in units[-1].staff:
                employee.present = False
        first += declared.staff
    return markets, units


def _new_unit(
    settings: Scenario, declared: Declared, markets: list[str], number: int, first: int
) -> Unit:
    """A unit and its staff, who count on from `first`; absent if it is to join later."""
    later = any(
        declared.name == change.unit_joins
        or (declared.market is not None and declared.market == change.market_opens)
        for change in settings.timeline
    )
    own = [u.market for u in settings.units if u.firm == declared.firm and u.market is not None]
    place = declared.market or declared.lives_in or (own or markets)[0]
    market = None if declared.market is None else markets.index(declared.market)
    nothing = [0] * settings.world.needs
    staff = [
        Employee(
            unit=number,
            member=member,
            market=market,
            home=markets.index(place),
            person=first + member,
            tacit=[np.float32(0) for _ in nothing],
            explicit=list(nothing),
            arrived=(0, number, member),
            present=not later,
        )
        for member in range(declared.staff)
    ]
    return Unit(declared.name, market, _office(settings, declared), declared.turnover, staff,
                not later)  # fmt: skip


def _office(settings: Scenario, declared: Declared) -> str | None:
    """Headquarters that a market's projects draw on: its first unit says which, else the first."""
    leading = next(unit for unit in settings.units if unit.market == declared.market)
    offices = [
        unit.name
        for unit in settings.units
        if unit.kind != "affiliate" and unit.firm == declared.firm
    ]
    return leading.reports_to or next(iter(offices), None)


def changed(policy: Policy, changes: dict[str, Any]) -> Policy:
    """A policy after a change in the timeline; shares paid are changed band by band."""
    shares = policy.shares_paid | changes.get("shares_paid", {})
    settings = policy.model_dump() | changes | {"shares_paid": shares}
    return clocked(Policy.model_validate(settings))
