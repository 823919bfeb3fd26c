"""Initiative: projects start where staff see that something is amiss."""

from __future__ import annotations

import numpy as np

from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Real, Structure, Whole
from seci_sim.seci.knowledge import Array, Knowledge, Staff, rows_there
from seci_sim.seci.working_space import Space

WEEKS_A_QUARTER = 13


class Initiative(Structure):
    """How far projects start where something is amiss, rather than by head."""

    share: float
    """Of starts that are weighted so; 0: none."""
    total: float
    """By what part all starts rise where everything is amiss; 0: never."""
    unsure: float
    """Up to this conviction a person is unsure of a need."""


@kernel
def find_gaps(space: Space, staff: Staff, knowledge: Knowledge, unsure: Real, week: Whole) -> None:
    """Fill in of how many needs each market's staff see that something is amiss.

    A need on which somebody noticed a wrong routine within the quarter counts 1; another, the share of
    staff who are sure of what the market does not answer.

    Parameters
    ----------
    space : Space
        `gaps` is filled in, with 0 for a market with nobody there, from what is `answered`.

    Notes
    -----
    Source: that breakdown and doubt start the creation of knowledge, Nonaka (1994). Our assumption.
    """
    tacit, limit, done, in_doubt = knowledge.tacit, np.float32(unsure), space.done, space.sure
    for market in range(space.gaps.size):
        failed, there, amiss = 0, 0, 0
        for need in range(tacit.shape[1]):
            noticed = knowledge.noticed[market, need]
            known_to_fail = noticed >= 0 and week - noticed <= WEEKS_A_QUARTER
            failed += known_to_fail
            in_doubt[need] = not known_to_fail
            done[need] = space.answered[market, need]
        for u in range(staff.first.size):
            begin, end = rows_there(u, staff)
            if begin == end or staff.market[begin] != market:
                continue
            there += end - begin
            for i in range(begin, end):
                missed = np.int32(0)
                for need in range(tacit.shape[1]):
                    conviction = tacit[i, need]
                    contradicts = np.int32(conviction * done[need] <= 0)
                    missed += in_doubt[need] & np.int32(abs(conviction) > limit) & contradicts
                amiss += int(missed)
        amiss += failed * there
        space.gaps[market] = amiss / there if there > 0 else 0.0


@kernel
def weigh_starts(
    means: Array, usual: Array, gaps: Array, initiative: Initiative, needs: Whole
) -> None:
    """Fill in the mean projects a week of each market.

    ::

        mean = usual * ((1 - share) + share * gap / G) * (1 + total * G / needs)

    where G is the mean gap of the firm, each market weighted by its usual starts. Where nobody sees
    anything amiss, starts are as usual.

    Parameters
    ----------
    means, usual, gaps : (markets,) float64
        The first is filled in.
    """
    starts, weighted = 0.0, 0.0
    for market in range(usual.size):
        starts += usual[market]
        weighted += usual[market] * gaps[market]
    for market in range(usual.size):
        means[market] = usual[market]
        if weighted > 0:
            mean_gap = weighted / starts
            where = (1.0 - initiative.share) + initiative.share * gaps[market] / mean_gap
            means[market] *= where * (1.0 + initiative.total * mean_gap / needs)


def at_most(usual: Array, initiative: Initiative) -> Array:
    """(markets,) float64: what the mean of no week exceeds: all weighted starts in one market.

    Examples
    --------
    >>> at_most(np.array([0.5, 1.5]), Initiative(share=0.5, total=1.0, unsure=0.1)).tolist()
    [2.5, 3.5]
    """
    share = initiative.share
    bound = (1.0 - share) * usual + share * usual.sum()
    return np.asarray(bound * (1.0 + initiative.total))
