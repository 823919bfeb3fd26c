"""How the rules are compiled: one decorator, one cache folder.

A rule is written as its paper states it, as a loop over people and needs, and Numba compiles it on
first use (about 20 seconds in all, once for each version of the package).

Numba stores compiled code by the file a function stands in, and does not see that a function which
it calls from another file was edited. The cache folder is therefore named after the text of every
file that holds rules: edit one, and all are compiled afresh.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import platformdirs

Function = TypeVar("Function", bound=Callable[..., Any])

PACKAGE = Path(__file__).parent
RULES = ("compiled", "luck", "knowledge", "world", "ba", "service", "measures", "records")
"""The modules that hold compiled rules, besides those in ``modes`` and ``classics``."""


def rules_fingerprint() -> str:
    """Hash of the text of every module that holds compiled rules."""
    digest = hashlib.sha256(numba.__version__.encode())
    named = [PACKAGE / f"{name}.py" for name in RULES]
    folders = [path for folder in ("modes", "classics") for path in PACKAGE.glob(f"{folder}/*.py")]
    for source in [*named, *sorted(folders)]:
        digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()[:16]


def _cache_folder() -> Path:
    """The folder for compiled rules; a temporary one where the user's cannot be written."""
    for base in (platformdirs.user_cache_path("seci_sim"), Path(tempfile.gettempdir(), "seci_sim")):
        folder = base / rules_fingerprint()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    raise OSError("no folder can be written for compiled rules")


CACHE_FOLDER = _cache_folder()


def kernel(function: Function) -> Function:
    """Compile a rule without the interpreter's lock, and keep the compiled code.

    The arithmetic is IEEE arithmetic in the order written (no ``fastmath``), so that the same seed
    gives the same bits for any number of threads.
    """
    settings: Any = numba.config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(CACHE_FOLDER)
    try:
        return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
    finally:
        settings.CACHE_DIR = before


# Numba compiles an expression over arrays ten times as long as the loop that it stands for, and a
# newcomer waits for it: rules use these loops instead.


@kernel
def fill(array, value):
    """Set every entry of a vector."""
    for place in range(array.size):
        array[place] = value


@kernel
def copy(target, source):
    """Set every entry of a vector to that of another."""
    for place in range(target.size):
        target[place] = source[place]


@kernel
def add(total, part):
    """Add a vector to another, entry by entry."""
    for place in range(total.size):
        total[place] += part[place]


@kernel
def sum_of(array):
    """Sum of a vector, from its first entry to its last."""
    total = 0.0
    for place in range(array.size):
        total += array[place]
    return total


def is_warm(model: str) -> bool:
    """Whether all rules of this version of a model were compiled before on this machine."""
    return (CACHE_FOLDER / f"warm-{model}").exists()


def mark_warm(model: str) -> None:
    """Remember that a whole run of a model was compiled."""
    (CACHE_FOLDER / f"warm-{model}").touch()
