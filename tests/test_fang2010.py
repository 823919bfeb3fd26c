"""Fang et al. (2010): rules by hand, the network, and docking with an independent implementation.

The figures are those of 100 runs a cell of an independent implementation, s.e. about .008, for
s = 5: share of the highest payoff at equilibrium, by the chance that a link is rewired.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from docking import docks
from plain_classics import FANG_MISTAKES, fang

from seci_sim.classics import fang2010_rules as rules
from seci_sim.classics.fang2010 import Fang
from seci_sim.seci.knowledge import Array

_READ = pd.read_csv(Path(__file__).parents[1] / "docs/classics/fang_2010_curve.csv")
CURVE = dict(zip(_READ["beta"], _READ["people_payoff"], strict=True))
ITS_ERROR = 0.008


def payoffs(beta: float, runs: int, first_seed: int = 1) -> list[float]:
    """Of runs to equilibrium."""
    rows, found = np.zeros((5200, 4)), []
    for seed in range(first_seed, first_seed + runs):
        periods, settled = rules.run(Fang(beta=beta), seed, rows)
        assert settled
        found.append(rows[periods - 1, rules.PEOPLE_PAYOFF])
    return found


# Docking ------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("beta", [0.0, 0.1, 1.0])
def test_the_curve_over_beta_is_that_of_others(beta: float) -> None:
    assert docks(payoffs(beta, 40), CURVE[beta], ITS_ERROR)


@pytest.mark.slow
@pytest.mark.parametrize("beta", CURVE)
def test_the_whole_curve_is_that_of_others(beta: float) -> None:
    assert docks(payoffs(beta, 100, first_seed=101), CURVE[beta], ITS_ERROR)


@pytest.mark.slow
def test_a_plain_version_written_from_the_rules_gives_the_curve_too() -> None:
    rng = np.random.default_rng(2010)
    assert docks([fang(rng, 1.0) for _ in range(40)], CURVE[1.0], ITS_ERROR)


@pytest.mark.slow
@pytest.mark.parametrize("mistake", FANG_MISTAKES)
def test_a_wrong_rule_would_be_noticed(mistake: str) -> None:
    """Copying somebody is no majority, and all that are linked are not those who do better."""
    rng = np.random.default_rng(2010)
    assert not docks([fang(rng, 1.0, mistake) for _ in range(40)], CURVE[1.0], ITS_ERROR)


def test_after_100_periods_the_network_is_half_way() -> None:
    rows = np.zeros((100, 4))
    half = []
    for seed in range(1, 21):
        assert rules.run(Fang(), seed, rows) == (100, False)
        half.append(rows[99, rules.PEOPLE_PAYOFF])
    assert np.mean(half) < 0.65 * CURVE[0.1]


# Rules by hand ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "block", "expected"),
    [
        ((1, 1, 1, 1, 1, 1), 3, 6),
        ((1, 1, 1, 1, 0, 1), 3, 3),
        ((1, 1, 0, 1, 0, 1), 3, 0),
        ((1, 1, 0, 1, 0, 1), 1, 4),
        ((1, 1, 0, 1, 1, 0), 4, 0),
        ((0, 1, 1, 1, 1, 1), 4, 2),  # a last block may be shorter
    ],
)
def test_only_whole_blocks_pay(right: tuple[int, ...], block: int, expected: int) -> None:
    held = np.array([1 if r else -1 for r in right], np.int8)
    assert rules.payoff(held, np.ones(6, np.int8), block) == expected


def learned(held: list[list[int]], payoff: list[int], linked: list[list[int]]) -> Array:
    """What everybody holds after a period in which whoever could adopt something did."""
    sizes = {"people": len(held), "items": len(held[0])}
    network = rules.Network.sized(sizes, block=1, adoption=1.0)
    network.beliefs[:] = network.after[:] = held
    network.payoffs[:] = payoff
    rules.list_contacts(np.array(linked, np.bool_), network.contacts, network.degree)
    rules.learn_from_better(1, 1, network)
    return network.after


def test_the_majority_of_linked_people_who_do_better_is_adopted() -> None:
    after = learned(
        [[-1, -1, -1, 0], [1, 1, 0, 1], [1, -1, 0, 1], [1, 1, 0, -1], [-1, -1, 1, -1]],
        [1, 2, 2, 2, 0],  # the last does worse
        [[0, 1, 1, 1, 1], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0]],
    )
    # Where the better have no belief or are split, nothing is adopted.
    assert list(after[0]) == [1, 1, -1, 1]
    assert list(after[4]) == [-1, -1, -1, -1]  # from the first, who had no belief on the last item
    assert list(after[1]) == [1, 1, 0, 1]  # the best of their contacts learn nothing


def network(seed: int, beta: float) -> Array:
    linked = np.zeros((280, 280), np.bool_)
    rules.link_people(seed, 7, beta, linked)
    return linked


@pytest.mark.parametrize("beta", [0.0, 0.3, 1.0])
def test_rewiring_moves_links_and_loses_none(beta: float) -> None:
    linked = network(3, beta)
    group = np.arange(280) // 7
    assert (linked == linked.T).all()
    assert not linked.diagonal().any()
    assert linked.sum() == 280 * 6
    outside = linked[group[:, None] != group[None, :]].sum() / linked.sum()
    # 840 links: 5 standard deviations are exceeded in 6 of 10 million networks.
    assert abs(outside - beta) <= 5 * np.sqrt(beta * (1 - beta) / 840)


def test_more_rewiring_keeps_the_links_that_were_moved_before() -> None:
    """Luck is shared between values of beta: what moves at 10% moves at 20% too."""
    group = np.arange(280) // 7
    within = group[:, None] == group[None, :]
    little, more = network(3, 0.1), network(3, 0.2)
    assert (more[within] <= little[within]).all()
