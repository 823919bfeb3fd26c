"""A page of one lesson, the runs that it plays, and what a student does with it in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from test_lesson_files import LESSON
from test_lesson_files import written as lesson_written

from seci_sim.model import SECIModel
from seci_sim.page.document import document
from seci_sim.page.handout.making import Handout, handout
from seci_sim.page.lessons import Lesson, read_lesson
from seci_sim.seci.records import COLUMN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route


def brief(lesson: Lesson, **changes: Any) -> Lesson:
    """The lesson with two runs of each setting."""
    return lesson.model_copy(update={"replications": 2} | changes)


@pytest.fixture(scope="session")
def made() -> Handout:
    return handout(brief(read_lesson("why-one-percent")), workers=1)


@pytest.fixture(scope="session")
def page_file(made: Handout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as a student gets it, in a folder whose name has a space."""
    path = tmp_path_factory.mktemp("a class") / "why one percent.html"
    path.write_text(document([made], command="seci-sim page class.html"), "utf-8")
    return path


@pytest.fixture(scope="session")
def played(made: Handout) -> list[SECIModel]:
    """The runs that the page plays: without visits, and with 1%."""
    models = [SECIModel(made.lesson.settings[place], rng=made.seed) for place in (0, 3)]
    for model in models:
        model.run()
    return models


def last(model: SECIModel, name: str) -> float:
    return float(model.records.rows[-1, -1, COLUMN[name]])


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the lesson of a very small firm in it."""
    monkeypatch.chdir(tmp_path)
    return lesson_written(LESSON + "replications: 2\n", tmp_path).relative_to(tmp_path)


@pytest.fixture
def student(browser: Browser, page_file: Path) -> Iterator[Page]:
    """The page, opened as by a double click; the network is cut, and every request noted."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    wanted: list[str] = []

    def noted(route: Route) -> None:
        wanted.append(route.request.url)
        (route.continue_ if route.request.url.startswith(("file:", "blob:")) else route.abort)()

    page.route("**/*", noted)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(page_file.as_uri())
    page.locator(".bet-chart path").first.wait_for(state="attached")
    yield page
    assert [url for url in wanted if not url.startswith("blob:")] == [page_file.as_uri()]
    page.close()


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
