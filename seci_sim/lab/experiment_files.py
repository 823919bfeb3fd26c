"""Experiment files: where they stand, and the scenarios that they name."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence as Rows
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from seci_sim.lab.design import MOST_SCENARIOS, Design, outcomes_of
from seci_sim.lab.factors import read_factors
from seci_sim.lab.world_tables import read_worlds
from seci_sim.lab.worlds import (
    NOTHING_DOUBTED,
    SAID_ITSELF,
    Plausible,
    in_worlds,
)
from seci_sim.parameters import Declaration
from seci_sim.scenario import FileProblem, Scenario, read_scenario, shipped_scenarios
from seci_sim.scenario.files import another_kind, is_name, located, shipped_files
from seci_sim.scenario.number_of_worlds import NoNumber, number_of_worlds
from seci_sim.scenario.quantities import Unclear, number_of, plain
from seci_sim.scenario.reading import Reading
from seci_sim.scenario.tree import Mapping, Node, Scalar, Sequence, parse, read_text, shown_node
from seci_sim.scenario.units import Source
from seci_sim.scenario.validation import Problem

Declared: TypeAlias = "Table[str, Declaration]"
SomeDesign = TypeVar("SomeDesign", bound=Design)

OF_SCENARIOS = {"extends", "horizon", "units", "policy", "timeline"}
"""Fields of scenarios alone."""

_GROUPS = {"vary": True, "uncertain": False}
"""Where factors stand, and whether somebody decides them."""


def shipped_experiments() -> dict[str, Path]:
    """Return the files of the experiments that come with the package, by name."""
    return shipped_files("experiments")


def read_experiment(
    name_or_path: str | Path,
    kind: type[SomeDesign],
    shelf: str = "experiments",
    own: Declared = MappingProxyType({}),
) -> SomeDesign:
    """Read an experiment and all that it names; see `Experiment.load`.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a shipped one, or path of a file.
    kind : type
        What it is read as.
    shelf : str
        The folder of shipped files in which names are looked up.
    own : mapping
        Parameters that only somebody's own model has.
    """
    path, label = located(name_or_path, shelf)
    text = read_text(path, label)
    tree = parse(text, label)
    if not tree.entries.keys() & {"scenario", "scenarios"} and tree.entries.keys() & OF_SCENARIOS:
        raise another_kind(tree, "scenario")
    if "bet" in tree.entries and "bet" not in kind.model_fields:
        raise another_kind(tree, "lesson")
    if "name" not in tree.entries:
        _name_after(path, tree)
    aside = {
        name: tree.entries.pop(name)
        for name in ("scenario", "scenarios", "worlds", *_GROUPS)
        if name in tree.entries
    }
    scenarios, problems = _scenarios(aside, path)
    slipped = _in_unit_of_outcome(tree, scenarios)
    reading = Reading(kind, tree)
    reading.unread += problems + slipped
    reading.places |= {(name,): tree.lines[name] for name in aside}
    reading.nodes |= {(name,): node for name, node in aside.items()}
    if "scenarios" not in aside:  # the plain way to name one
        reading.labels[("scenarios",)] = "scenario"
        reading.places[("scenarios",)] = tree.lines.get("scenario", (label, tree.line))
    factors: dict[str, Any] = {
        group: read_factors(reading, group, aside[group], decided, own)
        for group, decided in _GROUPS.items()
        if group in aside
    }
    if "worlds" in aside and scenarios:
        factors |= _worlds(reading, aside, scenarios, path)
    return reading.checked(scenarios=scenarios, sources=(Source(label, text),), **factors)


def _name_after(path: Path, tree: Mapping) -> None:
    """Name an experiment that has no name after its file."""
    title = path.stem.replace("_", " ").replace("-", " ").strip().capitalize() or "Experiment"
    tree.entries["name"] = Scalar(title, True, tree.file, tree.line)
    tree.lines["name"] = (tree.file, tree.line)


def _scenarios(aside: dict[str, Node], path: Path) -> tuple[tuple[Scenario, ...], list[Problem]]:
    """Read the scenarios that an experiment names; what is wrong with the names is returned."""
    if "scenario" in aside and "scenarios" in aside:
        return (), [Problem(("scenarios",), "give either scenario or scenarios, not both")]
    node = aside.get("scenarios", aside.get("scenario"))
    field = "scenarios" if "scenarios" in aside else "scenario"
    if node is None:
        return (), [Problem(("scenarios",), "is missing")]
    nodes = node.items if isinstance(node, Sequence) and field == "scenarios" else (node,)
    if len(nodes) > MOST_SCENARIOS:
        allowed = f"at most {MOST_SCENARIOS} in the list"
        return (), [Problem(("scenarios",), "is too long", allowed, shown_node(node))]
    read: list[Scenario] = []
    problems = []
    by_name: dict[str, Scenario] = {}
    for one in nodes:
        name = one.text if isinstance(one, Scalar) else ""
        try:
            if name not in by_name:  # a name may be given a hundred times
                by_name[name] = _scenario(one, path)
            read.append(by_name[name])
        except (FileProblem, Unclear) as problem:
            problems.append(Problem(("scenarios",), str(problem), got=shown_node(one)))
    return tuple(read), problems


def _scenario(node: Node, path: Path) -> Scenario:
    """Read one scenario, shipped or in a file named relative to the experiment's."""
    if not isinstance(node, Scalar) or not node.text:
        raise Unclear("must be the name of a shipped scenario, or a file")
    if node.text in shipped_scenarios() or is_name(node.text):
        return read_scenario(node.text)
    return read_scenario(path.parent / node.text)


def _worlds(
    reading: Reading[Any], aside: dict[str, Node], scenarios: Rows[Scenario], path: Path
) -> dict[str, Any]:
    """What ``worlds`` adds: a number of them, or a table in a file named relative to this one."""
    node, where = aside["worlds"], ("worlds",)
    vary, policies = aside.get("vary"), reading.fields.get("policies", ())
    chosen = set(vary.entries) if isinstance(vary, Mapping) else set()
    chosen |= {f"policy.{name}" for choice in policies for name in (choice or {}).get("policy", ())}
    try:
        if "uncertain" in aside or "sample" in reading.tree.entries:
            raise Unclear(SAID_ITSELF)
        if not isinstance(node, Scalar) or not node.text:
            raise Unclear("must be a number of worlds, plausible:N, or a file")
        worlds = _number_of_worlds(node) or read_worlds(path.parent / node.text, scenarios)
        if parts := in_worlds(scenarios, worlds, chosen):
            return parts
        raise Unclear(NOTHING_DOUBTED)
    except Unclear as unclear:
        reading.unread.append(Problem(where, str(unclear), unclear.allowed, shown_node(node)))
    return {}


def _number_of_worlds(node: Scalar) -> int | Plausible | None:
    """How many; None for a file."""
    try:
        count = number_of_worlds(node.text)
    except NoNumber as problem:
        raise Unclear(problem.what, problem.allowed) from None
    if count is None:
        return None
    return Plausible(count.number) if count.plausible else count.number


def _in_unit_of_outcome(tree: Mapping, scenarios: tuple[Scenario, ...]) -> list[Problem]:
    """Put the half width of ``until`` into a bare number: its unit is that of its outcome."""
    until = tree.entries.get("until")
    fields = until.entries if isinstance(until, Mapping) else {}
    width, outcome = fields.get("half_width"), fields.get("outcome")
    if not isinstance(width, Scalar):
        return []
    known = outcomes_of(scenarios[0]) if scenarios else {}
    measure = known.get(outcome.text) if isinstance(outcome, Scalar) else None
    number, problems = 1.0, []
    try:
        # Without an outcome the unit is not known; what is wrong there is said there.
        number = number_of(width, measure.unit) if measure else 1.0
    except Unclear as unclear:
        path = ("until", "half_width")
        problems = [Problem(path, str(unclear), unclear.allowed, shown_node(width))]
    fields["half_width"] = replace(width, text=plain(Decimal(repr(number))), quoted=False)
    return problems
