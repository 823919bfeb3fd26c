"""An employee of the plain Mesa model, and how one learns, meets, reads and practises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from benchmarks.plain_places import Array, Document, Unit
from seci_sim.parameters import HOURS_A_WEEK
from seci_sim.seci.knowledge import (
    COMBINATION,
    IN_COMBINATION,
    IN_INTERNALIZATION,
    INTERNALIZATION,
    SOCIALIZATION,
    WITH_COLLEAGUES,
    WITH_PATIENTS,
)

if TYPE_CHECKING:
    from benchmarks.plain_mesa import PlainModel


class Employee(mesa.Agent):
    """Somebody with a place in a unit.

    Parameters
    ----------
    model : PlainModel
        The organisation they work in.
    unit : Unit
        Their unit.
    """

    model: PlainModel

    def __init__(self, model: PlainModel, unit: Unit) -> None:
        super().__init__(model)
        # Mesa 3.3 keeps every model in this table for ever, so that none would ever be freed.
        getattr(mesa.Agent, "_ids", {}).pop(model, None)
        self.unit = unit
        self.hours = [0.0] * 5
        """This week's ledger: with patients, with colleagues, in E, in C and in I."""
        self.moved = [0.0] * 4
        """Knowledge that each mode moved this week."""
        self.start_anew()

    def start_anew(self) -> None:
        """A newcomer knows next to nothing and has read nothing."""
        spread = self.model.learning.newcomer_spread
        self.tacit: Array = np.clip(self.model.rng.normal(0.0, spread, self.model.needs), -1, 1)
        self.explicit: Array = np.zeros(self.model.needs)
        self.has_read: Array = np.zeros(self.model.needs)
        """1 on needs on which they hold something explicit, else 0."""
        self.reads_something = False

    def begin_week(self) -> None:
        """All hours are free again; some leave, what others do not use fades."""
        self.hours = [0.0] * 5
        self.moved = [0.0] * 4
        if self.random.random() < self.unit.leaving:
            self.unit.leavers += 1
            self.unit.tacit_lost += float(np.abs(self.tacit).sum())
            self.start_anew()
        self.tacit *= self.model.remaining

    def free(self) -> float:
        """Hours of this week that no process has taken."""
        return HOURS_A_WEEK - sum(self.hours)

    def book(self, process: int, wanted: float) -> float:
        """Book the wanted hours, or the part of them that is free; give what was booked."""
        booked = min(wanted, self.free())
        self.hours[process] += booked
        return booked

    # Socialization -------------------------------------------------------------------------------

    def visit_patients(self) -> None:
        """Move towards what shows itself in visits to patients, rightly or wrongly read."""
        model = self.model
        visits = int(model.visits)
        visits += self.random.random() < model.visits - visits
        for _ in range(visits):
            if self.free() < model.policy.visit_hours:
                break
            self.hours[WITH_PATIENTS] += model.policy.visit_hours
            self._observe()

    def _observe(self) -> None:
        """What one visit shows."""
        model, learning = self.model, self.model.learning
        showing, own, reading = model.rng.random((3, len(model.shown)))
        needs = model.shown[showing < model.shows]
        if needs.size == 0:
            return
        differs = own[showing < model.shows] < model.settings.world.patient_variation
        misread = reading[showing < model.shows] >= learning.observation_accuracy
        observed = self.unit.home.truth[needs] * np.where(differs == misread, 1.0, -1.0)
        change = learning.patient_learning * model.remote * (observed - self.tacit[needs])
        self.tacit[needs] += change
        self.moved[SOCIALIZATION] += float(np.abs(change).sum())
        sure = np.abs(self.tacit[needs]) > learning.unsure_below
        for need in needs[sure & (self.unit.felt_week[needs] < 0)].tolist():
            self.unit.felt_week[need] = model.week
            self.unit.felt_by[need] = self

    def meet(self, other: Employee, tie: float) -> None:
        """The less sure of the two moves towards the surer one on each need."""
        model = self.model
        met = min(model.policy.mentoring_hours, self.free(), other.free())
        if met <= 0:
            return
        self.hours[WITH_COLLEAGUES] += met
        other.hours[WITH_COLLEAGUES] += met
        step = min(1.0, model.learning.colleague_learning * model.remote * met * tie)
        change = step * (other.tacit - self.tacit)
        mine, theirs = np.abs(self.tacit), np.abs(other.tacit)
        learned, taught = change * (theirs > mine), change * (mine > theirs)
        self.tacit += learned
        other.tacit -= taught
        self.moved[SOCIALIZATION] += float(np.abs(learned).sum())
        other.moved[SOCIALIZATION] += float(np.abs(taught).sum())

    # Combination ---------------------------------------------------------------------------------

    def hold(self, entries: Array) -> int:
        """Take over what a document says; gives the number of entries that were new to them."""
        said = entries != 0
        new = int(np.count_nonzero(said & (entries != self.explicit)))
        if new:
            self.explicit[said] = entries[said]
            self.has_read[said] = 1.0
            self.reads_something = True
        return new

    def read(self) -> None:
        """Perhaps spend an hour on one of the newest documents."""
        if self.random.random() >= min(1.0, self.model.policy.reading_hours):
            return
        newest = self.model.library[-self.model.settings.projects.reading_window :]
        own: list[Document] = []
        if self.unit.market is not None:
            if self.random.random() < self.model.policy.search_success:
                own = [document for document in newest if document.market is self.unit.market]
        document = self.random.choice(own or newest)
        if self.free() >= 1.0:
            self.hours[IN_COMBINATION] += 1.0
            self.moved[COMBINATION] += self.hold(document.entries)

    # Internalization -----------------------------------------------------------------------------

    def practise(self, document: Array, has_entry: Array, step: float) -> None:
        """Move towards what is practised; `has_entry` is 1 where the document has one, else 0."""
        change = document - self.tacit * has_entry
        change *= min(1.0, step)
        self.tacit += change
        # Nobody is beyond -1 or +1, so that each change has the sign of the entry.
        self.moved[INTERNALIZATION] += float(change @ document)

    def train(self) -> None:
        """Practise what was read."""
        if self.reads_something:
            hours = self.book(IN_INTERNALIZATION, self.model.policy.training_hours)
            rate = self.model.learning.practice_learning
            self.practise(self.explicit, self.has_read, rate * hours)

    def practise_routine(self) -> None:
        """Do what the market does, and perhaps notice where it is wrong."""
        market, learning = self.unit.market, self.model.learning
        if market is None or not market.practises:
            return
        hours = self.book(IN_INTERNALIZATION, self.model.settings.projects.routine_hours)
        rate = learning.practice_learning * learning.routine_practice
        self.practise(market.routine, market.has_answer, rate * hours)
        noticed = market.wrong[self.model.rng.random(len(market.wrong)) < learning.noticing]
        if noticed.size:
            change = learning.noticing_step * (market.truth[noticed] - self.tacit[noticed])
            self.tacit[noticed] += change
            self.moved[INTERNALIZATION] += float(np.abs(change).sum())
