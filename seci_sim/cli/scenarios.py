"""Commands about scenario files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from seci_sim.cli.options import AsJson, CommandLineProblem, Quiet, ScenarioNames, in_json
from seci_sim.cli.own_firm import Records, own_firm_written

DEFAULT_BASE = "one-percent"
"""The scenario that a new one extends, where nobody says which."""


def list_scenarios(
    experiments: Annotated[
        bool, typer.Option("--experiments", help="List the shipped experiments instead.")
    ] = False,
    lessons: Annotated[
        bool, typer.Option("--lessons", help="List the shipped lessons instead.")
    ] = False,
    as_json: AsJson = False,
) -> str:
    """List the shipped scenarios, experiments or lessons, with their questions."""
    _check_ways({"--experiments": experiments, "--lessons": lessons})
    questions = _questions(experiments, lessons)
    if as_json:
        return in_json(questions)
    width = max(map(len, questions))
    return "\n".join(f"{name:<{width}}  {question}" for name, question in questions.items())


def _questions(experiments: bool, lessons: bool) -> dict[str, str]:
    """The question of everything shipped of one kind, by name."""
    if experiments:
        from seci_sim.lab import Experiment, shipped_experiments

        return {name: Experiment.load(name).question for name in shipped_experiments()}
    if lessons:
        from seci_sim.page.lessons import read_lesson, shipped_lessons

        return {name: read_lesson(name).question for name in shipped_lessons()}
    from seci_sim.scenario import read_scenario, shipped_scenarios

    return {name: read_scenario(name).question for name in shipped_scenarios()}


def new(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="The file to write: .yaml, or .xlsx to fill in."),
    ],
    base: Annotated[
        str,
        typer.Option(
            "--from", metavar="NAME", help="The shipped scenario, or file, to start from."
        ),
    ] = DEFAULT_BASE,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Say of everything which range is plausible, and where it comes from."
        ),
    ] = False,
    sheet: Annotated[
        str | None,
        typer.Option(metavar="XLSX", help="Make it of a workbook that was written so, filled in."),
    ] = None,
    *,
    records: Records,
    quiet: Quiet = False,
) -> str:
    """Write a commented scenario to edit, and a schema with which editors complete it."""
    from seci_sim.scenario.file_names import as_argument, typed

    path = Path(file)
    _check_ways(
        {
            "a workbook": path.suffix == ".xlsx",
            "--sheet": sheet is not None,
            "--people": records.people is not None,
            "--all": everything,
        }
    )
    records.check()
    _check_names(path, base, sheet)
    if path.suffix == ".xlsx":
        told = _sheet_written(path, base)
    else:
        if sheet is not None:
            told = _made_of_sheet(path, Path(sheet))
        elif records.people is not None:
            written = own_firm_written(path, base, records, asks=not quiet)
            if written is None:
                return "" if quiet else "Nothing was written."
            told = written
        else:
            told = _scenario_written(path, base, everything)
        told += "\nNext: edit it, then " + typed(["seci-sim", "check", as_argument(str(path))])
    return "" if quiet else told


def _check_ways(ways: Mapping[str, bool]) -> None:
    """Refuse options of which each asks for another thing."""
    given = [way for way, is_given in ways.items() if is_given]
    if len(given) > 1:
        raise CommandLineProblem(f"{given[1]}: does not go with {given[0]}")


def _check_names(path: Path, base: str, sheet: str | None) -> None:
    """Refuse names that a file may not have, and scenarios that are not there."""
    from seci_sim.scenario import shipped_scenarios
    from seci_sim.scenario.file_names import check_file_name
    from seci_sim.scenario.files import is_name
    from seci_sim.scenario.problems import shown, spelling

    shipped = shipped_scenarios()
    if path.suffix not in (".yaml", ".xlsx"):
        what = "the file's name must end in .yaml or .xlsx"
        raise CommandLineProblem(f"{what}; got {shown(str(path))}")
    if sheet is not None and base != DEFAULT_BASE:
        raise CommandLineProblem("--from: the workbook says itself what it extends")
    if base not in shipped and is_name(base) and not Path(base).exists():
        hint = spelling(base, shipped)
        raise CommandLineProblem(f"--from: no shipped scenario is called {shown(base)}{hint}")
    check_file_name(path.name, "FILE")


def _scenario_written(path: Path, base: str, everything: bool) -> str:
    from seci_sim.scenario import write_new_scenario

    schema_file = write_new_scenario(path, base, everything=everything)
    return f"Wrote {path}, and {schema_file.name} beside it for editors."


def _sheet_written(path: Path, base: str) -> str:
    from seci_sim.scenario.file_names import as_argument, typed, unused
    from seci_sim.scenario.sheet import write_sheet

    write_sheet(path, base)
    scenario, sheet = unused(str(path.with_suffix(".yaml"))), as_argument(str(path))
    command = typed(["seci-sim", "new", as_argument(scenario), "--sheet", sheet])
    return f"Wrote {path}.\nNext: fill in its yellow cells, then {command}"


def _made_of_sheet(path: Path, sheet: Path) -> str:
    from seci_sim.scenario.sheet import scenario_of_sheet

    scenario, schema_file, others = scenario_of_sheet(path, sheet)
    told = f"Wrote {path} ({scenario.extent}), and {schema_file.name} beside it for editors."
    return told + f"\nNote: {others} of the workbook's sheets are your own: left out." * bool(
        others
    )


def check(scenarios: ScenarioNames, quiet: Quiet = False, as_json: AsJson = False) -> str:
    """Check scenario files and say every mistake with its line; run nothing."""
    from seci_sim.scenario.file_names import as_argument, typed
    from seci_sim.scenario.preflight import comparable, read_all

    read = read_all(scenarios)
    if as_json:
        return in_json(
            {
                "scenarios": [
                    {"scenario": given, "name": scenario.name, "fingerprint": scenario.fingerprint}
                    for given, scenario in zip(scenarios, read, strict=True)
                ]
            }
        )
    lines = [
        f"{given}: no mistakes; {scenario.extent}"
        for given, scenario in zip(scenarios, read, strict=True)
    ]
    together = len(read) > 1 and comparable(read)
    words = ["compare", *scenarios] if together else ["run", scenarios[0]]
    lines.append("Next: " + typed(["seci-sim", *map(as_argument, words)]))
    return "" if quiet else "\n".join(lines)


def schema(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="scenario, experiment or lesson.")
    ] = "scenario",
) -> str:
    """Print the JSON Schema of scenario, experiment or lesson files, for editors."""
    if kind == "experiment":
        from seci_sim.lab.experiment_schema import experiment_schema

        return in_json(experiment_schema())
    if kind == "lesson":
        from seci_sim.page.lessons.lesson_schema import lesson_schema

        return in_json(lesson_schema())
    if kind != "scenario":
        raise CommandLineProblem(f"KIND: must be scenario, experiment or lesson; got {kind[:40]!r}")
    from seci_sim.scenario import json_schema

    return in_json(json_schema())
