"""What goes wrong outside the model, and how it is said: one short, safe line for each mistake."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher, get_close_matches
from heapq import nlargest
from itertools import groupby
from pathlib import Path

MOST_PROBLEMS = 20
MOST_MISTAKES = 1000
"""Mistakes that are counted; a table with more was not meant to be one."""
MOST_COMPARED = 60
"""Names that are compared closely with a misspelt one."""
LONGEST_VALUE = 60
"""Characters of an offending value that a message shows."""


class InputProblem(Exception):
    """What is wrong with the files that a user wrote, a line for each mistake."""

    exit_code = 3

    def __init__(self, lines: Iterable[str], unsaid: int = 0) -> None:
        every = list(lines)
        more = len(every) - MOST_PROBLEMS + unsaid
        self.lines = every[:MOST_PROBLEMS] + ([f"... and {more} more"] if more > 0 else [])
        super().__init__("\n".join(self.lines))


class FileProblem(Exception):
    """A file or folder that cannot be read or written."""

    exit_code = 5


def shown(value: object) -> str:
    r"""A value as messages show it: one short line without control characters.

    Examples
    --------
    >>> shown("\x1b[2J")
    "'\\x1b[2J'"
    """
    text = repr(value[: LONGEST_VALUE + 1] if isinstance(value, str) else value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."


def named(field: str) -> str:
    """A field's name as messages show it."""
    return field if len(field) <= LONGEST_VALUE and field.isprintable() else shown(field)


def shown_path(path: str | Path) -> str:
    """A path as messages show it: as typed, unless it is empty or hides control characters."""
    text = str(path)
    return text if text and text.isprintable() else shown(text)


def spelling(name: str, known: Iterable[str]) -> str:
    """Return a hint at the nearest known name, or nothing.

    Examples
    --------
    >>> spelling("Japn", ["India", "Japan"])
    '; did you mean "Japan"?'
    """
    by_folded = {folded(option): option for option in known}
    wanted = folded(name[:200])
    matcher = SequenceMatcher(b=wanted)

    def likeness(option: str) -> float:
        matcher.set_seq1(option)
        return matcher.quick_ratio()

    likely = list(by_folded)
    if len(likely) > MOST_COMPARED:  # to compare thousands letter by letter would take long
        likely = nlargest(MOST_COMPARED, likely, key=likeness)
    nearest = get_close_matches(wanted, likely, n=1, cutoff=0.6)
    return f'; did you mean "{by_folded[nearest[0]]}"?' if nearest else ""


def folded(name: str) -> str:
    """A name without what file systems and readers may not tell apart: case and composition."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


MOST_MARKS = 30
"""Marks that a letter may bear, as in Unicode's stream-safe texts. To put them into their order takes a
time that grows with the square of their number."""

STACKED = f"a letter bears more than {MOST_MARKS} marks"
_NOT_PLAIN = re.compile(rf"[^\x00-\x7e]{{{MOST_MARKS + 1},}}")


def stacked(text: str) -> int:
    """The position of a letter that bears too many marks to be put into order; -1 if none does.

    Examples
    --------
    >>> stacked("Zürich"), stacked("ab" + 31 * "\u0301")
    (-1, 2)
    """
    for run in _NOT_PLAIN.finditer(text):
        position = run.start()
        for is_mark, characters in groupby(run.group(), key=lambda c: unicodedata.combining(c) > 0):
            length = sum(1 for _ in characters)
            if is_mark and length > MOST_MARKS:
                return position
            position += length
    return -1


INVISIBLE = "holds control, invisible or direction-changing characters"
_PERHAPS_INVISIBLE = re.compile(r"[^\x20-\x7e]")
_AND_NO_LAYOUT = re.compile(r"[^\x20-\x7e\t\n\r]")
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def invisible(text: str, allowed: str = "") -> Iterator[tuple[int, str]]:
    """Characters that a reader of the file would not see, with their positions."""
    # A file may hold millions of line breaks; where they are allowed they are not even looked at.
    perhaps = _AND_NO_LAYOUT if {"\t", "\n", "\r"} <= set(allowed) else _PERHAPS_INVISIBLE
    for found in perhaps.finditer(text):
        character = found.group()
        hidden = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        if (hidden or character in _BLANK_LETTERS) and character not in allowed:
            yield found.start(), character


def check_characters(text: str, label: str) -> None:
    """Refuse a file's text that has a character which nobody sees, or a letter with too many marks.

    Raises
    ------
    InputProblem
        With the line of the first.
    """
    for position, character in invisible(text, allowed="\t\n\r"):
        what = f"{INVISIBLE}; got {shown(character)}"
        raise InputProblem([f"{label}:{_line_of(text, position)}: {what}"])
    if (position := stacked(text)) >= 0:
        raise InputProblem([f"{label}:{_line_of(text, position)}: {STACKED}"])


def _line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
