"""A study: what somebody published, and the scenarios that re-create it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from math import nan
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from seci_sim.evidence.effects import FEWEST_FIRMS, KINDS, OF_A_PARAMETER, OVER_FIRMS, Kind, Makes
from seci_sim.lab.design import outcomes_of, weekly_of
from seci_sim.lab.factors import DECLARED
from seci_sim.parameters import Section
from seci_sim.scenario import InputProblem, Scenario
from seci_sim.scenario.files import located, scenario_in, shipped_files
from seci_sim.scenario.problems import shown, spelling
from seci_sim.scenario.reading import Reading
from seci_sim.scenario.tree import Mapping, Scalar, parse, read_text, shown_node
from seci_sim.scenario.trial import ARMS
from seci_sim.scenario.units import Name, Prose, Sentence, Source
from seci_sim.scenario.validation import FieldPath, Problem, refuse
from seci_sim.words import Interval, listed

SCENARIOS = ("base", "changed", "with_rules")
"""What stands in a study's file as scenarios do in theirs: the latter two are laid over the former."""

SHELF = "studies"


class Finding(Section):
    """What was published."""

    what: Sentence
    """What was compared, and what was measured of it."""
    effect: float | None = None
    """How large it was; without it, only an interval is known, or a direction."""
    low: float | None = None
    """Lower end of an interval that says how sure the effect is."""
    high: float | None = None
    """Upper end of it."""
    direction: Literal["more", "less"] | None = None
    """What the change does to the outcome, where no size of it can be compared."""
    unit: Sentence = "share"
    """What the numbers count."""
    interval: Sentence = "none was found"
    """What the interval is, or how it was worked out."""
    read_in: Prose = ""
    """Where these numbers were read; without it the row is not verified, and counts for nothing."""

    @model_validator(mode="after")
    def _fits_together(self) -> Finding:
        refuse(self._misfits())
        return self

    def _misfits(self) -> Iterator[Problem]:
        numbers = [end for end in (self.effect, self.low, self.high) if end is not None]
        if (self.low is None) != (self.high is None):
            yield Problem(("low",), "an interval has two ends: low and high")
        elif self.bounds is not None and self.bounds[0] > self.bounds[1]:
            yield Problem(("low",), "is above high", got=shown(self.low))
        if numbers and not self.read_in:
            what = "is missing: a number is printed only where somebody read it"
            yield Problem(("read_in",), what)
        if self.direction and numbers:
            yield Problem(("direction",), "is for findings without a size")

    @property
    def bounds(self) -> Interval | None:
        """What the simulated effect is held against: the interval, or the effect alone."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        return None if self.effect is None else (self.effect, self.effect)

    @property
    def verified(self) -> bool:
        """Whether somebody read it."""
        return bool(self.read_in)


class Match(Section):
    """What stands for what."""

    change: Prose
    """The study's change in this model, and why."""
    outcome: Prose
    """The study's outcome in this model, and why."""
    grade: Literal["A", "B", "C"]
    """How comparable they are: A, the same quantity; B, a near one; C, the direction at most."""
    pins: tuple[str, ...] = ()
    """Parameters that the finding says something about."""
    taken_from: bool = False
    """Whether a number of the model was taken from this very study, so that a hit is no test."""
    to_change: Prose = ""
    """What of the rules would have to change, where they cannot give it."""


class Again(Section):
    """How the study is made again."""

    effect: Kind
    """What is made of the outcome of the two scenarios."""
    outcome: str = ""
    """Which outcome."""
    weeks: tuple[int, ...] = Field((), max_length=2)
    """First and last week over which it is averaged; without them, as the run's outcomes are."""
    before: tuple[int, ...] = Field((), max_length=2)
    """The same of an earlier time, where the effect is what is left of it."""
    parameter: str = ""
    """The parameter that is looked at, or with which the outcome goes together."""
    runs: int = Field(40, ge=2, le=100_000)
    """Runs of each scenario, or firms where the effect is found over firms."""
    vary: tuple[str, ...] = ()
    """Parameters in which firms differ besides what is doubted, where the effect is found over firms."""
    rules: tuple[str, ...] = ()
    """Parameters of rules that are off unless a scenario says otherwise, varied for the second look."""

    @property
    def measured(self) -> tuple[str, ...]:
        """What is kept of a run: the outcome, or that of each arm of a trial."""
        if KINDS[self.effect].arms:
            return tuple(f"{self.outcome}_{arm}" for arm in ARMS)
        return (self.outcome,)


class Study(Section):
    """What somebody published, and the scenarios that re-create it."""

    name: Name
    """What tables call it."""
    authors: tuple[Sentence, ...] = Field(min_length=1, max_length=10)
    """Who wrote it; where there are many, the first and ``others``."""
    year: int = Field(ge=1900, le=2100)
    """When it was published."""
    title: Sentence
    """What it is called."""
    published_in: Sentence
    """Journal and number."""
    doi: Sentence = "unknown"
    """By which it is found."""
    setting: Sentence
    """Who was studied."""
    design: Sentence
    """How."""
    finding: Finding
    """What was published."""
    match: Match
    """What stands for what."""
    again: Again | None = None
    """How it is made again."""
    not_again: Prose = ""
    """Why it is not."""
    label: str = Field("", exclude=True)
    """Name of its file."""
    base: Scenario | None = Field(None, exclude=True)
    """The firm without the change, where two are compared."""
    changed: Scenario | None = Field(None, exclude=True)
    """The firm with it."""
    with_rules: Scenario | None = Field(None, exclude=True)
    """That firm with what the second look sets besides the parameters it varies."""

    @model_validator(mode="after")
    def _fits_together(self) -> Study:
        refuse(self._misfits())
        return self

    def _misfits(self) -> Iterator[Problem]:
        if (self.again is None) != bool(self.not_again):
            yield Problem(("not_again",), "says why there is no again, and is there only then")
        for place, name in enumerate(self.match.pins):
            yield from _parameter(("match", "pins", place), name)
        if self.again is None:
            return
        for field in ("vary", "rules"):
            for place, name in enumerate(getattr(self.again, field)):
                yield from _parameter(("again", field, place), name, ranged=True)
        yield from self._again_misfits(self.again)

    def _again_misfits(self, again: Again) -> Iterator[Problem]:
        kind = KINDS[again.effect]
        path = ("again",)
        if self.finding.bounds is None and self.finding.direction is None:
            yield Problem(("finding", "effect"), "is missing: there is nothing to hold it against")
        if kind.parameter:
            yield from _parameter((*path, "parameter"), again.parameter, ranged=True)
        if again.effect == OF_A_PARAMETER:
            return
        if self.changed is None:
            yield Problem(("changed",), "is missing")
        else:
            known: Collection[str] = outcomes_of(self.changed)
            if again.weeks and not kind.arms:
                known = [one.name for one in weekly_of(self.changed)]
            for name in again.measured:
                if name not in known:
                    what = f"no outcome is called {shown(name)}{spelling(name, known)}"
                    yield Problem((*path, "outcome"), what)
        if kind.two != (self.base is not None):
            what = "are compared" if kind.two else "is one firm's; leave out base"
            yield Problem((*path, "effect"), f"{again.effect} {'of two firms ' * kind.two}{what}")
        if again.effect == OVER_FIRMS and again.runs < FEWEST_FIRMS:
            what = f"is too few: {again.effect} needs at least {FEWEST_FIRMS}"
            yield Problem((*path, "runs"), what, got=shown(again.runs))
        yield from self._times(again, kind)

    def _times(self, again: Again, kind: Makes) -> Iterator[Problem]:
        """Weeks are given where they are needed, and nowhere where they would change nothing."""
        needed = {"weeks": kind.before or kind.spread, "before": kind.before}
        unread = {"weeks": kind.arms, "before": not (kind.before or kind.spread)}
        why = "has two times" if kind.before else "counts in what people differ by in some weeks"
        for name in needed:
            given, path = getattr(again, name), ("again", name)
            if needed[name] and not given:
                yield Problem(path, f"is missing: {again.effect} {why}")
            if given and unread[name]:
                yield Problem(path, f"says nothing of {again.effect}; leave it out")
            if given and not (len(given) == 2 and 1 <= given[0] <= given[1] <= self.horizon):
                yield Problem(path, f"must be two weeks of 1 to {self.horizon}, in order")

    @property
    def firms(self) -> list[Scenario]:
        """The firm without the change, where there are two, and that with it."""
        return [one for one in (self.base, self.changed) if one is not None]

    @property
    def between(self) -> float:
        """Weeks from the middle of the time before to the middle of that which is asked for."""
        if self.again is None or not self.again.weeks:
            return nan
        return (sum(self.again.weeks) - sum(self.again.before or self.again.weeks)) / 2

    @property
    def horizon(self) -> int:
        """Weeks of a run."""
        return self.changed.horizon if self.changed else 0

    @property
    def cited(self) -> str:
        """Who published it, and when."""
        names = [author.partition(",")[0] for author in self.authors]
        said = listed(names) if len(names) < 3 and "others" not in names else f"{names[0]} et al."
        return f"{said} ({self.year})"

    @property
    def reference(self) -> str:
        """All that a reader needs to find it."""
        doi = "" if self.doi == "unknown" else f" doi:{self.doi}"
        title = self.title if self.title.endswith("?") else f"{self.title}."
        return f"{listed(self.authors)} ({self.year}). {title} {self.published_in}.{doi}"

    @property
    def counts(self) -> bool:
        """Whether it is re-created, of numbers that somebody read."""
        return self.again is not None and self.finding.verified

    @property
    def over_firms(self) -> bool:
        """Whether its effect is found between many firms, each a world."""
        return self.again is not None and self.again.effect == OVER_FIRMS


def _parameter(path: FieldPath, name: str, *, ranged: bool = False) -> Iterator[Problem]:
    if name not in DECLARED:
        yield Problem(path, f"no parameter is called {shown(name)}{spelling(name, DECLARED)}")
    elif ranged and DECLARED[name].plausible is None:
        yield Problem(path, "has no plausible range", got=shown(name))


def shipped_studies() -> dict[str, Path]:
    """Return the files of the studies that come with the package, by name."""
    return shipped_files(SHELF)


def read_study(name_or_path: str | Path) -> Study:
    """Read a study and the scenarios in it, and check all of it.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a shipped study, such as ``peer-meetings``, or path of a file.

    Raises
    ------
    InputProblem
        The file holds mistakes.
    FileProblem
        It cannot be read.

    Examples
    --------
    >>> read_study("surrogate-accuracy").finding.bounds
    (0.63, 0.72)
    """
    path, label = located(name_or_path, SHELF)
    text = read_text(path, label)
    tree = parse(text, label)
    aside = {name: tree.entries.pop(name) for name in SCENARIOS if name in tree.entries}
    laid: list[Mapping] = []
    read: dict[str, Scenario] = {}
    for name, node in aside.items():
        if not isinstance(node, Mapping):
            what = f"{name}: must be a scenario, as in a file of its own"
            raise InputProblem([f"{node.file}:{node.line}: {what}; got {shown_node(node)}"])
        laid.append(node)
        titled = _titled(laid[0], name, tree)
        read[name] = scenario_in(path, Source(label, text), titled, *laid[1:])
    reading = Reading(Study, tree)
    reading.places |= {(name,): tree.lines[name] for name in aside}
    others: dict[str, Any] = {"label": path.stem, **read}
    return reading.checked(**others)


def _titled(first: Mapping, name: str, tree: Mapping) -> Mapping:
    """A scenario that is called by its part in the study, and asks what the study asks."""
    words = {"name": name.replace("_", " ").capitalize(), "question": f"{name}?"}
    title = tree.entries.get("title")
    if isinstance(title, Scalar) and title.text:
        words["question"] = title.text
    said = {key: Scalar(text, True, first.file, first.line) for key, text in words.items()}
    lines = dict.fromkeys(words, (first.file, first.line))
    return replace(first, entries=said | first.entries, lines=lines | first.lines)
