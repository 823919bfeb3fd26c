"""Run a published model, and sum up what came of it."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from seci_sim.declaring import PERIODS, Model, Section

Array = npt.NDArray[Any]


def run(model: Model, parameters: Section, horizon: int, seed: int) -> tuple[Array, bool]:
    """Run a published model to its equilibrium, or to a horizon.

    Parameters
    ----------
    model : Model
        Of `seci_sim.classics.PUBLISHED`.
    parameters : Section
        Its own.
    horizon : int
        Most periods.
    seed : int
        0 to 2**63 - 1: a replication.

    Returns
    -------
    rows : (periods, measures) float64
        What was measured in each period.
    settled : bool
        Whether it ended at an equilibrium.

    Examples
    --------
    >>> from seci_sim.classics import march1991
    >>> rows, settled = run(march1991.MODEL, march1991.March(), 2000, seed=1)
    >>> settled, rows.shape[1] == len(march1991.MODEL.measures)
    (True, True)
    """
    rows = np.zeros((horizon, len(model.measures)))
    periods, settled = import_module(model.rules).run(parameters, seed, rows)
    return rows[:periods].copy(), settled  # a view would keep the whole horizon alive


def summary(model: Model, rows: Array, settled: bool) -> dict[str, float]:
    """One run in one row: what was known in the last period, totals of what was learned, and when it ended.

    Parameters
    ----------
    model : Model
        Which it was.
    rows, settled
        What `run` gave.
    """
    row = {
        measure.name: float(rows[:, column].sum() if measure.kind == "flow" else rows[-1, column])
        for column, measure in enumerate(model.measures)
    }
    return row | {PERIODS.name: float(len(rows)) if settled else math.nan}


def up_to(periods: int, model: Model, rows: Array) -> Array:
    """The rows of a run that ended early, up to a later period: at equilibrium nothing happens.

    Measures are the last axis of `rows`, periods the first.
    """
    rest = np.repeat(rows[-1:], max(0, periods - len(rows)), axis=0)
    rest[..., [measure.kind == "flow" for measure in model.measures]] = 0.0
    return np.concatenate([rows[:periods], rest])
