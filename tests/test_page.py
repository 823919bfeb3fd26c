"""The page: what it holds, where it is written, and what a student does with it in a browser."""

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
from typing import TYPE_CHECKING, Any, Literal

import pytest
from scenario_files import TINY
from test_lesson_files import LESSON
from test_lesson_files import written as lesson_written

from seci_sim.cli import answer_to
from seci_sim.page import packing
from seci_sim.page.document import document
from seci_sim.page.film import recorded
from seci_sim.page.handout import Handout, handout
from seci_sim.page.handout.evidence import evidence
from seci_sim.page.lessons import Lesson, read_lesson
from seci_sim.scenario import read_scenario, with_levers
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
    """The page as a student gets it, in a folder whose name has a space."""
    path = tmp_path_factory.mktemp("a class") / "why one percent.html"
    short = [
        with_levers(read_scenario(name), horizon=8) for name in ("no-patient-time", "one-percent")
    ]
    films = [recorded(scenario, 1) for scenario in short]
    path.write_text(document([made], films, command="seci-sim page class.html"), "utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the lesson of a very small firm in it."""
    monkeypatch.chdir(tmp_path)
    return lesson_written(LESSON + "replications: 2\n", tmp_path).relative_to(tmp_path)


def between(text: str, start: str, end: str) -> str:
    return text.split(start, 1)[1].split(end, 1)[0]


# What it holds ------------------------------------------------------------------------------------


def test_a_lesson_for_200_people_is_one_file_of_less_than_a_megabyte(page_file: Path) -> None:
    assert read_lesson("why-one-percent").scenarios[0].extent.startswith("200 staff")
    assert page_file.stat().st_size < 1_000_000


def test_it_loads_nothing_and_says_so_to_the_browser(page_file: Path) -> None:
    page = unescape(page_file.read_text("utf-8"))
    assert "default-src 'none'" in page
    outside = re.findall(r"(?:src|href|action)\s*=\s*[\"']?([^\"'> ]+)", page)
    assert [address for address in outside if not address.startswith("#")] == ["data:,"]
    assert not re.search(r"@import|url\((?!#)|https?://(?!www\.w3\.org/2000/svg)", page)


def unpacked(page: str, key: str) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(between(page, f'id="{key}">', "</script>"))))


def catalogue(page: str) -> Any:
    return json.loads(between(page, 'id="catalogue">', "</script>"))


def test_its_runs_are_those_that_the_model_makes(made: Handout, page_file: Path) -> None:
    page = page_file.read_text("utf-8")
    (lesson,) = catalogue(page)["lessons"]
    assert lesson["settings"] == list(made.lesson.labels)
    weekly = made.results.weekly
    for key, label, film in zip(lesson["runs"], lesson["settings"], made.films, strict=True):
        run = unpacked(page, key)
        nameless = {name: part for name, part in film.items() if name not in ("name", "question")}
        assert run == json.loads(json.dumps(nameless))
        rows = weekly[
            (weekly["scenario"] == label)
            & (weekly["seed"] == made.seed)
            & (weekly["market"] == WHOLE)
        ]
        assert run["curves"]["needs_met"] == [round(share, 4) for share in rows["needs_met"]]


def test_a_run_that_stands_in_two_places_is_packed_once() -> None:
    film = recorded(with_levers(read_scenario("one-percent"), horizon=3), 1)
    page = document([], [film, film | {"name": "The same"}], command="seci-sim page x.html")
    first, second = catalogue(page)["scenarios"]
    assert (first["run"], second["name"]) == (second["run"], "The same")
    assert page.count("application/octet-stream") == 1


def test_other_luck_is_drawn_from_the_other_runs(made: Handout) -> None:
    luck = made.luck()
    assert luck["weeks"][:2] == [1, 5]
    assert luck["weeks"][-1] == 208
    (other,) = (seed for seed in made.results.seeds if seed != made.seed)
    weekly = made.results.weekly
    for label, (line,) in zip(made.lesson.labels, luck["values"], strict=True):
        rows = weekly[
            (weekly["scenario"] == label) & (weekly["seed"] == other) & (weekly["market"] == WHOLE)
        ]
        shares = rows.set_index("week").loc[luck["weeks"], "needs_met"]
        assert line == [round(1000 * share) for share in shares]


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
    assert '"called":"Needs met destitute"' in document([made], command="seci-sim page x.html")


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
    made = handout(brief(read_lesson(small)), workers=1)
    page = document([made], command=f"seci-sim page {HOSTILE}")
    Path("page.html").write_text(page, "utf-8")
    shown = browser.new_page()
    asked: list[str] = []
    shown.on("dialog", lambda dialog: asked.append(dialog.message))
    shown.goto(Path("page.html").resolve().as_uri())
    assert shown.locator(".kind:visible").inner_text() == HOSTILE
    shown.get_by_role("button", name="Look without a bet").click()
    shown.locator("canvas").first.wait_for()
    shown.get_by_role("button", name="The answer").click()
    assert shown.locator(".step-answer > h2").inner_text() == HOSTILE
    assert shown.locator("img").count() == 0
    assert asked == []
    shown.close()


# Where it is written ------------------------------------------------------------------------------


ASKED = ["page", "class.html", "--lesson", "lesson.yaml", "--workers", "1"]


def test_the_command_writes_one_file_that_tells_how_to_repeat_it(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer_to([*ASKED[:2], "firm.yaml", "--seed", "3", *ASKED[2:]]) == 0
    printed = capsys.readouterr()
    assert re.match(r"Wrote class\.html: 1 lessons, 1 policies, 0\.\d\d MB\.\n", printed.out)
    assert sorted(path.name for path in Path().iterdir()) == [
        "class.html",
        "firm.yaml",
        "lesson.yaml",
    ]
    first = Path("class.html").read_text("utf-8")
    command = "seci-sim page class.html firm.yaml --lesson lesson.yaml --seed 3"
    assert f"<code>{command}</code>" in first
    assert answer_to([*command.split()[1:], "--workers", "1", "--quiet"]) == 0
    assert Path("class.html").read_text("utf-8") == first
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_all_lessons_and_the_policies_fit_a_page_that_can_be_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert answer_to(["page", "class.html", "--quiet"]) == 0
    assert Path("class.html").stat().st_size < 2_500_000
    about = catalogue(Path("class.html").read_text("utf-8"))
    assert (len(about["lessons"]), len(about["scenarios"])) == (7, 3)


def test_the_page_opens_where_somebody_reads_along(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("seci_sim.cli.lessons.at_a_terminal", lambda: True)
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert answer_to([*ASKED, "--no-open"]) == 0
    assert opened == []
    assert answer_to(ASKED) == 0
    assert opened == [Path("class.html").resolve().as_uri()]


def test_programs_are_told_what_was_written(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["page", "for/class.html", *ASKED[2:], "--json"]
    assert answer_to(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == str(Path("for/class.html"))
    assert told["bytes"] == Path("for/class.html").stat().st_size


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["page"], 2, "FILE"),
        (["page", "x.html", "--lesson", "why-one-percnt"], 5, 'no such file or shipped lesson; did you mean "why-one-percent"?'),
        (["page", "x.html", "--lesson", "nope.yaml"], 5, "nope.yaml: no such file"),
        (["page", "x.html", "--lesson", "bad.yaml"], 3, "bad.yaml:6: bet.setting: no setting is called '3%'"),
        (["page", "x.html", "--lesson", "lesson.yaml", "--lesson", "lesson.yaml"], 2, "--lesson: 'lesson.yaml' is given twice"),
        (["page", "x.html", "nope"], 5, "nope: no such file or shipped scenario"),
        (["page", "x.html", "march-1991"], 2, "'march-1991': the page plays the SECI organisation, not march-1991"),
        (["page", "x.html", "firm.yaml", "--seed", "-1"], 2, "0..2^63-1"),
        (["page", "class.htm"], 3, "FILE: the file's name must end in .html; got 'class.htm'"),
        (["page", "../class.html"], 3, "FILE: must be a file, written without .."),
        (["page", "a|b.html"], 3, "FILE: letters, digits, - and _ only"),
        (["page", "a\x1b[31m.html"], 3, "FILE: holds control, invisible"),
        (["page", "mine.html"], 5, "mine.html: is there already and no page of seci-sim"),
        (["page", "folder.html"], 5, "folder.html: is there already and no page of seci-sim"),
        (["page", "firm.yaml/x.html"], 5, "firm.yaml: is not a folder"),
        (["page", "my lesson.html"], 3, "FILE: letters, digits, - and _ only, at most 80"),
        (["page", "x.html", "--lesson", "lesson.yaml", "--memory", "0.1"], 3, "GB; limit 0.1 GB (raise with --memory)"),
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
    page.locator(".bet-chart path").first.wait_for(state="attached")
    yield page
    assert wanted == [page_file.as_uri()]
    page.close()


def bet(page: Page, share: str = "60", reason: str = "they talk") -> None:
    page.get_by_label("Where will the line of “1%” end?").fill(share)
    page.get_by_label("Why there?").fill(reason)
    page.get_by_role("button", name="Bet, then play").click()


def played_to_the_end(page: Page) -> None:
    page.get_by_label("Weeks a second").select_option("64")
    page.get_by_text("week 208 of 208").wait_for(timeout=20_000)


def test_a_student_bets_plays_sees_the_answer_changes_the_setting_and_follows_a_person(
    made: Handout, student: Page
) -> None:
    assert student.locator("canvas").count() == 0
    assert not student.get_by_role("heading", name="The first half percent").is_visible()
    bet(student)
    assert "WOP60" in student.locator(".bet-told").inner_text()
    played_to_the_end(student)
    student.get_by_role("button", name="The answer").click()
    end = made.films[3]["curves"]["needs_met"][-1]
    told = f"You bet 60%; this run ends at {end:.1%}, {abs(60 - 100 * end):.1f} points away."
    assert student.locator(".verdict").inner_text().startswith(told)
    assert student.get_by_role("heading", name="The first half percent").is_visible()
    settings = student.get_by_role("group", name="Change the setting")
    settings.get_by_role("radio", name="10%", exact=True).check()
    student.get_by_role("button", name="■ 10%").wait_for()
    student.get_by_role("slider", name="Week").fill("207")
    canvas = student.locator("canvas").nth(1)
    canvas.scroll_into_view_if_needed()
    canvas.focus()
    canvas.press("ArrowRight")
    story = student.locator(".seci-story").inner_text()
    assert re.match(r"Headquarters \d+ · 10%", story)
    assert "needs rightly" in story
    assert re.search(r"a visit to a patient in \d+", story)
    assert re.search(r"week \d+ after .*sure of \d+ more", story)


def test_nobody_is_given_a_bet_and_the_known_line_is_drawn_to_its_end(
    made: Handout, student: Page
) -> None:
    known = made.films[0]["curves"]["needs_met"][-1]
    assert student.get_by_label("Where will the line of “1%” end?").input_value() == ""
    assert f"0% {known:.1%}" in str(student.locator(".bet-chart svg").get_attribute("aria-label"))
    assert student.locator("circle.seci-bet-mark").count() == 0
    student.get_by_role("button", name="Bet, then play").click()
    assert student.locator("canvas").count() == 0
    box = student.locator(".seci-draggable").bounding_box()
    assert box is not None
    student.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.2)
    assert int(student.get_by_label("Where will the line of “1%” end?").input_value()) > 70
    assert student.locator("circle.seci-bet-mark").count() == 1


def test_keys_play_wherever_one_is_outside_a_text_field(student: Page) -> None:
    bet(student)
    student.locator("body").click(position={"x": 5, "y": 300})
    student.keyboard.press("k")
    assert student.get_by_role("button", name="Play", exact=True).is_visible()
    week = int(student.get_by_role("slider", name="Week").input_value())
    student.keyboard.press(".")
    assert int(student.get_by_role("slider", name="Week").input_value()) == week + 1
    student.keyboard.press("Space")
    assert student.get_by_role("button", name="Pause").is_visible()
    assert student.evaluate("scrollY") == 0
    student.keyboard.press("Home")
    assert student.get_by_role("slider", name="Week").input_value() == "0"


def test_a_letter_in_the_reason_plays_nothing(student: Page) -> None:
    bet(student, reason="k. , .")
    assert student.locator(".bet-told").inner_text().startswith("Your bet: 60%, because k. , .")


def test_play_on_a_busy_page_never_shows_a_week_before_the_first(student: Page) -> None:
    messages: list[str] = []
    student.on("console", lambda message: messages.append(message.text))
    bet(student)
    least = student.evaluate(
        """async () => {
          const player = Object.values(seciScreens).find((screen) => screen.player).player;
          player.setSpeed(64);
          let least = 0;
          for (let turn = 0; turn < 5; turn++) {
            player.stop();
            player.play();
            player.before = performance.now() + 200;  // as when a frame bears a time before the press
            await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
            least = Math.min(least, player.frame);
          }
          player.pause();
          return least;
        }"""
    )
    assert least == 0
    assert messages == []


def test_right_and_wrong_routines_are_told_apart(made: Handout, student: Page) -> None:
    bet(student)
    played_to_the_end(student)
    film = made.films[3]
    at_the_end = wrong_and_right(film)
    marks = [mark.inner_text() for mark in student.locator(".seci-need").all()]
    expected = {frozenset({1}): "✓", frozenset({2}): "✗", frozenset({1, 2}): "±"}
    for mark, states in zip(marks, at_the_end, strict=True):
        assert mark == expected.get(states, mark)
        assert states or mark in "·fspt"
    need = next(n for n, states in enumerate(at_the_end) if 2 in states)
    student.locator(".seci-need").nth(need).click()
    assert "Wrong in " in student.locator(".seci-story").inner_text()


def wrong_and_right(film: dict[str, Any]) -> list[frozenset[int]]:
    """Of each need, whether markets have the right (1) or the wrong (2) routine in the last week."""
    cells = len(film["markets"]) * len(film["classes"])
    last = packing.unpacked(film["routines"], len(film["weeks"]), cells)[-1]
    return [frozenset(states) - {0} for states in last.reshape(len(film["markets"]), -1).T.tolist()]


def test_bets_of_a_class_come_together(student: Page) -> None:
    code = student.evaluate("SeciPlayer.codeOf('why-one-percent', 45)")
    student.get_by_text("For the teacher: the bets of the class").click()
    wrong = code[:-1] + ("A" if code[-1] != "A" else "C")
    student.get_by_label("Codes or numbers").fill(f"{code} 60, 30%; {wrong} EL45 abc 101")
    bets = student.locator(".drawn-bets")
    assert "3 bets, the middle one 45%" in bets.inner_text()
    assert f"Not a bet of this lesson: {wrong}, EL45, ABC, 101" in bets.inner_text()
    assert "ends at" not in bets.inner_text()
    assert bets.locator("rect").count() == 3


def test_the_first_minute_shows_each_mode_as_an_act(student: Page) -> None:
    student.get_by_role("link", name="Begin").click()
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
    assert student.get_by_role("heading", name="Your bet").is_visible()


def test_two_policies_stand_beside_each_other(student: Page) -> None:
    student.get_by_role("link", name="Policies").click()
    student.locator("#policies canvas").nth(1).wait_for()
    student.get_by_role("combobox", name="First").select_option("nothing")
    student.locator("#policies canvas").nth(1).wait_for(state="detached")
    assert student.locator("#policies .seci-name").inner_text() == "● One percent"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_play_and_the_pictures_are_in_sight_on_an_old_projector(
    student: Page, scheme: Literal["light", "dark"]
) -> None:
    student.emulate_media(color_scheme=scheme)
    student.set_viewport_size({"width": 1024, "height": 768})
    bet(student)
    for place in (student.locator("canvas").nth(1), student.get_by_role("button", name="Pause")):
        box = place.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 768


def test_on_paper_there_is_room_for_the_bet(student: Page) -> None:
    student.emulate_media(media="print")
    for part in (
        ".four > div >> nth=0",
        ".bet-chart svg",
        ".discuss",
        ".lines >> text=My bet, and why",
    ):
        assert student.locator(f".lesson >> {part}").is_visible(), part
    for part in (".bet-form", ".step-answer", "canvas", "header"):
        assert student.locator(part).first.is_visible() is False, part


@pytest.mark.slow
def test_who_does_not_want_to_bet_may_look_at_once(student: Page) -> None:
    student.get_by_role("button", name="Look without a bet").click()
    assert student.locator(".bet-told").inner_text() == ""
    student.get_by_role("button", name="The answer").click()
    assert student.locator(".verdict").inner_text().startswith("This run ends at")
    student.get_by_role("radio", name="0%", exact=True).check()
    student.locator("canvas").nth(1).wait_for(state="detached")
    assert student.locator("canvas").count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("width", [1920, 1366, 390])
def test_nothing_has_to_be_scrolled_sideways_and_a_projector_has_large_letters(
    student: Page, width: int
) -> None:
    student.set_viewport_size({"width": width, "height": 900})
    assert student.evaluate("document.documentElement.scrollWidth") <= width
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
    for link in ("Begin", "Policies", "About"):
        student.get_by_role("link", name=link).click()
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
    assert told["bet"].startswith("You bet 60%; this run ends at ")
    assert "■ 10%" in told["changed"]
    assert re.match(r"Headquarters \d+ · 10%", told["story"])
    assert set(told["asked"]) <= {page_file.as_uri()}
    assert told["errors"] == []
