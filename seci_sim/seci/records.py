"""What was measured: one tidy row a week, for every market and for the whole.

The columns are declared in ``measures``.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from typing import Any

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
    Part,
    Projects,
    Staff,
    rows_there,
)
from seci_sim.seci.measures import MEASURES, ORIGINS, Measure
from seci_sim.seci.service import Care
from seci_sim.seci.working_space import Space, Totals
from seci_sim.seci.world import CLASSES

COLUMN = {measure.name: column for column, measure in enumerate(MEASURES)}


def _columns(name: str, kinds: Sequence[str]) -> tuple[int, ...]:
    """The columns of a measure of several kinds, in their order."""
    return tuple(COLUMN[name.format(kind)] for kind in kinds)


# Compiled code takes these as constants.
AT: Any = namedtuple("Columns", COLUMN)(**COLUMN)
MEANS = tuple(COLUMN[measure.name] for measure in MEASURES if measure.whole == "mean")
SUMS = tuple(COLUMN[measure.name] for measure in MEASURES if measure.whole == "sum")
SERVED = AT.needs_met, AT.needs_mis_served
OUTCOMES = *SERVED, AT.routine_right, AT.routine_wrong
"""In the order of the table of outcomes, as are those of each class of needs."""
OF_CLASSES = np.array(
    [_columns(f"{{}}_{name}", CLASSES) for name in ("met", "mis_served", "right", "wrong")]
)
MOVED = _columns("moved_{}", ("socialization", "externalization", "combination", "internalization"))
ENTRIES = _columns("entries_{}", [*ORIGINS])
RIGHT_ENTRIES = _columns("entries_{}_right", [*ORIGINS])


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
    adopted, weeks = whole[:, AT.routines_adopted], np.nan_to_num(whole[:, AT.weeks_to_routine])
    row["weeks_to_routine"] = (
        float((adopted * weeks).sum() / adopted.sum()) if adopted.any() else np.nan
    )
    know = np.flatnonzero(whole[:, AT.staff_knowing] >= 0.5)
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
        opened += not np.isnan(rows[m, AT.needs_met])
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
def add_up_staff(part: Part, staff: Staff, explicit: Array, totals: Totals) -> None:
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
        for table in (places.hours, places.moved, places.knowing):
            fill(table[place], 0.0)
        for sums in (places.entries, places.staff, places.leavers, places.tacit_lost):
            sums[place] = 0.0
        for sums in (places.alignment, places.alignment_squared, in_markets):
            sums[place] = 0.0
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
    row[AT.hours_with_patients] = hours[WITH_PATIENTS]
    row[AT.hours_socialization] = hours[WITH_PATIENTS] + hours[WITH_COLLEAGUES]
    row[AT.hours_externalization] = hours[IN_EXTERNALIZATION]
    row[AT.hours_combination] = hours[IN_COMBINATION]
    row[AT.hours_internalization] = hours[IN_INTERNALIZATION]
    row[AT.hours_routine_business] = HOURS_A_WEEK * staff - sum_of(hours)
    for mode in range(moved.size):
        row[MOVED[mode]] = moved[mode]
    row[AT.leavers] = totals.leavers[place]
    row[AT.tacit_lost] = totals.tacit_lost[place]
    if in_markets > 0:
        mean = totals.alignment[place] / in_markets
        row[AT.tacit_alignment] = mean
        squared = totals.alignment_squared[place] / in_markets
        row[AT.tacit_spread] = np.sqrt(max(0.0, squared - mean * mean))
    if staff > 0:
        knowing = totals.knowing[place]
        row[AT.staff_knowing] = sum_of(knowing) / staff / knowing.size
        row[AT.explicit_coverage] = totals.entries[place] / staff / knowing.size
        row[AT.service_value] = (
            row[AT.needs_met] * row[AT.hours_routine_business] / (HOURS_A_WEEK * staff)
        )


@kernel
def _record_service(
    row: Array, outcome: Array, delivered: Array, class_size: Array, needs: Whole, base: Real
) -> None:
    """Fill in what a market's patients get, in all and by class of need."""
    for kind in range(3):
        size = class_size[kind]
        for column in range(len(OUTCOMES)):
            found = outcome[kind, column]
            row[OUTCOMES[column]] += found / needs
            row[OF_CLASSES[column, kind]] = found / size if size > 0 else np.nan
    row[AT.routine_coverage] = delivered[0] / needs
    row[AT.skill] = delivered[1] / delivered[0] if delivered[0] > 0 else base


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
        rows[m, AT.market_difference] = differing[m] / pairs[m] if pairs[m] > 0 else np.nan


@kernel
def _record_library(rows: Array, library: Library, market_open: Array) -> None:
    """Fill in the documents in the library, in all and by the market that wrote them."""
    for document in range(library.size):
        writer = library.market[document]
        if writer >= 0 and market_open[writer]:
            rows[writer, AT.library_documents] += 1.0
    rows[market_open.size, AT.library_documents] = library.size


@kernel
def _record_projects(
    rows: Array, under_way: Array, first_new: Whole, projects: Projects, week: Whole
) -> None:
    """Add this week's projects, plans and adoptions to their market's row and to the whole's."""
    whole = rows.shape[0] - 1
    for project in range(first_new, projects.size):
        rows[projects.market[project], AT.projects_started] += projects.group[project, 0] >= 0
    for place in range(under_way.size):
        project = under_way[place]
        row = rows[projects.market[project]]
        if projects.week_planned[project] == week:
            row[AT.plans_made] += 1.0
            for need in range(projects.plan.shape[1]):
                if projects.plan[project, need] != 0:
                    source = projects.origin[project, need] - 1
                    row[ENTRIES[source]] += 1.0
                    row[RIGHT_ENTRIES[source]] += projects.right[project, need]
        if projects.week_routine[project] == week:
            row[AT.routines_adopted] += 1.0
            row[AT.weeks_to_routine] += week - projects.week_said[project]
            rows[whole, AT.weeks_to_routine] += week - projects.week_said[project]
    for m in range(whole):
        for flow in SUMS:
            rows[whole, flow] += rows[m, flow]
    for place in range(whole + 1):
        row = rows[place]
        adopted = row[AT.routines_adopted]
        row[AT.weeks_to_routine] = row[AT.weeks_to_routine] / adopted if adopted > 0 else np.nan


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
    now, rows = records.weeks, records.rows[records.weeks]
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
        rows[m, AT.launched] = space.launched[m]
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
