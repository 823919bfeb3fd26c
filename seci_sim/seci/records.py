"""What was measured: one tidy row a week, for every market and for the whole.

The columns are declared in ``measures``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seci_sim.engine.compiled import add, copy, fill, kernel, sum_of
from seci_sim.engine.structures import Block, Count, Cube, Real, Structure, Table, Whole, room
from seci_sim.parameters import HOURS_A_WEEK, WEEKS_A_YEAR
from seci_sim.seci.knowledge import (
    COMBINATION,
    EXTERNALIZATION,
    IN_COMBINATION,
    IN_EXTERNALIZATION,
    IN_INTERNALIZATION,
    INTERNALIZATION,
    SOCIALIZATION,
    WITH_COLLEAGUES,
    WITH_PATIENTS,
    Array,
    Knowledge,
    Library,
    Projects,
    Staff,
    rows_there,
)
from seci_sim.seci.measures import MEASURES, ORIGINS, Measure
from seci_sim.seci.service import MET, MIS_SERVED, RIGHT, WRONG, Care
from seci_sim.seci.working_space import Space, Totals
from seci_sim.seci.world import CLASSES

COLUMN = {measure.name: column for column, measure in enumerate(MEASURES)}


def _columns(name: str, kinds: Sequence[str]) -> tuple[int, ...]:
    """The columns of a measure of several kinds, in their order."""
    return tuple(COLUMN[name.format(kind)] for kind in kinds)


# Compiled code takes these as constants.
MEANS = tuple(COLUMN[measure.name] for measure in MEASURES if measure.whole == "mean")
SUMS = tuple(COLUMN[measure.name] for measure in MEASURES if measure.whole == "sum")
NEEDS_MET, NEEDS_MIS_SERVED = COLUMN["needs_met"], COLUMN["needs_mis_served"]
SERVED = (NEEDS_MET, NEEDS_MIS_SERVED)
CLASS_MET, CLASS_MIS_SERVED = _columns("{}_met", CLASSES), _columns("{}_mis_served", CLASSES)
ROUTINE_RIGHT, ROUTINE_WRONG = COLUMN["routine_right"], COLUMN["routine_wrong"]
CLASS_RIGHT, CLASS_WRONG = _columns("{}_right", CLASSES), _columns("{}_wrong", CLASSES)
ROUTINE_COVERAGE, SKILL = COLUMN["routine_coverage"], COLUMN["skill"]
LAUNCHED, SERVICE_VALUE = COLUMN["launched"], COLUMN["service_value"]
TACIT_ALIGNMENT, TACIT_SPREAD = COLUMN["tacit_alignment"], COLUMN["tacit_spread"]
STAFF_KNOWING, EXPLICIT_COVERAGE = COLUMN["staff_knowing"], COLUMN["explicit_coverage"]
LIBRARY_DOCUMENTS, MARKET_DIFFERENCE = COLUMN["library_documents"], COLUMN["market_difference"]
LEAVERS, TACIT_LOST = COLUMN["leavers"], COLUMN["tacit_lost"]
HOURS_WITH_PATIENTS, HOURS_ROUTINE = COLUMN["hours_with_patients"], COLUMN["hours_routine_business"]
HOURS_SOCIALIZATION = COLUMN["hours_socialization"]
HOURS_EXTERNALIZATION = COLUMN["hours_externalization"]
HOURS_COMBINATION = COLUMN["hours_combination"]
HOURS_INTERNALIZATION = COLUMN["hours_internalization"]
MOVED_SOCIALIZATION = COLUMN["moved_socialization"]
MOVED_EXTERNALIZATION = COLUMN["moved_externalization"]
MOVED_COMBINATION = COLUMN["moved_combination"]
MOVED_INTERNALIZATION = COLUMN["moved_internalization"]
PROJECTS_STARTED, PLANS_MADE = COLUMN["projects_started"], COLUMN["plans_made"]
ROUTINES_ADOPTED, WEEKS_TO_ROUTINE = COLUMN["routines_adopted"], COLUMN["weeks_to_routine"]
ENTRIES, RIGHT_ENTRIES = (
    _columns("entries_{}", [*ORIGINS]),
    _columns("entries_{}_right", [*ORIGINS]),
)


class Records(Structure):
    """What was measured so far; the last place of the markets' axis is the whole."""

    rows: Cube[np.float64] = room("weeks", "places", "measures")
    """(weeks, markets + 1, measures) float64."""
    access: Block[np.float64] = room("weeks", "places", "bands", 4)
    """(weeks, markets + 1, bands, 4) float64: eligible, started, adherent, subsidy."""
    reached: Block[np.float64] = room("weeks", "places", "bands", 2)
    """(weeks, markets + 1, bands, 2) float64: needs met and mis-served."""
    knowing: Table[np.float64] = room("weeks", "needs")
    """(weeks, needs) float64: share of staff who hold each need rightly."""
    weeks: Count = 0


def new_records(weeks: int, markets: int, needs: int, bands: int) -> Records:
    """Empty records with room for some weeks."""
    sizes = {"weeks": weeks, "places": markets + 1, "measures": len(MEASURES)}
    return Records.sized(sizes | {"bands": bands, "needs": needs})


def make_room(records: Records, weeks: int) -> None:
    """Let tables grow where a model is run past its horizon."""
    while records.weeks + weeks > len(records.rows):
        records.lengthen("weeks", len(records.rows))


def table(records: Records) -> Array:
    """All that was measured: (weeks, markets + 1, columns) float64, the whole last.

    The columns are those of `seci_sim.seci.measures.columns`.
    """
    weeks = records.weeks
    access = records.access[:weeks]
    by_band = (
        access[..., 0],
        access[..., 1],
        access[..., 2],
        access[..., 3],
        records.reached[:weeks, ..., 0],
        records.reached[:weeks, ..., 1],
    )
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
    columns = np.ascontiguousarray(whole.T)
    recent, always = _means(np.ascontiguousarray(columns[:, -WEEKS_A_YEAR:])), _means(columns)
    totals = columns.sum(axis=1).tolist()
    for column, measure in enumerate(measures):
        if measure.kind == "level":
            row[measure.name] = recent[column]
            row[f"{measure.name}_horizon"] = always[column]
        elif measure.name != "weeks_to_routine":
            row[measure.name] = totals[column]
    adopted, weeks = whole[:, ROUTINES_ADOPTED], np.nan_to_num(whole[:, WEEKS_TO_ROUTINE])
    row["weeks_to_routine"] = (
        float((adopted * weeks).sum() / adopted.sum()) if adopted.any() else np.nan
    )
    know = np.flatnonzero(whole[:, STAFF_KNOWING] >= 0.5)
    row["weeks_until_half_know"] = float(know[0] + 1) if know.size else np.nan
    return row


def _means(columns: Array) -> list[float]:
    """Mean of each measure, in a row of weeks, over those in which it applied."""
    means: list[float] = columns.mean(axis=1).tolist()
    for column in np.flatnonzero(np.isnan(columns).any(axis=1)):
        applied = columns[column][~np.isnan(columns[column])]
        means[column] = float(applied.mean()) if applied.size else np.nan
    return means


@kernel
def record_access(rows: Array, recorded: Array, reached: Array, care: Care, space: Space) -> None:
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
    """
    access = space.access
    markets, bands = access.shape[:2]
    opened = 0
    for m in range(markets):
        opened += not np.isnan(rows[m, NEEDS_MET])
    for band in range(bands):
        for m in range(markets):
            starts = 0.0
            for assessed in range(bands):
                starts += care.assessment[m, band, assessed] * care.starting[m, band, assessed]
            copy(recorded[m, band], access[m, band])
            add(recorded[markets, band], access[m, band])
            for outcome in range(2):
                served = starts * rows[m, SERVED[outcome]] * space.launched[m]
                reached[m, band, outcome] = served
                if not np.isnan(served):
                    reached[markets, band, outcome] += served / opened
        if opened == 0:
            fill(reached[markets, band], np.nan)


@kernel
def add_up_staff(part: tuple[Whole, Whole], staff: Staff, explicit: Array, totals: Totals) -> None:
    """Add up each unit's ledgers, entries held as explicit knowledge, and staff, into its totals."""
    hours, moved = staff.hours, staff.moved
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        none = np.float64(0)
        patients, colleagues, said, combined, internal = none, none, none, none, none
        social, outward, explicitly, inward = none, none, none, none
        for i in range(begin, end):
            patients += hours[i, WITH_PATIENTS]
            colleagues += hours[i, WITH_COLLEAGUES]
            said += hours[i, IN_EXTERNALIZATION]
            combined += hours[i, IN_COMBINATION]
            internal += hours[i, IN_INTERNALIZATION]
            social += moved[i, SOCIALIZATION]
            outward += moved[i, EXTERNALIZATION]
            explicitly += moved[i, COMBINATION]
            inward += moved[i, INTERNALIZATION]
        totals.hours[u, WITH_PATIENTS], totals.hours[u, WITH_COLLEAGUES] = patients, colleagues
        totals.hours[u, IN_EXTERNALIZATION], totals.hours[u, IN_COMBINATION] = said, combined
        totals.hours[u, IN_INTERNALIZATION] = internal
        totals.moved[u, SOCIALIZATION], totals.moved[u, EXTERNALIZATION] = social, outward
        totals.moved[u, COMBINATION], totals.moved[u, INTERNALIZATION] = explicitly, inward
        held = explicit[begin:end].reshape(-1)
        entries = 0
        for place in range(held.size):
            entries += held[place] != 0
        totals.entries[u] = entries
        totals.staff[u] = end - begin


@kernel
def add_up_places(care: Care, space: Space) -> None:
    """Add up the units of each market, and of the whole; knowledge is that of staff of markets."""
    units, places, in_markets = space.totals, space.places, space.in_markets
    whole = in_markets.size - 1
    for place in range(whole + 1):
        fill(places.hours[place], 0.0)
        fill(places.moved[place], 0.0)
        fill(places.knowing[place], 0.0)
        places.entries[place], places.staff[place] = 0.0, 0.0
        places.leavers[place], places.tacit_lost[place] = 0.0, 0.0
        places.alignment[place], places.alignment_squared[place] = 0.0, 0.0
        in_markets[place] = 0.0
    for u in range(care.unit_market.size):
        m = care.unit_market[u]
        for place in (m, whole):
            if place < 0:
                continue
            add(places.hours[place], units.hours[u])
            add(places.moved[place], units.moved[u])
            add(places.knowing[place], units.knowing[u])
            places.entries[place] += units.entries[u]
            places.staff[place] += units.staff[u]
            places.leavers[place] += units.leavers[u]
            places.tacit_lost[place] += units.tacit_lost[u]
            if m >= 0:
                places.alignment[place] += units.alignment[u]
                places.alignment_squared[place] += units.alignment_squared[u]
                in_markets[place] += units.staff[u]


@kernel
def _record_staff(row: Array, place: Whole, space: Space) -> None:
    """Fill in what is measured over the staff of one market or of the whole."""
    totals, in_markets = space.places, space.in_markets[place]
    hours, moved, staff = totals.hours[place], totals.moved[place], totals.staff[place]
    row[HOURS_WITH_PATIENTS] = hours[WITH_PATIENTS]
    row[HOURS_SOCIALIZATION] = hours[WITH_PATIENTS] + hours[WITH_COLLEAGUES]
    row[HOURS_EXTERNALIZATION] = hours[IN_EXTERNALIZATION]
    row[HOURS_COMBINATION] = hours[IN_COMBINATION]
    row[HOURS_INTERNALIZATION] = hours[IN_INTERNALIZATION]
    row[HOURS_ROUTINE] = HOURS_A_WEEK * staff - sum_of(hours)
    row[MOVED_SOCIALIZATION] = moved[SOCIALIZATION]
    row[MOVED_EXTERNALIZATION] = moved[EXTERNALIZATION]
    row[MOVED_COMBINATION] = moved[COMBINATION]
    row[MOVED_INTERNALIZATION] = moved[INTERNALIZATION]
    row[LEAVERS] = totals.leavers[place]
    row[TACIT_LOST] = totals.tacit_lost[place]
    if in_markets > 0:
        mean = totals.alignment[place] / in_markets
        row[TACIT_ALIGNMENT] = mean
        squared = totals.alignment_squared[place] / in_markets
        row[TACIT_SPREAD] = np.sqrt(max(0.0, squared - mean * mean))
    if staff > 0:
        knowing = totals.knowing[place]
        row[STAFF_KNOWING] = sum_of(knowing) / staff / knowing.size
        row[EXPLICIT_COVERAGE] = totals.entries[place] / staff / knowing.size
        row[SERVICE_VALUE] = row[NEEDS_MET] * row[HOURS_ROUTINE] / (HOURS_A_WEEK * staff)


@kernel
def _record_service(
    row: Array, outcome: Array, delivered: Array, class_size: Array, needs: Whole, base: Real
) -> None:
    """Fill in what a market's patients get, in all and by class of need."""
    for kind in range(3):
        size = class_size[kind]
        row[NEEDS_MET] += outcome[kind, MET] / needs
        row[NEEDS_MIS_SERVED] += outcome[kind, MIS_SERVED] / needs
        row[ROUTINE_RIGHT] += outcome[kind, RIGHT] / needs
        row[ROUTINE_WRONG] += outcome[kind, WRONG] / needs
        row[CLASS_MET[kind]] = outcome[kind, MET] / size if size > 0 else np.nan
        row[CLASS_MIS_SERVED[kind]] = outcome[kind, MIS_SERVED] / size if size > 0 else np.nan
        row[CLASS_RIGHT[kind]] = outcome[kind, RIGHT] / size if size > 0 else np.nan
        row[CLASS_WRONG[kind]] = outcome[kind, WRONG] / size if size > 0 else np.nan
    row[ROUTINE_COVERAGE] = delivered[0] / needs
    row[SKILL] = delivered[1] / delivered[0] if delivered[0] > 0 else base


@kernel
def _record_difference(rows: Array, routine: Array, market_open: Array, space: Space) -> None:
    """Fill in how often two markets that both answer a need answer it differently."""
    markets, needs = routine.shape
    differing, pairs = space.differing, space.pairs
    fill(differing, 0.0)
    fill(pairs, 0.0)
    for need in range(needs):
        plus, minus = 0, 0
        for m in range(markets):
            plus += market_open[m] and routine[m, need] > 0
            minus += market_open[m] and routine[m, need] < 0
        differing[markets] += plus * minus
        pairs[markets] += (plus + minus) * (plus + minus - 1) / 2
        for m in range(markets):
            if market_open[m] and routine[m, need] != 0:
                differing[m] += minus if routine[m, need] > 0 else plus
                pairs[m] += plus + minus - 1
    for m in range(markets + 1):
        rows[m, MARKET_DIFFERENCE] = differing[m] / pairs[m] if pairs[m] > 0 else np.nan


@kernel
def _record_library(rows: Array, library: Library, market_open: Array) -> None:
    """Fill in the documents in the library, in all and by the market that wrote them."""
    for document in range(library.size):
        writer = library.market[document]
        if writer >= 0 and market_open[writer]:
            rows[writer, LIBRARY_DOCUMENTS] += 1.0
    rows[market_open.size, LIBRARY_DOCUMENTS] = library.size


@kernel
def _record_projects(
    rows: Array, under_way: Array, first_new: Whole, projects: Projects, week: Whole
) -> None:
    """Add this week's projects, plans and adoptions to their market's row and to the whole's."""
    whole = rows.shape[0] - 1
    for project in range(first_new, projects.size):
        rows[projects.market[project], PROJECTS_STARTED] += projects.group[project, 0] >= 0
    for place in range(under_way.size):
        project = under_way[place]
        row = rows[projects.market[project]]
        if projects.week_planned[project] == week:
            row[PLANS_MADE] += 1.0
            for need in range(projects.plan.shape[1]):
                if projects.plan[project, need] != 0:
                    source = projects.origin[project, need] - 1
                    row[ENTRIES[source]] += 1.0
                    row[RIGHT_ENTRIES[source]] += projects.right[project, need]
        if projects.week_routine[project] == week:
            row[ROUTINES_ADOPTED] += 1.0
            row[WEEKS_TO_ROUTINE] += week - projects.week_said[project]
            rows[whole, WEEKS_TO_ROUTINE] += week - projects.week_said[project]
    for m in range(whole):
        for flow in SUMS:
            rows[whole, flow] += rows[m, flow]
    for place in range(whole + 1):
        row = rows[place]
        adopted = row[ROUTINES_ADOPTED]
        row[WEEKS_TO_ROUTINE] = row[WEEKS_TO_ROUTINE] / adopted if adopted > 0 else np.nan


@kernel
def record_week(
    records: Records,
    knowledge: Knowledge,
    under_way: Array,
    first_new: Whole,
    care: Care,
    space: Space,
    week: Whole,
) -> None:
    """Fill in one week: a row for each market, and the last for the whole.

    Rows are all zero before; NaN where a market is not open or a measure does not apply. `knowing` is
    filled with the share of staff who hold each need rightly: the diffusion curves.
    """
    markets, needs = knowledge.routine.shape
    now = records.weeks
    rows = records.rows[now]
    _record_difference(rows, knowledge.routine, care.market_open, space)
    _record_projects(rows, under_way, first_new, knowledge.projects, week)
    opened = max(1.0, sum_of(care.market_open))
    for m in range(markets):
        if not care.market_open[m]:
            fill(rows[m], np.nan)
            continue
        _record_service(
            rows[m], space.outcome[m], space.delivered[m], care.class_sizes, needs, care.skill_base
        )
        rows[m, LAUNCHED] = space.launched[m]
        for level in MEANS:
            rows[markets, level] += rows[m, level] / opened
    _record_library(rows, knowledge.library, care.market_open)
    add_up_places(care, space)
    for place in range(markets + 1):
        if place == markets or care.market_open[place]:
            _record_staff(rows[place], place, space)
    for need in range(needs):
        records.knowing[now, need] = (
            space.places.knowing[markets, need] / space.places.staff[markets]
        )
    record_access(rows, records.access[now], records.reached[now], care, space)
    records.weeks = now + 1
