"""Options that commands share, and how what is typed is read."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from inspect import Parameter, signature
from math import inf
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias, get_type_hints

import typer

if TYPE_CHECKING:
    from seci_sim.lab.conduct import Conditions
    from seci_sim.lab.design import Design

LARGEST_SEED = 2**63 - 1


class CommandLineProblem(Exception):
    """What was typed does not make a command."""

    exit_code = 2


# Reading what is typed ----------------------------------------------------------------------------


def whole(low: int, high: int, allowed: str) -> Callable[[object], int]:
    """Return a reader of a whole number within limits."""

    def read(given: object) -> int:
        text = str(given)  # typer reads the default too
        plain = text.removeprefix("-").isascii() and text.removeprefix("-").isdecimal()
        if not plain or len(text) > 20 or not low <= int(text) <= high:
            raise typer.BadParameter(
                f"must be a whole number; allowed: {allowed}; got {text[:40]!r}"
            )
        return int(text)

    return read


def amount(
    form: str, what: str, least: float = 0.001, most: float = inf
) -> Callable[[object], float]:
    """Return a reader of a number with its unit, of which the first group of the form is the number."""

    def read(given: object) -> float:
        found = re.fullmatch(form, str(given))
        if not found or not least <= float(found.group(1)) <= most:
            raise typer.BadParameter(f"must be {what}; got {str(given)[:40]!r}")
        return float(found.group(1))

    return read


class Part(NamedTuple):
    """The i-th of n parts of an experiment."""

    i: int
    n: int


def part_of(given: object) -> Part:
    """Read a shard, such as ``2/4``."""
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", str(given))
    i, n = map(int, found.groups()) if found else (0, 0)
    if not 1 <= i <= n:
        what = f"must be i/n with i from 1 to n, such as 2/4; got {str(given)[:40]!r}"
        raise typer.BadParameter(what)
    return Part(i, n)


# Options ------------------------------------------------------------------------------------------

ScenarioNames: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="SCENARIO...", help="Names of shipped scenarios, or files.")
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Workers: TypeAlias = Annotated[
    int | None,
    typer.Option(
        parser=whole(1, 1024, "1..1024"),
        metavar="N",
        help="Threads, or processes where a run may take long or is of your own.",
        show_default="one for each core",
    ),
]
Memory: TypeAlias = Annotated[
    float,
    typer.Option(
        parser=amount(
            r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(?:[Gg][Bb])?", "gigabytes, such as 8 or 0.5"
        ),
        metavar="GB",
        help="Refuse runs that need more memory.",
    ),
]
Open: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--open/--no-open",
        help="Open what was made in a browser; never without a terminal.",
        show_default="open",
    ),
]


@dataclass(frozen=True)
class Machine:
    """Where many runs are done and kept, what they may take, and when they are given up."""

    workers: Workers = None
    out: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Folder of the results.", show_default="results/NAME"),
    ] = None
    memory: Memory = 8
    shard: Annotated[
        Part | None,
        typer.Option(
            parser=part_of, metavar="I/N", help="Run the I-th of N parts that share one folder."
        ),
    ] = None
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run on the Dask cluster of this scheduler."),
    ] = None
    max_failures: Annotated[
        int | None,
        typer.Option(
            parser=whole(0, 10**9, "0..1000000000"), metavar="N", help="Stop when more runs fail."
        ),
    ] = None
    timeout: Annotated[
        float | None,
        typer.Option(
            parser=amount(r"([0-9]{1,7}(?:\.[0-9]{1,3})?) ?s?", "seconds, such as 60"),
            metavar="SECONDS",
            help="What a run may take.",
            show_default="a hundred times what one takes, at least 300",
        ),
    ] = None

    def check(self) -> None:
        """A cluster has workers of its own, in jobs of its own, which cannot be stopped from here."""
        reasons = {
            "timeout": "a run on a cluster cannot be stopped from here",
            "workers": "a cluster has workers of its own",
            "shard": "a cluster shares out an experiment by itself",
        }
        for name, why in reasons.items():
            if self.scheduler and getattr(self, name) is not None:
                raise CommandLineProblem(f"--{name}: {why}")

    def check_memory(self, experiment: Design, what: str) -> None:
        """Refuse what needs more than `memory`; a time limit takes processes, which need more than threads."""
        from seci_sim.lab.size import check_memory

        apart = self.timeout is not None
        check_memory(experiment, self.workers, self.memory, what, apart=apart)

    @contextmanager
    def conditions(self, *, resume: bool, command: str) -> Iterator[Conditions]:
        """The conditions under which an experiment is conducted, while its workers are there."""
        from seci_sim.lab.cluster import executor_of
        from seci_sim.lab.conduct import Conditions

        cluster = (
            executor_of(self.scheduler) if self.scheduler else nullcontext((None, self.workers))
        )
        with cluster as (executor, workers):
            yield Conditions(
                executor=executor,
                workers=workers,
                resume=resume,
                timeout=self.timeout,
                max_failures=self.max_failures,
                shard=self.shard,
                command=command,
            )


def with_groups(command: Callable[..., str]) -> Callable[..., str]:
    """A command as typer takes it: a parameter whose type is a dataclass stands for its fields."""
    groups: dict[str, Any] = {}
    parameters: list[Parameter] = []
    for parameter in signature(command, eval_str=True).parameters.values():
        if not is_dataclass(parameter.annotation):
            parameters.append(parameter)
            continue
        group = groups[parameter.name] = parameter.annotation
        hints = get_type_hints(group, include_extras=True)
        parameters += [
            parameter.replace(name=field.name, default=field.default, annotation=hints[field.name])
            for field in fields(group)
        ]

    @wraps(command)
    def with_options(**given: Any) -> str:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        return command(**given)

    vars(with_options)["__signature__"] = signature(command).replace(parameters=parameters)
    return with_options


# Answering ----------------------------------------------------------------------------------------


def in_json(document: object) -> str:
    """A document as JSON, for people and programs."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)


def at_a_terminal() -> bool:
    """Whether somebody reads along."""
    return sys.stdout.isatty()
