"""From a lesson to what its page shows: all runs of all settings, and a film of one run of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from seci_sim.lab.comparing import simulate
from seci_sim.lab.progress import Progress
from seci_sim.lab.run import Results
from seci_sim.page.film import MOST_FRAMES, Film, recorded
from seci_sim.page.lessons import Lesson
from seci_sim.seci.measures import WHOLE

DIGITS = 4
"""Decimals of a curve: a hundredth of a percent."""

MOST_THIN = 30
"""Runs of each setting that are drawn as thin lines, for what luck does."""

THIN_EVERY = 4
"""Weeks between two points of a thin line."""


@dataclass(frozen=True)
class Handout:
    """What a lesson's page shows."""

    lesson: Lesson
    results: Results
    """All runs of all settings."""
    seed: int
    """Seed of the run that is played; see `typical_seed`."""
    films: tuple[Film, ...]
    """That run in every setting; see `seci_sim.page.film`."""

    def luck(self) -> dict[str, list[Any]]:
        """The line of the bet in other runs: weeks, and thousandths by setting, run and week."""
        results, outcome = self.results, self.lesson.bet.outcome
        weekly = results.weekly[results.weekly["market"] == WHOLE]
        last = int(weekly["week"].max())
        weeks = [*range(1, last, THIN_EVERY), last]
        seeds = [seed for seed in results.seeds if seed != self.seed][:MOST_THIN]
        shown = weekly[weekly["week"].isin(weeks) & weekly["seed"].isin(seeds)]
        lines = {
            key: [round(1000 * share) for share in rows[outcome]]
            for key, rows in shown.groupby(["scenario", "seed"])
        }
        values = [[lines[label, seed] for seed in seeds] for label in self.lesson.labels]
        return {"weeks": weeks, "values": values}


def handout(
    lesson: Lesson,
    *,
    workers: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    frames: int = MOST_FRAMES,
) -> Handout:
    """Run every setting of a lesson with every seed, and record one run of each.

    Parameters
    ----------
    lesson : Lesson
        Its ``replications`` and ``seed`` say which runs.
    workers : int, optional
        Processes; by default as many as there are processors. The result is the same.
    on_progress : callable, optional
        Called after each finished chunk of runs.
    frames : int
        Weeks that are shown of a run at most.
    """
    results = simulate(
        lesson.settings,
        seed=lesson.seed,
        replications=lesson.replications,
        workers=workers,
        on_progress=on_progress,
    )
    seed = typical_seed(results, lesson.bet.outcome)
    films = tuple(
        _film(results, place, seed, lesson, frames) for place in range(len(lesson.labels))
    )
    return Handout(lesson, results, seed, films)


def typical_seed(results: Results, outcome: str) -> int:
    """The seed whose lines end nearest to the mean of all runs, over all settings together.

    A class bets on one run. It should not lose its bet to a rare run's luck.
    """
    weekly = results.weekly
    last = weekly[(weekly["market"] == WHOLE) & (weekly["week"] == weekly["week"].max())]
    ends = last.pivot_table(index="seed", columns="scenario", values=outcome)
    away = (ends - ends.mean()).abs().sum(axis=1)
    return results.seeds[int(away.loc[list(results.seeds)].to_numpy().argmin())]


def _film(results: Results, place: int, seed: int, lesson: Lesson, frames: int) -> Film:
    """One run, with the curve that the class bets on."""
    scenario = results.scenarios[place]
    film = recorded(scenario, seed, frames)
    weekly, outcome = results.weekly, lesson.bet.outcome
    own = (weekly["seed"] == seed) & (weekly["scenario"] == scenario.name)
    rows = weekly[own & (weekly["market"] == WHOLE)].set_index("week")[outcome]
    curve = [round(float(rows[week]), DIGITS) for week in film["weeks"]]
    return film | {"curves": {outcome: curve} | film["curves"]}
