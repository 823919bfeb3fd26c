"""An experiment: a question, what varies, how often each cell is run, and what is looked at."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Iterator
from typing import Any, Literal

from pydantic import Field, model_validator

from seci_sim.experiment.analyses.sections import SAMPLES, Analysis
from seci_sim.experiment.factors import Factor
from seci_sim.experiment.outcomes import outcomes_of
from seci_sim.experiment.sections import MOST_CELLS, OwnOutcome, PolicyChoice, Sample, Until
from seci_sim.measures import Measure
from seci_sim.parameters import Section
from seci_sim.scenario import Scenario, with_levers
from seci_sim.scenario.checks import check_names
from seci_sim.scenario.parts import Name, Prose, Sentence, Source
from seci_sim.scenario.problems import shown
from seci_sim.scenario.validation import FieldPath, Problem, refuse

MOST_RUNS = 100_000_000
MOST_SCENARIOS = 100
LARGEST_SEED = 2**63 - 1
SEARCH = "search"
"""The kind of analysis that chooses its own values of levers."""


class Design(Section):
    """A question, what varies, how often each cell is run, and what is looked at."""

    name: Name = Field(description="What reports call the design.")
    question: Sentence = Field(description="The question that the experiment is to answer.")
    notes: Prose = Field("", description="What a reader should know.")
    scenarios: tuple[Scenario, ...] = Field(
        min_length=1,
        max_length=MOST_SCENARIOS,
        description="The organisations that it starts from.",
    )
    policies: tuple[PolicyChoice, ...] = Field(
        (), max_length=1000, description="Policies to compare, each a group of settings."
    )
    vary: tuple[Factor, ...] = Field(
        (), description="Levers: parameters that somebody decides, with the values to try."
    )
    uncertain: tuple[Factor, ...] = Field(
        (), description="Parameters that nobody knows or decides, with the values to allow for."
    )
    sample: Sample | None = Field(None, description="How factors that have ranges are sampled.")
    replications: int = Field(
        20,
        ge=1,
        le=1_000_000,
        description="Runs of each cell; the least number, where `until` is given.",
    )
    until: Until | None = Field(
        None, description="Replicate until an interval is as narrow as asked."
    )
    seed: int = Field(
        1,
        ge=0,
        le=LARGEST_SEED,
        description="Seed of replication 0 of every cell; each next replication has the next.",
    )
    outcomes: tuple[str, ...] = Field(
        ("needs_met", "needs_mis_served", "hours_a_head_and_year"),
        min_length=1,
        max_length=200,
        description="What is kept of each run.",
    )
    weekly: tuple[str, ...] = Field(
        (), max_length=100, description="Measures that are kept week by week, for the whole firm."
    )
    keep: Literal["outcomes", "report", "everything"] = Field(
        "outcomes",
        description="What is kept of each run: its outcomes, and what `weekly` names; what a report "
        "of the scenarios shows as well; or every measure of every week and market.",
    )
    analyses: tuple[Analysis, ...] = Field(
        (), max_length=50, description="What is made of the table."
    )
    own_outcomes: tuple[OwnOutcome, ...] = Field(
        (), exclude=True, description="Outcomes that a program adds; see run."
    )
    points: tuple[dict[str, bool | int | float], ...] = Field(
        (), exclude=True, description="Cells one by one; see with_points."
    )
    sources: tuple[Source, ...] = Field(
        (), exclude=True, description="The file that the experiment was read from."
    )

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
        return tuple(
            factor
            for factor in self.factors
            if not factor.levels and not (factor.decided and self.searches)
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

    @property
    def measures(self) -> dict[str, Measure]:
        """Outcomes by name: those that every scenario has, or that any has where it is reported on."""
        first, *others = map(outcomes_of, self.scenarios)
        for other in others:
            if self.keep == "outcomes":
                first = {name: measure for name, measure in first.items() if name in other}
            else:
                first |= other
        own = {one.name: Measure(one.name, "", "end", one.meaning) for one in self.own_outcomes}
        return first | own

    @property
    def fields(self) -> dict[str, Any]:
        """All that the table of results depends on, as JSON would hold it."""
        aside = {"name", "question", "notes", "analyses"}
        found = self.model_dump(mode="json", exclude=aside) | {"points": list(self.points)}
        if self.keep == "outcomes":
            del found["keep"]
        if self.own_outcomes:
            found["own_outcomes"] = [one.model_dump() for one in self.own_outcomes]
        for factor in [*found["vary"], *found["uncertain"]]:
            if factor["own"] is None:
                del factor["own"]
        return found

    @property
    def fingerprint(self) -> str:
        """Hash of all that the table of results depends on, but the versions of programs."""
        text = json.dumps(self.fields, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def searches(self) -> bool:
        """Whether an analysis chooses values of levers by itself."""
        return any(analysis.kind == SEARCH for analysis in self.analyses)


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


def _report_that_does_not_fit(design: Design) -> Iterator[Problem]:
    """A report is of scenarios, each run equally often."""
    if design.keep == "outcomes":
        return
    given = {"policies": design.policies, "vary": design.vary, "uncertain": design.uncertain}
    for name, there in (given | {"until": design.until}).items():
        if there:
            what = f"{shown(design.keep)} is for scenarios as they are; {name} leads to no report"
            yield Problem(("keep",), what)
    if design.weekly:
        yield Problem(("weekly",), "all measures are kept week by week already (keep)")


def _values_that_do_not_fit(design: Design) -> Iterator[Problem]:
    """Every value is tried with every scenario, so that no run finds a mistake of the file.

    Levels from a file are within their own limits already. What else can be wrong with one is that
    somebody is invited who is not there, which the least and the largest tell.
    """
    for scenario in design.scenarios:
        for place, choice in enumerate(design.policies):
            settings = {f"policy__{name}": value for name, value in choice.policy.items()}
            try:
                with_levers(scenario, **settings)
            except ValueError as problem:
                yield Problem(("policies", place), f"in {shown(scenario.name)}: {problem}")
        for factor in (one for one in design.factors if not one.own):
            group = "vary" if factor.decided else "uncertain"
            ends = (factor.low, factor.high)
            if factor.levels:
                ends = (min(factor.levels), max(factor.levels))
            for value in factor.levels if design.points else ends:
                try:
                    with_levers(scenario, **{factor.name.replace(".", "__"): value})
                except ValueError as problem:
                    what = f"in {shown(scenario.name)}: {problem}"
                    yield Problem((group, factor.name), what)


def _names_that_are_not_known(design: Design) -> Iterator[Problem]:
    known, measured = (
        design.measures,
        {measure.name for measure in design.measures.values()},
    )
    for place, name in enumerate(design.outcomes):
        yield from _known(("outcomes", place), name, known, design.outcomes[:place])
    for place, name in enumerate(design.weekly):
        yield from _known(("weekly", place), name, measured, design.weekly[:place])
    wanted = [(("analyses", n), analysis) for n, analysis in enumerate(design.analyses)]
    factors = [factor.name for factor in design.factors]
    for path, analysis in wanted:
        if analysis.outcome is not None:
            yield from _known((*path, "outcome"), analysis.outcome, design.outcomes)
        if analysis.factor is not None:
            yield from _known((*path, "factor"), analysis.factor, factors)
        yield from _analysis_that_does_not_fit(design, path, analysis)
    if design.until is not None:
        yield from _known(("until", "outcome"), design.until.outcome, design.outcomes)
        if design.until.at_most < design.replications:
            what = f"is fewer than the {design.replications} replications to begin with"
            yield Problem(("until", "at_most"), what, got=shown(design.until.at_most))
        if design.replications < 2:
            what = "an interval needs at least 2 (10 advised)"
            yield Problem(("replications",), what, got=shown(design.replications))


def _analysis_that_does_not_fit(
    design: Design, path: FieldPath, analysis: Analysis
) -> Iterator[Problem]:
    """An analysis needs the cells that it is about."""
    if analysis.kind in SAMPLES:
        yield from _design_of_another_kind(design, (*path, "kind"), analysis.kind)
    if analysis.kind == SEARCH:
        yield from _goals_that_do_not_fit(design, path, analysis)
    if analysis.by == "policy" and not design.policies:
        yield Problem((*path, "by"), "there are no policies")
    if analysis.factor is not None:
        yield from _more_than_one_thing(design, path, analysis)
    if analysis.policy is not None:
        others = (design.policies or design.scenarios)[1:]
        yield from _known((*path, "policy"), analysis.policy, [one.name for one in others])
        if not design.uncertain or design.vary:
            what = f"{analysis.kind} looks for conditions: vary under uncertain only"
            yield Problem((*path, "kind"), what)


def _design_of_another_kind(design: Design, path: FieldPath, kind: str) -> Iterator[Problem]:
    """Sensitivity analyses have designs of their own."""
    method = design.sample.method if design.sample else "nothing"
    if method != SAMPLES[kind]:
        yield Problem(path, f"{kind} needs sample: {{method: {SAMPLES[kind]}}}, not {method}")
    elif design.sample and design.size > design.sample.size(len(design.sampled)):
        yield Problem(path, f"{kind} is of one scenario and policy, without levels")
    if design.replications < 2:
        yield Problem(path, f"{kind} tells noise from replications; at least 2 are needed")


def _goals_that_do_not_fit(
    design: Design, path: FieldPath, analysis: Analysis
) -> Iterator[Problem]:
    """A search needs levers, and goals between which to weigh."""
    if not design.vary:
        yield Problem((*path, "kind"), "a search needs levers under vary")
    if len(design.scenarios) > 1 or design.policies or design.uncertain:
        what = "a search is of one scenario, with neither policies nor uncertain parameters"
        yield Problem((*path, "kind"), what)
    goals = (*analysis.higher, *analysis.lower)
    for place, name in enumerate(goals):
        group = "higher" if place < len(analysis.higher) else "lower"
        yield from _known((*path, group), name, design.outcomes, goals[:place])
    if len(goals) < 2:
        yield Problem((*path, "higher"), "a search weighs at least two goals")


def _more_than_one_thing(design: Design, path: FieldPath, analysis: Analysis) -> Iterator[Problem]:
    """A curve follows one factor, and nothing else varies along it."""
    free = {factor.name for factor in design.factors} - {analysis.factor}
    free |= {"policy"} if len(design.policies) > 1 and analysis.by != "policy" else set()
    free |= {"scenario"} if len(design.scenarios) > 1 and analysis.by != "scenario" else set()
    if free:
        what = f"{min(map(str, free))} varies as well; {analysis.kind} follows one thing"
        yield Problem((*path, "factor"), what)
    if any(factor.name == analysis.factor and not factor.levels for factor in design.factors):
        what = f"{analysis.kind} needs levels, such as [0%, 1%, 2%]"
        yield Problem((*path, "factor"), what)


def _too_much(design: Design) -> Iterator[Problem]:
    runs = design.size * design.most_replications
    if design.size > MOST_CELLS:
        yield Problem((), f"{design.size:.2g} cells; limit {MOST_CELLS:,}")
    elif runs > MOST_RUNS:
        yield Problem(("replications",), f"{runs:.2g} runs; limit {MOST_RUNS:,}")
    if design.seed + design.most_replications - 1 > LARGEST_SEED:
        what = "the seed of the last replication is too large"
        yield Problem(("seed",), what, "0..2^63-1", shown(design.seed))


def _known(
    path: FieldPath, name: str, known: Collection[str], before: Collection[str] = ()
) -> Iterator[Problem]:
    """A name must be one of those known, and not be given before."""
    if name not in known:
        what = f"nothing is called {shown(name)}"
        yield Problem(path, what, unknown=name, known=tuple(known))
    if name in before:
        yield Problem(path, "is given twice", got=shown(name))
