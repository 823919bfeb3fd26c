"""What an experiment file may hold, for editors as JSON Schema."""

from __future__ import annotations

from typing import Any

from seci_sim.experiment.design import Design
from seci_sim.experiment.factors import DECLARED, can_vary
from seci_sim.parameters import Declaration
from seci_sim.scenario.schema import as_written, json_schema, number_as_written

SCHEMA_TITLE = "An experiment of seci-sim"

OWN = ("PolicyChoice", "Sample", "Until", "Analysis")
"""Parts of an experiment file; the others are those of scenario files."""


def experiment_schema() -> dict[str, Any]:
    """Return the JSON Schema of experiment files, with which editors complete and check.

    Examples
    --------
    >>> experiment_schema()["title"]
    'An experiment of seci-sim'
    """
    schema = Design.model_json_schema()
    definitions = {name: schema["$defs"][name] for name in OWN}
    definitions["Policy"] = json_schema()["$defs"]["Policy"]
    schema.pop("$defs")
    for definition in (schema, *(definitions[name] for name in OWN)):
        properties = definition["properties"]
        for name, field in properties.items():
            properties[name] = as_written(field)
    properties = schema["properties"]
    for name in ("points", "sources"):
        properties.pop(name)
    name = {"type": "string", "description": "A shipped scenario, or a file beside this one."}
    properties["scenario"] = name
    properties["scenarios"] = {
        "type": "array",
        "items": name,
        "minItems": 1,
        "description": properties["scenarios"]["description"],
    }
    for group in ("vary", "uncertain"):
        properties[group] = _factors(properties[group]["description"])
    width = definitions["Until"]["properties"]["half_width"]
    definitions["Until"]["properties"]["half_width"] = {
        "type": ["number", "string"],
        "description": width["description"],
    }
    return schema | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA_TITLE,
        "required": ["question"],
        "oneOf": [{"required": ["scenario"]}, {"required": ["scenarios"]}],
        "$defs": definitions,
    }


def _factors(description: str) -> dict[str, Any]:
    """All parameters that can be varied, with the forms in which their values are given."""
    varied = [declared for declared in DECLARED.values() if can_vary(declared)]
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {declared.name: _values(declared) for declared in varied},
    }


def _values(declared: Declaration) -> dict[str, Any]:
    if declared.unit == "yes or no":
        value: dict[str, Any] = {"type": "boolean"}
    else:
        assert declared.allowed is not None
        low, high = declared.allowed
        value = number_as_written(
            {"type": "number", "minimum": low, "maximum": high}, declared.unit
        )
    levels = {"type": "array", "items": value, "minItems": 2}
    ends = {
        "type": "object",
        "properties": {"from": value, "to": value},
        "required": ["from", "to"],
        "additionalProperties": False,
    }
    forms = [levels] if declared.unit == "yes or no" else [levels, ends, {"const": "plausible"}]
    return {"description": f"{declared.meaning} Unit: {declared.unit}.", "anyOf": forms}
