"""Native charts of slides: whoever gets the slides may change their look, and their numbers.

The numbers stand in a sheet that comes with each chart. That sheet is written here, so that no name in it
is taken for a formula.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Sequence
from typing import Any

import pandas as pd
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Inches, Pt
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from seci_sim.figures import Chart, style
from seci_sim.figures.curves import few
from seci_sim.figures.style import Mark, Native, line_of, span_of
from seci_sim.report.sheets import SAFE, axis_form, put_row

MOST_POINTS = 105
"""Weeks of a curve; a slide shows no more, and the sheet behind it stays small."""

LABEL_CHARACTERS = 36
"""Characters of a line of a name beside bars, in a chart as wide as a slide."""

SIZE, LEAST = 14, 8
"""Points of a chart's text, and of that beside bars of which there are many."""

PLOT, LEADING = 0.7, 1.5
"""Part of a chart's height beside which names of bars stand, and height of their lines in their size."""

Place = tuple[int, int, int, int]
"""Left, top, width and height of what stands on a slide."""

KINDS = {
    "lines": XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked": XL_CHART_TYPE.BAR_STACKED,
}

DASHES = {
    "solid": MSO_LINE.SOLID, "dash": MSO_LINE.DASH, "dot": MSO_LINE.ROUND_DOT,
    "dashdot": MSO_LINE.DASH_DOT, "longdash": MSO_LINE.LONG_DASH,
    "longdashdot": MSO_LINE.LONG_DASH_DOT,
}  # fmt: skip
"""The library's words for the dashes of `seci_sim.figures.style`."""


def put_chart(slide: Any, told: Chart, place: Place) -> None:
    """Draw a native chart with its own sheet of numbers.

    Parameters
    ----------
    slide : Slide
        Of the library.
    told : Chart
        With its `native`.
    place : tuple of int
        Left, top, width and height.
    """
    native = told.native
    assert native is not None
    curves, numbers = native.kind == "lines", native.numbers
    if curves:
        numbers = few(numbers, MOST_POINTS)
    else:
        room = LABEL_CHARACTERS * place[2] // Inches(12)
        numbers = numbers.set_axis([textwrap.fill(str(name), room) for name in numbers.index])
    drawn = [
        n for n, mark in enumerate(native.marks) if curves or not mark.thin or line_of(native, n)
    ]
    form = axis_form(native.unit, numbers.max().max())
    frame = slide.shapes.add_chart(
        KINDS[native.kind], *place, _data(native, numbers.iloc[:, drawn], form)
    )
    words = f"{told.title}. {told.description}"
    frame._element.xpath("./p:nvGraphicFramePr/p:cNvPr")[0].set("descr", words)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_sheet(numbers))
    _name_cells(chart, numbers, drawn)
    lines = sum(str(name).count("\n") + 1 for name in numbers.index)
    size = SIZE if curves else min(SIZE, max(LEAST, int(place[3] * PLOT / lines / LEADING / Pt(1))))
    chart.font.size, chart.has_title = Pt(size), False
    chart.has_legend = sum(not mark.thin for mark in native.marks) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _axes(chart, native, form)
    for place_of, series in zip(drawn, chart.plots[0].series, strict=True):
        mark = native.marks[place_of]
        _look(series, native, mark)
        if mark.thin and chart.has_legend:
            _leave_out_of_key(chart, place_of)
        if line := line_of(native, place_of):
            series.format.fill.background()
            chart.plots[0].overlap = 100
            _add_lines(series, line)


def _data(native: Native, numbers: pd.DataFrame, form: str) -> Any:
    """The numbers that are drawn, as the library takes them."""
    curves = native.kind == "lines"
    data: Any = XyChartData(form) if curves else CategoryChartData(form)
    if not curves:
        data.categories = list(numbers.index)
    for name in numbers:
        if not curves:
            data.add_series(name, [None if math.isnan(one) else one for one in numbers[name]])
            continue
        series = data.add_series(name)
        for across, value in numbers[name].dropna().items():
            series.add_data_point(across, value)
    return data


def _name_cells(chart: Any, numbers: pd.DataFrame, drawn: Sequence[int]) -> None:
    """Let all that is drawn refer to one sheet that has a column for each."""
    last = len(numbers) + 1
    for place, series in zip(drawn, chart._chartSpace.xpath(".//c:ser"), strict=True):
        column = xl_col_to_name(place + 1)
        values = f"${column}$2:${column}${last}"
        cells = {
            "c:tx": f"${column}$1",
            "c:xVal": f"$A$2:$A${last}",
            "c:yVal": values,
            "c:val": values,
        }
        for part, address in cells.items():
            for found in series.xpath(f"./{part}//c:f"):
                found.text = f"Sheet1!{address}"


def _add_lines(series: Any, lengths: Sequence[float]) -> None:
    """Lines down from the ends of bars; the library has no words for them."""
    bars = OxmlElement("c:errBars")
    for name, value in (("c:errBarType", "minus"), ("c:errValType", "cust"), ("c:noEndCap", "0")):
        child = OxmlElement(name)
        child.set("val", value)
        bars.append(child)
    side, literal, count = (OxmlElement(one) for one in ("c:minus", "c:numLit", "c:ptCount"))
    count.set("val", str(len(lengths)))
    literal.append(count)
    for place, length in enumerate(lengths):
        point, value = OxmlElement("c:pt"), OxmlElement("c:v")
        point.set("idx", str(place))
        value.text = repr(length)
        point.append(value)
        literal.append(point)
    side.append(literal)
    bars.append(side)
    series._element.find(qn("c:cat")).addprevious(bars)


def _leave_out_of_key(chart: Any, place: int) -> None:
    """Name a curve nowhere; the library has no words for it."""
    entry, index, delete = (OxmlElement(name) for name in ("c:legendEntry", "c:idx", "c:delete"))
    index.set("val", str(place))
    delete.set("val", "1")
    entry.extend((index, delete))
    chart.legend._element.find(qn("c:legendPos")).addnext(entry)


def _axes(chart: Any, native: Native, form: str) -> None:
    across, along = chart.category_axis, chart.value_axis
    along.tick_labels.number_format, along.tick_labels.number_format_is_linked = form, False
    along.major_gridlines.format.line.color.rgb = colour_of(style.RULE)
    across_words, along_words = native.titles
    for axis, words in ((across, across_words), (along, along_words)):
        if words:
            axis.axis_title.text_frame.text = words
            font = axis.axis_title.text_frame.paragraphs[0].font
            font.bold, font.size = False, Pt(SIZE - 2)
    if native.unit == "share":
        along.minimum_scale = 0
    if span := span_of(native):
        along.minimum_scale, along.maximum_scale = span["min"], span["max"]
        along.major_unit = span["major_unit"]
    if native.kind == "lines":
        ends = native.axis
        across.minimum_scale, across.maximum_scale = ends["min"], ends["max"]
        across.major_unit = ends["major_unit"]
        across.has_major_gridlines = False
        across.tick_labels.number_format = axis_form(native.across, ends["max"])
        across.tick_labels.number_format_is_linked = False
        for axis in (across, along):  # below and to the left, where curves go below 0
            axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        return
    chart.plots[0].gap_width = 60
    across.reverse_order = True  # the first bar on top, as on the page ...
    along.tick_label_position = XL_TICK_LABEL_POSITION.HIGH  # ... and the numbers below
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW  # beside bars that go below 0


def _look(series: Any, native: Native, mark: Mark) -> None:
    colour = colour_of(mark.colour)
    if native.kind == "lines":
        line = series.format.line
        line.color.rgb, line.dash_style = colour, DASHES[mark.dash]
        line.width = Pt(0.75 if mark.thin else 2.5)
        series.smooth = False
        return
    fill = series.format.fill
    if not mark.hatched:
        fill.solid()
        fill.fore_color.rgb = colour
        return
    fill.patterned()
    fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
    fill.fore_color.rgb, fill.back_color.rgb = colour, RGBColor(255, 255, 255)
    series.format.line.color.rgb = colour


def _sheet(numbers: pd.DataFrame) -> bytes:
    """The numbers of a chart, in the cells that the library's charts refer to."""
    file = io.BytesIO()
    with Workbook(file, SAFE) as book:
        sheet = book.add_worksheet("Sheet1")
        put_row(sheet, 0, numbers.columns, None, 1)
        for row, (name, *values) in enumerate(numbers.itertuples(name=None), 1):
            put_row(sheet, row, [name, *values], None)
    return file.getvalue()


def colour_of(code: str) -> Any:
    """A colour of `seci_sim.figures.style` as the library has it."""
    return RGBColor.from_string(code.removeprefix("#").upper())
