"""A firm's own data, as they are read: quarters, facts, indicators and surveys, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from data_of_a_firm import FIRM, read

from seci_sim.calibrating import (
    read_facts,
    read_survey,
)
from seci_sim.calibrating.observed import SCORES, Item
from seci_sim.calibrating.series import Calendar
from seci_sim.scenario import InputProblem, Scenario, read_scenario
from seci_sim.scenario.own_firm.understanding import Hints, Understanding

pytest.importorskip("sklearn", reason="calibrate needs the extra analysis")

pytestmark = pytest.mark.packages


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("firm") / "firm.yaml"
    path.write_text(FIRM, encoding="utf-8")
    return read_scenario(path)


def test_the_newest_quarter_is_the_last_whichever_quarter_it_is(tmp_path: Path) -> None:
    path = tmp_path / "kpi.csv"
    for rows in ("2024-Q1,40%", "2023-Q1,38%\n2024-Q1,40%", "2023-Q4,38%\n2024-Q1,40%"):
        path.write_text(f"quarter,needs_met\n{rows}\n")
        found = read(path)
        assert found.calendar.ends == ("2022-Q2", "2024-Q1")
        assert found.data.items[-1] == Item("indicator", "needs_met", 8)


def test_times_outside_the_scenario_are_told_with_its_calendar(tmp_path: Path) -> None:
    path = tmp_path / "kpi.csv"
    path.write_text("quarter,needs_met\n2010-Q1,40%\n2024-Q2,41%\n")
    known = "the scenario has quarters 1 to 8, from 2022-Q3 to 2024-Q2"
    with pytest.raises(InputProblem, match=f"has quarter -49; {known}"):
        read(path)
    path.write_text("quarter,needs_met\n9,40%\n")
    with pytest.raises(InputProblem, match=r"has quarter 9; the scenario has quarters 1 to 8$"):
        read(path)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("0.05 to 45%", "could be of a share or of a per cent; write both in %"),
        (".5 to 45%", "could be of a share"),
        ("{range: 35% to 45%, source: [who, what]}", "a list of 2 is no source"),
    ],
)
def test_a_fact_that_could_mean_two_things_is_refused(
    said: str, problem: str, tmp_path: Path, firm: Scenario
) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("facts: {needs_met: 35 to 45%}\n")
    assert read_facts(path, firm).told[0][1:3] == (0.35, 0.45)
    path.write_text(f"facts: {{needs_met: {said}}}\n")
    with pytest.raises(InputProblem, match=f"facts.yaml:1: needs_met: .*{problem}"):
        read_facts(path, firm)


def test_a_fact_is_a_range_of_a_measure_or_of_a_parameter(tmp_path: Path, firm: Scenario) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(
        "begins: 2023-Q2\nfacts:\n  needs_met: {range: 35 to 45%, source: interviews}\n"
        "  weeks_to_routine: 20 to 40 weeks\n  projects.setup_weeks: 8..12\n"
    )
    found = read_facts(path, firm)
    assert found.begins == 4 * 2023 + 1
    assert found.told[0] == ("needs_met", 0.35, 0.45, "interviews")
    assert found.data.values == (0.4, 30.0, 10.0)
    assert [item.error for item in found.data.items] == [0.05, 10.0, 2.0]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("needs_met: 35 to 45", "is not a share; did you mean 35%?"),
        ("needs_met: 45% to 35%", "does not rise"),
        ("needs_met: 40%", "is no range"),
        ("needs_mett: 1% to 2%", 'did you mean "needs_met"?'),
        ("world.needs: 20 to 30", "is not doubted"),
        ("projects.setup_weeks: 1 to 90", "6 to 26 weeks"),
        ("needs_met: {source: me}", "is not a range"),
    ],
)
def test_a_mistake_in_facts_is_said_with_its_line(
    tmp_path: Path, firm: Scenario, line: str, said: str
) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(f"facts:\n  {line}\n")
    with pytest.raises(InputProblem, match=r"facts\.yaml:2: ") as problem:
        read_facts(path, firm)
    assert said in str(problem.value)


def test_names_that_nobody_knows_are_told_in_the_order_of_the_file(
    tmp_path: Path, firm: Scenario
) -> None:
    path, names = tmp_path / "facts.yaml", [f"name_{letter}" for letter in "qwertyuiop"]
    path.write_text("facts: {needs_met: 35% to 45%}\n" + "".join(f"{one}: 1\n" for one in names))
    with pytest.raises(InputProblem) as refused:
        read_facts(path, firm)
    places = [line.split("'")[:2] for line in refused.value.lines]
    assert places == [[f"{path}:{line}: ", one] for line, one in enumerate(names, 2)]


def test_quarters_of_the_calendar_end_with_the_scenario_unless_said(tmp_path: Path) -> None:
    path = tmp_path / "kpi.csv"
    path.write_text("Quarter;needs met\nQ3 2024;41,5 %\nQ4/2024;0,42\n")
    assert [one.time for one in read(path).data.items] == [7, 8]
    assert read(path).data.values == (0.415, 0.42)
    earlier = Calendar(8, 4 * 2024)
    assert [one.time for one in read(path, earlier).data.items] == [3, 4]
    path.write_text("date,needs_met\n2024-02-01,.1\n2024-03-01,.3\n2024-05-01,.5\n")
    assert dict(zip([7, 8], read(path).data.values, strict=True)) == pytest.approx({7: 0.2, 8: 0.5})


def test_a_survey_tells_nothing_by_its_level(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("year,skill\n1,3.5\n2,3.5\n")
    with pytest.raises(InputProblem, match="two years or units that differ"):
        read_survey(path, Calendar(8), Hints(), date(2026, 1, 1), Understanding())
    path.write_text(
        f"year,{','.join(reversed(SCORES))}\n" + "".join(f"{year}{',3' * 7}\n" for year in (1, 2))
    )
    with pytest.raises(InputProblem, match="column 'internalization': needs scores of"):
        read_survey(path, Calendar(8), Hints(), date(2026, 1, 1), Understanding())
    path.write_text("year,skill,who\n2023,3,anna@x.org\n2023,4,ben@x.org\n2024,5,anna@x.org\n")
    understanding = Understanding()
    found = read_survey(path, Calendar(8), Hints(), date(2026, 1, 1), understanding)
    assert found.data.values == (3.5, 5.0)
    assert "averaged" in " ".join(understanding.notes)
    assert "anna" not in " ".join(understanding.notes)
