"""The rules of Fang, Lee and Schilling (2010), Balancing exploration and exploitation through structural
design: the isolation of subgroups and organizational learning.

No code: people learn from the people they are linked with. They start in closed groups (cliques);
each link is rewired with chance beta to somebody outside the group, so that beta runs from isolated
subgroups to a random network. The paper's claim is that a moderate beta is best: groups explore on
their own, and what one finds still reaches the others.

The full text was not at hand: rules are paraphrased from passages and re-implementations. Our
readings: beliefs start at -1, 0 or +1 with equal chance, as March's do; a rewired link keeps one end,
drawn by a coin, and its other end is drawn among those outside the group who are not linked with it yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seci_sim.classics.march1991_rules import Array, Whole, draw_start, variety
from seci_sim.engine.compiled import copy, fill, kernel
from seci_sim.engine.luck import BEFORE, FIRST, chance, four_chances
from seci_sim.engine.structures import Structure, Table, Vector, room

if TYPE_CHECKING:
    from seci_sim.classics.fang2010 import Fang

REWIRED, ADOPTED = map(np.int64, (7, 8))
"""Processes that draw, beside those of March's start."""

PEOPLE_PAYOFF, BEST_PAYOFF, PEOPLE_KNOWLEDGE, VARIETY = 0, 1, 2, 3
"""Columns of what is measured."""

MOST_TRIES = 1000
"""Draws of a new end before a link stays as it is; only a network that is nearly full needs many."""


class Network(Structure):
    """People, what they hold and whom they are linked with."""

    block: int
    """Items that pay only together (s)."""
    adoption: float
    """Chance that an item of the majority is adopted (p)."""
    reality: Vector[np.int8] = room("items")
    """(items,) int8."""
    beliefs: Table[np.int8] = room("people", "items")
    """(people, items) int8."""
    after: Table[np.int8] = room("people", "items")
    """(people, items) int8: what they will hold."""
    majority: Vector[np.int32] = room("items")
    """(items,) int32: the sum of the beliefs of those who do better than somebody."""
    payoffs: Vector[np.int64] = room("people")
    """(people,) int64."""
    contacts: Table[np.int32] = room("people", "people")
    """(people, people) int32: each row, as far as its `degree` says, whom somebody is linked with."""
    degree: Vector[np.int64] = room("people")
    """(people,) int64."""


def run(parameters: Fang, seed: int, rows: Array) -> tuple[int, bool]:
    """Run one network with the parameters of a scenario; see `simulate`."""
    people = parameters.people
    network = Network.sized(
        {"people": people, "items": parameters.items},
        block=parameters.block,
        adoption=parameters.adoption,
    )
    draw_start(seed, network.reality, network.after)
    linked = np.zeros((people, people), np.bool_)
    link_people(seed, parameters.group_size, parameters.beta, linked)
    list_contacts(linked, network.contacts, network.degree)
    return simulate(seed, network, rows)


@kernel
def link_people(seed: int, group_size: int, beta: float, linked: Array) -> None:
    """Closed groups of neighbouring numbers, each of whose links is rewired with chance beta."""
    people = linked.shape[0]
    for person in range(people):
        fill(linked[person], False)
        for other in range(people):
            linked[person, other] = person // group_size == other // group_size and person != other
    for person in range(people):
        for other in range(person + 1, min(people, (person // group_size + 1) * group_size)):
            u, coin, _, _ = four_chances(seed, REWIRED, BEFORE, FIRST, person, other)
            if u < beta:
                rewire(seed, group_size, person, other, coin, linked)


@kernel
def rewire(seed: int, group_size: int, person: int, other: int, coin: float, linked: Array) -> None:
    """Give a link within a group another end, outside it."""
    people = linked.shape[0]
    kept = person if coin < 0.5 else other
    for attempt in range(MOST_TRIES):
        u = chance(seed, REWIRED, 1 + attempt, FIRST, person, other)
        found = int(u * people)
        if found // group_size != kept // group_size and not linked[kept, found]:
            linked[person, other] = linked[other, person] = False
            linked[kept, found] = linked[found, kept] = True
            return


@kernel
def payoff(beliefs: Array, reality: Array, block: int) -> int:
    """Payoff(beliefs) = s times the number of blocks of s consecutive items that are all right."""
    total = 0
    for start in range(0, reality.size, block):
        right = True
        for item in range(start, min(start + block, reality.size)):
            right = right and beliefs[item] == reality[item]
        if right:
            total += min(block, reality.size - start)
    return total


@kernel
def find_majority(person: int, network: Network) -> bool:
    """Add up the beliefs of linked people who do better; whether there is any such person."""
    beliefs, payoffs, majority = network.beliefs, network.payoffs, network.majority
    better = 0
    fill(majority, 0)
    for place in range(network.degree[person]):
        other = network.contacts[person, place]
        if payoffs[other] > payoffs[person]:
            better += 1
            for item in range(majority.size):
                majority[item] += beliefs[other, item]
    return better > 0


@kernel
def learn_from_better(seed: int, period: Whole, network: Network) -> bool:
    """Each item of the majority, where there is one, is adopted with chance p; all at once.

    Returns whether anybody could have changed: where nobody could, the network is at equilibrium.
    """
    open_ended = False
    beliefs, majority = network.beliefs, network.majority
    for person in range(beliefs.shape[0]):
        if not find_majority(person, network):
            continue
        for item in range(majority.size):
            wanted = int(majority[item] > 0) - int(majority[item] < 0)
            if wanted != 0 and wanted != beliefs[person, item]:
                open_ended = True
                if chance(seed, ADOPTED, period, FIRST, person, item) < network.adoption:
                    network.after[person, item] = wanted
    return open_ended


@kernel
def pay(network: Network) -> None:
    """What everybody will hold is held, and pays."""
    beliefs = network.beliefs
    for person in range(beliefs.shape[0]):
        copy(beliefs[person], network.after[person])
        network.payoffs[person] = payoff(beliefs[person], network.reality, network.block)


@kernel
def list_contacts(linked: Array, contacts: Array, degree: Array) -> None:
    """Write each row of a network as a list."""
    for person in range(linked.shape[0]):
        degree[person] = 0
        for other in range(linked.shape[0]):
            if linked[person, other]:
                contacts[person, degree[person]] = other
                degree[person] += 1


@kernel
def measure(row: Array, beliefs: Array, payoffs: Array, reality: Array) -> None:
    """Fill in what is measured at the end of a period."""
    people, items = beliefs.shape
    total, best, right = 0, 0, 0
    for person in range(people):
        total += payoffs[person]
        best = max(best, payoffs[person])
        for item in range(items):
            right += beliefs[person, item] == reality[item]
    row[PEOPLE_PAYOFF] = total / people / items
    row[BEST_PAYOFF] = best / items
    row[PEOPLE_KNOWLEDGE] = right / people / items
    row[VARIETY] = variety(beliefs, FIRST)


@kernel
def simulate(seed: int, network: Network, rows: Array) -> tuple[int, bool]:
    """Run one network to its equilibrium or for as many periods as there are rows.

    Parameters
    ----------
    seed : int
        A replication.
    network : Network
        As it starts.
    rows : (periods, 4) float64
        Filled with what is measured in each period.

    Returns
    -------
    tuple
        Periods run, and whether equilibrium was reached.
    """
    pay(network)
    for period in range(1, rows.shape[0] + 1):
        open_ended = learn_from_better(seed, period, network)
        pay(network)
        measure(rows[period - 1], network.beliefs, network.payoffs, network.reality)
        if not open_ended:
            return period, True
    return rows.shape[0], False
