"""What was understood of a firm's records, in a table of at most a screen."""

from __future__ import annotations

from seci_sim.parameters import HOURS_A_WEEK, WEEKS_A_YEAR
from seci_sim.scenario.own_firm.as_scenario import OwnFirm
from seci_sim.scenario.own_firm.leaving import Leaving, Turnover
from seci_sim.scenario.quantities import counted
from seci_sim.scenario.units import AFFILIATE, Unit, markets_of

MOST_UNITS = 12
"""Units that the table lists; the largest, where there are more."""
MOST_APART = 3
"""Units that are named because their turnover is not the firm's."""
LONGEST = 30
"""Characters of a name in it."""


def preview(firm: OwnFirm) -> list[str]:
    """Return lines that say who there is, who leaves, who serves what, and who meets.

    Parameters
    ----------
    firm : OwnFirm
        What was made of the records.
    """
    staff = firm.staff
    people = sum(unit.staff for unit in staff.units)
    markets = len(markets_of(staff.units))
    when = f" on {staff.day}" if staff.day else ""
    told = [
        f"{people:,} people in {counted(len(staff.units), 'unit')}{when}, who serve {counted(markets, 'market')}"
    ]
    units = sorted(staff.units, key=lambda unit: -unit.staff)[:MOST_UNITS]
    rows = [("unit", "people", "serves", "leave in a year (9 in 10)")]
    rows += [_row(unit, staff.turnover.get(unit.name)) for unit in units]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for name, size, serves, leave in rows:
        told.append(
            f"  {name:<{widths[0]}}  {size:>{widths[1]}}  {serves:<{widths[2]}}  {leave}".rstrip()
        )
    if len(staff.units) > MOST_UNITS:
        told.append(f"  ... and {counted(len(staff.units) - MOST_UNITS, 'smaller unit')}")
    if staff.leaving:
        told += _all_years(staff.leaving)
    told += _headquarters(firm)
    if firm.network:
        hours = firm.network.hours
        told.append(
            f"{firm.network.pairs:,} {'pair meets' if firm.network.pairs == 1 else 'pairs meet'} for {hours:,.{0 if hours >= 100 else 1}f} hours a week"
        )
    return told


def _all_years(found: Leaving) -> list[str]:
    """Turnover of all years, and the units whose own rate is not the firm's."""
    firm, (low, high) = found.firm, found.firm.interval
    told = [
        f"all years since {found.since}: {firm.rate:.1%} leave in a year ({low:.1%} to {high:.1%}; {firm.leavers:,} in {firm.person_years:,.0f} years of work); for calibrate: turnover: {low:.1%} to {high:.1%}"
    ]
    apart = {n: one for n, one in found.units.items() if not one.low <= firm.rate <= one.high}
    most = sorted(apart.items(), key=lambda item: -abs(item[1].rate - firm.rate))[:MOST_APART]
    said = [f"{_cut(name)} {one.rate:.1%} ({one.low:.0%} to {one.high:.0%})" for name, one in most]
    more = f" and {len(apart) - len(most)} more" * (len(apart) > len(most))
    if said:
        told.append(f"  apart from that, chance taken off: {', '.join(said)}{more}")
    else:
        told.append("  no unit is told from that; units of a few leavers differ by chance")
    return told


def _headquarters(firm: OwnFirm) -> list[str]:
    """How much the choice of who serves no market matters: those who serve one practise its routine."""
    units = firm.staff.units
    central = sum(unit.staff for unit in units if unit.kind != AFFILIATE)
    if not central:
        return []
    share = central / sum(unit.staff for unit in units)
    hours = share * firm.base.projects.routine_hours * WEEKS_A_YEAR
    visits = 0.01 * HOURS_A_WEEK * WEEKS_A_YEAR
    return [
        f"{central:,} people ({share:.0%}) are headquarters: were they to serve a market, its routine would take up to {hours:.3g} hours a head and year more (1% of hours with patients: {visits:.3g})"
    ]


def _row(unit: Unit, turnover: Turnover | None) -> tuple[str, str, str, str]:
    serves = (unit.market or "") if unit.kind == AFFILIATE else f"({unit.kind})"
    leave = "as the policy says"
    if turnover:
        low, high = turnover.interval
        leave = f"{min(turnover.rate, 0.99):.1%} ({low:.0%} to {min(high, 1):.0%}; {turnover.leavers:,} in {turnover.person_years:,.1f} years of work)"
    return _cut(unit.name), f"{unit.staff:,}", _cut(serves), leave


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 3] + "..."
