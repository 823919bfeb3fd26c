"""Money: what hours cost and patients are worth changes no run, and comes out of the tables."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from answers import refused
from firm_in_two_markets import FIRM, MONEY
from scenario_files import lines_of, read

from seci_sim.cli import answer_to
from seci_sim.lab import money as in_lab
from seci_sim.lab.comparing import comparison as experiment_of
from seci_sim.lab.comparing import simulate
from seci_sim.lab.comparison_table import Comparison, comparison
from seci_sim.lab.doubt import nine_in_ten, without_luck
from seci_sim.lab.experiment import Experiment
from seci_sim.lab.hours_by_place import OUTSIDE, column_of
from seci_sim.lab.run import Results
from seci_sim.lab.statistics import MODES
from seci_sim.money_words import money, money_range
from seci_sim.report import costs as in_report
from seci_sim.report import html, tell
from seci_sim.report.document import document
from seci_sim.report.html import Told
from seci_sim.scenario import Scenario, json_schema, read_scenario
from seci_sim.scenario.counting import weight_of
from seci_sim.scenario.preflight import Request

pytestmark = pytest.mark.usefixtures("empty_folder")

RATES = {"Office": 90.0, "Zug": 80.0, "Pune": 12.0}
PLACES = {"Office": "", "Zug": "Switzerland", "Pune": "India"}
YEARS = 2


def two(folder: Path) -> list[Scenario]:
    (folder / "none.yaml").write_text(FIRM)
    return [
        read_scenario(folder / "none.yaml"),
        read(folder, f"name: Five\nextends: none.yaml\npolicy: {{patient_time: 5%}}\n{MONEY}"),
    ]


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


# What it changes, and what not --------------------------------------------------------------------


def test_money_and_weights_are_in_no_fingerprint_and_no_folder_is_taken_for_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plain = FIRM.replace("name: Nobody", "name: Firm").replace("104 weeks", "8 weeks")
    Path("firm.yaml").write_text(plain)
    few = ["--replications", "2", "--workers", "1", "--worlds", "0", "--quiet"]
    before = experiment_of([read_scenario("firm.yaml")])
    assert answer_to(["run", "firm.yaml", *few]) == 0
    parts = {path: path.stat().st_mtime_ns for path in Path("results/firm/parts").iterdir()}
    Path("firm.yaml").write_text(plain + MONEY)
    after = experiment_of([read_scenario("firm.yaml")])
    assert after.fingerprint == before.fingerprint
    assert after.scenarios[0].fingerprint == before.scenarios[0].fingerprint
    assert answer_to(["run", "firm.yaml", *few, "--harm", "2"]) == 0
    assert [path.name for path in Path("results").iterdir()] == ["firm"]
    assert {path: path.stat().st_mtime_ns for path in parts} == parts, "nothing was run again"
    (kept,) = Experiment.found("results/firm").experiment.scenarios
    assert kept.money is not None
    assert kept.money.currency == "CHF", "the folder knows the newest"
    assert kept.weigh is not None
    assert kept.weigh.mis_served == 2
    manifest = json.loads(Path("results/firm/manifest.json").read_text())
    assert manifest["experiment"]["scenarios"][0]["money"]["hour"] == 80
    assert answer_to(["rerun", "results/firm", "--quiet"]) == 0
    assert answer_to(["run", "firm.yaml", *few, "--seed", "2"]) == 0
    assert capsys.readouterr().err.count("holds another run") == 0


def test_one_money_counts_for_all_that_is_compared(tmp_path: Path) -> None:
    scenarios = two(tmp_path)
    assert [one.money is None for one in scenarios] == [True, False]
    assert weight_of(scenarios) == 0.5
    (tmp_path / "five.yaml").write_bytes((tmp_path / "s.yaml").read_bytes())
    request = Request(
        "compare", (str(tmp_path / "none.yaml"), str(tmp_path / "five.yaml")), 2, 1, harm=2.0
    )
    assert weight_of(request.scenarios()) == 2.0
    assert request.line.endswith("--harm 2 --replications 2 --seed 1")


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ("money: {currency: EUR, hour: 80}", "money: 'A' and 'B' say different things; say it in one of them, or the same"),
        ("weigh: {mis_served: 2}", "weigh: 'A' and 'B' say different things; say it in one of them, or the same"),
        ("units: [{name: Lima, kind: affiliate, staff: 5}]", "money: no cost for 'Lima' of 'B'; give hour, for all others"),
    ],
)  # fmt: skip
def test_scenarios_that_count_differently_are_not_compared(
    capsys: pytest.CaptureFixture[str], other: str, message: str
) -> None:
    by_unit = (
        "money: {currency: CHF, hour_of: {Office: 90, Zug: 80, Pune: 12}}\nweigh: {mis_served: 1}\n"
    )
    Path("base.yaml").write_text(FIRM)
    Path("a.yaml").write_text(f"name: A\nextends: base.yaml\n{by_unit}")
    Path("b.yaml").write_text(f"name: B\nextends: base.yaml\n{other}\n")
    assert refused(["compare", "a.yaml", "b.yaml"], capsys) == message


@pytest.mark.parametrize(
    ("written", "messages"),
    [
        ("{currency: EUR}", ["money.hour: is missing: what an hour of somebody's work costs"]),
        ("{hour: 80}", ["money.currency: is missing"]),
        ("{currency: 5, hour: 80}", ["money.currency: is not text; write it in quotes: \"5\"; got '5'"]),
        ("{currency: EUR, hour: -80}", ["money.hour: is too small; allowed: 0 to 1000000000 money; got '-80'"]),
        ("{currency: EUR, hour: 80, patients: 0}", ["money.patients: is too small"]),
        ("{currency: EUR, hour: 80, worth: -1}", ["money.worth: is too small"]),
        ("{currency: EUR, hour: 8e1}", ["money.hour: write 80; allowed"]),
        ("{currency: EUR, hours: 80}", ['money.hours: unknown field "hours"; did you mean "hour"?']),
        ("{currency: EUR, hour: 1, hour_of: {affiliat: 80}}", ['money.hour_of.affiliat: no unit or kind of unit is called \'affiliat\'; did you mean "affiliate"?']),
        ("{currency: EUR, hour: 1, hour_of: {Pun: 80}}", ['money.hour_of.Pun: no unit or kind of unit is called \'Pun\'; did you mean "Pune"?']),
        ("{currency: EUR, hour: 1, hour_of: {Pune: -80}}", ["money.hour_of.Pune: is too small; allowed: 0 to 1000000000 money; got '-80'"]),
        ("{currency: EUR, hour_of: {affiliate: 80}}", ["money.hour_of: has no cost for 'Office' (headquarters); give one, or hour for all others"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_money_is_said_with_its_line(
    tmp_path: Path, written: str, messages: list[str]
) -> None:
    said = lines_of(tmp_path, f"{FIRM}money: {written}\n")
    assert len(said) == len(messages)
    for line, message in zip(said, messages, strict=True):
        assert line.startswith(f"s.yaml:9: {message}")


def test_an_editor_takes_any_cost_of_an_hour() -> None:
    hour_of = json_schema()["$defs"]["Money"]["properties"]["hour_of"]["additionalProperties"]
    assert hour_of == {"type": "number", "minimum": 0}


def test_a_new_file_shows_how_money_is_written() -> None:
    assert answer_to(["new", "mine.yaml", "--from", "one-percent"]) == 0
    lines = Path("mine.yaml").read_text().splitlines()
    first = next(n for n, line in enumerate(lines) if line == "# money:")
    shown = "\n".join(line.removeprefix("# ") for line in lines[first:])
    Path("priced.yaml").write_text("name: P\nquestion: x?\nextends: mine.yaml\n" + shown)
    found = read_scenario("priced.yaml")
    assert found.money is not None
    assert (found.money.currency, found.money.hour_of) == ("EUR", {"affiliate": 45.0})
    assert found.weigh is not None


def test_units_of_one_market_need_one_cost(tmp_path: Path) -> None:
    text = FIRM.replace("name: Nobody", "name: Firm").replace(
        "market: India", "market: Switzerland"
    )
    (said,) = lines_of(
        tmp_path, f"{text}money: {{currency: EUR, hour: 1, hour_of: {{Pune: 80}}}}\n"
    )
    assert said == (
        "s.yaml:9: money.hour_of: hours are kept by market: 'Zug' and 'Pune', which serve Switzerland, "
        "need one cost"
    )


def test_a_published_model_has_no_money(tmp_path: Path) -> None:
    text = "name: M\nquestion: x?\nextends: march-1991\nmoney: {currency: EUR, hour: 1}\n"
    (said,) = lines_of(tmp_path, text)
    assert said.startswith("s.yaml:4: money: is not for model march-1991")


@pytest.mark.parametrize("harm", ["-1", "lots", "1e3"])
def test_a_weight_is_a_number(capsys: pytest.CaptureFixture[str], harm: str) -> None:
    said = refused(["run", "baseline", "--harm", harm], capsys, code=2)
    assert said.startswith("--harm: must be a number, such as 1 or 0.5")


# In words -------------------------------------------------------------------------------------------


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
