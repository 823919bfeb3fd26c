"""Runs as somebody at a terminal sees them: progress, the answer, a table, and what to try next."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from seci_sim.experiment.run import Results, simulate
from seci_sim.experiment.store import FolderProblem, claim, save
from seci_sim.first_use import COMPILING, is_warm
from seci_sim.preflight import PICTURES, Request
from seci_sim.report import exported, html, tell
from seci_sim.report.document import FILE, as_json, document
from seci_sim.report.exports import FILES
from seci_sim.report.html import Told
from seci_sim.report.images import NoPicture
from seci_sim.scenario import FileProblem, Scenario, shipped_scenarios
from seci_sim.terminal.comparison import in_words
from seci_sim.words import counted


def carry_out(
    request: Request, scenarios: Sequence[Scenario], folder: Path, *, silent: bool
) -> Told:
    """Run scenarios with a progress bar on standard error, and save what they led to.

    Raises
    ------
    FileProblem
        The folder cannot be used, or all was written but the pictures.
    """
    try:
        claim(folder, scenarios, request.seeds)
        with shown_progress(scenarios[0].model, silent=silent) as on_progress:
            results = simulate(
                scenarios,
                seed=request.seed,
                replications=request.replications,
                workers=request.workers,
                on_progress=on_progress,
            )
        return _written(results, folder, request)
    except FolderProblem as problem:
        raise FileProblem(str(problem)) from None


@contextmanager
def shown_progress(model: str, *, silent: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, told how many of how many runs are finished."""
    console = Console(stderr=True)
    if not silent and not is_warm(model):
        console.print(COMPILING)
    with Progress(
        console=console, transient=True, disable=silent or not console.is_terminal
    ) as progress:
        bar = progress.add_task("Running")
        yield lambda done, total: progress.update(bar, completed=done, total=total)


def _written(results: Results, folder: Path, request: Request) -> Told:
    """Write the page, the tables and the exports; without pictures where the browser fails."""
    told, line, missing = tell(results), request.line, ""
    try:
        more = exported(told, request.exports, command=line)
    except NoPicture as problem:
        missing = str(problem)
        others = [name for name in request.exports if name not in PICTURES]
        more = exported(told, others, command=line)
    more[FILE] = as_json(document(told)).encode()
    save(results, folder, command=line, report=html(told, command=line), more=more)
    if missing:
        raise FileProblem(f"{folder}: all is written but the pictures: {missing}")
    return told


def headline(told: Told, folder: Path, request: Request) -> str:
    """Return the answer in two sentences, the policies, what was written, and what to try next."""
    results, beside = told.results, [FILES[name] for name in FILES if name in request.exports]
    written = ", ".join([str(folder / "report.html"), *beside])
    return (
        f"{in_words(told)}Wrote {written} and tables beside it: "
        f"{counted(len(results.seeds), 'run')} of each scenario, {results.seconds:.1f} s.\n"
        f"Next: {_next(request, results.scenarios[-1])}"
    )


def for_programs(told: Told, folder: Path, request: Request) -> str:
    """Return the same as one JSON object."""
    made = {"command": request.line, "folder": str(folder), "seconds": told.results.seconds}
    return as_json(made | document(told))


def _next(request: Request, scenario: Scenario) -> str:
    """Return a command that follows naturally."""
    last = request.given[-1]
    shipped = shipped_scenarios()
    if request.command == "run":
        label = scenario.sources[1].label if len(scenario.sources) > 1 else ""
        extended = label.removesuffix(" (shipped)")
        if extended in shipped:
            return shlex.join(["seci-sim", "compare", extended, last])
    base = last if last in shipped else "one-percent"
    return shlex.join(["seci-sim", "new", "my-firm.yaml", "--from", base])
