"""The records of a small firm: a list of its people, and who met whom."""

from __future__ import annotations

from pathlib import Path

PEOPLE = """person,unit,kind,market,entry,exit
a1,Office,headquarters,,2020-01-01,
a2,Office,headquarters,,2020-01-01,
a3,Office,headquarters,,2020-01-01,2025-06-30
b1,Japan,affiliate,,2020-01-01,
b2,Japan,affiliate,,2025-12-31,
"""
MET = "attendee,colleague,hours\nb1,a2,1\nA2,B1,0.5\na1,a2,2\n"
NEW = ["new", "firm.yaml", "--people", "people.csv"]
WITH_MEETINGS = [*NEW, "--meetings", "met.csv"]


def write_records() -> None:
    Path("people.csv").write_text(PEOPLE)
    Path("met.csv").write_text(MET)
