"""How text, numbers, formulas, tables and charts are put on the sheet of a workbook.

Text stays text whatever it begins with: nothing that a scenario says is taken for a formula or an
address, and charts name their title and their curves by the cells in which these stand. Formulas name
cells alone, and each stands there with what it comes to, for programs that work nothing out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from seci_sim.figures import style
from seci_sim.figures.style import POINTS, Kind, Mark, Native, line_of, span_of

CHART_ROWS = 18
"""Rows that a chart covers."""

SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
"""How a workbook is opened."""

NUMBER = "[>=10000]#,##0;[<=-10000]-#,##0;#,##0.0##"
"""How numbers look that count anything: large ones without decimals."""

SIGNED = "[>=0.05]+0.0;[<=-0.05]-0.0;0.0"
"""How differences look; none is a negative nought."""

TEXT_WIDTH, NARROW, WIDEST = 110, 13, 1.3
"""Characters of a column of sentences, and of one of numbers, and how much wider letters can be than
those it counts."""

CHART_SIZE = {"width": 760, "height": 350}

MOST_CURVES = 255
"""Curves or kinds of bars that a spreadsheet's chart holds at most."""

KINDS: dict[Kind, dict[str, str]] = {
    "lines": {"type": "scatter", "subtype": "straight"},
    "bars": {"type": "bar"},
    "stacked": {"type": "bar", "subtype": "stacked"},
}

DASHES = {
    "solid": "solid", "dash": "dash", "dot": "round_dot", "dashdot": "dash_dot",
    "longdash": "long_dash", "longdashdot": "long_dash_dot",
}  # fmt: skip
"""The library's words for the dashes of `seci_sim.figures.style`."""


@dataclass(frozen=True)
class Formula:
    """What a program works out from other cells."""

    text: str
    """Names cells, never what stands in them."""
    value: float
    """What it comes to now; NaN where it stays empty."""


Value = str | float | Formula
"""What a cell may hold."""


class Formats:
    """How cells of a workbook look."""

    def __init__(self, book: Workbook) -> None:
        wrapped = {"text_wrap": True, "valign": "top"}
        heading = {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"}
        self.title: Any = book.add_format({"bold": True, "font_size": 16, **wrapped})
        self.heading: Any = book.add_format(heading)
        self.text: Any = book.add_format(wrapped)
        self.strong: Any = book.add_format({"bold": True, **wrapped})
        self.right: Any = book.add_format({**heading, "align": "right"})
        """A heading above numbers."""
        self.plain: Any = book.add_format({"valign": "top"})
        self.title_of: Any = book.add_format({"bold": True, "valign": "top"})
        """A line that goes on over the cells beside it."""
        self.small: Any = book.add_format({"font_color": style.QUIET, **wrapped})
        self.share: Any = book.add_format({"num_format": "0.0%", "valign": "top"})
        self.points: Any = book.add_format({"num_format": SIGNED, "valign": "top"})
        self.number: Any = book.add_format({"num_format": NUMBER, "valign": "top"})
        self.count: Any = book.add_format({"num_format": "0", "valign": "top"})
        self.given: Any = book.add_format(
            {"num_format": NUMBER, "bg_color": style.EXPLICIT_TINT, "border": 1}
        )
        """A number that the reader may change."""

    def of(self, unit: str) -> Any:
        """How numbers of a unit look."""
        kinds = {"share": self.share, POINTS: self.points, "runs": self.count}
        return kinds.get(unit, self.number)


def put(sheet: Worksheet, row: int, column: int, value: Value, form: Any) -> None:
    """Fill one cell; what is not there leaves it empty.

    Raises
    ------
    ValueError
        The cell lies outside the sheet, or the text is too long for a cell.
    """
    if isinstance(value, Formula):
        found = value.value if math.isfinite(value.value) else ""
        refused = sheet.write_formula(row, column, value.text, form, found)
    elif value == "" or (isinstance(value, float) and not math.isfinite(value)):
        refused = sheet.write_blank(row, column, None, form)
    elif isinstance(value, str):
        refused = sheet.write_string(row, column, value, form)
    else:
        refused = sheet.write_number(row, column, value, form)
    if refused:
        raise ValueError(f"row {row + 1}, column {column + 1}: does not fit a sheet")


def put_row(sheet: Worksheet, row: int, values: Iterable[Value], form: Any, column: int = 0) -> int:
    """Fill cells beside each other; return the next free row."""
    for place, value in enumerate(values, column):
        put(sheet, row, place, value, form)
    return row + 1


def put_lines(
    sheet: Worksheet, row: int, lines: Sequence[str], form: Any, width: int = TEXT_WIDTH
) -> int:
    """Write texts below one another, each in a row that holds all of it; return the next free row.

    Parameters
    ----------
    width : int
        Characters of the first column.
    """
    for line in lines:
        sheet.set_row(row, row_height(line, width, form.font_size))
        row = put_row(sheet, row, [line], form)
    return row


def new_sheet(book: Workbook, name: str, widths: dict[int, int]) -> Worksheet:
    """A sheet whose columns have these widths, and which prints a page wide, on A4."""
    sheet = book.add_worksheet(name)
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    return sheet


@dataclass(frozen=True)
class Column:
    """Cells below each other, under their heading and its unit."""

    heading: str
    unit: str
    values: Sequence[Value]


def put_headings(
    sheet: Worksheet, row: int, headings: Iterable[str], looks: Formats, *, lines: int = 3
) -> int:
    """Write headings in a row that holds so many lines of them; return the next free row."""
    sheet.set_row(row, 15 * lines)
    return put_row(sheet, row, headings, looks.heading)


def put_units(sheet: Worksheet, row: int, units: Sequence[str], looks: Formats) -> int:
    """Write units below headings, in a row that holds two lines; return the next free row."""
    sheet.set_row(row, 30)
    return put_row(sheet, row, units, looks.small)


def put_columns(sheet: Worksheet, row: int, columns: Sequence[Column], looks: Formats) -> int:
    """Write columns beside each other; return the next free row."""
    put_headings(sheet, row, (column.heading for column in columns), looks, lines=5)
    put_units(sheet, row + 1, [column.unit for column in columns], looks)
    for place, column in enumerate(columns):
        sheet.set_column(
            place, place, max(NARROW, *(len(word) + 2 for word in column.heading.split()))
        )
        form = looks.of(column.unit)
        for line, value in enumerate(column.values, row + 2):
            put(sheet, line, place, value, form)
    return row + 2 + max((len(column.values) for column in columns), default=0)


def row_height(text: str, width: int, size: float = 11) -> float:
    """Points of a row whose text is wrapped, by the widest letters that programs choose.

    Not every program works the height out for itself.

    Examples
    --------
    >>> row_height("a", 110), row_height("a" * 200, 110), row_height("a" * 100, 110, size=16)
    (15.4, 46.2, 44.8)
    """
    characters = width / WIDEST * 11 / size
    return round(math.ceil(len(text) / characters) * 1.4 * size, 1)


def put_table(
    sheet: Worksheet, row: int, table: pd.DataFrame, looks: Formats, units: Sequence[str]
) -> int:
    """Write a table with the names of its rows and columns; return the next free row.

    Parameters
    ----------
    units : sequence of str
        Of the rows: ``share``, or what else is counted.
    """
    names = [str(name) for name in table]
    sheet.set_row(row, max(row_height(name, NARROW) for name in names))
    row = put_row(sheet, row, [str(table.index.name or ""), *names], looks.heading)
    numbers = table.to_numpy(float).tolist()
    for name, values, unit in zip(table.index, numbers, units, strict=True):
        put(sheet, row, 0, name, looks.strong if isinstance(name, str) else looks.number)
        row = put_row(sheet, row, values, looks.of(unit), 1)
    return row


def axis_form(unit: str, highest: float) -> str:
    """How numbers along an axis look.

    Examples
    --------
    >>> axis_form("share", 0.6), axis_form("share", 0.04), axis_form("percentage points", 12.0)
    ('0%', '0.0%', '0')
    """
    if unit == "share":
        return "0%" if highest > 0.05 else "0.0%"
    return "0" if unit == POINTS and highest > 5 else "#,##0.##"


def put_chart(
    book: Workbook,
    sheet: Worksheet,
    corner: tuple[int, int],
    native: Native,
    sentence: tuple[int, int],
    columns: Sequence[int],
    rows: int,
    words: str,
) -> None:
    """Draw a native chart from the cells of its own sheet.

    Parameters
    ----------
    corner, sentence : tuple of int
        Row and column of its upper left corner, and of the sentence above its numbers; the curves' names
        stand in the row below that, and what lies across in the first column of the sheet.
    columns : sequence of int
        Of the curves.
    rows : int
        Rows of numbers.
    words : str
        What it shows, for those who do not see it.
    """
    if len(columns) > MOST_CURVES:
        put(sheet, *corner, f"A chart holds {MOST_CURVES} curves at most.", None)
        return
    chart: Any = book.add_chart({**KINDS[native.kind]})
    names = sentence[0] + 1
    first, last = names + 1, names + rows
    for number, (place, mark) in enumerate(zip(columns, native.marks, strict=True)):
        look, line = _look(native.kind, mark), line_of(native, number)
        if line:
            look = {
                "fill": {"none": True},
                "gap": 60,
                "overlap": 100,
                "y_error_bars": _lines_on_bars(book, sheet, names, place, line),
            }
        elif mark.thin and native.kind != "lines":
            continue
        chart.add_series({
            "name": [sheet.name, names, place],
            "categories": [sheet.name, first, 0, last, 0],
            "values": [sheet.name, first, place, last, place],
            **look,
        })  # fmt: skip
    along: dict[str, Any] = {
        "num_format": axis_form(native.unit, native.numbers.max().max()),
        "label_position": "low",
        "major_gridlines": {"visible": True, "line": {"color": style.RULE}},
    }
    across_words, along_words = native.titles
    if along_words:
        along |= {"name": along_words, "name_font": {"bold": False}}
    if native.unit == "share":
        along["min"] = 0
    along |= span_of(native)
    title = {"name": [sheet.name, *sentence], "name_font": {"size": 11}, "overlay": False}
    chart.set_title(title)
    legend: dict[str, Any] = {"position": "bottom"}
    if native.kind == "lines":
        across = {"name": across_words, "name_font": {"bold": False}}
        high = float(native.numbers.index[-1])
        form = {"num_format": axis_form(native.across, high), "label_position": "low"}
        chart.set_x_axis({**across, **native.axis, **form, "major_gridlines": {"visible": False}})
        chart.set_y_axis(along)
        legend["delete_series"] = [n for n, mark in enumerate(native.marks) if mark.thin]
    else:  # bars lie on their side: their names stand along y, the first on top, the numbers below
        chart.set_x_axis({**along, "label_position": "high"})
        chart.set_y_axis({"reverse": True, "label_position": "low"})
    if sum(not mark.thin for mark in native.marks) == 1:
        legend = {"none": True}
    chart.set_legend(legend)
    chart.set_size(CHART_SIZE)
    sheet.insert_chart(*corner, chart, {"description": words, "object_position": 3})


def _lines_on_bars(
    book: Workbook, sheet: Worksheet, row: int, column: int, lengths: Sequence[float]
) -> dict[str, Any]:
    """Write how far lines reach down from the ends in a column, as formulas; say where that is.

    Not every program draws lines whose lengths stand in no cells.
    """
    looks = book.add_format({"num_format": "0.0"})
    put(sheet, row, column + 1, "length of the line", looks)
    for line, length in enumerate(lengths, row + 1):
        low, high = (xl_rowcol_to_cell(line, one) for one in (column - 1, column))
        put(sheet, line, column + 1, Formula(f"={high}-{low}", length), looks)
    cells = xl_range_abs(row + 1, column + 1, row + len(lengths), column + 1)
    where = f"='{sheet.name}'!{cells}"
    return {"type": "custom", "direction": "minus", "plus_values": where, "minus_values": where}


def _look(kind: Kind, mark: Mark) -> dict[str, Any]:
    if kind == "lines":
        width = 0.75 if mark.thin else 2.25
        return {"line": {"color": mark.colour, "width": width, "dash_type": DASHES[mark.dash]}}
    if not mark.hatched:
        return {"fill": {"color": mark.colour}, "gap": 60}
    hatch = {"pattern": "wide_upward_diagonal", "fg_color": mark.colour, "bg_color": "#FFFFFF"}
    return {"pattern": hatch, "border": {"color": mark.colour}, "gap": 60}
