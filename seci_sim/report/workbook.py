"""The results as a workbook: the answer, the comparison, the weeks, the settings, and how it was made."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import chain
from math import nan
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from seci_sim.figures import Chart
from seci_sim.figures.curves import by_week, lines
from seci_sim.figures.style import Native
from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.result_tables import one_number
from seci_sim.lab.run import Results
from seci_sim.lab.statistics import Estimate
from seci_sim.parameters import MODELS
from seci_sim.report import policy_table as tables
from seci_sim.report import sheets
from seci_sim.report.html import Told
from seci_sim.report.sheets import CHART_ROWS, TEXT_WIDTH, Formats, put, put_lines, put_row
from seci_sim.seci.measures import Measure

Line = tuple[str, str, list[float]]
"""Heading of a line of the comparison, unit, and a number for every policy."""

ABOUT_WIDTHS = (34, 60, 24, 28, TEXT_WIDTH)
"""Characters of the columns of the sheet about the rest."""

BY_WEEK = ("staff_knowing", "needs_met", "needs_mis_served")
"""What is followed from week to week."""

NUMBERS = {"mean": "", "low": ": 10% of runs lie below", "high": ": 10% of runs lie above"}


def workbook(told: Told, *, command: str) -> bytes:
    """Write the workbook: a file in the format of Excel 2007 and later; see `seci_sim.report.exported`."""
    file, results = io.BytesIO(), told.results
    with Workbook(file, sheets.SAFE) as book:
        looks = Formats(book)
        book.set_properties({"title": told.question, "comments": f"To repeat this: {command}"})
        _answer(book, looks, told, command)
        _compare(book, looks, results.measures, told)
        _by_week(book, looks, results, told.charts)
        _settings(book, looks, results)
        _about(book, looks, results, command)
    return file.getvalue()


def _answer(book: Workbook, looks: Formats, told: Told, command: str) -> None:
    sheet = _sheet(book, "Answer", {0: TEXT_WIDTH})
    sheet.fit_to_pages(1, 1)
    row = put_lines(sheet, 0, [told.question], looks.title)
    row = put_lines(sheet, row + 1, told.answer, looks.strong)
    row = put_lines(sheet, row + 1, ["What to keep in mind"], looks.strong)
    row = put_lines(sheet, row, told.cautions, looks.text)
    put_lines(sheet, row + 1, [f"To repeat this: {command}"], looks.text)


def _sheet(book: Workbook, name: str, widths: dict[int, int]) -> Worksheet:
    sheet = book.add_worksheet(name)
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    return sheet


def _compare(book: Workbook, looks: Formats, measures: Sequence[Measure], told: Told) -> None:
    """The policies' numbers, the charts that compare them, and every measure."""
    sheet, found = _sheet(book, "Compare", {0: 68}), told.compared
    sheet.set_column(1, 40, 13)
    lines = _lines_of(found)
    rows = pd.Index([heading for heading, *_ in lines], name="Mean over the runs, and from "
                    "where to where its 95% interval goes")  # fmt: skip
    table = pd.DataFrame([values for *_, values in lines], index=rows, columns=list(found.names))
    row = sheets.put_table(sheet, 0, table, looks, [unit for _, unit, _ in lines]) + 1
    for chart in told.charts:
        if chart.native is not None and chart.native.kind != "lines":
            row = _bars(book, sheet, looks, row, chart.native, chart)
    if any(chart.key == "needs" for chart in told.charts):
        _all_measures(sheet, looks, row, measures, found)


def _lines_of(found: Comparison) -> list[Line]:
    """The comparison in full precision: a line for each thing that the page says in words."""
    every, lines = list(found.rows()), list[Line]()
    for outcome in found.outcomes:
        rows = [row for row in every if row.outcome is outcome]
        unit = "" if outcome.unit == "share" else f" ({outcome.unit})"
        lines += _with_ends(f"{outcome.called}{unit}", outcome.unit, [row.level for row in rows])
        if outcome.statistic == "median":
            lines[-2:] = [("Runs that got there (runs)", "runs", [row.level.used for row in rows])]
        if outcome.statistic == "mean" and len(rows) > 1:
            changes = [row.change for row in rows]
            heading = f"{outcome.called}: change from the first{unit}"
            lines += _with_ends(heading, outcome.unit, changes)
            better = [nan if change is None else change.better for change in changes]
            used = [nan if change is None else change.used for change in changes]
            lines += [("Better in (runs)", "runs", better), ("      of", "runs", used)]
    return lines


def _with_ends(heading: str, unit: str, found: Sequence[Estimate | None]) -> list[Line]:
    """A mean and the ends of its 95% interval."""
    means = [nan if one is None else one.mean for one in found]
    ends = [(nan, nan) if one is None or one.interval is None else one.interval for one in found]
    low, high = (list(side) for side in zip(*ends, strict=True))
    return [(heading, unit, means), ("      from", unit, low), ("      to", unit, high)]


def _all_measures(
    sheet: Worksheet, looks: Formats, row: int, measures: Sequence[Measure], found: Comparison
) -> None:
    """Every measure under every policy, with its interval; `About` says what it means."""
    names = found.names
    heads = chain.from_iterable((name, "from", "to") for name in names)
    row = put_row(sheet, row, ["Measure", *heads], looks.heading)
    for line, measure in enumerate(measures, row):
        put(sheet, line, 0, measure.name, looks.strong)
        levels = [found.level(name, measure.name) for name in names]
        values = [(one.mean, *(one.interval or (nan, nan))) for one in levels]
        put_row(sheet, line, chain.from_iterable(values), looks.of(measure.unit), 1)


def _bars(
    book: Workbook, sheet: Worksheet, looks: Formats, row: int, native: Native, chart: Chart
) -> int:
    """Write a chart's numbers and draw it beside them; return the next free row."""
    put(sheet, row, 0, chart.title, None)
    count, width = native.numbers.shape
    sheets.put_table(sheet, row + 1, native.numbers, looks, [native.unit] * count)
    corner, columns = (row + 1, width + 2), range(1, width + 1)
    sheets.put_chart(book, sheet, corner, native, (row, 0), columns, count, chart.description)
    return row + max(count + 3, CHART_ROWS + 2)


def _by_week(book: Workbook, looks: Formats, results: Results, drawn: Sequence[Chart]) -> None:
    """Charts above, and below them what they show with the band of the runs, side by side."""
    model = MODELS[results.scenarios[0].model]
    sheet = _sheet(book, "By week", {0: 10})
    sheet.print_area(0, 0, CHART_ROWS, 9 * 3)  # its many numbers are for the screen
    sheet.set_column(1, 400, 14)
    titles = {chart.key: chart.title for chart in drawn}
    every = [measure.name for measure in model.measures] or BY_WEEK
    meanings = {measure.name: measure for measure in results.measures}
    head, column, across = CHART_ROWS + 2, 1, model.period.capitalize()
    weeks = sorted(results.weekly["week"].unique().tolist())
    for position, name in enumerate(n for n in every if results.weekly[n].notna().any()):
        measure, found = meanings[name], by_week(results.weekly, name)
        title = titles.get("spread" if name == "staff_knowing" else name, measure.meaning)
        put(sheet, head - 1, column, title, None)
        places = range(column, column + len(NUMBERS) * len(found), len(NUMBERS))
        for place, (policy, curve) in zip(places, found.items(), strict=True):
            heads = [f"{policy}{words}" for words in NUMBERS.values()]
            put_row(sheet, head, heads, looks.heading, place)
            shown = curve.set_index("week").reindex(weeks)[list(NUMBERS)]
            for row, values in enumerate(shown.to_numpy().tolist(), head + 1):
                put_row(sheet, row, values, looks.of(measure.unit), place)
        native, corner = lines(found, measure.unit, across), (0, position * 9)
        sentence = (head - 1, column)
        sheets.put_chart(book, sheet, corner, native, sentence, places, len(weeks), measure.meaning)
        column = places.stop
    put(sheet, head, 0, across, looks.heading)
    for row, week in enumerate(weeks, head + 1):
        put(sheet, row, 0, week, None)


def _settings(book: Workbook, looks: Formats, results: Results) -> None:
    """Every setting of every policy; those that differ stand first."""
    table = tables.all_settings(results.scenarios)
    heads = ["Setting", "Differs", *(cell.value for cell in table.headings[1:]), "Meaning"]
    sheet = _sheet(book, "Settings", {0: 44, 1: 10, len(heads) - 1: TEXT_WIDTH})
    sheet.set_column(2, len(heads) - 2, 20)
    put_row(sheet, 0, heads, looks.heading)
    rows = sorted(table.rows, key=lambda row: len(set(row[1:])) == 1)
    for place, (key, *values) in enumerate(rows, 1):
        differs = len(set(values)) > 1
        line = [key.value, "yes" if differs else "", *(cell.value for cell in values), key.small]
        put_row(sheet, place, line, looks.strong if differs else looks.text)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(heads) - 1)


def _about(book: Workbook, looks: Formats, results: Results, command: str) -> None:
    """What made it, what each scenario is, and what the measures mean."""
    sheet = _sheet(book, "About", dict(enumerate(ABOUT_WIDTHS)))
    first, last = results.seeds[0], results.seeds[-1]
    plain = [
        ("Made by", "seci-sim"),
        ("Command", command),
        ("Seeds", f"{first} to {last}"),
        ("Hash of the inputs", results.fingerprint),
        ("The same hash", "stands in manifest.json beside this file, with all that repeats it"),
    ]
    told = [(s.name, s.question, f"{s.horizon}", s.fingerprint, s.notes) for s in results.scenarios]
    meant = [(m.name, m.meaning, m.unit, one_number(m.name, m.kind)) for m in results.measures]
    row = _lines(sheet, 0, plain, looks.text)
    for heads, lines_below in (
        (("Scenario", "Question", "Horizon", "Fingerprint", "Notes"), told),
        (("Measure", "Meaning", "Unit", "In the comparison"), meant),
    ):
        row = _lines(sheet, row + 1, [heads], looks.heading)
        row = _lines(sheet, row, lines_below, looks.text)


def _lines(sheet: Worksheet, row: int, lines: Sequence[Sequence[str]], form: Any) -> int:
    """Write lines of text; return the next free row."""
    for line in lines:
        cells = zip(line, ABOUT_WIDTHS, strict=False)
        sheet.set_row(row, max(sheets.row_height(value, width) for value, width in cells))
        row = put_row(sheet, row, line, form)
    return row
