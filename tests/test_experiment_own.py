"""What a program adds to an experiment: outcomes of its own, and parameters of its own model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from experiment_files import GRID, HEAD, experiment, written
from own_models import Doubtful, gini
from scenario_files import TINY

from seci_sim import SECIModel
from seci_sim.cli import answer_to
from seci_sim.lab import Experiment
from seci_sim.lab.cells import Cells, settled
from seci_sim.lab.comparing import comparison
from seci_sim.lab.manifest import AnotherExperiment
from seci_sim.lab.pool import Here
from seci_sim.scenario import InputProblem, read_scenario

OWN = HEAD + "vary: {own.doubt: [0, 0.05, 0.5]}\nreplications: 3\noutcomes: [tacit_alignment]\n"


def another(model: SECIModel) -> float:
    return float(model.week)


# Outcomes -----------------------------------------------------------------------------------------


def test_an_outcome_of_ones_own_is_what_its_function_says(tmp_path: Path) -> None:
    asked = experiment(GRID, tmp_path)
    found = asked.run(Here(), store=tmp_path / "out", also={"gini": gini})
    plain = asked.run(Here())
    assert found.table.drop(columns="gini").equals(plain.table)
    for row in (0, 7):
        runs = found.table.iloc[row]
        model = SECIModel(settled(asked, Cells(asked)[int(runs["cell"])]), rng=int(runs["seed"]))
        while model.running:
            model.step()
        assert runs["gini"] == gini(model)
    again = Experiment.found(tmp_path / "out")
    assert again.digest == found.digest
    assert again.experiment.measures["gini"].meaning == (gini.__doc__ or "").strip()
    dictionary = (tmp_path / "out/data_dictionary.csv").read_text("utf-8")
    assert 'results,gini,,in the last period,"How unequally tacit knowledge is spread' in dictionary


@pytest.mark.slow
def test_it_is_the_same_in_worker_processes_also_where_it_is_written_on_the_spot(
    tmp_path: Path,
) -> None:
    asked = experiment(GRID, tmp_path)
    alike = {"gini": gini, "people": lambda model: float(len(model.agents))}
    here, there = asked.run(Here(), also=alike), asked.run(workers=2, timeout=300, also=alike)
    assert here.digest == there.digest
    assert set(here.table["people"]) == {22.0}


def test_results_of_another_function_are_not_gone_on_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked, folder = experiment(GRID, tmp_path), tmp_path / "out"
    found = asked.run(Here(), store=folder, also={"gini": gini})
    asked.run(Here(), store=folder, resume=True, also={"gini": gini})
    with pytest.raises(AnotherExperiment, match=r"own_outcomes\.gini\.meaning"):
        asked.run(Here(), store=folder, resume=True, also={"gini": another})
    for arguments in (
        ["rerun", str(folder), "--trust"],
        ["rerun", str(folder), "--cell", "0", "--trust"],
    ):
        assert answer_to(arguments) == 0
    assert f"gini: {float(found.table['gini'][0])!r}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("also", "message"),
    [
        ({"needs_met": gini}, "also: there is an outcome 'needs_met' already"),
        ({"my outcome": gini}, "also: 'my outcome' is no name"),
        ({"nan": gini}, "also: 'nan' is read as a missing value by other programs"),
        ({"gini": eval("lambda model: 0.0")}, "also: gini: its text, .* is in no file"),
    ],
)
def test_an_outcome_that_cannot_be_kept_is_refused(
    also: dict[str, object], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=message):
        experiment(GRID, tmp_path).run(Here(), store=tmp_path / "out", also=also)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_what_no_worker_can_be_sent_is_refused_in_one_line(tmp_path: Path) -> None:
    file = (tmp_path / "open.txt").open("w")

    def counted(model: SECIModel) -> float:
        return float(file.tell() + model.week)

    with file:
        asked = experiment(GRID, tmp_path)
        with pytest.raises(ValueError, match="cannot be sent to worker processes") as caught:
            asked.run(timeout=300, store=tmp_path / "out", also={"counted": counted})
        assert "\n" not in str(caught.value)
        assert set(asked.run(workers=2, also={"counted": counted}).table["counted"]) == {10.0}


# Parameters ---------------------------------------------------------------------------------------


def test_a_parameter_of_ones_own_model_is_varied_like_any_other(tmp_path: Path) -> None:
    asked = Experiment.load(written(OWN, tmp_path), model=Doubtful)
    found = asked.run(Here(), store=tmp_path / "out", model=Doubtful)
    assert found.table["own.doubt"].unique().tolist() == [0.0, 0.05, 0.5]
    for row in (0, 4, 8):
        run = found.table.iloc[row]
        model = Doubtful(
            read_scenario(tmp_path / "firm.yaml"),
            rng=int(run["seed"]),
            doubt=float(run["own.doubt"]),
        )
        while model.running:
            model.step()
        assert (
            run["tacit_alignment"]
            == model.records.rows[:10, -1, 0:]
            .T[
                [m for m in found.experiment.measures if not m.endswith("_horizon")].index(
                    "tacit_alignment"
                )
            ]
            .mean()
        )
    dictionary = (tmp_path / "out/data_dictionary.csv").read_text("utf-8")
    assert "results,own.doubt,number,lever,Parameter doubt of Doubtful; default 0.05." in dictionary
    again = Experiment.found(tmp_path / "out")
    assert again.digest == found.digest


def test_switches_and_points_of_ones_own_can_be_given_too(tmp_path: Path) -> None:
    text = OWN.replace(
        "own.doubt: [0, 0.05, 0.5]", "own.strict: [no, yes], policy.turnover: [5%, 50%]"
    )
    asked = Experiment.load(written(text, tmp_path), model=Doubtful)
    assert [cell.own for cell in Cells(asked)] == [{"strict": False}] * 2 + [{"strict": True}] * 2
    one = asked.with_points([{"own.doubt": 0.2}], model=Doubtful, replications=1)
    found = one.run(Here(), model=Doubtful)
    assert found.table["own.doubt"].tolist() == [0.2]


def test_a_parameter_that_nobody_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputProblem, match=r"trial.yaml:3: vary.own.doubt: is no parameter of"):
        Experiment.load(written(OWN, tmp_path))
    with pytest.raises(InputProblem, match=r"own.doubts: .*; it has own.doubt, own.strict"):
        Experiment.load(written(OWN.replace("doubt", "doubts"), tmp_path), model=Doubtful)
    asked = Experiment.load(written(OWN, tmp_path), model=Doubtful)
    with pytest.raises(ValueError, match=r"own\.doubt: give run its model"):
        asked.run(Here())


@pytest.mark.packages
@pytest.mark.parametrize(
    "text",
    [
        GRID + "analyses:\n  - {kind: comparison, outcome: leavers}\n",
        HEAD + "replications: 3\nweekly: [needs_met]\n",
        HEAD
        + "vary: {policy.turnover: [5%, 50%]}\nreplications: 2\noutcomes: [leavers, tacit_alignment]\n"
        + "analyses:\n  - {kind: search, higher: [tacit_alignment], lower: [leavers],"
        + " generations: 1, population: 4, fresh: 2}\n",
    ],
    ids=["analysis", "weekly", "search"],
)
def test_the_folder_of_a_program_is_that_of_the_command(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if "kind: search" in text:
        pytest.importorskip("optuna", reason="needs the extra `analysis`")
    monkeypatch.chdir(tmp_path)
    experiment(text, Path()).run(workers=1, store="program")
    command = ["experiment", "trial.yaml", "--out", "command", "--workers", "1", "--quiet"]
    assert answer_to(command) == 0
    names, digests = [], []
    for folder in map(Path, ("program", "command")):
        paths = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
        # How many runs a part holds is settled by a clock.
        names.append({path for path in paths if "/parts/" not in f"/{path}"})
        kept = json.loads((folder / "manifest.json").read_text("utf-8"))
        # Pages name the command.
        kept["files"] = {n: d for n, d in kept["files"].items() if not n.endswith(".html")}
        digests.append((kept["files"], kept["digest"], kept["fingerprint"]))
    assert names[0] == names[1]
    assert digests[0] == digests[1]
    for again in (["rerun", "program"], ["collect", "program"], ["status", "program"]):
        assert answer_to(again) == 0
    assert "The same to the bit" in capsys.readouterr().out


@pytest.mark.slow
def test_the_comparison_of_a_program_has_the_report_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(GRID, tmp_path)
    Path("other.yaml").write_text(TINY.replace("Tiny", "Other"), "utf-8")
    scenarios = [read_scenario("firm.yaml"), read_scenario("other.yaml")]
    comparison(scenarios, replications=3).run(workers=1, store="program")
    command = [
        "compare",
        "firm.yaml",
        "other.yaml",
        "--replications",
        "3",
        "--worlds",
        "0",
        "--quiet",
    ]
    assert answer_to([*command, "--out", "command", "--workers", "1", "--no-open"]) == 0
    names = [{path.name for path in Path(folder).iterdir()} for folder in ("program", "command")]
    assert "report.html" in names[0]
    assert names[0] == names[1]
    assert "seci-sim</span> <span>rerun</span> <span>program" in Path(
        "program/report.html"
    ).read_text("utf-8")


def test_a_report_of_some_outcomes_only_is_refused(tmp_path: Path) -> None:
    text = HEAD + "replications: 2\noutcomes: [needs_met]\nkeep: report\n"
    with pytest.raises(InputProblem, match=r"outcomes: a report shows all; .* is not among them"):
        experiment(text, tmp_path)


def test_an_analysis_that_a_program_cannot_make_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seci_sim.analyses import comparison
    from seci_sim.analyses.noise import Unanswerable

    def cannot(*_: object) -> None:
        raise Unanswerable("the table lacks what it needs")

    monkeypatch.setattr(comparison, "make", cannot)
    asked = experiment(GRID + "analyses:\n  - {kind: comparison}\n", tmp_path)
    with pytest.warns(UserWarning, match="analysis 1, comparison: the table lacks what it needs"):
        asked.run(Here(), store=tmp_path / "out")
