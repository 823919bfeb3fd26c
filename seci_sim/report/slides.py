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
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Inches, Pt
from xlsxwriter import Workbook

from seci_sim.figures import style
from seci_sim.figures.style import Mark, Native
from seci_sim.report.html import Told
from seci_sim.report.policy_table import Table
from seci_sim.report.sheets import SAFE, put_row

WIDTH, HEIGHT, MARGIN = Inches(13.333), Inches(7.5), Inches(0.6)
"""16:9."""

TITLE_TOP, TITLE_HEIGHT, TOP = Inches(0.35), Inches(1.15), Inches(1.65)
INNER = WIDTH - 2 * MARGIN
TITLE_ONLY = 5
"""Place of the layout that has a title and nothing else, in the library's own template."""

LONG_TITLE = 110
"""Characters from which a title is set smaller."""

MOST_ROWS = 8
"""Rows of a table that a slide has room for."""

MOST_POINTS = 105
"""Weeks of a curve; a slide shows no more, and the sheet behind it stays small."""

MOST_LABELS = 8
"""Weeks that are named below a curve."""

KINDS = {
    "lines": XL_CHART_TYPE.LINE,
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
    _policies(deck, told.policies, mark)
    for chart in told.charts:
        slide = _slide(deck, chart.title, f"{chart.description}\n{mark}")
        if chart.native is not None:
            _chart(slide, chart.native, f"{chart.title}. {chart.description}")
        else:
            rows = _few(chart.table, MOST_ROWS).to_numpy().tolist()
            _table(slide, [list(chart.table.columns), *rows])
    _text(_slide(deck, "What to keep in mind", mark), [*told.cautions, mark], 14)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


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


def _text(slide: Any, sentences: Sequence[str], points: int) -> Any:
    """Sentences below one another; returns their box."""
    box = slide.shapes.add_textbox(MARGIN, TOP, INNER, HEIGHT - TOP - MARGIN)
    box.text_frame.word_wrap = True
    for place, sentence in enumerate(sentences):
        paragraph = box.text_frame.add_paragraph() if place else box.text_frame.paragraphs[0]
        paragraph.text, paragraph.font.size, paragraph.space_after = sentence, Pt(points), Pt(8)
    return box


def _policies(deck: Any, policies: Table, mark: str) -> None:
    """The table of the page, as many rows a slide as it has room for."""
    heads, *rows = ([cell.lines for cell in row] for row in (policies.headings, *policies.rows))
    for start in range(0, len(rows), MOST_ROWS):
        part = rows[start : start + MOST_ROWS]
        more = f", {start + 1} to {start + len(part)} of {len(rows)}" * (len(rows) > MOST_ROWS)
        slide = _slide(deck, f"The policies, with 95% intervals{more}", mark)
        _table(slide, [heads, *part])


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


def _chart(slide: Any, native: Native, words: str) -> None:
    """A native chart with its own sheet of numbers."""
    numbers = _few(native.numbers, MOST_POINTS) if native.kind == "lines" else native.numbers
    form = "0%" if native.unit == "share" else "#,##0.##"
    data: Any = CategoryChartData(number_format=form)
    data.categories = [name if isinstance(name, str) else int(name) for name in numbers.index]
    for name in numbers.columns:
        values = [None if math.isnan(value) else value for value in numbers[name].tolist()]
        data.add_series(name, values)
    room = HEIGHT - TOP - MARGIN // 2
    frame = slide.shapes.add_chart(KINDS[native.kind], MARGIN, TOP, INNER, room, data)
    frame._element.xpath("./p:nvGraphicFramePr/p:cNvPr")[0].set("descr", words)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_sheet(numbers))
    chart.font.size, chart.has_title, chart.has_legend = Pt(14), False, True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _axes(chart, native, form)
    for series, mark in zip(chart.plots[0].series, native.marks, strict=True):
        _look(series, native, mark)


def _axes(chart: Any, native: Native, form: str) -> None:
    across, along = chart.category_axis, chart.value_axis
    along.tick_labels.number_format, along.tick_labels.number_format_is_linked = form, False
    along.major_gridlines.format.line.color.rgb = _colour(style.RULE)
    if native.kind == "lines":
        across.axis_title.text_frame.text = str(native.numbers.index.name).lower()
        _label_one_in(across, max(1, min(len(native.numbers), MOST_POINTS) // MOST_LABELS))
        if native.unit == "share":
            along.minimum_scale = 0
        return
    along.minimum_scale = 0
    chart.plots[0].gap_width = 60
    across.reverse_order = True  # the first bar on top, as on the page ...
    along.tick_label_position = XL_TICK_LABEL_POSITION.HIGH  # ... and the numbers below


def _label_one_in(axis: Any, step: int) -> None:
    """Name only some of an axis' points; the library has no words for it."""
    skip = OxmlElement("c:tickLblSkip")
    skip.set("val", str(step))
    axis._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)


def _look(series: Any, native: Native, mark: Mark) -> None:
    colour = _colour(mark.colour)
    if native.kind == "lines":
        line = series.format.line
        line.color.rgb, line.width, line.dash_style = colour, Pt(2.5), DASHES[mark.dash]
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
