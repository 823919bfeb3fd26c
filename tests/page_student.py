"""What a student does with the page of a lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seci_sim.model import SECIModel
from seci_sim.page.lessons import Lesson
from seci_sim.seci.records import COLUMN

if TYPE_CHECKING:
    from playwright.sync_api import Page


def brief(lesson: Lesson, **changes: Any) -> Lesson:
    """The lesson with two runs of each setting."""
    return lesson.model_copy(update={"replications": 2} | changes)


def last(model: SECIModel, name: str) -> float:
    return float(model.records.rows[-1, -1, COLUMN[name]])


def bet(page: Page, share: str = "60", reason: str = "they talk") -> None:
    page.get_by_label("Where will the line of “1%” end?").fill(share)
    page.get_by_label("Why there?").fill(reason)
    page.get_by_role("button", name="Bet, then play").click()


def turned_to(page: Page, name: str) -> None:
    """Follow a link of the page's menu; a browser shows its screen some time after the click."""
    link = page.get_by_role("link", name=name)
    link.click()
    page.locator(f".screen{link.get_attribute('href')}").wait_for()


def played_to_the_end(page: Page) -> None:
    page.get_by_label("Weeks a second").select_option("64")
    page.get_by_text("week 208 of 208").wait_for(timeout=20_000)
