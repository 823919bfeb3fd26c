"""What pages say of results that few comparisons give."""

from __future__ import annotations

import pandas as pd
from synthetic import THREE, Course, results

from seci_sim.figures.curves import meaning
from seci_sim.figures.groups import markets_title
from seci_sim.figures.wheel import quarter_title
from seci_sim.lab.comparing import simulate
from seci_sim.lab.comparison_table import Comparison, comparison
from seci_sim.lab.statistics import ON_TREATMENT, add_ratios
from seci_sim.report.cautions import about_runs
from seci_sim.report.policy_table import Cell, policies
from seci_sim.report.published_models import answer as classic_answer
from seci_sim.scenario import read_scenario

DEAR = Course("Dear", 0.05, 0.2, 0.1, 80)
CHEAP = Course("Cheap", 0.0, 0.4, 0.1, 80)


def cells(summary: pd.DataFrame, policy: str, names: tuple[str, ...]) -> dict[str, Cell]:
    """A policy's row of the table, by its headings."""
    table = policies(Comparison(summary, names, 208))
    (row,) = [row for row in table.rows if row[0].value == policy]
    return dict(zip((head.value for head in table.headings), row, strict=True))


def test_the_best_of_many_policies_is_said_to_look_better_than_it_is() -> None:
    few = results(THREE, replications=3, horizon=20)
    many = results((*THREE, CHEAP), replications=3, horizon=20)
    warning = "The best of 4 policies looks better than it is"
    assert any(sentence.startswith(warning) for sentence in about_runs(many.scenarios, many.seeds))
    assert not any("looks better" in sentence for sentence in about_runs(few.scenarios, few.seeds))


def test_a_gain_that_costs_no_hours_has_no_price() -> None:
    summary = add_ratios(results((DEAR, CHEAP), replications=6).summary)
    price = cells(summary, "Cheap", ("Dear", "Cheap"))["Hours per point gained"]
    assert price == Cell("–", "gained without more hours")


def test_weeks_that_few_runs_reach_have_no_median() -> None:
    summary = add_ratios(results((CHEAP,), replications=5).summary)
    summary["weeks_until_half_know"] = [80.0, None, None, None, None]
    weeks = cells(summary, "Cheap", ("Cheap",))["Weeks until half the staff know"]
    assert weeks == Cell("not in most runs", "reached in 1 of 5 runs")


def test_where_nobody_is_eligible_nobody_is_said_to_be_on_treatment() -> None:
    summary = add_ratios(results((CHEAP,), replications=5).summary)
    summary[ON_TREATMENT] = float("nan")
    assert cells(summary, "Cheap", ("Cheap",))["On treatment"] == Cell("–", "nobody eligible")


def test_one_run_of_a_published_model_that_does_not_settle_says_both() -> None:
    march = read_scenario("march-1991").model_copy(update={"horizon": 3})
    found = simulate([march], replications=1, workers=1)
    (said,) = classic_answer(comparison(found.scenarios, found.summary))
    assert said.plain.endswith("(one run has no interval).")
    assert said.figures == ("No run came to an equilibrium within its 3 periods.",)


def test_changes_in_several_weeks_are_drawn_as_lines() -> None:
    assert meaning([52, 130]).endswith("Dotted lines mark changes in weeks 52 and 130.")


def test_policies_without_a_common_market_are_not_compared_in_any() -> None:
    summary = results((DEAR, CHEAP), replications=3, horizon=20).summary
    compared = Comparison(summary, ("Dear", "Cheap"), 20)
    apart = {name: compared.of(summary[summary["scenario"] == name]) for name in compared.names}
    said = markets_title(apart, compared)
    assert said == "“Cheap” and “Dear” share no market"


def test_where_no_mode_moves_anything_no_peak_is_named() -> None:
    still = pd.DataFrame({"week": [13, 26], "mean": [0.0, 0.0]})
    assert quarter_title({"S": still, "E": still}) == "No mode moves anything"
