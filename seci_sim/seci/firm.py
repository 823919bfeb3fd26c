"""Who is there: a scenario's units, markets and partners, laid out for the arrays of the model.

Units keep the order of the scenario, except that those of one market stand together, so that the
staff of a market are consecutive rows. A unit or partner that joins later has its rows from the
start; it is absent until then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from seci_sim.parameters import WEEKS_A_YEAR, Service
from seci_sim.scenario import Scenario, Stakeholder, Unit
from seci_sim.seci.knowledge import NOBODY, Array, Staff
from seci_sim.seci.pairing import Network


@dataclass
class Firm:
    """Units, markets and partners, and which of them are there now."""

    units: tuple[Unit, ...]
    market_names: tuple[str, ...]
    staff: Staff
    unit_market: Array
    """(units,) int64: market of each unit, or -1."""
    unit_open: Array
    """(units,) bool: whether the unit is there."""
    market_rows: Array
    """(markets, 2) int64: first row of each market's staff, and the row after the last."""
    office_rows: Array
    """(markets, 2) int64: the same for the headquarters its groups draw on; empty where none."""
    partners: dict[str, Stakeholder]
    """Partners who are there now, by name."""
    all_partners: dict[str, Stakeholder]

    @property
    def unit_names(self) -> tuple[str, ...]:
        """Names of the units, in the order of their rows."""
        return tuple(unit.name for unit in self.units)

    @property
    def market_open(self) -> Array:
        """(markets,) bool: whether a unit that serves the market is there."""
        opened = np.zeros(len(self.market_names), np.bool_)
        opened[self.unit_market[self.unit_open & (self.unit_market >= 0)]] = True
        return opened

    def open_units(self, names: Iterable[str], there: bool) -> Array:
        """Let units join or leave; gives the indices of those whose presence changed."""
        wanted = set(names)
        changed = [
            index
            for index, unit in enumerate(self.units)
            if unit.name in wanted and self.unit_open[index] != there
        ]
        for index in changed:
            self.unit_open[index] = there
            self.staff.present[self.staff.first[index] : self.staff.last[index]] = there
        return np.array(changed, np.int64)

    def units_of(self, market: str) -> list[str]:
        """Names of the units that serve a market."""
        wanted = self.market_names.index(market)
        return [u.name for u, m in zip(self.units, self.unit_market, strict=True) if m == wanted]

    def partners_of(self, kind: str) -> Array:
        """(markets,) int64: how many partners of a kind are there for each market."""
        number = np.zeros(len(self.market_names), np.int64)
        for partner in self.partners.values():
            if partner.kind == kind:
                if partner.market is None:
                    number += 1
                else:
                    number[self.market_names.index(partner.market)] += 1
        return number

    def guests(self, patients: int, local_partners: int, global_partners: int) -> Array:
        """(markets, 3) int64: of those invited, how many there are to come."""
        come = np.empty((len(self.market_names), 3), np.int64)
        come[:, 0] = patients
        come[:, 1] = np.minimum(local_partners, self.partners_of("local partner"))
        come[:, 2] = np.minimum(global_partners, self.partners_of("global partner"))
        return come

    def headcount(self) -> Array:
        """(units,) int64: staff of each unit who are there."""
        return (self.staff.last - self.staff.first) * self.unit_open

    def said_of_markets(self, field: str, otherwise: Any) -> list[Any]:
        """What affiliates say of each market, or what holds where none of them says anything."""
        said = [otherwise] * len(self.market_names)
        for unit, market in zip(self.units, self.unit_market, strict=True):
            if getattr(unit, field) not in (None, {}):
                said[market] = getattr(unit, field)
        return said

    def likeness(self, local_difference: float) -> list[tuple[int, float]]:
        """For each market: the one it resembles, -1 for the core; how often a need differs."""
        names = self.said_of_markets("resembles", None)
        place = {name: index for index, name in enumerate(self.market_names)} | {None: NOBODY}
        differing = self.said_of_markets("needs_differing", local_difference)
        return [(place[name], differs) for name, differs in zip(names, differing, strict=True)]

    def eligible(self, service: Service) -> Array:
        """(markets,) int64: patients a week for whom treatment is right."""
        said = self.said_of_markets("eligible_patients", service.eligible_patients)
        return np.array(said, np.int64)

    def prices(self, service: Service) -> Array:
        """(markets,) float64: price of a course of treatment."""
        return np.array(self.said_of_markets("price", service.price), float)

    def income_levels(self) -> Array:
        """(markets,) float64: what a household earns, in incomes of its band."""
        return np.array(self.said_of_markets("income_level", 1.0), float)

    def households(self, service: Service) -> Array:
        """(markets, bands) float64: share of the households in each income band."""
        usual = {band.name: band.households for band in service.bands}
        each = self.said_of_markets("households", usual)
        return np.array([[shares.get(name, 0.0) for name in usual] for shares in each])

    def supported(self) -> Array:
        """(markets,) bool: whether a local partner who supports patients is there."""
        return np.array(
            [
                any(p.supports_patients and p.market == name for p in self.partners.values())
                for name in self.market_names
            ]
        )

    def project_means(self, projects_per_head: float) -> Array:
        """(markets,) float64: mean projects a week.

        ``projects per head and year * all staff * (market's staff / all market staff) / 52``
        """
        there = self.headcount()
        serving = self.unit_market >= 0
        of_market = np.bincount(
            self.unit_market[serving], there[serving], minlength=len(self.market_names)
        )
        scale = projects_per_head * there.sum() / max(1.0, of_market.sum()) / WEEKS_A_YEAR
        return np.asarray(of_market * scale)

    def network(self, scenario: Scenario) -> Network:
        """The scenario's own meeting network in rows; without edges where it has none."""
        first = dict(zip(self.unit_names, self.staff.first.tolist(), strict=True))
        edges = [
            (first[m.unit] + m.employee - 1, first[m.colleague_unit] + m.colleague - 1, m.hours)
            for m in scenario.meetings
        ]
        one, other, hours = zip(*edges, strict=True) if edges else ((), (), ())
        return Network.sized(
            {"edges": len(edges)},
            one=np.array(one, np.int64),
            other=np.array(other, np.int64),
            hours=np.array(hours, float),
        )


def new_firm(scenario: Scenario, name: str | None = None) -> Firm:
    """Lay out a scenario's units, markets and partners as they are before week 1.

    Of the units, those are there that belong to the firm of the given name: one that will join in a
    merger, or with None the scenario's own.
    """
    markets = scenario.markets
    place = {name: index for index, name in enumerate(markets)}
    units = _in_rows(scenario.units)
    unit_market = np.array([NOBODY if u.market is None else place[u.market] for u in units])
    home = np.array([place[scenario.market_of(unit)] for unit in units])
    joining = {change.unit_joins for change in scenario.timeline}
    opening = {change.market_opens for change in scenario.timeline}
    unit_open = np.array(
        [
            unit.firm == name
            and unit.name not in joining
            and (market < 0 or markets[market] not in opening)
            for unit, market in zip(units, unit_market, strict=True)
        ]
    )
    later = {change.partner_joins for change in scenario.timeline}
    partners = {partner.name: partner for partner in scenario.stakeholders}
    staff = _new_staff(
        np.array([unit.staff for unit in units], np.int64),
        unit_market,
        home,
        unit_open,
    )
    return Firm(
        units=units,
        market_names=markets,
        staff=staff,
        unit_market=unit_market,
        unit_open=unit_open,
        market_rows=_market_rows(unit_market, staff, len(markets)),
        office_rows=_office_rows(scenario, units, staff),
        partners={name: partner for name, partner in partners.items() if name not in later},
        all_partners=partners,
    )


def _in_rows(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Units in the order of their rows: as given, those of a market beside its first.

    A unit's place is part of its luck, so that one added at the end moves nobody else's.
    """
    first_of: dict[str | None, int] = {}
    places = []
    for place, unit in enumerate(units):
        first_of.setdefault(unit.market, place)
        places.append(place if unit.market is None else first_of[unit.market])
    return tuple(units[place] for place in np.argsort(places, kind="stable"))


def _new_staff(sizes: Array, market: Array, home: Array, there: Array) -> Staff:
    """Rows for the staff of units of given sizes, markets, homes and presence."""
    last = np.cumsum(sizes)
    first = last - sizes
    employees = int(sizes.sum())
    return Staff.sized(
        {"employees": employees},
        unit=np.repeat(np.arange(len(sizes), dtype=np.int64), sizes),
        member=(np.arange(employees) - np.repeat(first, sizes)).astype(np.int64),
        market=np.repeat(market, sizes).astype(np.int64),
        home=np.repeat(home, sizes).astype(np.int64),
        present=np.repeat(there, sizes),
        person=np.arange(employees, dtype=np.int64),
        arrival=np.stack([np.zeros(employees, np.int64), np.arange(employees)], axis=1),
        first=first,
        last=last,
    )


def _market_rows(unit_market: Array, staff: Staff, markets: int) -> Array:
    """First and last row of each market's staff."""
    rows = np.zeros((markets, 2), np.int64)
    for market in range(markets):
        of_market = np.flatnonzero(unit_market == market)
        rows[market] = staff.first[of_market[0]], staff.last[of_market[-1]]
    return rows


def _office_rows(scenario: Scenario, units: tuple[Unit, ...], staff: Staff) -> Array:
    """Rows of the headquarters that each market's first unit reports to."""
    names = [unit.name for unit in units]
    rows = np.zeros((len(scenario.markets), 2), np.int64)
    for market, name in enumerate(scenario.markets):
        office = scenario.headquarters_of(next(unit for unit in units if unit.market == name))
        if office is not None:
            rows[market] = staff.first[names.index(office)], staff.last[names.index(office)]
    return rows
