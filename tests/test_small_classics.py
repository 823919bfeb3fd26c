"""The published models with a handful of people: every rule is run, as plain Python too, within seconds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from docking import run

from seci_sim.parameters import MODELS
from seci_sim.scenario import Scenario

pytestmark = pytest.mark.plain

HORIZON = 150
"""Long enough for most of these to come to their equilibrium."""

TWELVE = {"people": 12, "items": 8, "p1": 0.9, "p2": 0.9}
MARCH = {
    "to the figures": {"march": TWELVE},
    "to the letter": {"march": TWELVE | {"to_the_letter": True}},
    "fast and slow": {"march": TWELVE | {"fast_share": 0.5, "same_for_all": False}},
    "turnover": {"march": TWELVE | {"p3": 0.1, "p4": 0.05}},
}
SIXTEEN = {"side": 4, "items": 8, "p1": 0.5, "p5": 0.5, "p6": 0.5}
MILLER = {
    "half tacit": {"miller": SIXTEEN},
    "all tacit": {"miller": SIXTEEN | {"tacit_share": 1.0}},
    "without a code": {"miller": SIXTEEN | {"p1": 0.0, "p2": 0.0}},
    "turnover": {"miller": SIXTEEN | {"p3": 0.1}},
    "turbulence": {"miller": SIXTEEN | {"p4": 0.05}},
}
FANG = {
    "rewired": {
        "fang": {
            "people": 12,
            "items": 10,
            "group_size": 4,
            "beta": 0.3,
            "block": 2,
            "adoption": 0.9,
        }
    },
    "blocks of one": {
        "fang": {"people": 12, "items": 10, "group_size": 4, "block": 1, "adoption": 0.9}
    },
}
FIRMS = [
    pytest.param(model, fields, id=f"{model}, {name}")
    for model, variants in (("march-1991", MARCH), ("miller-2006", MILLER), ("fang-2010", FANG))
    for name, fields in variants.items()
]


@pytest.mark.parametrize(("model", "fields"), FIRMS)
@pytest.mark.parametrize("seed", [1, 2])
def test_knowledge_stays_a_share_and_one_seed_gives_one_run(
    model: str, fields: dict[str, Any], seed: int
) -> None:
    given = {
        "name": "Small",
        "question": "Does it run?",
        "model": model,
        "horizon": HORIZON,
    } | fields
    scenario = Scenario.model_validate(given)
    rows, _ = run(scenario, seed)
    assert 1 <= len(rows) <= HORIZON, "a run ends at its equilibrium"
    measures = MODELS[model].measures
    assert rows.shape[1] == len(measures)
    shares = [column for column, measure in enumerate(measures) if measure.unit == "share"]
    assert (np.abs(np.nan_to_num(rows[:, shares])) <= 1).all()
    np.testing.assert_array_equal(run(scenario, seed)[0], rows)
