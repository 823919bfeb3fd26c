"""The sheets about doubt: every world, what decides, and what a need that is mis-served counts.

Sums over worlds, and all that depends on what a mis-served need counts, are formulas: whoever has the
workbook may change that weight, or the worlds that count, and go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan
from typing import Any

import numpy as np
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from seci_sim.figures.natives import gain_against
from seci_sim.figures.style import POINTS
from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.deciders import Decider
from seci_sim.lab.doubt import Array, changes, nine_in_ten, without_luck
from seci_sim.lab.statistics import HOURS_A_HEAD, MET, MIS_SERVED, ON_TREATMENT
from seci_sim.lab.verdicts import Verdict
from seci_sim.lab.worlds import Worlds
from seci_sim.report import sheets
from seci_sim.report.sheets import (
    CHART_ROWS,
    TEXT_WIDTH,
    Column,
    Formats,
    Formula,
    Value,
    put,
)
from seci_sim.report.verdict_lines import less
from seci_sim.seci.measures import MEASURES
from seci_sim.words import quoted

WORLDS = "Worlds"

FIRST = 8
"""Row of the first world; above it stand headings, and what worlds come to."""

DECIDERS = {
    "Policy": 24, "Against": 24, "Parameter": 30, "Worth, percentage points": 13,
    "Part of the variance explained": 13, "Turns at": 13, "Unit": 13, "Wins below": 18, "Wins above": 18,
    "From": 11, "To": 11, "One can look it up": 11, "Measure this first": 11, "Meaning": TEXT_WIDTH,
}  # fmt: skip
"""Columns, with their characters."""

WEIGHT = (1, 5)
"""Cell of what one mis-served need counts."""

NAMES = {MET: "needs met", MIS_SERVED: "needs mis-served", HOURS_A_HEAD: "hours a head and year",
         ON_TREATMENT: "on treatment"}  # fmt: skip

UNITS = {HOURS_A_HEAD: "hours"}
"""Of outcomes that are no shares."""

ABOVE = 'COUNTIF({0},">0")/COUNT({0})'

LOW = "IFERROR(_xlfn.PERCENTILE.EXC({0},0.05),MIN({0}))"
HIGH = "IFERROR(_xlfn.PERCENTILE.EXC({0},0.95),MAX({0}))"
"""Ends between which nine in ten further worlds lie, as `seci_sim.lab.doubt.nine_in_ten` has them."""

SUMS: dict[str, tuple[str, Callable[[Array], float]]] = {
    "Mean of the worlds": ("AVERAGE({})", lambda found: float(np.mean(found))),
    "Nine worlds of ten: from": (LOW, lambda found: nine_in_ten(found)[0]),
    "Nine worlds of ten: to": (HIGH, lambda found: nine_in_ten(found)[1]),
    "Share of worlds above 0": (ABOVE, lambda found: float(np.mean(found > 0))),
}
"""What worlds come to: the formula over their cells, and the same here."""

Ranges = dict[tuple[str, str, str], str]
"""Cells of a difference in every world: by policy, the one against, and outcome."""


def worlds_sheet(sheet: Worksheet, looks: Formats, found: Comparison) -> Ranges:
    """Write what policies led to in every world, and its parameters; say where differences stand."""
    worlds = found.worlds
    assert worlds is not None
    count, runs = len(worlds.parameters), worlds.runs["replication"].nunique()
    for row, sentence in enumerate((
        f"{count} worlds: sets of values of what is doubted. A row a world: what its {runs} runs of each "
        "policy, which share their luck, led to on average, and then its values.",
        "Where luck is taken out, worlds are drawn towards their mean by what luck adds to their spread; "
        "the intervals of luck and doubt are of these.",
    )):  # fmt: skip
        put(sheet, row, 0, sentence, looks.plain)
    columns, ranges = _columns(found, worlds)
    sheets.put_columns(sheet, FIRST - 2, columns, looks)
    for row, (name, (formula, comes_to)) in enumerate(SUMS.items(), 2):
        put(sheet, row, 0, name, looks.strong)
        for place, column in enumerate(columns[1:], 1):
            values = np.array([v.value if isinstance(v, Formula) else v for v in column.values])
            cells = xl_range_abs(FIRST, place, FIRST + count - 1, place)
            total = Formula(f"={formula.format(cells)}", comes_to(values[np.isfinite(values)]))
            if not name.startswith("Share"):
                put(sheet, row, place, total, looks.of(column.unit))
            elif column.unit == POINTS:
                put(sheet, row, place, total, looks.share)
    sheet.set_column(0, 0, 26)
    sheet.freeze_panes(FIRST, 1)
    return ranges


def _columns(found: Comparison, worlds: Worlds) -> tuple[list[Column], Ranges]:
    """Levels of every policy, differences of those that are held against each other, and values."""
    index, verdicts = worlds.parameters.index, found.verdicts()
    outcomes = list(
        dict.fromkeys([*(one.outcome for one in verdicts), MET, MIS_SERVED, HOURS_A_HEAD])
    )
    means = {
        str(name): rows.groupby("world")[outcomes].mean().reindex(index)
        for name, rows in worlds.runs.groupby("scenario", sort=False)
    }
    columns, places = [Column("World", "", index.tolist())], dict[tuple[str, str], int]()
    for name in found.names:
        for outcome in outcomes:
            places[name, outcome] = len(columns)
            heading = f"{quoted(name)}: {NAMES[outcome]}"
            levels = means[name][outcome].tolist()
            columns.append(Column(heading, UNITS.get(outcome, "share"), levels))
    ranges: Ranges = {}
    for one in verdicts:
        for outcome in outcomes:
            key = (one.policy, one.against, outcome)
            ranges[key] = xl_range_abs(FIRST, len(columns), FIRST + len(index) - 1, len(columns))
            pair = [places[name, outcome] for name in (one.policy, one.against)]
            columns.append(_difference(less(*key[:2]), outcome, pair, columns))
        columns.append(_without_luck(worlds, one))
    values = worlds.parameters
    columns += [Column(f.name, f.unit, values[f.name].tolist()) for f in worlds.factors]
    return columns, ranges


def _difference(
    heading: str, outcome: str, pair: Sequence[int], columns: Sequence[Column]
) -> Column:
    """One column less another, as formulas; of shares in points."""
    scale, unit = (1, UNITS[outcome]) if outcome in UNITS else (100, POINTS)
    values = list[Value]()
    for row, levels in enumerate(
        zip(*(columns[place].values for place in pair), strict=True), FIRST
    ):
        ours, theirs = (xl_rowcol_to_cell(row, place) for place in pair)
        our, their = (float(level) for level in levels if not isinstance(level, Formula))
        values.append(Formula(f"={scale}*({ours}-{theirs})", scale * (our - their)))
    return Column(f"{heading}: {NAMES[outcome]}", unit, values)


def _without_luck(worlds: Worlds, one: Verdict) -> Column:
    """The difference of which the interval of luck and doubt is."""
    every = changes(worlds.runs, one.outcome, one.policy, one.against)
    values = np.full(len(every), nan)
    values[np.isfinite(every).any(axis=1)] = 100 * without_luck(every)
    heading = f"{less(one.policy, one.against)}: {NAMES[one.outcome]}, luck taken out"
    return Column(heading, POINTS, values.tolist())


def deciders_sheet(
    book: Workbook, sheet: Worksheet, looks: Formats, verdicts: Sequence[Verdict]
) -> None:
    """Write on what each verdict turns, and the gain against each of these parameters."""
    rows = [(one, decider) for one in verdicts for decider in one.deciders]
    for column, width in enumerate(DECIDERS.values()):
        sheet.set_column(column, column, width)
    put(sheet, 0, 0, "What decides: parameters that could change which policy is better, were they known. Worth: the "
        "expected value of knowing one, in percentage points.", looks.plain)  # fmt: skip
    row = sheets.put_headings(sheet, 2, DECIDERS, looks)
    for one, decider in rows:
        factor = decider.factor
        first = one.measure_first is not None and one.measure_first.factor.name == factor.name
        number = looks.of(factor.unit)
        cells: tuple[tuple[Value, Any], ...] = (
            (one.policy, looks.text), (one.against, looks.text), (factor.name, looks.strong),
            (100 * decider.worth, looks.number), (decider.explained, looks.share),
            (nan if decider.turns_at is None else decider.turns_at, number), (factor.unit, looks.text),
            (decider.wins_below or "", looks.text), (decider.wins_above or "", looks.text),
            (_number(factor.low), number), (_number(factor.high), number),
            ("yes" if factor.role == "fact" else "no", looks.text),
            ("yes" if first else "", looks.text), (factor.meaning, looks.text),
        )  # fmt: skip
        for place, (value, form) in enumerate(cells):
            put(sheet, row, place, value, form)
        row += 1
    row += 1
    for one, decider in rows:
        row = _curve(book, sheet, looks, row, one, decider)


def _number(value: float | None) -> float:
    return nan if value is None else float(value)


def _curve(
    book: Workbook, sheet: Worksheet, looks: Formats, row: int, one: Verdict, decider: Decider
) -> int:
    """Write the gain against a parameter and draw it beside; return the next free row."""
    native, factor = gain_against(decider), decider.factor
    words = f"Gain of {less(one.policy, one.against)}, in percentage points, against {factor.name}"
    put(sheet, row, 0, words, looks.title_of)
    count, width = native.numbers.shape
    sheets.put_table(sheet, row + 1, native.numbers, looks, [native.unit] * count)
    corner, columns = (row + 1, width + 1), range(1, width + 1)
    meaning = f"{words}: {factor.meaning} The thin lines hold nine worlds of ten."
    sheets.put_chart(book, sheet, corner, native, (row, 0), columns, count, meaning)
    return row + max(count + 3, CHART_ROWS + 2)


def harm_sheet(sheet: Worksheet, looks: Formats, found: Comparison, ranges: Ranges) -> None:
    """Write gains beside needs mis-served, and what follows for what one of these counts."""
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 20, 15)
    meaning = next(one.meaning for one in MEASURES if one.name == MIS_SERVED)
    put(sheet, 0, 0, meaning, looks.plain)
    put(
        sheet,
        1,
        0,
        "What one mis-served need counts, in needs met (change this number):",
        looks.title_of,
    )
    put(sheet, *WEIGHT, found.mis_served_weight, looks.given)
    heads = ("Policy", "Against", "Needs met: gain", "Needs mis-served: gain", "Net gain", "Turns where one counts",
             "from (95%)", "to (95%)", "Worlds with a net gain", "Worlds that mis-serve more than they gain")  # fmt: skip
    sheets.put_headings(sheet, 3, heads, looks)
    units = (
        "",
        "",
        POINTS,
        POINTS,
        POINTS,
        "needs met",
        "needs met",
        "needs met",
        "share",
        "share",
    )
    sheets.put_units(sheet, 4, units, looks)
    weight = xl_rowcol_to_cell(*WEIGHT, row_abs=True, col_abs=True)
    for row, one in enumerate(found.verdicts(), 5):
        gain, harm = (
            100 * found.change(one.policy, name, one.against).mean for name in (MET, MIS_SERVED)
        )
        low, high = (
            one.break_even.interval if one.break_even and one.break_even.interval else (nan, nan)
        )
        met, wrong = (xl_rowcol_to_cell(row, place) for place in (2, 3))
        net = Formula(f"={met}-{weight}*{wrong}", gain - found.mis_served_weight * harm)
        turns = gain / harm if gain > 0 and harm > 0 else nan
        even = Formula(f'=IF(AND({met}>0,{wrong}>0),{met}/{wrong},"")', turns)
        harmful = nan if one.harmful_worlds is None else one.harmful_worlds
        values = (one.policy, one.against, gain, harm, net, even, low, high,
                  _net_worlds(found, one, ranges, weight), harmful)  # fmt: skip
        for place, (value, unit) in enumerate(zip(values, units, strict=True)):
            put(sheet, row, place, value, looks.of(unit))


def _net_worlds(found: Comparison, one: Verdict, ranges: Ranges, weight: str) -> Value:
    """Share of worlds in which a policy gains more than it harms, at the weight in its cell."""
    if found.worlds is None:
        return ""
    keys = [(one.policy, one.against, name) for name in (MET, MIS_SERVED)]
    met, wrong = (f"{WORLDS}!{ranges[key]}" for key in keys)
    formula = f"=SUMPRODUCT(--({met}-{weight}*{wrong}>0))/COUNT({met})"
    gain, harm = (_means(found.worlds, key) for key in keys)
    return Formula(formula, float(np.mean(gain - found.mis_served_weight * harm > 0)))


def _means(worlds: Worlds, key: tuple[str, str, str]) -> Array:
    policy, against, outcome = key
    found: Array = np.nanmean(changes(worlds.runs, outcome, policy, against), axis=1)
    return found
