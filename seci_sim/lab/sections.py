"""Parts of an experiment: policies to compare, how ranges are sampled, when it has run enough."""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from seci_sim.parameters import Policy, Section
from seci_sim.scenario.problems import shown
from seci_sim.scenario.units import Name
from seci_sim.scenario.validation import Problem, fields_of, refuse

MOST_CELLS = 1_000_000

ONE_AT_A_TIME = "one at a time"
"""The design of a tornado."""

GIVEN, AGREEING = TABLES = "given", "agreeing"
"""The points of a table of worlds, somebody's own or that of the package: a design holds them row by row."""


class PolicyChoice(Section):
    """A policy that is compared with others: settings that belong together."""

    name: Name
    """What tables call the policy."""
    policy: dict[str, Any] = Field(default_factory=dict, json_schema_extra={"section": "policy"})
    """Settings of the policy; where silent, those of the scenario."""

    @field_validator("policy")
    @classmethod
    def _is_a_policy(cls, policy: dict[str, Any]) -> dict[str, Any]:
        return fields_of(Policy, policy)


class OwnOutcome(Section):
    """An outcome that a program adds: a function of the model at the end of its run."""

    name: str = Field(description="Name of its column.")
    meaning: str = Field(description="What it is: the first line of the function's docstring.")
    text: str = Field(description="The function, as it is written.")
    function: str = Field("", description="Where it is found: module and name.")
    parts: dict[str, str] = Field({}, description="What it and all that it calls do.")


class OwnModel(Section):
    """The model that a program runs instead of ours."""

    name: str = Field(description="Where it is found: module and name.")
    parts: dict[str, str] = Field({}, description="What its class and all that it calls do.")


class Sample(Section):
    """How factors that have ranges are sampled, all together."""

    method: Literal[
        "latin hypercube", "sobol", "morris", "saltelli", "one at a time", "given", "agreeing"
    ]
    """Latin hypercube and Sobol points fill the space; Morris's trajectories and Saltelli's points are what two kinds of sensitivity analysis need, one at a time is what a tornado does: the scenario as it is, then each factor at either end of its range; given are the rows of a table of worlds, agreeing those of the table of worlds that agree with published findings."""
    points: int | None = Field(None, ge=2, le=MOST_CELLS)
    """Points; for Morris the number of trajectories, for Saltelli the base sample; none for one at a time."""

    @model_validator(mode="after")
    def _points_are_given_where_they_are_chosen(self) -> Sample:
        if self.method == ONE_AT_A_TIME and self.points is not None:
            refuse([Problem(("points",), "follows from the factors when they move one at a time")])
        if self.method != ONE_AT_A_TIME and self.points is None:
            refuse([Problem(("points",), f"is missing for {self.method}")])
        return self

    @model_validator(mode="after")
    def _sobol_points_come_in_powers_of_two(self) -> Sample:
        if self.points and self.method in ("sobol", "saltelli") and self.points & (self.points - 1):
            near = 2 ** round(math.log2(self.points))
            what = f"{self.method} points come in powers of 2; the nearest is {near}"
            refuse([Problem(("points",), what, got=shown(self.points))])
        return self

    def size(self, factors: int) -> int:
        """Number of points for so many factors."""
        if self.points is None:
            return 2 * factors + 1
        if self.method == "morris":
            return self.points * (factors + 1)
        return self.points * (factors + 2) if self.method == "saltelli" else self.points


class Until(Section):
    """When the replications of a cell are enough."""

    outcome: str
    """The outcome whose paired difference is looked at."""
    half_width: float = Field(gt=0)
    """Half the width that its 95% interval may have, in the outcome's unit."""
    at_most: int = Field(ge=2, le=1_000_000)
    """Replications after which a cell stops."""
