"""Worlds: what is doubted, and the runs in many sets of values of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seci_sim.lab.worlds import doubted
from seci_sim.parameters import declarations
from seci_sim.scenario import Scenario, read_scenario, with_levers

FIRM = """
name: Firm
question: What happens?
projects: {setup_weeks: 12 weeks}
"""


def names_of(*scenarios: Scenario) -> set[str]:
    return {factor.name for factor in doubted(scenarios)}


def scenario_of(text: str, folder: Path, name: str = "firm.yaml") -> Scenario:
    path = folder / name
    path.write_text(text)
    return read_scenario(path)


# What is doubted ----------------------------------------------------------------------------------


def test_whatever_nobody_decides_states_or_has_measured_is_doubted_rules_that_are_off_too() -> None:
    bare = Scenario(name="Firm", question="What happens?")
    assert names_of(bare) == {
        declared.name
        for declared in declarations()
        if declared.role != "lever"
        and declared.plausible
        and not declared.source.startswith("measured")
    }
    assert "service.bands" not in names_of(bare)
    assert "learning.tacit_half_life" in names_of(bare)  # borrowed, of other skills
    assert {"learning.ambient_contact", "learning.on_the_job", "policy.openness"} <= names_of(bare)
    assert not names_of(bare) & {"policy.mentors", "policy.initiative", "policy.patient_time"}


def test_every_default_is_plausible_so_that_worlds_lie_around_it_a_rule_that_is_off_included() -> (
    None
):
    for declared in declarations():
        if declared.plausible is not None:
            low, high = declared.plausible
            assert low <= declared.default <= high, declared.name


def test_a_file_that_says_how_much_routine_business_teaches_has_it_in_every_world() -> None:
    stated = names_of(read_scenario("one-percent"), read_scenario("learning-on-the-job"))
    assert "learning.ambient_contact" not in stated
    assert "learning.on_the_job" in stated


def test_a_doubted_parameter_has_its_plausible_range_in_numbers_of_its_kind() -> None:
    found = {factor.name: factor for factor in doubted([read_scenario("one-percent")])}
    weeks = found["projects.setup_weeks"]
    assert (weeks.low, weeks.high, weeks.role, weeks.unit) == (6, 26, "fact", "weeks")
    assert not any(factor.decided for factor in found.values())
    assert isinstance(found["world.needs"].low, int)
    assert isinstance(found["world.drift"].low, float)


def test_what_a_file_states_is_not_doubted_though_it_be_the_default(tmp_path: Path) -> None:
    firm = scenario_of(FIRM, tmp_path)
    assert firm.projects.setup_weeks == Scenario(name="A", question="B").projects.setup_weeks
    assert "projects.setup_weeks" not in names_of(firm)
    assert "projects.pilot_weeks" in names_of(firm)


def test_what_a_file_states_holds_for_those_that_extend_it_and_that_it_is_compared_with(
    tmp_path: Path,
) -> None:
    scenario_of(FIRM, tmp_path)
    more = "name: More\nquestion: And then?\nextends: firm.yaml\npolicy: {patient_time: 2%}\n"
    assert "projects.setup_weeks" not in names_of(scenario_of(more, tmp_path, "more.yaml"))
    assert "projects.setup_weeks" not in names_of(
        read_scenario("baseline"), scenario_of(FIRM, tmp_path)
    )


def test_what_a_program_sets_is_stated() -> None:
    assert "world.drift" not in names_of(with_levers(read_scenario("baseline"), drift=0.05))


@pytest.mark.parametrize(
    ("parameter", "field", "value"),
    [
        ("policy.turnover", "turnover", 0.1),
        ("service.price", "price", 100.0),
        ("service.eligible_patients", "eligible_patients", 10),
    ],
)
def test_what_every_unit_states_is_not_doubted_and_what_one_leaves_out_is(
    parameter: str, field: str, value: float
) -> None:
    base = read_scenario("baseline").model_dump(exclude_unset=True)
    said = [
        unit | {field: value} if field == "turnover" or unit["kind"] == "affiliate" else unit
        for unit in base["units"]
    ]
    assert parameter not in names_of(Scenario.model_validate(base | {"units": tuple(said)}))
    assert parameter in names_of(
        Scenario.model_validate(base | {"units": (*said[:-1], base["units"][-1])})
    )


def test_what_the_timeline_sets_is_stated(tmp_path: Path) -> None:
    later = FIRM + "timeline: [{week: 10, policy: {turnover: 20%}}]\n"
    assert "policy.turnover" not in names_of(scenario_of(later, tmp_path))


def test_numbers_of_a_published_model_are_its_papers_and_are_not_doubted() -> None:
    assert doubted([read_scenario("march-1991")]) == ()
