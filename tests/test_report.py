"""The report: its sentences, its tables, and the page as a real browser shows it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from synthetic import THREE, Course, results

from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    ON_TREATMENT,
    PATIENT_HOURS_A_HEAD,
    STARTING,
)
from seci_sim.report import html, tell
from seci_sim.report.answer import answer
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


def summary_of(met: dict[str, list[float]], hours: dict[str, float], wrong: dict[str, list[float]] | None = None) -> pd.DataFrame:  # fmt: skip
    """A summary of runs with so many needs met, mis-served, and hours a head and year."""
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "scenario": name,
                    "seed": range(1, len(values) + 1),
                    "needs_met": values,
                    "needs_mis_served": (wrong or {}).get(name, [0.1] * len(values)),
                    HOURS_A_HEAD: hours[name],
                    PATIENT_HOURS_A_HEAD: 20.8,
                    STARTING: 0.5,
                    ON_TREATMENT: 0.4,
                    "weeks_until_half_know": 62.0,
                }
            )
            for name, values in met.items()
        ],
        ignore_index=True,
    )


def answer_of(summary: pd.DataFrame, names: list[str], horizon: int) -> tuple[str, str]:
    """What is said of such runs."""
    return answer(Comparison(summary, tuple(names), horizon))


def test_a_gain_is_said_with_its_range_and_its_price() -> None:
    # paired differences 0.10, 0.12, 0.11: mean 11 points, standard error 0.57735, t(2) 4.302653;
    # 22 hours for 11 points are 2 hours a point
    summary = summary_of(
        {"A": [0.2, 0.3, 0.4], "B": [0.30, 0.42, 0.51]},
        {"A": 100, "B": 122},
        {"A": [0.10, 0.11, 0.12], "B": [0.12, 0.13, 0.14001]},
    )
    assert answer_of(summary, ["A", "B"], 208) == (
        "In this model, “B” meets 41.0% of patients' needs in the last year, 11.0 percentage points "
        "more than “A” (95% interval 8.5 to 13.5; better in 3 of 3 runs), and mis-serves 13.0%, 2.0 "
        "percentage points more (2.0 to 2.0).",
        "“B” spends 22.0 hours more a head and year in the four modes than “A”, 2.0 (1.6 to 2.6) "
        "for each percentage point gained.",
    )


def test_where_the_interval_includes_nothing_the_runs_do_not_separate() -> None:
    summary = summary_of({"A": [0.2, 0.3, 0.4], "B": [0.19, 0.33, 0.41]}, {"A": 100, "B": 122})
    finding, cost = answer_of(summary, ["A", "B"], 208)
    assert finding.startswith("In this model, these runs do not separate “B” from “A”")
    assert "+1.0 percentage points (95% interval −4.0 to 6.0; better in 2 of 3 runs)" in finding
    assert (
        "nine such experiments in ten would have shown a true one of 7.8 percentage points"
        in finding
    )
    assert "percentage point gained" not in cost


def test_mis_served_needs_are_judged_apart_from_needs_met() -> None:
    summary = summary_of(
        {"A": [0.2, 0.3, 0.4], "B": [0.30, 0.42, 0.51]},
        {"A": 100, "B": 122},
        {"A": [0.10, 0.11, 0.12], "B": [0.12, 0.10, 0.13]},
    )
    assert (
        "mis-serves 11.7%, which these runs do not separate from 11.0%"
        in answer_of(summary, ["A", "B"], 208)[0]
    )


def test_policies_as_good_as_the_best_are_named_with_what_they_cost() -> None:
    met = {"A": [0.1, 0.2, 0.3], "B": [0.4, 0.53, 0.62], "C": [0.42, 0.52, 0.63]}
    # pairs 2, -1 and 1 points: standard error 0.8819; three policies make three pairs, so that t is
    # that of 5% / 3 at 2 degrees, 7.6488
    cost = answer_of(summary_of(met, {"A": 100, "B": 121, "C": 142}), ["A", "B", "C"], 208)[1]
    assert (
        "these runs do not separate it from “B” (+0.7 percentage points, −6.1 to 7.4; 21.0 hours more)"
        in cost
    )


def test_the_price_over_the_next_best_is_said_where_they_are_told_apart() -> None:
    met = {"A": [0.1, 0.2, 0.3], "B": [0.4, 0.5, 0.6], "C": [0.42, 0.52, 0.621]}
    cost = answer_of(summary_of(met, {"A": 100, "B": 121, "C": 142}), ["A", "B", "C"], 208)[1]
    assert "it meets 2.0 percentage points more than “B” (1.8 to 2.3)" in cost
    assert "spends 21.0 hours more, 10 (9.2 to 12) for each percentage point gained" in cost


def test_many_policies_alike_are_counted() -> None:
    names = list("ABCDEFG")
    met = {name: [0.3 + i / 500, 0.4 - i / 500, 0.5] for i, name in enumerate(names)}
    cost = answer_of(summary_of(met, dict.fromkeys(names, 100.0)), names, 208)[1]
    assert "or from 3 others" in cost
    assert "no more hours" in cost


def test_one_run_of_each_separates_nothing() -> None:
    finding, cost = answer_of(
        summary_of({"A": [0.1], "B": [0.4]}, {"A": 100, "B": 90}), ["A", "B"], 208
    )
    assert "one run has no interval, so it does not separate policies" in finding
    assert cost.startswith("“B” spends 10.0 hours less")


def test_one_policy_is_described_with_its_uncertainty() -> None:
    finding, cost = answer_of(summary_of({"A": [0.41, 0.42, 0.43]}, {"A": 104}), ["A"], 30)
    assert (
        "meets 42.0% of patients' needs over all 30 weeks (95% interval of the mean 39.5 to 44.5)"
        in finding
    )
    assert (
        "104.0 hours a head and year in the four modes, 20.8 of them with patients and 5.0% of all hours"
        in cost
    )
    assert cost.endswith("weeks until half the staff hold a need rightly: 62.")


@pytest.mark.parametrize("met", [[0.1], [0.1, 0.3, 0.2], [0.4, 0.5, 0.6]])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_answer_is_two_sentences_that_never_foretell(met: list[float], count: int) -> None:
    names = ["A", "B", "C"][:count]
    summary = summary_of(
        {n: [m + i / 100 for m in met] for i, n in enumerate(names)}, dict.fromkeys(names, 90.0)
    )
    for sentence in answer_of(summary, names, 208):
        assert sentence.endswith(".")
        assert ". " not in sentence
        assert not re.search(r"\b(will|proves?|significant|nan)\b", sentence)
    assert "In this model" in answer_of(summary, names, 208)[0]


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
    return html(tell(results()), command=COMMAND)


@pytest.fixture(scope="module")
def alone() -> str:
    return html(tell(results(THREE[1:2])), command="seci-sim run one-percent")


@pytest.fixture(scope="module")
def hostile() -> str:
    return html(
        tell(results(HOSTILE, replications=2)), command="seci-sim compare '</code><script>alert(1)'"
    )


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
            "In this model, “Two percent” meets",
            "Better in",
            "What to keep in mind",
            "Gourlay (2006)",
            "20 runs, seeds 1 to 20",
            "Settings that differ",
            "policy.patient_time",
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
    for text in (compared, alone):
        figures = re.findall(r'<figure class="chart".*?</figure>', text, re.S)
        assert len(figures) == 7
        for figure in figures:
            assert re.search(r'role="img" aria-label="[^"]{60,}"', figure)
            assert re.search(r"<details>.*<td>[^<]*\d", figure, re.S)


def test_one_policy_has_no_differences(alone: str) -> None:
    text = parsed(alone).text
    assert "Better in" not in text
    assert "Settings that differ from the defaults" in text
    assert "Change from the first" not in text


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
    assert len(page.data) == 7
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
    tmp_path_factory: pytest.TempPathFactory, compared: str, alone: str, hostile: str
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    pages = {"compared": compared, "alone": alone, "hostile": hostile}
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


@pytest.fixture(
    scope="module",
    params=[
        "compared",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("alone", "hostile")),
    ],
)
def shown(
    request: pytest.FixtureRequest, browser: Browser, files: dict[str, Path]
) -> Iterator[Shown]:
    yield from show(browser, files[request.param])


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
    page.wait_for_function(
        "[...document.querySelectorAll('.plot')].every(plot => plot.dataset.drawn === 'yes')"
    )
    yield opened
    context.close()


def test_a_browser_loads_nothing_complains_of_nothing_and_draws_everything(shown: Shown) -> None:
    assert shown.requests == [shown.page.url]
    assert shown.complaints == []
    marks = shown.page.evaluate(
        "[...document.querySelectorAll('.plot')].map(plot => plot.querySelectorAll('path').length)"
    )
    assert len(marks) == 7
    assert min(marks) > 3


@pytest.mark.parametrize("width", [1280, 390])
def test_labels_neither_touch_nor_leave_their_chart(shown: Shown, width: int) -> None:
    shown.page.set_viewport_size({"width": width, "height": 900})
    shown.page.wait_for_function(
        "[...document.querySelectorAll('.plot')].every("
        "plot => Math.abs(plot.layout.width - plot.parentElement.clientWidth) <= 1)"
    )
    assert shown.page.evaluate(LABELS_THAT_TOUCH) == []
    assert shown.page.evaluate(LABELS_CUT_OFF) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_its_window_and_is_large_enough_to_read(shown: Shown, width: int) -> None:
    shown.page.set_viewport_size({"width": width, "height": 900})
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.page.evaluate(SMALLEST_TEXT) >= 14


@pytest.mark.slow
def test_the_first_part_is_printed_on_one_page(browser: Browser, files: dict[str, Path]) -> None:
    for opened in show(browser, files["compared"]):
        arial = "(c => (c.font = '100px Arial', Math.round(c.measureText('mm').width)))"
        width = opened.page.evaluate(f"{arial}(document.createElement('canvas').getContext('2d'))")
        if width != 167:
            pytest.skip("no font as wide as Arial is installed")
        # The further charts start on a page of their own; the folded part is not printed.
        printed = opened.page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type /Page\b", printed)) == 2
