"""Run every scenario again, print a table of what moved, and write the golden runs anew.

::

    python tests/refresh_golden.py            # the table; writes, and prints the line for CHANGELOG.md
    python tests/refresh_golden.py --check    # the table only; fails where anything moved
"""

from __future__ import annotations

import hashlib
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import numpy as np
from golden_runs import (
    DEFAULTS,
    SAME_BITS,
    SEEDS,
    SERIES,
    Golden,
    Holds,
    Kept,
    Moved,
    as_text,
    changed_defaults,
    defaults_as_text,
    defaults_today,
    differences,
    holds_today,
    kept_defaults,
    kept_runs,
    observe,
    path_of,
)
from numba.core.registry import cpu_target

from seci_sim.parameters import RESULTS
from seci_sim.scenario import shipped_scenarios

LINES_OF_A_RUN = 6
"""Of a run that moved: it easily moves in a hundred places."""


def processor() -> str:
    """What rules are compiled for, what NumPy chose at run time, and what exp and log are here."""
    compiled_for = cpu_target.target_context.codegen().magic_tuple()[1]
    chosen = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    values = [f(x / 1000) for x in range(1, 10_000) for f in (math.exp, math.log)]
    library = hashlib.sha256(np.array(values).tobytes()).hexdigest()[:8]
    return f"rules: {compiled_for}; NumPy: {' '.join(chosen) or 'plain'}; exp and log: {library}"


def all_runs(
    holds: Holds, seeds: Sequence[int] = SEEDS, in_one_go: bool = False
) -> dict[str, Golden]:
    """Every shipped scenario with these seeds."""
    return {
        f"{name} {seed}": observe(name, seed, holds, in_one_go)
        for name in sorted(shipped_scenarios())
        for seed in seeds
    }


def moved(old: Mapping[str, Golden], new: Mapping[str, Golden]) -> list[Moved]:
    """What is not what it was, in the runs that both have."""
    return [
        found
        for run in old
        if run in new
        for found in differences(run, old[run], new[run], bits=SAME_BITS)
    ]


def table(found: Iterable[Moved]) -> str:
    """A line for each thing that moved, of each run the first few."""
    lines = []
    for _, of_run in groupby(found, key=lambda each: each.run):
        rows = list(of_run)
        lines += [f"{m.run:<28}{m.what:<38}{m.old:>34}{m.new:>34}" for m in rows[:LINES_OF_A_RUN]]
        if len(rows) > LINES_OF_A_RUN:
            lines.append(f"{'':<28}and {len(rows) - LINES_OF_A_RUN} more")
    if not lines:
        return "Nothing moved."
    return "\n".join([f"{'run':<28}{'what':<38}{'old':>34}{'new':>34}", *lines])


def main(check: bool) -> int:
    """Print what moved; write it down unless it is only to be checked."""
    print(processor())
    old = kept_runs() if path_of().exists() else Kept(holds_today(), {})
    results, defaults = kept_defaults()
    found = [*changed_defaults(defaults, defaults_today()), *moved(old.runs, all_runs(old.holds))]
    print(table(found))
    for array in sorted({*old.holds.state} - {*holds_today().state}):
        print(f"{array}: is held, and not there any more, so that every digest moves")
    if check:
        return 1 if found else 0
    if found and results == RESULTS:
        print(f"Raise RESULTS in seci_sim/declaring.py to {RESULTS + 1}, and call this again.")
        return 1
    DEFAULTS.write_text(defaults_as_text(), "utf-8", newline="\n")
    new = Kept(holds_today(), all_runs(holds_today()))
    for run in sorted(old.runs.keys() ^ new.runs.keys()):
        print(f"{run}: {'new' if run in new.runs else 'gone'}")
    if new != old:
        path_of().parent.mkdir(exist_ok=True)
        path_of().write_text(as_text(new), "utf-8", newline="\n")
        print(
            f"For CHANGELOG.md: **Results**: WHAT MOVED, AND WHY (golden runs {SERIES}: `{new.tag}`)."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
