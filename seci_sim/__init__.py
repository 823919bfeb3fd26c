"""seci_sim: how an organisation creates knowledge, after Nonaka and Takeuchi's SECI model.

Examples
--------
>>> from seci_sim import SECIModel
>>> model = SECIModel("one-percent", rng=7)
>>> model.step()
>>> next(iter(model.agents)).unit
'Tokyo headquarters'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seci_sim.lab import Experiment, shipped_experiments
    from seci_sim.lab.comparing import simulate
    from seci_sim.lab.run import Results
    from seci_sim.model import Employee, SECIModel
    from seci_sim.scenario import Scenario, read_scenario, shipped_scenarios

    __version__: str

__all__ = [
    "Employee",
    "Experiment",
    "Results",
    "SECIModel",
    "Scenario",
    "read_scenario",
    "shipped_experiments",
    "shipped_scenarios",
    "simulate",
]

_HOMES = {
    "Employee": "seci_sim.model",
    "Experiment": "seci_sim.lab",
    "Results": "seci_sim.lab.run",
    "SECIModel": "seci_sim.model",
    "Scenario": "seci_sim.scenario",
    "read_scenario": "seci_sim.scenario",
    "shipped_experiments": "seci_sim.lab",
    "shipped_scenarios": "seci_sim.scenario",
    "simulate": "seci_sim.lab.comparing",
}


def __getattr__(name: str) -> Any:
    # On first use: importing Mesa and Numba takes a second, and reading a file needs neither.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name == "__version__":
        return _version()
    raise AttributeError(f"module 'seci_sim' has no attribute {name!r}")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("seci-sim")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0+unknown"
