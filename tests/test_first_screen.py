"""What used to be missing from the first screen, cut off, or said in a way that misled."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from synthetic import THREE, Course, results
from synthetic_worlds import with_fewer_treated, worlds_of

from seci_sim.figures import parts
from seci_sim.lab.run import Results
from seci_sim.report import html, tell
from seci_sim.report.html import Told
from seci_sim.report.policy_table import all_settings
from seci_sim.report.sections import Section, sections
from seci_sim.report.terminal.policies import in_words


@pytest.fixture(scope="module")
def three() -> Results:
    return results()


@pytest.fixture(scope="module")
def told(three: Results) -> Told:
    return tell(replace(three, worlds=worlds_of(three, worlds=64)))


def section(told: Told, key: str) -> Section:
    (found,) = (one for one in told.sections if one.key == key)
    return found


def alike(found: Results) -> Results:
    """The same, with runs of the last policy that are those of the first but for their name."""
    first, *_, last = found.scenarios
    for table in (found.summary, found.weekly):
        one, other = table["scenario"] == first.name, table["scenario"] == last.name
        columns = table.columns.drop("scenario")
        table.loc[other, columns] = table.loc[one, columns].to_numpy()
    return replace(found, scenarios=(first, first.model_copy(update={"name": last.name})))


def test_both_intervals_worlds_and_decider_stand_in_the_headline(told: Told) -> None:
    gain, cost, harm, measure = told.said[0].figures
    assert re.search(
        r"\(luck: \S+ to \S+; luck and doubt: \S+ to \S+\), more in 7.2 worlds of ten", gain
    )
    assert cost.count("luck and doubt") == 2, "of hours, and of the price"
    assert "luck and doubt" in harm
    assert measure.startswith(
        "Measure first: “pilot weeks” (projects.pilot_weeks): below 18.5 weeks “One percent” wins, above "
        "“No patient time”. Knowing it is worth "
    )


def test_without_worlds_the_box_says_that_doubt_is_left_out(three: Results) -> None:
    told = tell(three)
    assert "luck and doubt" not in " ".join(told.answer)
    assert any(sentence.startswith("Doubt is left out") for sentence in told.reading)
    assert "No other worlds were looked at" in section(told, "first").charts[0].description


def test_mis_served_is_defined_in_the_box_and_in_its_section(told: Told) -> None:
    assert (
        "Mis-served: the firm's routine does the opposite of what a patient needs." in told.reading
    )
    assert section(told, "harm").sentences[0].startswith("A need is mis-served where")
    assert "the verdict turns where one need mis-served counts as" in told.said[0].figures[2]


def test_a_weight_of_harm_reaches_the_box(three: Results) -> None:
    first, *others = three.scenarios
    weighed = first.model_validate(first.model_dump() | {"weigh": {"mis_served": 8.0}})
    told = tell(replace(three, scenarios=(weighed, *others)))
    assert told.said[0].plain == (
        "No: in this model what “One percent” mis-serves outweighs what it meets more than “No patient "
        "time”, where each need mis-served counts as 8 met."
    )
    assert "Each need mis-served counted as 8 met: −" in told.said[0].figures[0]
    assert section(told, "harm").sentences[1] == "Here one need mis-served counts as 8 met."


def test_what_a_point_costs_is_said_of_every_year_where_that_differs(told: Told) -> None:
    assert "hours a head and year for a point in the last year (" in told.said[1].plain
    assert "for a point over the whole run)" in told.said[1].plain
    time = section(told, "time")
    (second,) = (s for s in time.sentences if s.startswith("What a point of “Two percent” costs"))
    assert re.search(
        r"are \S+ in year 1, \S+ in year 2, \S+ in year 3 and \S+ in year 4, each", second
    )
    assert [chart.key for chart in time.charts] == ["time", "difference", "prices"]


def test_a_price_that_is_the_same_every_year_is_said_once() -> None:
    found = results(THREE[:2], replications=8, horizon=52)
    told = tell(found)
    assert "whole run" not in told.said[0].plain
    assert not any(s.startswith("What a point") for s in section(told, "time").sentences)


def test_weeks_until_the_gain_has_paid_its_hours_are_said(told: Told) -> None:
    said = section(told, "time").sentences[0]
    assert re.match(
        r"“One percent” has paid its hours (after \d+ weeks|by the end in \d+ of 20)", said
    )


def test_the_terminal_has_every_measure_that_the_page_has() -> None:
    for found in (
        results(replications=8, horizon=60),
        with_fewer_treated(results(replications=8, horizon=60)),
    ):
        told = tell(found)
        printed, page = " ".join(re.findall(r"[^\s│┃]+", in_words(told))), html(told, command="x")
        for heading in told.policies.headings:
            assert heading.value in page
            assert all(word in printed for word in heading.value.split())
        for row in told.policies.rows:
            for cell in row[1:]:
                assert cell.value in page
                assert all(word in printed for word in cell.value.split())


def test_what_is_equal_run_by_run_is_said_to_be_that_and_not_the_same_in_every_run() -> None:
    found = with_fewer_treated(results(THREE[::2], replications=8, horizon=60))
    one, other = (found.summary["scenario"] == scenario.name for scenario in found.scenarios)
    for column in ("needs_met", "needs_mis_served"):
        found.summary.loc[other, column] = found.summary.loc[one, column].to_numpy()
    told = tell(found)
    assert told.said[0].figures[2] == (
        "Harm: needs met and mis-served are as under “No patient time”, run by run."
    )
    page = html(told, command="x")
    assert "the same, run by run" in page
    assert "same in every run" not in page


def test_scenarios_that_differ_in_nothing_but_their_names_are_said_to_be_that() -> None:
    told = tell(alike(results(THREE[::2], replications=4, horizon=60)))
    assert told.said[0].plain == (
        "No difference: in this model “Two percent” meets the same needs as “No patient time”: they "
        "differ in nothing but their names."
    )
    assert "None: these scenarios differ in nothing but their names." in html(told, command="x")
    assert section(told, "time").sentences[0] == (
        "“Two percent” is where “No patient time” is in every week."
    )


def test_what_a_firm_decides_stands_above_what_the_world_is_like(three: Results) -> None:
    keys = [row[0].value for row in all_settings(three.scenarios).rows]
    of_policy = [place for place, key in enumerate(keys) if key.startswith("policy.")]
    assert max(of_policy) < min(place for place, key in enumerate(keys) if key.startswith("world."))


def test_the_page_is_read_in_one_column_from_the_answer_to_what_explains_it(told: Told) -> None:
    assert [one.key for one in told.sections] == [
        "first",
        "decides",
        "time",
        "harm",
        "gains",
        "how",
    ]
    assert [chart.key for chart in told.sections[0].charts] == ["gain"], "one picture"
    assert section(told, "gains").charts[0].key == "kinds", "in sight, not folded away"


def test_money_stands_between_harm_and_who_gains(three: Results, told: Told) -> None:
    made = sections(parts(three, told.compared), told.compared, ["CHF 8 more."])
    keys = [one.key for one in made]
    assert keys[keys.index("harm") + 1 : keys.index("gains")] == ["money"]
    assert made[keys.index("money")].sentences == ["CHF 8 more."]


def test_many_policies_are_counted_in_titles_and_named_in_the_box() -> None:
    courses = [Course(f"Policy {place}", 0.01, 0.2 + 0.02 * place, 0.1, 10) for place in range(5)]
    told = tell(results(courses, replications=4, horizon=60))
    assert len(told.said) == 4
    assert section(told, "first").charts[0].title.endswith("; 2 more below")
