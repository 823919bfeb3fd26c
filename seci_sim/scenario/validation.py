"""From pydantic's errors to problems: which field, what is wrong, what is allowed, what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, LiteralString, NamedTuple, TypeAlias, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from seci_sim.parameters import GROUPS, SECTIONS, Section
from seci_sim.scenario.problems import MOST_PROBLEMS, named, shown, spelling
from seci_sim.scenario.quantities import range_in_words

FieldPath: TypeAlias = tuple[str | int, ...]
"""Names of fields, and places in lists counted from 0."""


class Problem(NamedTuple):
    """One thing that is wrong with one field."""

    path: FieldPath
    what: str
    allowed: str = ""
    got: str = ""
    unknown: str = ""
    """A name that nothing has; the nearest of those known is told."""
    known: tuple[str, ...] = ()

    def text(self, labels: Mapping[FieldPath, str] | None = None) -> str:
        """Return the problem in one line; ``labels`` gives names to places in lists."""
        parts = [f"{dotted(self.path, labels or {})}: {self.what}" if self.path else self.what]
        # Looked for only now: a file may name thousands that there are not, and few are told.
        hint = spelling(self.unknown, self.known) if self.unknown else ""
        parts[0] += hint
        there = ", ".join(self.known[:8]) if self.unknown and not hint else self.allowed
        parts += [f"allowed: {there}"] * bool(there)
        parts += [f"got {self.got}"] * bool(self.got)
        return "; ".join(parts)


def dotted(path: FieldPath, labels: Mapping[FieldPath, str]) -> str:
    """A field's full name.

    Examples
    --------
    >>> dotted(("units", 0, "staff"), {}), dotted(("units", 0), {("units", 0): "Japan"})
    ('units.1.staff', 'units.Japan')
    """
    words = []
    for end, part in enumerate(path, start=1):
        counted = str(part + 1) if isinstance(part, int) else part
        words.append(named(labels.get(path[:end], counted)))
    return ".".join(words)


_REFUSED = "refused"
"""Kind of error: parts do not fit together."""
_WITHIN = "within"
"""Kind of error: fields of a section inside a table are wrong by themselves."""


def refuse(problems: Iterable[Problem], kind: LiteralString = _REFUSED) -> None:
    """Inside a pydantic validator: report problems, if there are any, each with its own field."""
    found = list(problems)
    if found:
        text = "; ".join(problem.text() for problem in found[:MOST_PROBLEMS])
        raise PydanticCustomError(kind, "{text}", {"text": text, "problems": found})


def section_of(section: type[Section], fields: Mapping[str, Any]) -> Section:
    """Check a section inside another section's validator, and return it: of its kind, where it has one."""
    if section.kinds:
        kind = fields.get("kind")
        if kind not in section.kinds:
            refuse([Problem(("kind",), *kind_unknown(section, kind))], _WITHIN)
        section = section.kinds[str(kind)]
    try:
        return section.model_validate(fields)
    except ValidationError as error:
        refuse(problems_in(section, error), _WITHIN)
        raise


def fields_of(section: type[Section], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Check some of a section's fields inside another section's validator, and return them."""
    checked = section_of(section, fields)
    return {name: getattr(checked, name) for name in fields}


def kind_unknown(section: type[Section], kind: Any) -> tuple[str, str]:
    """Say that a section has no such kind, and which there are."""
    if kind is None:
        return "is missing", ""
    return f"is unknown{spelling(str(kind), section.kinds)}", " or ".join(section.kinds)


def problems_in(
    model: type[Section], error: ValidationError, unread: Iterable[FieldPath] = ()
) -> list[Problem]:
    """Put pydantic's errors into words.

    Parameters
    ----------
    model : type[Section]
        What was being checked.
    error : ValidationError
        What pydantic found.
    unread : Iterable[FieldPath]
        Fields whose values could not even be read, and were reported: nothing that
        follows from their absence is repeated.
    """
    problems: list[Problem] = []
    unreadable = set(unread)
    above = {path[:end] for path in unreadable for end in range(len(path))}
    errors = error.errors(include_url=False)
    below = {details["loc"][:-1] for details in errors} | {d["loc"][:-2] for d in errors}
    for details in errors:
        place, kind = details["loc"], details["type"]
        if kind in (_REFUSED, _WITHIN):
            inner: list[Problem] = details["ctx"]["problems"]
            found = [problem._replace(path=place + problem.path) for problem in inner]
        elif kind == "default_factory_not_called" or (kind == "too_short" and place in below):
            # It follows from a problem with another field, or with an item of this list.
            found = []
        else:
            found = [_problem(model, details)]
        for problem in found:
            about = place if kind == _REFUSED else problem.path
            if about not in above and not any(
                about[:end] in unreadable for end in range(len(about) + 1)
            ):
                problems.append(problem)
    return problems


_WHAT = {
    "missing": "is missing",
    "greater_than_equal": "is too small",
    "greater_than": "is too small",
    "less_than_equal": "is too large",
    "less_than": "is too large",
    "string_too_short": "is empty",
    "string_too_long": "is too long",
    "too_short": "is empty",
    "too_long": "is too long",
}
"""What pydantic's kinds of error are called here."""


def _problem(model: type[Section], details: ErrorDetails) -> Problem:
    path, kind, found = details["loc"], details["type"], details["input"]
    field = field_at(model, path)
    what = _WHAT.get(kind, details["msg"].removeprefix("Value error, "))
    allowed, got = range_of(field), shown(found)
    if kind == "extra_forbidden":
        what = unknown_field(section_in(field) if field else model, str(path[-1]))
        allowed = got = ""
    elif kind == "literal_error":
        options = options_of(field)
        what, allowed = f"is unknown{spelling(str(found), options)}", " or ".join(options)
    elif kind in ("string_too_long", "too_long"):
        items = "characters" if kind == "string_too_long" else "in the list"
        allowed = f"at most {details['ctx']['max_length']} {items}"
        got = got if kind == "string_too_long" else ""
    elif what in ("is missing", "is empty"):
        allowed = got = ""
    return Problem(path, what, allowed, got)


def unknown_field(section: type[Section] | None, name: str) -> str:
    """Say that a field is unknown, and which was meant."""
    fields = section.model_fields if section else {}
    family = section.__base__ if section else None
    siblings = family.kinds if family and issubclass(family, Section) else {}
    if any(name in other.model_fields for other in siblings.values()):
        return f"is not for {fields['kind'].default}"
    known = [name for name, field in fields.items() if not field.exclude]
    hint = spelling(name, known)
    for group, model in GROUPS.items():
        if not hint and name in model.model_fields:
            hint = f'; did you mean "{group}.{name}"?'
    return f'unknown field "{named(name)}"{hint}'


def _parts_of(kind: Any) -> Iterator[Any]:
    """A type, and whatever stands in its brackets."""
    yield kind
    for part in get_args(kind):
        yield from _parts_of(part)


def section_in(field: FieldInfo) -> type[Section] | None:
    """Section that a field holds: itself, as the items of a list, or in part."""
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "section" in extra:
        return SECTIONS[str(extra["section"])]
    kinds = (part for part in _parts_of(field.annotation) if isinstance(part, type))
    return next((kind for kind in kinds if issubclass(kind, Section)), None)


def field_at(model: type[Section], path: FieldPath) -> FieldInfo | None:
    """Return the declaration of the field at a path, or of the table or list that holds it."""
    section: type[Section] | None = model
    field = None
    for part in path:
        if section is not None and isinstance(part, str):
            if part not in section.model_fields:
                return field
            field = section.model_fields[part]
            section = section_in(field)
    return field


def unit_of(field: FieldInfo | None) -> str:
    """Return the unit in which a field is given, or nothing."""
    extra = field.json_schema_extra if field else None
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def range_of(field: FieldInfo | None) -> str:
    """Return the range that a field allows, in words."""
    limits = {
        name: getattr(limit, name)
        for limit in (field.metadata if field else ())
        for name in ("ge", "gt", "le", "lt")
        if hasattr(limit, name)
    }
    return range_in_words(limits, unit_of(field))


def options_of(field: FieldInfo | None) -> list[str]:
    """Words among which a field's value is one."""
    return [
        word for word in _parts_of(field.annotation if field else None) if isinstance(word, str)
    ]
