"""Money: what hours cost and patients are worth changes no run, and comes out of the tables."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from firm_in_two_markets import FIRM, MONEY, two

from seci_sim.cli import answer_to
from seci_sim.lab import money as in_lab
from seci_sim.lab.comparing import simulate
from seci_sim.lab.comparison_table import Comparison, comparison
from seci_sim.lab.doubt import nine_in_ten, without_luck
from seci_sim.lab.hours_by_place import OUTSIDE, column_of
from seci_sim.lab.run import Results
from seci_sim.lab.statistics import MODES
from seci_sim.money_words import money, money_range
from seci_sim.report import costs as in_report
from seci_sim.report import html, tell
from seci_sim.report.document import document
from seci_sim.report.html import Told
from seci_sim.scenario import Scenario, read_scenario
from seci_sim.scenario.counting import weight_of

pytestmark = pytest.mark.usefixtures("empty_folder")

RATES = {"Office": 90.0, "Zug": 80.0, "Pune": 12.0}
PLACES = {"Office": "", "Zug": "Switzerland", "Pune": "India"}
YEARS = 2


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Scenario], Results]:
    scenarios = two(tmp_path_factory.mktemp("firm"))
    return scenarios, simulate(scenarios, replications=6, worlds=16, workers=1)


@pytest.fixture(scope="module")
def compared(firm: tuple[list[Scenario], Results]) -> Comparison:
    scenarios, results = firm
    return comparison(
        scenarios,
        results.summary,
        worlds=results.worlds,
        mis_served_weight=weight_of(scenarios),
    )


def by_hand(runs: pd.DataFrame) -> pd.Series[float]:
    """Cost of hours a year of every run, unit by unit."""
    return sum(
        (rate * runs[column_of(PLACES[unit])] / YEARS for unit, rate in RATES.items()),
        pd.Series(0.0, runs.index),
    )


def test_hours_by_place_are_all_hours_of_the_modes(firm: tuple[list[Scenario], Results]) -> None:
    summary = firm[1].summary
    places = summary[[OUTSIDE, column_of("Switzerland"), column_of("India")]]
    modes = summary[[f"hours_{mode}" for mode in MODES]]
    np.testing.assert_allclose(places.sum(axis=1), modes.sum(axis=1), rtol=1e-12)
    assert (places > 0).all(axis=None)


def test_hours_of_a_place_are_those_of_its_market_week_by_week(tmp_path: Path) -> None:
    scenarios = two(tmp_path)
    results = simulate(scenarios, replications=2, workers=1)
    weekly = results.weekly
    for place in ("Switzerland", "India"):
        there = weekly[weekly["market"] == place].groupby(["scenario", "seed"])
        hours = there[[f"hours_{mode}" for mode in MODES]].sum().sum(axis=1)
        runs = results.summary.set_index(["scenario", "seed"])[column_of(place)]
        np.testing.assert_allclose(hours.reindex(runs.index), runs, rtol=1e-12)


def test_costs_are_recomputed_from_the_tables(
    firm: tuple[list[Scenario], Results], compared: Comparison
) -> None:
    scenarios, results = firm
    found = in_lab.costs(compared, scenarios, "Five")
    assert found is not None
    assert (found.policy, found.against, found.money.currency) == ("Five", "Nobody", "CHF")
    wide = results.summary.assign(cost=by_hand).set_index(["seed", "scenario"]).unstack()
    cost = wide["cost"]["Five"] - wide["cost"]["Nobody"]
    met = wide["needs_met"]["Five"] - wide["needs_met"]["Nobody"]
    wrong = wide["needs_mis_served"]["Five"] - wide["needs_mis_served"]["Nobody"]
    assert found.cost.found.mean == pytest.approx(cost.mean())
    assert found.hours.found.mean == pytest.approx(cost.mean())
    assert found.subsidies is None, "nothing is sold at a discount"
    assert found.patients is not None
    assert found.patients.found.mean == pytest.approx(5000 * met.mean())
    assert found.per_point is not None
    assert found.per_point.found.mean == pytest.approx(cost.mean() / (100 * met.mean()))
    assert found.per_patient is not None
    assert found.per_patient.found.mean == pytest.approx(cost.mean() / (5000 * met.mean()))
    net = 5000 * (met - 0.5 * wrong)
    assert found.break_even is not None
    assert found.break_even.found.mean == pytest.approx(cost.mean() / net.mean())
    assert found.surplus is not None
    assert found.surplus.found.mean == pytest.approx((400 * net - cost).mean())


def test_costs_over_worlds_are_recomputed_from_the_tables(
    firm: tuple[list[Scenario], Results], compared: Comparison
) -> None:
    scenarios, results = firm
    assert results.worlds is not None
    found = in_lab.costs(compared, scenarios, "Five")
    assert found is not None
    runs = results.worlds.runs.assign(cost=by_hand)
    wide = runs.set_index(["world", "replication", "scenario"]).unstack()
    cost = (wide["cost"]["Five"] - wide["cost"]["Nobody"]).unstack().to_numpy()
    met = (wide["needs_met"]["Five"] - wide["needs_met"]["Nobody"]).unstack().to_numpy()
    costs, gains = without_luck(cost), without_luck(100 * met)
    assert found.cost.doubt is not None
    assert found.cost.doubt.worlds == 16
    assert found.cost.doubt.interval == pytest.approx(nine_in_ten(costs))
    assert found.per_point is not None
    assert found.per_point.doubt == pytest.approx(nine_in_ten(costs[gains > 0] / gains[gains > 0]))
    assert found.within_budget == pytest.approx((costs <= 100_000).mean())
    assert found.surplus is not None
    assert found.surplus.doubt is not None
    low, high = found.surplus.doubt.interval
    assert low <= found.surplus.doubt.mean <= high


def test_what_one_policy_costs_by_itself(
    firm: tuple[list[Scenario], Results], compared: Comparison
) -> None:
    scenarios, results = firm
    found = in_lab.spent(compared, scenarios, "Nobody")
    assert found is not None
    own = results.summary[results.summary["scenario"] == "Nobody"]
    assert found.found.mean == pytest.approx(by_hand(own).mean())


def test_there_is_nothing_to_say_without_money(
    firm: tuple[list[Scenario], Results], compared: Comparison
) -> None:
    plain = [one.model_copy(update={"money": None}) for one in firm[0]]
    assert in_lab.costs(compared, plain, "Five") is None
    assert in_lab.spent(compared, plain, "Five") is None


def test_no_patients_no_prices_of_patients(
    firm: tuple[list[Scenario], Results], compared: Comparison
) -> None:
    scenarios = firm[0]
    money = scenarios[1].money
    assert money is not None
    fewer = money.model_copy(update={"patients": None, "worth": None, "budget": None})
    found = in_lab.costs(
        compared, [scenarios[0], scenarios[1].model_copy(update={"money": fewer})], "Five"
    )
    assert found is not None
    assert found.per_point is not None
    assert (found.patients, found.per_patient, found.break_even) == (None, None, None)
    assert (found.surplus, found.within_budget) == (None, None)


def test_subsidies_are_paid_beside_hours_and_patients_are_those_on_treatment() -> None:
    flat, tiered = (
        read_scenario(name, ["horizon=156 weeks"])
        for name in ("india-flat-price", "tiered-pricing-india")
    )
    money = {"currency": "USD", "hour": 30, "worth": 900}
    scenarios = [one.model_copy(update={"money": None}) for one in (flat, tiered)]
    scenarios[0] = Scenario.model_validate(
        {name: getattr(flat, name) for name in flat.model_fields_set} | {"money": money}
    )
    results = simulate(scenarios, replications=4, workers=1)
    told = tell(results)
    for said in (
        *told.answer,
        *(cell.value for row in told.policies.rows[1:] for cell in row[5:7]),
    ):
        assert re.search("USD [+\u2212]?[0-9]", said), said
    table = comparison(scenarios, results.summary)
    assert table.about_treatment
    found = in_lab.costs(table, scenarios, tiered.name)
    assert found is not None
    assert found.subsidies is not None
    assert found.patients is not None
    wide = results.summary.set_index(["seed", "scenario"]).unstack()
    change = {
        name: wide[name][tiered.name] - wide[name][flat.name]
        for name in results.summary.columns[2:]
    }
    treated = sum(change[name] for name in change if name.startswith("adherent_"))
    hours = sum(change[f"hours_{mode}"] for mode in MODES)
    assert found.subsidies.found.mean == pytest.approx(change["subsidy"].mean() / 3)
    assert found.cost.found.mean == pytest.approx((change["subsidy"] + 30 * hours).mean() / 3)
    assert found.patients.found.mean == pytest.approx(np.mean(treated) / 3)


def test_a_page_without_money_says_nothing_of_it(told: Told) -> None:
    assert "in money" not in html(told, command="seci-sim compare a b")
    assert document(told)["money"] is None


def test_the_words_name_the_currency_and_both_intervals(
    firm: tuple[list[Scenario], Results], compared: Comparison
) -> None:
    scenarios = firm[0]
    found = in_lab.costs(compared, scenarios, "Five")
    assert found is not None
    assert found.per_point is not None
    luck, doubt, price = found.cost.found.interval, found.cost.doubt, found.per_point
    assert luck is not None
    assert doubt is not None
    assert price.doubt is not None
    (said,) = in_report.sentences(compared, scenarios)
    assert said.startswith(
        f"“Five” costs CHF {money(found.cost.found.mean)} (luck: {money_range(luck)}; "
        f"luck and doubt: {money_range(doubt.interval)}) a year more than “Nobody”."
    )
    assert f"A percentage point of needs met costs CHF {money(price.found.mean)} (luck: " in said
    assert f"luck and doubt, in worlds with a gain: {money_range(price.doubt)})" in said
    assert "one need mis-served counting as 0.5 met" in said
    assert "At CHF 400 a patient, what they are worth less what it costs is CHF " in said
    assert (
        f"It keeps to the budget of CHF 100,000 a year in {found.within_budget:.0%} of worlds."
        in said
    )
    amounts = re.findall(r"(\S+) [−0-9.,]+(?: million)? \(luck", said)
    assert len(amounts) >= 5
    assert set(amounts) == {"CHF"}


def test_the_document_has_the_same_numbers(
    firm: tuple[list[Scenario], Results], compared: Comparison
) -> None:
    scenarios = firm[0]
    found = in_lab.costs(compared, scenarios, "Five")
    assert found is not None
    kept = json.loads(json.dumps(in_report.document(compared, scenarios)))
    assert kept["money"]["currency"] == "CHF"
    (one,) = kept["costs"]
    assert one["cost"]["found"]["mean"] == found.cost.found.mean
    assert set(kept["cost_a_year"]) == {"Nobody", "Five"}
    plain = [scenario.model_copy(update={"money": None}) for scenario in scenarios]
    assert in_report.document(compared, plain) is None
    assert in_report.sentences(compared, plain) == []


def test_the_command_says_it_and_keeps_it(capsys: pytest.CaptureFixture[str]) -> None:
    Path("none.yaml").write_text(FIRM)
    Path("five.yaml").write_text(
        f"name: Five\nextends: none.yaml\npolicy: {{patient_time: 5%}}\n{MONEY}"
    )
    words = [
        "compare",
        "none.yaml",
        "five.yaml",
        "--replications",
        "3",
        "--workers",
        "1",
        "--worlds",
        "4",
    ]
    assert answer_to(words) == 0
    said = capsys.readouterr().out
    kept = json.loads(Path("results/none-vs-five/comparison.json").read_text())
    (one,) = kept["money"]["costs"]
    assert f"“Five” costs CHF {money(one['cost']['found']['mean'])} (luck: " in said
    assert one["cost"]["doubt"]["worlds"] == 4
    page = Path("results/none-vs-five/report.html").read_text(encoding="utf-8")
    (told,) = [line for line in said.splitlines() if line.startswith("“Five” costs")]
    assert f"<h2>What it costs in money</h2>\n<p>{told}</p>" in page
    assert answer_to([*words, "--harm", "0"]) == 0
    free = json.loads(Path("results/none-vs-five/comparison.json").read_text())
    assert "mis-served counting" not in capsys.readouterr().out
    (other,) = free["money"]["costs"]
    assert other["per_patient"] == one["per_patient"]
    assert other["surplus"] != one["surplus"]
    assert answer_to([*words[:2], "none.yaml", *words[3:]]) == 3, "the same file twice"
    assert [path.name for path in Path("results").iterdir()] == ["none-vs-five"]
