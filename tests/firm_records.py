"""The records of a small firm: a list of its people, and who met whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from seci_sim.cli import answer_to
from seci_sim.scenario import read_scenario
from seci_sim.scenario.units import Unit

PEOPLE = """person,unit,kind,market,entry,exit
a1,Office,headquarters,,2020-01-01,
a2,Office,headquarters,,2020-01-01,
a3,Office,headquarters,,2020-01-01,2025-06-30
b1,Japan,affiliate,,2020-01-01,
b2,Japan,affiliate,,2025-12-31,
"""
HEADER, *ROWS = PEOPLE.splitlines()
MET = "attendee,colleague,hours\nb1,a2,1\nA2,B1,0.5\na1,a2,2\n"
NEW = ["new", "firm.yaml", "--people", "people.csv"]
WITH_MEETINGS = [*NEW, "--meetings", "met.csv"]


def write_records() -> None:
    Path("people.csv").write_text(PEOPLE)
    Path("met.csv").write_text(MET)


def said(capsys: pytest.CaptureFixture[str], *options: str, code: int = 0) -> str:
    """Make a firm of `people.csv`; gives what is said."""
    Path("firm.yaml").unlink(missing_ok=True)
    capsys.readouterr()
    assert answer_to([*NEW, *options]) == code
    printed = capsys.readouterr()
    return printed.out if code == 0 else printed.err


def people(text: str | bytes) -> None:
    Path("people.csv").write_bytes(text if isinstance(text, bytes) else text.encode())


def units() -> tuple[Unit, ...]:
    return read_scenario("firm.yaml").units


def found() -> list[tuple[str, str | None, int, float | None]]:
    return [(unit.name, unit.market, unit.staff, unit.turnover) for unit in units()]


AS_WRITTEN = [("Office", None, 2, 0.4), ("Japan", "Japan", 2, 0.0)]
"""What `PEOPLE` says."""
