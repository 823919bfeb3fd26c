"""Settings that are laid over a scenario as somebody types them: ``policy.patient_time=2%``.

They are read as if they stood in the file, by the same reader and with its messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from seci_sim.scenario.problems import InputProblem, named, spelling
from seci_sim.scenario.tree import Mapping, Node, Scalar, parse
from seci_sim.scenario.tree import Sequence as List

LABEL = "--set"
"""What messages call the place where they stand."""

LONGEST_NAME = 80
MOST_NAMED = 10
"""Items of a list that a message names."""
LISTS = ("units", "stakeholders", "timeline", "rivals")


def parts_of(setting: str) -> tuple[str, str]:
    """Name and value of one setting; the name is empty where it is none.

    Examples
    --------
    >>> parts_of("policy.patient_time = 2%"), parts_of("2%")
    (('policy.patient_time', '2%'), ('', ''))
    """
    name, equals, value = (part.strip() for part in setting.partition("="))
    return (name, value) if equals and "\n" not in setting else ("", "")


def in_short(settings: Sequence[str]) -> str:
    """What is set, as a scenario's name says it.

    Examples
    --------
    >>> in_short(["policy.patient_time=2%", "units.Japan.staff=40"])
    'patient time 2%, Japan staff 40'
    """
    said = []
    for name, value in map(parts_of, settings):
        words = (name.partition(".")[2] or name).replace(".", " ").replace("_", " ")
        said.append(f"{words} {value}")
    return ", ".join(said)


def laid_over(tree: Mapping, settings: Sequence[str]) -> Mapping:
    """A scenario's tree with some values set; it gets a name that says so.

    Raises
    ------
    InputProblem
        A setting cannot be read, or is in a list that has no such item.
    """
    names = [parts_of(setting)[0] for setting in settings]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise InputProblem([f"{LABEL}: {named(name)}: is given twice"])
        if name == "extends" or name in LISTS:
            raise InputProblem([f"{LABEL}: {name}: stands in a file; write it there"])
    node: Node = tree
    for setting in settings:
        node = _over(node, _tree_of(setting), "")
    assert isinstance(node, Mapping)
    name_of_it = node.entries.get("name")
    if isinstance(name_of_it, Scalar) and "name" not in names:
        called = replace(name_of_it, text=_called(name_of_it.text, in_short(settings)), quoted=True)
        node = replace(node, entries=node.entries | {"name": called})
    return node


def _called(name: str, change: str) -> str:
    """A scenario's name with what was set."""
    change = (
        change
        if len(change) <= LONGEST_NAME // 2
        else f"{change[: LONGEST_NAME // 2 - 1].strip()}…"
    )
    room = LONGEST_NAME - len(change) - 2
    short = name if len(name) <= room else f"{name[: room - 1].strip()}…"
    return f"{short}, {change}".rstrip()


def _tree_of(setting: str) -> Mapping:
    """One setting as the piece of a file that would say the same."""
    name, value = parts_of(setting)
    node: Node = parse(f"value: {value}", LABEL).entries["value"]
    for part in reversed(name.split(".")):
        node = Mapping({part: node}, {part: (LABEL, 1)}, LABEL, 1)
    assert isinstance(node, Mapping)
    return node


def _over(below: Node | None, change: Node, name: str) -> Node:
    """Lay a setting over what stands in the file."""
    if not isinstance(change, Mapping) or not change.entries:
        return change
    if isinstance(below, List):
        return _in_list(below, change, name)
    if below is None and name in LISTS:
        what = "the file lists none; write the list into it"
        raise InputProblem([f"{LABEL}: {name}: {what}"])
    entries = dict(below.entries) if isinstance(below, Mapping) else {}
    lines = dict(below.lines) if isinstance(below, Mapping) else {}
    for inner, node in change.entries.items():
        entries[inner] = _over(entries.get(inner), node, inner)
        lines[inner] = change.lines[inner]
    return Mapping(entries, lines, change.file, change.line)


def _in_list(below: List, change: Mapping, name: str) -> List:
    """Set something of the items of a list, which go by their names, or weeks."""
    called = [_label(item) for item in below.items]
    items = list(below.items)
    for label, node in change.entries.items():
        if label not in called:
            there = [one for one in called if one]
            allowed = f"; allowed: {', '.join(map(named, there[:MOST_NAMED]))}" * bool(there)
            more = ", ..." * (len(there) > MOST_NAMED)
            hint = spelling(label, there)
            raise InputProblem([f"{LABEL}: {name}: has no {named(label)}{hint}{allowed}{more}"])
        place = called.index(label)
        items[place] = _over(items[place], node, label)
    return replace(below, items=tuple(items))


def _label(item: Node) -> str:
    entries = item.entries if isinstance(item, Mapping) else {}
    label = entries.get("name", entries.get("week"))
    return label.text if isinstance(label, Scalar) else ""


@contextmanager
def said_of_settings() -> Iterator[None]:
    """Leave out the line, of which a setting has only one."""
    try:
        yield
    except InputProblem as problem:
        begun = f"{LABEL}:1:"
        problem.lines = [
            f"{LABEL}:{line.removeprefix(begun)}" if line.startswith(begun) else line
            for line in problem.lines
        ]
        raise
