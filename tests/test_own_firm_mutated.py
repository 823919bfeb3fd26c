"""A firm's tables in thousands of shapes: each is answered, and nobody in them is named."""

from __future__ import annotations

import contextlib
import io
from datetime import date
from pathlib import Path
from random import Random

import pytest
from fuzzing import no_hang
from mutated_tables import SOMEBODY, Case, firm, series

from seci_sim.calibrating import read_indicators, read_survey
from seci_sim.calibrating.series import Calendar
from seci_sim.cli import answer_to
from seci_sim.scenario import InputProblem, read_scenario
from seci_sim.scenario.own_firm import Exports, Hints, Question, Understanding, own_firm, preview

QUICK, MANY = 60, 1500
"""Tables in the default run, and in the slow one."""
FIRM = "f.yaml"


def wrong_with(case: Case, chance: Random) -> str:
    """What is wrong with the answer to a case, in an empty folder; nothing, if it is in order."""
    for name, content in case.files.items():
        Path(name).write_bytes(content)
    if not case.options:
        return _wrong_with_series(case, chance)
    if chance.random() < 0.2:
        return _wrong_when_asked(case, chance)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), no_hang():
        exit_code = answer_to(["new", FIRM, *case.options])
    if exit_code not in (0, 2, 3):
        return f"exit code {exit_code}: {err.getvalue()}"
    lines = err.getvalue().splitlines()
    if not all(line.startswith("error: ") and line.isprintable() for line in lines):
        return f"not a line of ours: {err.getvalue()}"
    if bool(lines) is not bool(exit_code):
        return f"exit code {exit_code} with {len(lines)} lines of errors"
    return _wrong_with_files(case, out.getvalue() + err.getvalue(), exit_code == 0)


def _wrong_with_files(case: Case, said: str, is_written: bool) -> str:
    made = [path for path in Path().iterdir() if path.name not in case.files]
    if not is_written and made:
        return f"half written: {made}"
    if is_written:
        read_scenario(FIRM)
    texts = [said, *(path.read_text("utf-8") for path in made)]
    found = next(filter(None, map(SOMEBODY.search, texts)), None)
    return f"{found[0]} is named: {said}" if found and not case.names_people else ""


def _wrong_when_asked(case: Case, chance: Random) -> str:
    """The same, where somebody answers questions."""
    heard: list[str] = []
    chosen = False

    def ask(question: Question) -> str:
        nonlocal chosen
        heard.extend(map(str, question))
        chosen |= "--column" in question.option
        answers = ["", "1", "60", "zzz", "1=India, 2=headquarters", *question.answers]
        return chance.choice([question.proposal] * 8 + [*question.answers] * 4 + answers)

    understanding = Understanding(ask)
    given = {name.split(".")[0]: Path(name) for name in case.files}
    exports = Exports(given["people"], given.get("met"), given.get("gone"), hints=Hints())
    is_written = True
    try:
        with no_hang():
            made = own_firm(Path(FIRM), "one-percent", exports, date(2025, 1, 1), understanding)
            heard += preview(made)
            made.write()
    except InputProblem as problem:
        is_written = False
        heard += problem.lines
    return _wrong_with_files(case._replace(names_people=chosen), "\n".join([*heard, *understanding.notes]), is_written)  # fmt: skip


def _wrong_with_series(case: Case, chance: Random) -> str:
    understanding = Understanding(agrees=chance.random() < 0.8)
    hints = Hints(skip=chance.random() < 0.5)
    heard: list[str] = []
    for read, name in ((read_indicators, "indicators.csv"), (read_survey, "survey.csv")):
        try:
            with no_hang():
                read(Path(name), Calendar(32), hints, date(2025, 1, 1), understanding)
        except InputProblem as problem:
            heard += problem.lines
    return _wrong_with_files(case, "\n".join([*heard, *understanding.notes]), False)


def tried(seed: int, count: int) -> tuple[int, int]:
    """Try cases of a seed; gives how many of firms were accepted and refused."""
    chance = Random(seed)
    answers = [0, 0]
    for number in range(count):
        for path in Path().iterdir():
            path.unlink()
        case = series(chance) if chance.random() < 0.1 else firm(chance)
        wrong = wrong_with(case, chance)
        assert not wrong, f"case {number} of seed {seed}, {case.options}: {wrong}"
        answers[not Path(FIRM).exists()] += bool(case.options)
    return answers[0], answers[1]


@pytest.mark.usefixtures("empty_folder")
def test_a_mutated_table_is_answered_and_names_nobody() -> None:
    accepted, refused = tried(1994, QUICK)
    assert min(accepted, refused) > QUICK / 10


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("empty_folder")
@pytest.mark.parametrize("seed", [1995, 1996])
def test_no_table_in_thousands_brings_out_anybody(seed: int) -> None:
    accepted, refused = tried(seed, MANY)
    assert min(accepted, refused) > MANY / 10
