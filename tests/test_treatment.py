"""Where policies change who starts treatment: the answer, the table and the chart of launches.

As in ``test_answer``, intervals are worked out here once more, and every claim is held against them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from synthetic import THREE, results
from test_answer import RUNS, interval, luck, made_up, names_of, said

from seci_sim.figures import Chart, charts
from seci_sim.figures.launches import launch, launch_runs
from seci_sim.lab.access import launches, subsidy_per_patient
from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.statistics import ON_TREATMENT, STARTING
from seci_sim.report import exported, html, tell
from seci_sim.report.policy_table import Cell, policies

PATIENTS = 1000


def treated(
    share: list[float], noise: float, *, seed: int = 0, met: float = 0.0, paid: float = 500.0
) -> pd.DataFrame:
    """Runs of policies A, B, ... that keep such shares of the patients on treatment.

    Policies start different shares, so that what is told is about treatment; a patient more on it
    than 200 costs `paid`. Needs met rise by `met` from policy to policy.
    """
    count = len(share)
    summary = made_up([0.3 + met * place for place in range(count)], 0.0, seed=seed)
    draws = np.random.default_rng([seed, 1])
    for place, name in enumerate(names_of(summary)):
        rows = summary["scenario"] == name
        own = draws.standard_normal(RUNS)
        own = (own - own.mean()) / own.std(ddof=1)
        kept = share[place] + noise * own
        summary.loc[rows, ON_TREATMENT] = kept
        summary.loc[rows, STARTING] = 0.5 + 0.05 * place + 0.001 * own
        summary.loc[rows, "adherent_low"] = kept * PATIENTS / 4
        summary.loc[rows, "adherent_high"] = kept * PATIENTS * 3 / 4
        summary.loc[rows, "subsidy"] = paid * (kept * PATIENTS - 200)
    return summary


def check(summary: pd.DataFrame) -> list[str]:
    """Hold the answer's claims against the intervals; return what is answered on each policy."""
    first, *others = names_of(summary)
    answers = []
    for name, paragraph in zip(others, said(summary), strict=True):
        found = interval(summary, name, first, ON_TREATMENT, len(others))
        gain, cost, _ = paragraph.figures
        assert f"of eligible patients on treatment {luck(found, 100)}" in gain
        if found.excludes_nothing:
            assert paragraph.plain.startswith("Not settled: in this model luck alone could make")
            assert "for each patient more" not in cost
        elif found.mean > 0:
            assert paragraph.plain.startswith(
                f"Yes: in this model “{name}” keeps more patients on treatment than “{first}”, at "
            )
            assert "for each patient more" in cost
        else:
            assert paragraph.plain == (
                f"No: in this model “{name}” keeps fewer patients on treatment than “{first}”."
            )
            assert "for each patient more" not in cost
        answers.append(paragraph.plain.partition(":")[0])
    return answers


@pytest.mark.parametrize(
    ("share", "noise", "answers"),
    [
        ([0.3, 0.4], 0.01, ["Yes"]),
        ([0.3, 0.302], 0.02, ["Not settled"]),
        ([0.4, 0.3], 0.01, ["No"]),
        ([0.3, 0.4, 0.39, 0.2], 0.01, ["Yes", "Yes", "No"]),
        ([0.3, 0.302, 0.301, 0.3, 0.302, 0.299, 0.3], 0.02, ["Not settled"] * 6),
    ],
)
def test_each_policy_gets_its_own_answer(
    share: list[float], noise: float, answers: list[str]
) -> None:
    for seed in range(3):
        assert check(treated(share, noise, seed=seed)) == answers


def test_nothing_is_claimed_beyond_its_interval_whatever_the_results() -> None:
    draws = np.random.default_rng(2013)
    kinds = set[str]()
    for seed in range(15):
        share = (0.4 + 0.02 * draws.standard_normal(int(draws.integers(2, 8)))).tolist()
        kinds |= {*check(treated(share, float(draws.choice([0.002, 0.01, 0.03])), seed=seed))}
    assert kinds == {"Yes", "Not settled", "No"}


def test_the_answer_says_what_a_patient_more_costs_and_what_becomes_of_needs() -> None:
    (paragraph,) = said(treated([0.3, 0.4], 0.01, paid=500.0))
    assert paragraph.plain.endswith(", at 500 of subsidy for each patient more.")
    assert paragraph.figures[1].startswith("Cost: 100,000 of subsidy over the run, +50,000 (luck: ")
    assert paragraph.figures[2] == "Harm: needs met and mis-served are as under “A”, run by run."
    (paragraph,) = said(treated([0.3, 0.4], 0.01, met=0.05))
    assert paragraph.figures[2].startswith(
        "Harm: needs met: +5.0 points (luck: 5.0 to 5.0); needs "
    )


def test_a_patient_more_has_no_price_where_none_is_told_apart() -> None:
    assert subsidy_per_patient(treated([0.3, 0.302], 0.02), "B", "A") is None
    assert subsidy_per_patient(treated([0.4, 0.3], 0.01), "B", "A") is None
    price = subsidy_per_patient(treated([0.3, 0.4], 0.01, paid=500.0), "B", "A")
    assert price is not None
    assert price.mean == pytest.approx(500.0)


def test_the_table_has_a_row_a_policy_and_as_many_cells_as_headings() -> None:
    found = policies(Comparison(treated([0.3, 0.4, 0.3], 0.01), ("A", "B", "C"), 208))
    assert [row[0].value for row in found.rows] == ["A", "B", "C"]
    assert {len(row) for row in found.rows} == {len(found.headings)}
    changes = [row[3].value for row in found.rows]
    assert changes == ["–", "+10.0", "0.0"]
    assert found.rows[2][6].small == "no more patients told apart"


def test_patients_gained_for_less_money_have_no_price() -> None:
    found = Comparison(treated([0.3, 0.4], 0.01, paid=-500.0), ("A", "B"), 208)
    assert policies(found).rows[1][6] == Cell("–", "for no more subsidy")
    rows = {row.outcome.name: row.level for row in found.rows() if row.policy == "B"}
    assert np.isnan(rows["subsidy_per_patient"].mean)


# Launches -----------------------------------------------------------------------------------------


def waiting(weeks: dict[tuple[str, str], list[float]]) -> pd.DataFrame:
    """Weekly rows of policies and markets, a run for each number of weeks until the launch."""
    rows = [
        pd.DataFrame(
            {"scenario": name, "market": place, "seed": seed, "week": range(1, 61),
             "launched": [float(week >= launched) for week in range(1, 61)]}
        )
        for (name, place), each in weeks.items()
        for seed, launched in enumerate(each, 1)
    ]  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def launched(weekly: pd.DataFrame, *names: str) -> Chart:
    """The chart of the launches in India and Kenya."""
    compared = Comparison(weekly, names, 60)
    return launch(launch_runs(weekly, compared, ["India", "Kenya"]), names)


def test_weeks_to_the_launch_are_counted_from_the_opening_of_the_market() -> None:
    weekly = waiting({("A", "India"): [30.0, 99.0], ("A", "Kenya"): [1.0, 50.0]})
    weekly.loc[(weekly["market"] == "Kenya") & (weekly["week"] < 11), "launched"] = np.nan
    found = launches(weekly).set_index(["market", "seed"])["weeks"]
    assert found["India", 1] == 30.0
    assert np.isnan(found["India", 2]), "never in 60 weeks"
    assert found["Kenya", 1] == 1.0
    assert found["Kenya", 2] == 40.0


def test_the_sentence_names_the_policy_and_the_market_that_differ_most() -> None:
    weekly = waiting(
        {
            ("A", "India"): [20.0, 22.0, 24.0], ("B", "India"): [21.0, 22.0, 25.0],
            ("A", "Kenya"): [20.0, 22.0, 24.0], ("B", "Kenya"): [28.0, 30.0, 32.5],
        }
    )  # fmt: skip
    chart = launched(weekly, "A", "B")
    assert chart.title.startswith(
        "Under “A” patients in “Kenya” can start 22.0 weeks after it opens; under “B” 8.3 weeks later ("
    )
    assert list(chart.table["B"])[1].endswith("; median 30")
    seldom = launched(waiting({("A", "India"): [99.0, 9.0]}), "A")
    assert "never in 1" in next(iter(seldom.table["A"]))


def test_one_policy_holds_its_later_markets_against_the_first() -> None:
    weekly = waiting({("A", "India"): [20.0, 22.0, 24.0], ("A", "Kenya"): [15.0, 17.0, 20.0]})
    title = launched(weekly, "A").title
    assert title.startswith(
        "Patients in “India” can start 22.0 weeks after it opens; in “Kenya” 4.7 weeks sooner ("
    )


def test_policies_with_the_same_launches_are_said_to_have_them() -> None:
    both = {(name, "India"): [20.0, 22.0, 24.0] for name in "AB"}
    title = launched(waiting(both), "A", "B").title
    assert title == "Under every policy, patients in “India” can start 22.0 weeks after it opens"


def test_policies_without_a_market_in_common_are_not_compared() -> None:
    weekly = waiting({("A", "India"): [20.0, 22.0], ("B", "Kenya"): [20.0, 22.0]})
    title = launched(weekly, "A", "B").title
    assert title == "“A” opens no market that another policy opens"


def test_where_nobody_waits_there_is_no_chart_of_launches() -> None:
    weekly = waiting({("A", "India"): [1.0, 1.0]})
    assert launch_runs(weekly, Comparison(weekly, ("A",), 60), ["India"]) == {}


@pytest.mark.slow
@pytest.mark.parametrize("later", [pytest.param(False, marks=pytest.mark.slow), True])
def test_report_workbook_and_slides_tell_of_treatment_where_policies_change_it(later: bool) -> None:
    """With the same launches, or with later ones under one of the policies."""
    found = results(THREE, replications=4)
    changed = found.summary["scenario"] == "Two percent"
    for column in [c for c in found.summary.columns if c.startswith(("started_", "adherent_"))]:
        found.summary.loc[changed, column] *= 0.5
    found.weekly["launched"] = (found.weekly["week"] > 20).astype(float)
    if later:
        found.weekly.loc[found.weekly["scenario"] == "Two percent", "launched"] = (
            found.weekly["week"] > 30
        ).astype(float)
    told = tell(found)
    assert "of eligible patients on treatment" in told.answer[0]
    assert told.policies.headings[1].value == "Start treatment"
    keys = [chart.key for chart in charts(found)]
    assert keys.index("bands") < keys.index("kinds"), "who starts comes before whose needs are met"
    native = next(chart.native for chart in told.charts if chart.key == "launches")
    assert native is not None
    assert native.numbers.loc["India", "No patient time"] == 21.0
    page = html(told, command="seci-sim compare a b c")
    assert "Subsidy per patient more" in page
    files = exported(told, ["xlsx", "pptx"], command="seci-sim compare a b c")
    assert all(len(file) > 10_000 for file in files.values())
