"""The Mesa model: agents, subclasses, reproducibility, and what a run leaves behind."""

from __future__ import annotations

import gc
import pickle
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import mesa
import numpy as np
import pytest

from seci_sim import SECIModel
from seci_sim.scenario import Change, Scenario, read_scenario
from seci_sim.seci.knowledge import Array
from seci_sim.seci.records import COLUMN

pytestmark = pytest.mark.packages


def run(scenario: str | Scenario = "baseline", weeks: int = 30, **options: Any) -> SECIModel:
    model = SECIModel(scenario, **({"rng": 11} | options))
    for _ in range(weeks):
        model.step()
    return model


def changed(scenario: Scenario, **changes: Any) -> Scenario:
    return Scenario.model_validate(scenario.model_copy(update=changes))


def same_bits(one: SECIModel, other: SECIModel) -> bool:
    def held(model: SECIModel) -> list[Array]:
        known = model.knowledge
        return [known.tacit, known.explicit, known.routine, model.staff.hours]

    knowledge = zip(held(one), held(other), strict=True)
    return all(a.tobytes() == b.tobytes() for a, b in knowledge) and (
        one.records.rows[: one.week].tobytes() == other.records.rows[: other.week].tobytes()
    )


# Mesa --------------------------------------------------------------------------------------------


def test_agents_are_employees_with_tacit_explicit_and_unit() -> None:
    model = run(weeks=2)
    assert isinstance(model, mesa.Model)
    employee = next(iter(model.agents))
    assert len(model.agents) == 200
    assert employee.tacit.shape == employee.explicit.shape == (40,)
    assert employee.unit == "Headquarters"
    assert employee.market is None


def test_writing_to_an_agent_changes_the_next_week() -> None:
    model, other = run(weeks=1), run(weeks=1)
    next(iter(model.agents)).tacit[3] = 1
    model.step()
    other.step()
    assert model.knowledge.tacit[0, 3] > 0.9
    assert abs(other.knowledge.tacit[0, 3]) < 0.5


def test_select_and_agg_work_as_in_any_mesa_model() -> None:
    model = run(weeks=5)
    office = model.agents.select(lambda employee: employee.unit == "Headquarters")
    assert len(office) == 60
    in_markets = model.agents.select(lambda employee: employee.market is not None)
    mean = in_markets.agg("alignment", np.mean)
    recorded = model.records.rows[4, -1, COLUMN["tacit_alignment"]]
    assert mean == pytest.approx(recorded, abs=1e-6)


def test_a_data_collector_sees_every_week() -> None:
    model = SECIModel("baseline", rng=1)
    collector = mesa.DataCollector(
        model_reporters={"alignment": lambda m: float(np.mean([a.alignment for a in m.agents]))},
        agent_reporters={"unit": "unit"},
    )
    for _ in range(3):
        model.step()
        collector.collect(model)
    frame = collector.get_model_vars_dataframe()
    assert frame["alignment"].nunique() == 3
    assert len(collector.get_agent_vars_dataframe()) == 3 * 200


class Silent(SECIModel):
    """Colleagues and patients teach nothing; everybody dreams instead."""

    def socialize(self) -> None:
        for employee in self.agents:
            employee.tacit[0] = 0.25


def test_a_subclass_overrides_one_mode_in_plain_python() -> None:
    model = Silent("baseline", rng=1)
    for _ in range(3):
        model.step()
    assert model.knowledge.tacit[:, 0] == pytest.approx(0.25, abs=0.03)
    assert model.records.rows[2, -1, COLUMN["hours_socialization"]] == 0
    assert model.records.rows[2, -1, COLUMN["hours_combination"]] > 0


def test_a_leaver_s_view_raises_and_the_newcomer_is_a_new_agent() -> None:
    model = SECIModel("baseline", rng=2, turnover=0.9)
    before = {employee.unique_id: employee for employee in model.agents}
    for _ in range(10):
        model.step()
    now = {employee.unique_id for employee in model.agents}
    left = set(before) - now
    assert len(now) == 200
    assert left
    assert not now & left
    with pytest.raises(LookupError, match=r"employee \d+ has left"):
        _ = before[min(left)].tacit


def test_a_model_is_collected_after_use() -> None:
    model = run(weeks=2)
    assert len(model.agents) == 200
    reference = weakref.ref(model)
    del model
    gc.collect()
    assert reference() is None


def test_two_models_do_not_see_each_other_s_agents() -> None:
    one, other = run(weeks=1), run(weeks=1, scenario="one-percent")
    assert {e.unit for e in one.agents} == {"Headquarters", "North", "East", "South", "West"}
    assert len(other.agents) == 220


@pytest.mark.parametrize("copied", [deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_of_a_model_goes_on_as_the_model_does_and_leaves_it_alone(
    copied: Callable[[SECIModel], SECIModel],
) -> None:
    model, undisturbed = run("tiered-pricing-india"), run("tiered-pricing-india", weeks=40)
    copy = copied(model)
    for _ in range(10):
        copy.step()
    assert same_bits(copy, undisturbed)
    for _ in range(10):
        model.step()
    assert same_bits(model, undisturbed)
    next(iter(copy.agents)).tacit[3] = 1
    assert copy.knowledge.tacit[0, 3] == 1 != model.knowledge.tacit[0, 3]


def test_run_model_stops_at_the_horizon_and_step_may_go_on() -> None:
    scenario = changed(read_scenario("baseline"), horizon=6)
    model = SECIModel(scenario, rng=0)
    model.run_model()
    assert model.week == 6
    model.step()
    assert model.records.weeks == 7


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="whole number from 0"):
        SECIModel("baseline", rng=seed)


def test_seed_nought_is_a_seed() -> None:
    assert same_bits(run(rng=0, weeks=3), run(rng=0, weeks=3))
    assert not same_bits(run(rng=0, weeks=3), run(rng=1, weeks=3))


# Luck --------------------------------------------------------------------------------------------


def test_a_policy_switched_on_at_week_105_leaves_weeks_1_to_104_as_they_were() -> None:
    scenario = read_scenario("baseline")
    later = changed(scenario, timeline=(Change(week=105, policy={"patient_time": 0.02}),))
    one, other = run(scenario, weeks=104), run(later, weeks=104)
    assert same_bits(one, other)
    one.step()
    other.step()
    assert not same_bits(one, other)


def test_one_more_employee_in_a_unit_leaves_the_luck_of_other_units_as_it_was() -> None:
    scenario = read_scenario("baseline")
    office, *markets = scenario.units
    larger = office.model_copy(update={"staff": office.staff + 1})
    # Without documents and meetings across units nothing but luck can reach the other units.
    alone = {"cross_unit": 0.0, "projects_per_head": 0.0, "reading_hours": 0.0}
    few = run(scenario, weeks=52, **alone)
    more = run(changed(scenario, units=(larger, *markets)), weeks=52, **alone)
    assert (more.knowledge.tacit[-140:] == few.knowledge.tacit[-140:]).all()
    assert (more.staff.hours[-140:] == few.staff.hours[-140:]).all()


def test_more_patient_time_only_adds_visits() -> None:
    few = run(weeks=1, patient_time=0.02)
    more = run(weeks=1, patient_time=0.05)
    assert (more.staff.hours[:, 0] >= few.staff.hours[:, 0]).all()
    assert more.staff.hours[:, 0].sum() > few.staff.hours[:, 0].sum()


def test_a_run_in_a_few_compiled_calls_gives_the_bits_of_steps() -> None:
    stepped, at_once = (SECIModel("merger", rng=11) for _ in range(2))
    while stepped.running:
        stepped.step()
    at_once.run()
    assert not at_once.running
    assert same_bits(stepped, at_once)


def test_runs_in_threads_of_one_process_give_the_bits_of_one_after_the_other() -> None:
    models = [SECIModel("one-percent", rng=seed) for seed in range(4)]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(SECIModel.run, models))
    for seed, model in enumerate(models):
        alone = SECIModel("one-percent", rng=seed)
        alone.run()
        assert same_bits(model, alone)


def test_a_mode_that_is_overridden_takes_part_in_a_run() -> None:
    class Silent(SECIModel):
        def externalize(self) -> None:
            """Nobody says anything."""

    model = Silent("one-percent", rng=1)
    model.run()
    assert model.week == model.settings.horizon
    assert model.knowledge.projects.size == 0


def test_looking_at_agents_changes_nothing() -> None:
    seen = SECIModel("baseline", rng=11)
    for _ in range(30):
        assert len(seen.agents) == 200
        seen.step()
    assert same_bits(seen, run())


# Changes -----------------------------------------------------------------------------------------


def with_timeline(*changes: Change, name: str = "baseline") -> Scenario:
    return changed(read_scenario(name), timeline=changes)


def test_an_exodus_takes_tacit_knowledge_and_leaves_documents() -> None:
    before = run(weeks=129)
    after = run(with_timeline(Change(week=130, staff_leave=0.4)), weeks=130)
    assert after.records.rows[129, -1, COLUMN["leavers"]] == pytest.approx(80, abs=25)
    assert after.knowledge.library.size >= before.knowledge.library.size
    alignment = after.records.rows[:130, -1, COLUMN["tacit_alignment"]]
    assert alignment[129] < 0.8 * alignment[128]


def test_losing_library_and_routines_leaves_tacit_knowledge() -> None:
    lost = run(with_timeline(Change(week=100, lose=("library", "routines"))), weeks=100)
    kept = run(weeks=100)
    assert lost.knowledge.library.size <= 1
    assert lost.records.rows[99, -1, COLUMN["needs_met"]] < 0.02
    assert kept.records.rows[99, -1, COLUMN["needs_met"]] > 0.1
    assert np.abs(lost.knowledge.tacit - kept.knowledge.tacit).mean() < 0.01


def test_a_jump_of_all_needs_turns_right_into_wrong() -> None:
    model = run(with_timeline(Change(week=100, needs_jump=1.0)), weeks=100)
    right = model.records.rows[:, -1, COLUMN["expressed_right"]]
    wrong = model.records.rows[:, -1, COLUMN["expressed_wrong"]]
    assert wrong[99] == pytest.approx(right[98], abs=0.1)


def test_a_market_that_opens_later_is_empty_before() -> None:
    model = run(with_timeline(Change(week=10, market_opens="West")), weeks=12)
    west = model.firm.market_names.index("West")
    met = model.records.rows[:12, west, COLUMN["needs_met"]]
    assert np.isnan(met[:9]).all()
    assert not np.isnan(met[9:]).any()
    assert len(model.agents) == 200
    hours = [c for c in COLUMN if c.startswith("hours_") and c != "hours_with_patients"]
    booked = model.records.rows[:12, -1][:, [COLUMN[c] for c in hours]].sum(axis=1)
    assert booked.tolist() == [165 * 40] * 9 + [200 * 40] * 3


def test_a_unit_that_leaves_ends_its_projects_and_takes_its_tacit_knowledge() -> None:
    model = run(with_timeline(Change(week=60, unit_leaves="West")), weeks=60)
    west = model.firm.market_names.index("West")
    assert not (model.knowledge.projects.market[model.organisation.under_way] == west).any()
    assert model.records.rows[59, -1, COLUMN["leavers"]] >= 35
    assert len(model.agents) == 165


def test_without_its_global_partner_a_firm_takes_longer_to_a_routine() -> None:
    partner = next(
        p.name for p in read_scenario("baseline").stakeholders if p.kind == "global partner"
    )
    gone = run(with_timeline(Change(week=1, partner_leaves=partner)), weeks=150)
    there = run(weeks=150)
    adopted, weeks = COLUMN["routines_adopted"], COLUMN["weeks_to_routine"]

    def mean_weeks(model: SECIModel) -> float:
        rows = model.records.rows[:150, -1]
        return float(np.nansum(rows[:, adopted] * rows[:, weeks]) / rows[:, adopted].sum())

    assert 16 <= mean_weeks(there) < 19
    assert 24 <= mean_weeks(gone) < 27


def test_the_story_of_a_need_is_told_in_order() -> None:
    model = run(weeks=208)
    told = 0
    for need in range(40):
        for market in model.firm.market_names:
            weeks = {s.stage: s.week for s in model.story(need) if s.market == market}
            stages = [weeks[s] for s in ("said", "planned", "practised", "routine") if s in weeks]
            assert weeks.get("practised", 999) > weeks.get("planned", 0)
            told += len(stages) == 4
    assert told > 10
    with pytest.raises(IndexError, match="needs 0 to 39"):
        model.story(40)


def test_a_unit_that_never_joins_changes_nobody_s_luck() -> None:
    scenario = read_scenario("baseline")
    late = scenario.units[0].model_copy(update={"name": "Second office"})
    joins = (Change(week=208, unit_joins="Second office"),)
    more = changed(scenario, units=(*scenario.units, late), timeline=joins)
    assert same_rows(run(scenario, weeks=60), run(more, weeks=60), 200)


def same_rows(one: SECIModel, other: SECIModel, rows: int) -> bool:
    return bool(
        (one.knowledge.tacit[:rows] == other.knowledge.tacit[:rows]).all()
        and (one.knowledge.explicit[:rows] == other.knowledge.explicit[:rows]).all()
        and (one.knowledge.routine == other.knowledge.routine).all()
    )


def test_units_of_one_market_sit_beside_each_other() -> None:
    model = SECIModel("one-percent-full", rng=1)
    for market in range(len(model.firm.market_names)):
        first, last = model.firm.market_rows[market]
        assert (model.staff.market[first:last] == market).all()
        assert (model.staff.market == market).sum() == last - first


def test_agents_tell_their_hours_and_mesa_s_own_tables_list_them() -> None:
    model = run(weeks=3, patient_time=1.0)
    assert model.policy.patient_time == 1.0
    assert all(employee.hours.sum() == 40 for employee in model.agents)
    assert [kind.__name__ for kind in model.agent_types] == ["Employee"]
    assert sum(map(len, model.agents_by_type.values())) == len(model.agents)


def test_without_a_seed_every_model_has_its_own() -> None:
    assert SECIModel("baseline").organisation.seed != SECIModel("baseline").organisation.seed
