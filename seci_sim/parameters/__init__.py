"""Every number that can change a result, declared once.

A declaration says what the number means, in which unit, within which limits, over which range it is
plausible, and where it comes from. The scenario reader, the JSON Schema, the tables in the
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

from seci_sim.parameters.classics import Fang, March, Miller
from seci_sim.parameters.declaring import HOURS_A_WEEK, RESULTS, SHARES, WEEKS_A_YEAR, Section
from seci_sim.parameters.learning import Learning
from seci_sim.parameters.policy import Policy
from seci_sim.parameters.projects import Projects
from seci_sim.parameters.service import ASSUMED_BANDS, Band, Service
from seci_sim.parameters.world import World

__all__ = [
    "ASSUMED_BANDS",
    "CLASSICS",
    "HOURS_A_WEEK",
    "MODELS",
    "RESULTS",
    "SECI",
    "SECTIONS",
    "SHARES",
    "WEEKS_A_YEAR",
    "Band",
    "Declaration",
    "Fang",
    "Learning",
    "March",
    "Miller",
    "Policy",
    "Projects",
    "Section",
    "Service",
    "World",
    "declarations",
    "sections_of",
]

SECTIONS: dict[str, type[Section]] = {
    "world": World,
    "learning": Learning,
    "projects": Projects,
    "service": Service,
    "policy": Policy,
}
"""The organisation's groups of parameters, under the names that scenario files use."""

CLASSICS: dict[str, type[Section]] = {"march": March, "miller": Miller, "fang": Fang}
"""The parameters of the published models, one group each."""

SECI: Final = "seci"
MODELS: dict[str, tuple[str, ...]] = {
    SECI: tuple(SECTIONS),
    "march-1991": ("march",),
    "miller-2006": ("miller",),
    "fang-2010": ("fang",),
}
"""What a scenario may run, with its groups of parameters: the SECI organisation, or a published model."""


def sections_of(model: str) -> dict[str, type[Section]]:
    """The groups of parameters of one model.

    Examples
    --------
    >>> list(sections_of("march-1991"))
    ['march']
    """
    every = SECTIONS | CLASSICS
    return {name: every[name] for name in MODELS[model]}


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
    meaning: str
    source: str


def declarations(model: str = SECI) -> Iterator[Declaration]:
    """Every declared parameter of one model, section by section.

    Examples
    --------
    >>> {d.name: d.unit for d in declarations()}["policy.patient_time"]
    'share'
    >>> next(d.default for d in declarations("fang-2010") if d.name == "fang.people")
    280
    """
    for section, fields in sections_of(model).items():
        for name, field in fields.model_fields.items():
            extra = field.json_schema_extra
            assert isinstance(extra, dict)
            limits = {type(m).__name__: m for m in field.metadata}
            allowed = (limits["Ge"].ge, limits["Le"].le) if "Ge" in limits else None
            plausible: Any = extra.get("plausible")
            yield Declaration(
                name=f"{section}.{name}",
                default=field.get_default(call_default_factory=True),
                unit=str(extra.get("unit", "table")),
                allowed=allowed,
                plausible=tuple(plausible) if plausible else None,
                meaning=field.description or "",
                source=str(extra["source"]),
            )
