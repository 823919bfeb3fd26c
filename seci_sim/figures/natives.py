"""Charts as numbers, for programs that draw them themselves: curves with the edges of their bands."""

from __future__ import annotations

import pandas as pd

from seci_sim.figures import style
from seci_sim.figures.curves import Curves
from seci_sim.figures.style import POINTS, Mark, Native
from seci_sim.lab.deciders import Decider

BAND = {"mean": "", "low": ": 10% of runs lie below", "high": ": 10% of runs lie above"}


def with_edges(curves: Curves, unit: str, across: str = "Week", *, start: int = 0) -> Native:
    """Curves of weeks as numbers, each with the edges of its band as thin lines.

    Parameters
    ----------
    unit : str
        ``share``, or what else the numbers count.
    across : str
        What lies across.
    start : int
        Position of the policy as which the first curve is drawn.
    """
    numbers = {
        f"{name}{words}": curve.set_index("week")[end]
        for name, curve in curves.items()
        for end, words in BAND.items()
    }
    frame = pd.DataFrame(numbers).sort_index().rename_axis(across)
    marks = [
        Mark(one.colour, one.dash, thin=thin)
        for one in style.marks(start + len(curves))[start:]
        for thin in (False, True, True)
    ]
    return Native("lines", frame, unit, tuple(marks), edges="the middle 80% of runs")


def gain_against(decider: Decider, place: int = 1) -> Native:
    """The gain against a parameter, in points: the mean, and thin lines that hold nine worlds of ten.

    Parameters
    ----------
    place : int
        Position of the policy that gains.
    """
    curve, factor = decider.curve, decider.factor
    names = {"mean": "gain", "low": "nine worlds of ten: from", "high": "nine worlds of ten: to"}
    numbers = 100 * curve[list(names)].rename(columns=names)
    numbers.index = pd.Index(curve["value"], name=f"{factor.name}, {factor.unit}")
    look = style.look(place)
    edge = Mark(look.colour, look.dash, thin=True)
    drawn = (Mark(look.colour, look.dash), edge, edge)
    return Native("lines", numbers, POINTS, drawn, factor.unit, "nine worlds of ten")
