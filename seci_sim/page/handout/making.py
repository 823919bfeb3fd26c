"""What a page shows of a lesson: which luck is played, and what all runs of its settings show."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seci_sim.lab.comparing import simulate
from seci_sim.lab.progress import Progress
from seci_sim.lab.run import Results
from seci_sim.page.handout.evidence import Evidence, Row, evidence
from seci_sim.page.lessons import Lesson
from seci_sim.seci.measures import WHOLE

MEASURED = Path(__file__).with_name("measured.json")
"""What the shipped lessons' runs show, written by ``docs/make_lessons.py``; a test makes them again."""


@dataclass(frozen=True)
class Handout:
    """What a lesson's page shows."""

    lesson: Lesson
    seed: int
    """Seed of the run that is played; see `typical_seed`."""
    evidence: tuple[Evidence, ...]
    """What all runs show, the outcome of the bet first."""


def handout(
    lesson: Lesson,
    *,
    workers: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Handout:
    """Run every setting of a lesson with every seed.

    Parameters
    ----------
    lesson : Lesson
        Its ``replications`` and ``seed`` say which runs.
    workers : int, optional
        Processes; by default as many as there are processors. The result is the same.
    on_progress : callable, optional
        Called after each finished chunk of runs.
    """
    results = simulate(
        lesson.settings,
        seed=lesson.seed,
        replications=lesson.replications,
        workers=workers,
        on_progress=on_progress,
    )
    shown = tuple(evidence(lesson, results.summary))
    return Handout(lesson, typical_seed(results, lesson.bet.outcome), shown)


def measured(name: str, lesson: Lesson) -> Handout:
    """What was measured of a shipped lesson.

    Examples
    --------
    >>> from seci_sim.page.lessons import read_lesson
    >>> measured("why-one-percent", read_lesson("why-one-percent")).evidence[0].outcome
    'Needs met'
    """
    found = json.loads(MEASURED.read_text(encoding="utf-8"))[name]
    shown = (_evidence(one) for one in found["evidence"])
    return Handout(lesson, found["seed"], tuple(shown))


def as_measured(made: Handout) -> dict[str, Any]:
    """What `measured` reads."""
    return {"seed": made.seed, "evidence": [asdict(one) for one in made.evidence]}


def _evidence(found: dict[str, Any]) -> Evidence:
    rows = (Row(**row | {"bar": row["bar"] and tuple(row["bar"])}) for row in found["rows"])
    return Evidence(**found | {"rows": tuple(rows)})


def typical_seed(results: Results, outcome: str) -> int:
    """The seed whose lines end nearest to the mean of all runs, over all settings together.

    A class bets on one run. It should not lose its bet to a rare run's luck.
    """
    weekly = results.weekly
    last = weekly[(weekly["market"] == WHOLE) & (weekly["week"] == weekly["week"].max())]
    ends = last.pivot_table(index="seed", columns="scenario", values=outcome)
    away = (ends - ends.mean()).abs().sum(axis=1)
    return results.seeds[int(away.loc[list(results.seeds)].to_numpy().argmin())]
