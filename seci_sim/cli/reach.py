"""The command that looks for the least value of a lever that reaches a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from seci_sim.cli.many_worlds import doubts_of
from seci_sim.cli.options import LARGEST_SEED, AsJson, CommandLineProblem, Machine, Quiet, in_json
from seci_sim.cli.runs import Change, Seeds

if TYPE_CHECKING:
    from pathlib import Path

    from seci_sim.analyses.reach import Least, Value
    from seci_sim.lab.experiment import Experiment
    from seci_sim.lab.findings import Findings
    from seci_sim.lab.targets import Range, Target
    from seci_sim.scenario import Scenario


def reach(
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET",
            help="An outcome and a value: needs_met=45%, or needs_mis_served<=5% (in quotes).",
        ),
    ],
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or a file.")
    ],
    lever: Annotated[
        str,
        typer.Option(
            "--with",
            metavar="NAME",
            help="The parameter that is to reach it, such as policy.patient_time; "
            "policy.patient_time=0%..5% says the range.",
        ),
    ],
    seeds: Seeds,
    change: Change,
    machine: Machine,
    within: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LIMIT",
            help='What else has to hold, such as "20 hours a head and year"; may be repeated.',
        ),
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Find the least value of a lever that reaches a target, or say that none does.

    The same command goes on where it stopped.
    """
    if machine.shard is not None:
        raise CommandLineProblem("--shard: what is run on fresh seeds depends on all that was run")
    machine.check()
    asked = _asked(target, scenario, lever, within or (), seeds, change)
    return _found(asked, seeds, change, machine, quiet, as_json)


@dataclass(frozen=True)
class Asked:
    """What is to be reached, by what, and from where."""

    file: str
    settings: tuple[str, ...]
    scenario: Scenario
    lever: Range
    targets: tuple[Target, ...]
    """The target, then what it has to be reached within."""
    line: str
    """The command line that repeats it."""


def _asked(
    target: str, file: str, lever: str, within: Sequence[str], seeds: Seeds, change: Change
) -> Asked:
    """Read what was typed."""
    from seci_sim.lab.targets import read_range, read_target
    from seci_sim.scenario import preflight
    from seci_sim.scenario.file_names import as_argument, typed
    from seci_sim.scenario.quantities import Unclear

    if seeds.replications < 2:
        raise CommandLineProblem("--replications: an interval needs at least 2 (10 advised); got 1")
    if seeds.seed > LARGEST_SEED - 10 * 10**6:
        raise CommandLineProblem(f"--seed: leaves no room for fresh seeds; got {seeds.seed}")
    settings = change.check()
    (scenario,) = preflight.read_all([file], settings)
    option = "TARGET"
    try:
        targets = [read_target(target, scenario)]
        option = "--within"
        targets += [read_target(limit, scenario) for limit in within]
        option = "--with"
        values = read_range(lever, scenario)
    except Unclear as unclear:
        raise CommandLineProblem(f"{option}: {unclear}") from None
    words = ["seci-sim", "reach", target, as_argument(file), "--with", lever]
    words += [word for limit in within for word in ("--within", limit)]
    words += [word for setting in settings for word in ("--set", setting)]
    words += ["--replications", str(seeds.replications), "--seed", str(seeds.seed)]
    line = typed([*words, *(["--worlds", seeds.worlds.typed] if seeds.worlds else [])])
    return Asked(file, settings, scenario, values, tuple(targets), line)


def _found(
    asked: Asked, seeds: Seeds, change: Change, machine: Machine, quiet: bool, as_json: bool
) -> str:
    """Look for it, save what was found, and return what there is to say."""
    from seci_sim.lab.comparing import comparison
    from seci_sim.scenario import InputProblem, preflight
    from seci_sim.scenario.file_names import into

    compared = comparison([asked.scenario], seed=seeds.seed, replications=seeds.replications)
    for one in (compared, doubts_of(compared, seeds.worlds)):
        if one is not None:  # a table of worlds is looked at before anything is run
            machine.check_memory(one, "run")
    named = (*asked.settings, f"reach={asked.lever.name}")
    usual = preflight.folder_of(machine.out, [asked.file], named)
    # These import pandas and more: after all files have been checked.
    from seci_sim.analyses.reach import looking
    from seci_sim.lab.folder_chosen import Wish, choose
    from seci_sim.report import reached
    from seci_sim.report.terminal import designs

    try:
        first = looking(compared, asked.lever)
    except ValueError as problem:
        raise InputProblem([f"--with: {' '.join(str(problem).split())}"]) from None
    wish = Wish(usual, machine.out is not None, change.replace, into(asked.line, machine.out))
    chosen = choose(first, wish)
    if chosen.said and not quiet:
        typer.echo(chosen.said, err=True)
    folder = chosen.folder
    found, answer = _looked(asked, compared, folder, seeds, machine, silent=quiet or as_json)
    reached.save(answer, found, folder)
    said = ""
    if as_json:
        about = {"command": asked.line, "folder": str(folder)}
        said = in_json(about | reached.document(answer))
    elif not quiet:
        after = reached.next_command(answer, asked.file, asked.settings)
        said = f"{reached.in_words(answer, asked.scenario.name, seeds.replications)}\n"
        said += f"Wrote {folder / reached.TABLE} and tables beside it.\nNext: {after}"
    designs.complain(found, (), said)
    return said


def _looked(
    asked: Asked,
    compared: Experiment,
    folder: Path,
    seeds: Seeds,
    machine: Machine,
    *,
    silent: bool,
) -> tuple[Findings, Least]:
    """Run every value, then the least on fresh seeds, then the answer in many worlds."""
    from seci_sim.analyses.reach import least, looking, over_worlds
    from seci_sim.lab.progress_bar import WORLDS_OPTION, carry_out
    from seci_sim.lab.result_tables import collect
    from seci_sim.lab.run import worlds_of
    from seci_sim.report import reached

    again, targets = "the same command", asked.targets
    with machine.conditions(resume=True, command=asked.line) as conditions:

        def run(more: Experiment, kind: str = reached.FRESH) -> Findings:
            place = folder / kind / more.fingerprint[:12]
            found = carry_out(
                more, place, conditions, again=again, silent=silent, option=WORLDS_OPTION
            )
            collect(found, place)
            return found

        first = looking(compared, asked.lever)
        found = carry_out(first, folder, conditions, again=again, silent=silent)
        answer = least(compared, found, asked.lever, targets, run)
        if doubts := _doubts(asked, answer.value, seeds):
            worlds = worlds_of(run(doubts, reached.IN_WORLDS))
            if worlds is not None:
                seen = over_worlds(worlds.runs, asked.scenario.name, targets)
                answer = replace(answer, in_worlds=seen)
    return found, answer


def _doubts(asked: Asked, value: Value | None, seeds: Seeds) -> Experiment | None:
    """The scenario with the value that was found, in many worlds."""
    from seci_sim.lab.comparing import comparison
    from seci_sim.scenario import with_levers

    if value is None:
        return None
    scenario = with_levers(asked.scenario, **{asked.lever.name.replace(".", "__"): value})
    return doubts_of(comparison([scenario], seed=seeds.seed), seeds.worlds)
