"""Results of a size and shape that a simulation could have, made up so that tests need none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seci_sim.lab.run import Results
from seci_sim.lab.statistics import MODES
from seci_sim.parameters import HOURS_A_WEEK, Policy
from seci_sim.scenario import Scenario, Unit
from seci_sim.seci.measures import columns
from seci_sim.seci.records import summary
from seci_sim.seci.story import STAGES

MARKETS = ("India", "Japan", "Brazil", "Kenya")
STAFF_OF_MARKET = 40


@dataclass(frozen=True)
class Course:
    """How one made-up policy turns out."""

    name: str
    patient_time: float
    met: float
    """Needs met at the end."""
    mis_served: float
    rise: float
    """Week in which half of that is reached."""
    question: str = "Is 1% of everyone's hours with patients worth it?"


THREE = (
    Course("No patient time", 0.0, 0.12, 0.03, 120),
    Course("One percent", 0.01, 0.43, 0.11, 80),
    Course("Two percent", 0.02, 0.445, 0.12, 70),
)


def scenario(course: Course, horizon: int, markets: Sequence[str]) -> Scenario:
    """The scenario that such a course would have come from."""
    return Scenario(
        name=course.name,
        question=course.question,
        horizon=horizon,
        policy=Policy(patient_time=course.patient_time),
        units=tuple(
            Unit(name=market, kind="affiliate", staff=STAFF_OF_MARKET, market=market)
            for market in markets
        ),
    )


def results(
    courses: Sequence[Course] = THREE,
    *,
    replications: int = 20,
    horizon: int = 208,
    markets: Sequence[str] = MARKETS,
) -> Results:
    """Results of made-up policies, with luck that the runs of one seed share."""
    scenarios = tuple(scenario(course, horizon, markets) for course in courses)
    bands = scenarios[0].service.bands
    measures = columns(bands)
    names = [measure.name for measure in measures]
    seeds = tuple(range(1, replications + 1))
    runs = {
        (course.name, seed, place): one_run(
            course, seed, place, horizon, len(markets), [band.name for band in bands], names
        )
        for course in courses
        for seed in seeds
        for place in (*markets, "all")
    }
    rows = [
        {"scenario": course.name, "seed": seed}
        | summary(runs[course.name, seed, "all"][names].to_numpy(), measures)
        for course in courses
        for seed in seeds
    ]
    return Results(
        scenarios=scenarios,
        seeds=seeds,
        weekly=pd.concat(runs.values(), ignore_index=True),
        summary=pd.DataFrame(rows),
        diffusion=pd.DataFrame(),
        stories=told(courses, seeds[0], horizon, markets),
        measures=tuple(measures),
        seconds=1.0,
        fingerprint="c0ffee" * 10,
    )


def told(
    courses: Sequence[Course], seed: int, horizon: int, markets: Sequence[str]
) -> pd.DataFrame:
    """Stories of three needs in every market; without patient time none gets beyond what is said."""
    rows = [
        (course.name, seed, need, market, stage, int(course.rise / 4 + 5 * need + 2 * place + 9 * step),
         1, "; ".join(f"{market} {number}" for number in range(1, 2 + step)))
        for course in courses
        for place, market in enumerate(markets)
        for need in range(3)
        for step, stage in enumerate(STAGES[: 5 if course.patient_time else 2])
    ]  # fmt: skip
    columns = ["scenario", "seed", "need", "market", "stage", "week", "response", "people"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame[frame["week"] <= horizon]


def one_run(course: Course, seed: int, place: str, horizon: int, markets: int,
            bands: Sequence[str], names: Sequence[str]) -> pd.DataFrame:  # fmt: skip
    """All weeks of one made-up run in one market, or in all."""
    luck = np.random.default_rng([seed, sum(map(ord, place))])
    own = np.random.default_rng([seed, sum(map(ord, place + course.name))])
    weeks = np.arange(1, horizon + 1)
    size = 1 if place != "all" else markets
    walk = 1 + 0.08 * luck.standard_normal() + 0.01 * own.standard_normal(horizon).cumsum() / 4
    curve = walk / (1 + np.exp(-(weeks - course.rise - 6 * luck.standard_normal()) / 18))
    row = dict.fromkeys(names, 0.3 * walk)
    row |= {
        "needs_met": np.clip(course.met * curve, 0, 1),
        "needs_mis_served": np.clip(course.mis_served * (0.3 + 0.7 * curve), 0, 1),
        "staff_knowing": np.clip(1.35 * course.met * curve, 0, 1),
        "weeks_to_routine": 18 + own.standard_normal(horizon),
    }
    row["routines_adopted"] = np.ones(horizon)
    staff = STAFF_OF_MARKET * size
    weekly_hours = dict(zip(MODES, (0.5 + 40 * course.patient_time, 0.1, 0.35, 1.4), strict=True))
    weekly_hours["routine_business"] = HOURS_A_WEEK - sum(weekly_hours.values())
    for process, hours in weekly_hours.items():
        row[f"hours_{process}"] = np.full(horizon, hours * staff)
    row["hours_with_patients"] = np.full(horizon, 40 * course.patient_time * staff)
    for mode, pace in zip(MODES, (2.0, 0.4, 0.5, 0.9), strict=True):
        row[f"moved_{mode}"] = staff * pace * (0.1 + course.met * curve * walk)
    for place_of_band, band in enumerate(bands):
        start = 0.2 + 0.68 * place_of_band / max(1, len(bands) - 1)
        row[f"eligible_{band}"] = np.full(horizon, 2.0 * size)
        row[f"started_{band}"] = own.binomial(2 * size, start, horizon).astype(float)
        kept = row[f"started_{band}"] * (0.5 + 0.45 * row["needs_met"])
        row[f"adherent_{band}"] = kept
    return pd.DataFrame(
        {"scenario": course.name, "seed": seed, "week": weeks, "market": place} | row
    )
