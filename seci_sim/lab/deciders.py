"""Deciders: the uncertain parameters on which it turns which of two policies is the better one."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from seci_sim.lab.doubt import Array
from seci_sim.lab.factors import Factor
from seci_sim.lab.worlds import Worlds

MOST = 3
"""Deciders that are named."""


@dataclass(frozen=True)
class Decider:
    """A parameter that, were it known, could change which policy is chosen."""

    factor: Factor
    worth: float
    """Expected value of knowing it, in the outcome's unit: .01 of a share is one point."""
    explained: float
    """Share of the variance of the difference over worlds."""
    turns_at: float | None
    """Value at which the expected net gain is 0; None where that is at none within the range."""
    wins_below: str | None
    """Policy that wins below that value; None where it turns nowhere, or more than once."""
    wins_above: str | None
    curve: pd.DataFrame
    """``value``, ``mean``, ``low``, ``high``: the gain against the parameter, and between which values it
    lies in nine worlds of ten."""


def deciders(worlds: Worlds, gains: Array, policy: str, against: str) -> tuple[Decider, ...]:
    """The parameters that decide, the most worth knowing first.

    Parameters
    ----------
    worlds : Worlds
        Whose parameters may decide.
    gains : (worlds, replications) float64
        Net gain of the policy over the other.
    """
    assert len(worlds.parameters) == len(gains), (policy, against)
    return ()
