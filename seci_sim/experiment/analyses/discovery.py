"""Scenario discovery: under which conditions does a policy fail?"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seci_sim.experiment.statistics import paired_difference

DENSITY = 0.8
"""Share of failures that a box should hold at least; of boxes that do, the one that covers most."""

LEAST_MASS = 0.05
"""Share of all points below which a box is not peeled further."""

SOME = 1e-9
"""Least share of failures in a box: one will do."""


@dataclass(frozen=True)
class Discovery:
    """Where a policy fails, as a box of conditions."""

    points: pd.DataFrame
    """A row a point: the factors, ``change``, ``low``, ``high``, ``fails``, ``unsure`` (its interval
    holds the threshold) and ``inside`` (the box)."""
    limits: pd.DataFrame
    """A row for each factor that the box restricts: ``factor``, ``low``, ``high``, ``from`` and
    ``to`` (what the points span) and ``quasi_p``; the most certain first."""
    coverage: float
    """Share of all failures that lie in the box."""
    density: float
    """Share of the points in the box that are failures."""
    mass: float
    """Share of all points that lie in the box."""

    @property
    def failing(self) -> float:
        """Share of all points at which the policy fails."""
        return float(self.points["fails"].mean())


def gains(
    table: pd.DataFrame, factors: Sequence[str], outcome: str, by: str, policy: str
) -> pd.DataFrame:
    """What a policy changes at every point, on the same luck.

    Parameters
    ----------
    table : DataFrame
        A row a run: the factors, ``replication``, the outcome, and the column ``by``.
    factors : sequence of str
        Columns that tell one point from another.
    outcome, by : str
        Columns.
    policy : str
        The value in ``by`` that is looked at; it is held against the first that the table names.

    Returns
    -------
    DataFrame
        A row a point: the factors, and ``change`` with its own 95% interval ``low`` to ``high``.
    """
    first = table[by].iloc[0]
    rows = []
    for values, runs in table.groupby(list(factors), sort=False):
        both = runs.pivot(index="replication", columns=by, values=outcome)
        change = paired_difference(both[policy], both[first])
        low, high = change.interval or (float("nan"), float("nan"))
        named = dict(zip(factors, values, strict=True))
        rows.append(named | {"change": change.mean, "low": low, "high": high})
    return pd.DataFrame(rows)


def discovery(found: pd.DataFrame, factors: Sequence[str], at_least: float) -> Discovery:
    """Look for a box of conditions that holds most of the points at which a policy fails.

    Parameters
    ----------
    found : DataFrame
        As `gains` gives it.
    factors : sequence of str
        Columns that may bound the box.
    at_least : float
        The policy fails where its change is smaller.

    Returns
    -------
    Discovery
        An empty ``limits`` where there are no failures, nothing else, or no box.

    Notes
    -----
    Friedman and Fisher's patient rule induction method as in ``ema_workbench``; of the boxes that
    it peels, the one with the highest coverage among those of a density of at least 0.8, or else
    the densest. ``quasi_p`` is the chance that a box of that size would be as dense without the
    restriction (Bryant and Lempert 2010); it does not allow for the search among many boxes.
    """
    points = found.assign(
        fails=found["change"] < at_least,
        unsure=(found["low"] <= at_least) & (at_least <= found["high"]),
    )
    failures = points["fails"].to_numpy(bool)
    if not failures.any() or failures.all():
        return _everything(points, failures)
    box = _peeled(points[list(factors)].astype(float), failures)
    if box is None:
        return _everything(points, failures)
    limits, inside = box
    inside_failures = failures & inside
    return Discovery(
        points=points.assign(inside=inside),
        limits=limits,
        coverage=float(inside_failures.sum() / failures.sum()),
        density=float(inside_failures.sum() / inside.sum()),
        mass=float(inside.mean()),
    )


def _everything(points: pd.DataFrame, failures: np.ndarray) -> Discovery:
    """No box: the conditions as a whole."""
    limits = pd.DataFrame(columns=["factor", "low", "high", "from", "to", "quasi_p"])
    covered = float(failures.any())
    return Discovery(points.assign(inside=True), limits, covered, float(failures.mean()), 1.0)


def _peeled(values: pd.DataFrame, failures: np.ndarray) -> tuple[pd.DataFrame, np.ndarray] | None:
    """The chosen box: its limits, and which points lie in it; None where it restricts nothing."""
    with warnings.catch_warnings():  # of packages that it does not find, and of pandas to come
        warnings.simplefilter("ignore")
        from ema_workbench.analysis.prim import Prim

        box = Prim(values, failures, threshold=SOME, mass_min=LEAST_MASS).find_box()
    trajectory = box.peeling_trajectory
    dense = trajectory[trajectory["density"] >= DENSITY]
    chosen = (dense["coverage"] if len(dense) else trajectory["density"]).astype(float).idxmax()
    limits = box.box_lims[chosen]
    restricted = [name for name in values if tuple(limits[name]) != tuple(box.box_lims[0][name])]
    if not restricted:
        return None
    quasi_p = box._calculate_quasi_p(chosen, restricted)
    inside = np.ones(len(values), bool)
    rows = []
    for name in restricted:
        low, high = (float(end) for end in limits[name])
        inside &= values[name].between(low, high).to_numpy()
        rows.append(
            {
                "factor": name,
                "low": low,
                "high": high,
                "from": values[name].min(),
                "to": values[name].max(),
                # One side that is not restricted has -1.
                "quasi_p": min(p for p in quasi_p[name] if p >= 0),
            }
        )
    return pd.DataFrame(rows).sort_values("quasi_p", ignore_index=True), inside
