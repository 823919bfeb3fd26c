"""Published models as scenarios: read, refused, run, compared and reported like any other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from docking import run, summary
from scenario_files import HEAD, lines_of

from seci_sim import SECIModel, simulate
from seci_sim.classics import PUBLISHED, miller2006, running
from seci_sim.classics.march1991 import March
from seci_sim.cli import answer_to
from seci_sim.declaring import Model
from seci_sim.parameters import MODELS, SECI, declarations
from seci_sim.scenario import Scenario, read_scenario, settings, shipped_scenarios, with_levers

CLASSIC_SCENARIOS = [name for name in shipped_scenarios() if read_scenario(name).model != SECI]


NAMES = [model.name for model in PUBLISHED]


@pytest.mark.slow
@pytest.mark.parametrize("model", PUBLISHED, ids=NAMES)
def test_a_model_measures_what_it_declares(model: Model) -> None:
    rows, _ = run(_short(model.name), seed=1)
    assert rows.shape == (2, len(model.measures))
    assert set(summary(_short(model.name), seed=1)) == set(model.outcomes)


def _short(model: str) -> Scenario:
    fields = {"name": model, "question": "Does it run?", "model": model, "horizon": 2}
    return Scenario.model_validate(fields)


def test_every_model_but_the_organisation_is_a_published_one() -> None:
    assert {name for name, model in MODELS.items() if model.paper} == set(MODELS) - {SECI}
    parts = [part for model in MODELS.values() for part in model.parts]
    assert len(parts) == len(set(parts)), "a part of a scenario is of one model"
    assert set(parts) < set(Scenario.model_fields)


def test_what_models_declare_is_read_without_their_rules() -> None:
    unwanted = {"numpy", *(model.rules for model in PUBLISHED)}
    program = f"""
import sys
from seci_sim.scenario import Scenario
for model in {NAMES!r}:
    Scenario(name='One', question='Why?', model=model)
print(sorted({unwanted!r} & sys.modules.keys()))
"""
    read = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert read.stdout == "[]\n", read.stderr


# Files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "march:\n  p1: 20%\n",
            "march: is not for model seci but for model march-1991; remove it, or write "
            "model: march-1991",
        ),
        (
            "model: march-1991\npolicy:\n  patient_time: 2%\n",
            "policy: is not for model march-1991 but for model seci; remove it; the parameters of "
            "this model stand under march",
        ),
        (
            "model: march-1991\nfang:\n  beta: 20%\n",
            "fang: is not for model march-1991 but for model fang-2010; remove it; ",
        ),
        ("model: march-1991\nhorizon: 0\n", "horizon: is too small"),
        ("model: march1991\n", 'model: is unknown; did you mean "march-1991"?'),
        ("p1: 20%\n", 'unknown field "p1"; did you mean "march.p1"?'),
        ("model: march-1991\nmarch:\n  p1: 20\n", "march.p1: is not a share; did you mean 20%?"),
        ("model: march-1991\nmarch:\n  turnover: 2%\n", 'march.turnover: unknown field "turnover"'),
        (
            "extends: baseline\nmodel: fang-2010\n",
            "units: is not for model fang-2010 but for model seci",
        ),
    ],
)
def test_mistakes_about_models_are_said_in_one_line(
    tmp_path: Path, text: str, message: str
) -> None:
    assert any(message in line for line in lines_of(tmp_path, HEAD + text))


@pytest.mark.parametrize("name", CLASSIC_SCENARIOS)
def test_settings_are_those_of_the_model_alone(name: str) -> None:
    scenario = read_scenario(name)
    declared = {declared.name for declared in declarations(scenario.model)}
    assert set(settings(scenario)) == declared | {"model", "horizon"}
    assert Scenario.model_validate(scenario.model_dump()).fingerprint == scenario.fingerprint


def test_a_lever_of_another_model_is_refused() -> None:
    march = read_scenario("march-1991")
    assert with_levers(march, p1=0.2).parameters == March(p1=0.2)
    assert with_levers(march, march__p1=0.2).fingerprint != march.fingerprint
    with pytest.raises(ValueError, match='no parameter is called "patient_time"'):
        with_levers(march, patient_time=0.2)
    with pytest.raises(ValueError, match='no parameter is called "p1"'):
        with_levers(read_scenario("baseline"), p1=0.2)


def test_the_mesa_model_refuses_scenarios_of_published_models() -> None:
    with pytest.raises(ValueError, match="runs march-1991; use"):
        SECIModel("march-1991")


# Runs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", NAMES)
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(model: str) -> None:
    scenario = with_levers(_short(model), horizon=12)
    first, again, other = (run(scenario, seed)[0] for seed in (7, 7, 8))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_a_longer_horizon_leaves_the_first_periods_as_they_were() -> None:
    march = read_scenario("march-1991-turnover")
    short, long = (run(with_levers(march, horizon=h), 3)[0] for h in (20, 60))
    assert short.tobytes() == long[:20].tobytes()


def test_runs_end_at_their_equilibrium_and_tables_go_on() -> None:
    scenarios = [read_scenario("march-1991"), read_scenario("march-1991-fast")]
    results = simulate(scenarios, replications=3, workers=1)
    periods = results.summary["periods_to_equilibrium"]
    assert (periods < 5200).all()
    assert results.weekly["week"].max() == periods.max()
    assert len(results.weekly) == 6 * periods.max()
    last = results.weekly[results.weekly["week"] == periods.max()]
    assert list(last["code_knowledge"]) == list(results.summary["code_knowledge"])


def test_flows_stop_at_equilibrium() -> None:
    rows = np.ones((3, len(miller2006.MODEL.measures)))
    longer = running.up_to(5, miller2006.MODEL, rows)
    flows = [measure.kind == "flow" for measure in miller2006.MODEL.measures]
    assert (longer[3:, flows] == 0).all()
    assert (longer[3:, np.logical_not(flows)] == 1).all()


def test_a_mixed_group_and_a_uniform_one_learn_equally_fast_on_average() -> None:
    mixed = with_levers(read_scenario("march-1991"), fast_share=0.5)
    uniform = with_levers(mixed, same_for_all=True)
    five = with_levers(read_scenario("march-1991"), p1=0.5)
    # Half of .1 and half of .9 are .5 for all: the very same run.
    known = [run(scenario, 1)[0][:, 0] for scenario in (uniform, five, mixed)]
    assert known[0].tobytes() == known[1].tobytes()
    assert known[0].tobytes() != known[2].tobytes()


# Commands -----------------------------------------------------------------------------------------


def test_published_models_are_run_and_compared_like_any_scenario(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "results"
    named = ["march-1991", "march-1991-fast"]
    options = ["--replications", "3", "--workers", "1", "--no-open", "--out", str(folder)]
    assert answer_to(["compare", *named, *options]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "3 of 3 runs came to an equilibrium" in told
    page = (folder / "report.html").read_text("utf-8")
    assert "march.p1" in page
    assert "needs_met" not in page.split("<script")[0]
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["scenarios"][0]["settings"]["march.p2"] == "50%"
    assert not (folder / "stories.csv").exists()
    dictionary = (folder / "data_dictionary.csv").read_text("utf-8")
    assert "results,code_knowledge,score,in the last period," in dictionary


def test_scenarios_of_two_models_are_not_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer_to(["compare", "march-1991", "one-percent"]) == 3
    assert "only scenarios of one model can be compared" in capsys.readouterr().err
    with pytest.raises(ValueError, match="only scenarios of one model can be compared"):
        simulate([read_scenario("march-1991"), read_scenario("baseline")], replications=1)


@pytest.mark.parametrize("name", CLASSIC_SCENARIOS)
def test_a_published_model_is_checked_in_words_of_its_own(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer_to(["check", name]) == 0
    assert "periods" in capsys.readouterr().out
