"""Tables of two policies in worlds, and what is judged of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from few_worlds import SETUP, Measures, in_the_middle, summary_of, worlds_of

from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    MET,
    MIS_SERVED,
)
from seci_sim.lab.worlds import Worlds

RUNS = 10
LUCK = 0.001 * np.array([1.0, -1, 2, -2, 0, 3, -3, 1, -1, 0])
"""Of mean 0."""
WEEKS = in_the_middle(SETUP, 20)
"""6.5, 7.5 ... 25.5."""


def column(values: Any) -> np.ndarray:
    """Worlds in which luck does nothing: one value for both runs of each."""
    return np.asarray(values, float)[:, None]


def a_case(**changes: Measures) -> tuple[pd.DataFrame, Worlds]:
    """Policy B against A: 10 points more, and 2 to 4 hours for each; harm of 5 points."""
    own: dict[str, Any] = {
        "A": {MET: 0.3, MIS_SERVED: 0.1},
        "B": {MET: 0.4 + LUCK, MIS_SERVED: 0.15 + LUCK[::-1] / 2, HOURS_A_HEAD: 130.0},
    }
    of_worlds: dict[str, Any] = {
        "A": {MET: 0.3, MIS_SERVED: 0.1},
        "B": {
            MET: column(0.3 + 0.01 * (22 - WEEKS)),
            MIS_SERVED: 0.15,
            HOURS_A_HEAD: 130.0,
        },
    }
    for name, measures in changes.items():
        own[name] = own[name] | dict(measures)
        of_worlds[name] = of_worlds[name] | dict(measures)
    return summary_of(RUNS, own), worlds_of({SETUP: WEEKS}, of_worlds)
