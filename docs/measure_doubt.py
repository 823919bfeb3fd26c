"""How often intervals over worlds hold: measure it on worlds that were left out, and print the table.

The table stands in docs/statistics.md; it takes about ten minutes on two processors::

    python docs/measure_doubt.py
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from make_tables import table as markdown

from seci_sim import read_scenario
from seci_sim.lab.comparing import comparison, over_worlds
from seci_sim.lab.doubt import changes, doubt_of
from seci_sim.lab.run import worlds_of
from seci_sim.lab.statistics import HOURS_A_HEAD, MET, MIS_SERVED
from seci_sim.lab.worlds import AGREEING_WORLDS, Worlds
from seci_sim.scenario import Scenario

GROUPS = (
    ("no-patient-time", "one-percent", "two-percent"),
    ("global-partner-only", "local-partner"),
)
"""Each policy is held against the one before it."""

DIFFERENCES = {
    "One percent": "1% against none",
    "Two percent": "2% against 1%",
    "Local partner": "local against global partner",
}
"""What the table calls a policy, held against the one before it."""

OUTCOMES = {MET: "needs met", MIS_SERVED: "needs mis-served", HOURS_A_HEAD: "hours"}
"""And each outcome."""

COUNTS, SPLITS = (128, 192, 256), 200
"""Worlds of a design, and how often the table is split into a design and the firms it is held against."""

RUNS_OF_A_FIRM = 30

SEED_OF_FIRMS = 1_000_000
"""Far from the seeds of designs, so that no firm shares its luck with a world."""


def looked_at(scenarios: Sequence[Scenario], seed: int, replications: int = 2) -> Worlds:
    """Scenarios in all worlds that agree with published findings."""
    asked = over_worlds(comparison(scenarios, seed=seed), AGREEING_WORLDS)
    assert asked is not None
    found = worlds_of(asked.model_copy(update={"replications": replications}).run())
    assert found is not None
    return found


@dataclass(frozen=True)
class Held:
    """How often intervals hold what firms gain in the long run."""

    policy: str
    outcome: str
    worlds: int
    """Of a design."""
    share: float
    """Of firms, over all splits."""
    spread: float
    """Standard deviation of that share from split to split."""


def held(
    scenarios: Sequence[Scenario], truth: Worlds, seen: Worlds, counts: Sequence[int] = COUNTS
) -> Iterator[Held]:
    """Of some worlds make a design, and hold its intervals against all others, step by step and outcome by outcome."""
    for before, policy in pairwise(scenario.name for scenario in scenarios):
        for outcome in OUTCOMES:
            firms = changes(truth.runs, outcome, policy, before).mean(axis=1)
            pairs = changes(seen.runs, outcome, policy, before)
            for count in counts:
                rng = np.random.default_rng(count)
                shares = []
                for _ in range(SPLITS):
                    places = rng.permutation(len(firms))
                    doubt = doubt_of(pairs[places[:count]])
                    assert doubt is not None
                    low, high = doubt.interval
                    others = firms[places[count:]]
                    shares.append(float(((low <= others) & (others <= high)).mean()))
                yield Held(policy, outcome, count, float(np.mean(shares)), float(np.std(shares)))


def table(found: Sequence[Held]) -> str:
    """The table of the page: a row for each difference and outcome, a column for each number of worlds."""
    shares = {(one.policy, one.outcome, one.worlds): one.share for one in found}
    counts = sorted({one.worlds for one in found})
    heads = ("difference", "outcome", *(f"{count} worlds" for count in counts))
    lines = []
    for policy in dict.fromkeys(one.policy for one in found):
        for place, (outcome, words) in enumerate(OUTCOMES.items()):
            cells = [f"{shares[policy, outcome, count]:.1%}" for count in counts]
            lines.append(["" if place else DIFFERENCES[policy], words, *cells])
    return markdown(heads, lines)


def main() -> None:
    """Print the table, and how far its shares hang on the design."""
    found: list[Held] = []
    for names in GROUPS:
        scenarios = [read_scenario(name) for name in names]
        truth = looked_at(scenarios, SEED_OF_FIRMS, RUNS_OF_A_FIRM)
        found += held(scenarios, truth, looked_at(scenarios, 1))
    spreads = [one.spread for one in found]
    print(table(found))  # noqa: T201
    print(f"From one design to the next: {min(spreads):.1%} to {max(spreads):.1%}")  # noqa: T201


if __name__ == "__main__":
    main()
