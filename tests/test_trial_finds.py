"""What trials find: one in twenty where there is no effect, and less than the policy does for all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from firm_on_trial import BUSY, a_trial, firm, lived
from scipy import stats

from seci_sim.lab.trials import summary
from seci_sim.scenario import read_scenario, scenario_of
from seci_sim.seci.knowledge import Array
from seci_sim.words import number

FALSE_ALARM = 0.0001
"""How often each of these tests fails though what it says is so."""


def trials_that_find_it(among: str, trials: int, outcome: str) -> int:
    """Of so many trials without an effect, those whose own interval excludes nought."""
    trial = a_trial(among=among, policy={"training_hours": BUSY.training_hours})
    found = 0
    for seed in range(1, trials + 1):
        conducted = lived(firm(trial), seed).trial
        assert conducted is not None
        row = summary(conducted)
        found += abs(row[f"trial_{outcome}"]) > row[f"trial_{outcome}_margin"]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("among", ["people", pytest.param("pairs", marks=pytest.mark.slow)])
def test_a_trial_with_no_effect_finds_one_in_twenty(among: str) -> None:
    """300 trials find 15 on average; fewer than 3 or more than 32 once in ten thousand times."""
    fewest, most = stats.binom.interval(1 - FALSE_ALARM, 300, 0.05)
    assert (fewest, most) == (3, 32)
    assert fewest <= trials_that_find_it(among, 300, "alignment_during_did") <= most


@pytest.mark.slow
def test_two_clusters_an_arm_find_no_more_than_that() -> None:
    most = stats.binom.isf(FALSE_ALARM, 100, 0.05)
    assert trials_that_find_it("units", 100, "alignment_during_did") <= most


def spilling(among: str, share: float, seeds: range) -> dict[str, Array]:
    """What a trial of a year of visits comes to: outcomes of its own year, by name."""
    page = (Path(__file__).parents[1] / "docs" / "how_to" / "trial.md").read_text()
    written = page.split("```yaml\n")[1].split("```")[0]
    as_read = scenario_of(written.encode(), "visits.yaml")
    assert as_read.trial is not None
    trial = as_read.trial.model_copy(update={"among": among, "share": share, "follow_up": 0})
    scenario = as_read.model_copy(update={"horizon": 104, "trial": trial})
    rows = [summary(conducted) for seed in seeds if (conducted := lived(scenario, seed).trial)]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


DURING = "trial_needs_met_during"


def spill_over(seeds: range) -> dict[str, Array]:
    """By what the page says of it, of each seed."""
    nobody, everybody = (spilling("people", share, seeds) for share in (0.0, 1.0))
    people, markets = (spilling(among, 0.5, seeds) for among in ("people", "markets"))
    none = nobody[f"{DURING}_control"]
    return {
        "all treated less nobody treated": everybody[f"{DURING}_treated"] - none,
        "half of the people treated: difference between the arms": people[f"{DURING}_difference"],
        "half of the people treated: their control arm less nobody treated": people[
            f"{DURING}_control"
        ]
        - none,
        "half of the markets treated: difference between the arms": markets[f"{DURING}_difference"],
    }


@pytest.mark.slow
def test_a_trial_understates_what_the_policy_does_for_all() -> None:
    """What the treated learn reaches the control arm, and the routine that comes of it is for both."""
    whole, between_arms, reaches_control, _ = spill_over(range(1, 25)).values()
    for effect in (whole, reaches_control, whole - between_arms):
        assert stats.ttest_1samp(effect, 0, alternative="greater").pvalue < FALSE_ALARM


@pytest.mark.slow  # 100 seeds of four scenarios
def test_the_page_says_by_how_much() -> None:
    page = (Path(__file__).parents[1] / "docs" / "how_to" / "trial.md").read_text()
    for said, values in spill_over(range(1, 101)).items():
        low, high = stats.t.interval(0.95, 99, values.mean(), stats.sem(values))
        figures = [number(100 * figure, 2) for figure in (values.mean(), low, high)]
        assert f"| {said} | +{figures[0]} ({figures[1]} to {figures[2]}) |" in page


@pytest.mark.slow
def test_meeting_a_colleague_costs_hours_and_moves_little() -> None:
    """What the scenario says of itself; over 200 seeds skill rose by 0.28 points, 0.25 to 0.30."""
    rows = [
        summary(conducted)
        for seed in range(1, 41)
        if (conducted := lived(read_scenario("meet-a-colleague"), seed).trial)
    ]
    hours, skill = (
        np.array([row[f"trial_{name}_during_did"] for row in rows]) for name in ("hours", "skill")
    )
    assert stats.ttest_1samp(hours, 1, alternative="greater").pvalue < FALSE_ALARM
    assert stats.ttest_1samp(hours, 2, alternative="less").pvalue < FALSE_ALARM
    assert stats.ttest_1samp(skill, 0, alternative="greater").pvalue < FALSE_ALARM
    assert stats.ttest_1samp(skill, 0.005, alternative="less").pvalue < FALSE_ALARM
