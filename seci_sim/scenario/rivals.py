"""Rivals: other firms that serve the same markets, and in what they differ from this one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from seci_sim.parameters import Competition, Policy, Section
from seci_sim.scenario import checks
from seci_sim.scenario.problems import shown
from seci_sim.scenario.units import Change, Unit, one_line, shown_by_others
from seci_sim.scenario.validation import Problem, fields_of

SAME_FOR_ALL = (
    "needs_jump",
    "market_opens",
    "unit_joins",
    "unit_leaves",
    "partner_joins",
    "partner_leaves",
    "firm_joins",
)
"""What happens to all firms alike: what patients need, and who is there."""


class Rival(Section):
    """A firm that serves the same markets; what is not said of it is as in this firm."""

    name: Annotated[
        str,
        StringConstraints(min_length=1, max_length=40),
        AfterValidator(one_line),
        AfterValidator(shown_by_others),
    ]
    """Name of the rival."""
    policy: dict[str, Any] = Field(default_factory=dict, json_schema_extra={"section": "policy"})
    """Settings in which its policy differs from this firm's at the start."""

    @field_validator("policy")
    @classmethod
    def _is_a_policy(cls, policy: dict[str, Any]) -> dict[str, Any]:
        return fields_of(Policy, policy)


def changes_of(rival: str | None, timeline: Sequence[Change]) -> tuple[Change, ...]:
    """What of a timeline happens to one firm: its own changes, and what happens to all alike.

    Parameters
    ----------
    rival : str or None
        Name of a rival, or None for this firm, all of whose changes name no rival.

    Examples
    --------
    >>> ours = Change(week=9, policy={"patient_time": 0.02}, needs_jump=0.5)
    >>> theirs = Change(week=8, rival="Copier", lose=("library",))
    >>> changes_of(None, [theirs, ours]) == (ours,)
    True
    >>> [(one.lose, one.policy, one.needs_jump) for one in changes_of("Copier", [theirs, ours])]
    [(('library',), {}, None), ((), {}, 0.5)]
    """
    if rival is None:
        return tuple(change for change in timeline if change.rival is None)
    kept = {"week", "market", *SAME_FOR_ALL}
    nothing: dict[str, Any] = {name: None for name in Change.model_fields if name not in kept}
    nothing |= {"policy": {}, "lose": ()}
    return tuple(
        change.model_copy(update={"rival": None} if change.rival else nothing)
        for change in timeline
        if change.rival in (None, rival)
    )


def check_rivals(
    rivals: Sequence[Rival],
    competition: Competition,
    timeline: Sequence[Change],
    units: Sequence[Unit],
) -> Iterator[Problem]:
    """Rivals have names that tables can hold, and differ only in what a firm decides or suffers."""
    if competition != Competition() and not rivals:
        yield Problem(("competition",), "says nothing without rivals; list them under rivals")
    if rivals and any(unit.firm for unit in units):
        what = "a scenario has rivals, or firms that join in a merger, not both"
        yield Problem(("rivals",), what)
    yield from checks.check_names(("rivals",), [rival.name for rival in rivals])
    for place, rival in enumerate(rivals):
        if rival.name.endswith("horizon"):
            # The column rival_needs_met_NAME would be taken for a mean over the horizon.
            what = 'must not end in "horizon", which tables use for something else'
            yield Problem(("rivals", place, "name"), what, got=shown(rival.name))
    for place, change in enumerate(timeline):
        for name in SAME_FOR_ALL if change.rival else ():
            if getattr(change, name) is not None:
                what = "happens to all firms alike; leave out rival, or write a change of its own"
                yield Problem(("timeline", place, name), what)
