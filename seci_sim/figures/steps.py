"""What titles say: every policy in the order of the question, each against the one that it means.

So no chart has another hero than the one before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.deciders import Decider
from seci_sim.lab.factors import Factor
from seci_sim.lab.statistics import Difference, separated
from seci_sim.words import gained, listed, more, not_told_apart, percent, quoted, setting, signed

MOST_STEPS, MOST_NAMES = 2, 4
"""Steps, and policies, that a title names before it only counts them."""

CLOSE = 0.02
"""Of a parameter's range: a world so close to its end is said to be there."""


def other_said(found: Comparison) -> str:
    """The policy that each is held against."""
    return "the step before it" if found.ladder and len(found.names) > 2 else quoted(found.first)


def change_said(change: Difference, name: str, other: str, does: str, what: str) -> str:
    """One policy against another, in words."""
    policy, against = quoted(name), quoted(other)
    if change.equal == change.used > 0:
        return f"{policy} {does} the same {what} as {against}, run by run"
    words = f"{signed(100 * abs(change.mean)).lstrip('+')} points {more(change.mean)} {what}"
    if separated(change):
        return f"{policy} {does} {words} than {against}"
    return f"{policy} and {against} differ by {signed(100 * change.mean)} points{not_told_apart(change.interval)}"


def with_rest(said: Sequence[str]) -> str:
    """As many parts as a title has room for; the rest is counted.

    Examples
    --------
    >>> with_rest(["a", "b"]), with_rest(["a", "b", "c", "d"])
    ('a; b', 'a; b; 2 more below')
    """
    left = len(said) - MOST_STEPS
    return "; ".join([*said[:MOST_STEPS], *[f"{left} more below"] * (left > 0)])


def levels_said(found: Comparison, outcome: str) -> str:
    """The share under every policy."""
    return shares_said({name: found.mean(name, outcome) for name in found.names})


def shares_said(shares: dict[str, float]) -> str:
    """Shares by policy.

    Examples
    --------
    >>> shares_said({"A": 0.125, "B": 0.4281})
    '12.5% under “A” and 42.8% under “B”'
    """
    said = [f"{percent(share)} under {quoted(name)}" for name, share in shares.items()]
    left = len(said) - MOST_NAMES
    return listed([*said[:MOST_NAMES], *[f"{left} more below"] * (left > 0)])


def gain_at_ends(decider: Decider) -> tuple[str, str]:
    """What is gained at both ends of a parameter's range."""
    factor = decider.factor
    low, high = (
        f"{gained(mean)} where it is {setting(_end(value, factor), factor.unit)}"
        for value, mean in decider.curve[["value", "mean"]].iloc[[0, -1]].to_numpy().tolist()
    )
    return low, high


def _end(value: float, factor: Factor) -> float:
    """The end of a range to which worlds come close, or else the value that is nearest to it."""
    low, high = float(factor.low or 0), float(factor.high or 0)
    near = CLOSE * (high - low)
    return next((end for end in (low, high) if abs(value - end) <= near), value)
