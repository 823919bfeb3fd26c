"""Firms of any size, alike but for it: what grows with the number of people is scaled.

Three people in ten work at headquarters and seven in the markets, as in the shipped `baseline`. There
is a market for every 2,500 people, at least four and at most a hundred, each with its local partner.
Staff sit in units of at most 2,500, whose rows stand together: a large firm has more offices, not
larger ones.
"""

from __future__ import annotations

import json
from pathlib import Path

from seci_sim.parameters import Projects, World
from seci_sim.scenario import Scenario, Stakeholder, Unit

OFFICE = 2500
"""Most staff of a unit."""


def firm(staff: int, needs: int = 40, weeks: int = 520) -> Scenario:
    """A firm of so many people.

    Parameters
    ----------
    staff : int
        From 20 up.
    needs : int
        Needs that the patients of a market can have.
    weeks : int
        Horizon.

    Examples
    --------
    >>> scenario = firm(10_000)
    >>> len(scenario.markets), len(scenario.units), sum(unit.staff for unit in scenario.units)
    (4, 6, 10000)
    """
    markets = min(100, max(4, staff // 2500))
    serving = _shares(staff * 7 // 10, markets)
    offices = _in_offices(staff - sum(serving))
    units = [
        Unit(
            name=f"Headquarters {number}",
            kind="headquarters",
            staff=size,
            lives_in=f"Market {1 + number % markets}",
        )
        for number, size in enumerate(offices)
    ]
    for market, of_market in enumerate(serving, start=1):
        units += [
            Unit(
                name=f"Office {market}.{number}",
                kind="affiliate",
                staff=size,
                market=f"Market {market}",
                reports_to=f"Headquarters {market % len(offices)}",
            )
            for number, size in enumerate(_in_offices(of_market))
        ]
    partners = [
        Stakeholder(name=f"Partner {market}", kind="local partner", market=f"Market {market}")
        for market in range(1, markets + 1)
    ]
    default = Projects()
    return Scenario(
        name=f"Firm of {staff}",
        question="How long does a week take?",
        horizon=weeks,
        world=World(needs=needs),
        # In `baseline` 35 people share these hours of practice; more people have more.
        projects=Projects(pilot_capacity=default.pilot_capacity * max(1.0, serving[0] / 35)),
        units=tuple(units),
        stakeholders=(*partners, Stakeholder(name="Global partner", kind="global partner")),
    )


def firm_file(staff: int, folder: Path, weeks: int = 520) -> Path:
    """Write a firm into a folder as a scenario file, which any version reads."""
    path = folder / f"firm-{staff}-{weeks}.yaml"
    fields = firm(staff, weeks=weeks).model_dump(mode="json", exclude_defaults=True)
    path.write_text(json.dumps(fields), "utf-8")  # which is YAML too
    return path


def _shares(total: int, parts: int) -> list[int]:
    """A number in parts that differ by one at most."""
    return [total // parts + (part < total % parts) for part in range(parts)]


def _in_offices(staff: int) -> list[int]:
    """Staff in as few units as hold them."""
    return _shares(staff, -(-staff // OFFICE))
