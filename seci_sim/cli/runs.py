"""Commands that run scenarios and compare them."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from seci_sim.cli.many_worlds import Worlds, doubts_of
from seci_sim.cli.options import (
    LARGEST_SEED,
    AsJson,
    CommandLineProblem,
    Machine,
    Open,
    Quiet,
    ScenarioNames,
    at_a_terminal,
    whole,
)

if TYPE_CHECKING:
    from seci_sim.lab import Experiment


@dataclass(frozen=True)
class Seeds:
    """How often scenarios are run, with which seeds, and in how many worlds."""

    replications: Annotated[
        int,
        typer.Option(
            parser=whole(1, 10**6, "1..1000000"), metavar="N", help="Runs of each scenario."
        ),
    ] = 20
    seed: Annotated[
        int,
        typer.Option(
            parser=whole(0, LARGEST_SEED, "0..2^63-1"),
            metavar="S",
            help="Seed of the first run; each next run has the next.",
        ),
    ] = 1
    worlds: Worlds = None


@dataclass(frozen=True)
class Report:
    """What is kept and written of runs, and said of them."""

    everything: Annotated[
        bool,
        typer.Option(
            "--everything", help="Keep every measure of every week and market, not only a report's."
        ),
    ] = False
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="Write a workbook with charts too, summary.xlsx.")
    ] = False
    pptx: Annotated[
        bool,
        typer.Option("--pptx", help="Write slides with charts that can be edited, slides.pptx."),
    ] = False
    png: Annotated[
        bool, typer.Option("--png", help="Write the charts as pictures too, such as spread.png.")
    ] = False
    svg: Annotated[
        bool,
        typer.Option(
            "--svg", help="The same as drawings that can be enlarged, such as spread.svg."
        ),
    ] = False
    opens: Open = None
    quiet: Quiet = False
    as_json: AsJson = False


def run(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or a file.")
    ],
    seeds: Seeds,
    machine: Machine,
    report: Report,
) -> str:
    """Run one scenario: what happens, week by week, with its uncertainty.

    The same command goes on where it stopped.
    """
    return _carried_out("run", [scenario], seeds, machine, report)


def compare(scenarios: ScenarioNames, seeds: Seeds, machine: Machine, report: Report) -> str:
    """Compare scenarios with the first of them, on the same luck.

    The same command goes on where it stopped.
    """
    return _carried_out("compare", scenarios, seeds, machine, report)


def _carried_out(
    command: str, given: Sequence[str], seeds: Seeds, machine: Machine, report: Report
) -> str:
    """Run what was asked for, save it, and return what there is to say."""
    from seci_sim.scenario import preflight

    machine.check()
    exports = tuple(name for name in preflight.EXPORTS if getattr(report, name))
    preflight.check_exports(exports)
    compared, doubts = _designs(command, given, seeds, machine, report)
    folder = preflight.folder_of(machine.out, given)
    # These import pandas and more: after all files have been checked.
    from seci_sim.lab.manifest import WORLDS
    from seci_sim.lab.worlds import NO_DOUBT
    from seci_sim.report.saving import save
    from seci_sim.report.terminal import designs as experiments
    from seci_sim.report.terminal import headline as runs
    from seci_sim.report.terminal.progress_bar import carry_out

    typed = seeds.worlds.typed if seeds.worlds else ""
    request = preflight.Request(
        command, tuple(given), seeds.replications, seeds.seed, typed, exports
    )
    line, silent, worlds = request.line, report.quiet or report.as_json, None
    if doubts is None and not silent and typed != "0":
        typer.echo(f"Without worlds: {NO_DOUBT}.", err=True)
    with machine.conditions(resume=True, command=line) as conditions:
        again = "the same command"
        found = carry_out(compared, folder, conditions, again=again, silent=silent)
        if doubts and (found.whole or machine.shard):
            place = folder / WORLDS
            worlds = carry_out(doubts, place, conditions, again=again, silent=silent)
    if machine.shard and not (found.whole and (worlds is None or worlds.whole)):
        return "" if report.quiet else experiments.missing_in_words(found, folder, worlds)
    told, _ = save(found, folder, exports, worlds=worlds, command=line)
    if told is None:
        said = ""
    elif report.as_json:
        said = runs.for_programs(told, folder, request)
    else:
        said = "" if report.quiet else runs.headline(told, folder, request)
    experiments.complain(found, (), said, worlds)
    if report.opens is not False and at_a_terminal():
        webbrowser.open((folder / "report.html").resolve().as_uri())
    return said


def _designs(
    command: str, given: Sequence[str], seeds: Seeds, machine: Machine, report: Report
) -> tuple[Experiment, Experiment | None]:
    """What is run with the values of the files, and in many worlds; all of it is checked."""
    from seci_sim.lab.comparing import comparison
    from seci_sim.lab.size import check_memory
    from seci_sim.scenario import preflight

    seed, replications = seeds.seed, seeds.replications
    if seed + replications - 1 > LARGEST_SEED:
        what = "the seed of the last run is too large; allowed: 0..2^63-1"
        raise CommandLineProblem(f"--seed: {what}; got {seed}")
    if command == "compare" and len(given) < 2:
        raise CommandLineProblem("compare needs two scenarios or more; for one, use run")
    if command == "compare" and replications < 2:
        raise CommandLineProblem("--replications: an interval needs at least 2 (10 advised); got 1")
    scenarios = preflight.read_all(given)
    preflight.check_comparable(scenarios)
    compared = comparison(
        scenarios,
        seed=seed,
        replications=replications,
        keep="everything" if report.everything else "report",
    )
    doubts = doubts_of(compared, seeds.worlds)
    for one in (compared, doubts):
        if one is not None:
            check_memory(one, machine.workers, machine.memory, "run")
    return compared, doubts
