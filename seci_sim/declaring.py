"""How numbers, outcomes and models are declared: nothing heavy is imported, so that files can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

SHARES = frozenset({"share", "share a year", "chance", "chance a week"})
"""Units in which people write percentages."""

HOURS_A_WEEK = 40.0
"""The working week. Fixed, because every process is priced against it."""

WEEKS_A_YEAR = 52

RESULTS = 2
"""Which results a scenario and a seed have: raised when golden runs move or a default changes."""


class Section(BaseModel):
    """A group of parameters: unknown names, wrong types and values out of range are refused.

    What a field means stands below it, as a docstring of one line, from which tables and files are written.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )
    kinds: ClassVar[Mapping[str, type[Section]]] = {}
    """Sections of which one stands for this one, by the word in its field ``kind``."""


Role = Literal["lever", "fact", "rule", "world"]
"""What a parameter is to a firm.

A *lever* is what it decides; a *fact* what it can look up in its own books, or count; a number of a
*rule* says how people learn, agree or respond, which only research could tell; and the *world* is what
patients, markets and partners are like.
"""


def parameter(
    default: Any,
    unit: str,
    allowed: tuple[float, float],
    plausible: tuple[float, float],
    role: Role,
    source: str,
    meaning: str | None = None,
    *,
    off: bool = False,
) -> Any:
    """Declare one number; `seci_sim.parameters` says what each part is for.

    Its meaning stands below the field, or here for one that several models share. With `off`, the
    default switches a rule off: that is an assumption, too, and doubted as any other.
    """
    return Field(
        default,
        ge=allowed[0],
        le=allowed[1],
        description=meaning,
        json_schema_extra={
            "unit": unit,
            "plausible": list(plausible),
            "role": role,
            "source": source,
            "off": off,
        },
    )


def switch(default: bool, role: Role, source: str) -> Any:
    """Declare something that is on or off."""
    return Field(default, json_schema_extra={"unit": "yes or no", "role": role, "source": source})


Kind = Literal["level", "flow", "end", "trial"]
Whole = Literal["mean", "sum", "own"]


@dataclass(frozen=True)
class Measure:
    """One column of a table of results."""

    name: str
    unit: str
    kind: Kind
    """A *level* is averaged over weeks, a *flow* added up; an *end* counts as it is when a run ends, and
    of a *trial* the weeks that the name says."""
    meaning: str
    whole: Whole = "own"
    """How the whole comes from the markets of a SECI organisation: their mean, their sum, or a rule."""


PERIODS = Measure(
    "periods_to_equilibrium",
    "periods",
    "end",
    "Periods until nothing could change any more; empty where that was not reached.",
)
"""What a run of every published model comes to, beside its own measures."""


@dataclass(frozen=True)
class Model:
    """What a scenario may run: the SECI organisation, or a published model."""

    name: str
    """As scenario files write it, such as ``march-1991``."""
    sections: Mapping[str, type[Section]]
    """Its groups of parameters, under the names that scenario files use."""
    period: str = "period"
    """What one step of it is called."""
    lists: tuple[str, ...] = ()
    """Parts of a scenario besides parameters that it understands, such as ``units``."""
    paper: str = ""
    """Authors and year of a published model."""
    measures: tuple[Measure, ...] = ()
    """Columns of a published model's table, in order; the first is its outcome."""
    rules: str = ""
    """Module of a published model's rules. It is imported when the model is first run, since it is
    compiled; its ``run(parameters, seed, rows)`` fills in rows of measures and returns how many, and
    whether they end at an equilibrium."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Whatever it understands of a scenario: groups of parameters, then lists."""
        return (*self.sections, *self.lists)

    @property
    def outcomes(self) -> dict[str, Measure]:
        """All that one run of a published model comes to, by name."""
        return {measure.name: measure for measure in (*self.measures, PERIODS) if self.measures}
