"""Files of every kind that the program reads, made from the declarations and written in many ways.

A document is nested tables, lists and values as somebody would type them. `write` writes one, with
remarks, empty lines and both ways of YAML to nest, and remembers on which line each field came to stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any, NamedTuple, TypeAlias, get_args

from fuzz_values import Form, form_of, good, items_of
from pydantic.fields import FieldInfo

from seci_sim.classics import PUBLISHED
from seci_sim.parameters import GROUPS, SECTIONS, Section

Place: TypeAlias = tuple[str | int, ...]
"""Names of fields, and places in lists counted from 0."""

Document: TypeAlias = dict[str, Any]
"""Tables are dictionaries; a value is the text that stands in the file."""

UNITS: list[dict[str, Any]] = [
    {"name": "Office", "kind": "headquarters", "staff": "10", "lives_in": "Japan", "turnover": "5%"},
    {"name": "Japan", "kind": "affiliate", "staff": "12", "reports_to": "Office", "price": "1000.5",
     "eligible_patients": "3", "income_level": "1.5", "households": {"poor": "25%", "rich": "75%"}},
    {"name": "Goa", "kind": "affiliate", "staff": "9", "market": "India", "resembles": "Japan", "needs_differing": "10%"},
    {"name": "Kerala", "kind": "affiliate", "staff": "5", "market": "India"},
    {"name": "Brazil", "kind": "affiliate", "staff": "5"},
    {"name": "Fox", "kind": "affiliate", "staff": "7", "firm": "Fox and Sons"},
]  # fmt: skip
STAKEHOLDERS = [
    {"name": "Clinic", "kind": "local partner", "market": "Japan", "supports_patients": "yes"},
    {"name": "Institute", "kind": "global partner"},
    {"name": "Bank", "kind": "financial agency", "market": "India"},
]
TIMELINE: list[dict[str, Any]] = [
    {"week": "2", "policy": {"turnover": "7%", "shares_paid": {"poor": "10%"}}},
    {"week": "3", "staff_leave": "10%", "unit": "Goa", "lose": ["library", "routines"]},
    {"week": "4", "needs_jump": "20%", "market": "Japan"},
    {"week": "5", "unit_joins": "Kerala", "partner_leaves": "Bank"},
    {"week": "6", "partner_joins": "Institute", "market_opens": "Brazil"},
    {"week": "7", "unit_leaves": "Kerala"},
    {"week": "8", "firm_joins": "Fox and Sons", "core_difference": "40%", "transition_weeks": "3 weeks"},
    {"week": "9", "transition_hours": "2 h", "transition_weeks": "4"},
]  # fmt: skip
BANDS = [
    {"name": "poor", "households": "40%", "income": "1000"},
    {"name": "rich", "households": "60%", "income": "5000.25"},
]
HEAD = {"name": "Mine", "question": "What for?", "notes": "Made up."}

SCENARIO: Document = {
    **HEAD,
    "model": "seci",
    "horizon": "2 years",
    "service": {"bands": BANDS},
    "policy": {"shares_paid": {"poor": "5%", "rich": "99.5%"}},
    "units": UNITS,
    "stakeholders": STAKEHOLDERS,
    "timeline": TIMELINE,
    "money": {
        "currency": "EUR", "hour": "60", "hour_of": {"affiliate": "45.5"}, "patients": "10000",
        "worth": "200", "budget": "1000000",
    },
    "weigh": {"mis_served": "0.5"},
}  # fmt: skip
"""What goes together by name; `scenario` adds parameters."""

WITH_RIVALS: Document = SCENARIO | {
    "units": [one for one in UNITS if "firm" not in one],
    "timeline": [
        *(one for one in TIMELINE if "firm_joins" not in one),
        {"week": "10", "rival": "Other", "staff_leave": "10%", "who_leaves": "surest"},
    ],
    "rivals": [{"name": "Other", "policy": {"patient_time": "2%"}}, {"name": "Third"}],
    "trial": {
        "name": "Meet", "among": "pairs", "share": "40%", "from": "5", "to": "9", "before": "2 weeks",
        "follow_up": "10", "policy": {"mentoring_hours": "2 h"}, "outcomes": ["skill", "hours"],
    },
}  # fmt: skip
"""The same with rivals instead of a merger, and a trial."""

FIRM: Document = {
    "name": "Tiny", "question": "What happens?", "horizon": "10", "units": UNITS[:2],
    "stakeholders": STAKEHOLDERS[:2], "service": {"bands": BANDS},
}  # fmt: skip
"""What experiments and lessons start from."""

EXPERIMENT: Document = {**HEAD, "scenario": "firm.yaml", "replications": "4", "seed": "7", "outcomes": ["needs_met", "tacit_alignment"]}  # fmt: skip
POLICIES = [{"name": "As is"}, {"name": "More", "policy": {"mentoring_hours": "2 h"}}]
EXPERIMENTS: dict[str, Document] = {
    "levels": {
        "policies": POLICIES, "vary": {"policy.turnover": ["5%", "10%"]}, "weekly": ["tacit_alignment"],
        "until": {"outcome": "needs_met", "half_width": "1%", "at_most": "50"},
        "analyses": [{"kind": "dose-response", "outcome": "needs_met", "factor": "policy.turnover", "by": "policy"},
                     {"kind": "comparison", "outcome": "tacit_alignment"}],
    },
    "conditions": {
        "policies": POLICIES, "uncertain": {"learning.showing": "plausible", "world.needs": {"from": "20", "to": "22"}},
        "sample": {"method": "latin hypercube", "points": "12"}, "luck": "of each world", "yearly": "yes", "yearly_by_market": ["skill"],
        "analyses": [{"kind": "discovery", "outcome": "needs_met", "policy": "More", "at_least": "5%"}],
    },
    "search": {
        "vary": {"policy.patient_time": {"from": "0%", "to": "5%"}, "policy.combination": ["no", "yes"]},
        "analyses": [{"kind": "search", "higher": ["needs_met"], "lower": ["tacit_alignment"],
                      "generations": "3", "population": "8", "fresh": "4"}],
    },
    "tornado": {
        "scenario": None, "scenarios": ["firm.yaml"], "uncertain": {"learning.showing": "plausible"},
        "sample": {"method": "one at a time"}, "keep": "outcomes", "analyses": [{"kind": "tornado", "outcome": "tacit_alignment"}],
    },
}  # fmt: skip
LESSON: Document = {
    **HEAD, "scenario": "firm.yaml", "vary": {"policy.patient_time": ["0%", "1%", "10%"]},
    "bet": {"question": "Where will the line end?", "outcome": "needs_met", "setting": "1%"},
    "look_at": ["The dots", "The curves"], "finding": "It rises.", "explanation": "Because.",
    "discussion": "And where you work?", "replications": "10", "seed": "3", "outcomes": ["needs_met"],
}  # fmt: skip


def scenario(chance: Random, few: int = 3) -> Document:
    """A scenario of an organisation, with a few parameters of each group, all of them in range."""
    document = deepcopy(chance.choice((SCENARIO, WITH_RIVALS)))
    for name, group in SECTIONS.items():
        if name == "competition" and "rivals" not in document:
            continue
        fields = [n for n in group.model_fields if n not in ("bands", "shares_paid")]
        drawn = chance.sample(fields, min(few, len(fields)))
        values = {n: good(form_of(group.model_fields[n]), chance)[0] for n in drawn}
        document[name] = values | document.get(name, {})
    return document


def classic(chance: Random) -> Document:
    """A scenario of a published model."""
    model = chance.choice(PUBLISHED)
    ((name, section),) = model.sections.items()
    fields = section.model_fields
    values = {n: good(form_of(fields[n]), chance)[0] for n in chance.sample(list(fields), 1)}
    return {**HEAD, "model": model.name, "horizon": "300", name: values}


def experiment(chance: Random) -> Document:
    """An experiment of some kind."""
    whole = EXPERIMENT | chance.choice(list(EXPERIMENTS.values()))
    return deepcopy({name: node for name, node in whole.items() if node is not None})


def lesson(chance: Random) -> Document:
    """A lesson."""
    return deepcopy(LESSON)


# Where fields stand -------------------------------------------------------------------------------


class Spot(NamedTuple):
    """A field of a document: where it stands, and what it holds."""

    place: Place
    form: Form


def spots(document: Document, model: type[Section]) -> Iterator[Spot]:
    """Every field of a document, tables and lists included."""
    yield from _fields(document, model, ())


def _fields(table: Document, model: type[Section], place: Place) -> Iterator[Spot]:
    model = model.kinds[table["kind"]] if model.kinds else model
    for name, node in table.items():
        here = (*place, name)
        if name in ("scenario", "scenarios"):
            yield Spot(here, Form("list" if isinstance(node, list) else "text"))
        elif name in ("vary", "uncertain"):
            yield Spot(here, Form("section"))
            yield from _factors(node, here)
        else:
            yield from _field(node, model.model_fields[name], here)


def _field(node: Any, field: FieldInfo, place: Place) -> Iterator[Spot]:
    group = group_in(field)
    match node:
        case dict() if group is not None:
            yield Spot(place, Form("section"))
            yield from _fields(node, group, place)
        case dict():
            yield Spot(place, Form("table"))
            yield from (Spot((*place, name), items_of(field)) for name in node)
        case list():
            yield Spot(place, Form("list"))
            for number, item in enumerate(node):
                here = (*place, number)
                if group is not None:
                    yield Spot(here, Form("section"))
                    yield from _fields(item, group, here)
                else:
                    yield Spot(here, items_of(field))
        case _:
            yield Spot(place, form_of(field))


def _factors(table: Document, place: Place) -> Iterator[Spot]:
    for name, node in table.items():
        section, _, field = name.partition(".")
        form = form_of(GROUPS[section].model_fields[field])
        yield Spot((*place, name), Form("section"))
        ends = (
            node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        )
        yield from (Spot((*place, name, end), form) for end in ends)


def group_in(field: FieldInfo) -> type[Section] | None:
    """The group of fields that a field holds, by itself or as the items of a list."""
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "section" in extra:
        return SECTIONS[str(extra["section"])]
    kinds = [field.annotation]
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, Section):
            return kind
        kinds += get_args(kind)
    return None


# How a document is written ------------------------------------------------------------------------


class Twice(NamedTuple):
    """A field that is given a second time."""

    node: Any


class Written(NamedTuple):
    """A file, and the line of each field in it."""

    text: str
    lines: dict[Place, int]


_IN_ONE_LINE = re.compile(r"[\w.%+ ]*")


def write(document: Document, chance: Random) -> Written:
    """A document as a file, in one of the many ways to write it."""
    writer = _Writer(chance)
    writer.table(document, (), "")
    return Written("\n".join(writer.written) + "\n", writer.lines)


class _Writer:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.written: list[str] = []
        self.lines: dict[Place, int] = {}

    def table(self, table: Document, place: Place, indent: str, first: str = "") -> None:
        """A table line by line; ``first`` stands before its first field instead of the indent."""
        for name, node in table.items():
            here = (*place, name)
            if isinstance(node, Twice):
                self.field(name, node.node, here, first or indent, indent)
                first = ""
                node = node.node
            self.field(name, node, here, first or indent, indent)
            first = ""

    def field(self, name: str, node: Any, place: Place, before: str, indent: str) -> None:
        if before == indent and self.chance.random() < 0.1:
            self.written.append(self.chance.choice(("", "# a remark", indent + "# policy: 5%")))
        self.lines[place] = len(self.written) + 1
        inline = self.in_one_line(node, place)
        if inline is not None:
            self.lines |= dict.fromkeys(inline[1], self.lines[place])
            self.written.append(f"{before}{name}: {inline[0]}".rstrip(" "))
            return
        self.written.append(f"{before}{name}:")
        if isinstance(node, dict):
            self.table(node, place, indent + "  ")
            return
        for number, item in enumerate(node):
            here = (*place, number)
            self.lines[here] = len(self.written) + 1
            flow = self.in_one_line(item, here)
            if flow is not None:
                self.lines |= dict.fromkeys(flow[1], self.lines[here])
                self.written.append(f"{indent}  - {flow[0]}")
            else:
                self.table(item, here, indent + "    ", indent + "  - ")

    def in_one_line(self, node: Any, place: Place) -> tuple[str, list[Place]] | None:
        """A value in its line, and the places in it; nothing where it takes several lines."""
        if isinstance(node, str):
            return node, []
        if not node:
            return "{}" if isinstance(node, dict) else "[]", []
        if self.chance.random() < 0.5 or not _is_plain(node):
            return None
        return _flow(node), list(_places(node, place))


def _is_plain(node: Any) -> bool:
    if isinstance(node, str):
        return bool(node) and _IN_ONE_LINE.fullmatch(node) is not None
    inner = node.values() if isinstance(node, dict) else node
    return not isinstance(node, Twice) and all(map(_is_plain, inner))


def _flow(node: Any) -> str:
    match node:
        case dict():
            return "{" + ", ".join(f"{name}: {_flow(item)}" for name, item in node.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, node)) + "]"
    return str(node)


def _places(node: Any, place: Place) -> Iterator[Place]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()  # fmt: skip
    for name, item in items:
        yield (*place, name)
        yield from _places(item, (*place, name))


def at(document: Any, place: Place) -> Any:
    """What stands at a place."""
    for part in place:
        document = document[part]
    return document


def put(document: Document, place: Place, node: Any) -> Document:
    """The document with something else at a place."""
    changed = deepcopy(document)
    at(changed, place[:-1])[place[-1]] = node
    return changed


def renamed(document: Document, place: Place, name: str) -> Document:
    """The document with another name for a field."""
    changed = deepcopy(document)
    table = at(changed, place[:-1])
    entries = [(name if old == place[-1] else old, node) for old, node in table.items()]
    table.clear()
    table.update(entries)
    return changed
