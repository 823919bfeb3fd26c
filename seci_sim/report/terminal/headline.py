"""Runs as somebody at a terminal sees them: the answer, a table, and what to try next."""

from __future__ import annotations

from pathlib import Path

from seci_sim.report import costs, trials
from seci_sim.report.document import as_json, document
from seci_sim.report.exports import FILES
from seci_sim.report.html import Told
from seci_sim.report.terminal.next_command import next_command
from seci_sim.report.terminal.policies import in_words
from seci_sim.scenario.preflight import Request
from seci_sim.words import counted


def headline(told: Told, folder: Path, request: Request) -> str:
    """Return the boxed answer, the policies, what was written, and what to try next."""
    results, beside = told.results, [FILES[name] for name in FILES if name in request.exports]
    written = ", ".join([str(folder / "report.html"), *beside])
    said = "".join(f"{line}\n" for line in costs.sentences(told.compared, results.scenarios))
    return (
        f"{in_words(told)}{said}{trials.in_lines(told.trials)}Wrote {written} and tables beside it: "
        f"{counted(len(results.seeds), 'run')} of each scenario, {results.seconds:.1f} s.\n"
        f"Next: {next_command(request, results.scenarios)}"
    )


def for_programs(told: Told, folder: Path, request: Request) -> str:
    """Return the same as one JSON object."""
    made = {"command": request.line, "folder": str(folder), "seconds": told.results.seconds}
    return as_json(made | document(told))
