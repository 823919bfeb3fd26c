"""From people to units: who is there, and how many leave in a year."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import NamedTuple

from pydantic import ValidationError

from seci_sim.scenario.checks import check_units
from seci_sim.scenario.own_firm.leaving import Leaving, Turnover, leaving
from seci_sim.scenario.own_firm.lists import Table, same
from seci_sim.scenario.own_firm.people import People, Person
from seci_sim.scenario.own_firm.serving import NAMED, Evidence, served
from seci_sim.scenario.own_firm.understanding import NO, YES, Hints, Question, Understanding
from seci_sim.scenario.problems import InputProblem, folded, shown
from seci_sim.scenario.quantities import counted
from seci_sim.scenario.units import Unit
from seci_sim.scenario.validation import problems_in

YEAR = timedelta(days=365)
MOST_TURNOVER = 0.99
MOST_COMPARED = 300
"""Units of which alike names are looked for."""
ALIKE = 0.85
RARER = 5
"""How many times as many people a unit has as one that may be a slip of its name."""


class Staff(NamedTuple):
    """Units, and the place of every listed person."""

    units: tuple[Unit, ...]
    places: Mapping[str, tuple[int, int] | None]
    """Unit, counted from 0, and number in it, from 1; None for who is not there on the day."""
    named: Mapping[str, int]
    """Where units stand, by each name that the list has for them, without marks."""
    day: date | None
    turnover: Mapping[str, Turnover]
    """Of those units of which it is known, in the last year."""
    leaving: Leaving | None
    """Of all years."""


def staff_of(
    people: People,
    table: Table,
    day: date | None,
    today: date,
    hints: Hints,
    understanding: Understanding,
) -> Staff:
    """Build units from people.

    Parameters
    ----------
    people : People
        Everybody.
    table : Table
        Where they stand; managers are looked up there.
    day : date or None
        The day on which headcount is taken. Without one, the last on which the list has somebody
        come or leave, up to today.
    today : date
        Days after it are plans.
    hints : Hints
        What was said of the units.
    understanding : Understanding
        Answers what is open.

    Raises
    ------
    InputProblem
        No units can be made of them.
    """
    names = _one_name_each(people.by_code.values(), hints, table.label, understanding)
    day = day or people.last_day(today)
    groups = people.by_unit(names)
    there = {name: sum(one.there(day) for one in members) for name, members in groups.items()}
    parts = _merged_upwards(there, groups, names, people, table, understanding, day)
    for name, into in parts.items():
        groups[into] += groups.pop(name)
        there[into] += there.pop(name)
    names = {raw: parts.get(name, name) for raw, name in names.items()}
    kept = {name: there[name] for name in groups if there[name] >= 2}
    if not kept:
        raise InputProblem(
            [f"{table.label}: no unit has two people who are there{f' on {day}' if day else ''}"]
        )
    turnover = _turnover(groups, kept, day, hints, table, understanding)
    facts = _facts(people, names)
    evidence = {name: Evidence(size, facts.get(name, {})) for name, size in kept.items()}
    services = served(evidence, hints, table, understanding)
    fields = [
        {"name": name, "staff": size} | services[name] | _rate(name, turnover, understanding)
        for name, size in kept.items()
    ]
    units = _checked(fields, table, groups)
    index = {unit.name: place for place, unit in enumerate(units)}
    named = {without_marks(raw): index[name] for raw, name in names.items() if name in index}
    of_kept = {name: groups[name] for name in kept}
    return Staff(
        units, _places(people, names, index, day), named, day, turnover, leaving(of_kept, day)
    )


# Names ------------------------------------------------------------------------------------------


def _one_name_each(
    people: Iterable[Person], hints: Hints, label: str, understanding: Understanding
) -> dict[str, str]:
    """The name of every unit as the file has it, in the spelling that it has most often, merged as was said."""
    spellings = Counter(person.unit for person in people)
    groups: dict[str, list[str]] = {}
    for name in spellings:
        groups.setdefault(without_marks(name), []).append(name)
    usual = {key: max(names, key=lambda one: spellings[one]) for key, names in groups.items()}
    several = sum(len(names) > 1 for names in groups.values())
    if several:
        understanding.note(
            f"{label}: {counted(several, 'unit')} spelled in several ways: each is one"
        )
    sizes = {usual[key]: sum(spellings[one] for one in names) for key, names in groups.items()}
    into: dict[str, str] = {}
    for part, whole in hints.merged.items():
        if without_marks(part) not in groups:
            raise InputProblem([f"{label}: no unit is called {shown(part)} (--merge)"])
        into[without_marks(part)] = without_marks(whole)
        usual.setdefault(without_marks(whole), whole)
    for part in hints.merged:
        if _end(without_marks(part), into) is None:
            raise InputProblem(
                [f"{label}: {shown(part)} ends in no unit, but in a circle (--merge)"]
            )
    said = (hints.merged, hints.merged.values(), hints.markets, hints.kinds)
    settled = {without_marks(name) for names in said for name in names}
    for slip, name in _alike(sizes, settled).items():
        if _is_a_slip(slip, name, sizes, label, understanding):
            into[without_marks(slip)] = without_marks(name)
    return {name: usual[_end(key, into) or key] for key, names in groups.items() for name in names}


def _end(first: str, into: Mapping[str, str]) -> str | None:
    """Where links lead in the end; nowhere, if that is a circle.

    Examples
    --------
    >>> _end("a", {"b": "c", "a": "b"}), _end("c", {"b": "c"}), _end("a", {"a": "b", "b": "a"})
    ('c', 'c', None)
    """
    passed: list[str] = []
    while into.get(first, first) != first:
        passed.append(first)
        first = into[first]
        if first in passed:
            return None
    return first


def without_marks(name: str) -> str:
    """A unit's name as it is compared with others: its letters and digits."""
    return re.sub(r"[\W_]+", " ", folded(name)).strip() or folded(name)


def _alike(sizes: Mapping[str, int], settled: Iterable[str]) -> dict[str, str]:
    """Small units whose names are those of far larger ones but for a letter or two, each with the likest."""
    if len(sizes) > MOST_COMPARED:
        return {}
    found = {}
    for name in sizes:
        best = (ALIKE, 0)
        for other in sizes:
            rare = sizes[name] * RARER <= sizes[other]
            if (
                rare
                and not re.search(r"\d", name + other)
                and without_marks(name) not in settled
                and min(len(name), len(other)) > 4
            ):
                ratio = SequenceMatcher(None, folded(name), folded(other)).ratio()
                if (ratio, sizes[other]) > best:
                    best = ratio, sizes[other]
                    found[name] = other
    return found


def _is_a_slip(
    slip: str, name: str, sizes: Mapping[str, int], label: str, understanding: Understanding
) -> bool:
    known = shown(slip) if sizes[slip] >= NAMED else "a small unit"
    what = f"{known} is written much like {shown(name)}"
    if understanding.ask is None and not understanding.agrees:
        understanding.note(f"{label}: {what}; --merge makes them one")
        return False
    question = Question(label, what, "one unit?", "--merge UNIT=UNIT", (YES, NO), YES)
    return understanding.settle(question) == YES


def _merged_upwards(
    there: Mapping[str, int],
    groups: Mapping[str, Sequence[Person]],
    names: Mapping[str, str],
    people: People,
    table: Table,
    understanding: Understanding,
    day: date | None,
) -> dict[str, str]:
    """Into which unit those of one person go: their manager's. What has none is left out, and said."""
    single = {name for name, count in there.items() if count == 1}
    parts: dict[str, str] = {}
    if single and "manager" in table.found:
        person, manager = table.place("person"), table.place("manager")
        for row in table.rows:
            one = people.by_code.get(same(row.values[person]))
            boss = people.by_code.get(same(row.values[manager]))
            if one and boss and one.there(day) and names[one.unit] in single:
                parts[names[one.unit]] = names[boss.unit]
    parts = {name: into for name, into in parts.items() if name != into and there[into] > 1}
    if parts:
        understanding.note(
            f"{counted(len(parts), 'unit')} of one person: counted with the unit of whom they report to"
        )
    alone = len(single) - len(parts)
    if alone:
        understanding.note(
            f"{counted(alone, 'unit')} of one person: left out (--merge UNIT=INTO counts them with another)"
        )
    for name, count in there.items():
        if not count:
            understanding.note(
                f"nobody works in {_said(name, groups[name])}{f' on {day}' if day else ''}: left out"
            )
    return parts


def _said(name: str, members: Sequence[Person]) -> str:
    """A unit as messages name it; what only one row says may be a person."""
    return f"unit {shown(name)}" if len(members) > 1 else "a unit of one row"


def _facts(people: People, names: Mapping[str, str]) -> dict[str, dict[str, Counter[str]]]:
    """What the rows say of each unit, those of all its spellings together."""
    facts: dict[str, dict[str, Counter[str]]] = {}
    for raw, columns in people.facts.items():
        of_unit = facts.setdefault(names.get(raw, raw), {})
        for column, values in columns.items():
            of_unit[column] = of_unit.get(column, Counter()) + values
    return facts


# Turnover ---------------------------------------------------------------------------------------


def _turnover(
    groups: Mapping[str, Sequence[Person]],
    kept: Mapping[str, int],
    day: date | None,
    hints: Hints,
    table: Table,
    understanding: Understanding,
) -> dict[str, Turnover]:
    """Who left each unit in the year before a day, of ``(staff a year ago + staff now) / 2``."""
    everybody = [person for members in groups.values() for person in members]
    gone = sum(person.gone for person in everybody)
    dated = any(person.exit for person in everybody)
    if not gone and not dated:
        understanding.note(
            "the list has no leavers: units have the turnover of the policy (--leavers, or a column exit or left, says who left)"
        )
        return {}
    months = 12
    if gone and dated:
        understanding.note(
            f"{counted(gone, 'leaver')} without a day on which they left: not there, and in no unit's turnover"
        )
    elif gone:
        months = _months(gone, hints, table, understanding)
    rates: dict[str, Turnover] = {}
    for name, now in kept.items():
        members = groups[name]
        marked = 0 if dated else sum(person.gone for person in members)
        if day is None:
            before, leavers = now + marked, marked
        else:
            before = sum(p.was_there(day - YEAR) for p in members if not (p.gone and dated))
            leavers = marked + sum(
                p.exit is not None and day - YEAR < p.exit <= day for p in members
            )
        if not before:
            understanding.note(
                f"{_said(name, members)} is younger than a year: it has the policy's turnover"
            )
        else:
            rates[name] = Turnover(leavers, (before + now) / 2 * months / 12)
    return rates


def _months(gone: int, hints: Hints, table: Table, understanding: Understanding) -> int:
    if hints.left_within:
        return hints.left_within
    what = f"{counted(gone, 'leaver')} of whom {table.called('left')} does not say when they left"
    option = "--left-within MONTHS"
    answer = understanding.settle(
        Question(table.label, what, "within how many months?", option, proposal="12")
    )
    if not answer.isdecimal() or not 1 <= int(answer[:4]) <= 600:
        raise InputProblem(
            [f"{table.label}: months must be a whole number from 1 to 600 (--left-within)"]
        )
    return int(answer)


def _rate(
    name: str, turnover: Mapping[str, Turnover], understanding: Understanding
) -> dict[str, float]:
    if name not in turnover:
        return {}
    rate = turnover[name].rate
    if rate > MOST_TURNOVER:
        understanding.note(f"unit {shown(name)} lost {rate:.0%} of its staff; 99% is written")
    return {"turnover": round(min(rate, MOST_TURNOVER), 3)}


# Units ------------------------------------------------------------------------------------------


def _checked(
    fields: Sequence[Mapping[str, object]], table: Table, groups: Mapping[str, Sequence[Person]]
) -> tuple[Unit, ...]:
    """Check units alone and together, and say each problem where the unit's first row is."""
    mistakes: list[str] = []

    def report(place: int, what: str) -> None:
        name = str(fields[place]["name"])
        line = groups[name][0].line
        mistakes.append(f"{table.label}:{line}: {_said(name, groups[name])}: {what}")

    units = []
    for place, one in enumerate(fields):
        try:
            units.append(Unit.model_validate(one))
        except ValidationError as error:
            for problem in problems_in(Unit, error):
                report(place, problem._replace(path=(), got="").text())
    if mistakes:
        raise InputProblem(mistakes)
    for problem in check_units(units):
        match problem.path:
            case (_, int(place), "lives_in"):
                report(place, "no affiliate serves the market that its people live in")
            case (_, int(place), *_):
                report(place, problem._replace(path=(), got="").text())
            case _:
                what = "say with --market UNIT=MARKET which units serve one"
                mistakes.append(f"{table.label}: {problem.what}; {what}")
    if mistakes:
        raise InputProblem(mistakes)
    return tuple(units)


def _places(
    people: People,
    names: Mapping[str, str],
    index: Mapping[str, int],
    day: date | None,
) -> dict[str, tuple[int, int] | None]:
    """Everybody's unit and number, in the order of the list, by code and by address."""
    counts = [0] * len(index)
    same_number: dict[int, int] = {}  # of a million people, thirty megabytes of numbers less
    places: dict[str, tuple[int, int] | None] = {}
    for code, person in people.by_code.items():
        unit = index.get(names[person.unit])
        if unit is not None and person.there(day):
            number = counts[unit] + 1
            counts[unit] = same_number.setdefault(number, number)
            places[code] = unit, counts[unit]
        else:
            places[code] = None
    for address, code in people.addresses.items():
        places.setdefault(address, places[code])
    return places
