"""What keeps a screen reader out, or grey letters on grey: axe-core finds none of it in what we write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from synthetic import THREE, results

from seci_sim.report import html as report_page
from seci_sim.report import tell

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest.importorskip("axe_playwright_python", reason="needs the extra test")


def faults(browser: Browser, file: Path, width: int) -> list[tuple[str, str]]:
    """What axe-core finds in a file, and the first place where it does."""
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(file.as_uri())
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    page.close()
    return [(one["id"], one["nodes"][0]["html"]) for one in found]


@pytest.mark.slow
@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("policies", [1, 3])
def test_a_report_keeps_nobody_out(
    browser: Browser, tmp_path: Path, policies: int, width: int
) -> None:
    file = tmp_path / "report.html"
    file.write_text(report_page(tell(results(THREE[:policies])), command="seci-sim run x"), "utf-8")
    assert faults(browser, file, width) == []


@pytest.mark.slow
def test_what_keeps_somebody_out_would_be_found(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "bad.html"
    file.write_text('<html lang="en"><title>x</title><main><h1>x</h1><input></main>', "utf-8")
    assert [fault for fault, _ in faults(browser, file, 800)] == ["label"]
