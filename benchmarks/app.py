"""How long somebody at the page waits, and how smoothly a film is played.

The page is opened in an installed Chromium and played; without one, only the server is measured.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks import ROOT
from benchmarks.timing import Figure, seconds
from seci_sim.page.document import script, style
from seci_sim.page.film import film
from seci_sim.scenario import Scenario, Unit, read_scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CLASS = 30
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
    const slider = document.querySelector('.lever input[type="range"]');
    const before = films(), began = performance.now();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(slider, value);
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    slider.dispatchEvent(new Event("change", {bubbles: true}));
    while (films() === before) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return (performance.now() - began) / 1000;
}"""
"""Seconds from a moved slider to the picture of its run."""


def measure(quick: bool) -> list[Figure]:
    """Frames a second of films of small and large firms, and waiting at the page."""
    rounds = 3 if quick else 9
    figures = []
    with _served() as address:
        visits = [time for number in range(1 if quick else 3) for time in [_class(address, number)]]
        figures.append(
            Figure("seconds_slowest_of_a_class", visits, "s",
                   f"The slowest of {CLASS} visitors who ask at once for {CLASS} runs of 220 people and "
                   "208 weeks", "less than 3"),
        )  # fmt: skip
        with _browser() as browser:
            if browser is None:
                return figures
            moved = _moved(browser, address, rounds)
            figures.append(
                Figure("seconds_slider_to_picture", moved, "s",
                       "From a moved slider to the picture of its run and of the one it is compared "
                       "with, 220 people and 208 weeks", "less than 0.5"),
            )  # fmt: skip
            for people, aim in ((200, "60"), (2000, "at least 50")):
                played, drawn = _played(browser, people, rounds)
                figures += [
                    Figure(f"frames_a_second_{people}", played, "frames/s",
                           f"A film of {people:,} people, played", aim),
                    Figure(f"milliseconds_a_frame_{people}", drawn, "ms",
                           f"The work for one of its frames, of {people:,} people", "less than 16"),
                ]  # fmt: skip
    return figures


@contextmanager
def _served() -> Iterator[str]:
    """The page, served as a user serves it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "seci_sim.cli", "app", "--no-open", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as server:  # noqa: S603
        assert server.stdout is not None
        server.stdout.readline()  # where the page is: it is ready
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.communicate()


def _class(address: str, number: int) -> float:
    """Seconds that the slowest of a class waits."""
    seeds = range(1000 * number, 1000 * number + CLASS)
    with ThreadPoolExecutor(CLASS) as room:
        return max(room.map(lambda seed: seconds(lambda: _ask(address, seed)), seeds))


def _ask(address: str, seed: int) -> None:
    """Ask as the page does, until it is our turn."""
    body = {"fields": {"scenario": "one-percent", "seed": str(seed)}, "visitor": f"{seed:016d}"}
    request = urllib.request.Request(  # noqa: S310 - this machine
        f"{address}/film",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Accept-Encoding": "gzip"},
    )
    while True:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            answer.read()
            if answer.status == 200:
                return
        time.sleep(0.4)  # as in page.js


@contextmanager
def _browser() -> Iterator[Browser | None]:
    """An installed Chromium, or nothing."""
    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def _moved(browser: Browser, address: str, rounds: int) -> list[float]:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(address)
    page.wait_for_selector("html[data-films]")
    taken = [float(page.evaluate(MOVED, f"{0.02 + number / 1000}")) for number in range(rounds + 1)]
    page.close()
    return taken[1:]


def _played(browser: Browser, people: int, rounds: int) -> tuple[list[float], list[float]]:
    """Frames a second and milliseconds a frame of a film, on a laptop's screen."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    with TemporaryDirectory() as folder:
        file = Path(folder, "film.html")
        file.write_text(_page(film([_firm(people)], seed=1)), "utf-8")
        page.goto(file.as_uri())
    every = [(_number(page, PLAYED), _number(page, DRAWN)) for _ in range(rounds)]
    page.close()
    return [played for played, _ in every], [drawn for _, drawn in every]


def _number(page: Page, code: str) -> float:
    return float(page.evaluate(code))


def _page(shown: dict[str, Any]) -> str:
    """A page that shows nothing but a film."""
    return (
        f'<!DOCTYPE html><meta charset="utf-8"><style>{style()}</style><div id="player"></div>'
        f"<script>{script('player')}\nconst film = {json.dumps(shown)};\n"
        'const player = new SeciPlayer.Player(document.getElementById("player"));'
        "player.load(film.runs.map(SeciPlayer.readRun));</script>"
    )


def _firm(people: int) -> Scenario:
    """A firm of so many people in five markets."""
    base = read_scenario("one-percent")
    markets = ("Japan", "China", "Americas", "Europe", "India")
    units = tuple(Unit(name=name, kind="affiliate", staff=people // 5) for name in markets)
    return Scenario(
        name=f"A firm of {people}", question=base.question, policy=base.policy, units=units
    )
