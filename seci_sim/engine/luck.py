"""Random numbers addressed by (seed, process, week, who): luck that policies share.

Every draw is the value of a published function of its address, not the next number of a stream.
Nothing that happens elsewhere can move it: the same visit has the same luck under every policy,
for any number of threads, processes and hosts, and one more employee in a unit leaves the draws of
all others as they were. Draws are used monotonically (something happens where ``u < p``), so that
more of a policy only adds events to those that happened with less.

The function is Philox 4x32 with ten rounds (Salmon et al. 2011, "Parallel random numbers: as easy as
1, 2, 3"), tested against the answers its authors published. A probability or draw that went through
exp, log or pow is rounded to a multiple of 2**-20 before it is compared, because these functions
differ in the last bit between processors.
"""

from __future__ import annotations

import math
from operator import index
from typing import Any

import numpy as np

from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Real, Whole

# The processes: each has its own draws.
CORE, LOCAL, PARTS, REPORT, ARRIVAL = 0, 1, 2, 3, 4
DRIFT, JUMP, LEAVING, NEWCOMER, EXODUS = 5, 6, 7, 8, 9
VISIT, SHOWN, SHUFFLE, CROSSING, ACROSS, NETWORK = 10, 11, 12, 13, 14, 15
PROJECT, GROUP, HEADQUARTERS, VOICE_PATIENT, VOICE_PARTNER = 16, 17, 18, 19, 20
SEARCH, SYNTHESIS, VOTE_PATIENT, VOTE_LOCAL, VOTE_GLOBAL, READING = 21, 22, 23, 24, 25, 26
PILOT, REVIEW, VERDICT, LESSON, NOTICING = 27, 28, 29, 30, 31
PATIENT, CHOICE = 32, 33
UPTAKE, COMMUNITY, SCRIPT, REHEARSAL, ROTATION = 40, 41, 42, 43, 44
OTHER_MARKET, OTHER_STAFF, OTHER_CORE = 45, 46, 47
HOME, AMBIENT, MAKING_OUT, MAKING_USE, TRYING, LAPSE, TALENT = 48, 49, 50, 51, 52, 53, 54
OPENNESS, TRIAL = 55, 60
RIVAL, GOING, LEAK = 61, 62, 63

FIRST, BEFORE = np.int64(0), np.int64(0)
"""The first, and often the only, slot or whom of an address; the week before the first. For a plain
0, which Numba takes for a type of its own, it would compile a rule once more."""

PROCESSES = 64
"""Room for processes in an address; a week takes the rest of the word."""

Project = tuple[Whole, Whole, Whole, Whole]
"""A project to its luck: seed, week, market, and number among those of the market in that week."""

_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLY_0, _MULTIPLY_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL_0, _WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_UNIT = 2.0**-32
_WORDS = 2.0**32
_GRID = 2.0**20


def seed_of(rng: Any) -> int:
    """The seed of a run: 0 to 2**63 - 1."""
    allowed = "a seed is a whole number from 0 to 2**63 - 1, or what numpy.random.default_rng takes"
    try:
        seed = None if isinstance(rng, bool | np.bool_) else index(rng)
    except TypeError:
        try:
            return int(np.random.default_rng(rng).integers(2**63))
        except (TypeError, ValueError):
            seed = None
    if seed is None or not 0 <= seed < 2**63:
        raise ValueError(f"rng: {allowed}; got {rng!r}")
    return seed


@kernel
def philox(
    slot: np.uint64,
    who: np.uint64,
    group: np.uint64,
    moment: np.uint64,
    key_0: np.uint64,
    key_1: np.uint64,
) -> Any:
    """Four random 32-bit words for an address of four words and a key of two.

    Parameters are integers below 2**32, given as ``numpy.uint64``; so is the result.
    """
    for _ in range(10):
        product_0 = _MULTIPLY_0 * slot
        product_1 = _MULTIPLY_1 * group
        slot = (product_1 >> _HALF) ^ who ^ key_0
        group = (product_0 >> _HALF) ^ moment ^ key_1
        who = product_1 & _MASK
        moment = product_0 & _MASK
        key_0 = (key_0 + _WEYL_0) & _MASK
        key_1 = (key_1 + _WEYL_1) & _MASK
    return slot, who, group, moment


@kernel
def four_chances(
    seed: Whole, process: Whole, week: Whole, group: Whole, who: Whole, slot: Whole
) -> tuple[float, float, float, float]:
    """Four independent uniform numbers in [0, 1) for one address.

    Parameters
    ----------
    seed : int
        0 to 2**63 - 1; a replication is a seed.
    process, week : int
        Which process draws (the constants of this module), and when; week 0 is before the start.
    group, who : int
        The unit or market, and the member, project or patient in it.
    slot : int
        Which need, visit or document the draw is about.

    Examples
    --------
    >>> four_chances(1, VISIT, 1, 0, 0, 0) == four_chances(1, VISIT, 1, 0, 0, 0)
    True
    >>> four_chances(1, VISIT, 1, 0, 0, 0) == four_chances(1, VISIT, 2, 0, 0, 0)
    False
    """
    moment, key_0, key_1 = moment_and_keys(seed, process, week)
    a, b, c, d = philox(np.uint64(slot), np.uint64(who), np.uint64(group), moment, key_0, key_1)
    return a * _UNIT, b * _UNIT, c * _UNIT, d * _UNIT


@kernel
def moment_and_keys(seed: Whole, process: Whole, week: Whole) -> Any:
    """What all addresses of a process in a week share: a word of the address, and the key."""
    moment = np.uint64(week * PROCESSES + process)
    return moment, np.uint64(seed) & _MASK, np.uint64(seed) >> _HALF


@kernel
def word(seed: Whole, process: Whole, week: Whole, group: Whole, who: Whole, slot: Whole) -> Any:
    """The first of the four words of an address, whose 2**-32 is its `chance`."""
    moment, key_0, key_1 = moment_and_keys(seed, process, week)
    return philox(np.uint64(slot), np.uint64(who), np.uint64(group), moment, key_0, key_1)[0]


@kernel
def chance(
    seed: Whole, process: Whole, week: Whole, group: Whole, who: Whole, slot: Whole
) -> float:
    """One uniform number in [0, 1) for one address: the first of `four_chances`."""
    return four_chances(seed, process, week, group, who, slot)[0]


@kernel
def fill_words(
    words: Any, seed: Whole, process: Whole, week: Whole, group: Whole, slot: Whole
) -> None:
    """Draw a word of 32 bits for each member of a group, four from each address.

    Member m has word ``m % 4`` of *who* ``m // 4``; see `four_chances`: a word is its chance times
    2**32. The processor works on several addresses of such a loop at once, which makes a draw twenty
    times as cheap as a `chance` by itself.

    Examples
    --------
    >>> import numpy as np
    >>> words = np.empty(6, np.uint32)
    >>> fill_words(words, 1, VISIT, 1, 0, 0)
    >>> tuple(words[4:] / 2**32) == four_chances(1, VISIT, 1, 0, 1, 0)[:2]
    True
    """
    moment, key_0, key_1 = moment_and_keys(seed, process, week)
    whole = words.size // 4
    for who in range(whole):
        a, b, c, d = philox(np.uint64(slot), np.uint64(who), np.uint64(group), moment, key_0, key_1)
        words[4 * who] = np.uint32(a)
        words[4 * who + 1] = np.uint32(b)
        words[4 * who + 2] = np.uint32(c)
        words[4 * who + 3] = np.uint32(d)
    if 4 * whole < words.size:
        rest = philox(np.uint64(slot), np.uint64(whole), np.uint64(group), moment, key_0, key_1)
        for member in range(4 * whole, words.size):
            words[member] = np.uint32(rest[member % 4])


def chances(
    size: Whole, seed: Whole, process: Whole, week: Whole, group: Whole, slot: Whole
) -> Any:
    """(size,) float64: the chances of the members of a group; see `fill_words`.

    Examples
    --------
    >>> float(chances(6, 1, VISIT, 1, 0, 0)[4]) == four_chances(1, VISIT, 1, 0, 1, 0)[0]
    True
    """
    words = np.empty(size, np.uint32)
    fill_words(words, seed, process, week, group, slot)
    return words * _UNIT


@kernel
def below(probability: Real) -> Any:
    """The word from which on a chance is no longer smaller than a probability.

    Examples
    --------
    >>> int(below(0.5)) == 2**31, int(below(0.0)), int(below(1.0)) == 2**32
    (True, 0, True)
    """
    return np.uint64(math.ceil(min(1.0, max(0.0, probability)) * _WORDS))


def words_below(probabilities: Any) -> Any:
    """An array of uint64: what `below` gives for each of an array of probabilities.

    Examples
    --------
    >>> words_below(np.array([0.0, 0.25, 2.0])) == [0, 2**30, 2**32]
    array([ True,  True,  True])
    """
    return np.ceil(np.clip(probabilities, 0.0, 1.0) * _WORDS).astype(np.uint64)


@kernel
def who_below(words: Any, limit: Any, chosen: Any) -> Whole:
    """Put the members whose word is below a limit at the front of `chosen`; gives their number.

    No branch depends on luck, since processors foresee none: `chosen` has room for one more.
    """
    number: Whole = 0
    for member in range(words.size):
        chosen[number] = member
        number += np.int64(np.uint64(words[member]) < limit)
    return number


@kernel
def chance_of(project: Project, process: Whole, slot: Whole) -> float:
    """One chance of a project."""
    return four_chances_of(project, process, slot)[0]


@kernel
def four_chances_of(
    project: Project, process: Whole, slot: Whole
) -> tuple[float, float, float, float]:
    """Four chances of a project; see `chance_of` and `four_chances`."""
    seed, week, market, ordinal = project
    return four_chances(seed, process, week, market, ordinal, slot)


@kernel
def rounded(value: Real) -> float:
    """The nearest multiple of 2**-20: equal on every processor.

    Examples
    --------
    >>> rounded(0.1) == rounded(0.1 + 1e-12)
    True
    """
    return math.floor(value * _GRID + 0.5) / _GRID


@kernel
def normal(
    seed: Whole, process: Whole, week: Whole, group: Whole, who: Whole, slot: Whole
) -> float:
    """One standard normal number for one address (Box and Muller 1958), rounded."""
    a, b, _, _ = four_chances(seed, process, week, group, who, slot)
    return rounded(math.sqrt(-2.0 * math.log(a + _UNIT)) * math.cos(2.0 * math.pi * b))


@kernel
def poisson(mean: float, seed: Whole, process: Whole, week: Whole, group: Whole) -> int:
    """A Poisson count by its inverse distribution function: a larger mean never gives fewer.

    A large mean is drawn as a sum of counts of mean 8 and a rest, so that exp does not underflow.
    """
    count = 0
    part = FIRST
    while mean > 0.0:
        share = min(mean, 8.0)
        mean -= 8.0
        u = chance(seed, process, week, group, part, FIRST)
        term = math.exp(-share)
        total = term
        events = 0
        while u >= rounded(total) and events < 200:
            events += 1
            term *= share / events
            total += term
        count += events
        part += 1
    return count


@kernel
def one_of(drawn: Any, number: Whole) -> Whole:
    """Which of a number of things a word of luck points at."""
    return np.int64((drawn * np.uint64(number)) >> _HALF)


@kernel
def shuffle(order: Any, words: Any, seed: Whole, process: Whole, week: Whole, group: Whole) -> None:
    """Put the entries of `order` into a random order, in place (Durstenfeld 1964).

    `words`, as long as `order` and of uint32, is working space.
    """
    fill_words(words, seed, process, week, group, FIRST)
    for position in range(order.size - 1, 0, -1):
        other = one_of(np.uint64(words[position]), position + 1)
        held = order[position]
        order[position] = order[other]
        order[other] = held
