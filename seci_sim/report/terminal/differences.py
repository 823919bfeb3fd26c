"""Runs done again, as somebody at a terminal sees them."""

from __future__ import annotations

from pathlib import Path

from seci_sim.lab.chunks import Failure
from seci_sim.lab.findings import Findings
from seci_sim.lab.rerun import Agree, Repeated, alone, repeat
from seci_sim.report import analysis_pages
from seci_sim.report.terminal.designs import SomeFailed
from seci_sim.scenario.quantities import in_words
from seci_sim.words import counted, listed


class NotTheSame(Exception):
    """Results differ from those that the manifest tells of."""

    exit_code = 6

    def __init__(self, lines: list[str], told: str) -> None:
        super().__init__("\n".join(lines))
        self.lines, self.told = lines, told


def all_runs(manifest: Path, workers: int | None, memory: float, agree: Agree | None) -> str:
    """Do again what a manifest tells of, and say what differs.

    Raises
    ------
    NotTheSame
        Results, or files of the folder, are not what they were.
    SomeFailed
        They are, but an analysis could not be made again.
    """
    found = repeat(manifest, workers, memory=memory, analyse=_analyses, agree=agree)
    analysed, worlds = found.analysed, found.worlds
    wrong = [*found.changed, *found.results, *(analysed.differing if analysed else ())]
    wrong += [f"worlds: {what}" for what in (*worlds.changed, *worlds.results)] if worlds else []
    notes = dict.fromkeys([*found.notes, *(worlds.notes if worlds else ())])
    lines = [f"differs today: {note}" for note in notes]
    differing = [analysed and analysed.differing, worlds and worlds.results]
    if not found.results and not any(differing):
        lines.append(f"The same to the bit: {_counted(found)}.")
    if analysed:
        lines.append(f"digest of the analyses: {analysed.digest}")
    if worlds:
        lines.append(f"digest of the worlds: {worlds.digest}")
    said = "\n".join([*lines, f"digest: {found.digest}"])
    if wrong:
        raise NotTheSame(wrong, said)
    if analysed and analysed.unmade:
        raise SomeFailed(analysed.unmade, said)
    return said


def _analyses(found: Findings, folder: Path) -> list[str]:
    """Make analyses in a folder; say which could not be made."""
    return [one.said for one in analysis_pages.write(found, folder) if one.page is None]


def _counted(found: Repeated) -> str:
    """How much was done again."""
    counts = [counted(found.runs, "run")]
    if found.analysed:
        if found.analysed.runs:
            counts.append(f"{counted(found.analysed.runs, 'run')} of searches")
        counts.append(f"{counted(found.analysed.tables, 'table')} of analyses")
    if found.worlds:
        counts.append(f"{counted(found.worlds.runs, 'run')} in many worlds")
    return listed(counts)


def one_run(manifest: Path, cell: int, replication: int, memory: float, agree: Agree | None) -> str:
    """Do one run and show what it came to.

    Raises
    ------
    SomeFailed
        It came to nothing.
    """
    folder = manifest.parent if manifest.is_file() else manifest
    values, outcomes, notes = alone(folder, cell, replication, memory, agree)
    if isinstance(outcomes, Failure):
        what = f"cell {cell}, replication {replication}: {outcomes.what}"
        raise SomeFailed([what], outcomes.where)
    lines = [
        f"{name}: {value if isinstance(value, str) else in_words(value)}"
        for name, value in values.items()
    ]
    lines = [f"differs today: {note}" for note in notes] + lines
    return "\n".join([*lines, *(f"{name}: {value!r}" for name, value in outcomes.items())])
