"""Measure everything, print it, and write it to ``results.json`` and the table of ``docs/speed.md``.

::

    python -m benchmarks              # everything: keep the machine quiet for a quarter of an hour
    python -m benchmarks --quick      # under a minute: fewer rounds, and no firm beyond 100,000
    python -m benchmarks --only SUBJECT   # one subject, printed only
    python -m benchmarks --against PATH   # beside another checkout, printed only
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.timing import Figure

# The footprint comes first: its processes inherit the memory of this one, which is still small.
SUBJECTS = (
    "footprint",
    "cold_start",
    "versus_mesa",
    "anchors",
    "memory",
    "scaling",
    "rules",
    "ensembles",
    "app",
    "browser",
)

BUSY = 0.5
"""Load from which somebody else is measured too."""


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="How fast the model is, side by side with others."
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds, and no firm beyond 100,000 people"
    )
    parser.add_argument("--only", choices=SUBJECTS, help="one subject; printed, not written")
    parser.add_argument(
        "--against", type=Path, metavar="PATH", help="another checkout, to compare with; printed"
    )
    given = parser.parse_args(arguments)
    if given.against is not None:
        from benchmarks import against

        if not (given.against / "seci_sim").is_dir():
            parser.error(f"--against: {given.against} is no checkout of seci_sim")
        for line in against.measure(given.against, given.quick):
            say(line)
        return
    subjects = (given.only,) if given.only else SUBJECTS
    if given.quick:
        say("Quick: fewer rounds; firms of a million, and ten years of one, are left out.")
    from benchmarks import machine, table

    load_before = machine.load()
    if load_before > BUSY:
        say(f"The machine is busy (a load of {load_before:.1f}): times will be too long.")
    table.with_table(table.DOCUMENT.read_text("utf-8"))  # fails now rather than at the end
    figures: list[Figure] = []
    for subject in subjects:
        figures += measured(subject, given.quick)
        if given.only is None and figures:
            table.save(
                table.results(figures, given.quick, load_before), table.RESULTS, table.DOCUMENT
            )
    if given.only is None:
        say(f"Wrote benchmarks/{table.RESULTS.name} and the table in docs/{table.DOCUMENT.name}.")


def measured(subject: str, quick: bool) -> list[Figure]:
    """The figures of one subject, printed as soon as they are there."""
    from benchmarks import table

    say(subject)
    try:
        figures: list[Figure] = importlib.import_module(f"benchmarks.{subject}").measure(quick)
    except ModuleNotFoundError as problem:
        say(f"  skipped: {problem.name} is not installed")
        return []
    say(table.printed(figures))
    return figures


def say(text: str) -> None:
    """Print at once, for whoever waits."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
