"""Commands about experiments."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from seci_sim.cli.many_worlds import Asked, Worlds
from seci_sim.cli.options import (
    AsJson,
    CommandLineProblem,
    Machine,
    Memory,
    Quiet,
    Workers,
    at_a_terminal,
    in_json,
    whole,
)
from seci_sim.scenario.file_names import into
from seci_sim.scenario.problems import shown_path

if TYPE_CHECKING:
    from seci_sim.lab import Experiment

Folder: TypeAlias = Annotated[
    str, typer.Argument(metavar="FOLDER", help="Folder of an experiment.")
]


def experiment(
    file: Annotated[
        str, typer.Argument(metavar="EXPERIMENT", help="Name of a shipped experiment, or a file.")
    ],
    machine: Machine,
    worlds: Worlds = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what the folder holds.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Run an experiment: every cell on the same luck; stop and resume at will."""
    from seci_sim.lab import Experiment
    from seci_sim.scenario.file_names import as_argument, typed
    from seci_sim.scenario.preflight import folder_of

    out, shard = machine.out, machine.shard
    asked = Experiment.load(file)
    if worlds is not None:
        asked = _in_worlds(asked, worlds)
    folder = folder_of(out, (file,))
    machine.check()
    if shard and asked.until:
        what = "how often a cell is run depends on all others (until)"
        raise CommandLineProblem(f"--shard: {what}")
    machine.check_memory(asked, "experiment")
    from seci_sim.lab.progress_bar import NO_OPTION, WORLDS_OPTION, carry_out

    silent = quiet or as_json
    words = ["seci-sim", "experiment", as_argument(file)]
    words += ["--worlds", worlds.typed] if worlds else []
    line = typed([*words, *(["--out", out] if out else [])])
    with machine.conditions(resume=resume, command=line) as conditions:
        again, option = f"{line} --resume", WORLDS_OPTION if worlds else NO_OPTION
        found = carry_out(asked, folder, conditions, again=again, silent=silent, option=option)
        from seci_sim.report.saving import analysed, save  # plotly, once all is run
        from seci_sim.report.terminal import designs as terminal

        if shard is None or found.whole:
            save(found, folder, command=line)
        written = analysed(found, folder, conditions)
    said = terminal.told(found, folder, written)
    if as_json:
        said = in_json(terminal.as_document(found, folder, written))
    terminal.complain(found, written, "" if quiet else said)
    return "" if quiet else said


def _in_worlds(experiment: Experiment, worlds: Asked) -> Experiment:
    """The same with every parameter that is doubted as an uncertain one."""
    given = worlds.worlds(experiment.scenarios)
    if given == 0:
        return experiment
    try:
        return experiment.with_worlds(given)
    except ValueError as problem:
        raise CommandLineProblem(f"--worlds: {problem}") from None


def status(folder: Folder, as_json: AsJson = False) -> str:
    """Say how far an experiment has come, from any terminal; touch nothing."""
    from seci_sim.lab.progress import status as look

    found = look(Path(folder))
    if as_json:
        return in_json(found.as_document())
    from seci_sim.lab.progress_bar import status_in_words

    return status_in_words(found)


def _again(command: str, folder: str) -> str:
    """What goes on in a folder with what a command, or a program, began there."""
    if not command:
        return f"Experiment.run(store={folder!r}, resume=True)"
    resume = " --resume" * command.startswith("seci-sim experiment ")
    return into(command.replace(" --resume", ""), None if " --out " in command else folder) + resume


def collect(folder: Folder, quiet: Quiet = False, as_json: AsJson = False) -> str:
    """Write the tables of an experiment, finished or not, into its folder."""
    from seci_sim.lab import Experiment
    from seci_sim.lab.manifest import StoreProblem, read_design
    from seci_sim.lab.progress_bar import broken_in_words
    from seci_sim.lab.result_tables import runs_kept
    from seci_sim.report.saving import analysed, save, worlds_of_folder
    from seci_sim.report.terminal import designs as terminal

    found = Experiment.found(folder)
    worlds, command = worlds_of_folder(Path(folder), found), read_design(Path(folder)).command
    if (lost := runs_kept(Path(folder)) - len(found.table)) > 0:
        what = f"{lost:,} runs of results.csv are in no part any more; all tables stay as they are"
        raise StoreProblem(f"{folder}: {what}; to run again: {_again(command, folder)}")
    _, files = save(found, Path(folder), worlds=worlds, command=command)
    written = analysed(found, Path(folder))
    files += [f"analyses/{one.page.name}" for one in written if one.page is not None]
    digests = terminal.digests(found, Path(folder), written)
    said = f"Wrote {', '.join(files)} to {folder}: {len(found.table):,} runs.\n{digests}"
    if found.broken:
        said = f"{broken_in_words(len(found.broken), _again(command, folder))}\n{said}"
    if as_json:
        said = in_json({**terminal.as_document(found, Path(folder), written), "files": files})
    terminal.complain(found, written, "" if quiet else said, worlds)
    return "" if quiet else said


def rerun(
    manifest: Annotated[
        str,
        typer.Argument(metavar="MANIFEST", help="manifest.json of results, or their folder."),
    ],
    cell: Annotated[
        int | None,
        typer.Option(
            parser=whole(0, 10**6, "0..1000000"), metavar="N", help="Do one run alone: its cell."
        ),
    ] = None,
    replication: Annotated[
        int,
        typer.Option(parser=whole(0, 10**6, "0..1000000"), metavar="R", help="Its replication."),
    ] = 0,
    workers: Workers = None,
    memory: Memory = 8,
    trust: Annotated[
        bool, typer.Option("--trust", help="Run a model or an outcome of somebody's own, unasked.")
    ] = False,
    quiet: Quiet = False,
) -> str:
    """Do runs again from their manifest, and say whether every bit is the same."""
    from seci_sim.report.terminal.differences import all_runs, one_run

    def agree(code: str) -> bool:
        asked = f"{shown_path(manifest)} runs code of its own: {shown_path(code)}. Run it?"
        return trust or (at_a_terminal() and sys.stdin.isatty() and typer.confirm(asked))

    if cell is not None:
        return one_run(Path(manifest), cell, replication, memory, agree)
    said = all_runs(Path(manifest), workers, memory, agree)
    return "" if quiet else said
