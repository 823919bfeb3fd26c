"""Rivals on the page: the lesson on advantage, levers of competition, what leaked in words, and files with rivals."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seci_sim.model import SECIModel
from seci_sim.page.document import document
from seci_sim.page.handout.making import Handout, measured
from seci_sim.page.lessons import read_lesson
from seci_sim.scenario import Scenario, read_scenario, scenario_of, with_levers
from seci_sim.seci.knowledge import NOBODY
from seci_sim.seci.organisation import Organisation

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAME = "why-advantage-lasts"
OWN = """name: Mine
question: Who leads?
extends: one-percent
horizon: 104
rivals:
- {name: Sleeper, policy: {projects_per_head: 0}}
competition: {choice: 10, leak: 100%, leak_weeks: 4}
timeline:
- {week: 60, rival: Sleeper, lose: [library]}
"""


@pytest.fixture(scope="module")
def lesson() -> Handout:
    return measured(NAME, read_lesson(NAME))


@pytest.fixture(scope="module")
def page_file(lesson: Handout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "rivals.html"
    path.write_text(document([lesson], command="seci-sim page rivals.html"), "utf-8")
    return path


@pytest.fixture
def page(offline: Page, page_file: Path) -> Page:
    """The lesson."""
    offline.goto(page_file.as_uri())
    return offline


def run(scenario: Scenario, seed: int = 1) -> SECIModel:
    model = SECIModel(scenario, rng=seed)
    model.run()
    return model


def line(model: SECIModel, measure: str) -> list[float]:
    """A measure of the whole by week; no week of these runs lacks it."""
    weekly = model.weekly()
    found: list[float] = weekly[weekly["market"] == "all"][measure].tolist()
    return found


def leaked(firm: Organisation, week: int) -> int:
    """Documents of others that reached a firm's library by a week."""
    library = firm.knowledge.library
    here = slice(0, library.size)
    foreign = (library.project[here] == NOBODY) & (library.market[here] != NOBODY)
    return int((foreign & (library.week[here] <= week)).sum())


@pytest.mark.slow
def test_the_class_bets_on_a_lead_sees_both_firms_and_moves_what_leaks(
    page: Page, lesson: Handout
) -> None:
    page.locator(".bet-chart .seci-rival").wait_for(state="attached")
    page.locator("input[name=bet]").fill("60")
    page.get_by_label("Why there?").fill("copies")
    page.get_by_role("button", name="Bet, then play").click()
    page.locator(".to-answer").click()
    secret, _, rest = (run(scenario, lesson.seed) for scenario in lesson.lesson.settings)
    end = line(rest, "share_of_patients")[-1]
    told = page.locator(".verdict").inner_text()
    assert told.startswith(f"You bet 60%; this run ends at {end:.1%}, ")
    runs = "seciScreens['lesson-why-advantage-lasts'].player.runs"
    for place, model in enumerate((secret, rest)):
        for measure in ("share_of_patients", "needs_met", "rival_needs_met_Copier"):
            drawn = page.evaluate(f"{runs}[{place}].curves[{measure!r}]")
            assert drawn == line(model, measure)
    assert page.locator(".player .seci-chart .seci-rival").count() >= 4
    page.get_by_label("Week", exact=True).fill("415")
    story = page.locator(".seci-story").inner_text()
    found = re.search(r"Copier has got (\d+) of this firm’s lessons, this firm (\d+) of", story)
    assert found is not None
    here = rest.organisation
    assert [int(n) for n in found.groups()] == [leaked(here.rivals[0], 416), leaked(here, 416)]
    page.get_by_role("slider", name="Leak", exact=True).fill("0.5")
    page.get_by_role("button", name="■ Two rivals, at rest, leak 50%").wait_for()
    half = run(with_levers(lesson.lesson.settings[2], competition__leak=0.5), lesson.seed)
    drawn = page.evaluate(f"{runs}[1].curves.share_of_patients")
    assert drawn == line(half, "share_of_patients")


@pytest.mark.slow
def test_levers_of_competition_stand_where_there_are_rivals_only(page: Page) -> None:
    address = page.url
    page.goto(f"{address}#sandbox?scenario=one-percent&compare=&competition.leak=0.5")
    page.wait_for_selector("html[data-films]")
    problem = page.locator("#sandbox .problem").inner_text()
    assert problem == "competition.leak: says nothing without rivals"
    levers = page.locator("#sandbox summary", has_text=re.compile("^Rivals$"))
    assert not levers.is_visible()
    page.locator("select[name=scenario]").select_option("two-rivals")
    levers.click()
    page.get_by_role("slider", name="Leak weeks").fill("26")
    page.get_by_role("button", name="● Two rivals, leak weeks 26 weeks").wait_for()
    model = run(with_levers(read_scenario("two-rivals"), competition__leak_weeks=26))
    drawn = page.evaluate("seciScreens.sandbox.player.runs[0].curves.share_of_patients")
    assert drawn == line(model, "share_of_patients")


@pytest.mark.slow
def test_a_file_with_a_rival_is_opened_and_played_as_python_plays_it(page: Page) -> None:
    page.goto(f"{page.url}#sandbox?compare=")
    page.wait_for_selector("html[data-films]")
    opened = {"name": "mine.yaml", "mimeType": "text/yaml", "buffer": OWN.encode()}
    page.get_by_label("Open a scenario file of your own").set_input_files(opened)  # type: ignore[arg-type]
    page.get_by_role("button", name="● Mine").wait_for()
    model = run(scenario_of(OWN.encode(), "mine.yaml"))
    for measure in ("share_of_patients", "rival_needs_met_Sleeper"):
        drawn = page.evaluate(f"seciScreens.sandbox.player.runs[0].curves[{measure!r}]")
        assert drawn == line(model, measure)
