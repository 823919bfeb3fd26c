"""Turnover of all years of a list, each unit drawn towards the firm."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import gamma

from seci_sim.calibrating import Bank, read_facts
from seci_sim.calibrating.observed import INDICATORS, TURNOVER, fact
from seci_sim.cli import answer_to
from seci_sim.lab.factors import Factor
from seci_sim.scenario import read_scenario
from seci_sim.scenario.own_firm.leaving import Turnover, gamma_end, leaving, shrunk
from seci_sim.scenario.own_firm.people import Person


def person(entry: str, left: str = "", gone: bool = False) -> Person:
    came, went = (date.fromisoformat(text) if text else None for text in (entry, left))
    return Person(1, "Sales", came, went, gone)


def test_years_are_counted_from_the_first_leaver_who_opens_them() -> None:
    people = {
        "Sales": [
            person("2010-01-01"),
            person("2015-01-01", "2020-01-01"),
            person("2021-01-01", "2022-01-01"),
            person("2023-01-01", "2025-01-01"),
            person("", gone=True),
        ],
        "Lab": [person("2022-01-01")],
    }
    found = leaving(people, date(2024, 1, 1))
    assert found is not None
    assert found.since == date(2020, 1, 1)
    assert found.firm.leavers == 1, "the first opens the time, and one leaves after it"
    assert found.firm.person_years == pytest.approx(4 + 0 + 1 + 1 + 2, abs=0.02)


def test_who_never_left_tells_no_turnover() -> None:
    day = date(2024, 1, 1)
    assert leaving({"Sales": [person("2010-01-01")]}, day) is None
    assert leaving({"Sales": [person("2010-01-01", "2020-01-01")]}, day) is None
    assert leaving({"Sales": [person("2010-01-01", "2020-01-01")]}, None) is None


def test_ends_are_those_of_a_gamma_distribution() -> None:
    for shape in (3.0, 10.0, 400.0):
        for side, level in ((-1, 0.05), (1, 0.95)):
            exact = float(gamma.ppf(level, shape))
            assert gamma_end(shape, side) == pytest.approx(exact, rel=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("spread", [0.0, 0.3, 0.8])
def test_nine_in_ten_intervals_of_units_hold_their_rate(spread: float) -> None:
    """25 units of 2 to 60 years of work, 200 firms: 5,000 intervals, whose share has a deviation below .008."""
    rng = np.random.default_rng(4)
    held, nearer = [], []
    for _ in range(200):
        years = rng.uniform(2, 60, 25)
        rates = 0.15 * rng.gamma(1 / spread**2, spread**2, 25) if spread else np.full(25, 0.15)
        units = {
            str(n): Turnover(int(count), float(one))
            for n, (count, one) in enumerate(zip(rng.poisson(rates * years), years, strict=True))
        }
        for (name, one), rate in zip(shrunk(units).items(), rates, strict=True):
            held.append(one.low <= rate <= one.high)
            nearer.append(abs(one.rate - rate) - abs(units[name].rate - rate))
    assert 0.85 < np.mean(held) < (0.95 if spread else 1.01), "wide where units do not differ"
    assert np.mean(nearer) < 0, "drawn rates lie nearer to the truth than raw ones"


def test_turnover_is_a_fact_of_the_last_year_of_a_run(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("facts:\n  turnover: {range: 8% to 12%, source: the list}\n")
    found = read_facts(path, read_scenario("one-percent"))
    assert found.data == fact(TURNOVER, 0.08, 0.12)
    quarters = np.zeros((2, 8, len(INDICATORS)))
    quarters[:, :4] = 100.0
    quarters[1, 4:, INDICATORS.index("leavers")] = [1, 2, 3, 4]
    factor = Factor(name="learning.showing", decided=False, low=0.0, high=1.0)
    bank = Bank((factor,), np.ones((2, 1)), quarters, np.ones((2, 2)), "0" * 64, heads=50)
    assert bank._true(found.data.items[0]).tolist() == [0.0, 0.2]


PEOPLE = "person,unit,market,entry,exit\n" + "".join(
    f"{unit}{n},{unit},{unit},2012-01-01,{2016 + n % 9}-06-0{1 + n % 9}\n"
    if n % 10 < often
    else f"{unit}{n},{unit},{unit},2012-01-01,\n"
    for unit, often in (("North", 1), ("South", 7))
    for n in range(100)
)


def test_a_preview_says_turnover_of_all_years_and_which_units_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(PEOPLE)
    assert answer_to(["new", "firm.yaml", "--people", "people.csv", "--yes"]) == 0
    told = capsys.readouterr().out
    assert "all years since 2016-06-01: " in told
    assert "for calibrate: turnover: " in told
    assert "apart from that, chance taken off: " in told
    assert "South" in told.split("chance taken off")[1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--leavers", "left.csv", "--facts", "x"], "--leavers: goes with --people only"),
        (["--people", "none.csv"], "none.csv"),
        (["--people", "still.csv"], "tells of no two days on which somebody left"),
    ],
)
def test_a_list_without_turnover_calibrates_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("still.csv").write_text(
        "person,unit,entry,exit\na,North,2012-01-01,\nb,North,2012-01-01,\n"
    )
    assert answer_to(["calibrate", "one-percent", *options, "--yes"]) != 0
    assert said in capsys.readouterr().err
