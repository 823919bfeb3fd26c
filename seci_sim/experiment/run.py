"""Run scenarios on the same seeds, in parallel processes.

Replication r of seed S is the run with seed S + r, for every scenario: the same world and the same
luck, so that differences between scenarios are differences between policies.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from loky import ProcessPoolExecutor

from seci_sim.experiment import watch
from seci_sim.experiment.outcomes import columns_of
from seci_sim.experiment.pool import Here, Pool, workers_or_all
from seci_sim.experiment.stopping import listening
from seci_sim.parameters import MODELS, SECI
from seci_sim.scenario import Scenario

if TYPE_CHECKING:
    from seci_sim.knowledge import Array
    from seci_sim.measures import Measure
    from seci_sim.model import SECIModel

WHOLE = "all"
"""What stands for all markets together in the column ``market``."""

STORY = ["scenario", "seed", "need", "market", "stage", "week", "response", "people"]
"""Columns of the table of stories."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Results:
    """Everything that a set of scenarios led to."""

    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    weekly: pd.DataFrame
    """A row for each scenario, seed, week and market (or ``all``)."""
    summary: pd.DataFrame
    """A row for each scenario and seed; see `seci_sim.records.summary`."""
    diffusion: pd.DataFrame
    """For each scenario, week and need: share of staff who hold it rightly, mean over seeds."""
    stories: pd.DataFrame
    """For the first seed of each scenario: when each market reached each stage with each need."""
    measures: tuple[Measure, ...]
    """The columns of `weekly`, declared."""
    seconds: float
    """How long the runs took."""


@dataclass(frozen=True)
class Run:
    """What one run hands back."""

    scenario: int
    seed: int
    table: Array
    """(weeks, markets + 1, columns) float64; see `seci_sim.records.table`."""
    knowing: Array
    """(weeks, needs) float64."""
    stories: list[tuple[int, str, str, int, int, str]]
    """need, market, stage, week, response, people; empty unless asked for."""
    summary: dict[str, float]
    """All that was measured, in one row; see `seci_sim.records.summary`."""


def simulate(
    scenarios: Sequence[Scenario],
    *,
    seed: int = 1,
    replications: int = 20,
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> Results:
    """Run every scenario with every seed.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Their names must differ.
    seed, replications : int
        Seeds are seed, seed + 1, ..., seed + replications - 1.
    workers : int, optional
        Processes; by default as many as there are processors. 1 runs in this process.
    on_progress : callable, optional
        Called with the number of finished and of all runs.

    Returns
    -------
    Results
        The same for any number of workers.

    Raises
    ------
    ValueError
        Where names are not unique, models differ, or there is nothing to run.
    """
    names = [scenario.name for scenario in scenarios]
    if len({scenario.model for scenario in scenarios}) > 1:
        raise ValueError("simulate needs scenarios of one model")
    if len(set(names)) < len(names) or not names or replications < 1:
        raise ValueError("simulate needs scenarios with different names and at least 1 replication")
    began = time.perf_counter()
    seeds = tuple(range(seed, seed + replications))
    # Replications outside, so that an early look is a balanced sample.
    tasks = [(number, s) for s in seeds for number in range(len(scenarios))]
    runs: dict[tuple[int, int], Run] = {}
    for run in _run_all(scenarios, tasks, first_seed=seed, workers=workers):
        runs[run.scenario, run.seed] = run
        if on_progress is not None:
            on_progress(len(runs), len(tasks))
    return _results(tuple(scenarios), seeds, runs, time.perf_counter() - began)


HALVES = (
    ("move_world", "socialize", "internalize"),
    ("externalize", "combine", "serve", "take_stock"),
)
"""The steps of a week, in two parts whose rules take about equally long to compile."""


def warm_up(model: str = SECI) -> None:
    """Compile all rules of a model once, so that worker processes find them compiled.

    Those of the SECI organisation take long, and are compiled by two processes.
    """
    from seci_sim.first_use import is_warm, mark_warm

    if not is_warm(model):
        if model == SECI:
            halves = len(HALVES)
            with ProcessPoolExecutor(halves, initializer=watch.leave_with_parent) as pool:
                list(pool.map(_compile_rules, HALVES))
        else:
            ready(model)
        mark_warm(model)


@cache
def ready(model: str = SECI) -> None:
    """Load a model's compiled rules into this process, so that no run's clock counts it."""
    if model == SECI:
        from seci_sim.model import SECIModel

        SECIModel("baseline", rng=0, projects_per_head=1.0).step()
    else:
        fields = {"name": model, "question": "Does it run?", "model": model, "horizon": 1}
        run_once(Scenario.model_validate(fields), 0, 0, with_stories=False)


def _compile_rules(steps: Sequence[str]) -> None:
    """Compile the rules of some steps of a week, in a firm that starts projects every week."""
    from seci_sim.model import SECIModel

    model = SECIModel("baseline", rng=0, projects_per_head=1.0)
    model.organisation.begin_week()
    for step in steps:
        getattr(model, step)()


def run_once(scenario: Scenario, number: int, seed: int, with_stories: bool) -> Run:
    """Run one scenario with one seed to its horizon."""
    model = MODELS[scenario.model]
    if model.rules:
        from seci_sim.classics import running

        rows, settled = running.run(model, scenario.parameters, scenario.horizon, seed)
        summary = running.summary(model, rows, settled)
        return Run(number, seed, rows[:, None], np.empty((0, 0)), [], summary)
    from seci_sim.model import SECIModel

    return run_of(SECIModel(scenario, rng=seed), number, seed, with_stories)


def run_of(model: SECIModel, number: int, seed: int, with_stories: bool = False) -> Run:
    """Run a model to its horizon, and hand back what came of it."""
    from seci_sim import records
    from seci_sim.measures import columns

    model.run()
    settings = model.settings
    stories = [
        (need, step.market, step.stage, step.week, step.response, "; ".join(step.people))
        for need in range(settings.world.needs if with_stories else 0)
        for step in model.story(need)
    ]
    table = records.table(model.records)
    summary = records.summary(table[:, -1], columns(settings.service.bands))
    return Run(number, seed, table, model.records.knowing, stories, summary)


@dataclass(frozen=True)
class _Asked:
    """One run, as a task of the pool."""

    scenario: Scenario
    number: int
    seed: int
    with_stories: bool

    @property
    def labels(self) -> list[str]:
        return [f"{self.number}-{self.seed}"]

    def only(self, places: Sequence[int]) -> _Asked:
        assert list(places) == [0]
        return self


def _do(asked: _Asked) -> Run:
    watch.begin(asked.labels[0], None)
    run = run_once(asked.scenario, asked.number, asked.seed, asked.with_stories)
    watch.rest()
    return run


def _run_all(
    scenarios: Sequence[Scenario],
    tasks: Sequence[tuple[int, int]],
    *,
    first_seed: int,
    workers: int | None,
) -> Iterator[Run]:
    """Runs as they finish."""
    warm_up(scenarios[0].model)
    workers = min(workers_or_all(workers), len(tasks))
    asked = (_Asked(scenarios[number], number, s, s == first_seed) for number, s in tasks)
    with listening() as stop:
        here = Here() if workers == 1 else None
        with Pool[_Asked, Run](_do, workers, executor=here, stop=stop) as pool:
            for ended in pool.each(asked):
                if ended.result is None:
                    raise ended.problem or RuntimeError(f"seed {ended.task.seed}: {ended.death}")
                yield ended.result
        stop.obey()


def _results(
    scenarios: tuple[Scenario, ...],
    seeds: tuple[int, ...],
    runs: dict[tuple[int, int], Run],
    seconds: float,
) -> Results:
    """Tidy tables, in the order of scenarios and seeds whatever the order in which runs ended."""
    from seci_sim.classics.running import up_to

    weekly, summaries, diffusion, stories = [], [], [], []
    measures: dict[str, Measure] = {}
    model = MODELS[scenarios[0].model]
    longest = max(len(run.table) for run in runs.values())
    for number, scenario in enumerate(scenarios):
        columns = columns_of(scenario)
        measures |= {measure.name: measure for measure in columns}
        of_scenario = [runs[number, seed] for seed in seeds]
        summaries += [_row(scenario, run) for run in of_scenario]
        if model.rules:  # a published model has neither people to follow nor needs
            of_scenario = [
                replace(run, table=up_to(longest, model, run.table)) for run in of_scenario
            ]
        else:
            diffusion.append(_diffusion(scenario, of_scenario))
            stories += [(scenario.name, seeds[0], *step) for step in of_scenario[0].stories]
        weekly.append((scenario, of_scenario, [measure.name for measure in columns]))
    return Results(
        scenarios=scenarios,
        seeds=seeds,
        weekly=_weekly(weekly, seeds),
        summary=pd.DataFrame(summaries),
        diffusion=pd.concat(diffusion, ignore_index=True) if diffusion else pd.DataFrame(),
        stories=pd.DataFrame(stories, columns=STORY) if diffusion else pd.DataFrame(),
        measures=tuple(measures.values()),
        seconds=seconds,
    )


def _row(scenario: Scenario, run: Run) -> dict[str, Any]:
    return {"scenario": scenario.name, "seed": run.seed} | run.summary


def _weekly(
    parts: Sequence[tuple[Scenario, Sequence[Run], list[str]]], seeds: tuple[int, ...]
) -> pd.DataFrame:
    """The weekly rows of all scenarios, one below the other; each comes with its runs and columns.

    The table is large, so every number is copied once. What a scenario does not measure stays empty.
    """
    names = list(dict.fromkeys(name for *_, columns in parts for name in columns))
    tables = [run.table.reshape(-1, run.table.shape[-1]) for _, runs, _ in parts for run in runs]
    values = np.empty((sum(map(len, tables)), len(names)))
    ends = np.cumsum([len(table) for table in tables]).tolist()
    columns_of = [columns for _, runs, columns in parts for _ in runs]
    for table, columns, end in zip(tables, columns_of, ends, strict=True):
        rows = values[end - len(table) : end]
        if columns == names:
            rows[:] = table
        else:
            rows[:] = np.nan
            rows[:, [names.index(name) for name in columns]] = table
    frame = pd.DataFrame(values, columns=names, copy=False)
    keys = pd.concat([_keys(scenario, seeds, runs[0]) for scenario, runs, _ in parts])
    for place, name in enumerate(keys.columns):
        frame.insert(place, name, keys[name].array)
    return frame


def _keys(scenario: Scenario, seeds: tuple[int, ...], run: Run) -> pd.DataFrame:
    """What the rows of a scenario's runs are of: scenario, seed, week and market."""
    weeks, places, _ = run.table.shape
    markets = np.array([*scenario.markets, WHOLE], dtype=object)
    return pd.DataFrame(
        {
            "scenario": scenario.name,
            "seed": np.repeat(np.array(seeds, np.int64), weeks * places),
            "week": np.tile(np.repeat(np.arange(1, weeks + 1), places), len(seeds)),
            "market": pd.Series(np.tile(markets, len(seeds) * weeks), dtype="category"),
        }
    )


def _diffusion(scenario: Scenario, runs: Sequence[Run]) -> pd.DataFrame:
    """Mean diffusion curve of each need."""
    from seci_sim.world import CLASSES, class_sizes

    share = np.mean([run.knowing for run in runs], axis=0)
    weeks, needs = share.shape
    classes = np.repeat(CLASSES, class_sizes(scenario.world))
    return pd.DataFrame(
        {
            "scenario": scenario.name,
            "week": np.repeat(np.arange(1, weeks + 1), needs),
            "need": np.tile(np.arange(needs), weeks),
            "need_class": np.tile(classes, weeks),
            "share": share.ravel(),
        }
    )
