"""Patterns that the organisation must show, as paired comparisons on common seeds.

A pattern's difference is tested by the interval of its paired mean at ``CRITICAL`` standard errors.
A right model fails a comparison, by chance of the seeds, at most once in a million times: the true
differences lie more than ten standard errors from nought, so that reaching nought would take a
deviation of more than five. The seeds are fixed, so the same code always gives the same answer.
Levels are compared with those of an independent implementation of the same rules (mean of the last
week over 32 seeds, standard error below 0.006), within ``ROUGHLY``.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from seci_sim import SECIModel
from seci_sim.knowledge import Array
from seci_sim.records import COLUMN

SEEDS = range(1, 25)
CRITICAL = 5.0
ROUGHLY = 0.05

ALL: tuple[tuple[str, Any], ...] = ()
NO_S = (("socialization", False),)
NO_E = (("externalization", False),)
NO_C = (("combination", False),)
NO_I = (("internalization", False),)


@cache
def last_weeks(levers: tuple[tuple[str, Any], ...]) -> Array:
    """(seeds, measures): the last week of 208, for every seed."""
    rows = []
    for seed in SEEDS:
        model = SECIModel("baseline", rng=seed, **dict(levers))
        model.run_model()
        rows.append(model.records.rows[207, -1])
    return np.array(rows)


def level(levers: tuple[tuple[str, Any], ...], measure: str) -> float:
    return float(last_weeks(levers)[:, COLUMN[measure]].mean())


def falls(
    measure: str, before: tuple[tuple[str, Any], ...], after: tuple[tuple[str, Any], ...]
) -> bool:
    """Whether the measure is lower after than before, beyond the luck of the seeds."""
    column = COLUMN[measure]
    difference = last_weeks(after)[:, column] - last_weeks(before)[:, column]
    error = difference.std(ddof=1) / np.sqrt(difference.size)
    return bool(difference.mean() + CRITICAL * error < 0)


# P1: each mode has a job that only it does --------------------------------------------------------


def test_without_socialization_no_latent_need_is_ever_found() -> None:
    assert last_weeks(NO_S)[:, COLUMN["latent_right"]].max() == 0
    assert level(ALL, "latent_right") == pytest.approx(0.80, abs=ROUGHLY)
    assert falls("tacit_alignment", ALL, NO_S)
    assert level(ALL, "tacit_alignment") == pytest.approx(0.27, abs=ROUGHLY)
    assert level(NO_S, "tacit_alignment") == pytest.approx(0.07, abs=ROUGHLY)


def test_without_externalization_people_know_but_nothing_is_said() -> None:
    assert last_weeks(NO_E)[:, COLUMN["latent_right"]].max() == 0
    assert level(NO_E, "tacit_alignment") == pytest.approx(0.13, abs=ROUGHLY)
    assert falls("tacit_alignment", NO_E, NO_S)
    assert level(NO_E, "routine_coverage") == pytest.approx(0.28, abs=ROUGHLY)
    assert level(ALL, "routine_coverage") == pytest.approx(0.99, abs=ROUGHLY)


def test_without_combination_no_systemic_need_is_ever_worked_out() -> None:
    assert last_weeks(NO_C)[:, COLUMN["systemic_right"]].max() == 0
    assert level(ALL, "systemic_right") == pytest.approx(0.61, abs=ROUGHLY)


def test_without_internalization_skill_falls() -> None:
    assert falls("skill", ALL, NO_I)
    assert level(ALL, "skill") == pytest.approx(0.63, abs=ROUGHLY)
    assert level(NO_I, "skill") == pytest.approx(0.46, abs=ROUGHLY)


# P2: needs met ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levers", "met"), [(ALL, 0.44), (NO_S, 0.12), (NO_E, 0.13), (NO_C, 0.34), (NO_I, 0.35)]
)
def test_needs_met_with_and_without_each_mode(levers: tuple[Any, ...], met: float) -> None:
    assert level(levers, "needs_met") == pytest.approx(met, abs=ROUGHLY)


def test_every_mode_is_needed_and_tacit_sources_most() -> None:
    for without in (NO_S, NO_E, NO_C, NO_I):
        assert falls("needs_met", ALL, without)
    for tacit_source in (NO_S, NO_E):
        assert falls("needs_met", NO_C, tacit_source)
        assert falls("needs_met", NO_I, tacit_source)


# P3: combination also costs -----------------------------------------------------------------------


def test_combination_also_brings_wrong_routines_and_makes_markets_alike() -> None:
    assert falls("routine_wrong", ALL, NO_C)
    assert falls("market_difference", NO_C, ALL)


# P4: patient time is steep, then flat --------------------------------------------------------------


def test_patient_time_is_steep_then_flat() -> None:
    shares = (0.0, 0.0025, 0.01, 0.1)
    met = [level((("patient_time", share),), "needs_met") for share in shares]
    assert met == pytest.approx([0.12, 0.35, 0.44, 0.49], abs=ROUGHLY)
    steps = np.diff(met)
    assert steps[0] > steps[1] > steps[2] > 0


def test_priced_by_its_hours_patient_time_turns_down() -> None:
    assert falls("service_value", (("patient_time", 0.02),), (("patient_time", 0.2),))


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
    assert model.organisation.terms.starting[0, 0] == pytest.approx(0.20, abs=0.02)
    free = SECIModel("baseline", rng=1, shares_paid={"lowest": 0.0})
    assert free.organisation.terms.starting[0, 0] == pytest.approx(0.90, abs=1e-6)


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
