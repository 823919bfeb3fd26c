"""How the page looks: on projectors, on phones, in the dark, for everybody, and without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from page_student import bet, turned_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest_plugins = ("page_fixtures",)


def test_the_first_minute_shows_each_mode_as_an_act(student: Page) -> None:
    turned_to(student, "Begin")
    titles = []
    for _ in range(9):
        titles.append(student.locator(".minute h2:visible").inner_text())
        assert student.locator(".minute > li:visible").count() == 1
        if len(titles) < 9:
            student.keyboard.press(".")
    for mode in ("Socialization", "Externalization", "Combination", "Internalization"):
        (title,) = (title for title in titles if mode in title)
        assert "tacit" in title or "explicit" in title
    student.get_by_role("button", name="Play the four years").click()
    student.get_by_role("heading", name="Your bet").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1024, "light"), (1024, "dark"), (1366, "dark")])
def test_play_the_pictures_and_the_first_curve_are_in_sight_on_an_old_projector(
    student: Page, width: int, scheme: Literal["light", "dark"]
) -> None:
    student.emulate_media(color_scheme=scheme)
    student.set_viewport_size({"width": width, "height": 768})
    bet(student)
    controls = student.locator(".seci-controls").bounding_box()
    curve = student.locator("svg.seci-curve:visible").bounding_box()
    assert controls is not None
    assert curve is not None
    assert curve["y"] + curve["height"] <= controls["y"]
    for place in (student.locator("canvas").nth(1), student.get_by_role("button", name="Pause")):
        box = place.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 768


@pytest.mark.slow
@pytest.mark.parametrize("width", [1920, 1366, 390])
def test_nothing_has_to_be_scrolled_sideways_and_a_projector_has_large_letters(
    student: Page, width: int
) -> None:
    student.set_viewport_size({"width": width, "height": 900})
    for link in student.locator("nav a").all_inner_texts():
        turned_to(student, link)
        assert student.evaluate("document.documentElement.scrollWidth") <= width, link
    size = student.evaluate("parseFloat(getComputedStyle(document.querySelector('p')).fontSize)")
    assert size >= (24 if width == 1920 else 16)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_on_any_screen(
    student: Page, scheme: Literal["light", "dark"]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    student.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found = [_serious(axe.run(student).response)]
    bet(student)
    student.keyboard.press("End")
    found.append(_serious(axe.run(student).response))
    student.get_by_role("button", name="The answer").click()
    for summary in student.locator("summary:visible").all():
        summary.click()
    found.append(_serious(axe.run(student).response))
    for link in ("Begin", "Sandbox", "About"):
        turned_to(student, link)
        found.append(_serious(axe.run(student).response))
    assert found == [[]] * 6


def _serious(response: dict[str, Any]) -> list[tuple[str, str]]:
    """Faults that keep people out, with the first place of each."""
    return [
        (fault["id"], fault["nodes"][0]["html"])
        for fault in response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


def test_without_scripts_all_words_can_be_read(browser: Browser, page_file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert page.locator("noscript > .problem").is_visible()
    assert page.get_by_text("What happens on a visit that this model does not count?").is_visible()
    assert page.get_by_text("Mio visits Asha").is_visible()
    context.close()
