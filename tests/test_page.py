"""The page: what it holds, where it is written, and what a student does with it in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import pytest
from scenario_files import TINY
from test_lesson_files import LESSON
from test_lesson_files import written as lesson_written

from seci_sim.cli import answer_to
from seci_sim.cli.lessons import left_out
from seci_sim.model import SECIModel
from seci_sim.page.document import document, names_of, script
from seci_sim.page.handout.making import Handout, as_measured, handout, measured, typical_seed
from seci_sim.page.lessons import Lesson, read_lesson, shipped_lessons
from seci_sim.seci.measures import WHOLE
from seci_sim.seci.records import COLUMN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

PLAYED = [name for name in shipped_lessons() if not any(map(left_out, read_lesson(name).settings))]
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
    path.write_text(document([made], command="seci-sim page class.html"), "utf-8")
    return path


@pytest.fixture(scope="module")
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


def test_the_run_that_is_shown_ends_nearest_to_the_mean_of_all() -> None:
    ends = {1: (0.1, 0.5), 2: (0.2, 0.4), 3: (0.12, 0.44)}
    weekly = [
        {"seed": seed, "scenario": scenario, "week": week, "market": market, "needs_met": share}
        for seed, shares in ends.items()
        for scenario, share in zip("ab", shares, strict=True)
        for week, market in ((7, WHOLE), (8, WHOLE), (8, "West"))
    ]
    results = SimpleNamespace(weekly=pd.DataFrame(weekly), seeds=tuple(ends))
    assert typical_seed(results, "needs_met") == 3  # type: ignore[arg-type]


def test_what_the_runs_show_is_told_with_intervals_and_changes(made: Handout) -> None:
    first, *others = made.evidence
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


def test_what_was_measured_of_a_lesson_is_read_as_it_was_written(made: Handout) -> None:
    kept = json.loads(json.dumps({"x": as_measured(made)}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_text", lambda *_, **__: json.dumps(kept))
        assert measured("x", made.lesson) == made


@pytest.mark.slow
@pytest.mark.parametrize("name", PLAYED)
def test_what_pages_say_of_a_shipped_lesson_is_what_its_runs_give_today(name: str) -> None:
    lesson = read_lesson(name)
    assert measured(name, lesson) == handout(lesson)


def test_what_no_run_reached_has_neither_value_nor_interval(small: Path) -> None:
    small.write_text(LESSON + "outcomes: [weeks_until_half_know]\n", "utf-8")
    made = handout(brief(read_lesson(small)), workers=1)
    _, weeks = made.evidence
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
    assert answer_to([*ASKED[:2], "firm.yaml", *ASKED[2:]]) == 0
    printed = capsys.readouterr()
    assert re.match(r"Wrote class\.html: lessons: 1, 0\.\d\d MB\.\n", printed.out)
    assert sorted(path.name for path in Path().iterdir()) == [
        "class.html",
        "firm.yaml",
        "lesson.yaml",
    ]
    first = Path("class.html").read_text("utf-8")
    command = "seci-sim page class.html firm.yaml --lesson lesson.yaml"
    assert f"<code>{command}</code>" in first
    assert answer_to([*command.split()[1:], "--workers", "1", "--quiet"]) == 0
    assert Path("class.html").read_text("utf-8") == first
    assert capsys.readouterr().out == ""


def test_all_shipped_lessons_fit_a_page_that_can_be_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert answer_to(["page", "class.html", "--quiet"]) == 0
    page = Path("class.html").read_text("utf-8")
    assert len(page.encode()) < 2_500_000
    about = json.loads(between(page, 'id="catalogue">', "</script>"))
    assert len(about["lessons"]) == len(PLAYED) == len(shipped_lessons()) - 1
    assert "one-percent" in about["offered"]


def test_a_scenario_file_may_be_called_what_people_call_it(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("firm.yaml").rename("Übung eins.yaml")
    Path("firm.yaml").write_bytes(Path("Übung eins.yaml").read_bytes())
    assert answer_to(["page", "class.html", "Übung eins.yaml", *ASKED[2:]]) == 0
    assert '"offered":["own-0",' in Path("class.html").read_text("utf-8")


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
        (["page", "x.html", "two-rivals"], 2, "'two-rivals': rivals: the page does not play them; use seci-sim run"),
        (["page", "x.html", "--lesson", "why-advantage-lasts"], 2, "'why-advantage-lasts': rivals: the page does not"),
        (["page", "class.htm"], 2, "FILE: the file's name must end in .html; got 'class.htm'"),
        (["page", "../class.html"], 2, "FILE: must be a file, written without .."),
        (["page", "a|b.html"], 2, "FILE: letters, digits, - and _ only"),
        (["page", "a\x1b[31m.html"], 2, "FILE: holds control, invisible"),
        (["page", "mine.html"], 5, "mine.html: is there already and no page of seci-sim"),
        (["page", "folder.html"], 5, "folder.html: is there already and no page of seci-sim"),
        (["page", "firm.yaml/x.html"], 5, "firm.yaml: is not a folder"),
        (["page", "my lesson.html"], 2, "FILE: letters, digits, - and _ only, at most 80"),
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


def test_a_student_bets_plays_sees_the_answer_changes_the_setting_and_follows_a_person(
    played: list[SECIModel], student: Page
) -> None:
    assert student.locator("canvas").count() == 0
    assert not student.get_by_role("heading", name="The first half percent").is_visible()
    bet(student)
    assert "WOP60" in student.locator(".bet-told").inner_text()
    played_to_the_end(student)
    student.get_by_role("button", name="The answer").click()
    end = last(played[1], "needs_met")
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
    assert re.search(r"Taught by patients in \d+ weeks, colleagues in \d+ weeks", story)
    assert re.search(r"week \d+ after .*sure of \d+ more", story)


SLOWLY = """
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (...said) { setTimeout(() => post.apply(this, said), 500); };
"""


def test_who_bets_before_the_runs_are_there_is_told_where_the_line_ends(
    played: list[SECIModel], page_file: Path, browser: Browser
) -> None:
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.add_init_script(SLOWLY)
    page.goto(page_file.as_uri())
    bet(page)
    page.get_by_role("button", name="The answer").click()
    page.get_by_role("heading", name="The first half percent").wait_for()
    told = f"You bet 60%; this run ends at {last(played[1], 'needs_met'):.1%}, "
    assert page.locator(".verdict").inner_text().startswith(told)
    page.close()
    assert wrong == []


def test_nobody_is_given_a_bet_and_the_known_line_is_drawn_to_its_end(
    played: list[SECIModel], student: Page
) -> None:
    known = last(played[0], "needs_met")
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


RECORDED = """async ([scenario, values, seed, curve]) => {
    const run = await SeciPlayer.source.run({scenario, values, seed, outcome: curve});
    const last = (levels) => Array.from(levels.slice(levels.length - run.dots));
    const cells = run.markets.length * run.classes.length;
    return {...run, curve: run.curves[curve], knows: last(run.knows), mistakes: last(run.mistakes), holds: last(run.holds),
            did: last(run.did), routines: Array.from(run.routines.slice(run.routines.length - cells))};
}"""


@pytest.fixture(scope="module")
def recorded(made: Handout, page_file: Path, browser: Browser) -> dict[str, Any]:
    """The run with 1% as the page's engine records it."""
    page = browser.new_page()
    page.goto(page_file.as_uri())
    found: dict[str, Any] = page.evaluate(RECORDED, ["why-one-percent/3", {}, made.seed, "skill"])
    page.close()
    return found


def test_people_and_routines_are_those_of_the_model(
    recorded: dict[str, Any], played: list[SECIModel]
) -> None:
    model = played[1]
    unsure = model.settings.learning.unsure_below
    agreement = model.knowledge.tacit * model.truth.market[model.staff.home]
    assert recorded["knows"] == (agreement > unsure).sum(axis=1).tolist()
    assert recorded["mistakes"] == (agreement < -unsure).sum(axis=1).tolist()
    assert recorded["holds"] == (model.knowledge.explicit != 0).sum(axis=1).tolist()
    spent = model.staff.hours > 0
    assert recorded["did"] == (spent * (1 << np.arange(5))).sum(axis=1).tolist()
    assert spent[:, 0].any()
    right = model.knowledge.routine * model.truth.market
    assert (
        recorded["routines"] == np.where(right > 0, 1, np.where(right < 0, 2, 0)).ravel().tolist()
    )
    assert [sits[-1]["person"] for sits in recorded["sitters"]] == (model.staff.person + 1).tolist()


def test_lines_modes_and_stories_are_those_of_the_model(
    recorded: dict[str, Any], played: list[SECIModel]
) -> None:
    model = played[1]
    rows = model.records.rows[:, -1]
    for name, line in recorded["curves"].items():
        assert line == rows[:, COLUMN[name]].tolist()
    head_years = recorded["staff"] * 13 / 52
    for mode in ("socialization", "internalization"):
        moved = rows[-13:, COLUMN[f"moved_{mode}"]].sum() / head_years
        assert recorded["wheel"][mode]["moved"][-1] == pytest.approx(moved, abs=0.01)
    told = [
        (recorded["markets"][market], recorded["stages"][stage], week, response)
        for need, market, stage, week, response, *_ in recorded["stories"]
        if need == 3
    ]
    assert told == [(s.market, s.stage, s.week, s.response) for s in model.story(3)]


def test_units_stand_in_the_picture_and_apart(recorded: dict[str, Any]) -> None:
    x, y, r = np.array([[unit["x"], unit["y"], unit["r"]] for unit in recorded["units"]]).T
    assert (x - r > -1e-6).all()
    assert (x + r < 1.4 + 1e-6).all()
    assert (y - r > -1e-6).all()
    assert (y + r < 1 + 1e-6).all()
    apart = np.hypot(x - x[:, None], y - y[:, None]) - r - r[:, None]
    assert (apart + 10 * np.eye(len(r)) > 0).all()


def test_a_line_by_income_is_the_models(page_file: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(page_file.as_uri())
    asked = ["tiered-pricing-india", {}, 1, "needs_met_destitute"]
    line = page.evaluate(RECORDED, asked)["curve"]
    page.close()
    model = SECIModel("tiered-pricing-india", rng=1)
    model.run()
    weekly = model.weekly()
    assert line == weekly[weekly["market"] == WHOLE]["needs_met_destitute"].tolist()


def test_a_moved_slider_plays_another_run_and_a_link_reopens_it(
    page_file: Path, browser: Browser
) -> None:
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    typed = "policy.patient_time=0.02&nonsense=1&policy.turnover=9%&world.needs=40.5"
    page.goto(f"{page_file.as_uri()}#sandbox?compare=&seed=7&{typed}")
    page.wait_for_selector("html[data-films]")
    told = page.locator("#sandbox .problem").inner_text()
    for strange in ("nonsense: 1", "policy.turnover: 9%", "world.needs: 40.5"):
        assert f"{strange}: there is nothing like it here" in told
    page.keyboard.press("End")
    model = SECIModel("one-percent", rng=7, patient_time=0.02)
    model.run()
    line = page.locator("#sandbox .seci-value").first
    assert line.inner_text() == f"● {last(model, 'needs_met'):.1%}"
    page.get_by_role("slider", name="Patient time").fill("0.05")
    page.get_by_role("button", name="● One percent, patient time 5%").wait_for()
    page.locator("#sandbox [name=compare]").select_option("silos")
    page.get_by_role("button", name="● Silos").wait_for()
    assert "compare=silos&seed=7&policy.patient_time=0.05" in page.url
    page.get_by_role("checkbox", name="Socialization").uncheck()
    page.get_by_role("button", name="■ One percent, patient time 5%, socialization no").wait_for()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download scenario (YAML)").click()
    scenario = Path(saved.value.path()).read_text("utf-8")
    assert scenario.endswith(
        "extends: one-percent\npolicy:\n  patient_time: 5%\n  socialization: no\n"
    )
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download weeks (CSV)").click()
    table = pd.read_csv(saved.value.path())
    assert table.groupby("scenario", sort=False)["week"].max().to_dict() == {
        "Silos": 208,
        "One percent, patient time 5%, socialization no": 208,
    }
    page.get_by_role("textbox", name="Seed").fill("-1")
    page.get_by_role("textbox", name="Seed").press("Tab")
    assert "allowed: 0 to 2^63-1; got -1" in page.locator("#sandbox .problem").inner_text()
    page.close()
    assert wrong == []


def test_right_and_wrong_routines_are_told_apart(played: list[SECIModel], student: Page) -> None:
    bet(student)
    played_to_the_end(student)
    model = played[1]
    agrees = model.knowledge.routine * model.truth.market
    marks = [mark.inner_text() for mark in student.locator(".seci-need").all()]
    for mark, states in zip(marks, agrees.T, strict=True):
        right, wrong = (states > 0).any(), (states < 0).any()
        assert mark in ("±" if right and wrong else "✓" if right else "✗" if wrong else "·fspt")
    need = int(np.flatnonzero((agrees < 0).any(axis=0))[0])
    student.locator(".seci-need").nth(need).click()
    story = student.locator(".seci-story").inner_text()
    assert "Wrong in " in story
    assert re.search(
        r"had it wrong from the start, in week \d+|had it right until week \d+; th", story
    )


def test_the_lesson_plan_is_on_the_page(student: Page) -> None:
    turned_to(student, "For the teacher")
    shown = student.locator("#teacher")
    assert shown.get_by_role("heading", name="A plan for 45 minutes").is_visible()
    assert shown.get_by_role("row").count() > 8
    assert "How can it become an advantage?" in shown.inner_text()
    assert shown.locator("a").count() == 0


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


def test_bets_are_read_back_whatever_a_lesson_is_called() -> None:
    from engine_in_node import in_node

    titles = ["Lesson 2", "lesson-2", "2% or more", "a--b", "_x", "看護", "患者", "Why 1 percent"]
    names = names_of(titles)
    assert len(set(names)) == len(titles)
    read = in_node(
        "const window = { SeciPlayer: {} }; new Function('window', given.script)(window);"
        "const { codeOf, readBets } = window.SeciPlayer;"
        "return given.names.map((name) => readBets(name, [0, 7, 45, 100].map((bet) => codeOf(name, bet)).join(' ')));",
        {"script": script(["screens/bets"]), "names": [*names, *shipped_lessons()]},
    )
    assert read == [{"bets": [0, 7, 45, 100], "strange": []}] * len(read)


def test_the_code_that_the_documents_show_is_one() -> None:
    from engine_in_node import in_node

    documents = Path(__file__).parents[1] / "docs"
    shown = re.findall(r"`(WOP[0-9]+[A-Z])`", (documents / "app.md").read_text("utf-8"))
    read = in_node(
        "const window = { SeciPlayer: {} }; new Function('window', given.script)(window);"
        "return window.SeciPlayer.readBets('why-one-percent', given.shown.join(' ')).strange;",
        {"script": script(["screens/bets"]), "shown": shown},
    )
    assert shown
    assert read == []


def test_two_lessons_of_one_name_both_stand_on_the_page(made: Handout) -> None:
    lesson = made.lesson.model_copy(update={"question": "Is it the other?"})
    page = document([made, replace(made, lesson=lesson)], command="seci-sim page class.html")
    for name in ("why-one-percent", "why-one-percent-2"):
        assert page.count(f'id="lesson-{name}"') == 1


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


def test_other_luck_is_drawn_thin(student: Page) -> None:
    bet(student)
    student.get_by_role("button", name="The answer").click()
    student.get_by_role("button", name="Again with other luck").click()
    student.get_by_text("5 other courses of luck").wait_for()
    assert student.locator(".player .seci-thin").count() >= 10


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
