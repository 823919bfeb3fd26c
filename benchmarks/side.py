"""One of two checkouts in a process of its own, which does and times what it is told line by line.

Started by `benchmarks.against` with the checkout first on Python's path, so it uses nothing but public
names, which both have. A line is ``steps WEEKS`` or ``run``, and is answered by seconds.

::

    python benchmarks/side.py FIRM.yaml WEEKS_BEFORE THREADS    threads, where a model shares its weeks out
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from inspect import signature
from typing import Any

from seci_sim import SECIModel


def main(firm: str, before: int, threads: int) -> None:
    """Answer every line that comes."""
    takes = "threads" in signature(SECIModel).parameters
    shared: dict[str, Any] = {"threads": threads} if takes else {}
    model = SECIModel(firm, rng=1, **shared)
    for _ in range(before):
        model.step()
    print("ready", flush=True)  # noqa: T201 - how it answers
    for line in sys.stdin:
        word, *weeks = line.split()
        if word == "steps":
            taken = seconds(partial(go_on, model, int(weeks[0])))
        else:
            taken = seconds(partial(to_the_horizon, SECIModel(firm, rng=1, **shared)))
        print(taken, flush=True)  # noqa: T201


def go_on(model: Any, weeks: int) -> None:
    """Some weeks, step by step."""
    for _ in range(weeks):
        model.step()


def to_the_horizon(model: SECIModel) -> None:
    """All weeks of a model, in one call where it has one."""
    run = getattr(model, "run", None)
    while run is None and model.running:
        model.step()
    if run is not None:
        run()


def seconds(act: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
