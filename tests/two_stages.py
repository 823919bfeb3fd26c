"""Whether runs still have the distributions that they had: two stages, and no flicker.

A change that is not meant to move results may still move every single one of them, as when draws are
addressed in another way: then only their distributions can be compared. `REFERENCE` holds some
outcomes of 4,000 runs of a small firm, made once. Each is held against the runs of today by three
tests: means (Welch 1947), spreads (Brown and Forsythe 1974) and the whole shape (Kolmogorov and
Smirnov), of which the smallest p counts three times (Bonferroni).

1. 200 runs. What has p below 0.02 is suspected; mostly nothing is, and that was all.
2. 2,000 fresh runs. What was suspected and has p below 0.0001 is another distribution.

Were nothing changed but the draws, an outcome would be called another one about 3 times in a million
(0.02 times 0.0001, and a little more, because both stages lean on the same reference): in a suite of
20 outcomes, less than once in 10,000 changes of the draws. The seeds are fixed, so the same code gives
the same answer however often it is asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from seci_sim import SECIModel
from seci_sim.scenario import Scenario, read_scenario
from seci_sim.seci.knowledge import Array
from seci_sim.seci.measures import MEASURES
from seci_sim.seci.records import summary

FOLDER = Path(__file__).parent / "reference"
SCENARIO, REFERENCE = FOLDER / "small-firm.yaml", FOLDER / "small-firm.npz"

SEEDS_OF_REFERENCE = range(1_000_001, 1_004_001)
FIRST_SEEDS, SECOND_SEEDS = range(1, 201), range(1_001, 3_001)
SUSPECTED, CALLED = 0.02, 0.0001

OUTCOMES = (
    *("needs_met", "needs_mis_served", "expressed_met", "latent_met", "systemic_met"),
    *("routine_right", "routine_wrong", "skill", "service_value", "moved_socialization"),
    *("tacit_alignment", "tacit_spread", "staff_knowing", "explicit_coverage", "tacit_lost"),
    *("hours_with_patients", "hours_combination", "hours_internalization"),
    *("moved_combination", "moved_internalization"),
)
"""Levels are means of the last year; flows are totals."""

Sample = Callable[[range], Array]
"""From seeds to a row for each, with a column for each outcome."""


@dataclass(frozen=True)
class Reference:
    """The outcomes that were kept, and what they were made from."""

    outcomes: tuple[str, ...]
    values: Array
    """(runs, outcomes) float32."""
    scenario: str
    """The text of its file."""
    made_with: dict[str, str]


def reference() -> Reference:
    """What `refresh_reference.py` kept."""
    with np.load(REFERENCE) as kept:
        about = json.loads(str(kept["about"]))
        return Reference(
            tuple(about["outcomes"]), kept["values"], about["scenario"], about["made_with"]
        )


def outcomes(scenario: Scenario, seeds: Iterable[int]) -> Array:
    """(runs, outcomes) float32: what each seed led to."""
    rows = []
    for seed in seeds:
        model = SECIModel(scenario, rng=seed)
        while model.running:
            model.step()
        found = summary(model.records.rows[:, -1], MEASURES)
        rows.append([found[name] for name in OUTCOMES])
    return np.array(rows, np.float32)


def small_firm() -> Scenario:
    """The firm of the reference."""
    return read_scenario(SCENARIO)


def p_values(kept: Array, fresh: Array) -> Array:
    """(outcomes,) float64: for each column, three times the smallest p of three tests.

    Parameters
    ----------
    kept, fresh : (runs, outcomes)
        Two samples.
    """
    means = stats.ttest_ind(kept, fresh, equal_var=False).pvalue
    spreads = stats.levene(kept, fresh, center="median", axis=0).pvalue
    shapes = stats.ks_2samp(kept, fresh, method="asymp", axis=0).pvalue
    smallest: Array = np.min([means, spreads, shapes], axis=0)
    return np.minimum(1.0, 3.0 * smallest)


def called_another(kept: Array, sample: Sample) -> Array:
    """(outcomes,) bool: which columns have another distribution than those that were kept."""
    suspected: Array = p_values(kept, sample(FIRST_SEEDS)) < SUSPECTED
    if not suspected.any():
        return suspected
    called: Array = p_values(kept, sample(SECOND_SEEDS)) < CALLED
    return suspected & called
