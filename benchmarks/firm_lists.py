"""The records of a large firm that is made up, and how long its scenario takes to be made of them."""

from __future__ import annotations

import csv
import tempfile
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks import ROOT
from benchmarks.commands import python

PEOPLE, MEETINGS, UNITS = 65_000, 1_000_000, 130
"""People of a large firm with those who left it, and meetings of two of them each."""


def write_lists(folder: Path, people: int, meetings: int) -> None:
    """Write a list of people, of whom one in seven left, and one of meetings within units."""
    chance, first = np.random.default_rng(1), date(2015, 1, 1)
    days = chance.integers(30, 900, size=(people, 2)).tolist()
    pairs = zip(
        chance.integers(people, size=meetings), chance.integers(1, 9, size=meetings), strict=True
    )
    with (folder / "people.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["Employee ID", "Department", "market", "Hire Date", "Termination Date"])
        for number, (since, stayed) in enumerate(days):
            came, unit = first + timedelta(days=3 * since), number % UNITS
            left = came + timedelta(days=stayed) if number % 7 == 0 else "NULL"
            rows.writerow([f"E{number:06}", f"Unit {unit}", f"Market {unit % 20}", came, left])
    with (folder / "meetings.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["attendee", "colleague", "hours"])
        for one, step in pairs:
            rows.writerow([f"E{one:06}", f"E{(one + UNITS * step) % people:06}", "0.5"])


def own_firm(cache: Path, lists: Path, checkout: Path = ROOT) -> float:
    """Seconds of a scenario made of such lists."""
    given = ("--people", str(lists / "people.csv"), "--meetings", str(lists / "meetings.csv"))
    options = ("--weeks", "52", "--without-outsiders", "--yes")
    with tempfile.TemporaryDirectory() as folder:
        command = ("-m", "seci_sim.cli", "new", "firm.yaml", *given, *options)
        return python(cache, *command, checkout=checkout, folder=Path(folder))
