"""What a student does with a page: bets, plays, sees the answer, follows a person."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from page_student import bet, last, played_to_the_end, turned_to

from seci_sim.model import SECIModel

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest_plugins = ("page_fixtures",)


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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_letter_in_the_reason_plays_nothing(student: Page) -> None:
    bet(student, reason="k. , .")
    assert student.locator(".bet-told").inner_text().startswith("Your bet: 60%, because k. , .")


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_lesson_plan_is_on_the_page(student: Page) -> None:
    turned_to(student, "For the teacher")
    shown = student.locator("#teacher")
    assert shown.get_by_role("heading", name="A plan for 45 minutes").is_visible()
    assert shown.get_by_role("row").count() > 8
    assert "How can it become an advantage?" in shown.inner_text()
    assert shown.locator("a").count() == 0


@pytest.mark.slow
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


@pytest.mark.slow
def test_other_luck_is_drawn_thin(student: Page) -> None:
    bet(student)
    student.get_by_role("button", name="The answer").click()
    student.get_by_role("button", name="Again with other luck").click()
    student.get_by_text("5 other courses of luck").wait_for()
    assert student.locator(".player .seci-thin").count() >= 10


@pytest.mark.slow
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
def test_on_paper_after_the_answer_stand_the_bet_both_pictures_and_only_what_is_open(
    student: Page,
) -> None:
    bet(student)
    student.get_by_role("button", name="The answer").click()
    student.get_by_text("in all 2 runs of each setting").click()
    student.get_by_text("What else was measured").click()
    student.set_viewport_size({"width": 700, "height": 990})
    student.emulate_media(media="print")
    for picture in student.locator("canvas").all():
        box = picture.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 700
        assert box["height"] > 100
    assert student.locator("canvas").count() == 2
    assert student.locator(".bet-told").inner_text().startswith("Your bet: 60%, because they talk.")
    assert student.locator(".verdict").is_visible()
    assert student.locator("summary:visible").all_inner_texts() == ["Needs met in all 2 runs of each setting", "What else was measured"]  # fmt: skip
    assert student.locator(".bars thead").is_visible()
    assert student.locator(".wide").evaluate("one => one.scrollWidth <= one.clientWidth"), "nothing is cut"  # fmt: skip
    assert student.locator(".lines p:visible").all_inner_texts() == ["What I saw:", "What I did not expect:"]  # fmt: skip


@pytest.mark.slow
def test_who_does_not_want_to_bet_may_look_at_once(student: Page) -> None:
    student.get_by_role("button", name="Look without a bet").click()
    assert student.locator(".bet-told").inner_text() == ""
    student.get_by_role("button", name="The answer").click()
    assert student.locator(".verdict").inner_text().startswith("This run ends at")
    student.get_by_role("radio", name="0%", exact=True).check()
    student.locator("canvas").nth(1).wait_for(state="detached")
    assert student.locator("canvas").count() == 1
