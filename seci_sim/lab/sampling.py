"""Points that are spread over the ranges of an experiment's factors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from seci_sim.lab.design import Design
from seci_sim.lab.factors import Factor
from seci_sim.lab.sections import ONE_AT_A_TIME, TABLES
from seci_sim.scenario.preflight import MissingExtra

if TYPE_CHECKING:
    from seci_sim.seci.knowledge import Array


def sampled_points(experiment: Design) -> list[tuple[bool | int | float, ...]]:
    """Return one value for each sampled factor, point by point.

    Latin hypercubes and scrambled Sobol points are as SciPy's, Morris's trajectories and Saltelli's
    points SALib's; all follow from the experiment's seed.

    Raises
    ------
    MissingExtra
        SALib is needed and not installed.
    """
    factors = experiment.sampled
    assert experiment.sample is not None
    if experiment.sample.method == ONE_AT_A_TIME:
        return _one_at_a_time(experiment)
    if experiment.sample.method in TABLES:
        return list(experiment.given)
    unit = unit_points(experiment, len(factors))
    columns = [_scaled(factor, unit[:, place]) for place, factor in enumerate(factors)]
    return list(zip(*columns, strict=True))


def _one_at_a_time(experiment: Design) -> list[tuple[bool | int | float, ...]]:
    """The first scenario as it is, then each factor at the lower and the upper end of its range."""
    factors = experiment.sampled
    sections = [factor.name.partition(".") for factor in factors]
    scenario = experiment.scenarios[0]
    base = [getattr(getattr(scenario, section), name) for section, _, name in sections]
    points = [tuple(base)]
    for place, factor in enumerate(factors):
        for end in (factor.low, factor.high):
            assert end is not None
            points.append((*base[:place], end, *base[place + 1 :]))
    return points


def hypercube(factors: Sequence[Factor], points: int) -> list[list[bool | int | float]]:
    """A Latin hypercube over ranges, a list for each factor, always the same for as many factors and points."""
    unit = _latin_hypercube(points, len(factors), np.random.default_rng(points))
    return [_scaled(factor, unit[:, place]) for place, factor in enumerate(factors)]


def unit_points(experiment: Design, dimensions: int) -> Array:
    """Return the sample before it is put into ranges and whole numbers.

    Returns
    -------
    (points, factors) float64
        In [0, 1].
    """
    sample = experiment.sample
    assert sample is not None
    assert sample.points is not None
    if sample.method in ("morris", "saltelli"):
        return _for_sensitivity(sample.method, sample.points, dimensions, experiment.seed)
    rng = np.random.default_rng(experiment.seed)
    if sample.method != "sobol":
        return _latin_hypercube(sample.points, dimensions, rng)
    from scipy.stats import qmc  # takes more than a second to import

    return qmc.Sobol(dimensions, rng=rng).random(sample.points)


def _latin_hypercube(points: int, dimensions: int, rng: np.random.Generator) -> Array:
    """The points of `scipy.stats.qmc.LatinHypercube`, without the second that it takes to import.

    Each of as many equal parts of every axis holds one point. Source: McKay, Beckman and Conover
    (1979), A comparison of three methods for selecting values of input variables in the analysis of
    output from a computer code.
    """
    (own,) = rng.spawn(1)
    within = own.uniform(size=(points, dimensions))
    parts = np.tile(np.arange(1, points + 1), (dimensions, 1))
    for axis in parts:
        own.shuffle(axis)
    found: Array = (parts.T - within) / points
    return found


def _for_sensitivity(method: str, points: int, dimensions: int, seed: int) -> Array:
    try:
        from SALib.sample import morris, sobol
    except ImportError:
        raise MissingExtra(
            f"sample: {method} needs the extra: pip install 'seci-sim[analysis]'"
        ) from None
    problem = {
        "num_vars": dimensions,
        "names": [f"x{place}" for place in range(dimensions)],
        "bounds": [[0.0, 1.0]] * dimensions,
    }
    seed %= 2**32  # SALib takes no larger one
    if method == "morris":
        return np.asarray(morris.sample(problem, points, num_levels=4, seed=seed))
    return np.asarray(sobol.sample(problem, points, calc_second_order=False, seed=seed))


def _scaled(factor: Factor, unit: Array) -> list[bool | int | float]:
    """Put numbers from 0 to 1 into a factor's range; each whole number gets an equal share of it."""
    assert factor.low is not None
    assert factor.high is not None
    if not factor.whole:
        found: list[bool | int | float] = (factor.low + unit * (factor.high - factor.low)).tolist()
        return found
    count = int(factor.high) - int(factor.low) + 1
    return [int(factor.low) + min(count - 1, math.floor(share * count)) for share in unit.tolist()]
