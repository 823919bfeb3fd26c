"""The results as a workbook: the answer, the comparison, the weeks, the settings, and how it was made."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from seci_sim.experiment import statistics
from seci_sim.experiment.statistics import add_ratios
from seci_sim.experiment.tables import one_number
from seci_sim.figures import style
from seci_sim.parameters import SECI, declarations
from seci_sim.report import columns
from seci_sim.report.native import Mark, Native, by_week, natives
from seci_sim.report.sheets import (
    CHART_ROWS,
    SAFE,
    TEXT_WIDTH,
    Drawn,
    Formats,
    formats,
    put,
    put_chart,
    put_lines,
    put_table,
    row_height,
)
from seci_sim.scenario import settings

if TYPE_CHECKING:
    from seci_sim.experiment.run import Results
    from seci_sim.figures import Chart
    from seci_sim.report.html import Told

ABOUT_WIDTHS = (34, 60, 24, 28, TEXT_WIDTH)
"""Characters of the columns of the sheet about the rest."""

BY_WEEK = ("staff_knowing", "needs_met", "needs_mis_served")
"""What is followed from week to week."""

NUMBERS = {"mean": "", "low": ": 10% of runs lie below", "high": ": 10% of runs lie above"}


def workbook(results: Results, told: Told, *, command: str) -> bytes:
    """Write the workbook: a file in the format of Excel 2007 and later; see `seci_sim.report.exported`."""
    file = io.BytesIO()
    with Workbook(file, SAFE) as book:
        looks = formats(book)
        book.set_properties({"title": told.question, "comments": f"To repeat this: {command}"})
        _answer(book, looks, told, command)
        _compare(book, looks, results, told.charts)
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


def _compare(book: Workbook, looks: Formats, results: Results, drawn: Sequence[Chart]) -> None:
    """The policies' numbers, the charts that compare them, and every measure."""
    sheet = _sheet(book, "Compare", {0: 50})
    sheet.set_column(1, 40, 13)
    names = [scenario.name for scenario in results.scenarios]
    if results.scenarios[0].model == SECI:
        found = columns.policies(add_ratios(results.summary), names)
    else:
        found = columns.classics(results.summary, names, results.measures)
    rows = pd.Index([_headed(column) for column in found], name="Mean over the runs, and from "
                    "where to where its 95% interval goes")  # fmt: skip
    table = pd.DataFrame([column.values for column in found], index=rows, columns=names)
    row = put_table(sheet, 0, table, looks, [column.unit for column in found]) + 1
    by_key = {chart.key: chart for chart in drawn}
    for key, native in natives(results, drawn).items():
        if native.kind != "lines":
            row = _bars(book, sheet, looks, row, native, by_key[key])
    if results.scenarios[0].model == SECI:
        _all_measures(sheet, looks, row, results, names)


def _all_measures(
    sheet: Worksheet, looks: Formats, row: int, results: Results, names: Sequence[str]
) -> None:
    """Every measure under every policy, with its interval; `About` says what it means."""
    numbers = [word for name in names for word in (name, "from", "to")]
    for column, word in enumerate(["Measure", *numbers]):
        put(sheet, row, column, word, looks.heading)
    for line, measure in enumerate(results.measures, row + 1):
        put(sheet, line, 0, measure.name, looks.strong)
        found = [statistics.level(results.summary, name, measure.name) for name in names]
        ends = [one.interval or (columns.NOTHING,) * 2 for one in found]
        values = [v for one, end in zip(found, ends, strict=True) for v in (one.mean, *end)]
        for column, value in enumerate(values, 1):
            put(sheet, line, column, value, looks.of(measure.unit))


def _headed(column: columns.Column) -> str:
    shown = "" if column.unit == "share" or column.heading in ("from", "to", "of") else column.unit
    heading = f"{column.heading} ({shown})" if shown else column.heading
    return f"      {heading}" if column.heading in ("from", "to", "of") else heading


def _bars(
    book: Workbook, sheet: Worksheet, looks: Formats, row: int, native: Native, chart: Chart
) -> int:
    """Write a chart's numbers and draw it beside them; return the next free row."""
    put(sheet, row, 0, chart.title, None)
    count, width = native.numbers.shape
    put_table(sheet, row + 1, native.numbers, looks, [native.unit] * count)
    put_chart(
        book, sheet, row + 1, width + 2,
        Drawn(native.kind, (row, 0), row + 1, (row + 2, row + 1 + count), tuple(range(1, width + 1)),
              native.marks, native.unit, str(native.numbers.index.name), chart.description),
    )  # fmt: skip
    return row + max(count + 3, CHART_ROWS + 2)


def _by_week(book: Workbook, looks: Formats, results: Results, drawn: Sequence[Chart]) -> None:
    """Charts above, and below them what they show with the band of the runs, side by side."""
    classic = results.scenarios[0].model != SECI
    sheet = _sheet(book, "By week", {0: 10})
    sheet.print_area(0, 0, CHART_ROWS, 9 * 3)  # its many numbers are for the screen
    sheet.set_column(1, 400, 14)
    titles = {chart.key: chart.title for chart in drawn}
    every = [measure.name for measure in results.measures] if classic else BY_WEEK
    names = [name for name in every if results.weekly[name].notna().any()]
    meanings = {measure.name: measure for measure in results.measures}
    head, column = CHART_ROWS + 2, 1
    weeks = sorted(results.weekly["week"].unique().tolist())
    for position, name in enumerate(names):
        measure = meanings[name]
        found = by_week(results, name, "scenario")
        title = titles.get("spread" if name == "staff_knowing" else name, measure.meaning)
        put(sheet, head - 1, column, title, None)
        places = tuple(range(column, column + len(NUMBERS) * len(found), len(NUMBERS)))
        for place, (policy, curve) in zip(places, found.items(), strict=True):
            _weeks(sheet, looks, head, place, policy, curve.reindex(weeks), measure.unit)
        marks = [style.look(number) for number in range(len(found))]
        put_chart(
            book, sheet, 0, position * 9,
            Drawn("lines", (head - 1, column), head, (head + 1, head + len(weeks)), places,
                  tuple(Mark(look.colour, look.dash) for look in marks), measure.unit,
                  "Period" if classic else "Week", measure.meaning),
        )  # fmt: skip
        column += len(NUMBERS) * len(found)
    put(sheet, head, 0, "Period" if classic else "Week", looks.heading)
    for row, week in enumerate(weeks, head + 1):
        put(sheet, row, 0, week, None)


def _weeks(
    sheet: Worksheet,
    looks: Formats,
    row: int,
    column: int,
    policy: str,
    curve: pd.DataFrame,
    unit: str,
) -> None:
    """Write one policy's curve and its band, below their names."""
    for place, (number, words) in enumerate(NUMBERS.items(), column):
        put(sheet, row, place, f"{policy}{words}", looks.heading)
        for down, value in enumerate(curve[number].tolist(), row + 1):
            put(sheet, down, place, value, looks.of(unit))


def _settings(book: Workbook, looks: Formats, results: Results) -> None:
    """Every setting of every policy; those that differ stand first."""
    sheet = _sheet(book, "Settings", {0: 44, 1: 10})
    shown = [settings(scenario) for scenario in results.scenarios]
    sheet.set_column(2, 1 + len(shown), 20)
    sheet.set_column(2 + len(shown), 2 + len(shown), TEXT_WIDTH)
    meanings = {d.name: d.meaning for d in declarations(results.scenarios[0].model)}
    heads = ["Setting", "Differs", *(s.name for s in results.scenarios), "Meaning"]
    for column, name in enumerate(heads):
        put(sheet, 0, column, name, looks.heading)
    every = dict.fromkeys(key for one in shown for key in one)
    differing = {key for key in every if len({one.get(key) for one in shown}) > 1}
    for row, key in enumerate(sorted(every, key=lambda key: key not in differing), 1):
        form = looks.strong if key in differing else looks.text
        values = [one.get(key, "") for one in shown]
        line = [key, "yes" if key in differing else "", *values, meanings.get(key, "")]
        for column, value in enumerate(line):
            put(sheet, row, column, value, form)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(every), len(heads) - 1)


def _about(book: Workbook, looks: Formats, results: Results, command: str) -> None:
    """What made it, what each scenario is, and what the measures mean."""
    sheet = _sheet(book, "About", dict(enumerate(ABOUT_WIDTHS)))
    first, last = results.seeds[0], results.seeds[-1]
    plain: list[tuple[str, ...]] = [
        ("Made by", "seci-sim"),
        ("Command", command),
        ("Seeds", f"{first} to {last}"),
        ("Hash of the inputs", results.fingerprint),
        ("The same hash", "stands in manifest.json beside this file, with all that repeats it"),
    ]
    row = _lines(sheet, 0, plain, looks.text)
    row = _lines(
        sheet, row + 1, [("Scenario", "Question", "Horizon", "Fingerprint", "Notes")], looks.heading
    )
    told = [(s.name, s.question, f"{s.horizon}", s.fingerprint, s.notes) for s in results.scenarios]
    row = _lines(sheet, row, told, looks.text)
    row = _lines(
        sheet, row + 1, [("Measure", "Meaning", "Unit", "In the comparison")], looks.heading
    )
    meant = [(m.name, m.meaning, m.unit, one_number(m.name, m.kind)) for m in results.measures]
    _lines(sheet, row, meant, looks.text)


def _lines(sheet: Worksheet, row: int, lines: Sequence[tuple[str, ...]], form: Any) -> int:
    """Write lines of text; return the next free row."""
    for line in lines:
        cells = zip(line, ABOUT_WIDTHS, strict=False)
        sheet.set_row(row, max(row_height(value, width) for value, width in cells))
        for column, value in enumerate(line):
            put(sheet, row, column, value, form)
        row += 1
    return row
