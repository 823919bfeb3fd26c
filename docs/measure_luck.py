"""How many runs shared luck saves: measure it for some pairs of policies, and print the table.

The table stands in docs/statistics.md::

    python docs/measure_luck.py
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seci_sim import read_scenario, simulate
from seci_sim.lab.intervals import runs_needed
from seci_sim.lab.statistics import runs_of

PAIRS = (
    ("no-patient-time", "one-percent"),
    ("one-percent", "two-percent"),
    ("global-partner-only", "local-partner"),
    ("baseline", "high-turnover"),
)
HALF_WIDTH = 0.005
"""Half a percentage point of needs met, either way."""

REPLICATIONS = 40


@dataclass(frozen=True)
class Saving:
    """What shared luck saves in one comparison."""

    policies: tuple[str, str]
    correlation: float
    """Of needs met in the runs of one seed."""
    with_it: int
    """Runs of each policy until the interval of the difference is narrow enough."""
    without: int
    """The same, if every run of the second policy had luck of its own."""


def saving(first: str, second: str, replications: int = REPLICATIONS) -> Saving:
    """Measure one pair of scenarios."""
    scenarios = [read_scenario(name) for name in (first, second)]
    summary = simulate(scenarios, replications=replications, workers=2).summary
    one, other = (runs_of(summary, scenario.name, "needs_met") for scenario in scenarios)
    together = float((other - one).std())
    apart = float(np.sqrt(one.var() + other.var()))
    return Saving(
        (first, second),
        float(one.corr(other)),
        runs_needed(together, HALF_WIDTH),
        runs_needed(apart, HALF_WIDTH),
    )


def main() -> None:
    """Print the table."""
    print("| policies | correlation | with shared luck | without | times fewer |")  # noqa: T201
    print("| --- | --- | --- | --- | --- |")  # noqa: T201
    for first, second in PAIRS:
        found = saving(first, second)
        times = found.without / found.with_it
        print(  # noqa: T201
            f"| `{first}` and `{second}` | {found.correlation:.2f} | {found.with_it} | "
            f"{found.without} | {times:.1f} |"
        )


if __name__ == "__main__":
    main()
