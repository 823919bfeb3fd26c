"""What a file says, read in a second and independent way: plain, slow and without a message.

The text of a file is composed into nodes by the YAML library, whose guesses at types are not asked; each
value is put into a number, a switch or a text by its declaration alone. A reader that changes a value,
drops one or takes it for something else is found by the difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from fuzz_documents import Place, group_in
from fuzz_values import Form, form_of, items_of
from pydantic.fields import FieldInfo
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from seci_sim.lab.factors import Factor
from seci_sim.parameters import GROUPS, SHARES, Section

ASIDE = ("extends", "meetings", "scenario", "scenarios", "vary", "uncertain")
"""Names of files, and what is read as something else than it stands there."""

WORDS: dict[str, dict[str, int | Fraction]] = {
    "hours": {"h": 1, "hour": 1, "hours": 1, "min": Fraction(1, 60), "minute": Fraction(1, 60), "minutes": Fraction(1, 60)},
    "weeks": {"week": 1, "weeks": 1, "day": Fraction(1, 7), "days": Fraction(1, 7), "year": 52, "years": 52},
}  # fmt: skip


def said(content: bytes, model: type[Section]) -> Iterator[tuple[Place, Any]]:
    """Every value of a file, with its place and what it means."""
    root = YAML(typ="base", pure=True).compose(content.decode("utf-8-sig"))
    assert isinstance(root, MappingNode)
    yield from _fields(root, model, ())


def _fields(table: MappingNode, model: type[Section], place: Place) -> Iterator[tuple[Place, Any]]:
    model = model.kinds[dict(_entries(table))["kind"].value] if model.kinds else model
    for name, node in _entries(table):
        if place or name not in ASIDE:
            yield from _field(node, model.model_fields[name], (*place, name))


def _entries(table: MappingNode) -> list[tuple[str, Node]]:
    names = [unicodedata.normalize("NFC", key.value) for key, _ in table.value]
    assert len(set(names)) == len(names), "a field is given twice"
    return list(zip(names, (node for _, node in table.value), strict=True))


def _field(node: Node, field: FieldInfo, place: Place) -> Iterator[tuple[Place, Any]]:
    group = group_in(field)
    match node:
        case MappingNode() if group is not None:
            yield from _fields(node, group, place)
        case MappingNode():
            for name, item in _entries(node):
                yield (*place, name), meaning(item, items_of(field))
        case SequenceNode() if place == ("timeline",):
            weeks = [int(meaning(dict(_entries(item))["week"], Form("whole", "weeks"))) for item in node.value]  # fmt: skip
            order = sorted(range(len(weeks)), key=weeks.__getitem__)
            for number, old in enumerate(order):
                yield from _fields(node.value[old], group, (*place, number))  # type: ignore[arg-type]
        case SequenceNode():
            for number, item in enumerate(node.value):
                if group is not None:
                    yield from _fields(item, group, (*place, number))
                else:
                    yield (*place, number), meaning(item, items_of(field))
        case _:
            # Its unit is that of the outcome, which here is a share.
            form = form_of(field)
            yield place, meaning(node, form._replace(unit="share") if place[-1] == "half_width" else form)  # fmt: skip


def meaning(node: Node, form: Form) -> Any:
    """What a single value means."""
    assert isinstance(node, ScalarNode)
    text = unicodedata.normalize("NFC", node.value)
    plain = node.style is None
    match form.kind:
        case "switch":
            assert plain
            return {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}[text.lower()]  # fmt: skip
        case "number" | "whole":
            number = _number(text.strip(), form.unit, plain=plain)
            assert form.kind == "number" or number.denominator == 1
            return int(number) if form.kind == "whole" else float(number)
    if plain:
        assert not _guessed(text), f"{text!r} is no text to every reader of YAML"
    return text


def _number(text: str, unit: str, *, plain: bool) -> Fraction:
    found = re.fullmatch(r"([-+]?)([0-9]+\.?[0-9]*|\.[0-9]+)\s*(.*)", text, re.DOTALL)
    assert found is not None, text
    sign, digits, words = found.groups()
    assert not re.match("0[0-9]", digits), text
    words = " ".join(words.lower().split())
    assert plain or words, f"{text!r} is a text"
    number = Fraction(sign + digits)
    if unit in SHARES:
        assert words.startswith("%") or (not words and not 1 <= number <= 100), text
        return number / 100 if words else number
    base = unit.partition(" a ")[0]
    word = re.sub(r"( a | per |/)\w+$", "", words)
    return number * Fraction(WORDS.get(base, {}).get(word, 1))


_GUESSES = re.compile(
    r"|~|null|true|false|[-+]?[0-9][0-9_,.]*(e[-+]?[0-9]+)?|[-+]?\.[0-9]+(e[-+]?[0-9]+)?|"
    r"[-+]?\.(inf|nan)|0[box][0-9a-f_]+|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*",
    re.IGNORECASE,
)


def _guessed(text: str) -> bool:
    """Whether some reader takes the text for a number, a date, a switch or nothing."""
    return _GUESSES.fullmatch(text) is not None


def factors_said(content: bytes) -> Iterator[tuple[str, tuple[str, ...], list[Any]]]:
    """Every factor of an experiment or lesson: its group, its name, and the values that it is given."""
    root = YAML(typ="base", pure=True).compose(content.decode("utf-8-sig"))
    assert isinstance(root, MappingNode)
    for group, table in _entries(root):
        if not isinstance(table, MappingNode) or group not in ("vary", "uncertain"):
            continue
        for name, node in _entries(table):
            section, _, field = name.partition(".")
            form = form_of(GROUPS[section].model_fields[field])
            match node:
                case SequenceNode():
                    yield group, ("levels",), [name, *(meaning(item, form) for item in node.value)]
                case MappingNode():
                    ends = dict(_entries(node))
                    yield group, ("low", "high"), [name, *(meaning(ends[end], form) for end in ("from", "to"))]  # fmt: skip
                case _:
                    yield group, (), [name]


def of_factor(factor: Factor, parts: tuple[str, ...]) -> list[Any]:
    """What was read of a factor, as `factors_said` has it."""
    values = factor.levels if parts == ("levels",) else [getattr(factor, part) for part in parts]
    return [factor.name, *values]
