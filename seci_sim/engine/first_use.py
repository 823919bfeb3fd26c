"""Whether a model's rules were compiled before on this machine, or whoever asks has to wait."""

from __future__ import annotations

import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path

from seci_sim.engine.compiled import CACHE_FOLDER, is_sound, settings

COMPILING = "Compiling the model once; this takes 8 to 20 seconds."
"""What whoever waits for it is told, where the rules are not compiled yet."""


def beside_the_rules(name: str) -> Path:
    """Where something is kept beside compiled rules, for as long as these are."""
    return CACHE_FOLDER / name


def is_warm(model: str) -> bool:
    """Whether all rules of this version of a model were compiled before, or run as plain Python.

    What of them is damaged is removed when this is first asked.
    """
    if settings.DISABLE_JIT:
        return True
    _remove_what_is_damaged(CACHE_FOLDER)
    return (CACHE_FOLDER / f"warm-{model}").exists()


@cache
def _remove_what_is_damaged(folder: Path) -> None:
    """Read all that was compiled once in a process, and keep what is sound."""
    damaged = [path for path in folder.rglob("*.nb[ic]") if not is_sound(path)]
    for path in (*damaged, *(folder.glob("warm-*") if damaged else ())):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def mark_warm(model: str) -> None:
    """Remember that a whole run of a model was compiled."""
    with suppress(OSError):  # a full disk is said where rules are kept
        (CACHE_FOLDER / f"warm-{model}").touch()
