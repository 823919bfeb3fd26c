"""Names of files as people have them, as every system takes them, and as they are typed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import unicodedata
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from seci_sim.scenario.problems import INVISIBLE, InputProblem, invisible, shown, stacked

LONGEST_NAME = 80
LONGEST_FILE_NAME = 200
"""Bytes; file systems take 255, and what is written beside a file has a longer name."""

PLAIN = rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{LONGEST_NAME - 1}}}"
KEPT_BY_WINDOWS = {"con", "prn", "aux", "nul"} | {
    f"{p}{n}" for p in ("com", "lpt") for n in range(10)
}
NOT_ON_WINDOWS = '<>:"/\\|?*'

_SPELT_OUT = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
)
"""Letters that are no plain letter with a mark."""


class NameProblem(InputProblem):
    """A name that somebody typed, and that no file or folder may have."""

    exit_code = 2


def is_plain(name: str) -> bool:
    """Whether a name means a file of its own on every system, without quotes in any shell."""
    return re.fullmatch(PLAIN, name) is not None and name.lower() not in KEPT_BY_WINDOWS


def plain_name(name: str) -> str:
    """A plain name that reminds of another.

    Examples
    --------
    >>> plain_name("Our firm 2025"), plain_name("-Größe.v2"), plain_name("one-percent")
    ('Our-firm-2025', 'Grosse-v2', 'one-percent')
    >>> plain_name("con"), plain_name("???"), len(plain_name("x" * 300))
    ('con-scenario', 'scenario', 80)
    """
    if is_plain(name):
        return name
    bare = unicodedata.normalize("NFKD", name.translate(_SPELT_OUT)) if stacked(name) < 0 else name
    letters = "".join(one for one in bare if not unicodedata.combining(one))
    words = re.sub("[^A-Za-z0-9_]+", "-", letters).strip("-_")[:LONGEST_NAME].rstrip("-_")
    if not words:
        return "scenario"
    return f"{words}-scenario" if words.lower() in KEPT_BY_WINDOWS else words


def check_plain(name: str, field: str, hint: str = "") -> None:
    """Refuse a name that does not mean a file of its own on every system."""
    if not is_plain(name):
        what = f"letters, digits, - and _ only, at most {LONGEST_NAME}{hint}"
        raise NameProblem([f"{field}: {what}; got {shown(name)}"])


def check_file_name(name: str, field: str) -> None:
    """Refuse to write a file of a name that some system does not take."""
    if any(invisible(name)) or stacked(name) >= 0:
        raise NameProblem([f"{field}: {INVISIBLE}; got {shown(name)}"])
    if name.startswith("-"):
        what = "a name that begins with - is taken for an option"
        raise NameProblem([f"{field}: {what}; got {shown(name)}"])
    if found := sorted(set(name) & set(NOT_ON_WINDOWS)):
        what = f"Windows takes no {' '.join(found)} in a file's name"
        raise NameProblem([f"{field}: {what}; got {shown(name)}"])
    if name.partition(".")[0].strip().lower() in KEPT_BY_WINDOWS:
        raise NameProblem([f"{field}: Windows keeps this name for a device; got {shown(name)}"])
    if len(name.encode()) > LONGEST_FILE_NAME:
        what = f"the file's name is too long; at most {LONGEST_FILE_NAME} bytes"
        raise NameProblem([f"{field}: {what}; got {shown(name)}"])


def unused(name: str) -> str:
    """The name of a file that is not there: with a number, if need be."""
    path = Path(name)
    numbered = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in count(2))
    return (
        str(path)
        if not os.path.lexists(path)
        else str(next(p for p in numbered if not os.path.lexists(p)))
    )


def typed(words: Sequence[str]) -> str:
    """A command as somebody types it into the shell of this system.

    Examples
    --------
    >>> typed(["seci-sim", "check", "my-firm.yaml"])
    'seci-sim check my-firm.yaml'
    """
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def into(line: str, out: str | None) -> str:
    """A command line with the folder that was named, if one was."""
    return line if out is None else f"{line} {typed(['--out', out])}"


def as_argument(file: str) -> str:
    """A file as commands take it; what begins with - would be taken for an option.

    Examples
    --------
    >>> as_argument("-firm.yaml"), as_argument("firm.yaml")
    ('./-firm.yaml', 'firm.yaml')
    """
    return f"./{file}" if file.startswith("-") else file
