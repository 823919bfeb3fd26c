"""The tables of scenarios that were run side by side: by run, by week and market, by need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seci_sim.declaring import PERIODS
from seci_sim.lab.cells import Cells
from seci_sim.lab.design import RATIO_NAMES, YEARLY, Design, outcomes_of
from seci_sim.lab.kept import market_measures, weekly_measures
from seci_sim.lab.statistics import add_ratios
from seci_sim.lab.trial_measures import MEASURED
from seci_sim.lab.worlds import Worlds
from seci_sim.notebook_table import notebook_table
from seci_sim.parameters import MODELS
from seci_sim.scenario import Scenario
from seci_sim.scenario.trial import ARMS
from seci_sim.seci.measures import WHOLE, Measure
from seci_sim.words import counted

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings
    from seci_sim.seci.knowledge import Array

WEEKS_TO_ROUTINE = "weeks_to_routine"


@dataclass(frozen=True)
class Results:
    """Everything that a set of scenarios led to."""

    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    weekly: pd.DataFrame
    """A row for each scenario, seed, week and market (or ``all``)."""
    summary: pd.DataFrame
    """A row for each scenario and seed; see `seci_sim.seci.records.summary`."""
    diffusion: pd.DataFrame
    """For each scenario, week and need: share of staff who hold it rightly, mean over seeds."""
    stories: pd.DataFrame
    """For the first seed of each scenario: when each market reached each stage with each need."""
    measures: tuple[Measure, ...]
    """The columns of `weekly`, declared."""
    seconds: float
    """How long the runs took."""
    fingerprint: str = ""
    """Hash of all that the numbers depend on, as in the manifest."""
    trial: pd.DataFrame = field(default_factory=pd.DataFrame)
    """For each scenario with a trial, seed, week and arm: who is there, and the mean of each measure."""
    worlds: Worlds | None = None
    """The same scenarios in many worlds, where they were looked at."""

    def _repr_html_(self) -> str:
        """What a notebook shows: the mean of each outcome, scenario by scenario."""
        means = self.summary.drop(columns="seed").groupby("scenario", sort=False).mean()
        title = f"{counted(len(self.scenarios), 'scenario')}, {counted(len(self.seeds), 'seed')}"
        return notebook_table(title, means.T.map("{:.4g}".format).itertuples(), means.index)


def results_of(found: Findings) -> Results | None:
    """The tables of a comparison, of the seeds with which all scenarios were run.

    None where the experiment keeps no more of a run than its outcomes, or no seed is complete.
    """
    experiment, ran = found.experiment, found.ran
    assert ran is not None
    if experiment.keep == "outcomes":
        return None
    done = np.zeros((len(experiment.scenarios), experiment.replications), bool)
    done[ran.cell, ran.replication] = True
    complete = np.logical_and.reduce(done)
    if not complete.any():
        return None
    kept = complete[ran.replication]
    seeds = tuple(experiment.seed_of(0, number) for number in np.flatnonzero(complete).tolist())
    measures = experiment.measures
    return Results(
        scenarios=experiment.scenarios,
        seeds=seeds,
        weekly=_weekly(experiment, ran.weekly[kept], ran.markets[kept], seeds, _weeks(found)),
        summary=found.table.loc[kept, ["scenario", "seed", *measured(experiment)]].reset_index(
            drop=True
        ),
        diffusion=_diffusion(experiment, ran.knowing[kept]),
        stories=_stories(experiment, ran.stories),
        measures=tuple(measures[name] for name in weekly_measures(experiment)),
        seconds=found.seconds,
        fingerprint=experiment.fingerprint,
        trial=_trial(experiment, ran.trial[kept], seeds),
    )


def worlds_of(found: Findings) -> Worlds | None:
    """What came of scenarios in the worlds in which all runs of all of them came to an end.

    None where there is no such world.
    """
    experiment, table = found.experiment, found.table
    assert experiment.sample is not None
    points = Cells(experiment).points
    count = len(points)
    number = (table["cell"] % count).to_numpy()
    runs_of_a_world = len(experiment.scenarios) * experiment.replications
    complete = np.bincount(number, minlength=count) == runs_of_a_world
    if not complete.any():
        return None
    keys = ["scenario", "world", "replication", "seed"]
    runs = table.assign(world=number).loc[complete[number], [*keys, *measured(experiment)]]
    yearly = found.yearly.assign(world=found.yearly["cell"] % count)
    scenarios = np.array([one.name for one in experiment.scenarios], dtype=object)
    yearly["scenario"] = pd.Series(scenarios[yearly["cell"] // count], dtype="str")
    keys = ["scenario", "world", "replication", "year"]
    parameters = pd.DataFrame(points, columns=[factor.name for factor in experiment.uncertain])
    return Worlds(
        parameters=parameters.rename_axis("world").loc[complete],
        factors=experiment.uncertain,
        method=experiment.sample.method,
        runs=add_ratios(runs).reset_index(drop=True),
        yearly=yearly.loc[complete[yearly["world"]], [*keys, *YEARLY]].reset_index(drop=True),
    )


def measured(experiment: Design) -> list[str]:
    """Outcomes but ratios of them, in the order of `seci_sim.seci.records.summary`."""
    found: dict[str, None] = {}
    for scenario in experiment.scenarios:
        kept = [name for name in outcomes_of(scenario) if name in experiment.outcomes]
        names = [name for name in kept if name not in RATIO_NAMES]
        last = [WEEKS_TO_ROUTINE] * (WEEKS_TO_ROUTINE in names) + names[-1:]
        found |= dict.fromkeys([*(name for name in names if name not in last), *last])
    return list(found)


def _weeks(found: Findings) -> int:
    """Weeks of the weekly table: the horizon, or the periods of the longest run of a published model."""
    horizon = found.experiment.scenarios[0].horizon
    if PERIODS.name not in found.table:
        return horizon
    return int(found.table[PERIODS.name].fillna(horizon).max())


def _weekly(
    experiment: Design, whole: Array, markets: Array, seeds: tuple[int, ...], weeks: int
) -> pd.DataFrame:
    """The rows of all scenarios and runs, one below the other; in each week markets, then the whole.

    The table is large, so every number is copied once. What is not kept of a market stays empty.
    """
    columns = weekly_measures(experiment)
    chosen = [columns.index(name) for name in market_measures(experiment)]
    places = [[*scenario.markets, WHOLE] for scenario in experiment.scenarios]
    rows = len(seeds) * weeks * sum(map(len, places))
    values = np.full((rows, len(columns)), np.nan)
    keys, first = [], 0
    for number, (scenario, names) in enumerate(zip(experiment.scenarios, places, strict=True)):
        runs = slice(number * len(seeds), (number + 1) * len(seeds))
        last = first + len(seeds) * weeks * len(names)
        block = values[first:last].reshape(len(seeds), weeks, len(names), len(columns))
        block[:, :, -1] = whole[runs, :weeks]
        block[:, :, :-1, chosen] = markets[runs, :weeks, : len(names) - 1]
        keys.append(_keys(scenario, seeds, weeks, names))
        first = last
    frame = pd.DataFrame(values, columns=list(columns), copy=False)
    for place, (name, column) in enumerate(pd.concat(keys, ignore_index=True).items()):
        frame.insert(place, str(name), column.array)
    return frame


def _keys(
    scenario: Scenario, seeds: tuple[int, ...], weeks: int, places: Sequence[str]
) -> pd.DataFrame:
    """What the rows of a scenario's runs are of: scenario, seed, week and market."""
    markets = np.array(places, dtype=object)
    return pd.DataFrame(
        {
            "scenario": scenario.name,
            "seed": np.repeat(np.array(seeds, np.int64), weeks * len(places)),
            "week": np.tile(np.repeat(np.arange(1, weeks + 1), len(places)), len(seeds)),
            "market": pd.Series(np.tile(markets, len(seeds) * weeks), dtype="category"),
        }
    )


def _trial(experiment: Design, trial: Array, seeds: tuple[int, ...]) -> pd.DataFrame:
    """What was measured by arm, in the weeks in which it was."""
    found = []
    for place, scenario in enumerate(experiment.scenarios):
        if scenario.trial is None:
            continue
        weeks = np.array(scenario.trial.weeks(scenario.horizon))
        rows = trial[place * len(seeds) : (place + 1) * len(seeds), weeks - 1]
        columns: dict[str, Any] = {
            "scenario": scenario.name,
            "seed": np.repeat(np.array(seeds, np.int64), len(weeks) * len(ARMS)),
            "week": np.tile(np.repeat(weeks, len(ARMS)), len(seeds)),
            "arm": np.tile(np.array(ARMS, dtype=object), len(seeds) * len(weeks)),
        }
        measured = rows.reshape(-1, rows.shape[-1])
        for column, name in enumerate(("people", *MEASURED)):
            if column == 0 or name in scenario.trial.outcomes:
                columns[name] = measured[:, column]
        found.append(pd.DataFrame(columns))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def _diffusion(experiment: Design, knowing: Array) -> pd.DataFrame:
    """Mean diffusion curve of each need under each scenario."""
    if not knowing.size:
        return pd.DataFrame()
    from seci_sim.seci.world import CLASSES, class_sizes

    runs, found = len(knowing) // len(experiment.scenarios), []
    for place, scenario in enumerate(experiment.scenarios):
        needs = scenario.world.needs
        share = np.mean(knowing[place * runs : (place + 1) * runs, :, :needs], axis=0)
        weeks = len(share)
        classes = np.repeat(CLASSES, class_sizes(scenario.world))
        columns: dict[str, Any] = {
            "scenario": scenario.name,
            "week": np.repeat(np.arange(1, weeks + 1), needs),
            "need": np.tile(np.arange(needs), weeks),
            "need_class": np.tile(classes, weeks),
            "share": share.ravel(),
        }
        found.append(pd.DataFrame(columns))
    return pd.concat(found, ignore_index=True)


def _stories(experiment: Design, stories: dict[int, Any]) -> pd.DataFrame:
    """How far each need got in each market, in the first run of each scenario."""
    if MODELS[experiment.scenarios[0].model].rules:  # a published model has no needs to follow
        return pd.DataFrame()
    names = [scenario.name for scenario in experiment.scenarios]
    return pd.DataFrame(
        [
            (names[cell], experiment.seed, *step)
            for cell in sorted(stories)
            for step in stories[cell]
        ],
        columns=["scenario", "seed", "need", "market", "stage", "week", "response", "people"],
    )
