"""Money and weights in files and options: what they change, what not, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from answers import refused
from firm_in_two_markets import FIRM, MONEY, two
from scenario_files import lines_of

from seci_sim.cli import answer_to
from seci_sim.lab.comparing import comparison as experiment_of
from seci_sim.lab.experiment import Experiment
from seci_sim.scenario import json_schema, read_scenario
from seci_sim.scenario.counting import weight_of
from seci_sim.scenario.preflight import Request

pytestmark = pytest.mark.usefixtures("empty_folder")


@pytest.mark.slow
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
