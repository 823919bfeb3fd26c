"""What made a result: versions, the text of the model, the machine; and what differs from another."""

from __future__ import annotations

import ast
import hashlib
import platform
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from seci_sim.engine.imports import NAME, reached, texts
from seci_sim.lab.whole_files import write_whole
from seci_sim.parameters import RESULTS

ANALYSED_BY = ("pandas", "salib", "optuna", "statsmodels", "ema-workbench")
"""What, besides, may move the last bit of what an analysis makes of runs."""

PACKAGES = ("seci-sim", "mesa", "numpy", "numba", "pydantic", "plotly", "scipy", *ANALYSED_BY)

DECISIVE = (
    "python",
    "seci-sim",
    "results",
    "model",
    "mesa",
    "numpy",
    "numba",
    "scipy",
    "processor",
)
"""What may move the last bit of a number: a folder that was begun with another is not gone on with."""

OTHER_RULES = "model: its rules have changed since"
"""What is said where the text of the model differs, whose fingerprint tells a reader nothing."""

RUN_BY = ("model", "classics", "scenario.scenario", "scenario.units", "lab.sampling")
"""What a run is made of, besides what these import: models, what a scenario says, and points."""

READ_BY = ("scenario", "lab")
"""What only reads and writes, but for what `RUN_BY` names of it: what was read, a design holds."""


def made_with() -> dict[str, str]:
    """Versions of Python, of the packages that took part and of the model's own text.

    Examples
    --------
    >>> {"python", "numpy", "model", "processor"} <= set(made_with())
    True
    """
    found = {"python": platform.python_version(), **_versions()}
    results = {"results": str(RESULTS), "model": _fingerprint_of_this()}
    return found | results | {"processor": platform.machine()}


@cache
def _versions() -> dict[str, str]:
    """Versions of the packages that are there."""
    found = {}
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


@cache
def _fingerprint_of_this() -> str:
    """Of the model that this process has read; kept beside the compiled rules, as it takes long to find."""
    from seci_sim.engine.first_use import beside_the_rules  # imports Numba

    read, kept = _digest(repr(sorted(texts().items()))), beside_the_rules("fingerprint")
    with suppress(OSError, ValueError):
        found, sealed = kept.read_text("ascii").split()
        if sealed == _digest(f"{read} {found}"):
            return found
    found = model_fingerprint(texts())
    with suppress(OSError):  # a full disk is said where rules are kept
        write_whole(kept, f"{found} {_digest(f'{read} {found}')}".encode())
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _parsed(text: str) -> str:
    """The statements of a module, without comments, docstrings and what is declared of parameters."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            node.body = [statement for statement in node.body if not _only_says(statement, node)]
    return repr(_said(tree))


def _said(part: Any) -> Any:
    """A part of a tree, alike in all Pythons: newer ones write what is empty, in `ast.dump` and in f-strings."""
    if isinstance(part, list):
        return [_said(one) for one in part]
    if not isinstance(part, ast.AST):
        return part
    filled = {name: value for name, value in ast.iter_fields(part) if value not in (None, [])}
    if isinstance(part, ast.JoinedStr):
        filled["values"] = [one for one in part.values if getattr(one, "value", one) != ""]
    return type(part).__name__, [(name, _said(value)) for name, value in filled.items()]


def _only_says(statement: ast.stmt, within: ast.AST) -> bool:
    """Whether a statement is a docstring, or the declaration of a parameter."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    declares = isinstance(within, ast.ClassDef) and "Section" in map(ast.unparse, within.bases)
    return declares and isinstance(statement, ast.AnnAssign)


def model_fingerprint(text_of: Mapping[str, str]) -> str:
    """Hash of what the modules that runs are made of do, whatever their comments say.

    Values of parameters are left to a design, which holds them: so a new parameter changes nothing.
    """
    named, read = (tuple(f"{NAME}.{part}" for part in parts) for parts in (RUN_BY, READ_BY))
    counting = {
        module: text
        for module, text in text_of.items()
        if _within(module, named) or not _within(module, read)
    }
    made_of = reached([module for module in counting if _within(module, named)], counting)
    words = "\n".join(f"{module} {_parsed(text_of[module])}" for module in sorted(made_of))
    return _digest(words)


def _within(module: str, parts: Iterable[str]) -> bool:
    """Whether a module is one of these parts or stands within one."""
    return any(f"{module}.".startswith(f"{part}.") for part in parts)


def differing_versions(
    before: Mapping[str, str], now: Mapping[str, str], names: Iterable[str] = DECISIVE
) -> Iterator[str]:
    """Say which decisive versions differ.

    Examples
    --------
    >>> list(differing_versions({"numpy": "2.3.0"}, {"numpy": "2.4.6"}))
    ['numpy: 2.3.0 there, 2.4.6 here']
    >>> list(differing_versions({"model": "8bbb710f9a0967ff"}, {"model": "0123456789abcdef"}))
    ['model: its rules have changed since']
    """
    for name in names:
        there, here = before.get(name, "none"), now.get(name, "none")
        if there != here:
            yield OTHER_RULES if name == "model" else f"{name}: {there} there, {here} here"


def differing_settings(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Say which settings differ that both know: a parameter that is new is none of them.

    Examples
    --------
    >>> list(differing_settings({"horizon": "4 weeks"}, {"horizon": "5 weeks", "new": "0%"}))
    ['horizon: 4 weeks there, 5 weeks here']
    """
    both = (name for name in before if name in now and before[name] != now[name])
    return (f"{name}: {before[name]} there, {now[name]} here" for name in both)


def differing_fields(before: Any, now: Any, path: str = "") -> Iterator[str]:
    """Say which fields of two designs differ, in the order of the first.

    Examples
    --------
    >>> list(differing_fields({"seed": 1, "vary": [1, 2]}, {"seed": 2, "vary": [1, 3]}))
    ['seed: 1 there, 2 here', 'vary.2: 2 there, 3 here']
    """
    if isinstance(before, dict) and isinstance(now, dict):
        for name in dict.fromkeys([*before, *now]):
            inner = f"{path}.{name}".lstrip(".")
            yield from differing_fields(before.get(name), now.get(name), inner)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for place, (there, here) in enumerate(zip(before, now, strict=True), start=1):
            label = there.get("name", place) if isinstance(there, dict) else place
            yield from differing_fields(there, here, f"{path}.{label}".lstrip("."))
    elif before != now:
        yield f"{path}: {_short(before)} there, {_short(now)} here"


def differing_parts(what: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Say which parts of something of somebody's own differ; see `seci_sim.lab.own_text`.

    Examples
    --------
    >>> list(differing_parts("model shy.Shy", {"shy.DOUBT": "0.05"}, {"shy.DOUBT": "0.3"}))
    ["model shy.Shy: another text; shy.DOUBT: '0.05' there, '0.3' here"]
    """
    return (
        f"{what}: another text; {differs}" for differs in differing_fields(dict(before), dict(now))
    )


def _short(value: Any) -> str:
    text = f"a list of {len(value)}" if isinstance(value, list) else repr(value)
    return "nothing" if value is None else text[:60]
