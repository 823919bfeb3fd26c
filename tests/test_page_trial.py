"""A trial inside the firm on the page: lines arm by arm, who is in which, and files with a trial."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seci_sim.model import SECIModel
from seci_sim.page.document import document
from seci_sim.scenario import read_scenario, scenario_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

OWN = """name: Mine
question: Do visits show?
extends: no-patient-time
horizon: 40
trial: {name: Visits, among: people, share: 25%, from: 9, to: 20, policy: {patient_time: 5%}, outcomes: [skill]}
"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "trial.html"
    path.write_text(document([], command="seci-sim page trial.html"), "utf-8")
    return path


@pytest.fixture
def page(offline: Page, page_file: Path) -> Page:
    """The sandbox with a trial in it."""
    offline.goto(f"{page_file.as_uri()}#sandbox?scenario=meet-a-colleague&compare=")
    offline.wait_for_selector("html[data-films]")
    return offline


def arms(model: SECIModel, outcome: str) -> dict[str, list[float]]:
    """What was measured in each week, arm by arm."""
    found = model.trial()
    return {arm: found[found["arm"] == arm][outcome].tolist() for arm in ("control", "treated")}


def drawn(page: Page, name: str) -> list[float]:
    """A line of the page in the weeks in which anything was measured."""
    line = page.evaluate(f"seciScreens.sandbox.player.runs[0].curves[{name!r}]")
    return [value for value in line if value is not None]


def test_a_trial_is_drawn_arm_by_arm_and_told_of_who_is_in_it(page: Page) -> None:
    model = SECIModel("meet-a-colleague", rng=1)
    model.run()
    by_arm = arms(model, "needs_met")
    for arm, values in by_arm.items():
        assert drawn(page, f"needs_met_{arm}") == values
    chart = page.locator(".seci-chart", has_text="Needs met by those in the trial")
    ends = [f"{by_arm[arm][-1]:.1%}" for arm in ("control", "treated")]
    assert chart.locator(".seci-value").inner_text() == "● control {}, treated (dotted) {}".format(
        *ends
    )
    labels = chart.locator("svg text").all_text_contents()
    assert {"week 153", "week 180"} <= set(labels)
    page.get_by_label("Week", exact=True).fill("156")  # counted from nought
    story = page.locator(".seci-story")
    conducted = model.organisation.trial
    assert conducted is not None
    assigned = conducted.assigned
    assert assigned is not None
    treated = int(assigned.treated.sum())
    begins = f"“Meet a colleague” begins: luck gives {treated} people its policy"
    assert begins in story.inner_text()
    row, partner = assigned.row[0], assigned.person[1]
    page.evaluate(f"seciScreens.sandbox.player.chooseDot(0, {row})")
    page.get_by_label("Week", exact=True).fill("160")
    arm = "treated" if assigned.treated[0] else "control"
    told = story.inner_text()
    said = rf"In the {arm} arm of “Meet a colleague”, weeks 157 to 160, with [^.]+ {partner + 1}\."
    assert re.search(said, told)


@pytest.mark.slow
def test_a_file_with_a_trial_is_opened_and_played_as_python_plays_it(page: Page) -> None:
    opened = {"name": "mine.yaml", "mimeType": "text/yaml", "buffer": OWN.encode()}
    page.get_by_label("Open a scenario file of your own").set_input_files(opened)  # type: ignore[arg-type]
    page.get_by_role("button", name="● Mine").wait_for()
    model = SECIModel(scenario_of(OWN.encode(), "mine.yaml"), rng=1)
    model.run()
    for arm, values in arms(model, "skill").items():
        assert drawn(page, f"skill_{arm}") == values
    assert page.locator(".seci-chart", has_text="Skill of those in the trial").is_visible()


@pytest.mark.slow
def test_beside_a_firm_without_a_trial_no_arms_are_drawn(page: Page) -> None:
    page.locator("select[name=compare]").select_option("baseline")
    page.get_by_role("button", name=f"■ {read_scenario('meet-a-colleague').name}").wait_for()
    assert not page.locator(".seci-chart", has_text="those in the trial").is_visible()
