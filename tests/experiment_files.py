"""Experiments with a firm so small that a run of it takes milliseconds."""

from __future__ import annotations

from pathlib import Path

from scenario_files import TINY

from seci_sim.lab import Experiment
from seci_sim.lab.design import Design
from seci_sim.lab.folder import Store

HEAD = "question: What happens?\nscenario: firm.yaml\n"

GRID = (
    HEAD
    + """vary:
  policy.patient_time: [0%, 1%, 10%]
  policy.turnover: [5%, 50%]
replications: 4
outcomes: [tacit_alignment, leavers, hours_a_head_and_year]
"""
)


def written(text: str, folder: Path) -> Path:
    """The path of an experiment file, with the firm beside it."""
    (folder / "firm.yaml").write_text(TINY, "utf-8")
    path = folder / "trial.yaml"
    path.write_text(text, "utf-8")
    return path


def experiment(text: str, folder: Path) -> Experiment:
    return Experiment.load(written(text, folder))


def cut(asked: Design, folder: Path, runs: int) -> None:
    """Begin a folder whose chunks have so many runs, however fast this machine is."""
    store = Store(folder, asked)
    store.begin(resume=True)
    store.cut(runs, 0.01)
