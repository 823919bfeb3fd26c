"""Whether a model's rules were compiled before on this machine, or whoever asks has to wait."""

from __future__ import annotations

from seci_sim.engine.compiled import CACHE_FOLDER, settings

COMPILING = "Compiling the model once; this takes about 20 seconds."
"""What whoever waits for it is told, where the rules are not compiled yet."""


def is_warm(model: str) -> bool:
    """Whether all rules of this version of a model were compiled before, or run as plain Python."""
    return bool(settings.DISABLE_JIT) or (CACHE_FOLDER / f"warm-{model}").exists()


def mark_warm(model: str) -> None:
    """Remember that a whole run of a model was compiled."""
    (CACHE_FOLDER / f"warm-{model}").touch()
