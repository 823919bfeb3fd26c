"""Lesson files: what they say, and what is answered where they say it wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario_files import TINY

from seci_sim.cli import answer_to
from seci_sim.page.lessons import read_lesson, shipped_lessons
from seci_sim.scenario import FileProblem, InputProblem

LESSON = """name: Trial
question: What happens?
scenario: firm.yaml
vary:
  policy.patient_time: [0%, 1%, 10%]
bet: {question: Where will the line end?, outcome: needs_met, setting: 1%}
look_at: [The dots]
finding: It rises.
explanation: Because.
discussion: And where you work?
"""
POLICIES = """policies:
  - {name: One}
  - {name: Two, policy: {reading_hours: 1 h}}
"""


def written(text: str, folder: Path) -> Path:
    """The path of a lesson file, with the firm beside it."""
    (folder / "firm.yaml").write_text(TINY, "utf-8")
    path = folder / "lesson.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("name", sorted(shipped_lessons()))
def test_every_shipped_lesson_reads_and_has_settings_to_choose_from(name: str) -> None:
    lesson = read_lesson(name)
    assert lesson.bet.setting in lesson.labels[1:]
    assert tuple(scenario.name for scenario in lesson.settings) == lesson.labels
    assert len({scenario.fingerprint for scenario in lesson.settings}) == len(lesson.labels)


def test_the_nine_lessons_that_a_class_needs_are_shipped() -> None:
    assert set(shipped_lessons()) == {
        "each-letter", "why-one-percent", "why-a-local-partner", "copy-or-create",
        "who-leaves-with-what", "tiered-prices", "does-the-spiral-rise",
        "why-advantage-lasts", "what-would-it-tell",
    }  # fmt: skip


def test_the_shipped_lessons_are_listed_with_their_questions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert answer_to(["list", "--lessons"]) == 0
    listed = capsys.readouterr().out
    for name in shipped_lessons():
        assert f"{read_lesson(name).question}\n" in listed
    assert answer_to(["list", "--lessons", "--experiments"]) == 2
    assert "--lessons: does not go with --experiments" in capsys.readouterr().err


def test_levels_policies_or_scenarios_make_the_settings(tmp_path: Path) -> None:
    lesson = read_lesson(written(LESSON, tmp_path))
    assert lesson.labels == ("0%", "1%", "10%")
    assert [setting.policy.patient_time for setting in lesson.settings] == [0, 0.01, 0.1]
    text = LESSON.replace("vary:\n  policy.patient_time: [0%, 1%, 10%]\n", POLICIES)
    lesson = read_lesson(written(text.replace("setting: 1%", "setting: Two"), tmp_path))
    assert [setting.policy.reading_hours for setting in lesson.settings] == [0.25, 1]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("setting: 1%", "setting: 11%", "6: bet.setting: no setting is called '11%'; did you mean \"1%\"?; allowed: '0%' or '1%' or '10%'"),
        ("setting: 1%", "setting: 0%", "6: bet.setting: is the first setting, whose line the class sees before it bets; got '0%'"),
        ("outcome: needs_met", "outcome: needs_mt", "6: bet.outcome: no line is called 'needs_mt'; did you mean \"needs_met\"?"),
        ("outcome: needs_met", "outcome: leavers", "6: bet.outcome: no line is called 'leavers'"),
        ("finding: It rises.\n", "", "1: finding: is missing"),
        ("look_at: [The dots]", "look_at: The dots", "7: look_at: must be a list"),
        ("look_at:", "look:", '7: look: unknown field "look"; did you mean "look_at"?'),
        ("explanation: Because.", "explanation:", "9: explanation: has no value"),
        ("[0%, 1%, 10%]", "[0%, 1, 10%]", "5: vary.policy.patient_time: '1' is not a share; did you mean 1%?"),
        ("[0%, 1%, 10%]", "[0%, 1%, 2%, 3%, 4%, 5%, 6%, 7%, 8%]", "5: vary: 9 settings; allowed: 2 to 8 settings"),
        ("vary:\n  policy.patient_time: [0%, 1%, 10%]\n", "", "1: nothing changes; give several scenarios, policies, or a lever under vary"),
        ("vary:\n", POLICIES + "vary:\n", "8: vary: a lesson changes one thing"),
        ("bet:", "weekly: [needs_met]\nbet:", "6: weekly: is for experiments, not for lessons"),
        ("bet:", "replications: 1\nbet:", "6: replications: an interval needs at least 2 (10 advised)"),
        ("scenario: firm.yaml", "scenario: march-1991", "3: scenario: a lesson plays the SECI organisation; got 'march-1991'"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_lesson_is_said_with_its_line(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    assert before in LESSON
    path = written(LESSON.replace(before, after), tmp_path)
    with pytest.raises(InputProblem) as problem:
        read_lesson(path)
    assert any(line.startswith(f"{path}:{message}") for line in problem.value.lines)


def test_a_lesson_that_is_not_there_is_missed_by_name() -> None:
    with pytest.raises(
        FileProblem, match='no such file or shipped lesson; did you mean "each-letter"'
    ):
        read_lesson("each-leter")
