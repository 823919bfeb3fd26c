"""Commands about experiments."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeAlias

import typer

from seci_sim.cli.options import (
    AsJson,
    CommandLineProblem,
    Memory,
    Out,
    Quiet,
    Workers,
    in_json,
    whole,
)

if TYPE_CHECKING:
    from seci_sim.experiment import Experiment


class Part(NamedTuple):
    """The i-th of n parts of an experiment."""

    i: int
    n: int


def part_of(given: object) -> Part:
    """Read a shard, such as ``2/4``."""
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", str(given))
    i, n = (int(found.group(1)), int(found.group(2))) if found else (0, 0)
    if not 1 <= i <= n:
        what = f"must be i/n with i from 1 to n, such as 2/4; got {str(given)[:40]!r}"
        raise typer.BadParameter(what)
    return Part(i, n)


def seconds(given: object) -> float:
    """Read a number of seconds."""
    text = str(given)
    found = re.fullmatch(r"([0-9]{1,7}(?:\.[0-9]{1,3})?) ?s?", text)
    if not found or not float(found.group(1)):
        raise typer.BadParameter(f"must be seconds, such as 60; got {text[:40]!r}")
    return float(found.group(1))


Folder: TypeAlias = Annotated[
    str, typer.Argument(metavar="FOLDER", help="Folder of an experiment.")
]
Shard: TypeAlias = Annotated[
    Part | None,
    typer.Option(
        parser=part_of, metavar="I/N", help="Run the I-th of N parts that share one folder."
    ),
]
Scheduler: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Run on the Dask cluster of this scheduler."),
]
Slurm: TypeAlias = Annotated[
    int | None,
    typer.Option(
        parser=whole(1, 10_000, "1..10000"),
        metavar="JOBS",
        help="Run in so many jobs of SLURM, as Dask's configuration describes them.",
    ),
]
MaxFailures: TypeAlias = Annotated[
    int | None,
    typer.Option(
        parser=whole(0, 10**9, "0..1000000000"), metavar="N", help="Stop when more runs fail."
    ),
]
Timeout: TypeAlias = Annotated[
    float | None,
    typer.Option(
        parser=seconds,
        metavar="SECONDS",
        help="What a run may take.",
        show_default="a hundred times what one takes, at least 300",
    ),
]


def experiment(
    file: Annotated[
        str, typer.Argument(metavar="EXPERIMENT", help="Name of a shipped experiment, or a file.")
    ],
    workers: Workers = None,
    out: Out = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what the folder holds.")
    ] = False,
    shard: Shard = None,
    scheduler: Scheduler = None,
    slurm: Slurm = None,
    max_failures: MaxFailures = None,
    timeout: Timeout = None,
    memory: Memory = 8,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Run an experiment: every cell on the same luck; stop and resume at will."""
    from seci_sim.experiment import Experiment
    from seci_sim.preflight import folder_of

    asked = Experiment.load(file)
    folder = folder_of(out, (file,))
    _check_cluster(scheduler=scheduler, slurm=slurm, timeout=timeout, workers=workers, shard=shard)
    if shard and asked.until:
        what = "how often a cell is run depends on all others (until)"
        raise CommandLineProblem(f"--shard: {what}")
    _check_memory(asked, workers, memory)
    from seci_sim.experiment.conduct import Conditions
    from seci_sim.terminal import experiments as terminal

    silent = quiet or as_json
    conditions = Conditions(
        workers=workers,
        resume=resume,
        timeout=timeout,
        max_failures=max_failures,
        shard=shard,
        command=shlex.join([file, *(["--out", out] if out else [])]),
    )
    if slurm and not silent:
        typer.echo(f"Asking SLURM for {slurm} jobs; runs begin with the first.", err=True)
    with _workers(scheduler, slurm) as (executor, many):
        if executor is not None:
            conditions = replace(conditions, executor=executor, workers=many)
        found = terminal.carry_out(asked, folder, conditions, silent=silent)
        written = terminal.analysed(found, folder, conditions)
    said = terminal.told(found, folder, written)
    if as_json:
        said = in_json(terminal.as_document(found, folder, written))
    terminal.complain(found, written, "" if quiet else said)
    return "" if quiet else said


def _check_memory(asked: Experiment, workers: int | None, limit: float) -> None:
    """Refuse an experiment whose tables do not fit."""
    import os

    from seci_sim.experiment.size import size_of
    from seci_sim.scenario import InputProblem

    needed = size_of(asked, 0.0, workers or os.cpu_count() or 1).memory / 1e9
    if needed > limit:
        what = f"this experiment needs about {needed:,.0f} GB; limit {limit:g} GB"
        raise InputProblem([f"{what} (raise with --memory)"])


def _check_cluster(*, scheduler: str | None, slurm: int | None, **others: object) -> None:
    """A cluster has workers of its own, in jobs of its own, which cannot be stopped from here."""
    if scheduler and slurm:
        raise CommandLineProblem("--slurm: starts a scheduler of its own; leave out --scheduler")
    reasons = {
        "timeout": "a run on a cluster cannot be stopped from here",
        "workers": "a cluster has workers of its own",
        "shard": "a cluster shares out an experiment by itself",
    }
    for name, why in reasons.items():
        if (scheduler or slurm) and others[name] is not None:
            raise CommandLineProblem(f"--{name}: {why}")


@contextmanager
def _workers(
    scheduler: str | None, slurm: int | None
) -> Iterator[tuple[Executor | None, int | None]]:
    """The workers of a cluster, and how many; nothing where none was asked for."""
    if scheduler is None and slurm is None:
        yield None, None
        return
    from seci_sim.experiment import cluster

    if slurm is not None:
        with cluster.slurm(slurm) as theirs:
            yield theirs
    elif scheduler is not None:
        with cluster.executor_of(scheduler) as theirs:
            yield theirs


def status(folder: Folder, as_json: AsJson = False) -> str:
    """Say how far an experiment has come, from any terminal; touch nothing."""
    from dataclasses import asdict

    from seci_sim.experiment.progress import status as look

    found = look(Path(folder))
    if as_json:
        return in_json(asdict(found))
    from seci_sim.terminal.experiments import status_in_words

    return status_in_words(found)


def collect(folder: Folder, quiet: Quiet = False, as_json: AsJson = False) -> str:
    """Write the tables of an experiment, finished or not, into its folder."""
    from seci_sim.experiment import Experiment
    from seci_sim.experiment.collecting import collect as write
    from seci_sim.terminal import experiments as terminal

    found = Experiment.found(folder)
    files = write(found, Path(folder))
    analysed = terminal.analysed(found, Path(folder))
    files += [f"analyses/{one.page.name}" for one in analysed if one.page is not None]
    said = (
        f"Wrote {', '.join(files)} to {folder}: {len(found.table):,} runs.\ndigest: {found.digest}"
    )
    if found.broken:
        said = f"{terminal.broken_in_words(len(found.broken), done=False)}\n{said}"
    if as_json:
        said = in_json({**terminal.as_document(found, Path(folder), analysed), "files": files})
    terminal.complain(found, analysed, "" if quiet else said)
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
    quiet: Quiet = False,
) -> str:
    """Do runs again from their manifest, and say whether every bit is the same."""
    if cell is not None:
        from seci_sim.terminal.repeating import one_run

        return one_run(Path(manifest), cell, replication)
    from seci_sim.terminal.repeating import all_runs

    said = all_runs(Path(manifest), workers)
    return "" if quiet else said
