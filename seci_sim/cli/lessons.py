"""The command that writes the page: one file with the model in it, which anybody can open."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from seci_sim.cli.options import (
    AsJson,
    CommandLineProblem,
    Memory,
    Open,
    Quiet,
    Workers,
    at_a_terminal,
    in_json,
)
from seci_sim.scenario.file_names import as_argument, typed

if TYPE_CHECKING:
    from seci_sim.page.lessons import Lesson
    from seci_sim.scenario import Scenario

OwnScenarios: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SCENARIO...]", help="Organisations of your own for the sandbox: files."
    ),
]
Lessons: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--lesson",
        metavar="NAME",
        help="A shipped lesson, or a file; may be given several times.",
        show_default="all shipped lessons",
    ),
]


def page(
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to write, such as class.html.")],
    scenarios: OwnScenarios = None,
    lesson: Lessons = None,
    workers: Workers = None,
    memory: Memory = 8,
    opens: Open = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Write one page that anybody can open, offline: a first minute, lessons with bets, every lever."""
    lessons, own = asked(lesson, scenarios, workers, memory)
    from seci_sim.page.saving import file_of, save, written  # imports the model: after all checks

    path = file_of(file)
    told = path.name if path.is_absolute() else file  # whoever gets the page has no such folder
    repeats = repeated(told, scenarios, lesson)
    text = written(lessons, own, command=repeats, workers=workers, silent=quiet or as_json)
    size = save(text, path)
    if opens is not False and at_a_terminal():
        webbrowser.open(path.resolve().as_uri())
    if as_json:
        command = repeated(file, scenarios, lesson)
        return in_json({"command": command, "file": str(path), "bytes": size})
    wrote = f"Wrote {path}: lessons: {len(lessons)}, {size / 1e6:.2f} MB."
    plan = "Open it in a browser, or send it; “For the teacher” in it has a plan of a lesson."
    return "" if quiet else f"{wrote}\n{plan}"


def repeated(file: str, scenarios: Sequence[str] | None, lesson: Sequence[str] | None) -> str:
    """The command that writes a page again."""
    files = map(as_argument, (file, *(scenarios or ())))
    named = [part for name in lesson or () for part in ("--lesson", name)]
    return typed(["seci-sim", "page", *files, *named])


def asked(
    lesson: Sequence[str] | None,
    scenarios: Sequence[str] | None,
    workers: int | None = None,
    memory: float = 8,
) -> tuple[dict[str, Lesson], list[Scenario]]:
    """The lessons of a page, by name, and scenarios of one's own; runs that must be made fit the memory."""
    from seci_sim.lab.comparing import comparison
    from seci_sim.lab.size import check_memory
    from seci_sim.page.lessons import read_lesson, shipped_lessons
    from seci_sim.scenario import read_scenario
    from seci_sim.scenario.problems import shown

    shipped = shipped_lessons()
    for name in (names := list(lesson or shipped)):
        if names.count(name) > 1:
            raise CommandLineProblem(f"--lesson: {shown(name)} is given twice")
    own = [read_scenario(name) for name in scenarios or ()]
    lessons = {name: read_lesson(name) for name in names}
    settings = [(name, scenario) for name, one in lessons.items() for scenario in one.settings]
    for given, scenario in (*zip(scenarios or (), own, strict=True), *settings):
        if not scenario.units:
            what = f"the page plays the SECI organisation, not {scenario.model}"
            raise CommandLineProblem(f"{shown(given)}: {what}")
    for name, one in lessons.items():
        if name not in shipped:
            compared = comparison(one.settings, replications=one.replications, keep="everything")
            check_memory(compared, workers, memory, "run")
    return lessons, own
