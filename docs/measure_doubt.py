"""How often intervals over worlds hold: measure it on firms drawn from the ranges, and print the table.

The table stands in docs/statistics.md; it takes about an hour on two processors::

    python docs/measure_doubt.py
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from seci_sim import read_scenario
from seci_sim.lab.comparing import comparison, over_worlds
from seci_sim.lab.doubt import changes, doubt_of
from seci_sim.lab.factors import Factor
from seci_sim.lab.run import worlds_of
from seci_sim.lab.statistics import HOURS_A_HEAD, MET, MIS_SERVED
from seci_sim.lab.worlds import Worlds, WorldTable, doubted
from seci_sim.scenario import Scenario

GROUPS = (
    ("no-patient-time", "one-percent", "two-percent"),
    ("global-partner-only", "local-partner"),
)
"""Each policy is held against the one before it."""

OUTCOMES = (MET, MIS_SERVED, HOURS_A_HEAD)

COUNTS, DESIGNS = (128, 192, 256), 8
"""Worlds of a design, and designs of each size, from seeds of their own."""

FIRMS, RUNS_OF_A_FIRM = 200, 30

SEED_OF_FIRMS = 1_000_000
"""Far from the seeds of designs, so that no firm shares its luck with a world."""


def firms(scenarios: Sequence[Scenario], count: int = FIRMS) -> WorldTable:
    """Firms of which every doubted number is drawn from its range by itself."""
    factors = doubted(scenarios)
    rng = np.random.default_rng(SEED_OF_FIRMS)
    rows = tuple(tuple(_drawn(factor, rng) for factor in factors) for _ in range(count))
    return WorldTable("firms", tuple(factor.name for factor in factors), rows)


def _drawn(factor: Factor, rng: np.random.Generator) -> int | float:
    assert factor.low is not None
    assert factor.high is not None
    if factor.whole:
        return int(rng.integers(int(factor.low), int(factor.high) + 1))
    return float(rng.uniform(factor.low, factor.high))


def looked_at(
    scenarios: Sequence[Scenario], worlds: int | WorldTable, seed: int, replications: int = 2
) -> Worlds:
    """Scenarios in many worlds, or in many firms."""
    asked = over_worlds(comparison(scenarios, seed=seed), worlds)
    assert asked is not None
    found = worlds_of(asked.model_copy(update={"replications": replications}).run())
    assert found is not None
    return found


def long_run(found: Worlds, outcome: str, policy: str, against: str) -> NDArray[np.float64]:
    """(firms,): what a policy changes in the mean of all runs of each firm."""
    return np.asarray(changes(found.runs, outcome, policy, against).mean(axis=1))


@dataclass(frozen=True)
class Held:
    """How often the intervals of some designs hold what firms gain in the long run."""

    policy: str
    outcome: str
    share: float
    """Of firms, over all designs."""
    least: float
    """In the design that holds the fewest."""


def held(scenarios: Sequence[Scenario], truth: Worlds, designs: Sequence[Worlds]) -> Iterator[Held]:
    """Measure the intervals of some designs, step by step and outcome by outcome."""
    for before, policy in pairwise(scenario.name for scenario in scenarios):
        for outcome in OUTCOMES:
            own = long_run(truth, outcome, policy, before)
            shares = []
            for design in designs:
                doubt = doubt_of(changes(design.runs, outcome, policy, before))
                assert doubt is not None
                low, high = doubt.interval
                shares.append(float(((low <= own) & (own <= high)).mean()))
            yield Held(policy, outcome, float(np.mean(shares)), min(shares))


def main() -> None:
    """Print the table."""
    print("| policy | outcome | worlds | held | in the worst design |")  # noqa: T201
    print("| --- | --- | --- | --- | --- |")  # noqa: T201
    for names in GROUPS:
        scenarios = [read_scenario(name) for name in names]
        truth = looked_at(scenarios, firms(scenarios), SEED_OF_FIRMS, RUNS_OF_A_FIRM)
        for count in COUNTS:
            designs = [
                looked_at(scenarios, count, 10_000 * number + 1) for number in range(DESIGNS)
            ]
            for one in held(scenarios, truth, designs):
                print(  # noqa: T201
                    f"| {one.policy} | {one.outcome} | {count} | {one.share:.1%} | {one.least:.1%} |"
                )


if __name__ == "__main__":
    main()
