"""What patients get: needs met and mis-served by routines and skill, and access by income."""

from __future__ import annotations

import numpy as np

from seci_sim import luck
from seci_sim.compiled import add, fill, kernel
from seci_sim.knowledge import ADOPTED, CONVICTION_GRID, Array, rows_there
from seci_sim.parameters import Service

ELIGIBLE, STARTED, ADHERENT, SUBSIDY = range(4)
"""Columns of the table of access."""

MET, MIS_SERVED, RIGHT, WRONG = range(4)
"""Columns of the table of outcomes."""


@kernel
def rightness(first_unit, last_unit, first, last, tacit, present, home, market, truth, routine,
              unsure, skill, knowing, alignment):  # fmt: skip
    """Sum up, unit by unit, how rightly staff know and how skilled they are.

    Parameters
    ----------
    first, last : (units,) int64
        Rows of each unit.
    unsure : float
        Up to this conviction a person does not count as knowing a need.
    skill : (units, needs) float64
        Filled with the sum over staff of max(0, tacit * routine).
    knowing : (units, needs) float64
        Filled with the number of staff who hold the need rightly: tacit * truth > unsure.
    alignment : (units, 2) float64
        Filled with the sum over staff of their mean tacit * truth, and of its square.
    """
    needs = tacit.shape[1]
    nothing = np.zeros(needs, np.int8)
    for u in range(first_unit, last_unit):
        fill(skill[u], 0.0)
        fill(knowing[u], 0.0)
        fill(alignment[u], 0.0)
        begin, end = rows_there(u, first, last, present)
        if begin == end:
            continue
        right = truth[home[begin]]
        done = routine[market[begin]] if market[begin] >= 0 else nothing
        for i in range(begin, end):
            aligned = np.int32(0)
            for need in range(needs):
                agreement = tacit[i, need] * right[need]
                aligned = np.int32(aligned + np.int32(agreement * CONVICTION_GRID))
                knowing[u, need] += 1.0 if agreement > np.float32(unsure) else 0.0
                skill[u, need] += max(np.float32(0), tacit[i, need] * np.float32(done[need]))
            mean = aligned / CONVICTION_GRID / needs
            alignment[u, 0] += mean
            alignment[u, 1] += mean**2


@kernel
def answer_needs(unit_market, headcount, skill, routine, truth, need_class, variation, base, gain,
                 outcome, delivered):  # fmt: skip
    """What each market's routines and skill do for its patients, by class of need.

    A patient's response is the market's truth, or with chance `variation` not::

        skill = min(1, base + gain * mean over staff of max(0, tacit * routine))
        met = skill * P(routine = response)
        mis-served = P(routine = the opposite)

    Parameters
    ----------
    headcount : (units,) int64
        Staff of each unit who are there.
    skill : (units, needs) float64
        As `rightness` filled it.
    outcome : (markets, 3, 4) float64
        Filled, for each class, with the number of needs met, mis-served, whose routine is right,
        and whose routine is wrong.
    delivered : (markets, 2) float64
        Filled with the number of needs with a routine, and the sum of skill on them.
    """
    markets, needs = routine.shape
    for m in range(markets):
        fill(delivered[m], 0.0)
        for kind in range(3):
            fill(outcome[m, kind], 0.0)
    sums = np.zeros((markets, needs))
    staff = np.zeros(markets)
    for u in range(unit_market.size):
        if unit_market[u] >= 0:
            add(sums[unit_market[u]], skill[u])
            staff[unit_market[u]] += headcount[u]
    for m in range(markets):
        for need in range(needs):
            if routine[m, need] == 0 or staff[m] == 0:
                continue
            right = routine[m, need] == truth[m, need]
            agrees = 1.0 - variation if right else variation
            skilled = min(1.0, base + gain * sums[m, need] / staff[m])
            outcome[m, need_class[need], MET] += skilled * agrees
            outcome[m, need_class[need], MIS_SERVED] += 1.0 - agrees
            outcome[m, need_class[need], RIGHT if right else WRONG] += 1.0
            delivered[m, 0] += 1.0
            delivered[m, 1] += skilled


@kernel
def start_chances(price, incomes, shares_paid, ceiling, scale, steepness, chances):
    """Fill in the chance of starting treatment, (true band, assessed band), rounded to 2**-20.

    ::

        P(start) = ceiling / (1 + (b / scale) ** steepness)
        b = price * share paid of the assessed band / yearly income of the true band

    Source: the form and its numbers are our assumption.
    """
    for band in range(incomes.size):
        for assessed in range(incomes.size):
            burden = price * shares_paid[assessed] / incomes[band]
            chance = ceiling / (1.0 + (burden / scale) ** steepness)
            chances[band, assessed] = luck.rounded(chance)


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
    bands = service.bands
    chances = np.empty((len(prices), len(bands), len(bands)))
    incomes = np.array([float(band.income) for band in bands])
    paid = np.array([float(shares_paid.get(band.name, 1.0)) for band in bands])
    for market, price in enumerate(prices):
        start_chances(
            float(price), incomes * income_levels[market], paid, service.start_ceiling,
            service.burden_scale, service.burden_steepness, chances[market],
        )  # fmt: skip
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
def pick(u, chances):
    """The entry of a distribution into which u falls."""
    total = 0.0
    for entry in range(chances.size - 1):
        total += chances[entry]
        if u < total:
            return entry
    return chances.size - 1


@kernel
def launch(under_way, status, market, plans, adopted, launched):
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
        adopted[market[under_way[place]]] += status[under_way[place]] == ADOPTED
    for m in range(launched.size):
        launched[m] = adopted[m] >= plans


@kernel
def treat(access, needs, eligible, launched, households, assessment, starting, prices, shares_paid,
          outcome, base, gain, support, seed, week):  # fmt: skip
    """Count this week's patients who start treatment and stay on it, by band.

    Parameters
    ----------
    access : (markets, bands, 4) float64
        Filled with eligible, started and adherent patients and the subsidy in money.
    needs : int
        Needs a patient can have.
    eligible : (markets,) int64
        Patients for whom treatment is right; 0 where a market is not open.
    launched : (markets,) bool
        Whether they can start.
    households : (markets, bands) float64
        Share of each band.
    assessment : (markets, bands, bands) float64
        Chance of being assessed into a band, by true band.
    starting : (markets, bands, bands) float64
        Chance of starting, by true and assessed band.
    prices : (markets,) float64
        Of a course of treatment.
    outcome : (markets, 3, 4) float64
        As `answer_needs` filled it.
    base, gain : float
        ``P(staying) = base + gain * share of needs met + support``
    support : (markets,) float64
        What a local partner who supports patients adds.
    """
    for m in range(eligible.size):
        met = (outcome[m, 0, MET] + outcome[m, 1, MET] + outcome[m, 2, MET]) / needs
        adherence = luck.rounded(base + gain * met + support[m])
        for band in range(households.shape[1]):
            fill(access[m, band], 0.0)
        for patient in range(eligible[m]):
            u_band, u_assessed, u_start, u_stay = luck.four_chances(
                seed, luck.PATIENT, week, m, patient, luck.FIRST
            )
            band = pick(u_band, households[m])
            assessed = pick(u_assessed, assessment[m, band])
            access[m, band, ELIGIBLE] += 1.0
            if launched[m] and u_start < starting[m, band, assessed]:
                access[m, band, STARTED] += 1.0
                access[m, band, SUBSIDY] += prices[m] * (1.0 - shares_paid[assessed])
                access[m, band, ADHERENT] += u_stay < adherence
