"""The week in order, and what is measured at its end."""

from __future__ import annotations

import numpy as np

from oracle import outside, plans, practice, together, words
from oracle.people import PROCESSES, Employee
from seci_sim.parameters import HOURS_A_WEEK
from seci_sim.scenario import Scenario


class Oracle:
    """A run of a scenario, one week at a time, with the steps of the model under the same names."""

    def __init__(self, settings: Scenario, seed: int) -> None:
        self.state = outside.found(settings, seed)

    def begin_week(self) -> None:
        """Hours are free again; what the timeline says for this week happens."""
        state = self.state
        state.week += 1
        state.leavers = 0
        for employee in state.staff:
            employee.hours = dict.fromkeys(PROCESSES, 0.0)
        for change in sorted(state.settings.timeline, key=lambda change: change.week):
            if change.week == state.week:
                outside.apply(state, change)

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

    def step(self) -> None:
        """A whole week."""
        self.begin_week()
        self.move_world()
        self.socialize()
        self.externalize()
        self.combine()
        self.internalize()

    # What is measured ----------------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """What was counted this week in the whole organisation."""
        state = self.state
        counted = {
            "leavers": state.leavers,
            "library_documents": len(state.library),
            "projects_started": len(state.new),
            "plans_made": len(state.planned),
            "routines_adopted": len(state.adopted),
        }
        for origin in plans.ORIGINS:
            counted["entries_" + origin.replace(" ", "_")] = sum(
                bool(entry) and came == origin
                for project in state.planned
                for entry, came in zip(project.plan, project.origin, strict=True)
            )
        return counted

    def hours(self) -> dict[str, float]:
        """Hours of the week by mode, patients apart as well, and routine business."""
        there = self.state.there()
        spent = {p: sum(employee.hours[p] for employee in there) for p in PROCESSES}
        return {
            "hours_with_patients": spent["patients"],
            "hours_socialization": spent["patients"] + spent["colleagues"],
            "hours_externalization": spent["externalization"],
            "hours_combination": spent["combination"],
            "hours_internalization": spent["internalization"],
            "hours_routine_business": HOURS_A_WEEK * len(there) - sum(spent.values()),
        }

    def knowledge(self) -> dict[str, float]:
        """What the staff know, of what is true where they live, and what they have read."""
        state = self.state
        there, needs = state.there(), len(state.classes)
        unsure = np.float32(state.settings.learning.unsure_below)
        right = {
            id(e): [float(e.tacit[need]) * state.truth[e.home][need] for need in state.needs]
            for e in there
        }
        serving = [sum(right[id(e)]) / needs for e in there if e.market is not None]
        knowing = sum(agrees > unsure for e in there for agrees in right[id(e)])
        read = sum(entry != 0 for e in there for entry in e.explicit)
        return {
            "tacit_alignment": sum(serving) / len(serving),
            "staff_knowing": knowing / len(there) / needs,
            "explicit_coverage": read / len(there) / needs,
        }

    def service(self, market: int) -> dict[str, float]:
        """Shares of a market's needs: met, mis-served, with a right and with a wrong routine."""
        state, rules = self.state, self.state.settings.service
        staff = [employee for employee in state.of_market(market) if employee.present]
        total = {"needs_met": 0.0, "needs_mis_served": 0.0}
        total |= {"routine_right": 0.0, "routine_wrong": 0.0}
        for need in state.needs:
            routine, truth = state.routines[market][need], state.truth[market][need]
            if routine == 0:
                continue
            varies = state.settings.world.patient_variation
            have_it = 1.0 - varies if routine == truth else varies
            able = rules.skill_base + rules.skill_gain * _practised(staff, need, routine)
            total["needs_met"] += min(1.0, able) * have_it
            total["needs_mis_served"] += 1.0 - have_it
            total["routine_right" if routine == truth else "routine_wrong"] += 1.0
        return {name: value / len(state.classes) for name, value in total.items()}


def _practised(staff: list[Employee], need: int, routine: int) -> float:
    """Mean conviction of a market's staff in favour of its routine."""
    return sum(max(0.0, float(e.tacit[need]) * routine) for e in staff) / len(staff)
