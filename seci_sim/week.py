"""One week: each process is called with the arrays of the organisation, and books its hours.

The rules stand in ``modes``, ``ba``, ``world``, ``knowledge`` and ``service``; here they get what
the policy, the stakeholders who are there and the calendar say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import numpy as np

from seci_sim import ba, knowledge, lasting, luck, merger, records, rotation, service
from seci_sim.knowledge import ENDED, Array
from seci_sim.modes import (
    combination,
    communities,
    externalization,
    internalization,
    simulation,
    socialization,
)
from seci_sim.organisation import Organisation, cut

Arguments = Callable[[Organisation], tuple[Any, ...]]


def gathered_once(gather: Arguments) -> Arguments:
    """Gather arguments of rules when policy or presence change, and not every week.

    They must last till then: settings, and arrays that rules write into. Neither the week nor a table
    that grows belongs among them.
    """

    @wraps(gather)
    def arguments(here: Organisation) -> tuple[Any, ...]:
        known = here.terms.gathered
        if gather not in known:
            known[gather] = gather(here)
        return known[gather]

    return arguments


def move_world(here: Organisation) -> None:
    """Needs turn round; staff leave, are replaced and change places; unused tacit knowledge fades."""
    drift = here.constants.drift
    here.turn_round(drift[0], drift, luck.DRIFT)
    here.staff_leave(here.terms.leaving, luck.LEAVING)
    if here.terms.rotating > 0:
        rotation.change_places(
            here.staff, here.knowledge, here.terms.rotating,
            knowledge.whole_ticks(here.settings.learning.settling_hours), here.seed, here.week,
        )  # fmt: skip
    here.over_units(_fading(here))


@gathered_once
def _fading(here: Organisation) -> tuple[Any, ...]:
    return knowledge.fade, here.knowledge.tacit, here.staff.present, here.constants.fading


def socialize(here: Organisation) -> None:
    """Tacit to tacit: visits to patients, then meetings of colleagues."""
    policy = here.terms.policy
    if not policy.socialization:
        return
    if policy.uptake < 1:
        lasting.who_keeps_to_it(
            here.space.keeps, here.staff.arrival, here.staff.unit, here.staff.member,
            policy.uptake, here.seed,
        )  # fmt: skip
    visits = (*_visits(here), here.week)
    if policy.mentoring_hours == 0:
        here.over_units(visits)
    else:
        _meet_after(visits, here)
    if policy.community_hours > 0:
        here.over_parts(cut(len(here.terms.communities), here.threads), *_in_communities(here))


@gathered_once
def _visits(here: Organisation) -> tuple[Any, ...]:
    policy, learning, staff = here.terms.policy, here.settings.learning, here.staff
    keeps = here.space.keeps if policy.uptake < 1 else None
    return (
        socialization.learn_from_patients, here.knowledge.tacit, staff.present, staff.home,
        staff.person, staff.hours, staff.moved, here.knowledge.felt_week, here.knowledge.felt_by,
        here.truth.market, here.truth.need_class, here.terms.visits, keeps,
        policy.visit_hours, here.terms.shows, here.settings.world.patient_variation,
        learning.observation_accuracy, learning.patient_learning * _in_person(here),
        learning.unsure_below, here.seed,
    )  # fmt: skip


@gathered_once
def _in_communities(here: Organisation) -> tuple[Any, ...]:
    policy, learning, staff = here.terms.policy, here.settings.learning, here.staff
    return (
        communities.meet_in_communities, here.terms.communities, here.knowledge.tacit,
        staff.present, staff.hours, staff.moved, policy.community_hours, learning.tie_community,
        learning.colleague_learning * _in_person(here),
    )  # fmt: skip


def _in_person(here: Organisation) -> float:
    """What is left of tacit learning when some of it is done from afar."""
    return 1.0 - here.settings.learning.remote_loss * here.terms.policy.remote_share


def _meet_after(visits: tuple[Any, ...], here: Organisation) -> None:
    """Colleagues meet in pairs: in their units, then across, or as the firm's own network has it."""
    staff, space, meeting = here.staff, here.space, _meeting(here)
    if here.meetings is None:
        here.over_units(visits, (*_meeting_in_units(here), here.week))
        pairs = ba.pair_the_line(
            staff, space.crossers, space.line, space.pairing, space.one, space.other
        )
    else:
        here.over_units(visits)
        pairs = ba.pair_from_network(
            here.meetings, staff.present, space.met, space.one, space.other, here.seed, here.week
        )
    for share, one, other in _by_closeness(here, space.one[:pairs], space.other[:pairs]):
        here.over_parts(
            cut(len(one), here.threads), socialization.learn_from_colleagues, here.knowledge.tacit,
            one, other, *meeting[:-2], meeting[-2] * share, meeting[-1],
        )  # fmt: skip


@gathered_once
def _meeting(here: Organisation) -> tuple[Any, ...]:
    policy, learning, staff = here.terms.policy, here.settings.learning, here.staff
    return (
        staff.unit, staff.hours, staff.moved, policy.mentoring_hours, learning.tie_within,
        here.terms.tie_across, learning.colleague_learning * _in_person(here),
    )  # fmt: skip


@gathered_once
def _meeting_in_units(here: Organisation) -> tuple[Any, ...]:
    space = here.space
    return (
        socialization.meet_in_units, here.staff.present, here.knowledge.tacit,
        here.terms.policy.cross_unit, space.pairing, space.line, space.crossers, space.one,
        space.other, *_meeting(here), here.seed,
    )  # fmt: skip


def _by_closeness(
    here: Organisation, one: Array, other: Array
) -> Iterable[tuple[float, Array, Array]]:
    """Pairs with the share of a tie across units that they have; less than 1 after a merger only."""
    closeness = here.closeness()
    if closeness is None:
        return [(1.0, one, other)]
    return merger.by_closeness(here.firm, closeness, one, other)


def externalize(here: Organisation) -> None:
    """Tacit to explicit: new projects form their groups, which put needs into words."""
    policy, learning, projects = here.terms.policy, here.settings.learning, here.knowledge.projects
    staff, space, rules = here.staff, here.space, here.settings.projects
    first, last = start_projects(here)
    if first == last:
        return
    _update_answers(here)
    externalization.hold_workshops(
        first, last, projects.market, projects.ordinal, projects.status, projects.concept,
        projects.group, projects.group_person, policy.workshop_staff, here.knowledge.tacit,
        here.knowledge.explicit, staff.person, staff.hours, staff.moved, staff.present,
        space.order, space.swaps, here.firm.market_rows, here.firm.office_rows, space.answered,
        here.truth.need_class, here.truth.market, here.truth.core, policy.externalization,
        policy.workshop_hours, _combination_hours(here), policy.workshop_headquarters,
        policy.workshop_other_market or None, here.terms.workshop_guests,
        here.settings.world.patient_variation, rules.partner_accuracy,
        externalization.entries_of_a_workshop(rules.concept_entries, policy.workshop_hours),
        1.0 - learning.remote_loss * policy.remote_share, learning.sayability,
        learning.unsure_below, learning.reading_voice, here.seed, here.week,
    )  # fmt: skip


def start_projects(here: Organisation) -> tuple[int, int]:
    """Open this week's new projects; gives the first, and the one after the last."""
    projects = here.knowledge.projects
    started = np.zeros(len(here.truth.market), np.int64)
    ba.projects_started(here.terms.project_means, started, here.seed, here.week)
    first, number = projects.size, int(started.sum())
    if number > 0:
        knowledge.make_room(projects, number)
        new = slice(first, first + number)
        projects.market[new] = np.repeat(np.arange(len(started)), started)
        projects.ordinal[new] = np.arange(number) - np.repeat(np.cumsum(started) - started, started)
        projects.week_said[new] = here.week
        projects.size += number
    here.new_projects = (first, projects.size)
    return here.new_projects


def _update_answers(here: Organisation) -> None:
    """What each market answers: its routine, and plans under way."""
    projects = here.knowledge.projects
    knowledge.what_markets_answer(
        here.space.answered, here.knowledge.routine, here.under_way, projects.market,
        projects.plan,
    )  # fmt: skip


def _combination_hours(here: Organisation) -> float:
    """Hours each member of a group spends on library, synthesis and justification."""
    rules = here.settings.projects
    hours = rules.combination_hours + rules.justification_hours
    return knowledge.whole_ticks(hours * here.terms.policy.combination)


def combine(here: Organisation) -> None:
    """Explicit to explicit: this week's concepts become plans; some people read."""
    policy, rules = here.terms.policy, here.settings.projects
    library, staff = here.knowledge.library, here.staff
    if here.new_projects[0] < here.new_projects[1]:
        _make_plans(here)
    if policy.combination and policy.reading_hours > 0:
        here.over_units((
            combination.read, here.knowledge.explicit, staff.market, staff.present, staff.hours,
            staff.moved, library.entries, library.market, library.size,
            rules.reading_window, min(1.0, policy.reading_hours), policy.search_success,
            here.seed, here.week,
        ))  # fmt: skip


def _make_plans(here: Organisation) -> None:
    """This week's concepts become plans, by library, synthesis and justification."""
    policy, rules, projects = here.terms.policy, here.settings.projects, here.knowledge.projects
    library, staff = here.knowledge.library, here.staff
    first, last = here.new_projects
    _update_answers(here)
    combination.make_plans(
        first, last, projects.market, projects.ordinal, projects.status, projects.week_planned,
        projects.ready, projects.concept, projects.plan, projects.origin, projects.right,
        projects.group, projects.pilot, projects.pilot_person, here.knowledge.explicit,
        staff.person, staff.hours, staff.moved, staff.present, here.space.order, here.space.swaps,
        here.firm.market_rows, here.space.answered, here.truth.need_class, here.truth.market,
        here.truth.core, here.truth.parts, library.entries, library.market, library.size,
        library.held, policy.combination, rules.search_window,
        policy.search_success, rules.reuse, rules.synthesis, here.terms.panel,
        here.constants.vote_weights, rules.patient_speaks, rules.latent_recognition,
        here.settings.world.patient_variation, rules.partner_accuracy, rules.pilot_staff,
        here.terms.setup_weeks, float(rules.setup_per_new_entry), here.seed, here.week,
    )  # fmt: skip
    planned = first + np.flatnonzero(projects.status[first:last] != ENDED)
    here.under_way = np.concatenate([here.under_way, planned])


def internalize(here: Organisation) -> None:
    """Explicit to tacit: training, pilots, reviews, routines, noticing what is wrong."""
    policy = here.terms.policy
    if policy.internalization:
        here.over_units(_training(here))
        if policy.simulation_hours > 0:
            _simulate_patients(here)
    _run_pilots(here)
    if policy.internalization:
        here.over_units(_practice(here), (*_noticing(here), here.week))


@gathered_once
def _training(here: Organisation) -> tuple[Any, ...]:
    staff = here.staff
    return (
        internalization.train, here.knowledge.tacit, here.knowledge.explicit, staff.present,
        staff.hours, staff.moved, here.terms.policy.training_hours,
        here.settings.learning.practice_learning,
    )  # fmt: skip


def _simulate_patients(here: Organisation) -> None:
    """Everyone practises with simulated patients."""
    policy, learning, staff = here.terms.policy, here.settings.learning, here.staff
    here.over_units((
        simulation.practise_with_simulated_patients, here.knowledge.tacit, staff.present, staff.home,
        staff.hours, staff.moved, lasting.simulated_patients(here.truth, here.terms.mistaken),
        policy.simulation_hours, here.terms.shows_in_simulation, learning.observation_accuracy,
        learning.patient_learning, here.seed, here.week,
    ))  # fmt: skip


@gathered_once
def _practice(here: Organisation) -> tuple[Any, ...]:
    staff, learning = here.staff, here.settings.learning
    return (
        internalization.practise_routines, here.knowledge.tacit, here.knowledge.routine,
        staff.market, staff.present, staff.hours, staff.moved,
        knowledge.whole_ticks(here.settings.projects.routine_hours),
        learning.practice_learning * learning.routine_practice,
    )  # fmt: skip


@gathered_once
def _noticing(here: Organisation) -> tuple[Any, ...]:
    staff, learning = here.staff, here.settings.learning
    return (
        internalization.notice, here.knowledge.tacit, here.knowledge.routine, here.truth.market,
        here.truth.need_class, staff.market, staff.present, staff.moved, learning.noticing,
        learning.noticing_step, here.seed,
    )  # fmt: skip


def _run_pilots(here: Organisation) -> None:
    """Pilots practise their plans; plans whose pilot is over become routine."""
    policy, rules, projects = here.terms.policy, here.settings.projects, here.knowledge.projects
    library, staff, under_way = here.knowledge.library, here.staff, here.under_way
    if policy.internalization:
        here.over_parts(
            here.market_parts, internalization.run_pilots, under_way, projects.market,
            projects.status, projects.ready, projects.weeks_practised, projects.week_practised,
            projects.plan, projects.pilot, here.space.share,
            here.knowledge.tacit, staff.present, staff.hours, staff.moved, policy.pilot_hours,
            float(rules.pilot_capacity), here.settings.learning.practice_learning, here.week,
        )  # fmt: skip
    knowledge.make_room(library, under_way.size)
    library.size = internalization.adopt(
        under_way, projects.market, projects.ordinal, projects.status, projects.ready,
        projects.weeks_practised, projects.week_said, projects.week_routine, projects.plan,
        projects.kept, projects.pilot, here.knowledge.routine, library.entries, library.market,
        library.week, library.size, library.held, staff.present, staff.hours, here.truth.market,
        here.truth.need_class, policy.internalization, rules.pilot_weeks, policy.review_share,
        knowledge.whole_ticks(rules.review_hours), rules.review_patients, rules.review_accuracy,
        rules.review_margin, policy.documentation_share, here.seed, here.week,
    )  # fmt: skip


def serve(here: Organisation) -> None:
    """Patients get what routines and skill give; some start treatment, some stay on it."""
    projects = here.knowledge.projects
    here.over_units(_rightness(here))
    service.answer_needs(*_answers(here))
    service.launch(
        here.under_way, projects.status, projects.market, here.settings.service.launch_plans,
        here.adopted, here.space.launched,
    )  # fmt: skip
    treatment = (*_treatment(here), here.week)
    service.treat(*treatment)


@gathered_once
def _rightness(here: Organisation) -> tuple[Any, ...]:
    staff, space = here.staff, here.space
    return (
        service.rightness, here.knowledge.tacit, staff.present, staff.home, staff.market,
        here.truth.market, here.knowledge.routine, here.settings.learning.unsure_below,
        space.skill, space.knowing, space.alignment,
    )  # fmt: skip


@gathered_once
def _answers(here: Organisation) -> tuple[Any, ...]:
    rules, space = here.settings.service, here.space
    return (
        here.firm.unit_market, here.terms.headcount, space.skill, here.knowledge.routine,
        here.truth.market, here.truth.need_class, here.settings.world.patient_variation,
        rules.skill_base, rules.skill_gain, space.outcome, space.delivered,
    )  # fmt: skip


@gathered_once
def _treatment(here: Organisation) -> tuple[Any, ...]:
    rules, space, terms = here.settings.service, here.space, here.terms
    return (
        space.access, here.truth.core.size, terms.eligible, space.launched,
        here.constants.households, terms.assessment, terms.starting, here.constants.prices,
        terms.shares_paid, space.outcome, rules.adherence_base, rules.adherence_gain,
        rules.support_gain * terms.supported, here.seed,
    )  # fmt: skip


def take_stock(here: Organisation) -> None:
    """One row in the records for each market and for the whole."""
    place = records.next_week(here.records)
    space, projects, library = here.space, here.knowledge.projects, here.knowledge.library
    here.over_units(_adding_up(here))
    records.record_week(
        here.records.rows[place], here.records.knowing[place], here.firm.unit_market,
        here.terms.market_open, space.launched, space.totals, space.alignment, space.knowing, space.lost,
        here.knowledge.routine, space.outcome, space.delivered,
        here.constants.class_sizes, library.market, library.size,
        here.settings.service.skill_base, here.under_way, *here.new_projects,
        projects.market,
        projects.week_said, projects.week_planned, projects.week_routine, projects.origin,
        projects.right, projects.plan, projects.group, here.week,
    )  # fmt: skip
    records.record_access(
        here.records.rows[place], here.records.access[place], here.records.reached[place],
        space.access, here.terms.starting, here.terms.assessment, space.launched,
    )  # fmt: skip
    here.under_way = knowledge.still_under_way(here.under_way, projects.status)
    for other in here.apart.values():
        live(other)


@gathered_once
def _adding_up(here: Organisation) -> tuple[Any, ...]:
    staff = here.staff
    return (
        records.add_up_staff, staff.present, here.knowledge.explicit, staff.hours, staff.moved,
        here.space.totals,
    )  # fmt: skip


def live(here: Organisation) -> None:
    """A whole week of a firm that will join in a merger, and lives on its own till then."""
    here.begin_week()
    for process in (move_world, socialize, externalize, combine, internalize, serve, take_stock):
        process(here)
