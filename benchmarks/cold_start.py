"""How long somebody waits: for the first run ever, for the next, for help, for each import.

Everything runs in fresh interpreters, with a cache of its own for compiled rules.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.commands import FIRST_WEEK, SHORT_RUN, program, python
from benchmarks.timing import Figure, in_turn

LAYERS = ("parameters", "scenario", "scenario.preflight", "engine.compiled", "model", "lab.experiment",
          "figures", "report", "cli")  # fmt: skip


def measure(quick: bool) -> list[Figure]:
    """Seconds of the first and second run, of help, and of each layer's import."""
    rounds = 1 if quick else 7
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        first = [_run(home / str(number)) for number in range(1 if quick else 3)]
        contenders: dict[str, Callable[[], float]] = {
            "second run": lambda: _run(home / "0"),
            "first week": lambda: python(home / "0", "-c", FIRST_WEEK),
            "help": lambda: python(home / "0", "-m", "seci_sim.cli", "--help"),
        }
        contenders |= {layer: imported(home / "0", f"seci_sim.{layer}") for layer in LAYERS}
        nothing = in_turn({"nothing": imported(home / "0", "sys")}, rounds)["nothing"]
        taken = in_turn(contenders, rounds)
    compiling = [whole - min(taken["second run"]) for whole in first]
    figures = [
        Figure("seconds_first_run", first, "s",
               "The first run ever, two replications, with compiling"),
        Figure("seconds_compiling", compiling, "s",
               "What compiling adds to the first run", "at most 12"),
        Figure("seconds_second_run", taken["second run"], "s", "The same run again"),
        Figure("seconds_second_run_to_first_week", taken["first week"], "s",
               "From an interpreter's start to the end of the first week, rules compiled before",
               "at most 1.5"),
        Figure("seconds_help", taken["help"], "s", "The program with `--help`", "less than 0.5"),
        Figure("seconds_python", nothing, "s", "An interpreter that does nothing"),
    ]  # fmt: skip
    return figures + [
        Figure(f"seconds_import_{layer.split('.')[-1]}", taken[layer], "s",
               f"A fresh interpreter that imports `seci_sim.{layer}`, and what that needs")
        for layer in LAYERS
    ]  # fmt: skip


def _run(cache: Path) -> float:
    """A whole command, its report included."""
    return program(cache, *SHORT_RUN)


def imported(cache: Path, module: str) -> Callable[[], float]:
    """What times the import of a module in a fresh interpreter."""
    return partial(python, cache, "-c", f"import {module}")
