"""What made a result: versions, the text of the model, the machine; and what differs from another."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("seci-sim", "mesa", "numpy", "numba", "pandas", "pydantic", "plotly", "scipy")

DECISIVE = ("python", "seci-sim", "model", "mesa", "numpy", "numba", "scipy", "processor")
"""What may move the last bit of a number: a folder that was begun with another is not gone on with."""

AFTER_THE_MODEL = {
    *("cli", "terminal", "handout", "app", "report", "figures", "lessons", "experiment"),
    "preflight",
}
"""Parts of the package that only use what a run leads to."""


def own_version() -> str:
    """Version of this package."""
    with suppress(PackageNotFoundError):
        return version("seci-sim")
    return "unknown"


def made_with() -> dict[str, str]:
    """Versions of Python, of the packages that took part and of the model's own text.

    Examples
    --------
    >>> {"python", "numpy", "model", "processor"} <= set(made_with())
    True
    """
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found | {"model": model_fingerprint(), "processor": platform.machine()}


def model_fingerprint() -> str:
    """Hash of the text of every module that a run depends on."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        within = path.relative_to(package)
        if Path(within.parts[0]).stem not in AFTER_THE_MODEL:
            digest.update(within.as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def differing_versions(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Say which decisive versions differ.

    Examples
    --------
    >>> list(differing_versions({"numpy": "2.3.0"}, {"numpy": "2.4.6"}))
    ['numpy: 2.3.0 there, 2.4.6 here']
    """
    for name in DECISIVE:
        there, here = before.get(name, "none"), now.get(name, "none")
        if there != here:
            yield f"{name}: {there} there, {here} here"


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


def _short(value: Any) -> str:
    text = f"a list of {len(value)}" if isinstance(value, list) else repr(value)
    return "nothing" if value is None else text[:60]
