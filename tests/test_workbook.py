"""The workbook, read back: its sheets, its numbers, its charts, and text that stays text."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.chart import BarChart
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from synthetic import THREE, Course, results
from synthetic_worlds import worlds_of
from xlsxwriter import Workbook as Writer

from seci_sim.figures.style import Mark, Native
from seci_sim.lab import statistics
from seci_sim.lab.comparing import simulate
from seci_sim.lab.run import Results
from seci_sim.report import exported, tell
from seci_sim.report.html import Told
from seci_sim.report.sheets import MOST_CURVES, SAFE, put, put_chart
from seci_sim.scenario import read_scenario

pytestmark = pytest.mark.packages

COMMAND = "seci-sim compare no-patient-time one-percent two-percent --seed 1"
HOSTILE = ("=1+1", '=HYPERLINK("http://example.org","y")', "+1", "-1", "@SUM(A1)", "{=1}", "=cmd|' /C calc'!A0")  # fmt: skip


FORMULA = re.compile(
    r"=(?:(?:Worlds|Harm|Money|'Money(?: by (?:run|world))?')!|[A-Z]+[0-9]?\(|\$?[A-Z]{1,3}\$?[0-9]+|[0-9.]+|\"(?:>0|<=)?\"|FALSE|_xlfn\.PERCENTILE\.EXC\(|"
    r"[-+*/^(),:<>=&])+"
)
"""Functions, cells, sheets of ours, and numbers: no text that anybody chose."""


@pytest.fixture(scope="module")
def doubted(three: Results) -> Told:
    """The same three policies, in many worlds too."""
    return tell(replace(three, worlds=worlds_of(three)))


@pytest.fixture(scope="module")
def book(doubted: Told) -> Workbook:
    return opened(doubted)


@pytest.fixture(scope="module")
def hostile() -> bytes:
    courses = [Course(name, 0.01 * i, 0.2, 0.1, 10, f"={i}?") for i, name in enumerate(HOSTILE)]
    found = results(courses, replications=2, horizon=20, markets=("=India", "@Japan"))
    found = replace(found, worlds=worlds_of(found, worlds=4, years=1))
    return exported(tell(found), ["xlsx"], command="=1+1")["summary.xlsx"]


def opened(told: Told) -> Workbook:
    files = exported(told, ["xlsx"], command=COMMAND)
    return openpyxl.load_workbook(io.BytesIO(files["summary.xlsx"]))


def lines(sheet: Worksheet) -> list[list[Any]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def line_of(sheet: Worksheet, first: str) -> list[Any]:
    return next(line for line in lines(sheet) if line[0] == first)


def test_its_sheets_go_from_the_answer_to_how_it_was_made(book: Workbook) -> None:
    assert book.sheetnames == [
        "Answer", "Compare", "By year", "By week", "Worlds", "Deciders", "Harm", "Runs", "Settings", "About"
    ]  # fmt: skip


def test_the_answer_is_the_page_s_word_for_word(told: Told) -> None:
    book = opened(told)
    said = [line[0] for line in lines(book["Answer"]) if line[0]]
    words = [word for one in told.said for word in (one.plain, *one.figures)]
    assert said[: len(words) + 2] == [told.question, *words, " ".join(told.reading)]
    assert said[-1] == f"To repeat this: {COMMAND}"
    assert set(told.cautions) <= set(said)


def test_the_comparison_has_every_policy_in_full_precision(book: Workbook, three: Results) -> None:
    rows = lines(book["Compare"])
    names = [scenario.name for scenario in three.scenarios]
    assert rows[0][1:4] == names
    for other, against in ((f"“{names[0]}”", names[0]), ("the step before", names[1])):
        change = statistics.difference(three.summary, names[2], against, "needs_met")
        heading = f"Needs met: change from {other} (percentage points)"
        place = [row[0] for row in rows].index(heading)
        assert change.interval is not None
        assert [row[3] for row in rows[place : place + 5]] == [
            pytest.approx(100 * change.mean, rel=1e-12),
            *(pytest.approx(100 * end, rel=1e-12) for end in change.interval),
            change.better,
            change.used,
        ]
        assert [row[1] for row in rows[place : place + 5]] == [None] * 5


def test_rows_of_sentences_are_high_enough_for_all_of_them(book: Workbook, doubted: Told) -> None:
    """Not every program works that out; letters are at most 1.3 times as wide as those counted."""
    sheet = book["Answer"]
    said = {word for one in doubted.said for word in (one.plain, *one.figures)}
    said |= {doubted.question, *doubted.cautions, " ".join(doubted.reading)}
    for row in sheet.iter_rows(max_col=1):
        text = row[0].value or ""
        size = row[0].font.size
        if text in said:
            lines_of_text = -(-len(text) * 1.3 * size // (130 * 11))
            assert sheet.row_dimensions[row[0].row].height >= lines_of_text * size * 1.2, text


def test_every_measure_has_its_mean_and_its_meaning(book: Workbook, three: Results) -> None:
    for measure in three.measures:
        row = line_of(book["Compare"], measure.name)
        found = statistics.level(three.summary, "One percent", measure.name)
        assert row[4] == pytest.approx(found.mean, rel=1e-12)
        assert line_of(book["About"], measure.name)[1] == measure.meaning


def test_the_weeks_are_there_one_a_row_with_their_bands(book: Workbook, three: Results) -> None:
    rows = lines(book["By week"])
    head = next(place for place, line in enumerate(rows) if line[0] == "Week")
    assert [line[0] for line in rows[head + 1 :]] == list(range(1, 209))
    one = three.weekly[
        (three.weekly["scenario"] == "One percent") & (three.weekly["market"] == "all")
    ]
    last = one[one["week"] == 208]["staff_knowing"]
    place = rows[head].index("One percent")
    assert rows[-1][place : place + 3] == [
        pytest.approx(last.mean()), pytest.approx(last.quantile(0.1)), pytest.approx(last.quantile(0.9))
    ]  # fmt: skip


def test_settings_that_differ_stand_first(book: Workbook) -> None:
    rows = lines(book["Settings"])
    assert rows[0][2:5] == ["No patient time", "One percent", "Two percent"]
    assert rows[1][:5] == ["policy.patient_time", "between policies", "0%", "1%", "2%"]
    assert all(row[1] is None for row in rows[2:])
    assert len(rows) > 100


def test_settings_of_one_scenario_begin_with_those_that_are_not_as_declared() -> None:
    found = results(THREE[2:], replications=2, horizon=20)
    rows = lines(opened(tell(found))["Settings"])
    assert rows[1][:3] == ["policy.patient_time", "from the default", "2%"]
    kinds = [row[1] for row in rows[1:]]
    chosen = kinds.count("from the default")
    assert kinds == ["from the default"] * chosen + [None] * (len(kinds) - chosen)


def test_it_can_be_matched_with_the_manifest_beside_it(book: Workbook, three: Results) -> None:
    written = line_of(book["About"], "Hash of the inputs")[1]
    assert written == three.fingerprint


def test_its_charts_are_native_and_drawn_from_its_own_cells(book: Workbook) -> None:
    charts = [(sheet, chart) for sheet in book for chart in sheet._charts]
    assert len(charts) >= 8
    for sheet, chart in charts:
        assert chart.series
        for series in chart.series:
            values = series.val or series.yVal
            for reference in (series.tx.strRef.f, values.numRef.f):
                place, cells = reference.rsplit("!", 1)
                assert place.strip("'") == sheet.title
                for cell in cells.replace("$", "").split(":"):
                    assert sheet[cell].value is not None


def test_bars_stand_in_the_order_of_the_policies_with_their_numbers_below(book: Workbook) -> None:
    bars = [chart for chart in book["Compare"]._charts if isinstance(chart, BarChart)]
    assert len(bars) == 8
    for chart in bars:
        assert chart.x_axis.scaling.orientation == "maxMin"
        assert chart.y_axis.tickLblPos == "high"
        assert chart.y_axis.scaling.min <= 0 <= chart.y_axis.scaling.max


def test_every_chart_is_described_for_those_who_do_not_see_it(told: Told) -> None:
    files = exported(told, ["xlsx"], command=COMMAND)
    with zipfile.ZipFile(io.BytesIO(files["summary.xlsx"])) as parts:
        drawings = [
            parts.read(name).decode() for name in parts.namelist() if "drawings/drawing" in name
        ]
    assert sum(text.count("<xdr:cNvPr") for text in drawings) == 12
    assert sum(text.count('descr="') for text in drawings) == 12


@pytest.mark.slow
def test_no_name_becomes_a_formula_or_an_address(hostile: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(hostile))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "f"}
    assert not any(cell.hyperlink for cell in cells)
    assert set(HOSTILE) <= {cell.value for cell in cells if cell.data_type == "s"}
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    assert len(formulas) > 100
    assert [text for text in formulas if not FORMULA.fullmatch(text)] == []
    with zipfile.ZipFile(io.BytesIO(hostile)) as parts:
        assert not any("external" in name.lower() for name in parts.namelist())


def test_what_runs_never_reached_is_an_empty_cell() -> None:
    found = results(THREE[:2], replications=1, horizon=5, markets=("India",))
    book = opened(tell(found))
    rows = lines(book["Compare"])
    names = [row[0] for row in rows]
    assert rows[names.index("Weeks until half the staff know, median run (weeks)")][2] is None
    assert rows[names.index("Needs met") + 1][2] is None, "one run has no interval"


def test_one_policy_has_no_changes() -> None:
    found = results(THREE[1:2], replications=3, horizon=60)
    book = opened(tell(found))
    assert not any("change" in str(row[0]) for row in lines(book["Compare"]))
    assert sum(len(sheet._charts) for sheet in book) == 6


def test_a_published_model_has_its_own_measures_and_periods() -> None:
    scenarios = [read_scenario(name) for name in ("march-1991", "march-1991-fast")]
    found = simulate(scenarios, replications=2, workers=1)
    book = opened(tell(found))
    first = found.measures[0].name
    heads, row = lines(book["Compare"])[:2]
    assert heads[1:3] == [scenario.name for scenario in scenarios]
    assert str(row[0]).startswith(first.replace("_", " ").capitalize())
    ended = statistics.level(found.summary, scenarios[0].name, first).mean
    assert row[1] == pytest.approx(ended, rel=1e-12)
    assert [line for line in lines(book["By week"]) if line[0] == "Period"]
    assert exported(tell(found), ["pptx"], command=COMMAND)["slides.pptx"]


def test_what_does_not_fit_a_cell_is_refused() -> None:
    with Writer(io.BytesIO(), SAFE) as book, pytest.raises(ValueError, match="does not fit"):
        put(book.add_worksheet(), 0, 0, "x" * 40_000, None)


def test_more_curves_than_a_chart_holds_are_said_and_not_drawn() -> None:
    file, many = io.BytesIO(), MOST_CURVES + 1
    with Writer(file, SAFE) as book:
        native = Native("lines", pd.DataFrame(index=[1, 2]), "share", (Mark("#000000"),) * many)
        sheet = book.add_worksheet("By week")
        put_chart(book, sheet, (5, 0), native, (0, 0), range(many), 2, "Too many")
    sheet = openpyxl.load_workbook(file)["By week"]
    assert sheet["A6"].value == "A chart holds 255 curves at most."
    assert not sheet._charts


def with_formulas(told: Told) -> tuple[Workbook, Workbook]:
    """A workbook with what stands in its cells, and with what its formulas come to."""
    data = exported(told, ["xlsx"], command=COMMAND)["summary.xlsx"]
    texts, values = (
        openpyxl.load_workbook(io.BytesIO(data), data_only=only) for only in (False, True)
    )
    return texts, values


def column_of(sheet: Worksheet, heading: str, row: int) -> str:
    """Letters of the column with a heading."""
    return str(next(cell.column_letter for cell in sheet[row] if cell.value == heading))


def test_the_answer_in_figures_is_the_verdict_s(book: Workbook, doubted: Told) -> None:
    rows = lines(book["Answer"])
    for one in doubted.compared.verdicts():
        start = [row[0] for row in rows].index(f"“{one.policy}” less “{one.against}”")
        assert one.doubt is not None
        assert one.gain.interval is not None
        assert rows[start + 1][:7] == [
            "Needs met, percentage points",
            *(pytest.approx(100 * value, rel=1e-12) for value in
              (one.gain.mean, *one.gain.interval, *one.doubt.interval)),
            pytest.approx(one.doubt.holds),
        ]  # fmt: skip
        said = {row[0]: row[1] for row in rows[start + 1 : start + 8]}
        assert said["Worth it"] == one.answer


@pytest.mark.slow
def test_every_world_stands_there_with_its_values_and_its_differences(doubted: Told) -> None:
    texts, values = with_formulas(doubted)
    sheet, worlds = values["Worlds"], doubted.compared.worlds
    assert worlds is not None
    heads = 7
    of_world = worlds.runs.groupby(["scenario", "world"])["needs_met"].mean()
    gain = 100 * (of_world["Two percent"] - of_world["One percent"])
    letters = column_of(sheet, "“Two percent” less “One percent”: needs met", heads)
    cells = [sheet[f"{letters}{row}"].value for row in range(9, 9 + len(worlds.parameters))]
    assert cells == pytest.approx(gain.tolist(), rel=1e-9)
    assert str(texts["Worlds"][f"{letters}9"].value).startswith("=100*(")
    pilots = column_of(sheet, "projects.pilot_weeks", heads)
    written = [sheet[f"{pilots}{row}"].value for row in range(9, 9 + len(worlds.parameters))]
    assert written == pytest.approx(worlds.parameters["projects.pilot_weeks"].tolist())
    (one,) = [one for one in doubted.compared.verdicts() if one.policy == "Two percent"]
    assert one.doubt is not None
    without = column_of(sheet, "“Two percent” less “One percent”: needs met, luck taken out", heads)
    summed = [sheet[f"{without}{row}"].value for row in range(3, 7)]
    expected = [one.doubt.mean, *one.doubt.interval]
    assert summed == pytest.approx([*(100 * value for value in expected), one.doubt.holds])


def test_years_are_those_of_the_runs(book: Workbook, three: Results) -> None:
    weekly = three.weekly[three.weekly["market"] == "all"]
    third = weekly[weekly["week"].between(105, 156)]
    met = third.groupby(["scenario", "seed"])["needs_met"].mean()
    gain = 100 * (met["One percent"] - met["No patient time"]).mean()
    row = next(
        row for row in lines(book["By year"]) if row[:3] == ["One percent", "No patient time", "3"]
    )
    assert row[3] == pytest.approx(gain)


def test_gains_are_followed_week_by_week_with_their_band(book: Workbook, three: Results) -> None:
    rows = lines(book["By week"])
    head = next(place for place, line in enumerate(rows) if line[0] == "Week")
    place = rows[head].index("“Two percent” less “One percent”")
    last = three.weekly[(three.weekly["market"] == "all") & (three.weekly["week"] == 208)]
    met = last.set_index(["scenario", "seed"])["needs_met"]
    gain = 100 * (met["Two percent"] - met["One percent"])
    expected = [gain.mean(), gain.quantile(0.1), gain.quantile(0.9)]
    assert rows[-1][place : place + 3] == pytest.approx(expected)


@pytest.mark.slow
def test_what_a_mis_served_need_counts_is_a_cell(doubted: Told) -> None:
    texts, values = with_formulas(doubted)
    sheet, found = values["Harm"], doubted.compared
    one = found.verdicts()[0]
    assert texts["Harm"]["E6"].value == "=C6-$F$2*D6"
    assert sheet["C6"].value == pytest.approx(100 * one.gain.mean)
    assert sheet["E6"].value == pytest.approx(100 * one.gain.mean)
    assert one.break_even is not None
    assert [sheet[f"{column}6"].value for column in "FGH"] == pytest.approx(
        [one.break_even.mean, *(one.break_even.interval or ())]
    )
    assert str(texts["Harm"]["I6"].value).startswith("=SUMPRODUCT(--(Worlds!")


def test_every_run_stands_there(book: Workbook, three: Results) -> None:
    rows = lines(book["Runs"])
    assert len(rows) == 2 + len(three.summary)
    frame = pd.DataFrame(rows[2:], columns=pd.Index(rows[0]))
    assert frame["needs_met"].tolist() == pytest.approx(three.summary["needs_met"].tolist())
    assert frame["scenario"].tolist() == three.summary["scenario"].tolist()


def test_without_worlds_there_is_no_sheet_of_them(told: Told) -> None:
    names = opened(told).sheetnames
    assert "Worlds" not in names
    assert "Harm" in names
