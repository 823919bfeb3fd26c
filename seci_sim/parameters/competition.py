"""How patients choose between firms, and what of one firm reaches another."""

from __future__ import annotations

from seci_sim.declaring import Section, parameter


class Competition(Section):
    """How patients choose between this firm and its rivals, and how documents leak."""

    choice: float = parameter(
        0.0,
        "weight",
        (0, 100),
        (0, 20),
        "world",
        "assumed: that patients go where needs were met; with 0 firms have equal shares",
        off=True,
    )
    """How strongly patients prefer the firm that meets more needs and mis-serves fewer."""
    switching: float = parameter(
        0.05,
        "share",
        (0, 1),
        (0.01, 0.2),
        "world",
        "assumed: patients change firms slowly, half of the way in a quarter",
        off=True,
    )
    """Part of the way to the shares that patients would choose, that shares move in a week."""
    leak: float = parameter(
        0.0,
        "chance",
        (0, 1),
        (0, 1),
        "world",
        "assumed: what is codified can be imitated, Kogut and Zander (1992)",
        off=True,
    )
    """Chance that a lesson which one firm wrote reaches another's library."""
    leak_weeks: int = parameter(
        52,
        "weeks",
        (0, 520),
        (26, 78),
        "world",
        "borrowed: how a new product works is known to rivals within about a year, Mansfield (1985)",
        off=True,
    )
    """Weeks after which it does."""
