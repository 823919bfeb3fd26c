"""What stands between a posterior and its use: is it right for known firms, and can the model make such data?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seci_sim.calibrating.posterior import spread_of
from seci_sim.scenario.own_firm.leaving import NINE_IN_TEN

if TYPE_CHECKING:
    from seci_sim.seci.knowledge import Array

FEWEST_CHECKED = 300
"""Runs that neither summaries nor posteriors have seen, on which both are tried."""
BINS = 20
LEAST_P = 0.01
"""Ranks that are less likely than this if all is right are taken for wrong: so 1 right parameter in 100 is."""
COVERAGE = (0.85, 0.95)
"""How often an interval of 90% may hold the truth."""
LEAST_CORRELATION = 0.2
"""Between a parameter and its summary; a spread of 95% that is left goes with 0.31."""
NOT_NARROWER = 0.95
"""Spread that is left of a parameter, on average over firms, from which on it counts as not identified."""


@dataclass(frozen=True)
class Gate:
    """How the posterior of each parameter did on firms whose truth is known."""

    coverage: Array
    """(parameters,) float64: how often an interval of 90% held the truth."""
    uniform: Array
    """(parameters,) float64: how likely ranks are that are spread as these are, if all is right."""
    left: Array
    """(parameters,) float64: mean spread that is left, 1 where nothing was learnt."""
    correlation: Array
    """(parameters,) float64: between the posterior's middle and the truth."""

    @property
    def identified(self) -> Array:
        """(parameters,) bool: of which something is learnt."""
        return np.asarray(self.left <= NOT_NARROWER)

    @property
    def right(self) -> Array:
        """(parameters,) bool: whose intervals hold the truth as often as they say."""
        held = (self.coverage >= COVERAGE[0]) & (self.coverage <= COVERAGE[1])
        return np.asarray(held & (self.uniform > LEAST_P))

    @property
    def learnt(self) -> Array:
        """(parameters,) bool: which may be used."""
        return np.asarray(self.identified & self.right)


def gate(summaries: Array, shares: Array, checked: Array, truth: Array) -> Gate:
    """Try posteriors on runs whose truth is known (Talts, Betancourt, Simpson, Vehtari and Gelman 2018).

    Parameters
    ----------
    summaries, shares : (runs, parameters) float64
        Of the runs that data are compared with.
    checked, truth : (other runs, parameters) float64
        Summaries and parameters of firms that are taken for observed.
    """
    from scipy.stats import chisquare

    count, parameters = truth.shape
    rank, left, middle = (np.empty((count, parameters)) for _ in range(3))
    rank[:], left[:], middle[:] = truth, 1.0, 0.5
    half = np.array([0.5])
    for place in _telling(summaries, shares):
        for firm in range(count):
            found = spread_of(float(checked[firm, place]), summaries[:, place], shares[:, place])
            rank[firm, place] = found.below(float(truth[firm, place]))
            left[firm, place] = found.deviation
            middle[firm, place] = found.quantile(half)[0]
    inside = (rank > 0.05) & (rank < 0.95)
    bins = [np.histogram(one, bins=BINS, range=(0, 1))[0] for one in rank.T]
    with np.errstate(invalid="ignore"):
        pairs = [np.corrcoef(a, b)[0, 1] for a, b in zip(middle.T, truth.T, strict=True)]
    return Gate(
        coverage=inside.mean(axis=0),
        uniform=np.array([chisquare(one).pvalue for one in bins]),
        left=left.mean(axis=0),
        correlation=np.nan_to_num(np.array(pairs)),
    )


def _telling(summaries: Array, shares: Array) -> list[int]:
    """Parameters whose summary goes along with them at all; of all others nothing can be learnt."""
    found = []
    for place in range(shares.shape[1]):
        one, other = summaries[:, place], shares[:, place]
        if one.std() > 0 and np.corrcoef(one, other)[0, 1] > LEAST_CORRELATION:
            found.append(place)
    return found


@dataclass(frozen=True)
class Alike:
    """What runs tell with data of one kind, against which other data can be held."""

    centre: Array
    """(features,) float64."""
    precision: Array
    """(features, features) float64: inverse of their covariance."""
    farthest: float
    """Distance of the farthest of the runs that were checked."""
    oddest: float
    """Largest deviation, in any of their numbers, from what all others let expect."""

    def differs(self, features: Array) -> tuple[int, float, float] | None:
        """What tells data from all runs that were checked; None where nothing does.

        Returns
        -------
        (int, float, float) or None
            The number that deviates most from what all others let expect, and the ends between
            which nine runs of ten would have it.
        """
        distance, odd = self._measured(features)
        if distance[0] <= self.farthest and np.abs(odd[0]).max() <= self.oddest:
            return None
        place = int(np.abs(odd[0]).argmax())
        spread = 1 / np.sqrt(self.precision[place, place])
        expected = features[0, place] - odd[0, place] * spread
        half = NINE_IN_TEN * spread
        return place, float(expected - half), float(expected + half)

    def _measured(self, features: Array) -> tuple[Array, Array]:
        apart = features - self.centre
        pulled = apart @ self.precision
        distances = (pulled * apart).sum(axis=1)
        return distances, pulled / np.sqrt(np.diag(self.precision))


def alike(features: Array, checked: Array) -> Alike:
    """Learn what runs tell, and how far runs that were not learned from lie off it.

    Data that a run of this model made lie farther off than all ``n`` checked runs in 1 case of n + 1,
    by either measure.
    """
    from sklearn.covariance import LedoitWolf

    scale = np.where(features.std(axis=0) > 0, features.std(axis=0), 1.0)
    fitted: Any = LedoitWolf().fit(features / scale)
    precision = fitted.get_precision() / np.outer(scale, scale)
    begun = Alike(features.mean(axis=0), precision, np.inf, np.inf)
    distances, odd = begun._measured(checked)
    return Alike(begun.centre, precision, float(distances.max()), float(np.abs(odd).max()))
