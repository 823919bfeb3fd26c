"""The comparison is worked out once, and every form of the report says the same of it."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation
from synthetic import results

from seci_sim.lab.comparison_table import Comparison, Outcome
from seci_sim.report import exported, html, tell
from seci_sim.report.document import as_json, document
from seci_sim.report.html import Told
from seci_sim.report.terminal.policies import in_words
from seci_sim.words import percent, signed

MET = Outcome("needs_met", "Needs met", "share")
WRONG = Outcome("needs_mis_served", "Needs mis-served", "share", lower_is_better=True)


def test_every_policy_is_held_against_the_first_run_by_run() -> None:
    runs = {
        "scenario": ["A", "A", "B", "B"], "seed": [1, 2, 2, 1],
        "needs_met": [0.1, 0.2, 0.5, 0.3], "needs_mis_served": [0.10, 0.20, 0.15, 0.05],
    }  # fmt: skip
    found = Comparison(pd.DataFrame(runs), ("A", "B"), 208, (MET, WRONG))
    rows = {(row.policy, row.outcome.name): row for row in found.rows()}
    assert [rows["A", name].change for name in ("needs_met", "needs_mis_served")] == [None, None]
    met, wrong = rows["B", "needs_met"].change, rows["B", "needs_mis_served"].change
    assert met is not None
    assert wrong is not None
    assert rows["B", "needs_met"].level.mean == pytest.approx(0.4)
    assert [met.mean, wrong.mean] == pytest.approx([0.25, -0.05])
    assert (met.better, wrong.better) == (2, 2), "of the mis-served, fewer is better"


def test_intervals_of_shares_stay_within_what_a_share_can_be_whatever_the_model() -> None:
    runs = {"scenario": ["A"] * 3, "seed": [1, 2, 3], "people_payoff": [1.0, 1.0, 0.7],
            "people_knowledge": [1.0, 1.0, 0.7]}  # fmt: skip
    outcomes = (Outcome("people_payoff", "Payoff", "share"),
                Outcome("people_knowledge", "Knowledge", "score"))  # fmt: skip
    found = Comparison(pd.DataFrame(runs), ("A",), 208, outcomes)
    assert found.level("A", "people_payoff").interval == pytest.approx((0.4697, 1.0), abs=1e-4)
    assert found.level("A", "people_knowledge").interval == pytest.approx(
        (0.4697, 1.3303), abs=1e-4
    )


@pytest.fixture(scope="module")
def compared() -> Told:
    return tell(results(replications=8, horizon=60))


def forms(told: Told) -> dict[str, str]:
    """What each form of the report says, as text."""
    files = exported(told, ["xlsx", "pptx"], command="seci-sim compare a b c")
    book = openpyxl.load_workbook(io.BytesIO(files["summary.xlsx"]))
    deck: Any = Presentation(io.BytesIO(files["slides.pptx"]))
    texts = [
        cell.text
        for shape in deck.slides[1].shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    numbers = [c.value for row in book["Compare"].iter_rows() for c in row]
    return {
        "page": html(told, command="seci-sim compare a b c"),
        "slides": "\n".join(texts),
        "terminal": in_words(told),
        "workbook": repr(numbers),
        "json": as_json(document(told)),
    }


def test_page_slides_terminal_workbook_and_json_say_the_same(compared: Told) -> None:
    said = forms(compared)
    for name, before in compared.compared.steps():
        level = compared.compared.level(name, "needs_met")
        change = compared.compared.change(name, "needs_met", before)
        for form in ("page", "slides", "terminal"):
            assert percent(level.mean) in said[form]
            assert signed(100 * change.mean) in said[form]
        document = json.loads(said["json"])
        (policy,) = [one for one in document["policies"] if one["name"] == name]
        (verdict,) = [one for one in document["verdicts"] if one["policy"] == name]
        assert policy["needs_met"]["mean"] == level.mean
        assert verdict["gain"]["interval"] == list(change.interval or ())
        for value in (level.mean, *(100 * one for one in (change.mean, *(change.interval or ())))):
            assert repr(value)[:15] in said["workbook"]
    assert all(sentence in " ".join(said["terminal"].split()) for sentence in compared.answer)


def test_the_terminal_tells_of_treatment_where_the_page_does() -> None:
    found = results(replications=4, horizon=60)
    changed = found.summary["scenario"] == "Two percent"
    for column in [c for c in found.summary.columns if c.startswith(("started_", "adherent_"))]:
        found.summary.loc[changed, column] *= 0.5
    told = tell(found)
    assert "Start treatment" in in_words(told)
    assert "Subsidy per" in in_words(told)
