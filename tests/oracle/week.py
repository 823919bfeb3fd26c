"""The week in order."""

from __future__ import annotations

from oracle import outside, plans, practice, together, trial, words
from oracle.people import PROCESSES
from seci_sim.scenario import Scenario


class Oracle:
    """A run of a scenario, one week at a time, with the steps of the model under the same names."""

    def __init__(self, settings: Scenario, seed: int, firm: str | None = None) -> None:
        self.state = outside.found(settings, seed, firm)
        others = {unit.firm for unit in settings.units if unit.firm} if firm is None else set()
        self.apart = {other: Oracle(settings, seed, other) for other in others}
        self.state.apart = {other: oracle.state for other, oracle in self.apart.items()}

    def begin_week(self) -> None:
        """Hours are free again; what the timeline says for this week happens."""
        state = self.state
        if state.week > 0:
            for name in state.apart:  # who has not joined yet lives through last week, too
                self.apart[name].step()
        state.week += 1
        state.left = []
        for employee in state.staff:
            employee.hours = dict.fromkeys(PROCESSES, 0.0)
        for change in sorted(state.settings.timeline, key=lambda change: change.week):
            if change.week == state.week:
                outside.apply(state, change)
        trial.begin(state)
        outside.reorganise(state)

    def move_world(self) -> None:
        """Needs drift, staff leave, tacit knowledge fades."""
        outside.move_world(self.state)

    def socialize(self) -> None:
        """Tacit to tacit."""
        together.socialize(self.state)

    def externalize(self) -> None:
        """Tacit to explicit."""
        words.externalize(self.state)

    def combine(self) -> None:
        """Explicit to explicit."""
        plans.combine(self.state)

    def internalize(self) -> None:
        """Explicit to tacit."""
        practice.internalize(self.state)

    def work(self) -> None:
        """Routine business."""
        together.meet_patients_at_work(self.state)

    def step(self) -> None:
        """A whole week."""
        self.begin_week()
        self.move_world()
        self.socialize()
        self.externalize()
        self.combine()
        self.internalize()
        self.work()
