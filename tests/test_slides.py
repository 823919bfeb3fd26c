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
from pptx.enum.dml import MSO_FILL
from pptx.util import Emu
from synthetic import THREE, Course, results

from seci_sim.figures.style import Mark, Native
from seci_sim.lab.run import Results
from seci_sim.report import exported, tell
from seci_sim.report.html import Told
from seci_sim.report.sections import Section
from seci_sim.report.slides import height_of

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


def table_of(slide: Any) -> Any:
    (found,) = (shape.table for shape in slide.shapes if shape.has_table)
    return found


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
    assert titles[1] == native[0], "the finding that the first slide draws"
    assert titles[3:-1] == [title for title in native[1:] if title in titles]
    assert titles[-1] == f"{len(told.cautions)} things to keep in mind"
    assert all(any(letter.isdigit() for letter in title) for title in titles), titles
    assert all(sentence in words(deck.slides[len(titles) - 1]) for sentence in told.cautions)


def test_slides_say_what_the_box_says(deck: Any, told: Told) -> None:
    plain, figures = words(deck.slides[0]), words(deck.slides[1])
    rows = [[cell.text for cell in row.cells] for row in table_of(deck.slides[1]).rows]
    assert [row[0] for row in rows[1:]] == list(told.compared.names[1:])
    for paragraph, row in zip(told.said, rows[1:], strict=True):
        assert paragraph.plain in plain
        under = [f"{head}: {cell}" for head, cell in zip(rows[0][1:], row[1:], strict=True)]
        assert [figure for figure in paragraph.figures if figure not in under] == []
    assert all(sentence in figures for sentence in told.reading)
    notes = deck.slides[0].notes_slide.notes_text_frame.text
    assert all(sentence in notes for sentence in told.answer)


def test_the_table_is_the_page_s_with_its_intervals(deck: Any, told: Told) -> None:
    text = words(deck.slides[2])
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
    gain = charts(deck)[0].plots[0]
    assert [" ".join(name.split()) for name in gain.categories] == [
        "One percent against No patient time", "Two percent against One percent"
    ]  # fmt: skip
    met = three.summary.pivot(index="seed", columns="scenario", values="needs_met").mean()
    steps = [met["One percent"] - met["No patient time"], met["Two percent"] - met["One percent"]]
    assert list(gain.series[0].values) == pytest.approx([100 * step for step in steps])


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
            assert chart.value_axis.minimum_scale <= 0 <= chart.value_axis.maximum_scale
            assert chart._chartSpace.xpath(".//c:valAx/c:tickLblPos/@val") == ["high"]


def test_every_chart_is_described_for_those_who_do_not_see_it(deck: Any) -> None:
    described = [
        shape._element.xpath("./p:nvGraphicFramePr/p:cNvPr/@descr")[0]
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_chart
    ]
    assert len(described) == len(charts(deck)) == 8
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
    assert {series.name for chart in drawn for series in chart.plots[0].series} >= set(HOSTILE)
    for chart in drawn:
        blob = chart.part.chart_workbook.xlsx_part.blob
        sheet = openpyxl.load_workbook(io.BytesIO(blob))["Sheet1"]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert not any(cell.hyperlink for cell in cells)
        with zipfile.ZipFile(io.BytesIO(blob)) as parts:
            assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


@pytest.mark.parametrize(
    "count", [1, 11, *(pytest.param(count, marks=pytest.mark.slow) for count in (2, 3, 6))]
)
def test_at_most_eight_slides_whatever_the_number_of_policies(count: int) -> None:
    courses = [Course(f"Policy {i}", 0.01, 0.2 + i / 100, 0.1, 10) for i in range(count)]
    found = results(courses, replications=2, horizon=10, markets=("India", "Japan"))
    deck = opened(tell(found))
    assert len(deck.slides) <= 8
    for slide, of in ((deck.slides[1], max(1, count - 1)), (deck.slides[2], count)):
        shown = len(table_of(slide).rows) - 1
        title = slide.shapes.title.text_frame.text
        assert 1 <= shown <= of
        assert title.endswith(f"({shown} of {of} are shown, all in the report)") is (shown < of)
    assert len(table_of(deck.slides[2]).rows) - 1 >= min(count, 6)


LONG = "Everybody who works in the affiliates spends an hour a week with patients"


@pytest.mark.slow
def test_whatever_is_said_stays_on_its_slide() -> None:
    """By the widest letters that programs choose; titles, texts and tables end where they should."""
    courses = [Course(f"{LONG}, {i}", 0.01, 0.2 + i / 100, 0.1, 10) for i in range(9)]
    deck = opened(tell(results(courses, replications=2, horizon=10, markets=("India", "Japan"))))
    for slide in deck.slides:
        title = slide.shapes.title
        size = title.text_frame.paragraphs[0].font.size
        assert (
            height_of([title.text_frame.text], title.width, int(size.pt), bold=True) <= title.height
        )
        for shape in slide.shapes:
            assert shape.top + Emu(shape.height) <= deck.slide_height
    shown = words(deck.slides[0]).splitlines()
    assert any(line.endswith("more, all in the report.") for line in shown)


def test_policies_that_meet_the_same_needs_have_no_charts_of_them() -> None:
    twins = [Course(name, 0.01, 0.4, 0.1, 80) for name in ("Left", "Right")]
    found = results(twins, replications=3)
    same = found.summary["scenario"] == "Right"
    columns = found.summary.columns.drop(["scenario", "seed"])
    found.summary.loc[same, columns] = found.summary.loc[~same, columns].to_numpy()
    told = tell(found)
    titles = {slide.shapes.title.text_frame.text for slide in opened(told).slides}
    needs = {
        chart.title for chart in told.charts if chart.key in ("time", "harm", "kinds", "needs")
    }
    assert len(needs) == 4
    assert not titles & needs


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
    (drawn,) = charts(opened(replace(told, sections=[Section("time", "", [gain])])))
    bars, upper = drawn.plots[0].series
    assert (list(bars.values), list(upper.values)) == ([3.0, -1.0], [7.0, 2.0])
    assert not bars._element.xpath("./c:errBars")
    down = upper._element.xpath("./c:errBars/c:minus//c:v")
    assert [float(value.text) for value in down] == [8.0, 4.0]
    assert upper.format.fill.type == MSO_FILL.BACKGROUND
    assert drawn.plots[0].overlap == 100
    assert (drawn.value_axis.minimum_scale, drawn.value_axis.maximum_scale) == (-2, 8)


def test_edges_of_a_band_are_drawn_and_not_named() -> None:
    columns = ["gain", "low", "high", "loss"]
    numbers = pd.DataFrame([[1.0, 0.0, 2.0, 3.0], [2.0, 1.0, 3.0, 4.0]], [1, 2], columns)
    marks = tuple(Mark("#000000", thin=name in ("low", "high")) for name in columns)
    told = tell(results(THREE[:2], replications=2, horizon=10, markets=("India",)))
    native = Native("lines", numbers.rename_axis("Week"), "percentage points", marks)
    gain = replace(told.charts[0], native=native)
    (drawn,) = charts(opened(replace(told, sections=[Section("time", "", [gain])])))
    assert len(drawn.plots[0].series) == 4
    assert drawn._chartSpace.xpath(".//c:legendEntry/c:idx/@val") == ["2", "1"]


def test_axes_say_what_they_count_and_what_lines_hold(deck: Any) -> None:
    titles = [
        axis.axis_title.text_frame.text
        for chart in charts(deck)
        for axis in (chart.category_axis, chart.value_axis)
        if axis.has_title
    ]
    assert titles[0] == "percentage points; line: luck"
    assert "week; thin lines: the middle 80% of runs" in titles
    assert "hours a head and year" in titles


def test_two_charts_may_share_a_slide_each_with_its_sentence(told: Told) -> None:
    time, difference = (
        replace(told.charts[0], key=key, title=f"{key} is 1") for key in ("time", "difference")
    )
    deck = opened(replace(told, sections=[Section("time", "", [time, difference])]))
    slide = deck.slides[3]
    assert sum(shape.has_chart for shape in slide.shapes) == 2
    assert slide.shapes.title.text_frame.text == "time is 1"
    assert "difference is 1" in words(slide)
