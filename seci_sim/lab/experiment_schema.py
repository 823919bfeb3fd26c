"""What an experiment file may hold, for editors as JSON Schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seci_sim.lab.analysis_kinds import ANALYSES, Analysis
from seci_sim.lab.design import Design
from seci_sim.lab.factors import DECLARED, can_vary
from seci_sim.lab.sections import TABLES
from seci_sim.parameters import Declaration
from seci_sim.scenario.number_of_worlds import AGREEING_WORLDS
from seci_sim.scenario.schema import as_written, json_schema, number_as_written

SCHEMA_TITLE = "An experiment of seci-sim"

OWN = ("PolicyChoice", "Sample", "Until", "Bet", *(kind.__name__ for kind in ANALYSES))
"""Parts that only experiment and lesson files have; the others are those of scenario files."""

BY_THE_FILE = ("name", "scenarios")
"""What every design has, though a file need not say it: it is called as the file, or says `scenario`."""


def experiment_schema() -> dict[str, Any]:
    """Return the JSON Schema of experiment files, with which editors complete and check.

    Examples
    --------
    >>> experiment_schema()["title"]
    'An experiment of seci-sim'
    """
    return design_schema(Design, SCHEMA_TITLE)


def design_schema(kind: type[Design], title: str, without: Sequence[str] = ()) -> dict[str, Any]:
    """Return the JSON Schema of a kind of experiment files, without some of an experiment's parts."""
    schema = kind.model_json_schema()
    theirs = schema.pop("$defs")
    if "Analysis" in theirs:
        kinds = {kind.__name__: kind.model_json_schema() for kind in ANALYSES}
        for one in kinds.values():
            one["required"] = ["kind", *one.get("required", ())]
            one["properties"]["kind"]["description"] = Analysis.model_fields["kind"].description
        theirs |= kinds
    definitions = {name: theirs[name] for name in OWN if name in theirs}
    for definition in (schema, *definitions.values()):
        properties = definition["properties"]
        for name, field in properties.items():
            properties[name] = as_written(field)
    properties = schema["properties"]
    for left_out in ("points", "given", "sources", "own_outcomes", "own_model", *without):
        properties.pop(left_out)
    methods = definitions["Sample"]["properties"]["method"]["enum"]
    methods[:] = [one for one in methods if one not in TABLES]
    name = {"type": "string", "description": "A shipped scenario, or a file beside this one."}
    properties["scenario"] = name
    properties["worlds"] = {
        "anyOf": [
            {"type": "integer", "minimum": 2, "maximum": AGREEING_WORLDS},
            {"type": "string"},
        ],
        "description": "Worlds: every parameter that is doubted becomes uncertain. So many are taken of those "
        "that agree with published findings, or drawn from plausible ranges (plausible:N), or those of a table beside this file.",
    }
    properties["scenarios"] = {
        "type": "array",
        "items": name,
        "minItems": 1,
        "description": properties["scenarios"]["description"],
    }
    for group in {"vary", "uncertain"} - set(without):
        properties[group] = _factors(properties[group]["description"])
    width = definitions["Until"]["properties"]["half_width"]
    definitions["Until"]["properties"]["half_width"] = {
        "type": ["number", "string"],
        "description": width["description"],
    }
    definitions["Analysis"] = {"oneOf": [{"$ref": f"#/$defs/{one.__name__}"} for one in ANALYSES]}
    definitions["Policy"] = json_schema()["$defs"]["Policy"]
    required = [part for part in schema["required"] if part not in BY_THE_FILE]
    return schema | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "required": required,
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
