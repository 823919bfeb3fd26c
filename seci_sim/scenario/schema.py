"""What a scenario may hold, as a JSON Schema for editors."""

from __future__ import annotations

from functools import cache
from typing import Any

from seci_sim.parameters import SECTIONS, SHARES
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


@cache
def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files, with which editors complete and check; to be read only.

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
    meaning = properties["meetings"]["description"]
    properties["meetings"] = {"type": "string", "description": meaning}
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
    role = field.pop("role", "")
    field.pop("off", None)
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
    words += [f"Role: {role}."] * bool(role)
    words += [f"Source: {source}."] * bool(source)
    described = {"description": " ".join(words)}
    if isinstance(values := field.get("additionalProperties"), dict):
        limits = {"minimum": 0, "maximum": 1} if unit in SHARES else {"minimum": 0}
        values = number_as_written(values | limits, unit)
        return described | {"type": "object", "additionalProperties": values}
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
