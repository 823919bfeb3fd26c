"""Summaries: what data tell of each parameter, learned from runs.

For each parameter the expected value given the data is learned, which is the summary that loses least
(Fearnhead and Prangle 2012): a ridge regression on the data and on all products of their principal
components. What was learned is a few tables of numbers, so that a folder holds nothing to be executed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seci_sim.scenario.preflight import MissingExtra

if TYPE_CHECKING:
    from seci_sim.seci.knowledge import Array

COMPONENTS = 10
"""Principal components whose products are looked at; 20 and 30 told less of runs not learned from."""
PENALTIES = np.logspace(0, 5, 11)
"""Of which each parameter has the one that predicts best when single runs are left out."""


@dataclass(frozen=True)
class Summaries:
    """A summary of data for each parameter."""

    centre: Array
    """(features,) float64."""
    scale: Array
    """(features,) float64."""
    components: Array
    """(components, features) float64, each to a spread of 1."""
    weights: Array
    """(terms, parameters) float64."""
    constant: Array
    """(parameters,) float64."""

    def of(self, features: Array) -> Array:
        """(runs, parameters) float64: the summaries of data."""
        found: Array = _terms(self, features) @ self.weights + self.constant
        return found


def _terms(learned: Summaries, features: Array) -> Array:
    plain = (features - learned.centre) / learned.scale
    parts = plain @ learned.components.T
    first, second = np.triu_indices(parts.shape[1])
    return np.hstack([plain, parts[:, first] * parts[:, second]])


def learned(features: Array, shares: Array) -> Summaries:
    """Learn summaries from runs.

    Parameters
    ----------
    features : (runs, features) float64
        What each run tells.
    shares : (runs, parameters) float64
        How far up its range each parameter of the run lies.

    Raises
    ------
    MissingExtra
        scikit-learn is not installed.
    """
    try:
        from sklearn.decomposition import PCA
        from sklearn.linear_model import RidgeCV
        from threadpoolctl import threadpool_limits
    except ImportError:
        raise MissingExtra("calibrate needs the extra: pip install 'seci-sim[analysis]'") from None
    centre, spread = features.mean(axis=0), features.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    plain = (features - centre) / scale
    with threadpool_limits(1):  # the same bits on any number of cores
        axes = PCA(min(COMPONENTS, *plain.shape), svd_solver="full").fit(plain)
        lengths = np.sqrt(np.maximum(axes.explained_variance_, 1e-12))
        begun = Summaries(
            centre, scale, axes.components_ / lengths[:, None], np.empty(0), np.empty(0)
        )
        terms = _terms(begun, features)
        middle, width = terms.mean(axis=0), terms.std(axis=0)
        width = np.where(width > 0, width, 1.0)
        fitted = RidgeCV(PENALTIES, alpha_per_target=True).fit((terms - middle) / width, shares)
    weights = np.atleast_2d(fitted.coef_).T / width[:, None]
    constant = np.atleast_1d(fitted.intercept_) - middle @ weights
    return Summaries(centre, scale, begun.components, weights, constant)
