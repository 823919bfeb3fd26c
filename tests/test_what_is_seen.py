"""What a reader sees of a comparison and of the page: nothing cut, every axis with its beginning and its unit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from seci_sim.cli.answering import answer_to
from seci_sim.figures import style
from seci_sim.lab.comparison_table import MET
from seci_sim.report.html import Told

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def drawn(told: Told) -> dict[str, Any]:
    return {chart.key: chart.drawing for chart in told.charts}


@pytest.mark.slow
@pytest.mark.parametrize("key", ["needs", "kinds", "markets", "prices", "hours"])
def test_an_axis_from_0_has_room_for_its_0(drawn: dict[str, Any], key: str) -> None:
    """Plotly leaves out a label that would reach beyond the picture."""
    assert drawn[key].layout["margin"]["l"] >= 1.5 * style.SIZE / 2 + 1


@pytest.mark.parametrize("key", ["kinds", "markets", "prices"])
def test_a_dot_at_0_is_drawn_whole(drawn: dict[str, Any], key: str) -> None:
    assert all(trace["cliponaxis"] is False for trace in drawn[key].data)


def test_prices_say_what_they_count(drawn: dict[str, Any]) -> None:
    words = drawn["prices"].layout["xaxis"]["title"]["text"]
    assert words == "hours a head and year for a point"


def test_bars_leave_the_lines_on_them_to_be_seen(told: Told) -> None:
    for chart in told.charts:
        native = chart.native
        if native is not None and native.kind == "bars" and any(one.thin for one in native.marks):
            assert native.marks[0].colour == style.ROUTINE


def test_the_report_says_which_intervals_hold_together(told: Told) -> None:
    found = told.compared
    families = [found.change(name, MET, other).comparisons for name, other in found.steps()]
    assert families == [2, 3]
    said = "those from the first policy with each other, any between two others with those of all pairs"
    assert any(said in one for one in told.cautions)


def test_a_page_is_as_large_as_its_document_says_and_names_no_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "class.html"
    assert answer_to(["page", str(file), "--no-open"]) == 0
    said = re.search(
        r"one file of about ([\d.]+) MB", (ROOT / "docs" / "app.md").read_text("utf-8")
    )
    assert said is not None
    assert f"{file.stat().st_size / 1e6:.1f}" == said[1]
    page = file.read_text("utf-8")
    assert "seci-sim page class.html" in page
    assert str(tmp_path) not in page
