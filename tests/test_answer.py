"""Somebody who reads only the boxed answer is never told more than the intervals carry.

The intervals are worked out here once more, straight from Student's distribution, and every claim
of the answer is held against them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    ON_TREATMENT,
    PATIENT_HOURS_A_HEAD,
    STARTING,
)
from seci_sim.report.answer import answer

RUNS = 12
MORE = r"percentage points (?:more|fewer) than"


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


def said(summary: pd.DataFrame) -> tuple[str, str]:
    return answer(Comparison(summary, tuple(names_of(summary)), 208))


def check(summary: pd.DataFrame) -> str:
    """Hold every claim of an answer against the intervals; return which kind it is."""
    names = names_of(summary)
    finding, cost = said(summary)
    first, every = names[0], len(names) * (len(names) - 1) // 2
    means = summary.groupby("scenario")["needs_met"].mean()
    best = str(means.idxmax())
    other = first if best != first else str(means.drop(first).idxmax())
    together = max(1, len(names) - 1)  # the first is one of the two
    found = interval(summary, best, other, "needs_met", together)

    if found.excludes_nothing:
        assert f"these runs do not separate “{best}” from “{other}”" in finding
        assert not re.search(MORE, finding), "no difference is claimed"
        assert "percentage point gained" not in cost, "nothing has a price that was not gained"
    else:
        assert found.mean > 0
        assert re.search(rf"“{best}” meets .* percentage points more than “{other}”", finding)
        ends = f"95% interval {100 * found.low:.1f} to {100 * found.high:.1f}"
        assert ends in finding, "the range is the widened one"

    wrong = interval(summary, best, other, "needs_mis_served", together)
    if "mis-serves" in finding:
        claimed = "which these runs do not separate from" not in finding
        assert claimed is not wrong.excludes_nothing

    hours = interval(summary, best, other, HOURS_A_HEAD, together)
    spent = re.match(rf"“{best}” spends ([\d.]+) hours (more|less)", cost)
    if spent:
        assert not hours.excludes_nothing
        assert (spent.group(2) == "more") is (hours.mean > 0)

    alike = [
        name
        for name in names
        if name not in (best, other)
        and interval(
            summary, best, name, "needs_met", every if best != first else together
        ).excludes_nothing
    ]
    listed = re.findall(r"from “(\w)” \(", cost)
    counted = re.search(r"from (\d+) others?", cost)
    assert len(listed) + int(counted.group(1) if counted else 0) == len(alike), (
        "every policy that may be as good is named or counted"
    )
    assert set(listed) <= set(alike)
    if found.excludes_nothing:
        return "unclear"
    return "reversed" if best == first else "clear"


@pytest.mark.parametrize(
    ("met", "noise", "kind"),
    [
        ([0.2, 0.3], 0.01, "clear"),
        ([0.2, 0.203], 0.02, "unclear"),
        ([0.3, 0.2], 0.01, "reversed"),
        ([0.2, 0.3, 0.29, 0.25, 0.22, 0.21, 0.2], 0.01, "clear"),
        ([0.2, 0.203, 0.201, 0.2, 0.202, 0.199, 0.2], 0.02, "unclear"),
        ([0.3, 0.2, 0.21, 0.22, 0.19, 0.18, 0.2], 0.01, "reversed"),
    ],
)
def test_clear_unclear_and_reversed_results_are_said_as_what_they_are(
    met: list[float], noise: float, kind: str
) -> None:
    for seed in range(3):
        assert check(made_up(met, noise, seed=seed)) == kind


def test_nothing_is_claimed_beyond_its_interval_whatever_the_results() -> None:
    kinds = set()
    draws = np.random.default_rng(1991)
    for seed in range(60):
        count = int(draws.integers(2, 8))
        met = (0.3 + 0.02 * draws.standard_normal(count)).tolist()
        hours = (100 + 5 * draws.standard_normal(count)).tolist()
        wrong = (0.1 + 0.01 * draws.standard_normal(count)).tolist()
        noise = float(draws.choice([0.002, 0.01, 0.03]))
        kinds.add(check(made_up(met, noise, seed=seed, hours=hours, hours_noise=4, wrong=wrong)))
    assert kinds == {"clear", "unclear", "reversed"}


def test_a_difference_that_two_policies_show_may_not_be_one_among_many() -> None:
    # The differences of A and B have the deviation 0.02 * sqrt(2) if their noises are independent;
    # whatever they have, a mean of 2.6 standard errors lies between t(11) of 5% and of 5% / 6.
    pair = made_up([0.2, 0.2], 0.02)
    by_seed = pair.pivot(index="seed", columns="scenario", values="needs_met")
    error = (by_seed["B"] - by_seed["A"]).std(ddof=1) / math.sqrt(RUNS)
    pair.loc[pair["scenario"] == "B", "needs_met"] += 2.6 * error
    others = made_up([0.1] * 7, 0.01, seed=5)
    many = pd.concat([pair, others[others["scenario"] > "B"]], ignore_index=True)
    assert check(pair) == "clear"
    assert check(many) == "unclear"


def test_hours_that_the_runs_do_not_separate_are_not_called_more_or_less() -> None:
    summary = made_up([0.2, 0.3], 0.01, hours=[100.0, 100.6], hours_noise=4)
    cost = said(summary)[1]
    assert "“B” spends no more or fewer hours that these runs could tell (+0.6; " in cost
    assert "for each percentage point" not in cost


def test_a_policy_that_is_worse_is_never_praised_for_costing_less() -> None:
    finding, cost = said(made_up([0.3, 0.2], 0.01))
    assert "“A” meets" in finding
    assert "more than “B”" in finding
    assert cost == "“A” spends 20.0 hours less a head and year in the four modes than “B”."
