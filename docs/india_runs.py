"""What the runs of the Indian case come to, for its page (`make_india`) and for its tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seci_sim import SECIModel
from seci_sim.parameters import WEEKS_A_YEAR
from seci_sim.scenario import Scenario, read_scenario
from seci_sim.seci.knowledge import BY_CONCEPT, Array
from seci_sim.seci.records import COLUMN
from seci_sim.seci.service import ELIGIBLE


@dataclass(frozen=True)
class Runs:
    """What all runs of one scenario came to; the first axis is that of the seeds."""

    scenario: Scenario
    launch: Array
    """(runs, markets): weeks from opening to launch."""
    words_to_routine: Array
    """(runs, markets): weeks from the concept to the routine of the plan that launched."""
    own_words: Array
    """(runs, markets): entries of that plan that the group put into words itself."""
    read: Array
    """(runs, markets): its other entries."""
    right: Array
    """(runs, markets): share of its entries that were right when it was planned."""
    first_year: Array
    """(runs, markets, 3): needs met, needs mis-served and staff knowing in the year from opening."""
    access: Array
    """(runs, bands, 4): patients and money of all markets, over the run."""
    lately: Array
    """(runs, 2): needs met and mis-served in the last year, in all markets."""

    def total(self, column: int) -> Array:
        """(runs,): patients or money of all bands."""
        whole: Array = self.access[..., column].sum(axis=1)
        return whole

    def share(self, column: int) -> Array:
        """(runs,): of eligible patients."""
        return self.total(column) / self.total(ELIGIBLE)


def runs_of(name: str, seeds: Sequence[int]) -> Runs:
    """Run one scenario with every seed."""
    scenario = read_scenario(name)
    each = [_one_run(scenario, seed) for seed in seeds]
    return Runs(scenario, *(np.array(part) for part in zip(*each, strict=True)))


def _one_run(scenario: Scenario, seed: int) -> tuple[Array, ...]:
    model = SECIModel(scenario, rng=seed)
    while model.running:
        model.step()
    markets = range(len(scenario.markets))
    rows = model.records.rows[: model.week]
    plans = np.array([_launching_plan(model, market) for market in markets]).T
    measured = [COLUMN[name] for name in ("needs_met", "needs_mis_served", "staff_knowing")]
    first_year = [rows[_opens(rows, m) :][:WEEKS_A_YEAR, m][:, measured].mean(0) for m in markets]
    launch = [(rows[:, m, COLUMN["launched"]] == 0).sum() + 1 for m in markets]
    access = model.records.access[: model.week, -1].sum(axis=0)
    return (
        np.array(launch),
        *plans,
        np.array(first_year),
        access,
        rows[-52:, -1, measured[:2]].mean(0),
    )


def _opens(rows: Array, market: int) -> int:
    """Index of the first week of a market."""
    return int(np.flatnonzero(~np.isnan(rows[:, market, COLUMN["launched"]]))[0])


def _launching_plan(model: SECIModel, market: int) -> tuple[float, float, float, float]:
    """Weeks from concept to routine of a market's first plan; its entries said, read and right."""
    projects = model.knowledge.projects
    since = projects.week_routine[: projects.size]
    own = np.flatnonzero((projects.market[: projects.size] == market) & (since > 0))
    first = own[np.argmin(since[own])]
    origin = projects.origin[first]
    said, entries = (origin == BY_CONCEPT).sum(), (origin != 0).sum()
    right = projects.right[first].sum() / entries
    return since[first] - projects.week_said[first], said, entries - said, right
