"""Small scenario files that tests write and read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seci_sim.scenario import InputProblem, Scenario, read_scenario

HEAD = "name: Mine\nquestion: What for?\n"
TWO_UNITS = """units:
  - {name: Office, kind: headquarters, staff: 10}
  - {name: Japan, kind: affiliate, staff: 20}
"""


def read(folder: Path, text: str, **others: str) -> Scenario:
    for name, content in others.items():
        (folder / name.replace("_", ".")).write_text(content, encoding="utf-8")
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    return read_scenario(folder / "s.yaml")


def lines_of(folder: Path, text: str, **others: str) -> list[str]:
    with pytest.raises(InputProblem) as caught:
        read(folder, text, **others)
    return [line.replace(f"{folder}{os.sep}", "") for line in caught.value.lines]
