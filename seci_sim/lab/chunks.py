"""A chunk of runs: what is done with it, in a worker or wherever an executor takes it, and what it leads to."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from seci_sim.lab import trials, watch
from seci_sim.lab.cells import Cell, settled
from seci_sim.lab.compiling import ready
from seci_sim.lab.design import RATIO_NAMES, YEARLY, Design, weekly_of
from seci_sim.lab.hours_by_place import OUTSIDE, column_of
from seci_sim.lab.kept import (
    market_measures,
    shapes,
    weekly_measures,
    yearly_measures,
    years_in,
)
from seci_sim.lab.statistics import MODES, add_ratios
from seci_sim.lab.yearly import OF_WEEKS, by_year, means_of_years
from seci_sim.parameters import MODELS

if TYPE_CHECKING:
    from seci_sim.model import SECIModel
    from seci_sim.scenario import Scenario
    from seci_sim.seci.knowledge import Array
    from seci_sim.seci.measures import Measure
    from seci_sim.seci.organisation import Organisation

    OwnOutcome = Callable[[SECIModel], float]

Told = tuple[int, str, str, int, int, str]
"""A step of a story: need, market, stage, week, response, people."""


@dataclass(frozen=True)
class Run:
    """What one run comes to."""

    table: Array
    """(weeks, markets + 1, columns) float64; see `seci_sim.seci.records.table`."""
    knowing: Array
    """(weeks, needs) float64: share of staff who hold each need rightly and are sure of it."""
    summary: dict[str, float]
    """All that was measured, in one row; see `seci_sim.seci.records.summary`."""
    stories: tuple[Told, ...] = ()
    """When each market reached each stage with each need; empty unless asked for."""
    yearly: Array = field(default_factory=lambda: np.empty((0, 0)))
    """(years, measures) float64; see `seci_sim.lab.yearly`."""
    trial: Array = field(default_factory=lambda: np.empty((0, 0, 0)))
    """(weeks, arms, columns) float64; see `seci_sim.lab.trials.by_arm`."""


def run_once(
    scenario: Scenario,
    seed: int,
    *,
    with_stories: bool = False,
    model: type[SECIModel] | None = None,
    parameters: Mapping[str, Any] | None = None,
    also: Mapping[str, OwnOutcome] | None = None,
) -> Run:
    """Run one scenario with one seed to its horizon, or to its equilibrium.

    Parameters
    ----------
    scenario : Scenario
        What is run.
    seed : int
        0 to 2**63 - 1.
    with_stories : bool
        Whether the story of each need is told.
    model : type, optional
        A subclass of `SECIModel` to run instead.
    parameters : mapping, optional
        Values of parameters that only this subclass has.
    also : mapping, optional
        Own outcomes: functions of the model in the end, by name.
    """
    declared = MODELS[scenario.model]
    if declared.rules:
        from seci_sim.classics import running

        rows, settled_down = running.run(declared, scenario.parameters, scenario.horizon, seed)
        summary = running.summary(declared, rows, settled_down)
        return Run(rows[:, None], np.empty((0, 0)), summary)
    if model is None and not also:  # nobody sees the model, so that there need be none
        from seci_sim.seci.organisation import Organisation

        organisation = Organisation(scenario, seed)
        organisation.run(scenario.horizon)
        return _result(organisation, with_stories)
    from seci_sim.model import SECIModel

    running_model = (model or SECIModel)(scenario, rng=seed, **parameters or {})
    running_model.run()
    run = _result(running_model.organisation, with_stories)
    own = {name: float(function(running_model)) for name, function in (also or {}).items()}
    return replace(run, summary=run.summary | own)


def _result(organisation: Organisation, with_stories: bool) -> Run:
    """What came of an organisation that has lived to its horizon."""
    from seci_sim.seci import competition, records
    from seci_sim.seci.story import story

    stories = tuple(
        (need, step.market, step.stage, step.week, step.response, "; ".join(step.people))
        for need in range(organisation.settings.world.needs if with_stories else 0)
        for step in story(organisation.knowledge, organisation.firm, need)
    )
    table, settings = organisation.table(), organisation.settings
    measured = weekly_of(settings)
    summary = records.summary(table[:, -1], measured)
    summary |= competition.outcomes(table[:, -1], measured, settings)
    summary |= _hours_by_place(table, measured, settings.markets)
    run = Run(table, organisation.records.knowing, summary, stories)
    if organisation.trial is None:
        return run
    by_arm = trials.by_arm(organisation.trial)
    return replace(run, summary=summary | trials.summary(organisation.trial), trial=by_arm)


def _hours_by_place(
    table: Array, measures: Sequence[Measure], markets: Sequence[str]
) -> dict[str, float]:
    """Hours of the four modes of a run, added up; a market that is not open has none."""
    place = {measure.name: number for number, measure in enumerate(measures)}
    hours = np.nansum(table[:, :, [place[f"hours_{mode}"] for mode in MODES]], axis=(0, 2))
    found = {column_of(name): float(hours[m]) for m, name in enumerate(markets)}
    return found | {OUTSIDE: float(hours[-1] - hours[:-1].sum())}


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
    also: Mapping[str, OwnOutcome] = field(default_factory=dict)
    """Own outcomes by name."""
    timeout: float | None = None
    """Seconds that each run may take; only a worker of the local pool keeps to it."""

    @property
    def labels(self) -> list[str]:
        """A name for each run."""
        return [f"{cell.number}-{replication}" for cell, replication in self.runs]

    def only(self, places: Sequence[int]) -> Chunk:
        """The same chunk with some of its runs."""
        return replace(self, runs=tuple(self.runs[place] for place in places))


ARRAYS = (
    *("cell", "replication", "outcomes", "weekly", "yearly", "markets", "knowing", "trial"),
    "seconds",
)
"""What `Ran` holds by run."""


@dataclass(frozen=True)
class Ran:
    """What a chunk led to; the shapes behind the runs are those of `seci_sim.lab.kept.shapes`."""

    cell: Array
    """(runs,) int64."""
    replication: Array
    """(runs,) int64."""
    outcomes: Array
    """(runs, outcomes) float64."""
    weekly: Array
    """(runs, weeks, measures) float64, of the whole firm."""
    yearly: Array
    """(runs, years, measures) float64, of the whole firm."""
    markets: Array
    """(runs, weeks, markets, measures) float64, of single markets in their scenario's order."""
    knowing: Array
    """(runs, weeks, needs) float64."""
    trial: Array
    """(runs, weeks, arms, columns) float64, of the arms of a trial."""
    seconds: Array
    """(runs,) float64."""
    stories: dict[int, tuple[Told, ...]] = field(default_factory=dict)
    """Of replication 0, by cell."""
    failures: tuple[Failure, ...] = ()


def nothing_ran(experiment: Design, *failures: Failure) -> Ran:
    """What a chunk led to of which no run came to an end."""
    return _gathered(experiment, [], [], failures)


def run_chunk(chunk: Chunk) -> Ran:
    """Do the runs of a chunk; one that raises is told and left out."""
    experiment = chunk.experiment
    ready(experiment.scenarios[0].model, trial=experiment.has_trial)
    scenarios: dict[int, Scenario] = {}
    runs: list[tuple[int, int, float]] = []
    ran: list[tuple[Scenario, Run]] = []
    failures = []
    for label, (cell, replication) in zip(chunk.labels, chunk.runs, strict=True):
        watch.begin(label, chunk.timeout)
        began = time.perf_counter()
        try:
            if cell.number not in scenarios:
                scenarios[cell.number] = settled(experiment, cell)
            scenario = scenarios[cell.number]
            run = run_once(
                scenario,
                experiment.seed_of(cell.baseline, replication),
                with_stories=replication == 0 and experiment.keep != "outcomes",
                model=chunk.model,
                parameters=cell.own,
                also=chunk.also,
            )
        except Exception as problem:  # noqa: BLE001 - a run that raises must not stop the others
            what = " ".join(f"{type(problem).__name__}: {problem}".split())[:500]
            where = traceback.format_exc()
            failures.append(Failure(cell.number, replication, "raised", what, where))
            continue
        if yearly_measures(experiment):
            run = replace(run, yearly=_years(experiment, scenario, run))
        if not weekly_measures(experiment):  # the next run can have its memory
            run = replace(run, table=np.empty((0, 0, 0)), knowing=np.empty((0, 0)))
        ran.append((scenario, run))
        runs.append((cell.number, replication, time.perf_counter() - began))
    watch.rest()
    return _gathered(experiment, runs, ran, failures)


def _gathered(
    experiment: Design,
    runs: Sequence[tuple[int, int, float]],
    ran: Sequence[tuple[Scenario, Run]],
    failures: Sequence[Failure],
) -> Ran:
    """Put what runs led to into arrays."""
    cell, replication, seconds = zip(*runs, strict=True) if runs else ((), (), ())
    shape = shapes(experiment)
    weekly, markets, knowing, trial = (
        np.full((len(ran), *shape[name]), np.nan)
        for name in ("weekly", "markets", "knowing", "trial")
    )
    for place, (scenario, run) in enumerate(ran):
        if weekly.size:
            _fill_weekly(weekly[place], weekly_measures(experiment), scenario, run)
        if markets.size:
            _fill_markets(markets[place], market_measures(experiment), scenario, run)
        if knowing.size:
            knowing[place, :, : run.knowing.shape[1]] = run.knowing
        if trial.size and run.trial.size:
            trial[place] = run.trial
    return Ran(
        cell=np.array(cell, np.int64),
        replication=np.array(replication, np.int64),
        outcomes=_outcomes([run.summary for _, run in ran], experiment.outcomes),
        weekly=weekly,
        yearly=np.array([run.yearly for _, run in ran]).reshape(len(ran), *shape["yearly"]),
        markets=markets,
        knowing=knowing,
        trial=trial,
        stories={
            number: run.stories
            for (number, _, _), (_, run) in zip(runs, ran, strict=True)
            if run.stories
        },
        seconds=np.array(seconds, np.float64),
        failures=tuple(failures),
    )


def _fill_weekly(rows: Array, wanted: Sequence[str], scenario: Scenario, run: Run) -> None:
    """Fill in (weeks, measures) of the whole firm; what a scenario does not measure stays NaN."""
    table = run.table[:, -1]
    declared = MODELS[scenario.model]
    if declared.rules:
        from seci_sim.classics import running

        table = running.up_to(len(rows), declared, table)
    for column, place in _places(wanted, scenario):
        rows[:, column] = table[:, place]


def _fill_markets(rows: Array, wanted: Sequence[str], scenario: Scenario, run: Run) -> None:
    """Fill in (weeks, markets, measures) of single markets."""
    for column, place in _places(wanted, scenario):
        rows[:, : run.table.shape[1] - 1, column] = run.table[:, :-1, place]


def _years(experiment: Design, scenario: Scenario, run: Run) -> Array:
    """(years, measures) float64 of the whole firm, then of each market; see `yearly_measures`."""
    place = {measure.name: number for number, measure in enumerate(weekly_of(scenario))}
    found = {}
    if experiment.yearly:
        whole = by_year({name: run.table[:, -1, place[name]] for name in OF_WEEKS})
        found = dict(zip(YEARLY, whole.T, strict=True))
    for market, name in product(scenario.markets, experiment.yearly_by_market):
        of_market = run.table[:, scenario.markets.index(market), place[name]]
        found[f"{name}, {market}"] = means_of_years(of_market)
    nothing = np.full(years_in(len(run.table)), np.nan)
    return np.column_stack([found.get(name, nothing) for name in yearly_measures(experiment)])


def _places(wanted: Sequence[str], scenario: Scenario) -> list[tuple[int, int]]:
    """The column of each measure that is wanted, and its column in a run's table."""
    place = {measure.name: number for number, measure in enumerate(weekly_of(scenario))}
    return [(column, place[name]) for column, name in enumerate(wanted) if name in place]


def _outcomes(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> Array:
    """(runs, outcomes) float64; NaN where a run's scenario does not measure an outcome."""
    if rows and not RATIO_NAMES.isdisjoint(names):
        return (
            add_ratios(pd.DataFrame(list(rows))).reindex(columns=list(names)).to_numpy(np.float64)
        )
    found = [[row.get(name, np.nan) for name in names] for row in rows]
    return np.array(found).reshape(-1, len(names))
