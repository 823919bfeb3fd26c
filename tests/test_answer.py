"""Somebody who reads only the boxed answer is never told more than the intervals carry.

The intervals are worked out here once more, straight from Student's distribution, and every claim
of the answer is held against them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from seci_sim.figures.hours import hours_title
from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    ON_TREATMENT,
    PATIENT_HOURS_A_HEAD,
    STARTING,
)
from seci_sim.report.answer import Paragraph, answer
from seci_sim.words import between

RUNS = 12


@dataclass(frozen=True)
class Interval:
    low: float
    mean: float
    high: float

    @property
    def excludes_nothing(self) -> bool:
        return bool(self.low <= 0 <= self.high)


def interval(summary: pd.DataFrame, one: str, other: str, measure: str, together: int) -> Interval:
    """The 95% interval of the paired difference, widened for so many comparisons."""
    by_seed = summary.pivot(index="seed", columns="scenario", values=measure)
    changes = (by_seed[one] - by_seed[other]).to_numpy()
    error = float(changes.std(ddof=1)) / math.sqrt(len(changes))
    half = float(t.ppf(1 - 0.025 / together, len(changes) - 1)) * error
    mean = float(changes.mean())
    return Interval(mean - half, mean, mean + half)


def made_up(met: list[float], noise: float, *, seed: int = 0, hours: list[float] | None = None, hours_noise: float = 0.0, wrong: list[float] | None = None) -> pd.DataFrame:  # fmt: skip
    """Runs of policies A, B, ... with such means; their differences vary by the noise."""
    draws = np.random.default_rng(seed)
    luck = 0.02 * draws.standard_normal(RUNS)
    rows = []
    for place, mean in enumerate(met):
        # Noise of mean 0 and the stated deviation, so that a difference is what it is meant to be.
        own = draws.standard_normal((2, RUNS))
        own = (own - own.mean(axis=1, keepdims=True)) / own.std(axis=1, ddof=1, keepdims=True)
        rows.append(
            pd.DataFrame(
                {
                    "scenario": chr(ord("A") + place),
                    "seed": range(RUNS),
                    "needs_met": mean + luck + noise * own[0],
                    "needs_mis_served": (wrong or [0.1] * len(met))[place] + noise * own[0] / 2,
                    HOURS_A_HEAD: (hours or [100.0 + 20 * i for i in range(len(met))])[place]
                    + hours_noise * own[1],
                    PATIENT_HOURS_A_HEAD: 20.0,
                    STARTING: 0.5,
                    ON_TREATMENT: 0.4,
                    "weeks_until_half_know": 60.0,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def names_of(summary: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(summary["scenario"]))


def said(summary: pd.DataFrame) -> tuple[Paragraph, ...]:
    return answer(Comparison(summary, tuple(names_of(summary)), 208))


def luck(found: Interval, scale: float) -> str:
    return f"(luck: {between((found.low, found.high), scale)})"


def check(summary: pd.DataFrame) -> list[str]:
    """Hold every claim of an answer against the intervals; return what is answered on each policy."""
    first, *others = names_of(summary)
    answers = []
    for name, paragraph in zip(others, said(summary), strict=True):
        met, wrong, hours = (
            interval(summary, name, first, measure, len(others))
            for measure in ("needs_met", "needs_mis_served", HOURS_A_HEAD)
        )
        gain, cost, harm = paragraph.figures
        plain, _, price = paragraph.plain.partition(", at ")
        assert luck(met, 100) in gain, "the range is the widened one"
        assert luck(hours, 1) in cost
        assert luck(wrong, 100) in harm
        if met.excludes_nothing:
            assert plain.startswith(
                f"Not settled: in this model luck alone could make the difference between “{name}” and "
                f"“{first}”"
            )
            assert not price, "nothing has a price that was not gained"
            assert "for each point" not in cost
        elif met.mean > 0:
            assert plain.startswith(f"Yes: in this model “{name}” meets more needs than “{first}”")
            if hours.mean > 0:
                assert float(price.split()[0]) == pytest.approx(
                    hours.mean / met.mean / 100, rel=0.06
                )
        else:
            assert plain == f"No: in this model “{name}” meets fewer needs than “{first}”."
            assert "for each point" not in cost
        answers.append(plain.partition(":")[0])
    return answers


@pytest.mark.parametrize(
    ("met", "noise", "answers"),
    [
        ([0.2, 0.3], 0.01, ["Yes"]),
        ([0.2, 0.203], 0.02, ["Not settled"]),
        ([0.3, 0.2], 0.01, ["No"]),
        ([0.2, 0.3, 0.29, 0.1], 0.01, ["Yes", "Yes", "No"]),
        ([0.2, 0.203, 0.201, 0.2, 0.202, 0.199, 0.2], 0.02, ["Not settled"] * 6),
        ([0.3, 0.2, 0.21, 0.22, 0.3005, 0.4], 0.01, ["No", "No", "No", "Not settled", "Yes"]),
    ],
)
def test_each_policy_gets_its_own_answer_in_the_order_of_the_question(
    met: list[float], noise: float, answers: list[str]
) -> None:
    for seed in range(3):
        assert check(made_up(met, noise, seed=seed)) == answers


def test_nothing_is_claimed_beyond_its_interval_whatever_the_results() -> None:
    kinds = set[str]()
    draws = np.random.default_rng(1991)
    for seed in range(20):
        count = int(draws.integers(2, 8))
        met = (0.3 + 0.02 * draws.standard_normal(count)).tolist()
        hours = (100 + 5 * draws.standard_normal(count)).tolist()
        wrong = (0.1 + 0.01 * draws.standard_normal(count)).tolist()
        noise = float(draws.choice([0.002, 0.01, 0.03]))
        kinds |= {*check(made_up(met, noise, seed=seed, hours=hours, hours_noise=4, wrong=wrong))}
    assert kinds == {"Yes", "Not settled", "No"}


def test_how_much_stays_routine_holds_for_policies_that_a_title_does_not_name() -> None:
    summary = made_up([0.3] * 5, 0.01, hours=[10, 11, 12, 13, 520])
    title = hours_title(Comparison(summary, tuple("ABCDE"), 208))
    assert title.endswith("1 more below; 75.0% or more of all hours stay routine")


def test_a_difference_that_two_policies_show_may_not_be_one_among_many() -> None:
    # The differences of A and B have the deviation 0.02 * sqrt(2) if their noises are independent;
    # whatever they have, a mean of 2.6 standard errors lies between t(11) of 5% and of 5% / 6.
    pair = made_up([0.2, 0.2], 0.02)
    by_seed = pair.pivot(index="seed", columns="scenario", values="needs_met")
    error = (by_seed["B"] - by_seed["A"]).std(ddof=1) / math.sqrt(RUNS)
    pair.loc[pair["scenario"] == "B", "needs_met"] += 2.6 * error
    others = made_up([0.1] * 7, 0.01, seed=5)
    many = pd.concat([pair, others[others["scenario"] > "B"]], ignore_index=True)
    assert check(pair) == ["Yes"]
    assert check(many)[0] == "Not settled"


def test_a_policy_that_is_worse_is_never_praised_for_costing_less() -> None:
    (paragraph,) = said(made_up([0.3, 0.2], 0.01, hours=[100.0, 80.0]))
    assert paragraph.plain == "No: in this model “B” meets fewer needs than “A”."
    assert paragraph.figures[1] == "Cost: −20.0 hours a head and year (luck: −20.0 to −20.0)."
