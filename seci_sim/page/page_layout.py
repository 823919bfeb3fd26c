"""Where units stand in the picture of an organisation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seci_sim.seci.knowledge import Array

WIDE = 1.4
"""Width of the picture for a height of 1, as on a projector beside the wheel."""

ROOM = 0.45
"""Room between two circles, in mean radii: a name stands in it."""

LEAST_STAFF = 8
"""Units are drawn as if they had so many people at least, so that none is too small to see."""

PLACES = 8000
"""Points of the spiral that are tried."""


def circles(sizes: Sequence[int]) -> Array:
    """Circles for units, each of an area like its staff, the first in the middle.

    The others stand on a spiral around it, each as far in as it fits.

    Parameters
    ----------
    sizes : sequence of int
        Staff of each unit.

    Returns
    -------
    (units, 3) float64
        Middle and radius of each: x from 0 to `WIDE`, y from 0 (top) to 1.

    Examples
    --------
    >>> circles([100]).round(2).tolist()
    [[0.7, 0.5, 0.5]]
    >>> x, y, r = circles([24, 36, 45]).T
    >>> bool((x - r > -1e-9).all() and (y + r < 1 + 1e-9).all())
    True
    """
    radii = np.sqrt(np.maximum(np.asarray(sizes, float), LEAST_STAFF))
    room = ROOM * radii.mean()
    way = _spiral(radii, room)
    clear = np.full(len(way), np.inf)
    placed = np.empty((len(radii), 2))
    for unit, radius in enumerate(radii):
        placed[unit] = way[np.argmax(clear >= radius + room)]
        clear = np.minimum(clear, np.linalg.norm(way - placed[unit], axis=1) - radius)
    return _fitted(placed, radii)


def _spiral(radii: Array, room: float) -> Array:
    """(places, 2) float64: points from the middle outwards, evenly along the way."""
    # Circles that are placed one by one fill a quarter of the ground at least.
    reach = 2.0 * np.sqrt(((radii + room) ** 2).sum()) + radii.max()
    share = np.sqrt(np.linspace(0.0, 1.0, PLACES))
    turns = share * 2.0 * np.pi * reach / radii.mean() * 2.0
    return np.asarray(
        np.stack([WIDE * np.cos(turns), np.sin(turns)], axis=1) * (share * reach)[:, None]
    )


def _fitted(middles: Array, radii: Array) -> Array:
    """Middles and radii scaled so that all circles just fit the picture."""
    low = (middles - radii[:, None]).min(axis=0)
    high = (middles + radii[:, None]).max(axis=0)
    scale = float((np.array([WIDE, 1.0]) / (high - low)).min())
    centre = np.array([WIDE / 2, 0.5])
    return np.column_stack([(middles - (low + high) / 2) * scale + centre, radii * scale])
