"""The page: what it holds, and where it is written."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from page_student import brief
from scenario_files import TINY
from test_lesson_files import LESSON

from seci_sim.cli import answer_to
from seci_sim.page.document import document, names_of, script
from seci_sim.page.handout.making import Handout, as_measured, handout, measured, typical_seed
from seci_sim.page.lessons import read_lesson, shipped_lessons
from seci_sim.scenario.file_names import typed
from seci_sim.seci.measures import WHOLE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ("page_fixtures",)

HOSTILE = "</script><img src=x onerror=alert(1)>\"'{{7*7}}"


def between(text: str, start: str, end: str) -> str:
    return text.split(start, 1)[1].split(end, 1)[0]


# What it holds ------------------------------------------------------------------------------------


@pytest.mark.slow
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
@pytest.mark.parametrize("name", sorted(shipped_lessons()))
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
    assert "“For the teacher” in it has a plan" in printed.out
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
    assert len(about["lessons"]) == len(shipped_lessons())
    assert "one-percent" in about["offered"]


def test_a_scenario_file_may_be_called_what_people_call_it(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("firm.yaml").rename("Übung eins.yaml")
    Path("firm.yaml").write_bytes(Path("Übung eins.yaml").read_bytes())
    Path("firm.yaml").rename("-firm.yaml")
    Path("firm.yaml").write_bytes(Path("-firm.yaml").read_bytes())
    files = ["class.html", "Übung eins.yaml", "-firm.yaml"]
    assert answer_to(["page", *ASKED[2:], "--json", "--", *files]) == 0
    assert '"offered":["own-0","own-1",' in Path("class.html").read_text("utf-8")
    command = json.loads(capsys.readouterr().out)["command"]
    assert command == typed(["seci-sim", "page", "class.html", "Übung eins.yaml", "./-firm.yaml", *ASKED[2:4]])  # fmt: skip
    assert answer_to([*shlex.split(command)[1:], "--quiet"]) == 0


@pytest.mark.slow
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
    command = "seci-sim page for/class.html --lesson lesson.yaml"
    assert told["command"] == command
    assert f"<code>{command}</code>" in Path("for/class.html").read_text("utf-8")


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


def test_codes_are_read_as_people_write_them_and_of_this_lesson_alone() -> None:
    from engine_in_node import in_node

    lessons = ["two-hours-or-more", "three-hours-or-more"]
    read = in_node(
        "const window = { SeciPlayer: {} }; new Function('window', given.script)(window);"
        "const { codeOf, readBets } = window.SeciPlayer;"
        "const [own, other] = given.lessons;"
        "const shares = Array.from({ length: 101 }, (_, share) => share);"
        "const codes = shares.map((share) => codeOf(own, share));"
        "const wide = (code) => String.fromCharCode(...[...code].map((sign) => sign.charCodeAt(0) + 0xfee0));"
        "const written = [codes, codes.map((code) => [...code].join(' ').toLowerCase()), codes.map((code) => code.slice(0, -1) + ' ' + code.slice(-1))];"
        "return {"
        "  own: [...written.map((one) => one.join(' ')), codes.map(wide).join('、')].map((text) => readBets(own, text)),"
        "  other: readBets(other, codes.join(' ')).bets };",
        {"script": script(["screens/bets"]), "lessons": lessons},
    )
    assert read["own"] == [{"bets": list(range(101)), "strange": []}] * 4
    assert read["other"] == []


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
