"""Vary a scenario from Python, and write its settings out flat."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from seci_sim.parameters import MODELS, Band, Section
from seci_sim.scenario.problems import spelling
from seci_sim.scenario.quantities import in_words
from seci_sim.scenario.scenario import Scenario
from seci_sim.scenario.validation import problems_in, section_in, unit_of


def with_levers(scenario: Scenario, **levers: Any) -> Scenario:
    """Return the scenario with other values of some parameters.

    Parameters
    ----------
    scenario : Scenario
        What to start from; it is not changed.
    **levers : Any
        Name of a parameter, with its section (``policy__patient_time``) or bare
        (``patient_time``), or ``horizon``; and its value. A share is a number from 0 to 1.

    Raises
    ------
    ValueError
        There is no such parameter, or the value is not allowed.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> with_levers(read_scenario("baseline"), patient_time=0.02).policy.patient_time
    0.02
    """
    whole = {name: getattr(scenario, name) for name in scenario.model_fields_set}
    changed: dict[str, dict[str, Any]] = {}
    for lever, value in levers.items():
        section, name = _lever(lever, scenario.model)
        if section:
            changed.setdefault(section, {})[name] = value
        else:
            whole[name] = value
    for section, values in changed.items():
        written = getattr(scenario, section)
        kept = {name: getattr(written, name) for name in written.model_fields_set}
        whole[section] = kept | values
    try:
        return Scenario.model_validate(whole)
    except ValidationError as error:
        problems = "; ".join(problem.text() for problem in problems_in(Scenario, error))
        raise ValueError(problems) from None


def _lever(lever: str, model: str) -> tuple[str, str]:
    """Section and name of a parameter of the model; ``horizon`` is in no section."""
    if lever == "horizon":
        return "", lever
    owners = _owners(model)
    section, _, name = lever.rpartition("__")
    if name in owners and section in ("", owners[name]):
        return owners[name], name
    known = [*owners, *(f"{section}__{name}" for name, section in owners.items()), "horizon"]
    raise ValueError(f'no parameter is called "{lever}"{spelling(lever, known)}')


@cache
def _owners(model: str) -> dict[str, str]:
    """Section of each parameter of a model."""
    groups = MODELS[model].sections
    return {name: section for section, group in groups.items() for name in group.model_fields}


def settings(scenario: Scenario) -> dict[str, str]:
    """Return all that a run depends on, but its seed, as flat names and words.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> flat = settings(read_scenario("baseline"))
    >>> flat["policy.patient_time"], flat["units.Headquarters.staff"]
    ('1%', '60')
    """
    model = MODELS[scenario.model]
    if model.paper:
        flat = {"model": scenario.model, "horizon": f"{scenario.horizon} periods at most"}
    else:
        flat = {"horizon": in_words(scenario.horizon, "weeks")}
    for name in model.sections:
        flat |= _section(name, getattr(scenario, name))
    for group in ("units", "stakeholders", "rivals"):
        for item in getattr(scenario, group):
            flat |= _section(f"{group}.{item.name}", item)
    for change in scenario.timeline:
        for name, value in _section(f"timeline.{change.week}", change).items():
            if not name.endswith(".week"):
                # Two changes of one week may do the same to different units.
                flat[name] = f"{flat[name]}, {value}" if name in flat else value
    if scenario.meetings:
        hours = sum(meeting.hours for meeting in scenario.meetings)
        flat["meetings"] = f"{len(scenario.meetings)} pairs, {hours:.6g} hours a week"
    return flat


def _section(prefix: str, section: Section) -> dict[str, str]:
    """Return a section's fields that have a value."""
    fields = type(section).model_fields
    return {
        f"{prefix}.{name}": words
        for field, value in section
        if field != "name" and value is not None and value not in ((), {})
        for name, words in in_flat_words(field, value, fields[field])
    }


def in_flat_words(name: str, value: Any, field: FieldInfo | None) -> Iterator[tuple[str, str]]:
    """Return a value as one or more names and words: one for each entry of a table."""
    if isinstance(value, dict):
        inner = section_in(field) if field else None
        for key, item in value.items():
            entry = inner.model_fields[key] if inner else field
            for deeper, words in in_flat_words(key, item, entry):
                yield f"{name}.{deeper}", words
    elif isinstance(value, tuple) and isinstance(value[0], Band):
        for band in value:
            yield f"{name}.{band.name}.households", in_words(band.households, "share")
            yield f"{name}.{band.name}.income", in_words(band.income)
    else:
        yield name, in_words(value, unit_of(field))
