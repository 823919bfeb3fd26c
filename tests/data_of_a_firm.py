"""A small firm and data of it, as its people would write them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from seci_sim.calibrating import (
    read_indicators,
)
from seci_sim.calibrating.observed import Item
from seci_sim.calibrating.series import Calendar, Series
from seci_sim.scenario.own_firm.understanding import Hints, Understanding

FIRM = """
name: Small firm
question: What did we learn?
extends: one-percent
horizon: 104 weeks
units:
  - {name: Office, kind: headquarters, staff: 4, lives_in: Here}
  - {name: Here, kind: affiliate, staff: 20}
stakeholders:
  - {name: Partner, kind: local partner, market: Here}
  - {name: World, kind: global partner}
world: {needs: 12}
policy: {projects_per_head: 0.5, patient_time: 3%}
"""
QUARTERS = range(1, 9)
INDICATORS = tuple(
    Item("indicator", name, q) for name in ("needs_met", "needs_mis_served") for q in QUARTERS
)
SURVEY = tuple(
    Item("score", name, year) for name in ("knowing", "skill", "reading") for year in (1, 2)
)


def written(path: Path, kpi: list[tuple[float, float]], scale: float = 1.0) -> Path:
    rows = [f"{2023 + n // 4}-Q{n % 4 + 1},{scale * met},{mis}" for n, (met, mis) in enumerate(kpi)]
    path.write_text("\n".join(["Quarter,Needs met,Needs mis-served", *rows]), encoding="utf-8")
    return path


def read(path: Path, calendar: Calendar | None = None, **hints: str) -> Series:
    how = Hints(**hints)  # type: ignore[arg-type]
    wanted = calendar or Calendar(8)
    return read_indicators(path, wanted, how, date(2026, 1, 1), Understanding())
