"""The answer that a report begins with: plain words, with their range, price and harm."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    ON_TREATMENT,
    PATIENT_HOURS_A_HEAD,
    STARTING,
)
from seci_sim.report.answer import Paragraph, answer

if TYPE_CHECKING:
    pass


def summary_of(met: dict[str, list[float]], hours: dict[str, float], wrong: dict[str, list[float]] | None = None) -> pd.DataFrame:  # fmt: skip
    """A summary of runs with so many needs met, mis-served, and hours a head and year."""
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "scenario": name,
                    "seed": range(1, len(values) + 1),
                    "needs_met": values,
                    "needs_mis_served": (wrong or {}).get(name, [0.1] * len(values)),
                    HOURS_A_HEAD: hours[name],
                    PATIENT_HOURS_A_HEAD: 20.8,
                    STARTING: 0.5,
                    ON_TREATMENT: 0.4,
                    "weeks_until_half_know": 62.0,
                }
            )
            for name, values in met.items()
        ],
        ignore_index=True,
    )


def answer_of(summary: pd.DataFrame, names: list[str], horizon: int) -> tuple[Paragraph, ...]:
    """What is said of such runs."""
    return answer(Comparison(summary, tuple(names), horizon))


def test_a_gain_is_said_with_its_range_its_price_and_its_harm() -> None:
    # paired differences 0.10, 0.12, 0.11: mean 11 points, standard error 0.57735, t(2) 4.302653;
    # 22 hours for 11 points are 2 hours a point; 11 points met for 2 mis-served: 5.5
    summary = summary_of(
        {"A": [0.2, 0.3, 0.4], "B": [0.30, 0.42, 0.51]},
        {"A": 100, "B": 122},
        {"A": [0.10, 0.11, 0.12], "B": [0.12, 0.13, 0.14001]},
    )
    (paragraph,) = answer_of(summary, ["A", "B"], 208)
    assert paragraph.plain == (
        "Yes: in this model “B” meets more needs than “A”, at 2.0 hours a head and year for a point in "
        "the last year."
    )
    assert paragraph.figures == (
        "Gain: +11.0 points, to 41.0% of needs met in the last year (luck: 8.5 to 13.5), more in 3 of 3 "
        "runs.",
        "Cost: +22.0 hours a head and year (luck: 22.0 to 22.0); 2.0 for each point (luck: 1.6 to 2.6).",
        "Harm: +2.0 points of needs mis-served (luck: 2.0 to 2.0); the verdict turns where one need "
        "mis-served counts as 5.5 met.",
    )


def test_where_luck_could_make_the_difference_nothing_is_settled() -> None:
    summary = summary_of({"A": [0.2, 0.3, 0.4], "B": [0.19, 0.33, 0.41]}, {"A": 100, "B": 122})
    (paragraph,) = answer_of(summary, ["A", "B"], 208)
    assert paragraph.plain == (
        "Not settled: in this model luck alone could make the difference between “B” and “A”."
    )
    assert paragraph.figures[0] == (
        "Gain: +1.0 points, to 31.0% of needs met in the last year (luck: −4.0 to 6.0), more in 2 of 3 "
        "runs (nine such experiments in ten would tell 7.8 points from luck)."
    )
    assert paragraph.figures[2] == "Harm: needs mis-served are as under “A”, run by run."


def test_a_step_of_a_ladder_is_held_against_the_step_before_and_its_price() -> None:
    met = {"A": [0.1, 0.2, 0.3], "B": [0.4, 0.5, 0.6], "C": [0.42, 0.52, 0.621]}
    summary = summary_of(met, {"A": 100, "B": 121, "C": 142})
    found = Comparison(summary, ("A", "B", "C"), 208, ladder=True)
    first, second = (paragraph.plain for paragraph in answer(found))
    assert first.startswith("Yes: in this model “B” meets more needs than “A”, at 0.70 hours")
    assert second.startswith("Yes: in this model “C” meets more needs than “B”, at 10 hours")
    assert second.endswith(", 15 times what a point of the step before costs.")


def test_one_run_of_each_settles_nothing() -> None:
    summary = summary_of({"A": [0.1], "B": [0.4]}, {"A": 100, "B": 90})
    (paragraph,) = answer_of(summary, ["A", "B"], 208)
    assert paragraph.plain == "Not settled: in this model one run of each cannot tell “B” from “A”."
    assert paragraph.figures[0].endswith("(one run has no interval).")
    assert paragraph.figures[1].startswith("Cost: −10.0 hours a head and year")


def test_one_policy_is_described_with_its_uncertainty() -> None:
    (paragraph,) = answer_of(summary_of({"A": [0.41, 0.42, 0.43]}, {"A": 104}), ["A"], 30)
    assert paragraph.plain == (
        "In this model, “A” meets 42.0% of patients' needs over all 30 weeks and mis-serves 10.0%."
    )
    assert paragraph.figures == (
        "Needs met: 42.0% (luck: 39.5 to 44.5).",
        "Cost: 104.0 hours a head and year in the four modes (luck: 104.0 to 104.0), 20.8 of them with "
        "patients and 5.0% of all hours.",
        "Harm: 10.0% mis-served (luck: 10.0 to 10.0).",
        "Weeks until half the staff hold a need rightly: 62.",
    )


@pytest.mark.parametrize("met", [[0.1], [0.1, 0.3, 0.2], [0.4, 0.5, 0.6]])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_answer_is_plain_words_first_and_never_foretells(met: list[float], count: int) -> None:
    names = ["A", "B", "C"][:count]
    summary = summary_of(
        {n: [m + i / 100 for m in met] for i, n in enumerate(names)}, dict.fromkeys(names, 90.0)
    )
    paragraphs = answer_of(summary, names, 208)
    assert len(paragraphs) == max(1, count - 1)
    for paragraph in paragraphs:
        assert "in this model" in paragraph.plain.lower()
        for sentence in (paragraph.plain, *paragraph.figures):
            assert sentence.endswith(".")
            assert not re.search(r"\b(will|proves?|significant|nan)\b", sentence)
