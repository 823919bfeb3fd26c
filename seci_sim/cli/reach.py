"""The command that looks for the least value of a lever that reaches a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from seci_sim.cli.options import LARGEST_SEED, AsJson, CommandLineProblem, Machine, Quiet, in_json
from seci_sim.cli.runs import Change, Seeds

if TYPE_CHECKING:
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

    def into(self, out: str | None) -> str:
        """The same, into a folder that was named."""
        from seci_sim.scenario.file_names import typed

        return self.line if out is None else f"{self.line} {typed(['--out', out])}"


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
    line = typed([*words, "--replications", str(seeds.replications), "--seed", str(seeds.seed)])
    return Asked(file, settings, scenario, values, tuple(targets), line)


def _found(
    asked: Asked, seeds: Seeds, change: Change, machine: Machine, quiet: bool, as_json: bool
) -> str:
    """Look for it, save what was found, and return what there is to say."""
    from seci_sim.lab.comparing import comparison
    from seci_sim.lab.size import check_memory
    from seci_sim.scenario import InputProblem, preflight

    compared = comparison([asked.scenario], seed=seeds.seed, replications=seeds.replications)
    check_memory(compared, machine.workers, machine.memory, "run")
    named = (*asked.settings, f"reach={asked.lever.name}")
    usual = preflight.folder_of(machine.out, [asked.file], named)
    # These import pandas and more: after all files have been checked.
    from seci_sim.analyses import reach as analysis
    from seci_sim.lab.folder_chosen import Wish, choose
    from seci_sim.lab.result_tables import collect
    from seci_sim.report import reached
    from seci_sim.report.terminal import designs
    from seci_sim.report.terminal.progress_bar import carry_out

    try:
        looking = analysis.looking(compared, asked.lever)
    except ValueError as problem:
        raise InputProblem([f"--with: {' '.join(str(problem).split())}"]) from None
    chosen = choose(
        looking, Wish(usual, machine.out is not None, change.replace, asked.into(machine.out))
    )
    if chosen.said and not quiet:
        typer.echo(chosen.said, err=True)
    folder, again, silent = chosen.folder, "the same command", quiet or as_json
    with machine.conditions(resume=True, command=asked.line) as conditions:

        def run(more: Experiment) -> Findings:
            place = folder / reached.FRESH / more.fingerprint[:12]
            fresh = carry_out(more, place, conditions, again=again, silent=silent)
            collect(fresh, place)
            return fresh

        found = carry_out(looking, folder, conditions, again=again, silent=silent)
        answer = analysis.least(compared, found, asked.lever, asked.targets, run)
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
