"""What was measured: one tidy row a week, for every market and for the whole.

The columns are declared in ``measures``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seci_sim.compiled import add, copy, fill, kernel, sum_of
from seci_sim.knowledge import Array, entries_of, rows_there
from seci_sim.measures import MEASURES, Measure
from seci_sim.parameters import HOURS_A_WEEK, WEEKS_A_YEAR
from seci_sim.service import MET, MIS_SERVED, RIGHT, WRONG

COLUMN = {measure.name: column for column, measure in enumerate(MEASURES)}

# Compiled code takes these as constants. Names of one class of needs stand for three columns.
NEEDS_MET, NEEDS_MIS_SERVED = COLUMN["needs_met"], COLUMN["needs_mis_served"]
CLASS_MET, CLASS_MIS_SERVED = COLUMN["expressed_met"], COLUMN["expressed_mis_served"]
ROUTINE_RIGHT, ROUTINE_WRONG = COLUMN["routine_right"], COLUMN["routine_wrong"]
CLASS_RIGHT, CLASS_WRONG = COLUMN["expressed_right"], COLUMN["expressed_wrong"]
ROUTINE_COVERAGE, SKILL = COLUMN["routine_coverage"], COLUMN["skill"]
LAUNCHED = COLUMN["launched"]
SERVICE_LEVELS = LAUNCHED + 1
"""The first columns: levels of a market's service, averaged over open markets for the whole."""
SERVICE_VALUE = COLUMN["service_value"]
TACIT_ALIGNMENT, TACIT_SPREAD = COLUMN["tacit_alignment"], COLUMN["tacit_spread"]
STAFF_KNOWING, EXPLICIT_COVERAGE = COLUMN["staff_knowing"], COLUMN["explicit_coverage"]
LIBRARY_DOCUMENTS, MARKET_DIFFERENCE = COLUMN["library_documents"], COLUMN["market_difference"]
LEAVERS, TACIT_LOST = COLUMN["leavers"], COLUMN["tacit_lost"]
HOURS_WITH_PATIENTS, HOURS_SOCIALIZATION = (
    COLUMN["hours_with_patients"],
    COLUMN["hours_socialization"],
)
HOURS_ROUTINE = COLUMN["hours_routine_business"]
MOVED = COLUMN["moved_socialization"]
PROJECTS_STARTED, PLANS_MADE = COLUMN["projects_started"], COLUMN["plans_made"]
ROUTINES_ADOPTED, WEEKS_TO_ROUTINE = COLUMN["routines_adopted"], COLUMN["weeks_to_routine"]
ENTRIES = COLUMN["entries_concept"]


@dataclass
class Records:
    """What was measured so far; the last place of the markets' axis is the whole."""

    rows: Array
    """(weeks, markets + 1, measures) float64."""
    access: Array
    """(weeks, markets + 1, bands, 4) float64: eligible, started, adherent, subsidy."""
    reached: Array
    """(weeks, markets + 1, bands, 2) float64: needs met and mis-served."""
    knowing: Array
    """(weeks, needs) float64: share of staff who hold each need rightly."""
    weeks: int = 0


def new_records(weeks: int, markets: int, needs: int, bands: int) -> Records:
    """Empty records with room for some weeks."""
    return Records(
        rows=np.zeros((weeks, markets + 1, len(MEASURES))),
        access=np.zeros((weeks, markets + 1, bands, 4)),
        reached=np.zeros((weeks, markets + 1, bands, 2)),
        knowing=np.zeros((weeks, needs)),
    )


def next_week(records: Records) -> int:
    """Index of the next week's rows; tables grow when a model is run past its horizon."""
    if records.weeks == len(records.rows):
        for name in ("rows", "access", "reached", "knowing"):
            table = getattr(records, name)
            setattr(records, name, np.concatenate([table, np.zeros_like(table)]))
    records.weeks += 1
    return records.weeks - 1


def table(records: Records) -> Array:
    """All that was measured: (weeks, markets + 1, columns) float64, the whole last.

    The columns are those of `seci_sim.measures.columns`.
    """
    weeks = records.weeks
    access = records.access[:weeks]
    by_band = (access[..., 0], access[..., 1], access[..., 2], access[..., 3],
               records.reached[:weeks, ..., 0], records.reached[:weeks, ..., 1])  # fmt: skip
    subsidy = access[..., 3].sum(axis=-1, keepdims=True)
    return np.concatenate([records.rows[:weeks], *by_band, subsidy], axis=-1)


def summary(whole: Array, measures: Sequence[Measure]) -> dict[str, float]:
    """One run in one row.

    Parameters
    ----------
    whole : (weeks, columns) float64
        The rows of the whole.
    measures : sequence of Measure
        Its columns.

    Returns
    -------
    dict
        Levels twice: as the mean of the last 52 weeks under their name, and as the mean over the
        horizon under ``..._horizon``, since speed counts. Flows are totals; ``weeks_to_routine`` is
        the mean over projects. ``weeks_until_half_know`` is the first week in which half of the
        staff know half of the needs, in the sense that ``staff_knowing`` reaches 0.5. NaN where a
        measure never applied.
    """
    row: dict[str, float] = {}
    for column, measure in enumerate(measures):
        values = whole[:, column]
        if measure.kind == "level":
            row[measure.name] = _mean(values[-WEEKS_A_YEAR:])
            row[f"{measure.name}_horizon"] = _mean(values)
        elif measure.name != "weeks_to_routine":
            row[measure.name] = float(values.sum())
    adopted, weeks = whole[:, ROUTINES_ADOPTED], np.nan_to_num(whole[:, WEEKS_TO_ROUTINE])
    row["weeks_to_routine"] = (
        float((adopted * weeks).sum() / adopted.sum()) if adopted.any() else np.nan
    )
    know = np.flatnonzero(whole[:, STAFF_KNOWING] >= 0.5)
    row["weeks_until_half_know"] = float(know[0] + 1) if know.size else np.nan
    return row


def _mean(values: Array) -> float:
    """Mean of the weeks in which a measure applied."""
    applied = values[~np.isnan(values)]
    return float(applied.mean()) if applied.size else np.nan


@kernel
def record_access(rows, recorded, reached, access, starting, assessment, launched):
    """Fill in one week's access by income band.

    Parameters
    ----------
    rows : (markets + 1, measures) float64
        The week's rows, with what markets' patients get.
    recorded : (markets + 1, bands, 4) float64
        Filled with eligible, started and adherent patients and the subsidy.
    reached : (markets + 1, bands, 2) float64
        Filled with needs met and mis-served of a patient of each band: the market's, times the
        chance of starting treatment, which is 0 before its launch.
    access : (markets, bands, 4) float64
        What `seci_sim.service.treat` counted.
    starting : (markets, bands, bands) float64
        Chance of starting, by true and assessed band.
    assessment : (markets, bands, bands) float64
        Chance of being assessed into a band, by true band.
    launched : (markets,) bool
        Whether patients can start.
    """
    markets, bands = access.shape[:2]
    opened = 0
    for m in range(markets):
        opened += not np.isnan(rows[m, NEEDS_MET])
    for band in range(bands):
        for m in range(markets):
            starts = 0.0
            for assessed in range(bands):
                starts += assessment[m, band, assessed] * starting[m, band, assessed]
            copy(recorded[m, band], access[m, band])
            add(recorded[markets, band], access[m, band])
            for outcome in range(2):
                served = starts * rows[m, NEEDS_MET + outcome] * launched[m]
                reached[m, band, outcome] = served
                if not np.isnan(served):
                    reached[markets, band, outcome] += served / opened
        if opened == 0:
            fill(reached[markets, band], np.nan)


@kernel
def add_up_staff(first_unit, last_unit, first, last, present, explicit, hours, moved, totals):
    """Add up each unit's ledgers.

    `totals`, (units, 11) float64, is filled with: hours by the ledger's 5 columns, knowledge moved
    by its 4, entries held as explicit knowledge, and staff.
    """
    for u in range(first_unit, last_unit):
        fill(totals[u], 0.0)
        begin, end = rows_there(u, first, last, present)
        for i in range(begin, end):
            for process in range(5):
                totals[u, process] += hours[i, process]
            for mode in range(4):
                totals[u, 5 + mode] += moved[i, mode]
            totals[u, 9] += entries_of(explicit[i])
            totals[u, 10] += 1.0


@kernel
def _record_staff(row, totals, alignment, in_markets, lost, knowing, needs):
    """Fill in what is measured over the staff of one market or of the whole."""
    staff = totals[10]
    row[HOURS_WITH_PATIENTS] = totals[0]
    row[HOURS_SOCIALIZATION] = totals[0] + totals[1]
    for mode in range(1, 4):
        row[HOURS_SOCIALIZATION + mode] = totals[1 + mode]
    row[HOURS_ROUTINE] = HOURS_A_WEEK * staff - sum_of(totals[:5])
    for mode in range(4):
        row[MOVED + mode] = totals[5 + mode]
    row[LEAVERS] = lost[0]
    row[TACIT_LOST] = lost[1]
    if in_markets > 0:
        mean = alignment[0] / in_markets
        row[TACIT_ALIGNMENT] = mean
        row[TACIT_SPREAD] = np.sqrt(max(0.0, alignment[1] / in_markets - mean * mean))
    if staff > 0:
        row[STAFF_KNOWING] = sum_of(knowing) / staff / needs
        row[EXPLICIT_COVERAGE] = totals[9] / staff / needs
        row[SERVICE_VALUE] = row[NEEDS_MET] * row[HOURS_ROUTINE] / (HOURS_A_WEEK * staff)


@kernel
def _record_service(row, outcome, delivered, class_size, needs, base):
    """Fill in what a market's patients get, in all and by class of need."""
    for kind in range(3):
        size = class_size[kind]
        row[NEEDS_MET] += outcome[kind, MET] / needs
        row[NEEDS_MIS_SERVED] += outcome[kind, MIS_SERVED] / needs
        row[ROUTINE_RIGHT] += outcome[kind, RIGHT] / needs
        row[ROUTINE_WRONG] += outcome[kind, WRONG] / needs
        row[CLASS_MET + kind] = outcome[kind, MET] / size if size > 0 else np.nan
        row[CLASS_MIS_SERVED + kind] = outcome[kind, MIS_SERVED] / size if size > 0 else np.nan
        row[CLASS_RIGHT + kind] = outcome[kind, RIGHT] / size if size > 0 else np.nan
        row[CLASS_WRONG + kind] = outcome[kind, WRONG] / size if size > 0 else np.nan
    row[ROUTINE_COVERAGE] = delivered[0] / needs
    row[SKILL] = delivered[1] / delivered[0] if delivered[0] > 0 else base


@kernel
def _record_difference(rows, routine, market_open):
    """Fill in how often two markets that both answer a need answer it differently."""
    markets, needs = routine.shape
    pairs_differing, pairs = np.zeros(markets + 1), np.zeros(markets + 1)
    for need in range(needs):
        plus, minus = 0, 0
        for m in range(markets):
            plus += market_open[m] and routine[m, need] > 0
            minus += market_open[m] and routine[m, need] < 0
        pairs_differing[markets] += plus * minus
        pairs[markets] += (plus + minus) * (plus + minus - 1) / 2
        for m in range(markets):
            if market_open[m] and routine[m, need] != 0:
                pairs_differing[m] += minus if routine[m, need] > 0 else plus
                pairs[m] += plus + minus - 1
    for m in range(markets + 1):
        rows[m, MARKET_DIFFERENCE] = pairs_differing[m] / pairs[m] if pairs[m] > 0 else np.nan


@kernel
def _record_library(rows, library_market, library_size, market_open):
    """Fill in the documents in the library, in all and by the market that wrote them."""
    for document in range(library_size):
        writer = library_market[document]
        if writer >= 0 and market_open[writer]:
            rows[writer, LIBRARY_DOCUMENTS] += 1.0
    rows[market_open.size, LIBRARY_DOCUMENTS] = library_size


@kernel
def _record_starts(rows, first_new, last_new, market, group):
    """Add this week's projects that found people to their market's row."""
    for project in range(first_new, last_new):
        rows[market[project], PROJECTS_STARTED] += group[project, 0] >= 0


@kernel
def _record_projects(rows, projects, market, week_said, week_planned, week_routine, origin, right,
                     plan, week):  # fmt: skip
    """Add this week's plans and adoptions of the given projects to their market's row."""
    for place in range(projects.size):
        project = projects[place]
        row = rows[market[project]]
        if week_planned[project] == week:
            row[PLANS_MADE] += 1.0
            for need in range(plan.shape[1]):
                if plan[project, need] != 0:
                    source = ENTRIES + 2 * (origin[project, need] - 1)
                    row[source] += 1.0
                    row[source + 1] += right[project, need]
        if week_routine[project] == week:
            row[ROUTINES_ADOPTED] += 1.0
            row[WEEKS_TO_ROUTINE] += week - week_said[project]


@kernel
def _sum_projects(rows):
    """Add the markets' projects to the whole; sums of weeks to routine become means."""
    whole = rows.shape[0] - 1
    for m in range(whole):
        add(rows[whole, PROJECTS_STARTED:], rows[m, PROJECTS_STARTED:])
    for place in range(whole + 1):
        row = rows[place]
        adopted = row[ROUTINES_ADOPTED]
        row[WEEKS_TO_ROUTINE] = row[WEEKS_TO_ROUTINE] / adopted if adopted > 0 else np.nan


@kernel
def record_week(rows, knowing_share, unit_market, market_open, launched, totals, alignment, knowing,
                lost, routine, outcome, delivered, class_size, library_market, library_size,
                skill_base, under_way, first_new, last_new, market, week_said, week_planned,
                week_routine, origin, right, plan, group, week):  # fmt: skip
    """Fill in one week: a row for each market, and the last for the whole.

    Parameters
    ----------
    rows : (markets + 1, measures) float64
        All zero before; NaN where a market is not open or a measure does not apply.
    knowing_share : (needs,) float64
        Filled with the share of staff who hold each need rightly: the diffusion curves.
    """
    markets, needs = routine.shape
    whole = rows[markets]
    _record_difference(rows, routine, market_open)
    _record_starts(rows, first_new, last_new, market, group)
    _record_projects(rows, under_way, market, week_said, week_planned, week_routine, origin, right,
                     plan, week)  # fmt: skip
    _sum_projects(rows)
    opened = max(1.0, sum_of(market_open))
    staff_of = np.zeros((markets + 1, 11))
    aligned_of, in_markets = np.zeros((markets + 1, 2)), np.zeros(markets + 1)
    lost_of = np.zeros((markets + 1, 2))
    knowing_of = np.zeros((markets + 1, needs))
    for u in range(unit_market.size):
        for place in (unit_market[u], markets):
            if place >= 0:
                add(staff_of[place], totals[u])
                if unit_market[u] >= 0:
                    add(aligned_of[place], alignment[u])
                    in_markets[place] += totals[u, 10]
                add(lost_of[place], lost[u])
                add(knowing_of[place], knowing[u])
    for m in range(markets):
        if not market_open[m]:
            fill(rows[m], np.nan)
            continue
        _record_service(rows[m], outcome[m], delivered[m], class_size, needs, skill_base)
        rows[m, LAUNCHED] = launched[m]
        for level in range(SERVICE_LEVELS):
            whole[level] += rows[m, level] / opened
    _record_library(rows, library_market, library_size, market_open)
    for place in range(markets + 1):
        if place == markets or market_open[place]:
            _record_staff(
                rows[place], staff_of[place], aligned_of[place], in_markets[place], lost_of[place],
                knowing_of[place], needs,
            )  # fmt: skip
    for need in range(needs):
        knowing_share[need] = knowing_of[markets, need] / staff_of[markets, 10]
