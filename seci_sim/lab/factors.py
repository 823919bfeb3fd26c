"""Factors: the parameters that an experiment varies, and the values that they take."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as Table
from collections.abc import Sequence as Rows
from typing import Any

from pydantic import Field

from seci_sim.parameters import GROUPS, MODELS, Declaration, Role, Section, declarations
from seci_sim.scenario.problems import shown
from seci_sim.scenario.quantities import Unclear, in_words, number_of, range_in_words, switch_of
from seci_sim.scenario.reading import Reading
from seci_sim.scenario.tree import Mapping, Node, Scalar, Sequence, shown_node
from seci_sim.scenario.validation import FieldPath, Problem

DECLARED = {declared.name: declared for model in MODELS for declared in declarations(model)}

MOST_LEVELS = 1000

_FORMS = "a list of values, a range such as {from: 1%, to: 5%}, or the word plausible"


NUMBER, WHOLE_NUMBER = "number", "whole number"
"""Units of parameters of one's own, of which no more is known."""

OWN = "own."
"""What the names of parameters begin with that only somebody's own model has."""


class OwnParameter(Section):
    """A parameter of somebody's own model: a keyword of its `__init__` with a default."""

    unit: str = Field(description="``yes or no``, ``whole number`` or ``number``.")
    meaning: str = Field(description="Whose parameter it is, and its default.")


class Factor(Section):
    """A parameter that an experiment varies: over levels, or over a range."""

    name: str
    """Section and name, such as policy.patient_time."""
    decided: bool
    """Whether somebody decides it; else it is uncertain."""
    levels: tuple[bool | int | float, ...] = Field(())
    """Values; none for a range."""
    low: int | float | None = None
    """Lower end of a range."""
    high: int | float | None = None
    """Upper end of a range."""

    own: OwnParameter | None = Field(None, description="What is known of a parameter of one's own.")

    @property
    def unit(self) -> str:
        """Unit of its values."""
        return self.own.unit if self.own else DECLARED[self.name].unit

    @property
    def meaning(self) -> str:
        """What the parameter means."""
        return self.own.meaning if self.own else DECLARED[self.name].meaning

    @property
    def role(self) -> Role:
        """What the parameter is to a firm; one of somebody's own model is their rule's."""
        return "rule" if self.own else DECLARED[self.name].role

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers."""
        return self.own.unit == WHOLE_NUMBER if self.own else kind_of(self.name) is int


def can_vary(declaration: Declaration) -> bool:
    """Whether a parameter is a single value, not a table."""
    return declaration.allowed is not None or declaration.unit == "yes or no"


def kind_of(name: str) -> Any:
    """Type of a parameter's values."""
    section, _, field = name.partition(".")
    return GROUPS[section].model_fields[field].annotation


def read_factors(
    reading: Reading[Any], group: str, node: Node, decided: bool, own: Table[str, Declaration]
) -> tuple[Factor, ...]:
    """Read the parameters under ``vary`` or ``uncertain``; mistakes are left with ``reading``.

    Parameters
    ----------
    reading : Reading
        The reading of the file, which knows what stands where.
    group : str
        ``vary`` or ``uncertain``.
    node : Node
        What stands there.
    decided : bool
        Whether its factors are decided by somebody.
    own : mapping
        Parameters that only somebody's own model has; see `seci_sim.lab.own_model`.
    """
    path: FieldPath = (group,)
    reading.places[path] = (node.file, node.line)
    if not isinstance(node, Mapping) or not node.entries:
        what = "must be names of parameters, each with " + _FORMS
        reading.unread.append(Problem(path, what, got=shown_node(node)))
        return ()
    factors = []
    for name, values in node.entries.items():
        inner = (*path, name)
        reading.places[inner] = node.lines[name]
        try:
            factors.append(_factor(name, values, decided, own))
        except Unclear as unclear:
            got = shown_node(values) if unclear.allowed else ""
            problem = Problem(inner, str(unclear), unclear.allowed, got)
            if isinstance(unclear, _NoParameter):
                problem = problem._replace(unknown=name, known=tuple(DECLARED))
            if isinstance(unclear, _UnclearValue):  # a list may take many lines
                reading.places[inner] = unclear.place
            reading.unread.append(problem)
    return tuple(factors)


class _NoParameter(Unclear):
    """A name that no parameter has."""


class _UnclearValue(Unclear):
    """One of several values that is unclear, and where it stands."""

    def __init__(self, what: str, place: tuple[str, int], allowed: str = "") -> None:
        super().__init__(what, allowed)
        self.place = place


def _factor(name: str, node: Node, decided: bool, own: Table[str, Declaration]) -> Factor:
    """Read one parameter's values."""
    declaration = _declared(name, own)
    whose = _whose(name, own)
    match node:
        case Sequence():
            return Factor(name=name, decided=decided, levels=_levels(declaration, node), **whose)
        case Mapping():
            low, high = _range(declaration, node)
        case Scalar(text="plausible"):
            low, high = plausible_range(declaration)
        case _:
            raise Unclear("is not varied", _FORMS)
    if declaration.unit == "yes or no":
        raise Unclear("is a switch and has no range; write [no, yes]")
    if not low < high:
        raise Unclear(
            f"the range from {_worded(low, declaration)} to {_worded(high, declaration)} is empty"
        )
    return Factor(name=name, decided=decided, low=low, high=high, **whose)


def _whose(name: str, own: Table[str, Declaration]) -> dict[str, Any]:
    """What a factor keeps of a parameter that is declared nowhere else."""
    if name not in own:
        return {}
    return {"own": OwnParameter(unit=own[name].unit, meaning=own[name].meaning)}


def _worded(value: float, declaration: Declaration) -> str:
    return in_words(value, declaration.unit)


def _declared(name: str, own: Table[str, Declaration]) -> Declaration:
    """Find a parameter that can be varied."""
    if name in own:
        return own[name]
    if name.startswith(OWN):
        known = f"; it has {', '.join(own)}" if own else ""
        raise Unclear(f"is no parameter of the model that Experiment.load was given{known}")
    if name == "seed":
        raise Unclear("is no factor: replication r of every cell has the seed of the file plus r")
    if name == "horizon":
        raise Unclear("is no factor: only equal times can be compared")
    if name not in DECLARED:
        what = f"no parameter is called {shown(name)}"
        whole = next((full for full in DECLARED if full.partition(".")[2] == name), "")
        if whole:
            raise Unclear(f'{what}; did you mean "{whole}"?')
        raise _NoParameter(what)
    if not can_vary(DECLARED[name]):
        raise Unclear("is a table, not a single value; vary it with scenarios or policies")
    return DECLARED[name]


def _levels(declaration: Declaration, node: Sequence) -> tuple[bool | int | float, ...]:
    if len(node.items) > MOST_LEVELS:
        raise Unclear(f"has {len(node.items)} values", f"at most {MOST_LEVELS}")
    values = tuple(_value(declaration, item) for item in node.items)
    if len(values) < 2:
        raise Unclear("needs at least two values; a single one belongs into the scenario")
    seen = set()
    for value, item in zip(values, node.items, strict=True):
        if value in seen:
            raise _UnclearValue(
                f"{in_words(value, declaration.unit)} is given twice", (item.file, item.line)
            )
        seen.add(value)
    return values


def _range(declaration: Declaration, node: Mapping) -> tuple[int | float, int | float]:
    for name in node.entries:
        if name not in ("from", "to"):
            raise _UnclearValue("is not varied", node.lines[name], _FORMS)
    if len(node.entries) < 2:
        raise Unclear("is not varied", _FORMS)
    return _value(declaration, node.entries["from"]), _value(declaration, node.entries["to"])


def plausible_range(declaration: Declaration) -> tuple[int | float, int | float]:
    """The range over which a parameter is declared to be plausible, in numbers of its kind.

    Raises
    ------
    Unclear
        It has none.
    """
    if declaration.plausible is None:
        raise Unclear("is declared without a plausible range; write [no, yes]")
    low, high = declaration.plausible
    whole = _is_whole(declaration)
    return (int(low), int(high)) if whole else (float(low), float(high))


def half_way(name: str) -> float:
    """Half way up a parameter's plausible range.

    Examples
    --------
    >>> half_way("learning.observation_accuracy")
    0.75
    """
    return sum(plausible_range(DECLARED[name])) / 2


def _value(declaration: Declaration, node: Node) -> bool | int | float:
    """One value in the declared unit and within the declared limits."""
    place = node.file, node.line
    if not isinstance(node, Scalar):
        raise _UnclearValue("holds something that is not a single value", place)
    try:
        if declaration.unit == "yes or no":
            return switch_of(node)
        whole = _is_whole(declaration)
        value = number_of(node, declaration.unit, whole=whole)
    except Unclear as unclear:
        raise _UnclearValue(unclear.of(node.text), place) from None
    if declaration.allowed is not None:
        low, high = declaration.allowed
        if not low <= value <= high:
            allowed = range_in_words({"ge": low, "le": high}, declaration.unit)
            size = "small" if value < low else "large"
            raise _UnclearValue(f"{shown(node.text)} is too {size}; allowed: {allowed}", place)
    return value


def _is_whole(declaration: Declaration) -> bool:
    if declaration.name.startswith(OWN):
        return declaration.unit == WHOLE_NUMBER
    return kind_of(declaration.name) is int


def factors_of(
    points: Rows[Table[str, bool | int | float]],
    uncertain: Collection[str],
    own: Table[str, Declaration],
) -> tuple[Factor, ...]:
    """Return the factors of cells that are given one by one.

    Raises
    ------
    ValueError
        There is no point, or points give different parameters, unknown ones or the same point twice.
    """
    if not points or not points[0]:
        raise ValueError("at least one point with at least one parameter is needed")
    names = list(points[0])
    if any(list(point) != names for point in points):
        raise ValueError("every point must give the same parameters in the same order")
    factors = []
    for name in names:
        _declared(name, own)
        values = tuple(dict.fromkeys(point[name] for point in points))
        factors.append(
            Factor(name=name, decided=name not in uncertain, levels=values, **_whose(name, own))
        )
    return tuple(factors)
