"""A trial inside the firm: luck gives some people, pairs, units or markets another policy for some weeks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args

from pydantic import Field, field_validator, model_validator

from seci_sim.parameters import Policy, Section
from seci_sim.scenario.units import LONGEST_HORIZON, Name
from seci_sim.scenario.validation import Problem, fields_of, refuse

Among = Literal["people", "pairs", "units", "markets"]
TrialOutcome = Literal["needs_met", "skill", "knowing", "alignment", "hours"]
TRIAL_OUTCOMES: tuple[str, ...] = get_args(TrialOutcome)

ARMS = ("control", "treated")
"""Names of the arms, by number."""

OF_PEOPLE = (
    "patient_time",
    "visit_hours",
    "uptake",
    "mentoring_hours",
    "openness",
    "training_hours",
    "simulation_hours",
    "reading_hours",
)
"""What of a policy acts person by person."""

OF_UNITS = (*OF_PEOPLE, "mentors", "cross_unit", "turnover", "retention")
"""What acts unit by unit."""

OF_MARKETS = (
    *OF_UNITS,
    "projects_per_head",
    "workshop_staff",
    "workshop_headquarters",
    "workshop_other_market",
    "workshop_hours",
    "dialogue_patients",
    "dialogue_local_partners",
    "dialogue_global_partners",
    "justification_patients",
    "justification_local_partners",
    "justification_global_partners",
    "search_success",
    "review_share",
    "documentation_share",
)
"""What acts market by market: its projects, too."""

MAY_DIFFER: dict[str, tuple[str, ...]] = {
    "people": OF_PEOPLE,
    "pairs": OF_PEOPLE,
    "units": OF_UNITS,
    "markets": OF_MARKETS,
}
"""What of a policy may differ between those among whom luck draws."""


class Trial(Section):
    """A trial inside the firm: a random share gets another policy for some weeks.

    Eligible is whoever serves a market and is there in its first week. Who gets the other policy is the
    luck of the run; see `seci_sim.seci.trial`.
    """

    name: Name
    """What reports call the trial."""
    among: Among
    """Among what luck draws: people; pairs of colleagues of a unit, who meet each other for the hours that the other policy gives beyond the usual; units; or markets."""
    share: float = Field(0.5, ge=0, le=1, json_schema_extra={"unit": "share"})
    """Share of the eligible that gets the other policy."""
    __annotations__ |= {"from": int}  # a word of Python's
    vars()["from"] = Field(
        ge=2,
        le=LONGEST_HORIZON,
        json_schema_extra={"unit": "weeks"},
        description="First week of the other policy.",
    )
    to: int = Field(ge=2, le=LONGEST_HORIZON, json_schema_extra={"unit": "weeks"})
    """Last week of the other policy."""
    policy: dict[str, Any] = Field(json_schema_extra={"section": "policy"})
    """Settings of the policy that are other in the treated arm."""
    outcomes: tuple[TrialOutcome, ...] = Field(get_args(TrialOutcome), min_length=1, max_length=5)
    """What is measured of people: needs met by their own service, skill, share of needs known rightly, alignment, hours in the four modes."""
    before: int = Field(4, ge=1, le=520, json_schema_extra={"unit": "weeks"})
    """Weeks before it that people are measured, or as many as there are."""
    follow_up: int = Field(20, ge=0, le=LONGEST_HORIZON, json_schema_extra={"unit": "weeks"})
    """Weeks after it that people are measured, or as many as there are."""

    @property
    def first(self) -> int:
        """First week of the other policy."""
        first: int = getattr(self, "from")
        return first

    @property
    def last(self) -> int:
        """Last week of the other policy."""
        return self.to

    def weeks(self, horizon: int) -> range:
        """Weeks in which people are measured."""
        return range(max(1, self.first - self.before), min(horizon, self.last + self.follow_up) + 1)

    @field_validator("policy")
    @classmethod
    def _is_a_policy(cls, policy: dict[str, Any]) -> dict[str, Any]:
        return fields_of(Policy, policy)

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Trial:
        refuse(self._misfits())
        return self

    def _misfits(self) -> Iterator[Problem]:
        if not self.policy:
            yield Problem(("policy",), "changes nothing; give the treated arm another policy")
        may = MAY_DIFFER[self.among]
        for name in self.policy:
            if name not in may:
                what = f"cannot differ between {self.among}"
                yield Problem(("policy", name), what, ", ".join(may))
        if len(set(self.outcomes)) < len(self.outcomes):
            yield Problem(("outcomes",), "names the same thing twice")
        if self.last < self.first:
            yield Problem(("to",), f"comes before the first week, {self.first}", got=str(self.last))


def check_trial(trial: Trial | None, horizon: int) -> Iterator[Problem]:
    """A trial ends within the horizon."""
    if trial is not None and trial.last > horizon:
        what = "comes after the end of the run"
        yield Problem(("trial", "to"), what, f"{trial.first} to {horizon} weeks", str(trial.last))
