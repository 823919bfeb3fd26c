"""Rivals: patients go where needs were met, what is written leaks, and what is tacit does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from golden_runs import state as state_of
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracle.rivals import Rivals
from scenario_files import TINY
from side_by_side import BUSY, MARKETS, QUICK, firm

from seci_sim import SECIModel
from seci_sim.figures import charts, parts
from seci_sim.lab.comparing import simulate
from seci_sim.lab.comparison_table import comparison
from seci_sim.lab.worlds import doubted
from seci_sim.parameters import Competition, Learning
from seci_sim.report.policy_table import policies
from seci_sim.scenario import Change, InputProblem, Scenario, read_scenario, with_levers
from seci_sim.scenario.rivals import Rival
from seci_sim.seci.competition import half_life_of, moved_shares, weeks_to_answer
from seci_sim.seci.knowledge import NOBODY, Array
from seci_sim.words import percent

COPIER = Rival(name="Copier", policy={"patient_time": 0.0, "mentoring_hours": 2.0})
SLEEPER = Rival(name="Sleeper", policy={"projects_per_head": 0.0})
EVENTS = (
    Change(week=6, rival="Copier", policy={"patient_time": 0.1}),
    Change(week=9, rival="Sleeper", staff_leave=0.5),
    Change(week=11, needs_jump=0.4),
    Change(week=12, lose=("library",)),
    Change(week=14, policy={"mentoring_hours": 3.0}, unit_leaves="Brazil"),
    Change(week=16, rival="Copier", lose=("routines",)),
)


def rivals(competition: Competition, *others: Rival, **fields: Any) -> Scenario:
    """A small firm and its rivals."""
    given_fields: dict[str, Any] = {"projects": QUICK, "horizon": 30}
    return firm(BUSY, competition=competition, rivals=others, **(given_fields | fields))


def assert_same_firm(found: Any, oracle: Any, when: str) -> None:
    """People, knowledge, routines and library of one of the firms are those of its oracle."""
    library, state = found.knowledge.library, oracle.state
    assert found.staff.person.tolist() == [e.person for e in state.staff], when
    assert found.truth.market.tolist() == state.truth, when
    assert found.knowledge.routine.tolist() == state.routines, when
    assert library.entries[: library.size].tolist() == [d.entries for d in state.library], when
    assert found.knowledge.explicit.tolist() == [e.explicit for e in state.staff], when
    np.testing.assert_array_equal(found.knowledge.tacit, [e.tacit for e in state.staff], when)


# Oracle -------------------------------------------------------------------------------------------


@pytest.mark.plain
@pytest.mark.parametrize(("legibility", "weeks"), [(1.0, 0), (0.4, 3)])
def test_both_versions_agree_on_three_firms_that_share_patients_and_leak(
    legibility: float, weeks: int
) -> None:
    competition = Competition(choice=9.0, switching=0.2, leak=0.7, leak_weeks=weeks)
    scenario = rivals(
        competition, COPIER, SLEEPER, timeline=EVENTS,
        learning=Learning(noticing=0.05, legibility=legibility),
    )  # fmt: skip
    model, plain = SECIModel(scenario, rng=41), Rivals(scenario, 41)
    organisations = (model.organisation, *model.organisation.rivals)
    rivalry = model.organisation.rivalry
    assert rivalry is not None
    come = [plain.patients(market) for market in range(len(MARKETS))]
    for week in range(1, scenario.horizon + 1):
        model.step()
        plain.step()
        for found, oracle in zip(organisations, plain.firms, strict=True):
            assert_same_firm(found, oracle, f"week {week}")
        np.testing.assert_allclose(rivalry.shares, plain.shares, rtol=1e-12)
        for place, found in enumerate(organisations):
            eligible = found.records.access[week - 1, :-1, :, 0].sum(axis=1)
            opened = plain.states[0].open_markets()
            assert eligible[list(opened)].tolist() == [come[m][place] for m in opened]
        come = [plain.patients(market) for market in range(len(MARKETS))]
    sizes = [(f.knowledge.library.market[: f.knowledge.library.size]) for f in organisations]
    assert all(((market != NOBODY).sum() > 3) for market in sizes)


# The rule -----------------------------------------------------------------------------------------


def test_of_two_firms_a_tenth_of_the_patients_who_would_change_do_in_a_week() -> None:
    # Ahead by ln(3) / 10 with a choice of 10: odds of 3 to 1, so that 75% would choose it; half do
    # now, and a tenth of the difference moves: 52.5%. Who is level shares patients evenly.
    values = np.array([[np.log(3) / 10, 0.2], [0.0, 0.2]])
    moved = moved_shares(np.array([[0.5, 0.5], [0.5, 0.5]]), values, 10.0, 0.1)
    # Odds are multiples of 2**-20, of which a tenth of their error moves.
    np.testing.assert_allclose(moved, [[0.525, 0.5], [0.475, 0.5]], atol=0.1 * 2**-20)
    assert moved[:, 1].tolist() == [0.5, 0.5]


@given(
    shares=hnp.arrays(float, (3, 2), elements=st.floats(0.01, 1)),
    values=hnp.arrays(float, (3, 2), elements=st.floats(-1, 1)),
    choice=st.floats(0, 100),
    switching=st.floats(0, 1),
    weeks=st.integers(1, 60),
)
def test_shares_sum_to_one_and_stay_shares(
    shares: Array, values: Array, choice: float, switching: float, weeks: int
) -> None:
    shares = shares / shares.sum(axis=0)
    for _ in range(weeks):
        shares = moved_shares(shares, values, choice, switching)
    np.testing.assert_allclose(shares.sum(axis=0), 1.0, rtol=1e-12)
    assert (shares >= 0).all()


@given(values=hnp.arrays(float, (3, 1), elements=st.floats(-1, 1)), choice=st.floats(0, 20))
def test_the_better_firm_ends_with_the_larger_share(values: Array, choice: float) -> None:
    shares = moved_shares(np.full((3, 1), 1 / 3), values, choice, 1.0)
    order = np.argsort(values[:, 0], kind="stable")
    assert (np.diff(shares[order, 0]) >= -1e-15).all()


def test_nobody_moves_in_a_market_that_nobody_serves() -> None:
    shares = np.array([[0.2, 0.5], [0.8, 0.5]])
    values = np.array([[np.nan, 0.3], [np.nan, 0.1]])
    moved = moved_shares(shares, values, 10.0, 0.5)
    assert moved[:, 0].tolist() == [0.2, 0.8]
    assert moved[0, 1] > 0.5


def test_without_choice_and_leaks_each_firm_is_as_if_alone() -> None:
    """But for how many patients come to it, which nothing else depends on."""
    scenario = rivals(Competition(), COPIER, SLEEPER, timeline=EVENTS[3:5])
    alone = firm(BUSY, projects=QUICK, horizon=30, timeline=EVENTS[3:5])
    model, single = SECIModel(scenario, rng=5), SECIModel(alone, rng=5)
    model.run()
    single.run()
    ours = state_of(model.organisation)
    for name, array in state_of(single.organisation).items():
        np.testing.assert_array_equal(array, ours[name], name)
    np.testing.assert_array_equal(model.records.rows, single.records.rows)
    share = model.weekly()["share_of_patients"]
    np.testing.assert_allclose(share.dropna(), 1 / 3)


def test_a_run_in_one_go_has_the_bits_of_steps() -> None:
    scenario = rivals(Competition(choice=9.0, leak=1.0, leak_weeks=2), COPIER)
    one, other = SECIModel(scenario, rng=6), SECIModel(scenario, rng=6)
    one.run()
    while other.running:
        other.step()
    assert one.weekly().equals(other.weekly())


def test_rivals_live_in_one_world_with_luck_of_their_own() -> None:
    twin = Rival(name="Twin")
    model = SECIModel(rivals(Competition(), twin, timeline=(EVENTS[2],)), rng=7)
    (other,) = model.organisation.rivals
    before = model.knowledge.library.entries[0].tolist()
    assert other.knowledge.library.entries[0].tolist() == before
    model.run()
    assert other.truth is model.truth
    assert other.week == model.week
    assert not np.array_equal(other.knowledge.tacit, model.knowledge.tacit)


def test_what_leaks_is_what_others_wrote_themselves_and_nothing_tacit() -> None:
    """A rival that starts no project gets every lesson of this firm, and gives none."""
    model = SECIModel(rivals(Competition(leak=1.0, leak_weeks=4), SLEEPER), rng=8)
    (sleeper,) = model.organisation.rivals
    model.run()
    ours, theirs = model.knowledge.library, sleeper.knowledge.library
    written = ours.week[1 : ours.size]
    assert theirs.week[1 : theirs.size].tolist() == [week + 4 for week in written if week <= 26]
    assert (ours.project[1 : ours.size] >= 0).all()
    lonely = SECIModel(rivals(Competition(), SLEEPER), rng=8)
    lonely.run()
    (alone,) = lonely.organisation.rivals
    weeks = slice(0, int(written[0]) + 4)  # until somebody may have read what leaked
    np.testing.assert_array_equal(
        sleeper.records.rows[weeks, :, 0:15], alone.records.rows[weeks, :, 0:15]
    )


# Measures -----------------------------------------------------------------------------------------


def test_an_advantage_that_is_never_halved_lasts() -> None:
    weeks, lasts = half_life_of(np.array([0.0, 0.3, 0.2, 0.16]))
    assert np.isnan(weeks)
    assert lasts == 1.0
    assert half_life_of(np.array([0.0, 0.3, 0.15, 0.2])) == (1.0, 0.0)
    assert np.isnan(half_life_of(np.array([-0.1, 0.0]))).all()


@pytest.mark.parametrize(
    ("value", "jump", "weeks"),
    [
        ([0.5, 0.25, 0.25, 0.375], 2, 2.0),
        ([0.4, 0.2, 0.2, 0.2], 2, np.nan),
        ([0.4, 0.5, 0.6], 2, np.nan),
        ([0.4, 0.2, 0.4], 1, np.nan),
        ([0.4, 0.2, 0.4], None, np.nan),
    ],
    ids=["half made good", "never", "it cost nothing", "no week before", "no jump"],
)
def test_weeks_to_answer_a_jump(value: list[float], jump: int | None, weeks: float) -> None:
    assert weeks_to_answer(np.array(value), jump) == pytest.approx(weeks, nan_ok=True)


def test_a_comparison_of_firms_with_rivals_shows_their_share_and_is_not_about_treatment() -> None:
    """Who comes differs by luck, and with it who starts treatment; that is no policy of prices."""
    ours = rivals(Competition(choice=20.0), SLEEPER, horizon=20)
    other = ours.model_copy(update={"name": "Other", "competition": Competition(choice=5.0)})
    runs = simulate([ours, other], replications=3, workers=1)
    found = comparison([ours, other], runs.summary)
    assert not found.about_treatment
    shown = {row.outcome.name: row.level.mean for row in found.rows() if row.policy == "Other"}
    assert shown["share_of_patients"] == found.mean("Other", "share_of_patients") > 0.5
    assert [cell.value for cell in policies(found).headings][-1] == "Share of patients"
    alone = firm(BUSY, name="Alone", projects=QUICK, horizon=20)
    mixed = comparison([ours, alone], simulate([ours, alone], replications=2, workers=1).summary)
    assert not mixed.against_rivals


def test_the_report_shows_to_whom_patients_come_week_by_week() -> None:
    ours = rivals(Competition(choice=20.0), SLEEPER, horizon=20)
    other = ours.model_copy(update={"name": "Other", "competition": Competition(choice=5.0)})
    for scenarios, curves in (
        (
            [ours],
            {
                "This firm": "share_of_patients",
                SLEEPER.name: f"rival_share_of_patients_{SLEEPER.name}",
            },
        ),
        ([ours, other], {ours.name: "share_of_patients", "Other": "share_of_patients"}),
    ):
        runs = simulate(scenarios, replications=3, workers=1)
        (chart,) = [one for one in parts(runs)["time"] if one.key == "rivals"]
        weekly = runs.weekly[runs.weekly["market"] == "all"]
        assert chart.native is not None
        assert list(chart.native.numbers) == list(curves)
        for name, column in curves.items():
            policy = name if len(scenarios) > 1 else ours.name
            own = weekly[weekly["scenario"] == policy].groupby("week")[column].mean()
            assert np.allclose(chart.native.numbers[name], own)
            late = percent(runs.summary.loc[runs.summary["scenario"] == policy, column].mean())
            assert late in chart.title
        assert chart.drawing.plain() == json.loads(chart.figure.to_json())
    alone = firm(BUSY, name="Alone", projects=QUICK, horizon=20)
    assert "rivals" not in [one.key for one in charts(simulate([alone], replications=2, workers=1))]


# Files --------------------------------------------------------------------------------------------

ADDED = """
rivals:
  - {name: Copier, policy: {patient_time: 0%}}
competition: {choice: 10, leak: 50%}
timeline:
  - {week: 2, rival: Copier, policy: {patient_time: 5%}}
"""


def test_a_rival_is_read_from_a_file_and_set_from_a_command(tmp_path: Path) -> None:
    path = tmp_path / "firm.yaml"
    path.write_text(TINY + ADDED, "utf-8")
    scenario = read_scenario(path, ["rivals.Copier.policy.patient_time=3%", "competition.leak=0%"])
    assert scenario.rivals == (Rival(name="Copier", policy={"patient_time": 0.03}),)
    assert (scenario.competition.choice, scenario.competition.leak) == (10, 0)
    assert with_levers(scenario, leak_weeks=3).competition.leak_weeks == 3


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("  - {name: Copier, policy: {patient_time: 0%}}", "  []", "competition: says nothing without rivals; list them under rivals"),
        ("name: Copier", "name: my horizon", 'must not end in "horizon", which tables use for something else'),
        ("patient_time: 0%", "patient_tme: 0%", "rivals.Copier.policy.patient_tme: unknown field \"patient_tme\"; did you mean \"patient_time\"?"),
        ("rival: Copier", "rival: Copie", 'timeline.2.rival: no rival is called \'Copie\'; did you mean "Copier"?'),
        ("policy: {patient_time: 5%}", "needs_jump: 5%", "timeline.2.needs_jump: happens to all firms alike; leave out rival, or write a change of its own"),
        ("leak: 50%", "leek: 50%", 'competition.leek: unknown field "leek"; did you mean "leak"?'),
        ("0%}}", "0%}}\n  - {name: copier}", "rivals.copier.name: is given twice (there \"Copier\")"),
    ],
)  # fmt: skip
def test_a_mistake_about_rivals_is_said_with_its_line(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    assert before in ADDED
    path = tmp_path / "firm.yaml"
    path.write_text(TINY + ADDED.replace(before, after), "utf-8")
    with pytest.raises(InputProblem) as problem:
        read_scenario(path)
    assert any(message in line for line in problem.value.lines), problem.value.lines


def test_rivals_and_mergers_are_refused_together() -> None:
    merger = read_scenario("merger")
    given_fields = {name: getattr(merger, name) for name in merger.model_fields_set}
    with pytest.raises(ValueError, match="rivals, or firms that join in a merger, not both"):
        Scenario.model_validate(given_fields | {"rivals": (COPIER,)})


def test_worlds_doubt_how_patients_choose_only_where_every_firm_has_rivals() -> None:
    """Without rivals there is nothing to choose, and the parameters would be refused."""
    ours, alone = rivals(Competition(), COPIER), firm(BUSY, name="Alone")
    chosen = {"competition.choice", "competition.leak"}
    assert chosen <= {factor.name for factor in doubted([ours])}
    assert not chosen & {factor.name for factor in doubted([ours, alone])}
