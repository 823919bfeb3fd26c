"""Markets, units and documents of the plain Mesa model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seci_sim.scenario import Scenario
from seci_sim.seci.world import weekly_chance

if TYPE_CHECKING:
    from benchmarks.plain_employee import Employee

Array = npt.NDArray[Any]


@dataclass(eq=False)
class Document:
    """Responses that somebody wrote down, and the market that wrote them; None: the global view."""

    entries: Array
    market: Market | None


@dataclass(eq=False)
class Market:
    """What patients of a market need, what the organisation does there, and who is invited."""

    name: str
    local_partners: int
    global_partners: int
    financial_agency: bool
    supported: bool
    eligible: int
    staff: list[Employee] = field(default_factory=list)
    headquarters: Unit | None = None
    projects_a_week: float = 0.0
    truth: Array = field(default_factory=lambda: np.zeros(0))
    routine: Array = field(default_factory=lambda: np.zeros(0))
    answered: Array = field(default_factory=lambda: np.zeros(0))
    """The routine, overlaid by plans under way."""
    has_answer: Array = field(default_factory=lambda: np.zeros(0))
    """1 where there is a routine, else 0."""
    wrong: Array = field(default_factory=lambda: np.zeros(0, int))
    """Needs whose routine is wrong, as somebody may notice."""
    practises: bool = False
    pilot_hours_wanted: float = 0.0


@dataclass(eq=False)
class Unit:
    """Staff who meet each other."""

    name: str
    size: int
    market: Market | None
    home: Market
    leaving: float
    """Chance of leaving in a week."""
    felt_week: Array
    felt_by: dict[int, Employee] = field(default_factory=dict)
    staff: list[Employee] = field(default_factory=list)
    leavers: int = 0
    tacit_lost: float = 0.0


def lay_out(settings: Scenario) -> tuple[list[Market], list[Unit]]:
    """The markets and units of a scenario, with nobody in them yet."""
    needs, policy = settings.world.needs, settings.policy
    markets = {name: _market(settings, name) for name in settings.markets}
    for market in markets.values():
        market.routine = np.zeros(needs)
    units = {
        unit.name: Unit(
            name=unit.name,
            size=unit.staff,
            market=None if unit.market is None else markets[unit.market],
            home=markets[settings.market_of(unit)],
            leaving=weekly_chance(
                (policy.turnover if unit.turnover is None else unit.turnover)
                * (1.0 - policy.retention)
            ),
            felt_week=np.full(needs, -1),
        )
        for unit in settings.units
    }
    for name, market in markets.items():
        office = settings.headquarters_of(next(u for u in settings.units if u.market == name))
        market.headquarters = None if office is None else units[office]
    return list(markets.values()), list(units.values())


def _market(settings: Scenario, name: str) -> Market:
    """A market with the partners who may be invited there."""

    def number(kind: str) -> int:
        return sum(p.kind == kind and p.market in (None, name) for p in settings.stakeholders)

    given = [u.eligible_patients for u in settings.units if u.market == name]
    eligible = [patients for patients in given if patients is not None]
    return Market(
        name=name,
        local_partners=number("local partner"),
        global_partners=number("global partner"),
        financial_agency=settings.policy.financial_agency and number("financial agency") > 0,
        supported=any(p.supports_patients and p.market == name for p in settings.stakeholders),
        eligible=eligible[-1] if eligible else settings.service.eligible_patients,
    )
