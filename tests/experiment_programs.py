"""Whole programs that run an experiment, as somebody at a terminal starts them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from experiment_files import GRID

from seci_sim.lab import Experiment
from seci_sim.lab.pool import Here

PROGRAM = [sys.executable, "-m", "seci_sim.cli"]
DIGEST = re.compile(r"digest: ([0-9a-f]{64})\n")
LONG = GRID.replace("replications: 4", "replications: 150")


def workers_of(process: int) -> list[int]:
    """The workers of a driver, without the helpers of Python that end when it has ended."""
    worker = ["pgrep", "-f", "-P", str(process), "popen_loky"]
    found = subprocess.run(worker, capture_output=True, text=True)
    return [int(line) for line in found.stdout.split()]


EXPERIMENT = ("experiment", "trial.yaml", "--out", "out")


def started(
    *arguments: str, command: Sequence[str] = EXPERIMENT, **environment: str
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PROGRAM, *command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, **environment},
        preexec_fn=_hearing if sys.platform != "win32" else None,
    )


def _hearing() -> None:
    """Hear a terminal that is closed, though the tests were begun with ``nohup``."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def digest_of(*arguments: str, **environment: str) -> str:
    with started(*arguments, **environment) as process:
        out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    (found,) = DIGEST.findall(out)
    return str(found)


def serial_digest(folder: Path) -> str:
    return Experiment.load(folder / "trial.yaml").run(Here()).digest
