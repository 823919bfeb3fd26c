"""Which unit serves what: as the file says, as somebody said, or asked with a proposal from its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from seci_sim.scenario.own_firm.columns import plain
from seci_sim.scenario.own_firm.lists import Table
from seci_sim.scenario.own_firm.understanding import Hints, Question, Understanding
from seci_sim.scenario.problems import InputProblem, folded, shown, spelling
from seci_sim.scenario.quantities import counted
from seci_sim.scenario.units import AFFILIATE, HEADQUARTERS, LONGEST_MARKET

KINDS = (*HEADQUARTERS, AFFILIATE)
HOME = "Home market"
"""What a firm serves that is organised by function, in one market."""
MOST = 0.6
"""Share of a unit's people who work in one place, from which on the unit is taken to serve it."""
AGREED = "what their names suggest"
MOST_SHOWN = 30
NAMED = 3
"""People of a unit from which on a message without a preview names it; a smaller name may be somebody's."""

KIND_WORDS = {
    "hq": HEADQUARTERS[0],
    "head quarters": HEADQUARTERS[0],
    "headquarter": HEADQUARTERS[0],
    "head office": HEADQUARTERS[0],
    "corporate": HEADQUARTERS[0],
    "regional hq": HEADQUARTERS[1],
    "regional headquarter": HEADQUARTERS[1],
    "subsidiary": AFFILIATE,
    "country organisation": AFFILIATE,
    "market": AFFILIATE,
} | {kind: kind for kind in KINDS}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


COUNTRIES = _names(
    "argentina,australia,austria,österreich,bangladesh,belgium,brazil,brasil,"
    "bulgaria,canada,chile,china,colombia,croatia,czechia,denmark,egypt,estonia,"
    "ethiopia,finland,france,germany,deutschland,ghana,greece,hungary,india,"
    "indonesia,iran,iraq,ireland,israel,italy,italia,japan,jordan,kazakhstan,kenya,"
    "korea,latvia,lebanon,lithuania,luxembourg,malaysia,mexico,morocco,netherlands,"
    "new zealand,nigeria,norway,pakistan,peru,philippines,poland,polska,portugal,"
    "romania,russia,saudi arabia,serbia,singapore,slovakia,slovenia,south africa,"
    "spain,españa,sweden,switzerland,schweiz,suisse,taiwan,tanzania,thailand,"
    "tunisia,turkey,türkiye,uganda,ukraine,united kingdom,united states,uruguay,usa,"
    "us,uk,uae,venezuela,vietnam,africa,america,americas,apac,asia,benelux,dach,"
    "emea,europe,eu,iberia,latam,latin america,mena,middle east,nordics,"
    "north america,oceania,south america,north,south,east,west,northeast,northwest,"
    "southeast,southwest,central,region,market,domestic,international"
)
"""Names of places, some of which are not the whole name of a unit: Sales Germany."""
SERVING = _names(
    "sales,selling,marketing,customer,customers,client,clients,service,services,"
    "support,field,account,accounts,store,stores,shop,branch,retail,commercial,"
    "consulting,delivery,care,nursing,clinic,ward,hospital,community,vertrieb,"
    "kundendienst,verkauf,ventes,ventas,vendite,distribution,affiliate,subsidiary,"
    "operations,medical,patient,patients"
)
CENTRAL = _names(
    "headquarters,hq,head,corporate,central,executive,ceo,board,management,administration,admin,administrative,finance,"
    "financial,accounting,hr,human,personnel,people,legal,compliance,it,is,information,technology,systems,research,r,"
    "rd,development,engineering,software,production,manufacturing,quality,purchasing,procurement,strategy,planning,"
    "communications,audit,treasury,facilities,security,data,science,product,office,zentrale,verwaltung,personal,"
    "finanzen,forschung,entwicklung,einkauf,produktion,direction,siège,dirección"
)

SERVES_TOO = frozenset({"management", "development"})
"""Words of both: whose unit serves, if its name says so besides."""


class Evidence(NamedTuple):
    """What is known of a unit: its size, and how many of its rows have which kind, market and place."""

    staff: int
    facts: Mapping[str, Counter[str]]


class Service(NamedTuple):
    """What a unit serves, or that it serves none."""

    kind: str
    market: str = ""

    @property
    def fields(self) -> dict[str, object]:
        """As a unit of a scenario has them."""
        if not self.market:
            return {"kind": self.kind}
        return {"kind": self.kind, "market" if self.kind == AFFILIATE else "lives_in": self.market}

    @property
    def words(self) -> str:
        """As a question says it."""
        return f"serves {shown(self.market)}" if self.kind == AFFILIATE else self.kind


def served(
    units: Mapping[str, Evidence], hints: Hints, table: Table, understanding: Understanding
) -> dict[str, dict[str, object]]:
    """The kind and the market of every unit, as fields of a scenario.

    Raises
    ------
    InputProblem
        It is not known, and nobody can be asked; or what was said names no unit.
    """
    markets, kinds = _given(units, hints.markets, "market"), _given(units, hints.kinds, "kind")
    told = {name: _told(name, units[name], markets, kinds, table, understanding) for name in units}
    services = {name: service for name, service in told.items() if service}
    silent = [name for name in units if name not in services]
    asked = [name for name in silent if any(units[name].facts.get("market", ()))]
    if not (markets or "market" in table.found or "kind" in table.found):
        asked = silent
    central = [name for name in silent if name not in asked]
    if asked:
        services |= _settled(asked, units, table, understanding)
    if central:
        people = sum(units[name].staff for name in central)
        services |= {name: Service(HEADQUARTERS[0]) for name in central}
        understanding.note(
            f"{counted(len(central), 'unit')} without a market, {_share(people, units)}, counted as headquarters, who serve none themselves (--market UNIT=MARKET)"
        )
    if not any(service.kind == AFFILIATE for service in services.values()):
        raise InputProblem(
            [
                f"{table.label}: needs at least one affiliate: without a market nobody is served; give --market UNIT=MARKET"
            ]
        )
    return {name: services[name].fields for name in units}


def _share(people: int, units: Mapping[str, Evidence]) -> str:
    return f"{people / sum(one.staff for one in units.values()):.0%} of the people"


def _given(units: Mapping[str, Evidence], said: Mapping[str, str], option: str) -> dict[str, str]:
    """What was said on the command line, by the unit's own name."""
    by_folded = {folded(name): name for name in units}
    for name in said:
        if folded(name) not in by_folded:
            hint = spelling(name, units)
            raise InputProblem(
                [f"--{option}: no unit of two people or more is called {shown(name)}{hint}"]
            )
    return {by_folded[folded(name)]: value for name, value in said.items()}


def _told(
    name: str,
    unit: Evidence,
    markets: Mapping[str, str],
    kinds: Mapping[str, str],
    table: Table,
    understanding: Understanding,
) -> Service | None:
    """What is said of a unit, in the file or on the command line."""
    kind = _kind(
        kinds.get(name) or _usual(unit.facts.get("kind"), 0.0, table, understanding), table
    )
    market = markets.get(name) or _usual(unit.facts.get("market"), MOST, table, understanding)
    if name in markets and name not in kinds:
        kind = AFFILIATE
    if kind == AFFILIATE or (market and not kind):
        return Service(AFFILIATE, market or name[:LONGEST_MARKET])
    return Service(kind, market) if kind else None


def _kind(text: str, table: Table) -> str:
    if text and plain(text) not in KIND_WORDS:
        what = f"is unknown{spelling(text, KINDS)}; allowed: {' or '.join(KINDS)}"
        raise InputProblem([f"{table.label}: {table.called('kind')}: {what}"])
    return KIND_WORDS[plain(text)] if text else ""


def _usual(
    values: Counter[str] | None, at_least: float, table: Table, understanding: Understanding
) -> str:
    """What most rows of a unit say; nothing where no value is that usual."""
    said = Counter({value: n for value, n in (values or {}).items() if value})
    if not said:
        return ""
    (value, count), *others = said.most_common()
    if count < at_least * said.total() or (at_least and count < 2):  # one row may say a person
        return ""
    if others:
        understanding.note(
            f"{table.label}: rows of a unit differ in kind or market: the most frequent counts"
        )
    return value


# Asked ------------------------------------------------------------------------------------------


def _settled(
    silent: list[str],
    units: Mapping[str, Evidence],
    table: Table,
    understanding: Understanding,
) -> dict[str, Service]:
    """Ask once of all units, with a proposal from their names; an answer may change some of them."""
    proposed = _proposed(silent, units)
    while True:
        lines = [
            f"{number:>3} {name} ({units[name].staff:,} people): {proposed[name].words}"
            for number, name in enumerate(silent[:MOST_SHOWN], start=1)
        ]
        if len(silent) > MOST_SHOWN:
            lines.append(f"    ... and {len(silent) - MOST_SHOWN} more by their names")
        said = [name for name in silent if units[name].staff >= NAMED][:4]
        some = "; ".join(f"{shown(name)} {proposed[name].words}" for name in said)
        named = f" (by their names: {some}{'; ...' * (len(silent) > len(said))})" if said else ""
        what = f"does not say which units serve a market{named}"
        option = (
            "--market UNIT=MARKET for those that do, --kind UNIT=headquarters for those that do not"
        )
        answer = understanding.settle(
            Question(
                table.label,
                what,
                "as listed, or with changes such as 1=India, 2=headquarters",
                option,
                proposal=AGREED,
                listed=tuple(lines),
            )
        )
        if answer.strip().casefold() in ("", "yes", "y", AGREED):
            break
        proposed |= _changes(answer, silent)
    central = sum(units[name].staff for name in silent if proposed[name].kind != AFFILIATE)
    if central:
        understanding.note(
            f"by the names of their units, {_share(central, units)} are headquarters, who serve no market themselves (--market UNIT=MARKET, --kind UNIT=KIND)"
        )
    return proposed


def _changes(answer: str, silent: list[str]) -> dict[str, Service]:
    """Read corrections such as ``1=India, Finance=headquarters``; what names no unit changes nothing."""
    by_folded = {folded(name): name for name in silent}
    changes = {}
    for part in re.split(r"[,;]", answer):
        unit, _, what = (piece.strip() for piece in part.partition("="))
        number = int(unit) if unit.isdecimal() and len(unit) < 5 else 0
        name = silent[number - 1] if 1 <= number <= len(silent) else by_folded.get(folded(unit))
        if name and what:
            kind = KIND_WORDS.get(plain(what))
            market = name[:LONGEST_MARKET] if kind == AFFILIATE else what
            changes[name] = Service(kind) if kind in HEADQUARTERS else Service(AFFILIATE, market)
    return changes


def _proposed(silent: list[str], units: Mapping[str, Evidence]) -> dict[str, Service]:
    proposed = {name: _by_name(name, units[name]) for name in silent}
    if not any(one is not None and one.kind == AFFILIATE for one in proposed.values()):
        unclear = [name for name in silent if proposed[name] is None]
        largest = max(silent, key=lambda name: units[name].staff)
        proposed |= {name: Service(AFFILIATE, HOME) for name in unclear or [largest]}
    return {name: one or Service(HEADQUARTERS[0]) for name, one in proposed.items()}


def _by_name(name: str, unit: Evidence) -> Service | None:
    """What the name of a unit suggests, or its rows where they differ; nothing where neither says anything."""
    if any(unit.facts.get("market", ())):
        markets = Counter({market: n for market, n in unit.facts["market"].items() if market})
        ((market, count),) = markets.most_common(1)
        return Service(AFFILIATE, market[:LONGEST_MARKET] if count >= NAMED else HOME)
    text = plain(name)
    words = set(text.split())
    places = [place for place in COUNTRIES if re.search(rf"\b{place}\b", text)]
    if places and not words & CENTRAL:
        return Service(AFFILIATE, name[:LONGEST_MARKET])
    if words & SERVING and not words & (CENTRAL - SERVES_TOO):
        said = unit.facts.get("place", Counter())
        place, count = max(said.items(), key=lambda one: one[1], default=("", 0))
        is_one = place and count >= max(NAMED, MOST * said.total()) and len(place) <= LONGEST_MARKET
        return Service(AFFILIATE, place if is_one and not place.isdecimal() else HOME)
    return Service(HEADQUARTERS[0]) if words & CENTRAL else None
