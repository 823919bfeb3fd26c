"""What the page's own reader of scenario files knows of them, made from what Python declares."""

from __future__ import annotations

from typing import Any

from seci_sim.browser.catalogue import runs_in_browsers
from seci_sim.parameters import GROUPS, SECI, SHARES, WEEKS_A_YEAR, Section
from seci_sim.scenario import Scenario, read_scenario, shipped_scenarios
from seci_sim.scenario.checks import COMINGS, EVERYWHERE, INVITATIONS, foreign_to
from seci_sim.scenario.trial import MAY_DIFFER, Trial
from seci_sim.scenario.units import (
    ACTIONS,
    DEFAULT_UNITS,
    GOES_WITH,
    LONGEST_MARKET,
    OF_MARKETS,
    READ_AS_MISSING,
)
from seci_sim.scenario.validation import options_of, range_of, section_in, unit_of

NOT_PLAYED = tuple(foreign_to(SECI))
"""Parts of a file that no page plays."""

NOT_READ = {
    "Scenario": ("meetings", "money", "weigh"),
    "Service": ("bands",),
    "Unit": ("firm",),
    "Change": (*COMINGS, "core_difference"),
}
"""Fields, by their section, that only Python reads: a page can be made with such a file in it."""

LIMITS = {"minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt"}


def file_schema() -> dict[str, Any]:
    """Sections with their fields, and names and numbers that may not be declared twice.

    Examples
    --------
    >>> schema = file_schema()
    >>> schema["sections"]["Policy"]["patient_time"]["range"]
    '0% to 100%'
    >>> schema["sections"]["Scenario"]["march"]
    {'kind': 'not played'}
    """
    sections: dict[str, dict[str, Any]] = {}
    _take_in(Scenario, sections)
    shipped = {name: read_scenario(name) for name in shipped_scenarios()}
    return {
        "sections": sections,
        "groups": {group: list(section.model_fields) for group, section in GROUPS.items()},
        "shares": sorted(SHARES),
        "weeks_a_year": WEEKS_A_YEAR,
        "horizon": Scenario.model_fields["horizon"].default,
        "default_units": [unit.model_dump(mode="json") for unit in DEFAULT_UNITS],
        "read_as_missing": sorted(READ_AS_MISSING),
        "longest_market": LONGEST_MARKET,
        "everywhere": EVERYWHERE,
        "of_markets": list(OF_MARKETS),
        "goes_with": GOES_WITH,
        "actions": list(ACTIONS),
        "invitations": INVITATIONS,
        "may_differ": MAY_DIFFER,
        "usual_trial": _usual(Trial),
        "left_out": [name for name, one in shipped.items() if not runs_in_browsers(one)],
    }


def _usual(section: type[Section]) -> dict[str, Any]:
    """What holds of a section's fields where a file says nothing of them."""
    fields = section.model_fields.items()
    return {name: field.default for name, field in fields if not field.is_required()}


def _take_in(section: type[Section], sections: dict[str, dict[str, Any]]) -> None:
    """A section's fields, and those of the sections in them."""
    name = section.__name__
    if name in sections:
        return
    sections[name] = fields = {}
    written = section.model_json_schema()["properties"]
    for field, declared in section.model_fields.items():
        if declared.exclude:
            continue
        if field in NOT_PLAYED or field in NOT_READ.get(name, ()):
            fields[field] = {"kind": "not played" if field in NOT_PLAYED else "not read"}
            continue
        inner = section_in(declared)
        fields[field] = _field(declared, written[field], inner)
        if inner is not None:
            _take_in(inner, sections)


def _field(declared: Any, written: dict[str, Any], inner: type[Section] | None) -> dict[str, Any]:
    choices = [one for one in written.get("anyOf", []) if one.get("type") != "null"]
    said = written | (choices[0] if choices else {})
    found: dict[str, Any] = {"kind": said.get("type", "object")}
    found |= {"required": True} if declared.is_required() else {}
    if said.get("type") == "array":
        found |= {"least": said.get("minItems", 0), "most": said.get("maxItems")}
    if inner is not None:
        return found | {"of": inner.__name__}
    if options := options_of(declared):
        return found | {"options": options}
    limits = {LIMITS[name]: said[name] for name in LIMITS if name in said}
    lengths = {}
    if "maxLength" in said:
        lengths = {"least": said.get("minLength", 0), "most": said["maxLength"]}
    lines = {"lines": True} if declared is Scenario.model_fields["notes"] else {}
    about = {"unit": unit_of(declared), "range": range_of(declared), "limits": limits}
    return found | about | lengths | lines
