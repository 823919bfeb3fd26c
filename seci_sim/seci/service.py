"""What patients get: needs met and mis-served by routines and skill, and access by income."""

from __future__ import annotations

from typing import Any

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import add, fill, kernel
from seci_sim.engine.structures import Cube, Real, Structure, Table, Vector, Whole
from seci_sim.parameters import Service
from seci_sim.seci.knowledge import (
    ADOPTED,
    CONVICTION_GRID,
    Array,
    Knowledge,
    Part,
    Projects,
    Staff,
    rows_there,
)
from seci_sim.seci.working_space import Space
from seci_sim.seci.world import Truth

ELIGIBLE, STARTED, ADHERENT, SUBSIDY = range(4)
"""Columns of the table of access."""

MET, MIS_SERVED, RIGHT, WRONG = range(4)
"""Columns of the table of outcomes."""


class Care(Structure):
    """What makes routines and skill into care, and who has access to it."""

    unit_market: Vector[np.int64]
    """(units,) int64: market of each unit, or -1."""
    headcount: Vector[np.int64]
    """(units,) int64: staff of each unit who are there."""
    market_open: Vector[np.bool_]
    """(markets,) bool."""
    class_sizes: Vector[np.int64]
    """(3,) int64: how many needs are expressed, latent and systemic."""
    skill_base: float
    skill_gain: float
    watchfulness: float
    """Part of the harm of a wrong routine that staff who fully know better avert."""
    launch_plans: int
    """Plans that a market's launch takes; with 0 patients can start from the first week."""
    adherence_base: float
    adherence_gain: float
    support: Vector[np.float64]
    """(markets,) float64: what a local partner who supports patients adds to staying."""
    eligible: Vector[np.int64]
    """(markets,) int64: patients a week for whom treatment is right; 0 where a market is closed."""
    households: Table[np.float64]
    """(markets, bands) float64: share of each band."""
    assessment: Cube[np.float64]
    """(markets, bands, bands) float64: chance of being assessed into a band, by true band."""
    starting: Cube[np.float64]
    """(markets, bands, bands) float64: chance of starting treatment, by true and assessed band."""
    prices: Vector[np.float64]
    """(markets,) float64: of a course of treatment."""
    shares_paid: Vector[np.float64]
    """(bands,) float64: share of the price that patients assessed into a band pay."""


@kernel
def rightness(
    part: Part,
    staff: Staff,
    knowledge: Knowledge,
    truth: Truth,
    unsure: Real,
    space: Space,
) -> None:
    """Sum up, unit by unit, how rightly staff know and how skilled they are.

    Fills in `skill`, `knowing` and `alignment` of the units' totals. Up to the conviction `unsure` a
    person does not count as knowing a need.
    """
    totals, tacit, limit = space.totals, knowledge.tacit, np.float32(unsure)
    right, done, sure = space.right, space.done, space.sure
    for u in range(part[0], part[1]):
        fill(totals.skill[u], 0.0)
        fill(totals.knowing[u], 0.0)
        begin, end = rows_there(u, staff)
        skill = totals.skill[u]
        aligned, squared = 0.0, 0.0
        if begin < end:
            what_is_right_and_done(right, done, staff, knowledge.routine, truth, begin)
            fill(sure, 0)
            fours = begin + (end - begin) // 4 * 4
            for i in range(begin, fours, 4):
                a, b, c, d = four_people(tacit[i : i + 4], right, done, limit, sure, skill)
                for mean in (a, b, c, d):
                    aligned += mean
                    squared += mean**2
            for i in range(fours, end):
                mean = one_person(tacit[i], right, done, limit, sure, skill)
                aligned += mean
                squared += mean**2
            for need in range(sure.size):
                totals.knowing[u, need] = sure[need]
        totals.alignment[u] = aligned
        totals.alignment_squared[u] = squared


@kernel
def what_is_right_and_done(
    right: Array, done: Array, staff: Staff, routine: Array, truth: Truth, i: Whole
) -> None:
    """Fill in the truth where person i lives, and the routine of their market."""
    home, market = staff.home[i], staff.market[i]
    for need in range(right.size):
        right[need] = truth.market[home, need]
        done[need] = routine[market, need] if market >= 0 else 0


@kernel
def one_person(
    tacit: Array, right: Array, done: Array, limit: Any, sure: Array, skill: Array
) -> Any:
    """Add one person's skill, and whether they know, need by need; gives their mean alignment."""
    needs = tacit.size
    aligned = np.int32(0)
    for need in range(needs):
        agreement = tacit[need] * right[need]
        aligned = np.int32(aligned + np.int32(agreement * CONVICTION_GRID))
        sure[need] += np.int32(agreement > limit)
        skill[need] += max(np.float32(0), tacit[need] * done[need])
    return aligned / CONVICTION_GRID / needs


@kernel
def four_people(
    tacit: Array, right: Array, done: Array, limit: Any, sure: Array, skill: Array
) -> Any:
    """The same of four people, one after the other: sums are fetched and stored once for the four."""
    needs = right.size
    one, two, three, four = tacit[0], tacit[1], tacit[2], tacit[3]
    a, b, c, d = np.int32(0), np.int32(0), np.int32(0), np.int32(0)
    for need in range(needs):
        truth, does, skilled = right[need], done[need], skill[need]
        of_one, of_two = one[need] * truth, two[need] * truth
        of_three, of_four = three[need] * truth, four[need] * truth
        a = np.int32(a + np.int32(of_one * CONVICTION_GRID))
        b = np.int32(b + np.int32(of_two * CONVICTION_GRID))
        c = np.int32(c + np.int32(of_three * CONVICTION_GRID))
        d = np.int32(d + np.int32(of_four * CONVICTION_GRID))
        sure[need] += (
            np.int32(of_one > limit)
            + np.int32(of_two > limit)
            + np.int32(of_three > limit)
            + np.int32(of_four > limit)
        )
        skilled += max(np.float32(0), one[need] * does)
        skilled += max(np.float32(0), two[need] * does)
        skilled += max(np.float32(0), three[need] * does)
        skilled += max(np.float32(0), four[need] * does)
        skill[need] = skilled
    scale = CONVICTION_GRID
    return a / scale / needs, b / scale / needs, c / scale / needs, d / scale / needs


@kernel
def watch(staff: Staff, knowledge: Knowledge, truth: Truth, space: Space) -> None:
    """Fill in `space.watching`: how surely staff know better where their market's routine is wrong.

    Source: our assumption. Without it skill lets a right routine do more, and a wrong one no less.
    """
    routine, tacit, watching = knowledge.routine, knowledge.tacit, space.watching
    for m in range(routine.shape[0]):
        fill(watching[m], 0.0)
    for u in range(staff.first.size):
        begin, end = rows_there(u, staff)
        if begin == end or staff.market[begin] < 0:
            continue
        m = staff.market[begin]
        for need in range(routine.shape[1]):
            right = truth.market[m, need]
            if routine[m, need] == -right:
                for i in range(begin, end):
                    watching[m, need] += max(np.float32(0), tacit[i, need] * right)


@kernel
def answer_needs(skill: Array, routine: Array, truth: Truth, care: Care, space: Space) -> None:
    """What each market's routines and skill do for its patients, by class of need.

    A patient's response is the market's truth, or with the world's chance of variation not::

        skill = min(1, base + gain * mean over staff of max(0, tacit * routine))
        met = skill * P(routine = response)
        mis-served = P(routine = the opposite) * harm
        harm = 1 - watchfulness * mean over staff of max(0, tacit * truth), 1 for a right routine

    Parameters
    ----------
    skill : (units, needs) float64
        As `rightness` filled it.
    space : Space
        `outcome` and `delivered` are filled in. `watching` is as `watch` filled it, or 0.
    """
    markets, needs = routine.shape
    outcome, delivered, sums, staff = (
        space.outcome,
        space.delivered,
        space.places.skill,
        space.serving,
    )
    for m in range(markets):
        fill(delivered[m], 0.0)
        fill(sums[m], 0.0)
        staff[m] = 0.0
        for kind in range(3):
            fill(outcome[m, kind], 0.0)
    for u in range(care.unit_market.size):
        m = care.unit_market[u]
        if m >= 0:
            add(sums[m], skill[u])
            staff[m] += care.headcount[u]
    for m in range(markets):
        for need in range(needs):
            if routine[m, need] == 0 or staff[m] == 0:
                continue
            kind, right = truth.need_class[need], routine[m, need] == truth.market[m, need]
            agrees = 1.0 - truth.variation if right else truth.variation
            skilled = min(1.0, care.skill_base + care.skill_gain * sums[m, need] / staff[m])
            outcome[m, kind, MET] += skilled * agrees
            harm = 1.0 - care.watchfulness * space.watching[m, need] / staff[m]
            outcome[m, kind, MIS_SERVED] += (1.0 - agrees) * harm
            outcome[m, kind, RIGHT if right else WRONG] += 1.0
            delivered[m, 0] += 1.0
            delivered[m, 1] += skilled


@kernel
def start_chances(
    burdens: Array, ceiling: Real, scale: Real, steepness: Real, chances: Array
) -> None:
    """Fill in the chance of starting treatment for each burden, rounded to 2**-20.

    ::

        P(start) = ceiling / (1 + (b / scale) ** steepness)
        b = price * share paid of the assessed band / yearly income of the true band

    Source: the form and its numbers are our assumption.
    """
    for place in range(burdens.size):
        chance = ceiling / (1.0 + (burdens[place] / scale) ** steepness)
        chances[place] = luck.rounded(chance)


def chances_of_starting(
    service: Service, shares_paid: dict[str, float], prices: Array, income_levels: Array
) -> Array:
    """Chance of starting treatment in each market, by true band (rows) and assessed band (columns).

    Parameters
    ----------
    service : Service
        Bands and the curve of starting.
    shares_paid : dict
        Share of the price that patients assessed into a band pay; a band not named pays all.
    prices : (markets,) float64
        Price of a course of treatment.
    income_levels : (markets,) float64
        What a household earns, in incomes of its band.

    Examples
    --------
    A free lowest band lifts its chance of starting from about 20% to 90%:

    >>> rules, usual = Service(), np.ones(1)
    >>> full = chances_of_starting(rules, {}, usual * rules.price, usual)
    >>> free = chances_of_starting(rules, {"lowest": 0.0}, usual * rules.price, usual)
    >>> round(float(full[0, 0, 0]), 2), round(float(free[0, 0, 0]), 2)
    (0.2, 0.9)
    """
    incomes = np.array([float(band.income) for band in service.bands])
    paid = np.array([float(shares_paid.get(band.name, 1.0)) for band in service.bands])
    burdens = prices[:, None, None] * paid / (incomes * income_levels[:, None])[:, :, None]
    chances = np.empty_like(burdens)
    curve = service.start_ceiling, service.burden_scale, service.burden_steepness
    start_chances(burdens.reshape(-1), *curve, chances.reshape(-1))
    return chances


def chances_of_assessment(bands: int, accuracy: float) -> Array:
    """Table of the chance of being assessed into a band (columns) by true band (rows).

    An error leads into a neighbouring band, into either with the same chance.

    Examples
    --------
    >>> chances_of_assessment(3, 0.8).tolist()
    [[0.8, 0.2, 0.0], [0.1, 0.8, 0.1], [0.0, 0.2, 0.8]]
    """
    table = np.zeros((bands, bands))
    for band in range(bands):
        neighbours = [other for other in (band - 1, band + 1) if 0 <= other < bands]
        table[band, band] = accuracy if neighbours else 1.0
        for other in neighbours:
            table[band, other] = (1.0 - accuracy) / len(neighbours)
    return np.round(table, 12)


@kernel
def pick(u: Real, chances: Array) -> int:
    """The entry of a distribution into which u falls."""
    total = 0.0
    for entry in range(chances.size - 1):
        total += chances[entry]
        if u < total:
            return entry
    return chances.size - 1


@kernel
def launch(
    under_way: Array, projects: Projects, plans: Whole, adopted: Array, launched: Array
) -> None:
    """Let a market's scheme begin once enough of its plans have become routine; it stays.

    Parameters
    ----------
    under_way : (projects,) int64
        With those whose plan became routine this week.
    plans : int
        Plans that it takes; with 0 patients can start from the first week.
    adopted : (markets,) int64
        Plans that became routine up to last week; this week's are added.
    launched : (markets,) bool
        Filled with whether patients can start treatment.

    Source: our assumption.
    """
    for place in range(under_way.size):
        project = under_way[place]
        adopted[projects.market[project]] += projects.status[project] == ADOPTED
    for m in range(launched.size):
        launched[m] = adopted[m] >= plans


@kernel
def treat(care: Care, needs: Whole, space: Space, seed: Whole, week: Whole) -> None:
    """Count this week's patients who start treatment and stay on it, by band.

    ::

        P(staying) = base + gain * share of needs met + support

    Parameters
    ----------
    needs : int
        Needs a patient can have.
    space : Space
        `access` is filled with eligible, started and adherent patients and the subsidy in money;
        `outcome` is as `answer_needs` filled it, `launched` says where patients can start.
    """
    access, outcome, launched = space.access, space.outcome, space.launched
    for m in range(care.eligible.size):
        met = (outcome[m, 0, MET] + outcome[m, 1, MET] + outcome[m, 2, MET]) / needs
        adherence = luck.rounded(care.adherence_base + care.adherence_gain * met + care.support[m])
        for band in range(care.households.shape[1]):
            fill(access[m, band], 0.0)
        for patient in range(care.eligible[m]):
            u_band, u_assessed, u_start, u_stay = luck.four_chances(
                seed, luck.PATIENT, week, m, patient, luck.FIRST
            )
            band = pick(u_band, care.households[m])
            assessed = pick(u_assessed, care.assessment[m, band])
            access[m, band, ELIGIBLE] += 1.0
            if launched[m] and u_start < care.starting[m, band, assessed]:
                access[m, band, STARTED] += 1.0
                access[m, band, SUBSIDY] += care.prices[m] * (1.0 - care.shares_paid[assessed])
                access[m, band, ADHERENT] += u_stay < adherence
