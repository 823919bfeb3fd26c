"""The published models: named as their papers name them, chances in each period."""

from __future__ import annotations

from typing import Any

from seci_sim.parameters.declaring import Section, parameter, switch

MARCH = "borrowed: March (1991)"
MILLER = "borrowed: Miller, Zhao and Calantone (2006)"
FANG = "borrowed: Fang, Lee and Schilling (2010)"


def _chance(default: float, meaning: str, source: str, plausible: tuple[float, float]) -> Any:
    """A chance in each period."""
    return parameter(default, "chance", (0, 1), plausible, meaning, source)


# What Miller et al. take over from March.
P1 = _chance(
    0.1, "Chance that a person takes a belief from the code, item by item.", MARCH, (0.1, 0.9)
)
P2 = _chance(
    0.5, "Chance behind the code's learning from those who know better.", MARCH, (0.1, 0.9)
)
P3 = _chance(0.0, "Turnover: chance that a person leaves and a newcomer starts.", MARCH, (0, 0.1))
P4 = _chance(0.0, "Turbulence: chance that an item of reality turns round.", MARCH, (0, 0.02))


class March(Section):
    """March (1991): people and an organisation's code learn from each other."""

    to_the_letter: bool = switch(
        False,
        "Whether the paper is read to the letter (TEXT), not as its figures want (ORIGINAL).",
        "assumed: ORIGINAL gives the published Figure 1 as re-created independently",
    )
    people: int = parameter(50, "people", (2, 5000), (20, 200), "People (n).", MARCH)
    items: int = parameter(30, "items", (1, 5000), (10, 100), "Items of reality (m).", MARCH)
    p1: float = P1
    p1_fast: float = _chance(
        0.9, "The same, of the people who are fast learners.", MARCH, (0.1, 0.9)
    )
    fast_share: float = parameter(
        0.0, "share", (0, 1), (0, 1), "Share of people who are fast learners.", MARCH
    )
    same_for_all: bool = switch(
        False,
        "Whether everybody learns with the mean of these chances instead: the uniform group "
        "with which a mixed one is compared.",
        MARCH,
    )
    p2: float = P2
    p3: float = P3
    p4: float = P4


class Miller(Section):
    """Miller et al. (2006): people also learn from each other, and some items are tacit."""

    side: int = parameter(
        10,
        "people",
        (3, 70),
        (5, 20),
        "People along one side of the grid; its square is n.",
        MILLER,
    )
    items: int = parameter(
        100, "items", (1, 5000), (30, 200), "Items of reality (m).",
        "assumed: the full text was not read",
    )  # fmt: skip
    tacit_share: float = parameter(
        0.5, "share", (0, 1), (0, 0.75), "Share of items that are tacit: they never enter the code.",
        "assumed: the full text was not read",
    )  # fmt: skip
    p1: float = P1
    p2: float = P2
    p3: float = P3
    p4: float = P4
    p5: float = _chance(
        0.1, "Local search: chance of taking a belief from the best of four neighbours.",
        "assumed: the full text was not read", (0, 0.9),
    )  # fmt: skip
    p6: float = _chance(
        0.1, "Distant search: chance of taking a belief from a better person further away.",
        "assumed: the full text was not read", (0, 0.9),
    )  # fmt: skip


class Fang(Section):
    """Fang et al. (2010): people learn in subgroups that are more or less isolated."""

    people: int = parameter(280, "people", (2, 2000), (70, 700), "People (n).", FANG)
    items: int = parameter(100, "items", (1, 5000), (30, 200), "Items of reality (m).", FANG)
    group_size: int = parameter(7, "people", (2, 2000), (5, 20), "People in a subgroup (z).", FANG)
    beta: float = parameter(
        0.1, "share", (0, 1), (0, 1), "Chance that a link leads out of its subgroup.", FANG
    )
    block: int = parameter(
        5, "items", (1, 100), (1, 10), "Items that pay only if all are right (s).", FANG
    )
    adoption: float = _chance(
        0.3, "Chance of taking the belief of the majority of those who do better (p).", FANG,
        (0.1, 0.9),
    )  # fmt: skip
