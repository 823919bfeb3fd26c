"""The hand-out: what it holds, where it is written, and what a student does with it in a browser."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from scenario_files import TINY
from test_lesson_files import LESSON
from test_lesson_files import written as lesson_written

from seci_sim.cli import answer_to
from seci_sim.page.handout import Handout, handout, html
from seci_sim.page.handout.evidence import evidence
from seci_sim.page.lessons import Lesson, read_lesson
from seci_sim.seci.measures import WHOLE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

HOSTILE = "</script><img src=x onerror=alert(1)>\"'{{7*7}}"


def brief(lesson: Lesson, **changes: Any) -> Lesson:
    """The lesson with two runs of each setting."""
    return lesson.model_copy(update={"replications": 2} | changes)


@pytest.fixture(scope="module")
def made() -> Handout:
    return handout(brief(read_lesson("why-one-percent")), workers=1)


@pytest.fixture(scope="module")
def page_file(made: Handout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-out as a student gets it, in a folder whose name has a space."""
    path = tmp_path_factory.mktemp("a class") / "why one percent.html"
    path.write_text(html(made, command="seci-sim handout why-one-percent"), "utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the lesson of a very small firm in it."""
    monkeypatch.chdir(tmp_path)
    return lesson_written(LESSON + "replications: 2\n", tmp_path).relative_to(tmp_path)


def between(text: str, start: str, end: str) -> str:
    return text.split(start, 1)[1].split(end, 1)[0]


# What it holds ------------------------------------------------------------------------------------


def test_a_handout_for_200_people_is_one_file_of_less_than_a_megabyte(page_file: Path) -> None:
    assert read_lesson("why-one-percent").scenarios[0].extent.startswith("200 staff")
    assert page_file.stat().st_size < 1_000_000


def test_it_loads_nothing_and_says_so_to_the_browser(page_file: Path) -> None:
    page = unescape(page_file.read_text("utf-8"))
    assert "default-src 'none'" in page
    outside = re.findall(r"(?:src|href|action)\s*=\s*[\"']?([^\"'> ]+)", page)
    assert outside == ["data:,"]
    assert not re.search(r"@import|url\((?!#)|https?://(?!www\.w3\.org/2000/svg)", page)


def test_its_runs_are_those_that_the_model_makes(made: Handout, page_file: Path) -> None:
    packed = between(page_file.read_text("utf-8"), 'id="films">', "</script>")
    films = json.loads(zlib.decompress(base64.b64decode(packed)))
    assert films == json.loads(json.dumps(made.films))
    assert [film["name"] for film in films] == list(made.lesson.labels)
    weekly = made.results.weekly
    for film in films:
        rows = weekly[
            (weekly["scenario"] == film["name"])
            & (weekly["seed"] == made.seed)
            & (weekly["market"] == WHOLE)
        ]
        assert film["curves"]["needs_met"] == [round(share, 4) for share in rows["needs_met"]]


def test_the_run_that_is_shown_ends_nearest_to_the_mean_of_all(made: Handout) -> None:
    weekly = made.results.weekly
    last = weekly[(weekly["week"] == 208) & (weekly["market"] == WHOLE)]
    ends = last.pivot_table(index="seed", columns="scenario", values="needs_met")
    away = (ends - ends.mean()).abs().sum(axis=1)
    assert away[made.seed] == away.min()


def test_a_bet_on_a_measure_that_films_do_not_have_has_its_line_all_the_same() -> None:
    lesson = read_lesson("tiered-prices")
    short = tuple(one.model_copy(update={"horizon": 4}) for one in lesson.scenarios)
    made = handout(brief(lesson, scenarios=short), workers=1)
    for film in made.films:
        assert next(iter(film["curves"])) == "needs_met_destitute"
        assert len(film["curves"]["needs_met_destitute"]) == 4
    assert '"called": "Needs met destitute"' in html(made, command="seci-sim handout x")


def test_what_the_runs_show_is_told_with_intervals_and_changes(made: Handout) -> None:
    first, *others = evidence(made.lesson, made.results.summary)
    assert (first.outcome, first.unit) == ("Needs met", "percentage points")
    assert [one.outcome for one in others] == ["Service value", "Patient hours a head and year"]
    nothing, *_, most = first.rows
    assert nothing.change == ""
    assert re.fullmatch(r"\+\d\d\.\d", most.change)
    assert re.fullmatch(r"[+−]\d+\.\d to \+\d+\.\d", most.changes)
    assert nothing.bar is not None
    assert most.bar is not None
    assert most.bar[1] < most.bar[0] < most.bar[2] <= 1
    hours = others[1].rows[3]
    assert hours.bar is None
    assert 18 < float(hours.value) < 24


def test_what_no_run_reached_has_neither_value_nor_interval(small: Path) -> None:
    small.write_text(LESSON + "outcomes: [weeks_until_half_know]\n", "utf-8")
    made = handout(brief(read_lesson(small)), workers=1)
    _, weeks = evidence(made.lesson, made.results.summary)
    assert weeks.meaning.startswith("First week in which")
    assert {(row.value, row.interval, row.change) for row in weeks.rows} == {("no value", "", "")}


@pytest.mark.slow
def test_what_a_lesson_says_stays_text(small: Path, browser: Browser) -> None:
    firm = TINY.replace("name: Office", f"name: {json.dumps(HOSTILE)}")
    text = LESSON.replace("finding: It rises.", f"finding: {json.dumps(HOSTILE)}")
    small.write_text(text.replace("name: Trial", f"name: {json.dumps(HOSTILE)}"), "utf-8")
    Path("firm.yaml").write_text(firm, "utf-8")
    page = html(
        handout(brief(read_lesson(small)), workers=1), command=f"seci-sim handout {HOSTILE}"
    )
    Path("page.html").write_text(page, "utf-8")
    shown = browser.new_page()
    asked: list[str] = []
    shown.on("dialog", lambda dialog: asked.append(dialog.message))
    shown.goto(Path("page.html").resolve().as_uri())
    shown.locator("canvas").first.wait_for()
    assert shown.locator(".kind").inner_text() == HOSTILE
    assert shown.locator("img").count() == 0
    shown.locator("#answer > summary").click()
    assert shown.locator("#answer > h2").inner_text() == HOSTILE
    assert asked == []
    shown.close()


# Where it is written ------------------------------------------------------------------------------


def test_the_command_writes_one_file_that_tells_how_to_repeat_it(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer_to(["handout", str(small), "--workers", "1"]) == 0
    printed = capsys.readouterr()
    assert re.match(r"Wrote lesson\.html: 3 settings, 6 runs, 0\.\d\d MB\.\n", printed.out)
    assert sorted(path.name for path in Path().iterdir()) == [
        "firm.yaml",
        "lesson.html",
        "lesson.yaml",
    ]
    first = Path("lesson.html").read_bytes()
    assert b"<code>seci-sim handout lesson.yaml</code>" in first
    assert answer_to(["handout", str(small), "--workers", "1", "--quiet"]) == 0
    assert Path("lesson.html").read_bytes() == first
    assert capsys.readouterr().out == ""


def test_the_page_opens_where_somebody_reads_along(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("seci_sim.cli.lessons.at_a_terminal", lambda: True)
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert answer_to(["handout", str(small), "--workers", "1", "--no-open"]) == 0
    assert opened == []
    assert answer_to(["handout", str(small), "--workers", "1"]) == 0
    assert opened == [Path("lesson.html").resolve().as_uri()]


def test_programs_are_told_what_was_written(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["handout", str(small), "--out", "for/class.html", "--workers", "1", "--json"]
    assert answer_to(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == str(Path("for/class.html"))
    assert told["bytes"] == Path("for/class.html").stat().st_size


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["handout"], 2, "LESSON"),
        (["handout", "why-one-percnt"], 5, 'no such file or shipped lesson; did you mean "why-one-percent"?'),
        (["handout", "nope.yaml"], 5, "nope.yaml: no such file"),
        (["handout", "bad.yaml"], 3, "bad.yaml:6: bet.setting: no setting is called '3%'"),
        (["handout", "lesson.yaml", "--out", "class.htm"], 3, "--out: the file's name must end in .html; got 'class.htm'"),
        (["handout", "lesson.yaml", "--out", "../class.html"], 3, "--out: must be a folder, written without .."),
        (["handout", "lesson.yaml", "--out", "a|b.html"], 3, "--out: letters, digits, - and _ only"),
        (["handout", "lesson.yaml", "--out", "a\x1b[31m.html"], 3, "--out: holds control, invisible"),
        (["handout", "lesson.yaml", "--out", "mine.html"], 5, "mine.html: is there already and no hand-out"),
        (["handout", "lesson.yaml", "--out", "folder.html"], 5, "folder.html: is there already and no hand-out"),
        (["handout", "lesson.yaml", "--out", "firm.yaml/x.html"], 5, "firm.yaml: is not a folder"),
        (["handout", "lesson.yaml", "--out", "my lesson.html"], 3, "--out: letters, digits, - and _ only, at most 80"),
        (["handout", "lesson.yaml", "--memory", "0.1"], 3, "GB; limit 0.1 GB (raise with --memory)"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_and_nothing_is_written(
    small: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    Path("bad.yaml").write_text(LESSON.replace("setting: 1%", "setting: 3%"), "utf-8")
    Path("my lesson.yaml").write_text(LESSON, "utf-8")
    Path("mine.html").write_text("somebody's own", "utf-8")
    Path("folder.html").mkdir()
    before = {path: path.stat().st_mtime_ns for path in Path().rglob("*")}
    assert answer_to(arguments) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert re.fullmatch(r"error: [^\n]+\n", printed.err)
    assert message in printed.err
    assert {path: path.stat().st_mtime_ns for path in Path().rglob("*")} == before


# What a student does ------------------------------------------------------------------------------


@pytest.fixture
def student(browser: Browser, page_file: Path) -> Iterator[Page]:
    """The page, opened as by a double click; the network is cut, and every request noted."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    wanted: list[str] = []

    def noted(route: Route) -> None:
        wanted.append(route.request.url)
        (route.continue_ if route.request.url.startswith("file:") else route.abort)()

    page.route("**/*", noted)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(page_file.as_uri())
    page.locator("canvas").first.wait_for()
    yield page
    assert wanted == [page_file.as_uri()]
    page.close()


def verdict(made: Handout) -> str:
    """What a student is told who bet on 60% in the run that the page shows."""
    end = made.films[3]["curves"]["needs_met"][-1]
    return f"You bet 60.0%; this run ends at {end:.1%}, {abs(60 - 100 * end):.1f} points away."


def played_to_the_end(page: Page) -> None:
    page.get_by_label("Weeks a second").select_option("64")
    page.get_by_text("week 208 of 208").wait_for(timeout=20_000)


def test_a_student_bets_plays_changes_the_setting_and_follows_a_person(
    made: Handout, student: Page
) -> None:
    settings = student.get_by_role("group", name="Change the setting")
    assert settings.get_by_role("radio", name="10%", exact=True).is_disabled()
    assert student.locator(".seci-chart:visible").count() == 1
    student.get_by_label("Your bet: where will the line of “1%” end?").fill("60")
    student.get_by_role("button", name="Bet, then play").click()
    played_to_the_end(student)
    assert student.locator(".seci-bet-result").inner_text() == verdict(made)
    assert student.locator(".seci-chart:visible").count() == 3
    settings.get_by_role("radio", name="10%", exact=True).check()
    student.get_by_role("button", name="■ 10%").wait_for()
    student.get_by_role("slider", name="Week").fill("207")
    canvas = student.locator("canvas").nth(1)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": box["width"] * 0.49, "y": box["height"] * 0.48})
    story = student.locator(".seci-story").inner_text()
    assert re.match(r"Headquarters \d+ · 10%", story)
    assert "needs rightly" in story


@pytest.mark.slow
def test_the_line_can_be_dragged_and_the_answer_is_hidden_until_it_is_asked_for(
    student: Page,
) -> None:
    assert not student.get_by_role("heading", name="The first half percent").is_visible()
    line = student.locator(".seci-draggable")
    box = line.bounding_box()
    assert box is not None
    student.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.5)
    student.mouse.down()
    student.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.2)
    student.mouse.up()
    assert int(student.locator(".seci-bet output").inner_text().removesuffix("%")) > 70
    student.locator("#answer > summary").click()
    assert student.get_by_role("heading", name="The first half percent").is_visible()


@pytest.mark.slow
def test_who_does_not_want_to_bet_may_look_at_once(student: Page) -> None:
    student.get_by_role("button", name="look without a bet").click()
    assert student.get_by_role("radio", name="1%", exact=True).is_enabled()
    assert student.locator(".seci-bet").count() == 0
    student.get_by_role("radio", name="0%", exact=True).check()
    assert student.locator("canvas").count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("width", [1920, 1366, 390])
def test_nothing_has_to_be_scrolled_sideways_and_a_projector_has_large_letters(
    student: Page, width: int
) -> None:
    student.set_viewport_size({"width": width, "height": 900})
    assert student.evaluate("document.documentElement.scrollWidth") <= width
    size = student.evaluate("parseFloat(getComputedStyle(document.querySelector('li')).fontSize)")
    assert size >= (24 if width == 1920 else 16)


@pytest.mark.slow
def test_axe_finds_no_serious_fault_before_the_bet_or_after_it(student: Page) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    serious = [_serious(axe.run(student).response)]
    student.get_by_role("button", name="look without a bet").click()
    student.locator("#answer > summary").click()
    student.locator("#answer details summary").click()
    serious.append(_serious(axe.run(student).response))
    assert serious == [[], []]


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
    context.close()


# The same in Firefox ------------------------------------------------------------------------------

FIREFOX_NAMES = ("firefox", "firefox-esr")
STUDENT = Path(__file__).parent / "student_in_firefox.cjs"


def puppeteer() -> Path | None:
    """The folder of an installed puppeteer-core: in NODE_PATH, or where npm installs for all."""
    folders = [Path(part) for part in os.environ.get("NODE_PATH", "").split(os.pathsep) if part]
    if npm := shutil.which("npm"):
        asked = subprocess.run([npm, "root", "--global"], capture_output=True, text=True)
        folders += [Path(asked.stdout.strip())] * (asked.returncode == 0)
    found = (folder / "puppeteer-core" for folder in folders)
    return next((folder for folder in found if folder.is_dir()), None)


@pytest.mark.slow
def test_a_student_with_firefox_does_the_same(made: Handout, page_file: Path) -> None:
    node = shutil.which("node")
    firefox = next(filter(None, map(shutil.which, FIREFOX_NAMES)), None)
    driver = puppeteer()
    if not (node and firefox and driver):
        pytest.skip("needs node, Firefox and puppeteer-core (npm install --global puppeteer-core)")
    run = partial(subprocess.run, capture_output=True, text=True, timeout=120)
    done = run([node, str(STUDENT), str(driver), firefox, page_file.as_uri()])
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["bet"] == verdict(made)
    assert "■ 10%" in told["changed"]
    assert re.match(r"Headquarters \d+ · 10%", told["story"])
    assert set(told["asked"]) <= {page_file.as_uri()}
    assert told["errors"] == []
