"""What the published models measure; nothing heavy is imported, so that files can be checked with it."""

from __future__ import annotations

from seci_sim.measures import Measure

SIGNED_OR_SHARE = "the share of items that are right, or in ORIGINAL from -1 to 1"

_VARIETY = "Pairs of people who differ on an item, mean over items: what is left to explore"

MEASURES: dict[str, tuple[Measure, ...]] = {
    "march-1991": (
        Measure("code_knowledge", "score", "end", f"What the code knows: {SIGNED_OR_SHARE}."),
        Measure("people_knowledge", "score", "end", f"What people know: {SIGNED_OR_SHARE}."),
        Measure("slow_knowledge", "score", "end", "The same, of slow learners."),
        Measure("fast_knowledge", "score", "end", "The same, of fast learners."),
        Measure("variety", "share", "end", f"{_VARIETY}."),
        Measure("superiors", "people", "end", "People who did better than the code."),
    ),
    "miller-2006": (
        Measure("people_knowledge", "share", "end", "Items on which people are right."),
        Measure("code_knowledge", "share", "end", "Codifiable items on which the code is right."),
        Measure("codifiable_knowledge", "share", "end", "The same, of codifiable items."),
        Measure("tacit_knowledge", "share", "end", "The same, of tacit items."),
        Measure("variety", "share", "end", f"{_VARIETY}."),
        Measure("tacit_variety", "share", "end", f"{_VARIETY}; of tacit items."),
        Measure("beliefs_from_peers", "beliefs", "flow", "Beliefs taken from other people."),
        Measure("beliefs_from_code", "beliefs", "flow", "Beliefs taken from the code."),
    ),
    "fang-2010": (
        Measure("people_payoff", "share", "end", "Mean payoff of people, of the highest possible."),
        Measure("best_payoff", "share", "end", "Payoff of the best, of the highest possible."),
        Measure("people_knowledge", "share", "end", "Items on which people are right."),
        Measure("variety", "share", "end", f"{_VARIETY}."),
    ),
}  # fmt: skip
"""The columns of each model, in the order in which its file numbers them; the first is its outcome."""

PERIODS = Measure(
    "periods_to_equilibrium",
    "periods",
    "end",
    "Periods until nothing could change any more; empty where that was not reached.",
)


def outcomes(model: str) -> dict[str, Measure]:
    """All that one run of a published model comes to.

    Examples
    --------
    >>> list(outcomes("fang-2010"))[0], list(outcomes("fang-2010"))[-1]
    ('people_payoff', 'periods_to_equilibrium')
    """
    return {measure.name: measure for measure in (*MEASURES[model], PERIODS)}
