"""Which text a module of this package depends on: its own, and that of all that it imports.

Read off the first words of lines, without importing anything: it is asked for before a module can
be loaded. Imports within functions, and those for types alone, stand further in and do not count.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
NAME = __name__.partition(".")[0]
IMPORT = re.compile(rf"^(?:from|import) ({NAME}[.\w]*)(?: import (\([^)]*\)|.*))?", re.MULTILINE)


@cache
def texts() -> dict[str, str]:
    """The text of every module of the package, by the module's name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        names = path.relative_to(PACKAGE).with_suffix("").parts
        module = ".".join((NAME, *names)).removesuffix(".__init__")
        found[module] = path.read_text("utf-8")
    return found


def imported_by(text: str, modules: Collection[str]) -> Iterator[str]:
    """Name the modules that a text imports, with the folders whose ``__init__`` that runs.

    Examples
    --------
    >>> known = ["seci_sim", "seci_sim.seci", "seci_sim.seci.service", "seci_sim.words"]
    >>> list(imported_by("from seci_sim import words", known))
    ['seci_sim.words']
    >>> list(imported_by("from seci_sim.seci.service import (", known))
    ['seci_sim.seci.service', 'seci_sim.seci']
    """
    for where, names in IMPORT.findall(text):
        inner = [f"{where}.{name}" for name in re.findall(r"\w+", names)]
        for module in (where, *inner):
            while module in modules and module != NAME:  # whose own file only says where things are
                yield module
                module = module.rpartition(".")[0]


def reached(roots: Iterable[str], text_of: Mapping[str, str]) -> set[str]:
    """Those modules and all that they import, however far away."""
    found: set[str] = set()
    ahead = list(roots)
    while ahead:
        module = ahead.pop()
        if module not in found:
            found.add(module)
            ahead += imported_by(text_of[module], text_of)
    return found
