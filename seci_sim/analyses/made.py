"""What comes of an analysis, and how each kind is made."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from seci_sim.figures.style import Chart
from seci_sim.lab.analysis_kinds import Analysis

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings


@dataclass(frozen=True)
class Made:
    """What came of one analysis."""

    charts: tuple[Chart, ...]
    """The first says the finding."""
    table: pd.DataFrame
    """Its numbers in full."""

    @property
    def answer(self) -> list[str]:
        """The finding, a sentence a chart."""
        titles = [chart.title for chart in self.charts if chart.key != "differences"]
        return [f"In this model, {_begun(titles[0])}.", *(f"{title}." for title in titles[1:])]


def _begun(sentence: str) -> str:
    """A sentence as it goes on: its first word small, unless it is a name."""
    return sentence if sentence.startswith("“") else sentence[:1].lower() + sentence[1:]


def make(
    findings: Findings,
    asked: Analysis,
    searches: Path,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
) -> Made:
    """Make one analysis, by the module that is called as its kind.

    Parameters
    ----------
    findings : Findings
        What the experiment led to.
    asked : Analysis
        One of the experiment's analyses.
    searches : Path
        Keeps what a search runs.
    workers, executor
        For a search, which runs more; as for `Experiment.run`.

    Raises
    ------
    ImportError
        It needs a package of the extra ``analysis``.
    Unanswerable
        The table lacks what it needs.
    """
    kind = import_module(f"seci_sim.analyses.{asked.kind.replace('-', '_')}")
    made: Made = (
        kind.make(findings, asked, searches, workers=workers, executor=executor)
        if asked.chooses
        else kind.make(findings, asked)
    )
    return made
