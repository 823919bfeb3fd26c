"""Write the tables of the documents again, from the declarations that the program itself reads.

A table stands between ``<!-- name -->`` and ``<!-- /name -->``; whatever is written there by hand is
lost. A test fails where a table is out of date::

    python docs/make_tables.py            # rewrite the tables in the documents
    python docs/make_tables.py --print    # print them instead
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import typer

from seci_sim.classics import PUBLISHED
from seci_sim.cli import app
from seci_sim.lab import Experiment, shipped_experiments
from seci_sim.lab.design import Design
from seci_sim.lab.trial_measures import MEASURED
from seci_sim.page.lessons import Bet, Lesson, read_lesson, shipped_lessons
from seci_sim.parameters import SECI, SECTIONS, Band, Section, declarations
from seci_sim.scenario import Change, Scenario, Stakeholder, Unit, read_scenario, shipped_scenarios
from seci_sim.scenario.quantities import in_words
from seci_sim.scenario.trial import MAY_DIFFER, Trial
from seci_sim.seci.measures import BAND_MEASURES, MEASURES, RIVAL_OUTCOMES, Measure
from seci_sim.seci.measures import outcomes as found_in_a_run
from seci_sim.seci.measures import rival_measures as measures_against

FOLDER = Path(__file__).parent
DOCUMENTS = (
    FOLDER / "model.md",
    FOLDER / "experiments.md",
    FOLDER / "teaching.md",
    *sorted(FOLDER.glob("classics/*.md")),
    *sorted(FOLDER.glob("reference/*.md")),
)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, *rows]
    written = [
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    ]
    return "\n".join([written[0], "|---" * len(header) + "|", *written[1:]])


def value_in_words(value: object, unit: str) -> str:
    """A default as a scenario file would give it, income bands with their shares and incomes."""
    if isinstance(value, tuple):
        bands = [band for band in value if isinstance(band, Band)]
        return "; ".join(
            f"{band.name}: {in_words(band.households, 'share')} of households, {band.income:g}"
            for band in bands
        )
    return "none" if value == {} else in_words(value, unit)


def range_in_words(limits: tuple[float, float] | None, unit: str) -> str:
    """Both ends of a range, percentages where the unit is a share; switches and tables have none."""
    if limits is None:
        return "either" if unit == "yes or no" else "for each band"
    bare = unit if in_words(0.5, unit).endswith("%") else ""
    return " to ".join(in_words(limit, bare) for limit in limits)


def parameters() -> str:
    """Every parameter, section by section."""
    return "\n\n".join(
        f"### `{name}`: {_first_sentence(section)}\n\n{_parameters_of(name)}"
        for name, section in SECTIONS.items()
    )


def _first_sentence(section: type[Section]) -> str:
    return (section.__doc__ or "").split("\n", 1)[0].rstrip(".").lower()


def _parameters_of(section: str, model: str = SECI) -> str:
    """All that is declared of one section's parameters."""
    return table(
        ["name", "default", "unit", "plausible", "allowed", "role", "meaning", "source"],
        [
            [
                f"`{parameter.name}`",
                value_in_words(parameter.default, parameter.unit),
                parameter.unit,
                range_in_words(parameter.plausible, parameter.unit),
                range_in_words(parameter.allowed, parameter.unit),
                parameter.role,
                parameter.meaning,
                parameter.source,
            ]
            for parameter in declarations(model)
            if parameter.name.startswith(f"{section}.")
        ],
    )


def sources() -> str:
    """How many parameters are measured, borrowed or assumed, and which are not assumed."""
    kinds = {parameter.name: parameter.source.split(":")[0] for parameter in declarations()}
    counts = Counter(kinds.values())
    return table(
        ["source", "parameters", "which"],
        [
            [
                kind,
                str(number),
                "all others"
                if kind == "assumed"
                else ", ".join(f"`{name}`" for name, found in kinds.items() if found == kind),
            ]
            for kind, number in sorted(counts.items(), key=lambda item: item[1])
        ],
    )


def measures() -> str:
    """What is measured each week, in each market and in the whole."""
    return _measures(MEASURES, "{}")


def band_measures() -> str:
    """What is measured each week for each income band."""
    return _measures(BAND_MEASURES, "{}_BAND")


def rival_measures() -> str:
    """What is measured each week of a firm with rivals."""
    return _measures(measures_against(["RIVAL"]), "{}")


def rival_outcomes() -> str:
    """What a run of a firm with rivals comes to besides."""
    return _measures(RIVAL_OUTCOMES, "{}")


def outcomes() -> str:
    """What one run comes to."""
    whole = [m for name, m in found_in_a_run(()).items() if not name.endswith("_horizon")]
    of_bands = [replace(m, name=f"{m.name}_BAND") for m in BAND_MEASURES]
    return _measures([*whole, *of_bands], "{}")


def _measures(listed: Sequence[Measure], name: str) -> str:
    return table(
        ["name", "unit", "kind", "meaning"],
        [[f"`{name.format(m.name)}`", m.unit, m.kind, m.meaning] for m in listed],
    )


def units() -> str:
    """What a scenario says of a unit."""
    return _fields(Unit)


def stakeholders() -> str:
    """What a scenario says of a stakeholder."""
    return _fields(Stakeholder)


def changes() -> str:
    """What may happen at the start of a week."""
    return _fields(Change)


def trial() -> str:
    """What a scenario says of a trial."""
    return _fields(Trial)


def trial_levers() -> str:
    """What of a policy may differ between those among whom luck draws."""
    return table(
        ["among", "may differ in"],
        [
            [f"`{among}`", ", ".join(f"`{name}`" for name in may)]
            for among, may in MAY_DIFFER.items()
        ],
    )


def trial_outcomes() -> str:
    """What is measured of people in a trial."""
    rows = [[f"`{name}`", unit, meaning] for name, (unit, meaning) in MEASURED.items()]
    return table(["name", "unit", "meaning"], rows)


def scenario_file() -> str:
    """The parts of a scenario."""
    return _fields(Scenario)


def _fields(model: type[Section]) -> str:
    return table(
        ["name", "meaning"],
        [
            [f"`{name}`", field.description or ""]
            for name, field in model.model_fields.items()
            if not field.exclude
        ],
    )


def scenarios() -> str:
    """The shipped scenarios and their questions."""
    return "\n".join(f"- `{name}`: {read_scenario(name).question}" for name in shipped_scenarios())


def experiments() -> str:
    """The shipped experiments and their questions."""
    return "\n".join(
        f"- `{name}`: {Experiment.load(name).question}" for name in shipped_experiments()
    )


def lessons() -> str:
    """The shipped lessons and their questions."""
    return "\n".join(f"- `{name}`: {read_lesson(name).question}" for name in shipped_lessons())


def lesson_file() -> str:
    """The parts of a lesson that an experiment does not have, and those of its bet."""
    own = {
        name: field
        for name, field in Lesson.model_fields.items()
        if name not in Design.model_fields
    }
    rows = [[f"`{name}`", field.description or ""] for name, field in own.items()]
    rows += [[f"`bet.{name}`", field.description or ""] for name, field in Bet.model_fields.items()]
    return table(["name", "meaning"], rows)


def experiment_file() -> str:
    """The parts of an experiment."""
    return _fields(Design)


def commands() -> str:
    """The commands with what they take."""
    command = typer.main.get_command(app)
    assert isinstance(command, typer.core.TyperGroup)
    rows = []
    for name, one in command.commands.items():
        words = [p.metavar or "" for p in one.params if isinstance(p, typer.core.TyperArgument)]
        given = [
            f"`{option}`"
            for parameter in one.params
            if isinstance(parameter, typer.core.TyperOption)
            for option in [*parameter.opts, *parameter.secondary_opts]
        ]
        rows.append(
            [
                f"`{' '.join([name, *words])}`",
                " ".join((one.help or "").split()),
                ", ".join(given) or "none",
            ]
        )
    return table(["command", "what it does", "options"], rows)


def options() -> str:
    """Every option once, with its default."""
    command = typer.main.get_command(app)
    assert isinstance(command, typer.core.TyperGroup)
    rows: dict[str, dict[str, list[str]]] = {}  # by its names and by what it does
    of: dict[tuple[str, str], list[str]] = {}
    for one in (command, *command.commands.values()):
        for option in one.params:
            if isinstance(option, typer.core.TyperOption):
                names = "/".join([*option.opts, *option.secondary_opts])
                written = f"`{names} {option.metavar}`" if option.metavar else f"`{names}`"
                default = option.default if option.default is not None else option.show_default
                shown = str(default)
                if isinstance(default, bool):  # True: there is none, and nothing is said of it
                    shown = "none" if default else "no"
                said = option.help or ""
                rows.setdefault(names, {})[said] = [written, said, shown]
                of.setdefault((names, said), []).append(f"`{one.name}`")
    for names, meanings in rows.items():
        for said, row in meanings.items() if len(meanings) > 1 else ():
            row[1] = f"{', '.join(of[names, said])}: {said}"
    every = (row for meanings in rows.values() for row in meanings.values())
    return table(["option", "what it does", "default"], every)


CLASSIC_TABLES = {
    f"{section} {what}": table_of
    for model in PUBLISHED
    for section in model.sections
    for what, table_of in (
        ("parameters", partial(_parameters_of, section, model.name)),
        ("measures", partial(_measures, list(model.outcomes.values()), "{}")),
    )
}
"""Parameters and measures of the published models."""

TABLES = {
    "parameters": parameters,
    "sources": sources,
    "measures": measures,
    "band measures": band_measures,
    "rival measures": rival_measures,
    "rival outcomes": rival_outcomes,
    "outcomes": outcomes,
    "units": units,
    "stakeholders": stakeholders,
    "changes": changes,
    "trial": trial,
    "trial levers": trial_levers,
    "trial outcomes": trial_outcomes,
    "scenario file": scenario_file,
    "scenarios": scenarios,
    "experiments": experiments,
    "experiment file": experiment_file,
    "lessons": lessons,
    "lesson file": lesson_file,
    "commands": commands,
    "options": options,
    **CLASSIC_TABLES,
}


def refreshed(text: str) -> str:
    """A document with its tables as the declarations give them.

    Raises
    ------
    KeyError
        Where a document asks for a table that there is none of.
    """

    def written(found: re.Match[str]) -> str:
        name = found[1]
        return f"<!-- {name} -->\n\n{TABLES[name]()}\n\n<!-- /{name} -->"

    return re.sub(
        r"^<!-- ([a-z ]+) -->$.*?^<!-- /\1 -->$", written, text, flags=re.DOTALL | re.MULTILINE
    )


def main() -> None:
    """Rewrite the tables in the documents, or print them."""
    if sys.argv[1:] == ["--print"]:
        sys.stdout.write("\n\n".join(f"{name}\n\n{make()}" for name, make in TABLES.items()) + "\n")
        return
    for document in DOCUMENTS:
        document.write_text(refreshed(document.read_text("utf-8")), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
