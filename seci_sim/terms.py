"""What settings, policy and presence come to, worked out when they change and read every week."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from seci_sim import knowledge, lasting, luck, service, world
from seci_sim.firm import Firm
from seci_sim.knowledge import Array
from seci_sim.parameters import HOURS_A_WEEK, Policy
from seci_sim.scenario import Scenario
from seci_sim.world import Truth


@dataclass(frozen=True)
class Terms:
    """What policy and presence come to, worked out when either changes."""

    policy: Policy
    """The policy in force, its hours on the grid on which they are booked."""
    visits: float
    """Mean visits to patients a week and head."""
    shows: float
    """Chance that a need shows in one visit."""
    leaving: Array
    """(units,) float64: chance of leaving in a week."""
    tie_across: float
    """Strength of the tie between colleagues of different units."""
    rotating: float
    """Chance of changing places with somebody of another unit in a week."""
    communities: Array
    """(communities, seats) int64: rows of the members; none where communities do not meet."""
    mistaken: Array
    """(markets, needs) bool: what simulated patients show the wrong way round; none without them."""
    shows_in_simulation: float
    """Chance that a need shows in one session with a simulated patient."""
    project_means: Array
    """(markets,) float64: mean projects a week."""
    workshop_guests: Array
    """(markets, 3) int64: patients, local and global partners who come to workshops."""
    panel: Array
    """(markets, 3) int64: those who come to justify."""
    market_open: Array
    """(markets,) bool."""
    headcount: Array
    """(units,) int64."""
    eligible: Array
    """(markets,) int64: patients a week for whom treatment is right."""
    supported: Array
    """(markets,) bool: whether a local partner supports patients."""
    starting: Array
    """(markets, bands, bands) float64: chance of starting treatment, by true and assessed band."""
    assessment: Array
    """(markets, bands, bands) float64: chance of being assessed into a band, by true band."""
    shares_paid: Array
    """(bands,) float64: share of the price that patients assessed into a band pay."""
    setup_weeks: Array
    """(markets,) float64: weeks of set-up before a pilot."""
    gathered: dict[Any, tuple[Any, ...]] = field(default_factory=dict, compare=False, repr=False)
    """Arguments of rules, which stay while these terms do; see `seci_sim.week.gathered_once`."""

    def __getstate__(self) -> dict[str, Any]:
        """What a copy takes along: it gathers its own arguments, from arrays of its own."""
        return self.__dict__ | {"gathered": {}}


@dataclass(frozen=True)
class Constants:
    """What a scenario's settings come to, whatever the policy."""

    drift: Array
    """(markets,) float64: chance of a need to turn round in a week."""
    fading: float
    """Share of unused tacit knowledge that is left after a week."""
    vote_weights: tuple[float, float, float, float]
    """Votes of the proposal, a patient, a local and a global partner."""
    households: Array
    """(markets, bands) float64: share of each band."""
    prices: Array
    """(markets,) float64: price of a course of treatment."""
    income_levels: Array
    """(markets,) float64: what a household earns, in incomes of its band."""
    class_sizes: Array
    """(3,) int64: how many needs are expressed, latent and systemic."""


def terms_of(
    policy: Policy, firm: Firm, settings: Scenario, constants: Constants, truth: Truth, seed: int
) -> Terms:
    """What a policy comes to with the units and partners who are there."""
    policy, rules = knowledge.on_ticks(policy), settings.service
    yearly = [policy.turnover if u.turnover is None else u.turnover for u in firm.units]
    learning = settings.learning
    accuracies = (rules.assessment_without_agency, rules.assessment_with_agency)
    tables = [service.chances_of_assessment(len(rules.bands), a) for a in accuracies]
    panel = firm.guests(
        policy.justification_patients,
        policy.justification_local_partners,
        policy.justification_global_partners,
    )
    agency = policy.financial_agency & (firm.partners_of("financial agency") > 0)
    return Terms(
        policy=policy,
        visits=policy.patient_time * HOURS_A_WEEK / policy.visit_hours,
        shows=_shows(learning.showing, policy.visit_hours),
        leaving=np.array([world.weekly_chance(y * (1.0 - policy.retention)) for y in yearly]),
        tie_across=learning.tie_across
        + policy.second_line * (learning.tie_within - learning.tie_across),
        rotating=world.weekly_chance(policy.rotation),
        communities=(
            lasting.communities(firm.staff, policy.community_people, seed)
            if policy.community_hours > 0
            else np.zeros((0, 0), np.int64)
        ),
        mistaken=(
            lasting.misleading(truth, learning.simulation_truth, seed)
            if policy.simulation_hours > 0
            else np.zeros((0, 0), np.bool_)
        ),
        shows_in_simulation=_shows(learning.showing, policy.simulation_hours),
        project_means=firm.project_means(policy.projects_per_head),
        workshop_guests=firm.guests(
            policy.dialogue_patients,
            policy.dialogue_local_partners,
            policy.dialogue_global_partners,
        ),
        panel=panel,
        market_open=firm.market_open,
        headcount=firm.headcount(),
        eligible=firm.eligible(rules) * firm.market_open,
        supported=firm.supported(),
        starting=service.chances_of_starting(
            rules, policy.shares_paid, constants.prices, constants.income_levels
        ),
        assessment=np.stack(tables)[agency.astype(int)],
        shares_paid=np.array([policy.shares_paid.get(b.name, 1.0) for b in rules.bands]),
        setup_weeks=np.where(
            panel[:, 2] > 0,
            float(settings.projects.setup_weeks_with_framework),
            float(settings.projects.setup_weeks),
        ),
    )


def _shows(showing: float, hours: float) -> float:
    """The chance that a need shows within some hours, from that within four; rounded to 2**-20."""
    return float(luck.rounded(1.0 - (1.0 - showing) ** (hours / 4.0)))


def changed_policy(policy: Policy, changes: dict[str, Any]) -> Policy:
    """A policy with some settings changed; shares paid are changed band by band.

    Examples
    --------
    >>> changed_policy(Policy(), {"patient_time": 0.02}).patient_time
    0.02
    """
    merged = policy.model_dump() | changes
    merged["shares_paid"] = policy.shares_paid | changes.get("shares_paid", {})
    return Policy.model_validate(merged)


def constants_of(settings: Scenario, firm: Firm) -> Constants:
    """Work out what settings come to in a week."""
    rules = settings.projects
    return Constants(
        drift=np.full(len(firm.market_names), world.weekly_chance(settings.world.drift)),
        fading=0.5 ** (1.0 / settings.learning.tacit_half_life),
        vote_weights=(
            float(rules.proposal_weight),
            float(rules.patient_weight),
            float(rules.local_partner_weight),
            float(rules.global_partner_weight),
        ),
        households=firm.households(settings.service),
        prices=firm.prices(settings.service),
        income_levels=firm.income_levels(),
        class_sizes=np.array(world.class_sizes(settings.world)),
    )


def most_seats(settings: Scenario) -> tuple[int, int]:
    """Most seats a group and a pilot can have under any policy of the timeline."""
    policies = [settings.policy]
    for change in settings.timeline:
        policies.append(changed_policy(policies[-1], change.policy))
    local = max(policy.workshop_staff for policy in policies)
    office = max(policy.workshop_headquarters for policy in policies)
    others = max(policy.workshop_other_market for policy in policies)
    return local + office + others, settings.projects.pilot_staff
