"""The organisation as a Mesa model: the only file that knows Mesa.

`SECIModel.step` names the whole week. State is kept in arrays (see ``knowledge``); an `Employee` is
a thin view of one row, made when somebody first asks for ``model.agents``, so that a run without
them costs nothing for it.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from seci_sim.engine.luck import seed_of
from seci_sim.notebook_table import notebook_table
from seci_sim.parameters import SECI, Policy
from seci_sim.scenario import Scenario, read_scenario, with_levers
from seci_sim.seci import tables, week
from seci_sim.seci.firm import Firm
from seci_sim.seci.knowledge import NOBODY, Array, Knowledge, Staff
from seci_sim.seci.measures import Measure
from seci_sim.seci.organisation import Organisation
from seci_sim.seci.records import Records
from seci_sim.seci.story import Step, story
from seci_sim.seci.world import Truth

if TYPE_CHECKING:
    import pandas as pd

WEEK = ("step", *(process.__name__ for process in week.PROCESSES[1:]))
"""What a subclass may override of a week."""

OTHERS_FROM = 1_000_000_001
"""First number of agents that a user adds: employees have theirs by who they are, under every policy."""


class Employee(mesa.Agent):
    """A view of one employee's row; it raises `LookupError` once they have left.

    `model.agents` makes them. After `remove` somebody else sits there, as when staff leave by chance.

    Parameters
    ----------
    model : SECIModel
        The organisation they work in.
    row : int
        Their row in its arrays.
    """

    model: SECIModel

    def __init__(self, model: SECIModel, row: int) -> None:
        if row in model._employees or not model.staff.present[row]:
            raise ValueError(f"seat {row} is not to be filled; model.agents has all employees")
        self._row = row
        self.person = int(model.staff.person[row])
        model._employees[row] = self
        super().__init__(model)

    @property
    def row(self) -> int:
        """Row in the model's arrays."""
        if not self._is_there:
            raise LookupError(f"employee {self.unique_id} has left")
        return self._row

    @property
    def _is_there(self) -> bool:
        staff = self.model.staff
        return bool(staff.person[self._row] == self.person and staff.present[self._row])

    @property
    def tacit(self) -> Array:
        """(needs,) float32 in [-1, 1]: conviction and skill; may be written to."""
        return self.model.knowledge.tacit[self.row]

    @property
    def explicit(self) -> Array:
        """(needs,) int8 in {-1, 0, +1}: what they have read or written; may be written to."""
        return self.model.knowledge.explicit[self.row]

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
        return self.model.staff.hours[self.row]


class SECIModel(mesa.Model):
    """An organisation that creates knowledge, week by week.

    Parameters
    ----------
    scenario : str, Path or Scenario
        A shipped name such as ``"one-percent"``, a file, or a scenario read before.
    rng : int, or whatever `numpy.random.default_rng` takes
        Seed, 0 to 2**63 - 1; a generator gives its next integer, a sequence of integers or a
        `SeedSequence` the first of theirs; None takes fresh entropy. All luck of the organisation
        comes from it: `model.rng` and `model.random` are for agents of your own.
    **levers
        Parameters to change, by name, such as ``patient_time=0.02``.

    Raises
    ------
    InputProblem, FileProblem
        Where the scenario is wrong or cannot be read.
    ValueError
        Where a lever does not exist or is out of range, or the seed is; or where the scenario is
        one of a published model. In `step`, where a conviction was set outside -1 to 1.

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
        rng: Any = None,
        **levers: Any,
    ) -> None:
        if "seed" in levers:
            raise ValueError("seed: use rng=, as Mesa does from version 4 on")
        self.seed = seed_of(rng)
        self._employees: dict[int, Employee] = {}
        self._others = OTHERS_FROM
        self._own_collector: Any = None
        self._collector: Any = None
        super().__init__(rng=self.seed)
        settings = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
        if levers:
            settings = with_levers(settings, **levers)
        if settings.model != SECI:
            raise ValueError(
                f"{settings.name!r} runs {settings.model}; use seci_sim.simulate for it"
            )
        self.organisation = Organisation(settings, self.seed)

    def step(self) -> None:
        """One week, in this order; each process books hours before the next may."""
        self.organisation.check_convictions()  # that somebody may have set
        self.organisation.begin_week()  # changes and shocks of the timeline
        self.move_world()  # needs turn round, staff leave, tacit knowledge fades
        self.socialize()  # with patients, then with colleagues
        self.externalize()  # workshops put needs into words
        self.combine()  # library, synthesis, justification, reading
        self.internalize()  # training, pilots, reviews, routines, noticing
        self.work()  # routine business, and what it teaches
        self.serve()  # needs met, access by income
        self.take_stock()  # one row in the records
        self.running = self.week < self.settings.horizon

    def run(self) -> None:
        """All weeks that are left: the same as `step` by `step`, only faster."""
        overridden = [getattr(type(self), name) is not getattr(SECIModel, name) for name in WEEK]
        if any(overridden) or self._employees:
            while self.running:
                self.step()
        else:
            self.organisation.check_convictions()
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

    def work(self) -> None:
        """Routine business, in all hours that are left, may teach: see `seci_sim.seci.on_the_job`."""
        self.organisation.perform(week.work)

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

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is measured every week: name, unit and meaning."""
        return tables.measures(self.organisation)

    def weekly(self) -> pd.DataFrame:
        """All that was measured up to now: a row for each week and market, and for ``all`` of them.

        Examples
        --------
        >>> model = SECIModel("baseline", rng=7)
        >>> model.step()
        >>> model.weekly()[["week", "market", "leavers"]].tail(2).to_dict("list")
        {'week': [1, 1], 'market': ['West', 'all'], 'leavers': [0.0, 0.0]}
        """
        return tables.weekly(self.organisation)

    def trial(self) -> pd.DataFrame:
        """What was measured up to now of a trial inside the firm: a row for each week and arm.

        Returns
        -------
        DataFrame
            ``week``, ``arm``, how many of its ``people`` are there, and their mean ``needs_met`` (by
            their own service), ``skill``, ``knowing``, ``alignment`` and ``hours``.

        Raises
        ------
        ValueError
            The scenario has no trial.
        """
        return tables.trial(self.organisation)

    def _repr_html_(self) -> str:
        """What a notebook shows: how far it is, and some measures of the last week."""
        name, horizon = self.settings.name, self.settings.horizon
        so_far = f"{name}: week {self.week} of {horizon}, seed {self.seed}"
        return notebook_table(so_far, tables.last_week(self.organisation))

    # Mesa ----------------------------------------------------------------------------------------

    @property
    def steps(self) -> int:
        """Weeks that have passed, as Mesa 3 calls them; its own counter misses those of `run`."""
        return self.week if "organisation" in vars(self) else 0

    @steps.setter
    def steps(self, counted: int) -> None:
        pass

    @property
    def datacollector(self) -> Any:
        """A Mesa DataCollector: your own, if you set one, or one of all measures of the whole firm."""
        if self._own_collector is not None:
            return self._own_collector
        names = [measure.name for measure in self.measures]
        if self._collector is None:
            self._collector = mesa.DataCollector(dict(zip(names, names, strict=True)))
        collected = len(self._collector.model_vars[names[0]])
        for number, row in enumerate(self.organisation.table()[collected:, -1], collected + 1):
            measured = dict(zip(names, row.tolist(), strict=True))
            self._collector.collect(SimpleNamespace(steps=number, time=float(number), **measured))
        return self._collector

    @datacollector.setter
    def datacollector(self, collector: Any) -> None:
        self._own_collector = collector

    def register_agent(self, agent: Any) -> None:
        """Mesa's: every agent has a number of its own here."""
        super().register_agent(agent)  # type: ignore[no-untyped-call]
        # Mesa 3.3 keeps every model in this table for ever, so a sweep would never free one.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        if isinstance(agent, Employee):
            agent.unique_id = agent.person + 1
        else:
            agent.unique_id = self._others
            self._others += 1

    def deregister_agent(self, agent: Any) -> None:
        """Mesa's, by which agents are removed: an employee leaves, and somebody new takes the seat."""
        super().deregister_agent(agent)  # type: ignore[no-untyped-call]
        if isinstance(agent, Employee) and agent._is_there:
            del self._employees[agent.row]
            self.organisation.replace(agent.row)

    def remove_all_agents(self) -> None:
        """Mesa's: everybody leaves, and others come."""
        self._renew_agents()
        super().remove_all_agents()  # type: ignore[no-untyped-call]

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
                Employee(self, row)
        for employee in gone.values():
            employee.remove()
