"""An experiment: a question, what varies, how often each cell is run, and what is looked at."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import Field, model_validator

from seci_sim.lab.analysis_kinds import Asked, known
from seci_sim.lab.factors import Factor
from seci_sim.lab.hours_by_place import measures_by_place
from seci_sim.lab.sections import (
    MOST_CELLS,
    TABLES,
    OwnModel,
    OwnOutcome,
    PolicyChoice,
    Sample,
    Until,
)
from seci_sim.lab.trial_measures import trial_measures
from seci_sim.parameters import MODELS, Section
from seci_sim.scenario import Scenario, with_levers
from seci_sim.scenario.checks import check_names
from seci_sim.scenario.money import ASIDE
from seci_sim.scenario.problems import shown
from seci_sim.scenario.scenario import hash_of
from seci_sim.scenario.units import Name, Prose, Sentence, Source
from seci_sim.scenario.validation import FieldPath, Problem, refuse
from seci_sim.seci.measures import RATIOS, Measure, columns, outcomes

if TYPE_CHECKING:
    from seci_sim.seci.knowledge import Array

MOST_RUNS = 100_000_000
MOST_SCENARIOS = 100
MOST_OUTCOMES = 1000
LARGEST_SEED = 2**63 - 1

RATIO_NAMES = frozenset(measure.name for measure in RATIOS)
"""Outcomes that are ratios of a run's totals."""

YEARLY = ("needs_met", "needs_mis_served", "hours_a_head_and_year")
"""What is kept year by year."""

Seeds = TypeVar("Seeds", int, "Array")


class Design(Section):
    """A question, what varies, how often each cell is run, and what is looked at."""

    name: Name
    """What reports call the design."""
    question: Sentence
    """The question that the experiment is to answer."""
    notes: Prose = Field("")
    """What a reader should know."""
    scenarios: tuple[Scenario, ...] = Field(min_length=1, max_length=MOST_SCENARIOS)
    """The organisations that it starts from."""
    policies: tuple[PolicyChoice, ...] = Field((), max_length=1000)
    """Policies to compare, each a group of settings."""
    vary: tuple[Factor, ...] = Field(())
    """Levers: parameters that somebody decides, with the values to try."""
    uncertain: tuple[Factor, ...] = Field(())
    """Parameters that nobody knows or decides, with the values to allow for."""
    sample: Sample | None = None
    """How factors that have ranges are sampled."""
    replications: int = Field(20, ge=1, le=1_000_000)
    """Runs of each cell; the least number, where `until` is given."""
    until: Until | None = None
    """Replicate until an interval is as narrow as asked."""
    seed: int = Field(1, ge=0, le=LARGEST_SEED)
    """Seed of replication 0 of every cell, or of the first world; each next replication has the next."""
    luck: Literal["shared", "of each world"] = "shared"
    """Whether replication r has the same seed in every cell, or only in the cells of one world: of one set of values of what is uncertain."""
    outcomes: tuple[str, ...] = Field(
        ("needs_met", "needs_mis_served", "hours_a_head_and_year"),
        min_length=1,
        max_length=MOST_OUTCOMES,
    )
    """What is kept of each run."""
    weekly: tuple[str, ...] = Field((), max_length=100)
    """Measures that are kept week by week, for the whole firm."""
    yearly: bool = False
    """Whether needs met, needs mis-served and hours a head are kept year by year, for the whole firm."""
    yearly_by_market: tuple[str, ...] = Field((), max_length=20)
    """Measures of which each market's mean over each year is kept."""
    keep: Literal["outcomes", "report", "everything"] = "outcomes"
    """What is kept of each run: its outcomes, and what `weekly` names; what a report of the scenarios shows as well; or every measure of every week and market."""
    analyses: tuple[Asked, ...] = Field((), max_length=50)
    """What is made of the table."""
    own_outcomes: tuple[OwnOutcome, ...] = Field((), exclude=True)
    """Outcomes that a program adds; see run."""
    own_model: OwnModel | None = Field(None, exclude=True)
    """The model that a program runs instead; see run."""
    points: tuple[dict[str, bool | int | float], ...] = Field((), exclude=True)
    """Cells one by one; see with_points."""
    given: tuple[tuple[int | float, ...], ...] = Field((), exclude=True)
    """Points of a sample that is given: values of its factors, in their order; see with_worlds."""
    sources: tuple[Source, ...] = Field((), exclude=True)
    """The file that the experiment was read from."""

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Design:
        refuse(_misfits(self))
        return self

    # What follows from it ------------------------------------------------------------------------

    @property
    def factors(self) -> tuple[Factor, ...]:
        """All factors, levers first."""
        return self.vary + self.uncertain

    @property
    def crossed(self) -> tuple[Factor, ...]:
        """Factors with levels, each level of which meets each of the others."""
        return tuple(factor for factor in self.factors if factor.levels)

    @property
    def sampled(self) -> tuple[Factor, ...]:
        """Factors with a range that is sampled; a search chooses its levers by itself."""
        searches = self.searches
        return tuple(
            factor
            for factor in self.factors
            if not factor.levels and not (factor.decided and searches)
        )

    @property
    def size(self) -> int:
        """Number of cells."""
        if self.points:
            return len(self.scenarios) * len(self.points)
        crossed = math.prod(len(factor.levels) for factor in self.crossed)
        points = self.sample.size(len(self.sampled)) if self.sample and self.sampled else 1
        return len(self.scenarios) * max(1, len(self.policies)) * crossed * points

    @property
    def most_replications(self) -> int:
        """Replications that a cell may have."""
        return self.until.at_most if self.until else self.replications

    def seed_of(self, baseline: Seeds, replication: Seeds) -> Seeds:
        """Seed of a run, or of many.

        Parameters
        ----------
        baseline : int or (runs,) int64
            The cell that its cell is compared with, which tells the world.
        replication : int or (runs,) int64
            Number of the run of its cell.
        """
        before = 0 if self.luck == "shared" else baseline * self.most_replications
        return self.seed + before + replication

    @property
    def measures(self) -> dict[str, Measure]:
        """Outcomes by name: those that every scenario has, or that any has where all of them are kept."""
        first, *others = map(outcomes_of, self.scenarios)
        for other in others:
            if self.keep == "outcomes" and not self.yearly:
                first = {name: measure for name, measure in first.items() if name in other}
            else:
                first |= other
        own = {one.name: Measure(one.name, "", "end", one.meaning) for one in self.own_outcomes}
        return first | own

    @property
    def units(self) -> dict[str, str]:
        """Units of outcomes and factors, by name."""
        measured = {name: measure.unit for name, measure in self.measures.items()}
        return measured | {factor.name: factor.unit for factor in self.factors}

    @property
    def fields(self) -> dict[str, Any]:
        """All that the table of results depends on, as JSON would hold it."""
        return self._fields(only_chosen=False)

    def _fields(self, *, only_chosen: bool) -> dict[str, Any]:
        aside: dict[str, Any] = dict.fromkeys(("name", "question", "notes", "analyses"), True)
        aside["scenarios"] = {"__all__": set(ASIDE)}
        found = self.model_dump(mode="json", exclude=aside, exclude_defaults=only_chosen)
        if self.own_outcomes:
            found["own_outcomes"] = [
                one.model_dump(exclude_defaults=True) for one in self.own_outcomes
            ]
        if self.own_model and self.own_model.parts:  # version 0.1 kept none
            found["own_model"] = self.own_model.model_dump()
        if self.given:
            found["given"] = list(self.given)
        return found | {"points": list(self.points)}

    @property
    def fingerprint(self) -> str:
        """Hash of what was chosen of that, and of which results it has."""
        return hash_of(self._fields(only_chosen=True))

    @property
    def has_trial(self) -> bool:
        """Whether there is a trial inside the firm of some scenario."""
        return any(scenario.trial is not None for scenario in self.scenarios)

    @property
    def searches(self) -> bool:
        """Whether an analysis chooses values of levers by itself."""
        return any(analysis.chooses for analysis in self.analyses)


def _misfits(design: Design) -> Iterator[Problem]:
    """What is wrong with an experiment as a whole."""
    yield from check_names(("scenarios",), [scenario.name for scenario in design.scenarios])
    yield from check_names(("policies",), [policy.name for policy in design.policies])
    yield from _scenarios_that_differ(design)
    yield from _factors_given_twice(design)
    yield from _sampling_that_does_not_fit(design)
    yield from _report_that_does_not_fit(design)
    yield from _names_that_are_not_known(design)
    too_much = list(_too_much(design))
    yield from too_much or _values_that_do_not_fit(design)


def _scenarios_that_differ(design: Design) -> Iterator[Problem]:
    first = design.scenarios[0]
    for place, scenario in enumerate(design.scenarios):
        if scenario.model != first.model:
            what = f"runs {scenario.model} and the first {first.model}; "
            yield Problem(("scenarios", place), what + "only one model can be varied")
        elif scenario.horizon != first.horizon:
            what = f"runs for {scenario.horizon} weeks and the first for {first.horizon}; "
            yield Problem(("scenarios", place), what + "only equal times can be compared")


def _factors_given_twice(design: Design) -> Iterator[Problem]:
    levers = {factor.name for factor in design.vary}
    for factor in design.uncertain:
        if factor.name in levers:
            yield Problem(("uncertain", factor.name), "is already under vary")
    factors = levers | {factor.name for factor in design.uncertain}
    for place, choice in enumerate(design.policies):
        for name in choice.policy:
            if f"policy.{name}" in factors:
                what = "is set by the policy and varied as well"
                yield Problem(("policies", place, "policy", name), what)


def _sampling_that_does_not_fit(design: Design) -> Iterator[Problem]:
    if design.sample is None and design.sampled:
        names = ", ".join(factor.name for factor in design.sampled)
        what = f"is missing: ranges are given for {names}"
        example = "sample: {method: latin hypercube, points: 64}"
        yield Problem(("sample",), what, f"such as {example}")
    if design.sample is not None and not design.sampled:
        yield Problem(("sample",), "no factor has a range to sample")
    if design.sample is not None and design.sample.method in TABLES:
        rows = [len(row) for row in design.given]
        if rows != [len(design.sampled)] * (design.sample.points or 0):
            yield Problem(("sample", "method"), "is given by worlds, and by nothing else")
    if design.luck != "shared" and not design.uncertain:
        yield Problem(("luck",), "nothing is uncertain, so that there is one world")


def _report_that_does_not_fit(design: Design) -> Iterator[Problem]:
    """A report is of scenarios, each run equally often."""
    if design.yearly and not set(YEARLY) <= design.measures.keys():
        yield Problem(("yearly",), f"is for runs that measure {', '.join(YEARLY)}")
    if design.keep == "outcomes":
        return
    given = {"policies": design.policies, "vary": design.vary, "uncertain": design.uncertain}
    for name, there in (given | {"until": design.until}).items():
        if there:
            what = f"{shown(design.keep)} is for scenarios as they are; {name} leads to no report"
            yield Problem(("keep",), what)
    places = {name for scenario in design.scenarios for name in measures_by_place(scenario)}
    shown_all = (
        design.measures.keys() - places
    )  # hours by place came later, and only money needs them
    if lacking := [name for name in design.measures if name in shown_all - {*design.outcomes}]:
        what = f"a report shows all; {lacking[0]} is not among them; compare takes all of them"
        yield Problem(("outcomes",), what)
    if design.weekly:
        yield Problem(("weekly",), "all measures are kept week by week already (keep)")


def _values_that_do_not_fit(design: Design) -> Iterator[Problem]:
    """Every value is tried with every scenario, so that no run finds a mistake of the file.

    Levels from a file are within their own limits already. What else can be wrong with one is that
    somebody is invited who is not there, which the least and the largest tell.
    """
    for scenario in design.scenarios:
        for path, levers in _tried(design):
            try:
                with_levers(scenario, **levers)
            except ValueError as problem:
                yield Problem(path, f"in {shown(scenario.name)}: {problem}")


def _tried(design: Design) -> Iterator[tuple[FieldPath, dict[str, Any]]]:
    """Settings that have to go with every scenario, and where they are written."""
    for place, choice in enumerate(design.policies):
        yield ("policies", place), {f"policy__{n}": value for n, value in choice.policy.items()}
    for factor in (one for one in design.factors if not one.own):
        path = ("vary" if factor.decided else "uncertain", factor.name)
        ends = (factor.low, factor.high)
        if factor.levels:
            ends = (min(factor.levels), max(factor.levels))
        for value in factor.levels if design.points else ends:
            yield path, {factor.name.replace(".", "__"): value}


def _names_that_are_not_known(design: Design) -> Iterator[Problem]:
    outcomes = design.measures
    each_week = [{one.name for one in weekly_of(scenario)} for scenario in design.scenarios]
    in_all = set.intersection(*each_week)
    for place, name in enumerate(design.outcomes):
        yield from known(("outcomes", place), name, outcomes, design.outcomes[:place])
    for place, name in enumerate(design.weekly):
        measured = set.union(*each_week) if design.yearly else in_all
        yield from known(("weekly", place), name, sorted(measured), design.weekly[:place])
    for place, name in enumerate(design.yearly_by_market):
        yield from known(
            ("yearly_by_market", place), name, sorted(in_all), design.yearly_by_market[:place]
        )
    for place, analysis in enumerate(design.analyses):
        for problem in analysis.misfits(design):
            yield problem._replace(path=("analyses", place, *problem.path))
    if design.until is not None:
        yield from known(("until", "outcome"), design.until.outcome, design.outcomes)
        if design.until.at_most < design.replications:
            what = f"is fewer than the {design.replications} replications to begin with"
            yield Problem(("until", "at_most"), what, got=shown(design.until.at_most))
        if design.replications < 2:
            what = "an interval needs at least 2 (10 advised)"
            yield Problem(("replications",), what, got=shown(design.replications))


def _too_much(design: Design) -> Iterator[Problem]:
    runs = design.size * design.most_replications
    if design.size > MOST_CELLS:
        yield Problem((), f"{design.size:.2g} cells; limit {MOST_CELLS:,}")
    elif runs > MOST_RUNS:
        yield Problem(("replications",), f"{runs:.2g} runs; limit {MOST_RUNS:,}")
    if design.seed_of(max(0, design.size - 1), design.most_replications - 1) > LARGEST_SEED:
        what = "the seed of the last replication is too large"
        yield Problem(("seed",), what, "0..2^63-1", shown(design.seed))


# What is kept of a run -----------------------------------------------------------------------------


def outcomes_of(scenario: Scenario) -> dict[str, Measure]:
    """All that one run of a scenario comes to, by the names that experiments use.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> "needs_met" in outcomes_of(read_scenario("baseline"))
    True
    >>> list(outcomes_of(read_scenario("fang-2010")))[0]
    'people_payoff'
    """
    found = MODELS[scenario.model].outcomes or outcomes(
        scenario.service.bands, scenario.rival_names
    )
    *others, last = found.items()
    of_run = measures_by_place(scenario) | trial_measures(scenario)
    return dict([*others, *of_run.items(), last])


def weekly_of(scenario: Scenario) -> tuple[Measure, ...]:
    """What is measured in every week, or period, of a run: the columns of its table, in order.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> weekly_of(read_scenario("baseline"))[0].name
    'needs_met'
    """
    return MODELS[scenario.model].measures or columns(scenario.service.bands, scenario.rival_names)
