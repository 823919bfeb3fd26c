"""With all signs turned, everything happens in the mirror: neither answer to a need is the easier one."""

from __future__ import annotations

import numpy as np
import pytest
from busy_firm import PARTNERS, WEEKS, firm

from seci_sim import SECIModel
from seci_sim.scenario import Scenario, read_scenario, with_levers
from seci_sim.seci.knowledge import Array
from seci_sim.seci.organisation import Organisation
from seci_sim.seci.world import SYSTEMIC


def mirror(organisation: Organisation, turned: Array) -> None:
    """Turn round some needs for everybody: what is right, and whatever anybody feels, holds or wrote.

    A systemic need is the product of its parts, so that it turns where one of them does, and stays as
    it is where both do: when all needs are turned, systemic ones stay.
    """
    truth, known, library = (
        organisation.truth,
        organisation.knowledge,
        organisation.knowledge.library,
    )
    truth.core[:] *= turned
    truth.market[:] *= turned
    known.tacit[:] *= turned
    known.explicit[:] *= turned
    known.routine[:] *= turned
    library.entries[:] *= turned
    library.held[turned < 0] = library.held[turned < 0, ::-1]


def turning(model: SECIModel, shown: Array) -> Array:
    """(needs,) int8: -1 where a need is turned, given which of the needs that can be shown are."""
    parts, systemic = model.truth.parts, model.truth.need_class == SYSTEMIC
    turned = np.where(systemic, 1, shown).astype(np.int8)
    turned[systemic] = turned[parts[systemic, 0]] * turned[parts[systemic, 1]]
    return turned


def lives_in_the_mirror(settings: Scenario, weeks: int, all_of_them: bool) -> None:
    """A run whose signs are turned from the start is the mirrored run, and nobody is better off."""
    plain, other = SECIModel(settings, rng=3), SECIModel(settings, rng=3)
    needs = settings.world.needs
    drawn = np.random.default_rng(8).choice([-1, 1], needs)
    turned = turning(plain, np.full(needs, -1) if all_of_them else drawn)
    assert (turned < 0).sum() > 2
    mirror(other.organisation, turned)
    for _ in range(weeks):
        plain.step()
        other.step()
    for mine, yours in (
        (plain.truth.market * turned, other.truth.market),
        (plain.knowledge.tacit * turned, other.knowledge.tacit),
        (plain.knowledge.explicit * turned, other.knowledge.explicit),
        (plain.knowledge.routine * turned, other.knowledge.routine),
        (plain.knowledge.library.entries * turned, other.knowledge.library.entries),
        (plain.knowledge.projects.plan * turned, other.knowledge.projects.plan),
        (plain.records.rows, other.records.rows),
        (plain.records.knowing, other.records.knowing),
        (plain.records.access, other.records.access),
    ):
        assert np.array_equal(mine, yours, equal_nan=True)
    assert (plain.knowledge.routine != 0).any()


STILL = {"newcomer_spread": 0.0}
"""Newcomers bring a little of their own, drawn by luck, which no mirror turns; here they bring nothing."""


@pytest.mark.parametrize("all_of_them", [True, False])
def test_with_all_signs_turned_everything_happens_in_the_mirror(all_of_them: bool) -> None:
    lives_in_the_mirror(with_levers(firm(partners=PARTNERS), **STILL), WEEKS, all_of_them)


def test_a_firm_whose_people_stay_may_begin_with_anything_in_the_mirror() -> None:
    settings = with_levers(firm(partners=PARTNERS), turnover=0.0)
    lives_in_the_mirror(settings, WEEKS, all_of_them=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["one-percent-full", "communities", "simulated-patients", "turbulent-market", "matrix"])  # fmt: skip
def test_shipped_scenarios_live_in_the_mirror_too(name: str) -> None:
    lives_in_the_mirror(with_levers(read_scenario(name), **STILL), 208, all_of_them=False)
