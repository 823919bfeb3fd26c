"""A scenario: one organisation and one question about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from seci_sim.classics import PUBLISHED
from seci_sim.declaring import Model
from seci_sim.parameters import (
    MODELS,
    RESULTS,
    SECI,
    Competition,
    Learning,
    Policy,
    Projects,
    Section,
    Service,
    World,
)
from seci_sim.scenario import checks, money
from seci_sim.scenario.money import Money, Weigh
from seci_sim.scenario.problems import MOST_MISTAKES
from seci_sim.scenario.rivals import Rival, check_rivals
from seci_sim.scenario.trial import Trial, check_trial
from seci_sim.scenario.units import (
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
from seci_sim.scenario.validation import FieldPath, Problem, refuse

if TYPE_CHECKING:
    ModelName = str
else:
    ModelName = Literal[tuple(MODELS)]


def _groups_of(models: Iterable[Model]) -> dict[str, Any]:
    """The fields of a scenario that hold the parameters of published models."""
    return {
        group: Field(section(), description=f"{model.paper}.")
        for model in models
        for group, section in model.sections.items()
    }


class Scenario(Section):
    """One organisation and one question about it; everything a run depends on but its seed.

    A scenario of a published model has that model's parameters, and none of the SECI organisation's.
    """

    name: Name
    """What reports call the scenario."""
    question: Sentence
    """The question that the scenario is to answer."""
    notes: Prose = ""
    """What a reader should know: sources, what is invented."""
    model: ModelName = SECI
    """The SECI organisation, or a published model of organisational learning."""
    horizon: int = Field(208, ge=1, le=LONGEST_HORIZON, json_schema_extra={"unit": "weeks"})
    """Length of a run; a published model runs for so many periods at most, and ends at its equilibrium."""
    world: World = World()
    """What patients need, and how it changes."""
    learning: Learning = Learning()
    """How people learn, forget and speak."""
    projects: Projects = Projects()
    """How a concept becomes a routine."""
    service: Service = Service()
    """How needs are met, and who is reached."""
    policy: Policy = Policy()
    """What the firm decides."""
    competition: Competition = Competition()
    """How patients choose between this firm and its rivals, and how documents leak."""
    # A group of parameters for each published model, named and described where it is declared.
    __annotations__ |= {group: kind for one in PUBLISHED for group, kind in one.sections.items()}
    vars().update(_groups_of(PUBLISHED))
    units: tuple[Unit, ...] = Field(
        default_factory=lambda fields: DEFAULT_UNITS if fields.get("model") == SECI else (),
        min_length=1,
        max_length=500,
    )
    """The parts of the organisation."""
    stakeholders: tuple[Stakeholder, ...] = Field(
        default_factory=lambda fields: default_stakeholders(fields.get("units", ())),
        max_length=2000,
    )
    """Who may be invited; without any, a local partner in every market and one global partner."""
    timeline: tuple[Change, ...] = Field((), max_length=1000)
    """What changes in which week."""
    trial: Trial | None = None
    """A trial inside the firm: a random share gets another policy for some weeks."""
    rivals: tuple[Rival, ...] = Field((), max_length=10)
    """Other firms that serve the same markets, and in what they differ from this one."""
    money: Money | None = None
    """What hours cost and patients are worth, for results in money."""
    weigh: Weigh | None = None
    """What one thing counts beside another, for results that are weighed."""
    meetings: tuple[Meeting, ...] = ()
    """A CSV file of who meets whom, with the columns unit, employee, colleague_unit, colleague, hours; employees count from 1 in their unit."""
    sources: tuple[Source, ...] = Field((), exclude=True)
    """Every file that the scenario was read from."""

    @field_validator("timeline")
    @classmethod
    def _in_order(cls, timeline: tuple[Change, ...]) -> tuple[Change, ...]:
        return tuple(sorted(timeline, key=lambda change: change.week))

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Scenario:
        refuse(self._misfits())
        return self

    @model_serializer(mode="wrap")
    def _own_parts(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A scenario without the parameters of other models, which it could not be read with."""
        foreign = checks.foreign_to(self.model)
        return {name: value for name, value in whole(self).items() if name not in foreign}

    def _misfits(self) -> Iterator[Problem]:
        yield from checks.check_model(self.model, self.model_fields_set)
        yield from money.check_money(self.money, self.weigh, self.model, self.units)
        if not self.units:
            return
        bands = self.service.bands
        yield from checks.check_names(("units",), [unit.name for unit in self.units])
        yield from checks.check_names(("stakeholders",), [one.name for one in self.stakeholders])
        yield from checks.check_names(("service", "bands"), [band.name for band in bands])
        yield from checks.check_units(self.units)
        yield from checks.check_named("stakeholders", self.stakeholders, market=self.markets)
        yield from checks.check_bands(bands)
        yield from checks.check_households(self.units, bands)
        yield from checks.check_timeline(
            self.timeline, self.horizon, self.units, self.stakeholders, self.rival_names
        )
        yield from check_rivals(self.rivals, self.competition, self.timeline, self.units)
        yield from check_trial(self.trial, self.horizon)
        written = {name: getattr(self.policy, name) for name in self.policy.model_fields_set}
        changed: dict[FieldPath, Any] = {
            (group, place, "policy"): one.policy
            for group in ("timeline", "rivals")
            for place, one in enumerate(getattr(self, group))
        }
        tried = {("trial", "policy"): self.trial.policy} if self.trial else {}
        for path, settings in ({("policy",): written} | changed | tried).items():
            yield from checks.check_invitations(path, settings, self.stakeholders)
            shares = settings.get("shares_paid", {})
            yield from checks.check_shares_paid((*path, "shares_paid"), shares, bands)
        yield from islice(checks.check_meetings(self.meetings, self.units), MOST_MISTAKES)

    @property
    def extent(self) -> str:
        """How much there is to run, in words."""
        if not self.units:
            return f"{self.model}, at most {self.horizon:,} periods"
        staff = sum(unit.staff for unit in self.units)
        markets = "1 market" if len(self.markets) == 1 else f"{len(self.markets)} markets"
        extent = f"{staff:,} staff, {markets}, {self.horizon} weeks"
        return f"{extent}, rivals: {len(self.rivals)}" if self.rivals else extent

    @property
    def parameters(self) -> Section:
        """The parameters of a published model."""
        (group,) = MODELS[self.model].sections
        found: Section = getattr(self, group)
        return found

    @property
    def markets(self) -> tuple[str, ...]:
        """Markets in the order in which units name them."""
        return markets_of(self.units)

    @property
    def other_firms(self) -> tuple[str, ...]:
        """Firms that join in a merger, in the order in which units name them."""
        return tuple(dict.fromkeys(unit.firm for unit in self.units if unit.firm is not None))

    @property
    def rival_names(self) -> tuple[str, ...]:
        """Firms that serve the same markets."""
        return tuple(rival.name for rival in self.rivals)

    def market_of(self, unit: Unit) -> str:
        """Market whose patients a unit's staff visit."""
        own = (other.market for other in self.units if other.firm == unit.firm and other.market)
        return unit.market or unit.lives_in or next(own, self.markets[0])

    def headquarters_of(self, unit: Unit) -> str | None:
        """Headquarters whose staff join an affiliate's projects, if there is one."""
        own = (other for other in self.units if other.firm == unit.firm)
        first = next((other.name for other in own if other.kind in HEADQUARTERS), None)
        return unit.reports_to or first

    @property
    def chosen(self) -> dict[str, Any]:
        """All that a run depends on where it is not the default, as JSON would hold it."""
        return self.model_dump(mode="json", exclude_defaults=True, exclude=set(money.ASIDE))

    @cached_property
    def fingerprint(self) -> str:
        """Hash of what was chosen, wherever it was read from, and of which results that has."""
        return hash_of(self.chosen)


def hash_of(chosen: Any) -> str:
    """SHA-256 of what was chosen, as JSON holds it, and of `RESULTS`.

    Defaults are left out, so that a new parameter whose default leaves results alone leaves the
    hash alone too; where a default changes, `RESULTS` does.
    """
    text = json.dumps([RESULTS, chosen], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
