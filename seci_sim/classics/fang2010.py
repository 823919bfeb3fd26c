"""Fang, Lee and Schilling (2010), Balancing exploration and exploitation through structural design:
the isolation of subgroups and organizational learning, Organization Science 21(3).

People learn from those they are linked with, in subgroups; `fang2010_rules` says how.
"""

from __future__ import annotations

from seci_sim.classics.march1991 import VARIETY, chance
from seci_sim.declaring import Measure, Model, Section, parameter

PAPER = "borrowed: Fang, Lee and Schilling (2010)"


class Fang(Section):
    """Fang et al. (2010): people learn in subgroups that are more or less isolated."""

    people: int = parameter(280, "people", (2, 2000), (70, 700), "fact", PAPER)
    """People (n)."""
    items: int = parameter(100, "items", (1, 5000), (30, 200), "world", PAPER)
    """Items of reality (m)."""
    group_size: int = parameter(7, "people", (2, 2000), (5, 20), "lever", PAPER)
    """People in a subgroup (z)."""
    beta: float = parameter(0.1, "share", (0, 1), (0, 1), "lever", PAPER)
    """Chance that a link leads out of its subgroup."""
    block: int = parameter(5, "items", (1, 100), (1, 10), "world", PAPER)
    """Items that pay only if all are right (s)."""
    adoption: float = chance(0.3, (0.1, 0.9), "rule", PAPER)
    """Chance of taking the belief of the majority of those who do better (p)."""


MODEL = Model(
    name="fang-2010",
    paper="Fang, Lee and Schilling (2010)",
    sections={"fang": Fang},
    measures=(
        Measure("people_payoff", "share", "end", "Mean payoff of people, of the highest possible."),
        Measure("best_payoff", "share", "end", "Payoff of the best, of the highest possible."),
        Measure("people_knowledge", "share", "end", "Items on which people are right."),
        Measure("variety", "share", "end", f"{VARIETY}."),
    ),
    rules="seci_sim.classics.fang2010_rules",
)
