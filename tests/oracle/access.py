"""Who reaches the service: patients by income band."""

from __future__ import annotations

from collections.abc import Sequence

from oracle.measured import service
from oracle.state import State
from seci_sim.engine import luck

Counted = list[list[float]]
"""For each income band: eligible, started and adherent patients, and the subsidy."""


def treat(state: State, market: int) -> Counted:
    """Count this week's patients of a market."""
    bands = state.settings.service.bands
    counted = [[0.0, 0.0, 0.0, 0.0] for _ in bands]
    if not state.is_open(market):
        return counted
    staying = _chance_of_staying(state, market)
    households, price = _households(state, market), _price(state, market)
    for patient in range(_eligible(state, market)):
        u_band, u_assessed, u_start, u_stay = state.chances(luck.PATIENT, market, patient)
        band = _fall(u_band, households)
        assessed = _fall(u_assessed, _assessment(state, market, band))
        counted[band][0] += 1
        if u_start < _chance_of_starting(state, market, band, assessed):
            counted[band][1] += 1
            counted[band][2] += u_stay < staying
            counted[band][3] += price * (1.0 - _share_paid(state, assessed))
    return counted


def reached(state: State, market: int) -> list[list[float]]:
    """For each band of an open market, needs met and mis-served, times the chance of starting."""
    found = service(state, market)
    shares: list[list[float]] = []
    for band, _ in enumerate(state.settings.service.bands):
        starting = sum(
            chance * _chance_of_starting(state, market, band, assessed)
            for assessed, chance in enumerate(_assessment(state, market, band))
        )
        shares.append([starting * found[name] for name in ("needs_met", "needs_mis_served")])
    return shares


def _eligible(state: State, market: int) -> int:
    """Patients a week for whom treatment is right: as a unit of the market says, or as usual."""
    said = state.said(market, "eligible_patients")
    return int(state.settings.service.eligible_patients if said is None else said)


def _price(state: State, market: int) -> float:
    """Price of a course: as a unit of the market says, or as usual."""
    said = state.said(market, "price")
    return float(state.settings.service.price if said is None else said)


def _households(state: State, market: int) -> list[float]:
    """Share of each band: as a unit of the market says, or as usual."""
    said = state.said(market, "households")
    bands = state.settings.service.bands
    if said is None:
        return [band.households for band in bands]
    return [said.get(band.name, 0.0) for band in bands]


def _fall(u: float, chances: Sequence[float]) -> int:
    """Into which of several shares of [0, 1) a draw falls."""
    upto = 0.0
    for entry, chance in enumerate(chances):
        upto += chance
        if u < upto:
            return entry
    return len(chances) - 1


def _assessment(state: State, market: int, band: int) -> list[float]:
    """Chances of being assessed into each band: an error leads into a neighbouring one."""
    rules, bands = state.settings.service, len(state.settings.service.bands)
    helped = state.policy.financial_agency and state.partners_for(market, "financial agency") > 0
    right = rules.assessment_with_agency if helped else rules.assessment_without_agency
    neighbours = [other for other in (band - 1, band + 1) if 0 <= other < bands]
    chances = [0.0 for _ in range(bands)]
    chances[band] = right if neighbours else 1.0
    for other in neighbours:
        chances[other] = (1.0 - right) / len(neighbours)
    return chances


def _share_paid(state: State, assessed: int) -> float:
    return state.policy.shares_paid.get(state.settings.service.bands[assessed].name, 1.0)


def _chance_of_starting(state: State, market: int, band: int, assessed: int) -> float:
    """The less, the larger a part of a year's income the price is that a patient pays."""
    if not state.is_launched(market):
        return 0.0
    rules, level = state.settings.service, state.said(market, "income_level")
    income = rules.bands[band].income * (1.0 if level is None else level)
    burden = _price(state, market) * _share_paid(state, assessed) / income
    falling = 1.0 + (burden / rules.burden_scale) ** rules.burden_steepness
    return float(luck.rounded(rules.start_ceiling / falling))


def _chance_of_staying(state: State, market: int) -> float:
    """The more, the more needs are met; and where a local partner supports patients."""
    rules = state.settings.service
    supported = any(
        partner.supports_patients and partner.market == state.markets[market]
        for partner in state.partners.values()
        if partner.kind == "local partner"
    )
    met = service(state, market)["needs_met"]
    support = rules.support_gain if supported else 0.0
    return float(luck.rounded(rules.adherence_base + rules.adherence_gain * met + support))
