"""How files that nobody would write are tried: what reads them, and what every answer keeps to."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from fuzz_documents import FIRM, Document, classic, experiment, lesson, scenario, write

from seci_sim.lab import Experiment, shipped_experiments
from seci_sim.lab.design import Design
from seci_sim.page.lessons import read_lesson, shipped_lessons
from seci_sim.page.lessons.lesson import Lesson
from seci_sim.parameters import Section
from seci_sim.scenario import Scenario, shipped_scenarios
from seci_sim.scenario.files import scenario_of
from seci_sim.scenario.problems import FileProblem, InputProblem

LONGEST = 10.0
"""Seconds of a processor that a single file may take. Files of these sizes take some hundredths, so that
no machine is slow enough to come near; a reader that hangs does."""

KINDS: dict[str, tuple[Callable[[Random], Document], type[Section]]] = {
    "scenario": (scenario, Scenario),
    "classic": (classic, Scenario),
    "experiment": (experiment, Design),
    "lesson": (lesson, Lesson),
}
"""What is read: how a document of the kind is made, and what it is read as."""

FILE = "s.yaml"

SHIPPED = [
    (kind, path)
    for kind, paths in (
        ("scenario", shipped_scenarios()),
        ("experiment", shipped_experiments()),
        ("lesson", shipped_lessons()),
    )
    for path in paths.values()
]
"""Files that come with the program, of which each is damaged."""

BROKEN, IN_ORDER = 1500, 500
"""Files of each kind that the slow tests make from the declarations: with a broken field, and in order."""

DAMAGED, CHECKED, TABLES = 60, 1000, 1000
"""Damaged files in the slow tests: of each that is shipped, through the command line, of each kind of table."""


def cases(heavy: int) -> int:
    """How many files the slow tests try, given how many of them are made to be heavy."""
    made = len(KINDS) * (BROKEN + IN_ORDER)
    return made + DAMAGED * len(SHIPPED) + CHECKED + 2 * TABLES + 1000 + heavy


def folder_with_a_firm(folder: Path) -> Path:
    """The folder, with the scenario that experiments and lessons start from."""
    (folder / "firm.yaml").write_text(write(FIRM, Random(1)).text, "utf-8")
    return folder


def read_as(kind: str, content: str | bytes, folder: Path) -> Section:
    """Read a file of one kind."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    if kind in ("scenario", "classic"):
        return scenario_of(data, FILE)
    (folder / FILE).write_bytes(data)
    return read_lesson(folder / FILE) if kind == "lesson" else Experiment.load(folder / FILE)


class TooLong(Exception):
    """A file took more than it may."""


@contextmanager
def no_hang() -> Iterator[None]:
    """Interrupt what takes too long, wherever the system can count a process's own time."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_: int, __: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def answered(kind: str, content: str | bytes, folder: Path) -> Section | list[str]:
    """What was read, or the messages; any other exception is a mistake of the program, and gets through."""
    try:
        with no_hang():
            return read_as(kind, content, folder)
    except InputProblem as problem:
        messages = [line.replace(f"{folder}/", "").replace(f"{folder}\\", "") for line in problem.lines]  # fmt: skip
        check_messages(messages, content)
        return messages
    except FileProblem as problem:
        raise AssertionError(f"an unreadable file, where there is none: {problem}") from problem


_MESSAGE = re.compile(r"([^:]+):([0-9]+): (?:([^:; ]+|'[^']*'): )?(.+)", re.DOTALL)
_SHIPPED = re.compile(r"[a-z0-9-]+ \(shipped\)")


def check_messages(messages: list[str], content: str | bytes) -> None:
    """Every message is one line that can be printed, of this file or of one that it extends.

    It names a line of the file; at most 20 are said, and the rest counted.
    """
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    assert messages
    assert len(messages) <= 21
    for message in messages[:20]:
        assert message.isprintable(), message
        if message.startswith(f"{FILE}: is empty; "):
            continue
        found = _MESSAGE.fullmatch(message)
        assert found is not None, message
        file, line = found.group(1), int(found.group(2))
        assert file == FILE or _SHIPPED.fullmatch(file), message
        # A file that ends too early is missed on the line after its last.
        assert file != FILE or 1 <= line <= data.count(b"\n") + data.count(b"\r") + 2, message
        for value in re.findall(r"; got (.+)$", message):
            assert len(value) <= 60, message
    for more in messages[20:]:
        assert re.fullmatch(r"\.\.\. and [0-9]+ more", more)


def line_of(message: str) -> int:
    """The line that a message names."""
    return int(message.split(":", 2)[1])


# What may happen to a file ------------------------------------------------------------------------

PIECES = (b"\x00", b"\xff", b"\xc3", b"&", b"*", b"!", b"[", b"]", b"{", b"}", b'"', b"'", b"\n", b"\t", b": ",
          b"- ", b"%", b"---\n", b"...\n", b"|", b">", b"\\U00110000", b"\xe2\x80\xae", b"e3", b"0", b"-", b".",
          b"\r", b"<<: ", b" ", b"  ", b"#", b"?", b",", b"no", b"~", b"\xef\xbb\xbf", b"\xcc\x81", b"1", b"%YAML 1.3\n")  # fmt: skip
"""What is put into a file at some place."""


def damaged(content: bytes, chance: Random) -> bytes:
    """A file after something happened to it: cut, a bit turned, something put in, taken out or doubled."""
    place = chance.randrange(len(content))
    end = min(len(content), place + chance.choice((1, 2, 5, 40, 1000)))
    match chance.choice(("cut", "turn", "put", "put", "double", "take", "swap")):
        case "cut":
            return content[:place]
        case "turn":
            turned = bytes([content[place] ^ 1 << chance.randrange(8)])
            return content[:place] + turned + content[place + 1 :]
        case "put":
            return content[:place] + chance.choice(PIECES) + content[place:]
        case "double":
            return content[:end] + content[place:]
        case "swap":
            lines = content.split(b"\n")
            one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
            return b"\n".join(lines)
    return content[:place] + content[end:]


def damage(content: bytes, chance: Random) -> bytes:
    """One thing that happened to a file, or two or three."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        content = damaged(content or b"a", chance)
    return content


def value_at(section: Any, place: tuple[str | int, ...]) -> Any:
    """What was read at a place."""
    for part in place:
        inside = isinstance(part, int) or isinstance(section, dict)
        section = section[part] if inside else getattr(section, str(part))
    return section
