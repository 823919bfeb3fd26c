"""What a scenario may hold: for editors as JSON Schema, for people as a file to fill in."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from seci_sim.parameters import SECI, SECTIONS, SHARES, Band, Declaration, declarations
from seci_sim.scenario.files import read_scenario
from seci_sim.scenario.problems import FileProblem, shown_path
from seci_sim.scenario.quantities import in_words
from seci_sim.scenario.scenario import Scenario

SCHEMA_FILE = "seci-sim.schema.json"
SCHEMA_TITLE = "A scenario of seci-sim"

_AMOUNT = r"^\+?[0-9]*\.?[0-9]+ *"
_WRITTEN = {
    "share": rf"{_AMOUNT}%( (a|per) year)?$",
    "chance": rf"{_AMOUNT}%( (a|per) week)?$",
    "hours": rf"{_AMOUNT}(h|hours?|min|minutes?)(( a | per |/)week)?$",
    "weeks": rf"{_AMOUNT}(weeks?|years?|days?)$",
}
"""How people write a number in a unit, beside the bare number."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files, with which editors complete and check.

    Examples
    --------
    >>> json_schema()["title"]
    'A scenario of seci-sim'
    """
    schema = Scenario.model_json_schema()
    definitions: dict[str, Any] = schema.pop("$defs")
    definitions.pop("Meeting", None)
    definitions.pop("Source", None)
    for definition in (schema, *definitions.values()):
        properties = definition["properties"]
        for name, field in properties.items():
            properties[name] = as_written(field)
    properties = schema["properties"]
    properties.pop("sources")
    properties["meetings"] = {
        "type": "string",
        "description": properties["meetings"]["description"],
    }
    properties["extends"] = {
        "type": "string",
        "description": "Name of a shipped scenario, or a file beside this one, whose settings "
        "hold where this one is silent.",
    }
    return schema | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA_TITLE,
        "required": ["name"],
        "$defs": definitions,
    }


def as_written(field: dict[str, Any]) -> dict[str, Any]:
    """A property as it is written in files: with percentages, hours and weeks, and explained."""
    unit, section = field.pop("unit", ""), field.pop("section", None)
    plausible, source = field.pop("plausible", None), field.pop("source", "")
    field.pop("title", None)
    field.pop("default", None)
    if section is not None:
        return {"$ref": f"#/$defs/{SECTIONS[section].__name__}"}
    choices = [choice for choice in field.pop("anyOf", []) if choice.get("type") != "null"]
    for choice in choices:
        field |= choice
    words = [field.get("description", "").rstrip(".") + "."]
    words += [f"Unit: {unit}."] * bool(unit and unit != "yes or no")
    if plausible:
        low, high = (in_words(limit, unit) for limit in plausible)
        words.append(f"Plausible: {low} to {high}.")
    words += [f"Source: {source}."] * bool(source)
    described = {"description": " ".join(words)}
    if "additionalProperties" in field and isinstance(field["additionalProperties"], dict):
        values = field["additionalProperties"] | {"minimum": 0, "maximum": 1}
        return described | {
            "type": "object",
            "additionalProperties": number_as_written(values, unit),
        }
    if field.get("type") in ("number", "integer"):
        return described | number_as_written(field, unit)
    return field | described


def number_as_written(field: dict[str, Any], unit: str) -> dict[str, Any]:
    """A number as it is written in files: bare, or in words that go with its unit."""
    kept = ("type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    number = {name: field[name] for name in kept if name in field}
    if unit in SHARES and number.get("maximum") == 1:
        # A bare 1 could be 1% or 100%.
        number = number | {"exclusiveMaximum": number.pop("maximum")}
    pattern = next((text for start, text in _WRITTEN.items() if unit.startswith(start)), None)
    if pattern is None:
        return number
    return {"anyOf": [number, {"type": "string", "pattern": pattern}]}


def write_new_scenario(path: Path, base_name: str) -> Path:
    """Write a scenario that extends a shipped one, and the schema beside it; return the latter.

    Raises
    ------
    FileProblem
        The file is there already, or cannot be written.
    """
    check_new(path)
    schema_file = write_schema(path)
    _write_whole(path, new_scenario(read_scenario(base_name), base_name, title_of(path)))
    return schema_file


def check_new(path: Path) -> None:
    """Refuse to write where something is."""
    if path.exists() or path.is_symlink():
        raise FileProblem(f"{shown_path(path)}: is there already; choose another name")


def title_of(path: Path) -> str:
    """What a new scenario is called in reports: its file's name."""
    return path.stem.replace("-", " ").capitalize()


def write_schema(path: Path) -> Path:
    """Write the schema beside a scenario, over an older one of ours, and return its file."""
    schema_file = path.with_name(SCHEMA_FILE)
    if schema_file.exists() and SCHEMA_TITLE not in schema_file.read_text("utf-8", "replace"):
        raise FileProblem(f"{schema_file}: is there already and not ours; choose another folder")
    _write_whole(schema_file, json.dumps(json_schema(), indent=1) + "\n")
    return schema_file


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError as error:
        raise FileProblem(f"{shown_path(path)}: cannot be written: {error.strerror}") from None
    finally:
        with suppress(OSError):  # what went wrong above is said above
            beside.unlink(missing_ok=True)


def new_scenario(base: Scenario, base_name: str, name: str, parts: str | None = None) -> str:
    """Return the text of a scenario that extends another, with every parameter to choose from.

    Parameters
    ----------
    base : Scenario
        The scenario that it extends, whose values it shows.
    base_name : str
        The name under which that one is shipped.
    name : str
        Its own name.
    parts : str, optional
        Who there is, and what changes; without it, remarks that say how to write these.
    """
    groups: dict[str, list[Declaration]] = {}
    for declaration in declarations(base.model):
        groups.setdefault(declaration.name.partition(".")[0], []).append(declaration)
    first = "policy" if base.model == SECI else next(iter(groups))
    levers = groups.pop(first)
    time = "weeks" if base.model == SECI else ""
    lines = [
        *_HEAD.splitlines(),
        f"name: {quoted(name)}",
        f"question: {quoted(base.question)}",
        f"extends: {base_name}",
        "",
        _remark(f"horizon: {in_words(base.horizon, time)}", "Length of a run."),
        "",
        f"# {Scenario.model_fields[first].description}",
        f"{first}:",
        _lever(levers[0], base).replace("# ", "", 1),
        *(_lever(declaration, base) for declaration in levers[1:]),
    ]
    for group, declared in groups.items():
        meaning = Scenario.model_fields[group].description
        lines += ["", f"# {meaning}", f"# {group}:"]
        lines += [f"#   {_lever(declaration, base)[4:]}" for declaration in declared]
    if parts is None:
        parts = _TAIL if base.model == SECI else ""
    return "\n".join([*lines, parts])


_HEAD = f"""\
# yaml-language-server: $schema={SCHEMA_FILE}
#
# Only what differs from the scenario named under `extends` need be written. All settings are shown
# below with the values they have there. To change one, remove the # and the space after it, and do
# the same with the name of its group above it, such as `world:`; keep the spaces before a setting.
# What follows a second # is a remark: what the setting means, and which values are allowed.
"""

_TAIL = """
# What changes in which week, such as:
# timeline:
#   - {week: 105, policy: {patient_time: 2%}}
#   - {week: 130, staff_leave: 30%}

# Who there is. A list replaces the whole list of the scenario that this one extends.
# units:
#   - {name: Headquarters, kind: headquarters, staff: 60}
#   - {name: Japan, kind: affiliate, staff: 35, turnover: 5%}
# stakeholders:
#   - {name: Partner in Japan, kind: local partner, market: Japan}

# Who really meets whom: a table with the columns unit, employee, colleague_unit, colleague, hours.
# meetings: meetings.csv
"""


def _lever(declaration: Declaration, base: Scenario) -> str:
    """A parameter as a remark: how to write it, what it means, what is allowed."""
    group, _, name = declaration.name.partition(".")
    value = getattr(getattr(base, group), name)
    words = declaration.meaning.rstrip(".") + "."
    if declaration.allowed is not None:
        bare = declaration.unit if declaration.unit in SHARES else ""
        low, high = (in_words(limit, bare) for limit in declaration.allowed)
        words += f" {low} to {high}" + ("." if bare else f" ({declaration.unit}).")
    return "  " + _remark(f"{name}: {_written(value, declaration.unit)}", words)


def _remark(setting: str, words: str) -> str:
    return f"# {setting:<42} # {words}"


def _written(value: Any, unit: str) -> str:
    """A value as YAML on one line."""
    if isinstance(value, dict):
        inner = (f"{quoted(name)}: {_written(item, unit)}" for name, item in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(_written(item, unit) for item in value) + "]"
    if isinstance(value, Band):
        households = in_words(value.households, "share")
        income = in_words(value.income)
        return f"{{name: {quoted(value.name)}, households: {households}, income: {income}}}"
    return in_words(value, unit)


def quoted(text: str) -> str:
    """Text as YAML cannot take it for anything else."""
    return json.dumps(text, ensure_ascii=False)
