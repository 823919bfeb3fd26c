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
from seci_sim.knowledge import free_hours
from seci_sim.world import EXPRESSED, LATENT, SYSTEMIC

_WORD, _HALF, _ROW = 2.0**32, np.uint64(32), np.uint64(0xFFFFFFFF)

# Originating ba ---------------------------------------------------------------------------------


@kernel
def plan_visits(planned, mean, seed, week, unit):
    """Fill in how many visits each member plans: the whole part of the mean, the rest as a chance."""
    chances = np.empty(planned.size)
    luck.fill_chances(chances, seed, luck.VISIT, week, unit, luck.FIRST)
    whole = int(mean)
    for member in range(planned.size):
        planned[member] = whole + (chances[member] < mean - whole)


@kernel
def see_needs(observed, truth, need_class, shows, variation, accuracy, seed, week, unit, member,
              visit):  # fmt: skip
    """Fill in what an employee sees of one patient's needs: -1, +1, or 0 where one does not show.

    The patient is drawn afresh: a need is the market's truth, or with chance `variation` not.
    Nobody shows a systemic need.
    """
    needs = observed.size
    chances = np.empty((4, needs))
    luck.fill_four_chances(chances, seed, luck.SHOWN, week, unit, member, visit * needs)
    for need in range(needs):
        showing, own, reading = chances[0, need], chances[1, need], chances[2, need]
        visible = showing < shows and need_class[need] != SYSTEMIC
        as_truth = (own < variation) == (reading >= accuracy)
        observed[need] = visible * (truth[need] if as_truth else -truth[need])


@kernel
def pair_within_unit(unit, begin, size, crossing, order, line, one, other, seed, week):
    """Everyone meets one colleague of their unit; some pairs are dissolved to meet others.

    Parameters
    ----------
    begin, size : int
        First row of the unit, and its staff. In a unit of odd size one person meets nobody.
    crossing : float
        Chance that a pair is dissolved.
    order : (employees,) int64
        Working space.
    line : (employees,) uint64
        Filled, from `begin` on, with those whose pair was dissolved; see `place_in_line`.
    one, other : (employees,) int64
        Filled, from ``begin // 2`` on, with the rows of each pair.

    Returns
    -------
    tuple of two ints
        Pairs, and people whose pair was dissolved.
    """
    people = order[begin : begin + size]
    for place in range(size):
        people[place] = begin + place
    luck.shuffle(people, seed, luck.SHUFFLE, week, unit)
    chances = np.empty(size // 2)
    luck.fill_chances(chances, seed, luck.CROSSING, week, unit, luck.FIRST)
    pair, crosser = begin // 2, begin
    for couple in range(size // 2):
        if chances[couple] < crossing:
            for row in people[2 * couple : 2 * couple + 2]:
                line[crosser] = place_in_line(row, unit, row - begin, seed, week)
                crosser += 1
        else:
            one[pair] = people[2 * couple]
            other[pair] = people[2 * couple + 1]
            pair += 1
    return pair - begin // 2, crosser - begin


@kernel
def place_in_line(row, unit, member, seed, week):
    """Draw the place of a person in the order in which those of different units meet.

    Place and row stand in one number, so that no two are equal.
    """
    drawn = luck.chance(seed, luck.ACROSS, week, unit, member, luck.FIRST)
    return (np.uint64(drawn * _WORD) << _HALF) | np.uint64(row)


@kernel
def close_ranks(line, first, crossers):
    """Move the people of each unit to the front of the line; gives how many there are."""
    waiting = 0
    for u in range(first.size):
        for place in range(first[u], first[u] + crossers[u]):
            line[waiting] = line[place]
            waiting += 1
    return waiting


@kernel
def pair_across_units(line, unit, waiting, one, other):
    """People meet, in order, the last of another unit who still waits for somebody.

    Those who are left are all of one unit, and meet each other.

    Parameters
    ----------
    line : (people,) uint64
        From the front, sorted; see `place_in_line`.
    waiting : (people,) int64
        Working space.
    one, other : (people,) int64
        Filled, from the front, with the rows of each pair.

    Returns
    -------
    int
        Pairs.
    """
    waiters = 0
    pairs = 0
    for place in range(line.size):
        row = np.int64(line[place] & _ROW)
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


def pair_the_line(staff, crossers, line, waiting, one, other):
    """Pair those whose pair was dissolved, across units if possible; gives the number of pairs."""
    people = line[: close_ranks(line, staff.first, crossers)]
    people.sort()
    return pair_across_units(people, staff.unit, waiting, one, other)


@kernel
def waiting_times(edge_one, edge_other, edge_hours, times, seed, week):
    """Draw for every edge of a network when it would meet, its hours being the rate."""
    for edge in range(edge_one.size):
        u = luck.chance(seed, luck.NETWORK, week, edge_one[edge], edge_other[edge], luck.FIRST)
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
    seats : (at least wanted,) int32
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
    tried = luck.FIRST
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
def another_market(market, markets, seed, week, ordinal):
    """Draw the market whose people join a project; if it has not opened, nobody does."""
    drawn = luck.chance(seed, luck.OTHER_MARKET, week, market, ordinal, luck.FIRST)
    return (market + 1 + int(drawn * (markets - 1))) % markets


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
def documents_of(market, library_market, oldest, size, documents):
    """Fill in, from the front, a market's documents of the newest; gives their number."""
    found = 0
    for document in range(oldest, size):
        if market >= 0 and library_market[document] == market:
            documents[found] = document
            found += 1
    return found


@kernel
def choose_document(own, written_here, success, oldest, size, seed, week, unit, member):
    """The document a reader chooses: with chance `success` one of their market, else any.

    Parameters
    ----------
    own : (documents,) int64
        The first `written_here` are the market's documents among the newest.
    oldest, size : int
        The newest documents, from which one is chosen, and the one after the last.
    """
    searching, choice, _, _ = luck.four_chances(seed, luck.CHOICE, week, unit, member, luck.FIRST)
    if searching < success and written_here > 0:
        return own[int(choice * written_here)]
    return oldest + int(choice * (size - oldest))


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
