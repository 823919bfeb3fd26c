"""Screening and one parameter at a time, on functions whose slopes are known, and on luck alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from known_functions import noisy

from seci_sim.analyses.morris import agreement, elementary_effects, morris, told
from seci_sim.analyses.morris import drawn as screening
from seci_sim.analyses.noise import Unanswerable
from seci_sim.analyses.tornado import tornado
from seci_sim.seci.knowledge import Array

pytest.importorskip("SALib", reason="needs the extra `analysis`")

pytestmark = pytest.mark.packages


def trajectories(count: int, parameters: int) -> Array:
    from SALib.sample import morris as sample

    problem = {"num_vars": parameters, "names": [str(i) for i in range(parameters)],
               "bounds": [[0, 1]] * parameters}  # fmt: skip
    return np.asarray(sample.sample(problem, count, num_levels=4, seed=7))


def linear(points: Array) -> Array:
    """Effects 10, 5 and 1, and none of the other nine parameters."""
    return np.asarray(points @ np.array([10.0, 5.0, 1.0] + [0.0] * 9))


def test_elementary_effects_of_a_line_are_its_slopes_and_those_of_salib() -> None:
    points = trajectories(10, 12)
    values = linear(points)[:, None]
    assert elementary_effects(points, values)[:, 0] == pytest.approx(10.0)
    found = morris([f"p{i}" for i in range(12)], points, noisy(values[:, 0], 0.01, 3))
    sizes = dict(zip(found["factor"], found["mu_star"], strict=True))
    assert [sizes[name] for name in ("p0", "p1", "p2")] == pytest.approx([10, 5, 1], abs=0.05)


def test_screening_refuses_to_rank_what_is_inside_the_noise() -> None:
    points = trajectories(30, 12)
    found = morris([f"p{i}" for i in range(12)], points, noisy(linear(points), 0.5, 8))
    rows = found.set_index("factor")
    assert found["factor"][found["matters"].to_numpy(bool)].tolist() == ["p0", "p1", "p2"]
    assert [rows["rank_low"]["p0"], rows["rank_high"]["p0"]] == [1, 1]
    inside = rows.loc[[f"p{i}" for i in range(3, 12)], :]
    assert inside["rank_low"].isna().all()
    # As large as noise makes them: about sqrt(2 / pi) of its deviation, 0.375 here.
    assert inside["mu_star"].mean() == pytest.approx(np.sqrt(2 / np.pi) * 1.5 / 4, rel=0.1)
    assert inside["noise_share"].mean() > 0.7
    assert rows["noise_share"]["p0"] < 0.05


@pytest.mark.slow
def test_parameters_without_effect_matter_in_one_screening_of_twenty_at_most() -> None:
    # 200 screenings of 12 parameters without effect: Holm keeps false alarms to 5%; 10% is three
    # standard errors above.
    points = trajectories(10, 12)
    names = [f"p{i}" for i in range(12)]
    alarms = sum(
        bool(morris(names, points, noisy(np.zeros(len(points)), 1.0, 3, seed))["matters"].any())
        for seed in range(200)
    )
    assert alarms / 200 <= 0.10


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.6, 1.0])
def test_luck_that_trajectories_share_is_not_called_an_effect(share: float) -> None:
    # 300 screenings of 12 parameters that move nothing but luck, of which all trajectories share a
    # part: 15 false alarms at 5%, and 27 or more in three experiments of a thousand. When every
    # trajectory counted as luck of its own, a third of all screenings and more raised one.
    points = trajectories(10, 12)
    rng = np.random.default_rng(11)
    alarms = 0
    for _ in range(300):
        slopes = np.sqrt(share) * rng.normal(size=(12, 6))
        own = np.sqrt((1 - share) / 2) / 1.5 * rng.normal(size=(len(points), 6))
        alarms += bool(told(elementary_effects(points, points @ slopes + own))[2].any())
    assert alarms <= 26


@pytest.mark.slow
def test_halves_of_a_study_say_how_firm_its_names_are() -> None:
    points = trajectories(20, 12)
    effects = elementary_effects(points, noisy(linear(points), 0.2, 8))
    assert agreement(effects) == [("trajectories", 3, 3), ("luck", 3, 3)]
    assert agreement(effects[:, :, :3]) == []
    names = [f"p{i}" for i in range(12)]
    found = morris(names, points, noisy(linear(points), 0.2, 8))
    chart = screening(found, "needs_met", "share", agreement(effects))
    assert chart.title.startswith("At least 3 of 12 parameters")
    assert "either half of the luck names by itself, both name 3" in chart.description


def one_at_a_time(
    effect: Sequence[float], deviation: float, replications: int, seed: int = 3
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    names = [f"p{i}" for i in range(len(effect))]
    cells = [dict.fromkeys(names, 0.5)]
    cells += [cells[0] | {name: end} for name in names for end in (0.0, 1.0)]
    return pd.DataFrame(
        [
            {"cell": place, "replication": r, **cell}
            | {"y": sum(e * v for e, v in zip(effect, cell.values(), strict=True)) + own + 7 * r}
            for place, cell in enumerate(cells)
            for r, own in enumerate(rng.normal(0, deviation, replications))
        ]
    )


def test_a_tornado_gives_each_end_its_change_and_the_widest_first() -> None:
    table = one_at_a_time([1.0, -4.0, 2.0], 0.1, 10)
    found = tornado(table, "y", ["p0", "p1", "p2"])
    assert found["factor"].tolist() == ["p1", "p1", "p2", "p2", "p0", "p0"]
    assert found["change"].tolist() == pytest.approx([2, -2, -1, 1, -0.5, 0.5], abs=0.2)
    assert found["apart"].all()


@pytest.mark.slow
def test_bars_that_are_luck_are_not_called_different() -> None:
    # 40 tables of 10 bars: Holm calls any different in 5% of tables at most, 2 of 40; 7 or more
    # would come by chance three times in a thousand seeds. Bar by bar it would be a quarter of them.
    names = [f"p{i}" for i in range(5)]
    tables = [tornado(one_at_a_time([0.0] * 5, 1.0, 10, seed), "y", names) for seed in range(40)]
    assert sum(bool(found["apart"].any()) for found in tables) <= 6
    assert sum(bool((found["p_value"] < 0.05).any()) for found in tables) >= 7


@pytest.mark.parametrize(
    ("lost", "what"), [([0], "the base, cell 0,"), ([1, 2], "anything but the base")]
)
def test_a_tornado_without_its_base_or_anything_else_is_refused(lost: list[int], what: str) -> None:
    cells = {"cell": [0, 1, 2], "a": [1.0, 0.0, 2.0], "y": [3.0, 1.0, 5.0]}
    table = pd.concat(pd.DataFrame(cells | {"replication": r}) for r in range(3))
    with pytest.raises(Unanswerable, match=f"no run of {what} came to an end"):
        tornado(table[~table["cell"].isin(lost)], "y", ["a"])


def test_a_tornado_refuses_cells_that_move_two_things() -> None:
    table = pd.DataFrame({"cell": [0, 1], "replication": 0, "a": [0, 1], "b": [0, 1], "y": [0, 1]})
    with pytest.raises(ValueError, match="moves one factor, not 2"):
        tornado(table, "y", ["a", "b"])
