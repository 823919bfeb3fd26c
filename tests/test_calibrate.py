"""What a firm's own data can teach: learned on some runs, compared with others, tried on the rest."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from data_of_a_firm import FIRM, INDICATORS, SURVEY, read, written

from seci_sim.calibrating import (
    Bank,
    Data,
    bank_of,
    calibrate,
    worlds_to_run,
)
from seci_sim.calibrating.bank import of_firm
from seci_sim.calibrating.calibration import AS_BEFORE, LEARNT, learn
from seci_sim.calibrating.checking import COVERAGE, FEWEST_CHECKED, LEAST_P
from seci_sim.calibrating.observed import fact
from seci_sim.calibrating.planning import changed, kinds_of, options_of, plan
from seci_sim.calibrating.planning import said as planned_in_words
from seci_sim.cli import answer_to
from seci_sim.lab.conduct import Conditions, conduct
from seci_sim.lab.experiment import Experiment
from seci_sim.lab.world_tables import read_worlds
from seci_sim.lab.worlds import doubted
from seci_sim.model import SECIModel
from seci_sim.scenario import InputProblem, Scenario, read_scenario, with_levers

pytest.importorskip("sklearn", reason="calibrate needs the extra analysis")

pytestmark = pytest.mark.packages

RUNS = 3200
KPI = ["--indicators", "kpi.csv", "--runs", str(RUNS)]


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("firm") / "firm.yaml"
    path.write_text(FIRM, encoding="utf-8")
    return read_scenario(path)


@pytest.fixture(scope="module")
def asked(firm: Scenario) -> Experiment:
    return worlds_to_run(firm, RUNS)


@pytest.fixture(scope="module")
def ran(asked: Experiment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the runs."""
    folder = tmp_path_factory.mktemp("ran") / "two-workers"
    conduct(asked, folder, Conditions(workers=2))
    return folder


@pytest.fixture(scope="module")
def bank(ran: Path) -> Bank:
    return bank_of(Experiment.found(ran))


@pytest.fixture(scope="module")
def kpi(firm: Scenario) -> list[tuple[float, float]]:
    """Two series of a firm of the model, whose luck and learning no run of the bank has."""
    model = SECIModel(with_levers(firm, learning__patient_learning=0.2), rng=10**9)
    model.run()
    weekly = model.weekly()
    whole = weekly[weekly["market"] == "all"]
    means = whole.groupby((whole["week"] - 1) // 13)[["needs_met", "needs_mis_served"]].mean()
    return [(float(met), float(mis)) for met, mis in means.to_numpy()]


def test_indicators_as_percentage_points_are_refused_in_one_line(
    tmp_path: Path, kpi: list[tuple[float, float]]
) -> None:
    points = written(tmp_path / "kpi.csv", kpi, scale=100)
    with pytest.raises(InputProblem, match=r"is it in per cent\? Then write") as problem:
        read(points)
    assert len(problem.value.lines) == 1


@pytest.mark.slow
def test_two_indicators_do_not_identify_how_colleagues_learn(
    bank: Bank, asked: Experiment, kpi: list[tuple[float, float]], tmp_path: Path
) -> None:
    data = read(written(tmp_path / "kpi.csv", kpi)).data
    found = calibrate(asked.uncertain, asked.fingerprint, lambda: bank, data)
    verdicts = found.table.set_index("parameter")["verdict"]
    assert verdicts["learning.colleague_learning"] == AS_BEFORE
    assert LEARNT in set(verdicts)
    learnt = found.table[found.table["verdict"] == LEARNT]
    assert learnt["coverage"].between(*COVERAGE).all()
    assert (learnt["p_uniform"] > LEAST_P).all()


@pytest.mark.slow
def test_the_next_data_of_a_kind_need_no_runs(
    bank: Bank, asked: Experiment, kpi: list[tuple[float, float]], tmp_path: Path
) -> None:
    def no_runs() -> Bank:
        raise AssertionError("run again")

    data = Data(INDICATORS, tuple(v for column in zip(*kpi, strict=True) for v in column))
    first = calibrate(asked.uncertain, asked.fingerprint, lambda: bank, data, tmp_path)
    again = calibrate(asked.uncertain, asked.fingerprint, no_runs, data, tmp_path)
    assert again.worlds.equals(first.worlds)
    (kept,) = (tmp_path / "kinds").iterdir()
    kept.write_bytes(kept.read_bytes()[:1000])
    mended = calibrate(asked.uncertain, asked.fingerprint, lambda: bank, data, tmp_path)
    assert mended.worlds.equals(first.worlds)


def test_a_survey_of_any_scale_tells_the_same(bank: Bank) -> None:
    """What is learned hangs on a firm's data by these features alone."""
    told = bank.observed(SURVEY)[-1]
    fifths, of_hundred = (Data(SURVEY, tuple(one.tolist())) for one in (told, 20 + 60 * told))
    np.testing.assert_allclose(of_firm(of_hundred), of_firm(fifths), rtol=1e-9, atol=1e-9)


def test_draws_are_worlds_that_compare_takes(
    bank: Bank, asked: Experiment, firm: Scenario, tmp_path: Path
) -> None:
    found = calibrate(
        asked.uncertain,
        asked.fingerprint,
        lambda: bank,
        fact("needs_met", 0.2, 0.3) + fact("projects.pilot_weeks", 8, 12),
    )
    path = tmp_path / "posterior.csv"
    found.worlds.to_csv(path, index=False)
    taken = read_worlds(path, [firm])
    assert taken.names == tuple(factor.name for factor in doubted([firm]))
    place = taken.names.index("projects.pilot_weeks")
    weeks = [row[place] for row in taken.rows]
    assert len(weeks) == 192
    assert 8.5 < np.mean(weeks) < 11.5
    assert np.std(weeks) < 3  # 6 before


@pytest.mark.parametrize("what", ["shuffled", "upside down", "March"])
def test_what_the_model_cannot_have_made_is_refused_with_what_differs(
    bank: Bank, asked: Experiment, kpi: list[tuple[float, float]], what: str
) -> None:
    met, mis = (list(column) for column in zip(*kpi, strict=True))
    if what == "shuffled":
        met = [met[place] for place in (5, 2, 7, 0, 3, 6, 1, 4)]
    elif what == "upside down":
        met = met[::-1]
    else:  # the code of March (1991), which begins at two thirds and rises by tenths
        met = [0.667, 0.667, 0.667, 0.7, 0.8, 0.8, 0.8, 0.8]
    with pytest.raises(InputProblem, match=r"no firm of this kind .* needs met in quarter \d"):
        calibrate(asked.uncertain, asked.fingerprint, lambda: bank, Data(INDICATORS, (*met, *mis)))


def some(bank: Bank, runs: int, silent: int = 0) -> Bank:
    """The first runs of a bank, of which the first of all tell nothing."""
    quarters = bank.quarters[:runs].copy()
    quarters[:silent] = np.nan
    return Bank(bank.factors, bank.points[:runs], quarters, bank.outcomes[:runs], bank.fingerprint)


def test_too_few_runs_that_tell_the_data_are_refused_with_how_many_would_do(bank: Bank) -> None:
    telling = "1,400 of 1,600 runs tell data of this kind, and 1,500 are needed"
    with pytest.raises(InputProblem, match=rf"{telling}: ask for more runs \(--runs 1765\)"):
        learn(some(bank, 1600, silent=200), INDICATORS)


def test_where_some_runs_tell_nothing_as_many_are_left_to_check_with(bank: Bank) -> None:
    assert learn(some(bank, 1600, silent=100), INDICATORS).checked == FEWEST_CHECKED


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, kpi: list[tuple[float, float]]) -> Path:
    place = tmp_path_factory.mktemp("command")
    (place / "firm.yaml").write_text(FIRM, encoding="utf-8")
    written(place / "kpi.csv", kpi)
    return place


def test_the_command_writes_what_was_learnt(
    folder: Path, ran: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    typed = ["calibrate", "firm.yaml", *KPI, "--out", str(ran)]
    assert answer_to(typed) == 0
    told = capsys.readouterr().out
    assert "Tried on 320 firms whose truth is known" in told
    assert "colleague learning" in told.split("Not identified")[1]
    assert (ran / "posterior.csv").read_text().startswith("world,world.systemic_share,")
    assert answer_to([*typed, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {one["verdict"] for one in document["parameters"]} >= {LEARNT, AS_BEFORE}


@pytest.mark.slow
def test_any_number_of_workers_leads_to_the_same_draws(
    folder: Path, ran: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    typed = ["calibrate", "firm.yaml", *KPI, "--quiet"]
    assert answer_to([*typed, "--out", str(ran)]) == 0
    assert answer_to([*typed, "--workers", "1"]) == 0
    (alone,) = folder.glob("results/*/posterior.csv")
    assert alone.read_bytes() == (ran / "posterior.csv").read_bytes()


@pytest.mark.slow
def test_who_is_stopped_goes_on_and_draws_the_same(
    folder: Path, ran: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    typed = ["calibrate", "firm.yaml", *KPI, "--quiet", "--out"]
    program = "from seci_sim.cli import main; main()"
    process = subprocess.Popen([sys.executable, "-c", program, *typed, "stopped"])
    parts = folder / "stopped" / "parts"
    while not list(parts.glob("*")) and process.poll() is None:
        time.sleep(0.05)
    process.terminate()
    assert process.wait(60) == 143
    assert not (folder / "stopped" / "posterior.csv").exists()
    assert answer_to([*typed, "stopped"]) == answer_to([*typed, str(ran)]) == 0
    posterior, whole = (place / "posterior.csv" for place in (folder / "stopped", ran))
    assert posterior.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ([], 2, "calibrate needs --facts, --indicators, --survey or --people"),
        (["--indicators", "kpi.csv", "--column", "met=x"], 2, "--column: no column 'met'"),
        (["--indicators", "kpi.csv", "--dates", "x"], 2, "--dates: must be day-first"),
        (["--indicators", "none.csv"], 5, "none.csv"),
        (["--plan", "--facts", "x.yaml"], 2, "--plan: is made without data; leave out --facts"),
        (["--plan", "--dates", "day-first"], 2, "--plan: is made without data; leave out --dates"),
    ],
)
def test_what_makes_no_command_is_said(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(folder)
    assert answer_to(["calibrate", "firm.yaml", *options]) == code
    assert said in capsys.readouterr().err


def test_a_published_model_has_nothing_to_calibrate() -> None:
    with pytest.raises(InputProblem, match="nothing is doubted"):
        worlds_to_run(read_scenario("march-1991"))


@pytest.mark.slow
def test_a_plan_says_which_data_make_a_decision_surer(bank: Bank) -> None:
    """A decision that hangs on needs met alone, and one that hangs on luck alone."""
    rng = np.random.default_rng(11)
    met = bank.quarters[:, -1, 0]
    gains = {"clear": met - np.median(met), "luck": rng.normal(1, 1, len(met))}
    told: list[str] = []
    found = plan({"": bank, "a change": bank}, gains, told.append)
    assert told == [*kinds_of(8), "all three, and a change"]
    rows = found.table.set_index(["data", "about"])
    indicators = rows.loc["two indicators by quarter"]
    left, after = indicators["left"].astype(float), indicators["settled_after"].astype(float)
    assert left["clear"] < 0.4
    assert indicators.loc["clear", "settled_before"] == 0
    assert after["clear"] > 0.5
    assert left["luck"] == 1
    assert left["learning.colleague_learning"] == 1
    assert "clear: spread left" in planned_in_words(found)


def test_a_change_and_decisions_leave_the_firm_itself_alone(firm: Scenario) -> None:
    more = changed(firm)
    assert more.timeline[-1].week == 53
    assert dict(more.timeline[-1].policy) == {"mentoring_hours": 2.5}
    assert [factor.name for factor in doubted([more])] == [one.name for one in doubted([firm])]
    options = options_of(firm)
    assert [one.policy.patient_time for one in options.values()] == [0, 0.04]
    assert not options_of(
        more.model_copy(
            update={
                "timeline": (
                    more.timeline[-1].model_copy(update={"policy": {"patient_time": 0.0}}),
                )
            }
        )
    )


@pytest.mark.slow
def test_the_command_plans(
    folder: Path, ran: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    typed = ["calibrate", "firm.yaml", "--plan", "--runs", str(RUNS), "--out", str(ran)]
    assert answer_to(typed) == 0
    assert "two indicators by quarter" in (ran / "plan.csv").read_text()
    assert "4% of patient time: spread left" in capsys.readouterr().out
    assert answer_to([*typed, "--indicators", "kpi.csv"]) == 2
