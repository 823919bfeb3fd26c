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
    amount,
    at_a_terminal,
    whole,
)

if TYPE_CHECKING:
    from seci_sim.lab import Experiment
    from seci_sim.scenario.preflight import Request


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


@dataclass(frozen=True)
class Change:
    """What is other than in the files, and what becomes of runs that are there."""

    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Set a value, such as policy.patient_time=2%; may be repeated. One scenario is "
            "compared with itself so set; where there are more, it is set in all.",
        ),
    ] = None
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Take the place of another run of the same files, not a fresh folder."
        ),
    ] = False

    def check(self) -> tuple[str, ...]:
        """The settings, each of which has a name and a value."""
        from seci_sim.scenario.problems import shown
        from seci_sim.scenario.set_values import parts_of

        for setting in self.settings or ():
            if not parts_of(setting)[0]:
                what = "must be NAME=VALUE, such as policy.patient_time=2%"
                raise CommandLineProblem(f"--set: {what}; got {shown(setting)}")
        return tuple(self.settings or ())


@dataclass(frozen=True)
class Weighed:
    """How results are weighed."""

    harm: Annotated[
        float | None,
        typer.Option(
            parser=amount(
                r"([0-9]{1,6}(?:\.[0-9]{1,6})?)",
                "a number, such as 1 or 0.5; allowed: 0 to 1000000",
                0,
                1e6,
            ),
            metavar="N",
            help="How many needs met one mis-served need counts as.",
            show_default="as a scenario says, else 0",
        ),
    ] = None


def run(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or a file.")
    ],
    seeds: Seeds,
    change: Change,
    weighed: Weighed,
    machine: Machine,
    report: Report,
) -> str:
    """Run one scenario: what happens, week by week, with its uncertainty.

    The same command goes on where it stopped.
    """
    request = _request("run", [scenario], seeds, change, weighed, report)
    return _carried_out(request, seeds, change, machine, report)


def compare(
    scenarios: ScenarioNames,
    seeds: Seeds,
    change: Change,
    weighed: Weighed,
    machine: Machine,
    report: Report,
) -> str:
    """Compare scenarios with the first of them, on the same luck.

    The same command goes on where it stopped.
    """
    request = _request("compare", scenarios, seeds, change, weighed, report)
    return _carried_out(request, seeds, change, machine, report)


def _request(
    command: str,
    given: Sequence[str],
    seeds: Seeds,
    change: Change,
    weighed: Weighed,
    report: Report,
) -> Request:
    """What was asked for, if it makes a command."""
    from seci_sim.scenario import preflight

    seed, replications = seeds.seed, seeds.replications
    if seed + replications - 1 > LARGEST_SEED:
        what = "the seed of the last run is too large; allowed: 0..2^63-1"
        raise CommandLineProblem(f"--seed: {what}; got {seed}")
    settings = change.check()
    if command == "compare" and len(given) < 2 and not settings:
        what = "for one, use run, or set something with --set"
        raise CommandLineProblem(f"compare needs two scenarios or more; {what}")
    if command == "compare" and replications < 2:
        raise CommandLineProblem("--replications: an interval needs at least 2 (10 advised); got 1")
    exports = tuple(name for name in preflight.EXPORTS if getattr(report, name))
    preflight.check_exports(exports)
    return preflight.Request(
        command,
        tuple(given),
        replications,
        seed,
        worlds=seeds.worlds.typed if seeds.worlds else "",
        exports=exports,
        settings=settings,
        harm=weighed.harm,
    )


def _carried_out(
    request: Request, seeds: Seeds, change: Change, machine: Machine, report: Report
) -> str:
    """Run what was asked for, save it, and return what there is to say."""
    from seci_sim.scenario import preflight

    machine.check()
    compared, doubts = _designs(request, seeds, machine, report)
    usual = preflight.folder_of(machine.out, request.given, request.settings)
    # These import pandas and more: after all files have been checked.
    from seci_sim.lab.folder_chosen import Wish, choose
    from seci_sim.lab.manifest import WORLDS
    from seci_sim.lab.progress_bar import WORLDS_OPTION, carry_out
    from seci_sim.lab.worlds import NO_DOUBT

    line, silent, worlds = request.line, report.quiet or report.as_json, None
    wish = Wish(usual, machine.out is not None, change.replace, request.line_into(machine.out))
    chosen = choose(compared, wish, doubts)
    folder = chosen.folder
    if chosen.said and not report.quiet:
        typer.echo(chosen.said, err=True)
    if doubts is None and not silent and request.worlds != "0":
        typer.echo(f"Without worlds: {NO_DOUBT}.", err=True)
    with machine.conditions(resume=True, command=line) as conditions:
        again = "the same command"
        found = carry_out(compared, folder, conditions, again=again, silent=silent)
        if doubts and (found.whole or machine.shard):
            place = folder / WORLDS
            worlds = carry_out(
                doubts, place, conditions, again=again, silent=silent, option=WORLDS_OPTION
            )
    # And these plotly: after all runs.
    from seci_sim.report.saving import save
    from seci_sim.report.terminal import designs as experiments
    from seci_sim.report.terminal import headline as runs

    if machine.shard and not (found.whole and (worlds is None or worlds.whole)):
        return "" if report.quiet else experiments.missing_in_words(found, folder, worlds)
    told, _ = save(found, folder, request.exports, worlds=worlds, command=line)
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
    request: Request, seeds: Seeds, machine: Machine, report: Report
) -> tuple[Experiment, Experiment | None]:
    """What is run with the values of the files, and in many worlds; all of it is checked."""
    from seci_sim.lab.comparing import comparison
    from seci_sim.scenario import preflight

    scenarios = request.scenarios()
    preflight.check_comparable(scenarios)
    compared = comparison(
        scenarios,
        seed=request.seed,
        replications=request.replications,
        keep="everything" if report.everything else "report",
    )
    doubts = doubts_of(compared, seeds.worlds)
    for one in (compared, doubts):
        if one is not None:
            machine.check_memory(one, "run")
    return compared, doubts
