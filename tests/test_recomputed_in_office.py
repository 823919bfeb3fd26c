"""The same on slides and sheets: what they say and draw is worked out again from the tables beside them."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import firm_in_two_markets
import openpyxl
import pytest
from pptx import Presentation
from recomputed import (
    HOURS,
    MET,
    MIS_SERVED,
    Difference,
    Ratio,
    by_year,
    difference,
    ends_of_gain,
    harmful,
    points,
    ranges,
    ratio,
    runs_of,
    table,
)

from seci_sim.cli import answer_to
from seci_sim.words import ends, quoted, signed, significant, worlds_of_ten

pytestmark = [pytest.mark.packages, pytest.mark.slow]

FIRM = firm_in_two_markets.FIRM.replace(
    "Is it worth it?", "Is 1% worth it, and would 6% be better?"
)
STEPS = (("One", "Nobody"), ("Six", "One"))
TOGETHER = {"One": 2, "Six": 3}
"""Comparisons that are made together: with the first policy, or all pairs."""


class Step(NamedTuple):
    """What a policy brings, costs and harms more than another."""

    level: float
    gain: Difference
    harm: Difference
    hours: Difference
    price: Ratio | None
    break_even: Ratio | None
    harmful: float

    @property
    def answer(self) -> str:
        told = self.gain.luck[0] > 0 and self.gain.above >= 0.9
        return "Yes" if told else "No" if self.gain.above <= 0.1 else "Not settled"


class Shown(NamedTuple):
    """A comparison as its readers have it."""

    printed: str
    folder: Path
    found: dict[str, Step]

    @property
    def deck(self) -> Any:
        return Presentation(str(self.folder / "slides.pptx"))

    def sheet(self, name: str) -> list[list[Any]]:
        book = openpyxl.load_workbook(self.folder / "summary.xlsx", data_only=True)
        return [list(row) for row in book[name].iter_rows(values_only=True)]


def step_of(folder: Path, policy: str, against: str) -> Step:
    together = TOGETHER[policy]
    gain, harm, hours = (
        difference(folder, policy, against, one, together=together)
        for one in (MET, MIS_SERVED, HOURS)
    )
    price = even = None
    if gain.luck[0] > 0:
        price = ratio(folder, policy, against, HOURS, MET, together=together)
        if harm.luck[0] > 0:
            even = ratio(folder, policy, against, MET, MIS_SERVED, together=together)
    level = float(runs_of(folder).query("scenario == @policy")[MET].mean())
    return Step(level, gain, harm, hours, price, even, harmful(folder, policy, against))


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
    found = {policy: step_of(place / "found", policy, against) for policy, against in STEPS}
    assert any(one.price is not None for one in found.values())
    return Shown(" ".join(printed.getvalue().split()), place / "found", found)


def in_words(found: Step) -> dict[str, list[str]]:
    """What the box has to say of these numbers, under its headings."""
    cost = [f"{signed(found.hours.mean)} hours a head and year {ranges(found.hours, 1)}"]
    harm = [f"{signed(100 * found.harm.mean)} points of needs mis-served {ranges(found.harm)}"]
    if found.price is not None:
        luck, doubt = (
            ends((low / 100, high / 100), "", 2)
            for low, high in (found.price.luck, found.price.doubt)
        )
        cost.append(
            f"{significant(found.price.mean / 100, 2)} for each point (luck: {luck}; luck and doubt, "
            f"in worlds with a gain: {doubt})"
        )
    if found.harmful:
        worlds = worlds_of_ten(found.harmful)
        harm.append(f"in {worlds} more needs are newly mis-served than met")
    if found.break_even is not None:
        weight = significant(found.break_even.mean, 2)
        harm.append(f"the verdict turns where one need mis-served counts as {weight} met")
    gain = (
        f"{signed(100 * found.gain.mean)} points, to {points(found.level)}% of needs met in the last "
        f"year {ranges(found.gain)}, more in {worlds_of_ten(found.gain.above)}"
    )
    return {"Gain": [gain], "Cost": cost, "Harm": harm}


def test_all_that_is_printed_of_a_policy_is_recomputed(shown: Shown) -> None:
    for found in shown.found.values():
        assert f"{found.answer}: in this model" in shown.printed
        for head, said in in_words(found).items():
            assert f"{head}: {said[0]}" in shown.printed
            assert all(one in shown.printed for one in said), said


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
    values, high = (list(series.values) for series in chart.plots[0].series)
    down = [float(one.text) for one in chart._chartSpace.xpath(".//c:errBars/c:minus//c:v")]
    return values, [end - one for end, one in zip(high, down, strict=True)], high


def test_charts_of_slides_are_drawn_from_the_same_numbers(shown: Shown) -> None:
    charts = [shape.chart for one in shown.deck.slides for shape in one.shapes if shape.has_chart]
    drawn = [bars_of(one) for one in charts if one._chartSpace.xpath(".//c:errBars")]
    assert len(drawn) == 2
    for which, (values, low, high) in zip(("gain", "harm"), drawn, strict=True):
        expected = [getattr(shown.found[policy], which) for policy, _ in STEPS]
        assert values == pytest.approx([100 * one.mean for one in expected])
        assert low == pytest.approx([100 * one.doubt[0] for one in expected])
        assert high == pytest.approx([100 * one.doubt[1] for one in expected])
    (time,) = (
        one for one in charts if [series.name for series in one.plots[0].series] == ["Nobody", "One", "Six"]
        and one._chartSpace.xpath(".//c:scatterChart")
    )  # fmt: skip
    weekly = table(shown.folder / "weekly.csv")
    means = weekly.pivot_table(index="week", columns="scenario", values=MET)
    for series in time.plots[0].series:
        weeks = [int(float(x.text)) for x in series._element.xpath("./c:xVal//c:v")]
        assert list(series.values) == pytest.approx(means.loc[weeks, series.name].tolist())


def line_of(rows: list[list[Any]], start: int, called: str) -> list[Any]:
    return next(row for row in rows[start:] if str(row[0]).startswith(called))


def test_the_workbook_says_the_same_in_full(shown: Shown) -> None:
    rows = shown.sheet("Answer")
    said, years = [row[0] for row in rows], shown.sheet("By year")
    means = by_year(shown.folder).groupby("scenario")[[MET, HOURS]].mean()
    for policy, against in STEPS:
        found = shown.found[policy]
        start = said.index(f"“{policy}” less “{against}”")
        both = {
            "Needs met": found.gain,
            "Needs mis-served": found.harm,
            "Hours a head": found.hours,
        }
        for called, one in both.items():
            scale = 1 if one is found.hours else 100
            values = [scale * value for value in (one.mean, *one.luck, *one.doubt)]
            assert line_of(rows, start, called)[1:7] == pytest.approx([*values, one.above])
        assert line_of(rows, start, "Worth it")[1] == found.answer.lower()
        if found.price is not None:
            values = [found.price.mean, *found.price.luck, *found.price.doubt]
            expected = [value / 100 for value in values]
            assert line_of(rows, start, "Hours for one point")[1:6] == pytest.approx(expected)
            whole = next(row for row in years if row[:3] == [policy, against, "the whole run"])
            change = means.loc[policy] - means.loc[against]
            assert whole[13] == pytest.approx(change[HOURS] / change[MET] / 100)


def test_what_decides_is_found_anew_and_moves_the_gain_as_is_said(shown: Shown) -> None:
    rows = shown.sheet("Deciders")
    named = [row[:3] for row in rows if row[:2] in [list(step) for step in STEPS]]
    assert named, "something moves a gain over so many worlds"
    heads = [row[0] for row in rows]
    for policy, against, name in named:
        low, high = (100 * end for end in ends_of_gain(shown.folder, policy, against)[name])
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
        every = [ends_of_gain(shown.folder, *step).get(name) for step in STEPS]
        assert (low, high) in [tuple(signed(100 * end) for end in one) for one in every if one]
