"""Patterns of rivals: how long a lead lasts where lessons leak, and where contact with patients ends.

Sizes were measured with this implementation, on seeds 1001 to 1048.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial

import numpy as np
from paired import Effect, Figures, less

from seci_sim.lab.chunks import run_once
from seci_sim.lab.design import weekly_of
from seci_sim.scenario import Change, Scenario, read_scenario, with_levers
from seci_sim.scenario.rivals import Rival
from seci_sim.seci.competition import half_life_of
from seci_sim.seci.knowledge import Array

measured_here = partial(Effect, theirs=False)


@cache
def _lead(shipped: str, settings: tuple[tuple[str, float], ...], seed: int) -> Array:
    """(weeks,) float64: needs met less mis-served, less those of the rival."""
    scenario: Scenario = with_levers(read_scenario(shipped), **dict(settings))
    column = [measure.name for measure in weekly_of(scenario)].index("advantage")
    return np.asarray(run_once(scenario, seed).table[:, -1, column])


def lead(week: int, shipped: str = "two-rivals", **settings: float) -> Figures:
    """This firm's lead in a week."""
    return lambda seeds: np.array(
        [_lead(shipped, tuple(settings.items()), seed)[week - 1] for seed in seeds]
    )


def half_lives(shipped: str, seeds: Iterable[int]) -> Array:
    """(seeds,) float64: weeks from the peak of a lead until half of it is lost; infinite where it is not."""
    weeks = [half_life_of(_lead(shipped, (), seed))[0] for seed in seeds]
    return np.nan_to_num(weeks, nan=np.inf)


AT_REST = "two-rivals-at-rest"

JUMP = 157
"""Week at whose start four needs in five turn round."""


def sooner_to_answer() -> Scenario:
    """2% of hours with patients against a rival's .5%; they differ in nothing else, and nothing leaks."""
    usual = read_scenario("two-rivals")
    return usual.model_copy(
        update={
            "horizon": JUMP + 156,
            "policy": usual.policy.model_copy(update={"patient_time": 0.02}),
            "rivals": (Rival(name="Slow", policy={"patient_time": 0.005}),),
            "competition": usual.competition.model_copy(update={"leak": 0.0}),
            "timeline": (Change(week=JUMP, needs_jump=0.8),),
        }
    )


def won_back_more(seeds: Iterable[int]) -> Array:
    """(seeds,) float64: what it wins back in three years, less what the rival does, of needs met less mis-served."""
    scenario = sooner_to_answer()
    column = [measure.name for measure in weekly_of(scenario)].index
    ours = column("needs_met"), column("needs_mis_served")
    theirs = column("rival_needs_met_Slow"), column("rival_needs_mis_served_Slow")
    found = []
    for seed in seeds:
        whole = run_once(scenario, seed).table[:, -1]
        ahead = whole[:, ours[0]] - whole[:, ours[1]] - whole[:, theirs[0]] + whole[:, theirs[1]]
        found.append(ahead[-1] - ahead[JUMP - 1])
    return np.array(found)


RIVALS = (
    measured_here("P25", "all lessons leak within a year: the lead after five years", -0.073,
                  less(lead(260), lead(260, leak=0.0)), slow=True),
    measured_here("P25", "the harder documents are to make out, the more of it is left: a tenth of latent entries against all",
                  0.054, less(lead(260, legibility=0.1), lead(260)), slow=True),
    measured_here("P25", "nobody meets patients from the third year on, and lessons leak: three years later the lead is gone",
                  -0.002, lead(260, AT_REST), seeds=100, slow=True, within=0.03),
    measured_here("P25", "it does not come back", 0.001, lead(416, AT_REST), seeds=100, slow=True, within=0.03),
    measured_here("P25", "contact with patients goes on, and lessons leak: a lead is left after eight years",
                  0.029, lead(416), seeds=64, slow=True),
    measured_here("P25", "which is more than without contact", 0.028,
                  less(lead(416), lead(416, AT_REST)), seeds=48, slow=True),
    measured_here("P25", "four needs in five turn round: who spends 2% with patients wins back more in three years than a rival with .5%",
                  0.065, won_back_more, seeds=40, slow=True),
)  # fmt: skip
