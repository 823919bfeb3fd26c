"""Ba: the shared contexts in which knowledge is created, and all chance of a week.

Each mode has its own (Nonaka and Konno 1998): *originating* (visits, meetings of colleagues),
*dialoguing* (workshops), *systemising* (library, justification, reading) and *exercising* (pilots,
reviews, noticing). This file says who meets whom and what shows itself or is heard; what they learn
from it stands in the modes' files. Who lacks the hours is passed over.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import fill, kernel
from seci_sim.engine.structures import Real, Whole
from seci_sim.seci.knowledge import Array, Staff, free_hours
from seci_sim.seci.working_space import Network, Space
from seci_sim.seci.world import EXPRESSED, LATENT, SYSTEMIC, Truth

_HALF, _ROW = np.uint64(32), np.uint64(0xFFFFFFFF)

# Originating ba ---------------------------------------------------------------------------------


@kernel
def see_needs(
    observed: Array,
    truth: Truth,
    home: Whole,
    visits: Any,
    seed: Whole,
    week: Whole,
    unit: Whole,
    member: Whole,
    visit: Whole,
) -> None:
    """Fill in what an employee sees of one patient's needs: -1, +1, or 0 where one does not show.

    The patient, who lives in the market `home`, is drawn afresh: a need is the market's truth, or with
    the world's chance of variation not. Nobody shows a systemic need; these stand last.
    """
    right, needs = truth.market[home], observed.size
    shows, accuracy = luck.below(visits.shows), luck.below(visits.accuracy)
    variation = luck.below(truth.variation)
    moment, key_0, key_1 = luck.moment_and_keys(seed, luck.SHOWN, week)
    for need in range(truth.can_show):
        showing, own, reading, _ = luck.philox(
            np.uint64(visit * needs + need),
            np.uint64(member),
            np.uint64(unit),
            moment,
            key_0,
            key_1,
        )
        misleads = np.int64(own < variation) ^ np.int64(reading >= accuracy)
        observed[need] = np.int8(np.int64(showing < shows) * (1 - 2 * misleads) * right[need])


@kernel
def pair_within_unit(
    unit: Whole, begin: Whole, end: Whole, crossing: Real, space: Space, seed: Whole, week: Whole
) -> tuple[int, int]:
    """Everyone meets one colleague of their unit; some pairs are dissolved to meet others.

    Parameters
    ----------
    begin, end : int
        First row of the unit, and the row after its last. Of an odd number one person meets nobody.
    crossing : float
        Chance that a pair is dissolved.
    space : Space
        `line` is filled, from `begin` on, with those whose pair was dissolved; see `place_in_line`;
        `one` and `other`, from ``begin // 2`` on, with the rows of each pair.

    Returns
    -------
    tuple of two ints
        Pairs, and people whose pair was dissolved.
    """
    people, words, line = space.pairing[begin:end], space.words[begin:end], space.line
    one, other = space.one, space.other
    for place in range(people.size):
        people[place] = begin + place
    luck.shuffle(people, words, seed, luck.SHUFFLE, week, unit)
    couples, limit = people.size // 2, luck.below(crossing)
    luck.fill_words(words[:couples], seed, luck.CROSSING, week, unit, luck.FIRST)
    pair, crosser = begin // 2, begin
    for couple in range(couples):
        if np.uint64(words[couple]) < limit:
            for row in people[2 * couple : 2 * couple + 2]:
                line[crosser] = place_in_line(row, unit, row - begin, seed, week)
                crosser += 1
        else:
            one[pair] = people[2 * couple]
            other[pair] = people[2 * couple + 1]
            pair += 1
    return pair - begin // 2, crosser - begin


@kernel
def place_in_line(row: Whole, unit: Whole, member: Whole, seed: Whole, week: Whole) -> Any:
    """Draw the place of a person in the order in which those of different units meet.

    Place and row stand in one number, so that no two are equal.
    """
    drawn = luck.word(seed, luck.ACROSS, week, unit, member, luck.FIRST)
    return (drawn << _HALF) | np.uint64(row)


@kernel
def close_ranks(line: Array, first: Array, crossers: Array) -> int:
    """Move the people of each unit to the front of the line; gives how many there are."""
    waiting = 0
    for u in range(first.size):
        for place in range(first[u], first[u] + crossers[u]):
            line[waiting] = line[place]
            waiting += 1
    return waiting


@kernel
def put_in_line(line: Array, sorting: Array, counts: Array) -> None:
    """Sort a line by the places drawn; see `place_in_line`.

    Since places are drawn, everybody's is known but for a few: they go near it, and the few move up.

    Parameters
    ----------
    line, sorting : (people,) uint64
        The line, and working space.
    counts : (people,) int64
        Working space.
    """
    people = np.uint64(line.size)
    fill(counts, 0)
    for place in range(line.size):
        counts[((line[place] >> _HALF) * people) >> _HALF] += 1
    before = 0
    for part in range(counts.size):
        before, counts[part] = before + counts[part], before
    for place in range(line.size):
        part = ((line[place] >> _HALF) * people) >> _HALF
        sorting[counts[part]] = line[place]
        counts[part] += 1
    for place in range(line.size):
        person, now = sorting[place], place
        while now > 0 and line[now - 1] > person:
            line[now] = line[now - 1]
            now -= 1
        line[now] = person


@kernel
def pair_across_units(line: Array, unit: Array, waiting: Array, one: Array, other: Array) -> int:
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


@kernel
def pair_the_line(staff: Staff, space: Space) -> int:
    """Pair those whose pair was dissolved, across units if possible; gives the number of pairs."""
    people = close_ranks(space.line, staff.first, space.crossers)
    line = space.line[:people]
    put_in_line(line, space.sorting[:people], space.swaps[:people])
    return pair_across_units(line, staff.unit, space.pairing, space.one, space.other)


@kernel
def earliest_first(times: Array, edges: Array) -> None:
    """Put edges in the order of their times, those of one time as they are numbered (Shell 1959)."""
    for edge in range(edges.size):
        edges[edge] = edge
    gap = 1
    while gap < edges.size:
        gap = 3 * gap + 1
    while gap > 0:
        for place in range(gap, edges.size):
            edge, now = edges[place], place
            while now >= gap:
                before = edges[now - gap]
                if (times[before], before) < (times[edge], edge):
                    break
                edges[now] = before
                now -= gap
            edges[now] = edge
        gap //= 3


@kernel
def pair_in_order(network: Network, present: Array, met: Array, one: Array, other: Array) -> int:
    """Edges meet in order, each person once. `met` is working space. Gives the number of pairs."""
    fill(met, False)
    pairs = 0
    for edge in network.edges:
        a, b = network.one[edge], network.other[edge]
        if present[a] and present[b] and not met[a] and not met[b]:
            met[a] = True
            met[b] = True
            one[pairs] = a
            other[pairs] = b
            pairs += 1
    return pairs


@kernel
def pair_from_network(
    network: Network, staff: Staff, space: Space, seed: Whole, week: Whole
) -> int:
    """Pairs from a firm's own meeting network: the more hours two people share, the likelier.

    Every edge draws a waiting time with its hours as the rate; the earliest edges meet, each person
    once a week. Gives the number of pairs.
    """
    one, other = network.one, network.other
    for edge in range(one.size):
        u = luck.chance(seed, luck.NETWORK, week, one[edge], other[edge], luck.FIRST)
        network.times[edge] = luck.rounded(-math.log(1.0 - u) / network.hours[edge])
    earliest_first(network.times, network.edges)
    return pair_in_order(network, staff.present, space.met, space.one, space.other)


# Dialoguing ba ----------------------------------------------------------------------------------


@kernel
def projects_started(mean: Array, started: Array, seed: Whole, week: Whole) -> int:
    """Fill in how many projects each market starts this week: Poisson counts of the given means.

    Gives their sum.
    """
    number = 0
    for market in range(mean.size):
        started[market] = luck.poisson(mean[market], seed, luck.PROJECT, week, market)
        number += started[market]
    return number


@kernel
def draw_people(
    seats: Array,
    wanted: Whole,
    rows: Array,
    needed: Real,
    staff: Staff,
    space: Space,
    process: Whole,
    project: tuple[Whole, Whole, Whole, Whole],
) -> int:
    """Seat people of some rows in an order of luck; who lacks the hours is passed over.

    Parameters
    ----------
    seats : (at least wanted,) int32
        Filled with rows, from the front.
    rows : (2,) int64
        The first row, and the one after the last.
    needed : float
        Hours that a person must have free.
    space : Space
        Its `order` counts 0, 1, 2, ... before and after.
    process : int
        Whose luck.
    project : tuple of ints
        Seed, week, market and number of the project in that week.

    Returns
    -------
    int
        People seated, at most `wanted`.
    """
    order, swaps, present, hours = space.order, space.swaps, staff.present, staff.hours
    first = rows[0]
    size = rows[1] - first
    seated = 0
    tried = luck.FIRST
    while tried < size and seated < wanted:
        u = luck.chance_of(project, process, tried)
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
def another_market(project: tuple[Whole, Whole, Whole, Whole], markets: Whole) -> Whole:
    """Draw the market whose people join a project; if it has not opened, nobody does."""
    market = project[2]
    drawn = luck.chance_of(project, luck.OTHER_MARKET, luck.FIRST)
    return (market + 1 + int(drawn * (markets - 1))) % markets


@kernel
def hear_stakeholders(
    voices: Array,
    truth: Truth,
    guests: Array,
    accuracy: Real,
    project: tuple[Whole, Whole, Whole, Whole],
) -> None:
    """Add what stakeholders invited to the workshop say: each voices expressed needs at weight 1.

    Parameters
    ----------
    voices : (needs,) float64
        Changed in place.
    guests : (3,) int64
        Patients, local and global partners.
    accuracy : float
        How often a partner is right.
    project : tuple of ints
        Seed, week, market and number of the project in that week.
    """
    right, core = truth.market[project[2]], truth.core
    for need in range(voices.size):
        if truth.need_class[need] != EXPRESSED:
            continue
        for guest in range(guests[0]):
            u = luck.chance_of(project, luck.VOICE_PATIENT, guest * voices.size + need)
            voices[need] += -right[need] if u < truth.variation else right[need]
        for guest in range(guests[1] + guests[2]):
            known = right[need] if guest < guests[1] else core[need]
            u = luck.chance_of(project, luck.VOICE_PARTNER, guest * voices.size + need)
            voices[need] += known if u < accuracy else -known


# Systemising ba ---------------------------------------------------------------------------------


@kernel
def document_found(success: Real, project: tuple[Whole, Whole, Whole, Whole], place: Whole) -> Any:
    """Whether a group finds the document in a given place of its search."""
    return luck.chance_of(project, luck.SEARCH, place) < success


@kernel
def votes(
    need: Whole,
    proposal: Whole,
    truth: Truth,
    guests: Array,
    planning: Any,
    project: tuple[Whole, Whole, Whole, Whole],
) -> float:
    """Sum of the votes on one entry of a proposal; positive for +1, negative for -1.

    A patient votes as their own need is, if they speak up; a local partner towards the market's
    truth, a global partner towards the core. Nobody but the proposers can judge a systemic need.

    Parameters
    ----------
    guests : (3,) int64
        Patients, local and global partners.
    planning : Planning
        Votes of the proposal, a patient, a local partner and a global partner, and who speaks up.
    project : tuple of ints
        Seed, week, market and number of the project in that week.
    """
    weights, kind, needs = planning.weights, truth.need_class[need], truth.core.size
    right, core = truth.market[project[2], need], truth.core[need]
    total = weights[0] * proposal
    if kind == SYSTEMIC:
        return total
    speaks_up = planning.speaks * planning.recognition if kind == LATENT else planning.speaks
    for guest in range(guests[0]):
        own, speaking, _, _ = luck.four_chances_of(project, luck.VOTE_PATIENT, guest * needs + need)
        if speaking < speaks_up:
            total += weights[1] * (-right if own < truth.variation else right)
    for guest in range(guests[1]):
        u = luck.chance_of(project, luck.VOTE_LOCAL, guest * needs + need)
        total += weights[2] * (right if u < planning.accuracy else -right)
    for guest in range(guests[2]):
        u = luck.chance_of(project, luck.VOTE_GLOBAL, guest * needs + need)
        total += weights[3] * (core if u < planning.accuracy else -core)
    return total


@kernel
def documents_of(
    market: Whole, writers: Array, oldest: Whole, size: Whole, documents: Array
) -> int:
    """Fill in, from the front, a market's documents of the newest; gives their number."""
    found = 0
    for document in range(oldest, size):
        if market >= 0 and writers[document] == market:
            documents[found] = document
            found += 1
    return found


@kernel
def choose_document(
    documents: Array,
    own: Whole,
    success: Real,
    oldest: Whole,
    size: Whole,
    seed: Whole,
    week: Whole,
    unit: Whole,
    member: Whole,
) -> Any:
    """The document a reader chooses: with chance `success` one of their market, else any.

    Parameters
    ----------
    documents : (documents,) int64
        The first `own` are the market's documents among the newest.
    oldest, size : int
        The newest documents, from which one is chosen, and the one after the last.
    """
    moment, key_0, key_1 = luck.moment_and_keys(seed, luck.CHOICE, week)
    searching, choice, _, _ = luck.philox(
        np.uint64(0), np.uint64(member), np.uint64(unit), moment, key_0, key_1
    )
    if searching < luck.below(success) and own > 0:
        return documents[luck.one_of(choice, own)]
    return oldest + luck.one_of(choice, size - oldest)


# Exercising ba ----------------------------------------------------------------------------------


@kernel
def votes_against(
    need: Whole, entry: Whole, truth: Truth, pilots: Any, project: tuple[Whole, Whole, Whole, Whole]
) -> int:
    """Margin of votes against an entry in the after-action review; each patient judges it once."""
    needs, right = truth.core.size, truth.market[project[2], need]
    margin = 0
    for patient in range(pilots.review_patients):
        u = luck.chance_of(project, luck.VERDICT, patient * needs + need)
        says_right = (entry == right) == (u < pilots.review_accuracy)
        margin += -1 if says_right else 1
    return margin
