"""The sheets of time: gains and prices by year, and all that is followed from week to week."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from seci_sim.figures import Chart
from seci_sim.figures.curves import Curves, by_week
from seci_sim.figures.natives import with_edges
from seci_sim.figures.style import POINTS
from seci_sim.figures.times import gains_by_week
from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.run import Results
from seci_sim.lab.verdicts import Verdict
from seci_sim.lab.years import Year, by_year, weeks_to_pay
from seci_sim.parameters import MODELS
from seci_sim.report import sheets
from seci_sim.report.sheets import CHART_ROWS, Formats, Value, put, put_row
from seci_sim.report.verdict_lines import less, of
from seci_sim.words import weeks_reached

BY_WEEK = ("staff_knowing", "needs_met", "needs_mis_served")
"""What is followed from week to week."""

CHART_COLUMNS = 9
"""Columns that a chart covers."""

BY_YEAR = (
    ("Policy", ""), ("Against", ""), ("Year", ""),
    ("Needs met: gain", POINTS), ("luck alone: from", POINTS), ("to (95%)", POINTS),
    ("luck and doubt: mean of worlds", POINTS), ("from", POINTS), ("to (nine worlds of ten)", POINTS),
    ("Worlds with a gain", "share"),
    ("Hours more a head", "hours"), ("from", "hours"), ("to (95%)", "hours"),
    ("Hours for one point", "hours a point"), ("from", "hours a point"), ("to (95%)", "hours a point"),
)  # fmt: skip
"""Columns, with their units."""


def by_year_sheet(sheet: Worksheet, looks: Formats, found: Comparison) -> None:
    """Write what each policy gained in every year and over the whole run, and what it cost."""
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, len(BY_YEAR), 13)
    row = sheets.put_headings(sheet, 0, (heading for heading, _ in BY_YEAR), looks)
    row = sheets.put_units(sheet, row, [unit for _, unit in BY_YEAR], looks)
    for one in found.verdicts():
        for year in by_year(found, one.policy, one.against):
            _year(sheet, row, looks, one, year)
            row += 1
    row += 1
    for one in found.verdicts():
        paid = weeks_to_pay(found, one.policy, one.against)
        weeks = weeks_reached(paid.median, paid.reached, paid.runs)
        put(sheet, row, 0, f"Weeks until the gain of {less(one.policy, one.against)} has paid its hours: {weeks}", looks.plain)  # fmt: skip
        row += 1
    sheet.freeze_panes(2, 3)


def _year(sheet: Worksheet, row: int, looks: Formats, one: Verdict, year: Year) -> None:
    gain, price = of(year.gain, 100), of(year.price)
    doubt = (nan,) * 4 if year.doubt is None else (
        100 * year.doubt.mean, *(100 * end for end in year.doubt.interval), year.doubt.holds
    )  # fmt: skip
    called = f"{year.year}" if year.year else "the whole run"
    values: tuple[Value, ...] = (
        one.policy,
        one.against,
        called,
        *gain,
        *doubt,
        *of(year.hours),
        *price,
    )
    for place, (value, (_, unit)) in enumerate(zip(values, BY_YEAR, strict=True)):
        put(sheet, row, place, value, looks.of(unit))


def by_week_sheet(
    book: Workbook, sheet: Worksheet, looks: Formats, told: tuple[Results, Comparison, Sequence[Chart]]
) -> None:  # fmt: skip
    """Charts above, and below them what they show with the band of the runs, side by side."""
    results, found, drawn = told
    across = MODELS[results.scenarios[0].model].period.capitalize()
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 400, 14)
    weeks = sorted(results.weekly["week"].unique().tolist())
    head, column, followed = CHART_ROWS + 2, 1, _followed(results, found, drawn)
    for place, (title, meaning, unit, curves) in enumerate(followed):
        native = with_edges(curves, unit, across)
        rows = native.numbers.reindex(weeks)
        put(sheet, head - 1, column, title, looks.plain)
        put_row(sheet, head, rows.columns, looks.heading, column)
        for row, values in enumerate(rows.to_numpy().tolist(), head + 1):
            put_row(sheet, row, values, looks.of(unit), column)
        columns = range(column, column + rows.shape[1])
        corner, sentence = (0, place * CHART_COLUMNS), (head - 1, column)
        sheets.put_chart(book, sheet, corner, native, sentence, columns, len(weeks), meaning)
        column = columns.stop
    put(sheet, head, 0, across, looks.heading)
    for row, week in enumerate(weeks, head + 1):
        put(sheet, row, 0, week, None)
    # Its many numbers are for the screen.
    sheet.print_area(0, 0, CHART_ROWS, CHART_COLUMNS * len(followed) - 1)


def _followed(
    results: Results, found: Comparison, drawn: Sequence[Chart]
) -> list[tuple[str, str, str, Curves]]:
    """What is followed from week to week: a sentence, a meaning, a unit, and curves."""
    titles = {chart.key: chart.title for chart in drawn}
    meanings = {measure.name: measure for measure in results.measures}
    own = [measure.name for measure in MODELS[results.scenarios[0].model].measures]
    followed = []
    for measure in (meanings[name] for name in own or BY_WEEK):
        if results.weekly[measure.name].notna().any():
            key = "spread" if measure.name == "staff_knowing" else measure.name
            title, curves = titles.get(key, measure.meaning), by_week(results.weekly, measure.name)
            followed.append((title, measure.meaning, measure.unit, curves))
    if found.weekly is not None and (steps := found.steps()):
        gains = gains_by_week(found.weekly, steps)
        gained = {less(*step): gains[step[0]] for step in steps}
        meaning = "Needs met under one policy less those under another, run by run, week by week."
        followed.append((meaning, meaning, POINTS, gained))
    return followed
