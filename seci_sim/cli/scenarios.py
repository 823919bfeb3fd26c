"""Commands about scenario files."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from seci_sim.cli.options import AsJson, CommandLineProblem, Quiet, ScenarioNames, in_json
from seci_sim.cli.own_firm import (
    AtLeast,
    Columns,
    Meetings,
    On,
    People,
    Weeks,
    WithoutOutsiders,
    columns_named,
    own_firm_written,
)


def list_scenarios(
    experiments: Annotated[
        bool, typer.Option("--experiments", help="List the shipped experiments instead.")
    ] = False,
    as_json: AsJson = False,
) -> str:
    """List the shipped scenarios, or experiments, with their questions."""
    if experiments:
        from seci_sim.experiment import Experiment, shipped_experiments

        questions = {name: Experiment.load(name).question for name in shipped_experiments()}
    else:
        from seci_sim.scenario import read_scenario, shipped_scenarios

        questions = {name: read_scenario(name).question for name in shipped_scenarios()}
    if as_json:
        return in_json(questions)
    width = max(map(len, questions))
    return "\n".join(f"{name:<{width}}  {question}" for name, question in questions.items())


def new(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The file to write, ending in .yaml.")
    ],
    base: Annotated[
        str, typer.Option("--from", metavar="NAME", help="The shipped scenario to start from.")
    ] = "one-percent",
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Say of everything which range is plausible, and where it comes from."
        ),
    ] = False,
    people: People = None,
    meetings: Meetings = None,
    column: Columns = None,
    on: On = None,
    weeks: Weeks = 1,
    at_least: AtLeast = 0.0,
    without_outsiders: WithoutOutsiders = False,
    quiet: Quiet = False,
) -> str:
    """Write a commented scenario to edit, and a schema with which editors complete it."""
    from seci_sim.preflight import check_name
    from seci_sim.scenario import shipped_scenarios, write_new_scenario
    from seci_sim.scenario.problems import shown, spelling

    path, shipped = Path(file), shipped_scenarios()
    if path.suffix != ".yaml":
        raise CommandLineProblem(f"the file's name must end in .yaml; got {shown(file)}")
    if base not in shipped:
        hint = spelling(base, shipped)
        raise CommandLineProblem(f"--from: no shipped scenario is called {shown(base)}{hint}")
    check_name(path.stem, "FILE")
    command = shlex.quote(file)
    given = {"--meetings": meetings, "--column": column, "--on": on}
    if people is not None and everything:
        raise CommandLineProblem("--all: does not go with --people")
    if people is not None:
        from seci_sim.own_firm import Counting, Exports

        exports = Exports(
            Path(people),
            Path(meetings) if meetings is not None else None,
            columns_named(column or ()),
            on,
            Counting(weeks, at_least, without_outsiders),
        )
        told = own_firm_written(path, base, exports, asks=not quiet)
        return "" if quiet else told
    if wrong := [option for option, value in given.items() if value]:
        raise CommandLineProblem(f"{wrong[0]}: goes with --people only")
    schema_file = write_new_scenario(path, base, everything=everything)
    told = (
        f"Wrote {file}, and {schema_file.name} beside it for editors.\n"
        f"Next: edit it, then seci-sim check {command} and seci-sim run {command}"
    )
    return "" if quiet else told


def check(scenarios: ScenarioNames, quiet: Quiet = False, as_json: AsJson = False) -> str:
    """Check scenario files and say every mistake with its line; run nothing."""
    from seci_sim.preflight import read_all

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
    lines.append("Next: seci-sim run " + shlex.join(scenarios[:1]))
    return "" if quiet else "\n".join(lines)


def schema(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="scenario or experiment.")
    ] = "scenario",
) -> str:
    """Print the JSON Schema of scenario or experiment files, for editors."""
    if kind == "experiment":
        from seci_sim.experiment.schema import experiment_schema

        return in_json(experiment_schema())
    if kind != "scenario":
        raise CommandLineProblem(f"KIND: must be scenario or experiment; got {kind[:40]!r}")
    from seci_sim.scenario import json_schema

    return in_json(json_schema())
