"""What the files of rivals say to expect, held against runs on other seeds than those it was written from."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from seci_sim import SECIModel
from seci_sim.seci.knowledge import Array

SCENARIOS = Path(__file__).parents[1] / "scenarios"
MEASURES = ("share_of_patients", "advantage", "needs_met", "rival_needs_met_Copier")
SEEDS = range(1, 25)

pytestmark = pytest.mark.slow


def said(name: str) -> str:
    """The remarks of a file, as one line."""
    return " ".join(
        re.sub(r"^# ?", "", (SCENARIOS / f"{name}.yaml").read_text(), flags=re.M).split()
    )


@cache
def means(name: str) -> Array:
    """(measures, weeks) float64: means over the runs."""
    runs = []
    for seed in SEEDS:
        model = SECIModel(name, rng=seed)
        model.run()
        weeks = model.weekly()
        runs.append(weeks[weeks["market"] == "all"][list(MEASURES)].to_numpy(float).T)
    found: Array = np.mean(runs, axis=0)
    return found


def at(name: str, measure: str, week: int) -> float:
    """A mean in the half year up to a week."""
    return float(means(name)[MEASURES.index(measure), week - 26 : week].mean())


def test_where_lessons_leak_the_rival_draws_level_and_the_lead_shrinks() -> None:
    words = said("two-rivals")
    assert "after two years three patients in five come to this firm" in words
    assert at("two-rivals", "share_of_patients", 104) == pytest.approx(3 / 5, abs=0.05)
    assert "The rival, who meets hardly any needs without them" in words
    assert at("two-rivals-secret", "rival_needs_met_Copier", 416) < 0.15
    assert (
        "comes to meet nearly as many in six years, and the lead falls to a third or less" in words
    )
    ours, theirs = (at("two-rivals", one, 312) for one in MEASURES[2:])
    assert theirs > 0.9 * ours
    assert at("two-rivals", "advantage", 312) < 0.4 * at("two-rivals", "advantage", 156)


def test_a_secret_lead_is_twice_as_large_after_four_years_and_shrinks_too() -> None:
    words = said("two-rivals-secret")
    assert (
        "after four years seven patients in ten come to this firm, twice as far ahead as" in words
    )
    assert at("two-rivals-secret", "share_of_patients", 208) == pytest.approx(0.7, abs=0.05)
    secret, leaked = (at(one, "advantage", 208) for one in ("two-rivals-secret", "two-rivals"))
    assert 1.5 < secret / leaked < 3
    assert "Then even this lead shrinks, though the rival hardly learns a thing" in words
    assert at("two-rivals-secret", "advantage", 416) < 0.75 * secret
    rival = [at("two-rivals-secret", "rival_needs_met_Copier", week) for week in (208, 416)]
    assert rival[1] < rival[0] + 0.01


def test_three_years_after_the_last_visit_the_lead_is_gone() -> None:
    words = said("two-rivals-at-rest")
    assert (
        "three years after the last visit the lead is gone and the rival has half of the" in words
    )
    assert at("two-rivals-at-rest", "advantage", 260) == pytest.approx(0, abs=0.02)
    assert at("two-rivals-at-rest", "share_of_patients", 260) == pytest.approx(0.5, abs=0.05)
    assert "Needs met hardly fall: it is the rival that draws level" in words
    before, after = (at("two-rivals-at-rest", "needs_met", week) for week in (130, 260))
    assert after > before - 0.03
