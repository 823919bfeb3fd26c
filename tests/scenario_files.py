"""Small scenario files that tests write and read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seci_sim.scenario import InputProblem, Scenario, read_scenario

HEAD = "name: Mine\nquestion: What for?\n"
TINY = """name: Tiny
question: What happens in ten weeks?
horizon: 10 weeks
units:
  - {name: Office, kind: headquarters, staff: 10}
  - {name: Japan, kind: affiliate, staff: 12}
"""
"""A firm so small that a run of it takes milliseconds."""

TWO_FIRMS = """units:
  - {name: Japan, kind: affiliate, staff: 5}
  - {name: Mars, kind: affiliate, staff: 5, firm: Fox}
"""
TWO_UNITS = """units:
  - {name: Office, kind: headquarters, staff: 10}
  - {name: Japan, kind: affiliate, staff: 20}
"""


def read(folder: Path, text: str | bytes, **others: str) -> Scenario:
    for name, content in others.items():
        (folder / name.replace("_", ".")).write_text(content, encoding="utf-8")
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    (folder / "s.yaml").write_bytes(data)
    return read_scenario(folder / "s.yaml")


def lines_of(folder: Path, text: str | bytes, **others: str) -> list[str]:
    """The messages about a file that cannot be read, with its folder cut off."""
    with pytest.raises(InputProblem) as caught:
        read(folder, text, **others)
    assert caught.value.exit_code == 3
    return [line.replace(f"{folder}{os.sep}", "") for line in caught.value.lines]
