"""The results as slides: the answer, the policies, a chart a slide, and what to keep in mind.

Charts are native: whoever gets the slides may change their look, and their numbers in a sheet that
comes with each. That sheet is written here, so that no name in it is taken for a formula.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Inches, Pt
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from seci_sim.figures import Chart, style
from seci_sim.figures.style import POINTS, Mark, Native, ends_of, span_of
from seci_sim.lab.statistics import ON_TREATMENT
from seci_sim.report.html import Told
from seci_sim.report.sheets import SAFE, axis_form, put_row
from seci_sim.words import measured, quoted

WIDTH, HEIGHT, MARGIN = Inches(13.333), Inches(7.5), Inches(0.6)
"""16:9."""

TITLE_TOP, TITLE_HEIGHT, TOP = Inches(0.35), Inches(1.15), Inches(1.65)
INNER = WIDTH - 2 * MARGIN
TITLE_ONLY = 5
"""Place of the layout that has a title and nothing else, in the library's own template."""

LONG_TITLE = 110
"""Characters from which a title is set smaller."""

MOST_SLIDES = 8
"""Slides of a meeting: the answer, the policies, what to keep in mind, and charts between them."""

MOST_ROWS = 8
"""Rows of a table that a slide has room for."""

MOST_POINTS = 105
"""Weeks of a curve; a slide shows no more, and the sheet behind it stays small."""

GAP, CAPTION = Inches(0.3), Inches(0.75)
"""Between two charts on a slide, and for the sentence above the second."""

TOGETHER = (
    ("gain",), ("decides1", "decides2"), ("time", "difference"), ("harm", "prices"),
    ("bands", "kinds"), ("kinds", "markets"), ("needs", "markets"),
)  # fmt: skip
"""Charts that make the slides of a meeting, the most telling first, and which of them share one."""

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


def slides(told: Told, *, command: str) -> bytes:
    """Write the slides: a file in the format of PowerPoint 2007 and later; see `seci_sim.report.exported`."""
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    about = deck.core_properties
    about.title, about.author, about.last_modified_by = told.question, "seci-sim", "seci-sim"
    mark = f"Hash of the inputs, as in manifest.json: {told.results.fingerprint}\nTo repeat this: {command}"
    box = _text(_slide(deck, told.question, mark), told.answer, 20)
    box.line.color.rgb, box.line.width = _colour(style.TACIT), Pt(3)
    _policies(deck, told, mark)
    for charts in _chosen(told.charts, MOST_SLIDES - len(deck.slides) - 1):
        words = "\n".join(f"{chart.title}. {chart.description}" for chart in charts)
        slide = _slide(deck, charts[0].title, f"{words}\n{mark}")
        width = (INNER - GAP * (len(charts) - 1)) // len(charts)
        for place, chart in enumerate(charts):
            _chart(slide, chart, MARGIN + place * (width + GAP), width, below=len(charts) > 1)
            if place:
                _text(slide, [chart.title], 13, MARGIN + place * (width + GAP), width)
    kept = [*told.cautions, mark]
    _text(_slide(deck, f"{len(told.cautions)} things to keep in mind", mark), kept, 14)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _chosen(charts: Sequence[Chart], most: int) -> list[list[Chart]]:
    """Charts of as many slides as there may be, in the order in which the page has them."""
    native = {chart.key: chart for chart in charts if chart.native is not None}
    groups, taken = list[list[str]](), set[str]()
    for keys in (*TOGETHER, *((key,) for key in native)):
        group = [key for key in keys if key in native and key not in taken]
        if group and keys[0] == group[0]:
            groups.append(group)
            taken |= set(group)
    order = list(native)
    shown = sorted(groups[:most], key=lambda group: order.index(group[0]))
    return [[native[key] for key in group] for group in shown]


def _slide(deck: Any, title: str, notes: str) -> Any:
    """A slide with its sentence above, and what is to be said with it in its notes."""
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    heading = slide.shapes.title
    heading.left, heading.top = MARGIN, TITLE_TOP
    heading.width, heading.height = INNER, TITLE_HEIGHT
    frame = heading.text_frame
    frame.text, frame.word_wrap, frame.vertical_anchor = title, True, MSO_ANCHOR.TOP
    for paragraph in frame.paragraphs:
        paragraph.alignment, paragraph.font.bold = PP_ALIGN.LEFT, True
        paragraph.font.size = Pt(26 if len(title) <= LONG_TITLE else 20)
    slide.notes_slide.notes_text_frame.text = notes
    return slide


def _text(
    slide: Any, sentences: Sequence[str], points: int, left: int = MARGIN, width: int = INNER
) -> Any:
    """Sentences below one another; returns their box."""
    box = slide.shapes.add_textbox(left, TOP, width, HEIGHT - TOP - MARGIN)
    box.text_frame.word_wrap = True
    for place, sentence in enumerate(sentences):
        paragraph = box.text_frame.add_paragraph() if place else box.text_frame.paragraphs[0]
        paragraph.text, paragraph.font.size, paragraph.space_after = sentence, Pt(points), Pt(8)
    return box


def _policies(deck: Any, told: Told, mark: str) -> None:
    """The table of the page, as many rows as a slide has room for."""
    heads, *rows = (
        [cell.lines for cell in row] for row in (told.policies.headings, *told.policies.rows)
    )
    left = len(rows) - MOST_ROWS
    more = f" ({MOST_ROWS} of {len(rows)} are shown, all in the report)" if left > 0 else ""
    slide = _slide(deck, f"{_best(told)}{more}", mark)
    _table(slide, [heads, *rows[:MOST_ROWS]])


def _best(told: Told) -> str:
    """Which policy has most of what is compared, in a sentence."""
    found, by_name = told.compared, {one.name: one for one in told.compared.outcomes}
    outcome = found.outcomes[0]
    if ON_TREATMENT in by_name and found.about_treatment:
        outcome = by_name[ON_TREATMENT]
    policy = max(found.names, key=lambda name: found.mean(name, outcome.name))
    value = measured(found.mean(policy, outcome.name), outcome.unit)
    of = f"{outcome.called}: {value} under {quoted(policy)}"
    return of if len(found.names) == 1 else f"{of}, the most of {len(found.names)}"


def _table(slide: Any, lines: Sequence[Sequence[str]]) -> None:
    """A table whose first line is its heading; a cell's second line is small print."""
    frame = slide.shapes.add_table(len(lines), len(lines[0]), MARGIN, TOP, INNER, Inches(0.5))
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            cell = frame.table.cell(row, column)
            cell.text = text
            for place, paragraph in enumerate(cell.text_frame.paragraphs):
                paragraph.font.size = Pt(10 if place else 13)


def _few(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """So many rows at most, the last among them.

    Examples
    --------
    >>> _few(pd.DataFrame({"week": range(1, 209)}), 4)["week"].tolist()
    [52, 104, 156, 208]
    """
    step = -(-len(table) // most)
    return table.iloc[::-1].iloc[::step].iloc[::-1]


def _chart(slide: Any, told: Chart, left: int, width: int, *, below: bool) -> None:
    """A native chart with its own sheet of numbers, below a caption where there is one."""
    native = told.native
    assert native is not None
    curves = native.kind == "lines"
    numbers = _few(native.numbers, MOST_POINTS) if curves else native.numbers
    drawn = [n for n, mark in enumerate(native.marks) if curves or not mark.thin]
    form = axis_form(native.unit, numbers.max().max())
    data: Any = XyChartData(form) if curves else CategoryChartData(form)
    if not curves:
        data.categories = list(numbers.index)
    for name in numbers.columns[drawn]:
        if not curves:
            data.add_series(name, [None if math.isnan(one) else one for one in numbers[name]])
            continue
        series = data.add_series(name)
        for across, value in numbers[name].dropna().items():
            series.add_data_point(across, value)
    top = TOP + CAPTION * below
    room = HEIGHT - top - MARGIN // 2
    frame = slide.shapes.add_chart(KINDS[native.kind], left, top, width, room, data)
    words = f"{told.title}. {told.description}"
    frame._element.xpath("./p:nvGraphicFramePr/p:cNvPr")[0].set("descr", words)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_sheet(numbers))
    _name_cells(chart, numbers, drawn)
    chart.font.size, chart.has_title, chart.has_legend = Pt(14), False, True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _axes(chart, native, form)
    for place, series in zip(drawn, chart.plots[0].series, strict=True):
        mark = native.marks[place]
        _look(series, native, mark)
        if mark.thin:
            _leave_out_of_key(chart, place)
        if ends := ends_of(native, place):
            _add_ends(series, *ends)


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


def _add_ends(series: Any, below: Sequence[float], above: Sequence[float]) -> None:
    """Lines at the end of bars; the library has no words for them."""
    bars = OxmlElement("c:errBars")
    for name, value in (("c:errBarType", "both"), ("c:errValType", "cust"), ("c:noEndCap", "0")):
        child = OxmlElement(name)
        child.set("val", value)
        bars.append(child)
    for name, lengths in (("c:plus", above), ("c:minus", below)):
        side, literal, count = (OxmlElement(one) for one in (name, "c:numLit", "c:ptCount"))
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
    along.major_gridlines.format.line.color.rgb = _colour(style.RULE)
    if native.unit != POINTS and (native.kind != "lines" or native.unit == "share"):
        along.minimum_scale = 0
    if span := span_of(native):
        along.minimum_scale, along.maximum_scale = span["min"], span["max"]
        along.major_unit = span["major_unit"]
    if native.kind == "lines":
        across.axis_title.text_frame.text = str(native.numbers.index.name).lower()
        across.axis_title.text_frame.paragraphs[0].font.bold = False
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
    colour = _colour(mark.colour)
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


def _colour(code: str) -> Any:
    return RGBColor.from_string(code.removeprefix("#").upper())
