"""A trial inside the firm, in a browser: the same people in the same arms, week by week and bit by bit."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from engine_cases import tables
from engine_in_node import in_node
from firm_on_trial import a_trial, firm, lived

from seci_sim.browser.catalogue import in_full
from seci_sim.scenario import Change, Scenario
from seci_sim.scenario.trial import Trial

SCRIPT = "return answers(engine, given).map(([, last]) => last);"
SEEDS = (1, 2)

TRIALS: dict[str, Trial] = {
    "people": a_trial(policy={"patient_time": 0.2, "reading_hours": 1.0, "uptake": 1.0}),
    "pairs": a_trial(among="pairs", share=0.4, policy={"mentoring_hours": 3.0}),
    "pairs who meet less": a_trial(among="pairs", policy={"mentoring_hours": 0.0}),
    "units": a_trial(among="units", policy={"turnover": 0.9, "mentors": True, "cross_unit": 0.3}),
    "markets": a_trial(
        among="markets",
        policy={"projects_per_head": 0.1, "workshop_staff": 7, "dialogue_patients": 2},
        outcomes=("hours", "skill"),
    ),
    "nobody": a_trial(share=0.0),
    "from the second week on": a_trial(**{"from": 2, "to": 24, "before": 9, "follow_up": 0}),
}
TIMELINE = (
    Change(week=5, staff_leave=0.3),
    Change(week=8, policy={"training_hours": 2.0}),
    Change(week=10, unit_leaves="Clinic"),
    Change(week=12, policy={"mentoring_hours": 1.0, "openness": 1.0}),
)


WEEKS: dict[str, tuple[Change, ...]] = {"calm": (), "while much changes": TIMELINE}
"""What happens in them."""

Last = dict[str, int]
"""Tables after the last week."""


@pytest.fixture(scope="module")
def lived_in_node() -> dict[tuple[str, str, int], Last]:
    """All trials, in one process."""
    lives = list(product(TRIALS, WEEKS, SEEDS))
    cases = []
    for trial, happens, seed in lives:
        scenario = firm(TRIALS[trial], timeline=WEEKS[happens])
        case = {"scenario": in_full(scenario), "seed": str(seed), "weeks": scenario.horizon}
        cases.append(case)
    return dict(zip(lives, in_node(SCRIPT, cases), strict=True))


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("happens", WEEKS)
def test_a_trial_runs_in_node_as_in_python(
    trial: str, happens: str, lived_in_node: dict[tuple[str, str, int], Last]
) -> None:
    scenario = firm(TRIALS[trial], timeline=WEEKS[happens])
    for seed in SEEDS:
        found = lived_in_node[trial, happens, seed]
        here = tables(lived(scenario, seed))
        assert found.keys() == here.keys()
        assert [name for name in here if found[name] != here[name]] == []


def told(scenario: Scenario) -> dict[str, Any]:
    script = """
      const run = engine.start({ scenario: given, seed: 1 });
      run.step(run.horizon);
      const lists = (series) => Object.fromEntries(Object.entries(series).map(([name, line]) => [name, Array.from(line)]));
      return { trial: run.trial, series: lists(run.series()), market: lists(run.series("India")) };
    """
    found: dict[str, Any] = in_node(script, in_full(scenario))
    return found


def test_it_tells_who_is_in_which_arm_and_with_whom() -> None:
    scenario = firm(TRIALS["pairs"])
    conducted = lived(scenario).trial
    assert conducted is not None
    assigned = conducted.assigned
    assert assigned is not None
    found = told(scenario)
    trial = found["trial"]
    assert (trial["name"], trial["first"], trial["last"]) == ("Try it", 8, 14)
    people = trial["people"]
    assert [one["person"] for one in people] == assigned.person.tolist()
    assert [one["treated"] for one in people] == assigned.treated.tolist()
    partners = assigned.person.reshape(-1, 2)[:, ::-1].ravel().tolist()
    assert [one["partner"] for one in people] == partners
    table = conducted.by_arm()
    assert found["series"]["needs_met_treated"][7:14] == table[4:11, 1, 1].tolist()
    assert found["series"]["needs_met_treated"][2] is None  # nobody was measured in that week
    assert set(found["market"]["needs_met_control"]) == {None}
    assert told(firm(TRIALS["people"]))["trial"]["people"][0]["partner"] is None
