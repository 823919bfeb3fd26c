"""From a tree of located pieces to a checked section; each problem keeps its file and line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from seci_sim.parameters import Section
from seci_sim.scenario.problems import MOST_PROBLEMS, InputProblem
from seci_sim.scenario.quantities import Unclear, has_no_value, number_of, switch_of, text_of
from seci_sim.scenario.tree import Mapping, Node, Scalar, shown_node
from seci_sim.scenario.tree import Sequence as List
from seci_sim.scenario.validation import (
    FieldPath,
    Problem,
    kind_unknown,
    problems_in,
    range_of,
    section_in,
    unit_of,
    unknown_field,
)

Checked = TypeVar("Checked", bound=Section)
_UNREAD = object()
"""Stands where a value could not be read."""


def merged(base: Mapping, changes: Mapping) -> Mapping:
    """Lay one tree over another: fields are merged, lists and single values replaced.

    Empty braces, which could say nothing else, empty what stands below.
    """
    entries, lines = dict(base.entries), base.lines | changes.lines
    for name, node in changes.entries.items():
        below = entries.get(name)
        if isinstance(node, Mapping) and isinstance(below, Mapping) and node.entries:
            entries[name] = merged(below, node)
        else:
            entries[name] = node
    return Mapping(entries, lines, changes.file, changes.line)


class Reading(Generic[Checked]):
    """One reading of a tree as a section: where each field stands, and what is wrong with it."""

    def __init__(self, model: type[Checked], tree: Mapping) -> None:
        self.model = model
        self.places: dict[FieldPath, tuple[str, int]] = {}
        self.nodes: dict[FieldPath, Node] = {}
        self.labels: dict[FieldPath, str] = {}
        self.tables: dict[str, tuple[str, Sequence[int]]] = {}
        """Lists that stand in a file of their own: its name, and the line of each item."""
        self.unread: list[Problem] = []
        self.tree = tree
        self.fields: dict[str, Any] = self._section(model, tree, ())

    def checked(self, **others: Any) -> Checked:
        """Check what was read, with fields that do not stand in the file.

        Raises
        ------
        InputProblem
            Something is wrong.
        """
        try:
            section = self.model.model_validate(self.fields | others)
        except ValidationError as error:
            unread = [problem.path for problem in self.unread]
            raise self._refusal(self.unread + problems_in(self.model, error, unread)) from None
        if self.unread:
            raise self._refusal(self.unread)
        return section

    def _refusal(self, problems: Iterable[Problem]) -> InputProblem:
        """Put problems into lines, in the order in which a reader of the files meets them."""
        files = list(dict.fromkeys(file for file, _ in self.places.values()))
        located = []
        for problem in dict.fromkeys(map(self._of_units, problems)):
            file, line = self._place(problem.path)
            rank = files.index(file) if file in files else len(files)
            located.append((rank, line, file, problem))
        located.sort(key=lambda item: item[:2])
        said = located[:MOST_PROBLEMS]
        texts = [f"{file}:{line}: {self._text(problem)}" for _, line, file, problem in said]
        return InputProblem(texts, unsaid=len(located) - len(said))

    def _of_units(self, problem: Problem) -> Problem:
        """A name that is gone because units of this file stand in the place of those of what it extends."""
        group, here = problem.path[:1], self.tree.file
        if problem.unknown and self._place(("units",))[0] == here != self._place(group)[0]:
            what = "of the scenario that this one extends name"
            return Problem(("units",), f"lack what the {group[0]} {what}; list {group[0]} too")
        return problem

    def _text(self, problem: Problem) -> str:
        """A problem in words, with what stands in the file."""
        node = self.nodes.get(problem.path)
        if problem.got and isinstance(node, Scalar):
            problem = problem._replace(got=shown_node(node))
        return problem.text(self.labels)

    def _place(self, path: FieldPath) -> tuple[str, int]:
        match path:
            case (str(table), int(item), *_) if table in self.tables:
                file, lines = self.tables[table]
                return file, lines[item]
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (self.tree.file, self.tree.line))

    def _section(self, model: type[Section], tree: Mapping, path: FieldPath) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if model.kinds:
            node = tree.entries.get("kind")
            kind = node.text if isinstance(node, Scalar) else ""
            if kind not in model.kinds:
                self.places[*path, "kind"] = (tree.file, node.line if node else tree.line)
                what, allowed = kind_unknown(model, kind or None)
                self._report((*path, "kind"), what, node, allowed)
                return fields
            model = model.kinds[kind]
        for name, node in tree.entries.items():
            inner = (*path, name)
            self.places[inner], self.nodes[inner] = tree.lines[name], node
            field = model.model_fields.get(name)
            if field is None or field.exclude:
                self._report(inner, unknown_field(model, name))
                continue
            fields[name] = self._value(field, field.annotation, node, inner)
        return {name: value for name, value in fields.items() if value is not _UNREAD}

    def _value(self, field: FieldInfo, kind: Any, node: Node, path: FieldPath) -> Any:
        if get_origin(kind) in (Union, UnionType):
            kind = next(part for part in get_args(kind) if part is not NoneType)
        if isinstance(node, Scalar) and has_no_value(node):
            return self._report(path, "has no value")
        inside = get_args(kind)
        if get_origin(kind) is tuple:
            return self._list(field, inside[0], node, path)
        if section := section_in(field):
            if isinstance(node, Mapping):
                return self._section(section, node, path)
            return self._report(path, "must be fields, each with a value", node)
        if get_origin(kind) is dict:
            return self._table(field, inside[1], node, path)
        return self._single(field, kind, node, path)

    def _list(self, field: FieldInfo, kind: Any, node: Node, path: FieldPath) -> Any:
        if not isinstance(node, List):
            what = "must be a list: each item on a line that starts with -"
            return self._report(path, what, node)
        values = []
        for place, item in enumerate(node.items):
            inner = (*path, place)
            self.places[inner], self.nodes[inner] = (item.file, item.line), item
            entries = item.entries if isinstance(item, Mapping) else {}
            label = entries.get("name", entries.get("week"))
            if isinstance(label, Scalar) and label.text:
                self.labels[inner] = label.text
            values.append(self._value(field, kind, item, inner))
        return tuple(None if value is _UNREAD else value for value in values)

    def _table(self, field: FieldInfo, kind: Any, node: Node, path: FieldPath) -> Any:
        if not isinstance(node, Mapping):
            return self._report(path, "must be names, each with a value", node)
        values = {}
        for name, item in node.entries.items():
            inner = (*path, name)
            self.places[inner], self.nodes[inner] = node.lines[name], item
            values[name] = self._value(field, kind, item, inner)
        return {name: value for name, value in values.items() if value is not _UNREAD}

    def _single(self, field: FieldInfo, kind: Any, node: Node, path: FieldPath) -> Any:
        if not isinstance(node, Scalar):
            return self._report(path, "must be a single value", node, range_of(field))
        try:
            if kind is bool:
                return switch_of(node)
            if kind in (int, float):
                return number_of(node, unit_of(field), whole=kind is int)
            return text_of(node)
        except Unclear as unclear:
            return self._report(path, str(unclear), node, unclear.allowed or range_of(field))

    def _report(
        self, path: FieldPath, what: str, node: Node | None = None, allowed: str = ""
    ) -> Any:
        got = shown_node(node) if node is not None else ""
        self.unread.append(Problem(path, what, allowed, got))
        return _UNREAD
