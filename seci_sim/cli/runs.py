"""Commands that run scenarios and compare them."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from typing import TYPE_CHECKING

from seci_sim.cli.options import (
    LARGEST_SEED,
    AsJson,
    CommandLineProblem,
    Memory,
    Open,
    Out,
    Png,
    Pptx,
    Quiet,
    Replications,
    ScenarioName,
    ScenarioNames,
    Seed,
    Svg,
    Workers,
    Xlsx,
    at_a_terminal,
)

if TYPE_CHECKING:
    from seci_sim.preflight import Request


def run(
    scenario: ScenarioName,
    replications: Replications = 20,
    seed: Seed = 1,
    workers: Workers = None,
    out: Out = None,
    memory: Memory = 8,
    xlsx: Xlsx = False,
    pptx: Pptx = False,
    png: Png = False,
    svg: Svg = False,
    opens: Open = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Run one scenario: what happens, week by week, with its uncertainty."""
    exports = _named(xlsx=xlsx, pptx=pptx, png=png, svg=svg)
    request = _asked("run", [scenario], replications, seed, workers, out, memory, exports)
    return _carried_out(request, opens, quiet, as_json)


def compare(
    scenarios: ScenarioNames,
    replications: Replications = 20,
    seed: Seed = 1,
    workers: Workers = None,
    out: Out = None,
    memory: Memory = 8,
    xlsx: Xlsx = False,
    pptx: Pptx = False,
    png: Png = False,
    svg: Svg = False,
    opens: Open = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Compare scenarios with the first of them, on the same luck."""
    exports = _named(xlsx=xlsx, pptx=pptx, png=png, svg=svg)
    request = _asked("compare", scenarios, replications, seed, workers, out, memory, exports)
    if len(scenarios) < 2:
        raise CommandLineProblem("compare needs two scenarios or more; for one, use run")
    if replications < 2:
        raise CommandLineProblem("--replications: an interval needs at least 2 (10 advised); got 1")
    return _carried_out(request, opens, quiet, as_json)


def _asked(
    command: str,
    scenarios: Sequence[str],
    replications: int,
    seed: int,
    workers: int | None,
    out: str | None,
    memory: float,
    exports: tuple[str, ...],
) -> Request:
    """What is to be run; the seed of the last run has to be one too."""
    from seci_sim.preflight import Request

    if seed + replications - 1 > LARGEST_SEED:
        what = "the seed of the last run is too large; allowed: 0..2^63-1"
        raise CommandLineProblem(f"--seed: {what}; got {seed}")
    return Request(command, tuple(scenarios), replications, seed, workers, out, memory, exports)


def _carried_out(request: Request, opens: bool | None, quiet: bool, as_json: bool) -> str:
    """Run what was asked for, save it, and return what there is to say."""
    from seci_sim.preflight import prepared

    scenarios, folder = prepared(request)
    from seci_sim.terminal import (
        runs as terminal,  # imports pandas and more: after all files have been checked
    )

    told = terminal.carry_out(request, scenarios, folder, silent=quiet or as_json)
    if opens is not False and at_a_terminal():
        webbrowser.open((folder / "report.html").resolve().as_uri())
    if as_json:
        return terminal.for_programs(told, folder, request)
    return "" if quiet else terminal.headline(told, folder, request)


def _named(**exports: bool) -> tuple[str, ...]:
    """The exports that were asked for."""
    return tuple(name for name, asked in exports.items() if asked)
