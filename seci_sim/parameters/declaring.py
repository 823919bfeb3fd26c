"""How a number is declared."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

SHARES = frozenset({"share", "share a year", "chance", "chance a week"})
"""Units in which people write percentages."""

HOURS_A_WEEK = 40.0
"""The working week. Fixed, because every process is priced against it."""

WEEKS_A_YEAR = 52

RESULTS = 1
"""Which results a scenario and a seed have: raised when golden runs move or a default changes."""


class Section(BaseModel):
    """A group of parameters: unknown names, wrong types and values out of range are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def parameter(
    default: Any,
    unit: str,
    allowed: tuple[float, float],
    plausible: tuple[float, float],
    meaning: str,
    source: str,
) -> Any:
    """Declare one number; see the module's docstring for what each part is for."""
    return Field(
        default,
        ge=allowed[0],
        le=allowed[1],
        description=meaning,
        json_schema_extra={"unit": unit, "plausible": list(plausible), "source": source},
    )


def switch(default: bool, meaning: str, source: str) -> Any:
    """Declare something that is on or off."""
    return Field(
        default, description=meaning, json_schema_extra={"unit": "yes or no", "source": source}
    )
