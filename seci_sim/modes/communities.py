"""Socialization in communities of practice: standing groups of people from all units."""

from __future__ import annotations

import numpy as np

from seci_sim.compiled import kernel
from seci_sim.knowledge import NOBODY, SOCIALIZATION, WITH_COLLEAGUES, free_hours


@kernel
def meet_in_communities(first, last, communities, tacit, present, hours, moved, meeting_hours, tie,
                        rate):  # fmt: skip
    """On each need, those in a community who are less sure move towards the surest, right or wrong.

    For learner i and the surest member j (of equally sure ones the first)::

        tacit_i += min(1, rate * hours * tie) * (tacit_j - tacit_i)

    Parameters
    ----------
    first, last : int
        Which communities.
    communities : (communities, seats) int64
        Rows of the members; nobody has two seats.
    tacit : (employees, needs) float32
        Changed in place.
    meeting_hours : float
        Hours of a week's meeting; who has fewer left stays for those. One alone does not meet.

    Notes
    -----
    Source: that people of one practice teach each other across units by talk about it, Brown and
    Duguid (1991), Wenger and Snyder (2000). The rule is that for two colleagues, with the surest in
    the other's place: our assumption.
    """
    there = np.empty(communities.shape[1], np.int64)
    stays = np.empty(communities.shape[1], np.float32)
    for community in range(first, last):
        size = 0
        for seat in range(communities.shape[1]):
            i = communities[community, seat]
            if i != NOBODY and present[i] and free_hours(hours, i) > 0:
                there[size] = i
                stays[size] = min(np.float32(meeting_hours), free_hours(hours, i))
                size += 1
        if size < 2:
            continue
        for place in range(size):
            hours[there[place], WITH_COLLEAGUES] += stays[place]
        for need in range(tacit.shape[1]):
            listen_to_the_surest(there[:size], stays, need, tacit, moved, tie, rate)


@kernel
def listen_to_the_surest(there, stays, need, tacit, moved, tie, rate):
    """Everybody who is less sure of a need than the surest moves towards them."""
    surest = there[0]
    for place in range(1, there.size):
        if abs(tacit[there[place], need]) > abs(tacit[surest, need]):
            surest = there[place]
    leading = tacit[surest, need]
    for place in range(there.size):
        i = there[place]
        if abs(tacit[i, need]) < abs(leading):
            step = min(np.float32(1), np.float32(rate) * stays[place] * np.float32(tie))
            change = step * (leading - tacit[i, need])
            tacit[i, need] += change
            moved[i, SOCIALIZATION] += abs(change)
