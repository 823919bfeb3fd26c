"""Socialization in communities of practice: standing groups of people from all units."""

from __future__ import annotations

import numpy as np

from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Whole
from seci_sim.seci.knowledge import NOBODY, SOCIALIZATION, WITH_COLLEAGUES, Array, Staff, free_hours
from seci_sim.seci.socialization import Meetings
from seci_sim.seci.working_space import Space


@kernel
def meet_in_communities(staff: Staff, tacit: Array, meetings: Meetings, space: Space) -> None:
    """On each need, those in a community who are less sure move towards the surest, right or wrong.

    For learner i and the surest member j (of equally sure ones the first)::

        tacit_i += min(1, rate * hours * tie * pace_i) * (tacit_j - tacit_i)

    Parameters
    ----------
    tacit : (employees, needs) float32
        Changed in place.
    meetings : Meetings
        `communities` has the rows of the members; nobody has two seats. Who has fewer hours left than
        `community_hours` stays for those. One alone does not meet.

    Notes
    -----
    Source: that people of one practice teach each other across units by talk about it, Brown and
    Duguid (1991), Wenger and Snyder (2000). The rule is that for two colleagues, with the surest in
    the other's place: our assumption.
    """
    communities, hours = meetings.communities, staff.hours
    for community in range(communities.shape[0]):
        size = 0
        for seat in range(communities.shape[1]):
            i = communities[community, seat]
            if i != NOBODY and staff.present[i] and free_hours(hours, i) > 0:
                space.pairing[size] = i
                space.stays[size] = min(np.float32(meetings.community_hours), free_hours(hours, i))
                size += 1
        if size < 2:
            continue
        there, stays = space.pairing[:size], space.stays[:size]
        for place in range(size):
            hours[there[place], WITH_COLLEAGUES] += stays[place]
        for need in range(tacit.shape[1]):
            listen_to_the_surest(there, stays, need, tacit, staff, meetings)


@kernel
def listen_to_the_surest(
    there: Array, stays: Array, need: Whole, tacit: Array, staff: Staff, meetings: Meetings
) -> None:
    """Everybody who is less sure of a need than the surest of those who share moves towards them."""
    surest = there[0]
    for place in range(1, there.size):
        i = there[place]
        if abs(tacit[i, need]) * staff.shares[i] > abs(tacit[surest, need]) * staff.shares[surest]:
            surest = i
    leading = tacit[surest, need] * staff.shares[surest]
    for place in range(there.size):
        i = there[place]
        if abs(tacit[i, need]) < abs(leading):
            step = np.float32(meetings.rate) * stays[place] * np.float32(meetings.tie_community)
            change = min(np.float32(1), step * staff.pace[i]) * (leading - tacit[i, need])
            tacit[i, need] += change
            staff.moved[i, SOCIALIZATION] += abs(change)
