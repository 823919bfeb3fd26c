"""What an experiment led to: tidy tables, in an order that does not depend on who ran what when."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seci_sim.lab.cells import Cells
from seci_sim.lab.chunks import ARRAYS, Failure, Ran, nothing_ran
from seci_sim.lab.design import Design
from seci_sim.lab.folder import Store
from seci_sim.lab.kept import yearly_measures
from seci_sim.lab.manifest import StoreProblem, experiment_of
from seci_sim.lab.rounds import Rounds
from seci_sim.lab.spreadsheets import as_csv
from seci_sim.notebook_table import notebook_table
from seci_sim.scenario.file_names import typed
from seci_sim.words import counted

if TYPE_CHECKING:
    from seci_sim.seci.knowledge import Array


@dataclass(frozen=True)
class Findings:
    """Everything that an experiment led to."""

    experiment: Design
    table: pd.DataFrame
    """A row for each cell and replication: cell, scenario, policy where there are several, each
    factor under its name, replication, seed, and the outcomes."""
    weekly: pd.DataFrame
    """A row for each cell, replication and week, with the measures that are kept week by week."""
    failed: pd.DataFrame
    """A row for each run that came to nothing: cell, replication, seed, kind, what, command."""
    folder: Path | None
    """Where it is kept; None for a folder that is gone."""
    broken: tuple[str, ...] = ()
    """Names of parts that were left out because they are damaged."""
    too_wide: tuple[int, ...] = ()
    """Cells whose interval is wider than `until` asks for."""
    seconds: float = 0.0
    """How long running it took; 0 where it is only looked up."""
    ran: Ran | None = None
    """All that is kept of the runs, by cell and replication; see `seci_sim.lab.run.results_of`."""

    @property
    def missing(self) -> int:
        """Runs that were asked for and have neither come to their end nor to nothing."""
        least = self.experiment.replications
        asked = self.experiment.size * least
        return asked - sum(
            int((runs["replication"] < least).sum()) for runs in (self.table, self.failed)
        )

    @property
    def whole(self) -> bool:
        """Whether no run is missing."""
        return self.missing <= 0

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the table of results as CSV: the same for the same runs, whoever did them."""
        return hashlib.sha256(self.as_csv().encode()).hexdigest()

    def _repr_html_(self) -> str:
        """What a notebook shows: the question, and the first rows of the table."""
        title = f"{self.experiment.question} {counted(len(self.table), 'run')}"
        head = self.table.head().map(
            lambda value: f"{value:.6g}" if type(value) is float else value
        )
        return notebook_table(title, head.itertuples(index=False), head.columns)

    @cached_property
    def yearly(self) -> pd.DataFrame:
        """A row for each cell, replication and year; empty where nothing is kept year by year."""
        assert self.ran is not None
        names = yearly_measures(self.experiment)
        return _by_time(Cells(self.experiment), self.ran, "year", self.ran.yearly, names)

    def as_csv(self) -> str:
        """The table of results as CSV, safe to open in a spreadsheet."""
        return as_csv(self.table)


def findings(folder: Path, kind: type[Design] = Design) -> Findings:
    """Read what the folder of an experiment holds so far; see `Experiment.found`."""
    return gathered(Store(folder, experiment_of(folder, kind)), folder)


def gathered(store: Store, folder: Path | None, seconds: float = 0.0) -> Findings:
    """Put the parts of a store together."""
    experiment = store.experiment
    ran = _in_order(list(store.parts()), experiment)
    cells = Cells(experiment)
    return Findings(
        experiment=experiment,
        table=_table(experiment, cells, ran),
        weekly=_weekly(cells, ran),
        failed=_failed(cells, store.failures(), ran, folder),
        folder=folder,
        broken=tuple(store.broken),
        too_wide=_too_wide(cells, ran),
        seconds=seconds,
        ran=ran,
    )


def _too_wide(cells: Cells, ran: Ran) -> tuple[int, ...]:
    if cells.experiment.until is None:
        return ()
    rounds = Rounds(cells)
    rounds.take(ran)
    return tuple(np.flatnonzero(rounds.too_wide).tolist())


def _in_order(chunks: Sequence[Ran], experiment: Design) -> Ran:
    """All runs by cell and replication, each once."""
    chunks = [nothing_ran(experiment), *chunks]
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(ran, name) for ran in chunks]) for name in ARRAYS
    }
    cell, replication = arrays["cell"], arrays["replication"]
    order = np.lexsort((replication, cell))
    again = np.zeros(cell.size, bool)
    again[1:] = (np.diff(cell[order]) == 0) & (np.diff(replication[order]) == 0)
    for place in np.flatnonzero(again):
        one, other = order[place], order[place - 1]
        if not np.array_equal(arrays["outcomes"][one], arrays["outcomes"][other], equal_nan=True):
            what = f"two parts contradict each other about cell {cell[one]}, replication "
            raise StoreProblem(f"{what}{replication[one]}; the same run gave two results")
    kept = order[~again]
    stories = {number: told for ran in chunks for number, told in ran.stories.items()}
    return Ran(**{name: array[kept] for name, array in arrays.items()}, stories=stories)


def _table(experiment: Design, cells: Cells, ran: Ran) -> pd.DataFrame:
    """The tidy table of results."""
    numbers, place = np.unique(ran.cell, return_inverse=True)
    met = [cells[int(number)] for number in numbers]
    names = [experiment.scenarios[cell.scenario].name for cell in met]
    columns: dict[str, Any] = {"cell": ran.cell, "scenario": _spread(names, place)}
    if experiment.policies:
        chosen = [experiment.policies[cell.policy].name for cell in met]
        columns["policy"] = _spread(chosen, place)
    for name in cells.varied:
        columns[name] = np.array([cell.values[name] for cell in met])[place]
    columns["replication"] = ran.replication
    columns["seed"] = cells.seeds(ran.cell, ran.replication)
    for number, name in enumerate(experiment.outcomes):
        columns[name] = ran.outcomes[:, number]
    return pd.DataFrame(columns)


def _spread(names: Sequence[str], place: Array) -> pd.Series[str]:
    return pd.Series(np.array(names, dtype=object)[place], dtype="str")


def _weekly(cells: Cells, ran: Ran) -> pd.DataFrame:
    """The tidy table of weeks; empty where nothing is kept week by week."""
    names = cells.experiment.weekly
    runs = len(ran.cell) if names else 0
    return _by_time(cells, ran, "week", ran.weekly[:runs], names)


def _by_time(cells: Cells, ran: Ran, time: str, kept: Array, names: Sequence[str]) -> pd.DataFrame:
    """A row for each run and week, or year, of what was kept: (runs, times, measures)."""
    runs, times, _ = kept.shape
    columns: dict[str, Any] = {
        "cell": np.repeat(ran.cell[:runs], times),
        "replication": np.repeat(ran.replication[:runs], times),
        "seed": np.repeat(cells.seeds(ran.cell, ran.replication)[:runs], times),
        time: np.tile(np.arange(1, times + 1), runs),
    }
    for number, name in enumerate(names):
        columns[name] = kept[:, :, number].ravel()
    return pd.DataFrame(columns)


def _failed(
    cells: Cells, failures: Sequence[Failure], ran: Ran, folder: Path | None
) -> pd.DataFrame:
    """The runs that came to nothing, each with the command that does it alone."""
    done = set(zip(ran.cell.tolist(), ran.replication.tolist(), strict=True))
    columns = ["cell", "replication", "seed", "kind", "what", "command"]
    rows = []
    for one in failures:
        if (one.cell, one.replication) not in done:
            seed = cells.experiment.seed_of(cells[one.cell].baseline, one.replication)
            command = command_of(one, folder)
            rows.append((one.cell, one.replication, seed, one.kind, one.what, command))
    return pd.DataFrame(rows, columns=columns)


def command_of(failure: Failure, folder: Path | None) -> str:
    """The command that does one run alone, in its own process and without a time limit."""
    where = "FOLDER" if folder is None else str(folder)
    run = ["--cell", str(failure.cell), "--replication", str(failure.replication)]
    return typed(["seci-sim", "rerun", where, *run])
