"""The results as a workbook, with which a colleague can go on.

The answer, the comparison, time, worlds, what decides, harm, money, the runs, all settings, and how it was
made. Differences of shares are in percentage points; sums over what may be changed are formulas.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import chain
from math import nan
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from seci_sim.figures import Chart
from seci_sim.figures.style import POINTS, Native
from seci_sim.lab.comparison_table import Comparison, Row
from seci_sim.lab.result_tables import one_number
from seci_sim.lab.run import Results
from seci_sim.lab.statistics import MET, Difference, Estimate
from seci_sim.lab.verdicts import Verdict
from seci_sim.report import policy_table as tables
from seci_sim.report import sheets
from seci_sim.report.html import Told
from seci_sim.report.sheets import (
    CHART_ROWS,
    TEXT_WIDTH,
    Column,
    Formats,
    new_sheet,
    put,
    put_row,
)
from seci_sim.report.verdict_lines import HEADS, less, numbers, words
from seci_sim.report.workbook_money import money_sheets
from seci_sim.report.workbook_time import by_week_sheet, by_year_sheet
from seci_sim.report.workbook_worlds import (
    WORLDS,
    Ranges,
    deciders_sheet,
    harm_sheet,
    worlds_sheet,
)
from seci_sim.scenario import Scenario
from seci_sim.scenario.counting import money_of
from seci_sim.seci.measures import Measure
from seci_sim.words import quoted

Line = tuple[str, str, list[float]]
"""Heading of a line of the comparison, unit, and a number for every policy."""

ABOUT_WIDTHS = (34, 60, 24, 28, TEXT_WIDTH)
"""Characters of the columns of the sheet about the rest."""

ANSWER_WIDTHS = (52, 13, 13, 13, 13, 13, 13)
"""Characters of the columns of the answer; its sentences go across them."""


def workbook(told: Told, *, command: str) -> bytes:
    """Write the workbook: a file in the format of Excel 2007 and later; see `seci_sim.report.exported`."""
    file, results, found = io.BytesIO(), told.results, told.compared
    verdicts = _judged(found)
    with Workbook(file, sheets.SAFE) as book:
        looks = Formats(book)
        book.set_properties({"title": told.question, "comments": f"To repeat this: {command}"})
        _answer(book, looks, told, command)
        _compare(book, looks, results.measures, told)
        if verdicts and found.yearly is not None:
            by_year_sheet(new_sheet(book, "By year", {}), looks, found)
        by_week_sheet(book, new_sheet(book, "By week", {}), looks, (results, found, told.charts))
        ranges: Ranges = {}
        if found.worlds is not None:
            ranges = worlds_sheet(new_sheet(book, WORLDS, {}), looks, found)
            if any(one.deciders for one in verdicts):
                deciders_sheet(book, new_sheet(book, "Deciders", {}), looks, verdicts)
        if verdicts:
            harm_sheet(new_sheet(book, "Harm", {}), looks, found, ranges)
        if verdicts and money_of(results.scenarios) is not None:
            money_sheets(book, looks, found, results.scenarios)
        _runs(book, looks, told)
        _settings(book, looks, results)
        _about(book, looks, results, command)
    return file.getvalue()


def _judged(found: Comparison) -> tuple[Verdict, ...]:
    """The verdicts; none on a published model, which meets no needs."""
    return found.verdicts() if MET in found.summary else ()


def _answer(book: Workbook, looks: Formats, told: Told, command: str) -> None:
    """What is said, word for word, and each verdict in figures."""
    sheet = new_sheet(book, "Answer", dict(enumerate(ANSWER_WIDTHS)))
    sheet.fit_to_pages(1, 1)
    row = _across(sheet, 0, [told.question], looks.title) + 1
    for paragraph in told.said:
        row = _across(sheet, row, [paragraph.plain], looks.strong)
        row = _across(sheet, row, paragraph.figures, looks.text) + 1
    row = _across(sheet, row, [" ".join(told.reading)], looks.small) + 1
    for one in _judged(told.compared):
        row = _in_figures(sheet, row, one, looks, told.compared.currency) + 1
    row = _across(sheet, row, ["What to keep in mind"], looks.strong)
    row = _across(sheet, row, told.cautions, looks.text)
    _across(sheet, row + 1, [f"To repeat this: {command}"], looks.text)


def _across(sheet: Worksheet, row: int, lines: Sequence[str], form: Any) -> int:
    """Write texts below one another, each across all columns; return the next free row."""
    for line in lines:
        sheet.merge_range(row, 0, row, len(ANSWER_WIDTHS) - 1, "", form)
        row = sheets.put_lines(sheet, row, [line], form, sum(ANSWER_WIDTHS))
    return row


def _in_figures(sheet: Worksheet, row: int, one: Verdict, looks: Formats, currency: str) -> int:
    """A verdict's numbers, and what decides it; return the next free row."""
    put_row(sheet, row, HEADS, looks.right, 1)
    row = put_row(sheet, row, [less(one.policy, one.against)], looks.heading)
    for called, unit, values in numbers(one):
        put(
            sheet,
            row,
            0,
            f"{called}, {currency if unit == 'money' and currency else unit}",
            looks.text,
        )
        put_row(sheet, row, values[:-1], looks.of(unit), 1)
        row = put_row(sheet, row, values[-1:], looks.share, len(values))
    for called, said in words(one):
        put(sheet, row, 0, called, looks.text)
        row = put_row(sheet, row, [said], looks.plain, 1)
    return row


def _compare(book: Workbook, looks: Formats, measures: Sequence[Measure], told: Told) -> None:
    """The policies' numbers, the charts that compare them, and every measure."""
    sheet, found = new_sheet(book, "Compare", {0: 68}), told.compared
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
        counted = found.currency or outcome.unit if outcome.unit == "money" else outcome.unit
        unit = "" if counted == "share" else f" ({counted})"
        lines += _with_ends(f"{outcome.called}{unit}", outcome.unit, [row.level for row in rows])
        if outcome.statistic == "median":
            lines[-2:] = [("Runs that got there (runs)", "runs", [row.level.used for row in rows])]
        if outcome.statistic == "mean" and len(rows) > 1:
            change = POINTS if counted == "share" else counted
            for other, changes in _changes(found, rows):
                lines += _with_ends(
                    f"{outcome.called}: change from {other} ({change})", change, changes
                )
                better = [nan if one is None else one.better for one in changes]
                used = [nan if one is None else one.used for one in changes]
                lines += [("Better in (runs)", "runs", better), ("      of", "runs", used)]
    return lines


def _changes(
    found: Comparison, rows: Sequence[Row]
) -> Iterator[tuple[str, list[Difference | None]]]:
    """Changes from the first policy, and on a ladder of three or more from the step before, too."""
    yield quoted(found.first), [row.change for row in rows]
    if found.ladder and len(rows) > 2:
        outcome = rows[0].outcome
        steps = [found.change_of(outcome, name, other) for name, other in found.steps()]
        yield "the step before", [None, *steps]


def _with_ends(heading: str, unit: str, found: Sequence[Estimate | None]) -> list[Line]:
    """A mean and the ends of its 95% interval."""
    scale = 100 if unit == POINTS else 1
    means = [nan if one is None else scale * one.mean for one in found]
    ends = [(nan, nan) if one is None or one.interval is None else one.interval for one in found]
    low, high = ([scale * end for end in side] for side in zip(*ends, strict=True))
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
    beside = width + 2 + any(mark.thin for mark in native.marks)  # lengths of lines on bars
    corner, columns = (row + 1, beside), range(1, width + 1)
    sheets.put_chart(book, sheet, corner, native, (row, 0), columns, count, chart.description)
    return row + max(count + 3, CHART_ROWS + 2)


def _runs(book: Workbook, looks: Formats, told: Told) -> None:
    """Every run at the file's own values: a row a run, a column an outcome, as in results.csv."""
    found, units = told.compared, {one.name: one.unit for one in told.results.measures}
    table = found.summary[[*found.summary.columns.drop("seed").insert(1, "seed")]]
    sheet = new_sheet(book, "Runs", {})
    columns = [Column(name, units.get(name, ""), table[name].tolist()) for name in table.columns]
    sheets.put_columns(sheet, 0, columns, looks)
    sheet.set_column(0, 0, 26)
    sheet.freeze_panes(2, 2)
    sheet.autofilter(1, 0, len(table) + 1, table.shape[1] - 1)


def _settings(book: Workbook, looks: Formats, results: Results) -> None:
    """Every setting of every policy: first those that differ, then those that are not as declared."""
    table, chosen = tables.all_settings(results.scenarios), _chosen(results.scenarios)
    heads = ["Setting", "Differs", *(cell.value for cell in table.headings[1:]), "Meaning"]
    sheet = new_sheet(book, "Settings", {0: 44, 1: 18, len(heads) - 1: TEXT_WIDTH})
    sheet.set_column(2, len(heads) - 2, 20)
    put_row(sheet, 0, heads, looks.heading)
    kinds = ("between policies", "from the default", "")
    lines = []
    for key, *values in table.rows:
        differs = len(set(values)) > 1
        kind = 0 if differs else 1 if key.value in chosen else 2
        decided = key.value.startswith(("policy.", "timeline."))
        lines.append(((kind, not decided), key, values))
    for place, ((kind, _), key, values) in enumerate(sorted(lines, key=lambda line: line[0]), 1):
        line = [key.value, kinds[kind], *(cell.value for cell in values), key.small]
        put_row(sheet, place, line, looks.text if kind else looks.strong)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(lines), len(heads) - 1)


def _chosen(scenarios: Sequence[Scenario]) -> set[str]:
    """Settings in which any scenario is not as declared."""
    return {
        key.value
        for scenario in scenarios
        for key, *_ in tables.differing_settings([scenario]).rows
    }


def _about(book: Workbook, looks: Formats, results: Results, command: str) -> None:
    """What made it, what each scenario is, and what the measures mean."""
    sheet = new_sheet(book, "About", dict(enumerate(ABOUT_WIDTHS)))
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
