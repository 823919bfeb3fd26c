"""Boxes of conditions, peeled by the patient rule induction method (Friedman and Fisher 1999)."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

MOST_RESTRICTIONS = 4
"""Conditions that a box may name: more are neither readable nor likely to be more than luck."""

LEAST_MASS = 0.05
"""Share of all points below which a box is not peeled further."""

MOST_QUASI_P = 0.05
"""Of a condition that a box may name: one above it is let go, and the box is judged without it."""

SOME = 1e-9
"""Least share of failures in a box: one will do."""


@dataclass(frozen=True)
class Box:
    """Conditions, and the points that meet them."""

    bounds: pd.DataFrame
    """A column a factor: its lowest and its highest value."""
    inside: np.ndarray
    coverage: float
    density: float
    quasi_p: Mapping[str, float] = field(default_factory=dict)
    """Of each factor that the box restricts."""

    @property
    def merit(self) -> float:
        """By which boxes are compared: the harmonic mean of coverage and density."""
        together = self.coverage + self.density
        return 2 * self.coverage * self.density / together if together else 0.0


def peeled_box(values: pd.DataFrame, failures: np.ndarray) -> Box | None:
    """The chosen box; None where it restricts nothing."""
    from scipy import stats  # takes more than a second

    odds = stats.mannwhitneyu(values[failures], values[~failures]).pvalue
    strongest = np.sort(np.argsort(odds, kind="stable")[:MOST_RESTRICTIONS])
    values = values.iloc[:, strongest]
    with warnings.catch_warnings():  # of packages that it does not find, and of pandas to come
        warnings.simplefilter("ignore")
        from ema_workbench.analysis.prim import Prim

        peeled = Prim(values, failures, threshold=SOME, mass_min=LEAST_MASS).find_box()
    boxes = [_bounded(values, failures, bounds) for bounds in peeled.box_lims]
    best = max(range(len(boxes)), key=lambda place: boxes[place].merit)
    place, quasi_p = _certain(peeled, best)
    if not quasi_p:
        return None
    return replace(_bounded(values, failures, peeled.box_lims[place]), quasi_p=quasi_p)


def _bounded(values: pd.DataFrame, failures: np.ndarray, bounds: pd.DataFrame) -> Box:
    """The box of all points within these bounds."""
    low, high = bounds.iloc[0].to_numpy(float), bounds.iloc[1].to_numpy(float)
    every = values[list(bounds.columns)].to_numpy()
    inside = np.asarray(((every >= low) & (every <= high)).all(axis=1))
    coverage = float(failures[inside].sum() / failures.sum())
    return Box(bounds, inside, coverage, float(failures[inside].mean()))


def _certain(peeled: Any, place: int) -> tuple[int, dict[str, float]]:
    """Let go what restricts one of the peeled boxes without need, the least certain first.

    Gives the place of what remains among them, and how certain each of its restrictions is.
    """
    whole = peeled.box_lims[0]
    while True:
        bounds = peeled.box_lims[place]
        names = [name for name in bounds if tuple(bounds[name]) != tuple(whole[name])]
        if not names:
            return place, {}
        odds = peeled._calculate_quasi_p(place, names)
        # One side that is not restricted has -1.
        quasi_p = {name: min(p for p in odds[name] if p >= 0) for name in names}
        worst = max(names, key=quasi_p.__getitem__)
        if quasi_p[worst] <= MOST_QUASI_P:
            return place, quasi_p
        peeled.drop_restriction(worst, place)
        place = len(peeled.box_lims) - 1
