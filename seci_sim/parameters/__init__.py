"""Every number that can change a result, declared once.

A declaration says what the number means, in which unit, within which limits, over which range it is
plausible, what it is to a firm, and where it comes from. The scenario reader, the JSON Schema, the tables in the
documentation and the report are generated from these declarations; nothing else repeats them.

A source starts with one of three words:

*measured:*  a public figure about the thing itself;
*borrowed:*  a figure measured elsewhere, on something comparable;
*assumed:*   nobody has measured it; the value is ours and should be varied.

The four switches that turn a mode off have none: they are there for lessons.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from seci_sim.classics import PUBLISHED
from seci_sim.declaring import HOURS_A_WEEK, RESULTS, SHARES, WEEKS_A_YEAR, Model, Role, Section
from seci_sim.parameters.competition import Competition
from seci_sim.parameters.learning import Learning
from seci_sim.parameters.policy import Policy
from seci_sim.parameters.projects import Projects
from seci_sim.parameters.service import ASSUMED_BANDS, Band, Service
from seci_sim.parameters.world import World

__all__ = [
    "ASSUMED_BANDS",
    "GROUPS",
    "HOURS_A_WEEK",
    "MODELS",
    "RESULTS",
    "SECI",
    "SECTIONS",
    "SHARES",
    "WEEKS_A_YEAR",
    "Band",
    "Competition",
    "Declaration",
    "Learning",
    "Policy",
    "Projects",
    "Role",
    "Section",
    "Service",
    "World",
    "declarations",
]

SECTIONS: dict[str, type[Section]] = {
    "world": World,
    "learning": Learning,
    "projects": Projects,
    "service": Service,
    "policy": Policy,
    "competition": Competition,
}
"""The organisation's groups of parameters, under the names that scenario files use."""

SECI: Final = "seci"
LISTS = ("units", "stakeholders", "timeline", "trial", "rivals", "meetings")
MODELS = {model.name: model for model in (Model(SECI, SECTIONS, "week", lists=LISTS), *PUBLISHED)}
"""What a scenario may run: the SECI organisation, or a published model."""

GROUPS = {group: section for model in MODELS.values() for group, section in model.sections.items()}
"""Every group of parameters, whichever model it is of."""


@dataclass(frozen=True)
class Declaration:
    """What is known of one parameter, read off its field."""

    name: str
    """Section and name, such as ``policy.patient_time``."""
    default: Any
    unit: str
    allowed: tuple[float, float] | None
    """Smallest and largest value accepted; None for switches and tables."""
    plausible: tuple[float, float] | None
    """Range over which to vary it."""
    role: Role
    meaning: str
    source: str
    off: bool = False
    """Whether the default switches a rule off."""


def declarations(model: str = SECI) -> Iterator[Declaration]:
    """Every declared parameter of one model, section by section.

    Examples
    --------
    >>> {d.name: d.unit for d in declarations()}["policy.patient_time"]
    'share'
    >>> next(d.default for d in declarations("fang-2010") if d.name == "fang.people")
    280
    """
    for section, fields in MODELS[model].sections.items():
        for name, field in fields.model_fields.items():
            extra = field.json_schema_extra
            assert isinstance(extra, dict)
            limits = {type(m).__name__: m for m in field.metadata}
            allowed = (limits["Ge"].ge, limits["Le"].le) if "Ge" in limits else None
            plausible: Any = extra.get("plausible")
            role: Any = extra["role"]
            yield Declaration(
                name=f"{section}.{name}",
                default=field.get_default(call_default_factory=True),
                unit=str(extra.get("unit", "table")),
                allowed=allowed,
                plausible=tuple(plausible) if plausible else None,
                role=role,
                meaning=field.description or "",
                source=str(extra["source"]),
                off=bool(extra.get("off")),
            )
