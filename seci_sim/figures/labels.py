"""Names at the ends of curves, which keep clear of each other."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from scipy.optimize import isotonic_regression

from seci_sim.figures.style import LINE, Look, Text, plain
from seci_sim.words import shortened

LEADER = 16
"""Pixels of the line that leads from a curve's end to its label."""
LABEL_LENGTH, LABEL_LINES = 13, 3
"""Characters of a line, and lines, of a label at the end of a curve."""
CHARACTER = 8.5
"""Pixels of a character at most, on average over a label."""


def wrapped(name: str) -> list[str]:
    """As much of a name as fits three lines, for the end of a curve.

    Examples
    --------
    >>> wrapped("Tiered pricing in India")
    ['Tiered', 'pricing in', 'India']
    >>> wrapped("Tiered pricing for the whole of India, variant 2")
    ['Tiered', 'pricing…ndia,', 'variant 2']
    """
    for length in range(LABEL_LINES * LABEL_LENGTH, 0, -1):
        lines = textwrap.wrap(shortened(name, length), LABEL_LENGTH)
        if len(lines) <= LABEL_LINES:
            return lines
    raise AssertionError("a single character fits a line")


def label_margin(names: Sequence[str]) -> int:
    """Pixels that the labels at the ends of curves need at the right.

    Examples
    --------
    >>> label_margin(["One"]), label_margin(["One", "No patient time"])
    (45, 105)
    """
    longest = max(len(line) for name in names for line in wrapped(name))
    return int(LEADER + CHARACTER * longest) + 4


def labels_height(names: Sequence[str]) -> int:
    """Pixels that those labels need one below the other."""
    return sum(LINE * len(wrapped(name)) + 2 for name in names)


def apart(wanted: Sequence[float], heights: Sequence[float], room: float) -> list[float]:
    """Middles of labels, moved as little as possible so that none overlaps or leaves the room.

    The least total of squared moves under "each starts where the former ends" is an isotonic
    regression once the heights of the labels before are taken off.

    Parameters
    ----------
    wanted, heights : sequence of float
        Where each label would best have its middle, and how high it is, in pixels from the top.
    room : float
        Pixels that there are.

    Examples
    --------
    >>> apart([50.0, 50.0, 120.0], [20.0, 20.0, 20.0], 200.0)
    [40.0, 60.0, 120.0]
    """
    order = np.argsort(wanted, kind="stable")
    size = np.asarray(heights, dtype=float)[order]
    before = np.cumsum(size) - size / 2
    free = isotonic_regression(np.asarray(wanted, dtype=float)[order] - before).x
    middles = np.empty(len(order))
    middles[order] = np.clip(free, 0, max(0.0, room - size.sum())) + before
    return [float(middle) for middle in middles]


def end_labels(
    names: Sequence[str],
    looks: Sequence[Look],
    values: Sequence[float],
    *,
    pixels: tuple[float, float],
    ends: tuple[float, float] = (0.0, 1.0),
) -> list[Text]:
    """Each curve's name where it ends, in the right margin, with a line that leads to it.

    Parameters
    ----------
    values : sequence of float
        Last value of each curve.
    pixels : tuple of float
        Height of the vertical axis, and of the room for labels beside it.
    ends : tuple of float
        Of that axis.
    """
    height, room = pixels
    texts = [wrapped(name) for name in names]
    low, high = ends
    wanted = [(1 - (value - low) / (high - low)) * height for value in values]
    middles = apart(wanted, [LINE * len(text) + 2 for text in texts], room)
    return [
        {
            "x": 1, "xref": "paper", "y": value, "yref": "y", "ax": LEADER, "ay": middle - want,
            "xanchor": "left", "align": "left", "showarrow": True, "arrowhead": 0,
            "arrowwidth": 1.5, "arrowcolor": style.colour, "standoff": 2, "borderpad": 1,
            "text": "<br>".join(plain(line) for line in text),
        }
        for text, style, value, want, middle in zip(texts, looks, values, wanted, middles, strict=True)
    ]  # fmt: skip
