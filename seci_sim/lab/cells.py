"""Cells: every combination that an experiment runs, numbered in a fixed order.

The order is that of scenarios, policies, levels of the factors that have levels, and sampled points;
the last changes fastest. No list of all cells is kept: each follows from its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from seci_sim.lab.design import Design
from seci_sim.lab.factors import OWN
from seci_sim.scenario import Scenario, with_levers

if TYPE_CHECKING:
    import pandas as pd

    from seci_sim.seci.knowledge import Array

Value = bool | int | float


@dataclass(frozen=True)
class Cell:
    """One combination of scenario, policy and values of factors."""

    number: int
    scenario: int
    """Place of its scenario in the experiment."""
    policy: int
    """Place of its policy; 0 where there are none."""
    values: dict[str, Value]
    """Values of all factors by name, levers first."""
    baseline: int
    """Number of the cell that it is compared with: the same world under the first policy."""

    @property
    def own(self) -> dict[str, Value]:
        """Values of the parameters that only somebody's own model has, as it calls them."""
        return {n.removeprefix(OWN): v for n, v in self.values.items() if n.startswith(OWN)}


class Cells(Sequence[Cell]):
    """All cells of an experiment.

    Parameters
    ----------
    experiment : Design
        What they belong to.

    Examples
    --------
    >>> from seci_sim.lab import Experiment
    >>> cells = Cells(Experiment.load("patient_time"))
    >>> len(cells), cells[3].values, cells[3].baseline
    (8, {'policy.patient_time': 0.01}, 0)
    """

    def __init__(self, experiment: Design) -> None:
        self.experiment = experiment
        self.names = [factor.name for factor in experiment.factors]
        self._crossed = () if experiment.points else experiment.crossed
        self._sampled = [factor.name for factor in experiment.sampled]
        crossed = [len(factor.levels) for factor in self._crossed]
        policies = max(1, len(experiment.policies))
        self.shape = (len(experiment.scenarios), policies, *crossed, self._points())
        uncertain = [not factor.decided for factor in self._crossed]
        self._world = np.array([bool(experiment.points), False, *uncertain, True])
        """Which of these a cell shares with its baseline, unless points are worlds."""

    def seeds(self, numbers: Array, replications: Array) -> Array:
        """(runs,) int64: the seeds of runs of some cells."""
        return self.experiment.seed_of(self.baselines(numbers), replications)

    def _points(self) -> int:
        if self.experiment.points:
            return len(self.experiment.points)
        return len(self.points) if self._sampled else 1

    @cached_property
    def points(self) -> list[tuple[Value, ...]]:
        """Values of the sampled factors, point by point."""
        from seci_sim.lab.sampling import sampled_points

        return sampled_points(self.experiment)

    def __len__(self) -> int:
        return int(np.prod(self.shape))

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return [self[place] for place in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        place = np.array(np.unravel_index(number, self.shape))
        return Cell(
            number=int(number),
            scenario=int(place[0]),
            policy=int(place[1]),
            values=self._values(place),
            baseline=int(self.baselines(np.array([number]))[0]),
        )

    def baselines(self, numbers: Array) -> Array:
        """(cells,) int64: the cells that some cells are compared with."""
        if self.experiment.points and self.experiment.luck != "shared":
            worlds: Array = self._first_of_world[numbers % len(self.experiment.points)]
            return worlds
        places = np.unravel_index(numbers, self.shape)
        shared = [np.where(keep, at, 0) for keep, at in zip(self._world, places, strict=True)]
        found: Array = np.ravel_multi_index(shared, self.shape)
        return found

    @cached_property
    def _first_of_world(self) -> Array:
        """(points,) int64: the first point at which all that is uncertain is as at this one."""
        names = [factor.name for factor in self.experiment.uncertain]
        first: dict[tuple[Value, ...], int] = {}
        return np.array(
            [
                first.setdefault(tuple(point[name] for name in names), place)
                for place, point in enumerate(self.experiment.points)
            ]
        )

    def _values(self, place: Array) -> dict[str, Value]:
        if self.experiment.points:
            return dict(self.experiment.points[int(place[-1])])
        found = {
            factor.name: factor.levels[level]
            for factor, level in zip(self._crossed, place[2:-1], strict=True)
        }
        if self._sampled:
            found |= zip(self._sampled, self.points[place[-1]], strict=True)
        return {name: found[name] for name in self.names if name in found}

    @property
    def varied(self) -> list[str]:
        """Names of the factors whose values differ between cells, in the order of columns."""
        return list(self[0].values)


def settled(experiment: Design, cell: Cell) -> Scenario:
    """Return the scenario that a cell runs.

    Raises
    ------
    ValueError
        Its values do not fit together.
    """
    scenario = experiment.scenarios[cell.scenario]
    values: dict[str, Any] = {n: v for n, v in cell.values.items() if not n.startswith(OWN)}
    if experiment.policies:
        chosen = experiment.policies[cell.policy].policy
        values |= {f"policy.{name}": value for name, value in chosen.items()}
    if not values:
        return scenario
    return with_levers(scenario, **{name.replace(".", "__"): v for name, v in values.items()})


def cell_table(experiment: Design) -> pd.DataFrame:
    """Return a row for each cell: its number, its baseline's, scenario, policy and factors.

    Examples
    --------
    >>> from seci_sim.lab import Experiment
    >>> list(cell_table(Experiment.load("patient_time")).columns)
    ['cell', 'baseline', 'scenario', 'policy.patient_time']
    """
    import pandas as pd

    cells = Cells(experiment)
    every = list(cells)
    columns: dict[str, Any] = {
        "cell": np.arange(len(cells)),
        "baseline": cells.baselines(np.arange(len(cells))),
        "scenario": [experiment.scenarios[cell.scenario].name for cell in every],
    }
    if experiment.policies:
        columns["policy"] = [experiment.policies[cell.policy].name for cell in every]
    for name in cells.varied:
        columns[name] = np.array([cell.values[name] for cell in every])
    return pd.DataFrame(columns)
