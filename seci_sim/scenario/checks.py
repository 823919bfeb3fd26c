"""What no field can know by itself: that names exist, and that a scenario's parts fit together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from seci_sim.parameters import MODELS, SECI, Band, Section
from seci_sim.scenario.problems import folded, shown
from seci_sim.scenario.quantities import in_words
from seci_sim.scenario.units import (
    AFFILIATE,
    FINANCIAL_AGENCY,
    GLOBAL_PARTNER,
    HEADQUARTERS,
    LOCAL_PARTNER,
    OF_MARKETS,
    Change,
    Meeting,
    Stakeholder,
    Unit,
    markets_of,
    one_line,
    shown_by_others,
)
from seci_sim.scenario.validation import FieldPath, Problem

EVERYWHERE = "all"
"""What tables of results call the whole; no market may be called so."""

COMINGS = {
    "unit_joins": "unit",
    "unit_leaves": "unit",
    "market_opens": "market",
    "partner_joins": "stakeholder",
    "partner_leaves": "stakeholder",
    "firm_joins": "other firm",
}
"""Who comes and goes in a change."""

NAMED = {
    "units": {"lives_in": "market", "reports_to": "headquarters", "resembles": "market"},
    "stakeholders": {"market": "market"},
    "timeline": {"unit": "unit", "market": "market", "rival": "rival"} | COMINGS,
}
"""Fields that name something, which must be there, and what."""


def foreign_to(model: str) -> set[str]:
    """Parts of a scenario that are for other models.

    Examples
    --------
    >>> sorted(foreign_to("seci"))
    ['fang', 'march', 'miller']
    """
    others = (set(one.parts) for name, one in MODELS.items() if name != model)
    return set().union(*others)


def check_model(model: str, written: Collection[str]) -> Iterator[Problem]:
    """Nothing is set that belongs to another model."""
    for part in sorted(foreign_to(model) & set(written)):
        owner = next(name for name, one in MODELS.items() if part in one.parts)
        remedy = f", or write model: {owner}"  # the SECI organisation's nobody needs to write
        if model != SECI:
            remedy = f"; the parameters of this model stand under {MODELS[model].parts[0]}"
        what = f"is not for model {model} but for model {owner}; remove it{remedy}"
        yield Problem((part,), what)


def check_names(group: FieldPath, names: Sequence[str]) -> Iterator[Problem]:
    """No two names of a group may be the same to a reader or a file system."""
    seen: dict[str, str] = {}
    for place, name in enumerate(names):
        if (first := seen.get(folded(name))) is not None:
            as_written = "" if first == name else f' (there "{first}")'
            yield Problem((*group, place, "name"), f"is given twice{as_written}", got=shown(name))
        seen[folded(name)] = name


def check_named(
    group: str, items: Sequence[Section], **known: Collection[str | None]
) -> Iterator[Problem]:
    """What the items of a list name is there."""
    for place, item in enumerate(items):
        for field, kind in NAMED[group].items():
            there = known[kind.replace(" ", "_")]
            yield from _known((group, place, field), getattr(item, field), kind, there)


def check_units(units: Sequence[Unit]) -> Iterator[Problem]:
    """Names of markets and headquarters exist; figures for one market agree."""
    markets = markets_of(tuple(units))
    by_folded: dict[str, str] = {}
    said: dict[tuple[str, str], Any] = {}
    firms: dict[str, str | None] = {}
    headquarters = [unit.name for unit in units if unit.kind in HEADQUARTERS]
    if not markets:
        yield Problem(("units",), "needs at least one affiliate: without a market nobody is served")
    yield from check_named("units", units, market=markets, headquarters=headquarters)
    for place, unit in enumerate(units):
        if unit.market is None:
            continue
        first = by_folded.setdefault(folded(unit.market), unit.market)
        if first != unit.market:
            what = f'differs from market "{first}" only in case'
            yield Problem(("units", place, "market"), what, got=shown(unit.market))
        if folded(unit.market) == EVERYWHERE:
            what = f'"{EVERYWHERE}" stands for all markets together; choose another name'
            yield Problem(("units", place, "market"), what)
        if firms.setdefault(unit.market, unit.firm) != unit.firm:
            what = f'market "{unit.market}" is served by units of two firms'
            yield Problem(("units", place, "firm" if unit.firm else "market"), what)
        for name in OF_MARKETS:
            value = getattr(unit, name)
            if value not in (None, {}) and said.setdefault((unit.market, name), value) != value:
                what = f'market "{unit.market}" already has {shown(said[unit.market, name])}'
                yield Problem(("units", place, name), what, got=shown(value))
        if unit.resembles in markets[markets.index(unit.market) :]:
            what = f'must be listed before "{unit.market}", the market that resembles it'
            yield Problem(("units", place, "resembles"), what, got=shown(unit.resembles))


def check_bands(bands: Sequence[Band]) -> Iterator[Problem]:
    """Households sum to 100%, and names can stand in tables."""
    group = ("service", "bands")
    yield from _check_total(group, [band.households for band in bands])
    for place, (lower, upper) in enumerate(pairwise(bands), start=1):
        if upper.income < lower.income:
            what = f'bands go from the lowest income to the highest, and "{lower.name}" has '
            path = (*group, place, "income")
            yield Problem(path, what + in_words(lower.income), got=shown(upper.income))
    for place, band in enumerate(bands):
        path, got = (*group, place, "name"), shown(band.name)
        try:
            shown_by_others(one_line(band.name))
        except ValueError as problem:
            yield Problem(path, str(problem), got=got)
        if band.name.endswith("horizon"):
            # The column needs_met_NAME would be taken for a mean over the horizon.
            what = 'must not end in "horizon", which tables use for something else'
            yield Problem(path, what, got=got)


def _check_total(path: FieldPath, households: Iterable[float]) -> Iterator[Problem]:
    """Households of all bands are all households."""
    total = sum(households)
    if abs(total - 1) > 1e-6:
        what = f"households of the bands sum to {in_words(round(total, 6), 'share')}, not to 100%"
        yield Problem(path, what)


def check_households(units: Sequence[Unit], bands: Sequence[Band]) -> Iterator[Problem]:
    """A market's own households are shares of bands that exist, and sum to 100%."""
    for place, unit in enumerate(units):
        if unit.households:
            path = ("units", place, "households")
            yield from check_shares_paid(path, unit.households, bands)
            if all(0 <= share <= 1 for share in unit.households.values()):
                yield from _check_total(path, unit.households.values())


def check_shares_paid(
    path: FieldPath, shares: Mapping[str, float], bands: Sequence[Band]
) -> Iterator[Problem]:
    """Shares for income bands are shares, of bands that exist."""
    for name, share in shares.items():
        yield from _known((*path, name), name, "income band", [band.name for band in bands])
        if not 0 <= share <= 1:
            size = "small" if share < 0 else "large"
            yield Problem((*path, name), f"is too {size}", "0% to 100%", shown(share))


INVITATIONS = {
    "dialogue_local_partners": LOCAL_PARTNER,
    "dialogue_global_partners": GLOBAL_PARTNER,
    "justification_local_partners": LOCAL_PARTNER,
    "justification_global_partners": GLOBAL_PARTNER,
    "financial_agency": FINANCIAL_AGENCY,
}


def check_invitations(
    path: FieldPath, written: Mapping[str, Any], stakeholders: Sequence[Stakeholder]
) -> Iterator[Problem]:
    """Whoever a policy is written to invite is declared.

    The default panel is not checked: where nobody is declared, nobody of that kind comes.
    """
    declared = {stakeholder.kind for stakeholder in stakeholders}
    for name, kind in INVITATIONS.items():
        if written.get(name) and kind not in declared:
            what = f"invites a {kind}, but no stakeholder of that kind is declared"
            yield Problem((*path, name), what, got=in_words(written[name]))


def check_timeline(
    timeline: Sequence[Change],
    horizon: int,
    units: Sequence[Unit],
    stakeholders: Sequence[Stakeholder],
    rivals: Collection[str] = (),
) -> Iterator[Problem]:
    """Changes come within the horizon, to things that exist, one at a time for each setting."""
    markets, names = markets_of(tuple(units)), [unit.name for unit in units]
    partners = [stakeholder.name for stakeholder in stakeholders]
    known = {"unit": names, "market": markets, "stakeholder": partners, "rival": rivals}
    known["other_firm"] = [unit.firm for unit in units if unit.firm]
    yield from check_named("timeline", timeline, **known)
    first_said: dict[tuple[int, str | None, str], int] = {}
    for place, change in enumerate(timeline):
        path = ("timeline", place)
        if change.week > horizon:
            what = "comes after the end of the run"
            yield Problem((*path, "week"), what, f"1 to {horizon} weeks", shown(change.week))
        for touched, setting in _settings(change):
            if first_said.setdefault((change.week, change.rival, setting), place) != place:
                yield Problem((*path, *touched), f"is changed twice in week {change.week}")
    yield from _check_presence(timeline, units, partners)


def _settings(change: Change) -> Iterator[tuple[tuple[str, ...], str]]:
    """What a change touches: the field, and a name by which two touches of the same are known."""
    for name in change.policy:
        yield ("policy", name), f"policy {name}"
    for name in change.lose:
        yield ("lose",), f"lose {name}"
    scopes = {"staff_leave": change.unit, "needs_jump": change.market}
    for name in (*scopes, *COMINGS):
        if getattr(change, name) is not None:
            yield (name,), f"{name} {scopes.get(name, getattr(change, name))}"


def _check_presence(
    timeline: Sequence[Change], units: Sequence[Unit], partners: Sequence[str]
) -> Iterator[Problem]:
    """Units, markets and partners come before they go, and somebody always serves a market."""
    opens = {change.market_opens: change.week for change in timeline if change.market_opens}
    merges = {change.firm_joins: change.week for change in timeline if change.firm_joins}
    yield from _check_mergers(timeline, units, merges)
    arrivals = {
        unit.name: merges.get(unit.firm, 0) if unit.firm else opens.get(unit.market or "", 0)
        for unit in units
    }
    yield from _check_order(timeline, "unit_joins", "unit_leaves", arrivals)
    yield from _check_order(timeline, "partner_joins", "partner_leaves", dict.fromkeys(partners, 0))
    markets: dict[str | None, int] = {}
    for place, change in enumerate(timeline):
        if change.market_opens and markets.setdefault(change.market_opens, place) != place:
            yield Problem(("timeline", place, "market_opens"), "opens twice")
    yield from _check_somebody_serves(timeline, units, arrivals)


def _check_mergers(
    timeline: Sequence[Change], units: Sequence[Unit], merges: Mapping[str, int]
) -> Iterator[Problem]:
    """Every other firm joins once, and its units with it and not otherwise."""
    firms = {unit.name: unit.firm for unit in units if unit.firm}
    served = {unit.market: unit.firm for unit in units if unit.firm and unit.market}
    joined: set[str] = set()
    for place, change in enumerate(timeline):
        path = ("timeline", place)
        if change.firm_joins in joined:
            yield Problem((*path, "firm_joins"), "joins for a second time")
        joined |= {change.firm_joins} if change.firm_joins else set()
        for field, owners in (("unit_joins", firms), ("market_opens", served)):
            if getattr(change, field) in owners:
                firm = owners[getattr(change, field)]
                yield Problem((*path, field), f'belongs to "{firm}", and comes with firm_joins')
    for place, unit in enumerate(units):
        if unit.firm and unit.firm not in merges:
            what = f"no change says when {shown(unit.firm)} joins; one with firm_joins must"
            yield Problem(("units", place, "firm"), what)


def _check_order(
    timeline: Sequence[Change], joins: str, leaves: str, arrivals: dict[str, int]
) -> Iterator[Problem]:
    """Update ``arrivals`` with the weeks of joining; nobody joins twice or leaves before."""
    joined, left = set[str](), set[str]()
    for place, change in enumerate(timeline):
        joining, leaving = getattr(change, joins), getattr(change, leaves)
        if joining in arrivals:
            if joining in joined | left:
                yield Problem(("timeline", place, joins), "joins for a second time")
            elif change.week < arrivals[joining]:
                yield Problem(("timeline", place, joins), "joins before its market opens")
            joined.add(joining)
            arrivals[joining] = max(change.week, arrivals[joining])
        if leaving in left:
            yield Problem(("timeline", place, leaves), "leaves for a second time")
        if leaving in arrivals:
            left.add(leaving)
    for place, change in enumerate(timeline):
        leaving = getattr(change, leaves)
        if leaving in joined | left and arrivals[leaving] and change.week <= arrivals[leaving]:
            yield Problem(("timeline", place, leaves), "leaves before it is there")


def _check_somebody_serves(
    timeline: Sequence[Change], units: Sequence[Unit], arrivals: Mapping[str, int]
) -> Iterator[Problem]:
    """In every week there is an affiliate, and whoever is told to leave is there."""
    affiliates = {unit.name for unit in units if unit.kind == AFFILIATE}
    departures: dict[str, int] = {}
    for place, change in enumerate(timeline):
        if change.unit and change.week < arrivals.get(change.unit, 0):
            yield Problem(("timeline", place, "unit"), "is not there yet")
        if change.unit in departures:
            yield Problem(("timeline", place, "unit"), "has left already")
        if change.unit_leaves:
            departures[change.unit_leaves] = change.week
            there = {name for name in affiliates - set(departures) if arrivals[name] <= change.week}
            if affiliates and not there:
                what = "leaves no affiliate to serve a market"
                yield Problem(("timeline", place, "unit_leaves"), what)
    if affiliates and not any(arrivals[name] <= 1 for name in affiliates):
        yield Problem(("timeline",), "no affiliate is there in week 1; one must be from the start")


def check_meetings(meetings: Sequence[Meeting], units: Sequence[Unit]) -> Iterator[Problem]:
    """People who meet exist, are two, and are listed once as a pair."""
    staff = {unit.name: unit.staff for unit in units}
    listed, unknown = set[tuple[tuple[str, int], ...]](), set[str]()
    for place, (unit, employee, colleague_unit, colleague, hours) in enumerate(meetings):
        path = ("meetings", place)
        for fields, name, number in (
            (("unit", "employee"), unit, employee),
            (("colleague_unit", "colleague"), colleague_unit, colleague),
        ):
            if name not in staff:
                if name not in unknown:  # once for each name, which may stand in every line
                    yield from _known((*path, fields[0]), name, "unit", staff)
                unknown.add(name)
            elif not 1 <= number <= staff[name]:
                allowed = f"1 to {staff[name]}, the staff of {shown(name)}"
                yield Problem((*path, fields[1]), "is not there", allowed, shown(number))
        if not 0 < hours <= 40:
            allowed = "more than 0 to 40 hours"
            yield Problem((*path, "hours"), "is out of range", allowed, shown(hours))
        if (unit, employee) == (colleague_unit, colleague):
            yield Problem((*path, "colleague"), "is the same person as the employee")
        pair = tuple(sorted([(unit, employee), (colleague_unit, colleague)]))
        if pair in listed:
            yield Problem(path, "these two are listed twice (in either order)")
        listed.add(pair)


def _known(
    path: FieldPath, name: str | None, kind: str, known: Iterable[str | None]
) -> Iterator[Problem]:
    if name is not None and name not in known:
        what = f"no {kind} is called {shown(name)}"
        yield Problem(path, what, unknown=name, known=tuple(filter(None, known)))
