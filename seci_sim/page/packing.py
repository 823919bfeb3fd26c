"""Numbers that change little from week to week, packed for a page."""

from __future__ import annotations

import base64

import numpy as np

from seci_sim.seci.knowledge import Array

LONGEST_SKIP = 255


def packed(levels: Array) -> str:
    """What changes from frame to frame, as text.

    Cells are read frame by frame, and in a frame person by person. Each change is two bytes: how
    many cells stay as they were in the frame before, and the new level of the cell after those. A
    skip of 255 cells is no change: its second byte says nothing. Before the first frame all is 0.

    Parameters
    ----------
    levels : (frames, people) uint8

    Returns
    -------
    str
        The bytes in base64.

    Examples
    --------
    >>> unpacked(packed(np.array([[0, 3], [0, 3], [1, 3]], np.uint8)), 3, 2).tolist()
    [[0, 3], [0, 3], [1, 3]]
    >>> base64.b64decode(packed(np.array([[0, 3], [0, 3], [1, 3]], np.uint8))).hex(" ", 2)
    '0103 0201'
    """
    before = np.zeros_like(levels)
    before[1:] = levels[:-1]
    cells = np.flatnonzero(levels != before)
    skips = np.diff(cells, prepend=-1) - 1
    far, near = np.divmod(skips, LONGEST_SKIP)
    pairs = np.zeros((int(far.sum()) + len(cells), 2), np.uint8)
    pairs[:, 0] = LONGEST_SKIP
    places = np.cumsum(far + 1) - 1
    pairs[places, 0] = near
    pairs[places, 1] = levels.ravel()[cells]
    return base64.b64encode(pairs.tobytes()).decode()


def unpacked(text: str, frames: int, people: int) -> Array:
    """The levels that `packed` packed, as the player reads them."""
    levels = np.zeros((frames, people), np.uint8)
    cell = 0
    pairs = np.frombuffer(base64.b64decode(text), np.uint8).reshape(-1, 2)
    for skip, level in pairs.tolist():
        cell += skip
        if skip < LONGEST_SKIP:
            frame, person = divmod(cell, people)
            levels[frame:, person] = level
            cell += 1
    return levels
