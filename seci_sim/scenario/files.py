"""Scenario files: where they stand, what they extend, and what else they name."""

from __future__ import annotations

from collections.abc import Sequence as Settings
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from seci_sim.scenario import set_values
from seci_sim.scenario.meetings import read_meetings
from seci_sim.scenario.problems import FileProblem, InputProblem, named, shown, shown_path, spelling
from seci_sim.scenario.quantities import Unclear, number_of
from seci_sim.scenario.reading import Reading, merged
from seci_sim.scenario.scenario import Scenario
from seci_sim.scenario.tree import (
    LARGEST_FILE,
    Mapping,
    Node,
    Scalar,
    Sequence,
    decoded,
    parse,
    read_text,
)
from seci_sim.scenario.units import Meeting, Source

LONGEST_CHAIN = 10
"""Scenarios that extend one another."""

OF_EXPERIMENTS = {"vary", "uncertain", "policies", "replications", "outcomes", "analyses", "bet"}
"""Fields of experiments and lessons, which name scenarios."""

_Files: TypeAlias = dict[str, tuple[Path | None, str]]
"""Path and text of every file read, by what messages call it; the first one asked for first. A text
that somebody sent has no path."""


def shipped_scenarios() -> dict[str, Path]:
    """Return the files of the scenarios that come with the package, by name."""
    return shipped_files("scenarios")


def shipped_files(kind: str) -> dict[str, Path]:
    """Return the files of one kind that come with the package, by name."""
    package = Path(__file__).parents[1]
    # Inside the package where it is installed, beside it in a checkout; lessons and studies with what reads them.
    homes = (package, package.parent, package / "page", package / "evidence")
    folders = [home / kind for home in homes]
    found = next((folder for folder in folders if any(folder.glob("*.yaml"))), None)
    if found is None:
        raise FileProblem(f"the shipped {kind} are missing; install seci-sim again")
    return {path.stem: path for path in sorted(found.glob("*.yaml"))}


def read_scenario(name_or_path: str | Path, settings: Settings[str] = ()) -> Scenario:
    """Read a scenario and whatever it extends, and check all of it.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a shipped scenario, such as ``one-percent``, or path of a file.
    settings : sequence of str
        What is set over it, such as ``policy.patient_time=2%``.

    Raises
    ------
    InputProblem
        The files hold mistakes.
    FileProblem
        A file cannot be read.

    Examples
    --------
    >>> read_scenario("baseline").horizon
    208
    >>> read_scenario("one-percent", ["policy.patient_time=2%"]).name
    'One percent, patient time 2%'
    """
    if Path(name_or_path).suffix.lower() == ".xlsx":
        what = "is a workbook; make a scenario file of it with seci-sim new NAME.yaml --sheet FILE"
        raise InputProblem([f"{shown_path(name_or_path)}: {what}"])
    files: _Files = {}
    tree = _tree(*located(name_or_path, "scenarios"), files)
    with set_values.said_of_settings():
        if settings:
            tree = set_values.laid_over(tree, settings)
            files[set_values.LABEL] = Path(set_values.LABEL), "\n".join(settings)
        return _checked(tree, files)


def scenario_of(data: bytes, label: str) -> Scenario:
    r"""Read a scenario from the bytes of a file that somebody sent.

    It may extend a shipped scenario, but no file: this machine's files are none of the sender's.

    Parameters
    ----------
    data : bytes
        The file.
    label : str
        What messages call it.

    Raises
    ------
    InputProblem
        It holds mistakes, is too large, or names another file.

    Examples
    --------
    >>> scenario_of(b"name: Mine\nquestion: Why?\nextends: baseline", "mine.yaml").horizon
    208
    """
    if len(data) > LARGEST_FILE:
        raise InputProblem([f"{label}: is larger than {LARGEST_FILE / 1e6:g} MB"])
    files: _Files = {}
    return _checked(_laid_out(decoded(data, label), None, label, files), files)


def scenario_in(path: Path, source: Source, *trees: Mapping) -> Scenario:
    """Read a scenario that stands inside another file, and check all of it.

    Parameters
    ----------
    path : Path
        The other file, beside which the scenario may name files.
    source : Source
        What messages call it, and its text.
    *trees : Mapping
        The scenario, then what is laid over it; they are not changed.

    Raises
    ------
    InputProblem
        It holds mistakes, each named with its line in the other file.
    """
    files: _Files = {source.label: (path, source.text)}
    tree, *others = (replace(one, entries=dict(one.entries)) for one in trees)
    tree = _over_what_it_extends(tree, files)
    for other in others:
        tree = merged(tree, other)
    return _checked(tree, files)


def _checked(tree: Mapping, files: _Files) -> Scenario:
    """The scenario that a tree describes, with what it names."""
    meetings = tree.entries.pop("meetings", None)
    if "timeline" in tree.entries:
        tree.entries["timeline"] = _in_order(tree.entries["timeline"])
    reading = Reading(Scenario, tree)
    others = {"meetings": _meetings(reading, meetings, files)} if meetings else {}
    sources = tuple(Source(label, text) for label, (_, text) in files.items())
    return reading.checked(sources=sources, **others)


def located(name_or_path: str | Path, kind: str) -> tuple[Path, str]:
    """Where a file of one kind stands, and what messages call it.

    Parameters
    ----------
    name_or_path : str or Path
        Name of one that comes with the package, or path of a file.
    kind : str
        ``scenarios``, ``experiments``, ``lessons`` or ``studies``.

    Raises
    ------
    FileProblem
        What can only be the name of a shipped one is none.
    """
    shipped, label = shipped_files(kind), shown_path(name_or_path)
    name, path = str(name_or_path), Path(name_or_path)
    if name in shipped:
        return shipped[name], shipped_label(name)
    if is_name(name) and not path.exists():
        one = "study" if kind == "studies" else kind.removesuffix("s")
        what = f"no such file or shipped {one}"
        raise FileProblem(f"{named(label)}: {what}{spelling(name, shipped)}")
    return path, label


def is_name(text: str) -> bool:
    """Whether a text can only be meant as the name of something shipped."""
    return not any(part in text for part in "./\\")


def shipped_label(name: str) -> str:
    """What messages call a file that comes with the package."""
    return f"{name} (shipped)"


def _tree(path: Path, label: str, files: _Files) -> Mapping:
    """Read a file and lay it over what it extends; ``files`` remembers those that lead here."""
    return _laid_out(read_text(path, label), path, label, files)


def _laid_out(text: str, path: Path | None, label: str, files: _Files) -> Mapping:
    """Lay a file's text over what it extends."""
    files[label] = path, text
    tree = parse(text, label)
    if tree.entries.keys() & {"scenario", "scenarios"} and tree.entries.keys() & OF_EXPERIMENTS:
        raise another_kind(tree, "lesson" if "bet" in tree.entries else "experiment")
    return _over_what_it_extends(tree, files)


def another_kind(tree: Mapping, kind: str) -> InputProblem:
    """That a whole file is of another kind, and the command for it: one line instead of one a field."""
    one, command = {
        "scenario": ("a scenario", "check"),
        "experiment": ("an experiment", "experiment"),
        "lesson": ("a lesson", "page --lesson"),
    }[kind]
    return InputProblem([f"{tree.file}:{tree.line}: is {one}; it is read by seci-sim {command}"])


def _over_what_it_extends(tree: Mapping, files: _Files) -> Mapping:
    base = tree.entries.pop("extends", None)
    if base is None:
        return tree
    below = _extended(base, files)
    below.entries.pop("name", None)  # every scenario has a name of its own
    return merged(below, tree)


def _extended(node: Node, files: _Files) -> Mapping:
    """Read what a file extends."""
    if not isinstance(node, Scalar) or not node.text:
        raise _problem(node, "extends", "must be the name of a shipped scenario, or a file")
    shipped = shipped_scenarios()
    if node.text in shipped:
        path, label = shipped[node.text], shipped_label(node.text)
    elif is_name(node.text):
        hint = spelling(node.text, shipped)
        raise _problem(node, "extends", f"no shipped scenario of this name{hint}")
    else:
        path, label = _beside(node, "extends", files)
    if path.resolve() in {earlier.resolve() for earlier, _ in files.values() if earlier}:
        raise _problem(node, "extends", "goes round in a circle")
    if len(files) >= LONGEST_CHAIN:
        what = f"more than {LONGEST_CHAIN} scenarios extend one another"
        raise _problem(node, "extends", what)
    try:
        return _tree(path, label, files)
    except FileProblem as missing:
        raise _problem(node, "extends", str(missing)) from None


def _beside(node: Scalar, field: str, files: _Files) -> tuple[Path, str]:
    """Return a file named relative to the file that names it, and what messages call it."""
    here = files[node.file][0]
    if here is None:
        raise _problem(node, field, "names another file; a scenario that is sent stands alone")
    return here.parent / node.text, shown_path(Path(node.file).parent / node.text)


def _problem(node: Node, field: str, what: str) -> InputProblem:
    got = f"; got {shown(node.text)}" if isinstance(node, Scalar) else ""
    return InputProblem([f"{node.file}:{node.line}: {field}: {what}{got}"])


def _in_order(timeline: Node) -> Node:
    """Changes by week, as the scenario keeps them, so that problems find their lines."""
    if not isinstance(timeline, Sequence):
        return timeline
    return replace(timeline, items=tuple(sorted(timeline.items, key=_week)))


def _week(change: Node) -> float:
    week = change.entries.get("week") if isinstance(change, Mapping) else None
    try:
        return number_of(week, "weeks") if isinstance(week, Scalar) else 0
    except Unclear:
        return 0


def _meetings(reading: Reading[Scenario], node: Node, files: _Files) -> tuple[Meeting, ...]:
    """Read who meets whom, from a file named relative to the file that names it."""
    if not isinstance(node, Scalar) or not node.text:
        raise _problem(node, "meetings", "must be the name of a CSV file")
    path, label = _beside(node, "meetings", files)
    try:
        rows, lines, text = read_meetings(path, label)
    except FileProblem as missing:
        raise _problem(node, "meetings", str(missing)) from None
    reading.tables["meetings"] = (label, lines)
    files[label] = path, text
    return rows
