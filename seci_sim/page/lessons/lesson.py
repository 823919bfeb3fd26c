"""What a lesson is: an experiment with one thing to change, and what a class makes of it.

A lesson's scenario, policies and levers are written and checked as those of an experiment; what it adds is
the bet, what to look at, the finding, its explanation and a question to discuss.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, field_validator, model_validator

from seci_sim.lab.cells import Cells, settled
from seci_sim.lab.design import Design, weekly_of
from seci_sim.parameters import Section
from seci_sim.scenario import Scenario
from seci_sim.scenario.problems import shown, spelling
from seci_sim.scenario.quantities import in_words
from seci_sim.scenario.units import Name, Prose, Sentence
from seci_sim.scenario.validation import Problem, refuse
from seci_sim.seci.measures import Measure

MOST_SETTINGS = 8
"""Settings that a class can choose from, and that fit a page."""

FOREIGN = ("uncertain", "sample", "until", "weekly", "keep", "analyses")
"""Parts of an experiment that a lesson has no use for."""


class Bet(Section):
    """What the class bets on: where one line will end."""

    question: Sentence
    """The bet in words; it ends with: where will it end?"""
    outcome: str = Field("needs_met")
    """The measure whose line is drawn."""
    setting: Name
    """The setting whose line the class has not seen: a policy's or a scenario's name, or a value of the lever, such as 1%."""


class Lesson(Design):
    """A question, a bet, one thing to change, what to look at, an explanation, a discussion."""

    bet: Bet
    """What the class bets on before it looks."""
    look_at: tuple[Sentence, ...] = Field(min_length=1, max_length=6)
    """What to look at while the weeks go by."""
    finding: Sentence
    """What there is to see, in one sentence."""
    explanation: Prose = Field(min_length=1)
    """Why it comes out so, in this model."""
    discussion: Prose = Field(min_length=1)
    """A question that leads back to real firms."""

    @field_validator("scenarios")
    @classmethod
    def _has_people_to_show(cls, scenarios: tuple[Scenario, ...]) -> tuple[Scenario, ...]:
        strange = {scenario.model: None for scenario in scenarios if not scenario.units}
        what = "a lesson plays the SECI organisation"
        refuse(Problem((), what, got=shown(model)) for model in strange)
        return scenarios

    @model_validator(mode="after")
    def _can_be_taught(self) -> Lesson:
        refuse(_misfits(self))
        return self

    @property
    def labels(self) -> tuple[str, ...]:
        """What the settings are called, in order; the first is what the class sees before it bets."""
        if self.policies:
            return tuple(choice.name for choice in self.policies)
        if self.vary:
            return tuple(in_words(level, self.vary[0].unit) for level in self.vary[0].levels)
        return tuple(scenario.name for scenario in self.scenarios)

    @property
    def settings(self) -> tuple[Scenario, ...]:
        """The scenario of each setting, under the setting's name.

        Examples
        --------
        >>> from seci_sim.page.lessons import read_lesson
        >>> one = read_lesson("why-one-percent").settings[3]
        >>> one.name, one.policy.patient_time
        ('1%', 0.01)
        """
        return tuple(
            settled(self, cell).model_copy(update={"name": label})
            for label, cell in zip(self.labels, Cells(self), strict=True)
        )


def _curves(lesson: Lesson) -> dict[str, Measure]:
    """Measures that have a line that ends somewhere: levels from 0 to 1 that every setting has."""
    first, *others = (
        {m.name: m for m in weekly_of(s) if m.kind == "level" and m.unit == "share"}
        for s in lesson.scenarios
    )
    return {name: measure for name, measure in first.items() if all(name in o for o in others)}


def _misfits(lesson: Lesson) -> Iterator[Problem]:
    """What is wrong with a lesson, beyond what would be wrong with an experiment."""
    for name in FOREIGN:
        if name in lesson.model_fields_set:
            yield Problem((name,), "is for experiments, not for lessons")
    if lesson.replications < 2:
        yield Problem(("replications",), "an interval needs at least 2 (10 advised)")
    yield from _more_than_one_thing(lesson)
    yield from _bet_that_nobody_can_make(lesson)


def _more_than_one_thing(lesson: Lesson) -> Iterator[Problem]:
    ways = {
        "scenarios": len(lesson.scenarios) > 1,
        "policies": bool(lesson.policies),
        "vary": bool(lesson.vary),
    }
    given = [name for name, is_given in ways.items() if is_given]
    if not given:
        what = "nothing changes; give several scenarios, policies, or a lever under vary"
        yield Problem((), what)
    elif len(given) > 1 or len(lesson.vary) > 1:
        what = "a lesson changes one thing; give one lever, or policies, or scenarios"
        yield Problem((given[-1],), what)
    elif not 2 <= len(lesson.labels) <= MOST_SETTINGS:
        allowed = f"2 to {MOST_SETTINGS} settings"
        yield Problem((given[0],), f"{len(lesson.labels)} settings", allowed)


def _bet_that_nobody_can_make(lesson: Lesson) -> Iterator[Problem]:
    bet, curves = lesson.bet, _curves(lesson)
    if bet.outcome not in curves:
        what = f"no line is called {shown(bet.outcome)}{spelling(bet.outcome, curves)}"
        yield Problem(("bet", "outcome"), what, "a measure that is a share, such as needs_met")
    if bet.setting not in lesson.labels:
        what = f"no setting is called {shown(bet.setting)}{spelling(bet.setting, lesson.labels)}"
        yield Problem(("bet", "setting"), what, " or ".join(map(shown, lesson.labels)))
    elif bet.setting == lesson.labels[0]:
        what = "is the first setting, whose line the class sees before it bets"
        yield Problem(("bet", "setting"), what, got=shown(bet.setting))
