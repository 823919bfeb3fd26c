"""A small firm with a market where hours are dear and one where they are cheap, and what its hours cost."""

from __future__ import annotations

from pathlib import Path

from scenario_files import read

from seci_sim.scenario import Scenario, read_scenario

FIRM = """name: Nobody
question: Is it worth it?
horizon: 104 weeks
units:
  - {name: Office, kind: headquarters, staff: 12}
  - {name: Zug, kind: affiliate, staff: 14, market: Switzerland}
  - {name: Pune, kind: affiliate, staff: 16, market: India}
policy: {patient_time: 0%}
"""
MONEY = """money:
  currency: CHF
  hour: 80
  hour_of: {headquarters: 90, Pune: 12}
  patients: 5000
  worth: 400
  budget: 100000
weigh: {mis_served: 0.5}
"""


def two(folder: Path) -> list[Scenario]:
    (folder / "none.yaml").write_text(FIRM)
    return [
        read_scenario(folder / "none.yaml"),
        read(folder, f"name: Five\nextends: none.yaml\npolicy: {{patient_time: 5%}}\n{MONEY}"),
    ]
