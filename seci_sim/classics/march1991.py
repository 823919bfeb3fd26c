"""March (1991), Exploration and exploitation in organizational learning, Organization Science 2(1).

People and an organisation's code learn from each other; `march1991_rules` says how.
"""

from __future__ import annotations

from typing import Any

from seci_sim.declaring import Measure, Model, Role, Section, parameter, switch

PAPER = "borrowed: March (1991)"

SIGNED_OR_SHARE = "the share of items that are right, or in ORIGINAL from -1 to 1"

VARIETY = "Pairs of people who differ on an item, mean over items: what is left to explore"


def chance(
    default: float,
    plausible: tuple[float, float],
    role: Role,
    source: str,
    meaning: str | None = None,
) -> Any:
    """Declare a chance in each period."""
    return parameter(default, "chance", (0, 1), plausible, role, source, meaning)


# What Miller et al. take over.
P1 = chance(
    0.1,
    (0.1, 0.9),
    "rule",
    PAPER,
    "Chance that a person takes a belief from the code, item by item.",
)
P2 = chance(
    0.5, (0.1, 0.9), "rule", PAPER, "Chance behind the code's learning from those who know better."
)
P3 = chance(
    0.0, (0, 0.1), "fact", PAPER, "Turnover: chance that a person leaves and a newcomer starts."
)
P4 = chance(
    0.0, (0, 0.02), "world", PAPER, "Turbulence: chance that an item of reality turns round."
)


class March(Section):
    """March (1991): people and an organisation's code learn from each other."""

    to_the_letter: bool = switch(
        False, "rule", "assumed: ORIGINAL gives the published Figure 1 as re-created independently"
    )
    """Whether the paper is read to the letter (TEXT), not as its figures want (ORIGINAL)."""
    people: int = parameter(50, "people", (2, 5000), (20, 200), "fact", PAPER)
    """People (n)."""
    items: int = parameter(30, "items", (1, 5000), (10, 100), "world", PAPER)
    """Items of reality (m)."""
    p1: float = P1
    p1_fast: float = chance(0.9, (0.1, 0.9), "rule", PAPER)
    """The same, of the people who are fast learners."""
    fast_share: float = parameter(0.0, "share", (0, 1), (0, 1), "rule", PAPER)
    """Share of people who are fast learners."""
    same_for_all: bool = switch(False, "rule", PAPER)
    """Whether everybody learns with the mean of these chances instead: the uniform group with which a mixed one is compared."""
    p2: float = P2
    p3: float = P3
    p4: float = P4


MODEL = Model(
    name="march-1991",
    paper="March (1991)",
    sections={"march": March},
    measures=(
        Measure("code_knowledge", "score", "end", f"What the code knows: {SIGNED_OR_SHARE}."),
        Measure("people_knowledge", "score", "end", f"What people know: {SIGNED_OR_SHARE}."),
        Measure("slow_knowledge", "score", "end", "The same, of slow learners."),
        Measure("fast_knowledge", "score", "end", "The same, of fast learners."),
        Measure("variety", "share", "end", f"{VARIETY}."),
        Measure("superiors", "people", "end", "People who did better than the code."),
    ),
    rules="seci_sim.classics.march1991_rules",
)
