"""The slides, read back: their sentences, tables, native charts and notes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation
from pptx.util import Emu
from synthetic import THREE, Course, results

from seci_sim.figures.style import Mark, Native
from seci_sim.lab import statistics
from seci_sim.lab.run import Results
from seci_sim.report import exported, tell
from seci_sim.report.html import Told

pytestmark = pytest.mark.packages

COMMAND = "seci-sim compare no-patient-time one-percent two-percent --seed 1"
HOSTILE = ("=1+1", '=HYPERLINK("http://example.org","y")', "+1", "-1", "@SUM(A1)", "{=1}", "<b>&amp;", "https://example.org", "_x000D_")  # fmt: skip


@pytest.fixture(scope="module")
def deck(told: Told) -> Any:
    return opened(told)


def opened(told: Told) -> Any:
    files = exported(told, ["pptx"], command=COMMAND)
    return Presentation(io.BytesIO(files["slides.pptx"]))


def charts(deck: Any) -> list[Any]:
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def words(slide: Any) -> str:
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    cells = [
        cell.text
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    return "\n".join(texts + cells)


def test_slides_are_wide_and_go_from_the_answer_to_what_to_keep_in_mind(
    deck: Any, told: Told
) -> None:
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=0.001)
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles[0] == told.question
    native = [chart.title for chart in told.charts if chart.native is not None]
    assert titles[2:-1] == [title for title in native if title in titles]
    assert titles[-1] == f"{len(told.cautions)} things to keep in mind"
    assert all(any(letter.isdigit() for letter in title) for title in titles), titles
    assert all(sentence in words(deck.slides[0]) for sentence in told.answer)
    assert all(sentence in words(deck.slides[len(titles) - 1]) for sentence in told.cautions)


def test_the_table_is_the_page_s_with_its_intervals(deck: Any, told: Told) -> None:
    text = words(deck.slides[1])
    for row in told.policies.rows:
        for cell in row:
            assert cell.value in text
            assert cell.small in text


def test_every_slide_s_notes_say_which_runs_it_shows(deck: Any, three: Results) -> None:
    mark = three.fingerprint
    for slide in deck.slides:
        notes = slide.notes_slide.notes_text_frame.text
        assert mark in notes
        assert COMMAND in notes


def test_charts_are_native_with_the_numbers_of_the_runs(deck: Any, three: Results) -> None:
    drawn = charts(deck)
    assert len(drawn) == 5
    needs = drawn[1].plots[0]
    assert list(needs.categories) == ["No patient time", "One percent", "Two percent"]
    assert [series.name for series in needs.series] == ["met", "mis-served"]
    means = [statistics.level(three.summary, name, "needs_met").mean for name in needs.categories]
    assert list(needs.series[0].values) == pytest.approx(means)


def test_a_chart_s_own_sheet_holds_what_the_chart_refers_to(deck: Any) -> None:
    for chart in charts(deck):
        blob = chart.part.chart_workbook.xlsx_part.blob
        sheet = openpyxl.load_workbook(io.BytesIO(blob))["Sheet1"]
        for series in chart.plots[0].series:
            name, _, values = (ref.text.split("!")[1].replace("$", "") for ref in series._element.xpath(".//c:f"))  # fmt: skip
            assert sheet[name].value == series.name
            written = [cell.value for (cell,) in sheet[values] if cell.value is not None]
            assert written == pytest.approx(list(series.values), rel=1e-12)


def test_bars_stand_in_the_order_of_the_policies_with_their_numbers_below(deck: Any) -> None:
    for chart in charts(deck):
        if not chart._chartSpace.xpath(".//c:scatterChart"):
            assert chart.category_axis.reverse_order
            assert chart.value_axis.minimum_scale == 0
            assert chart._chartSpace.xpath(".//c:valAx/c:tickLblPos/@val") == ["high"]


def test_every_chart_is_described_for_those_who_do_not_see_it(deck: Any) -> None:
    described = [
        shape._element.xpath("./p:nvGraphicFramePr/p:cNvPr/@descr")[0]
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_chart
    ]
    assert len(described) == 5
    assert min(map(len, described)) > 60


def test_nothing_leaves_a_slide(deck: Any) -> None:
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + Emu(shape.height) <= deck.slide_height


def test_no_name_becomes_a_formula_a_link_or_markup() -> None:
    courses = [Course(name, 0.01 * i, 0.2, 0.1, 10, f"={i}?") for i, name in enumerate(HOSTILE)]
    found = results(courses, replications=2, horizon=20, markets=("=India", "@Japan"))
    deck = opened(tell(found))
    text = "\n".join(words(slide) for slide in deck.slides)
    assert all(name in text for name in HOSTILE)
    drawn = charts(deck)
    assert list(drawn[1].plots[0].categories) == list(HOSTILE)
    for chart in drawn:
        blob = chart.part.chart_workbook.xlsx_part.blob
        sheet = openpyxl.load_workbook(io.BytesIO(blob))["Sheet1"]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert not any(cell.hyperlink for cell in cells)
        with zipfile.ZipFile(io.BytesIO(blob)) as parts:
            assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


@pytest.mark.parametrize("count", [1, 2, 3, 6, 11])
def test_at_most_eight_slides_whatever_the_number_of_policies(count: int) -> None:
    courses = [Course(f"Policy {i}", 0.01, 0.2 + i / 100, 0.1, 10) for i in range(count)]
    found = results(courses, replications=2, horizon=10, markets=("India", "Japan"))
    deck = opened(tell(found))
    assert len(deck.slides) <= 8
    rows = [len(shape.table.rows) for shape in deck.slides[1].shapes if shape.has_table]
    assert rows == [1 + min(count, 8)]
    said = "(8 of 11 are shown, all in the report)" in deck.slides[1].shapes.title.text_frame.text
    assert said is (count > 8)


def test_the_ticks_of_weeks_are_years(deck: Any) -> None:
    curves = [chart for chart in charts(deck) if chart._chartSpace.xpath(".//c:scatterChart")]
    assert curves
    for chart in curves:
        axis = chart.category_axis
        assert (axis.minimum_scale, axis.maximum_scale, axis.major_unit) == (0, 208, 52)


def test_a_line_on_a_bar_goes_from_the_lower_to_the_upper_end() -> None:
    numbers = pd.DataFrame(
        {"gain": [3.0, -1.0], "low": [-1.0, -2.0], "high": [7.0, 2.0]}, ["A", "B"]
    )
    marks = (Mark("#000000"), Mark("#000000", thin=True), Mark("#000000", thin=True))
    told = tell(results(THREE[:2], replications=2, horizon=10, markets=("India",)))
    native = Native("bars", numbers.rename_axis("Policies"), "percentage points", marks)
    gain = replace(told.charts[0], key="gain", native=native)
    (drawn,) = charts(opened(replace(told, charts=[gain])))
    assert [list(series.values) for series in drawn.plots[0].series] == [[3.0, -1.0]]
    below, above = (
        [float(value.text) for value in drawn._chartSpace.xpath(f".//c:errBars/c:{side}//c:v")]
        for side in ("minus", "plus")
    )
    assert below == [4.0, 1.0]
    assert above == [4.0, 3.0]
    assert (drawn.value_axis.minimum_scale, drawn.value_axis.maximum_scale) == (-2, 8)


def test_edges_of_a_band_are_drawn_and_not_named() -> None:
    numbers = pd.DataFrame({"gain": [1.0, 2.0], "low": [0.0, 1.0], "high": [2.0, 3.0]}, [1, 2])
    marks = (Mark("#000000"), Mark("#000000", thin=True), Mark("#000000", thin=True))
    told = tell(results(THREE[:2], replications=2, horizon=10, markets=("India",)))
    native = Native("lines", numbers.rename_axis("Week"), "percentage points", marks)
    (drawn,) = charts(opened(replace(told, charts=[replace(told.charts[0], native=native)])))
    assert len(drawn.plots[0].series) == 3
    assert drawn._chartSpace.xpath(".//c:legendEntry/c:idx/@val") == ["2", "1"]


def test_two_charts_may_share_a_slide_each_with_its_sentence(told: Told) -> None:
    time, difference = (
        replace(told.charts[0], key=key, title=f"{key} is 1") for key in ("time", "difference")
    )
    deck = opened(replace(told, charts=[time, difference]))
    slide = deck.slides[2]
    assert sum(shape.has_chart for shape in slide.shapes) == 2
    assert slide.shapes.title.text_frame.text == "time is 1"
    assert "difference is 1" in words(slide)
