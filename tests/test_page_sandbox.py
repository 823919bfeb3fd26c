"""The page's sandbox in a browser: a slider's line and picture, other luck, other worlds, a file of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seci_sim.page.document import document

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NOTING = """
    window.asked = [];
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...more) { asked.push(message.type); post.call(this, message, ...more); };
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
    assert sandbox.evaluate("asked") == ["lines", "record"]
    assert sandbox.get_by_role("slider", name="Week").input_value() == "103"
    assert sandbox.get_by_text("Needs mis-served").is_visible()


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
    assert sandbox.evaluate("asked.filter((type) => type === 'record').length") == 1
