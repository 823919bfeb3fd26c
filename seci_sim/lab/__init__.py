"""The laboratory: run scenarios, keep the results, compare them.

A file becomes an `Experiment` (`experiment_files`, `factors`, `sections`, `design`); a comparison is one, too
(`comparing`). Its `cells` are run in `chunks`, replication by replication (`rounds`, `conduct`, with a `progress_bar`), by a `pool`
of processes or any other executor; what a chunk leads to is kept in the experiment's `folder` until it
becomes tables (`findings`, `result_tables`), with a `manifest` from which `rerun` does it again.
"""

from seci_sim.lab.experiment import Experiment
from seci_sim.lab.experiment_files import shipped_experiments

__all__ = ["Experiment", "shipped_experiments"]
