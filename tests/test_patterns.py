"""Patterns of the four modes and of patient time; and what holds exactly, whatever the seed.

How sure a comparison is stands in ``paired``, what is compared in ``patterns``. Levels are compared
with those of an independent implementation of the same rules (mean of the last week over 32 seeds),
within ``ROUGHLY``. By the luck of seeds, two right implementations differ by more in less than one of two
hundred draws of seeds; for systemic needs, which are few, in about one of fifty.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from paired import (
    FALSE_ALARM,
    POWER,
    SEEDS,
    Effect,
    Level,
    has_roughly_its_size,
    marked,
    measured,
    passes,
    power,
    seeds_needed,
    shows,
)
from patterns import LEVELS, OF_THE_MODES, WITHOUT

from seci_sim import SECIModel
from seci_sim.seci.knowledge import Array
from seci_sim.seci.records import COLUMN

ROUGHLY = 0.05


@pytest.mark.parametrize("effect", marked(OF_THE_MODES))
def test_each_mode_and_patient_time_do_what_they_should(effect: Effect) -> None:
    assert shows(effect)
    assert has_roughly_its_size(effect)


@pytest.mark.parametrize("level", LEVELS, ids=str)
def test_levels_are_those_of_an_independent_implementation(level: Level) -> None:
    assert level.figures(range(1, SEEDS + 1)).mean() == pytest.approx(level.theirs, abs=ROUGHLY)


@pytest.mark.parametrize(
    ("mode", "measure"), [("S", "latent_right"), ("E", "latent_right"), ("C", "systemic_right")]
)
def test_without_its_mode_a_class_of_needs_is_never_answered(mode: str, measure: str) -> None:
    assert measured(WITHOUT[mode], measure)(range(1, SEEDS + 1)).max() == 0


# How sure the comparisons are ----------------------------------------------------------------------


def test_a_comparison_of_pure_luck_hardly_ever_passes() -> None:
    luck = np.random.default_rng(1).normal(size=(20_000, 8))
    assert sum(passes(found, 1.0) for found in luck) <= 10 * FALSE_ALARM * len(luck)


@pytest.mark.parametrize(("size", "within"), [(1.0, None), (-1.0, None), (0.0, 1.2), (0.2, 1.2)])
def test_a_comparison_has_the_power_that_is_worked_out_for_it(
    size: float, within: float | None
) -> None:
    seeds = 24
    tries = np.random.default_rng(2).normal(size, 1.0, size=(4000, seeds))
    passed = np.mean([passes(found, size, within) for found in tries])
    assert passed == pytest.approx(power(size, 1.0, seeds, within), abs=0.04)


def test_the_seeds_needed_are_the_fewest_that_suffice() -> None:
    needed = seeds_needed(0.02, 0.02)
    assert power(0.02, 0.02, needed) >= POWER > power(0.02, 0.02, needed - 1)


def test_a_comparison_with_too_few_seeds_is_refused_and_says_how_many_it_needs() -> None:
    def noisy(seeds: range) -> Array:
        return np.random.default_rng(3).normal(1.0, 1.0, len(seeds))

    with pytest.raises(AssertionError, match=r"5 seeds are too few for P: noisy: it needs \d+"):
        shows(Effect("P", "noisy", 1.0, noisy, seeds=5))


# P8: unused tacit knowledge halves in 39 weeks -----------------------------------------------------


def test_unused_tacit_knowledge_halves_in_39_weeks() -> None:
    idle: dict[str, Any] = {"turnover": 0.0, "training_hours": 0.0, "projects_per_head": 0.0}
    model = SECIModel("baseline", rng=1, socialization=False, **idle)
    model.knowledge.tacit[:] = 1.0
    for _ in range(39):
        model.step()
    assert model.knowledge.tacit == pytest.approx(0.5, abs=1e-4)


# P11: tiered prices --------------------------------------------------------------------------------


def test_a_free_lowest_band_lifts_its_chance_of_starting_from_20_to_90_percent() -> None:
    model = SECIModel("baseline", rng=1)
    assert model.organisation.terms.care.starting[0, 0, 0] == pytest.approx(0.20, abs=0.02)
    free = SECIModel("baseline", rng=1, shares_paid={"lowest": 0.0})
    assert free.organisation.terms.care.starting[0, 0, 0] == pytest.approx(0.90, abs=1e-6)


# P12: the ledger adds up ---------------------------------------------------------------------------

POLICIES: tuple[dict[str, Any], ...] = (
    {},
    {"patient_time": 1.0},
    {"patient_time": 0.5, "visit_hours": 3.3, "mentoring_hours": 7.77},
    {"projects_per_head": 1.0, "workshop_hours": 17.1, "pilot_hours": 9.9},
    {"mentoring_hours": 20.0, "training_hours": 20.0, "reading_hours": 1.0},
)


@pytest.mark.parametrize("policy", POLICIES)
def test_hours_of_all_processes_and_routine_business_are_40_a_head_and_week(
    policy: dict[str, Any],
) -> None:
    model = SECIModel("baseline", rng=3, **policy)
    named = ["socialization", "externalization", "combination", "internalization"]
    columns = [COLUMN[f"hours_{name}"] for name in [*named, "routine_business"]]
    for week in range(120):
        model.step()
        booked = model.staff.hours.sum(axis=1)
        assert (model.staff.hours >= 0).all()
        assert booked.max() <= 40
        routine = 40 - booked
        recorded = model.records.rows[week][:, columns]
        assert recorded[-1, -1] == routine.sum(dtype=float)
        assert recorded[-1].sum() == 40 * 200
        assert (recorded[:-1].sum(axis=1) == 40 * 35).all()
