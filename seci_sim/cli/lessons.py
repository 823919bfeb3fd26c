"""The command that writes the page: lessons and policies in one file, which anybody can open."""

from __future__ import annotations

import shlex
import webbrowser
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from seci_sim.cli.options import (
    LARGEST_SEED,
    AsJson,
    CommandLineProblem,
    Memory,
    Open,
    Quiet,
    Workers,
    at_a_terminal,
    in_json,
    whole,
)

if TYPE_CHECKING:
    from seci_sim.page.lessons import Lesson
    from seci_sim.scenario import Scenario

POLICIES = ("no-patient-time", "one-percent", "two-percent")
"""Scenarios that stand beside each other on a page for which nothing else is asked."""


def page(
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to write, such as class.html.")],
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO...]", help="Policies to show: names of shipped scenarios, or files."
        ),
    ] = None,
    lesson: Annotated[
        list[str] | None,
        typer.Option(
            "--lesson",
            metavar="NAME",
            help="A shipped lesson, or a file; may be given several times.",
            show_default="all shipped lessons",
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            parser=whole(0, LARGEST_SEED, "0..2^63-1"), metavar="N", help="Luck of the policies."
        ),
    ] = 1,
    workers: Workers = None,
    memory: Memory = 8,
    opens: Open = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Write one page that anybody can open, offline: a first minute, lessons with bets, policies."""
    from seci_sim.lab.comparing import comparison
    from seci_sim.lab.size import check_memory

    lessons, policies = _asked(lesson, scenarios)
    for settings, replications in [(one.settings, one.replications) for one in lessons] + [
        ([scenario], 1) for scenario in policies
    ]:
        compared = comparison(settings, replications=replications, keep="everything")
        check_memory(compared, workers, memory, "run")
    from seci_sim.page.saving import file_of, write  # imports the model: after all checks

    path = file_of(file)
    named = [part for name in lesson or () for part in ("--lesson", name)]
    command = shlex.join(
        ["seci-sim", "page", file, *(scenarios or ()), *named, *(["--seed", str(seed)] if seed != 1 else [])]
    )  # fmt: skip
    silent = quiet or as_json
    size = write(
        lessons, policies, path, seed=seed, command=command, workers=workers, silent=silent
    )
    if opens is not False and at_a_terminal():
        webbrowser.open(path.resolve().as_uri())
    if as_json:
        return in_json({"command": command, "file": str(path), "bytes": size})
    wrote = f"Wrote {path}: {len(lessons)} lessons, {len(policies)} policies, {size / 1e6:.2f} MB."
    return (
        "" if quiet else f"{wrote}\nOpen it in a browser, or send it; docs/teaching.md has a plan."
    )


def _asked(
    lesson: Sequence[str] | None, scenarios: Sequence[str] | None
) -> tuple[list[Lesson], list[Scenario]]:
    """The lessons and the policies of a page; one lesson alone is a hand-out, without policies."""
    from seci_sim.page.lessons import read_lesson, shipped_lessons
    from seci_sim.scenario import read_scenario
    from seci_sim.scenario.problems import shown

    for name in (names := lesson or list(shipped_lessons())):
        if names.count(name) > 1:
            raise CommandLineProblem(f"--lesson: {shown(name)} is given twice")
    policies = [read_scenario(name) for name in scenarios or (() if lesson else POLICIES)]
    for given, scenario in zip(scenarios or (), policies, strict=False):
        if not scenario.units:
            raise CommandLineProblem(
                f"{shown(given)}: the page plays the SECI organisation, not {scenario.model}"
            )
    return [read_lesson(name) for name in names], policies
