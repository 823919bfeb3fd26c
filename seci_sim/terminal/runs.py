"""Runs as somebody at a terminal sees them: progress, the answer, a table, and what to try next."""

from __future__ import annotations

import io
import json
import math
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from seci_sim.experiment import statistics
from seci_sim.experiment.run import Results, simulate
from seci_sim.experiment.statistics import HOURS_A_HEAD, PATIENT_HOURS_A_HEAD, add_ratios
from seci_sim.experiment.store import FolderProblem, claim, save
from seci_sim.first_use import COMPILING, is_warm
from seci_sim.parameters import SECI
from seci_sim.preflight import PICTURES, Request
from seci_sim.report import classics, exported, html, tables, tell
from seci_sim.report.answer import answer
from seci_sim.report.exports import FILES
from seci_sim.report.images import NoPicture
from seci_sim.scenario import FileProblem, Scenario, shipped_scenarios

if TYPE_CHECKING:
    import pandas as pd

MOST_COLUMNS = 4
"""Policies that stand side by side; more stand below one another."""


def carry_out(
    request: Request, scenarios: Sequence[Scenario], folder: Path, *, silent: bool
) -> Results:
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
        _write(results, folder, request)
    except FolderProblem as problem:
        raise FileProblem(str(problem)) from None
    return results


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


def _write(results: Results, folder: Path, request: Request) -> None:
    """Write the page, the tables and the exports; without pictures where the browser fails."""
    told, line, missing = tell(results), request.line, ""
    try:
        more = exported(results, told, request.exports, command=line)
    except NoPicture as problem:
        missing = str(problem)
        others = [name for name in request.exports if name not in PICTURES]
        more = exported(results, told, others, command=line)
    save(results, folder, command=line, report=html(results, command=line, told=told), more=more)
    if missing:
        raise FileProblem(f"{folder}: all is written but the pictures: {missing}")


def headline(results: Results, folder: Path, request: Request) -> str:
    """Return the answer in two sentences, the policies, what was written, and what to try next."""
    sentences, found = _found(results)
    # Rich cannot know the width of what is not a terminal, and takes 80.
    console = Console(file=io.StringIO(), width=get_terminal_size((100, 24)).columns)
    for sentence in sentences:
        console.print(Text(sentence))
    console.print(_table(found))
    console.print(
        Text(
            f"Wrote {_written(request, folder)} and tables beside it: "
            f"{_counted(len(results.seeds))} of each scenario, {results.seconds:.1f} s.\nNext: {_next(request, results.scenarios[-1])}"
        ),
        soft_wrap=True,
    )
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().rstrip("\n")


def _found(results: Results) -> tuple[tuple[str, str], tables.Table]:
    """Return the answer and the table of policies."""
    if results.scenarios[0].model != SECI:
        return classics.answer(results), classics.policies(results)
    summary, names, horizon = _parts(results)
    return answer(summary, names, horizon), tables.policies(summary, names, horizon)


def _parts(results: Results) -> tuple[pd.DataFrame, list[str], int]:
    """Return the summary with hours a head, the policies' names, and the longest horizon."""
    names = [scenario.name for scenario in results.scenarios]
    horizon = max(scenario.horizon for scenario in results.scenarios)
    return add_ratios(results.summary), names, horizon


def _written(request: Request, folder: Path) -> str:
    """The page, and what was asked for beside it."""
    beside = [file for name, file in FILES.items() if name in request.exports]
    return ", ".join([str(folder / "report.html"), *beside])


def _counted(runs: int) -> str:
    return "1 run" if runs == 1 else f"{runs} runs"


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


def _table(found: tables.Table) -> Table:
    """Policies side by side where they fit, else below one another."""
    lines = [[_heading(cell) for cell in found.headings]]
    lines += [[_value(cell) for cell in row] for row in found.rows]
    if len(found.rows) <= MOST_COLUMNS:
        lines = [list(column) for column in zip(*lines, strict=True)]
    table = Table(show_lines=True)
    for head in lines[0]:
        table.add_column(head)
    for line in lines[1:]:
        table.add_row(*line)
    return table


def _heading(cell: tables.Cell) -> Text:
    return Text(f"{cell.value} ({cell.small})" if cell.small else cell.value)


def _value(cell: tables.Cell) -> Text:
    return Text("\n".join(filter(None, (cell.value, cell.small))))


def as_json(results: Results, folder: Path, request: Request) -> str:
    """Return the same as one JSON object; what has no value is null."""
    document = {
        "command": request.line,
        "folder": str(folder),
        "seeds": list(results.seeds),
        "seconds": results.seconds,
        "answer": list(_found(results)[0]),
        "policies": [
            {"name": scenario.name, "fingerprint": scenario.fingerprint}
            | _policy(results, scenario.name)
            for scenario in results.scenarios
        ],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)


def _policy(results: Results, name: str) -> dict[str, Any]:
    if results.scenarios[0].model != SECI:
        measured = results.summary.columns.drop(["scenario", "seed"])
        return {m: _estimate(statistics.level(results.summary, name, m)) for m in measured}
    summary, (first, *_), _ = _parts(results)
    described: dict[str, Any] = {}
    for measure in ("needs_met", "needs_mis_served", HOURS_A_HEAD, PATIENT_HOURS_A_HEAD):
        described[measure] = _estimate(statistics.level(summary, name, measure))
    reached = statistics.when_reached(summary, name, "weeks_until_half_know")
    described["weeks_until_half_know"] = {"median": reached.median, "reached": reached.reached}
    if name != first:
        change = statistics.difference(summary, name, first, "needs_met")
        better = {
            "better": change.better,
            "of": change.used,
            "superiority": change.superiority if change.used else None,
            "effect_size": change.effect_size,
            "detectable": change.detectable,
            "comparisons": change.comparisons,
        }
        described["needs_met_change_from_first"] = _estimate(change) | better
    return described


def _estimate(found: statistics.Estimate) -> dict[str, Any]:
    mean = found.mean if math.isfinite(found.mean) else None
    return {"mean": mean, "interval": found.interval}
