"""Something happens where a draw is below its chance, and not where it equals it.

So a chance of nought is never and a chance of one always, and more of a policy only adds to what
happens with less. Each rule is given the very number that it draws as its chance, and the next larger one.

Slow only where the rules are compiled, as `test_edges`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_firm import people, some, truth_of, visits_of

from seci_sim.engine import luck
from seci_sim.parameters import World
from seci_sim.seci import (
    adoption,
    combination,
    externalization,
    internalization,
    pairing,
    reading,
    service,
    simulated_patients,
    socialization,
    world,
)
from seci_sim.seci.knowledge import WITH_PATIENTS, Array, Knowledge, new_library
from seci_sim.seci.working_space import new_space
from seci_sim.seci.world import EXPRESSED, LATENT, SYSTEMIC

pytestmark = pytest.mark.plain(only=True)

SEED, WEEK, UNIT, WHO = 3, 5, 2, 1
PROJECT = (SEED, WEEK, UNIT, WHO)


def more(drawn: float) -> float:
    """The next larger number."""
    return float(np.nextafter(drawn, 2.0))


def draws(process: int, slot: int = 0, who: int = WHO, group: int = UNIT) -> tuple[float, ...]:
    """The four numbers of an address."""
    four: tuple[float, ...] = luck.four_chances(SEED, process, WEEK, group, who, slot)
    return four


def visits(mean: float) -> Array:
    """(3,): how often each of three people, all of one unit, visits a patient this week."""
    staff, space = people([1, 1, 3]), new_space(5, 3, 1, 1)
    known = some(
        Knowledge, tacit=np.zeros((5, 1)), felt_week=np.zeros((3, 1)), felt_by=np.zeros((3, 1))
    )
    how = visits_of(mean=mean, hours=1.0)
    staff.home[:] = 0
    socialization.learn_from_patients(
        (UNIT, UNIT + 1), staff, known, truth_of([[1]]), how, space, SEED, WEEK
    )
    made: Array = staff.hours[2:, WITH_PATIENTS]
    return made


def test_a_visit_more_than_the_whole_part() -> None:
    drawn = luck.chances(3, SEED, luck.VISIT, WEEK, UNIT, 0)
    assert visits(2 + drawn[1])[1] == 2
    assert visits(2 + drawn[1] + 2**-32)[1] == 3  # draws are multiples of it


def see(shows: float, variation: float, accuracy: float) -> int:
    """What a visit, the second of a week, shows of the second of three needs, which is +1."""
    observed = np.zeros(3, np.int8)
    truth = truth_of([[1, 1, 1]], [EXPRESSED, LATENT, SYSTEMIC], variation=variation)
    how = visits_of(shows=shows, accuracy=accuracy)
    socialization.see_needs(observed, truth, 0, how, SEED, WEEK, UNIT, WHO, 1)
    assert observed[2] == 0, "nobody shows a systemic need"
    return int(observed[1])


def test_what_a_visit_shows() -> None:
    showing, own, reading, _ = draws(luck.SHOWN, slot=1 * 3 + 1)
    assert see(showing, 0.0, 1.0) == 0
    assert see(more(showing), 0.0, 1.0) == 1
    assert see(1.0, own, 1.0) == 1
    assert see(1.0, more(own), 1.0) == -1
    assert see(1.0, 0.0, reading) == -1
    assert see(1.0, 0.0, more(reading)) == 1
    assert see(1.0, more(own), reading) == 1, "a patient who differs, misread"


def rehearse(shows: float, accuracy: float, hours: float = 2.0) -> int:
    """What one person learns in a session with a simulated patient who shows the second need as +1."""
    tacit, staff = np.zeros((1, 2), np.float32), people([1])
    staff.hours[0, 0] = 38.0
    how = some(
        simulated_patients.Simulation, hours=hours, shows=shows, accuracy=accuracy, rate=0.5,
        mistaken=[[False, False]],
    )  # fmt: skip
    truth, space = truth_of([[1, 1]]), new_space(1, 1, 1, 2)
    simulated_patients.practise_with_simulated_patients(
        (0, 1), staff, tacit, truth, how, space, SEED, WEEK
    )
    return int(np.sign(tacit[0, 1]))


def test_what_a_simulated_patient_shows_and_to_whom() -> None:
    showing, reading, _, _ = draws(luck.REHEARSAL, slot=1, who=0, group=0)
    assert rehearse(showing, 1.0) == 0
    assert rehearse(more(showing), 1.0) == 1
    assert rehearse(1.0, reading) == -1
    assert rehearse(1.0, more(reading)) == 1
    assert rehearse(1.0, 1.0, hours=2.0) == 1, "just the hours of a session are left"
    assert rehearse(1.0, 1.0, hours=2.25) == 0


def crossing(chance: float) -> tuple[int, int]:
    """Pairs of a unit of five in rows 4 to 8, and people whose pair was dissolved."""
    space = new_space(9, 3, 1, 1)
    found: tuple[int, int] = pairing.pair_within_unit(UNIT, 4, 9, chance, space, SEED, WEEK)
    return found


def test_a_pair_that_is_dissolved() -> None:
    drawn = luck.chances(2, SEED, luck.CROSSING, WEEK, UNIT, 0)
    assert crossing(drawn.max()) == (1, 2)
    assert crossing(more(drawn.max())) == (0, 4)


def test_a_place_in_line_is_the_whole_draw_and_then_the_row() -> None:
    place = int(pairing.place_in_line(5, UNIT, WHO, SEED, WEEK))
    assert place == int(draws(luck.ACROSS)[0] * 2**32) * 2**32 + 5


def voice(patients: int, partners: int, variation: float, accuracy: float) -> float:
    """What the last guest of a workshop says of the second of two needs, which is +1."""

    def heard(fewer: int) -> Array:
        voices, truth = np.zeros(2), truth_of([[1, 1]] * 3, variation=variation)
        guests = np.array([max(0, patients - fewer), max(0, partners - fewer), 0])
        externalization.hear_stakeholders(voices, truth, guests, accuracy, PROJECT)
        return voices

    return float((heard(0) - heard(1))[1])


def test_what_a_guest_of_a_workshop_says() -> None:
    slot = 1 * 2 + 1  # the second guest's second need
    own, heard = draws(luck.VOICE_PATIENT, slot)[0], draws(luck.VOICE_PARTNER, slot)[0]
    assert voice(2, 0, own, 1.0) == 1
    assert voice(2, 0, more(own), 1.0) == -1
    assert voice(0, 2, 0.0, heard) == -1
    assert voice(0, 2, 0.0, more(heard)) == 1


def test_a_document_that_is_found() -> None:
    drawn = draws(luck.SEARCH, slot=4)[0]
    assert not combination.document_found(drawn, PROJECT, 4)
    assert combination.document_found(more(drawn), PROJECT, 4)


def vote(guests: tuple[int, int, int], speaks: float, variation: float, accuracy: float) -> float:
    """The votes on the second of two needs, which is +1, without the proposal's."""
    planning = some(
        combination.Planning, weights=[0.0, 1.0, 2.0, 4.0], speaks=speaks, recognition=0.5,
        accuracy=accuracy,
    )  # fmt: skip
    truth = truth_of([[1, 1]] * 3, variation=variation)
    total: float = combination.votes(1, 1, truth, np.array(guests), planning, PROJECT)
    return total


def test_a_vote() -> None:
    own, speaking, _, _ = draws(luck.VOTE_PATIENT, slot=1)
    assert vote((1, 0, 0), speaking, 0.0, 1.0) == 0
    assert vote((1, 0, 0), more(speaking), 0.0, 1.0) == 1
    assert vote((1, 0, 0), 1.0, own, 1.0) == 1
    assert vote((1, 0, 0), 1.0, more(own), 1.0) == -1
    for guests, process, weight in (
        ((0, 1, 0), luck.VOTE_LOCAL, 2),
        ((0, 0, 1), luck.VOTE_GLOBAL, 4),
    ):
        drawn = draws(process, slot=1)[0]
        assert vote(guests, 1.0, 0.0, drawn) == -weight
        assert vote(guests, 1.0, 0.0, more(drawn)) == weight


def test_a_vote_of_a_second_guest() -> None:
    slot = 1 * 2 + 1  # the second guest's second need
    for one, two, process, weight in (
        ((0, 1, 0), (0, 2, 0), luck.VOTE_LOCAL, 2),
        ((0, 0, 1), (0, 0, 2), luck.VOTE_GLOBAL, 4),
    ):
        drawn = draws(process, slot)[0]
        for accuracy, voted in ((drawn, -weight), (more(drawn), weight)):
            assert vote(two, 1.0, 0.0, accuracy) - vote(one, 1.0, 0.0, accuracy) == voted


def test_a_reader_who_finds_a_document_of_their_market() -> None:
    searching, choice, _, _ = draws(luck.CHOICE)
    own, oldest, size = np.array([9]), 4, 8
    any_of_them = oldest + int(choice * (size - oldest))
    chosen = [
        reading.choose_document(own, 1, success, oldest, size, SEED, WEEK, UNIT, WHO)
        for success in (searching, more(searching))
    ]
    assert chosen == [any_of_them, 9]


def test_a_patient_s_verdict_on_an_entry() -> None:
    drawn = draws(luck.VERDICT, slot=1)[0]
    truth = truth_of([[1, 1]] * 3)
    for accuracy, against in ((drawn, 1), (more(drawn), -1)):
        pilots = some(internalization.Pilots, review_patients=1, review_accuracy=accuracy)
        assert adoption.votes_against(1, 1, truth, pilots, PROJECT) == against
        assert adoption.votes_against(1, -1, truth, pilots, PROJECT) == -against


def test_a_need_of_a_market_that_differs_from_the_core() -> None:
    drawn = luck.chance(SEED, luck.LOCAL, 0, 1, 0, 0)
    for chance, differs in ((drawn, False), (more(drawn), True)):
        truth = world.new_truth(World(), 1, SEED, [(-1, chance)])
        assert (truth.market[0, 0] != truth.core[0]) == differs


def test_of_a_need_s_two_responses_a_draw_of_a_half_is_minus(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Such a draw comes once in 2**32, and among the first 5 * 2**30 seeds not for the first need."""
    plain = getattr(world._draw_truth, "py_func", world._draw_truth)
    monkeypatch.setattr(world, "_draw_truth", plain)
    for drawn, response in ((0.5, -1), (0.5 - 2**-32, 1)):
        monkeypatch.setattr(luck, "chance", lambda *_, drawn=drawn: drawn)
        assert (world.new_truth(World(systemic_share=0.0), 1, SEED).core == response).all()


def turned(core: float, market: float) -> list[bool]:
    """Whether the first need turned round in the core and in the second of two markets."""
    truth = world.new_truth(World(), 2, SEED)
    before = truth.core[0], truth.market[1, 0]
    world.turn_round(truth, core, np.array([0.0, market]), luck.DRIFT, SEED, WEEK)
    return [bool(was != now) for was, now in zip(before, (truth.core[0], truth.market[1, 0]), strict=True)]  # fmt: skip


def test_a_need_that_turns_round() -> None:
    core, market = (luck.chance(SEED, luck.DRIFT, WEEK, group, 0, 0) for group in (0, 2))
    assert turned(core, market) == [False, False]
    assert turned(more(core), market) == [True, False]
    assert turned(core, more(market)) == [False, True]


def reported(coverage: float, error: float) -> int:
    """What the market research says of the first need, times the truth."""
    truth, library = world.new_truth(World(), 1, SEED), new_library(40)
    rules = World().model_copy(update={"report_coverage": coverage, "report_error": error})
    world.write_market_research(library, truth, rules, SEED)
    assert (library.held.sum(axis=1) == (library.entries[0] != 0)).all()
    return int(library.entries[0, 0] * truth.core[0])


def test_an_entry_of_the_market_research() -> None:
    covered, wrong, _, _ = luck.four_chances(SEED, luck.REPORT, 0, 0, 0, 0)
    assert reported(covered, 0.0) == 0
    assert reported(more(covered), 0.0) == 1
    assert reported(1.0, wrong) == 1
    assert reported(1.0, more(wrong)) == -1


def treat(week: int = WEEK, **chances: Any) -> Array:
    """The one patient of a market, of the first of two bands but for the chances given."""
    rules = {"household": 1.0, "assessed": 1.0, "start": 1.0, "stay": 1.0} | chances
    space = new_space(1, 1, 1, 1, bands=2)
    space.launched[:] = True
    care = some(
        service.Care, eligible=[1], households=[[rules["household"], 1.0 - rules["household"]]],
        assessment=[[[rules["assessed"], 1.0 - rules["assessed"]], [0.0, 1.0]]],
        starting=[[[rules["start"], 0.0], [0.0, 0.0]]], prices=[100.0], shares_paid=[0.75, 0.0],
        adherence_base=rules["stay"], support=[0.0],
    )  # fmt: skip
    service.treat(care, 1, space, SEED, week)
    counted: Array = space.access[0]
    return counted


def test_a_patient_s_band_assessment_and_start() -> None:
    band, assessed, start, _ = draws(luck.PATIENT, who=0, group=0)
    started_and_stays = [[1, 1, 1, 25], [0, 0, 0, 0]]
    assert treat().tolist() == started_and_stays
    assert treat(household=band).tolist() == [[0, 0, 0, 0], [1, 0, 0, 0]]
    assert treat(household=more(band)).tolist() == started_and_stays
    assert treat(assessed=assessed).tolist() == [[1, 0, 0, 0], [0, 0, 0, 0]]
    assert treat(assessed=more(assessed)).tolist() == started_and_stays
    assert treat(start=start)[0].tolist() == [1, 0, 0, 0]
    assert treat(start=more(start))[0].tolist() == [1, 1, 1, 25]


def test_a_patient_s_staying_whose_chance_is_rounded() -> None:
    """The chance is a multiple of 2**-20, as is one draw in 4096."""

    def stay(week: int) -> float:
        return float(luck.four_chances(SEED, luck.PATIENT, week, 0, 0, 0)[3])

    week = next(week for week in range(100_000) if (stay(week) * 2**20) % 1 == 0)
    assert treat(week, stay=stay(week))[:, service.ADHERENT].sum() == 0
    assert treat(week, stay=stay(week) + 2**-20)[:, service.ADHERENT].sum() == 1
