"""Where many runs are done, and how long each may take: options that commands share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Annotated, NamedTuple, TypeAlias

import typer

from seci_sim.cli.options import CommandLineProblem, whole


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


def check_cluster(scheduler: str | None, **others: object) -> None:
    """A cluster has workers of its own, in jobs of its own, which cannot be stopped from here."""
    reasons = {
        "timeout": "a run on a cluster cannot be stopped from here",
        "workers": "a cluster has workers of its own",
        "shard": "a cluster shares out an experiment by itself",
    }
    for name, why in reasons.items():
        if scheduler and others[name] is not None:
            raise CommandLineProblem(f"--{name}: {why}")


@contextmanager
def workers_of(scheduler: str | None) -> Iterator[tuple[Executor | None, int | None]]:
    """The workers of a cluster, and how many; nothing where none was asked for."""
    if scheduler is None:
        yield None, None
        return
    from seci_sim.lab.cluster import executor_of

    with executor_of(scheduler) as theirs:
        yield theirs
