"""What is done with a chunk of runs, in a worker process or wherever an executor takes it."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from seci_sim.classics.running import up_to
from seci_sim.experiment import watch
from seci_sim.experiment.cells import Cell, settled
from seci_sim.experiment.design import Design
from seci_sim.experiment.outcomes import columns_of
from seci_sim.experiment.run import Run, ready, run_of, run_once
from seci_sim.experiment.statistics import add_ratios
from seci_sim.measures import RATIOS
from seci_sim.parameters import MODELS

if TYPE_CHECKING:
    from seci_sim.knowledge import Array
    from seci_sim.model import SECIModel
    from seci_sim.scenario import Scenario

    Once = Callable[[Scenario, int], Run]

_RATIOS = frozenset(measure.name for measure in RATIOS)


class Failure(NamedTuple):
    """A run that came to nothing."""

    cell: int
    replication: int
    kind: str
    """``raised``, ``killed`` or ``hung``."""
    what: str
    where: str
    """Traceback, as far as there is one."""


@dataclass(frozen=True)
class Chunk:
    """Some runs that one worker does in a row."""

    experiment: Design
    runs: tuple[tuple[Cell, int], ...]
    """Cell and replication of each."""
    model: type[SECIModel] | None = None
    timeout: float | None = None
    """Seconds that each run may take; only a worker of the local pool keeps to it."""

    @property
    def labels(self) -> list[str]:
        """A name for each run."""
        return [f"{cell.number}-{replication}" for cell, replication in self.runs]

    def only(self, places: Sequence[int]) -> Chunk:
        """The same chunk with some of its runs."""
        return replace(self, runs=tuple(self.runs[place] for place in places))


@dataclass(frozen=True)
class Ran:
    """What a chunk led to."""

    cell: Array
    """(runs,) int64."""
    replication: Array
    """(runs,) int64."""
    outcomes: Array
    """(runs, outcomes) float64."""
    weekly: Array
    """(runs, weeks, measures) float64; no measures unless some are kept."""
    seconds: Array
    """(runs,) float64."""
    failures: tuple[Failure, ...] = ()


def run_chunk(chunk: Chunk) -> Ran:
    """Do the runs of a chunk; one that raises is told and left out."""
    ready(chunk.experiment.scenarios[0].model)
    once = _with_model(chunk.model) if chunk.model else _plainly
    runs: list[tuple[int, int, float]] = []
    ran: list[tuple[Scenario, Run]] = []
    failures = []
    for label, (cell, replication) in zip(chunk.labels, chunk.runs, strict=True):
        watch.begin(label, chunk.timeout)
        began = time.perf_counter()
        try:
            scenario = settled(chunk.experiment, cell)
            run = once(scenario, chunk.experiment.seed + replication)
        except Exception as problem:  # noqa: BLE001 - a run that raises must not stop the others
            what = " ".join(f"{type(problem).__name__}: {problem}".split())[:500]
            where = traceback.format_exc()
            failures.append(Failure(cell.number, replication, "raised", what, where))
            continue
        ran.append((scenario, run))
        runs.append((cell.number, replication, time.perf_counter() - began))
    watch.rest()
    return _gathered(chunk.experiment, runs, ran, tuple(failures))


def _plainly(scenario: Scenario, seed: int) -> Run:
    """One run of the scenario's model."""
    return run_once(scenario, 0, seed, False)


def _with_model(model: type[SECIModel]) -> Once:
    """The same with somebody's own model."""

    def run(scenario: Scenario, seed: int) -> Run:
        return run_of(model(scenario, rng=seed), 0, seed)

    return run


def _gathered(
    experiment: Design,
    runs: Sequence[tuple[int, int, float]],
    ran: Sequence[tuple[Scenario, Run]],
    failures: tuple[Failure, ...],
) -> Ran:
    """Put what runs led to into arrays."""
    weeks = experiment.scenarios[0].horizon
    weekly = np.empty((len(runs), weeks, len(experiment.weekly)))
    rows = []
    for place, (scenario, run) in enumerate(ran):
        rows.append(run.summary)
        if experiment.weekly:
            model, table = MODELS[scenario.model], run.table[:, -1]
            if model.rules:
                table = up_to(weeks, model, table)
            names = [measure.name for measure in columns_of(scenario)]
            weekly[place] = table[:, [names.index(name) for name in experiment.weekly]]
    cell, replication, seconds = zip(*runs, strict=True) if runs else ((), (), ())
    return Ran(
        cell=np.array(cell, np.int64),
        replication=np.array(replication, np.int64),
        outcomes=_outcomes(rows, experiment.outcomes),
        weekly=weekly,
        seconds=np.array(seconds, np.float64),
        failures=failures,
    )


def _outcomes(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> Array:
    """(runs, outcomes) float64."""
    if rows and not _RATIOS.isdisjoint(names):
        return add_ratios(pd.DataFrame(list(rows)))[list(names)].to_numpy(np.float64)
    return np.array([[row[name] for name in names] for row in rows]).reshape(-1, len(names))
