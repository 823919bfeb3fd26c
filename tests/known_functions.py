"""Functions of which the analyses must find what is known, with luck added."""

from __future__ import annotations

import numpy as np

from seci_sim.seci.knowledge import Array


def ishigami(points: Array) -> Array:
    x, y, z = (2 * points - 1).T * np.pi
    return np.asarray(np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))


def noisy(values: Array, deviation: float, replications: int, seed: int = 1) -> Array:
    """Replications: luck that all points share, and luck of each run."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(0, 5, replications)
    own = rng.normal(0, deviation, (values.size, replications))
    return np.asarray(values[:, None] + shared + own)
