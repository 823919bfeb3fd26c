"""Read a scenario file into a tree in which every piece knows its line.

The files are YAML 1.2, read strictly: what YAML would guess at, repeat, alias or hide is refused
with the line it stands on. Nothing is interpreted here: a scalar keeps the text that was typed.
"""

from __future__ import annotations

import errno
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from seci_sim.scenario.problems import (
    INVISIBLE,
    STACKED,
    FileProblem,
    InputProblem,
    check_characters,
    invisible,
    named,
    shown,
    stacked,
)

LARGEST_FILE = 1_000_000
"""Bytes. The slowest file of this size that we could make is read in a little over a second."""

MOST_KEPT = 128
"""Texts whose trees are kept: most scenarios extend one of a few."""

MOST_ITEMS = 20_000
DEEPEST = 20


@dataclass(frozen=True)
class Scalar:
    """A single value as it was typed."""

    text: str
    quoted: bool
    file: str
    line: int


@dataclass(frozen=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    file: str
    line: int


@dataclass(frozen=True)
class Mapping:
    """Fields and their values; ``lines`` says where each field's name stands."""

    entries: dict[str, Node]
    lines: dict[str, tuple[str, int]]
    file: str
    line: int


Node: TypeAlias = Scalar | Sequence | Mapping


def shown_node(node: Node) -> str:
    """A piece of a file as messages show it."""
    match node:
        case Scalar():
            return shown(node.text)
        case Sequence():
            return f"a list of {len(node.items)}"
        case Mapping():
            return "fields (" + shown(", ".join(node.entries)) + ")"


def read_text(path: Path, label: str, limit: int = LARGEST_FILE) -> str:
    """Read a UTF-8 text file, refusing early what cannot be one.

    Parameters
    ----------
    path : Path
        The file.
    label : str
        What messages call it.
    limit : int
        Bytes that it may have.

    Raises
    ------
    FileProblem
        There is no such file, or it cannot be read.
    InputProblem
        It is too large, not UTF-8, or holds invisible characters.
    """
    return decoded(read_bytes(path, label, limit), label)


def decoded(data: bytes, label: str) -> str:
    """The text of a file's bytes; problems as with `read_text`."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        raise InputProblem([f"{label}:1: is in UTF-16 or UTF-32; save as UTF-8"])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputProblem([f"{label}:{line}: is not text in UTF-8; save as UTF-8"]) from None
    check_characters(text, label)
    return text


def read_bytes(path: Path, label: str, limit: int) -> bytes:
    """Read a file that has at most so many bytes; problems as with `read_text`."""
    try:
        return bytes_of(path, limit)
    except NotOrdinary as problem:
        what = f"{label}: {problem.strerror}"
        too_large = problem.errno == errno.EFBIG
        raise (InputProblem([what]) if too_large else FileProblem(what)) from None
    except FileNotFoundError:
        raise FileProblem(f"{label}: no such file") from None
    except PermissionError:
        raise FileProblem(f"{label}: no permission to read it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise FileProblem(f"{label}: cannot be read: {reason}") from None


class NotOrdinary(OSError):
    """A folder, a pipe or a device, or a file that is too large."""


def bytes_of(path: Path, limit: int, *, last: bool = False) -> bytes:
    """All bytes of an ordinary file that has at most so many, or the last of any number.

    Raises
    ------
    NotOrdinary, OSError
        As `size_of_ordinary`, or it cannot be read.
    """
    size = size_of_ordinary(path, None if last else limit)
    with path.open("rb") as stream:
        stream.seek(max(0, size - limit))
        # No more than it says it has: some of the system's own files have no end.
        return stream.read(min(size, limit))


def size_of_ordinary(path: Path, limit: int | None) -> int:
    """Bytes of an ordinary file.

    Raises
    ------
    NotOrdinary
        It is a folder, a pipe or a device, or has more bytes than the limit.
    OSError
        It is not there, or cannot be asked.
    """
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise NotOrdinary(errno.EISDIR, "is a folder, not a file", str(path))
    if not stat.S_ISREG(status.st_mode):
        raise NotOrdinary(errno.ENOTSUP, "is not an ordinary file", str(path))
    if limit is not None and status.st_size > limit:
        raise NotOrdinary(errno.EFBIG, f"is larger than {limit / 1e6:g} MB", str(path))
    return status.st_size


def parse(text: str, label: str) -> Mapping:
    r"""Turn the text of one file into a tree.

    Parameters
    ----------
    text : str
        What the file holds.
    label : str
        What messages call the file.

    Raises
    ------
    InputProblem
        The text is not one plain YAML mapping.

    Examples
    --------
    >>> tree = parse("policy:\n  patient_time: 1%\n", "mine.yaml")
    >>> tree.entries["policy"].entries["patient_time"]
    Scalar(text='1%', quoted=False, file='mine.yaml', line=2)
    """
    tree = _built(text, label)
    if not isinstance(tree, Mapping):
        raise InputProblem([f"{label}:{tree.line}: must be fields such as name: My firm"])
    return replace(tree, entries=dict(tree.entries))


@lru_cache(maxsize=MOST_KEPT)
def _built(text: str, label: str) -> Node:
    """The tree of a text, of which nothing but a copy of its outermost fields is given away."""
    return _Builder(text, label).build()


_SLIP = re.compile(r"\\U(?!000[0-9a-fA-F]|0010)[0-9a-fA-F]{8}|^%YAML", re.MULTILINE)
"""What the parser slips over: an escape beyond Unicode, a version of YAML to come."""


class _Builder:
    """Builds the tree from the parser's events, which come one by one: limits hold early."""

    def __init__(self, text: str, label: str) -> None:
        self.events = self._events(text)
        self.label = label
        self.items = 0

    def build(self) -> Node:
        tree: Node | None = None
        for event in self.events:
            if isinstance(event, events.DocumentStartEvent):
                if tree is not None:
                    raise self._problem(event, "holds more than one document (---)")
                if event.version or event.tags:
                    raise self._problem(event, "remove the line that starts with %")
                tree = self._node(next(self.events), depth=1)
        if tree is None:
            raise InputProblem([f"{self.label}: is empty; write at least name and question"])
        return tree

    def _events(self, text: str) -> Iterator[events.Event]:
        try:
            yield from YAML(typ="safe", pure=True).parse(text)
        except MarkedYAMLError as error:
            line, what = _explained(error)
            raise InputProblem([f"{self.label}:{line}: {what}"]) from None
        except YAMLError as error:
            what = shown(str(error).splitlines()[0])
            raise InputProblem([f"{self.label}: is not YAML: {what}"]) from None
        except (ValueError, OverflowError, AssertionError):
            # The parser's own slips, which do not know their line.
            slip = _SLIP.search(text)
            line = text.count("\n", 0, slip.start()) + 1 if slip else 1
            raise InputProblem([f"{self.label}:{line}: is not YAML 1.2"]) from None

    def _node(self, event: events.Event, depth: int) -> Node:
        self._refuse(event, depth)
        line = event.start_mark.line + 1
        match event:
            case events.ScalarEvent():
                value = unicodedata.normalize("NFC", event.value)
                return Scalar(value, event.style is not None, self.label, line)
            case events.SequenceStartEvent():
                items = []
                while not isinstance(inner := next(self.events), events.SequenceEndEvent):
                    items.append(self._node(inner, depth + 1))
                return Sequence(tuple(items), self.label, line)
            case _:
                return self._mapping(line, depth)

    def _mapping(self, line: int, depth: int) -> Mapping:
        entries: dict[str, Node] = {}
        lines: dict[str, tuple[str, int]] = {}
        while not isinstance(event := next(self.events), events.MappingEndEvent):
            key = self._key(event, depth)
            if key.text in entries:
                first = lines[key.text][1]
                what = f"{named(key.text)}: given twice (first on line {first})"
                raise self._problem(event, what)
            value = self._node(next(self.events), depth + 1)
            if isinstance(value, Scalar) and not value.text and not value.quoted:
                # The parser places a missing value where the next thing stands.
                value = Scalar("", False, self.label, key.line)
            entries[key.text] = value
            lines[key.text] = (self.label, key.line)
        return Mapping(entries, lines, self.label, line)

    def _key(self, event: events.Event, depth: int) -> Scalar:
        node = self._node(event, depth) if isinstance(event, events.ScalarEvent) else None
        if not isinstance(node, Scalar):
            self._refuse(event, depth)
            raise self._problem(event, "field names must be text")
        if not node.quoted and is_not_text(node.text):
            raise self._problem(event, f"field names must be text; got {shown(node.text)}")
        return node

    def _refuse(self, event: events.Event, depth: int) -> None:
        self.items += 1
        if self.items > MOST_ITEMS:
            raise self._problem(event, f"more than {MOST_ITEMS} items")
        if depth > DEEPEST and isinstance(
            event, events.MappingStartEvent | events.SequenceStartEvent
        ):
            raise self._problem(event, f"nested deeper than {DEEPEST} levels")
        if isinstance(event, events.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise self._problem(event, "no aliases, anchors (& and *) or merge keys (<<)")
        tag = getattr(event, "ctag", None)
        if tag is not None:
            raise self._problem(event, f"no tags; got {shown(str(tag))}")
        if isinstance(event, events.ScalarEvent):
            if event.value == "<<" and event.style is None:
                raise self._problem(event, "no merge keys (<<); use extends:")
            for _ in invisible(event.value, allowed="\t\n"):
                raise self._problem(event, f"{INVISIBLE}; got {shown(event.value)}")
            if stacked(event.value) >= 0:
                raise self._problem(event, STACKED)

    def _problem(self, event: events.Event, what: str) -> InputProblem:
        return InputProblem([f"{self.label}:{event.start_mark.line + 1}: {what}"])


_NOT_TEXT = re.compile(
    r"""~|null|true|false|                    # nothing, or a yes-or-no
    [-+]?[0-9][0-9_,.]*(e[-+]?[0-9]+)?|       # a number
    [-+]?\.([0-9]+(e[-+]?[0-9]+)?|inf|nan)|
    0[box][0-9a-f_]+|
    [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*          # a date
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_not_text(text: str) -> bool:
    """Whether some reader of YAML would take the unquoted text for something else.

    Examples
    --------
    >>> is_not_text("2024-01-17"), is_not_text("Norway")
    (True, False)
    """
    return not text or _NOT_TEXT.fullmatch(text) is not None


_EXPLANATIONS = (
    ("found character '\\t'", "use spaces, not tabs"),
    ("found unexpected end of stream", "a quotation mark is opened here and never closed"),
    ("mapping values are not allowed", "check the indentation; text that holds ': ' needs quotes"),
    ("could not find expected ':'", "a field needs a name, a colon, a space and a value"),
    ("found duplicate anchor", "no aliases, anchors (& and *) or merge keys (<<)"),
    ("expected '<document start>'", "check the indentation: this does not belong to what is above"),
    ("expected the node content", "a value is missing here"),
    ("expected <block end>", "check the indentation, and quotes around text"),
    ("expected ',' or", "a bracket is not closed, or a comma is missing"),
    ("cannot start any token", "text that starts with a special character needs quotes"),
)


def _explained(error: MarkedYAMLError) -> tuple[int, str]:
    problem = str(error.problem)
    begun_there = ("end of stream", "':'", "',' or")
    mark = error.problem_mark or error.context_mark
    if error.context_mark and any(part in problem for part in begun_there):
        mark = error.context_mark
    line = mark.line + 1 if mark else 1
    not_yaml = "is not YAML: " + problem.encode("unicode_escape").decode("ascii")[:100]
    return line, next((said for part, said in _EXPLANATIONS if part in problem), not_yaml)
