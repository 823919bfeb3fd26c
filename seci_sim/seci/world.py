"""What is true of patients' needs, before anyone knows it, and how it changes.

A need has a right response, -1 or +1, in a global core; a market's differs from it with probability
``local_difference``, or it shares the needs of another market but for some. A need belongs to one of
three classes: patients can say an *expressed* need, only show a *latent* one, and nobody shows a
*systemic* one, whose right response is the product of those to two other needs, its parts. That product holds in every market and in the core, always.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Real, Structure, Table, Vector, Whole
from seci_sim.parameters import WEEKS_A_YEAR, World
from seci_sim.seci.knowledge import NOBODY, Array, Library

EXPRESSED, LATENT, SYSTEMIC = range(3)
CLASSES = ("expressed", "latent", "systemic")

GLOBAL = np.int64(0)
"""Group of draws about the core; market m draws in group m + 1."""


class Truth(Structure, frozen=True):
    """The right responses."""

    core: Vector[np.int8]
    """(needs,) int8."""
    market: Table[np.int8]
    """(markets, needs) int8."""
    need_class: Vector[np.int8]
    """(needs,) int8: expressed needs first, then latent, then systemic ones."""
    parts: Table[np.int64]
    """(needs, 2) int64: the parts of a systemic need; -1 for others."""
    home: Vector[np.int64]
    """(needs,) int64: the market in which each shows more than elsewhere, in a specialised world."""
    can_show: int
    """How many needs are expressed or latent."""
    variation: float
    """Chance that a patient's own need is not that of their market."""


def weekly_chance(yearly: float) -> float:
    """The chance a week that adds up to a yearly one, rounded to 2**-20.

    Examples
    --------
    >>> round(1 - (1 - weekly_chance(0.10)) ** 52, 3)
    0.1
    """
    return float(luck.rounded(1.0 - (1.0 - yearly) ** (1.0 / WEEKS_A_YEAR)))


def class_sizes(world: World) -> tuple[int, int, int]:
    """How many needs are expressed, latent and systemic.

    Examples
    --------
    >>> class_sizes(World())
    (13, 19, 8)
    """
    systemic = round(world.needs * world.systemic_share)
    others = world.needs - systemic
    latent = round(others * world.latent_share)
    return others - latent, latent, systemic


def new_truth(
    world: World, markets: int, seed: int, likeness: Sequence[tuple[int, float]] | None = None
) -> Truth:
    """Draw the world of a seed: the same for every policy.

    Parameters
    ----------
    likeness : sequence of (int, float), optional
        For each market: the earlier market whose needs it shares, or -1 for the core, and the chance
        that one of them differs; without it, each market differs from the core with
        ``local_difference``. A market has the same draws whatever it resembles. Our assumption.

    Examples
    --------
    >>> truth = new_truth(World(), 2, 1, [(NOBODY, 0.25), (0, 0.0)])
    >>> bool((truth.market[0] == truth.market[1]).all())
    True
    """
    shared, differing = zip(
        *(likeness or [(NOBODY, world.local_difference)] * markets), strict=True
    )
    truth = Truth(
        core=np.zeros(world.needs, np.int8),
        market=np.zeros((markets, world.needs), np.int8),
        need_class=np.repeat(np.arange(3, dtype=np.int8), class_sizes(world)),
        parts=np.full((world.needs, 2), -1, np.int64),
        home=np.zeros(world.needs, np.int64),
        can_show=sum(class_sizes(world)[:2]),
        variation=world.patient_variation,
    )
    _draw_truth(truth, np.array(shared, np.int64), np.array(differing, float), seed)
    return truth


@kernel
def _draw_truth(truth: Truth, shared: Array, differing: Array, seed: Whole) -> None:
    """Fill in core, markets, parts and homes."""
    core, market, parts, shown = truth.core, truth.market, truth.parts, truth.can_show
    for need in range(core.size):
        drawn = luck.chance(seed, luck.HOME, luck.BEFORE, GLOBAL, luck.FIRST, need)
        truth.home[need] = int(drawn * market.shape[0])
        core[need] = (
            1 if luck.chance(seed, luck.CORE, luck.BEFORE, GLOBAL, luck.FIRST, need) < 0.5 else -1
        )
        for m in range(market.shape[0]):
            common = core[need] if shared[m] == NOBODY else market[shared[m], need]
            drawn = luck.chance(seed, luck.LOCAL, luck.BEFORE, m + 1, luck.FIRST, need)
            market[m, need] = -common if drawn < differing[m] else common
        if need >= shown:
            a, b, _, _ = luck.four_chances(seed, luck.PARTS, luck.BEFORE, GLOBAL, luck.FIRST, need)
            one = int(a * shown)
            parts[need, 0] = one
            parts[need, 1] = (one + 1 + int(b * (shown - 1))) % shown
    follow_parts(truth)


@kernel
def follow_parts(truth: Truth) -> None:
    """Make every systemic need the product of its parts."""
    core, market, parts = truth.core, truth.market, truth.parts
    for need in range(core.size):
        if parts[need, 0] >= 0:
            core[need] = core[parts[need, 0]] * core[parts[need, 1]]
            for m in range(market.shape[0]):
                market[m, need] = market[m, parts[need, 0]] * market[m, parts[need, 1]]


@kernel
def turn_round(
    truth: Truth, core_share: Real, share: Array, process: Whole, seed: Whole, week: Whole
) -> None:
    """Needs turn round, each market's and the core's on their own; systemic ones follow.

    Parameters
    ----------
    core_share : float
        Chance that a need of the core turns round.
    share : (markets,) float64
        The same for each market.
    process : int
        `luck.DRIFT` week by week, `luck.JUMP` for a shock.
    """
    core, market = truth.core, truth.market
    for need in range(core.size):
        if truth.need_class[need] != SYSTEMIC:
            if luck.chance(seed, process, week, GLOBAL, luck.FIRST, need) < core_share:
                core[need] = -core[need]
            for m in range(market.shape[0]):
                if luck.chance(seed, process, week, m + 1, luck.FIRST, need) < share[m]:
                    market[m, need] = -market[m, need]
    follow_parts(truth)


def exposure(truth: Truth, specialisation: float) -> Array:
    """(markets, needs) float64: how often a need shows in a market, as a multiple of the usual.

    ::

        (1 - s) + s * M at home, and 1 - s elsewhere, of M markets

    so that over all markets a need shows as often as in a world that is not specialised.

    Notes
    -----
    Source: that what is known in one part of an organisation is of use in others, which is what ties
    across units are for, Hansen (1999), Reagans and McEvily (2003), Fang, Lee and Schilling (2010).
    Rule: our assumption. Patients have all needs everywhere; only how often one is seen differs.

    Examples
    --------
    >>> truth = new_truth(World(specialisation=0.8), 4, 1)
    >>> exposure(truth, 0.8)[:, 0].round(1).tolist(), int(truth.home[0])
    ([0.2, 3.4, 0.2, 0.2], 1)
    """
    markets = len(truth.market)
    at_home = truth.home == np.arange(markets)[:, None]
    return np.asarray((1.0 - specialisation) + specialisation * markets * at_home)


def write_market_research(library: Library, truth: Truth, world: World, seed: int) -> None:
    """The report the library starts with: expressed needs only, from the global view."""
    entries = library.entries[library.size]
    for need in np.flatnonzero(truth.need_class == EXPRESSED):
        covered, wrong, _, _ = luck.four_chances(
            seed, luck.REPORT, luck.BEFORE, GLOBAL, luck.FIRST, need
        )
        if covered < world.report_coverage:
            entries[need] = truth.core[need] * (-1 if wrong < world.report_error else 1)
            library.held[need, int(entries[need] > 0)] = True
    library.market[library.size] = -1
    library.size += 1
