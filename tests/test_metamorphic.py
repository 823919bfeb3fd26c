"""What must not matter, and what must come out mirrored: runs compared bit for bit with changed ones.

Luck is addressed by seed, process, week, unit and place in the unit. So what is promised of names is that
they do not matter at all, and of places that a rule treats people by what they know and not by where they
sit: with luck out of play, people who change places change results with them. That a whole run comes out
permuted when people are renumbered is not promised, for somebody at another place has another's luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest
from busy_firm import PARTNERS, WEEKS, firm
from experiment_files import GRID, experiment
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from small_firm import EVERYBODY, FIRMS, NEEDS, PEOPLE, UNIT, Small, some, visits_of

from seci_sim import SECIModel
from seci_sim.lab.pool import Here
from seci_sim.parameters import Learning, World, declarations
from seci_sim.scenario import Change, Scenario, Stakeholder, Unit, with_levers
from seci_sim.seci import communities, internalization, simulated_patients, socialization
from seci_sim.seci.knowledge import NOBODY, Array


def lived(settings: Scenario, weeks: int = WEEKS, seed: int = 3) -> SECIModel:
    model = SECIModel(settings, rng=seed)
    for _ in range(weeks):
        model.step()
    return model


def alike(one: SECIModel, other: SECIModel) -> bool:
    """Whether two runs are the same, bit for bit: what was measured, and what everybody knows."""
    pairs: list[tuple[Array, Array]] = [
        (one.records.rows, other.records.rows),
        (one.records.knowing, other.records.knowing),
        (one.knowledge.tacit, other.knowledge.tacit),
        (one.knowledge.explicit, other.knowledge.explicit),
        (one.knowledge.routine, other.knowledge.routine),
        (one.staff.hours, other.staff.hours),
    ]
    return all(np.array_equal(mine, yours, equal_nan=True) for mine, yours in pairs)


@pytest.fixture(scope="module")
def usual() -> SECIModel:
    """The small firm after forty weeks."""
    model = lived(firm(partners=PARTNERS))
    assert (model.knowledge.routine != 0).any(), "nothing happened that could be compared"
    return model


def test_names_do_not_matter(usual: SECIModel) -> None:
    plain = firm(partners=PARTNERS)
    units = tuple(
        unit.model_copy(update={"name": f"Z{place}", "market": unit.market and f"{unit.market}ern"})
        for place, unit in enumerate(plain.units)
    )
    partners = tuple(
        one.model_copy(update={"name": f"Y{place}", "market": one.market and f"{one.market}ern"})
        for place, one in enumerate(plain.stakeholders)
    )
    called = {"name": "Another", "question": "Why?", "units": units, "stakeholders": partners}
    renamed = plain.model_copy(update=called)
    assert renamed.markets == ("Northern", "Southern")
    assert alike(lived(renamed), usual)


PLACES = st.tuples(st.permutations([0, 1]), st.permutations([2, 3]), st.booleans()).map(
    lambda drawn: np.array((*drawn[1], *drawn[0]) if drawn[2] else (*drawn[0], *drawn[1]))
)
"""Rows of four people in two units: shuffled in each unit, and perhaps the units exchanged as well."""


def moved_to(small: Small, rows: Array) -> Small:
    """The same people at other places; markets change places with their people."""
    markets = UNIT[rows][[0, 2]]
    return Small(
        small.tacit[rows].copy(), small.explicit[rows].copy(), small.truth[markets].copy(),
        small.routine[markets].copy(), small.seed,
    )  # fmt: skip


def visited(small: Small, rows: Array) -> None:
    """Patients show everything, and everybody reads it rightly: luck has nothing to decide."""
    how = visits_of(mean=3.0, hours=4.0, shows=1.0, accuracy=1.0, rate=0.3, unsure=0.1)  # fmt: skip
    socialization.learn_from_patients(
        EVERYBODY, small.staff, small.knowledge, small.world(0.0), how, small.space, small.seed, 1
    )


def met(small: Small, rows: Array) -> None:
    """The first meets the third and the second the fourth, wherever they sit."""
    seats = np.argsort(rows)
    how = some(
        socialization.Meetings, hours=2.0, tie_within=1.0, tie_across=0.3, rate=0.1, firm=[0, 0]
    )
    socialization.learn_from_colleagues(
        seats[[0, 1]], seats[[2, 3]], small.staff, small.tacit, how, 1
    )


def gathered(small: Small, rows: Array) -> None:
    """A community of three."""
    seats = np.argsort(rows)
    how = some(
        socialization.Meetings, communities=[[*seats[[0, 1, 3]], NOBODY]], community_hours=2.0,
        tie_community=0.8, rate=0.1,
    )  # fmt: skip
    communities.meet_in_communities(small.staff, small.tacit, how, small.space)


def trained(small: Small, rows: Array) -> None:
    how = some(internalization.Practice, training_hours=2.0, rate=0.1)
    internalization.train(EVERYBODY, small.staff, small.knowledge, how, small.space)


def practised(small: Small, rows: Array) -> None:
    how = some(internalization.Practice, routine_hours=1.0, routine_rate=0.05)
    internalization.practise_routines(EVERYBODY, small.staff, small.knowledge, how)


def noticed(small: Small, rows: Array) -> None:
    """Everybody notices whatever is wrong."""
    how = some(internalization.Practice, noticing=1.0, noticing_step=0.5)
    internalization.notice(
        EVERYBODY, small.staff, small.knowledge, small.world(), how, small.space, small.seed, 1
    )


def rehearsed(small: Small, rows: Array) -> None:
    """Simulated patients show everything, and everybody reads it rightly."""
    how = some(
        simulated_patients.Simulation, hours=1.0, shows=1.0, accuracy=1.0, rate=0.3,
        mistaken=np.zeros((2, NEEDS)),
    )  # fmt: skip
    simulated_patients.practise_with_simulated_patients(
        EVERYBODY, small.staff, small.tacit, small.world(), how, small.space, small.seed, 1
    )


RULES = (visited, met, gathered, trained, practised, noticed, rehearsed)


@pytest.mark.parametrize("rule", RULES)
@examples(max_examples=15)
@given(FIRMS, PLACES)
def test_people_who_change_places_change_results_with_them(
    rule: Callable[[Small, Array], None], small: Small, rows: Array
) -> None:
    other = moved_to(small, rows)
    rule(small, np.arange(PEOPLE))
    rule(other, rows)
    assert np.array_equal(other.tacit, small.tacit[rows])
    assert np.array_equal(other.hours, small.hours[rows])
    assert np.array_equal(other.moved, small.moved[rows])


def first(model: SECIModel, units: int, markets: int) -> list[Array]:
    """What a run says of the people, the markets and the whole that were there without the last unit."""
    people = model.staff.last[units - 1]
    rows = model.records.rows
    return [
        rows[:WEEKS, :markets], rows[:WEEKS, -1], model.knowledge.tacit[:people],
        model.knowledge.explicit[:people], model.knowledge.routine[:markets], model.staff.hours[:people],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "unit",
    [
        Unit(name="Nobody yet", kind="affiliate", staff=6),
        Unit(name="Nobody yet", kind="headquarters", staff=6),
    ],
)
def test_a_unit_that_takes_no_part_changes_nothing_else(usual: SECIModel, unit: Unit) -> None:
    joins = Change(week=WEEKS + 1, unit_joins="Nobody yet")
    with_it = lived(firm(unit, partners=PARTNERS, timeline=(joins,)))
    for mine, yours in zip(first(with_it, 3, 2), first(usual, 3, 2), strict=True):
        assert np.array_equal(mine, yours, equal_nan=True)


@pytest.mark.parametrize(
    ("market", "hours"), [("South", 0.0), (None, 1.0)], ids=["groups", "communities"]
)
def test_seats_that_are_still_to_come_take_part_in_two_draws(
    market: str | None, hours: float
) -> None:
    """Who is in a market's groups, and who in which community, is drawn from all seats for good.

    Who is drawn and not there is passed over, so that the others are as likely as ever; but others they are.
    """
    unit = Unit(name="Nobody yet", kind="affiliate", staff=6, market=market)
    joins = Change(week=WEEKS + 1, unit_joins="Nobody yet")
    without = lived(firm(partners=PARTNERS, community_hours=hours))
    with_it = lived(firm(unit, partners=PARTNERS, timeline=(joins,), community_hours=hours))
    assert not np.array_equal(with_it.knowledge.tacit[:24], without.knowledge.tacit)


def test_a_partner_whom_nobody_invites_changes_nothing(usual: SECIModel) -> None:
    agency = Stakeholder(name="Bank", kind="financial agency")
    late = Stakeholder(name="Late", kind="local partner", market="North")
    joins = Change(week=WEEKS + 1, partner_joins="Late")
    assert alike(lived(firm(partners=(*PARTNERS, agency))), usual)
    assert alike(lived(firm(partners=(*PARTNERS, late), timeline=(joins,))), usual)


def test_who_looks_changes_nothing(usual: SECIModel) -> None:
    model = SECIModel(firm(partners=PARTNERS), rng=3)
    collector = mesa.DataCollector(
        model_reporters={"mean": lambda m: float(np.mean([a.alignment for a in m.agents]))},
        agent_reporters={"tacit": lambda a: a.tacit.copy(), "hours": lambda a: a.hours.copy()},
    )
    for week in range(WEEKS):
        model.step()
        collector.collect(model)
        model.story(week % 16)
        model.agents.select(lambda agent: agent.unit == "North").agg("alignment", np.mean)
    assert alike(model, usual)


def test_another_measure_changes_none_of_the_others(tmp_path: Path) -> None:
    few = experiment(GRID.replace("replications: 4", "replications: 2"), tmp_path)
    more = experiment(
        GRID.replace("replications: 4", "replications: 2").replace("leavers", "needs_met, leavers")
        + "weekly: [needs_met]\n",
        tmp_path,
    )
    columns = ["cell", "replication", "tacit_alignment", "leavers", "hours_a_head_and_year"]
    assert few.run(Here()).table[columns].equals(more.run(Here()).table[columns])


def test_twice_the_replications_leave_the_first_half_as_it_was(tmp_path: Path) -> None:
    text = GRID.replace("[0%, 1%, 10%]", "[0%, 10%]")
    half = experiment(text.replace("replications: 4", "replications: 3"), tmp_path)
    whole = experiment(text.replace("replications: 4", "replications: 6"), tmp_path)
    found = whole.run(Here()).table
    again = found[found["replication"] < 3].reset_index(drop=True)
    assert len(found) == 2 * len(again)
    assert half.run(Here()).table.equals(again)


EMPTY: Mapping[str, Mapping[str, Any]] = {
    "patient_time": {"uptake": 0.5, "visit_hours": 1.0, "patient_learning": 0.9, "observation_accuracy": 0.6},
    "uptake": {"patient_time": 0.0, "visit_hours": 1.0, "patient_learning": 0.9},
    "mentoring_hours": {"cross_unit": 1.0, "second_line": 1.0, "colleague_learning": 0.5},
    "cross_unit": {"second_line": 1.0, "tie_across": 0.9},
    "community_hours": {"community_people": 3, "tie_community": 0.1},
    "simulation_hours": {"simulation_truth": 0.6},
    "justification_patients": {"patient_speaks": 0.9, "latent_recognition": 0.9, "patient_weight": 9.0},
    "justification_local_partners": {"local_partner_weight": 9.0},
    "justification_global_partners": {"global_partner_weight": 9.0, "setup_weeks_with_framework": 1.0},
    "search_success": {"reuse": 12, "search_window": 2},
    "reading_hours": {"reading_window": 1},
    "review_share": {"review_hours": 8.0, "review_patients": 1, "review_accuracy": 0.6, "review_margin": 1},
    "projects_per_head": {"workshop_staff": 9, "workshop_hours": 40.0, "review_share": 1.0, "reuse": 12},
    "pilot_hours": {"pilot_capacity": 400.0},
    "turnover": {"retention": 1.0},
    "rotation": {"settling_hours": 40.0},
    "openness": {"colleague_learning": 0.05, "tie_within": 0.5, "reading_voice": 0.3},
    "remote_share": {"remote_loss": 1.0},
}  # fmt: skip
"""Levers at nought, and what then makes no difference, because it acts through them alone."""
NOBODY_TO_ASK = tuple(Change(week=1, partner_leaves=one.name) for one in PARTNERS)
ALONE = {"units": (Unit(name="North", kind="affiliate", staff=12),), "stakeholders": ()}
ELSEWHERE: Mapping[str, tuple[float, dict[str, Any]]] = {
    "workshop_headquarters": (3, ALONE),
    "workshop_other_market": (3, ALONE),
    "dialogue_local_partners": (2, {"timeline": NOBODY_TO_ASK}),
    "dialogue_global_partners": (2, {"timeline": NOBODY_TO_ASK}),
    "dialogue_patients": (5, {"world": World(needs=16, latent_share=1.0)}),
    "initiative": (1.0, ALONE),
    "initiative_total": (5.0, {"learning": Learning(unsure_below=0.9, noticing=0.0)}),
}
"""Levers that at nought are as anything else where there is nobody to ask, nothing that they could say,
no other market, or nobody who is sure of anything or notices what is wrong."""
SAME: Mapping[str, tuple[dict[str, float], dict[str, float]]] = {
    "second_line": ({"second_line": 0.0, "tie_across": 1.0}, {"second_line": 1.0, "tie_across": 0.3}),
    "retention": ({"retention": 0.0, "turnover": 0.1}, {"retention": 0.5, "turnover": 0.2}),
}  # fmt: skip
"""Levers that move another parameter: nought leaves it where it is."""
LEFT_OUT = {
    "training_hours": (internalization, "train"),
    "documentation_share": (None, ""),
}
"""Levers whose rule can be left out."""
LEVERS_WITH_A_ZERO = [
    declared.name.partition(".")[2]
    for declared in declarations()
    if declared.name.startswith("policy.") and declared.allowed and declared.allowed[0] == 0
]


def test_every_lever_that_has_a_zero_is_tried() -> None:
    assert sorted([*EMPTY, *ELSEWHERE, *SAME, *LEFT_OUT]) == sorted(LEVERS_WITH_A_ZERO)
    page = (Path(__file__).parents[1] / "docs/how_tested.md").read_text("utf-8")
    assert f"all {len(LEVERS_WITH_A_ZERO)} levers that have a zero" in page


@pytest.mark.parametrize("lever", EMPTY)
def test_a_lever_at_nought_is_as_if_its_rule_were_not_there(lever: str) -> None:
    settings = firm(partners=PARTNERS)
    zero = type(getattr(settings.policy, lever))(0)
    nothing = with_levers(settings, **{lever: zero})
    whatever = with_levers(settings, **{lever: zero, **EMPTY[lever]})
    assert whatever != nothing
    assert alike(lived(nothing, 25), lived(whatever, 25))


@pytest.mark.parametrize("lever", ELSEWHERE)
def test_to_invite_nobody_is_as_if_there_were_nobody(lever: str) -> None:
    many, without = ELSEWHERE[lever]
    settings = firm(partners=PARTNERS).model_copy(update=without)
    runs = [lived(with_levers(settings, **{lever: number}), 25) for number in (0, many)]
    assert alike(*runs)


@pytest.mark.parametrize("lever", SAME)
def test_a_lever_at_nought_moves_nothing_from_its_place(lever: str) -> None:
    one, other = (lived(with_levers(firm(partners=PARTNERS), **levers), 25) for levers in SAME[lever])  # fmt: skip
    assert alike(one, other)


def test_training_at_nought_is_no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = firm(partners=PARTNERS, training_hours=0.0)
    before = lived(settings, 25)
    monkeypatch.setattr(internalization, "train", lambda *_: None)
    assert alike(lived(settings, 25), before)


def test_documentation_at_nought_writes_nothing(usual: SECIModel) -> None:
    assert usual.knowledge.library.size > 1
    assert lived(firm(partners=PARTNERS, documentation_share=0.0)).knowledge.library.size == 1


def test_a_change_to_what_is_so_already_changes_nothing(usual: SECIModel) -> None:
    now = firm(partners=PARTNERS).policy.model_dump(exclude={"shares_paid"})
    changes = (Change(week=7, policy=now),)
    assert alike(lived(firm(partners=PARTNERS, timeline=changes)), usual)
