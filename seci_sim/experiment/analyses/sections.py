"""What an experiment file may ask to be made of its table."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from seci_sim.parameters import Section
from seci_sim.scenario.validation import Problem, refuse

NEEDS: dict[str, tuple[str, ...]] = {
    "comparison": (),
    "dose-response": ("outcome", "factor"),
    "tornado": ("outcome",),
    "morris": ("outcome",),
    "sobol-indices": ("outcome",),
    "search": (),
    "discovery": ("outcome", "policy"),
}
"""What each kind cannot do without."""

MAY: dict[str, tuple[str, ...]] = {
    "comparison": ("outcome",),
    "dose-response": ("by",),
    "discovery": ("at_least",),
    "search": ("higher", "lower", "generations", "population", "fresh"),
}
"""What each kind understands beside that."""


SAMPLES: dict[str, str] = {
    "tornado": "one at a time",
    "morris": "morris",
    "sobol-indices": "saltelli",
}
"""How ranges must be sampled for those that need a design of their own."""


class Analysis(Section):
    """Something that is made of an experiment's table."""

    kind: Literal[
        "comparison", "dose-response", "tornado", "morris", "sobol-indices", "search", "discovery"
    ] = Field(description="What is made of the table.")
    outcome: str | None = Field(
        None, description="The outcome that it is about; a comparison is about all of them."
    )
    factor: str | None = Field(None, description="The parameter that a dose-response follows.")
    by: Literal["policy", "scenario"] | None = Field(
        None, description="What the curves of a dose-response are drawn for."
    )
    policy: str | None = Field(
        None, description="The policy, or scenario, whose failures a discovery looks for."
    )
    at_least: float = Field(
        0.0,
        description="The change from the first policy below which a policy fails; for outcomes "
        "that are shares.",
        json_schema_extra={"unit": "share"},
    )
    higher: tuple[str, ...] = Field(
        ("needs_met",), max_length=3, description="Outcomes that a search tries to raise."
    )
    lower: tuple[str, ...] = Field(
        ("needs_mis_served", "hours_a_head_and_year"),
        max_length=3,
        description="Outcomes that a search tries to lower.",
    )
    generations: int = Field(12, ge=1, le=1000, description="Generations of a search.")
    population: int = Field(16, ge=4, le=1000, description="Policies in each generation.")
    fresh: int = Field(
        20, ge=2, le=10_000, description="Runs of each policy on the front, on fresh seeds."
    )

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Analysis:
        own = {"kind", *NEEDS[self.kind], *MAY.get(self.kind, ())}
        missing = [name for name in NEEDS[self.kind] if getattr(self, name) is None]
        refuse(
            [
                *(Problem((name,), f"is missing for {self.kind}") for name in missing),
                *(
                    Problem((name,), f"is not for {self.kind}")
                    for name in sorted(self.model_fields_set - own)
                ),
            ]
        )
        return self
