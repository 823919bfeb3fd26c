"""Ba: the shared contexts in which knowledge is created, and all chance of a week.

Each mode has its own (Nonaka and Konno 1998): *originating* (visits, meetings of colleagues),
*dialoguing* (workshops), *systemising* (library, justification, reading) and *exercising* (pilots,
reviews, noticing). This file says who meets whom and what shows itself or is heard; what they learn
from it stands in ``modes``. Who lacks the hours is passed over.
"""

from __future__ import annotations

import math

import numpy as np

from seci_sim import luck
from seci_sim.compiled import fill, kernel
from seci_sim.knowledge import NOBODY, free_hours
from seci_sim.world import EXPRESSED, LATENT, SYSTEMIC

# Originating ba ---------------------------------------------------------------------------------


@kernel
def visits_this_week(mean, seed, week, unit, member):
    """How many visits an employee plans: the whole part of the mean, the fraction as a chance."""
    whole = int(mean)
    return whole + (1 if luck.chance(seed, luck.VISIT, week, unit, member, 0) < mean - whole else 0)


@kernel
def need_shown(truth, shows, variation, accuracy, seed, week, unit, member, slot):
    """What an employee sees of one need of one patient: -1, +1, or 0 where it does not show.

    The patient is drawn afresh: their need is the market's truth, or with chance `variation` not.
    """
    showing, own, reading, _ = luck.four_chances(seed, luck.SHOWN, week, unit, member, slot)
    if showing >= shows:
        return 0
    need = -truth if own < variation else truth
    return need if reading < accuracy else -need


@kernel
def pair_within_units(first, last, present, crossing, order, pool, one, other, seed, week):
    """Everyone meets one colleague of their unit; some pairs are dissolved to meet others.

    Parameters
    ----------
    first, last : (units,) int64
        Rows of each unit.
    crossing : float
        Chance that a pair is dissolved.
    order : (employees,) int64
        Working space.
    pool : (employees,) int64
        Filled with the rows of those whose pair was dissolved.
    one, other : (employees,) int64
        Filled with the rows of each pair.

    Returns
    -------
    tuple of two ints
        Pairs, and people in the pool. In a unit of odd size one person meets nobody.
    """
    pairs = 0
    crossers = 0
    for u in range(first.size):
        size = last[u] - first[u]
        if size == 0 or not present[first[u]]:
            continue
        people = order[:size]
        for place in range(size):
            people[place] = first[u] + place
        luck.shuffle(people, seed, luck.SHUFFLE, week, u)
        for pair in range(size // 2):
            if luck.chance(seed, luck.CROSSING, week, u, pair, 0) < crossing:
                pool[crossers] = people[2 * pair]
                pool[crossers + 1] = people[2 * pair + 1]
                crossers += 2
            else:
                one[pairs] = people[2 * pair]
                other[pairs] = people[2 * pair + 1]
                pairs += 1
    return pairs, crossers


@kernel
def places_in_the_pool(people, unit, member, places, seed, week):
    """Draw the place of each person in the order in which those of different units meet."""
    for place in range(people.size):
        row = people[place]
        places[place] = luck.chance(seed, luck.ACROSS, week, unit[row], member[row], 0)


@kernel
def pair_across_units(people, unit, pairs, waiting, one, other):
    """People meet, in order, the last of another unit who still waits for somebody.

    Those who are left are all of one unit, and meet each other. `waiting` is working space. Gives
    the number of pairs, of which `pairs` were there before.
    """
    waiters = 0
    for place in range(people.size):
        row = people[place]
        if waiters > 0 and unit[waiting[waiters - 1]] != unit[row]:
            waiters -= 1
            one[pairs] = waiting[waiters]
            other[pairs] = row
            pairs += 1
        else:
            waiting[waiters] = row
            waiters += 1
    for place in range(0, waiters - 1, 2):
        one[pairs] = waiting[place]
        other[pairs] = waiting[place + 1]
        pairs += 1
    return pairs


def pair_colleagues(staff, crossing, order, pool, one, other, seed, week):
    """This week's pairs: within units, and a share of them across; gives their number."""
    pairs, crossers = pair_within_units(
        staff.first, staff.last, staff.present, crossing, order, pool, one, other, seed, week
    )
    people, places = pool[:crossers], np.empty(crossers)
    places_in_the_pool(people, staff.unit, staff.member, places, seed, week)
    in_order = people[np.argsort(places, kind="stable")]
    return pair_across_units(in_order, staff.unit, pairs, order, one, other)


@kernel
def waiting_times(edge_one, edge_other, edge_hours, times, seed, week):
    """Draw for every edge of a network when it would meet, its hours being the rate."""
    for edge in range(edge_one.size):
        u = luck.chance(seed, luck.NETWORK, week, edge_one[edge], edge_other[edge], 0)
        times[edge] = luck.rounded(-math.log(1.0 - u) / edge_hours[edge])


@kernel
def pair_in_order(edges, edge_one, edge_other, present, met, one, other):
    """Edges meet in order, each person once. `met` is working space. Gives the number of pairs."""
    fill(met, False)
    pairs = 0
    for place in range(edges.size):
        a, b = edge_one[edges[place]], edge_other[edges[place]]
        if present[a] and present[b] and not met[a] and not met[b]:
            met[a] = True
            met[b] = True
            one[pairs] = a
            other[pairs] = b
            pairs += 1
    return pairs


def pair_from_network(meetings, present, met, one, other, seed, week):
    """Pairs from a firm's own meeting network: the more hours two people share, the likelier.

    Every edge draws a waiting time with its hours as the rate; the earliest edges meet, each person
    once a week. Gives the number of pairs.
    """
    times = np.empty(meetings.one.size)
    waiting_times(meetings.one, meetings.other, meetings.hours, times, seed, week)
    edges = np.argsort(times, kind="stable")
    return pair_in_order(edges, meetings.one, meetings.other, present, met, one, other)


# Dialoguing ba ----------------------------------------------------------------------------------


@kernel
def projects_started(mean, started, seed, week):
    """Fill in how many projects each market starts this week: Poisson counts of the given means."""
    for market in range(mean.size):
        started[market] = luck.poisson(mean[market], seed, luck.PROJECT, week, market)


@kernel
def draw_people(seats, wanted, first, last, order, swaps, present, hours, needed,
                process, seed, week, market, ordinal):  # fmt: skip
    """Seat people of rows first to last in an order of luck; who lacks the hours is passed over.

    Parameters
    ----------
    seats : (at least wanted,) int64
        Filled with rows, from the front.
    order, swaps : (employees,) int64
        Working space; `order` counts 0, 1, 2, ... before and after.
    needed : float
        Hours that a person must have free.

    Returns
    -------
    int
        People seated, at most `wanted`.
    """
    seated = 0
    tried = 0
    size = last - first
    while tried < size and seated < wanted:
        u = luck.chance(seed, process, week, market, ordinal, tried)
        drawn = tried + int(u * (size - tried))
        swaps[tried] = drawn
        order[first + tried], order[first + drawn] = order[first + drawn], order[first + tried]
        row = order[first + tried]
        if present[row] and free_hours(hours, row) >= np.float32(needed):
            seats[seated] = row
            seated += 1
        tried += 1
    for step in range(tried - 1, -1, -1):
        drawn = swaps[step]
        order[first + step], order[first + drawn] = order[first + drawn], order[first + step]
    return seated


@kernel
def hear_stakeholders(voices, truth, core, need_class, patients, local_partners, global_partners,
                      variation, accuracy, seed, week, market, ordinal):  # fmt: skip
    """Add what stakeholders invited to the workshop say: each voices expressed needs at weight 1."""
    for need in range(voices.size):
        if need_class[need] != EXPRESSED:
            continue
        for guest in range(patients):
            slot = guest * voices.size + need
            u = luck.chance(seed, luck.VOICE_PATIENT, week, market, ordinal, slot)
            voices[need] += -truth[need] if u < variation else truth[need]
        for guest in range(local_partners + global_partners):
            known = truth[need] if guest < local_partners else core[need]
            slot = guest * voices.size + need
            u = luck.chance(seed, luck.VOICE_PARTNER, week, market, ordinal, slot)
            voices[need] += known if u < accuracy else -known


# Systemising ba ---------------------------------------------------------------------------------


@kernel
def document_found(success, seed, week, market, ordinal, place):
    """Whether a group finds the document in a given place of its search."""
    return luck.chance(seed, luck.SEARCH, week, market, ordinal, place) < success


@kernel
def votes(need, proposal, truth, core, need_class, patients, local_partners, global_partners,
          weights, speaks, recognition, variation, accuracy, needs, seed, week, market, ordinal):  # fmt: skip
    """Sum of the votes on one entry of a proposal; positive for +1, negative for -1.

    A patient votes as their own need is, if they speak up; a local partner towards the market's
    truth, a global partner towards the core. Nobody but the proposers can judge a systemic need.

    Parameters
    ----------
    weights : tuple of four floats
        Votes of the proposal, a patient, a local partner and a global partner.
    """
    total = weights[0] * proposal
    if need_class == SYSTEMIC:
        return total
    speaks_up = speaks * recognition if need_class == LATENT else speaks
    for guest in range(patients):
        slot = guest * needs + need
        own, speaking, _, _ = luck.four_chances(
            seed, luck.VOTE_PATIENT, week, market, ordinal, slot
        )
        if speaking < speaks_up:
            total += weights[1] * (-truth if own < variation else truth)
    for guest in range(local_partners):
        u = luck.chance(seed, luck.VOTE_LOCAL, week, market, ordinal, guest * needs + need)
        total += weights[2] * (truth if u < accuracy else -truth)
    for guest in range(global_partners):
        u = luck.chance(seed, luck.VOTE_GLOBAL, week, market, ordinal, guest * needs + need)
        total += weights[3] * (core if u < accuracy else -core)
    return total


@kernel
def document_read(chance, success, market, library_market, size, window, seed, week, unit, member):
    """The document an employee reads this week, or -1: one of their market, else any, of the newest."""
    reads, own, choice, _ = luck.four_chances(seed, luck.READING, week, unit, member, 0)
    oldest = max(0, size - window)
    if reads >= chance or size == 0:
        return NOBODY
    written_here = 0
    if own < success and market >= 0:
        for document in range(oldest, size):
            written_here += library_market[document] == market
    if written_here == 0:
        return oldest + int(choice * (size - oldest))
    wanted = int(choice * written_here)
    for document in range(oldest, size):
        if library_market[document] == market:
            if wanted == 0:
                return document
            wanted -= 1
    return NOBODY


# Exercising ba ----------------------------------------------------------------------------------


@kernel
def votes_against(need, entry, truth, patients, accuracy, needs, seed, week, market, ordinal):
    """Margin of votes against an entry in the after-action review; each patient judges it once."""
    margin = 0
    for patient in range(patients):
        u = luck.chance(seed, luck.VERDICT, week, market, ordinal, patient * needs + need)
        says_right = (entry == truth) == (u < accuracy)
        margin += -1 if says_right else 1
    return margin


@kernel
def notices(chance, seed, week, unit, member, need):
    """Whether an employee notices this week that the routine answers a need wrongly."""
    words = luck.four_chances(seed, luck.NOTICING, week, unit, member, need // 4)
    return words[need % 4] < chance
