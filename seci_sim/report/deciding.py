"""What decides, in words: what to measure first, where it turns the verdict, and what it is worth."""

from __future__ import annotations

from seci_sim.figures.steps import gain_at_ends
from seci_sim.lab.deciders import Decider
from seci_sim.lab.verdicts import Verdict
from seci_sim.words import in_points, quoted, setting, spoken

KNOWN_HOW = {
    "fact": "a fact a firm can look up",
    "lever": "what a firm decides",
    "rule": "a number of the model's rules",
    "world": "a trait of the world",
}
"""What a parameter is to a firm, by its role."""


def what_decides(one: Verdict) -> str:
    """What to measure first, and on what the verdict turns; nothing without worlds."""
    if one.doubt is None or one.answer == "no difference":
        return ""
    if not one.deciders:
        return "Measure first: nothing; no single number that is doubted decides it."
    first, look_up = one.deciders[0], fact_to_look_up(one)
    if look_up is None:
        turned = first.worth > 0 or first.turns_at is not None
        what = (
            " that a firm can look up turns the verdict"
            if turned
            else "; no number that is doubted turns the verdict alone"
        )
        return f"Measure first: nothing{what}. {hangs_on(first)}"
    said = f"Measure first: {called(look_up)}{_sides(look_up)}."
    if look_up.worth > 0:
        said += f" Knowing it is worth {worth(look_up)}."
    return said if look_up is first else f"{said} {hangs_on(first)}"


def fact_to_look_up(one: Verdict) -> Decider | None:
    """The fact most worth knowing; where nothing is settled, else the one that moves the gain most."""
    if one.measure_first is None and one.answer == "not settled":
        return next((decider for decider in one.deciders if decider.factor.role == "fact"), None)
    return one.measure_first


def called(decider: Decider) -> str:
    """A parameter as one says it, and as files name it."""
    return f"{quoted(spoken(decider.factor.name))} ({decider.factor.name})"


def hangs_on(decider: Decider) -> str:
    """How much hangs on a parameter that moves the gain, and where it turns the verdict."""
    verb = "Most hangs" if decider.turns_at is None else "It turns"
    return f"{verb} on {called(decider)}, {KNOWN_HOW[decider.factor.role]}{_sides(decider)}."


def _sides(decider: Decider) -> str:
    """On which side of which value which policy wins, or how far the gain goes."""
    if decider.turns_at is not None and decider.wins_below and decider.wins_above:
        value = setting(decider.turns_at, decider.factor.unit)
        return (
            f": below {value} {quoted(decider.wins_below)} wins, above {quoted(decider.wins_above)}"
        )
    more = "; the verdict turns on it more than once" if decider.worth > 0 else ""
    return f": {', '.join(gain_at_ends(decider))}{more}"


def worth(decider: Decider) -> str:
    """What knowing a parameter would add to the expected gain, in points."""
    if decider.worth == 0:
        return "nothing"
    return "less than 0.1 points" if decider.worth < 0.0005 else in_points(decider.worth)
