"""A program that is started with this folder on its path runs a model that goes wrong."""

from typing import Any

import broken_models

from seci_sim.lab import chunks

run_once = chunks.run_once


def broken(*arguments: Any, **options: Any) -> chunks.Run:
    """One run of a model that goes wrong."""
    return run_once(*arguments, **(options | {"model": broken_models.Broken}))


chunks.run_once = broken
