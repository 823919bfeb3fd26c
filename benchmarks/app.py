"""How long somebody at the page waits, and how smoothly a run is played, in an installed Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.timing import Figure
from seci_sim.page.document import document
from seci_sim.scenario import Scenario, Unit, read_scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PEOPLE = {200: "60", 2000: "at least 50"}
"""People of the firms that are played, and the frames a second that are aimed at."""

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

PLAYED = """async () => {
    player.setSpeed(32); player.stop(); player.play();
    const times = [];
    for (let frame = 0; frame < 180 && player.playing; frame++) {
        times.push(await new Promise(requestAnimationFrame));
    }
    player.pause();
    return 1000 * (times.length - 1) / (times[times.length - 1] - times[0]);
}"""
"""Frames a second of three seconds of a film."""

DRAWN = """() => {
    const began = performance.now();
    for (let frame = 0; frame < 100; frame++) { player.frame = 50 + frame / 100; player.draw(); }
    return (performance.now() - began) / 100;
}"""
"""Milliseconds of work for one frame, which 60 a second leave 16 for."""

MOVED = """async (value) => {
    const films = () => Number(document.documentElement.dataset.films);
    const line = () => document.querySelector("#sandbox .seci-line-1").getAttribute("d");
    const slider = document.querySelector('.lever input[type="range"]');
    const before = films(), was = line(), began = performance.now();
    let drawn = 0;
    slider.value = value;
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    while (films() === before) {
        await new Promise(requestAnimationFrame);
        if (!drawn && line() !== was) drawn = performance.now() - began;
    }
    await new Promise(requestAnimationFrame);
    return [drawn / 1000, (performance.now() - began) / 1000];
}"""
"""Seconds from a moved slider to the line of its run, and to its picture."""


def measure(quick: bool) -> list[Figure]:
    """From a slider to the picture, and frames a second of small and large firms."""
    rounds = 3 if quick else 9
    figures: list[Figure] = []
    with _browser() as browser, TemporaryDirectory() as folder:
        page = _opened(browser, Path(folder), [_firm(people) for people in PEOPLE])
        moved = [page.evaluate(MOVED, f"{0.02 + one / 1000}") for one in range(rounds + 1)]
        for place, what in enumerate(("line", "picture")):
            figures.append(
                Figure(f"seconds_slider_to_{what}", [one[place] for one in moved[1:]], "s",
                       f"From a moved slider to the {what} of its run beside the one it is compared "
                       "with, 220 people and 208 weeks", "less than 0.15"),
            )  # fmt: skip
        for place, (people, aim) in enumerate(PEOPLE.items()):
            page.locator("#sandbox [name=scenario]").select_option(f"own-{place}")
            page.locator("#sandbox [name=compare]").select_option(f"own-{place}")
            page.get_by_role("button", name=f"■ A firm of {people}", exact=True).wait_for()
            every = [(_number(page, PLAYED), _number(page, DRAWN)) for _ in range(rounds)]
            figures += [
                Figure(f"frames_a_second_{people}", [played for played, _ in every], "frames/s",
                       f"Two runs of {people:,} people beside each other, played", aim),
                Figure(f"milliseconds_a_frame_{people}", [drawn for _, drawn in every], "ms",
                       f"The work for one of their frames, of twice {people:,} people", "less than 16"),
            ]  # fmt: skip
    return figures


def _opened(browser: Browser, folder: Path, firms: list[Scenario]) -> Page:
    """The page on a laptop's screen, with one policy beside another."""
    file = folder / "page.html"
    file.write_text(document([], firms, command="seci-sim page page.html"), "utf-8")
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(f"{file.as_uri()}#sandbox?scenario=one-percent&compare=no-patient-time")
    page.wait_for_selector("html[data-films]")
    page.evaluate("window.player = seciScreens.sandbox.player")
    return page


@contextmanager
def _browser() -> Iterator[Browser]:
    """An installed Chromium.

    Raises
    ------
    ModuleNotFoundError
        There is none.
    """
    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        raise ModuleNotFoundError("No Chromium", name="Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def _number(page: Page, code: str) -> float:
    return float(page.evaluate(code))


def _firm(people: int) -> Scenario:
    """A firm of so many people in five markets."""
    base = read_scenario("one-percent")
    markets = ("Japan", "China", "Americas", "Europe", "India")
    units = tuple(Unit(name=name, kind="affiliate", staff=people // 5) for name in markets)
    return Scenario(
        name=f"A firm of {people}", question=base.question, policy=base.policy, units=units
    )
