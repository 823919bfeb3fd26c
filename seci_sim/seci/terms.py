"""What settings, policy and presence come to, worked out when they change and read every week."""

from __future__ import annotations

from typing import Any

import numpy as np

from seci_sim.engine import luck
from seci_sim.parameters import HOURS_A_WEEK, Policy
from seci_sim.scenario import Scenario
from seci_sim.seci import lasting, service, world
from seci_sim.seci.combination import Planning
from seci_sim.seci.externalization import Workshops, entries_of_a_workshop
from seci_sim.seci.firm import Firm
from seci_sim.seci.initiative import Initiative
from seci_sim.seci.internalization import Pilots, Practice
from seci_sim.seci.knowledge import whole_ticks
from seci_sim.seci.lapsing import Lapse
from seci_sim.seci.merger import Merged
from seci_sim.seci.pace import new_pace
from seci_sim.seci.reading import Reading
from seci_sim.seci.service import Care
from seci_sim.seci.simulated_patients import Simulation
from seci_sim.seci.socialization import Meetings, Visits
from seci_sim.seci.turnover import Turnover
from seci_sim.seci.week import Terms
from seci_sim.seci.world import Truth


def terms_of(
    policy: Policy, firm: Firm, settings: Scenario, truth: Truth, merged: Merged, seed: int
) -> Terms:
    """What a policy, its hours on the grid on which they are booked, comes to with who is there."""
    return Terms(
        turnover=_turnover(policy, firm, settings),
        lasting=lasting.in_what_people_differ(policy, settings.learning),
        visits=_visits(policy, settings, truth),
        meetings=_meetings(policy, firm, settings, merged, seed),
        initiative=Initiative(
            share=policy.initiative,
            total=policy.initiative_total,
            unsure=settings.learning.unsure_below,
        ),
        workshops=_workshops(policy, firm, settings),
        planning=_planning(policy, firm, settings),
        reading=Reading(
            chance=min(1.0, policy.reading_hours),
            window=settings.projects.reading_window,
            success=policy.search_success,
            legibility=settings.learning.legibility,
        ),
        practice=_practice(policy, settings),
        pilots=_pilots(policy, settings),
        simulation=_simulation(policy, settings, truth, seed),
        pace=new_pace(settings.learning),
        lapse=Lapse(yearly=settings.projects.lapse, by_turnover=settings.projects.lapse_turnover),
        care=_care(policy, firm, settings),
    )


def _turnover(policy: Policy, firm: Firm, settings: Scenario) -> Turnover:
    """How needs, staff and knowledge come and go."""
    yearly = [policy.turnover if u.turnover is None else u.turnover for u in firm.units]
    return Turnover(
        drift=np.full(len(firm.market_names), world.weekly_chance(settings.world.drift)),
        leaving=np.array([world.weekly_chance(y * (1.0 - policy.retention)) for y in yearly]),
        spread=settings.learning.newcomer_spread,
        remaining=0.5 ** (1.0 / settings.learning.tacit_half_life),
        rotating=world.weekly_chance(policy.rotation),
        settling=whole_ticks(settings.learning.settling_hours),
    )


def _visits(policy: Policy, settings: Scenario, truth: Truth) -> Visits:
    """How much time goes to patients."""
    learning = settings.learning
    usual = _shows(learning.showing, policy.visit_hours)
    return Visits(
        take_place=policy.socialization,
        mean=policy.patient_time * HOURS_A_WEEK / policy.visit_hours,
        hours=policy.visit_hours,
        shows=luck.words_below(usual * world.exposure(truth, settings.world.specialisation)),
        accuracy=learning.observation_accuracy,
        rate=learning.patient_learning * _in_person(policy, settings),
        unsure=learning.unsure_below,
        at_work=learning.ambient_contact / policy.visit_hours,
    )


def _in_person(policy: Policy, settings: Scenario) -> float:
    """What is left of tacit learning when some of it is done from afar."""
    return 1.0 - settings.learning.remote_loss * policy.remote_share


def _meetings(
    policy: Policy, firm: Firm, settings: Scenario, merged: Merged, seed: int
) -> Meetings:
    """How colleagues meet."""
    learning = settings.learning
    within, across = learning.tie_within, learning.tie_across
    nobody = np.zeros((0, 0), np.int64)
    meet = policy.community_hours > 0
    return Meetings(
        hours=policy.mentoring_hours,
        crossing=policy.cross_unit,
        mentors=policy.mentors,
        tie_within=within,
        tie_across=across + policy.second_line * (within - across),
        rate=learning.colleague_learning * _in_person(policy, settings),
        in_network=bool(settings.meetings),
        community_hours=policy.community_hours,
        tie_community=learning.tie_community,
        communities=lasting.communities(firm.staff, policy.community_people, seed)
        if meet
        else nobody,
        firm=merged.firm,
        joined=merged.joined,
        growing=merged.growing,
    )


def _workshops(policy: Policy, firm: Firm, settings: Scenario) -> Workshops:
    """How projects start, and what their groups do."""
    learning, rules = settings.learning, settings.projects
    hours = rules.combination_hours + rules.justification_hours
    return Workshops(
        takes_place=policy.externalization,
        hours=policy.workshop_hours,
        combination_hours=whole_ticks(hours * policy.combination),
        staff=policy.workshop_staff,
        headquarters=policy.workshop_headquarters,
        others=policy.workshop_other_market,
        entries=entries_of_a_workshop(rules.concept_entries, policy.workshop_hours),
        pooled=_in_person(policy, settings),
        sayability=learning.sayability,
        unsure=learning.unsure_below,
        reading_voice=learning.reading_voice,
        accuracy=rules.partner_accuracy,
        starting=firm.project_means(policy.projects_per_head),
        guests=firm.guests(
            policy.dialogue_patients,
            policy.dialogue_local_partners,
            policy.dialogue_global_partners,
        ),
        market_rows=firm.market_rows,
        office_rows=firm.office_rows,
    )


def _planning(policy: Policy, firm: Firm, settings: Scenario) -> Planning:
    """How concepts become plans."""
    rules = settings.projects
    panel = firm.guests(
        policy.justification_patients,
        policy.justification_local_partners,
        policy.justification_global_partners,
    )
    weights = (
        rules.proposal_weight,
        rules.patient_weight,
        rules.local_partner_weight,
        rules.global_partner_weight,
    )
    return Planning(
        takes_place=policy.combination,
        window=rules.search_window,
        success=policy.search_success,
        legibility=settings.learning.legibility,
        reuse=rules.reuse,
        synthesis=rules.synthesis,
        weights=np.array(weights, float),
        speaks=rules.patient_speaks,
        recognition=rules.latent_recognition,
        accuracy=rules.partner_accuracy,
        pilot_staff=rules.pilot_staff,
        setup_per_new_entry=rules.setup_per_new_entry,
        setup_weeks=np.where(
            panel[:, 2] > 0, float(rules.setup_weeks_with_framework), float(rules.setup_weeks)
        ),
        panel=panel,
        market_rows=firm.market_rows,
    )


def _practice(policy: Policy, settings: Scenario) -> Practice:
    """What everybody practises, and notices."""
    learning = settings.learning
    return Practice(
        takes_place=policy.internalization,
        training_hours=policy.training_hours,
        rate=learning.practice_learning,
        routine_hours=whole_ticks(settings.projects.routine_hours),
        by_the_way=learning.on_the_job,
        routine_rate=learning.practice_learning * learning.routine_practice,
        noticing=learning.noticing,
        noticing_step=learning.noticing_step,
        reading_use=learning.reading_use,
    )


def _pilots(policy: Policy, settings: Scenario) -> Pilots:
    """How plans are practised, reviewed and become routine."""
    rules = settings.projects
    return Pilots(
        takes_place=policy.internalization,
        hours=policy.pilot_hours,
        capacity=rules.pilot_capacity,
        rate=settings.learning.practice_learning,
        weeks=rules.pilot_weeks,
        review_share=policy.review_share,
        review_hours=whole_ticks(rules.review_hours),
        review_patients=rules.review_patients,
        review_accuracy=rules.review_accuracy,
        review_margin=rules.review_margin,
        review_learning=settings.learning.review_learning,
        documentation_share=policy.documentation_share,
    )


def _simulation(policy: Policy, settings: Scenario, truth: Truth, seed: int) -> Simulation:
    """How people practise with simulated patients."""
    learning, hours = settings.learning, policy.simulation_hours
    nothing = np.zeros((0, 0), np.bool_)
    return Simulation(
        hours=hours,
        shows=_shows(learning.showing, hours),
        accuracy=learning.observation_accuracy,
        rate=learning.patient_learning,
        mistaken=lasting.misleading(truth, learning.simulation_truth, seed)
        if hours > 0
        else nothing,
    )


def _care(policy: Policy, firm: Firm, settings: Scenario) -> Care:
    """What makes routines and skill into care, and who has access to it."""
    rules = settings.service
    accuracies = (rules.assessment_without_agency, rules.assessment_with_agency)
    tables = [service.chances_of_assessment(len(rules.bands), a) for a in accuracies]
    agency = policy.financial_agency & (firm.partners_of("financial agency") > 0)
    prices = firm.prices(rules)
    return Care(
        unit_market=firm.unit_market,
        headcount=firm.headcount(),
        market_open=firm.market_open,
        class_sizes=np.array(world.class_sizes(settings.world)),
        skill_base=rules.skill_base,
        skill_gain=rules.skill_gain,
        watchfulness=rules.watchfulness,
        launch_plans=rules.launch_plans,
        adherence_base=rules.adherence_base,
        adherence_gain=rules.adherence_gain,
        support=rules.support_gain * firm.supported(),
        eligible=firm.eligible(rules) * firm.market_open,
        households=firm.households(rules),
        assessment=np.stack(tables)[agency.astype(int)],
        starting=service.chances_of_starting(
            rules, policy.shares_paid, prices, firm.income_levels()
        ),
        prices=prices,
        shares_paid=np.array([float(policy.shares_paid.get(b.name, 1.0)) for b in rules.bands]),
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


def most_seats(settings: Scenario) -> tuple[int, int]:
    """Most seats a group and a pilot can have under any policy of the timeline, or of a trial."""
    policies = [settings.policy]
    for change in settings.timeline:
        policies.append(changed_policy(policies[-1], change.policy))
    if settings.trial is not None:
        policies += [changed_policy(policy, settings.trial.policy) for policy in policies]
    local = max(policy.workshop_staff for policy in policies)
    office = max(policy.workshop_headquarters for policy in policies)
    others = max(policy.workshop_other_market for policy in policies)
    return local + office + others, settings.projects.pilot_staff
