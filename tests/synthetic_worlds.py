"""Made-up worlds of made-up policies: the gain falls with a parameter that a firm can look up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seci_sim.lab.factors import Factor
from seci_sim.lab.run import Results
from seci_sim.lab.statistics import HOURS_A_HEAD, MET, MIS_SERVED, add_ratios
from seci_sim.lab.worlds import Worlds

FACTORS = (
    Factor(name="projects.pilot_weeks", decided=False, low=4, high=26),
    Factor(name="learning.showing", decided=False, low=0.01, high=0.1),
)


def worlds_of(found: Results, worlds: int = 32, replications: int = 2, years: int = 4) -> Worlds:
    """Worlds in which every policy but the first gains less, the longer pilots take."""
    rng = np.random.default_rng(7)
    shares = (np.arange(worlds)[:, None] + rng.random((worlds, len(FACTORS)))) / worlds
    values = {}
    for column, factor in enumerate(FACTORS):
        assert factor.low is not None
        assert factor.high is not None
        drawn = rng.permutation(shares[:, column])
        values[factor.name] = factor.low + drawn * (factor.high - factor.low)
    parameters = pd.DataFrame(values, pd.RangeIndex(worlds, name="world"))
    rows = []
    for place, scenario in enumerate(found.scenarios):
        own = found.summary[found.summary["scenario"] == scenario.name].iloc[0]
        for world in range(worlds):
            pilots = parameters["projects.pilot_weeks"][world]
            gain = own[MET] * (1 if place == 0 else (22 - pilots) / 12)
            for replication in range(replications):
                seed = world * replications + replication
                luck = np.random.default_rng(seed).normal(0, 0.01)
                noise = np.random.default_rng([seed, place]).normal(0, 0.002)
                met = float(np.clip(abs(gain) + luck + noise, 0, 1))
                key = {"scenario": scenario.name, "world": world, "replication": replication}
                rows.append(own.to_dict() | key | {"seed": seed, MET: met})
    runs = pd.DataFrame(rows)
    runs = add_ratios(
        runs[["scenario", "world", "replication", "seed", *own.index.drop(["scenario", "seed"])]]
    )
    keys = ["scenario", "world", "replication", MET, MIS_SERVED, HOURS_A_HEAD]
    yearly = pd.concat([runs[keys].assign(year=year) for year in range(1, years + 1)])
    return Worlds(parameters, FACTORS, runs, yearly, "latin hypercube")


def with_fewer_treated(found: Results) -> Results:
    """The same, with a last policy under which half as many patients start treatment."""
    changed = found.summary["scenario"] == "Two percent"
    for column in [c for c in found.summary.columns if c.startswith(("started_", "adherent_"))]:
        found.summary.loc[changed, column] *= 0.5
    return found
