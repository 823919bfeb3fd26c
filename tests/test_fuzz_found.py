"""What fuzzing found in the readers, each with the smallest file that showed it."""

from __future__ import annotations

from pathlib import Path

import pytest
from answers import refused
from experiment_files import HEAD as ASKED
from experiment_files import experiment, written
from scenario_files import HEAD, TWO_UNITS, lines_of, read

from seci_sim.lab import Experiment
from seci_sim.scenario import InputProblem
from seci_sim.scenario.problems import spelling
from seci_sim.scenario.quantities import Unclear, number_of
from seci_sim.scenario.tree import Scalar


def told(text: str, folder: Path) -> list[str]:
    """The messages about an experiment."""
    with pytest.raises(InputProblem) as caught:
        Experiment.load(written(text, folder))
    return [line.replace(f"{folder}/", "").replace(f"{folder}\\", "") for line in caught.value.lines]  # fmt: skip


# Files that were read for minutes, or for ever ----------------------------------------------------


@pytest.mark.parametrize("text", ["9" * 500_000, "9" * 500_000 + "e5", "-" + "0" * 500_000 + "."])
def test_a_million_digits_are_no_number_at_once(text: str) -> None:
    with pytest.raises(Unclear, match="is not a number"):
        number_of(Scalar(text, False, "s.yaml", 1), "weeks")


MARKS = "\u0301\u0323"


@pytest.mark.parametrize(
    "notes", [f"'x{MARKS * 200_000}'", '"x' + "\\u0301\\u0323" * 50_000 + '"', "x" + MARKS * 16]
)
def test_a_letter_bears_thirty_marks_and_no_more(tmp_path: Path, notes: str) -> None:
    (line,) = lines_of(tmp_path, HEAD + f"horizon: 5\nnotes: {notes}\n")
    assert line == "s.yaml:4: a letter bears more than 30 marks"
    assert read(tmp_path, HEAD + "notes: " + "x" + MARKS * 15 + "y\n").notes.endswith("y")


def test_marks_in_a_table_of_people_are_refused_too(
    empty_folder: None, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("people.csv").write_text(f"person,unit\n1,A\nx{MARKS * 50_000},A\n", "utf-8")
    said = refused(["new", "firm.yaml", "--people", "people.csv"], capsys)
    assert said == "people.csv:3: a letter bears more than 30 marks"


def test_no_more_scenarios_are_read_than_an_experiment_may_have(tmp_path: Path) -> None:
    text = "question: x\nscenarios: [" + "firm.yaml, " * 100 + "no.yaml]\n"
    (line,) = told(text, tmp_path)
    assert line == "trial.yaml:2: scenarios: is too long; allowed: at most 100 in the list; got a list of 101"  # fmt: skip


def test_the_nearest_spelling_is_looked_for_only_where_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def looked_up(name: str, _: object) -> str:
        asked.append(name)
        return ""

    monkeypatch.setattr("seci_sim.scenario.validation.spelling", looked_up)
    partners = "".join(f"  - {{name: s{n}, kind: local partner, market: Jap{n}}}\n" for n in range(90))  # fmt: skip
    lines = lines_of(tmp_path, HEAD + TWO_UNITS + "stakeholders:\n" + partners)
    assert lines[-1] == "... and 70 more"
    assert len(set(asked)) == 20
    factors = "".join(f"  policy.x{n}: [1%, 2%]\n" for n in range(90))
    assert told(ASKED + "vary:\n" + factors, tmp_path)[-1] == "... and 70 more"
    assert len(set(asked)) == 40


def test_the_nearest_of_thousands_of_names_is_found_among_the_likeliest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = []

    def closest(_: str, names: list[str], **__: object) -> list[str]:
        compared.extend(names)
        return names[:1]

    monkeypatch.setattr("seci_sim.scenario.problems.get_close_matches", closest)
    known = [f"{'u' * 50} {n:04}" for n in range(2000)]
    assert spelling("u" * 50 + " 77777", [*known, "Japan"]) == f'; did you mean "{known[777]}"?'
    assert len(compared) == 60


def test_a_grid_that_is_too_large_is_not_tried_out_first(tmp_path: Path) -> None:
    levels = ", ".join(f"{n / 100 + 1}%" for n in range(1000))
    names = ("turnover", "patient_time", "uptake")
    text = ASKED + "vary:\n" + "".join(f"  policy.{name}: [{levels}]\n" for name in names)
    (line,) = told(text, tmp_path)
    assert line == "trial.yaml:1: 1e+09 cells; limit 1,000,000"


def test_a_level_that_invites_somebody_who_is_not_there_is_refused_wherever_it_stands(
    tmp_path: Path,
) -> None:
    (tmp_path / "alone.yaml").write_text(HEAD + "stakeholders: []\n", "utf-8")
    for levels in ("[0, 2]", "[2, 0]", "[0, 3, 1]", "{from: 0, to: 2}"):
        sampled = "sample: {method: latin hypercube, points: 4}\n" if levels[0] == "{" else ""
        text = f"question: x\nscenario: alone.yaml\nvary:\n  policy.dialogue_local_partners: {levels}\n"  # fmt: skip
        assert "4: vary.policy.dialogue_local_partners: in 'Mine': " in told(text + sampled, tmp_path)[0]  # fmt: skip


# Messages that named another line, another field, or none -----------------------------------------


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("\n    - 5%\n    - 6%\n    - 7\n", "7: vary.policy.turnover: '7' is not a share; did you mean 7%?"),
        ("\n    - 5%\n    - 6%\n    - 5.0%\n", "7: vary.policy.turnover: 5% is given twice"),
        ("\n    - 5%\n    - [6%]\n", "6: vary.policy.turnover: holds something that is not a single value"),
        ("\n    from: 5%\n    to: 200%\n", "6: vary.policy.turnover: '200%' is too large; allowed: 0% to 99%"),
        ("\n    from: 5%\n    too: 20%\n", "6: vary.policy.turnover: is not varied; allowed: a list of values, "
         "a range such as {from: 1%, to: 5%}, or the word plausible; got fields ('from, too')"),
    ],
)  # fmt: skip
def test_a_value_among_several_is_answered_with_its_own_line(
    tmp_path: Path, values: str, message: str
) -> None:
    assert told(ASKED + "vary:\n  policy.turnover:" + values, tmp_path) == [f"trial.yaml:{message}"]


def test_the_width_of_an_interval_is_answered_with_its_line_and_only_for_its_own_mistakes(
    tmp_path: Path,
) -> None:
    until = "until:\n  outcome: needs_met\n  at_most: 50\n  half_width: {}\n"
    (line,) = told(ASKED + until.format(".inf"), tmp_path)
    assert line.startswith("trial.yaml:6: until.half_width: is not a finite number")
    (line,) = told("question: x\nscenario: [firm.yaml]\n" + until.format("1%"), tmp_path)
    assert line.startswith("trial.yaml:2: scenario: ")
    (line,) = told(ASKED + until.replace("needs_met", "[a]").format("1%"), tmp_path)
    assert line.startswith("trial.yaml:4: until.outcome: must be a single value")
    assert experiment(ASKED + until.format("1%"), tmp_path).until.half_width == 0.01  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + 'notes: "\\U00110000"\n', 3),
        (HEAD + 'policy:\n  turnover: 5%\nnotes: "\\Uffffffff"\n', 5),
        ('notes: "\\U0010ffff"\n' + 'name: "\\U00110000"\n', 2),
        ("# a remark\n%YAML 1.3\n---\n" + HEAD, 2),
    ],
)
def test_what_the_parser_slips_over_has_a_line(tmp_path: Path, text: str, line: int) -> None:
    assert lines_of(tmp_path, text) == [f"s.yaml:{line}: is not YAML 1.2"]


def test_shares_out_of_range_are_not_added_up(tmp_path: Path) -> None:
    text = HEAD + TWO_UNITS.replace("20}", "20, households: {low: 120%, high: 20%}}")
    (line,) = lines_of(tmp_path, text)
    assert line.startswith("s.yaml:5: units.Japan.households.low: is too large")


def test_a_market_whose_partners_could_not_be_named_is_refused_where_it_stands(
    tmp_path: Path,
) -> None:
    long = "m" * 61
    text = HEAD + f"units:\n  - {{name: A, kind: affiliate, staff: 5}}\n  - {{name: B, kind: affiliate, staff: 5, market: {long}}}\n"  # fmt: skip
    (line,) = lines_of(tmp_path, text)
    assert line.startswith("s.yaml:5: units.B.market: the market's name is too long; allowed: at most 60")  # fmt: skip
    assert read(tmp_path, text.replace(long, long[1:])).markets == ("A", long[1:])
    (line,) = lines_of(tmp_path, HEAD + f"units:\n  - {{name: {long}, kind: affiliate, staff: 5}}\n")  # fmt: skip
    assert line.startswith("s.yaml:4: units.")


def test_a_number_without_a_unit_is_not_told_to_have_none(tmp_path: Path) -> None:
    text = ASKED + "until: {outcome: needs_met, half_width: 1%, at_most: 5%}\n"
    (line,) = told(text, tmp_path)
    assert "until.at_most: is not a share, so no percentage; allowed: 2 to" in line


# What was accepted and should not have been -------------------------------------------------------


@pytest.mark.parametrize("name", ['"a\\nb"', '"a\\tb"', "' a'", "'a '"])
def test_an_income_band_has_a_name_of_a_single_line(tmp_path: Path, name: str) -> None:
    bands = f"service:\n  bands:\n    - {{name: {name}, households: 100%, income: 5}}\n"
    (line,) = lines_of(tmp_path, HEAD + bands)
    assert line.startswith("s.yaml:5: service.bands.")


def test_an_empty_market_is_not_taken_for_none(tmp_path: Path) -> None:
    (line,) = lines_of(tmp_path, HEAD + TWO_UNITS.replace("20}", "20, market: ''}"))
    assert line == "s.yaml:5: units.Japan.market: is empty"
