"""The page in three browsers from a file, in thirty windows at once, for ten minutes."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from driven_browsers import cut_off, free_port

from seci_sim.model import SECIModel
from seci_sim.page.document import document
from seci_sim.page.handout.making import Handout, measured
from seci_sim.page.lessons import read_lesson
from seci_sim.page.serving import listening
from seci_sim.seci.records import COLUMN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MINUTES = 10
"""Of play in which the console stays silent."""

CLASS = 30
"""Windows that are open at once."""

STUDENT = """
    const done = arguments[arguments.length - 1];
    const errors = [];
    addEventListener("error", (event) => errors.push(String(event.message)));
    addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));
    const one = (selector) => document.querySelector(selector);
    const seen = async (found) => {
        while (!found()) await new Promise((next) => setTimeout(next, 100));
        return found();
    };
    const text = (selector) => one(selector).textContent;
    (async () => {
        await seen(() => one(".bet-chart path"));
        const { bet, reason } = one(".bet-form").elements;
        [bet.value, reason.value] = ["60", "they talk"];
        one(".bet-form").requestSubmit();
        const speed = await seen(() => one(".seci-player select"));
        speed.value = "64";
        speed.dispatchEvent(new Event("change", { bubbles: true }));
        await seen(() => text(".seci-week") === "week 208 of 208");
        one(".to-answer").click();
        const verdict = await seen(() => text(".verdict"));
        one(".settings input[value='6']").click();
        await seen(() => text(".seci-fields").includes("■ 10%"));
        const scrub = one("input[aria-label=Week]");
        scrub.value = 207;
        scrub.dispatchEvent(new Event("input", { bubbles: true }));
        const canvas = document.querySelectorAll("canvas")[1];
        canvas.focus();
        canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        done({ verdict, story: text(".seci-story"), errors, agent: navigator.userAgent, address: location.href });
    })().catch((problem) => done({ errors: [String(problem)] }));
"""
"""A student bets, plays to the end, sees the answer, changes the setting and follows a person."""


@pytest.fixture(scope="module")
def lesson() -> Handout:
    return measured("why-one-percent", read_lesson("why-one-percent"))


@pytest.fixture(scope="module")
def page_file(lesson: Handout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("a class") / "why one percent.html"
    path.write_text(document([lesson], command="seci-sim page class.html"), "utf-8")
    return path


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("browser", "name"), [("firefox", "Firefox"), ("webkit", "Safari")])
def test_a_student_with_another_browser_and_no_network_opens_the_file_and_plays(
    browser: str, name: str, lesson: Handout, page_file: Path, tmp_path: Path
) -> None:
    told, networks = cut_off(browser, page_file.as_uri(), STUDENT, tmp_path)
    assert networks == ["lo"]
    assert told["errors"] == []
    assert name in told["agent"]
    assert "Chrome" not in told["agent"]
    model = SECIModel(lesson.lesson.settings[3], rng=lesson.seed)
    model.run()
    end = float(model.records.rows[-1, -1, COLUMN["needs_met"]])
    assert told["verdict"].startswith(f"You bet 60%; this run ends at {end:.1%}, ")
    assert re.match(r"Headquarters \d+ · 10%", told["story"])
    assert told["address"] == page_file.as_uri()


# A class at once ----------------------------------------------------------------------------------


@pytest.fixture
def served(page_file: Path) -> Iterator[str]:
    """The page's address, as `app` serves it."""
    port = free_port()
    with listening(page_file.read_text("utf-8"), "127.0.0.1", port, []) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{port}/"
        server.shutdown()


def own_slider(page: Page, student: int) -> float:
    """A student moves a slider to a place of their own; gives where the line ends."""
    page.get_by_role("slider", name="Patient time").fill(f"{student / 1000}")
    page.get_by_role("button", name=f"One percent, patient time {student / 10:g}%").wait_for()
    return float(page.evaluate("seciScreens.sandbox.player.runs[0].curves.needs_met.at(-1)"))


def end_with(share: float) -> float:
    model = SECIModel("one-percent", rng=1, patient_time=share)
    model.run()
    return float(model.records.rows[-1, -1, COLUMN["needs_met"]])


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_thirty_windows_open_the_served_page_at_once_and_each_plays_its_own_slider(
    browser: Browser, served: str, record_testsuite_property: Callable[[str, object], None]
) -> None:
    contexts = [browser.new_context() for _ in range(CLASS)]
    pages = [context.new_page() for context in contexts]
    began = time.monotonic()
    for page in pages:
        page.set_default_timeout(600_000)
        page.evaluate("(address) => { location.href = address; }", f"{served}#sandbox?compare=")
    for page in pages:
        page.wait_for_selector("html[data-films]", state="attached")
    record_testsuite_property("seconds_until_all_show", round(time.monotonic() - began, 1))
    began = time.monotonic()
    ends = [own_slider(page, student) for student, page in enumerate(pages, start=11)]
    record_testsuite_property("seconds_for_thirty_sliders", round(time.monotonic() - began, 1))
    for context in contexts:
        context.close()
    assert ends == [end_with(student / 1000) for student in range(11, 11 + CLASS)]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_console_is_silent_over_ten_minutes_of_play(browser: Browser, page_file: Path) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{page_file.as_uri()}#sandbox")
    page.wait_for_selector("html[data-films]")
    page.get_by_label("Weeks a second").last.select_option("64")
    until, turns = time.monotonic() + 60 * MINUTES, 0
    while time.monotonic() < until:
        turns += 1
        page.get_by_role("slider", name="Patient time").fill(f"{turns % 100 / 1000}")
        page.keyboard.press("Home")
        page.keyboard.press("k")
        page.locator("#sandbox .seci-need").nth(turns % 40).click()
        page.wait_for_timeout(8000)
        page.get_by_role("button", name="In other worlds").click()
        page.wait_for_timeout(2000)
    page.close()
    assert turns > 10
    assert said == []
