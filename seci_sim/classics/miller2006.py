"""Miller, Zhao and Calantone (2006), Adding interpersonal learning and tacit knowledge to March's
exploration-exploitation model, Academy of Management Journal 49(4).

In March's organisation people also learn from each other; `miller2006_rules` says how.
"""

from __future__ import annotations

from seci_sim.classics.march1991 import P1, P2, P3, P4, VARIETY, chance
from seci_sim.declaring import Measure, Model, Section, parameter

PAPER = "borrowed: Miller, Zhao and Calantone (2006)"
NOT_READ = "assumed: the full text was not read"


class Miller(Section):
    """Miller et al. (2006): people also learn from each other, and some items are tacit."""

    side: int = parameter(10, "people", (3, 70), (5, 20), "fact", PAPER)
    """People along one side of the grid; its square is n."""
    items: int = parameter(100, "items", (1, 5000), (30, 200), "world", NOT_READ)
    """Items of reality (m)."""
    tacit_share: float = parameter(0.5, "share", (0, 1), (0, 0.75), "world", NOT_READ)
    """Share of items that are tacit: they never enter the code."""
    p1: float = P1
    p2: float = P2
    p3: float = P3
    p4: float = P4
    p5: float = chance(0.1, (0, 0.9), "rule", NOT_READ)
    """Local search: chance of taking a belief from the best of four neighbours."""
    p6: float = chance(0.1, (0, 0.9), "rule", NOT_READ)
    """Distant search: chance of taking a belief from a better person further away."""


MODEL = Model(
    name="miller-2006",
    paper="Miller, Zhao and Calantone (2006)",
    sections={"miller": Miller},
    measures=(
        Measure("people_knowledge", "share", "end", "Items on which people are right."),
        Measure("code_knowledge", "share", "end", "Codifiable items on which the code is right."),
        Measure(
            "codifiable_knowledge", "share", "end", "Codifiable items on which people are right."
        ),
        Measure("tacit_knowledge", "share", "end", "Tacit items on which people are right."),
        Measure("variety", "share", "end", f"{VARIETY}."),
        Measure("tacit_variety", "share", "end", f"{VARIETY}; of tacit items."),
        Measure("beliefs_from_peers", "beliefs", "flow", "Beliefs taken from other people."),
        Measure("beliefs_from_code", "beliefs", "flow", "Beliefs taken from the code."),
    ),
    rules="seci_sim.classics.miller2006_rules",
)
