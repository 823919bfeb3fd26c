"""Service and access: worked examples by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_firm import people, some, truth_of

from seci_sim import SECIModel
from seci_sim.parameters import ASSUMED_BANDS, Service
from seci_sim.scenario import Scenario, Unit
from seci_sim.seci import service
from seci_sim.seci.knowledge import ADOPTED, SETTING_UP, Array, Knowledge, Projects
from seci_sim.seci.working_space import new_space
from seci_sim.seci.world import EXPRESSED, LATENT, SYSTEMIC

pytestmark = pytest.mark.plain


def serve(tacit: Array, routine: Array, gain: float = 0.6) -> tuple[Array, Array]:
    """One market of one unit, all of whose needs are +1, patients alike in 85 of 100."""
    needs, employees = routine.size, len(tacit)
    truth = truth_of([[1] * needs], [EXPRESSED, LATENT, SYSTEMIC], variation=0.15)
    known = some(Knowledge, tacit=tacit, routine=routine[None, :])
    space = new_space(employees, 1, 1, needs)
    service.rightness((0, 1), people([employees]), known, truth, 0.1, space)
    care = some(
        service.Care, unit_market=[0], headcount=[employees], skill_base=0.4, skill_gain=gain
    )
    service.answer_needs(space.totals.skill, known.routine, truth, care, space)
    return space.outcome[0], space.totals.knowing[0]


def test_needs_are_met_by_right_routines_and_skill_and_mis_served_by_wrong_ones() -> None:
    # Need 0: right routine, tacit 0.5 and 0.1: skill 0.4 + 0.6 * 0.3 = 0.58, met 0.58 * 0.85.
    # Need 1: wrong routine, tacit against it: skill 0.4, met by luck 0.4 * 0.15.  Need 2: none.
    tacit = np.array([[0.5, 0.3, 0.9], [0.1, 0.2, 0.0]], np.float32)
    outcome, knowing = serve(tacit, np.array([1, -1, 0], np.int8))
    assert outcome[EXPRESSED] == pytest.approx([0.58 * 0.85, 0.15, 1, 0])
    assert outcome[LATENT] == pytest.approx([0.4 * 0.15, 0.85, 0, 1])
    assert outcome[SYSTEMIC].tolist() == [0, 0, 0, 0]
    # 0.1 is not sure enough to count as knowing.
    assert knowing.tolist() == [1, 2, 1]


def harm_of(tacit: list[float], routine: int, watchfulness: float) -> float:
    """What is mis-served of a need whose right response is +1, patients alike in 85 of 100."""
    staff, space = people([len(tacit)]), new_space(len(tacit), 1, 1, 1)
    known = some(Knowledge, tacit=np.array([tacit]).T, routine=[[routine]])
    truth = truth_of([[1]], variation=0.15)
    care = some(
        service.Care, unit_market=[0], headcount=[len(tacit)], skill_base=0.4, skill_gain=0.6,
        watchfulness=watchfulness,
    )  # fmt: skip
    service.watch(staff, known, truth, space)
    service.answer_needs(np.zeros((1, 1)), known.routine, truth, care, space)
    return float(space.outcome[0, EXPRESSED, service.MIS_SERVED])


def test_a_wrong_routine_harms_less_where_staff_know_better() -> None:
    # Who knows better: .5, and 0 of who believes in it; the mean .25, of which half averts: .875.
    assert harm_of([0.5, -0.9], routine=-1, watchfulness=0.5) == pytest.approx(0.85 * 0.875)
    assert harm_of([0.5, -0.9], routine=-1, watchfulness=0.0) == pytest.approx(0.85)
    assert harm_of([0.5, -0.9], routine=1, watchfulness=0.5) == pytest.approx(0.15)


@given(
    st.lists(st.floats(-1, 1), min_size=1, max_size=5), st.sampled_from([-1, 0, 1]),
    st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
def test_watchfulness_only_averts_and_never_more_than_there_is(
    tacit: list[float], routine: int, one: float, other: float
) -> None:
    less, more = (harm_of(tacit, routine, watchful) for watchful in sorted((one, other)))
    assert 0 <= more <= less <= 0.85


def test_nobody_delivers_more_than_the_whole_response() -> None:
    outcome, _ = serve(np.ones((2, 3), np.float32), np.array([1, 1, 1], np.int8), gain=0.8)
    assert outcome[:, service.MET] == pytest.approx(0.85)


def chances_of_starting(rules: Service, shares_paid: dict[str, float]) -> Array:
    """Of one market with the service's price and incomes."""
    found: Array = service.chances_of_starting(
        rules, shares_paid, np.array([float(rules.price)]), np.ones(1)
    )[0]
    return found


def test_who_pays_a_ninth_of_ten_incomes_starts_half_as_often_as_who_pays_nothing() -> None:
    # Income 1000, price 900: the burden is the scale, 0.9, which halves the chance.
    rules = Service().model_copy(update={"price": 900})
    chances = chances_of_starting(rules, {"low": 0.0})
    assert chances[0, 0] == pytest.approx(0.45)
    assert chances[0, 1] == pytest.approx(0.9)


def test_the_price_paid_is_that_of_the_band_one_was_assessed_into() -> None:
    chances = chances_of_starting(Service(), {"lowest": 0.0})
    assert (chances[:, 0] == chances[0, 0]).all()
    assert (np.diff(chances[:, 4]) > 0).all()


def treat(patients: int, adherence_gain: float) -> Array:
    """A market's patients, half poor, all assessed rightly; the poor start at 0.25, others at 1."""
    space = new_space(1, 1, 1, 3, bands=2)
    space.outcome[0, :, service.MET] = 1.0
    space.launched[:] = True
    care = some(
        service.Care, eligible=[patients], households=[[0.5, 0.5]], assessment=np.eye(2)[None],
        starting=[[[0.25, 0.0], [0.0, 1.0]]], prices=[100.0], shares_paid=[0.2, 1.0],
        adherence_base=0.5, adherence_gain=adherence_gain, support=[0.0],
    )  # fmt: skip
    service.treat(care, 3, space, 1, 1)
    counted: Array = space.access[0]
    return counted


def test_access_counts_who_starts_who_stays_and_what_it_costs() -> None:
    access = treat(40_000, adherence_gain=0.3)
    eligible, started, adherent, subsidy = access.T
    assert eligible.sum() == 40_000
    # 4.9 standard errors: a right rule fails once in a million.
    assert abs(eligible[0] / 40_000 - 0.5) < 4.9 * np.sqrt(0.25 / 40_000)
    assert abs(started[0] / eligible[0] - 0.25) < 4.9 * np.sqrt(0.1875 / eligible[0])
    assert started[1] == eligible[1]
    assert abs(adherent[1] / started[1] - 0.8) < 4.9 * np.sqrt(0.16 / started[1])
    assert subsidy == pytest.approx([started[0] * 80, 0])


def test_whoever_starts_stays_when_meeting_all_needs_makes_it_certain() -> None:
    access = treat(1000, adherence_gain=0.5)
    assert access[:, service.ADHERENT].tolist() == access[:, service.STARTED].tolist()


def starting(**of_the_market: Any) -> float:
    """Patients of a market who start in 20 weeks, out of 2000."""
    market = Unit(name="A", kind="affiliate", staff=5, eligible_patients=100, **of_the_market)
    firm = Scenario(name="One market", question="Who starts?", units=(market,), horizon=20)
    model = SECIModel(firm, rng=1)
    while model.running:
        model.step()
    return float(model.records.access[:, 0, :, service.STARTED].sum())


@pytest.mark.parametrize(
    "dearer_or_poorer",
    [
        {"price": 10_000.0},
        {"income_level": 0.3},
        {"households": {"lowest": 0.8, "highest": 0.2}},
    ],
)
def test_fewer_start_where_a_market_is_dearer_or_poorer(dearer_or_poorer: dict[str, Any]) -> None:
    """With the same luck: every patient who starts there would start elsewhere too."""
    assert starting(**dearer_or_poorer) < starting() - 100


def test_a_market_that_says_what_is_usual_is_as_usual() -> None:
    usual = {band.name: band.households for band in ASSUMED_BANDS}
    assert starting(price=2500.0, income_level=1.0, households=usual) == starting()


def test_a_launch_comes_with_the_plan_that_it_takes_and_stays() -> None:
    adopted, launched = np.zeros(2, np.int64), np.zeros(2, np.bool_)
    projects = some(Projects, status=[ADOPTED, SETTING_UP, ADOPTED], market=[0, 1, 0])
    service.launch(np.array([0, 1]), projects, 2, adopted, launched)
    assert launched.tolist() == [False, False]
    service.launch(np.array([1, 2]), projects, 2, adopted, launched)
    assert launched.tolist() == [True, False]
    service.launch(np.array([1]), projects, 2, adopted, launched)
    assert launched.tolist() == [True, False]


def test_staff_without_a_market_have_no_skill_and_what_has_no_routine_takes_none() -> None:
    """An office of one serves no market; an affiliate of one, its second; the sums are exact."""
    known = some(
        Knowledge, tacit=[[0.5, -0.25], [0.75, -0.5]], routine=[[1, 1], [0, -1]],
    )  # fmt: skip
    space = new_space(2, 2, 2, 2)
    totals = space.totals
    for table in (totals.skill, totals.knowing, totals.alignment, totals.alignment_squared):
        table[:] = 1.0
    staff, truth = people([1, 1], market=[-1, 1]), truth_of([[1, -1], [-1, -1]])
    service.rightness((0, 2), staff, known, truth, 0.1, space)
    assert totals.skill.tolist() == [[0, 0], [0, 0.5]]
    assert totals.knowing.tolist() == [[1, 1], [0, 1]]
    assert totals.alignment.tolist() == [0.375, -0.125]
    assert totals.alignment_squared.tolist() == [0.140625, 0.015625]


def test_a_market_whose_staff_left_serves_nobody_and_one_person_serves_alone() -> None:
    space = new_space(6, 3, 2, 1)
    outcome, delivered = space.outcome, space.delivered
    outcome[:], delivered[:] = 1.0, 1.0
    care = some(
        service.Care, unit_market=[0, 1, -1], headcount=[0, 1, 5], skill_base=0.25, skill_gain=0.5
    )
    routine, truth = np.ones((2, 1), np.int8), truth_of([[1], [1]], variation=0.25)
    service.answer_needs(np.array([[0.0], [0.5], [9.0]]), routine, truth, care, space)
    assert outcome[:, EXPRESSED].tolist() == [[0, 0, 0, 0], [0.375, 0.25, 1, 0]]
    assert not outcome[:, LATENT:].any()
    assert delivered.tolist() == [[0, 0], [1, 0.5]]


def test_a_single_band_is_assessed_rightly_and_chances_have_twelve_decimals() -> None:
    assert service.chances_of_assessment(1, 0.8).tolist() == [[1.0]]
    assert service.chances_of_assessment(2, 1 / 3)[0].tolist() == [0.333333333333, 0.666666666667]


def test_what_rounding_leaves_over_falls_to_the_last() -> None:
    chances = np.array([0.5, 0.25])
    assert [service.pick(u, chances) for u in (0.0, 0.4, 0.5, 0.7, 0.9)] == [0, 0, 1, 1, 1]
