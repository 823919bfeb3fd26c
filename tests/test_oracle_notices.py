"""The compiled week against the plain one: the whole default firm, and mistakes, which are noticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from oracle import access, measured, outside, practice, story, together
from oracle.people import Employee
from oracle.state import State
from side_by_side import BUSY, QUICK, compare, firm, total

from seci_sim.scenario import Scenario


def test_both_versions_agree_on_the_default_firm() -> None:
    """200 people, 40 needs, every parameter as declared; the first plan becomes routine."""
    model, _ = compare(Scenario(name="Default", question="Do both agree?", horizon=26), 1)
    assert total(model, "routines_adopted") > 0


def larger(step: Callable[..., None]) -> Callable[..., None]:
    """A step of tacit knowledge that is a tenth too large."""
    return lambda employee, need, target, size: step(employee, need, target, 1.1 * size)


def meetings_first(_: Callable[..., None]) -> Callable[[State], None]:
    """Socialization in the wrong order."""

    def socialize(state: State) -> None:
        for one, other in together._pairs(state):
            together._meet(state, one, other, state.policy.mentoring_hours)
        for employee in state.there():
            together._visit_patients(state, employee)

    return socialize


@pytest.mark.parametrize(
    ("owner", "name", "mistake"),
    [
        (Employee, "move", larger),
        (together, "socialize", meetings_first),
        (practice, "_review", lambda _: lambda *_: None),
        (outside, "weekly", lambda _: lambda yearly: yearly / 52),
        (access, "_fall", lambda fall: lambda u, chances: fall(1.0 - u, chances)),
        (outside, "remember_leaver", lambda _: lambda *_: None),
        (story, "remember_feeling", lambda _: lambda *_: None),
        (measured, "_difference", lambda _: lambda *_: 0.5),
    ],
    ids=[
        "steps a tenth too large",
        "meetings before visits",
        "no reviews",
        "wrong chances",
        "bands upside down",
        "leavers forgotten",
        "feelings forgotten",
        "markets not compared",
    ],
)
def test_a_mistake_in_one_version_is_noticed(
    owner: Any, name: str, mistake: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, name, mistake(getattr(owner, name)))
    with pytest.raises(AssertionError):
        compare(firm(BUSY, projects=QUICK), 2)
