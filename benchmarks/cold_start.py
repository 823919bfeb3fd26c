"""How long somebody waits: for the first run ever, for the next, for help, for each import.

Everything runs in fresh interpreters, with a cache of its own for compiled rules.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import ROOT
from benchmarks.timing import Figure, in_turn, seconds

LAYERS = (
    "parameters", "scenario", "preflight", "compiled", "model", "experiment.run", "figures",
    "report", "cli",
)  # fmt: skip
RUN = ("run", "baseline", "--replications", "2", "--seed", "1")


def measure(quick: bool) -> list[Figure]:
    """Seconds of the first and second run, of help, and of each layer's import."""
    rounds = 1 if quick else 7
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        first = [_first_run(home / str(number)) for number in range(1 if quick else 3)]
        contenders: dict[str, Callable[[], float]] = {
            "second run": lambda: _run(home / "0"),
            "first week": lambda: _first_week(home / "0"),
            "help": lambda: _program(home / "0", "seci_sim.cli", "--help"),
        }
        contenders |= {layer: partial(_import, home / "0", f"seci_sim.{layer}") for layer in LAYERS}
        nothing = in_turn({"nothing": lambda: _import(home / "0", "sys")}, rounds)["nothing"]
        taken = in_turn(contenders, rounds)
    compiling = [whole - min(taken["second run"]) for whole in first]
    figures = [
        Figure("seconds_first_run", first, "s",
               "The first run ever, two replications, with compiling"),
        Figure("seconds_compiling", compiling, "s",
               "What compiling adds to the first run", "less than 15"),
        Figure("seconds_second_run", taken["second run"], "s", "The same run again"),
        Figure("seconds_second_run_to_first_week", taken["first week"], "s",
               "From the command to the end of the first week, rules compiled before",
               "less than 2.5"),
        Figure("seconds_help", taken["help"], "s", "The program with `--help`", "less than 0.5"),
        Figure("seconds_python", nothing, "s", "An interpreter that does nothing"),
    ]  # fmt: skip
    return figures + [
        Figure(f"seconds_import_{layer.split('.')[0]}", taken[layer], "s",
               f"A fresh interpreter that imports `seci_sim.{layer}`, and what that needs")
        for layer in LAYERS
    ]  # fmt: skip


def _first_run(cache: Path) -> float:
    """A run with an empty cache, in the time of which the rules are compiled and kept."""
    taken = _run(cache)
    if not any(cache.glob("seci_sim/*/warm-*")):
        raise OSError("the rules were not compiled into the cache of this run")
    return taken


def _run(cache: Path) -> float:
    """A whole command, its report included."""
    with tempfile.TemporaryDirectory() as out:
        return _program(cache, "seci_sim.cli", *RUN, "--out", str(Path(out, "results")))


def _first_week(cache: Path) -> float:
    """A command until its first week is over."""
    with tempfile.TemporaryDirectory() as out:
        results = str(Path(out, "results"))
        return _program(cache, "benchmarks.first_week", *RUN, "--workers", "1", "--out", results)


def _program(cache: Path, module: str, *arguments: str) -> float:
    """A module run as a program."""
    return _python(cache, "-m", module, *arguments)


def _import(cache: Path, module: str) -> float:
    """A module imported."""
    return _python(cache, "-c", f"import {module}")


def _python(cache: Path, *arguments: str) -> float:
    """A fresh interpreter, from its start to its end."""
    environment = os.environ | {"XDG_CACHE_HOME": str(cache)}

    def start() -> None:
        subprocess.run(  # noqa: S603 - this very interpreter
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
        )

    return seconds(start)
