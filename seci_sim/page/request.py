"""What a visitor of the page asks for: read strictly, from an address, a form or a file.

The same fields stand in the address of the page, which reopens exactly this, and in what the page
sends: ``scenario``, ``compare``, ``seed``, and parameters under their names with values as people
write them, such as ``patient_time=2%``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from seci_sim.lab.comparing import comparison
from seci_sim.lab.size import size_of
from seci_sim.parameters import SECI, SHARES, Declaration, declarations
from seci_sim.scenario import (
    InputProblem,
    Scenario,
    read_scenario,
    scenario_of,
    shipped_scenarios,
    with_levers,
)
from seci_sim.scenario.problems import shown, spelling
from seci_sim.scenario.quantities import Unclear, in_words, number_of, range_in_words, switch_of
from seci_sim.scenario.template import quoted
from seci_sim.scenario.tree import Scalar

FIRST = "one-percent"
"""The scenario of a page that was opened without asking for one."""

UNCHANGED = "unchanged"
"""What stands under ``compare`` for the same scenario without the visitor's changes."""

LARGEST_SEED = 2**63 - 1
MOST_PERSON_WEEKS = 1_000_000
"""People times weeks of one run that the page does; a course's firm of 200 over four years has 42,000."""

MOST_NEEDS = 400
MOST_MEMORY = 2e9
"""Bytes of one run, estimated."""

LONGEST_NAME = 80


@dataclass(frozen=True)
class Sent:
    """A scenario file that a visitor sent."""

    name: str
    text: str


@dataclass(frozen=True)
class Asked:
    """What is to be run."""

    scenario: str
    """Name of a shipped scenario, or of the file that was sent."""
    compare: str
    """Name of the scenario to compare with, `UNCHANGED`, or nothing."""
    seed: int
    levers: tuple[tuple[str, Any], ...]
    """Parameters that differ from the scenario's, with their values, in the order of declaration."""
    sent: Sent | None = None

    def scenarios(self) -> list[Scenario]:
        """What is run: the scenario to compare with, if there is one, and the one asked for.

        Raises
        ------
        InputProblem
            Values are not allowed, or the run is larger than the page does.
        """
        base = self._base()
        found = [self._changed(base)]
        if self.compare:
            found.insert(0, base if self.compare == UNCHANGED else read_scenario(self.compare))
        if len(found) == 2 and found[0].name == found[1].name:
            found[1] = renamed(found[1], f"{found[1].name} (2)")
        for scenario in found:
            if problems := problems_of_size(scenario):
                raise InputProblem(problems)
        return found

    def _base(self) -> Scenario:
        if self.sent is None:
            return read_scenario(self.scenario)
        base = scenario_of(self.sent.text.encode(), self.sent.name)
        if not base.units:
            what = f"model: the page runs {SECI} only; got {shown(base.model)}"
            raise InputProblem([f"{self.sent.name}: {what}"])
        return base

    def _changed(self, base: Scenario) -> Scenario:
        if not self.levers:
            return base
        try:
            changed = with_levers(base, **dict(self.levers))
        except ValueError as problem:
            raise InputProblem([str(problem)]) from None
        words = ", ".join(
            f"{name.replace('_', ' ')} {_words(name, value)}" for name, value in self.levers
        )
        return renamed(changed, f"{base.name}, {words}", f"{base.name}, changed")

    def fields(self) -> dict[str, str]:
        """The same as fields of an address."""
        found = {"scenario": self.scenario, "seed": str(self.seed)}
        if self.compare:
            found["compare"] = self.compare
        return found | {name: _words(name, value) for name, value in self.levers}

    def address(self) -> str:
        """The query that asks for the same."""
        return urlencode(self.fields())

    def yaml(self) -> str:
        """A scenario file that says the same."""
        (changed, base) = self._changed(self._base()), self._base()
        lines = [
            "# Run it with seci-sim run, or compare it with what it extends; "
            f"the page showed seed {self.seed}.",
            f"name: {quoted(changed.name if self.levers else renamed(base, f'My {base.name}').name)}",
            f"question: {quoted(base.question)}",
            f"extends: {self.scenario}",
        ]
        group = ""
        for name, value in self.levers:
            section = declared()[name].name.partition(".")[0]
            if section != group:
                lines.append(f"{section}:")
                group = section
            lines.append(f"  {name}: {_words(name, value)}")
        return "\n".join([*lines, ""])


@cache
def declared() -> dict[str, Declaration]:
    """Parameters that can be moved, by their bare names: all but tables.

    Examples
    --------
    >>> declared()["patient_time"].unit
    'share'
    """
    return {
        d.name.partition(".")[2]: d
        for d in declarations()
        if d.unit != "table" and not isinstance(d.default, dict)
    }


@cache
def offered() -> tuple[str, ...]:
    """Shipped scenarios that the page can run.

    Examples
    --------
    >>> "one-percent" in offered(), "march-1991" in offered(), "one-percent-full" in offered()
    (True, False, False)
    """
    found = []
    for name in shipped_scenarios():
        scenario = read_scenario(name)
        if scenario.units and not problems_of_size(scenario):
            found.append(name)
    return tuple(found)


def asked(fields: Mapping[str, str], sent: Sent | None = None) -> Asked:
    """Read what a visitor asks for.

    Parameters
    ----------
    fields : mapping of str to str
        See the module's docstring.
    sent : Sent, optional
        A scenario file that came with them, in place of a shipped scenario.

    Raises
    ------
    InputProblem
        One line for each mistake.

    Examples
    --------
    >>> asked({"scenario": "one-percent", "patient_time": "2%"}).address()
    'scenario=one-percent&seed=1&patient_time=2%25'
    """
    mistakes: list[str] = []
    scenario = fields.get("scenario", FIRST)
    compare = fields.get("compare", "")
    named = {"scenario": scenario} if sent is None else {}
    named |= {"compare": compare} if compare not in ("", UNCHANGED) else {}
    for field, name in named.items():
        if name not in offered():
            what = f"the page has no such scenario{spelling(name, offered())}; got {shown(name)}"
            mistakes.append(f"{field}: {what}")
    seed = fields.get("seed", "1")
    if not re.fullmatch("[0-9]{1,19}", seed) or int(seed) > LARGEST_SEED:
        mistakes.append(f"seed: must be a whole number; allowed: 0..2^63-1; got {shown(seed)}")
    levers = {}
    others = ("scenario", "compare", "seed")
    for name, text in fields.items():
        try:
            if name in declared():
                levers[name] = value_of(declared()[name], text)
            elif name not in others:
                hint = spelling(name, [*declared(), *others])
                mistakes.append(f"{shown(name)}: no such setting{hint}")
        except InputProblem as problem:
            mistakes += problem.lines
    if mistakes:
        raise InputProblem(mistakes)
    changed = tuple((name, levers[name]) for name in declared() if name in levers)
    return Asked(sent.name if sent else scenario, compare, int(seed), changed, sent)


def value_of(declaration: Declaration, text: str) -> Any:
    """Read one value in its declared unit.

    Raises
    ------
    InputProblem
        It is none, or it is out of range.
    """
    typed = Scalar(text.strip(), quoted=False, file="address", line=1)
    name = declaration.name.partition(".")[2]
    try:
        if declaration.allowed is None:
            return switch_of(typed)
        value = number_of(typed, declaration.unit, whole=isinstance(declaration.default, int))
    except Unclear as problem:
        allowed = f"; allowed: {problem.allowed or range_of(declaration)}"
        raise InputProblem([f"{name}: {problem}{allowed}; got {shown(text)}"]) from None
    low, high = declaration.allowed
    if not low <= value <= high:
        what = f"is too {'small' if value < low else 'large'}; allowed: {range_of(declaration)}"
        raise InputProblem([f"{name}: {what}; got {shown(text)}"])
    return value


def range_of(declaration: Declaration) -> str:
    """What a parameter may be, in words."""
    if declaration.allowed is None:
        return "yes or no"
    low, high = declaration.allowed
    return range_in_words({"ge": low, "le": high}, declaration.unit)


def _words(name: str, value: Any) -> str:
    unit = declared()[name].unit
    return in_words(value, unit if unit in SHARES or unit.startswith(("hours", "weeks")) else "")


def renamed(scenario: Scenario, *names: str) -> Scenario:
    """The scenario under the first of some names that is not too long."""
    name = next((name for name in names if len(name) <= LONGEST_NAME), names[-1][:LONGEST_NAME])
    return scenario.model_copy(update={"name": name.strip()})


def problems_of_size(scenario: Scenario) -> list[str]:
    """What makes a run larger than the page does; on a command line there is no such limit."""
    staff = sum(unit.staff for unit in scenario.units)
    found = []
    if staff * scenario.horizon > MOST_PERSON_WEEKS:
        found.append(
            f"this run has {staff:,} people x {scenario.horizon:,} weeks; "
            f"the page does at most {MOST_PERSON_WEEKS:,} of people x weeks (use seci-sim run)"
        )
    if scenario.world.needs > MOST_NEEDS:
        found.append(
            f"this run has {scenario.world.needs:,} needs; the page does at most {MOST_NEEDS:,} (use seci-sim run)"
        )
    whole = comparison([scenario], replications=1, keep="everything")
    if size_of(whole, 0.0, workers=1).memory > MOST_MEMORY:
        found.append(f"this run needs more than {MOST_MEMORY / 1e9:g} GB; use seci-sim run")
    return found


def sent_file(name: str, text: str) -> Sent:
    """A file that a visitor sent, if its name is a plain one of a scenario.

    Raises
    ------
    InputProblem
        It is called like no scenario file, or its name is a path.

    Examples
    --------
    >>> sent_file("mine.yaml", "name: Mine").name
    'mine.yaml'
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _.()-]{0,79}\.ya?ml", name):
        what = "must be a scenario file NAME.yaml; letters, digits, - and _ only"
        raise InputProblem([f"file: {what}; got {shown(name)}"])
    return Sent(name, text)
