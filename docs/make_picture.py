"""Make the README's picture and answer again: the first screen of the report on the three policies of patient time.

Run it from the checkout with the ``browser`` extra installed and a Chromium on the path::

    python docs/make_picture.py
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from seci_sim import read_scenario, simulate
from seci_sim.lab.worlds import WORLDS
from seci_sim.report import html, tell
from seci_sim.report.html import Told

PICTURE = Path(__file__).with_name("one-percent.png")
README = Path(__file__).parents[1] / "README.md"
POLICIES = ("no-patient-time", "one-percent", "two-percent")
WIDTH = 1100
ANSWER = re.compile(
    r"(?<=<!-- answer: docs/make_picture.py -->\n).*?(?=<!-- /answer -->)", re.DOTALL
)
"""Where the README has what the box says; whatever is written there by hand is lost."""


def told() -> Told:
    """What the README's first line comes to."""
    return tell(simulate([read_scenario(name) for name in POLICIES], worlds=WORLDS))


def quoted(said: Told) -> str:
    """The box as the README quotes it."""
    every = (f"> **{one.plain}** {' '.join(one.figures)}" for one in said.said)
    return "\n>\n".join(every) + "\n"


def main() -> None:
    """Compare the policies, open the report, and save what stands above what decides."""
    said = told()
    README.write_text(ANSWER.sub(lambda _: quoted(said), README.read_text("utf-8")), "utf-8")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = Path(folder) / "report.html"
        report.write_text(html(said, command="docs/make_picture.py"), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 1000})
        page.goto(report.as_uri())
        page.wait_for_function(
            "[...document.querySelectorAll('.plot')].every(plot => plot.dataset.drawn === 'yes')"
        )
        first = page.locator("section.first figure .plot").bounding_box()
        assert first is not None
        bottom = first["y"] + first["height"] + 8
        page.screenshot(
            path=PICTURE, clip={"x": 0, "y": 0, "width": WIDTH, "height": bottom}, full_page=True
        )
        browser.close()


if __name__ == "__main__":
    main()
