"""Commands that run scenarios and compare them."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from seci_sim.cli.machine import (
    MaxFailures,
    Part,
    Scheduler,
    Shard,
    Timeout,
    check_cluster,
    workers_of,
)
from seci_sim.cli.options import (
    LARGEST_SEED,
    AsJson,
    CommandLineProblem,
    Everything,
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
    from seci_sim.scenario.preflight import Request


def run(
    scenario: ScenarioName,
    replications: Replications = 20,
    seed: Seed = 1,
    workers: Workers = None,
    out: Out = None,
    memory: Memory = 8,
    shard: Shard = None,
    scheduler: Scheduler = None,
    max_failures: MaxFailures = None,
    timeout: Timeout = None,
    everything: Everything = False,
    xlsx: Xlsx = False,
    pptx: Pptx = False,
    png: Png = False,
    svg: Svg = False,
    opens: Open = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Run one scenario: what happens, week by week, with its uncertainty.

    The same command goes on where it stopped.
    """
    exports = _named(xlsx=xlsx, pptx=pptx, png=png, svg=svg)
    request = _asked("run", [scenario], replications, seed, workers, out, memory, exports)
    machine = Machine(shard, scheduler, max_failures, timeout)
    return _carried_out(request, machine, everything, opens, quiet, as_json)


def compare(
    scenarios: ScenarioNames,
    replications: Replications = 20,
    seed: Seed = 1,
    workers: Workers = None,
    out: Out = None,
    memory: Memory = 8,
    shard: Shard = None,
    scheduler: Scheduler = None,
    max_failures: MaxFailures = None,
    timeout: Timeout = None,
    everything: Everything = False,
    xlsx: Xlsx = False,
    pptx: Pptx = False,
    png: Png = False,
    svg: Svg = False,
    opens: Open = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Compare scenarios with the first of them, on the same luck.

    The same command goes on where it stopped.
    """
    exports = _named(xlsx=xlsx, pptx=pptx, png=png, svg=svg)
    request = _asked("compare", scenarios, replications, seed, workers, out, memory, exports)
    machine = Machine(shard, scheduler, max_failures, timeout)
    if len(scenarios) < 2:
        raise CommandLineProblem("compare needs two scenarios or more; for one, use run")
    if replications < 2:
        raise CommandLineProblem("--replications: an interval needs at least 2 (10 advised); got 1")
    return _carried_out(request, machine, everything, opens, quiet, as_json)


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
    from seci_sim.scenario.preflight import Request

    if seed + replications - 1 > LARGEST_SEED:
        what = "the seed of the last run is too large; allowed: 0..2^63-1"
        raise CommandLineProblem(f"--seed: {what}; got {seed}")
    return Request(command, tuple(scenarios), replications, seed, workers, out, memory, exports)


class Machine(NamedTuple):
    """Where runs are done, and when they are given up."""

    shard: Part | None
    scheduler: str | None
    max_failures: int | None
    timeout: float | None


def _carried_out(
    request: Request,
    machine: Machine,
    everything: bool,
    opens: bool | None,
    quiet: bool,
    as_json: bool,
) -> str:
    """Run what was asked for, save it, and return what there is to say."""
    from seci_sim.scenario.preflight import prepared

    shard, scheduler, max_failures, timeout = machine
    check_cluster(scheduler, timeout=timeout, workers=request.workers, shard=shard)
    scenarios, folder = prepared(request)
    # These import pandas and more: after all files have been checked.
    from seci_sim.lab.comparing import comparison
    from seci_sim.lab.conduct import Conditions
    from seci_sim.report.saving import save
    from seci_sim.report.terminal import designs as experiments
    from seci_sim.report.terminal import headline as runs
    from seci_sim.report.terminal.progress_bar import carry_out

    compared = comparison(
        scenarios,
        seed=request.seed,
        replications=request.replications,
        keep="everything" if everything else "report",
    )
    line, silent = request.line, quiet or as_json
    with workers_of(scheduler) as (executor, many):
        conditions = Conditions(
            executor=executor,
            workers=many or request.workers,
            resume=True,
            timeout=timeout,
            max_failures=max_failures,
            shard=shard,
            command=line,
        )
        found = carry_out(compared, folder, conditions, again="the same command", silent=silent)
    if shard is not None and not found.whole:
        return "" if quiet else experiments.missing_in_words(found, folder)
    told, _ = save(found, folder, request.exports, command=line)
    if told is None:
        said = ""
    elif as_json:
        said = runs.for_programs(told, folder, request)
    else:
        said = "" if quiet else runs.headline(told, folder, request)
    experiments.complain(found, (), said)
    if opens is not False and at_a_terminal():
        webbrowser.open((folder / "report.html").resolve().as_uri())
    return said


def _named(**exports: bool) -> tuple[str, ...]:
    """The exports that were asked for."""
    return tuple(name for name, asked in exports.items() if asked)
