"""What comes of an analysis, and how each kind is made."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
        Keeps what searches run: the first here, each other in a folder of its own within.
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
    made: Made
    if not asked.chooses:
        made = kind.make(findings, asked)
    else:
        place = [one for one in findings.experiment.analyses if one.chooses].index(asked)
        own = searches / f"{place + 1:02d}" if place else searches
        made = kind.make(findings, asked, own, workers=workers, executor=executor)
    return made


def within_shares(table: pd.DataFrame, ends: Sequence[str], rows: Any = slice(None)) -> None:
    """Let intervals of shares stay within what a share can be, in place.

    Parameters
    ----------
    table : DataFrame
        Changed in place.
    ends : sequence of str
        Columns of their ends.
    rows
        Which rows are about shares, as `DataFrame.loc` takes it; all of them, unless given.

    Examples
    --------
    >>> table = pd.DataFrame({"low": [-0.1, -3.0], "high": [0.2, 4.0]})
    >>> within_shares(table, ["low", "high"], table.index == 0)
    >>> table["low"].tolist(), table["high"].tolist()
    ([0.0, -3.0], [0.2, 4.0])
    """
    table.loc[rows, list(ends)] = table.loc[rows, list(ends)].clip(0, 1)
