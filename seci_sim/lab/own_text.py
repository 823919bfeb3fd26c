"""What somebody's own model or outcome does, part by part, so that results of another are told from it.

A part is a function, or a value that one names: of the class, of its own bases, and of whatever they
call in modules that are nobody's library. It is read off what runs, not off a file that may have been edited since,
so it is there in a notebook, too. Other versions of Python write functions in other words.
"""

from __future__ import annotations

import copyreg
import dis
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

PACKAGE = __name__.partition(".")[0]
PLAIN = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis))
LONGEST = 60
"""Letters of a value that is kept as it is; of a longer one its hash is kept."""

GLOBALS, IMPORT = ("LOAD_GLOBAL", "LOAD_NAME"), "IMPORT_NAME"
"""How Python's steps call looking up a name of a module, and importing a module."""

OF_PYTHON = frozenset(vars(type("Empty", (), {"__slots__": ()}))) | {
    "__annotations__", "__dict__", "__weakref__", "__qualname__", "__firstlineno__",
    "__static_attributes__", "__abstractmethods__", "_abc_impl",
}  # fmt: skip
"""Attributes of a class that say nothing of what it does."""


def text_of(thing: Any) -> dict[str, str]:
    """Each part of a class or function and of what it calls, by name: a short value, or a hash.

    Examples
    --------
    >>> from seci_sim import SECIModel
    >>> class Shy(SECIModel):
    ...     __module__, threshold = "shy", 0.05
    >>> {name.rpartition(".")[2]: said for name, said in text_of(Shy).items()}["threshold"]
    '0.05'
    """
    reading = _Reading(thing.__module__.partition(".")[0])
    reading.say(thing)
    return dict(sorted(reading.parts.items()))


@dataclass
class _Reading:
    """What was read so far."""

    root: str
    """The package whose modules are somebody's own in any case."""
    parts: dict[str, str] = field(default_factory=dict)
    said: dict[int, tuple[Any, str]] = field(default_factory=dict)
    """What was said of each thing, which is kept so that no two have one identity."""

    def note(self, name: str, said: str) -> None:
        """Keep what a part says; two lambdas have one name."""
        short = said if len(said) <= LONGEST else hashlib.sha256(said.encode()).hexdigest()[:16]
        unlike, number = name, 1
        while self.parts.get(unlike, short) != short:
            number += 1
            unlike = f"{name} ({number})"
        self.parts[unlike] = short

    def say(self, value: Any) -> str:
        """A value in words; whatever of somebody's own it leads to becomes a part."""
        if isinstance(value, PLAIN):
            return repr(value)
        if isinstance(value, CodeType):
            return self._code(value)
        if id(value) not in self.said:
            self.said[id(value)] = value, "what it is in"
            self.said[id(value)] = value, self._met(value)
        return self.said[id(value)][1]

    def _met(self, value: Any) -> str:
        """A value that is met for the first time."""
        if isinstance(value, FunctionType | type) and self._own(value.__module__):
            return self._read(value)
        if isinstance(value, dict):
            words = [f"{self.say(key)}: {self.say(inner)}" for key, inner in value.items()]
        elif isinstance(value, set | frozenset):
            words = sorted(map(self.say, value))
        elif isinstance(value, list | tuple):
            words = list(map(self.say, value))
        elif isinstance(value, property):
            words = [self.say((value.fget, value.fset, value.fdel))]
        elif isinstance(value, staticmethod | classmethod | MethodType):
            words = [self.say(value.__func__)]
        else:
            return self._thing(value)
        return f"{type(value).__name__}({', '.join(words)})"

    def _read(self, one: FunctionType | type) -> str:
        """Read a function or class; wherever it is named, its name stands for it."""
        within = one.__qualname__ if isinstance(one, type) else one.__code__.co_qualname
        name = f"{one.__module__}.{within}"
        self.said[id(one)] = one, name
        self.note(name, self._class(one, name) if isinstance(one, type) else self._function(one))
        return name

    def _thing(self, value: Any) -> str:
        """Any other thing: what would be sent to another process."""
        if isinstance(value, ModuleType):
            return value.__name__
        if hasattr(value, "__wrapped__"):  # compiled, or remembered
            return f"{type(value).__name__}({self.say(value.__wrapped__)})"
        if hasattr(value, "__qualname__"):
            return f"{value.__module__}.{value.__qualname__}"
        reduce = copyreg.dispatch_table.get(type(value))
        try:
            sent = reduce(value) if reduce else value.__reduce_ex__(4)
        except Exception:  # noqa: BLE001 - an open file, a lock: whatever says that it cannot be sent
            return self.say(type(value))
        if isinstance(sent, str):
            return sent
        return self.say(tuple(list(one) if isinstance(one, Iterator) else one for one in sent))

    def _own(self, module: str | None) -> bool:
        """Whether a module is somebody's own: no part of Python, of a library, or of this package."""
        root = (module or "").partition(".")[0]
        if root == PACKAGE or not root or root in sys.stdlib_module_names:
            return False
        if root in (self.root, "__main__"):
            return True
        found = find_spec(root)
        return found is not None and "-packages" not in (found.origin or "")

    def _class(self, one: type, name: str) -> str:
        for key, value in vars(one).items():
            if key not in OF_PYTHON:
                self._named(f"{name}.{key}", value, ())
        return f"class of {', '.join(map(self.say, one.__bases__))}"

    def _function(self, one: FunctionType) -> str:
        cells = [_content(cell) for cell in one.__closure__ or ()]
        said = self.say([one.__code__, one.__defaults__, one.__kwdefaults__, cells])
        looked_up = set(_looked_up(one.__code__))
        attributes = sorted(name for how, name in looked_up if how not in GLOBALS)
        for how, name in sorted(looked_up):
            if how in GLOBALS and name in one.__globals__:
                self._named(f"{one.__module__}.{name}", one.__globals__[name], attributes)
            elif how == IMPORT and self._own(name):
                self._named(name, import_module(name), attributes)
        return said

    def _named(self, name: str, value: Any, attributes: Sequence[str]) -> None:
        """What a function or class names; of a module, whatever the function names of that."""
        said = self.say(value)
        if said != name:
            self.note(name, said)
        if isinstance(value, ModuleType) and self._own(value.__name__):
            for key in attributes:
                if key in vars(value) and vars(value)[key] is not value:
                    self._named(f"{value.__name__}.{key}", vars(value)[key], attributes)

    def _code(self, code: CodeType) -> str:
        counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
        words = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
        constants = ", ".join(map(self.say, code.co_consts))
        return f"{counts} {words} {code.co_code.hex()} {constants}"


def _looked_up(code: CodeType) -> Iterator[tuple[str, str]]:
    """Names that a function looks up, with how, and those within it."""
    for step in dis.get_instructions(code):
        if isinstance(step.argval, str):
            yield step.opname, step.argval
        elif isinstance(step.argval, CodeType):
            yield from _looked_up(step.argval)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet, as a function that calls itself finds it
        return None
