"""Experiments as somebody at a terminal sees them: how large, how far, what came out."""

from __future__ import annotations

import io
import shlex
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

from seci_sim.experiment import Experiment
from seci_sim.experiment.cells import Cells, cell_table
from seci_sim.experiment.collecting import collect
from seci_sim.experiment.conduct import Conditions, conduct
from seci_sim.experiment.factors import DECLARED
from seci_sim.experiment.findings import Findings
from seci_sim.experiment.progress import Progress as Standing
from seci_sim.experiment.progress import Status, status
from seci_sim.experiment.size import Size
from seci_sim.experiment.statistics import estimate, paired_difference
from seci_sim.first_use import COMPILING, is_warm
from seci_sim.scenario.quantities import in_words

if TYPE_CHECKING:
    from seci_sim.report.analyses import Written

MOST_ROWS = 24
"""Cells that are shown; all stand in the files."""

MOST_FAILURES = 20


class SomeFailed(Exception):
    """All that could be run was run, but some runs came to nothing."""

    exit_code = 4

    def __init__(self, lines: Sequence[str], told: str) -> None:
        super().__init__("\n".join(lines))
        more = len(lines) - MOST_FAILURES
        self.lines = [*lines[:MOST_FAILURES], *[f"... and {more} more"] * (more > 0)]
        self.told = told


def carry_out(
    experiment: Experiment, folder: Path, conditions: Conditions, *, silent: bool
) -> Findings:
    """Run an experiment with a progress bar on standard error, and write its tables.

    Raises
    ------
    StoreProblem, PoolProblem
        The folder cannot be used, or processes do not work.
    KeyboardInterrupt, SystemExit
        Somebody asked to stop.
    """
    console = Console(stderr=True)
    if not silent and not is_warm(experiment.scenarios[0].model):
        console.print(COMPILING)
    with _shown(console, silent or not console.is_terminal) as show:
        watched = replace(conditions, on_progress=show)
        if not silent:
            watched = replace(
                watched,
                on_size=lambda size: console.print(Text(size_in_words(size)), soft_wrap=True),
                on_broken=lambda count: console.print(Text(broken_in_words(count, done=True))),
            )
        try:
            found = conduct(experiment, folder, watched)
        except (KeyboardInterrupt, SystemExit):
            if not silent:
                again = f"seci-sim experiment {conditions.command} --resume"
                console.print(Text(f"Stopped; {_kept(folder)}. To go on: {again}"), soft_wrap=True)
            raise
    if conditions.shard is None or len(found.table) == experiment.size * experiment.replications:
        collect(found, folder)
    return found


@contextmanager
def _shown(console: Console, disabled: bool) -> Iterator[Any]:
    """A live bar: share done, runs a second, time left, present width of the interval."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[words]}"),
        console=console,
        transient=True,
        disable=disabled,
    )
    with bar:
        task = bar.add_task("Running", words="")
        yield lambda standing: bar.update(
            task,
            total=standing.total,
            completed=standing.done + standing.failed,
            words=standing_in_words(standing),
        )


def standing_in_words(standing: Standing) -> str:
    """How far it is.

    Examples
    --------
    >>> standing_in_words(Standing(120, 2, 400, 6.0, 20.3, 13.7, "needs_met", 0.0123))
    '20.3 runs a second, 14 s left, 2 failed, needs_met ± 0.0123'
    """
    words = [f"{standing.rate:.3g} runs a second"]
    if standing.left is not None:
        words.append(f"{duration(standing.left)} left")
    if standing.failed:
        words.append(f"{standing.failed} failed")
    if standing.half_width is not None:
        words.append(f"{standing.outcome} ± {standing.half_width:.3g}")
    return ", ".join(words)


def size_in_words(size: Size) -> str:
    """How large it is going to be.

    Examples
    --------
    >>> size_in_words(Size(7, 210, 75.0, 1.3e9, 2e5))
    '7 cells, at most 210 runs: about 75 s, 1.3 GB of memory, 0.2 MB of disk.'
    """
    return (
        f"{size.cells:,} cells, at most {size.runs:,} runs: about {duration(size.seconds)}, "
        f"{size.memory / 1e9:.2g} GB of memory, {size.disk / 1e6:.2g} MB of disk."
    )


def broken_in_words(count: int, *, done: bool) -> str:
    """That some of the results on the disk are damaged, and what becomes of them.

    Examples
    --------
    >>> broken_in_words(1, done=True)
    'A broken part of the results is set aside and run again.'
    >>> broken_in_words(2, done=False)
    '2 parts of the results are broken and left out; to run them again, go on with --resume.'
    """
    if done:
        parts = "A broken part" if count == 1 else f"{count} broken parts"
        are = "is" if count == 1 else "are"
        return f"{parts} of the results {are} set aside and run again."
    parts, are = ("A part", "is") if count == 1 else (f"{count} parts", "are")
    what = f"{parts} of the results {are} broken and left out"
    return f"{what}; to run {'it' if count == 1 else 'them'} again, go on with --resume."


def duration(seconds: float) -> str:
    """A time that people can take in.

    Examples
    --------
    >>> duration(0.4), duration(75), duration(600), duration(9000), duration(400_000)
    ('1 s', '75 s', '10 min', '2.5 h', '4.6 days')
    """
    if seconds < 120:
        return f"{max(1, round(seconds))} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"


def _kept(folder: Path) -> str:
    """How much of it is kept."""
    found = status(folder)
    return f"{found.done} of {found.total} runs are kept in {folder}"


def analysed(found: Findings, folder: Path, conditions: Conditions | None = None) -> list[Written]:
    """Make what the file asks to be made of the table, once the table is there.

    A shard of an experiment has no whole table; `seci-sim collect` makes it, and the analyses.
    """
    expected = found.experiment.size * found.experiment.replications
    there = len(found.table) + len(found.failed)
    if not found.experiment.analyses or there < expected:
        return []
    from seci_sim.report import analyses

    given = conditions or Conditions()
    return analyses.write(found, folder, workers=given.workers, executor=given.executor)


def _said_of(written: Sequence[Written], folder: Path) -> str:
    """The findings of the analyses that could be made, and where their pages are."""
    lines = [one.said for one in written if one.page is not None]
    pages = [str(one.page.relative_to(folder)) for one in written if one.page is not None]
    if pages:
        lines.append(f"Wrote {', '.join(pages)} to {folder}.")
    return "\n".join(lines)


def told(found: Findings, folder: Path, written: Sequence[Written] = ()) -> str:
    """What came out, what was written, and the digest in the last line."""
    console = Console(file=io.StringIO(), width=get_terminal_size((100, 24)).columns)
    console.print(Text(found.experiment.question))
    console.print(_table(found))
    expected = found.experiment.size * found.experiment.replications
    missing = expected - len(found.table) - len(found.failed)
    words = f"Wrote results.csv, cells.csv and manifest.json to {folder}."
    if missing > 0 and found.failed.empty:
        words = (
            f"{len(found.table):,} of {expected:,} runs are in {folder}. When all shards are done: "
            + shlex.join(["seci-sim", "collect", str(folder)])
        )
    if written:
        words = f"{_said_of(written, folder)}\n{words}"
    if found.too_wide:
        words = f"{_not_reached(found)}\n{words}"
    console.print(Text(f"{words}\ndigest: {found.digest}"), soft_wrap=True, end="")
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _not_reached(found: Findings) -> str:
    """That intervals are wider than asked, though cells were run as often as they may be."""
    until = found.experiment.until
    assert until is not None
    asked = in_words(until.half_width, found.experiment.measures[until.outcome].unit)
    cells = f"{len(found.too_wide)} of {found.experiment.size} cells"
    return f"Not reached: in {cells} {until.outcome} is less sure than ± {asked} after {until.at_most} runs."


def complain(found: Findings, written: Sequence[Written], said: str) -> None:
    """Name what came to nothing, if anything did.

    Raises
    ------
    SomeFailed
        Runs failed, or an analysis could not be made; it carries what there is to say all the same.
    """
    lines = [*failures_in_words(found), *(one.said for one in written if one.page is None)]
    if lines:
        raise SomeFailed(lines, said)


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
    """The first outcome of every cell, and how it differs from the cell's baseline."""
    outcome = found.experiment.outcomes[0]
    cells = cell_table(found.experiment)
    varied = [name for name in cells.columns[2:] if cells[name].nunique() > 1]
    runs = {
        cell: rows.set_index("replication")[outcome] for cell, rows in found.table.groupby("cell")
    }
    table = Table()
    for heading in [*varied, outcome, "change", "runs"]:
        table.add_column(heading)
    for _, cell in cells.head(MOST_ROWS).iterrows():
        mine, base = runs.get(cell["cell"]), runs.get(cell["baseline"])
        if mine is None:
            continue
        values = [_worded(name, cell[name]) for name in varied]
        change = "" if base is None or cell["cell"] == cell["baseline"] else _change(mine, base)
        table.add_row(*values, _number(estimate(mine).mean), change, str(len(mine)))
    if len(cells) > MOST_ROWS:
        table.caption = f"The first {MOST_ROWS} of {len(cells):,} cells."
    return table


def _worded(name: str, value: Any) -> str:
    """A value of a column as a file would give it, short."""
    if name not in DECLARED:
        return str(value)
    plain = value.item() if isinstance(value, np.generic) else value
    short = float(f"{plain:.4g}") if isinstance(plain, float) else plain
    return in_words(short, DECLARED[name].unit)


def _number(value: float) -> str:
    return f"{value:.4g}"


def _change(mine: pd.Series[float], base: pd.Series[float]) -> str:
    """The paired difference with its interval."""
    both = pd.concat([mine, base], axis=1, keys=["mine", "base"]).dropna()
    if both.empty:
        return ""
    found = paired_difference(both["mine"], both["base"])
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
        "analyses": [
            {"page": None if one.page is None else str(one.page), "said": one.said}
            for one in written
        ],
        "digest": found.digest,
    }


def status_in_words(found: Status, now: float | None = None) -> str:
    """How far the experiment in a folder has come."""
    lines = [
        f"{found.name}: {found.done:,} of {found.total:,} runs done "
        f"({found.done / max(1, found.total):.0%}), {found.failed} failed; "
        f"{found.cells:,} cells, {found.replications} replications"
    ]
    if found.set_aside:
        lines.append(f"{found.set_aside} broken parts were set aside")
    if found.latest is not None:
        latest = found.latest
        ago = duration(max(0.0, (time.time() if now is None else now) - latest["time"]))
        left = "" if latest["left"] is None else f", {duration(latest['left'])} left then"
        width = latest.get("half_width")
        wide = "" if width is None else f"; {latest['outcome']} ± {width:.3g}"
        lines.append(f"last heard of {ago} ago: {latest['rate']:.3g} runs a second{left}{wide}")
    return "\n".join(lines)
