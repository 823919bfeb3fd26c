"""On what the figures were measured: processor, cores, memory and versions; no names of hosts or folders."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("seci-sim", "mesa", "numpy", "numba", "pandas")


def load() -> float:
    """Processes that wanted a core, mean over the last minute; 0 where the system does not tell."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def machine(load_before: float) -> dict[str, object]:
    """What a reader needs to judge the figures; `load_before` is the load before they were taken."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "load_before": round(load_before, 2),
        "system": platform.system(),
        "versions": {"python": platform.python_version()}
        | {package: version(package) for package in PACKAGES},
    }


def _processor() -> str:
    """The model of the processor, as Linux tells it; elsewhere what Python knows."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
