"""Surveys by unit: what is read, what runs have for it, and what their differences tell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from seci_sim.calibrating import Bank, bank_of, read_survey, worlds_to_run
from seci_sim.calibrating.bank import features
from seci_sim.calibrating.calibration import learn
from seci_sim.calibrating.observed import INDICATORS, SCORES, Item
from seci_sim.calibrating.planning import kinds_of
from seci_sim.calibrating.series import Calendar, Series, served_by
from seci_sim.lab.factors import Factor
from seci_sim.model import SECIModel
from seci_sim.scenario import InputProblem, Scenario, read_scenario
from seci_sim.scenario.own_firm.understanding import Hints, Understanding

FIRM = """
name: Two markets
question: What did we learn?
extends: one-percent
horizon: 104 weeks
units:
  - {name: Office, kind: headquarters, staff: 4, lives_in: North}
  - {name: North, kind: affiliate, staff: 6}
  - {name: Sales South, kind: affiliate, market: South, staff: 9}
stakeholders:
  - {name: Partner, kind: local partner, market: North}
  - {name: World, kind: global partner}
world: {needs: 8}
"""


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("firm") / "firm.yaml"
    path.write_text(FIRM, encoding="utf-8")
    return read_scenario(path)


def read(path: Path, firm: Scenario, text: str, **hints: bool) -> tuple[Series, str]:
    path.write_text(text, encoding="utf-8")
    understanding, how = Understanding(), Hints(**hints)  # type: ignore[arg-type]
    units = served_by(firm)
    found = read_survey(path, Calendar(8), how, date(2026, 1, 1), understanding, units)
    return found, " ".join(understanding.notes)


# Reading ------------------------------------------------------------------------------------------


def test_scores_are_read_unit_by_unit(tmp_path: Path, firm: Scenario) -> None:
    text = "Year;Department;Skill\n2023;north;3,0\n2023;SALES-SOUTH;4,0\n2023;South;5,0\n2024;North;3,5\n2024;Office;9\n2024;all;8\n"
    found, notes = read(tmp_path / "survey.csv", firm, text)
    assert found.data.items == (
        Item("score", "skill", 1, market="North"),
        Item("score", "skill", 1, market="South"),
        Item("score", "skill", 2, market="North"),
    )
    assert found.data.values == (3.0, 4.5, 3.5)
    assert "2 rows of headquarters or of all units: left out" in notes


def test_scores_of_one_year_tell_if_units_differ(tmp_path: Path, firm: Scenario) -> None:
    path = tmp_path / "survey.csv"
    found, _ = read(path, firm, "year,unit,skill\n2024,North,3\n2024,South,4\n")
    assert found.data.values == (3.0, 4.0)
    with pytest.raises(InputProblem, match="two years or units that differ"):
        read(path, firm, "year,unit,skill\n2024,North,3\n2024,South,3\n")


def test_a_unit_that_is_none_is_said_without_its_name(tmp_path: Path, firm: Scenario) -> None:
    path = tmp_path / "survey.csv"
    text = "year,unit,skill\n2023,North,3\n2024,South,4\n2024,Anna Weber,5\n"
    with pytest.raises(InputProblem, match=r"survey\.csv:4: .*is no unit of the scenario") as told:
        read(path, firm, text)
    assert "Weber" not in str(told.value)
    found, _ = read(path, firm, text, skip=True)
    assert len(found.data.items) == 2


def test_other_departments_are_read_as_the_whole_firm(tmp_path: Path, firm: Scenario) -> None:
    text = "year,team,skill\n2023,Blue,3\n2023,Red,4\n2024,Blue,5\n"
    found, notes = read(tmp_path / "survey.csv", firm, text)
    assert found.data.items == (Item("score", "skill", 1), Item("score", "skill", 2))
    assert found.data.values == (3.5, 5.0)
    assert "names no unit of the scenario: rows are read as of the whole firm" in notes
    assert "Blue" not in notes


# What runs have -----------------------------------------------------------------------------------


def test_runs_keep_each_market_as_the_model_measures_it(firm: Scenario) -> None:
    asked = worlds_to_run(firm, 3)
    bank = bank_of(asked.run(workers=1))
    assert bank.markets == ("North", "South")
    assert bank.by_market.shape == (3, 2, 2, len(SCORES))
    factors = {
        one.name.replace(".", "__"): v for one, v in zip(bank.factors, bank.points[1], strict=True)
    }
    values = {
        name: int(value) if one.whole else float(value)
        for (name, value), one in zip(factors.items(), bank.factors, strict=True)
    }
    model = SECIModel(firm, rng=asked.seed_of(1, 0), **values)
    model.run()
    weekly = model.weekly()
    of_south = weekly[(weekly["market"] == "South") & (weekly["week"] > 52)]
    scores = list(SCORES)
    measured = bank.by_market[1, 1, 1]
    for name in ("skill", "knowing", "reading"):
        assert measured[scores.index(name)] == pytest.approx(of_south[SCORES[name]].mean())
    hours = of_south["hours_socialization"].mean() / 9
    assert measured[scores.index("socialization")] == pytest.approx(hours)


def bank_of_two_markets(more: float) -> Bank:
    """Runs of no model: what one market knows more than the other tells the parameter, its level nothing."""
    rng = np.random.default_rng(8)
    count = 3200
    points = rng.uniform(0, 1, (count, 1))
    by_market = np.zeros((count, 2, 2, len(SCORES)))
    by_market += rng.normal(0, more, (count, 1, 1, 1))
    by_market[:, 0, 0, 0] += 1
    by_market[:, 1, 1, 0] += points[:, 0]
    factor = Factor(name="learning.colleague_learning", decided=False, low=0.0, high=1.0)
    quarters = rng.uniform(size=(count, 8, len(INDICATORS)))
    outcomes = rng.uniform(size=(count, 2))
    return Bank((factor,), points, quarters, outcomes, "1" * 64, ("North", "South"), by_market)


UNITS = tuple(
    Item("score", "knowing", year, market=name) for name in ("North", "South") for year in (1, 2)
)


def test_differences_between_units_tell_and_levels_do_not() -> None:
    pytest.importorskip("sklearn", reason="calibrate needs the extra analysis")
    for level in (0.0, 1.0):
        found = learn(bank_of_two_markets(level), UNITS)
        assert found.gate.learnt.all()
        assert found.gate.left[0] < 0.8
    told = np.random.default_rng(3).normal(size=(5, len(UNITS)))
    assert np.allclose(features(told, UNITS), features(7 + 3 * told, UNITS))


def test_a_market_that_opens_later_has_no_score() -> None:
    bank = bank_of_two_markets(0.0)
    bank.by_market[:, 0, 1] = np.nan
    with pytest.raises(InputProblem, match="knowing in the survey of year 1 of South: no run has"):
        learn(bank, UNITS)


def test_a_plan_tries_a_survey_by_unit_where_there_are_several() -> None:
    assert "a survey each year, unit by unit" in kinds_of(4, ("North", "South"))
    assert "a survey each year, unit by unit" not in kinds_of(8, ("North",))
