"""Every declared parameter moves the outcome that it should, in the direction that it should.

A claim is a paired comparison: the same seeds with the parameter low and high, all else equal. It
holds where the mean difference lies at least ``CRITICAL`` standard errors on the expected side. A
parameter that nothing reads gives no difference at all, and fails however often it is tried. The
true differences lie more than ten standard errors from nought, so that a right model fails by
chance of the seeds only if a mean of twelve deviates by more than six of its standard errors: less
than once in ten thousand times for each claim (t, 11 degrees of freedom). The seeds are fixed, so
the same code always gives the same answer.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from claims import CLAIMS, FALLS, RISES, Claim, conviction

from seci_sim import SECIModel
from seci_sim.parameters import declarations
from seci_sim.scenario import Scenario, read_scenario, with_levers
from seci_sim.seci.knowledge import Array

SEEDS = range(1, 13)
CRITICAL = 4.0


@cache
def shipped(name: str) -> Scenario:
    return read_scenario(name)


def measured(claim: Claim, value: Any) -> Array:
    """(seeds,): the measure with the parameter at a value, for every seed."""
    levers = dict(claim.settings)
    scenario = shipped(levers.pop("scenario", "baseline"))
    levers[claim.parameter.partition(".")[2]] = value
    settings = with_levers(scenario, **levers)
    found = []
    for seed in SEEDS:
        model = SECIModel(settings, rng=seed)
        model.organisation.run(claim.weeks)
        found.append(claim.measure(model))
    return np.array(found)


def holds(claim: Claim) -> bool:
    """Whether the measure moves as claimed, beyond the luck of the seeds."""
    difference = measured(claim, claim.high) - measured(claim, claim.low)
    if claim.direction == FALLS:
        difference = -difference
    error = difference.std(ddof=1) / np.sqrt(difference.size)
    return bool(difference.mean() > CRITICAL * error)


def test_every_declared_parameter_has_a_claim_and_every_claim_a_declared_parameter() -> None:
    assert {claim.parameter for claim in CLAIMS} == {d.name for d in declarations()}


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_a_parameter_from_low_to_high_moves_what_it_should(claim: Claim) -> None:
    assert holds(claim)


@pytest.mark.parametrize("direction", [RISES, FALLS])
def test_a_measure_that_a_parameter_cannot_reach_holds_no_claim(direction: str) -> None:
    assert not holds(Claim("service.price", 500.0, 10000.0, direction, conviction, 4, {}))
