"""Sobol indices of functions whose indices are known: which are told, and how often luck is taken for one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from known_functions import ishigami, noisy

from seci_sim.analyses.noise import Unanswerable, by_point, variance_of
from seci_sim.analyses.sobol_indices import sobol_indices
from seci_sim.lab import Experiment
from seci_sim.seci.knowledge import Array

pytest.importorskip("SALib", reason="needs the extra `analysis`")

pytestmark = pytest.mark.packages

FIRST = np.array([0.3139, 0.4424, 0.0])
TOTAL = np.array([0.5576, 0.4424, 0.2437])
"""Sobol indices of Ishigami's function with a = 7 and b = 0.1 (Ishigami and Homma 1990)."""


def saltelli(size: int, parameters: int) -> Array:
    from SALib.sample import sobol

    problem = {"num_vars": parameters, "names": [str(i) for i in range(parameters)],
               "bounds": [[0, 1]] * parameters}  # fmt: skip
    return np.asarray(sobol.sample(problem, size, calc_second_order=False, seed=7))


@pytest.mark.parametrize("deviation", [0.0, 3.0])
def test_sobol_indices_of_ishigami_are_found_with_and_without_noise(deviation: float) -> None:
    # 2,048 base points; with deviation 3 and 4 replications a seventh of the variance is noise. The
    # standard error of an index is about 0.02, and a bound of 0.08 four of them.
    values = noisy(ishigami(saltelli(2048, 3)), deviation, 4)
    found = sobol_indices(["x", "y", "z"], values)
    table = found.table.set_index("factor").loc[["x", "y", "z"]]
    assert table["first"].to_numpy() == pytest.approx(FIRST, abs=0.08)
    assert table["total"].to_numpy() == pytest.approx(TOTAL, abs=0.08)
    expected = deviation**2 / 4 / (13.84 + deviation**2 / 4)
    assert found.variance.noise_share == pytest.approx(expected, abs=0.02)


def test_without_the_correction_noise_would_be_called_interaction() -> None:
    values = noisy(ishigami(saltelli(2048, 3)), 4.0, 2)
    table = sobol_indices(["x", "y", "z"], values).table.set_index("factor")
    assert table["total_raw"]["z"] > TOTAL[2] + 0.2
    assert table["first_raw"]["y"] < FIRST[1] - 0.1
    assert table["total"]["z"] == pytest.approx(TOTAL[2], abs=0.12)


def test_nothing_is_ranked_where_most_of_the_variance_is_luck() -> None:
    found = sobol_indices(["x", "y", "z"], noisy(ishigami(saltelli(512, 3)), 12.0, 2))
    assert found.variance.noise_share > 0.5
    assert found.table["rank_low"].isna().all()


def test_a_parameter_without_effect_has_no_rank() -> None:
    points = saltelli(1024, 4)
    found = sobol_indices(list("xyzo"), noisy(ishigami(points[:, :3]), 1.0, 4)).table
    nothing = found.set_index("factor").loc["o"]
    assert not nothing["matters"]
    assert np.isnan(nothing["rank_low"])
    assert found["factor"].iloc[0] == "x"
    assert found["rank_high"].iloc[0] == 1


SHARES = np.array([1.0, 0.36, 0.0, 0.09]) / 1.45
"""Sobol indices, first-order and total, of the line with slopes 1, 0.6, 0 and 0.3."""


def sharing(size: int, replications: int, seed: int, luck: float = 0.5) -> Array:
    """That line, and luck which all points share that lie near each other; nothing moves by the third."""
    from SALib.sample import sobol

    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0, 1]] * 4}
    points = np.asarray(sobol.sample(problem, size, calc_second_order=False, seed=seed))
    rng = np.random.default_rng(seed)
    values = np.empty((len(points), replications))
    for r in range(replications):
        waves, phases = 3 * rng.normal(size=(20, 2)), rng.uniform(0, 2 * np.pi, 20)
        near = np.cos(points[:, :2] @ waves.T + phases).sum(axis=1) / np.sqrt(10)
        leaning = (points[:, [0, 3]] - 0.5) @ rng.normal(size=2)
        values[:, r] = points @ [1, 0.6, 0, 0.3] + luck * (near + leaning) / 2 + rng.normal()
    return values


@pytest.mark.parametrize("replications", [2, 4, 20])
def test_an_inert_parameter_has_no_index_whatever_luck_points_share(replications: int) -> None:
    # What was taken off for luck that is independent made it -2.2, -0.3 and -0.1, each for certain.
    found = sobol_indices(list("abcd"), sharing(64, replications, 1)).table.set_index("factor")
    inert = found.loc["c"]
    assert inert["total_low"] <= 0 <= inert["total_high"]
    assert inert["total"] == pytest.approx(0, abs=1e-12)
    assert not inert["matters"]


@pytest.mark.slow
@pytest.mark.parametrize("replications", [4, 20])
def test_sobol_intervals_hold_the_truth_whatever_luck_points_share(replications: int) -> None:
    # 100 studies. Of intervals that hold the truth in 95%, fewer than 88 of 100 do so in 4 of 1,000
    # seeds; of 85%, as is said of indices that are smaller than what luck does to them (the fourth
    # parameter's), fewer than 75 in 4 of 1,000.
    held, above = np.zeros(8), 0
    for seed in range(100):
        values = sharing(64, replications, seed)
        table = sobol_indices(list("abcd"), values).table.set_index("factor").loc[list("abcd")]
        for place, kind in enumerate(("first", "total")):
            low, high = (table[f"{kind}_{end}"].to_numpy() for end in ("low", "high"))
            inside = (low <= SHARES + 1e-12) & (high >= SHARES - 1e-12)
            held[4 * place : 4 * place + 4] += inside
        above += bool((table["first_low"] > table["total_high"]).any())
    assert held[[0, 1, 2, 4, 5, 6]].min() >= 88
    assert held[[3, 7]].min() >= 75
    assert above <= 5


SMALL_FIRM = """
name: Small firm
question: Which parameters carry the variance?
extends: baseline
horizon: 104 weeks
units:
  - {name: HQ, kind: headquarters, staff: 10, lives_in: North}
  - {name: North, kind: affiliate, staff: 12}
  - {name: South, kind: affiliate, staff: 12}
stakeholders: []
"""
IN_A_SMALL_FIRM = """
question: Which parameters carry the variance?
scenario: firm.yaml
uncertain: {learning.showing: plausible, learning.tacit_half_life: plausible, learning.simulation_truth: plausible}
sample: {method: saltelli, points: 64}
replications: 20
outcomes: [needs_met]
"""
"""Nobody here meets simulated patients, so that how true these are moves nothing."""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_sobol_indices_in_a_firm_are_those_of_its_parameters_and_not_of_their_luck(
    tmp_path: Path,
) -> None:
    # Where what luck adds was taken off as if it were independent, the parameter that moves nothing had
    # a total index of -2.2, -0.3 and -0.1, and the second, of 2 and 4 replications, none that held the
    # 0.18 of uncorrected means.
    (tmp_path / "firm.yaml").write_text(SMALL_FIRM, "utf-8")
    (tmp_path / "trial.yaml").write_text(IN_A_SMALL_FIRM, "utf-8")
    found = Experiment.load(tmp_path / "trial.yaml").run(workers=2)
    values = by_point(found.table, "needs_met", found.experiment.size)
    names = ["showing", "half life", "inert"]
    other = sobol_indices(names, values[:, 4:]).table.set_index("factor")["total"]
    for replications in (2, 4, 20):
        table = sobol_indices(names, values[:, :replications]).table.set_index("factor")
        assert (table["total_low"] <= other).all()
        assert (table["total_high"] >= other).all()
        assert (table["first_low"] <= table["total_high"]).all()
        assert table.loc["inert", ["first", "total"]].abs().max() < 1e-12
    assert other.between(0, 1).all()


@pytest.mark.slow
def test_where_all_is_luck_no_parameter_is_said_to_matter() -> None:
    # 300 tables of luck that points share and that no parameter moves on average: named in 5% of them
    # at most; 27 or more of 300 would come by chance three times in a thousand.
    alarms = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        points = saltelli(32, 3) - 0.5
        values = points @ rng.normal(size=(3, 5)) + 0.5 * rng.normal(size=(len(points), 5))
        try:
            alarms += bool(sobol_indices(list("xyz"), values).table["matters"].any())
        except Unanswerable:
            continue
    assert alarms <= 26


@pytest.mark.parametrize("share", [0.0, 0.56, 0.95])
def test_the_noise_of_means_is_the_luck_in_them_whatever_points_share(share: float) -> None:
    # 400 tables of an effect with variance 1 and of luck with variance 1 / 4, of which a share leans with the points
    # alike: the noise, and what it leaves of the variance, are right on average, within four standard errors.
    found = np.array([_parts(seed, share) for seed in range(400)])
    error = found.std(axis=0, ddof=1) / 20
    assert np.all(np.abs(found.mean(axis=0) - [0.25, 1.0]) < 4 * error)


def _parts(seed: int, share: float) -> tuple[float, float]:
    """Noise of a table, and the rest of its variance."""
    rng = np.random.default_rng(seed)
    points = np.sqrt(12) * (rng.random((100, 2)) - 0.5)
    shared = points @ rng.normal(size=(2, 4)) / np.sqrt(2) + rng.normal(0, 3, 4)
    own = rng.normal(size=(100, 4))
    values = points[:, :1] + np.sqrt(share) * shared + np.sqrt(1 - share) * own
    found = variance_of(values)
    return found.noise, found.between - found.noise


def test_luck_that_is_all_there_is_has_no_indices() -> None:
    values = np.random.default_rng(3).normal(size=(8 * 5, 1)) * [1, -1]
    with pytest.raises(Unanswerable, match="all of the variance is luck"):
        sobol_indices(list("xyz"), values)


def test_noise_needs_replications_to_be_known() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        variance_of(np.zeros((10, 1)))
