"""The laboratory: run scenarios, keep the results, compare them.

A file becomes an `Experiment` (`files`, `factors`, `sections`, `design`); its `cells` are run in chunks,
replication by replication (`rounds`, `conduct`), by a `pool` of processes or any other executor that
does the `work`; what a chunk leads to is kept in `parts` until it becomes tables (`findings`).
"""

from seci_sim.lab.experiment import Experiment
from seci_sim.lab.experiment_files import shipped_experiments

__all__ = ["Experiment", "shipped_experiments"]
