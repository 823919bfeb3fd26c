"""Every file that comes with the program, after something happened to its bytes.

What is refused is refused in single lines that name a line of the file; what is still accepted means what
it says, which a second and independent reading tells (`fuzz_meaning`).
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fuzz_meaning import factors_said, of_factor, said
from fuzzing import (
    CHECKED,
    DAMAGED,
    KINDS,
    SHIPPED,
    TABLES,
    answered,
    damage,
    folder_with_a_firm,
    no_hang,
    value_at,
)

from seci_sim.cli import answer_to
from seci_sim.scenario import InputProblem, new_scenario, read_scenario
from seci_sim.scenario.meetings import read_meetings
from seci_sim.scenario.own_firm import Exports, Hints, Understanding, own_firm

QUICK = 120
"""Damaged files in the default run."""


def damaged_file(kind: str, content: bytes, folder: Path) -> bool:
    """Read a damaged file; gives whether it was accepted, which it is only for what it says."""
    section = answered(kind, content, folder)
    if isinstance(section, list):
        return False
    for place, value in said(content, KINDS[kind][1]):
        found = value_at(section, place)
        assert found == value, f"{place} is {found!r}, and {value!r} was written"
        assert type(found) is type(value) or isinstance(found, float)
    if kind != "scenario":
        for group, parts, values in factors_said(content):
            factor = next(one for one in getattr(section, group) if one.name == values[0])
            assert of_factor(factor, parts) == values
    return True


def test_a_damaged_file_is_refused_or_means_what_it_says(tmp_path: Path) -> None:
    folder, chance = folder_with_a_firm(tmp_path), Random(1995)
    accepted = 0
    for _ in range(QUICK):
        kind, path = chance.choice(SHIPPED)
        accepted += damaged_file(kind, damage(path.read_bytes(), chance), folder)
    assert 0 < accepted < QUICK


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["scenario", "experiment", "lesson"])
@pytest.mark.timeout(900)
def test_every_shipped_file_is_damaged_in_many_ways(kind: str, tmp_path: Path) -> None:
    folder = folder_with_a_firm(tmp_path)
    answers: Counter[bool] = Counter()
    paths = [path for own, path in SHIPPED if own == kind]
    for place, path in enumerate(paths):
        chance = Random(place)
        tried: set[bytes] = set()
        while len(tried) < DAMAGED:
            tried.add(damage(path.read_bytes(), chance))
        for content in sorted(tried):
            answers[damaged_file(kind, content, folder)] += 1
    assert answers.total() == DAMAGED * len(paths)
    assert min(answers.values()) > answers.total() / 20


@pytest.mark.slow
@pytest.mark.usefixtures("empty_folder")
def test_no_damage_to_a_file_brings_the_program_to_its_knees(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chance = Random(1996)
    contents = [path.read_bytes() for kind, path in SHIPPED if kind == "scenario"]
    contents.append(new_scenario(read_scenario("one-percent"), "one-percent", "Mine").encode())
    answers = {0: 0, 3: 0}
    for _ in range(CHECKED):
        Path("s.yaml").write_bytes(damage(chance.choice(contents), chance))
        with no_hang():
            answers[answer_to(["check", "s.yaml"])] += 1  # no other code is an answer
        lines = capsys.readouterr().err.splitlines()
        assert all(re.match(r"error: (s\.yaml|[a-z0-9-]+ \(shipped\)|\.\.\. and )", line) for line in lines)  # fmt: skip
        assert all(line.isprintable() for line in lines)
    assert min(answers.values()) > 50


# Tables -------------------------------------------------------------------------------------------

PAIRS = (("Office", "Office", "0.5"), ("Japan", "Office", "30 min"), ("Japan", '"Japan"', "2"))
MEETINGS = "unit,employee,colleague_unit,colleague,hours\n" + "".join(
    f"{unit},{n},{other},{n + 1},{hours}\n" for n in range(1, 12) for unit, other, hours in PAIRS
)
UNITS = (("Office", "headquarters", "", ""), ("Japan", "affiliate", "Asia", "2099-12-31"))
PEOPLE = "person,unit,kind,market,entry,exit\n" + "".join(
    f"p{n},{unit},{kind},{market},20{n}-01-{n + 1},{left}\n"
    for n in range(10, 25)
    for unit, kind, market, left in UNITS[n % 2 : n % 2 + 1]
)
CODE = re.compile(r"\bp[12][0-9]\b")
"""What no message says: the code of somebody in the list of people."""
RAW = {"meetings": MEETINGS.encode(), "people": PEOPLE.encode()}


def damaged_table(kind: str, content: bytes, folder: Path) -> bool:
    """Read a damaged table; gives whether it was accepted."""
    path = folder / "t.csv"
    path.write_bytes(content)
    try:
        with no_hang():
            if kind == "meetings":
                _as_written(content, read_meetings(path, "t.csv")[0])
            else:
                _counted(content, path)
    except InputProblem as problem:
        for line in problem.lines:
            line = line.replace(str(path), "t.csv")
            assert re.match(r"t\.csv:([0-9]+: .+| .+)|\.\.\. and ", line), line
            assert kind == "meetings" or not CODE.search(line)
            assert line.isprintable()
        return False
    return True


def _as_written(content: bytes, meetings: tuple[Any, ...]) -> None:
    """Every row is a meeting, with the numbers that stand in it."""
    header, *rows = (row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) if row)  # fmt: skip
    assert len(rows) == len(meetings)
    names = [name.strip() for name in header]
    for row, meeting in zip(rows, meetings, strict=True):
        values = dict(zip(names, (value.strip() for value in row), strict=True))
        assert (meeting.unit, meeting.colleague_unit) == (values["unit"], values["colleague_unit"])
        assert str(meeting.employee) == values["employee"]
        assert str(meeting.colleague) == values["colleague"]
        number, *unit = values["hours"].split()
        if not unit and number.lstrip("+").replace(".", "").isdecimal():
            assert meeting.hours == float(number)


def _counted(content: bytes, path: Path) -> None:
    """Nobody is counted twice, and no code of a person is in anything that is said."""
    understanding = Understanding()
    exports = Exports(path, hints=Hints())
    staff = own_firm(
        path.with_suffix(".yaml"), "baseline", exports, date(2030, 1, 1), understanding
    ).staff
    there = [place for place in staff.places.values() if place is not None]
    assert len(set(there)) == len(there) == sum(unit.staff for unit in staff.units)
    assert not CODE.search(" ".join(understanding.notes))


@pytest.mark.parametrize("kind", RAW)
def test_a_damaged_table_is_refused_or_means_what_it_says(kind: str, tmp_path: Path) -> None:
    chance = Random(7)
    accepted = sum(damaged_table(kind, damage(RAW[kind], chance), tmp_path) for _ in range(100))
    assert 0 < accepted < 100


@pytest.mark.slow
@pytest.mark.parametrize("kind", RAW)
def test_tables_are_damaged_in_a_thousand_ways(kind: str, tmp_path: Path) -> None:
    chance = Random(8)
    accepted = sum(damaged_table(kind, damage(RAW[kind], chance), tmp_path) for _ in range(TABLES))
    assert 0.05 < accepted / TABLES < 0.95
