"""A project of the plain Mesa model, from its group to its routine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.plain_places import Array, Document, Market
from seci_sim.seci.externalization import entries_of_a_workshop
from seci_sim.seci.knowledge import (
    BY_CONCEPT,
    BY_FOREIGN_LIBRARY,
    BY_OWN_LIBRARY,
    BY_SYNTHESIS,
    COMBINATION,
    EXTERNALIZATION,
    IN_COMBINATION,
    IN_EXTERNALIZATION,
    IN_INTERNALIZATION,
)
from seci_sim.seci.world import EXPRESSED, LATENT, SYSTEMIC

if TYPE_CHECKING:
    from benchmarks.plain_employee import Employee
    from benchmarks.plain_mesa import PlainModel


class Project:
    """A project of one market.

    Parameters
    ----------
    model : PlainModel
        The organisation.
    market : Market
        Where it is.
    """

    def __init__(self, model: PlainModel, market: Market) -> None:
        self.model, self.market, self.week_said = model, market, model.week
        self.group: list[Employee] = []
        self.pilot: list[Employee] = []
        self.concept: Array = np.zeros(model.needs)
        self.plan: Array = np.zeros(model.needs)
        self.origin: Array = np.zeros(model.needs, int)
        self.right: Array = np.zeros(model.needs, bool)
        self.ready = 0
        """Last week of the set-up."""
        self.weeks_practised = 0

    # Externalization -----------------------------------------------------------------------------

    def form_group(self) -> bool:
        """Local staff and some of headquarters who have the hours; at least two local people."""
        policy, rules = self.model.policy, self.model.settings.projects
        workshop = policy.workshop_hours * policy.externalization
        desk = (rules.combination_hours + rules.justification_hours) * policy.combination
        self.group = self._draw(self.market.staff, policy.workshop_staff, workshop + desk)
        if len(self.group) < 2:
            return False
        if self.market.headquarters is not None:
            office, seats = self.market.headquarters.staff, policy.workshop_headquarters
            self.group += self._draw(office, seats, workshop + desk)
        for member in self.group:
            member.hours[IN_EXTERNALIZATION] += workshop
            member.hours[IN_COMBINATION] += desk
        return True

    def _draw(self, people: list[Employee], wanted: int, hours: float) -> list[Employee]:
        """Some people who have the hours, drawn at random."""
        able = [person for person in people if person.free() >= hours]
        return self.model.random.sample(able, min(wanted, len(able)))

    def hold_workshop(self) -> None:
        """The strongest of what can be said and is new becomes the concept."""
        model, learning = self.model, self.model.learning
        total = self._guests_say()
        for member in self.group:
            voices_reading = np.abs(member.tacit) <= learning.unsure_below
            voices_reading &= (member.explicit != 0) & (model.need_class != SYSTEMIC)
            read = learning.reading_voice * member.explicit
            total += np.where(voices_reading, read, member.tacit)
        total *= model.remote
        says = np.where(total > 0, 1.0, -1.0)
        strength = np.abs(total)
        candidates = (strength >= learning.sayability) & (says != self.market.answered)
        entries = entries_of_a_workshop(
            model.settings.projects.concept_entries, model.policy.workshop_hours
        )
        strongest = np.argsort(-strength * candidates, kind="stable")[:entries]
        chosen = strongest[candidates[strongest]]
        self.concept[chosen] = says[chosen]
        for member in self.group:
            member.hold(self.concept)
            member.moved[EXTERNALIZATION] += len(chosen) / len(self.group)

    def _guests_say(self) -> Array:
        """Patients voice their own expressed needs, partners what they know of them."""
        model, policy, rng = self.model, self.model.policy, self.model.rng
        truth, total = self.market.truth, np.zeros(model.needs)
        for _ in range(policy.dialogue_patients):
            differs = rng.random(model.needs) < model.settings.world.patient_variation
            total += np.where(differs, -truth, truth)
        local = min(policy.dialogue_local_partners, self.market.local_partners)
        common = min(policy.dialogue_global_partners, self.market.global_partners)
        for known in [truth] * local + [model.core] * common:
            total += self._as_a_partner_sees(known)
        said: Array = total * (model.need_class == EXPRESSED)
        return said

    def _as_a_partner_sees(self, known: Array) -> Array:
        """What a partner takes for the truth, right now and then."""
        accuracy = self.model.settings.projects.partner_accuracy
        return np.where(self.model.rng.random(len(known)) < accuracy, known, -known)

    # Combination ---------------------------------------------------------------------------------

    def plan_from_concept(self) -> None:
        """Search the library, work out systemic needs, and let the stakeholders vote."""
        self.plan = self.concept.copy()
        self.origin = np.where(self.plan != 0, BY_CONCEPT, 0)
        if self.model.policy.combination:
            changed = self._search_library() + self._synthesise() + self._justify()
            for member in self.group:
                member.moved[COMBINATION] += changed / len(self.group)
        self.right = (self.plan != 0) & (self.plan == self.market.truth)

    def _search_library(self) -> int:
        """Fill needs that nobody answers yet: own documents first, the newest first."""
        rules, left = self.model.settings.projects, self.model.settings.projects.reuse
        newest = self.model.library[::-1][: rules.search_window]
        own = [document for document in newest if document.market is self.market]
        foreign = [document for document in newest if document.market is not self.market]
        for document in own + foreign:
            if self.model.random.random() < self.model.policy.search_success:
                blank = (self.plan == 0) & (self.market.answered == 0) & (document.entries != 0)
                needs = np.flatnonzero(blank)[:left]
                self.plan[needs] = document.entries[needs]
                is_own = document.market is self.market
                self.origin[needs] = BY_OWN_LIBRARY if is_own else BY_FOREIGN_LIBRARY
                left -= len(needs)
        return rules.reuse - left

    def _synthesise(self) -> int:
        """Systemic needs whose two parts are answered are worked out as their product."""
        model, systemic = self.model, self.model.systemic
        answers = np.where(self.plan != 0, self.plan, self.market.answered)
        product = answers[model.parts].prod(axis=1)
        found = (product != 0) & (product != self.market.answered[systemic])
        found &= model.rng.random(len(systemic)) < model.settings.projects.synthesis
        self.plan[systemic[found]] = product[found]
        self.origin[systemic[found]] = BY_SYNTHESIS
        return int(found.sum())

    def _justify(self) -> int:
        """The sign of all votes wins; a tie, or what the market answers already, drops an entry."""
        proposed = self.plan
        total = self._votes_of_guests() * (self.model.need_class != SYSTEMIC)
        total += self.model.settings.projects.proposal_weight * proposed
        verdict = np.sign(total) * (proposed != 0)
        verdict[verdict == self.market.answered] = 0.0
        self.origin[verdict == 0] = 0
        self.plan = verdict
        return int(np.count_nonzero(verdict != proposed))

    def _votes_of_guests(self) -> Array:
        """Votes of patients who speak up, and of local and global partners."""
        model, policy, rules = self.model, self.model.policy, self.model.settings.projects
        truth, total = self.market.truth, np.zeros(model.needs)
        recognised = np.where(model.need_class == LATENT, rules.latent_recognition, 1.0)
        for _ in range(policy.justification_patients):
            own, speaking = model.rng.random((2, model.needs))
            need = np.where(own < model.settings.world.patient_variation, -truth, truth)
            total += rules.patient_weight * need * (speaking < rules.patient_speaks * recognised)
        for _ in range(min(policy.justification_local_partners, self.market.local_partners)):
            total += rules.local_partner_weight * self._as_a_partner_sees(truth)
        for _ in range(min(policy.justification_global_partners, self.market.global_partners)):
            total += rules.global_partner_weight * self._as_a_partner_sees(model.core)
        return total

    def set_up(self) -> None:
        """The plan is under way: its set-up begins, and its pilot's staff are chosen."""
        rules, plan, held = self.model.settings.projects, self.plan, self.model.held
        invited = self.model.policy.justification_global_partners
        has_framework = min(invited, self.market.global_partners) > 0
        weeks = rules.setup_weeks_with_framework if has_framework else rules.setup_weeks
        known = np.count_nonzero(((plan < 0) & held[0]) | ((plan > 0) & held[1]))
        new_entries = np.count_nonzero(plan) - known
        self.ready = self.model.week + math.ceil(weeks + rules.setup_per_new_entry * new_entries)
        self.model.mark_held(plan)
        overlay(self.market.answered, plan)
        self.pilot = self._draw(self.market.staff, rules.pilot_staff, 0.0)
        for person in self.pilot:
            person.hold(plan)

    # Internalization -----------------------------------------------------------------------------

    def practise(self, hours: float) -> None:
        """The pilot's staff practise the plan; fewer than two who have the hours wait a week."""
        able = [person for person in self.pilot if person.free() >= hours]
        if len(able) < 2:
            return
        self.weeks_practised += 1
        rate, has_entry = self.model.learning.practice_learning, np.abs(self.plan)
        for person in able:
            person.hours[IN_INTERNALIZATION] += hours
            person.practise(self.plan, has_entry, rate * hours)

    def is_due(self) -> bool:
        """Whether the pilot is over; without internalization, whether the set-up is."""
        if self.model.policy.internalization:
            return self.weeks_practised >= self.model.settings.projects.pilot_weeks
        return self.model.week >= self.ready

    def adopt(self) -> bool:
        """The plan, perhaps reviewed, becomes routine and perhaps a lesson; whether any of it did."""
        model, policy, kept = self.model, self.model.policy, self.plan.copy()
        if policy.internalization and model.random.random() < policy.review_share:
            self._review(kept)
        if not kept.any():
            return False
        overlay(self.market.routine, kept)
        if model.random.random() < policy.documentation_share:
            model.library.append(Document(kept, self.market))
            model.mark_held(kept)
        return True

    def _review(self, kept: Array) -> None:
        """Patients judge each entry but systemic ones; what too many find wrong is withdrawn."""
        rules = self.model.settings.projects
        for person in self.pilot:
            person.book(IN_INTERNALIZATION, rules.review_hours)
        judged_rightly = self.model.rng.binomial(
            rules.review_patients, rules.review_accuracy, self.model.needs
        )
        margin = rules.review_patients - 2 * judged_rightly
        against = np.where(kept == self.market.truth, margin, -margin)
        kept[(against >= rules.review_margin) & (self.model.need_class != SYSTEMIC)] = 0.0


def overlay(answers: Array, document: Array) -> None:
    """Let the entries of a document replace what was answered before, in place."""
    said = document != 0
    answers[said] = document[said]
