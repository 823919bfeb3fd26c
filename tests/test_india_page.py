"""What docs/india.md says: its sentences held against its tables and its scenarios, its tables against runs."""

from __future__ import annotations

import re

import make_india
import pytest
from india_runs import runs_of

from seci_sim.scenario import read_scenario

PAGE = make_india.PAGE.read_text("utf-8")
SAID = " ".join(PAGE.split())
SCHEME = read_scenario(make_india.SCHEME)
IN_WORDS = {6: "six", 9: "nine"}


def row(name: str, place: int = 0) -> list[tuple[float, ...]]:
    """Means with their intervals in one of the rows of the page that have this name."""
    rows = [line for line in PAGE.splitlines() if line.startswith(f"| {name} |")]
    number = r"([+\N{MINUS SIGN}]?[\d.]+)"
    found = re.findall(rf"{number}%? \({number} to {number}\)", rows[place])
    return [tuple(float(one.replace("\N{MINUS SIGN}", "-")) for one in each) for each in found]


def test_rules_and_numbers_that_the_page_tells_are_those_of_its_scenarios() -> None:
    policy, projects, service = SCHEME.policy, SCHEME.projects, SCHEME.service
    starts = policy.projects_per_head * sum(
        unit.staff for unit in SCHEME.units if unit.name not in SCHEME.markets[1:]
    )
    assert f"projects start by chance, {starts:g} a year" in SAID
    assert projects.setup_per_new_entry == 0.5
    assert (
        f"the set-up ({projects.setup_weeks_with_framework:g} weeks with the global partner's framework "
        "and half a week for each answer that nobody wrote down before) and the pilot "
        f"({projects.pilot_weeks:g} weeks)"
    ) in SAID
    second, third = (
        (change.week, change.market_opens.lower())
        for change in SCHEME.timeline
        if change.market_opens
    )
    assert f"in week {second[0]} a {second[1]} opens in India" in SAID
    assert f"in week {third[0]} a {third[1]}, each with a team of its own" in SAID
    with_agency, without = service.assessment_with_agency, service.assessment_without_agency
    assert (
        f"assesses incomes rightly {IN_WORDS[round(10 * without)]} times in ten instead of "
        f"{IN_WORDS[round(10 * with_agency)]}"
    ) in SAID


def test_what_travels_and_what_is_learned_again_is_what_the_tables_say() -> None:
    assert "more of the first plan is read" in SAID
    india, second, third, second_alone, third_alone = row("Entries read or worked out")
    for launch, alone in ((second, second_alone), (third, third_alone)):
        assert launch[1] > india[2] > 0
        assert launch[1] > alone[2]
    assert "a smaller share of the plan is right" in SAID
    right = row("Entries that were right")
    assert right[1][2] < right[3][1]
    assert right[2][2] < right[4][1]
    own = row("Entries of the first plan that its group put into words")
    assert f"puts {own[1][0]} answers into words itself, as the first did ({own[0][0]})" in SAID
    for market in SCHEME.markets[1:]:
        weeks, to_routine, met, mis_served, _ = row(
            f"{market}, less the same with nothing handed on"
        )
        assert weeks[2] < 0
        assert to_routine[2] < 0
        assert "its set-up is shorter, and more needs are met in the first year" in SAID
        assert met[1] > 0
        assert "and more needs are mis-served too" in SAID
        assert mis_served[1] > 0
    apart = (
        not row("Second product, less India")[0][1] < 0 < row("Second product, less India")[0][2]
    )
    assert ("the second launch is not told apart from the first" in SAID) is not apart


def test_who_had_to_be_in_the_room_is_what_the_table_says() -> None:
    start, stay, weeks, _, mis_served = row("No local partner")
    assert "The **local partner** makes answers fit and helps patients to stay" in SAID
    assert stay[2] < 0 < mis_served[1]
    assert abs(weeks[0]) < 1 > abs(start[0])
    start, _, weeks, *_ = row("No global partner")
    assert "without its framework every launch is later, and whoever waits does not start" in SAID
    assert start[2] < 0 < weeks[1]
    assert row("No financial agency")[2:] == [(0, 0, 0)] * 3


def test_nearly_all_that_a_wrong_assessment_costs_falls_on_the_lowest_band() -> None:
    assert "Nearly all of it falls on the lowest band" in SAID
    lowest, *others = (row(band.name, -1) for band in SCHEME.service.bands)
    for measure in range(2):
        assert abs(lowest[measure][0]) > 9 * max(0, -min(one[measure][0] for one in others))
    assert "gives some of it to the better-off who are taken for poorer" in SAID
    assert lowest[2][2] < 0 < others[-1][2][1]


@pytest.mark.slow
def test_the_page_is_what_its_runs_give_today() -> None:
    runs = re.search(r"(\d+) runs of each scenario, seeds (\d+) to (\d+)", SAID)
    assert runs is not None
    seeds = range(int(runs[2]), 1 + int(runs[3]))
    assert len(seeds) == int(runs[1])
    found = {name: runs_of(name, seeds) for name in dict.fromkeys(make_india.EVERY)}
    assert make_india.page(found, seeds) == PAGE


def test_the_commands_of_the_page_run_every_scenario_of_it() -> None:
    commands = re.findall(r"`seci-sim compare ([^`]+)`", PAGE)
    assert {name for words in commands for name in words.split()} == set(make_india.EVERY)
