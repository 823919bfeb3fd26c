"""March (1991) and Fang et al. (2010) once more, in plain NumPy with ordinary random numbers.

Written from the rules, not from the compiled code, to be compared with it; and able to get single
rules wrong on purpose, so that a test can show that it would notice.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seci_sim.seci.knowledge import Array

MARCH_MISTAKES = (
    "jump",  # a person takes the code's belief at once, not in steps
    "no coin",  # a belief of 0 is shown as 0
    "share",  # superiors have more items right, rather than a higher sum
    "k of all",  # every superior counts in k, rather than the majority's surplus
    "copy the best",  # the code copies one who knows most, rather than a majority
    "one after another",  # the code learns from people who have just learned from it
)
FANG_MISTAKES = (
    "copy the best",  # of the linked people
    "copy anybody better",  # one drawn at random
    "majority of all linked",  # better or not
    "no interdependence",  # the payoff is the number of items that are right
)


def march(rng: np.random.Generator, p1: float, p2: float, mistake: str = "") -> float:
    """What the code knows at equilibrium (ORIGINAL), -1 to 1."""
    reality = rng.choice([-1, 1], 30)
    beliefs = rng.integers(-1, 2, (50, 30))
    code = np.zeros(30, int)
    for _ in range(5000):
        acts = _acts(rng, beliefs, mistake)
        superior = _score(acts, reality, mistake) > _score(code, reality, mistake)
        taught = (code != 0) & (beliefs != code) & (rng.random(beliefs.shape) < p1)
        beliefs = np.where(taught, code if mistake == "jump" else beliefs + code, beliefs)
        if mistake == "one after another":
            acts = np.where(beliefs == 0, acts, beliefs)
        teachers = acts[superior]
        if mistake == "copy the best" and len(teachers):
            teachers = teachers[[_score(teachers, reality, "").argmax()]]
        votes = teachers.sum(axis=0)
        k = np.full(30, len(teachers)) if mistake == "k of all" else abs(votes)
        learned = rng.random(30) < 1 - (1 - p2) ** k
        code = np.where((votes != 0) & learned, np.sign(votes), code)
        if _settled(beliefs, code, reality, mistake):
            break
    return float((code * reality).mean())


def _acts(rng: np.random.Generator, beliefs: Array, mistake: str) -> Array:
    coins = rng.choice([-1, 1], beliefs.shape)
    return np.where((beliefs == 0) & (mistake != "no coin"), coins, beliefs)


def _score(held: Array, reality: Array, mistake: str) -> Array:
    agreed = held * reality
    score: Array = ((agreed == 1) if mistake == "share" else agreed).sum(axis=-1)
    return score


def _settled(beliefs: Array, code: Array, reality: Array, mistake: str) -> bool:
    if ((beliefs != code) & (code != 0)).any():
        return False
    best = np.where((beliefs == 0) & (mistake != "no coin"), reality, beliefs)
    return not (_score(best, reality, mistake) > _score(code, reality, mistake)).any()


def fang(
    rng: np.random.Generator,
    beta: float,
    mistake: str = "",
    sizes: Sequence[int] = (280, 100, 7, 5),
    adoption: float = 0.3,
) -> float:
    """Mean payoff of people at equilibrium, of the highest possible."""
    people, items, group_size, block = sizes
    reality = rng.choice([-1, 1], items)
    beliefs = rng.integers(-1, 2, (people, items)).astype(np.float32)
    linked = _network(rng, people, group_size, beta)
    for _ in range(5000):
        payoff = _payoff(beliefs, reality, 1 if mistake == "no interdependence" else block)
        better = linked & (payoff[None, :] > payoff[:, None])
        wanted = _wanted(rng, better, linked, payoff, beliefs, mistake)
        open_ended = (wanted != 0) & (wanted != beliefs)
        if not open_ended.any():
            break
        beliefs = np.where(open_ended & (rng.random(beliefs.shape) < adoption), wanted, beliefs)
    return float(_payoff(beliefs, reality, block).mean()) / items


def _wanted(
    rng: np.random.Generator,
    better: Array,
    linked: Array,
    payoff: Array,
    beliefs: Array,
    mistake: str,
) -> Array:
    """What each person would adopt of each item; 0 for nothing."""
    anybody = better.any(axis=1, keepdims=True)
    if mistake == "majority of all linked":
        better = linked & anybody
    if not mistake.startswith("copy"):
        majority: Array = np.sign(better.astype(np.float32) @ beliefs)
        return majority
    liking = rng.random(better.shape) + (payoff[None, :] if mistake == "copy the best" else 0)
    chosen = np.where(better, liking, -1).argmax(axis=1)
    return np.where(anybody, beliefs[chosen], 0)


def _network(rng: np.random.Generator, people: int, group_size: int, beta: float) -> Array:
    group = np.arange(people) // group_size
    linked: Array = (group[:, None] == group[None, :]) & ~np.eye(people, dtype=bool)
    for one, other in np.argwhere(np.triu(linked)).tolist():
        if rng.random() < beta:
            kept = rng.choice([one, other])
            found = rng.choice(np.flatnonzero((group != group[kept]) & ~linked[kept]))
            linked[one, other] = linked[other, one] = False
            linked[kept, found] = linked[found, kept] = True
    return linked


def _payoff(beliefs: Array, reality: Array, block: int) -> Array:
    right = (beliefs == reality).reshape(len(beliefs), -1, block).all(axis=2)
    payoff: Array = right.sum(axis=1) * block
    return payoff
