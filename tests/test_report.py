"""The report: its sentences, its tables, and the page as a real browser shows it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from synthetic import THREE, Course, results
from synthetic_worlds import with_fewer_treated, worlds_of

from seci_sim.report import html, tell
from seci_sim.report.html_page import ESCAPES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page, Route

COMMAND = "seci-sim compare no-patient-time one-percent two-percent --seed 1"
HOSTILE = [
    Course(
        "<script>alert(1)</script>", 0.0, 0.12, 0.03, 120, "</title><img src=x onerror=alert(1)>"
    ),
    Course('"><img src=x onerror=alert(1)>', 0.01, 0.43, 0.11, 80, "{{ 7*7 }} {% raw %} </script>"),
    Course("javascript:alert(1) %{x} $x$", 0.02, 0.445, 0.12, 70, "<!-- <style>"),
]


@dataclass
class Parts(HTMLParser):
    """What a page is made of."""

    ids: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    data: dict[str, str] = field(default_factory=dict)
    handlers: list[str] = field(default_factory=list)
    policy: str = ""
    text: str = ""
    _open: dict[str, str | None] | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.addresses += [
            given[a] or "" for a in ("src", "href", "action", "data", "srcset") if a in given
        ]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""
        self._open = given if tag == "script" else None

    def handle_endtag(self, tag: str) -> None:
        self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is None:
            self.text += data
        elif self._open.get("type") == "application/json":
            self.data[self._open["id"] or ""] = data
        else:
            self.scripts.append(data)


def parsed(text: str) -> Parts:
    page = Parts()
    page.feed(text)
    return page


@pytest.fixture(scope="module")
def compared() -> str:
    found = results()
    return html(tell(replace(found, worlds=worlds_of(found, worlds=64))), command=COMMAND)


@pytest.fixture(scope="module")
def alone() -> str:
    return html(tell(results(THREE[1:2])), command="seci-sim run one-percent")


@pytest.fixture(scope="module")
def treated() -> str:
    """Four policies that change who starts treatment, in many worlds: the widest of all tables."""
    courses = [*THREE, Course("No financial agency", 0.01, 0.4, 0.1, 80)]
    found = with_fewer_treated(results(courses))
    found = replace(found, worlds=worlds_of(found, worlds=64))
    return html(tell(found), command="seci-sim compare a b c d")


@pytest.fixture(scope="module")
def hostile() -> str:
    return html(
        tell(results(HOSTILE, replications=2)), command="seci-sim compare '</code><script>alert(1)'"
    )


@pytest.mark.slow
def test_the_page_stands_alone_and_is_under_six_megabytes(compared: str) -> None:
    page = parsed(compared)
    assert page.addresses == ["data:,"]
    assert len(compared.encode()) < 6_000_000
    assert sum("plotly.js v" in script[:300] for script in page.scripts) == 1
    assert not re.search(r"@import|url\(", re.findall(r"<style>(.*?)</style>", compared, re.S)[0])


def test_the_browser_may_run_the_pages_own_scripts_and_load_nothing(compared: str) -> None:
    page = parsed(compared)
    assert page.policy.startswith("default-src 'none'; ")
    assert len(page.scripts) == 2
    for script in page.scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in page.policy
    assert "script-src 'unsafe-inline'" not in page.policy
    assert "http" not in page.policy


def test_question_answer_limits_and_command_are_on_the_page(compared: str) -> None:
    text = parsed(compared).text
    places = [
        text.index(part)
        for part in (
            "Is 1% of everyone's hours with patients worth it?",
            "Not settled: in this model “One percent” meets more needs than “No patient time” at",
            "Measure first: “pilot weeks” (projects.pilot_weeks)",
            "Mis-served: the firm's routine does the opposite of what a patient needs.",
            "“One percent” meets 31.8 points more needs than “No patient time”",
            "What decides",
            "When it comes, and when it has paid",
            "What it harms",
            "Who gains",
            "needs met in the last year: 30.3%",
            "How it comes about",
            "All policies in figures",
            "Better in",
            "Settings that differ",
            "policy.patient_time",
            "What to keep in mind",
            "Gourlay (2006)",
            "20 runs, seeds 1 to 20",
            "To repeat this",
            "All measures",
        )
    ]
    assert places == sorted(places)
    assert " ".join(text[text.index("To repeat this") :].split()).startswith(
        f"To repeat this {COMMAND}"
    )


def test_only_settings_that_differ_are_on_the_first_page(compared: str) -> None:
    text = parsed(compared).text
    first = text[text.index("Settings that differ") : text.index("To repeat this")]
    assert re.findall(r"\b(?:policy|world|learning|projects|service|units)\.\S+", first) == [
        "policy.patient_time"
    ]
    assert re.search(r"0%\s*1%\s*2%", first)


def test_every_measure_has_its_value_in_the_second_part(compared: str) -> None:
    found = results(THREE, replications=2, horizon=60)
    text = parsed(html(tell(found), command=COMMAND)).text
    second = text[text.index("All measures, settings") :]
    assert all(measure.name in second for measure in found.measures)
    assert all(measure.meaning in second for measure in found.measures)
    assert "weeks_until_half_know" in second


def test_every_chart_is_described_and_has_its_numbers_in_a_table(compared: str, alone: str) -> None:
    for text, count in ((compared, 15), (alone, 8)):
        figures = re.findall(r'<figure class="chart".*?</figure>', text, re.S)
        assert len(figures) == count
        for figure in figures:
            assert re.search(r'role="img" aria-label="[^"]{60,}"', figure)
            assert re.search(r"<details>.*<td[^>]*><div>[^<]*\d", figure, re.S)


def test_one_policy_has_no_differences(alone: str) -> None:
    text = parsed(alone).text
    assert "Better in" not in text
    assert "Settings that differ from the defaults" in text
    assert "Change from the first" not in text


@pytest.mark.slow
def test_names_and_questions_are_text_wherever_they_stand(hostile: str) -> None:
    page = parsed(hostile)
    assert page.addresses == ["data:,"]
    assert page.handlers == []
    assert len(page.scripts) == 2
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7*7 }}" in page.text
    assert "49" not in page.text[page.text.index("{% raw %}") - 20 : page.text.index("{% raw %}")]


def test_charts_get_valid_json_that_cannot_end_its_script(hostile: str) -> None:
    page = parsed(hostile)
    assert len(page.data) == 12
    for data in page.data.values():
        assert not set(ESCAPES) & set(data)
        figure = json.loads(
            data, parse_constant=lambda constant: pytest.fail(f"{constant} in JSON")
        )
        assert figure["data"]


def test_line_separators_cannot_break_a_script() -> None:
    from seci_sim.report.html_page import for_script

    found = str(for_script('"\u2028\u2029<&>"'))
    assert found == '"\\u2028\\u2029\\u003c\\u0026\\u003e"'
    assert json.loads(found) == "\u2028\u2029<&>"


def test_numbers_that_json_does_not_know_are_refused() -> None:
    from seci_sim.report.html_page import for_script

    with pytest.raises(ValueError, match="NaN"):
        for_script("[NaN]")


def test_a_report_of_runs_that_never_get_there_has_no_nan() -> None:
    text = parsed(
        html(tell(results(THREE[:2], replications=1, horizon=5, markets=("India",))), command="x")
    ).text
    assert not re.search(r"\bnan\b", text, re.I)
    assert "never" in text


# What a real browser makes of it.
# Plotly hides tick labels that would be cut off.
SHOWN = """text => text.textContent.trim()
  && text.checkVisibility({opacityProperty: true, visibilityProperty: true})"""
LABELS_THAT_TOUCH = """() => {
  const touching = [];
  for (const plot of document.querySelectorAll('.plot')) {
    const boxes = [...plot.querySelectorAll('text')]
      .filter(SHOWN)
      .map(text => ({
        text: text.textContent,
        box: text.getBoundingClientRect(),
        slope: Number(/rotate\\((-?[0-9.]+)/.exec(text.getAttribute('transform') || '')?.[1] || 0),
      }));
    boxes.forEach((one, i) => boxes.slice(i + 1).forEach(two => {
      const wide = Math.min(one.box.right, two.box.right) - Math.max(one.box.left, two.box.left);
      const high = Math.min(one.box.bottom, two.box.bottom) - Math.max(one.box.top, two.box.top);
      // Boxes of slanting lines overlap where the lines do not; how far apart are these?
      const apart = Math.abs(one.box.right - two.box.right) * Math.sin(Math.abs(one.slope) * Math.PI / 180);
      const clear = one.slope && one.slope === two.slope && apart >= 16;
      if (wide > 2 && high > 4 && !clear) touching.push([plot.id, one.text, two.text]);
    }));
  }
  return touching;
}""".replace("SHOWN", SHOWN)
LABELS_CUT_OFF = """() => [...document.querySelectorAll('.plot')].flatMap(plot => {
  const room = plot.getBoundingClientRect();
  return [...plot.querySelectorAll('text')]
    .filter(SHOWN)
    .filter(text => {
      const box = text.getBoundingClientRect();
      return box.left < room.left - 1 || box.right > room.right + 1 || box.bottom > room.bottom + 1;
    })
    .map(text => [plot.id, text.textContent]);
})""".replace("SHOWN", SHOWN)
CELLS_CUT_OFF = """() => [...document.querySelectorAll('th, td')]
  .filter(cell => cell.getBoundingClientRect().right > innerWidth || cell.scrollWidth > cell.clientWidth + 1)
  .map(cell => cell.textContent)"""
SMALLEST_TEXT = """() => Math.min(...[...document.querySelectorAll('body *')]
  .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
  .filter(element => element.getClientRects().length)
  .map(element => parseFloat(getComputedStyle(element).fontSize)))"""


@dataclass
class Shown:
    """A report in a browser, and what happened while it opened."""

    page: Page
    requests: list[str]
    complaints: list[str]


@pytest.fixture(scope="module")
def files(
    tmp_path_factory: pytest.TempPathFactory, compared: str, alone: str, hostile: str, treated: str
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    pages = {"compared": compared, "treated": treated, "alone": alone, "hostile": hostile}
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


@pytest.fixture(
    scope="module",
    params=[
        "compared",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("treated", "alone", "hostile")),
    ],
)
def shown(
    request: pytest.FixtureRequest, browser: Browser, files: dict[str, Path]
) -> Iterator[Shown]:
    yield from show(browser, files[request.param])


def until(page: Page, holds: str) -> None:
    """Wait for something; the page's own policy lets no browser do so for us."""
    for _ in range(400):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not within 20 seconds: {holds}")


def show(browser: Browser, file: Path) -> Iterator[Shown]:
    """Open a report as somebody at a desk would, who is offline."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    opened = Shown(page, [], [])

    def intercept(route: Route) -> None:
        opened.requests.append(route.request.url)
        if route.request.url == file.as_uri():
            route.continue_()
        else:
            route.abort()

    def refuse(dialog: Dialog) -> None:
        opened.complaints.append(dialog.message)
        dialog.dismiss()

    page.route("**/*", intercept)
    page.on("console", lambda message: opened.complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    page.on("dialog", refuse)
    page.goto(file.as_uri())
    until(
        page, "[...document.querySelectorAll('.plot')].every(plot => plot.dataset.drawn === 'yes')"
    )
    yield opened
    context.close()


def test_a_browser_loads_nothing_complains_of_nothing_and_draws_everything(shown: Shown) -> None:
    assert shown.requests == [shown.page.url]
    assert shown.complaints == []
    marks = shown.page.evaluate(
        "[...document.querySelectorAll('.plot')].map(plot => plot.querySelectorAll('path').length)"
    )
    assert len(marks) >= 8
    assert min(marks) > 3


@pytest.mark.parametrize("width", [1280, 390])
def test_labels_neither_touch_nor_leave_their_chart(shown: Shown, width: int) -> None:
    shown.page.set_viewport_size({"width": width, "height": 900})
    until(
        shown.page,
        "[...document.querySelectorAll('.plot')].every("
        "plot => Math.abs(plot.layout.width - plot.parentElement.clientWidth) <= 1)",
    )
    assert shown.page.evaluate(LABELS_THAT_TOUCH) == []
    assert shown.page.evaluate(LABELS_CUT_OFF) == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 880, 390])
def test_the_page_fits_its_window_and_is_large_enough_to_read(shown: Shown, width: int) -> None:
    shown.page.set_viewport_size({"width": width, "height": 900})
    shown.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.page.evaluate(CELLS_CUT_OFF) == []
    assert shown.page.evaluate(SMALLEST_TEXT) >= 14


@pytest.mark.slow
def test_the_answer_and_its_picture_stand_on_the_first_printed_page(
    browser: Browser, files: dict[str, Path]
) -> None:
    millimetre = 96 / 25.4
    for opened in show(browser, files["compared"]):
        page = opened.page
        page.set_viewport_size({"width": int(188 * millimetre), "height": int(277 * millimetre)})
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        place = "document.querySelector('.first').getBoundingClientRect().bottom"
        assert page.evaluate(place) <= 277 * millimetre
        assert page.evaluate("document.documentElement.scrollWidth") <= 188 * millimetre
