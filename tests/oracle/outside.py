"""What comes from outside: the truth, its drift, newcomers, and shocks."""

from __future__ import annotations

import math

import numpy as np

from oracle import merging, moves
from oracle.people import Document, Employee, on_the_clock
from oracle.state import State, changed, clocked, lay_out
from seci_sim.engine import luck
from seci_sim.scenario import Change, Scenario


def found(settings: Scenario, seed: int, firm: str | None = None) -> State:
    """The organisation before week 1: newcomers, a drawn world, and one report in the library.

    Of the units, those of the firm are there; with None, those that belong to no other firm.
    """
    markets, units = lay_out(settings, firm)
    later = {change.partner_joins for change in settings.timeline}
    needs = settings.world.needs
    state = State(
        settings=settings,
        seed=seed,
        policy=clocked(settings.policy),
        markets=markets,
        units=units,
        partners={p.name: p for p in settings.stakeholders if p.name not in later},
        classes=_classes(settings),
        core=[0] * needs,
        truth=[[0] * needs for _ in markets],
        parts={},
        homes=[0] * needs,
        routines=[[0] * needs for _ in markets],
        library=[],
        written_before=set(),
        persons=sum(len(unit.staff) for unit in units),
        firm=firm,
    )
    _draw_truth(state)
    _turn_cores(state)
    _write_report(state)
    for employee in state.there():
        start_anew(state, employee, luck.ARRIVAL)
    return state


def _classes(settings: Scenario) -> list[str]:
    """Expressed needs first, then latent ones, then systemic ones."""
    world = settings.world
    systemic = round(world.needs * world.systemic_share)
    latent = round((world.needs - systemic) * world.latent_share)
    expressed = world.needs - systemic - latent
    return ["expressed"] * expressed + ["latent"] * latent + ["systemic"] * systemic


def _draw_truth(state: State) -> None:
    """A core, markets that differ from it now and then, and two parts for each systemic need."""
    shown = sum(kind != "systemic" for kind in state.classes)
    for need, kind in enumerate(state.classes):
        state.homes[need] = int(state.chance(luck.HOME, 0, 0, need) * len(state.markets))
        if kind == "systemic":
            a, b, _, _ = state.chances(luck.PARTS, 0, 0, need)
            one = int(a * shown)
            others = [(one + 1 + further) % shown for further in range(shown - 1)]
            state.parts[need] = one, others[int(b * (shown - 1))]
            continue
        state.core[need] = 1 if state.chance(luck.CORE, 0, 0, need) < 0.5 else -1
        for market, truth in enumerate(state.truth):
            model, often = _what_it_resembles(state, market)
            differs = state.chance(luck.LOCAL, market + 1, 0, need) < often
            truth[need] = -model[need] if differs else model[need]
    _let_systemic_needs_follow(state)


def _what_it_resembles(state: State, market: int) -> tuple[list[int], float]:
    """Whose needs a market shares, the core's or another market's, and how often one differs."""
    named = state.said(market, "resembles")
    often = state.said(market, "needs_differing")
    model = state.core if named is None else state.truth[state.markets.index(named)]
    return model, state.settings.world.local_difference if often is None else often


def _turn_cores(state: State) -> None:
    """Other firms have a core of their own; what markets add to it stays."""
    firms = list(dict.fromkeys(unit.firm for unit in state.settings.units if unit.firm))
    for number, firm in enumerate(firms):
        joins = next(c for c in state.settings.timeline if c.firm_joins == firm)
        often = joins.core_difference
        often = state.settings.world.local_difference if often is None else often
        served = {unit.market for unit in state.units if unit.firm == firm}
        places = [state.truth[market] for market in served if market is not None]
        places += [state.core] if firm == state.firm else []
        for need, kind in enumerate(state.classes):
            u = state.chances(luck.OTHER_CORE, number, need // 4)[need % 4]
            if kind != "systemic" and u < often:
                for truth in places:
                    truth[need] = -truth[need]
    _let_systemic_needs_follow(state)


def _let_systemic_needs_follow(state: State) -> None:
    for need, (one, other) in state.parts.items():
        for truth in (state.core, *state.truth):
            truth[need] = truth[one] * truth[other]


def _write_report(state: State) -> None:
    """Market research on expressed needs, from the global view; some of it is wrong."""
    entries = [0 for _ in state.needs]
    for need, kind in enumerate(state.classes):
        covered, wrong, _, _ = state.chances(luck.REPORT, 0, 0, need)
        if kind == "expressed" and covered < state.settings.world.report_coverage:
            right = wrong >= state.settings.world.report_error
            entries[need] = state.core[need] if right else -state.core[need]
            state.written_before.add((need, entries[need]))
    state.library.append(Document(None, entries, 0))


def start_anew(state: State, employee: Employee, process: int) -> None:
    """Somebody who knows next to nothing and has read nothing takes the seat."""
    spread = state.settings.learning.newcomer_spread
    for need in state.needs:
        drawn = luck.normal(state.seed, process, state.week, employee.unit, employee.member, need)
        employee.tacit[need] = np.float32(min(1.0, max(-1.0, spread * drawn)))
        employee.explicit[need] = 0
    employee.arrived = state.week, employee.unit, employee.member


def move_world(state: State) -> None:
    """Needs drift, staff leave, some change places, tacit knowledge fades."""
    drift = weekly(state.settings.world.drift)
    turn_round(state, luck.DRIFT, drift, [drift] * len(state.markets))
    leaving = []
    for number, unit in enumerate(state.units):
        policy = state.policy_in(number)
        yearly = policy.turnover if unit.turnover is None else unit.turnover
        leaving.append(weekly(yearly * (1.0 - policy.retention)))
    let_leave(state, luck.LEAVING, leaving)
    moves.rotate(state, weekly(state.policy.rotation))
    for market in range(len(state.markets)):
        _let_routines_lapse(state, market)
    remaining = np.float32(0.5 ** (1.0 / state.settings.learning.tacit_half_life))
    for employee in state.there():
        employee.tacit = [conviction * remaining for conviction in employee.tacit]
        employee.pace = _pace(state, employee)


def _let_routines_lapse(state: State, market: int) -> None:
    """What no plan brought within a year is dropped by chance, the more so the more people are new."""
    rules, staff = state.settings.projects, [e for e in state.of_market(market) if e.present]
    new = sum(e.arrived[0] > max(0, state.week - 52) for e in staff) / max(1, len(staff))
    chance = weekly(min(1.0, rules.lapse * (1.0 + rules.lapse_turnover * new)))
    for need in state.needs:
        since = state.week - state.confirmed.get((market, need), -1000)
        if since >= 52 and state.chance(luck.LAPSE, market, 0, need) < chance:
            state.routines[market][need] = 0


def _pace(state: State, employee: Employee) -> np.float32:
    """Who is sure of more learns in larger steps."""
    learning = state.settings.learning
    sure = sum(abs(held) > np.float32(learning.unsure_below) for held in employee.tacit)
    floor = learning.absorptive_floor
    absorbed = floor + (1.0 - floor) * sure / len(employee.tacit)
    spread = math.sqrt(math.log(1.0 + learning.talent_spread**2))
    drawn = luck.normal(state.seed, luck.TALENT, *employee.arrived, 0)
    talent = luck.rounded(math.exp(spread * drawn - spread * spread / 2.0))
    return np.float32(talent * absorbed)


def weekly(yearly: float) -> float:
    """The chance in a week that adds up to one in a year of 52 weeks."""
    return float(luck.rounded(1.0 - (1.0 - yearly) ** (1.0 / 52.0)))


def turn_round(state: State, process: int, in_core: float, in_market: list[float]) -> None:
    """Some needs turn round, in the core and in each market on its own."""
    places = [(state.core, in_core), *zip(state.truth, in_market, strict=True)]
    for group, (truth, share) in enumerate(places):
        for need, kind in enumerate(state.classes):
            if kind != "systemic" and state.chance(process, group, 0, need) < share:
                truth[need] = -truth[need]
    _let_systemic_needs_follow(state)


def let_leave(state: State, process: int, shares: list[float]) -> None:
    """Some of each unit's staff leave, and newcomers take their seats."""
    for employee in state.there():
        if state.chance_of(process, employee) < shares[employee.unit]:
            _replace(state, employee)


def _let_the_surest_leave(state: State, share: float, concerned: list[bool]) -> None:
    """Of each unit those leave whose convictions add up to most, at least one."""
    leavers: set[int] = set()
    for unit, meant in zip(state.units, concerned, strict=True):
        if meant and unit.present:
            ranks = sorted(unit.staff, key=Employee.sureness, reverse=True)
            leavers |= {e.person for e in ranks[: max(1, int(share * len(ranks) + 0.5))]}
    for employee in state.there():
        if employee.person in leavers:
            _replace(state, employee)


def _replace(state: State, employee: Employee) -> None:
    """Somebody leaves, and a newcomer takes the seat."""
    remember_leaver(state, employee)
    start_anew(state, employee, luck.NEWCOMER)
    employee.person = state.persons
    state.persons += 1


def remember_leaver(state: State, employee: Employee) -> None:
    """What somebody knew tacitly goes with them."""
    state.left.append((employee.market, sum(abs(float(held)) for held in employee.tacit)))


def apply(state: State, change: Change) -> None:
    """A change of policy or a shock; to a firm that has not joined, less of it applies."""
    if state.firm is not None:
        change = Change(
            week=change.week,
            policy=change.policy or {"patient_time": state.policy.patient_time},
            staff_leave=change.staff_leave,
            unit=change.unit,
            who_leaves=change.who_leaves,
            needs_jump=change.needs_jump,
            market=change.market,
            partner_joins=change.partner_joins,
            partner_leaves=change.partner_leaves,
        )
    if change.staff_leave is not None:
        concerned = [change.unit in (None, unit.name) for unit in state.units]
        if change.who_leaves == "surest":
            _let_the_surest_leave(state, change.staff_leave, concerned)
        else:
            let_leave(state, luck.EXODUS, [change.staff_leave * there for there in concerned])
    if "library" in change.lose:
        state.library.clear()
        state.written_before.clear()
    if "routines" in change.lose:
        state.routines = [[0 for _ in state.needs] for _ in state.markets]
    if change.needs_jump is not None:
        where = [change.needs_jump * (change.market in (None, name)) for name in state.markets]
        in_core = change.needs_jump if change.market is None else 0.0
        turn_round(state, luck.JUMP, in_core, where)
    _join(state, change)
    if change.firm_joins is not None:
        merging.merge(state, state.apart.pop(change.firm_joins))
    _go(state, change)
    state.policy = changed(state.policy, change.policy)
    if change.transition_weeks and change.transition_hours:
        state.transitions.append((state.week + change.transition_weeks, change.transition_hours))


def reorganise(state: State) -> None:
    """Reorganisations that are not over take their hours before anything else."""
    wanted = sum(hours for end, hours in state.transitions if state.week < end)
    for employee in state.there():
        employee.book("colleagues", on_the_clock(wanted))


def _join(state: State, change: Change) -> None:
    for unit in state.units:
        serves = None if unit.market is None else state.markets[unit.market]
        invited = unit.name == change.unit_joins or (
            serves is not None and serves == change.market_opens
        )
        if invited and not unit.present:
            unit.present = True
            for employee in unit.staff:
                employee.present = True
                start_anew(state, employee, luck.ARRIVAL)
    for partner in state.settings.stakeholders:
        if partner.name == change.partner_joins:
            state.partners[partner.name] = partner


def _go(state: State, change: Change) -> None:
    for unit in state.units:
        if unit.name == change.unit_leaves and unit.present:
            unit.present = False
            for employee in unit.staff:
                remember_leaver(state, employee)
                employee.present = False
    state.under_way = [p for p in state.under_way if state.is_open(p.market)]
    if change.partner_leaves is not None:
        state.partners.pop(change.partner_leaves, None)
