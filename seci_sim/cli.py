"""The command line: parses, calls, prints.

A command returns what is to be printed; `main` prints it, or says in one line on standard error
what went wrong, and ends with the exit code that the kind of problem has: 0 done, 1 a mistake of
ours, 2 the command line, 3 an input file, 5 reading or writing, 130 Ctrl-C, 143 ended from outside.
"""

from __future__ import annotations

import io
import json
import re
import shlex
import signal
import sys
import tempfile
import traceback
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from seci_sim.preflight import Request

LARGEST_SEED = 2**63 - 1
OUR_MISTAKE, CANNOT_WRITE, INTERRUPTED = 1, 5, 130
LONGEST_LINE = 1000
"""Characters of a message on standard error; what somebody typed may be of any length."""

app = typer.Typer(
    name="seci-sim",
    help="Simulate how an organisation creates knowledge, and compare policies.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


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


def gigabytes(given: object) -> float:
    """Read an amount of memory, such as ``8`` or ``0.5 GB``."""
    text = str(given)
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(?:GB)?", text, re.IGNORECASE)
    if not found or not float(found.group(1)):
        raise typer.BadParameter(f"must be gigabytes, such as 8 or 0.5; got {text[:40]!r}")
    return float(found.group(1))


Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Replications: TypeAlias = Annotated[
    int,
    typer.Option(parser=whole(1, 10**6, "1..1000000"), metavar="N", help="Runs of each scenario."),
]
Seed: TypeAlias = Annotated[
    int,
    typer.Option(
        parser=whole(0, LARGEST_SEED, "0..2^63-1"),
        metavar="S",
        help="Seed of the first run; each next run has the next.",
    ),
]
Workers: TypeAlias = Annotated[
    int | None,
    typer.Option(
        parser=whole(1, 1024, "1..1024"),
        metavar="N",
        help="Processes.",
        show_default="one for each core",
    ),
]
Out: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="FOLDER", help="Folder of the results.", show_default="results/NAME"),
]
Memory: TypeAlias = Annotated[
    float,
    typer.Option(parser=gigabytes, metavar="GB", help="Refuse runs that need more memory."),
]
Open: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--open/--no-open",
        help="Open the report in a browser; never without a terminal.",
        show_default="open",
    ),
]
ScenarioName: TypeAlias = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or a file.")
]
ScenarioNames: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="SCENARIO...", help="Names of shipped scenarios, or files.")
]


@app.callback(invoke_without_command=True)
def seci_sim(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True)
    ] = False,
) -> str | None:
    """Simulate how an organisation creates knowledge, and compare policies."""
    if version:
        from seci_sim import __version__

        typer.echo(f"seci-sim {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
    return None


@app.command("list")
def list_scenarios(as_json: AsJson = False) -> str:
    """List the shipped scenarios with their questions."""
    from seci_sim.scenario import read_scenario, shipped_scenarios

    shipped = {name: read_scenario(name) for name in shipped_scenarios()}
    if as_json:
        return _json({name: scenario.question for name, scenario in shipped.items()})
    width = max(map(len, shipped))
    return "\n".join(f"{name:<{width}}  {shipped[name].question}" for name in shipped)


@app.command()
def new(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The file to write, ending in .yaml.")
    ],
    base: Annotated[
        str, typer.Option("--from", metavar="NAME", help="The shipped scenario to start from.")
    ] = "one-percent",
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
    schema_file = write_new_scenario(path, base)
    command = shlex.quote(file)
    told = (
        f"Wrote {file}, and {schema_file.name} beside it for editors.\n"
        f"Next: edit it, then seci-sim check {command} and seci-sim run {command}"
    )
    return "" if quiet else told


@app.command()
def check(scenarios: ScenarioNames, quiet: Quiet = False, as_json: AsJson = False) -> str:
    """Check scenario files and say every mistake with its line; run nothing."""
    from seci_sim.preflight import read_all

    read = read_all(scenarios)
    if as_json:
        return _json(
            {
                "scenarios": [
                    {"scenario": given, "name": scenario.name, "fingerprint": scenario.fingerprint}
                    for given, scenario in zip(scenarios, read, strict=True)
                ]
            }
        )
    lines = [
        f"{given}: no mistakes; {sum(unit.staff for unit in scenario.units):,} staff, "
        f"{len(scenario.markets)} markets, {scenario.horizon} weeks"
        for given, scenario in zip(scenarios, read, strict=True)
    ]
    lines.append("Next: seci-sim run " + shlex.join(scenarios[:1]))
    return "" if quiet else "\n".join(lines)


@app.command()
def run(
    scenario: ScenarioName,
    replications: Replications = 20,
    seed: Seed = 1,
    workers: Workers = None,
    out: Out = None,
    memory: Memory = 8,
    opens: Open = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Run one scenario: what happens, week by week, with its uncertainty."""
    from seci_sim.preflight import Request

    _check_seeds(seed, replications)
    request = Request("run", (scenario,), replications, seed, workers, out, memory)
    return _carried_out(request, opens, quiet, as_json)


@app.command()
def compare(
    scenarios: ScenarioNames,
    replications: Replications = 20,
    seed: Seed = 1,
    workers: Workers = None,
    out: Out = None,
    memory: Memory = 8,
    opens: Open = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Compare scenarios with the first of them, on the same luck."""
    from seci_sim.preflight import Request

    _check_seeds(seed, replications)
    if len(scenarios) < 2:
        raise CommandLineProblem("compare needs two scenarios or more; for one, use run")
    if replications < 2:
        raise CommandLineProblem("--replications: an interval needs at least 2 (10 advised); got 1")
    request = Request("compare", tuple(scenarios), replications, seed, workers, out, memory)
    return _carried_out(request, opens, quiet, as_json)


@app.command()
def schema() -> str:
    """Print the JSON Schema of scenario files."""
    from seci_sim.scenario import json_schema

    return _json(json_schema())


def _carried_out(request: Request, opens: bool | None, quiet: bool, as_json: bool) -> str:
    """Run what was asked for, save it, and return what there is to say."""
    from seci_sim.preflight import prepared

    scenarios, folder = prepared(request)
    from seci_sim import terminal  # imports pandas and more: after all files have been checked

    results = terminal.carry_out(request, scenarios, folder, silent=quiet or as_json)
    if opens is not False and at_a_terminal():
        webbrowser.open((folder / "report.html").resolve().as_uri())
    if as_json:
        return terminal.as_json(results, folder, request)
    return "" if quiet else terminal.headline(results, folder, request)


def at_a_terminal() -> bool:
    """Whether somebody reads along."""
    return sys.stdout.isatty()


def _check_seeds(seed: int, replications: int) -> None:
    if seed + replications - 1 > LARGEST_SEED:
        what = "the seed of the last run is too large; allowed: 0..2^63-1"
        raise CommandLineProblem(f"--seed: {what}; got {seed}")


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)


class CommandLineProblem(Exception):
    """What was typed does not make a command."""

    exit_code = 2


def main() -> None:
    """Run the command line."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # tables and names need more than some systems' own
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(answer_to(sys.argv[1:]))


def answer_to(arguments: Sequence[str]) -> int:
    """Run one command, print what it returns, and return the exit code."""
    command = typer.main.get_command(app)
    try:
        told = command.main(list(arguments), prog_name="seci-sim", standalone_mode=False)
        if isinstance(told, int):
            return _failed(told, ["interrupted"] * (told == INTERRUPTED))
        if told:
            typer.echo(told)
        sys.stdout.flush()
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        return _failed(CANNOT_WRITE, [f"{where}{problem.strerror or problem}"])
    except KeyboardInterrupt:
        return _failed(INTERRUPTED, ["interrupted"])
    except Exception as problem:  # noqa: BLE001 - what we did not foresee is saved and said
        code = getattr(problem, "exit_code", OUR_MISTAKE)
        return _failed(code, _lines_of(problem) if code != OUR_MISTAKE else [_saved(problem)])
    return 0


def _lines_of(problem: Exception) -> Sequence[str]:
    """One line for each mistake."""
    if not isinstance(problem, typer.TyperException):
        return getattr(problem, "lines", [str(problem)])
    if option := getattr(problem, "option_name", ""):
        nearest = [
            f'; did you mean "{name}"?' for name in getattr(problem, "possibilities", None) or ()
        ]
        if nearest or problem.message.startswith("No such option"):
            return [f"no such option: {option}{''.join(nearest[:1])}"]
    return [re.sub("^Invalid value for '([^' ]*)[^']*'", r"\1", problem.format_message())]


def _failed(code: int, lines: Sequence[str]) -> int:
    for line in lines:
        words = " ".join(line.split())
        safe = "".join(c if c.isprintable() else repr(c)[1:-1] for c in words)
        if len(safe) > LONGEST_LINE:
            safe = safe[: LONGEST_LINE - 3] + "..."
        typer.echo(f"error: {safe}", err=True)
    return code


def _saved(mistake: Exception) -> str:
    """Save the traceback of a mistake of ours, and say where."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="seci-sim-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.writelines(traceback.format_exception(mistake))
    what = f"{type(mistake).__name__}: {mistake}"[:200]
    return f"a mistake in seci-sim itself: {what}; please report it with {file.name}"


if __name__ == "__main__":
    main()
