"""Runs done again, as somebody at a terminal sees them."""

from __future__ import annotations

from pathlib import Path

from seci_sim.lab.chunks import Failure
from seci_sim.lab.rerun import alone, repeat
from seci_sim.report.terminal.designs import SomeFailed
from seci_sim.scenario.quantities import in_words


class NotTheSame(Exception):
    """Results differ from those that the manifest tells of."""

    exit_code = 6

    def __init__(self, lines: list[str], told: str) -> None:
        super().__init__("\n".join(lines))
        self.lines, self.told = lines, told


def all_runs(manifest: Path, workers: int | None) -> str:
    """Do again what a manifest tells of, and say what differs.

    Raises
    ------
    NotTheSame
        Results, or files of the folder, are not what they were.
    """
    found = repeat(manifest, workers)
    lines = [f"differs today: {note}" for note in found.notes]
    if not found.results:
        lines.append(f"The same to the bit: {found.runs:,} runs.")
    lines.append(f"digest: {found.digest}")
    wrong = [*found.changed, *found.results]
    if wrong:
        raise NotTheSame(wrong, "\n".join(lines))
    return "\n".join(lines)


def one_run(folder: Path, cell: int, replication: int) -> str:
    """Do one run and show what it came to.

    Raises
    ------
    SomeFailed
        It came to nothing.
    """
    values, outcomes, notes = alone(folder, cell, replication)
    if isinstance(outcomes, Failure):
        what = f"cell {cell}, replication {replication}: {outcomes.what}"
        raise SomeFailed([what], outcomes.where)
    lines = [
        f"{name}: {value if isinstance(value, str) else in_words(value)}"
        for name, value in values.items()
    ]
    lines = [f"differs today: {note}" for note in notes] + lines
    return "\n".join([*lines, *(f"{name}: {value!r}" for name, value in outcomes.items())])
