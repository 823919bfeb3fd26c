"""Make the reference sample of `two_stages` again, which takes a minute or two.

Only where distributions were meant to change: CHANGELOG.md then has a **Results** line::

    python tests/refresh_reference.py
"""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from two_stages import (
    OUTCOMES,
    REFERENCE,
    SCENARIO,
    SEEDS_OF_REFERENCE,
    outcomes,
    reference,
    small_firm,
)

from seci_sim.lab.compiling import warm_up
from seci_sim.lab.provenance import made_with
from seci_sim.seci.knowledge import Array

RUNS_AT_ONCE = 250


def of_seeds(seeds: range) -> Array:
    """The outcomes of some seeds, in a process of their own."""
    return outcomes(small_firm(), seeds)


def main() -> None:
    """Run the reference, say by how much means and spreads moved, and write it."""
    warm_up()
    parts = [
        SEEDS_OF_REFERENCE[n : n + RUNS_AT_ONCE]
        for n in range(0, len(SEEDS_OF_REFERENCE), RUNS_AT_ONCE)
    ]
    with ProcessPoolExecutor() as pool:
        values = np.concatenate(list(pool.map(of_seeds, parts)))
    old = reference().values if REFERENCE.exists() else values
    print(f"{'outcome':<24}{'mean before':>14}{'now':>14}{'spread before':>16}{'now':>14}")
    for name, before, now in zip(OUTCOMES, old.T, values.T, strict=True):
        figures = (
            f"{before.mean():>14.6g}{now.mean():>14.6g}{before.std():>16.6g}{now.std():>14.6g}"
        )
        print(f"{name:<24}{figures}")
    about = {
        "outcomes": OUTCOMES,
        "scenario": SCENARIO.read_text("utf-8"),
        "made_with": made_with(),
    }
    np.savez_compressed(REFERENCE, values=values, about=json.dumps(about))


if __name__ == "__main__":
    main()
