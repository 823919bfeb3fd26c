"""What a teacher does with the page, done by a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

pytest.importorskip("dash", reason="needs the extra app")
pytest.importorskip("playwright", reason="needs the extra browser")

from page_visitor import served, warm_line

from seci_sim.scenario import read_scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(browser: Browser) -> Iterator[str]:
    with warm_line() as line, served(line) as address:
        yield address


@pytest.fixture(scope="module")
def open_page(browser: Browser, address: str) -> Iterator[tuple[Page, list[str]]]:
    """The page, and what went wrong in it or left this machine."""
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    wrong: list[str] = []
    page.on("pageerror", lambda problem: wrong.append(str(problem)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on(
        "request", lambda asked: None if is_here(asked.url, address) else wrong.append(asked.url)
    )
    with shown(page):
        page.goto(address)
    yield page, wrong
    page.close()


@pytest.fixture
def page(open_page: tuple[Page, list[str]]) -> Iterator[Page]:
    """The page with its first question asked."""
    page, wrong = open_page
    wrong.clear()
    with shown(page):
        page.locator('[data-kind="preset"]').first.click()
    page.evaluate("() => seciPlayer.setSpeed(64)")
    yield page
    assert [said for said in wrong if "status of 400" not in said] == []


def is_here(url: str, address: str) -> bool:
    return url.startswith((f"{address}/", "data:", "blob:"))


@contextmanager
def shown(page: Page) -> Iterator[None]:
    """Do something, and wait until it has led to a film."""
    count = "() => Number(document.documentElement.dataset.films || 0)"
    before = page.evaluate(count)
    yield
    page.wait_for_function(f"before => ({count})() !== before && ({count})() > 0", arg=before)


def act(page: Page, name: str) -> None:
    page.locator(f'[data-kind="act"][data-name="{name}"]').click()


def move(page: Page, words: str, value: str) -> None:
    """Drag a slider to a value."""
    page.locator(".lever", has_text=words).get_by_role("slider").first.evaluate(
        """(slider, value) => {
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(slider, value);
            slider.dispatchEvent(new Event("input", {bubbles: true}));
            slider.dispatchEvent(new Event("change", {bubbles: true}));
        }""",
        value,
    )


def week(page: Page) -> str:
    return page.locator(".seci-week").inner_text()


def test_a_question_is_asked_and_its_run_played_to_the_end(page: Page) -> None:
    with shown(page):
        page.get_by_role("button", name="Would 2% be better?").click()
    assert "“Two percent” ends with" in page.locator("#finding").inner_text()
    page.get_by_label("Weeks a second").select_option("64")
    page.get_by_role("button", name="First week").click()
    assert week(page) == "week 1 of 208"
    before = page.locator(".seci-wheel").inner_text()
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="Pause").wait_for()
    page.wait_for_function("() => seciPlayer.weekNow > 100")
    assert page.locator(".seci-wheel").inner_text() != before
    page.wait_for_function("() => !seciPlayer.playing")
    assert week(page) == "week 208 of 208"


def test_a_moved_slider_a_switch_and_a_comparison_show_another_run(page: Page) -> None:
    before = page.locator("#finding").inner_text()
    with shown(page):
        move(page, "Patient time", "0.05")
    assert page.locator("#value-patient_time").inner_text() == "5%"
    assert "“One percent, patient time 5%”" in page.locator("#finding").inner_text() != before
    with shown(page):
        page.get_by_role("switch", name="Combination").click()
    page.locator("summary", has_text="Compared with").click()
    with shown(page):
        page.locator('[data-kind="compare"][data-name="unchanged"]').click()
    names = page.locator(".seci-name").all_inner_texts()
    assert names == ["● One percent", "■ One percent, patient time 5%, combination no"]
    page.locator("summary", has_text="Compared with").click()


def test_a_person_and_a_need_tell_their_stories(page: Page) -> None:
    middle = page.evaluate(
        "() => { const f = seciPlayer.fields[1]; return [f.left(60), f.top(60)]; }"
    )
    page.locator(".seci-field").nth(1).click(position={"x": middle[0], "y": middle[1]})
    story = page.locator(".seci-story")
    label = page.evaluate("() => SeciPlayer.labelOf(seciPlayer.runs[1], 60, 208)")
    assert label in story.inner_text()
    assert "needs rightly" in story.inner_text()
    page.get_by_role("button", name="Need 3,").click()
    assert "Need 3 (expressed)" in story.inner_text()
    assert "first felt" in story.inner_text()


def test_everything_can_be_done_with_keys(page: Page) -> None:
    page.locator(".seci-field").first.focus()
    page.keyboard.press("ArrowRight")
    first = page.locator(".seci-story .seci-heading").inner_text()
    page.keyboard.press("ArrowDown")
    assert page.locator(".seci-story .seci-heading").inner_text() != first
    page.keyboard.press("Home")
    assert week(page) == "week 1 of 208"
    page.keyboard.press(".")
    page.keyboard.press(".")
    page.keyboard.press(",")
    assert week(page) == "week 2 of 208"
    page.keyboard.press("k")
    assert page.evaluate("() => seciPlayer.playing")
    page.keyboard.press("k")
    page.keyboard.press("End")
    assert week(page) == "week 208 of 208"


def test_a_bet_comes_before_the_line(page: Page) -> None:
    act(page, "bet")
    assert week(page) == "week 1 of 208"
    page.get_by_role("button", name="Play", exact=True).click()
    assert not page.evaluate("() => seciPlayer.playing")
    page.get_by_label("Your bet").fill("30")
    page.get_by_label("Weeks a second").select_option("64")
    page.get_by_role("button", name="Bet, then play").click()
    page.wait_for_function("() => !seciPlayer.playing && seciPlayer.weekNow === 208")
    assert "You bet 30.0%; this run ends at 4" in page.locator(".seci-bet-result").inner_text()


def test_a_link_reopens_exactly_this(page: Page) -> None:
    with shown(page):
        move(page, "Turnover", "0.3")
    with shown(page):
        page.get_by_label("Seed").fill("7")
        page.get_by_label("Seed").press("Enter")
    finding = page.locator("#finding").inner_text()
    assert "turnover=30" in page.url
    page.goto(page.url + "&")
    page.wait_for_selector("html[data-films]")
    assert page.locator("#finding").inner_text() == finding
    assert page.locator("#value-turnover").inner_text() == "30%"
    assert page.get_by_label("Seed").input_value() == "7"


def test_weeks_and_scenario_are_downloaded(page: Page, tmp_path: Path) -> None:
    files = {}
    for name in ("csv", "yaml"):
        with page.expect_download() as download:
            act(page, name)
        files[name] = tmp_path / f"seci-sim.{name}"
        download.value.save_as(files[name])
    table = pd.read_csv(files["csv"])
    shown = page.evaluate("() => seciPlayer.runs[1].curves.needs_met[207]")
    last = table.query("scenario == 'One percent' and week == 208 and market == 'all'")
    assert last["needs_met"].item() == pytest.approx(shown, abs=1e-4)
    assert read_scenario(files["yaml"]).units == read_scenario("one-percent").units


def test_a_wrong_file_is_refused_and_a_right_one_is_run(page: Page, tmp_path: Path) -> None:
    def send(name: str, text: bytes) -> None:
        (tmp_path / name).write_bytes(text)
        with page.expect_file_chooser() as chooser:
            act(page, "file")
        chooser.value.set_files(tmp_path / name)

    problem = page.locator("#problem")
    send("x.svg", b"<svg/>")
    problem.filter(has_text="file: must be a scenario file NAME.yaml").wait_for()
    send("x.yaml", b"\x89PNG\xff")
    problem.filter(has_text="x.yaml: is not text in UTF-8; save as UTF-8").wait_for()
    send("x.yaml", b"name: <img src=x onerror=alert(1)>\nquestion: What?\nhorizen: 8\n")
    problem.filter(has_text='x.yaml:3: horizen: unknown field "horizen"; did you mean "horizon"?').wait_for()  # fmt: skip
    with shown(page):
        send("x.yaml", b"name: <img src=x onerror=alert(1)>\nquestion: What?\nhorizon: 8 weeks\n")
    assert page.locator(".seci-name").all_inner_texts() == ["● <img src=x onerror=alert(1)>"]
    assert week(page) == "week 8 of 8"
    assert problem.inner_text() == ""
    page.reload()
    page.wait_for_selector("html[data-films]")  # a short file is part of the link
    assert week(page) == "week 8 of 8"


@pytest.mark.parametrize(
    ("width", "height", "pixels"), [(1920, 1080, 24), (1366, 768, 16), (390, 844, 16)]
)
def test_it_fits_a_projector_a_laptop_and_a_phone(
    page: Page, width: int, height: int, pixels: float
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    size = page.locator("#player").evaluate(
        "player => parseFloat(getComputedStyle(player).fontSize)"
    )
    assert size >= pixels
    if width == 1920:
        play = page.get_by_role("button", name="Play", exact=True).bounding_box()
        chart = page.locator(".seci-chart").first.bounding_box()
        assert play is not None
        assert chart is not None
        page.set_viewport_size({"width": 1366, "height": 900})
        assert chart["y"] + chart["height"] < height  # players, wheel and curves without scrolling


def test_what_moves_can_be_reached_by_a_screen_reader(page: Page) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.locator("#settings details").evaluate_all(
        "every => every.forEach((one) => (one.open = true))"
    )
    act(page, "bet")
    page.locator(".seci-need").nth(2).click()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
