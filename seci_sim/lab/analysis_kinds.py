"""What an experiment file may ask to be made of its table: a class for each kind of analysis.

What is asked is checked here, before anything heavy is imported. The module of the same name in
`seci_sim.analyses` computes it, draws it and says what was found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, SerializeAsAny

from seci_sim.declaring import Section
from seci_sim.scenario.problems import shown
from seci_sim.scenario.validation import FieldPath, Problem, section_of

Design = Any
"""A `seci_sim.lab.design.Design`, of which analyses are a part, so that its file imports this one."""


class Analysis(Section):
    """Something that is made of an experiment's table."""

    chooses: ClassVar[bool] = False
    """Whether it chooses values of levers by itself, and runs more than the experiment does."""

    kind: str
    """What is made of the table."""

    def model_post_init(self, _: Any) -> None:
        """Its kind is always written down."""
        self.model_fields_set.add("kind")

    def misfits(self, design: Design) -> Iterator[Problem]:
        """What of an experiment does not go with it; paths begin at the analysis."""
        outcome = getattr(self, "outcome", None)
        if outcome is not None:
            yield from known(("outcome",), outcome, design.outcomes)


class Comparison(Analysis):
    """Each policy's change from the first in the same world, all intervals holding together."""

    kind: Literal["comparison"] = "comparison"
    outcome: str | None = None
    """The outcome that it is about; without one, all of them."""

    def misfits(self, design: Design) -> Iterator[Problem]:
        """It compares what is decided, not worlds."""
        yield from super().misfits(design)
        if not (design.vary or design.policies[1:] or design.scenarios[1:]):
            worlds = ", and worlds are not compared" if design.uncertain else ""
            what = f"nothing that is decided varies{worlds}; use vary, policies or scenarios"
            yield Problem(("kind",), what)


class DoseResponse(Analysis):
    """How an outcome follows the levels of one factor."""

    kind: Literal["dose-response"] = "dose-response"
    outcome: str
    """The outcome that it is about."""
    factor: str
    """The parameter that it follows."""
    by: Literal["policy", "scenario"] | None = None
    """What the curves are drawn for; without it, there is one."""

    def misfits(self, design: Design) -> Iterator[Problem]:
        """It follows one factor that has levels; nothing else that is decided varies along it."""
        yield from super().misfits(design)
        yield from known(("factor",), self.factor, [factor.name for factor in design.factors])
        if self.by == "policy" and not design.policies:
            yield Problem(("by",), "there are no policies")
        free = {factor.name for factor in design.vary} - {self.factor}
        free |= {"policy"} if len(design.policies) > 1 and self.by != "policy" else set()
        free |= {"scenario"} if len(design.scenarios) > 1 and self.by != "scenario" else set()
        if free:
            what = f"{min(free)} varies as well; {self.kind} follows one thing"
            yield Problem(("factor",), what)
        if any(factor.name == self.factor and not factor.levels for factor in design.factors):
            yield Problem(("factor",), f"{self.kind} needs levels, such as [0%, 1%, 2%]")


class _Sensitivity(Analysis):
    """Which sampled factors move an outcome, told from luck by replications."""

    method: ClassVar[str]
    """The sample that it needs."""

    outcome: str
    """The outcome that it is about."""

    def misfits(self, design: Design) -> Iterator[Problem]:
        """It has a design of its own."""
        yield from super().misfits(design)
        method = design.sample.method if design.sample else "nothing"
        if method != self.method:
            what = f"{self.kind} needs sample: {{method: {self.method}}}, not {method}"
            yield Problem(("kind",), what)
        elif design.sample and design.size > design.sample.size(len(design.sampled)):
            yield Problem(("kind",), f"{self.kind} is of one scenario and policy, without levels")
        if design.replications < 2:
            what = f"{self.kind} tells noise from replications; at least 2 are needed"
            yield Problem(("kind",), what)


class Tornado(_Sensitivity):
    """The change at either end of each range, the rest as it is."""

    method = "one at a time"
    kind: Literal["tornado"] = "tornado"


class Morris(_Sensitivity):
    """Which of many parameters matter, with a range for each rank."""

    method = "morris"
    kind: Literal["morris"] = "morris"


class SobolIndices(_Sensitivity):
    """The share of the variance that each parameter takes part in."""

    method = "saltelli"
    kind: Literal["sobol-indices"] = "sobol-indices"


class Search(Analysis):
    """The policies that no other beats by all goals."""

    chooses = True
    kind: Literal["search"] = "search"
    higher: tuple[str, ...] = Field(("needs_met",), max_length=3)
    """Outcomes that it tries to raise."""
    lower: tuple[str, ...] = Field(("needs_mis_served", "hours_a_head_and_year"), max_length=3)
    """Outcomes that it tries to lower."""
    generations: int = Field(12, ge=1, le=1000)
    """Generations of policies."""
    population: int = Field(16, ge=4, le=1000)
    """Policies in each generation."""
    fresh: int = Field(20, ge=2, le=10_000)
    """Runs of each policy on the front, on fresh seeds."""

    def misfits(self, design: Design) -> Iterator[Problem]:
        """It needs levers, and goals between which to weigh."""
        if not design.vary:
            yield Problem(("kind",), "a search needs levers under vary")
        if len(design.scenarios) > 1 or design.policies or design.uncertain:
            what = "a search is of one scenario, with neither policies nor uncertain parameters"
            yield Problem(("kind",), what)
        goals = (*self.higher, *self.lower)
        for place, name in enumerate(goals):
            group = "higher" if place < len(self.higher) else "lower"
            yield from known((group,), name, design.outcomes, goals[:place])
        if len(goals) < 2:
            yield Problem(("higher",), "a search weighs at least two goals")


class Discovery(Analysis):
    """The conditions under which a policy fails."""

    kind: Literal["discovery"] = "discovery"
    outcome: str
    """The outcome that it is about, a share."""
    policy: str
    """The policy, or scenario, whose failures it looks for."""
    at_least: float = Field(0.0, json_schema_extra={"unit": "share"})
    """The change from the first policy below which a policy fails."""

    def misfits(self, design: Design) -> Iterator[Problem]:
        """Conditions vary, and a policy that is not the first."""
        yield from super().misfits(design)
        unit = design.units.get(self.outcome, "share")
        if unit != "share":
            yield Problem(("outcome",), f"counts {unit}, and {self.kind} is about a share")
        if design.policies and len(design.scenarios) > 1:
            what = f"{self.kind} is of policies in one scenario, or of several scenarios"
            yield Problem(("kind",), what)
        others = (design.policies or design.scenarios)[1:]
        yield from known(("policy",), self.policy, [one.name for one in others])
        if not design.uncertain or design.vary:
            what = f"{self.kind} looks for conditions: vary under uncertain only"
            yield Problem(("kind",), what)


ANALYSES = (Comparison, DoseResponse, Tornado, Morris, SobolIndices, Search, Discovery)
"""Every kind of analysis. To add one, add its class here."""

Analysis.kinds = {one.model_fields["kind"].default: one for one in ANALYSES}


def _of_its_kind(asked: Any) -> Any:
    """What was asked as a table, as an analysis of its kind; JSON has lists for tuples."""
    if not isinstance(asked, dict):
        return asked
    fields = {name: tuple(v) if isinstance(v, list) else v for name, v in asked.items()}
    return section_of(Analysis, fields)


Asked = Annotated[SerializeAsAny[Analysis], BeforeValidator(_of_its_kind)]
"""An analysis as a part of an experiment."""


def known(
    path: FieldPath, name: str, among: Collection[str], before: Collection[str] = ()
) -> Iterator[Problem]:
    """A name must be one of those known, and not be given before."""
    if name not in among:
        what = f"nothing is called {shown(name)}"
        yield Problem(path, what, unknown=name, known=tuple(among))
    if name in before:
        yield Problem(path, "is given twice", got=shown(name))
