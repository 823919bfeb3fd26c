"""What is learned is checked: too sure posteriors are found, damage is noticed, five parameters are recovered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data_of_a_firm import INDICATORS, SURVEY

from seci_sim.calibrating import (
    bank_of,
    calibration,
    worlds_to_run,
)
from seci_sim.calibrating.bank import features
from seci_sim.calibrating.calibration import Learned, learn, learned_of
from seci_sim.calibrating.checking import COVERAGE, LEAST_P, gate
from seci_sim.calibrating.observed import Item
from seci_sim.lab.arrays import arrays_in
from seci_sim.scenario import read_scenario

pytest.importorskip("sklearn", reason="calibrate needs the extra analysis")

pytestmark = pytest.mark.packages


def test_what_was_kept_is_learned_again_where_it_is_damaged_or_of_another_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    parts: dict[str, Any] = {
        part: kind(**{name: rng.random((3, 3)) for name in kind.__dataclass_fields__})
        for part, kind in calibration.PARTS.items()
    }
    parts |= {name: rng.random((3, 3)) for name in calibration.TABLES}
    found = Learned(**parts)
    times = []

    def learn(*_: object) -> Learned:
        times.append(1)
        return found

    def asked() -> Learned:
        return learned_of("a firm", lambda: None, INDICATORS[:2], tmp_path)  # type: ignore[arg-type, return-value]

    monkeypatch.setattr(calibration, "learn", learn)
    asked()
    assert np.array_equal(asked().seen, found.seen)
    assert len(times) == 1
    (path,) = (tmp_path / "kinds").iterdir()
    whole = path.read_bytes()
    with path.open("rb") as file:
        arrays = arrays_in(file)
    np.savez(path, **arrays | {"kind": np.array("of another firm")})
    first = whole.rindex(b"PK\1\2")  # an entry of its directory
    turned = [  # that it needs a later version, is encrypted, or compressed in some other way
        whole[: first + place] + bytes([value]) + whole[first + place + 1 :]
        for place, value in ((6, 255), (8, 1), (10, 99))
    ]
    for damaged in (path.read_bytes(), whole[:1000], b"", b"{}", *turned):
        path.write_bytes(damaged)
        times.clear()
        asked()
        assert times == [1], damaged[:20]
        assert path.read_bytes() == whole


def test_the_gate_finds_posteriors_that_are_too_sure() -> None:
    """Runs that tell their parameter exactly where those that are checked do not: 4 in 10 are held."""
    rng = np.random.default_rng(7)
    truth = rng.uniform(0.01, 0.99, (2300, 1))
    told = truth + rng.normal(0, 0.1, truth.shape)
    honest = gate(told[:2000], truth[:2000], told[2000:], truth[2000:])
    assert honest.learnt.all()
    sure = truth[:2000] + rng.normal(0, 0.03, (2000, 1))
    wrong = gate(sure, truth[:2000], told[2000:], truth[2000:])
    assert wrong.identified.all()
    assert not wrong.right.any()


def test_scores_alone_have_no_slope() -> None:
    rng = np.random.default_rng(3)
    told = rng.normal(size=(5, len(SURVEY)))
    assert np.allclose(features(told, SURVEY), features(7 + 3 * told, SURVEY))


FIVE = (
    "learning.patient_learning",
    "learning.colleague_learning",
    "learning.practice_learning",
    "learning.tacit_half_life",
    "learning.sayability",
)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_five_learning_parameters_are_recovered_in_held_out_firms() -> None:
    """All else is known; of 5 right posteriors each, 1 in 100 fails by its ranks, fewer by coverage."""
    asked = worlds_to_run(read_scenario("one-percent"), 4000)
    of_five = tuple(one for one in asked.uncertain if one.name in FIVE)
    bank = bank_of(asked.model_copy(update={"uncertain": of_five}).run())
    years, quarters = range(1, 5), range(1, 17)
    items = [Item("score", name, y) for name in ("knowing", "skill", "reading") for y in years]
    items += [Item("indicator", name, q) for name in ("needs_met", "skill") for q in quarters]
    found = learn(bank, items)
    assert found.checked == 400
    assert ((found.gate.coverage >= COVERAGE[0]) & (found.gate.coverage <= COVERAGE[1])).all()
    assert (found.gate.uniform > LEAST_P).all()
    order = [factor.name for factor in bank.factors]
    assert found.gate.correlation[order.index("learning.patient_learning")] > 0.7
