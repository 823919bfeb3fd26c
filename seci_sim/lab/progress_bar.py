"""Running many runs, as somebody at a terminal sees it: how large, how far, what is written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.text import Text

from seci_sim.engine.first_use import COMPILING, is_warm
from seci_sim.lab import Experiment
from seci_sim.lab.conduct import Conditions, conduct
from seci_sim.lab.findings import Findings
from seci_sim.lab.manifest import StoreProblem
from seci_sim.lab.progress import Progress as Standing
from seci_sim.lab.progress import Status, status
from seci_sim.lab.size import Size
from seci_sim.words import counted, significant

PATIENCE = 600.0
"""Seconds that worlds may take before it is said how to have fewer of them."""


class Asking(NamedTuple):
    """An option that says how many worlds there are."""

    name: str
    least: int


NO_OPTION, WORLDS_OPTION = Asking("", 0), Asking("--worlds", 2)


def carry_out(
    experiment: Experiment,
    folder: Path,
    conditions: Conditions,
    *,
    again: str,
    silent: bool,
    option: Asking = NO_OPTION,
) -> Findings:
    """Run an experiment with a progress bar on standard error.

    Parameters
    ----------
    experiment, folder, conditions
        As for `conduct`.
    again : str
        What to type to go on.
    silent : bool
        Whether nothing is printed.
    option : Asking
        What asks for another number of worlds; none where the experiment's file says how many.

    Raises
    ------
    StoreProblem, PoolProblem
        The folder cannot be used, or processes do not work.
    KeyboardInterrupt, SystemExit
        Somebody asked to stop.
    """
    sample = experiment.sample if experiment.luck != "shared" else None
    worlds = (sample.points or 0) if sample else 0
    with shown_progress(experiment.scenarios[0].model, worlds, silent=silent) as (console, show):
        watched = replace(conditions, on_progress=show)
        if not silent:
            watched = replace(
                watched,
                on_size=lambda size: console.print(
                    Text(size_in_words(size, worlds, option)), soft_wrap=True
                ),
                on_broken=lambda count: console.print(Text(broken_in_words(count))),
            )
        try:
            return conduct(experiment, folder, watched)
        except (KeyboardInterrupt, SystemExit):
            if not silent:
                console.print(Text(f"Stopped; {_kept(folder)}. To go on: {again}"), soft_wrap=True)
            raise


@contextmanager
def shown_progress(
    model: str, worlds: int = 0, *, silent: bool
) -> Iterator[tuple[Console, Callable[[Standing], None]]]:
    """A live bar on standard error: runs done, in how many worlds, time left, width of the interval."""
    console = Console(stderr=True)
    if not silent and not is_warm(model):
        console.print(COMPILING)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[words]}"),
        console=console,
        transient=True,
        disable=silent or not console.is_terminal,
    )
    with bar:
        task = bar.add_task("Worlds" if worlds else "Running", words="")

        def show(standing: Standing) -> None:
            done, words = standing.done + standing.failed, standing_in_words(standing, worlds)
            bar.update(task, total=standing.total, completed=done, words=words)

        yield console, show


def standing_in_words(standing: Standing, worlds: int = 0) -> str:
    """How far it is.

    Examples
    --------
    >>> standing_in_words(Standing(120, 2, 400, 6.0, 20.3, 13.7, "needs_met", 0.0123))
    '120 of 400 runs, 20.3 a second, 14 s left, 2 failed, needs_met ± 0.0123'
    >>> standing_in_words(Standing(100, 0, 1536, 4.0, 25.0, 57.4, "needs_met", 0.7), 256)
    '100 of 1,536 runs in 256 worlds, 25 a second, 57 s left'
    """
    where = f" in {counted(worlds, 'world')}" if worlds else ""
    words = [f"{standing.done:,} of {standing.total:,} runs{where}, {standing.rate:.3g} a second"]
    if standing.left is not None:
        words.append(f"{duration(standing.left)} left")
    if standing.failed:
        words.append(f"{standing.failed} failed")
    if standing.half_width is not None and not worlds:  # that of one world tells nothing
        words.append(f"{standing.outcome} ± {standing.half_width:.3g}")
    return ", ".join(words)


def size_in_words(size: Size, worlds: int = 0, option: Asking = NO_OPTION) -> str:
    """How large it is going to be.

    Examples
    --------
    >>> size_in_words(Size(7, 210, 75.0, 1.3e9, 2e5))
    '7 cells, at most 210 runs: about 75 s, 1.3 GB of memory, 0.20 MB of disk.'
    >>> size_in_words(Size(1, 1, 75.0, 1.3e9, 3.2e8))
    '1 cell, at most 1 run: about 75 s, 1.3 GB of memory, 320 MB of disk.'
    >>> size_in_words(Size(768, 1536, 3600.0, 1.3e9, 2e5), 256, WORLDS_OPTION)
    '256 worlds, at most 1,536 runs: about 60 min, 1.3 GB of memory, 0.20 MB of disk. That is long: --worlds 64 takes fewer.'
    """
    long = worlds and size.seconds > PATIENCE
    fewer = max(option.least, worlds // 4)
    how = f": {option.name} {fewer} takes fewer" if option.name and fewer < worlds else ""
    return (
        f"{counted(worlds, 'world') if worlds else counted(size.cells, 'cell')}, at most {counted(size.runs, 'run')}: about {duration(size.seconds)}, "
        f"{significant(size.memory / 1e9, 2)} GB of memory, {significant(size.disk / 1e6, 2)} MB of disk."
        f"{f' That is long{how}.' if long else ''}"
    )


def broken_in_words(count: int, again: str = "") -> str:
    """That some of the results on the disk are damaged, and that they are made again, or by which command.

    Examples
    --------
    >>> broken_in_words(1)
    'A broken part of the results is set aside and made again.'
    >>> broken_in_words(2, "seci-sim compare a b")
    '2 parts of the results are broken and left out; to run them again: seci-sim compare a b'
    """
    one = count == 1
    parts, are, it = ("part", "is", "it") if one else ("parts", "are", "them")
    if not again:
        broken = "A broken" if one else f"{count} broken"
        return f"{broken} {parts} of the results {are} set aside and made again."
    what = f"{'A' if one else count} {parts} of the results {are} broken and left out"
    return f"{what}; to run {it} again: {again}"


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
    try:
        found = status(folder)
    except StoreProblem:
        return "nothing was begun"
    return f"{found.done} of {found.total} runs are kept in {folder}"


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
        ago = duration(max(0.0, (time.time() if now is None else now) - latest.time))
        left = "" if latest.left is None else f", {duration(latest.left)} left then"
        width = latest.half_width
        wide = "" if width is None else f"; {latest.outcome} ± {width:.3g}"
        lines.append(f"last heard of {ago} ago: {latest.rate:.3g} runs a second{left}{wide}")
    if found.worlds is not None:
        lines.append(f"In many worlds: {status_in_words(found.worlds, now)}")
    return "\n".join(lines)
