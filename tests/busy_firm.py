"""A small busy firm, run whole."""

from __future__ import annotations

from typing import Any

from seci_sim.parameters import Policy, World
from seci_sim.scenario import Change, Scenario, Stakeholder, Unit

WEEKS = 40
BUSY: dict[str, Any] = {
    "patient_time": 0.1, "mentoring_hours": 1.0, "projects_per_head": 1.0, "reading_hours": 0.5,
    "review_share": 0.5, "turnover": 0.2, "cross_unit": 0.3, "rotation": 0.2, "dialogue_patients": 1,
}  # fmt: skip
"""A policy under which much happens in a few weeks."""


def firm(*units: Unit, partners: tuple[Stakeholder, ...] | None = None, timeline: tuple[Change, ...] = (),
         world: World | None = None, **policy: Any) -> Scenario:  # fmt: skip
    """A small firm with a headquarters and two markets, and more units if any are given."""
    own = (
        Unit(name="Office", kind="headquarters", staff=8),
        Unit(name="North", kind="affiliate", staff=9),
        Unit(name="South", kind="affiliate", staff=7),
    )
    fields: dict[str, Any] = {} if partners is None else {"stakeholders": partners}
    return Scenario(
        name="Small", question="What happens?", horizon=WEEKS + 1, units=(*own, *units),
        world=world or World(needs=16), policy=Policy(**(BUSY | policy)), timeline=timeline, **fields,
    )  # fmt: skip


PARTNERS = (
    Stakeholder(name="In the north", kind="local partner", market="North"),
    Stakeholder(name="In the south", kind="local partner", market="South"),
    Stakeholder(name="Everywhere", kind="global partner"),
)
