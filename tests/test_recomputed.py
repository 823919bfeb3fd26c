"""Every number of the answer, recomputed from the tables in its folder: printed, drawn, on slides and sheets."""

from __future__ import annotations

import html
import io
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from pptx import Presentation
from recomputed import Both, Folder, Step

from seci_sim.cli import answer_to
from seci_sim.words import between, ends, quoted, signed, significant, worlds_of_ten

pytestmark = pytest.mark.packages

FIRM = """name: Nobody
question: Is 1% worth it, and would 6% be better?
horizon: 104 weeks
units:
  - {name: Office, kind: headquarters, staff: 12}
  - {name: Zug, kind: affiliate, staff: 14, market: Switzerland}
  - {name: Pune, kind: affiliate, staff: 16, market: India}
policy: {patient_time: 0%}
"""
STEPS = (("One", "Nobody"), ("Six", "One"))


class Shown(NamedTuple):
    """A comparison as its readers have it."""

    printed: str
    folder: Path
    found: dict[str, Step]
    tables: Folder

    @property
    def deck(self) -> Any:
        return Presentation(str(self.folder / "slides.pptx"))

    def sheet(self, name: str) -> list[list[Any]]:
        book = openpyxl.load_workbook(self.folder / "summary.xlsx", data_only=True)
        return [list(row) for row in book[name].iter_rows(values_only=True)]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    place = tmp_path_factory.mktemp("compared")
    (place / "none.yaml").write_text(FIRM)
    for name, share in (("One", 1), ("Six", 6)):
        policy = f"policy: {{patient_time: {share}%}}"
        (place / f"{name}.yaml").write_text(f"name: {name}\nextends: none.yaml\n{policy}\n")
    files = [str(place / name) for name in ("none.yaml", "One.yaml", "Six.yaml")]
    few = [
        "--replications",
        "8",
        "--worlds",
        "256",
        "--workers",
        "1",
        "--out",
        str(place / "found"),
    ]
    with redirect_stdout(io.StringIO()) as printed:
        assert answer_to(["compare", *files, *few, "--xlsx", "--pptx", "--no-open"]) == 0
    tables = Folder(place / "found")
    found = {policy: tables.step(policy, against) for policy, against in STEPS}
    return Shown(" ".join(printed.getvalue().split()), place / "found", found, tables)


def ranges(found: Both) -> str:
    return f"(luck: {between(found.luck)}; luck and doubt: {between(found.doubt)})"


def in_words(found: Step) -> dict[str, list[str]]:
    """What the box has to say of these numbers, under its headings."""
    cost = [f"{signed(found.hours.mean)} hours a head and year {ranges(found.hours)}"]
    harm = [f"{signed(found.harm.mean)} points of needs mis-served {ranges(found.harm)}"]
    if found.price is not None:
        assert found.price.doubt is not None
        cost.append(
            f"{significant(found.price.mean, 2)} for each point (luck: {ends(found.price.luck, '', 2)}; "
            f"luck and doubt, in worlds with a gain: {ends(found.price.doubt, '', 2)})"
        )
    if found.harmful:
        worlds = worlds_of_ten(found.harmful)
        harm.append(f"in {worlds} more needs are newly mis-served than met")
    if found.break_even is not None:
        weight = significant(found.break_even.mean, 2)
        harm.append(f"the verdict turns where one need mis-served counts as {weight} met")
    gain = (
        f"{signed(found.gain.mean)} points, to {found.level:.1f}% of needs met in the last year "
        f"{ranges(found.gain)}, more in {worlds_of_ten(found.gain.holds)}"
    )
    return {"Gain": [gain], "Cost": cost, "Harm": harm}


def test_the_box_is_recomputed_where_it_is_printed_and_on_the_page(shown: Shown) -> None:
    page = re.sub("<[^>]*>", "", html.unescape((shown.folder / "report.html").read_text("utf-8")))
    for text in (shown.printed, " ".join(page.split())):
        for policy, against in STEPS:
            found = shown.found[policy]
            assert f"{found.answer}: in this model" in text
            for head, said in in_words(found).items():
                assert f"{head}: {said[0]}" in text
                assert all(one in text for one in said), said
            if found.price is not None:
                price = significant(found.price.mean, 2)
                assert f"at {price} hours a head and year for a point in the last year" in text
            assert quoted(against) in text
    assert any(found.price is not None for found in shown.found.values())


def test_slides_say_the_same_policy_by_policy(shown: Shown) -> None:
    first, second = list(shown.deck.slides)[:2]
    plain = "\n".join(shape.text_frame.text for shape in first.shapes if shape.has_text_frame)
    (table,) = (shape.table for shape in second.shapes if shape.has_table)
    heads, *rows = ([cell.text for cell in row.cells] for row in table.rows)
    assert [row[0] for row in rows] == ["One", "Six"]
    for row in rows:
        found, cells = shown.found[row[0]], dict(zip(heads, row, strict=True))
        assert f"{found.answer}: in this model {quoted(row[0])}" in plain or found.answer != "Yes"
        for head, said in in_words(found).items():
            assert all(one in cells[head] for one in said), (head, said)


def bars_of(chart: Any) -> tuple[list[float], list[float], list[float]]:
    """Bars, and the ends of the lines on them."""
    values = list(chart.plots[0].series[0].values)
    below, above = (
        [float(one.text) for one in chart._chartSpace.xpath(f".//c:errBars/c:{side}//c:v")]
        for side in ("minus", "plus")
    )
    low = [value - one for value, one in zip(values, below, strict=True)]
    return values, low, [value + one for value, one in zip(values, above, strict=True)]


def test_charts_of_slides_are_drawn_from_the_same_numbers(shown: Shown) -> None:
    charts = [shape.chart for one in shown.deck.slides for shape in one.shapes if shape.has_chart]
    drawn = [bars_of(one) for one in charts if one._chartSpace.xpath(".//c:errBars")]
    assert len(drawn) == 2
    for which, (values, low, high) in zip(("gain", "harm"), drawn, strict=True):
        expected = [getattr(shown.found[policy], which) for policy, _ in STEPS]
        assert values == pytest.approx([one.mean for one in expected])
        assert low == pytest.approx([one.doubt[0] for one in expected])
        assert high == pytest.approx([one.doubt[1] for one in expected])
    (time,) = (
        one for one in charts if [series.name for series in one.plots[0].series] == ["Nobody", "One", "Six"]
        and one._chartSpace.xpath(".//c:scatterChart")
    )  # fmt: skip
    for series in time.plots[0].series:
        weeks = [int(float(x.text)) for x in series._element.xpath("./c:xVal//c:v")]
        every = shown.tables.by_week(series.name)
        assert list(series.values) == pytest.approx([every[week - 1] / 100 for week in weeks])


def line_of(rows: list[list[Any]], start: int, called: str) -> list[Any]:
    return next(row for row in rows[start:] if str(row[0]).startswith(called))


def test_the_workbook_says_the_same_in_full(shown: Shown) -> None:
    rows = shown.sheet("Answer")
    said = [row[0] for row in rows]
    for policy, against in STEPS:
        found = shown.found[policy]
        start = said.index(f"“{policy}” less “{against}”")
        both = {
            "Needs met": found.gain,
            "Needs mis-served": found.harm,
            "Hours a head": found.hours,
        }
        for called, one in both.items():
            expected = [one.mean, *one.luck, *one.doubt, one.holds]
            assert line_of(rows, start, called)[1:7] == pytest.approx(expected)
        assert line_of(rows, start, "Worth it")[1] == found.answer.lower()
        if found.price is not None:
            assert found.price.doubt is not None
            expected = [found.price.mean, *found.price.luck, *found.price.doubt]
            assert line_of(rows, start, "Hours for one point")[1:6] == pytest.approx(expected)
            whole = next(
                row for row in shown.sheet("By year")
                if row[:3] == [policy, against, "the whole run"]
            )  # fmt: skip
            assert whole[13] == pytest.approx(found.whole_run_price)


def test_what_decides_is_found_anew_and_moves_the_gain_as_is_said(shown: Shown) -> None:
    rows = shown.sheet("Deciders")
    named = [row[:3] for row in rows if row[:2] in [list(step) for step in STEPS]]
    assert named, "something moves a gain over so many worlds"
    heads = [row[0] for row in rows]
    for policy, against, name in named:
        low, high = shown.tables.gain_at_ends(policy, against)[name]
        title = f"Gain of “{policy}” less “{against}”, in percentage points, against {name}"
        start = heads.index(title)
        curve = []
        for row in rows[start + 2 :]:
            if not isinstance(row[0], int | float):
                break
            curve.append(row[1])
        assert [curve[0], curve[-1]] == pytest.approx([low, high], abs=1e-6)
    told = re.findall(
        r"\((\w+\.\w+)\)[^:]*: ([+−]?[\d.]+) points where it is \S+, ([+−]?[\d.]+) points where",
        shown.printed,
    )
    for name, low, high in told:
        every = [shown.tables.gain_at_ends(*step).get(name) for step in STEPS]
        assert (low, high) in [tuple(map(signed, one)) for one in every if one]
