"""The same week as a plain Mesa model: one Python object for each employee, holding NumPy rows.

This is what the simulation would be if it were written the way Mesa's tutorials teach, by somebody
who knows NumPy: arithmetic over an employee's needs is vectorised, employees act one after the other.
It reads the same scenarios and follows the same rules, with random numbers of its own, so that its
results agree with `seci_sim.SECIModel` on average. What a scenario may say that it does not follow, it
refuses: a timeline, a meeting network, and whatever no line of it asks for and is not at its default.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from benchmarks.plain_employee import Employee
from benchmarks.plain_measures import measure
from benchmarks.plain_places import Array, Document, lay_out
from benchmarks.plain_projects import Project, overlay
from seci_sim.parameters import HOURS_A_WEEK, SECI, SECTIONS, WEEKS_A_YEAR, Section
from seci_sim.scenario import Scenario
from seci_sim.seci.service import chances_of_assessment, chances_of_starting
from seci_sim.seci.world import EXPRESSED, SYSTEMIC, class_sizes, weekly_chance

TEXT = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("plain_*.py"))
SHARED: tuple[Any, ...] = (class_sizes, chances_of_starting, chances_of_assessment, weekly_chance)
"""What it asks the fast model for: whole numbers of needs, and chances."""

ASKED_FOR = frozenset(re.findall(r"\.(\w+)", TEXT + "".join(map(inspect.getsource, SHARED))))
"""Names of fields that some line of this version reads."""

OF_MARKETS = ("price", "households")
"""Fields of a unit with the name of one that is read of the whole firm alone."""

PLACES = ("lives_in", "reports_to", "kind")
"""Fields of a unit that it has a scenario look up."""


def _not_followed(settings: Scenario) -> Iterator[str]:
    """What a scenario says that this version does not follow."""
    yield from (name for name in ("timeline", "meetings") if getattr(settings, name))
    yield from (f"the model {settings.model}" for _ in range(settings.model != SECI))
    parts: list[tuple[str, Section]] = [(name, getattr(settings, name)) for name in SECTIONS]
    parts += [(f"units.{unit.name}", unit) for unit in settings.units]
    for path, part in parts:
        for name, field in type(part).model_fields.items():
            known = name in ASKED_FOR or name in PLACES
            known = known and not (path.startswith("units.") and name in OF_MARKETS)
            default = field.get_default(call_default_factory=True)
            if not known and getattr(part, name) != default:
                yield f"{path}.{name}"


class PlainModel(mesa.Model):
    """An organisation that creates knowledge, one object for each employee.

    Parameters
    ----------
    settings : Scenario
        What is run.
    rng : int
        Seed.

    Raises
    ------
    ValueError
        Where the scenario says something that this version does not follow.
    """

    def __init__(self, settings: Scenario, rng: int) -> None:
        super().__init__(rng=rng)
        refused = sorted(_not_followed(settings))
        if refused:
            raise ValueError(f"the plain model does not follow {', '.join(refused)}")
        self.settings, self.policy, self.learning = settings, settings.policy, settings.learning
        self.week = 0
        self.needs = settings.world.needs
        self.need_class = np.repeat(np.arange(3), class_sizes(settings.world))
        self.systemic = np.flatnonzero(self.need_class == SYSTEMIC)
        self.shown = np.flatnonzero(self.need_class != SYSTEMIC)
        self.markets, self.units = lay_out(settings)
        self._draw_truth()
        self.held = np.zeros((2, self.needs), bool)
        """Responses -1 and +1 that some document has held."""
        self.library = [self._market_research()]
        self.projects: list[Project] = []
        """Projects whose plan is set up or practised, oldest first."""
        self.new_projects: list[Project] = []
        """Projects that started this week."""
        self.adopted: list[Project] = []
        """Projects whose plan became routine this week."""
        for unit in self.units:
            unit.staff = [Employee(self, unit) for _ in range(unit.size)]
            if unit.market is not None:
                unit.market.staff += unit.staff
        self._work_out_terms()
        self.records: list[dict[str, dict[str, float]]] = []
        """For each week, the measures of each market and, under "all", of the whole."""

    def _work_out_terms(self) -> None:
        """What the policy comes to."""
        policy, rules = self.policy, self.settings.service
        self.visits = policy.patient_time * HOURS_A_WEEK / policy.visit_hours
        self.shows = 1.0 - (1.0 - self.learning.showing) ** (policy.visit_hours / 4.0)
        self.remaining = 0.5 ** (1.0 / self.learning.tacit_half_life)
        self.remote = 1.0 - self.learning.remote_loss * policy.remote_share
        prices, usual = np.array([float(rules.price)]), np.ones(1)
        self.starting = chances_of_starting(rules, policy.shares_paid, prices, usual)[0]
        self.assessment = [
            chances_of_assessment(len(rules.bands), accuracy)
            for accuracy in (rules.assessment_without_agency, rules.assessment_with_agency)
        ]
        staff = len(self.agents)
        serving = sum(len(market.staff) for market in self.markets)
        a_week = policy.projects_per_head * staff / WEEKS_A_YEAR
        for market in self.markets:
            market.projects_a_week = a_week * len(market.staff) / serving

    def step(self) -> None:
        """One week."""
        self.week += 1
        self.move_world()
        if self.policy.socialization:
            self.agents.do("visit_patients")
            self.meet_colleagues()
        self.hold_workshops()
        self.make_plans()
        if self.policy.combination and self.policy.reading_hours > 0:
            self.agents.do("read")
        if self.policy.internalization:
            self.agents.do("train")
        self.run_pilots()
        if self.policy.internalization:
            self.practise_routines()
        self.records.append(measure(self))

    # The world -----------------------------------------------------------------------------------

    def _draw_truth(self) -> None:
        """A global core, and markets that differ from it."""
        self.core = self.rng.choice([-1.0, 1.0], self.needs)
        for market in self.markets:
            differs = self.rng.random(self.needs) < self.settings.world.local_difference
            market.truth = np.where(differs, -self.core, self.core)
        choices = [self.rng.choice(self.shown, 2, replace=False) for _ in self.systemic]
        self.parts = np.array(choices, int).reshape(-1, 2)
        """(systemic needs, 2): the parts of each."""
        self._let_systemic_needs_follow()

    def _let_systemic_needs_follow(self) -> None:
        for truth in (self.core, *(market.truth for market in self.markets)):
            truth[self.systemic] = truth[self.parts].prod(axis=1)

    def _market_research(self) -> Document:
        """A report on expressed needs, from the global view."""
        world = self.settings.world
        covered = self.rng.random(self.needs) < world.report_coverage
        wrong = self.rng.random(self.needs) < world.report_error
        entries = np.where(wrong, -self.core, self.core) * covered
        entries[self.need_class != EXPRESSED] = 0.0
        self.mark_held(entries)
        return Document(entries, None)

    def mark_held(self, entries: Array) -> None:
        """Remember the entries of a document among those that some document has held."""
        self.held[0] |= entries < 0
        self.held[1] |= entries > 0

    def move_world(self) -> None:
        """Needs drift; staff leave; tacit knowledge fades."""
        drift = weekly_chance(self.settings.world.drift)
        for truth in (self.core, *(market.truth for market in self.markets)):
            truth[self.rng.random(self.needs) < drift] *= -1.0
        self._let_systemic_needs_follow()
        for unit in self.units:
            unit.leavers, unit.tacit_lost = 0, 0.0
        self.agents.do("begin_week")

    # Socialization with colleagues ---------------------------------------------------------------

    def meet_colleagues(self) -> None:
        """Pairs meet in their unit; some pairs are dissolved to meet people of other units."""
        if self.policy.mentoring_hours == 0:
            return
        crossing: list[Employee] = []
        for unit in self.units:
            people = unit.staff.copy()
            self.random.shuffle(people)
            for one, other in zip(people[::2], people[1::2], strict=False):
                if self.random.random() < self.policy.cross_unit:
                    crossing += [one, other]
                else:
                    one.meet(other, self.learning.tie_within)
        self.random.shuffle(crossing)
        self._meet_across(crossing)

    def _meet_across(self, people: list[Employee]) -> None:
        """Each meets the last who still waits, if that is somebody of another unit."""
        waiting: list[Employee] = []
        for person in people:
            if waiting and waiting[-1].unit is not person.unit:
                person.meet(waiting.pop(), self.learning.tie_across)
            else:
                waiting.append(person)
        for one, other in zip(waiting[::2], waiting[1::2], strict=False):
            one.meet(other, self.learning.tie_within)

    # Projects ------------------------------------------------------------------------------------

    def hold_workshops(self) -> None:
        """Markets start projects, whose groups put needs into words."""
        self.new_projects = []
        for market in self.markets:
            market.answered = market.routine.copy()
        for project in self.projects:
            overlay(project.market.answered, project.plan)
        for market in self.markets:
            for _ in range(self.rng.poisson(market.projects_a_week)):
                project = Project(self, market)
                if project.form_group():
                    self.new_projects.append(project)
                    if self.policy.externalization:
                        project.hold_workshop()

    def make_plans(self) -> None:
        """This week's concepts become plans, one after the other."""
        for project in self.new_projects:
            project.plan_from_concept()
            if project.plan.any():
                project.set_up()
                self.projects.append(project)

    def run_pilots(self) -> None:
        """Pilots practise their plans; plans whose pilot is over become routine."""
        if self.policy.internalization:
            self._practise_plans()
        due = [project for project in self.projects if project.is_due()]
        self.projects = [project for project in self.projects if project not in due]
        self.adopted = [project for project in due if project.adopt()]

    def _practise_plans(self) -> None:
        """The staff of a market's pilots share its hours of practice."""
        capacity, hours = self.settings.projects.pilot_capacity, self.policy.pilot_hours
        for project in self.projects:
            project.market.pilot_hours_wanted = 0.0
        in_pilot = [project for project in self.projects if self.week > project.ready]
        for project in in_pilot:
            project.market.pilot_hours_wanted += hours * len(project.pilot)
        for project in in_pilot:
            share = min(1.0, capacity / max(project.market.pilot_hours_wanted, 1e-9))
            project.practise(hours * share)

    def practise_routines(self) -> None:
        """The staff of each market practise its routine, and some notice where it is wrong."""
        for market in self.markets:
            wrong = market.routine == -market.truth
            market.wrong = np.flatnonzero(wrong & (self.need_class != SYSTEMIC))
            market.has_answer = np.abs(market.routine)
            market.practises = bool(market.routine.any())
        self.agents.do("practise_routine")
