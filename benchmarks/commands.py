"""Commands of `seci-sim` in fresh interpreters, timed from their start to their end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import ROOT
from benchmarks.timing import seconds

FIRST_WEEK = "from seci_sim import SECIModel; SECIModel('baseline', rng=1).step()"
SHORT_RUN = ("run", "baseline", "--replications", "2", "--seed", "1")
COMPARE = ("compare", "baseline", "high-turnover", "--no-open", "--quiet")
"""Two policies of a firm of 200, over 208 weeks."""

EXPERIMENT = """name: Trial
question: How many runs a second?
scenario: baseline
vary: {policy.turnover: [10%, 20%]}
replications: REPLICATIONS
"""
POLICIES = 2
FEW = 10
"""Replications of a command from whose time one with more is told apart."""


def python(cache: Path, *arguments: str, checkout: Path = ROOT, folder: Path = ROOT) -> float:
    """Seconds of a fresh interpreter that finds a checkout first, with a cache of its own for rules."""
    environment = os.environ | {"XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(checkout)}

    def start() -> None:
        subprocess.run(  # noqa: S603 - this very interpreter
            [sys.executable, *arguments],
            cwd=folder, env=environment, check=True, capture_output=True,
        )  # fmt: skip

    return seconds(start)


def program(cache: Path, *arguments: str, checkout: Path = ROOT) -> float:
    """Seconds of a command that writes a folder, which is thrown away."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        command = ("-m", "seci_sim.cli", *arguments, "--out", str(folder / "results"))
        return python(cache, *command, checkout=checkout, folder=folder)


def compare(cache: Path, replications: int, workers: int, checkout: Path = ROOT) -> float:
    """Seconds of a whole comparison, its tables and report included."""
    given = ("--replications", str(replications), "--workers", str(workers))
    return program(cache, *COMPARE, *given, checkout=checkout)


def experiment(cache: Path, replications: int, workers: int, checkout: Path = ROOT) -> float:
    """Seconds of a whole experiment."""
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary, "trial.yaml")
        file.write_text(EXPERIMENT.replace("REPLICATIONS", str(replications)), "utf-8")
        given = ("experiment", str(file), "--workers", str(workers), "--quiet")
        return program(cache, *given, checkout=checkout)


def runs_per_second(many: float, few: float, replications: int) -> float:
    """Runs a second of a command, without what it does once.

    Parameters
    ----------
    many, few : float
        Seconds with `replications` and with `FEW` replications of each policy.

    Examples
    --------
    >>> runs_per_second(many=5.0, few=3.0, replications=60)
    50.0
    """
    return POLICIES * (replications - FEW) / (many - few)
