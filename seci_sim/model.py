"""The organisation as a Mesa model: the only file that knows Mesa.

`SECIModel.step` names the whole week. State is kept in arrays (see ``knowledge``); an `Employee` is
a thin view of one row, made when somebody first asks for ``model.agents``, so that a run without
them costs nothing for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mesa
import numpy as np

from seci_sim.parameters import SECI, Policy
from seci_sim.scenario import Scenario, read_scenario, with_levers
from seci_sim.seci import week
from seci_sim.seci.firm import Firm
from seci_sim.seci.knowledge import NOBODY, Array, Knowledge, Staff
from seci_sim.seci.organisation import Organisation
from seci_sim.seci.records import Records
from seci_sim.seci.story import Step, story
from seci_sim.seci.world import Truth

WEEK = ("step", *(process.__name__ for process in week.PROCESSES[1:]))
"""What a subclass may override of a week."""


class Employee(mesa.Agent):
    """A view of one employee's row; it raises `LookupError` once they have left.

    Parameters
    ----------
    model : SECIModel
        The organisation they work in.
    row : int
        Their row in its arrays.
    """

    model: SECIModel

    def __init__(self, model: SECIModel, row: int) -> None:
        super().__init__(model)
        # Mesa 3.3 keeps every model in this table for ever, so a sweep would never free one.
        getattr(mesa.Agent, "_ids", {}).pop(model, None)
        self._row = row
        self.person = int(model.staff.person[row])
        self.unique_id = self.person + 1

    @property
    def row(self) -> int:
        """Row in the model's arrays."""
        staff = self.model.staff
        if staff.person[self._row] != self.person or not staff.present[self._row]:
            raise LookupError(f"employee {self.unique_id} has left")
        return self._row

    @property
    def tacit(self) -> Array:
        """(needs,) float32 in [-1, 1]: conviction and skill; may be written to."""
        tacit: Array = self.model.knowledge.tacit[self.row]
        return tacit

    @property
    def explicit(self) -> Array:
        """(needs,) int8 in {-1, 0, +1}: what they have read or written; may be written to."""
        explicit: Array = self.model.knowledge.explicit[self.row]
        return explicit

    @property
    def unit(self) -> str:
        """Name of their unit."""
        return str(self.model.firm.units[self.model.staff.unit[self.row]].name)

    @property
    def market(self) -> str | None:
        """Name of the market their unit serves, or None."""
        market = self.model.staff.market[self.row]
        return None if market < 0 else str(self.model.firm.market_names[market])

    @property
    def alignment(self) -> float:
        """Mean over needs of tacit times truth where they live, -1 to 1."""
        truth = self.model.truth.market[self.model.staff.home[self.row]]
        return float((self.tacit * truth).mean())

    @property
    def hours(self) -> Array:
        """(5,) float32: this week's hours with patients, with colleagues, in E, in C and in I."""
        hours: Array = self.model.staff.hours[self.row]
        return hours


class SECIModel(mesa.Model):
    """An organisation that creates knowledge, week by week.

    Parameters
    ----------
    scenario : str, Path or Scenario
        A shipped name such as ``"one-percent"``, a file, or a scenario read before.
    rng : int, numpy.random.Generator or None
        Seed, 0 to 2**63 - 1; a generator gives its next integer; None takes fresh entropy.
    **levers
        Parameters to change, by name, such as ``patient_time=0.02``.

    Raises
    ------
    InputProblem, FileProblem
        Where the scenario is wrong or cannot be read.
    ValueError
        Where a lever does not exist or is out of range, or the seed is; or where the scenario is
        one of a published model.

    Notes
    -----
    After Nonaka and Takeuchi (1995). The rules are documented with the functions that state them,
    in the files of `seci_sim.seci`. A subclass may override a mode
    (`socialize`, `externalize`, `combine`, `internalize`) in plain Python at that mode's cost alone.

    Examples
    --------
    >>> model = SECIModel("baseline", rng=7)
    >>> model.step()
    >>> len(model.agents), model.week
    (200, 1)
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "baseline",
        *,
        rng: int | np.random.Generator | None = None,
        **levers: Any,
    ) -> None:
        self.seed = _seed(rng)
        super().__init__(rng=self.seed)
        settings = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
        if levers:
            settings = with_levers(settings, **levers)
        if settings.model != SECI:
            raise ValueError(
                f"{settings.name!r} runs {settings.model}; use seci_sim.simulate for it"
            )
        self.organisation = Organisation(settings, self.seed)
        self._employees: dict[int, Employee] = {}

    def step(self) -> None:
        """One week, in this order; each process books hours before the next may."""
        self.organisation.begin_week()  # changes and shocks of the timeline
        self.move_world()  # needs turn round, staff leave, tacit knowledge fades
        self.socialize()  # with patients, then with colleagues
        self.externalize()  # workshops put needs into words
        self.combine()  # library, synthesis, justification, reading
        self.internalize()  # training, pilots, reviews, routines, noticing
        self.serve()  # needs met, access by income
        self.take_stock()  # one row in the records
        self.running = self.week < self.settings.horizon

    def run(self) -> None:
        """All weeks that are left: the same as `step` by `step`, only faster."""
        week_by_week = any(
            getattr(type(self), name) is not getattr(SECIModel, name) for name in WEEK
        )
        if week_by_week or self._employees:
            while self.running:
                self.step()
        else:
            self.organisation.run(self.settings.horizon)
            self.running = False

    def move_world(self) -> None:
        """Needs turn round; staff leave and are replaced; unused tacit knowledge fades."""
        self.organisation.perform(week.move_world)
        if self._employees:
            self._renew_agents()

    def socialize(self) -> None:
        """Tacit to tacit: visits to patients, then meetings of colleagues."""
        self.organisation.perform(week.socialize)

    def externalize(self) -> None:
        """Tacit to explicit: new projects form their groups, which put needs into words."""
        self.organisation.perform(week.externalize)

    def combine(self) -> None:
        """Explicit to explicit: this week's concepts become plans; some people read."""
        self.organisation.perform(week.combine)

    def internalize(self) -> None:
        """Explicit to tacit: training, pilots, reviews, routines, noticing what is wrong."""
        self.organisation.perform(week.internalize)

    def serve(self) -> None:
        """Patients get what routines and skill give; some start treatment, some stay on it."""
        self.organisation.perform(week.serve)

    def take_stock(self) -> None:
        """One row in the records for each market and for the whole."""
        self.organisation.perform(week.take_stock)

    # What it is made of --------------------------------------------------------------------------

    @property
    def week(self) -> int:
        """Weeks that have passed."""
        return self.organisation.week

    @property
    def settings(self) -> Scenario:
        """The scenario that is run."""
        return self.organisation.settings

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.organisation.policy

    @property
    def firm(self) -> Firm:
        """Units, markets and partners."""
        return self.organisation.firm

    @property
    def staff(self) -> Staff:
        """Employees in rows, and their ledgers of this week."""
        return self.organisation.staff

    @property
    def truth(self) -> Truth:
        """What patients really need."""
        return self.organisation.truth

    @property
    def knowledge(self) -> Knowledge:
        """The four knowledge assets."""
        return self.organisation.knowledge

    @property
    def records(self) -> Records:
        """What was measured so far."""
        return self.organisation.records

    def story(self, need: int) -> list[Step]:
        """When each market felt, said, planned, practised and made routine a need, and who did.

        See `seci_sim.seci.story.story`.
        """
        return story(self.knowledge, self.firm, need)

    # Mesa ----------------------------------------------------------------------------------------

    @property  # type: ignore[misc]  # Mesa's setter only says that there is none
    def agents(self) -> Any:
        """All employees who are there, as a Mesa AgentSet; made when first asked for."""
        self._renew_agents()
        return super().agents

    @property
    def agents_by_type(self) -> Any:
        """Mesa's table of agents by type."""
        self._renew_agents()
        return super().agents_by_type

    @property
    def agent_types(self) -> Any:
        """Mesa's list of agent types."""
        self._renew_agents()
        return super().agent_types

    def _renew_agents(self) -> None:
        """Give every row that is occupied a view of who sits there; remove those who left."""
        persons = np.where(self.staff.present, self.staff.person, NOBODY)
        known = np.full(len(persons), NOBODY)
        known[list(self._employees)] = [e.person for e in self._employees.values()]
        changed = np.flatnonzero(persons != known).tolist()
        gone = {e.person: e for row in changed if (e := self._employees.pop(row, None))}
        for row in changed:
            if persons[row] in gone:
                self._employees[row] = gone.pop(persons[row])
                self._employees[row]._row = row  # they changed places with somebody
            elif persons[row] != NOBODY:
                self._employees[row] = Employee(self, row)
        for employee in gone.values():
            employee.remove()


def _seed(rng: int | np.random.Generator | None) -> int:
    """The seed of a run: 0 to 2**63 - 1."""
    if rng is None:
        rng = np.random.default_rng()
    seed = int(rng.integers(2**63)) if isinstance(rng, np.random.Generator) else int(rng)
    if not 0 <= seed < 2**63:
        raise ValueError(f"rng: a seed is a whole number from 0 to 2**63 - 1; got {seed}")
    return seed
