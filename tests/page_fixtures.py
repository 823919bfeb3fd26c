"""A page of one lesson, the runs that it plays, and a student who opened it: for tests that name this as a plugin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from page_student import brief
from test_lesson_files import LESSON
from test_lesson_files import written as lesson_written

from seci_sim.model import SECIModel
from seci_sim.page.document import document
from seci_sim.page.handout.making import Handout, handout
from seci_sim.page.lessons import read_lesson

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route


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
