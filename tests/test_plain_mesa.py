"""The plain Mesa model of the benchmark follows the rules of the fast one.

The two draw their luck differently, so they are compared over many seeds: every measure of the whole,
averaged over weeks, by Welch's t. A test fails by chance once in a thousand times (``FALSE_ALARM``,
shared between its measures) where both follow the same rules; the seeds are fixed, so that the same
code always gives the same answer.
"""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
from scipy import stats

from benchmarks.firms import firm
from benchmarks.plain_employee import Employee
from benchmarks.plain_mesa import PlainModel
from seci_sim import SECIModel
from seci_sim.parameters import Policy
from seci_sim.scenario import Change, Scenario, Stakeholder, read_scenario
from seci_sim.seci.knowledge import Array
from seci_sim.seci.measures import columns
from seci_sim.seci.records import table

FALSE_ALARM = 0.001
SHARPNESS = {"needs_met": 0.01, "routine_right": 0.02, "tacit_alignment": 0.01, "skill": 0.01}
"""Largest standard error with which both must agree on these, over 24 seeds of four years."""


def fast(scenario: Scenario, seeds: range, weeks: slice) -> Array:
    """(seeds, measures): means over some weeks."""
    means = []
    for seed in seeds:
        model = SECIModel(scenario, rng=seed)
        while model.running:
            model.step()
        means.append(mean_of_those_that_applied(table(model.records)[weeks, -1]))
    return np.array(means)


def plain(scenario: Scenario, seeds: range, weeks: slice) -> Array:
    """(seeds, measures): the same of the plain model."""
    names = [measure.name for measure in columns(scenario.service.bands)]
    means = []
    for seed in seeds:
        model = PlainModel(scenario, rng=seed)
        for _ in range(scenario.horizon):
            model.step()
        rows = [[week["all"][name] for name in names] for week in model.records[weeks]]
        means.append(mean_of_those_that_applied(np.array(rows)))
    return np.array(means)


def mean_of_those_that_applied(rows: Array) -> Array:
    """Means over weeks; a measure that never applied counts as 0."""
    applied = ~np.isnan(rows)
    mean: Array = np.where(applied, rows, 0.0).sum(axis=0) / np.maximum(1, applied.sum(axis=0))
    return mean


def standard_errors(one: Array, other: Array) -> Array:
    """Standard error of the difference of means of each measure."""
    error: Array = np.sqrt(
        one.var(axis=0, ddof=1) / len(one) + other.var(axis=0, ddof=1) / len(other)
    )
    return error


def assert_same_rules(scenario: Scenario, one: Array, other: Array) -> None:
    """No measure differs by more than luck explains."""
    names = np.array([measure.name for measure in columns(scenario.service.bands)])
    constant = (one == one[0]).all(axis=0) & (other == one[0]).all(axis=0)
    result = stats.ttest_ind(one[:, ~constant], other[:, ~constant], equal_var=False)
    astray = result.pvalue < FALSE_ALARM / (~constant).sum()
    differing = {
        name: (first, second)
        for name, first, second in zip(
            names[~constant][astray],
            one.mean(axis=0)[~constant][astray],
            other.mean(axis=0)[~constant][astray],
            strict=True,
        )
    }
    assert differing == {}


def busy(**levers: Any) -> Scenario:
    """A firm of 40 people who start a project nearly every week, and invite everybody."""
    given = firm(40, needs=14, weeks=40)
    policy: dict[str, Any] = {
        "projects_per_head": 1.0,
        "patient_time": 0.03,
        "turnover": 0.3,
        "remote_share": 0.5,
        "dialogue_patients": 2,
        "dialogue_local_partners": 1,
        "dialogue_global_partners": 1,
        "financial_agency": True,
        "shares_paid": {"lowest": 0.0},
    }
    agency = Stakeholder(name="Agency", kind="financial agency")
    fields = {name: getattr(given, name) for name in given.model_fields_set}
    fields |= {
        "policy": Policy(**(policy | levers)),
        "stakeholders": (*given.stakeholders, agency),
    }
    return Scenario.model_validate(fields)


def everybody(model: PlainModel) -> list[Employee]:
    return [agent for agent in model.agents if isinstance(agent, Employee)]


@pytest.mark.slow
def test_a_busy_small_firm_fares_alike_in_both() -> None:
    scenario, weeks = busy(), slice(10, 40)
    assert_same_rules(scenario, plain(scenario, range(16), weeks), fast(scenario, range(64), weeks))


@pytest.mark.slow
@pytest.mark.parametrize(
    "mode", ["socialization", "externalization", "combination", "internalization"]
)
def test_so_it_does_without_one_of_the_modes(mode: str) -> None:
    scenario, weeks = busy(**{mode: False}), slice(10, 40)
    assert_same_rules(scenario, plain(scenario, range(32), weeks), fast(scenario, range(96), weeks))


@pytest.mark.slow
def test_four_years_of_the_baseline_end_alike_in_both() -> None:
    scenario, weeks = read_scenario("baseline"), slice(156, 208)
    slowly, quickly = plain(scenario, range(24), weeks), fast(scenario, range(96), weeks)
    assert_same_rules(scenario, slowly, quickly)
    names = [measure.name for measure in columns(scenario.service.bands)]
    errors = dict(zip(names, standard_errors(slowly, quickly), strict=True))
    assert all(errors[name] < largest for name, largest in SHARPNESS.items())


def test_all_40_hours_of_everybody_are_accounted_for() -> None:
    model = PlainModel(busy(patient_time=1.0), rng=1)
    for _ in range(10):
        model.step()
        week = model.records[-1]["all"]
        modes = ("socialization", "externalization", "combination", "internalization")
        spent = sum(week[f"hours_{mode}"] for mode in modes) + week["hours_routine_business"]
        assert spent == pytest.approx(40 * 40)
        assert len(everybody(model)) == 40
        assert all(0 <= employee.free() <= 40 for employee in everybody(model))


def test_nobody_is_surer_than_one() -> None:
    model = PlainModel(busy(training_hours=10), rng=1)
    for _ in range(20):
        model.step()
    assert max(np.abs(employee.tacit).max() for employee in everybody(model)) <= 1


def test_systemic_needs_stay_the_product_of_their_parts() -> None:
    model = PlainModel(busy(), rng=1)
    for _ in range(20):
        model.step()
        for truth in (model.core, *(market.truth for market in model.markets)):
            assert (truth[model.systemic] == truth[model.parts].prod(axis=1)).all()


def test_it_can_be_freed_after_a_run() -> None:
    model = PlainModel(busy(), rng=1)
    model.step()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_whatever_it_does_not_follow_is_refused() -> None:
    fields = {name: getattr(busy(), name) for name in busy().model_fields_set}
    shocked = Scenario.model_validate(fields | {"timeline": (Change(week=3, lose=("library",)),)})
    with pytest.raises(ValueError, match="does not follow timeline"):
        PlainModel(shocked, rng=1)


@pytest.mark.parametrize(
    ("lever", "value"),
    [
        ("uptake", 0.5), ("second_line", 0.2), ("community_hours", 1.0), ("workshop_other_market", 1),
        ("simulation_hours", 1.0), ("rotation", 0.1),
    ],
)  # fmt: skip
def test_a_lever_that_it_does_not_know_is_refused_by_name(lever: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"does not follow policy\.{lever}$"):
        PlainModel(busy(**{lever: value}), rng=1)


def test_what_a_unit_says_of_its_market_is_refused() -> None:
    units = [unit.model_copy(update={"price": 10.0}) for unit in busy().units[-1:]]
    scenario = busy().model_copy(update={"units": (*busy().units[:-1], *units)})
    with pytest.raises(ValueError, match=r"does not follow units\.Office 4\.0\.price"):
        PlainModel(scenario, rng=1)
