"""One run as a film: everything that a page needs to show it week by week, small enough to send.

A film is plain JSON. This shape is what ``player/player.js`` plays::

    {"format": "seci-film-2",
     "runs": [RUN, ...]}                  one, or two policies beside each other

    RUN = {
      "name": "One percent", "question": "...",
      "seed": "7",                        text: numbers of JavaScript are exact up to 2**53 only
      "settings": {"policy.patient_time": "1%", ...},       all that a run depends on, in words
      "weeks": [1, 2, ..., 208],          the weeks that are shown; every list below has as many
      "staff": 220, "each": 1,            people, and how many of them one dot stands for
      "markets": ["Japan", ...],
      "classes": ["expressed", ...],      of each need; needs are numbered from 0
      "levels": 40,                       the level that stands for all needs (see below)
      "units": [{"name", "kind", "market": index or null, "staff",
                 "first", "dots",         its dots are first, first + 1, ...
                 "x", "y", "r",           its circle, in a picture of 1.4 by 1
                 "there": [[1, 208]]}],   weeks in which the unit is there, first to last
      "knows": TEXT, "mistakes": TEXT, "holds": TEXT,
                                          of each dot: needs it is sure of and right, sure of and
                                          wrong, and has an answer to on paper (explicit)
      "did": TEXT,                        of each dot: what it did since the shown week before, as a
                                          sum: 1 with patients, 2 with colleagues, 4 in a workshop,
                                          8 with documents, 16 in training, pilots or routines
      "routines": TEXT,                   of each need of each market, market by market: 1 has a
                                          routine that is right there, 2 one that is wrong
      "curves": {"needs_met": [0.125, ...], "needs_mis_served": [...], "staff_knowing": [...],
                 "explicit_coverage": [...], "routine_right": [...], "routine_wrong": [...]},
      "wheel": {"socialization": {"moved": [...], "hours": [...]}, ...},
                                          in the quarter of a year that ends in each week,
                                          a head and year: convictions or entries, and hours
      "people": [101, 102, ...],          who sits at each dot at first: the agent's unique_id
      "newcomers": [[week, dot, person], ...],
      "stories": [[need, market, stage, week, response, [label, ...], others], ...],
                                          stage: index in "stages"; response: -1, 0 or 1;
                                          label: index in "labels"; others: how many more there were
      "stages": ["felt", "said", "planned", "practised", "routine"],
      "labels": ["India 12", ...],        unit and person
      "projects": [[market, said, planned, practised, routine, [dot, ...], [dot, ...],
                    [need, ...]], ...]    weeks (-1: never), the group, the pilot, what was said
    }

TEXT is packed by `seci_sim.page.packing.packed`: for each shown week and dot (need of a market) a
level; the first three go from 0 to "levels", the number of needs, or 255 where there are more. A curve has null where a measure does
not apply.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from seci_sim.lab.statistics import MODES
from seci_sim.model import SECIModel
from seci_sim.page import page_layout, people
from seci_sim.page.packing import packed
from seci_sim.page.people import Dots
from seci_sim.parameters import HOURS_A_WEEK, WEEKS_A_YEAR
from seci_sim.scenario import Scenario, settings
from seci_sim.seci.knowledge import Array
from seci_sim.seci.records import COLUMN
from seci_sim.seci.story import STAGES
from seci_sim.seci.world import CLASSES

FORMAT = "seci-film-2"

CURVES = (
    "needs_met",
    "needs_mis_served",
    "staff_knowing",
    "explicit_coverage",
    "routine_right",
    "routine_wrong",
)

QUARTER = 13
"""Weeks that a number of the wheel looks back on: single weeks jump too much to be read."""

MOST_FRAMES = 520
"""Weeks that are shown of a run at most; of a longer one every second, every third, ..."""

MOST_NAMES = 3
"""People of a stage of a story who are named before the rest are counted."""

Film = dict[str, Any]


def film(scenarios: Sequence[Scenario], seed: int, frames: int = MOST_FRAMES) -> Film:
    """Run one policy, or two on the same luck, and record them.

    Parameters
    ----------
    scenarios : sequence of Scenario
        One or two SECI organisations.
    seed : int
        0 to 2**63 - 1.
    frames : int
        Weeks that are shown at most.

    Returns
    -------
    dict
        See the module's docstring.

    Raises
    ------
    ValueError
        Where a scenario is one of a published model, or there are none or more than two.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario, with_levers
    >>> short = with_levers(read_scenario("one-percent"), horizon=8)
    >>> shown = film([short], seed=7)
    >>> shown["runs"][0]["weeks"], len(shown["runs"][0]["units"])
    ([1, 2, 3, 4, 5, 6, 7, 8], 6)
    """
    if not 1 <= len(scenarios) <= 2:
        raise ValueError(f"a film shows one run or two; got {len(scenarios)}")
    return joined([recorded(scenario, seed, frames) for scenario in scenarios])


def joined(runs: Sequence[Film]) -> Film:
    """A film of runs that were recorded before."""
    return {"format": FORMAT, "runs": list(runs)}


def recorded(scenario: Scenario, seed: int, frames: int = MOST_FRAMES) -> Film:
    """Run one scenario to its end, and record what a page shows of it."""
    model = SECIModel(scenario, rng=seed)
    dots = people.dots_of(model)
    weeks = shown_weeks(scenario.horizon, frames)
    known = np.zeros((4, len(weeks), len(dots.rows)), np.uint8)
    routines = np.zeros((len(weeks), model.knowledge.routine.size), np.uint8)
    did = np.zeros(len(dots.rows), np.uint8)
    newcomers: list[list[int]] = []
    open_weeks = []
    sitting = dots.persons(model)
    first = sitting
    while model.running:
        model.step()
        newcomers += dots.newcomers(model, sitting)
        sitting = dots.persons(model)
        open_weeks.append(model.firm.unit_open.copy())
        did |= people.deeds(model, dots)
        if model.week in weeks:
            frame = weeks.index(model.week)
            known[:3, frame], known[3, frame] = people.levels(model, dots), did
            routines[frame] = _right_or_wrong(model)
            did[:] = 0
    return {
        "name": scenario.name,
        "question": scenario.question,
        "seed": str(seed),
        "settings": settings(scenario),
        "weeks": weeks,
        "staff": len(model.staff.unit),
        "each": dots.each,
        "markets": list(model.firm.market_names),
        "classes": [CLASSES[kind] for kind in model.truth.need_class],
        "levels": people.top_level(scenario.world.needs),
        "units": _units(model, dots, np.array(open_weeks)),
        "knows": packed(known[0]),
        "mistakes": packed(known[1]),
        "holds": packed(known[2]),
        "did": packed(known[3]),
        "routines": packed(routines),
        "curves": _curves(model, weeks),
        "wheel": _wheel(model, weeks),
        "people": [int(person) + 1 for person in first],
        "newcomers": newcomers,
        "stages": list(STAGES),
        **_stories(model),
        "projects": people.projects(model, dots),
    }


def shown_weeks(horizon: int, frames: int) -> list[int]:
    """The weeks of a film: all of them, or every so-manyth up to the last.

    Examples
    --------
    >>> shown_weeks(4, 520)
    [1, 2, 3, 4]
    >>> shown_weeks(1041, 520)[:2], shown_weeks(1041, 520)[-1]
    ([3, 6], 1041)
    """
    every = math.ceil(horizon / frames)
    return [*range(every, horizon, every), horizon]


def _units(model: SECIModel, dots: Dots, open_weeks: Array) -> list[dict[str, Any]]:
    """Units, their circles and their dots."""
    firm = model.firm
    places = page_layout.circles([unit.staff for unit in firm.units])
    return [
        {
            "name": unit.name,
            "kind": unit.kind,
            "market": None if firm.unit_market[u] < 0 else int(firm.unit_market[u]),
            "staff": unit.staff,
            "first": dots.first[u],
            "dots": dots.number[u],
            "x": round(float(places[u, 0]), 4),
            "y": round(float(places[u, 1]), 4),
            "r": round(float(places[u, 2]), 4),
            "there": _spells(open_weeks[:, u]),
        }
        for u, unit in enumerate(firm.units)
    ]


def _right_or_wrong(model: SECIModel) -> Array:
    """(markets x needs,) uint8: 0 without a routine, 1 with a right one, 2 with a wrong one."""
    agreement = model.knowledge.routine * model.truth.market
    return np.where(agreement > 0, 1, np.where(agreement < 0, 2, 0)).ravel().astype(np.uint8)


def _spells(there: Array) -> list[list[int]]:
    """First and last week of each spell in which something is true.

    Examples
    --------
    >>> _spells(np.array([True, False, True, True]))
    [[1, 1], [3, 4]]
    """
    turns = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]])))
    return [[int(begin) + 1, int(end)] for begin, end in turns.reshape(-1, 2)]


def _curves(model: SECIModel, weeks: Sequence[int]) -> dict[str, list[float | None]]:
    """Levels of the whole firm."""
    rows = model.records.rows[np.array(weeks) - 1, -1]
    return {name: _numbers(rows[:, COLUMN[name]], 4) for name in CURVES}


def _numbers(values: Array, digits: int) -> list[float | None]:
    """Numbers as JSON knows them, which has no NaN."""
    return [round(value, digits) if math.isfinite(value) else None for value in values.tolist()]


def _wheel(model: SECIModel, weeks: Sequence[int]) -> dict[str, dict[str, list[float | None]]]:
    """What each mode moved and took, a head and year, over the quarter that ends in each week."""
    rows = model.records.rows[: model.week, -1]
    hours = [f"hours_{mode}" for mode in MODES]
    week_hours = rows[:, [COLUMN[name] for name in (*hours, "hours_routine_business")]].sum(axis=1)
    head_years = _over_a_quarter(week_hours) / (HOURS_A_WEEK * WEEKS_A_YEAR)
    shown = np.array(weeks) - 1

    def a_head(name: str) -> list[float | None]:
        return _numbers((_over_a_quarter(rows[:, COLUMN[name]]) / head_years)[shown], 2)

    return {mode: {what: a_head(f"{what}_{mode}") for what in ("moved", "hours")} for mode in MODES}


def _over_a_quarter(values: Array) -> Array:
    """Sums over the last quarter of a year, or over as much of it as has passed.

    Examples
    --------
    >>> _over_a_quarter(np.ones(15))[[0, 1, 12, 14]].tolist()
    [1.0, 2.0, 13.0, 13.0]
    """
    total = np.concatenate([np.zeros(QUARTER), np.cumsum(values)])
    return np.asarray(total[QUARTER:] - total[:-QUARTER])


def _stories(model: SECIModel) -> dict[str, Any]:
    """The story of every need in every market."""
    markets = {name: index for index, name in enumerate(model.firm.market_names)}
    labels: dict[str, int] = {}
    steps = []
    for need in range(len(model.truth.need_class)):
        for step in model.story(need):
            named = [labels.setdefault(who, len(labels)) for who in step.people[:MOST_NAMES]]
            steps.append([need, markets[step.market], STAGES.index(step.stage), step.week,
                          step.response, named, max(0, len(step.people) - MOST_NAMES)])  # fmt: skip
    return {"stories": steps, "labels": list(labels)}
