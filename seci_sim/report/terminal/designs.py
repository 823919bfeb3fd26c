"""What came out of an experiment, as somebody at a terminal sees it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from seci_sim.lab.cells import Cells, cell_table
from seci_sim.lab.documents import Manifest
from seci_sim.lab.factors import DECLARED
from seci_sim.lab.findings import Findings
from seci_sim.lab.manifest import digest_of_analyses, read_manifest
from seci_sim.lab.statistics import estimate, paired_difference
from seci_sim.scenario.file_names import typed
from seci_sim.scenario.quantities import in_words
from seci_sim.words import counted

if TYPE_CHECKING:
    from seci_sim.report.analysis_pages import Written

MOST_ROWS = 24
"""Cells that are shown; all stand in the files."""

MOST_COLUMNS = 6
"""Columns of what is varied that have room beside each other."""

MOST_FAILURES = 20


class SomeFailed(Exception):
    """All that could be run was run, but some runs came to nothing."""

    exit_code = 4

    def __init__(self, lines: Sequence[str], told: str) -> None:
        super().__init__("\n".join(lines))
        more = len(lines) - MOST_FAILURES
        self.lines = [*lines[:MOST_FAILURES], *[f"... and {more} more"] * (more > 0)]
        self.told = told


def missing_in_words(found: Findings, folder: Path, worlds: Findings | None = None) -> str:
    """How much is there, and what to do when all is."""
    every = [found] if worlds is None else [found, worlds]
    there = sum(len(one.table) for one in every)
    expected = there + sum(one.missing + len(one.failed) for one in every)
    return f"{there:,} of {expected:,} runs are in {folder}. When all shards are done: " + typed(
        ["seci-sim", "collect", str(folder)]
    )


def _said_of(written: Sequence[Written], folder: Path) -> str:
    """The findings of the analyses that could be made, and where their pages are."""
    pages = {str(one.page.relative_to(folder)): one.said for one in written if one.page}
    lines = [*pages.values()] + [f"Wrote {', '.join(pages)} to {folder}."] * bool(pages)
    return "\n".join(lines)


def told(found: Findings, folder: Path, written: Sequence[Written] = ()) -> str:
    """What came out, what was written, and the digest in the last line."""
    console = Console(file=io.StringIO(), width=get_terminal_size((100, 24)).columns)
    console.print(Text(found.experiment.question))
    console.print(_table(found))
    words = f"Wrote results.csv, cells.csv and manifest.json to {folder}."
    if not found.whole and found.failed.empty:
        words = missing_in_words(found, folder)
    if written:
        words = f"{_said_of(written, folder)}\n{words}"
    if found.too_wide:
        words = f"{_not_reached(found)}\n{words}"
    console.print(Text(f"{words}\n{digests(found, folder, written)}"), soft_wrap=True, end="")
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def digests(found: Findings, folder: Path, written: Sequence[Written]) -> str:
    """The digest of the table in the last line, and above it that of the tables made of it."""
    analyses = _of_analyses(folder, written)
    return f"digest of the analyses: {analyses}\n" * bool(analyses) + f"digest: {found.digest}"


def _of_analyses(folder: Path, written: Sequence[Written]) -> str:
    manifest = read_manifest(folder) if written else None
    return digest_of_analyses(manifest.files) if isinstance(manifest, Manifest) else ""


def _not_reached(found: Findings) -> str:
    """That intervals are wider than asked, though cells were run as often as they may be."""
    until = found.experiment.until
    assert until is not None
    asked = in_words(until.half_width, found.experiment.measures[until.outcome].unit)
    cells = f"{len(found.too_wide)} of {found.experiment.size} cells"
    return f"Not reached: in {cells} {until.outcome} is less sure than ± {asked} after {until.at_most} runs."


def complain(
    found: Findings, written: Sequence[Written], said: str, worlds: Findings | None = None
) -> None:
    """Name what came to nothing, if anything did.

    Raises
    ------
    SomeFailed
        Runs failed, or an analysis could not be made; it carries what there is to say all the same.
    """
    lines = [*failures_in_words(found), *(one.said for one in written if one.page is None)]
    lines += failures_in_worlds(worlds) if worlds else []
    if lines:
        raise SomeFailed(lines, said)


def failures_in_worlds(found: Findings) -> list[str]:
    """That worlds were left out in which runs came to nothing, if there are any."""
    if found.failed.empty:
        return []
    first = found.failed.iloc[0]
    count = counted((found.failed["cell"] % len(Cells(found.experiment).points)).nunique(), "world")
    what = f"{count} left out, in which runs came to nothing; the first {first['kind']}"
    return [f"{what}: {first['what']}; to do it alone: {first['command']}"]


def failures_in_words(found: Findings) -> list[str]:
    """A line for each cell of which runs came to nothing, with the command that does one alone."""
    cells = Cells(found.experiment)
    lines = []
    for number, runs in found.failed.groupby("cell"):
        first, cell = runs.iloc[0], cells[int(runs["cell"].iloc[0])]
        words = [f"{name} {_worded(name, value)}" for name, value in cell.values.items()]
        if found.experiment.policies:
            words.insert(0, found.experiment.policies[cell.policy].name)
        values = ", ".join(words)
        count = "1 run" if len(runs) == 1 else f"{len(runs)} runs"
        what = f"cell {number} ({values}): {count} {first['kind']}: {first['what']}"
        lines.append(f"{what}; to do one alone: {first['command']}")
    return lines


def _table(found: Findings) -> Table:
    """The first outcome, and how it differs from the baseline: of every cell, or over what was sampled."""
    cells = cell_table(found.experiment)
    varied = [name for name in cells.columns[2:] if cells[name].nunique() > 1]
    return (
        _of_cells(found, cells, varied)
        if len(varied) <= MOST_COLUMNS
        else _means(found, cells, varied)
    )


def _of_cells(found: Findings, cells: pd.DataFrame, varied: Sequence[str]) -> Table:
    """A row for each cell."""
    outcome = found.experiment.outcomes[0]
    runs = {
        cell: rows.set_index("replication")[outcome] for cell, rows in found.table.groupby("cell")
    }
    lines = []
    for _, cell in cells.head(MOST_ROWS).iterrows():
        mine, base = runs.get(cell["cell"]), runs.get(cell["baseline"])
        if mine is None:
            continue
        values = [_worded(name, cell[name]) for name in varied]
        change = "" if base is None or cell["cell"] == cell["baseline"] else _change(mine, base)
        lines.append([*values, f"{estimate(mine).mean:.4g}", change, str(len(mine))])
    headings = [*varied, outcome, "change (95% interval, each alone)", "runs"]
    more = f"The first {MOST_ROWS} of {len(cells):,} cells." if len(cells) > MOST_ROWS else None
    return _written(headings, lines, more)


def _means(found: Findings, cells: pd.DataFrame, varied: Sequence[str]) -> Table:
    """A row for each policy and level, with the mean over all values that were sampled."""
    outcome = found.experiment.outcomes[0]
    sampled = {factor.name for factor in found.experiment.sampled}
    shown = [name for name in varied if name not in sampled][:MOST_COLUMNS] or ["scenario"]
    by_cell = found.table.groupby("cell")[outcome]
    means, runs = (cells["cell"].map(one) for one in (by_cell.mean(), by_cell.count()))
    changes = means - cells["baseline"].map(by_cell.mean())
    every = cells.assign(
        mean=means, runs=runs, change=changes.where(cells["cell"] != cells["baseline"])
    )
    lines = []
    for key, rows in list(every.groupby(shown, sort=False))[:MOST_ROWS]:
        values = [_worded(name, value) for name, value in zip(shown, key, strict=True)]
        change = "" if rows["change"].isna().all() else f"{rows['change'].mean():+.4g}"
        lines.append([*values, f"{rows['mean'].mean():.4g}", change, f"{rows['runs'].sum():.0f}"])
    over = f"Means over {len(cells):,} cells; {len(sampled)} parameters are sampled."
    return _written([*shown, outcome, "change", "runs"], lines, over)


def _written(headings: Sequence[str], lines: Sequence[Sequence[str]], caption: str | None) -> Table:
    """A table of texts, in which "[/b]" is no mark-up."""
    table = Table(caption=caption)
    for heading in headings:
        table.add_column(Text(heading))
    for line in lines:
        table.add_row(*map(Text, line))
    return table


def _worded(name: str, value: Any) -> str:
    """A value of a column as a file would give it, short."""
    if name not in DECLARED:
        return str(value)
    plain = value.item() if isinstance(value, np.generic) else value
    short = float(f"{plain:.4g}") if isinstance(plain, float) else plain
    return in_words(short, DECLARED[name].unit)


def _change(mine: pd.Series[float], base: pd.Series[float]) -> str:
    """The paired difference with its interval."""
    both = pd.concat([mine, base], axis=1, keys=["mine", "base"])
    found = paired_difference(both["mine"], both["base"])
    if not found.used:
        return ""
    if found.interval is None:
        return f"{found.mean:+.4g}"
    low, high = found.interval
    return f"{found.mean:+.4g} ({low:+.4g} to {high:+.4g})"


def as_document(found: Findings, folder: Path, written: Sequence[Written] = ()) -> dict[str, Any]:
    """The same for programs."""
    return {
        "experiment": found.experiment.name,
        "folder": str(folder),
        "runs": len(found.table),
        "failed": found.failed.to_dict("records"),
        "analyses": [{"page": one.page and str(one.page), "said": one.said} for one in written],
        "digest": found.digest,
        "digest_of_analyses": _of_analyses(folder, written) or None,
    }
