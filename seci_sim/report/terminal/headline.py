"""Runs as somebody at a terminal sees them: progress, the answer, a table, and what to try next."""

from __future__ import annotations

import shlex
from pathlib import Path

from seci_sim.report.document import as_json, document
from seci_sim.report.exports import FILES
from seci_sim.report.html import Told
from seci_sim.report.terminal.policies import in_words
from seci_sim.scenario import Scenario, shipped_scenarios
from seci_sim.scenario.preflight import Request
from seci_sim.words import counted


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
