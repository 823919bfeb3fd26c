"""Lesson files: where they stand."""

from __future__ import annotations

from pathlib import Path

from seci_sim.lab.experiment_files import read_experiment
from seci_sim.page.lessons.lesson import Lesson
from seci_sim.scenario.files import shipped_files


def shipped_lessons() -> dict[str, Path]:
    """Return the files of the lessons that come with the package, by name.

    Examples
    --------
    >>> "why-one-percent" in shipped_lessons()
    True
    """
    return shipped_files("lessons")


def read_lesson(name_or_path: str | Path) -> Lesson:
    """Read a lesson and the scenarios that it starts from, and check all of it.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a shipped lesson, such as ``why-one-percent``, or path of a file.

    Raises
    ------
    InputProblem
        The files hold mistakes.
    FileProblem
        A file cannot be read.

    Examples
    --------
    >>> read_lesson("why-one-percent").bet.setting
    '1%'
    """
    return read_experiment(name_or_path, Lesson, shelf="lessons")
