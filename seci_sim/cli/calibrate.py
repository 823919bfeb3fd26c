"""The command that learns from a firm's own data what they can teach the model."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seci_sim.cli.before_after import before_and_after, policies_of
from seci_sim.cli.options import (
    LARGEST_SEED,
    AsJson,
    CommandLineProblem,
    Machine,
    Quiet,
    at_a_terminal,
    in_json,
    whole,
)
from seci_sim.cli.own_firm import Dates, Decimal, SkipUnclear, ask, check_ways, columns_named

if TYPE_CHECKING:
    from seci_sim.calibrating import Calibration, Data
    from seci_sim.lab.experiment import Experiment
    from seci_sim.report.calibration import BeforeAfter
    from seci_sim.scenario import Scenario
    from seci_sim.scenario.own_firm import Hints, Understanding

FRESH = "fresh"
"""Folder of the runs of other policies."""

FILES = ("facts", "indicators", "survey", "people")
"""Options that tell something of a firm."""
READING = ("column", "dates", "decimal", "skip_unclear")
"""How files of data are read."""

LEAST_RUNS, MOST_RUNS = 3000, 65_536
"""With fewer, too few are left to check with; see `seci_sim.calibrating.calibration.learn`."""


@dataclass(frozen=True)
class Told:
    """What a firm tells of itself, and how its files are read."""

    facts: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Ranges that are known, with their source (YAML)."),
    ] = None
    indicators: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Measures by quarter: CSV, a workbook or Parquet."),
    ] = None
    survey: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Scores of a survey by year, and by unit if it names units, of any scale: only how they differ counts.",
        ),
    ] = None
    people: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="A list of people, of which turnover is taken."),
    ] = None
    leavers: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="A list of those who left, where they stand apart."),
    ] = None
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=HEADER", help="What a column is called in these files; may be repeated."
        ),
    ] = None
    dates: Dates = ""
    decimal: Decimal = ""
    skip_unclear: SkipUnclear = False
    yes: Annotated[bool, typer.Option("--yes", help="Take what is proposed, without asking.")] = (
        False
    )


def calibrate(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO",
            help="What the firm did in the time of which its data are: a shipped scenario, or a file.",
        ),
    ],
    told: Told,
    machine: Machine,
    plan: Annotated[
        bool,
        typer.Option(
            "--plan",
            help="Instead, say what each kind of data would tell, before anybody asks for them.",
        ),
    ] = False,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SCENARIO|NAME=VALUE",
            help="A policy that is compared before and after: a scenario, or the firm with a value set, such as "
            "policy.patient_time=2%; may be repeated. One is compared with the firm as it is, several with the first.",
        ),
    ] = None,
    runs: Annotated[
        int,
        typer.Option(
            parser=whole(LEAST_RUNS, MOST_RUNS, f"{LEAST_RUNS}..{MOST_RUNS}"),
            metavar="N",
            help="Worlds in which the firm is run, once for each kind of firm.",
        ),
    ] = 6000,
    seed: Annotated[
        int,
        typer.Option(
            parser=whole(0, LARGEST_SEED - MOST_RUNS, "0..2^63-65537"),
            metavar="S",
            help="Seed of the first run; each next run has the next.",
        ),
    ] = 1,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Learn from a firm's own data what they can teach the model, and what not.

    The same command goes on where it stopped.
    """
    machine.check()
    given = [name for name in FILES if getattr(told, name)]
    if plan and (needless := [name for name in (*FILES, *READING) if getattr(told, name)]):
        option = needless[0].replace("_", "-")
        raise CommandLineProblem(f"--plan: is made without data; leave out --{option}")
    data_of = "--facts, --indicators, --survey or --people"
    if not plan and not given:
        raise CommandLineProblem(f"calibrate needs {data_of}, or --plan")
    if told.leavers and not told.people:
        raise CommandLineProblem("--leavers: goes with --people only")
    if policy and plan:
        what = f"is looked at once there are data: give {data_of} in place of --plan"
        raise CommandLineProblem(f"--policy: {what}")
    if policy and machine.shard is not None:
        raise CommandLineProblem("--policy: is looked at once there are data; leave out --shard")
    from seci_sim.calibrating import worlds_to_run
    from seci_sim.scenario import preflight

    (firm,) = preflight.read_all([scenario])
    policies = policies_of(scenario, firm, policy or ())
    experiment = worlds_to_run(firm, runs, seed)
    machine.check_memory(experiment, "run")
    if plan:
        if machine.shard is not None:
            raise CommandLineProblem("--shard: a plan needs the runs of several experiments")
        return _planned(scenario, firm, runs, seed, machine, quiet, as_json)
    data, notes = _told(told, firm)
    line = _line(scenario, told, policy or (), runs, seed)
    usual = _folder(machine.out, scenario)
    found, folder = _calibrated(experiment, data, usual, machine, line, quiet or as_json)
    if found is None:
        return ""
    from seci_sim.report.calibration import save_page, save_tables

    drawn, looked = save_tables(found, folder), None
    silent = quiet or as_json
    if policies:
        with machine.conditions(resume=True, command=line) as conditions:
            looked = before_and_after(policies, drawn, conditions, silent=silent)
    save_page(found, folder, looked, line, _ran(experiment))
    about = [f"Note: {note}" for note in notes]
    return _said(found, looked, folder, scenario, about, quiet=quiet, as_json=as_json)


def _ran(experiment: Experiment) -> str:
    """How much was run, and by what to know it again."""
    design = experiment.fingerprint[:12]
    return (
        f"{experiment.size:,} worlds, a run in each, seeds from {experiment.seed}; design {design}."
    )


def _folder(out: str | None, scenario: str) -> Path:
    """The folder that was named, or one that is called after the scenario."""
    from seci_sim.scenario import preflight

    usual = preflight.folder_of(out, [scenario])
    return usual if out is not None else usual.with_name(f"{usual.name}-calibrated")


def _told(told: Told, firm: Scenario) -> tuple[Data, Sequence[str]]:
    """Read what the firm tells."""
    from seci_sim.calibrating import Facts, read_facts, read_indicators, read_survey
    from seci_sim.calibrating.observed import WEEKS_A_QUARTER
    from seci_sim.calibrating.series import (
        INDICATOR_COLUMNS,
        SURVEY_COLUMNS,
        Calendar,
        served_by,
    )
    from seci_sim.scenario.own_firm import PEOPLE_COLUMNS, Hints, Understanding

    check_ways(dates=told.dates, decimal=told.decimal)
    is_asked = not told.yes and at_a_terminal() and sys.stdin.isatty()
    understanding = Understanding(ask if is_asked else None, agrees=told.yes)
    hints = Hints(
        columns=columns_named(
            told.column or (), (*INDICATOR_COLUMNS, *SURVEY_COLUMNS, *PEOPLE_COLUMNS)
        ),
        dates=told.dates,
        decimal=told.decimal,
        skip=told.skip_unclear,
    )
    facts = read_facts(Path(told.facts), firm) if told.facts else Facts()
    data: Data = facts.data + _of_people(told, hints, understanding)
    calendar = Calendar(firm.horizon // WEEKS_A_QUARTER, facts.begins)
    survey = partial(read_survey, units=served_by(firm))
    for file, read in ((told.indicators, read_indicators), (told.survey, survey)):
        if file:
            series = read(Path(file), calendar, hints, date.today(), understanding)
            data, calendar = data + series.data, series.calendar
    return data, understanding.notes


def _of_people(told: Told, hints: Hints, understanding: Understanding) -> Data:
    """The turnover of all years of a list of people, as a fact."""
    from seci_sim.calibrating.observed import TURNOVER, Data, fact
    from seci_sim.scenario import InputProblem
    from seci_sim.scenario.own_firm import Exports, everybody, of_list

    if told.people is None:
        return Data()
    leavers = Path(told.leavers) if told.leavers else None
    records = Exports(people=Path(told.people), leavers=leavers, hints=hints)
    people, table = everybody(records, date.today(), understanding)
    found = of_list(people, date.today())
    if found is None:
        what = "tells of no two days on which somebody left, so that it has no turnover (--leavers)"
        raise InputProblem([f"{table.label}: {what}"])
    low, high = found.firm.interval
    understanding.note(
        f"{table.label}: {found.firm.rate:.1%} leave in a year ({low:.1%} to {high:.1%}; "
        f"{found.firm.leavers:,} in {found.firm.person_years:,.0f} years of work since {found.since})"
    )
    return fact(TURNOVER, low, high)


def _line(scenario: str, told: Told, policies: Sequence[str], runs: int, seed: int) -> str:
    """The command line that repeats it."""
    from seci_sim.scenario.file_names import as_argument, typed

    words = ["seci-sim", "calibrate", as_argument(scenario)]
    for name in (*FILES, "leavers", "dates", "decimal"):
        if value := getattr(told, name):
            words += [f"--{name}", value]
    words += [word for one in told.column or () for word in ("--column", one)]
    words += [word for one in policies for word in ("--policy", as_argument(one))]
    words += ["--skip-unclear"] * told.skip_unclear + ["--yes"] * told.yes
    return typed([*words, "--runs", str(runs), "--seed", str(seed)])


def _calibrated(
    experiment: Experiment, data: Data, usual: Path, machine: Machine, line: str, silent: bool
) -> tuple[Calibration | None, Path]:
    """Run the firm in many worlds, unless that was done, and compare its data with the runs."""
    from seci_sim.calibrating import Bank, bank_of, calibrate
    from seci_sim.lab.folder_chosen import Wish, choose
    from seci_sim.lab.progress_bar import Asking, carry_out
    from seci_sim.report.terminal.designs import failures_in_worlds

    chosen = choose(experiment, Wish(usual, machine.out is not None, False))
    if chosen.said and not silent:
        typer.echo(chosen.said, err=True)

    def run() -> Bank:
        with machine.conditions(resume=True, command=line) as conditions:
            found = carry_out(
                experiment,
                chosen.folder,
                conditions,
                again="the same command",
                silent=silent,
                option=Asking("--runs", LEAST_RUNS),
            )
        for what in failures_in_worlds(found):
            typer.echo(f"Note: {what}", err=True)
        return bank_of(found)

    if machine.shard is not None:
        run()
        return None, chosen.folder
    found = calibrate(experiment.uncertain, experiment.fingerprint, run, data, chosen.folder)
    return found, chosen.folder


def _planned(
    scenario: str,
    firm: Scenario,
    runs: int,
    seed: int,
    machine: Machine,
    quiet: bool,
    as_json: bool,
) -> str:
    """Run the firm, with a change and with other policies, and say what data would tell."""
    from seci_sim.calibrating import Bank, bank_of, worlds_to_run
    from seci_sim.calibrating.planning import changed, options_of, plan, said
    from seci_sim.lab.folder_chosen import Wish, choose
    from seci_sim.lab.progress_bar import Asking, carry_out
    from seci_sim.report.calibration import PLAN_PAGE, save_plan
    from seci_sim.report.terminal.designs import complain
    from seci_sim.scenario.file_names import as_argument, typed

    words = ["seci-sim", "calibrate", as_argument(scenario), "--plan"]
    line = typed([*words, "--runs", str(runs), "--seed", str(seed)])
    first = worlds_to_run(firm, runs, seed)
    usual = _folder(machine.out, scenario)
    chosen = choose(first, Wish(usual, machine.out is not None, False))
    silent = quiet or as_json

    def bank(one: Scenario) -> Bank:
        asked = worlds_to_run(one, runs, seed)
        place = chosen.folder if one is firm else chosen.folder / FRESH / asked.fingerprint[:12]
        again = "the same command"
        found = carry_out(
            asked,
            place,
            conditions,
            again=again,
            silent=silent,
            option=Asking("--runs", LEAST_RUNS),
        )
        complain(found, (), "")  # what firms gain is told world by world
        return bank_of(found)

    change = "one change of how long colleagues meet"
    options = options_of(firm)
    firms = {"": firm, change: changed(firm), **options}
    banks = {}
    with machine.conditions(resume=True, command=line) as conditions:
        for place, (name, one) in enumerate(firms.items(), start=1):
            if not silent:
                typer.echo(f"Firm {place} of {len(firms)}: {name or 'as it is'}", err=True)
            banks[name] = bank(one)
    gains = {name: banks[name].outcomes[:, -1] - banks[""].outcomes[:, -1] for name in options}
    found = plan({name: banks[name] for name in ("", change)}, gains)
    save_plan(found, chosen.folder, line, _ran(first))
    if as_json:
        rows = found.table.astype(object).where(found.table.notna(), None).to_dict("records")
        return in_json({"folder": str(chosen.folder), "checked": found.checked, "plan": rows})
    wrote = f"Wrote {chosen.folder / PLAN_PAGE} and a table beside it."
    return "" if quiet else f"{said(found)}\n{wrote}"


def _said(
    found: Calibration,
    looked: BeforeAfter | None,
    folder: Path,
    scenario: str,
    about: list[str],
    *,
    quiet: bool,
    as_json: bool,
) -> str:
    """What there is to say of what was written."""
    from seci_sim.calibrating.calibration import said
    from seci_sim.report.calibration import PAGE, WORLDS

    if as_json:
        return in_json(
            {
                "folder": str(folder),
                "notes": about,
                "checked": found.checked,
                "parameters": found.table.to_dict("records"),
                "verdicts": looked.answers if looked else [],
            }
        )
    if quiet:
        return ""
    lines = [said(found), *(looked.lines() if looked else ()), *about]
    lines.append(f"Wrote {folder / PAGE}, with {WORLDS} and a table beside it.")
    if not looked:
        from seci_sim.scenario.file_names import as_argument, typed

        worlds = str(folder / WORLDS)
        after = typed(["seci-sim", "compare", as_argument(scenario), "OTHER", "--worlds", worlds])
        lines.append(f"Next: {after}")
    return "\n".join(lines)
