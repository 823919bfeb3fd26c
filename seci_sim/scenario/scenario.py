"""A scenario: one organisation and one question about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from pydantic import Field, field_validator, model_validator

from seci_sim.parameters import Learning, Policy, Projects, Section, Service, World
from seci_sim.scenario import checks
from seci_sim.scenario.meetings import MOST_MISTAKES
from seci_sim.scenario.parts import (
    DEFAULT_UNITS,
    HEADQUARTERS,
    LONGEST_HORIZON,
    Change,
    Meeting,
    Name,
    Prose,
    Sentence,
    Source,
    Stakeholder,
    Unit,
    default_stakeholders,
    markets_of,
)
from seci_sim.scenario.validation import Problem, refuse


class Scenario(Section):
    """One organisation and one question about it; everything a run depends on but its seed."""

    name: Name = Field(description="What reports call the scenario.")
    question: Sentence = Field(description="The question that the scenario is to answer.")
    notes: Prose = Field("", description="What a reader should know: sources, what is invented.")
    horizon: int = Field(
        208,
        ge=1,
        le=LONGEST_HORIZON,
        description="Length of a run.",
        json_schema_extra={"unit": "weeks"},
    )
    world: World = Field(World(), description="What patients need, and how it changes.")
    learning: Learning = Field(Learning(), description="How people learn, forget and speak.")
    projects: Projects = Field(Projects(), description="How a concept becomes a routine.")
    service: Service = Field(Service(), description="How needs are met, and who is reached.")
    policy: Policy = Field(Policy(), description="What the firm decides.")
    units: tuple[Unit, ...] = Field(
        DEFAULT_UNITS, min_length=1, max_length=500, description="The parts of the organisation."
    )
    stakeholders: tuple[Stakeholder, ...] = Field(
        default_factory=lambda fields: default_stakeholders(fields.get("units", DEFAULT_UNITS)),
        max_length=2000,
        description="Who may be invited; without any, a local partner in every market "
        "and one global partner.",
    )
    timeline: tuple[Change, ...] = Field(
        (), max_length=1000, description="What changes in which week."
    )
    meetings: tuple[Meeting, ...] = Field(
        (),
        description="A CSV file of who meets whom, with the columns unit, employee, "
        "colleague_unit, colleague, hours; employees count from 1 in their unit.",
    )
    sources: tuple[Source, ...] = Field(
        (), exclude=True, description="Every file that the scenario was read from."
    )

    @field_validator("timeline")
    @classmethod
    def _in_order(cls, timeline: tuple[Change, ...]) -> tuple[Change, ...]:
        return tuple(sorted(timeline, key=lambda change: change.week))

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Scenario:
        refuse(self._misfits())
        return self

    def _misfits(self) -> Iterator[Problem]:
        bands, policy = self.service.bands, self.policy
        for group, names in (
            ("units", [unit.name for unit in self.units]),
            ("stakeholders", [stakeholder.name for stakeholder in self.stakeholders]),
        ):
            yield from checks.check_names((group,), names)
        yield from checks.check_names(("service", "bands"), [band.name for band in bands])
        yield from checks.check_units(self.units)
        yield from checks.check_stakeholders(self.stakeholders, self.markets)
        yield from checks.check_bands(bands, policy)
        written = {name: getattr(policy, name) for name in policy.model_fields_set}
        yield from checks.check_invitations(("policy",), written, self.stakeholders)
        yield from checks.check_timeline(self.timeline, self.horizon, self.units, self.stakeholders)
        for place, change in enumerate(self.timeline):
            path = ("timeline", place, "policy")
            yield from checks.check_invitations(path, change.policy, self.stakeholders)
            shares = change.policy.get("shares_paid", {})
            yield from checks.check_shares_paid((*path, "shares_paid"), shares, bands)
        yield from islice(checks.check_meetings(self.meetings, self.units), MOST_MISTAKES)

    @property
    def markets(self) -> tuple[str, ...]:
        """Markets in the order in which units name them."""
        return markets_of(self.units)

    def market_of(self, unit: Unit) -> str:
        """Market whose patients a unit's staff visit."""
        return unit.market or unit.lives_in or self.markets[0]

    def headquarters_of(self, unit: Unit) -> str | None:
        """Headquarters whose staff join an affiliate's projects, if there is one."""
        first = next((other.name for other in self.units if other.kind in HEADQUARTERS), None)
        return unit.reports_to or first

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all that a run depends on, wherever it was read from."""
        fields = self.model_dump(mode="json")
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()
