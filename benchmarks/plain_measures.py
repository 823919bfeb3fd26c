"""What the plain Mesa model measures each week: the same columns as the records of the fast one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.plain_places import Array, Market, Unit
from seci_sim.parameters import HOURS_A_WEEK
from seci_sim.seci.world import CLASSES

if TYPE_CHECKING:
    from benchmarks.plain_mesa import PlainModel

Row = dict[str, float]
MODES = ("socialization", "externalization", "combination", "internalization")
ORIGINS = ("concept", "own_library", "foreign_library", "synthesis")


@dataclass
class Look:
    """What one unit's staff know, did and gave their hours to."""

    unit: Unit
    hours: Array
    """(5,): by process."""
    moved: Array
    """(4,): by mode."""
    held: int
    """Entries held as explicit knowledge."""
    alignment: Array
    """(staff,): mean over needs of tacit times truth."""
    knowing: Array
    """(needs,): staff who hold each need rightly."""
    skill: Array
    """(needs,): sum over staff of max(0, tacit * routine)."""


def look_at(unit: Unit, unsure: float) -> Look:
    """Add up what a unit's staff know and did."""
    tacit = np.array([employee.tacit for employee in unit.staff])
    right = tacit * unit.home.truth
    routine = np.zeros(tacit.shape[1]) if unit.market is None else unit.market.routine
    return Look(
        unit=unit,
        hours=np.array([employee.hours for employee in unit.staff]).sum(axis=0),
        moved=np.array([employee.moved for employee in unit.staff]).sum(axis=0),
        held=int(np.array([employee.has_read for employee in unit.staff]).sum()),
        alignment=right.mean(axis=1),
        knowing=(right > unsure).sum(axis=0),
        skill=np.maximum(0.0, tacit * routine).sum(axis=0),
    )


def measure(model: PlainModel) -> dict[str, Row]:
    """The measures of each market by its name, and of the whole as "all"."""
    looks = [look_at(unit, model.learning.unsure_below) for unit in model.units]
    rows, levels, flows = {}, [], []
    for market in model.markets:
        own = [look for look in looks if look.unit.market is market]
        levels.append(_service(model, market, own))
        flows.append(_treat(model, market, levels[-1]["needs_met"]))
        documents = sum(document.market is market for document in model.library)
        rows[market.name] = levels[-1] | flows[-1] | {"library_documents": documents}
        rows[market.name] |= _rest(model, own, [market], levels[-1]["needs_met"])
    whole = {name: float(np.mean([level[name] for level in levels])) for name in levels[0]}
    whole |= {name: sum(flow[name] for flow in flows) for name in flows[0]}
    whole |= {"library_documents": len(model.library)}
    whole |= _rest(model, looks, model.markets, whole["needs_met"])
    return rows | {"all": whole}


def _rest(model: PlainModel, looks: list[Look], markets: list[Market], met: float) -> Row:
    """What is measured over staff, over projects and between markets."""
    return _staff(looks, met) | _projects(model, markets) | _difference(model, markets)


def _service(model: PlainModel, market: Market, looks: list[Look]) -> Row:
    """What routines and skill do for a market's patients, in all and by class of need."""
    rules, varies = model.settings.service, model.settings.world.patient_variation
    practised = np.sum([look.skill for look in looks], axis=0) / len(market.staff)
    skill = np.minimum(1.0, rules.skill_base + rules.skill_gain * practised)
    right, wrong = market.routine == market.truth, market.routine == -market.truth
    have_it = np.where(right, 1.0 - varies, varies)
    answered = right | wrong
    by_need = {
        "met": answered * skill * have_it,
        "mis_served": answered * (1.0 - have_it),
        "right": right,
        "wrong": wrong,
    }
    row = {}
    for name, values in by_need.items():
        prefix = "routine" if name in ("right", "wrong") else "needs"
        row[f"{prefix}_{name}"] = float(values.mean())
        for number, kind in enumerate(CLASSES):
            row[f"{kind}_{name}"] = float(values[model.need_class == number].mean())
    row["routine_coverage"] = float(answered.mean())
    row["skill"] = float(skill[answered].mean()) if answered.any() else rules.skill_base
    row["launched"] = 1.0  # the firms that are measured have no launch to wait for
    expected = (model.assessment[int(market.financial_agency)] * model.starting).sum(axis=1)
    for band, chance in zip(rules.bands, expected, strict=True):
        row[f"needs_met_{band.name}"] = float(chance * row["needs_met"])
        row[f"needs_mis_served_{band.name}"] = float(chance * row["needs_mis_served"])
    return row


def _treat(model: PlainModel, market: Market, met: float) -> Row:
    """Patients who start treatment and stay on it, by income band."""
    rules, rng = model.settings.service, model.rng
    shares = [model.policy.shares_paid.get(band.name, 1.0) for band in rules.bands]
    households = [band.households for band in rules.bands]
    assessment = model.assessment[int(market.financial_agency)]
    staying = rules.adherence_base + rules.adherence_gain * met
    staying += rules.support_gain * market.supported
    row = {"subsidy": 0.0}
    for band, number in zip(rules.bands, rng.multinomial(market.eligible, households), strict=True):
        place = rules.bands.index(band)
        assessed = rng.multinomial(number, assessment[place])
        started = rng.binomial(assessed, model.starting[place])
        row[f"eligible_{band.name}"] = float(number)
        row[f"started_{band.name}"] = float(started.sum())
        row[f"adherent_{band.name}"] = float(rng.binomial(started.sum(), min(1.0, staying)))
        subsidy = rules.price * float(started @ (1.0 - np.array(shares)))
        row[f"subsidy_{band.name}"] = subsidy
        row["subsidy"] += subsidy
    return row


def _staff(looks: list[Look], met: float) -> Row:
    """What staff know, did and gave their hours to."""
    staff = sum(len(look.unit.staff) for look in looks)
    hours: Array = np.sum([look.hours for look in looks], axis=0)
    moved: Array = np.sum([look.moved for look in looks], axis=0)
    serving = np.concatenate([look.alignment for look in looks if look.unit.market is not None])
    needs = len(looks[0].knowing)
    business = float(HOURS_A_WEEK * staff - hours.sum())
    row = {
        "tacit_alignment": float(serving.mean()),
        "tacit_spread": float(serving.std()),
        "staff_knowing": float(np.sum([look.knowing for look in looks])) / staff / needs,
        "explicit_coverage": sum(look.held for look in looks) / staff / needs,
        "leavers": float(sum(look.unit.leavers for look in looks)),
        "tacit_lost": sum(look.unit.tacit_lost for look in looks),
        "hours_with_patients": float(hours[0]),
        "hours_socialization": float(hours[0] + hours[1]),
        "hours_routine_business": business,
        "service_value": met * business / (HOURS_A_WEEK * staff),
    }
    row |= {f"hours_{mode}": float(hours[2 + n]) for n, mode in enumerate(MODES[1:])}
    return row | {f"moved_{mode}": float(moved[n]) for n, mode in enumerate(MODES)}


def _projects(model: PlainModel, markets: list[Market]) -> Row:
    """Projects that started, planned and became routine this week, and where entries came from."""
    started = [project for project in model.new_projects if project.market in markets]
    adopted = [project for project in model.adopted if project.market in markets]
    weeks = [model.week - project.week_said for project in adopted]
    row = {
        "projects_started": float(len(started)),
        "plans_made": float(sum(project.plan.any() for project in started)),
        "routines_adopted": float(len(adopted)),
        "weeks_to_routine": float(np.mean(weeks)) if weeks else math.nan,
    }
    for number, origin in enumerate(ORIGINS, start=1):
        came = [project.origin == number for project in started]
        row[f"entries_{origin}"] = float(sum(c.sum() for c in came))
        right = [(c & project.right).sum() for c, project in zip(came, started, strict=True)]
        row[f"entries_{origin}_right"] = float(sum(right))
    return row


def _difference(model: PlainModel, markets: list[Market]) -> Row:
    """How often two markets that both answer a need differ, in pairs of which one is among these."""
    routines = np.array([market.routine for market in model.markets])
    plus, minus = (routines > 0).sum(axis=0), (routines < 0).sum(axis=0)
    differing = pairs = 0
    for market in markets:
        differing += int(np.where(market.routine > 0, minus, plus)[market.routine != 0].sum())
        pairs += int((plus + minus - 1)[market.routine != 0].sum())
    return {"market_difference": differing / pairs if pairs else math.nan}
