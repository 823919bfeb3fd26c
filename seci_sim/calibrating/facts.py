"""Facts of a firm, each a range with its source, as a file of YAML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from seci_sim.calibrating.observed import INDICATORS, MEASURED, OUTCOMES, TURNOVER, Data, fact
from seci_sim.lab.factors import DECLARED
from seci_sim.lab.worlds import doubted
from seci_sim.scenario import InputProblem, Scenario
from seci_sim.scenario.problems import shown, shown_path, spelling
from seci_sim.scenario.quantities import Unclear, number_of, range_in_words
from seci_sim.scenario.tree import Mapping, Node, Scalar, parse, read_text, shown_node

FORM = "a range such as 35% to 45%, or {range: 35% to 45%, source: who says so}"
_QUARTER = re.compile(r"(\d{4})[-/ ]?[Qq]([1-4])")


class Told(NamedTuple):
    """A fact as it was told."""

    name: str
    low: float
    high: float
    source: str


class Facts(NamedTuple):
    """What a file of facts says."""

    told: tuple[Told, ...] = ()
    begins: int | None = None
    """The first quarter of the scenario, counted as four times the year and the quarter from 0."""

    @property
    def data(self) -> Data:
        """The same as data."""
        return sum((fact(one.name, one.low, one.high) for one in self.told), Data())


def read_facts(path: Path, scenario: Scenario) -> Facts:
    """Read facts of a firm.

    Parameters
    ----------
    path : Path
        YAML: under ``facts`` names of measures, of ``weeks_to_routine`` or of doubted parameters, each
        with a range; under ``begins`` the calendar quarter in which the scenario begins.
    scenario : Scenario
        The firm. What it states itself needs no fact.

    Raises
    ------
    InputProblem
        The file holds mistakes.
    FileProblem
        It cannot be read.
    """
    label = shown_path(path)
    tree = parse(read_text(path, label), label)
    problems: list[str] = []
    for name in (one for one in tree.entries if one not in ("facts", "begins")):
        file, line = tree.lines[name]
        hint = spelling(name, ("facts", "begins"))
        problems.append(f"{file}:{line}: {shown(name)} is not known here{hint}")
    told: list[Told] = []
    facts = tree.entries.get("facts")
    if isinstance(facts, Mapping) and facts.entries:
        for name, node in facts.entries.items():
            file, line = facts.lines[name]
            try:
                told.append(_fact(name, node, scenario))
            except Unclear as unclear:
                allowed = f"; allowed: {unclear.allowed}" if unclear.allowed else ""
                problems.append(f"{file}:{line}: {name}: {unclear}{allowed}")
    elif facts is not None or "begins" not in tree.entries:
        problems.append(f"{label}:{tree.line}: facts: must be names, each with {FORM}")
    begins = None
    if "begins" in tree.entries:
        node = tree.entries["begins"]
        found = _QUARTER.fullmatch(node.text.strip()) if isinstance(node, Scalar) else None
        if found:
            begins = 4 * int(found[1]) + int(found[2]) - 1
        else:
            what = "must be a quarter such as 2022-Q1"
            problems.append(f"{label}:{tree.lines['begins'][1]}: begins: {what}")
    if problems:
        raise InputProblem(problems)
    return Facts(tuple(told), begins)


def _fact(name: str, node: Node, scenario: Scenario) -> Told:
    unit, (least, most) = _unit_of(name, scenario)
    source = ""
    if isinstance(node, Mapping):
        if not {"range"} <= node.entries.keys() <= {"range", "source"}:
            raise Unclear(f"is not {FORM}")
        said = node.entries.get("source")
        if said is not None and not isinstance(said, Scalar):
            raise Unclear(f"{shown_node(said)} is no source; write who says so")
        source = said.text if said else ""
        node = node.entries["range"]
    if not isinstance(node, Scalar):
        raise Unclear(f"{shown_node(node)} is not {FORM}")
    ends = [end.strip() for end in re.split(r"\s+to\s+|\s*(?:\.\.|–)\s*", node.text)]
    if len(ends) != 2:
        raise Unclear(f"{shown(node.text)} is no range", "two values, such as 35% to 45%")
    if ends[1].endswith("%") and not ends[0].endswith("%"):
        if re.match(r"0?\.", ends[0]):
            raise Unclear(
                f"{shown(node.text)} could be of a share or of a per cent; write both in %"
            )
        ends[0] += "%"
    low, high = (
        number_of(Scalar(end, quoted=False, file=node.file, line=node.line), unit) for end in ends
    )
    if not least <= low < high <= most:
        allowed = range_in_words({"ge": least, "le": most}, unit)
        raise Unclear(f"{shown(node.text)} does not rise within what can be", allowed)
    return Told(name, low, high, source)


def _unit_of(name: str, scenario: Scenario) -> tuple[str, tuple[float, float]]:
    """Unit and limits of what may be told as a fact."""
    if name in (*INDICATORS, *OUTCOMES):
        unit = MEASURED[name].unit
        return unit, (0.0, 1.0 if unit == "share" else 1e9)
    if name == TURNOVER:
        return "share", (0.0, 1.0)
    doubts = {factor.name: factor for factor in doubted([scenario])}
    if name in doubts:
        low, high = doubts[name].low, doubts[name].high
        assert low is not None
        assert high is not None
        return DECLARED[name].unit, (float(low), float(high))
    if name in DECLARED:
        raise Unclear("is not doubted: the scenario states it, somebody decides it, or it is off")
    raise Unclear(
        f"no measure or parameter is called so{spelling(name, (*INDICATORS, *OUTCOMES, TURNOVER, *doubts))}"
    )
