"""What patients need, and how it changes."""

from __future__ import annotations

from seci_sim.declaring import Section, parameter


class World(Section):
    """What patients need, how needs differ between markets, and how they change."""

    needs: int = parameter(
        40,
        "needs",
        (6, 1000),
        (20, 80),
        "world",
        "assumed: a size at which classes of needs can be told apart",
    )
    """Needs that the patients of a market can have."""
    systemic_share: float = parameter(
        0.20, "share", (0, 0.6), (0, 0.4), "world", "assumed: lets combination create something"
    )
    """Needs whose right response follows from those to two other needs, and which nobody shows."""
    latent_share: float = parameter(
        0.60,
        "share",
        (0, 1),
        (0.3, 0.9),
        "world",
        "assumed: Nonaka and Takeuchi (1995) hold that most of what matters is unsaid",
    )
    """Of the other needs, those that patients can show but not say."""
    local_difference: float = parameter(0.25, "chance", (0, 0.5), (0, 0.5), "world", "assumed")
    """How often a market's need differs from the global core."""
    patient_variation: float = parameter(0.15, "chance", (0, 0.5), (0, 0.3), "world", "assumed")
    """How often one patient's need differs from their market's."""
    specialisation: float = parameter(
        0.0,
        "share",
        (0, 1),
        (0, 0.9),
        "world",
        "assumed: that units come to know different things, Reagans and McEvily (2003)",
        off=True,
    )
    """How far each need shows in one market rather than in all: its home, drawn once."""
    drift: float = parameter(0.05, "share a year", (0, 1), (0, 0.3), "world", "assumed")
    """Needs whose right response turns round in a year, in each market and in the core."""
    report_coverage: float = parameter(0.80, "chance", (0, 1), (0, 1), "world", "assumed")
    """Chance that an expressed need is in the market research the library starts with."""
    report_error: float = parameter(0.10, "chance", (0, 0.5), (0, 0.3), "world", "assumed")
    """Chance that an entry of that market research is wrong."""
