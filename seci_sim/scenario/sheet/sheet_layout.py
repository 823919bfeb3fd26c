"""What stands where in a workbook, and how a value looks in a cell."""

from __future__ import annotations

from types import NoneType
from typing import Any, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from seci_sim.parameters import GROUPS, MODELS, SHARES, Band, Policy, Section
from seci_sim.scenario import Change, Scenario, Stakeholder, Unit
from seci_sim.scenario.levers import in_flat_words
from seci_sim.scenario.quantities import in_words
from seci_sim.scenario.rivals import Rival
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


NEEDED = "a workbook needs the extra: pip install 'seci-sim[excel]'"
"""What is said where the library of workbooks is not installed."""


class ListSheet(NamedTuple):
    """A sheet with a row for each item of one of a scenario's lists."""

    title: str
    name: str
    """Of the list, after the group that it stands in, if it does in one."""
    item: type[Section]


LISTS = (
    ListSheet("Units", "units", Unit),
    ListSheet("Stakeholders", "stakeholders", Stakeholder),
    ListSheet("Income bands", "service.bands", Band),
    ListSheet("Timeline", "timeline", Change),
    ListSheet("Rivals", "rivals", Rival),
)
"""Lists of the SECI organisation."""


def settings_of(model: str) -> dict[str, FieldInfo | None]:
    """Every setting of one model that has a row, with its declaration; names of files have none."""
    fields = {name: None if name in FILES else Scenario.model_fields[name] for name in TOP}
    for section, group in MODELS[model].sections.items():
        fields |= {f"{section}.{name}": field for name, field in group.model_fields.items()}
    left_out = [one.name for one in LISTS] + ["meetings"] * (not MODELS[model].lists)
    return {name: field for name, field in fields.items() if name not in left_out}


def known_settings() -> list[str]:
    """Every name that may stand in the first column, whatever the model."""
    return [*TOP, *(f"{name}.{field}" for name, of in GROUPS.items() for field in of.model_fields)]


def value_of(scenario: Scenario, name: str) -> Any:
    """A setting or a list of a scenario; nothing for what a sheet cannot take from it."""
    section, _, field = name.rpartition(".")
    if name in FILES:
        return None
    return getattr(getattr(scenario, section) if section else scenario, field)


def kind_of(field: FieldInfo | None) -> type:
    """What a field holds: a ``dict``, a ``tuple``, a ``bool``, a number (``float``), or a ``str``."""
    kind: Any = field.annotation if field else str
    if NoneType in get_args(kind):
        kind = get_args(kind)[0]
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
            entries = in_flat_words("", value, field)
            text = "; ".join(f"{name[1:]}: {words}" for name, words in entries)
            return text or (None if field is CHANGED_POLICY else NOTHING), False
        case bool() | str() | tuple():
            return in_words(value), False
        case _:
            return value, unit_of(field) in SHARES


def typed(value: Any, percentage: bool) -> str:
    """What somebody would have typed to get what stands in a cell; nothing for an empty one.

    Examples
    --------
    >>> typed(0.07, percentage=True), typed(208, percentage=False), typed(True, percentage=False)
    ('7%', '208', 'yes')
    """
    return "" if value is None else in_words(value, "share" if percentage else "")
