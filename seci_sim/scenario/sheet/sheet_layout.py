"""What stands where in a workbook, and how a value looks in a cell."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from seci_sim.parameters import GROUPS, MODELS, SHARES, Band, Policy, Section
from seci_sim.scenario import Change, Scenario, Stakeholder, Unit
from seci_sim.scenario.quantities import in_words, plain
from seci_sim.scenario.validation import options_of, range_of, unit_of

SETTINGS = "Settings"
COLUMNS = ("setting", "value", "unit", "meaning", "allowed", "source")
"""Columns of the sheet of settings; only the first two are read."""

TOP = ("name", "question", "extends", "horizon", "meetings")
"""Settings that stand in no group."""

FILES = {
    "extends": "Name of a shipped scenario, or a file beside the one that is made, whose settings "
    "hold where this workbook is silent.",
    "meetings": str(Scenario.model_fields["meetings"].description),
}
"""Settings that name files, and what they mean."""

NOTHING = "none"
"""What a cell says of a table without entries."""

CHANGED_POLICY = Change.model_fields["policy"]
"""The one table whose entries are settings of different units."""

DAYS = (date, datetime, time, timedelta)
"""What a spreadsheet makes of whatever looks like a day or a time."""


class MissingExtra(Exception):
    """What reads and writes workbooks is not installed."""

    exit_code = 2

    def __init__(self) -> None:
        super().__init__("a workbook needs the extra: pip install 'seci-sim[excel]'")


class ListSheet(NamedTuple):
    """A sheet with a row for each item of one of a scenario's lists."""

    title: str
    section: str
    """Group that the list stands in, if it does in one."""
    field: str
    item: type[Section]


LISTS = (
    ListSheet("Units", "", "units", Unit),
    ListSheet("Stakeholders", "", "stakeholders", Stakeholder),
    ListSheet("Income bands", "service", "bands", Band),
    ListSheet("Timeline", "", "timeline", Change),
)
"""Lists of the SECI organisation."""


def lists_of(model: str) -> tuple[ListSheet, ...]:
    """Lists of one model."""
    return LISTS if MODELS[model].lists else ()


def settings_of(model: str) -> dict[str, FieldInfo | None]:
    """Every setting of one model that has a row, with its declaration; names of files have none."""
    fields: dict[str, FieldInfo | None] = {
        name: None if name in FILES else Scenario.model_fields[name] for name in TOP
    }
    in_lists = {(one.section, one.field) for one in LISTS}
    for section, group in MODELS[model].sections.items():
        for name, field in group.model_fields.items():
            if (section, name) not in in_lists:
                fields[f"{section}.{name}"] = field
    if not MODELS[model].lists:
        del fields["meetings"]
    return fields


def value_of(scenario: Scenario, name: str) -> Any:
    """The value of a setting in a scenario; nothing for what a sheet cannot take from it."""
    section, _, field = name.rpartition(".")
    if name in FILES:
        return None
    return getattr(getattr(scenario, section) if section else scenario, field)


def items_of(scenario: Scenario, one: ListSheet) -> tuple[Section, ...]:
    """The items of one of a scenario's lists."""
    owner = getattr(scenario, one.section) if one.section else scenario
    items: tuple[Section, ...] = getattr(owner, one.field)
    return items


def kind_of(field: FieldInfo | None) -> type:
    """What a field holds: a ``dict``, a ``tuple``, a ``bool``, a number (``float``), or a ``str``."""
    kind: Any = field.annotation if field else str
    parts = [part for part in get_args(kind) if part is not NoneType]
    if NoneType in get_args(kind):
        kind = parts[0]
    kinds = {dict: dict, tuple: tuple, bool: bool, int: float, float: float}
    return kinds.get(get_origin(kind) or kind, str)


def policy_field(name: str) -> FieldInfo | None:
    """A field of the policy, or of one of its tables, such as ``shares_paid.low``."""
    return Policy.model_fields.get(name.partition(".")[0])


def meaning_of(name: str, field: FieldInfo | None) -> tuple[str, str, str, str]:
    """Unit, meaning, allowed values and source of a setting."""
    if field is None:
        return "", FILES[name], "", ""
    extra = field.json_schema_extra
    source = str(extra.get("source", "")) if isinstance(extra, dict) else ""
    allowed = " or ".join(options_of(field)) or range_of(field)
    if kind_of(field) is bool:
        allowed = "yes or no"
    return unit_of(field), field.description or "", allowed, source


def in_a_cell(value: Any, field: FieldInfo | None) -> tuple[str | float | None, bool]:
    """Return what stands in a cell for a value, and whether it is shown as a percentage.

    Examples
    --------
    >>> in_a_cell(0.01, Policy.model_fields["patient_time"])
    (0.01, True)
    >>> in_a_cell({"low": 0.1, "high": 1.0}, Policy.model_fields["shares_paid"])
    ('low: 10%; high: 100%', False)
    """
    match value:
        case None | ():
            return None, False
        case dict():
            nothing = None if field is CHANGED_POLICY else NOTHING
            return _table(value, field) or nothing, False
        case bool() | str() | tuple():
            return in_words(value), False
        case _:
            return value, unit_of(field) in SHARES


def _table(values: dict[str, Any], field: FieldInfo | None) -> str:
    """A table in one cell; a table within it by names with a dot."""
    entries = []
    for name, value in values.items():
        inner = Policy.model_fields[name] if field is CHANGED_POLICY else field
        if isinstance(value, dict):
            unit = unit_of(inner)
            entries += [f"{name}.{key}: {in_words(item, unit)}" for key, item in value.items()]
        else:
            entries.append(f"{name}: {in_words(value, unit_of(inner))}")
    return "; ".join(entries)


def typed(value: Any, *, percentage: bool) -> str:
    """What somebody would have typed to get what stands in a cell; nothing for an empty one.

    Examples
    --------
    >>> typed(0.07, percentage=True), typed(208, percentage=False), typed(True, percentage=False)
    ('7%', '208', 'yes')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        return plain(number * 100) + "%" if percentage else plain(number)
    return str(value)


def known_settings() -> list[str]:
    """Every name that may stand in the first column, whatever the model."""
    fields = (
        f"{group}.{name}" for group, section in GROUPS.items() for name in section.model_fields
    )
    return [*TOP, *fields]
