"""The page's sandbox in a browser: a slider's line and picture, other luck, other worlds, a file of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from seci_sim.model import SECIModel
from seci_sim.page.document import document
from seci_sim.page.worlds import SILENT, WORLDS, stated, worlds
from seci_sim.parameters import Competition
from seci_sim.scenario import Scenario, read_scenario, scenario_of
from seci_sim.seci.records import COLUMN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

NOTING = """
    window.asked = [];
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...more) { asked.push(message); post.call(this, message, ...more); };
"""
"""Keeps what the page asks of its worker."""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page without lessons."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(document([], command="seci-sim page page.html"), "utf-8")
    return path


@pytest.fixture
def sandbox(browser: Browser, page_file: Path) -> Iterator[Page]:
    """The sandbox with its first picture."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.add_init_script(NOTING)
    page.goto(f"{page_file.as_uri()}#sandbox?compare=")
    page.wait_for_selector("html[data-films]")
    yield page
    page.close()


def test_a_sliders_line_comes_before_its_picture_and_the_week_stays(sandbox: Page) -> None:
    assert sandbox.get_by_role("slider", name="Week").input_value() == "207"
    sandbox.get_by_role("slider", name="Week").fill("103")
    sandbox.get_by_text("More lines").click()
    sandbox.evaluate("asked.length = 0")
    sandbox.get_by_role("slider", name="Patient time").fill("0.05")
    sandbox.get_by_role("button", name="● One percent, patient time 5%").wait_for()
    assert sandbox.evaluate("asked.map(({type}) => type)") == ["lines", "record"]
    assert sandbox.get_by_role("slider", name="Week").input_value() == "103"
    assert sandbox.get_by_text("Needs mis-served").is_visible()


@pytest.mark.slow
def test_of_a_slider_that_moves_on_only_the_last_place_is_recorded(sandbox: Page) -> None:
    sandbox.evaluate(
        """() => {
            asked.length = 0;
            const slider = document.querySelector('.lever input[type="range"]');
            for (const share of [0.01, 0.02, 0.03, 0.04]) {
                slider.value = share;
                slider.dispatchEvent(new Event("input", {bubbles: true}));
            }
        }"""
    )
    sandbox.get_by_role("button", name="● One percent, patient time 4%").wait_for()
    assert sandbox.evaluate("asked.filter(({type}) => type === 'record').length") == 1


def test_tab_stops_at_one_need_after_a_click_and_after_arrows(sandbox: Page) -> None:
    stops = '[...document.querySelectorAll(".seci-need")].flatMap((one, need) => one.tabIndex === 0 ? [need] : [])'
    assert sandbox.evaluate(stops) == [0]
    sandbox.locator(".seci-need").nth(5).click()
    assert sandbox.evaluate(stops) == [5]
    sandbox.keyboard.press("ArrowRight")
    assert sandbox.evaluate(stops) == [6]
    assert sandbox.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Need 7, ")  # fmt: skip


def in_world(scenario: Scenario, values: dict[str, float]) -> Scenario:
    """The scenario with other values of parameters by their full names."""
    sections: dict[str, dict[str, float]] = {}
    for name, value in values.items():
        section, _, field = name.partition(".")
        sections.setdefault(section, {})[field] = value
    changed = {
        section: getattr(scenario, section).model_copy(update=fields)
        for section, fields in sections.items()
    }
    return scenario.model_copy(update=changed)


@pytest.mark.slow
def test_thin_lines_of_other_worlds_are_the_models_with_other_values_and_luck(
    sandbox: Page,
) -> None:
    sandbox.get_by_role("slider", name="Turnover").fill("0.2")
    sandbox.get_by_role("button", name="turnover 20%").wait_for()
    sandbox.evaluate("asked.length = 0")
    sandbox.get_by_role("button", name="In other worlds").click()
    sandbox.get_by_text("30 other worlds: ").wait_for(timeout=60_000)
    assert sandbox.locator("path.seci-thin").count() == WORLDS == 30
    table = worlds()
    asked = sandbox.evaluate("asked.map(({values}) => values)")
    assert [one["policy.turnover"] for one in asked] == [0.2] * WORLDS
    assert {one["world.needs"] for one in asked} == {row[0] for row in table["rows"]}
    world = dict(zip(table["names"], table["rows"][4], strict=True)) | {"policy.turnover": 0.2}
    model = SECIModel(in_world(read_scenario("one-percent"), world), rng=1 + 5)
    model.run()
    thin = sandbox.evaluate("seciScreens.sandbox.player.charts[0].thin[4].values")
    assert thin == model.records.rows[:, -1, COLUMN["needs_met"]].tolist()


def test_what_a_scenario_states_holds_in_every_world() -> None:
    india = read_scenario("tiered-pricing-india")
    of_rivals = [f"competition.{name}" for name in Competition.model_fields]
    assert stated(india) == ["service.price", "service.eligible_patients", *of_rivals]
    assert set(stated(india)) <= set(worlds()["names"])
    assert not set(of_rivals) & set(stated(SILENT)), "where there are rivals, they differ by world"


def opened(sandbox: Page, name: str, text: str) -> None:
    """A file of one's own, opened in the sandbox."""
    file: FilePayload = {"name": name, "mimeType": "text/yaml", "buffer": text.encode()}
    sandbox.get_by_label("Open a scenario file of your own").set_input_files([file])


OWN = """name: Mine
question: What do two offices come to?
horizon: 60
units:
- {name: Office, kind: headquarters, staff: 8}
- {name: Übersee, kind: affiliate, staff: 12}
policy: {patient_time: 2%}
timeline:
- {week: 30, policy: {patient_time: 4%}}
"""


@pytest.mark.slow
def test_a_file_of_ones_own_is_opened_and_played_as_python_plays_it(sandbox: Page) -> None:
    opened(sandbox, "Übung #1: zwei.yaml", OWN)
    sandbox.get_by_role("button", name="● Mine").wait_for()
    assert sandbox.locator("#sandbox .question").inner_text() == "What do two offices come to?"
    model = SECIModel(scenario_of(OWN.encode(), "mine.yaml"), rng=1)
    model.run()
    line = sandbox.evaluate("seciScreens.sandbox.player.runs[0].curves.needs_met")
    assert line == model.records.rows[:, -1, COLUMN["needs_met"]].tolist()
    sandbox.get_by_role("slider", name="Patient time").fill("0.05")
    sandbox.get_by_role("button", name="■ Mine, patient time 5%").wait_for()
    sandbox.get_by_role("button", name="Copy a link that reopens this").click()
    assert "A link cannot hold a file of your own" in sandbox.locator(".told").inner_text()
    with sandbox.expect_download() as saved:
        sandbox.get_by_role("button", name="Download scenario (YAML)").click()
    written = Path(saved.value.path()).read_text("utf-8")
    assert written.endswith('extends: "Übung #1: zwei.yaml"\npolicy:\n  patient_time: 5%\n')


@pytest.mark.slow
def test_another_link_to_the_sandbox_is_followed_in_the_page_that_is_open(sandbox: Page) -> None:
    sandbox.get_by_role("slider", name="Turnover").fill("0.2")
    sandbox.get_by_role("button", name="turnover 20%").wait_for()
    sandbox.evaluate("location.hash = 'sandbox?scenario=remote&compare=&seed=7&policy.patient_time=0.03&seed=x'")  # fmt: skip
    sandbox.get_by_role("button", name="● Remote, patient time 3%").wait_for()
    assert sandbox.evaluate("seciScreens.sandbox.player.runs[0].seed") == "7"
    assert sandbox.get_by_role("slider", name="Patient time").input_value() == "0.03"
    assert (
        sandbox.locator("#sandbox .problem").inner_text()
        == "seed: x: there is nothing like it here"
    )
    sandbox.evaluate("location.hash = 'about'")
    sandbox.evaluate("location.hash = 'sandbox'")
    assert sandbox.get_by_role("button", name="● Remote, patient time 3%").is_visible()


@pytest.mark.slow
def test_what_is_wrong_with_a_file_is_told_line_by_line_and_nothing_else_changes(
    sandbox: Page,
) -> None:
    opened(sandbox, "mine.yaml", "name: Mine\npolicy:\n  patient_tim: 1%\nmarch: {}\n")
    problem = sandbox.locator("#sandbox .problem")
    problem.wait_for()
    assert problem.inner_text().splitlines() == [
        "mine.yaml:1: question: is missing",
        'mine.yaml:3: policy.patient_tim: unknown field "patient_tim"; did you mean "patient_time"?',
        "mine.yaml:4: march: the page does not play it; use seci-sim run",
    ]
    assert sandbox.get_by_role("button", name="● One percent").is_visible()
    opened(sandbox, "mine.yaml", OWN)
    sandbox.get_by_role("button", name="● Mine").wait_for()
    assert not problem.is_visible()


@pytest.mark.slow
def test_the_page_tells_what_a_workshop_did_in_a_week(sandbox: Page) -> None:
    model = SECIModel("one-percent", rng=1)
    model.run()
    projects = model.knowledge.projects
    held = [one for one in range(projects.size) if (projects.group[one] >= 0).any()]
    project = held[len(held) // 2]
    week = int(projects.week_said[project])
    sandbox.get_by_role("slider", name="Week").fill(str(week - 1))
    story = sandbox.locator("#sandbox .seci-story")
    assert story.inner_text().startswith(f"Week {week} · One percent")
    needs = [str(need + 1) for need in np.flatnonzero(projects.concept[project])]
    said = f"{', '.join(needs[:-1])} and {needs[-1]}"
    market = model.settings.markets[int(projects.market[project])]
    lines = [line.inner_text() for line in story.locator("li").all()]
    assert any(f"a workshop of {market}: " in line and line.endswith(said) for line in lines)
    between = next(w for w in range(week, 0, -1) if w not in projects.week_said[held])
    sandbox.get_by_role("slider", name="Week").fill(str(between - 1))
    assert "the last workshop until now" in story.inner_text()
