"""What a lesson file may hold, for editors as JSON Schema."""

from __future__ import annotations

from typing import Any

from seci_sim.lab.experiment_schema import design_schema
from seci_sim.page.lessons.lesson import FOREIGN, Lesson


def lesson_schema() -> dict[str, Any]:
    """Return the JSON Schema of lesson files, with which editors complete and check.

    Examples
    --------
    >>> lesson_schema()["title"]
    'A lesson of seci-sim'
    """
    return design_schema(Lesson, "A lesson of seci-sim", FOREIGN)
