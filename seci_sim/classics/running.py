"""Run a scenario of a published model: which rules, and what they measure."""

from __future__ import annotations

import math

import numpy as np

from seci_sim.classics import fang2010, march1991, miller2006
from seci_sim.classics.measures import MEASURES, PERIODS
from seci_sim.knowledge import Array
from seci_sim.scenario import Scenario


def run(scenario: Scenario, seed: int) -> tuple[Array, bool]:
    """Run a published model to its equilibrium, or to the scenario's horizon.

    Parameters
    ----------
    scenario : Scenario
        Of a published model.
    seed : int
        0 to 2**63 - 1: a replication.

    Returns
    -------
    rows : (periods, columns) float64
        What was measured in each period; see `MEASURES`.
    settled : bool
        Whether it ended at an equilibrium.

    Raises
    ------
    ValueError
        The scenario is one of the SECI organisation.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> rows, settled = run(read_scenario("march-1991"), seed=1)
    >>> settled, rows.shape[1] == len(MEASURES["march-1991"])
    (True, True)
    """
    if scenario.model not in MEASURES:
        raise ValueError(f"{scenario.name!r} is a scenario of the SECI organisation")
    rows = np.zeros((scenario.horizon, len(MEASURES[scenario.model])))
    simulate = {"march-1991": _march, "miller-2006": _miller, "fang-2010": _fang}[scenario.model]
    periods, settled = simulate(scenario, seed, rows)
    return rows[:periods].copy(), settled  # a view would keep the whole horizon alive


def _march(scenario: Scenario, seed: int, rows: Array) -> tuple[int, bool]:
    terms = scenario.march
    fast = round(terms.fast_share * terms.people)
    p1 = np.full(terms.people, terms.p1)
    p1[:fast] = terms.p1_fast
    if terms.same_for_all:
        p1[:] = p1.mean()
    found: tuple[int, bool] = march1991.simulate(
        seed, terms.to_the_letter, terms.people, terms.items, p1, fast,
        terms.p2, terms.p3, terms.p4, rows,
    )  # fmt: skip
    return found


def _miller(scenario: Scenario, seed: int, rows: Array) -> tuple[int, bool]:
    terms = scenario.miller
    tacit = round(terms.tacit_share * terms.items)
    found: tuple[int, bool] = miller2006.simulate(
        seed, terms.side, terms.items, tacit, terms.p1, terms.p2, terms.p3, terms.p4,
        terms.p5, terms.p6, rows,
    )  # fmt: skip
    return found


def _fang(scenario: Scenario, seed: int, rows: Array) -> tuple[int, bool]:
    terms = scenario.fang
    found: tuple[int, bool] = fang2010.simulate(
        seed, terms.people, terms.items, terms.group_size, terms.beta, terms.block,
        terms.adoption, rows,
    )  # fmt: skip
    return found


def summary(rows: Array, settled: bool, model: str) -> dict[str, float]:
    """One run in one row: what was known in the last period, totals of what was learned, and when it ended.

    Parameters
    ----------
    rows, settled
        What `run` gave.
    model : str
        Which model it was.
    """
    row = {
        measure.name: float(rows[:, column].sum() if measure.kind == "flow" else rows[-1, column])
        for column, measure in enumerate(MEASURES[model])
    }
    return row | {PERIODS.name: float(len(rows)) if settled else math.nan}


def up_to(periods: int, rows: Array, model: str) -> Array:
    """The rows of a run that ended early, up to a later period: at equilibrium nothing happens."""
    rest = np.repeat(rows[-1:], max(0, periods - len(rows)), axis=0)
    rest[:, [measure.kind == "flow" for measure in MEASURES[model]]] = 0.0
    return np.concatenate([rows[:periods], rest])
