"""What a declared field may hold, as somebody would write it, and what it may not.

Both are made from the declarations: `good` writes a value of a field in one of the ways that there are,
and says what it means; `broken` gives texts of which none is a value of the field.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from random import Random
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from seci_sim.parameters import SHARES, Section


class Form(NamedTuple):
    """What a field holds, read off its declaration."""

    kind: Literal["number", "whole", "switch", "word", "text", "list", "table", "section"]
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    open_low: bool = False
    """Whether the low end itself is not allowed."""
    words: tuple[str, ...] = ()
    shortest: int = 0
    longest: int = 0


KINDS = {int: "whole", float: "number", bool: "switch", str: "text"}


def form_of(field: FieldInfo) -> Form:
    """The form of a declared field."""
    extra = field.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    return _form(field.annotation, field.metadata, unit)


def items_of(form_of_all: FieldInfo) -> Form:
    """The form of each item of a declared list, or of each value of a declared table."""
    extra = form_of_all.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    kind = form_of_all.annotation
    if get_origin(kind) is dict:
        return Form("number", unit, low=Decimal(0), high=Decimal(1))
    return _form(get_args(kind)[0], [], unit)


def _form(kind: Any, metadata: list[Any], unit: str) -> Form:
    if get_origin(kind) in (Union, UnionType):
        kind = next(part for part in get_args(kind) if part is not NoneType)
    if get_origin(kind) is Annotated:
        kind, *more = get_args(kind)
        metadata = [*metadata, *more]
    if get_origin(kind) is Literal:
        return Form("word", words=get_args(kind))
    if get_origin(kind) in (tuple, dict):
        return Form("list" if get_origin(kind) is tuple else "table", unit)
    if isinstance(kind, type) and issubclass(kind, Section):
        return Form("section")
    ends = {name: getattr(m, name) for m in metadata for name in ("ge", "gt", "le")
            if getattr(m, name, None) is not None}  # fmt: skip
    low = ends.get("ge", ends.get("gt"))
    lengths = [(getattr(m, "min_length", None), getattr(m, "max_length", None)) for m in metadata]
    return Form(
        KINDS[kind], unit,  # type: ignore[arg-type]
        low=None if low is None else Decimal(str(low)),
        high=Decimal(str(ends["le"])) if "le" in ends else None,
        open_low="gt" in ends,
        shortest=max([short or 0 for short, _ in lengths], default=0),
        longest=max([long or 0 for _, long in lengths], default=0),
    )  # fmt: skip


# Values that a field may hold ---------------------------------------------------------------------

FREE = ("Mine", "Zürich", "東京の患者", "no", "on", "Norway", "1:30", "5%", "12 apples", "it's", "a, b",
        "=1+1", "e\u0301te\u0301", "x: y", "# no remark", "- dash", "010", "1e3", "nullify", "~", "true",
        "2024-01-17", "0x10", ".inf", "[a]", "{a}", "&a", "*a", "!a", "%a", "a #b", 'say "yes"')  # fmt: skip
"""Texts, some of which YAML would take for something else if they had no quotes."""
PLAIN = ("Mine", "Zürich", "東京の患者", "no", "on", "Norway", "1:30", "5%", "12 apples", "it's", "=1+1", "e\u0301te\u0301")  # fmt: skip
"""Those of them that need none."""


def good(form: Form, chance: Random) -> tuple[str, Any]:
    """A value of a field as somebody would write it, and what it means."""
    match form.kind:
        case "number" | "whole":
            return _number(form, chance)
        case "switch":
            word = chance.choice(("yes", "no", "true", "false", "on", "off", "Yes", "NO", "True"))
            return word, word.lower() in ("yes", "true", "on")
        case "word":
            word = chance.choice(form.words)
            return word, word
    text = chance.choice(FREE)
    quoted = [json.dumps(text), json.dumps(text, ensure_ascii=False), "'" + text.replace("'", "''") + "'"]  # fmt: skip
    plain = [text] * (text in PLAIN)
    return chance.choice(quoted + plain), unicodedata.normalize("NFC", text)


def _number(form: Form, chance: Random) -> tuple[str, int | float]:
    assert form.low is not None
    high = form.low + 1000 if form.high is None else form.high
    number = form.low + (high - form.low) * chance.randint(1 if form.open_low else 0, 1000) / 1000
    if form.kind == "whole":
        number = Decimal(int(number))
    text = chance.choice(list(_written(number, form, chance)))
    return text, int(number) if form.kind == "whole" else float(Fraction(number)) + 0.0


def _written(number: Decimal, form: Form, chance: Random) -> Iterator[str]:
    """Ways to write a number in its unit."""
    sign = chance.choice(("", "", "+")) if number >= 0 else ""
    if form.unit in SHARES:
        percent = f"{sign}{number * 100:f}"
        period = form.unit.removeprefix("share").removeprefix("chance")
        yield from (f"{percent}%", f"{percent} %", f"{percent}%{period}")
        if number < 1:
            yield f"{sign}{number:f}"
            yield f"{number:f}000" if "." in f"{number:f}" else f"{number:f}.0"
        return
    yield f"{sign}{number:f}"
    if form.kind == "number":
        yield f"{number:f}" + ("0" if "." in f"{number:f}" else ".0")
        yield f"{number:f}".removeprefix("0") if 0 < number < 1 else f"{number:f}"
    base, _, period = form.unit.partition(" a ")
    ends = (f" a {period}", f" per {period}", f"/{period}", "") if period else ("",)
    end = chance.choice(ends)
    if base == "hours":
        yield from (f"{number:f} h{end}", f"{number:f}h{end}", f"{number:f} hours{end}", f"{number * 60:f} min{end}")  # fmt: skip
    elif base == "weeks":
        yield from (f"{number:f} weeks", f"{number * 7:f} days", f"{number:f}  Week")
        if number % 52 == 0:
            yield f"{number / 52:f} years"


# Values that it may not hold ----------------------------------------------------------------------

NO_YAML = ("'", '"x', "[1, 2", "{a: 1", "- 1", "a: b", "@x", "`x`", "%x", "&x 1", "*x", "!foo 3",
           "!!int 3", "? x", '"\\q"', '"\\U00110000"', "'x' y", "]", "}", "\t- 1", "|2x", ">x")  # fmt: skip
"""Texts that end the reading of a file, whatever field they stand for."""

UNSEEN = ("a\x07b", "a\u202eb", "a\u200bb", "a\ufeffb", "a\x85b", "a\u2028b", "a\u00adb", "a\u3164b",
          '"\\x1b[2J"', '"\\u202e"', "\x7f", "x" + "\u0301" * 40)  # fmt: skip
"""Texts with characters that nobody sees, or with more marks on a letter than anybody reads."""

NOTHING = ("", "~", "null", "Null", "NULL", "# nothing")
LISTS = ("[1, 2]", "[]", "[[1]]", "[a]")
TABLES = ("{a: 1}", "{a: {b: c}}", "{? a}")
DEEP = ("[" * 30 + "]" * 30, "{a: " * 30 + "}" * 30, "[" * 3000)
ODD_NUMBERS = ('"3"', "'0.5'", "1e3", "1E3", "1e-3", ".5e1", "+1e2", "1.0e+999", "1e-400", "010", "-010",
               "00", "0010%", "0x10", "0X1F", "0o17", "0b11", "1_000", "1,000", "1 000", "1'000", "1.000.000",
               "0,5", "١٢", "３", "½", "²", "1/2", "1:30", "190:20:30", ".inf", "-.inf", "+.INF", ".nan", ".NaN",
               "inf", "-Infinity", "NaN", "9" * 41, "9" * 45, "9" * 3000, "0." + "1" * 50, "--5", "+-5", "5-",
               "0.1.2", ".", "-", "+", "5 apples", "5%%", "%", "5 % of all", "yes", "no", "true", "off", "None",
               "2024-01-17", "nonsense", "9**9", "1;2", "1 2", "1j", "0b", "0x", "5٪", "۵%", "1e", "e3", "∞")  # fmt: skip
ODD_SWITCHES = ("1", "0", "0.5", '"yes"', "'no'", "ja", "y", "n", "Y", "5%", "yess", "truE1", "None", "ｙｅｓ", "-1", "2024-01-17")  # fmt: skip
ODD_TEXTS = ("12", "-1", "1.5", "010", "0x1F", "0o14", "0b1", "1e3", "1_000", "1,000", "true", "False", "NULL",
             ".inf", "-.INF", ".nan", "2024-01-17", "2001-12-14t21:59:43.10-05:00", "+12", "1.", ".5")  # fmt: skip
EDGES = ("' x'", "'x '", '"x\\n"', '"a\\nb"', '"a\\tb"', "'　x'", '"\\u00a0"')
"""Texts that are no single line, or do not end where they seem to."""


def broken(form: Form) -> list[str]:
    """Texts of which none is a value of the field."""
    everywhere = [*NO_YAML, *UNSEEN, *NOTHING, *DEEP]
    if form.kind in ("list", "table", "section"):
        return [*everywhere, "x", "5%", "no", *OF_SEVERAL[form.kind]]
    return [*everywhere, *LISTS, *TABLES, *_of_one(form)]


OF_SEVERAL = {
    "list": (*TABLES, "'[a]'", "[~]", "[{a: 1}]", "[[a]]", "[1]"),
    "table": (*LISTS, "{poor: x}", "{1: 2}", "{true: 5%}", "{poor: [1]}"),
    "section": (*LISTS, "{a: 1}", "{1: 2}", "{null: 2}"),
}


def _of_one(form: Form) -> list[str]:
    """What no single value of this form may be."""
    match form.kind:
        case "number" | "whole":
            return [*ODD_NUMBERS, *_out_of_range(form)]
        case "switch":
            return list(ODD_SWITCHES)
        case "word":
            misspelt = [word[1:] for word in form.words] + [word.upper() for word in form.words]
            return [*ODD_TEXTS, *misspelt, "''", "no"]
    lengths = [f"'{'x' * (form.longest + 1)}'"] * bool(form.longest) + ["''"] * bool(form.shortest)
    return [*ODD_TEXTS, *lengths, *(EDGES if form.longest in (80, 300) else ())]


def _out_of_range(form: Form) -> list[str]:
    share = form.unit in SHARES
    outside = []
    if form.low is not None:
        outside += [form.low - 1, form.low - Decimal("0.001"), Decimal(-(10**15))]
        outside += [form.low] * form.open_low
    if form.high is not None:
        outside += [form.high + 1, form.high + Decimal("0.001"), Decimal(10) ** 30]
    texts = [f"{number * 100:f}%" if share else f"{number:f}" for number in outside]
    if share:
        return [*texts, "1", "5", "100", "5 h", "5 weeks"]
    fraction = [f"{form.low or 0}.5"] * (form.kind == "whole")
    strange = "5 h" if not form.unit.startswith("hours") else "5 weeks"
    return [*texts, *fraction, "5%", strange]
