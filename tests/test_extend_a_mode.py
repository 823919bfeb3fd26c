"""The page on a mode of one's own: what it says beyond its examples, which are tests by themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from experiment_files import GRID, experiment, written

from seci_sim.cli import answer_to
from seci_sim.lab.manifest import StoreProblem
from seci_sim.lab.pool import Here
from seci_sim.lab.rerun import repeat

PAGE = (Path(__file__).parents[1] / "docs/how_to/extend_a_mode.md").read_text("utf-8")
PROGRAM = """
from seci_sim.lab import Experiment
from shy import ShyPeople

if __name__ == "__main__":
    found = Experiment.load("trial.yaml").run(store="out", workers=2, model=ShyPeople)
    found.table.to_csv("found.csv", index=False)
    print(len(found.failed))
"""


@pytest.mark.slow
@pytest.mark.usefixtures("in_this_process")  # but for the program
def test_a_subclass_in_a_module_of_its_own_runs_in_processes_and_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = PAGE.split("```python\n")[1].split(">>> shy, usual")[0]
    lines = [line[4:] for line in example.splitlines() if line.startswith((">>> ", "... ", "..."))]
    (tmp_path / "shy.py").write_text("\n".join([*lines, ""]), "utf-8")
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    written(GRID, tmp_path)
    ran = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "0\n"
    usual = experiment(GRID, tmp_path).run(Here()).table
    shy = pd.read_csv(tmp_path / "found.csv")
    assert list(shy.columns) == list(usual.columns)
    assert len(shy) == len(usual)
    assert not shy.equals(usual)
    assert answer_to(["collect", str(tmp_path / "out"), "--quiet"]) == 0
    with pytest.raises(StoreProblem, match=r"a model of its own, shy\.ShyPeople, cannot be imp"):
        repeat(tmp_path / "out")
    monkeypatch.syspath_prepend(tmp_path)
    assert not repeat(tmp_path / "out").results
    sys.modules.pop("shy")
