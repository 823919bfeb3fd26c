"""The site of the documents: built without a warning and without a network, and legible on a phone."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DOCS = Path(__file__).parents[1] / "docs"
OFFLINE = """
import socket, sys
def refuse(*arguments, **options):
    raise OSError("the documents are to be built without a network")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from sphinx.cmd.build import main
sys.exit(main(sys.argv[1:]))
"""
ELSEWHERE = re.compile(r"(https?:)?//", re.IGNORECASE)

pytestmark = pytest.mark.slow


class Loaded(HTMLParser):
    """Collects what a page loads by itself; a link that a reader may follow loads nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            loads = name in ("src", "srcset", "data", "poster") or (tag, name) == ("link", "href")
            if loads and value:
                self.addresses.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("sphinx", reason="needs the extra `docs`")
    folder = tmp_path_factory.mktemp("site")
    strictly = ["-q", "-W", "--keep-going", "-n", "-d", str(folder / "read")]
    arguments = [*strictly, str(DOCS), str(folder / "pages")]
    built = subprocess.run(
        [sys.executable, "-c", OFFLINE, *arguments], capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    assert built.stderr == ""
    return folder / "pages"


def test_every_document_is_a_page(site: Path) -> None:
    for document in DOCS.rglob("*.md"):
        assert (site / document.relative_to(DOCS)).with_suffix(".html").exists()


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        reader = Loaded()
        reader.feed(page.read_text("utf-8"))
        assert reader.addresses, page
        assert [address for address in reader.addresses if ELSEWHERE.match(address)] == [], page
    for style in site.rglob("*.css"):
        loads = re.findall(r"(?:url\(|@import)\s*['\"]?([^'\")]+)", style.read_text("utf-8"))
        assert [address for address in loads if ELSEWHERE.match(address)] == [], style


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["index", "model", "reference/commands", "reference/python"])
def test_a_browser_asks_nobody_and_no_page_is_wider_than_the_screen(
    site: Path, browser: Browser, name: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / f"{name}.html").as_uri())
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked
    assert [address for address in asked if not address.startswith(("file:", "data:"))] == []
    page.close()


def test_the_reference_says_what_docstrings_say(site: Path) -> None:
    page = (site / "reference" / "python.html").read_text("utf-8")
    for name in ("seci_sim.SECIModel", "seci_sim.simulate", "seci_sim.Experiment.run"):
        assert f'id="{name}"' in page
    assert "A shipped name such as" in page, "parameters are rendered from numpydoc's sections"
