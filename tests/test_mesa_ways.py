"""What a user of Mesa does out of habit acts here as in any Mesa model, or is refused in words."""

from __future__ import annotations

import pickle
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest

from seci_sim import SECIModel
from seci_sim.lab.comparing import comparison, simulate
from seci_sim.lab.pool import Here
from seci_sim.model import Employee
from seci_sim.scenario import Scenario, read_scenario
from seci_sim.seci.records import COLUMN

pytestmark = pytest.mark.packages


def weeks(count: int, **options: Any) -> SECIModel:
    model = SECIModel("baseline", **({"rng": 11} | options))
    for _ in range(count):
        model.step()
    return model


class Consultant(mesa.Agent):
    """An agent of somebody's own."""

    alignment = 9.0


# Leaving ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["remove", "deregister", "do", "all"])
def test_who_is_removed_leaves_and_somebody_new_takes_the_seat(way: str) -> None:
    model, usual = weeks(20), weeks(20)
    before = {agent.unique_id: agent for agent in model.agents}
    if way == "remove":
        gone = [before[5]]
        before[5].remove()
    elif way == "deregister":
        gone = [before[5]]
        model.deregister_agent(before[5])
    elif way == "do":
        chosen = model.agents.select(lambda agent: agent.unit == "North")
        gone = list(chosen)
        chosen.do("remove")
    else:
        gone = list(before.values())
        model.remove_all_agents()
    now = {agent.unique_id for agent in model.agents}
    assert len(now) == 200
    assert not now & {agent.unique_id for agent in gone}
    assert len(now & set(before)) == 200 - len(gone)
    rows = [agent._row for agent in gone]
    assert (model.knowledge.explicit[rows] == 0).all()
    lost = float(abs(usual.knowledge.tacit[rows]).sum())
    for agent in gone:
        with pytest.raises(LookupError, match="has left"):
            _ = agent.tacit
        agent.remove()  # once more: Mesa says nothing either
    assert len(model.agents) == 200
    model.step()
    usual.step()
    assert (model.knowledge.tacit != usual.knowledge.tacit).any()
    for name, more in (("leavers", len(gone)), ("tacit_lost", lost)):
        counted, as_usual = (one.records.rows[20, -1, COLUMN[name]] for one in (model, usual))
        if way != "all" and not as_usual:
            assert counted == pytest.approx(more, rel=1e-6)
        assert counted >= more * 0.999


def test_those_who_were_removed_before_the_first_week_are_replaced_by_others() -> None:
    model, usual = weeks(0), weeks(0)
    model.agents.do("remove")
    assert (model.knowledge.tacit != usual.knowledge.tacit).any(axis=1).all()
    model.run()
    assert model.weekly()["leavers"].iloc[4] > 200  # the whole, in week 1


def test_a_model_of_ones_own_may_let_people_go_in_the_middle_of_a_week() -> None:
    class Strict(SECIModel):
        def combine(self) -> None:
            super().combine()
            if self.week == 3:
                self.agents.select(lambda agent: agent.unit == "West").do("remove")

    model, usual = Strict("baseline", rng=11), weeks(4)
    for _ in range(4):
        model.step()
    more = (
        model.records.rows[:4, -1, COLUMN["leavers"]]
        - usual.records.rows[:4, -1, COLUMN["leavers"]]
    )
    assert more.tolist() == [0, 0, 35, 0]


# Numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [True, False])
def test_every_agent_has_a_number_of_its_own(first: bool) -> None:
    model = SECIModel("baseline", rng=1, turnover=0.9)
    if not first:
        assert len(model.agents) == 200
    others = [Consultant(model) for _ in range(3)]
    others += list(Consultant.create_agents(model, 2))
    collector = mesa.DataCollector(agent_reporters={"alignment": "alignment"})
    for _ in range(10):
        model.step()
        others.append(Consultant(model))
        collector.collect(model)
        numbers = [agent.unique_id for agent in model.agents]
        assert len(set(numbers)) == len(numbers) == 200 + len(others)
    assert not collector.get_agent_vars_dataframe().index.duplicated().any()
    assert {kind: len(agents) for kind, agents in model.agents_by_type.items()} == {
        Consultant: len(others),
        Employee: 200,
    }
    others[0].remove()
    assert others[0] not in model.agents
    again = pickle.loads(pickle.dumps(model))
    assert Consultant(again).unique_id not in {agent.unique_id for agent in model.agents}


def test_an_employee_has_the_same_number_under_every_policy_and_whoever_looks() -> None:
    seen, unseen = weeks(30), weeks(0, patient_time=0.05)
    for _ in range(30):
        Consultant(unseen)
        unseen.step()
    numbers = [
        [agent.unique_id for agent in model.agents if isinstance(agent, Employee)]
        for model in (seen, unseen)
    ]
    assert sorted(numbers[0]) == sorted(numbers[1])


def test_nobody_makes_an_employee_by_hand() -> None:
    model = weeks(1)
    assert len(model.agents) == 200
    with pytest.raises(ValueError, match=r"seat 3 is not to be filled; model\.agents has all"):
        Employee(model, 3)
    assert len(model.agents) == 200


# Luck ---------------------------------------------------------------------------------------------


def test_a_seed_is_given_as_rng() -> None:
    with pytest.raises(ValueError, match="seed: use rng="):
        SECIModel("baseline", seed=5)


@pytest.mark.parametrize(
    "rng",
    [
        np.int64(5), np.uint8(7), np.array(3), np.random.SeedSequence(5), [1, 2], (3, 4),
        np.random.PCG64(9), np.random.default_rng(1),
    ],
    ids=lambda rng: type(rng).__name__,
)  # fmt: skip
def test_what_mesa_takes_as_rng_is_taken(rng: Any) -> None:
    same = pickle.loads(pickle.dumps(rng))
    one, other = SECIModel("baseline", rng=rng), SECIModel("baseline", rng=same)
    assert one.seed == other.seed
    assert isinstance(one.seed, int)
    if isinstance(rng, np.integer | np.ndarray):
        assert one.seed == int(rng)


@pytest.mark.parametrize("rng", [5.7, 5.0, "7", True, np.bool_(True), -1, 2**63, [-1], [0.5], ["a"], {}, object()], ids=lambda rng: type(rng).__name__)  # fmt: skip
def test_what_is_no_seed_is_refused_in_words(rng: Any) -> None:
    with pytest.raises(ValueError, match=r"rng: a seed is a whole number from 0 to .*; got"):
        SECIModel("baseline", rng=rng)


def test_the_luck_of_own_agents_is_not_that_of_the_organisation() -> None:
    drawing, usual = weeks(0), weeks(0)
    for _ in range(10):
        drawing.random.random()
        drawing.rng.random(100)
        drawing.agents.shuffle_do(lambda employee: employee.alignment)
        drawing.step()
        usual.step()
    assert (drawing.knowledge.tacit == usual.knowledge.tacit).all()


# Convictions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [50.0, -1.01, np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("go_on", ["step", "run"])
def test_a_conviction_out_of_range_is_refused(wrong: float, go_on: str) -> None:
    model = weeks(1)
    model.knowledge.tacit[7, 3] = wrong
    with pytest.raises(
        ValueError, match=r"knowledge\.tacit\[7, 3\] was set to .*; allowed: -1 to 1"
    ):
        getattr(model, go_on)()
    assert model.week == 1


def test_so_is_what_nobody_can_have_read_and_what_no_routine_can_be() -> None:
    model = weeks(1)
    next(agent for agent in model.agents if agent.row == 4).explicit[2] = 7
    with pytest.raises(ValueError, match=r"knowledge\.explicit\[4, 2\] was set to 7"):
        model.step()
    model = weeks(1)
    model.knowledge.routine[0, 1] = -3
    with pytest.raises(ValueError, match=r"knowledge\.routine\[0, 1\] was set to -3"):
        model.step()


def test_a_mode_of_ones_own_that_leaves_the_range_is_refused_in_the_week_after() -> None:
    class Loud(SECIModel):
        def socialize(self) -> None:
            self.knowledge.tacit[:] *= 1e6

    with pytest.raises(ValueError, match=r"knowledge\.tacit"):
        Loud("baseline", rng=1).run()


# What is measured ---------------------------------------------------------------------------------


def test_the_weeks_stand_in_a_tidy_table() -> None:
    model = weeks(30)
    table = model.weekly()
    assert list(table.columns[:3]) == ["week", "market", "needs_met"]
    assert list(table.columns[2:]) == [measure.name for measure in model.measures]
    assert len(table) == 30 * 5
    assert table["market"].unique().tolist() == [*model.firm.market_names, "all"]
    scenario = read_scenario("baseline")
    short = Scenario.model_validate(scenario.model_copy(update={"horizon": 30}))
    expected = simulate([short], seed=11, replications=1, workers=1).weekly
    for name in ("week", "market", "needs_met", "leavers", "hours_socialization"):
        assert table[name].astype(str).tolist() == expected[name].astype(str).tolist()
    assert SECIModel("baseline", rng=1).weekly().empty


def test_a_data_collector_of_all_measures_is_there() -> None:
    model = weeks(3)
    assert len(model.datacollector.get_model_vars_dataframe()) == 3
    model.run()
    frame = model.datacollector.get_model_vars_dataframe()
    whole = model.weekly()
    whole = whole[whole["market"] == "all"].drop(columns=["week", "market"])
    assert np.array_equal(frame.to_numpy(float), whole.to_numpy(float), equal_nan=True)
    assert list(frame.columns) == list(whole.columns)
    again = pickle.loads(pickle.dumps(model))
    assert len(again.datacollector.get_model_vars_dataframe()) == 208


class Collecting(SECIModel):
    """The usual Mesa model, which collects by itself."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.datacollector = mesa.DataCollector({"people": lambda model: len(model.agents)})

    def step(self) -> None:
        super().step()
        self.datacollector.collect(self)


def test_a_collector_of_ones_own_is_kept() -> None:
    model = Collecting(scenario="baseline", rng=1)
    model.step()
    model.step()
    assert model.datacollector.get_model_vars_dataframe()["people"].tolist() == [200, 200]


@pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="Mesa 4 has no batch_run")
@pytest.mark.parametrize("model", [SECIModel, Collecting])
@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_batch_run_works_as_it_is(model: type[SECIModel], processes: int) -> None:
    seeds: dict[str, Any] = {}
    settings: dict[str, Any] = {"scenario": "baseline", "patient_time": [0.0, 0.02]}
    if mesa.__version__ >= "3.5":
        given, seeds, which = settings, {"rng": [1, 2]}, "iteration"
    else:
        given, which = settings | {"rng": [1, 2]}, "rng"
    ran = mesa.batch_run(
        model, given, max_steps=30, number_processes=processes, display_progress=False, **seeds
    )
    found = pd.DataFrame(ran).set_index(["patient_time", which]).sort_index()
    assert len(found) == 4
    if model is SECIModel:
        assert found["needs_met"].nunique() == 4
        last = found["needs_met"].iloc[0]
        alone = SECIModel("baseline", rng=1, patient_time=0.0)
        for _ in range(31):
            alone.step()
        lines = alone.weekly().query("market == 'all'")["needs_met"].tolist()
        assert last in lines[-2:]  # Mesa 3.3 does a step more than it is asked for
    else:
        assert set(found["people"]) == {200}


def test_mesa_counts_the_weeks_that_were_run_at_once() -> None:
    model = weeks(3)
    assert model.steps == model.week == 3
    model.run()
    assert (model.steps, model.week, model.running) == (208, 208, False)
    model.step()
    assert model.steps == 209


# Notebooks ----------------------------------------------------------------------------------------


def test_models_and_results_show_themselves_in_a_notebook() -> None:
    scenario = read_scenario("baseline").model_copy(update={"name": "A <b>", "horizon": 30})
    model = SECIModel(scenario, rng=3)
    assert "A &lt;b&gt;: week 0 of" in model._repr_html_()
    model.step()
    assert "week 1 of" in model._repr_html_()
    assert model._repr_html_().count("<tr>") == 5
    results = simulate([scenario], replications=2, workers=1)
    shown = results._repr_html_()
    assert "1 scenario, 2 seeds" in shown
    assert "<td>needs_met</td>" in shown
    assert "<b>" not in shown
    assert "A &lt;b&gt;" in shown
    found = comparison([scenario], replications=2).run(Here())
    assert f"{scenario.question} 2 runs" in found._repr_html_()
    assert "<td>A &lt;b&gt;</td>" in found._repr_html_()
