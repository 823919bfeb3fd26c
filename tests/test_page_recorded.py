"""What the page draws is what the model did."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from page_student import bet, last, played_to_the_end

from seci_sim.model import SECIModel
from seci_sim.page.handout.making import Handout
from seci_sim.seci.measures import WHOLE
from seci_sim.seci.records import COLUMN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest_plugins = ("page_fixtures",)


RECORDED = """async ([scenario, values, seed, curve]) => {
    const run = await SeciPlayer.source.run({scenario, values, seed, outcome: curve});
    const last = (levels) => Array.from(levels.slice(levels.length - run.dots));
    const cells = run.markets.length * run.classes.length;
    return {...run, curve: run.curves[curve], knows: last(run.knows), mistakes: last(run.mistakes), holds: last(run.holds),
            did: last(run.did), routines: Array.from(run.routines.slice(run.routines.length - cells))};
}"""


@pytest.fixture(scope="module")
def recorded(made: Handout, page_file: Path, browser: Browser) -> dict[str, Any]:
    """The run with 1% as the page's engine records it."""
    page = browser.new_page()
    page.goto(page_file.as_uri())
    found: dict[str, Any] = page.evaluate(RECORDED, ["why-one-percent/3", {}, made.seed, "skill"])
    page.close()
    return found


def test_people_and_routines_are_those_of_the_model(
    recorded: dict[str, Any], played: list[SECIModel]
) -> None:
    model = played[1]
    unsure = model.settings.learning.unsure_below
    agreement = model.knowledge.tacit * model.truth.market[model.staff.home]
    assert recorded["knows"] == (agreement > unsure).sum(axis=1).tolist()
    assert recorded["mistakes"] == (agreement < -unsure).sum(axis=1).tolist()
    assert recorded["holds"] == (model.knowledge.explicit != 0).sum(axis=1).tolist()
    spent = model.staff.hours > 0
    assert recorded["did"] == (spent * (1 << np.arange(5))).sum(axis=1).tolist()
    assert spent[:, 0].any()
    right = model.knowledge.routine * model.truth.market
    assert (
        recorded["routines"] == np.where(right > 0, 1, np.where(right < 0, 2, 0)).ravel().tolist()
    )
    assert [sits[-1]["person"] for sits in recorded["sitters"]] == (model.staff.person + 1).tolist()


def test_lines_modes_and_stories_are_those_of_the_model(
    recorded: dict[str, Any], played: list[SECIModel]
) -> None:
    model = played[1]
    rows = model.records.rows[:, -1]
    for name, line in recorded["curves"].items():
        assert line == rows[:, COLUMN[name]].tolist()
    head_years = recorded["staff"] * 13 / 52
    for mode in ("socialization", "internalization"):
        moved = rows[-13:, COLUMN[f"moved_{mode}"]].sum() / head_years
        assert recorded["wheel"][mode]["moved"][-1] == pytest.approx(moved, abs=0.01)
    told = [
        (recorded["markets"][market], recorded["stages"][stage], week, response)
        for need, market, stage, week, response, *_ in recorded["stories"]
        if need == 3
    ]
    assert told == [(s.market, s.stage, s.week, s.response) for s in model.story(3)]


def test_units_stand_in_the_picture_and_apart(recorded: dict[str, Any]) -> None:
    x, y, r = np.array([[unit["x"], unit["y"], unit["r"]] for unit in recorded["units"]]).T
    assert (x - r > -1e-6).all()
    assert (x + r < 1.4 + 1e-6).all()
    assert (y - r > -1e-6).all()
    assert (y + r < 1 + 1e-6).all()
    apart = np.hypot(x - x[:, None], y - y[:, None]) - r - r[:, None]
    assert (apart + 10 * np.eye(len(r)) > 0).all()


@pytest.mark.slow
def test_a_line_by_income_is_the_models(page_file: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(page_file.as_uri())
    asked = ["tiered-pricing-india", {}, 1, "needs_met_destitute"]
    line = page.evaluate(RECORDED, asked)["curve"]
    page.close()
    model = SECIModel("tiered-pricing-india", rng=1)
    model.run()
    weekly = model.weekly()
    assert line == weekly[weekly["market"] == WHOLE]["needs_met_destitute"].tolist()


@pytest.mark.slow
def test_a_moved_slider_plays_another_run_and_a_link_reopens_it(
    page_file: Path, browser: Browser
) -> None:
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    typed = "policy.patient_time=0.02&nonsense=1&policy.turnover=9%&world.needs=40.5"
    page.goto(f"{page_file.as_uri()}#sandbox?compare=&seed=7&{typed}")
    page.wait_for_selector("html[data-films]")
    told = page.locator("#sandbox .problem").inner_text()
    for strange in ("nonsense: 1", "policy.turnover: 9%", "world.needs: 40.5"):
        assert f"{strange}: there is nothing like it here" in told
    page.keyboard.press("End")
    model = SECIModel("one-percent", rng=7, patient_time=0.02)
    model.run()
    line = page.locator("#sandbox .seci-value").first
    assert line.inner_text() == f"● {last(model, 'needs_met'):.1%}"
    page.get_by_role("slider", name="Patient time").fill("0.05")
    page.get_by_role("button", name="● One percent, patient time 5%").wait_for()
    page.locator("#sandbox [name=compare]").select_option("silos")
    page.get_by_role("button", name="● Silos").wait_for()
    assert "compare=silos&seed=7&policy.patient_time=0.05" in page.url
    page.get_by_role("checkbox", name="Socialization").uncheck()
    page.get_by_role("button", name="■ One percent, patient time 5%, socialization no").wait_for()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download scenario (YAML)").click()
    scenario = Path(saved.value.path()).read_text("utf-8")
    assert scenario.endswith(
        "extends: one-percent\npolicy:\n  patient_time: 5%\n  socialization: no\n"
    )
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download weeks (CSV)").click()
    table = pd.read_csv(saved.value.path())
    assert table.groupby("scenario", sort=False)["week"].max().to_dict() == {
        "Silos": 208,
        "One percent, patient time 5%, socialization no": 208,
    }
    page.get_by_role("textbox", name="Seed").fill("-1")
    page.get_by_role("textbox", name="Seed").press("Tab")
    assert "allowed: 0 to 2^63-1; got -1" in page.locator("#sandbox .problem").inner_text()
    page.close()
    assert wrong == []


@pytest.mark.slow
def test_right_and_wrong_routines_are_told_apart(played: list[SECIModel], student: Page) -> None:
    bet(student)
    played_to_the_end(student)
    model = played[1]
    agrees = model.knowledge.routine * model.truth.market
    marks = [mark.inner_text() for mark in student.locator(".seci-need").all()]
    for mark, states in zip(marks, agrees.T, strict=True):
        right, wrong = (states > 0).any(), (states < 0).any()
        assert mark in ("±" if right and wrong else "✓" if right else "✗" if wrong else "·fspt")
    need = int(np.flatnonzero((agrees < 0).any(axis=0))[0])
    student.locator(".seci-need").nth(need).click()
    story = student.locator(".seci-story").inner_text()
    assert "Wrong in " in story
    assert re.search(
        r"had it wrong from the start, in week \d+|had it right until week \d+; th", story
    )
