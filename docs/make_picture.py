"""Make the README's picture again: the top of the report on the three policies of patient time.

Run it from the checkout with the ``browser`` extra installed and a Chromium on the path::

    python docs/make_picture.py
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from seci_sim import read_scenario, simulate
from seci_sim.report import html, tell

PICTURE = Path(__file__).with_name("one-percent.png")
POLICIES = ("no-patient-time", "one-percent", "two-percent")
WIDTH = 1100


def main() -> None:
    """Compare the policies, open the report, and save what stands above the second row of charts."""
    results = simulate([read_scenario(name) for name in POLICIES])
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = Path(folder) / "report.html"
        report.write_text(html(tell(results), command="docs/make_picture.py"), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 1000})
        page.goto(report.as_uri())
        page.wait_for_function("document.querySelectorAll('.main-svg').length > 3")
        boxes = [box for f in page.locator("figure").all() if (box := f.bounding_box())]
        top = min(box["y"] for box in boxes)
        bottom = max(box["y"] + box["height"] for box in boxes if box["y"] < top + 50)
        page.screenshot(
            path=PICTURE, clip={"x": 0, "y": 0, "width": WIDTH, "height": bottom}, full_page=True
        )
        browser.close()


if __name__ == "__main__":
    main()
