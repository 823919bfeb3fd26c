"""Small tables of runs, at a file's own values and in worlds, whose answers are worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from seci_sim.lab.factors import Factor
from seci_sim.lab.statistics import HOURS_A_HEAD, MET, MIS_SERVED, ON_TREATMENT, STARTING
from seci_sim.lab.worlds import Worlds

SETUP = Factor(name="projects.setup_weeks", decided=False, low=6, high=26)
"""A firm can look it up."""
SHOWING = Factor(name="learning.showing", decided=False, low=0.01, high=0.1)
"""A rule's number, which nobody can."""

Measures = Mapping[str, ArrayLike]
PLAIN = {
    MET: 0.0,
    MIS_SERVED: 0.0,
    HOURS_A_HEAD: 100.0,
    ON_TREATMENT: 0.0,
    STARTING: 0.0,
    "subsidy": 0.0,
    "adherent_low": 0.0,
    "adherent_high": 0.0,
}


def summary_of(runs: int, policies: Mapping[str, Measures]) -> pd.DataFrame:
    """A row a run: of each measure that is given (runs,) values, or one for all."""
    return pd.concat(
        [
            pd.DataFrame({"scenario": name, "seed": range(1, runs + 1), **PLAIN, **measures})
            for name, measures in policies.items()
        ],
        ignore_index=True,
    )


def in_worlds(shape: tuple[int, int], policies: Mapping[str, Measures]) -> pd.DataFrame:
    """The same in (worlds, replications), of which each measure is given so, or one value for all."""
    world, replication = (place.ravel() for place in np.indices(shape))
    keys = {"world": world, "replication": replication, "seed": world * shape[1] + replication}
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "scenario": name,
                    **keys,
                    **{
                        measure: np.broadcast_to(values, shape).ravel()
                        for measure, values in (PLAIN | dict(measures)).items()
                    },
                }
            )
            for name, measures in policies.items()
        ],
        ignore_index=True,
    )


def worlds_of(
    parameters: Mapping[Factor, ArrayLike], policies: Mapping[str, Measures], replications: int = 2
) -> Worlds:
    """Worlds with such parameters, each (worlds,), and what came of the policies in them."""
    table = pd.DataFrame({factor.name: values for factor, values in parameters.items()})
    runs = in_worlds((len(table), replications), policies)
    yearly = runs[["scenario", "world", "replication", MET, MIS_SERVED, HOURS_A_HEAD]]
    return Worlds(
        table.rename_axis("world"),
        tuple(parameters),
        runs,
        yearly.assign(year=1),
        "latin hypercube",
    )


def in_the_middle(factor: Factor, worlds: int) -> np.ndarray:
    """Values in the middle of equal parts of a range, from the lowest up."""
    assert factor.low is not None
    assert factor.high is not None
    return factor.low + (np.arange(worlds) + 0.5) / worlds * (factor.high - factor.low)
