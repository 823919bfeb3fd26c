"""What a firm's own data can teach: learned on some runs, compared with others, tried on the rest."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seci_sim.calibrating import (
    Bank,
    Data,
    bank_of,
    calibrate,
    calibration,
    read_facts,
    read_indicators,
    read_survey,
    worlds_to_run,
)
from seci_sim.calibrating.bank import features
from seci_sim.calibrating.calibration import AS_BEFORE, LEARNT, Learned, learn, learned_of
from seci_sim.calibrating.checking import COVERAGE, LEAST_P, gate
from seci_sim.calibrating.observed import Item, fact
from seci_sim.calibrating.planning import changed, kinds_of, options_of, plan
from seci_sim.calibrating.planning import said as planned_in_words
from seci_sim.calibrating.series import Calendar, Series
from seci_sim.cli import answer_to
from seci_sim.lab.arrays import arrays_in
from seci_sim.lab.conduct import Conditions, conduct
from seci_sim.lab.experiment import Experiment
from seci_sim.lab.world_tables import read_worlds
from seci_sim.lab.worlds import doubted
from seci_sim.model import SECIModel
from seci_sim.scenario import InputProblem, Scenario, read_scenario, with_levers
from seci_sim.scenario.own_firm.understanding import Hints, Understanding

pytest.importorskip("sklearn", reason="calibrate needs the extra analysis")

pytestmark = pytest.mark.packages

FIRM = """
name: Small firm
question: What did we learn?
extends: one-percent
horizon: 104 weeks
units:
  - {name: Office, kind: headquarters, staff: 4, lives_in: Here}
  - {name: Here, kind: affiliate, staff: 20}
stakeholders:
  - {name: Partner, kind: local partner, market: Here}
  - {name: World, kind: global partner}
world: {needs: 12}
policy: {projects_per_head: 0.5, patient_time: 3%}
"""
RUNS = 3200
KPI = ["--indicators", "kpi.csv", "--runs", str(RUNS)]
QUARTERS = range(1, 9)
INDICATORS = tuple(
    Item("indicator", name, q) for name in ("needs_met", "needs_mis_served") for q in QUARTERS
)
SURVEY = tuple(
    Item("score", name, year) for name in ("knowing", "skill", "reading") for year in (1, 2)
)


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


def written(path: Path, kpi: list[tuple[float, float]], scale: float = 1.0) -> Path:
    rows = [f"{2023 + n // 4}-Q{n % 4 + 1},{scale * met},{mis}" for n, (met, mis) in enumerate(kpi)]
    path.write_text("\n".join(["Quarter,Needs met,Needs mis-served", *rows]), encoding="utf-8")
    return path


def read(path: Path, calendar: Calendar | None = None, **hints: str) -> Series:
    how = Hints(**hints)  # type: ignore[arg-type]
    wanted = calendar or Calendar(8)
    return read_indicators(path, wanted, how, date(2026, 1, 1), Understanding())


# Reading ------------------------------------------------------------------------------------------


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


def test_quarters_of_the_calendar_end_with_the_scenario_unless_said(tmp_path: Path) -> None:
    path = tmp_path / "kpi.csv"
    path.write_text("Quarter;needs met\nQ3 2024;41,5 %\nQ4/2024;0,42\n")
    assert [one.time for one in read(path).data.items] == [7, 8]
    assert read(path).data.values == (0.415, 0.42)
    earlier = Calendar(8, 4 * 2024)
    assert [one.time for one in read(path, earlier).data.items] == [3, 4]
    path.write_text("date,needs_met\n2024-02-01,.1\n2024-03-01,.3\n2024-05-01,.5\n")
    assert dict(zip([7, 8], read(path).data.values, strict=True)) == pytest.approx({7: 0.2, 8: 0.5})


def test_indicators_as_percentage_points_are_refused_in_one_line(
    tmp_path: Path, kpi: list[tuple[float, float]]
) -> None:
    points = written(tmp_path / "kpi.csv", kpi, scale=100)
    with pytest.raises(InputProblem, match=r"is it in per cent\? Then write") as problem:
        read(points)
    assert len(problem.value.lines) == 1


def test_a_survey_tells_nothing_by_its_level(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("year,skill\n1,3.5\n2,3.5\n")
    with pytest.raises(InputProblem, match="two years or units that differ"):
        read_survey(path, Calendar(8), Hints(), date(2026, 1, 1), Understanding())
    path.write_text("year,skill,who\n2023,3,anna@x.org\n2023,4,ben@x.org\n2024,5,anna@x.org\n")
    understanding = Understanding()
    found = read_survey(path, Calendar(8), Hints(), date(2026, 1, 1), understanding)
    assert found.data.values == (3.5, 5.0)
    assert "averaged" in " ".join(understanding.notes)
    assert "anna" not in " ".join(understanding.notes)


# Learning -----------------------------------------------------------------------------------------


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


def test_what_was_kept_is_learned_again_where_it_is_damaged_or_of_another_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    parts: dict[str, Any] = {
        part: kind(**{name: rng.random((3, 3)) for name in kind.__dataclass_fields__})
        for part, kind in calibration.PARTS.items()
    }
    parts |= {name: rng.random((3, 3)) for name in calibration.TABLES}
    found = Learned(**parts)
    times = []

    def learn(*_: object) -> Learned:
        times.append(1)
        return found

    def asked() -> Learned:
        return learned_of("a firm", lambda: None, INDICATORS[:2], tmp_path)  # type: ignore[arg-type, return-value]

    monkeypatch.setattr(calibration, "learn", learn)
    asked()
    assert np.array_equal(asked().seen, found.seen)
    assert len(times) == 1
    (path,) = (tmp_path / "kinds").iterdir()
    whole = path.read_bytes()
    with path.open("rb") as file:
        arrays = arrays_in(file)
    np.savez(path, **arrays | {"kind": np.array("of another firm")})
    first = whole.rindex(b"PK\1\2")  # an entry of its directory
    turned = [  # that it needs a later version, is encrypted, or compressed in some other way
        whole[: first + place] + bytes([value]) + whole[first + place + 1 :]
        for place, value in ((6, 255), (8, 1), (10, 99))
    ]
    for damaged in (path.read_bytes(), whole[:1000], b"", b"{}", *turned):
        path.write_bytes(damaged)
        times.clear()
        asked()
        assert times == [1], damaged[:20]
        assert path.read_bytes() == whole


def test_a_survey_of_any_scale_tells_the_same(bank: Bank, asked: Experiment) -> None:
    told = bank.observed(SURVEY)[-1]
    of_hundred = tuple((20 + 60 * told).tolist())
    one, other = (
        calibrate(asked.uncertain, asked.fingerprint, lambda: bank, Data(SURVEY, values))
        for values in (tuple(told.tolist()), of_hundred)
    )
    assert np.allclose(one.drawn, other.drawn, rtol=1e-5)


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


def test_too_few_runs_to_check_with_are_refused(bank: Bank) -> None:
    few = Bank(
        bank.factors, bank.points[:500], bank.quarters[:500], bank.outcomes[:500], bank.fingerprint
    )
    with pytest.raises(InputProblem, match=r"50 runs are left to check with.*--runs"):
        learn(few, INDICATORS)


def test_the_gate_finds_posteriors_that_are_too_sure() -> None:
    """Runs that tell their parameter exactly where those that are checked do not: 4 in 10 are held."""
    rng = np.random.default_rng(7)
    truth = rng.uniform(0.01, 0.99, (2300, 1))
    told = truth + rng.normal(0, 0.1, truth.shape)
    honest = gate(told[:2000], truth[:2000], told[2000:], truth[2000:])
    assert honest.learnt.all()
    sure = truth[:2000] + rng.normal(0, 0.03, (2000, 1))
    wrong = gate(sure, truth[:2000], told[2000:], truth[2000:])
    assert wrong.identified.all()
    assert not wrong.right.any()


def test_scores_alone_have_no_slope() -> None:
    rng = np.random.default_rng(3)
    told = rng.normal(size=(5, len(SURVEY)))
    assert np.allclose(features(told, SURVEY), features(7 + 3 * told, SURVEY))


# The command --------------------------------------------------------------------------------------


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


FIVE = (
    "learning.patient_learning",
    "learning.colleague_learning",
    "learning.practice_learning",
    "learning.tacit_half_life",
    "learning.sayability",
)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_five_learning_parameters_are_recovered_in_held_out_firms() -> None:
    """All else is known; of 5 right posteriors each, 1 in 100 fails by its ranks, fewer by coverage."""
    asked = worlds_to_run(read_scenario("one-percent"), 4000)
    of_five = tuple(one for one in asked.uncertain if one.name in FIVE)
    bank = bank_of(asked.model_copy(update={"uncertain": of_five}).run())
    years, quarters = range(1, 5), range(1, 17)
    items = [Item("score", name, y) for name in ("knowing", "skill", "reading") for y in years]
    items += [Item("indicator", name, q) for name in ("needs_met", "skill") for q in quarters]
    found = learn(bank, items)
    assert found.checked == 400
    assert ((found.gate.coverage >= COVERAGE[0]) & (found.gate.coverage <= COVERAGE[1])).all()
    assert (found.gate.uniform > LEAST_P).all()
    order = [factor.name for factor in bank.factors]
    assert found.gate.correlation[order.index("learning.patient_learning")] > 0.7


# A plan -------------------------------------------------------------------------------------------


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
