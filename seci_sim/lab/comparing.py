"""Scenarios side by side: the experiment that runs each of them with the same seeds.

Replication r of seed S is the run with seed S + r, for every scenario: the same world and the same
luck, so that differences between scenarios are differences between policies. What nobody has measured
has the values of the files there; `over_worlds` looks at the same scenarios with others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from seci_sim.lab.design import outcomes_of
from seci_sim.lab.experiment import Experiment
from seci_sim.lab.worlds import RUNS_OF_A_WORLD, WORLDS, Asked, in_worlds
from seci_sim.scenario import Scenario

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings
    from seci_sim.lab.progress import Progress
    from seci_sim.lab.run import Results


def comparison(
    scenarios: Sequence[Scenario],
    *,
    seed: int = 1,
    replications: int = 20,
    keep: Literal["report", "everything"] = "report",
) -> Experiment:
    """The experiment that compares scenarios with the first of them.

    Raises
    ------
    ValueError
        Names are not unique, models or horizons differ, or there is nothing to run.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> comparison([read_scenario("baseline"), read_scenario("silos")]).size
    2
    """
    if len({scenario.model for scenario in scenarios}) > 1:
        raise ValueError("only scenarios of one model can be compared")
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names) or not names or replications < 1:
        raise ValueError("scenarios need different names, and at least 1 replication")
    measured = dict.fromkeys(name for scenario in scenarios for name in outcomes_of(scenario))
    return Experiment(
        name=names[0] if len(names) == 1 else "Comparison",
        question=scenarios[-1].question,
        scenarios=tuple(scenarios),
        replications=replications,
        seed=seed,
        outcomes=tuple(measured),
        keep=keep,
    )


def over_worlds(compared: Experiment, worlds: Asked = WORLDS) -> Experiment | None:
    """The experiment that looks at what is compared in many worlds.

    Parameters
    ----------
    compared : Experiment
        See `comparison`.
    worlds : int, Plausible or WorldTable
        How many, from 2; or which.

    Returns
    -------
    Experiment or None
        World w, from 0, has the seeds S + 2 w and S + 2 w + 1, S the seed of the comparison, for
        every scenario. None where nothing is doubted, as in a published model.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> asked = over_worlds(comparison([read_scenario("baseline"), read_scenario("silos")]), 64)
    >>> asked.size, asked.replications, len(asked.uncertain) > 50
    (128, 2, True)
    """
    parts = in_worlds(compared.scenarios, worlds)
    if not parts:
        return None
    kept = {name: getattr(compared, name) for name in ("name", "question", "scenarios", "outcomes")}
    return Experiment(
        **kept, **parts, seed=compared.seed, replications=RUNS_OF_A_WORLD, yearly=True
    )


def simulate(
    scenarios: Sequence[Scenario],
    *,
    seed: int = 1,
    replications: int = 20,
    worlds: Asked = 0,
    workers: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Results:
    """Run every scenario with every seed, and in many worlds where some are asked for.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Their names must differ.
    seed, replications : int
        Seeds are seed, seed + 1, ..., seed + replications - 1.
    worlds : int, Plausible or WorldTable
        In how many worlds, from 2, besides, or in which; see `seci_sim.lab.world_tables.read_worlds`.
    workers : int, optional
        Processes; by default as many as there are processors. 1 runs in this process.
    on_progress : callable, optional
        Called after each finished chunk of runs.

    Returns
    -------
    Results
        The same for any number of workers.

    Raises
    ------
    ValueError
        Where names are not unique, models differ, or there is nothing to run.
    RuntimeError
        Where a run came to nothing.
    """
    from seci_sim.lab.pool import Here
    from seci_sim.lab.run import results_of, worlds_of

    def found(experiment: Experiment) -> Findings:
        executor = Here() if workers == 1 else None
        found = experiment.run(executor, workers=workers, on_progress=on_progress)
        if not found.failed.empty:
            first = found.failed.iloc[0]
            raise RuntimeError(f"cell {first['cell']}, seed {first['seed']}: {first['what']}")
        return found

    experiment = comparison(scenarios, seed=seed, replications=replications, keep="everything")
    results = results_of(found(experiment))
    assert results is not None
    doubts = over_worlds(experiment, worlds) if worlds else None
    return replace(results, worlds=worlds_of(found(doubts))) if doubts else results
