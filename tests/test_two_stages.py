"""Today's runs against the distributions they had, and how often such a comparison is wrong.

The comparison itself calls an outcome another one by chance about 3 times in a million (see
`two_stages`). The tests of it draw from NumPy with fixed seeds; drawn with others, each would fail
less than once in 10,000 times.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats
from two_stages import (
    CALLED,
    FIRST_SEEDS,
    OUTCOMES,
    SCENARIO,
    SECOND_SEEDS,
    SEEDS_OF_REFERENCE,
    SUSPECTED,
    called_another,
    outcomes,
    p_values,
    reference,
    small_firm,
)

from seci_sim.scenario import with_levers
from seci_sim.seci.knowledge import Array

TRIALS, AT_ONCE = 20_000, 500
Draw = Callable[[np.random.Generator, tuple[int, int]], Array]

NEVER = 1e-5
"""How often a test of the comparison may fail by chance."""


def normal(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    return rng.standard_normal(shape, np.float32)


def skewed(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Lognormal: the mean is 1.38 and the standard deviation 1.31."""
    drawn: Array = np.exp(np.float32(0.8) * rng.standard_normal(shape, np.float32))
    return drawn


# Runs of today ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_runs_have_the_distributions_that_they_had() -> None:
    firm = small_firm()
    other = called_another(reference().values, lambda seeds: outcomes(firm, seeds))
    assert [name for name, called in zip(OUTCOMES, other, strict=True) if called] == []


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("lever", "outcome"),
    [({"practice_learning": 0.022}, "skill"), ({"turnover": 0.23}, "tacit_lost")],
    ids=["practice teaches a tenth more", "three more in a hundred leave"],
)
def test_a_small_change_is_called_one(lever: dict[str, float], outcome: str) -> None:
    """Each moves its outcome by 0.6 standard deviations (seeds 5001 to 5300): missed once in 10,000."""
    changed = with_levers(small_firm(), **lever)
    other = called_another(reference().values, lambda seeds: outcomes(changed, seeds))
    assert other[OUTCOMES.index(outcome)]


def test_the_reference_is_of_this_firm_these_outcomes_and_other_seeds() -> None:
    kept = reference()
    assert kept.scenario == SCENARIO.read_text("utf-8")
    assert kept.outcomes == OUTCOMES
    assert kept.values.shape == (len(SEEDS_OF_REFERENCE), len(OUTCOMES))
    assert np.isfinite(kept.values).all()
    assert (kept.values.std(axis=0) > 0).all()
    sets = [set(seeds) for seeds in (SEEDS_OF_REFERENCE, FIRST_SEEDS, SECOND_SEEDS)]
    assert len(set.union(*sets)) == sum(len(one) for one in sets)


# How often it is wrong ----------------------------------------------------------------------------


def calls(draw: Draw, change: Callable[[Array], Array], trials: int) -> tuple[int, int]:
    """How many of so many outcomes are suspected, and how many called others, after a change."""
    rng = np.random.default_rng(20_260)
    suspected = called = 0
    for _ in range(trials // AT_ONCE):
        kept = draw(rng, (len(SEEDS_OF_REFERENCE), AT_ONCE))
        fresh = change(draw(rng, (len(FIRST_SEEDS), AT_ONCE)))
        found = np.flatnonzero(p_values(kept, fresh) < SUSPECTED)
        again = change(draw(rng, (len(SECOND_SEEDS), found.size)))
        suspected += found.size
        called += int((p_values(kept[:, found], again) < CALLED).sum())
    return suspected, called


@pytest.mark.slow
@pytest.mark.parametrize("draw", [normal, skewed])
def test_where_nothing_changed_few_are_suspected_and_none_is_called(draw: Draw) -> None:
    """Of 20,000, with a true share of at most 2.5% suspected, and 4 in a million called."""
    suspected, called = calls(draw, lambda values: values, TRIALS)
    assert suspected <= stats.binom.isf(NEVER, TRIALS, 0.025)
    assert called <= stats.binom.isf(NEVER, TRIALS, 4e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda values: values + np.float32(0.3), 0.9),
        (lambda values: values * np.float32(1.2), 0.74),
    ],
    ids=["a mean moved by 0.3 standard deviations", "a spread wider by a fifth"],
)
def test_a_change_is_called_one_in_most_cases(
    change: Callable[[Array], Array], found: float
) -> None:
    trials = 4 * AT_ONCE
    _, called = calls(normal, change, trials)
    assert called >= stats.binom.ppf(NEVER, trials, found)


def test_what_is_not_suspected_costs_no_second_look() -> None:
    kept = normal(np.random.default_rng(1), (4_000, 3))
    asked = []

    def sample(seeds: range) -> Array:
        asked.append(seeds)
        return kept[:200]

    assert not called_another(kept, sample).any()
    assert asked == [FIRST_SEEDS]


def test_a_suspicion_that_fresh_runs_do_not_share_is_dropped() -> None:
    rng = np.random.default_rng(2)
    kept = normal(rng, (4_000, 2))

    def sample(seeds: range) -> Array:
        moved = np.array([1.0, 1.0 if seeds == FIRST_SEEDS else 0.0], np.float32)
        return normal(rng, (len(seeds), 2)) + moved

    assert called_another(kept, sample).tolist() == [True, False]


def test_means_spreads_and_shapes_are_all_looked_at() -> None:
    rng = np.random.default_rng(3)
    kept, fresh = normal(rng, (4_000, 4)), normal(rng, (2_000, 4))
    fresh[:, 1] += 0.3
    fresh[:, 2] *= 1.3
    fresh[:, 3] = np.where(fresh[:, 3] > 0, 1, -1)  # the same mean and spread
    found = p_values(kept, fresh)
    assert found[0] > SUSPECTED
    assert (found[1:] < CALLED).all()
